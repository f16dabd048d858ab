package job

import (
	"context"
	"log/slog"

	"pavilion/db"
)

// Options say how a runner works.
type Options struct {
	Workers int // how many jobs run at a time; 4 if 0
	Log     *slog.Logger
}

// Runner does the jobs of a flow. Several runners may work on one database.
type Runner struct{}

// NewRunner returns a runner that does not run yet.
func NewRunner(d *db.DB, f *Flow, o Options) *Runner { return &Runner{} }

// Start begins to work in the background, until Stop.
func (r *Runner) Start(ctx context.Context) error { return errNotBuilt }

// Stop lets the jobs under way finish and returns when nothing runs any more.
func (r *Runner) Stop() {}
