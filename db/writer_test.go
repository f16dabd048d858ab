package db_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// inOneGroup has the functions run one after the other in one group, and returns what each
// was answered. The first one waits until all others queue.
func inOneGroup(t *testing.T, d *db.DB, fns ...func(*db.Tx) error) []error {
	t.Helper()
	answers := make([]error, len(fns))
	inside, queued := make(chan struct{}), make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		answers[0] = d.Write(t.Context(), tester, func(tx *db.Tx) error {
			close(inside)
			<-queued
			return fns[0](tx)
		})
	})
	<-inside
	for n, fn := range fns[1:] {
		wait.Go(func() { answers[n+1] = d.Write(t.Context(), tester, fn) })
		db.WaitQueued(d, n+1)
	}
	close(queued)
	wait.Wait()
	return answers
}

func TestGroupSharesOneCommit(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	refused := errors.New("refused")
	answers := inOneGroup(t, d,
		func(tx *db.Tx) error { return put(t, tx, "a") },
		func(tx *db.Tx) error { return errors.Join(put(t, tx, "b"), refused) },
		func(tx *db.Tx) error { // sees what the first wrote, not what the second did
			var n int
			if err := tx.QueryRow(t.Context(), "select count(*) from fact").Scan(&n); err != nil || n != 1 {
				t.Errorf("got %d rows and %v inside the group, want 1", n, err)
			}
			return put(t, tx, "c")
		},
	)
	if answers[0] != nil || !errors.Is(answers[1], refused) || answers[2] != nil {
		t.Errorf("got answers %v", answers)
	}
	if got := ids(t, d); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("got %v on disk, want [a c]", got)
	}
}

// TestGroupOnAFullDisk: SQLite may undo the whole transaction when the disk is full. Then
// nobody of the group may be told that the work is kept, and none of it is.
func TestGroupOnAFullDisk(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	answers := inOneGroup(t, d,
		func(tx *db.Tx) error { return put(t, tx, "before") },
		func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "pragma max_page_count = 1"); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "insert into attempt (subject, failures, blocked_until, updated_at) values ($1, 1, 1, 1)", strings.Repeat("a", 1<<20))
			return err
		},
		func(tx *db.Tx) error { return put(t, tx, "after") },
	)
	wantError(t, answers[1], pavilion.Unavailable, "db.disk_full")
	var kept []string
	for n, id := range []string{"before", "", "after"} {
		if answers[n] == nil {
			kept = append(kept, id)
		} else if pavilion.KindOf(answers[n]) != pavilion.Unavailable {
			t.Errorf("%s: got %v, want nil or Unavailable", id, answers[n])
		}
	}
	slices.Sort(kept)
	if got := ids(t, d); !slices.Equal(got, kept) {
		t.Errorf("got %v on disk, want what was answered with nil: %v", got, kept)
	}
}

// TestGroupLosesItsTransaction: a caller's statement rolls everything back, as SQLite does
// by itself after a read error.
func TestGroupLosesItsTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	answers := inOneGroup(t, d,
		func(tx *db.Tx) error { return put(t, tx, "before") },
		func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "rollback")
			return err
		},
		func(tx *db.Tx) error { return put(t, tx, "after") },
	)
	wantError(t, answers[0], pavilion.Unavailable, "db.commit")
	wantError(t, answers[1], pavilion.Unavailable, "db.commit")
	if answers[2] != nil {
		t.Errorf("the next group: got %v, want nil", answers[2])
	}
	if got := ids(t, d); !slices.Equal(got, []string{"after"}) {
		t.Errorf("got %v on disk, want [after]", got)
	}
}

// TestGroupCommitFails: a foreign key that is checked at the end makes the commit itself
// fail. All of the group hear it; the writer goes on.
func TestGroupCommitFails(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	answers := inOneGroup(t, d,
		func(tx *db.Tx) error { return put(t, tx, "a") },
		func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "pragma defer_foreign_keys = 1"); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "insert into brand (id, producer_id, key, name_text) values ('brn_1', 'pdr_missing', 'k', '{}')")
			return err
		},
	)
	for _, err := range answers {
		wantError(t, err, pavilion.Unavailable, "db.commit")
	}
	if err := d.Write(t.Context(), tester, func(tx *db.Tx) error { return put(t, tx, "b") }); err != nil {
		t.Errorf("afterwards: got %v, want nil", err)
	}
	if got := ids(t, d); !slices.Equal(got, []string{"b"}) {
		t.Errorf("got %v on disk, want [b]", got)
	}
}

// TestCallerLeavesTheQueue: a caller whose context ends does not wait for those before it,
// and its function never runs.
func TestCallerLeavesTheQueue(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			left <- d.Write(ctx, tester, func(tx *db.Tx) error { return put(t, tx, "left") })
		}()
		db.WaitQueued(d, 1)
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		return put(t, tx, "stayed")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(t, d); !slices.Equal(got, []string{"stayed"}) {
		t.Errorf("got %v on disk, want [stayed]", got)
	}
}
