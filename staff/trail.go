package staff

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"pavilion"
	"pavilion/db"
)

// Entry is one row of the trail: who did what to what. Rows are only ever added, numbered
// without gaps, and chained: see [VerifyTrail].
type Entry struct {
	Number     int64
	HappenedAt time.Time // never before the entry with the number below
	Actor      pavilion.Actor
	Act        string // in the past tense, such as "staff.invited"
	About      string // the id of the thing
	Detail     string // JSON, without personal data
	Changes    []FieldChange
	Hash       string // "" of entries from before there was a chain
}

// FieldChange is what one field said before and says now, in words people read or machine
// words such as a state. Personal data stands in it masked or not at all.
type FieldChange struct {
	Field  string `json:"field"` // a machine word, such as "price"
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Deed is an entry to be: what the transaction's actor did to a thing.
type Deed struct {
	Act     string
	About   string
	Detail  map[string]any // without personal data; may be nil
	Changes []FieldChange
}

// Note adds to the trail that the transaction's actor did act to about. It stands there when
// the transaction is committed, so that neither stands without the other; inside the
// transaction it is not to be seen yet. detail holds no personal data.
func Note(ctx context.Context, tx *db.Tx, act, about string, detail map[string]any) error {
	return NoteSet(ctx, tx, []Deed{{Act: act, About: about, Detail: detail}})
}

// NoteChanges adds to the trail that the transaction's actor changed fields of a thing.
// Without changes it notes nothing.
func NoteChanges(ctx context.Context, tx *db.Tx, act, about string, changes []FieldChange) error {
	if len(changes) == 0 {
		return nil
	}
	return NoteSet(ctx, tx, []Deed{{Act: act, About: about, Changes: changes}})
}

// NoteSet notes many deeds at once, in their order. The trail keeps the beginning of very
// long values only.
func NoteSet(_ context.Context, tx *db.Tx, deeds []Deed) error {
	c := db.AtEnd(tx, func() *chain { return &chain{} })
	for _, d := range deeds {
		l, err := d.link(tx.Actor())
		if err != nil {
			return err
		}
		c.links = append(c.links, l)
	}
	return nil
}

// LongestValue is how many characters of a value before or after a change are kept, with "…"
// behind them where there were more: the trail says what was changed and does not store every
// text twice.
const LongestValue = 2000

// link returns the deed in the form that is stored.
func (d Deed) link(by pavilion.Actor) (link, error) {
	l := link{actor: by.String(), origin: by.From, act: d.Act, about: d.About, detail: "{}"}
	if len(d.Detail) > 0 {
		text, err := json.Marshal(d.Detail)
		if err != nil {
			return link{}, pavilion.E(pavilion.Internal, "staff.detail_malformed", nil).Because(err)
		}
		l.detail = string(text)
	}
	if len(d.Changes) > 0 {
		cut := make([]FieldChange, len(d.Changes))
		for i, c := range d.Changes {
			cut[i] = FieldChange{Field: c.Field, Before: beginning(c.Before), After: beginning(c.After)}
		}
		text, err := json.Marshal(cut)
		if err != nil {
			return link{}, pavilion.E(pavilion.Internal, "staff.detail_malformed", nil).Because(err)
		}
		l.changes = string(text)
	}
	l.words = l.find()
	return l, nil
}

// beginning returns a text, or as much of it as the trail keeps.
func beginning(text string) string {
	n := 0
	for i := range text {
		if n == LongestValue {
			return text[:i] + "…"
		}
		n++
	}
	return text
}

const trailColumns = `number, happened_at, actor, origin, act, about, detail, changes, hash`

// scanLink scans trailColumns.
func scanLink(s db.Scanner) (l link, err error) {
	err = s.Scan(&l.number, &l.at, &l.actor, &l.origin, &l.act, &l.about, &l.detail, &l.changes, &l.hash)
	return l, err
}

// entry returns the row as others see it.
func (l link) entry() (Entry, error) {
	e := Entry{Number: l.number, HappenedAt: db.Time(l.at), Act: l.act, About: l.about, Detail: l.detail, Hash: l.hash}
	e.Actor, _ = pavilion.ParseActor(l.actor)
	e.Actor.From = l.origin
	if l.changes == "" {
		return e, nil
	}
	if err := json.Unmarshal([]byte(l.changes), &e.Changes); err != nil {
		return e, fmt.Errorf("read the changes of trail entry %d: %w", l.number, err)
	}
	return e, nil
}

func scanEntry(s db.Scanner) (Entry, error) {
	l, err := scanLink(s)
	if err != nil {
		return Entry{}, err
	}
	return l.entry()
}

// Key is the place of the entry in a list, as the functions that list entries take it.
func (e Entry) Key() string { return strconv.FormatInt(e.Number, 10) }

const sqlTrail = `select ` + trailColumns + ` from trail
where about = $1 and number > $2 order by number limit $3`

// Trail lists what happened to a thing, the oldest first, after the entry with the key, ""
// for the beginning. Error: Invalid staff.trail_key.
func Trail(ctx context.Context, r db.Reader, about, after string, limit int) ([]Entry, error) {
	n, err := parseKey(after, 0)
	if err != nil {
		return nil, err
	}
	return db.All(ctx, r, scanEntry, sqlTrail, about, n, limit)
}

// parseKey reads what Entry.Key wrote; none stands for "".
func parseKey(key string, none int64) (int64, error) {
	if key == "" {
		return none, nil
	}
	n, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return 0, pavilion.E(pavilion.Invalid, "staff.trail_key", nil)
	}
	return n, nil
}

const sqlEntry = `select ` + trailColumns + ` from trail where number = $1`

// TrailEntry returns one entry. Error: NotFound staff.entry_unknown.
func TrailEntry(ctx context.Context, r db.Reader, number int64) (Entry, error) {
	e, found, err := db.One(ctx, r, scanEntry, sqlEntry, number)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "staff.entry_unknown", nil)
	}
	return e, err
}
