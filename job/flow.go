package job

import (
	"context"
	"time"

	"pavilion/db"
)

// Flow is what follows from what: the reactions to facts, the tasks and the schedules of
// the program. Fill it before the [Runner] starts.
type Flow struct{}

// NewFlow returns an empty flow.
func NewFlow() *Flow { return &Flow{} }

// On adds a reaction to every fact of the kind F. It runs as a job of its own, at least
// once per fact. The name tells it from other reactions to the same kind.
func On[F Fact](f *Flow, name string, do func(ctx context.Context, run *Run, fact F) error) {}

// Task adds a handler for the jobs that [Enqueue] makes with this kind.
func Task[B any](f *Flow, kind string, do func(ctx context.Context, run *Run, body B) error) {}

// Every adds a schedule: the handler runs once per period, however many processes run.
func Every(f *Flow, name string, every time.Duration, do func(ctx context.Context, run *Run) error) {
}

// Enqueue makes a job that runs after the given time. While a job of the same kind and key
// is open, no second one is made.
func Enqueue[B any](ctx context.Context, tx *db.Tx, kind, key string, body B, after time.Duration) error {
	return errNotBuilt
}
