package job

import (
	"context"

	"pavilion"
)

// LeaseTime is for tests that let a lease pass.
const LeaseTime = leaseTime

// Lease takes jobs as a process does that dies before it begins them.
func (r *Runner) Lease(ctx context.Context, limit int) ([]Info, error) { return r.take(ctx, limit) }

// Do makes one attempt at a job that Lease took.
func (r *Runner) Do(ctx context.Context, j Info) { r.do(ctx, j) }

// RunOf is the attempt at a job that Lease took, for a process that dies in its middle.
func (r *Runner) RunOf(j Info) *Run { return &Run{DB: r.d, Job: j, owner: r.owner} }

// RunBatch is the handler of batches, for a process that dies in its middle: it writes down
// nothing about the job itself.
func (f *Flow) RunBatch(ctx context.Context, run *Run, id pavilion.BatchID) error {
	return f.runBatch(ctx, run, id)
}

// ChunkItems is how many things a batch does in one transaction.
const ChunkItems = chunkItems

// GiveBack gives a leased job back as if nobody had had it.
func (r *Runner) GiveBack(ctx context.Context, j Info) { r.settle(ctx, r.RunOf(j), errStopped) }
