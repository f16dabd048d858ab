package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"pavilion"
	"pavilion/db"
)

const (
	defaultWorkers = 4
	leasedAhead    = 4                // jobs leased at a time for each worker
	lookAgain      = time.Second      // for jobs whose time has come and those of other processes
	runLimit       = 15 * time.Minute // for one attempt
)

// Options say how a runner works.
type Options struct {
	Workers int // how many jobs run at a time; 4 if 0
	Log     *slog.Logger
}

// Runner does the jobs of a flow. Several runners, in one process or in many, may work on
// one database.
type Runner struct {
	d     *db.DB
	flow  *Flow
	log   *slog.Logger
	owner string // names this runner in its leases

	slots   chan struct{} // holds one token for each job that runs
	running sync.WaitGroup
	stop    func() // ends the background work and waits for it; nil until Start
}

// NewRunner returns a runner that does not run yet.
func NewRunner(d *db.DB, f *Flow, o Options) *Runner {
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{d: d, flow: f, log: o.Log, owner: pavilion.NewID[string]("run", d.Now()), slots: make(chan struct{}, o.Workers)}
}

// Start plans the schedules and begins to work in the background, until Stop. When ctx ends,
// the handlers under way are told to stop, and their jobs are given back.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.plan(ctx); err != nil {
		return fmt.Errorf("plan the schedules: %w", err)
	}
	life, end := context.WithCancel(ctx)
	var loop, pulse sync.WaitGroup
	quiet := make(chan struct{})
	loop.Go(func() { r.loop(ctx, life) })
	pulse.Go(func() { r.pulse(ctx, quiet) })
	r.stop = sync.OnceFunc(func() {
		end()
		loop.Wait()
		r.running.Wait()
		close(quiet)
		pulse.Wait()
	})
	return nil
}

// Stop takes no more jobs, lets those under way finish, and returns when nothing runs any
// more.
func (r *Runner) Stop() {
	if r.stop != nil {
		r.stop()
	}
}

// RunDue does everything that is due now, one job after the other, and returns how many
// attempts it made. Tests use it instead of Start; so does a command that has no server.
func (r *Runner) RunDue(ctx context.Context) (attempts int, err error) {
	if err := r.plan(ctx); err != nil {
		return 0, err
	}
	for {
		jobs, err := r.take(ctx, fanOutLimit)
		if err != nil || len(jobs) == 0 {
			return attempts, err
		}
		for _, j := range jobs {
			r.do(ctx, j)
			attempts++
		}
	}
}

// plan makes sure that each schedule has its job, not later than its next round.
func (r *Runner) plan(ctx context.Context) error {
	return r.d.Write(ctx, pavilion.System("job"), func(tx *db.Tx) error {
		for _, kind := range slices.Sorted(maps.Keys(r.flow.schedules)) {
			every := r.flow.schedules[kind]
			if err := enqueue(ctx, tx, kind, "", "{}", every, nextRound(tx.Now(), every)); err != nil {
				return err
			}
		}
		return nil
	})
}

// loop leases jobs and hands them to free slots until life ends. The handlers' context is
// ctx, which lives on while Stop waits for them.
func (r *Runner) loop(ctx, life context.Context) {
	woken, stopListening := r.d.Listen(Topic)
	defer stopListening()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for life.Err() == nil {
		jobs, err := r.take(context.WithoutCancel(ctx), cap(r.slots)*leasedAhead)
		if err != nil {
			r.log.WarnContext(ctx, "cannot take jobs", "err", err)
		}
		if r.handOut(ctx, life, jobs); len(jobs) > 0 {
			continue
		}
		select {
		case <-woken:
		case <-again.C:
		case <-life.Done():
		}
	}
}

// handOut runs each job as soon as a slot is free, and gives back those that did not get
// one when life ends.
func (r *Runner) handOut(ctx, life context.Context, jobs []Info) {
	for _, j := range jobs {
		select {
		case r.slots <- struct{}{}:
			r.running.Go(func() {
				defer func() { <-r.slots }()
				r.do(ctx, j)
			})
		case <-life.Done():
			r.settle(ctx, &Run{DB: r.d, Job: j, owner: r.owner}, errStopped)
		}
	}
}

// pulse renews the leases until nothing runs any more.
func (r *Runner) pulse(ctx context.Context, quiet <-chan struct{}) {
	beat := time.NewTicker(leaseTime / 3)
	defer beat.Stop()
	for {
		select {
		case <-quiet:
			return
		case <-beat.C:
			if err := r.renew(context.WithoutCancel(ctx)); err != nil {
				r.log.WarnContext(ctx, "cannot renew leases", "err", err)
			}
		}
	}
}

var (
	errStopped  = errors.New("the runner stopped")
	errNoReturn = errors.New("the handler ended its goroutine")
)

// do makes one attempt at a job and writes down what became of it, also when the handler
// panics or ends its goroutine.
func (r *Runner) do(ctx context.Context, j Info) {
	run := &Run{DB: r.d, Job: j, owner: r.owner}
	err := errNoReturn
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil && ctx.Err() != nil {
			err = errors.Join(errStopped, err)
		}
		r.settle(ctx, run, err)
	}()
	limited, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	handler := r.flow.handlers[j.Kind]
	if handler == nil { // of a newer program that works on the same database
		err = pavilion.E(pavilion.Unavailable, "job.kind_unknown", pavilion.Args{"kind": j.Kind})
		return
	}
	err = handler(limited, run)
}

// settle writes down what became of an attempt. If that fails, the lease passes and the job
// runs again.
func (r *Runner) settle(ctx context.Context, run *Run, failure error) {
	log := r.log.With("job", run.Job.ID, "kind", run.Job.Kind, "about", run.Job.About, "attempt", run.Job.Attempts)
	if run.done.Load() {
		if failure != nil {
			log.WarnContext(ctx, "a job failed after it was done", "err", failure)
		}
		return
	}
	var kept bool
	var o outcome
	ctx = context.WithoutCancel(ctx)
	err := r.d.Write(ctx, pavilion.System("job"), func(tx *db.Tx) (err error) {
		if failure == nil {
			kept, err = run.complete(ctx, tx)
			return err
		}
		o = run.failed(failure, tx.Now())
		kept, err = run.giveBack(ctx, tx, o)
		return err
	})
	switch {
	case err != nil:
		log.ErrorContext(ctx, "cannot write down what became of a job", "err", err)
	case !kept:
		log.WarnContext(ctx, "a job was taken over by another worker")
	case o.state == Parked:
		log.ErrorContext(ctx, "a job is parked and waits for a person", "reason", o.reason, "err", failure)
	case failure != nil && !errors.Is(failure, errStopped):
		log.WarnContext(ctx, "a job will be tried again", "at", o.at, "err", failure)
	}
}
