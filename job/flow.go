package job

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Flow is what follows from what: the reactions to facts, the tasks and the schedules of
// the program. Fill it before a [Runner] starts with it, and do not change it afterwards.
type Flow struct {
	handlers  map[string]func(context.Context, *Run) error // by kind of job
	reactions map[string][]string                          // kind of fact → kinds of jobs
	schedules map[string]time.Duration                     // kind of job → period
	acts      map[string]Act                               // by name
}

// NewFlow returns a flow that does batches of the acts it is given with [Bulk], and tidies
// up after itself: every hour the jobs, facts and batches that were finished a month ago are
// deleted.
func NewFlow() *Flow {
	f := &Flow{
		handlers:  map[string]func(context.Context, *Run) error{},
		reactions: map[string][]string{},
		schedules: map[string]time.Duration{},
		acts:      map[string]Act{},
	}
	Every(f, "job.sweep", time.Hour, sweep)
	Task(f, batchKind, f.runBatch)
	return f
}

// On adds a reaction to every fact of the kind F. It runs as a job of its own, of the kind
// "fact kind/name", at least once for each fact. Two reactions to one fact share nothing:
// each is retried or parked for itself. It panics if the name is taken.
func On[F Fact](f *Flow, name string, do func(ctx context.Context, run *Run, fact F) error) {
	var zero F
	fact := zero.FactKind()
	kind := fact + "/" + name
	f.add(kind, withBody(do))
	f.reactions[fact] = append(f.reactions[fact], kind)
}

// Task adds the handler of the jobs that [Enqueue] makes with this kind. It panics if the
// kind is taken.
func Task[B any](f *Flow, kind string, do func(ctx context.Context, run *Run, body B) error) {
	f.add(kind, withBody(do))
}

// Every adds a schedule: the handler runs once in every period, counted from midnight UTC
// of 1 January of year 1, however many processes run. After a time when no process ran it
// runs once, not once for each period it missed. An error never parks it: it is tried
// again, at the latest in the next period. It panics if the name is taken.
func Every(f *Flow, name string, every time.Duration, do func(ctx context.Context, run *Run) error) {
	if every <= 0 {
		panic("job: the schedule " + name + " has no period")
	}
	f.add(name, do)
	f.schedules[name] = every
}

// Kinds returns the kinds of the jobs that the flow knows, each with its period, 0 for what
// is no schedule.
func (f *Flow) Kinds() map[string]time.Duration {
	kinds := make(map[string]time.Duration, len(f.handlers))
	for kind := range f.handlers {
		kinds[kind] = f.schedules[kind]
	}
	return kinds
}

// Acts returns the names of the acts that the flow knows, in order.
func (f *Flow) Acts() []string { return slices.Sorted(maps.Keys(f.acts)) }

func (f *Flow) add(kind string, do func(context.Context, *Run) error) {
	if f.handlers[kind] != nil {
		panic("job: there are two handlers of " + kind)
	}
	f.handlers[kind] = do
}

// withBody reads the body of a job before the handler sees it.
func withBody[B any](do func(context.Context, *Run, B) error) func(context.Context, *Run) error {
	return func(ctx context.Context, run *Run) error {
		var body B
		if err := json.Unmarshal([]byte(run.Job.Body), &body); err != nil {
			return fmt.Errorf("read the body of %s: %w", run.Job.ID, err)
		}
		return do(ctx, run, body)
	}
}
