package job_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
)

var starter = pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_starter"}

// The things of these tests are rows of the table attempt: failures is how often the act was
// done to one, and one that is blocked refuses it.
const (
	readThing   = `select failures, blocked_until from attempt where subject = $1`
	changeThing = `update attempt set failures = $1 where subject = $2 and failures = $3`
	pickThings  = `select subject from attempt where subject > $1 and updated_at = 0 order by subject limit $2`
)

// raise is the act of these tests: it adds one to a thing. It looks at each thing first,
// which may end the process.
func raise(look func(ctx context.Context, id string) error) job.Act {
	read := func(ctx context.Context, tx *db.Tx, id string) (failures, blocked int, err error) {
		err = tx.QueryRow(ctx, readThing, id).Scan(&failures, &blocked)
		return failures, blocked, err
	}
	return job.Act{
		Name: "thing.raise",
		Pick: func(ctx context.Context, r db.Reader, filter, after string, limit int) ([]string, string, error) {
			if filter != "kind=new" {
				return nil, "", fmt.Errorf("got the filter %q", filter)
			}
			ids, err := db.All(ctx, r, func(row db.Scanner) (id string, err error) { return id, row.Scan(&id) }, pickThings, after, limit)
			if err != nil || len(ids) == 0 {
				return nil, "", err
			}
			return ids, ids[len(ids)-1], nil
		},
		Do: func(ctx context.Context, tx *db.Tx, id string, params map[string]string) (string, error) {
			if tx.Actor() != starter || params["why"] != "test" {
				return "", fmt.Errorf("got %v and %v", tx.Actor(), params)
			}
			if err := look(ctx, id); err != nil {
				return "", err
			}
			n, blocked, err := read(ctx, tx, id)
			if err != nil {
				return "", err
			}
			if _, err := tx.Exec(ctx, changeThing, n+1, id, n); err != nil {
				return "", err
			}
			if blocked > 0 { // after the change, which must then be gone
				return "", pavilion.E(pavilion.Conflict, "thing.blocked", pavilion.Args{"by": blocked})
			}
			return strconv.Itoa(n), nil
		},
		Undo: func(ctx context.Context, tx *db.Tx, id, before string) error {
			if err := look(ctx, id); err != nil {
				return err
			}
			was, err := strconv.Atoi(before)
			if err != nil {
				return err
			}
			changed, err := tx.Exec(ctx, changeThing, was, id, was+1)
			if err == nil && changed == 0 {
				err = pavilion.E(pavilion.Conflict, "thing.changed_since", nil)
			}
			return err
		},
	}
}

func noLook(context.Context, string) error { return nil }

func bulk(acts ...job.Act) *job.Flow {
	f := job.NewFlow()
	job.Bulk(f, acts...)
	return f
}

func thing(n int) string { return fmt.Sprintf("thing-%03d", n) }

// makeThings makes n things of which every one in blocked refuses the act.
func makeThings(t *testing.T, d *db.DB, n int, blocked ...int) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		for i := range n {
			by := 0
			if slices.Contains(blocked, i) {
				by = 7
			}
			if _, err := tx.Exec(t.Context(), "insert into attempt (subject, failures, blocked_until, updated_at) values ($1, 0, $2, 0)", thing(i), by); err != nil {
				return err
			}
		}
		return nil
	})
}

// as writes as the person who starts batches.
func as(t *testing.T, d *db.DB, fn func(tx *db.Tx) (pavilion.BatchID, error)) pavilion.BatchID {
	t.Helper()
	var id pavilion.BatchID
	err := d.Write(t.Context(), starter, func(tx *db.Tx) (err error) {
		id, err = fn(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func startAll(t *testing.T, d *db.DB, total int64) pavilion.BatchID {
	t.Helper()
	return as(t, d, func(tx *db.Tx) (pavilion.BatchID, error) {
		return job.StartBatch(t.Context(), tx, job.BatchStart{Act: "thing.raise", All: true, Filter: "kind=new", Params: map[string]string{"why": "test"}, Total: total})
	})
}

func getBatch(t *testing.T, d *db.DB, id pavilion.BatchID) (b job.Batch) {
	t.Helper()
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		b, err = job.GetBatch(t.Context(), v, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// items returns the things with an outcome in the order of the batch.
func items(t *testing.T, d *db.DB, id pavilion.BatchID, outcome string) (out []job.Item) {
	t.Helper()
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		out, err = job.BatchItems(t.Context(), v, id, outcome, 0, 10_000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// check compares where a batch stands.
func check(t *testing.T, d *db.DB, id pavilion.BatchID, state string, done, failed int64) job.Batch {
	t.Helper()
	b := getBatch(t, d, id)
	if b.State != state || b.Done != done || b.Failed != failed {
		t.Errorf("got %s with %d done and %d failed, want %s, %d, %d", b.State, b.Done, b.Failed, state, done, failed)
	}
	return b
}

// raised checks how often each of n things was raised; odd ones are named apart.
func raised(t *testing.T, d *db.DB, n, times int, odd map[int]int) {
	t.Helper()
	want := map[string]int{}
	for i := range n {
		want[thing(i)] = times
		if apart, is := odd[i]; is {
			want[thing(i)] = apart
		}
	}
	if diff := cmp.Diff(want, effects(t, d)); diff != "" {
		t.Errorf("things (-want +got):\n%s", diff)
	}
}

func run(t *testing.T, d *db.DB, f *job.Flow) {
	t.Helper()
	if _, err := job.NewRunner(d, f, job.Options{}).RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestBatch: every thing once; those that refuse are noted with their reason, and the
// others of their chunk go on.
func TestBatch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 2*job.ChunkItems + 20
		makeThings(t, d, n, 3, 4, 60)
		id := startAll(t, d, n+5) // counted before some were gone
		run(t, d, bulk(raise(noLook)))
		b := check(t, d, id, job.BatchDone, n-3, 3)
		if b.Actor != starter || !b.Undoable || b.Total != n {
			t.Errorf("got %+v", b)
		}
		raised(t, d, n, 1, map[int]int{3: 0, 4: 0, 60: 0})
		failed := items(t, d, id, job.ItemFailed)
		if len(failed) != 3 || failed[2].ID != thing(60) || failed[2].Reason != "thing.blocked" || failed[2].Args["by"] != int64(7) {
			t.Errorf("got %+v", failed)
		}
	})
}

// TestBatchOfAWholeChunk ends though its last chunk is full, and one of nothing ends too.
func TestBatchOfAWholeChunk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		none := startAll(t, d, 0)
		run(t, d, bulk(raise(noLook)))
		check(t, d, none, job.BatchDone, 0, 0)
		makeThings(t, d, 2*job.ChunkItems)
		id := startAll(t, d, 0)
		run(t, d, bulk(raise(noLook)))
		check(t, d, id, job.BatchDone, 2*job.ChunkItems, 0)
		raised(t, d, 2*job.ChunkItems, 1, nil)
	})
}

func TestBatchOfChosenThings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		makeThings(t, d, 5)
		start := func(ids ...string) (id pavilion.BatchID, err error) {
			err = d.Write(t.Context(), starter, func(tx *db.Tx) (err error) {
				id, err = job.StartBatch(t.Context(), tx, job.BatchStart{Act: "thing.raise", IDs: ids, Params: map[string]string{"why": "test"}})
				return err
			})
			return id, err
		}
		id, err := start(thing(4), thing(1), thing(4))
		if err != nil {
			t.Fatal(err)
		}
		run(t, d, bulk(raise(noLook)))
		if b := check(t, d, id, job.BatchDone, 2, 0); b.Total != 2 {
			t.Errorf("got a total of %d, want 2", b.Total)
		}
		raised(t, d, 5, 0, map[int]int{1: 1, 4: 1})
		if _, err := start(); pavilion.ReasonOf(err) != "batch.nothing_chosen" {
			t.Errorf("got %v, want batch.nothing_chosen", err)
		}
		many := make([]string, 10_001)
		for i := range many {
			many[i] = strconv.Itoa(i)
		}
		if _, err := start(many...); pavilion.ReasonOf(err) != "batch.too_many" {
			t.Errorf("got %v, want batch.too_many", err)
		}
	})
}

var errKilled = errors.New("the process was killed")

// TestBatchKilled kills the process at one thing after the other, in the middle of chunks
// and between them, while things are done and while they are taken back. Another process
// takes over each time. Nothing is done twice and nothing left out, and the process that was
// thought dead does no harm when it wakes up.
func TestBatchKilled(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		const n = 6*job.ChunkItems + 10
		lives := []int{0, job.ChunkItems / 2, job.ChunkItems, job.ChunkItems - 1, job.ChunkItems + 1}
		makeThings(t, d, n, 70)
		kills := 0
		// survive runs a batch with processes that each are killed at some thing.
		survive := func(id pavilion.BatchID) {
			for life := 0; getBatch(t, d, id).State == job.BatchRunning; life++ {
				left := lives[life%len(lives)]
				f := bulk(raise(func(context.Context, string) error {
					if left--; left < 0 {
						return errKilled
					}
					return nil
				}))
				r := job.NewRunner(d, f, job.Options{})
				for _, j := range lease(t, r, 10) {
					if j.Key != string(id) {
						continue
					}
					lost := r.RunOf(j)
					err := f.RunBatch(t.Context(), lost, id)
					if err == nil {
						return
					}
					if !errors.Is(err, errKilled) {
						t.Fatal(err)
					}
					kills++
					clock.Advance(job.LeaseTime)
					next := job.NewRunner(d, f, job.Options{})
					taken := lease(t, next, 10)
					before := getBatch(t, d, id)
					if err := f.RunBatch(t.Context(), lost, id); pavilion.ReasonOf(err) != "job.lease_lost" {
						t.Errorf("got %v, want job.lease_lost", err)
					}
					if after := getBatch(t, d, id); after.Done != before.Done {
						t.Error("a process without the job went on with its batch")
					}
					for _, j := range taken { // it gives the job back at once
						next.GiveBack(t.Context(), j)
					}
				}
			}
		}
		id := startAll(t, d, n)
		survive(id)
		check(t, d, id, job.BatchDone, n-1, 1)
		raised(t, d, n, 1, map[int]int{70: 0})
		undo := as(t, d, func(tx *db.Tx) (pavilion.BatchID, error) { return job.UndoBatch(t.Context(), tx, id) })
		survive(undo)
		check(t, d, undo, job.BatchDone, n-1, 0)
		raised(t, d, n, 0, nil)
		if kills < 10 {
			t.Errorf("got %d kills, want at least 10", kills)
		}
	})
}

// TestBatchUndone: what was changed since stays as it is, and can be tried again when it is
// as it was; the last thing comes first.
func TestBatchUndone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = job.ChunkItems + 10
		makeThings(t, d, n, 5)
		id := startAll(t, d, n)
		var order []string
		f := bulk(raise(func(_ context.Context, id string) error {
			order = append(order, id)
			return nil
		}))
		run(t, d, f)
		change := func(n, to, from int) {
			write(t, d, func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), changeThing, to, thing(n), from)
				return err
			})
		}
		change(8, 40, 1)
		undoing := func(tx *db.Tx) (pavilion.BatchID, error) { return job.UndoBatch(t.Context(), tx, id) }
		undo := as(t, d, undoing)
		if err := d.Write(t.Context(), starter, func(tx *db.Tx) error { _, err := undoing(tx); return err }); pavilion.ReasonOf(err) != "batch.not_undoable" {
			t.Errorf("undo twice: got %v, want batch.not_undoable", err)
		}
		order = nil
		run(t, d, f)
		if order[0] != thing(n-1) {
			t.Errorf("got %s first, want %s", order[0], thing(n-1))
		}
		b := check(t, d, undo, job.BatchDone, n-2, 1)
		if b.Undoes != id || b.Undoable || getBatch(t, d, id).UndoneBy != undo {
			t.Errorf("got %+v", b)
		}
		raised(t, d, n, 0, map[int]int{8: 40})
		if failed := items(t, d, undo, job.ItemFailed); len(failed) != 1 || failed[0].Reason != "thing.changed_since" {
			t.Errorf("got %+v", failed)
		}
		change(8, 1, 40)
		again := as(t, d, func(tx *db.Tx) (pavilion.BatchID, error) { return job.RetryBatch(t.Context(), tx, undo) })
		run(t, d, f)
		check(t, d, again, job.BatchDone, 1, 0)
		raised(t, d, n, 0, nil)
	})
}

// TestBatchAgainForTheFailed does only those, and only once.
func TestBatchAgainForTheFailed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		makeThings(t, d, 10, 2, 3)
		id := startAll(t, d, 0)
		f := bulk(raise(noLook))
		run(t, d, f)
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "update attempt set blocked_until = 0 where subject = $1", thing(2))
			return err
		})
		again := as(t, d, func(tx *db.Tx) (pavilion.BatchID, error) { return job.RetryBatch(t.Context(), tx, id) })
		run(t, d, f)
		check(t, d, again, job.BatchDone, 1, 1)
		raised(t, d, 10, 1, map[int]int{3: 0})
		err := d.Write(t.Context(), starter, func(tx *db.Tx) error { _, err := job.RetryBatch(t.Context(), tx, id); return err })
		if pavilion.ReasonOf(err) != "batch.nothing_failed" {
			t.Errorf("got %v, want batch.nothing_failed", err)
		}
	})
}

// TestBatchStopped: a batch that is stopped while it works ends before its next chunk, and
// what it did can be taken back.
func TestBatchStopped(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 3 * job.ChunkItems
		makeThings(t, d, n)
		id := startAll(t, d, n)
		seen := 0
		f := bulk(raise(func(context.Context, string) error {
			if seen++; seen == job.ChunkItems+1 {
				return errKilled
			}
			return nil
		}))
		run(t, d, f)
		stop := func(tx *db.Tx) error { return job.StopBatch(t.Context(), tx, id) }
		write(t, d, stop)
		if err := d.Write(t.Context(), starter, stop); pavilion.ReasonOf(err) != "batch.not_running" {
			t.Errorf("got %v, want batch.not_running", err)
		}
		run(t, d, f)
		check(t, d, id, job.BatchStopped, job.ChunkItems, 0)
		undo := as(t, d, func(tx *db.Tx) (pavilion.BatchID, error) { return job.UndoBatch(t.Context(), tx, id) })
		run(t, d, f)
		check(t, d, undo, job.BatchDone, job.ChunkItems, 0)
		raised(t, d, n, 0, nil)
	})
}

// TestBatchFault: an error that is not a thing's own has the job tried again, and then the
// batch goes on with the chunk that failed.
func TestBatchFault(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		makeThings(t, d, 10)
		id := startAll(t, d, 0)
		broken := true
		f := bulk(raise(func(context.Context, string) error {
			if broken {
				return pavilion.E(pavilion.Unavailable, "thing.away", nil)
			}
			return nil
		}))
		run(t, d, f)
		check(t, d, id, job.BatchRunning, 0, 0)
		raised(t, d, 10, 0, nil)
		broken = false
		clock.Advance(time.Minute)
		run(t, d, f)
		check(t, d, id, job.BatchDone, 10, 0)
	})
}

// TestBatchLetsOthersWork: after a while a batch gives its worker back, and goes on later.
func TestBatchLetsOthersWork(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		const n = 4 * job.ChunkItems
		makeThings(t, d, n)
		id := startAll(t, d, n)
		f := bulk(raise(func(context.Context, string) error {
			clock.Advance(time.Second)
			return nil
		}))
		r := job.NewRunner(d, f, job.Options{})
		if got, err := r.RunDue(t.Context()); err != nil || got < 4 {
			t.Errorf("got %d attempts and %v, want at least 4", got, err)
		}
		check(t, d, id, job.BatchDone, n, 0)
		raised(t, d, n, 1, nil)
	})
}

func TestBatchList(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		makeThings(t, d, 1)
		first := startAll(t, d, 1)
		clock.Advance(time.Second)
		run(t, d, bulk(raise(noLook)))
		second := startAll(t, d, 1)
		for name, c := range map[string]struct {
			filter job.BatchFilter
			after  pavilion.BatchID
			want   []pavilion.BatchID
		}{
			"all":           {want: []pavilion.BatchID{second, first}},
			"after":         {after: second, want: []pavilion.BatchID{first}},
			"done":          {filter: job.BatchFilter{State: job.BatchDone}, want: []pavilion.BatchID{first}},
			"somebody else": {filter: job.BatchFilter{Actor: tester}},
			"another act":   {filter: job.BatchFilter{Act: "thing.lower"}},
			"mine":          {filter: job.BatchFilter{Act: "thing.raise", Actor: starter, State: job.BatchRunning}, want: []pavilion.BatchID{second}},
		} {
			var got []pavilion.BatchID
			err := d.Read(t.Context(), func(v *db.View) error {
				all, err := job.Batches(t.Context(), v, c.filter, c.after, 10)
				for _, b := range all {
					got = append(got, b.ID)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

// TestOldBatchesAreSwept with their things, and those that still run are not.
func TestOldBatchesAreSwept(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		makeThings(t, d, 2*job.ChunkItems)
		f := bulk(raise(noLook))
		old := startAll(t, d, 0)
		run(t, d, f)
		open := startAll(t, d, 0)
		clock.Advance(40 * 24 * time.Hour)
		run(t, d, job.NewFlow())
		err := d.Read(t.Context(), func(v *db.View) error { _, err := job.GetBatch(t.Context(), v, old); return err })
		if pavilion.ReasonOf(err) != "batch.unknown" {
			t.Errorf("got %v, want batch.unknown", err)
		}
		if left := items(t, d, old, job.ItemDone); len(left) > 0 {
			t.Errorf("got %d things of a batch that was swept", len(left))
		}
		check(t, d, open, job.BatchRunning, 0, 0)
	})
}

func TestTwoActsOfOneName(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), "thing.raise") {
			t.Errorf("got %v, want a panic that names the act", p)
		}
	}()
	bulk(raise(noLook), raise(noLook))
}
