package staff

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// verified computes the chain again and returns what was found.
func verified(t *testing.T, d *db.DB, anchor TrailHead) (Verified, []Difference) {
	t.Helper()
	var found []Difference
	v, err := read(t, d, func(v *db.View) (Verified, error) {
		return VerifyTrail(t.Context(), v, anchor, func(x Difference) error {
			found = append(found, x)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return v, found
}

// noteMany writes entries from one to last.
func noteMany(t *testing.T, d *db.DB, last int) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		for n := range last {
			change := []FieldChange{{Field: "n", After: fmt.Sprint(n + 1)}}
			if err := NoteChanges(t.Context(), tx, "thing.changed", "thing", change); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestVerifyTrail(t *testing.T) {
	t.Parallel()
	const last = 20
	for name, c := range map[string]struct {
		harm []string // statements
		want []Difference
	}{
		"nothing":     {},
		"a bit":       {[]string{`update trail set detail = '{|' where number = 7`}, []Difference{{"trail.verify_changed", 7, 7}}},
		"the origin":  {[]string{`update trail set origin = 'elsewhere' where number = 20`}, []Difference{{"trail.verify_changed", 20, 20}}},
		"the moment":  {[]string{`update trail set happened_at = happened_at + 1 where number = 1`}, []Difference{{"trail.verify_changed", 1, 1}}},
		"a row":       {[]string{`delete from trail where number = 7`}, []Difference{{"trail.verify_missing", 7, 7}, {"trail.verify_changed", 8, 8}}},
		"the first":   {[]string{`delete from trail where number <= 3`}, []Difference{{"trail.verify_missing", 1, 3}, {"trail.verify_changed", 4, 4}}},
		"the tail":    {[]string{`delete from trail where number > 15`}, []Difference{{"trail.verify_head", 20, 20}, {"trail.verify_anchor", 18, 18}}},
		"all":         {[]string{`delete from trail`}, []Difference{{"trail.verify_head", 20, 20}, {"trail.verify_anchor", 18, 18}}},
		"their hash":  {[]string{`update trail set hash = ''`}, []Difference{{"trail.verify_anchor", 18, 18}, {"trail.verify_head", 20, 20}}},
		"the head":    {[]string{`delete from trail_head`}, []Difference{{"trail.verify_head", 0, 0}}},
		"one of them": {[]string{`update trail set hash = '' where number = 7`}, []Difference{{"trail.verify_changed", 7, 7}, {"trail.verify_changed", 8, 8}}},
		"two swapped": {
			[]string{
				`update trail set number = -1 where number = 7`, `update trail set number = 7 where number = 8`, `update trail set number = 8 where number = -1`,
			},
			[]Difference{{"trail.verify_changed", 7, 7}, {"trail.verify_changed", 8, 8}, {"trail.verify_changed", 9, 9}},
		},
		"the tail with its head": {
			[]string{
				`delete from trail where number > 15`,
				`update trail_head set number = 15, hash = (select hash from trail where number = 15)`,
			},
			[]Difference{{"trail.verify_anchor", 18, 18}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				noteMany(t, d, last-2)
				state, _ := verified(t, d, TrailHead{})
				anchor := state.Head
				noteMany(t, d, 2)
				write(t, d, func(tx *db.Tx) error {
					for _, s := range c.harm {
						if _, err := tx.Exec(t.Context(), s); err != nil {
							return err
						}
					}
					return nil
				})
				_, found := verified(t, d, anchor)
				if diff := cmp.Diff(c.want, found); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestVerifyRewrittenTrail has somebody write the whole chain anew with one entry changed,
// which only a head kept outside gives away.
func TestVerifyRewrittenTrail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		noteMany(t, d, 5)
		state, _ := verified(t, d, TrailHead{})
		write(t, d, func(tx *db.Tx) error {
			links, err := db.All(t.Context(), tx, scanLink, sqlLinks, 0, 100)
			if err != nil {
				return err
			}
			previous := ""
			for _, l := range links {
				if l.number == 2 {
					l.actor = "staff:somebody_else"
				}
				previous = l.sum(previous)
				if _, err := tx.Exec(t.Context(), `update trail set actor = $1, hash = $2 where number = $3`, l.actor, previous, l.number); err != nil {
					return err
				}
			}
			_, err = tx.Exec(t.Context(), `update trail_head set hash = $1`, previous)
			return err
		})
		if _, found := verified(t, d, TrailHead{}); len(found) > 0 {
			t.Errorf("without the head of before: got %v, want nothing", found)
		}
		_, found := verified(t, d, state.Head)
		if diff := cmp.Diff([]Difference{{"trail.verify_anchor", 5, 5}}, found); diff != "" {
			t.Errorf("with it (-want +got):\n%s", diff)
		}
	})
}

// TestVerifyEntriesFromBefore has entries without a hash at the beginning, as the migration
// leaves them.
func TestVerifyEntriesFromBefore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error {
			for n := range 3 {
				if _, err := tx.Exec(t.Context(), `insert into trail (number, happened_at, actor, origin, act, about, detail, changes, hash)
					values ($1, 0, 'system:cli', '', 'thing.made', 'thing', '{}', '', '')`, n+1); err != nil {
					return err
				}
			}
			_, err := tx.Exec(t.Context(), `insert into trail_head (name, number, happened_at, hash) values ('trail', 3, 0, '')`)
			return err
		})
		noteMany(t, d, 2)
		state, found := verified(t, d, TrailHead{})
		if state.Unchained != 3 || state.Head.Number != 5 || len(found) > 0 {
			t.Errorf("got %+v and %v, want 3 of 5 unchained and no difference", state, found)
		}
	})
}

// TestTrailTogether has eight writers note at once.
func TestTrailTogether(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 25
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		good, errs := together(writers, func(i int) error {
			for n := range each {
				err := d.Write(t.Context(), pavilion.System(fmt.Sprint(i)), func(tx *db.Tx) error {
					if err := Note(t.Context(), tx, "thing.made", "thing", nil); err != nil {
						return err
					}
					if n%5 == 4 {
						return NoteSet(t.Context(), tx, []Deed{{Act: "a", About: "b"}, {Act: "c", About: "d"}})
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if good != writers {
			t.Fatalf("got %v", errs)
		}
		state, found := verified(t, d, TrailHead{})
		if want := int64(writers * (each + 2*each/5)); state.Head.Number != want || len(found) > 0 {
			t.Errorf("got %d entries and %v, want %d and no difference", state.Head.Number, found, want)
		}
	})
}

// TestTrailHoldsWhateverIsWritten notes anything, changes any one value of any one row and
// looks for the difference.
func TestTrailHoldsWhateverIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) link {
			return link{
				at: rapid.Int64().Draw(t, "at"), actor: text.Draw(t, "actor"), origin: text.Draw(t, "origin"), act: text.Draw(t, "act"),
				about: text.Draw(t, "about"), detail: text.Draw(t, "detail"), changes: text.Draw(t, "changes"),
			}
		}), 1, 8).Draw(t, "rows")
		previous := ""
		for i := range rows {
			rows[i].number = int64(i + 1)
			rows[i].hash = rows[i].sum(previous)
			previous = rows[i].hash
		}
		check := func() (found []Difference) {
			v := verifier{report: func(d Difference) error { found = append(found, d); return nil }}
			for _, l := range rows {
				if err := v.look(l); err != nil {
					t.Fatal(err)
				}
			}
			return found
		}
		if found := check(); found != nil {
			t.Fatalf("untouched: got %v", found)
		}
		i := rapid.IntRange(0, len(rows)-1).Draw(t, "row")
		l := &rows[i]
		texts := []*string{&l.actor, &l.origin, &l.act, &l.about, &l.detail, &l.changes}
		field := texts[rapid.IntRange(0, len(texts)-1).Draw(t, "field")]
		if other := text.Draw(t, "other"); other != *field {
			*field = other
			if check() == nil {
				t.Fatalf("row %d was changed and nothing found", i+1)
			}
		}
	})
}

func TestTrailHeadText(t *testing.T) {
	t.Parallel()
	head := TrailHead{Number: 12, Hash: link{}.sum("")}
	if got, err := ParseTrailHead(head.String()); got != head || err != nil {
		t.Errorf("got %v, %v, want %v", got, err, head)
	}
	if got, err := ParseTrailHead(""); got != (TrailHead{}) || err != nil {
		t.Errorf("empty: got %v, %v, want none", got, err)
	}
	for _, bad := range []string{"x", "12", "12:", "0:" + head.Hash, "-1:" + head.Hash, "12:" + head.Hash[1:], ":" + head.Hash} {
		_, err := ParseTrailHead(bad)
		wantReason(t, bad, err, pavilion.Invalid, "staff.trail_head_malformed")
	}
}

// BenchmarkNoteSet notes as an import does: 500 rows in a transaction, each with two
// changes.
func BenchmarkNoteSet(b *testing.B) {
	const rows = 500
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			d := dbtest.SQLite(b)
			if engine == db.PostgreSQL {
				d = dbtest.Open(b, dbtest.PostgreSQL(b), dbtest.NewClock())
			}
			for b.Loop() {
				deeds := make([]Deed, rows)
				for i := range deeds {
					deeds[i] = Deed{Act: "product.changed", About: fmt.Sprintf("prd_%d", rand.Uint64()), Changes: []FieldChange{
						{Field: "price", Before: "10.00", After: "12.00"}, {Field: "name.zh", Before: "牛奶巧克力", After: "黑巧克力"},
					}}
				}
				if err := d.Write(b.Context(), pavilion.System("bench"), func(tx *db.Tx) error { return NoteSet(b.Context(), tx, deeds) }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
