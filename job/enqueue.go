package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pavilion"
	"pavilion/db"
)

// A second request for an open job replaces its body and may bring it forward. If the job
// is running, what it does may be based on the older state, so it runs once more.
const enqueueJob = `insert into job (id, kind, unique_key, about, body, every_us, state, again, run_at, attempts, faults,
  lease_owner, lease_until, reason, reason_args, last_error, created_at, updated_at)
values ($1, $2, $3, $3, $4, $5, 'queued', false, $6, 0, 0, '', 0, '', '{}', '', $7, $7)
on conflict (kind, unique_key) where state in ('queued', 'running', 'parked') do update set
  body = excluded.body,
  every_us = excluded.every_us,
  again = (job.state = 'running'),
  run_at = case when job.state = 'running' or excluded.run_at < job.run_at then excluded.run_at else job.run_at end`

// Enqueue makes a job that runs when the time after has passed. While a job of the same
// kind and key is open there is only that one: it gets the new body, it runs at the earlier
// of the two times, and if it is running now, it runs once more afterwards. Key is the id
// of the thing it is about.
func Enqueue[B any](ctx context.Context, tx *db.Tx, kind, key string, body B, after time.Duration) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("enqueue %s for %s: %w", kind, key, err)
	}
	return enqueue(ctx, tx, kind, key, string(text), 0, tx.Now().Add(after))
}

func enqueue(ctx context.Context, tx *db.Tx, kind, key, body string, every time.Duration, at time.Time) error {
	id := pavilion.NewID[string](pavilion.PrefixJob, tx.Now())
	if _, err := tx.Exec(ctx, enqueueJob, id, kind, key, body, every.Microseconds(), db.Micros(at), db.Micros(tx.Now())); err != nil {
		return fmt.Errorf("enqueue %s for %s: %w", kind, key, err)
	}
	tx.Signal(Topic)
	return nil
}
