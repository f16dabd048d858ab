package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// TestWriteEachFateItsOwn has many callers at once whose functions succeed, fail, panic or
// end their goroutine. What is on disk afterwards is what was answered with nil.
func TestWriteEachFateItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		fates := []func() error{
			func() error { return nil },
			func() error { return refused },
			func() error { panic("a fault of the caller") },
			func() error { runtime.Goexit(); return nil },
		}
		var want []string
		var wait sync.WaitGroup
		for n := range 64 {
			id := fmt.Sprintf("f%02d", n)
			if n%len(fates) == 0 {
				want = append(want, id)
			}
			wait.Go(func() {
				defer func() { _ = recover() }()
				err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
					if err := put(t, tx, id); err != nil {
						return err
					}
					return fates[n%len(fates)]()
				})
				if n%len(fates) == 0 && err != nil || n%len(fates) == 1 && !errors.Is(err, refused) {
					t.Errorf("%s: got error %v", id, err)
				}
			})
		}
		wait.Wait()
		if diff := cmp.Diff(want, ids(t, d)); diff != "" {
			t.Errorf("rows on disk (-want +got):\n%s", diff)
		}
	})
}

// TestWriteGuarded has more callers than units: exactly the units are given out.
func TestWriteGuarded(t *testing.T) {
	t.Parallel()
	const units, callers = 100, 8
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into attempt (subject, failures, blocked_until, updated_at) values ('units', $1, 0, 0)", units)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var given atomic.Int64
		var wait sync.WaitGroup
		for range callers {
			wait.Go(func() {
				for range 2 * units / callers {
					var rows int64
					err := d.Write(t.Context(), tester, func(tx *db.Tx) (err error) {
						rows, err = tx.Exec(t.Context(), "update attempt set failures = failures - $1 where subject = 'units' and failures >= $1", 1)
						return err
					})
					if err != nil {
						t.Error(err)
					}
					given.Add(rows)
				}
			})
		}
		wait.Wait()
		if got := given.Load(); got != units {
			t.Errorf("got %d given out, want %d", got, units)
		}
	})
}

func TestReadIsOnePicture(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(t.Context(), func(v *db.View) error {
			var before, after int
			if err := v.QueryRow(t.Context(), "select count(*) from fact").Scan(&before); err != nil {
				return err
			}
			written := make(chan error)
			go func() {
				written <- d.Write(t.Context(), tester, func(tx *db.Tx) error { return put(t, tx, "f1") })
			}()
			if err := <-written; err != nil {
				return err
			}
			if err := v.QueryRow(t.Context(), "select count(*) from fact").Scan(&after); err != nil {
				return err
			}
			if before != 0 || after != 0 {
				t.Errorf("got %d and %d rows in one view, want 0 and 0", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestNestedIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func() error { return d.Write(t.Context(), tester, func(*db.Tx) error { return nil }) }
		read := func() error { return d.Read(t.Context(), func(*db.View) error { return nil }) }
		for _, inner := range []func() error{write, read} {
			wantError(t, d.Write(t.Context(), tester, func(*db.Tx) error { return inner() }), pavilion.Internal, "db.nested")
			wantError(t, d.Read(t.Context(), func(*db.View) error { return inner() }), pavilion.Internal, "db.nested")
		}
		if err := write(); err != nil {
			t.Errorf("afterwards: got %v, want nil", err)
		}
	})
}

func TestAfterCommit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var ran []int
		refused := errors.New("refused")
		write := func(answer error) error {
			return d.Write(t.Context(), tester, func(tx *db.Tx) error {
				for n := range 3 {
					tx.AfterCommit(func() { ran = append(ran, n) })
				}
				return answer
			})
		}
		if err := write(refused); !errors.Is(err, refused) || ran != nil {
			t.Errorf("after a failure: got %v and %v, want %v and nothing run", err, ran, refused)
		}
		if err := write(nil); err != nil || !slices.Equal(ran, []int{0, 1, 2}) {
			t.Errorf("after a commit: got %v and %v, want nil and [0 1 2]", err, ran)
		}
	})
}

func TestSignal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		woken, stop := d.Listen("stock")
		other, stopOther := d.Listen("catalog")
		defer stopOther()
		signal := func(answer error) {
			_ = d.Write(t.Context(), tester, func(tx *db.Tx) error { tx.Signal("stock"); return answer })
		}
		signal(errors.New("refused"))
		if len(woken) != 0 {
			t.Error("a transaction that failed woke a listener")
		}
		signal(nil)
		signal(nil)
		if len(woken) != 1 || len(other) != 0 {
			t.Errorf("got %d and %d tokens, want 1 for the topic and 0 for another", len(woken), len(other))
		}
		<-woken
		stop()
		signal(nil)
		if len(woken) != 0 {
			t.Error("a listener that stopped was woken")
		}
	})
}

func TestNowIsFixedAtBegin(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			before := tx.Now()
			clock.Advance(time.Second)
			if !tx.Now().Equal(before) || tx.Now().Location() != time.UTC {
				t.Errorf("got %v, want %v", tx.Now(), before)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestDriversBindByNumber pins what the SQL text relies on: $2 is the second argument
// wherever it stands, and $1 may stand twice.
func TestDriversBindByNumber(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var got []string
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into fact (body, id, kind, about, actor, happened_at, fanned) values ($2, $1, $1, $3, $2, 1, true)", "one", "two", "three")
			if err != nil {
				return err
			}
			got = make([]string, 5)
			return tx.QueryRow(t.Context(), "select id, kind, body, actor, about from fact where about = $2 and id = $1", "one", "three").Scan(&got[0], &got[1], &got[2], &got[3], &got[4])
		})
		want := []string{"one", "one", "two", "two", "three"}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v and error %v, want %v", got, err, want)
		}
	})
}

func TestPostgresTriesAgainAfterACollision(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.PostgreSQL(t), dbtest.NewClock())
	for _, code := range []string{"40001", "40P01"} {
		tries, ran := 0, 0
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			tries++
			tx.AfterCommit(func() { ran++ })
			if tries < 3 {
				return fmt.Errorf("collide: %w", &pgconn.PgError{Code: code})
			}
			return nil
		})
		if err != nil || tries != 3 || ran != 1 {
			t.Errorf("%s: got %v after %d tries, %d run afterwards, want nil after 3, 1", code, err, tries, ran)
		}
	}
}

// TestPostgresDeadlock has two callers change two rows in opposite orders, which
// PostgreSQL breaks by failing one of them: both succeed.
func TestPostgresDeadlock(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.PostgreSQL(t), dbtest.NewClock())
	err := d.Write(t.Context(), tester, func(tx *db.Tx) error { return errors.Join(put(t, tx, "a"), put(t, tx, "b")) })
	if err != nil {
		t.Fatal(err)
	}
	var first sync.WaitGroup // both hold their first row
	first.Add(2)
	change := func(ids ...string) error {
		once := sync.OnceFunc(func() { first.Done(); first.Wait() })
		return d.Write(t.Context(), tester, func(tx *db.Tx) error {
			for _, id := range ids {
				if _, err := tx.Exec(t.Context(), "update fact set happened_at = happened_at + 1 where id = $1", id); err != nil {
					return err
				}
				once()
			}
			return nil
		})
	}
	other := make(chan error, 1)
	go func() { other <- change("b", "a") }()
	if err := errors.Join(change("a", "b"), <-other); err != nil {
		t.Error(err)
	}
}

func TestWriteAnswersAnEndedContext(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Read(ctx, func(v *db.View) error {
			return v.QueryRow(ctx, "select 1").Scan(new(int))
		}); !errors.Is(err, context.Canceled) {
			t.Errorf("read: got %v, want %v", err, context.Canceled)
		}
		if err := d.Ping(t.Context()); err != nil {
			t.Errorf("afterwards: got %v, want nil", err)
		}
	})
}

// lastWord writes an id when the transaction ends, or fails.
type lastWord struct {
	t   *testing.T
	id  string
	err error
}

func (l *lastWord) End(_ context.Context, tx *db.Tx) error {
	return errors.Join(l.err, put(l.t, tx, l.id))
}

// TestAtEnd leaves work for the end of transactions: it is done once, when the function has
// returned without error, and its own error undoes the transaction.
func TestAtEnd(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		try := func(id string, own, ending error) error {
			return d.Write(t.Context(), tester, func(tx *db.Tx) error {
				first := db.AtEnd(tx, func() *lastWord { return &lastWord{t: t, id: id + " end", err: ending} })
				if again := db.AtEnd(tx, func() *lastWord { return &lastWord{t: t} }); again != first {
					t.Errorf("got another ending the second time")
				}
				return errors.Join(put(t, tx, id), own)
			})
		}
		if err := try("a", nil, nil); err != nil {
			t.Error(err)
		}
		if err := try("b", refused, nil); !errors.Is(err, refused) {
			t.Errorf("failed itself: got %v, want %v", err, refused)
		}
		if err := try("c", nil, refused); !errors.Is(err, refused) {
			t.Errorf("failed at its end: got %v, want %v", err, refused)
		}
		if diff := cmp.Diff([]string{"a", "a end"}, ids(t, d)); diff != "" {
			t.Errorf("rows on disk (-want +got):\n%s", diff)
		}
	})
}
