package job

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

const (
	fanOutLimit = 512              // facts that are fanned out in one transaction
	leaseTime   = 60 * time.Second // after which a job whose worker is silent is another's
)

// take makes the jobs that follow from new facts, takes over those of lost workers, and
// leases up to limit jobs that are due: one transaction, and none when there is nothing to
// do.
func (r *Runner) take(ctx context.Context, limit int) (jobs []Info, err error) {
	work := false
	err = r.d.Read(ctx, func(v *db.View) (err error) {
		work, err = anyWork(ctx, v)
		return err
	})
	if err != nil || !work {
		return nil, err
	}
	err = r.d.Write(ctx, pavilion.System("job"), func(tx *db.Tx) (err error) {
		if err := r.takeOver(ctx, tx); err != nil {
			return err
		}
		if err := r.fanOut(ctx, tx); err != nil {
			return err
		}
		now := tx.Now()
		jobs, err = db.All(ctx, tx, scanJob, claimJobs, r.owner, db.Micros(now.Add(leaseTime)), db.Micros(now), limit)
		return err
	})
	return jobs, err
}

const (
	lookForWork = `select case when exists (select 1 from job where state = 'queued' and run_at <= $1)
  or exists (select 1 from fact where not fanned)
  or exists (select 1 from job where state = 'running' and lease_until <= $1) then 1 else 0 end`
	claimJobs = `update job set state = 'running', attempts = attempts + 1, lease_owner = $1, lease_until = $2, updated_at = $3
where state = 'queued' and id in (select id from job where state = 'queued' and run_at <= $3 order by run_at, id limit $4)
returning ` + jobColumns
)

func anyWork(ctx context.Context, r db.Reader) (bool, error) {
	var found int
	err := r.QueryRow(ctx, lookForWork, db.Micros(r.Now())).Scan(&found)
	return found == 1, err
}

// A job that ends its worker again and again, for example by using up the memory, is
// parked; a schedule is not.
const (
	parkLost = `update job set state = 'parked', again = false, faults = faults + 1, lease_owner = '', reason = 'job.worker_lost', updated_at = $1
where state = 'running' and lease_until <= $1 and every_us = 0 and faults + 1 >= $2`
	requeueLost = `update job set state = 'queued', again = false, faults = faults + 1, lease_owner = '', run_at = $1, last_error = 'the worker was lost', updated_at = $1
where state = 'running' and lease_until <= $1`
)

func (r *Runner) takeOver(ctx context.Context, tx *db.Tx) error {
	now := db.Micros(tx.Now())
	parked, err := tx.Exec(ctx, parkLost, now, faultLimit)
	if err != nil {
		return err
	}
	queued, err := tx.Exec(ctx, requeueLost, now)
	if err != nil {
		return err
	}
	if parked+queued > 0 {
		tx.AfterCommit(func() { r.log.WarnContext(ctx, "took over jobs of a lost worker", "queued", queued, "parked", parked) })
	}
	return nil
}

// claimFacts marks first and makes the jobs afterwards, in one transaction: two processes
// can never both fan out the same fact, not even after its jobs are done.
const claimFacts = `update fact set fanned = true
where not fanned and id in (select id from fact where not fanned order by id limit $1)
returning id, kind, about, body`

var jobRows = db.Insert{
	Table: "job",
	Columns: []string{
		"id", "kind", "unique_key", "about", "body", "every_us", "state", "again", "run_at", "attempts", "faults",
		"lease_owner", "lease_until", "reason", "reason_args", "last_error", "created_at", "updated_at",
	},
	Suffix: "on conflict do nothing",
}

// fact is a row that is fanned out.
type fact struct{ id, kind, about, body string }

func scanFact(row db.Scanner) (f fact, err error) {
	return f, row.Scan(&f.id, &f.kind, &f.about, &f.body)
}

// fanOut makes a job for each new fact and reaction to it, with two statements for a set.
func (r *Runner) fanOut(ctx context.Context, tx *db.Tx) error {
	facts, err := db.All(ctx, tx, scanFact, claimFacts, fanOutLimit)
	if err != nil {
		return err
	}
	now := db.Micros(tx.Now())
	var args []any
	for _, f := range facts {
		for _, kind := range r.flow.reactions[f.kind] {
			id := pavilion.NewID[string](pavilion.PrefixJob, tx.Now())
			args = append(args, id, kind, f.id, f.about, f.body, 0, Queued, false, now, 0, 0, "", 0, "", "{}", "", now, now)
		}
	}
	_, err = jobRows.Rows(ctx, tx, args)
	return err
}

const renewLeases = `update job set lease_until = $1 where lease_owner = $2 and state = 'running'`

// renew keeps the jobs that this runner has.
func (r *Runner) renew(ctx context.Context) error {
	return r.d.Write(ctx, pavilion.System("job"), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, renewLeases, db.Micros(tx.Now().Add(leaseTime)), r.owner)
		return err
	})
}

const (
	keepTime   = 30 * 24 * time.Hour // how long finished jobs and facts are kept
	sweepLimit = 1000                // rows that are deleted in one transaction

	// Ids begin with the time at which they were made.
	sweepJobs  = `delete from job where id in (select id from job where id < $1 and state in ('done', 'given_up') order by id limit $2)`
	sweepFacts = `delete from fact where id in (select id from fact where id < $1 and fanned order by id limit $2)`

	oldBatch   = `select id from batch where id < $1 and state <> 'running' order by id limit 1`
	sweepItems = `delete from batch_item where batch_id = $1 and item in (select item from batch_item where batch_id = $1 limit $2)`
	sweepBatch = `delete from batch where id = $1`
)

// sweep deletes what was finished long ago.
func sweep(ctx context.Context, run *Run) error {
	for more := true; more; {
		err := run.DB.Write(ctx, pavilion.System("job"), func(tx *db.Tx) error {
			before := tx.Now().Add(-keepTime)
			jobs, err := tx.Exec(ctx, sweepJobs, pavilion.NewID[string](pavilion.PrefixJob, before), sweepLimit)
			if err != nil {
				return err
			}
			facts, err := tx.Exec(ctx, sweepFacts, pavilion.NewID[string](pavilion.PrefixFact, before), sweepLimit)
			more = jobs == sweepLimit || facts == sweepLimit
			return err
		})
		if err != nil {
			return err
		}
	}
	return sweepBatches(ctx, run.DB)
}

// sweepBatches deletes batches that ended long ago: first their things, some at a time.
func sweepBatches(ctx context.Context, d *db.DB) error {
	for more := true; more; {
		err := d.Write(ctx, pavilion.System("job"), func(tx *db.Tx) error {
			id, found, err := db.One(ctx, tx, func(row db.Scanner) (id pavilion.BatchID, err error) { return id, row.Scan(&id) },
				oldBatch, pavilion.NewID[string](pavilion.PrefixBatch, tx.Now().Add(-keepTime)))
			if more = found; err != nil || !found {
				return err
			}
			n, err := tx.Exec(ctx, sweepItems, id, sweepLimit)
			if err != nil || n == sweepLimit {
				return err
			}
			_, err = tx.Exec(ctx, sweepBatch, id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
