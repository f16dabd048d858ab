package staff

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestTrail(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		actor := pavilion.Actor{Kind: pavilion.ByToken, ID: "tok_1", From: "203.0.113.x"}
		do := func(fn func(tx *db.Tx) error) error {
			defer clock.Advance(time.Second)
			return d.Write(t.Context(), actor, fn)
		}
		changes := []FieldChange{{Field: "price", Before: "10.00", After: "12.00"}, {Field: "name", After: "巧克力"}}
		err := errors.Join(
			do(func(tx *db.Tx) error { return Note(t.Context(), tx, "thing.made", "thing", nil) }),
			do(func(tx *db.Tx) error { return NoteChanges(t.Context(), tx, "thing.changed", "thing", changes) }),
			do(func(tx *db.Tx) error { return NoteChanges(t.Context(), tx, "thing.changed", "thing", nil) }),
		)
		if err != nil {
			t.Fatal(err)
		}
		err = do(func(tx *db.Tx) error {
			return errors.Join(Note(t.Context(), tx, "thing.lost", "thing", nil), context.Canceled)
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("undone: got %v, want %v", err, context.Canceled)
		}
		if err := do(func(tx *db.Tx) error {
			return Note(t.Context(), tx, "thing.told", "thing", map[string]any{"n": 2, "from": "a"})
		}); err != nil {
			t.Fatal(err)
		}
		list := func(after string, limit int) []Entry {
			t.Helper()
			out, err := read(t, d, func(v *db.View) ([]Entry, error) { return Trail(t.Context(), v, "thing", after, limit) })
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		want := []Entry{
			{Number: 1, HappenedAt: dbtest.Start, Actor: actor, Act: "thing.made", About: "thing", Detail: "{}"},
			{Number: 2, HappenedAt: dbtest.Start.Add(time.Second), Actor: actor, Act: "thing.changed", About: "thing", Detail: "{}", Changes: changes},
			{Number: 3, HappenedAt: dbtest.Start.Add(4 * time.Second), Actor: actor, Act: "thing.told", About: "thing", Detail: `{"from":"a","n":2}`},
		}
		noHash := cmpopts.IgnoreFields(Entry{}, "Hash")
		if d := cmp.Diff(want, list("", 10), noHash); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if d := cmp.Diff(want[1:2], list(want[0].Key(), 1), noHash); d != "" {
			t.Errorf("second page (-want +got):\n%s", d)
		}
		one, err := read(t, d, func(v *db.View) (Entry, error) { return TrailEntry(t.Context(), v, 2) })
		if d := cmp.Diff(want[1], one, noHash); d != "" || err != nil {
			t.Errorf("entry 2: %v (-want +got):\n%s", err, d)
		}
		_, err = read(t, d, func(v *db.View) (Entry, error) { return TrailEntry(t.Context(), v, 9) })
		wantReason(t, "entry 9", err, pavilion.NotFound, "staff.entry_unknown")
		_, err = read(t, d, func(v *db.View) ([]Entry, error) { return Trail(t.Context(), v, "thing", "x", 1) })
		wantReason(t, "key x", err, pavilion.Invalid, "staff.trail_key")
	})
}

// TestTrailTime writes while the clock goes backwards: an entry never stands before the one
// it follows.
func TestTrailTime(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		for _, by := range []time.Duration{0, -time.Hour, 2 * time.Hour} {
			clock.Advance(by)
			write(t, d, func(tx *db.Tx) error { return Note(t.Context(), tx, "thing.made", "thing", nil) })
		}
		got, err := read(t, d, func(v *db.View) ([]Entry, error) { return Trail(t.Context(), v, "thing", "", 10) })
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []time.Duration{0, 0, time.Hour} {
			if !got[i].HappenedAt.Equal(dbtest.Start.Add(want)) {
				t.Errorf("entry %d: got %v, want %v after the start", i+1, got[i].HappenedAt, want)
			}
		}
	})
}

// TestTrailKeepsBeginnings changes a text longer than the trail keeps.
func TestTrailKeepsBeginnings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		long := strings.Repeat("汉", LongestValue+1)
		write(t, d, func(tx *db.Tx) error {
			return NoteChanges(t.Context(), tx, "thing.changed", "thing", []FieldChange{{Field: "story", Before: long[3:], After: long}})
		})
		got, err := read(t, d, func(v *db.View) (Entry, error) { return TrailEntry(t.Context(), v, 1) })
		if err != nil {
			t.Fatal(err)
		}
		want := []FieldChange{{Field: "story", Before: long[3:], After: long[3:] + "…"}}
		if d := cmp.Diff(want, got.Changes); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}
