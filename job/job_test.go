package job_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tester = pavilion.System("test")

// sold is a fact of the tests.
type sold struct {
	Order string
	Units int
}

func (sold) FactKind() string { return "test.sold" }
func (s sold) About() string  { return s.Order }

func record(t *testing.T, d *db.DB, facts ...job.Fact) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error { return job.Record(t.Context(), tx, facts...) })
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), tester, fn); err != nil {
		t.Fatal(err)
	}
}

// runDue runs what is due and checks how many attempts there were.
func runDue(t *testing.T, r *job.Runner, want int) {
	t.Helper()
	got, err := r.RunDue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %d attempts, want %d", got, want)
	}
}

// list returns the jobs in a state, without the program's own schedules.
func list(t *testing.T, d *db.DB, state string) (jobs []job.Info) {
	t.Helper()
	err := d.Read(t.Context(), func(v *db.View) error {
		all, err := job.Latest(t.Context(), v, job.Filter{State: state}, "", 1000)
		for _, j := range all {
			if !strings.HasPrefix(j.Kind, "job.") {
				jobs = append(jobs, j)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// only returns the one job there is and checks its state.
func only(t *testing.T, d *db.DB, state string) job.Info {
	t.Helper()
	jobs := list(t, d, "")
	if len(jobs) != 1 || jobs[0].State != state {
		t.Fatalf("got %+v, want one job that is %s", jobs, state)
	}
	return jobs[0]
}

func TestEveryReactionToEveryFact(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		got := map[string]int{}
		f := job.NewFlow()
		for _, name := range []string{"tell", "count"} {
			job.On(f, name, func(_ context.Context, run *job.Run, s sold) error {
				if run.Job.About != s.Order || run.Job.Kind != "test.sold/"+name {
					t.Errorf("got %+v for %+v", run.Job, s)
				}
				got[fmt.Sprintf("%s %s %d", name, s.Order, s.Units)]++
				return nil
			})
		}
		record(t, d)
		record(t, d, sold{"a", 1}, sold{"b", 2})
		record(t, d, sold{"a", 1})
		r := job.NewRunner(d, f, job.Options{})
		runDue(t, r, 6)
		runDue(t, r, 0)
		want := map[string]int{"tell a 1": 2, "count a 1": 2, "tell b 2": 1, "count b 2": 1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("reactions (-want +got):\n%s", diff)
		}
		if done := list(t, d, job.Done); len(done) != 6 {
			t.Errorf("got %d jobs done, want 6", len(done))
		}
	})
}

// TestManyFacts fans out more facts than one transaction takes.
func TestManyFacts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seen := map[string]bool{}
		f := job.NewFlow()
		job.On(f, "see", func(_ context.Context, _ *job.Run, s sold) error {
			seen[s.Order] = true
			return nil
		})
		var facts []job.Fact
		for n := range 520 {
			facts = append(facts, sold{fmt.Sprint(n), n})
		}
		record(t, d, facts...)
		runDue(t, job.NewRunner(d, f, job.Options{}), 520)
		if len(seen) != 520 {
			t.Errorf("got %d facts seen, want 520", len(seen))
		}
	})
}

func TestNothingFollowsFromAFailedTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := job.NewFlow()
		job.On(f, "tell", func(context.Context, *job.Run, sold) error { return nil })
		refused := errors.New("refused")
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			return errors.Join(job.Record(t.Context(), tx, sold{"a", 1}), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		runDue(t, job.NewRunner(d, f, job.Options{}), 0)
	})
}

// TestFates: what becomes of a job after each kind of error.
func TestFates(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		args := pavilion.Args{"available": 3, "sku": "sku_1"}
		for name, test := range map[string]struct {
			err    error
			state  string
			reason string
			args   pavilion.Args
			least  time.Duration // before it runs again
			most   time.Duration
			faults int64
		}{
			"invalid":          {err: pavilion.E(pavilion.Invalid, "stock.short", args), state: job.Parked, reason: "stock.short", args: pavilion.Args{"available": int64(3), "sku": "sku_1"}},
			"not found":        {err: fmt.Errorf("look: %w", pavilion.E(pavilion.NotFound, "order.unknown", nil)), state: job.Parked, reason: "order.unknown"},
			"conflict":         {err: pavilion.E(pavilion.Conflict, "order.state", nil), state: job.Parked, reason: "order.state"},
			"forbidden":        {err: pavilion.E(pavilion.Forbidden, "jd.scope", nil), state: job.Parked, reason: "jd.scope"},
			"unauthenticated":  {err: pavilion.E(pavilion.Unauthenticated, "jd.token", nil), state: job.Parked, reason: "jd.token"},
			"unavailable":      {err: pavilion.E(pavilion.Unavailable, "pay.down", nil), state: job.Queued, least: time.Second / 2, most: time.Second},
			"limited":          {err: &pavilion.Error{Kind: pavilion.Limited, Reason: "jd.often", RetryAfter: time.Minute}, state: job.Queued, least: time.Minute, most: time.Minute},
			"deadline":         {err: fmt.Errorf("ask: %w", context.DeadlineExceeded), state: job.Queued, least: time.Second / 2, most: time.Second},
			"a fault of ours":  {err: errors.New("index out of range"), state: job.Queued, least: time.Second / 2, most: time.Second, faults: 1},
			"an unusable text": {err: errors.New("\x00\xff" + strings.Repeat("я", 4000)), state: job.Queued, least: time.Second / 2, most: time.Second, faults: 1},
		} {
			f := job.NewFlow()
			job.Task(f, name, func(context.Context, *job.Run, int) error { return test.err })
			write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, name, "k", 7, 0) })
			runDue(t, job.NewRunner(d, f, job.Options{}), 1)
			var got job.Info
			for _, j := range list(t, d, "") {
				if j.Kind == name {
					got = j
				}
			}
			if got.State != test.state || got.Reason != test.reason || got.Faults != test.faults || got.Attempts != 1 {
				t.Errorf("%s: got %+v", name, got)
			}
			if test.args != nil && !cmp.Equal(got.Args, test.args) {
				t.Errorf("%s: got arguments %v, want %v", name, got.Args, test.args)
			}
			if after := got.RunAt.Sub(clock.Now()); after < test.least || after > test.most {
				t.Errorf("%s: runs again after %v, want between %v and %v", name, after, test.least, test.most)
			}
		}
	})
}

// TestPauseGrows: a service that stays away is asked less and less often, for ever.
func TestPauseGrows(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		f := job.NewFlow()
		job.Task(f, "ask", func(context.Context, *job.Run, int) error {
			return pavilion.E(pavilion.Unavailable, "pay.down", nil)
		})
		write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "ask", "k", 0, 0) })
		r := job.NewRunner(d, f, job.Options{})
		for n := range 20 {
			if _, err := r.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			j := only(t, d, job.Queued)
			full := min(time.Second<<n, 15*time.Minute)
			if wait := j.RunAt.Sub(clock.Now()); wait < full/2 || wait > full {
				t.Errorf("after attempt %d: got a pause of %v, want between %v and %v", n+1, wait, full/2, full)
			}
			clock.Set(j.RunAt)
		}
	})
}

// TestFaultsPark: a fault of ours is tried eight times and then waits for a person, who can
// have it tried again or give it up.
func TestFaultsPark(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		attempts := 0
		f := job.NewFlow()
		job.Task(f, "break", func(context.Context, *job.Run, int) error {
			attempts++
			panic("a fault")
		})
		write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "break", "k", 0, 0) })
		r := job.NewRunner(d, f, job.Options{})
		tryOn := func() {
			for range 20 {
				clock.Advance(time.Hour)
				if _, err := r.RunDue(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		tryOn()
		j := only(t, d, job.Parked)
		if attempts != 8 || j.Reason != "job.failed" || j.Args["attempts"] != int64(8) || !strings.Contains(j.LastError, "a fault") {
			t.Errorf("got %d attempts and %+v, want 8 and job.failed", attempts, j)
		}
		write(t, d, func(tx *db.Tx) error { return job.Retry(t.Context(), tx, j.ID) })
		tryOn()
		if only(t, d, job.Parked); attempts != 16 {
			t.Errorf("after a retry: got %d attempts, want 16", attempts)
		}
		write(t, d, func(tx *db.Tx) error { return job.GiveUp(t.Context(), tx, j.ID) })
		only(t, d, job.GivenUp)
		for name, err := range map[string]error{
			"retry":   d.Write(t.Context(), tester, func(tx *db.Tx) error { return job.Retry(t.Context(), tx, j.ID) }),
			"give up": d.Write(t.Context(), tester, func(tx *db.Tx) error { return job.GiveUp(t.Context(), tx, j.ID) }),
		} {
			if pavilion.ReasonOf(err) != "job.not_parked" {
				t.Errorf("%s of a job that is given up: got %v, want job.not_parked", name, err)
			}
		}
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error { return job.Retry(t.Context(), tx, "job_none") })
		if pavilion.ReasonOf(err) != "job.unknown" {
			t.Errorf("got %v, want job.unknown", err)
		}
	})
}

func TestEnqueueOnceWhileOpen(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		var bodies []int
		enqueue := func(body int, after time.Duration) {
			t.Helper()
			write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "sum", "k", body, after) })
		}
		f := job.NewFlow()
		job.Task(f, "sum", func(_ context.Context, run *job.Run, body int) error {
			bodies = append(bodies, body)
			if body == 3 {
				enqueue(4, 0) // while it runs: once more
				enqueue(5, 0)
			}
			return nil
		})
		r := job.NewRunner(d, f, job.Options{})
		enqueue(1, time.Hour)
		enqueue(2, time.Minute) // earlier
		enqueue(3, time.Hour)   // the last body, the earliest time
		runDue(t, r, 0)
		clock.Advance(time.Minute)
		runDue(t, r, 2)
		if diff := cmp.Diff([]int{3, 5}, bodies); diff != "" {
			t.Errorf("bodies (-want +got):\n%s", diff)
		}
		only(t, d, job.Done)
		enqueue(6, 0)
		runDue(t, r, 1)
		if done := list(t, d, job.Done); len(done) != 2 {
			t.Errorf("got %d jobs, want a second one after the first was done", len(done))
		}
	})
}

// TestDoneWithItsEffect: the handler is cut off right after its effect; because the job was
// completed in the same transaction, the effect happens once.
func TestDoneWithItsEffect(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		runs := 0
		f := job.NewFlow()
		job.On(f, "effect", func(ctx context.Context, run *job.Run, s sold) error {
			runs++
			err := run.DB.Write(ctx, tester, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, "insert into attempt (subject, failures, blocked_until, updated_at) values ($1, 1, 0, 0)", s.Order); err != nil {
					return err
				}
				if runs == 1 {
					return pavilion.E(pavilion.Unavailable, "pay.down", nil) // before Done: it runs again
				}
				return run.Done(ctx, tx)
			})
			if err != nil {
				return err
			}
			panic("cut off")
		})
		record(t, d, sold{"a", 1})
		r := job.NewRunner(d, f, job.Options{})
		for range 5 {
			clock.Advance(time.Hour)
			if _, err := r.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if runs != 2 {
			t.Errorf("got %d runs, want 2: the one that failed and the one that was done", runs)
		}
		only(t, d, job.Done)
	})
}

func TestList(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		for n := range 5 {
			write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "k", fmt.Sprint(n), n, 0) })
			clock.Advance(time.Millisecond)
		}
		var keys []string
		var after pavilion.JobID
		err := d.Read(t.Context(), func(v *db.View) error {
			for range 3 {
				page, err := job.Latest(t.Context(), v, job.Filter{State: job.Queued}, after, 2)
				if err != nil {
					return err
				}
				for _, j := range page {
					keys, after = append(keys, j.Key), j.ID
				}
			}
			if _, err := job.Latest(t.Context(), v, job.Filter{State: "lost"}, "", 2); pavilion.ReasonOf(err) != "job.state_unknown" {
				t.Errorf("got %v, want job.state_unknown", err)
			}
			for filter, want := range map[job.Filter]int64{{}: 4, {State: job.Done}: 0, {Kind: "k", About: "3"}: 1, {Kind: "l"}: 0} {
				if got, err := job.Count(t.Context(), v, filter, 4); err != nil || got != want {
					t.Errorf("%+v: got %d and %v, want %d", filter, got, err, want)
				}
			}
			b, err := job.Measure(t.Context(), v)
			if want := (job.Backlog{Due: 5, Late: 5 * time.Millisecond}); b != want {
				t.Errorf("got backlog %+v, want %+v", b, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"4", "3", "2", "1", "0"}, keys); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
	})
}

func TestSweepKeepsWhatIsOpen(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		f := job.NewFlow()
		job.On(f, "see", func(_ context.Context, _ *job.Run, s sold) error {
			if s.Units > 1 {
				return pavilion.E(pavilion.Invalid, "stock.short", nil)
			}
			return nil
		})
		record(t, d, sold{"done", 1}, sold{"parked", 2})
		r := job.NewRunner(d, f, job.Options{})
		runDue(t, r, 2)
		clock.Advance(29 * 24 * time.Hour)
		runDue(t, r, 1) // the sweep
		if got := list(t, d, ""); len(got) != 2 {
			t.Errorf("after 29 days: got %d jobs, want both", len(got))
		}
		clock.Advance(2 * 24 * time.Hour)
		runDue(t, r, 1)
		if j := only(t, d, job.Parked); j.About != "parked" {
			t.Errorf("got %+v, want the parked one", j)
		}
	})
}
