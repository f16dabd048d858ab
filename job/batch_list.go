package job

import (
	"context"
	"encoding/json"
	"fmt"

	"pavilion"
	"pavilion/db"
)

const batchColumns = `id, act, actor, filter, params, source, from_id, undoes, undone_by, retried_by, state, undoable, picked_to, picked_all, total, last_seq, done, failed, created_at, updated_at`

func scanBatch(row db.Scanner) (Batch, error) {
	var b Batch
	var actor, params string
	var created, updated int64
	err := row.Scan(&b.ID, &b.Act, &actor, &b.Filter, &params, &b.source, &b.from, &b.Undoes, &b.UndoneBy, &b.RetriedBy, &b.State, &b.Undoable,
		&b.pickedTo, &b.pickedAll, &b.Total, &b.lastSeq, &b.Done, &b.Failed, &created, &updated)
	if err != nil {
		return Batch{}, err
	}
	b.Actor, _ = pavilion.ParseActor(actor)
	b.CreatedAt, b.UpdatedAt = db.Time(created), db.Time(updated)
	if err := json.Unmarshal([]byte(params), &b.Params); err != nil {
		return Batch{}, fmt.Errorf("read the params of %s: %w", b.ID, err)
	}
	return b, nil
}

func scanItem(row db.Scanner) (Item, error) {
	var i Item
	var args string
	err := row.Scan(&i.ID, &i.Seq, &i.Outcome, &i.before, &i.Reason, &args)
	if err == nil {
		err = json.Unmarshal([]byte(args), &i.Args)
	}
	return i, err
}

const (
	getBatch = "select " + batchColumns + " from batch where id = $1"
	// The row is changed so that nobody else changes it before the transaction ends.
	holdBatch = `update batch set id = id where id = $1 returning ` + batchColumns
	listItems = `select item, seq, outcome, before, reason, reason_args from batch_item where batch_id = $1 and outcome = $2 and seq > $3 order by seq limit $4`
)

// GetBatch returns one batch. Error: NotFound batch.unknown {batch}.
func GetBatch(ctx context.Context, r db.Reader, id pavilion.BatchID) (Batch, error) {
	return oneBatch(ctx, r, getBatch, id)
}

// lockBatch returns a batch that nobody else changes until the transaction ends.
func lockBatch(ctx context.Context, tx *db.Tx, id pavilion.BatchID) (Batch, error) {
	return oneBatch(ctx, tx, holdBatch, id)
}

func oneBatch(ctx context.Context, r db.Reader, query string, id pavilion.BatchID) (Batch, error) {
	b, found, err := db.One(ctx, r, scanBatch, query, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "batch.unknown", pavilion.Args{"batch": id})
	}
	return b, err
}

// BatchFilter narrows a list of batches; its zero value does not.
type BatchFilter struct {
	State string
	Act   string
	Actor pavilion.Actor
}

func (f BatchFilter) where() (w db.Where) {
	if f.State != "" {
		w.And("state = $1", f.State)
	}
	if f.Act != "" {
		w.And("act = $1", f.Act)
	}
	if f.Actor != (pavilion.Actor{}) {
		w.And("actor = $1", f.Actor.String())
	}
	return w
}

// Batches lists batches, the newest first, after the one with the id, "" for the beginning.
func Batches(ctx context.Context, r db.Reader, f BatchFilter, after pavilion.BatchID, limit int) ([]Batch, error) {
	w := f.where()
	if after != "" {
		w.And("id < $1", after)
	}
	query, args := w.SQL("select "+batchColumns+" from batch", "order by id desc limit $1", limit)
	return db.All(ctx, r, scanBatch, query, args...)
}

// CountBatches counts batches and stops at most.
func CountBatches(ctx context.Context, r db.Reader, f BatchFilter, most int64) (n int64, err error) {
	query, args := f.where().SQL("select count(*) from (select 1 as one from batch", "limit $1) as found", most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// BatchItems lists the things of a batch that have an outcome, in the order in which it came
// to them, after a place in it.
func BatchItems(ctx context.Context, r db.Reader, id pavilion.BatchID, outcome string, after int64, limit int) ([]Item, error) {
	return db.All(ctx, r, scanItem, listItems, id, outcome, after, limit)
}

const (
	stopBatch   = `update batch set state = 'stopped', updated_at = $1 where id = $2 and state = 'running'`
	markUndone  = `update batch set undone_by = $1 where id = $2 and undone_by = '' and undoable and state <> 'running' and done > 0`
	markRetried = `update batch set retried_by = $1 where id = $2 and retried_by = '' and state <> 'running' and failed > 0`
)

// BatchJob returns the job that does a batch, found false when it is done or was given up.
func BatchJob(ctx context.Context, r db.Reader, id pavilion.BatchID) (j Info, found bool, err error) {
	return ByKey(ctx, r, batchKind, string(id))
}

// StopBatch ends a batch before its next chunk; what was done stays done. Errors: NotFound
// batch.unknown {batch}; Conflict batch.not_running {batch}.
func StopBatch(ctx context.Context, tx *db.Tx, id pavilion.BatchID) error {
	n, err := tx.Exec(ctx, stopBatch, db.Micros(tx.Now()), id)
	if err != nil || n == 1 {
		return err
	}
	if _, err := GetBatch(ctx, tx, id); err != nil {
		return err
	}
	return pavilion.E(pavilion.Conflict, "batch.not_running", pavilion.Args{"batch": id})
}

// UndoBatch starts a batch that takes back what another one did, the last thing first. A
// thing that was changed since fails and stays as it is. Errors: NotFound batch.unknown
// {batch}; Conflict batch.not_undoable {batch} when its act cannot be taken back, it still
// runs, did nothing, or is being taken back already.
func UndoBatch(ctx context.Context, tx *db.Tx, id pavilion.BatchID) (pavilion.BatchID, error) {
	b, err := lockBatch(ctx, tx, id)
	if err != nil {
		return "", err
	}
	undo := Batch{Act: b.Act, Params: b.Params, Total: b.Done, Undoes: id, source: fromDone, from: id}
	if err := undo.start(ctx, tx); err != nil {
		return "", err
	}
	n, err := tx.Exec(ctx, markUndone, undo.ID, id)
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "batch.not_undoable", pavilion.Args{"batch": id})
	}
	return undo.ID, err
}

// RetryBatch starts a batch that does once more what another one failed at; after an undo,
// it takes that back. Errors: NotFound batch.unknown {batch}; Conflict batch.nothing_failed
// {batch} when it still runs, nothing failed, or that is being done again already.
func RetryBatch(ctx context.Context, tx *db.Tx, id pavilion.BatchID) (pavilion.BatchID, error) {
	b, err := lockBatch(ctx, tx, id)
	if err != nil {
		return "", err
	}
	again := Batch{Act: b.Act, Params: b.Params, Total: b.Failed, Undoes: b.Undoes, source: fromFailed, from: id}
	if err := again.start(ctx, tx); err != nil {
		return "", err
	}
	n, err := tx.Exec(ctx, markRetried, again.ID, id)
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "batch.nothing_failed", pavilion.Args{"batch": id})
	}
	return again.ID, err
}
