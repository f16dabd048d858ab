package job_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
)

func start(t *testing.T, ctx context.Context, r *job.Runner) *job.Runner {
	t.Helper()
	if err := r.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

// TestTwoRunners has two processes work on one database at once: each effect happens once.
func TestTwoRunners(t *testing.T) {
	t.Parallel()
	const facts = 100
	dbtest.EachURL(t, func(t *testing.T, url string) {
		one := dbtest.Open(t, url, dbtest.NewClock())
		two := one // a SQLite file has one writing process
		if one.Engine() == db.PostgreSQL {
			two = dbtest.Open(t, url, dbtest.NewClock())
		}
		var left atomic.Int64
		left.Store(facts)
		finished := make(chan struct{})
		flow := func() *job.Flow {
			f := job.NewFlow()
			job.On(f, "once", func(ctx context.Context, run *job.Run, s sold) error {
				err := once(ctx, run, s)
				if err == nil && left.Add(-1) == 0 {
					close(finished)
				}
				return err
			})
			return f
		}
		first := start(t, t.Context(), job.NewRunner(one, flow(), job.Options{}))
		second := start(t, t.Context(), job.NewRunner(two, flow(), job.Options{}))
		for n := range facts / 10 {
			var set []job.Fact
			for k := range 10 {
				set = append(set, sold{fmt.Sprint(n, "-", k), 1})
			}
			record(t, one, set...)
		}
		<-finished
		first.Stop()
		second.Stop()
		got := effects(t, one)
		if len(got) != facts {
			t.Errorf("got %d effects, want %d", len(got), facts)
		}
		for subject, n := range got {
			if n != 1 {
				t.Errorf("%s: got %d effects, want 1", subject, n)
			}
		}
	})
}

// TestStopWaits: Stop lets the job under way finish, begins none of those that wait, and
// gives them back as if nobody had had them.
func TestStopWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		inside, release := make(chan struct{}), make(chan struct{})
		f := job.NewFlow()
		job.On(f, "slow", func(_ context.Context, _ *job.Run, s sold) error {
			inside <- struct{}{}
			<-release
			return nil
		})
		record(t, d, sold{"a", 1}, sold{"b", 1}, sold{"c", 1})
		r := start(t, t.Context(), job.NewRunner(d, f, job.Options{Workers: 1}))
		<-inside
		stopped := make(chan struct{})
		go func() {
			r.Stop()
			close(stopped)
		}()
		for len(list(t, d, job.Queued)) < 2 { // the others are given back
			runtime.Gosched()
		}
		select {
		case <-stopped:
			t.Error("Stop did not wait for the job under way")
		default:
		}
		close(release)
		<-stopped
		r.Stop() // once more changes nothing
		if got := list(t, d, job.Done); len(got) != 1 {
			t.Errorf("got %d jobs done, want 1", len(got))
		}
		for _, j := range list(t, d, job.Queued) {
			if j.Attempts != 0 || j.Faults != 0 {
				t.Errorf("got %+v, want no attempt counted", j)
			}
		}
	})
}

// TestContextEnds: a handler that is told to stop does not use up an attempt.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		inside := make(chan struct{})
		f := job.NewFlow()
		job.On(f, "slow", func(ctx context.Context, _ *job.Run, s sold) error {
			close(inside)
			<-ctx.Done()
			return ctx.Err()
		})
		record(t, d, sold{"a", 1})
		ctx, cancel := context.WithCancel(t.Context())
		r := start(t, ctx, job.NewRunner(d, f, job.Options{}))
		<-inside
		cancel()
		r.Stop()
		if j := only(t, d, job.Queued); j.Attempts != 0 || j.Faults != 0 {
			t.Errorf("got %+v, want no attempt counted", j)
		}
	})
}

func TestHandlerEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ended := make(chan struct{})
	f := job.NewFlow()
	job.On(f, "end", func(context.Context, *job.Run, sold) error {
		defer close(ended)
		runtime.Goexit()
		return nil
	})
	record(t, d, sold{"a", 1})
	r := start(t, t.Context(), job.NewRunner(d, f, job.Options{}))
	<-ended
	r.Stop()
	if j := only(t, d, job.Queued); j.Faults != 1 {
		t.Errorf("got %+v, want one fault", j)
	}
}

// inBubble runs a test on a SQLite file with the time of a synctest bubble.
func inBubble(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, err := db.Open(t.Context(), db.Options{URL: filepath.Join(t.TempDir(), "pavilion.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		test(t, d)
	})
}

func TestRunnerKeepsTime(t *testing.T) {
	inBubble(t, func(t *testing.T, d *db.DB) {
		var rounds, late atomic.Int64
		f := job.NewFlow()
		job.Every(f, "round", 10*time.Second, func(context.Context, *job.Run) error { rounds.Add(1); return nil })
		job.Task(f, "late", func(context.Context, *job.Run, int) error { late.Add(1); return nil })
		r := job.NewRunner(d, f, job.Options{})
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer r.Stop()
		write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "late", "k", 0, 20*time.Second) })
		for _, want := range []struct {
			after        time.Duration
			rounds, late int64
		}{{9 * time.Second, 0, 0}, {6 * time.Second, 1, 0}, {10 * time.Second, 2, 1}, {time.Minute, 8, 1}} {
			time.Sleep(want.after)
			synctest.Wait()
			if rounds.Load() != want.rounds || late.Load() != want.late {
				t.Errorf("got %d rounds and %d late, want %d and %d", rounds.Load(), late.Load(), want.rounds, want.late)
			}
		}
	})
}

// TestLongJobKeepsItsLease: a job that takes five minutes is not taken over.
func TestLongJobKeepsItsLease(t *testing.T) {
	inBubble(t, func(t *testing.T, d *db.DB) {
		var runs atomic.Int64
		f := job.NewFlow()
		job.Task(f, "long", func(ctx context.Context, _ *job.Run, _ int) error {
			runs.Add(1)
			select {
			case <-time.After(5 * time.Minute):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "long", "k", 0, 0) })
		one, two := job.NewRunner(d, f, job.Options{}), job.NewRunner(d, f, job.Options{})
		for _, r := range []*job.Runner{one, two} {
			if err := r.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer r.Stop()
		}
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		if runs.Load() != 1 {
			t.Errorf("got %d runs, want 1", runs.Load())
		}
		only(t, d, job.Done)
	})
}

// TestEndlessJobIsEnded: a handler that hangs is told to stop after a quarter of an hour,
// and tried again as if a service had not answered.
func TestEndlessJobIsEnded(t *testing.T) {
	inBubble(t, func(t *testing.T, d *db.DB) {
		f := job.NewFlow()
		job.Task(f, "endless", func(ctx context.Context, _ *job.Run, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		})
		write(t, d, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "endless", "k", 0, 0) })
		r := job.NewRunner(d, f, job.Options{})
		begun := time.Now()
		if attempts, err := r.RunDue(t.Context()); err != nil || attempts != 1 {
			t.Errorf("got %d attempts and %v, want 1", attempts, err)
		}
		if took := time.Since(begun); took != 15*time.Minute {
			t.Errorf("took %v, want 15m", took)
		}
		if j := only(t, d, job.Queued); j.Faults != 0 || j.Attempts != 1 {
			t.Errorf("got %+v, want one attempt and no fault", j)
		}
	})
}

func TestFlowRefusesTwoOfAName(t *testing.T) {
	t.Parallel()
	for name, add := range map[string]func(*job.Flow){
		"reactions": func(f *job.Flow) { job.On(f, "n", once); job.On(f, "n", once) },
		"schedules": func(f *job.Flow) {
			for range 2 {
				job.Every(f, "n", time.Second, func(context.Context, *job.Run) error { return nil })
			}
		},
		"a period": func(f *job.Flow) { job.Every(f, "n", 0, func(context.Context, *job.Run) error { return nil }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: got no panic", name)
				}
			}()
			add(job.NewFlow())
		}()
	}
}

// BenchmarkFacts records facts in sets of 512, as the intake does, while a runner fans them
// out and does their jobs; it ends when all are done.
func BenchmarkFacts(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			url := filepath.Join(b.TempDir(), "pavilion.db")
			if engine == db.PostgreSQL {
				url = dbtest.PostgreSQL(b)
			}
			d := dbtest.Open(b, url, dbtest.NewClock())
			var done atomic.Int64
			f := job.NewFlow()
			job.On(f, "see", func(context.Context, *job.Run, sold) error { done.Add(1); return nil })
			r := job.NewRunner(d, f, job.Options{})
			if err := r.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			var set []job.Fact
			for n := range 512 {
				set = append(set, sold{fmt.Sprintf("ord_%d", n), n})
			}
			sets := int64(0)
			for b.Loop() {
				sets++
				if err := d.Write(b.Context(), pavilion.System("bench"), func(tx *db.Tx) error { return job.Record(b.Context(), tx, set...) }); err != nil {
					b.Fatal(err)
				}
			}
			recorded := b.Elapsed().Seconds()
			for done.Load() < 512*sets {
				time.Sleep(time.Millisecond)
			}
			b.ReportMetric(float64(512*sets)/recorded, "facts/s")
			r.Stop()
		})
	}
}
