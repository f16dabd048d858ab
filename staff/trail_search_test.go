package staff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// TestSearchTrail compares what is found with what a walk over all entries finds, for any
// filter.
func TestSearchTrail(t *testing.T) {
	t.Parallel()
	const entries = 60
	actors, acts, things := []string{"a", "b"}, []string{"thing.made", "thing.sold"}, []string{"x", "y", "z"}
	values := []string{"Chocolate bar", "牛奶巧克力", "12.50", "Шоколад", ""}
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		for n := range entries {
			by := pavilion.Actor{Kind: pavilion.ByStaff, ID: actors[n%7%2]}
			deed := Deed{
				Act: acts[n%5%2], About: things[n%3], Detail: map[string]any{"reason": values[n%5]},
				Changes: []FieldChange{{Field: "name", Before: values[n%4], After: values[n%3]}},
			}
			if err := d.Write(t.Context(), by, func(tx *db.Tx) error { return NoteSet(t.Context(), tx, []Deed{deed}) }); err != nil {
				t.Fatal(err)
			}
			clock.Advance(time.Minute)
		}
		all, err := read(t, d, func(v *db.View) ([]Entry, error) { return SearchTrail(t.Context(), v, TrailFilter{}, "", 1000) })
		if err != nil || len(all) != entries {
			t.Fatalf("all: got %d entries, %v", len(all), err)
		}
		start := all[entries-1].HappenedAt
		rapid.Check(t, func(rt *rapid.T) {
			some := func(label string, of []string) string {
				return rapid.SampledFrom(append([]string{""}, of...)).Draw(rt, label)
			}
			moment := func(label string) time.Time {
				n := rapid.IntRange(-2, entries+2).Draw(rt, label)
				if n == -2 {
					return time.Time{}
				}
				return start.Add(time.Duration(n) * time.Minute)
			}
			f := TrailFilter{
				Act: some("act", acts), About: some("about", things), From: moment("from"), Until: moment("until"),
				Words: some("words", []string{"chocolate", "巧克力", "12.50 шоколад", "bar 巧克", "nothing"}),
			}
			if a := some("actor", actors); a != "" {
				f.Actor = "staff:" + a
			}
			var want, got []int64
			for _, e := range all {
				if meets(e, f) {
					want = append(want, e.Number)
				}
			}
			page := rapid.IntRange(1, 20).Draw(rt, "page")
			var counted int64
			err := d.Read(t.Context(), func(v *db.View) (err error) {
				for after := ""; ; {
					found, err := SearchTrail(t.Context(), v, f, after, page)
					if err != nil {
						return err
					}
					for _, e := range found {
						got = append(got, e.Number)
						after = e.Key()
					}
					if len(found) < page {
						break
					}
				}
				counted, err = CountTrail(t.Context(), v, f, 10)
				return err
			})
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" || counted != min(int64(len(want)), 10) {
				rt.Fatalf("%+v: counted %d of %d (-want +got):\n%s", f, counted, len(want), diff)
			}
		})
	})
}

// meets tells whether the filter asks for the entry.
func meets(e Entry, f TrailFilter) bool {
	words := pavilion.Words(e.Detail)
	for _, c := range e.Changes {
		words = append(words, pavilion.Words(c.Before+" / "+c.After)...)
	}
	for _, w := range pavilion.WordsSought(f.Words) {
		if !slices.Contains(words, w) {
			return false
		}
	}
	return (f.Actor == "" || e.Actor.String() == f.Actor) && (f.Act == "" || e.Act == f.Act) && (f.About == "" || e.About == f.About) &&
		(f.From.IsZero() || !e.HappenedAt.Before(f.From)) && (f.Until.IsZero() || e.HappenedAt.Before(f.Until))
}

// TestSearchTrailPlans looks at how the engines answer: along an index, never over the whole
// trail.
func TestSearchTrailPlans(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		for name, f := range map[string]TrailFilter{
			"all": {}, "actor": {Actor: "staff:a7"}, "act": {Act: "thing.rare"}, "about": {About: "thing_99"}, "words": {Words: "word77"},
			"actor and act": {Actor: "staff:a0", Act: "thing.rare"}, "period": {From: dbtest.Start, Until: dbtest.Start.Add(time.Second)},
			"words and actor": {Words: "word77", Actor: "staff:a0"},
		} {
			err := d.Read(t.Context(), func(v *db.View) error {
				w, byWord, err := f.bounded(t.Context(), v, 1<<40)
				if err != nil {
					return err
				}
				head, tail := sqlSearch, `order by t.number desc limit $1`
				if byWord {
					head, tail = sqlSearchWord, `order by w.number desc limit $1`
				}
				query, args := w.SQL(head, tail, 50)
				explain := "explain "
				if d.Engine() == db.SQLite {
					explain = "explain query plan "
				}
				plan, err := db.All(t.Context(), v, lastColumn, explain+query, args...)
				if text := strings.ToLower(strings.Join(plan, "\n")); strings.Contains(text, "seq scan") || strings.Contains(text, "temp b-tree") || strings.Contains(text, "scan t") {
					t.Errorf("%s:\n%s", name, text)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// lastColumn scans the last column of a row as text.
func lastColumn(s db.Scanner) (text string, err error) {
	if err = s.Scan(&text); err == nil {
		return text, nil
	}
	var ignored any
	return text, s.Scan(&ignored, &ignored, &ignored, &text)
}

// fill writes a trail of which one act, one thing and one word are rare.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	for n := range 10 {
		by := pavilion.Actor{Kind: pavilion.ByStaff, ID: fmt.Sprint("a", n%2)}
		err := d.Write(t.Context(), by, func(tx *db.Tx) error {
			var deeds []Deed
			for m := range 300 {
				deed := Deed{Act: "thing.made", About: fmt.Sprint("thing_", m), Detail: map[string]any{"reason": fmt.Sprintf("word%d", m)}}
				if n == 3 && m == 7 {
					deed.Act = "thing.rare"
				}
				deeds = append(deeds, deed)
			}
			return NoteSet(t.Context(), tx, deeds)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if d.Engine() == db.PostgreSQL {
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "analyze trail, trail_word")
			return err
		})
	}
}

func TestTrailNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := member(t, d, "desk")
		var token Token
		for _, by := range []pavilion.Actor{actor(m.ID, Place{}), pavilion.System("cli"), actor(m.ID, Place{})} {
			err := d.Write(t.Context(), by, func(tx *db.Tx) (err error) {
				_, token, err = MakeToken(t.Context(), tx, "till", []Scope{ReadCatalog}, time.Time{})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := d.Read(t.Context(), func(v *db.View) error {
			acts, err := TrailActs(t.Context(), v)
			if diff := cmp.Diff([]string{"staff.invited", "staff.joined", "staff.token_made"}, acts); diff != "" {
				t.Errorf("acts: %v (-want +got):\n%s", err, diff)
			}
			actors, err := TrailActors(t.Context(), v)
			if diff := cmp.Diff([]string{actor(m.ID, Place{}).String(), "system:cli", "system:test"}, actors); diff != "" {
				t.Errorf("actors: %v (-want +got):\n%s", err, diff)
			}
			names, err := Names(t.Context(), v, []string{string(m.ID), "cli", string(token.ID), string(m.ID)})
			if diff := cmp.Diff(map[string]string{string(m.ID): "Member", string(token.ID): "till"}, names); diff != "" {
				t.Errorf("names: %v (-want +got):\n%s", err, diff)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
