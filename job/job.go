package job

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// The states of a job.
const (
	Queued  = "queued"   // waits for its time or for a worker
	Running = "running"  // a worker has it, until its lease ends
	Done    = "done"     // finished
	Parked  = "parked"   // cannot succeed by itself: a person decides
	GivenUp = "given_up" // a person decided that it shall not run
)

// Info is a job as people see it.
type Info struct {
	ID        pavilion.JobID
	Kind      string
	Key       string
	State     string
	RunAt     time.Time
	Attempts  int64
	Reason    string        // why it is parked: the key of a sentence
	Args      pavilion.Args // what the sentence needs
	LastError string        // of the last attempt, for the log
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Run is one attempt at a job.
type Run struct {
	DB  *db.DB
	Job Info
}

// Done completes the job in the transaction of its effect, so that the effect happens once.
func (r *Run) Done(ctx context.Context, tx *db.Tx) error { return errNotBuilt }

// List returns jobs in a state, or in any if state is "", in the order of their ids after
// the given one.
func List(ctx context.Context, r db.Reader, state string, after pavilion.JobID, limit int) ([]Info, error) {
	return nil, errNotBuilt
}

// Retry queues a parked job again.
func Retry(ctx context.Context, tx *db.Tx, id pavilion.JobID) error { return errNotBuilt }

// GiveUp ends a parked job for good.
func GiveUp(ctx context.Context, tx *db.Tx, id pavilion.JobID) error { return errNotBuilt }
