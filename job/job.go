package job

import (
	"context"
	"encoding/json"
	"fmt"
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
	Key       string // the id of the fact, or what Enqueue was given
	About     string // the id of the thing it is about
	Body      string // JSON: the fact, or what Enqueue was given
	Every     time.Duration
	State     string
	RunAt     time.Time
	Attempts  int64         // since it was queued, the one under way included
	Faults    int64         // attempts that ended with a fault of ours or with the worker
	Reason    string        // why it is parked: the key of a sentence
	Args      pavilion.Args // what the sentence needs
	LastError string        // of the last attempt, for the log
	CreatedAt time.Time
	UpdatedAt time.Time
}

const jobColumns = `id, kind, unique_key, about, body, every_us, state, run_at, attempts, faults, reason, reason_args, last_error, created_at, updated_at`

func scanJob(row db.Scanner) (Info, error) {
	var j Info
	var every, runAt, created, updated int64
	var args string
	err := row.Scan(&j.ID, &j.Kind, &j.Key, &j.About, &j.Body, &every, &j.State, &runAt, &j.Attempts, &j.Faults, &j.Reason, &args, &j.LastError, &created, &updated)
	if err != nil {
		return Info{}, err
	}
	j.Every = time.Duration(every) * time.Microsecond
	j.RunAt, j.CreatedAt, j.UpdatedAt = db.Time(runAt), db.Time(created), db.Time(updated)
	if err := json.Unmarshal([]byte(args), &j.Args); err != nil {
		return Info{}, fmt.Errorf("read the arguments of a reason: %w", err)
	}
	return j, nil
}

// inState narrows a list to a state, as text, so that the engine can use a partial index.
var inState = map[string]string{
	"":      "",
	Queued:  "state = 'queued'",
	Running: "state = 'running'",
	Done:    "state = 'done'",
	Parked:  "state = 'parked'",
	GivenUp: "state = 'given_up'",
}

const (
	getJob  = "select " + jobColumns + " from job where id = $1"
	openJob = "select " + jobColumns + " from job where kind = $1 and unique_key = $2 and state in ('queued', 'running', 'parked')"
)

// Get returns one job. Error: NotFound job.unknown.
func Get(ctx context.Context, r db.Reader, id pavilion.JobID) (Info, error) {
	j, found, err := db.One(ctx, r, scanJob, getJob, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "job.unknown", pavilion.Args{"job": id})
	}
	return j, err
}

// ByKey returns the open job of a kind for a key, found false when there is none: it is done
// or was given up.
func ByKey(ctx context.Context, r db.Reader, kind, key string) (j Info, found bool, err error) {
	return db.One(ctx, r, scanJob, openJob, kind, key)
}

const (
	retryJob = `update job set state = 'queued', run_at = $1, attempts = 0, faults = 0, reason = '', reason_args = '{}', updated_at = $1
where id = $2 and state = 'parked'`
	retryParked = `update job set state = 'queued', run_at = $1, attempts = 0, faults = 0, reason = '', reason_args = '{}', updated_at = $1
where state = 'parked' and reason = $2`
	giveUpJob = `update job set state = 'given_up', updated_at = $1 where id = $2 and state = 'parked'`
)

// Retry queues a parked job again, with as many attempts as a new one. Errors: NotFound
// job.unknown; Conflict job.not_parked.
func Retry(ctx context.Context, tx *db.Tx, id pavilion.JobID) error {
	if err := leaveParked(ctx, tx, retryJob, id); err != nil {
		return err
	}
	tx.Signal(Topic)
	return nil
}

// RetryParked queues all jobs again that are parked for a reason which is no more.
func RetryParked(ctx context.Context, tx *db.Tx, reason string) error {
	n, err := tx.Exec(ctx, retryParked, db.Micros(tx.Now()), reason)
	if n > 0 {
		tx.Signal(Topic)
	}
	return err
}

// GiveUp ends a parked job for good. Errors: NotFound job.unknown; Conflict job.not_parked.
func GiveUp(ctx context.Context, tx *db.Tx, id pavilion.JobID) error {
	return leaveParked(ctx, tx, giveUpJob, id)
}

func leaveParked(ctx context.Context, tx *db.Tx, statement string, id pavilion.JobID) error {
	changed, err := tx.Exec(ctx, statement, db.Micros(tx.Now()), id)
	if err != nil || changed == 1 {
		return err
	}
	j, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	return pavilion.E(pavilion.Conflict, "job.not_parked", pavilion.Args{"job": id, "state": j.State})
}

// Backlog is how much work waits, for the people who watch over it.
type Backlog struct {
	Due     int64         // jobs whose time has come and that no worker has yet
	Running int64         // jobs a worker has
	Parked  int64         // jobs that wait for a person
	Late    time.Duration // how long the first of the due jobs has been waiting
}

const measureBacklog = `select
  (select count(*) from job where state = 'queued' and run_at <= $1),
  (select count(*) from job where state = 'running'),
  (select count(*) from job where state = 'parked'),
  (select coalesce(min(run_at), $1) from job where state = 'queued' and run_at <= $1)`

// Measure returns the backlog.
func Measure(ctx context.Context, r db.Reader) (Backlog, error) {
	var b Backlog
	var first int64
	now := db.Micros(r.Now())
	err := r.QueryRow(ctx, measureBacklog, now).Scan(&b.Due, &b.Running, &b.Parked, &first)
	b.Late = time.Duration(now-first) * time.Microsecond
	return b, err
}
