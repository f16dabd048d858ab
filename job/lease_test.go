package job_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
)

// lease takes jobs with a runner that then does not begin them.
func lease(t *testing.T, r *job.Runner, limit int) []job.Info {
	t.Helper()
	jobs, err := r.Lease(t.Context(), limit)
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// once writes the effect of a job and completes it in one transaction.
func once(ctx context.Context, run *job.Run, s sold) error {
	return run.DB.Write(ctx, tester, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "insert into attempt (subject, failures, blocked_until, updated_at) values ($1, 1, 0, 0) on conflict (subject) do update set failures = attempt.failures + 1", s.Order)
		if err != nil {
			return err
		}
		return run.Done(ctx, tx)
	})
}

// effects counts how often each effect of once happened.
func effects(t *testing.T, d *db.DB) map[string]int {
	t.Helper()
	counts := map[string]int{}
	err := d.Read(t.Context(), func(v *db.View) error {
		_, err := db.All(t.Context(), v, func(row db.Scanner) (struct{}, error) {
			var subject string
			var n int
			err := row.Scan(&subject, &n)
			counts[subject] = n
			return struct{}{}, err
		}, "select subject, failures from attempt order by subject limit 10000")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func onceFlow() *job.Flow {
	f := job.NewFlow()
	job.On(f, "once", once)
	return f
}

func TestLostWorkerIsTakenOver(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		lost, next := job.NewRunner(d, onceFlow(), job.Options{}), job.NewRunner(d, onceFlow(), job.Options{})
		record(t, d, sold{"a", 1})
		if got := lease(t, lost, 10); len(got) != 1 {
			t.Fatalf("got %d jobs leased, want 1", len(got))
		}
		clock.Advance(job.LeaseTime - time.Second)
		runDue(t, next, 0)
		clock.Advance(time.Second)
		runDue(t, next, 1)
		if got := effects(t, d); got["a"] != 1 {
			t.Errorf("got %d effects, want 1", got["a"])
		}
		if j := only(t, d, job.Done); j.Attempts != 2 {
			t.Errorf("got %d attempts, want 2", j.Attempts)
		}
	})
}

// TestLateWorkerChangesNothing: a worker that was thought lost comes to its end after
// another one did the job. Its effect is undone, its failure is not written down.
func TestLateWorkerChangesNothing(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		late, next := job.NewRunner(d, onceFlow(), job.Options{}), job.NewRunner(d, onceFlow(), job.Options{})
		record(t, d, sold{"a", 1})
		run := late.RunOf(lease(t, late, 10)[0])
		clock.Advance(job.LeaseTime)
		runDue(t, next, 1)
		if err := once(t.Context(), run, sold{"a", 1}); pavilion.ReasonOf(err) != "job.lease_lost" {
			t.Errorf("got %v, want job.lease_lost", err)
		}
		late.Do(t.Context(), run.Job)
		if got := effects(t, d); got["a"] != 1 {
			t.Errorf("got %d effects, want 1", got["a"])
		}
		only(t, d, job.Done)
	})
}

// TestPoisonIsParked: a job that ends its process every time waits for a person in the end.
func TestPoisonIsParked(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		record(t, d, sold{"a", 1})
		deaths := 0
		for range 20 {
			deaths += len(lease(t, job.NewRunner(d, onceFlow(), job.Options{}), 10))
			clock.Advance(job.LeaseTime)
		}
		if j := only(t, d, job.Parked); deaths != 8 || j.Reason != "job.worker_lost" {
			t.Errorf("got %d deaths and %+v, want 8 and job.worker_lost", deaths, j)
		}
	})
}

// TestNothingIsLostWhenProcessesDie lets processes die at every point: after they leased,
// in the middle of an attempt, after the effect. In the end every effect happened once.
func TestNothingIsLostWhenProcessesDie(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		const facts = 60
		random := rand.New(rand.NewPCG(1, 2))
		for n := range facts {
			record(t, d, sold{fmt.Sprint(n), n})
		}
		for range 6 {
			r := job.NewRunner(d, onceFlow(), job.Options{})
			for _, j := range lease(t, r, 40) {
				run := r.RunOf(j)
				switch random.IntN(4) {
				case 0: // died before it began
				case 1: // died before the commit
					_ = d.Write(t.Context(), tester, func(tx *db.Tx) error {
						if err := run.Done(t.Context(), tx); err != nil {
							t.Error(err)
						}
						return context.Canceled
					})
				case 2: // died right after the commit
					if err := once(t.Context(), run, sold{Order: j.About}); err != nil {
						t.Error(err)
					}
				default:
					r.Do(t.Context(), j)
				}
			}
			clock.Advance(job.LeaseTime)
		}
		if _, err := job.NewRunner(d, onceFlow(), job.Options{}).RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := effects(t, d)
		for n := range facts {
			if got[fmt.Sprint(n)] != 1 {
				t.Errorf("%d: got %d effects, want 1", n, got[fmt.Sprint(n)])
			}
		}
	})
}

func TestScheduleFiresOncePerPeriod(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		var fired []time.Time
		var answer error
		runner := func() *job.Runner {
			f := job.NewFlow()
			job.Every(f, "expire", 10*time.Second, func(context.Context, *job.Run) error {
				fired = append(fired, clock.Now())
				return answer
			})
			return job.NewRunner(d, f, job.Options{})
		}
		one, two := runner(), runner()
		both := func(want int) {
			t.Helper()
			before := len(fired)
			for _, r := range []*job.Runner{one, two, one} {
				if _, err := r.RunDue(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got := len(fired) - before; got != want {
				t.Errorf("at %v: fired %d times, want %d", clock.Now().Sub(dbtest.Start), got, want)
			}
		}
		both(0)
		for range 3 {
			clock.Advance(10 * time.Second)
			both(1)
			clock.Advance(0)
			both(0)
		}
		clock.Advance(25 * time.Second) // nobody ran for more than two periods
		both(1)
		clock.Advance(5 * time.Second) // back on the grid
		both(1)

		answer = pavilion.E(pavilion.Invalid, "stock.short", nil) // what parks a job only delays a schedule
		clock.Advance(10 * time.Second)
		both(1)
		clock.Advance(time.Second)
		both(1)
		answer = nil
		clock.Advance(10 * time.Second)
		both(1)
		only(t, d, job.Queued)
	})
}

// TestScheduleGetsShorter: a new release with a shorter period does not wait for the end
// of the old one.
func TestScheduleGetsShorter(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		fired := 0
		runner := func(every time.Duration) *job.Runner {
			f := job.NewFlow()
			job.Every(f, "ask", every, func(context.Context, *job.Run) error { fired++; return nil })
			return job.NewRunner(d, f, job.Options{})
		}
		runDue(t, runner(24*time.Hour), 0)
		runDue(t, runner(time.Minute), 0)
		clock.Advance(time.Minute)
		runDue(t, runner(time.Minute), 1)
		if fired != 1 {
			t.Errorf("got %d, want 1", fired)
		}
	})
}

func TestUnknownKindWaitsForANewerProgram(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		record(t, d, sold{"a", 1})
		older := job.NewRunner(d, job.NewFlow(), job.Options{})
		newer := job.NewRunner(d, onceFlow(), job.Options{})
		jobs := lease(t, newer, 1)
		clock.Advance(job.LeaseTime)
		runDue(t, older, len(jobs))
		only(t, d, job.Queued)
		clock.Advance(time.Minute)
		runDue(t, newer, 1)
		if got := effects(t, d); got["a"] != 1 {
			t.Errorf("got %d effects, want 1", got["a"])
		}
	})
}
