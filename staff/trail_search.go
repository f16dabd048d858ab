package staff

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

// mostLinkWords is how many words an entry can be found by.
const mostLinkWords = 16

// find returns the words of the values in detail and changes.
func (l link) find() []string {
	var words []string
	add := func(text string) {
		for _, w := range pavilion.Words(text) {
			if len(words) < mostLinkWords && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	var detail any
	if l.detail != "{}" && json.Unmarshal([]byte(l.detail), &detail) == nil {
		eachText(detail, add)
	}
	var changes []FieldChange
	if l.changes != "" && json.Unmarshal([]byte(l.changes), &changes) == nil {
		for _, c := range changes {
			add(c.After)
			add(c.Before)
		}
	}
	return words
}

// eachText calls add with every string among the values of a JSON value.
func eachText(v any, add func(string)) {
	switch v := v.(type) {
	case string:
		add(v)
	case []any:
		for _, e := range v {
			eachText(e, add)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			eachText(v[k], add)
		}
	}
}

// TrailFilter says which entries to list. Its zero value lists all.
type TrailFilter struct {
	Actor       string // as pavilion.Actor.String has it
	Act         string
	About       string
	From, Until time.Time // from From on, and before Until; zero: no bound
	Words       string    // all of them stand in what was changed or told, as whole words
}

// trailConditions are the ways to find entries, each with an index of its own. The first
// form lets the engine use the index, the second does not: see [SearchTrail].
const (
	actorIs, actorToo = `t.actor = $1`, `t.actor || '' = $1`
	actIs, actToo     = `t.act = $1`, `t.act || '' = $1`
	aboutIs, aboutToo = `t.about = $1`, `t.about || '' = $1`
	wordIs, wordToo   = `w.word = $1`, `exists (select 1 from trail_word x where x.word = $1 and x.number = t.number)`
)

const (
	sqlSearch = `select t.number, t.happened_at, t.actor, t.origin, t.act, t.about, t.detail, t.changes, t.hash from trail t`

	sqlSearchWord = `select t.number, t.happened_at, t.actor, t.origin, t.act, t.about, t.detail, t.changes, t.hash
from trail_word w join trail t on t.number = w.number`

	sqlCount     = `select count(*) from (select 1 from trail t `
	sqlCountWord = `select count(*) from (select 1 from trail_word w join trail t on t.number = w.number `
)

// condition is one thing that a filter asks for.
type condition struct {
	is, too, value string
	word           bool
	rows           int64 // that meet it, counted up to rareMost
}

// rareMost is how far is counted to find out which condition is the rarest.
const rareMost = 1000

// conditions of the filter, the rarest first, so that the engine walks along that one and
// looks at the others in each row: among entries of a busy machine, those that one person
// would find by the thing they are about are few.
func (f TrailFilter) conditions(ctx context.Context, r db.Reader) ([]condition, error) {
	var all []condition
	add := func(is, too, value string) {
		if value != "" {
			all = append(all, condition{is: is, too: too, value: value, word: is == wordIs})
		}
	}
	add(aboutIs, aboutToo, f.About)
	for _, w := range pavilion.WordsSought(f.Words) {
		if len(all) < mostLinkWords {
			add(wordIs, wordToo, w)
		}
	}
	add(actorIs, actorToo, f.Actor)
	add(actIs, actToo, f.Act)
	if len(all) < 2 {
		return all, nil
	}
	for i := range all {
		var err error
		if all[i].rows, err = count(ctx, r, all[i:i+1], rareMost); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b condition) int { return int(a.rows - b.rows) })
	return all, nil
}

// where returns the conditions for a statement, the first as the one to walk along.
func where(conditions []condition) (w db.Where, byWord bool) {
	for i, c := range conditions {
		if i == 0 {
			w.And(c.is, c.value)
			byWord = c.word
			continue
		}
		w.And(c.too, c.value)
	}
	return w, byWord
}

func count(ctx context.Context, r db.Reader, conditions []condition, most int64) (n int64, err error) {
	w, byWord := where(conditions)
	return countWhere(ctx, r, w, byWord, most)
}

func countWhere(ctx context.Context, r db.Reader, w db.Where, byWord bool, most int64) (n int64, err error) {
	head := sqlCount
	if byWord {
		head = sqlCountWord
	}
	query, args := w.SQL(head, `limit $1) found`, most)
	err = r.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

const (
	sqlFirstFrom = `select number from trail where happened_at >= $1 order by happened_at, number limit 1`

	sqlLastBefore = `select number from trail where happened_at < $1 order by happened_at desc, number desc limit 1`
)

// span turns the period into the first and the last number of it, which is possible because
// no entry happened before the one below it.
func (f TrailFilter) span(ctx context.Context, r db.Reader) (first, last int64, err error) {
	scan := func(s db.Scanner) (n int64, err error) { return n, s.Scan(&n) }
	first, last = 1, math.MaxInt64
	if !f.From.IsZero() {
		n, found, err := db.One(ctx, r, scan, sqlFirstFrom, db.Micros(f.From))
		if err != nil || !found {
			return 1, 0, err
		}
		first = n
	}
	if !f.Until.IsZero() {
		n, found, err := db.One(ctx, r, scan, sqlLastBefore, db.Micros(f.Until))
		if err != nil || !found {
			return 1, 0, err
		}
		last = n
	}
	return first, last, nil
}

// bounded are the conditions of the filter with those of its period.
func (f TrailFilter) bounded(ctx context.Context, r db.Reader, before int64) (w db.Where, byWord bool, err error) {
	conditions, err := f.conditions(ctx, r)
	if err != nil {
		return w, false, err
	}
	first, last, err := f.span(ctx, r)
	if err != nil {
		return w, false, err
	}
	w, byWord = where(conditions)
	number := "t.number"
	if byWord {
		number = "w.number"
	}
	w.And(number+" >= $1", first)
	w.And(number+" <= $1", min(last, before))
	return w, byWord, nil
}

// SearchTrail lists entries that meet every part of the filter, the newest first, those
// after the one with the key ("" for the beginning). Error: Invalid staff.trail_key.
//
// It answers quickly however long the trail is, because it walks along the index of the
// rarest condition; only where each condition is common by itself and all together are rare
// does it look at many rows.
func SearchTrail(ctx context.Context, r db.Reader, f TrailFilter, after string, limit int) ([]Entry, error) {
	before, err := parseKey(after, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	w, byWord, err := f.bounded(ctx, r, before-1)
	if err != nil {
		return nil, err
	}
	head, tail := sqlSearch, `order by t.number desc limit $1`
	if byWord {
		head, tail = sqlSearchWord, `order by w.number desc limit $1`
	}
	query, args := w.SQL(head, tail, limit)
	return db.All(ctx, r, scanEntry, query, args...)
}

// CountTrail counts the entries that meet the filter, and stops at most.
func CountTrail(ctx context.Context, r db.Reader, f TrailFilter, most int64) (int64, error) {
	w, byWord, err := f.bounded(ctx, r, math.MaxInt64)
	if err != nil {
		return 0, err
	}
	return countWhere(ctx, r, w, byWord, most)
}
