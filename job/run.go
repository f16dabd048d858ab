package job

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"pavilion"
	"pavilion/db"
)

const (
	faultLimit = 8                // faults after which a job is parked
	firstPause = time.Second      // before the second attempt; it doubles from attempt to attempt
	longPause  = 15 * time.Minute // and grows no further
	errorLimit = 2000             // bytes kept of an error text
)

// Run is one attempt at a job.
type Run struct {
	DB  *db.DB
	Job Info

	owner string      // the runner that has the job
	done  atomic.Bool // Done was committed
}

// An attempt may end a job only while it still has it: after its lease has passed, another
// worker may have begun, and owner and number of attempts are no longer the same.
const (
	completeJob = `update job set state = case when again then 'queued' else 'done' end, again = false,
  attempts = case when again then 0 else attempts end, faults = 0,
  lease_owner = '', reason = '', reason_args = '{}', last_error = '', updated_at = $1
where id = $2 and lease_owner = $3 and attempts = $4 and state = 'running'`
	returnJob = `update job set state = $1, again = false, run_at = $2, attempts = $3, faults = $4,
  lease_owner = '', reason = $5, reason_args = $6, last_error = $7, updated_at = $8
where id = $9 and lease_owner = $10 and attempts = $11 and state = 'running'`
)

// Done completes the job in the transaction of its effect, so that the effect happens once.
// Error: Conflict job.lease_lost when the attempt took so long that another worker has the
// job; the transaction must then fail.
func (r *Run) Done(ctx context.Context, tx *db.Tx) error {
	kept, err := r.complete(ctx, tx)
	if err != nil {
		return err
	}
	if !kept {
		return pavilion.E(pavilion.Conflict, "job.lease_lost", pavilion.Args{"job": r.Job.ID})
	}
	tx.AfterCommit(func() { r.done.Store(true) })
	return nil
}

const keepLease = `update job set lease_until = $1, faults = 0 where id = $2 and lease_owner = $3 and attempts = $4 and state = 'running'`

// errNotOurs is the error of an attempt whose job another worker has.
var errNotOurs = pavilion.E(pavilion.Conflict, "job.lease_lost", nil)

// keep renews the lease in a transaction in which the attempt comes on, so that the faults
// before it are forgotten. Nobody else has the job until the transaction ends. Error: Conflict
// job.lease_lost.
func (r *Run) keep(ctx context.Context, tx *db.Tx) error {
	n, err := tx.Exec(ctx, keepLease, db.Micros(tx.Now().Add(leaseTime)), r.Job.ID, r.owner, r.Job.Attempts)
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "job.lease_lost", pavilion.Args{"job": r.Job.ID})
	}
	tx.AfterCommit(func() { r.Job.Faults = 0 })
	return err
}

// complete ends the attempt well; kept is false when the job is not ours any more.
func (r *Run) complete(ctx context.Context, tx *db.Tx) (kept bool, err error) {
	if r.Job.Every > 0 {
		return r.giveBack(ctx, tx, outcome{state: Queued, at: nextRound(tx.Now(), r.Job.Every)})
	}
	n, err := tx.Exec(ctx, completeJob, db.Micros(tx.Now()), r.Job.ID, r.owner, r.Job.Attempts)
	return n == 1, err
}

// outcome is what becomes of a job that is not done.
type outcome struct {
	state     string
	at        time.Time
	attempts  int64
	faults    int64
	reason    string
	args      pavilion.Args
	lastError string
}

func (r *Run) giveBack(ctx context.Context, tx *db.Tx, o outcome) (kept bool, err error) {
	args := []byte("{}")
	if len(o.args) > 0 {
		if args, err = json.Marshal(o.args); err != nil {
			return false, err
		}
	}
	n, err := tx.Exec(ctx, returnJob, o.state, db.Micros(o.at), o.attempts, o.faults, o.reason, string(args), o.lastError, db.Micros(tx.Now()),
		r.Job.ID, r.owner, r.Job.Attempts)
	return n == 1, err
}

// failed works out what becomes of the job after an error. What may pass is tried again,
// what a person must decide is parked, and a fault of ours is tried some times, because it
// may be an accident. An attempt that was told to stop does not count.
func (r *Run) failed(err error, now time.Time) outcome {
	o := outcome{state: Queued, at: now, attempts: r.Job.Attempts, faults: r.Job.Faults, lastError: errorText(err)}
	ours, _ := errors.AsType[*pavilion.Error](err)
	kind := pavilion.KindOf(err)
	switch {
	case errors.Is(err, errStopped):
		o.attempts, o.lastError = r.Job.Attempts-1, r.Job.LastError
	case r.Job.Every > 0:
		o.at = earlier(now.Add(pause(r.Job.Attempts)), nextRound(now, r.Job.Every))
	case kind == pavilion.Unavailable, kind == pavilion.Limited:
		o.at = now.Add(max(pause(r.Job.Attempts), ours.RetryAfter))
	case errors.Is(err, context.DeadlineExceeded): // an outside service did not answer
		o.at = now.Add(pause(r.Job.Attempts))
	case kind != pavilion.Internal:
		o.state, o.reason, o.args = Parked, ours.Reason, ours.Args
	default:
		o.at = now.Add(pause(r.Job.Attempts))
		if o.faults++; o.faults >= faultLimit {
			o.state, o.reason, o.args = Parked, "job.failed", pavilion.Args{"kind": r.Job.Kind, "attempts": r.Job.Attempts}
		}
	}
	return o
}

// pause is how long to wait after the nth attempt: twice as long as after the one before,
// and between half and all of that, so that jobs that failed together do not come back
// together.
func pause(attempt int64) time.Duration {
	full := min(firstPause<<min(max(attempt-1, 0), 20), longPause)
	return full/2 + rand.N(full/2)
}

// nextRound is the first moment after now at which a schedule of this period is due.
func nextRound(now time.Time, every time.Duration) time.Time { return now.Truncate(every).Add(every) }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// errorText is an error as it is stored.
func errorText(err error) string {
	text := strings.ReplaceAll(err.Error(), "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), errorLimit)], "")
}
