package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pavilion"
	"pavilion/db"
)

const (
	batchKind  = "job.batch"
	chunkItems = 50               // things in one transaction
	batchShift = 30 * time.Second // after which a batch lets other jobs have its worker
)

// worker is one attempt at a batch.
type worker struct {
	run *Run
	act Act
	Batch
}

// runBatch does a batch, chunk after chunk. What a chunk did and how far the batch has come
// is one transaction, and one in which the job is still ours: wherever it is interrupted,
// nothing is done twice and nothing left out.
func (f *Flow) runBatch(ctx context.Context, run *Run, id pavilion.BatchID) error {
	w := &worker{run: run}
	err := run.DB.Read(ctx, func(v *db.View) (err error) {
		w.Batch, err = GetBatch(ctx, v, id)
		return err
	})
	if err != nil {
		return err
	}
	var known bool
	if w.act, known = f.acts[w.Act]; !known { // of a newer program that works on the same database
		return pavilion.E(pavilion.Unavailable, "batch.act_unknown", pavilion.Args{"act": w.Act})
	}
	for began := run.DB.Now(); w.State == BatchRunning; {
		switch err := w.chunk(ctx); {
		case isItems(err):
			if err := w.oneByOne(ctx); err != nil {
				return err
			}
		case err != nil:
			return err
		}
		if run.DB.Now().Sub(began) > batchShift && w.State == BatchRunning {
			return run.DB.Write(ctx, w.Actor, func(tx *db.Tx) error {
				return Enqueue(ctx, tx, batchKind, string(id), id, 0)
			})
		}
	}
	return nil
}

// isItems tells an error that is about the thing itself from one that is about the act or
// the program.
func isItems(err error) bool {
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.NotFound, pavilion.Conflict, pavilion.Forbidden:
		return !errors.Is(err, errNotOurs)
	default:
		return false
	}
}

// write runs fn in a transaction of the person who started the batch, with the batch as it
// is now. It fails when the job is not ours any more, and does nothing when the batch was
// stopped.
func (w *worker) write(ctx context.Context, fn func(tx *db.Tx) error) error {
	return w.run.DB.Write(ctx, w.Actor, func(tx *db.Tx) error {
		if err := w.run.keep(ctx, tx); err != nil {
			return err
		}
		var err error
		if w.Batch, err = lockBatch(ctx, tx, w.ID); err != nil || w.State != BatchRunning {
			return err
		}
		return fn(tx)
	})
}

// chunk does the things that wait, or the next ones, in one transaction; when there are
// none any more, the batch is done.
func (w *worker) chunk(ctx context.Context) error {
	return w.write(ctx, func(tx *db.Tx) error {
		items, err := w.next(ctx, tx)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := w.do(ctx, tx, item); err != nil {
				return err
			}
		}
		if w.pickedAll && len(items) < chunkItems {
			w.State, w.Total = BatchDone, w.Done+w.Failed+int64(len(items))
		}
		return w.progress(ctx, tx, int64(len(items)), 0)
	})
}

// oneByOne does what waits each in a transaction of its own, after one of a chunk failed,
// and notes those that fail.
func (w *worker) oneByOne(ctx context.Context) error {
	var items []Item
	err := w.write(ctx, func(tx *db.Tx) (err error) {
		items, err = w.next(ctx, tx)
		return err
	})
	for _, item := range items {
		if err != nil || w.State != BatchRunning {
			return err
		}
		err = w.write(ctx, func(tx *db.Tx) error {
			if err := w.do(ctx, tx, item); err != nil {
				return err
			}
			return w.progress(ctx, tx, 1, 0)
		})
		if isItems(err) {
			failure := err
			err = w.write(ctx, func(tx *db.Tx) error {
				if err := w.fail(ctx, tx, item, failure); err != nil {
					return err
				}
				return w.progress(ctx, tx, 0, 1)
			})
		}
	}
	return err
}

const (
	waitingItems  = `select item, seq, outcome, before, reason, reason_args from batch_item where batch_id = $1 and outcome = 'waiting' order by seq limit $2`
	failedItems   = `select item, seq, outcome, before, reason, reason_args from batch_item where batch_id = $1 and outcome = 'failed' and seq > $2 order by seq limit $3`
	doneItemsBack = `select item, seq, outcome, before, reason, reason_args from batch_item where batch_id = $1 and outcome = 'done' and seq < $2 order by seq desc limit $3`
)

// next returns the things to do now: those that wait, and if none does, the next ones of
// the batch's source.
func (w *worker) next(ctx context.Context, tx *db.Tx) ([]Item, error) {
	items, err := db.All(ctx, tx, scanItem, waitingItems, w.ID, chunkItems)
	if err != nil || len(items) > 0 || w.pickedAll {
		return items, err
	}
	items, to, err := w.pick(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := w.add(ctx, tx, items, to, to == ""); err != nil {
		return nil, err
	}
	return db.All(ctx, tx, scanItem, waitingItems, w.ID, chunkItems)
}

// pick reads on in the source; to is "" at its end.
func (w *worker) pick(ctx context.Context, r db.Reader) (items []Item, to string, err error) {
	switch w.source {
	case fromFilter:
		if w.act.Pick == nil {
			return nil, "", fmt.Errorf("the act %s is for chosen things only", w.Act)
		}
		ids, to, err := w.act.Pick(ctx, r, w.Filter, w.pickedTo, chunkItems)
		for _, id := range ids {
			items = append(items, Item{ID: id})
		}
		return items, to, err
	case fromFailed:
		after, _ := strconv.ParseInt(w.pickedTo, 10, 64) // "" is the beginning
		items, err = db.All(ctx, r, scanItem, failedItems, w.from, after, chunkItems)
	case fromDone:
		before, err := strconv.ParseInt(w.pickedTo, 10, 64)
		if err != nil { // "": the end
			before = 1 << 62
		}
		if items, err = db.All(ctx, r, scanItem, doneItemsBack, w.from, before, chunkItems); err != nil {
			return nil, "", err
		}
	}
	if len(items) == chunkItems {
		to = strconv.FormatInt(items[chunkItems-1].Seq, 10)
	}
	return items, to, err
}

const (
	itemIsDone   = `update batch_item set outcome = 'done', before = $1 where batch_id = $2 and item = $3 and outcome = 'waiting'`
	itemHasFault = `update batch_item set outcome = 'failed', reason = $1, reason_args = $2 where batch_id = $3 and item = $4 and outcome = 'waiting'`
	setProgress  = `update batch set state = $1, undoable = $2, total = $3, done = done + $4, failed = failed + $5, updated_at = $6 where id = $7 and state = 'running'`
)

// do does the act to one thing, or takes it back.
func (w *worker) do(ctx context.Context, tx *db.Tx, item Item) (err error) {
	before := item.before
	switch {
	case w.Undoes == "":
		before, err = w.act.Do(ctx, tx, item.ID, w.Params)
	case w.act.Undo == nil: // the program is another one than the one that did it
		err = pavilion.E(pavilion.Conflict, "batch.not_undoable", pavilion.Args{"batch": w.Undoes})
	default:
		err = w.act.Undo(ctx, tx, item.ID, before)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, itemIsDone, before, w.ID, item.ID)
	return err
}

// fail notes why a thing was not done.
func (w *worker) fail(ctx context.Context, tx *db.Tx, item Item, failure error) error {
	e, _ := errors.AsType[*pavilion.Error](failure)
	args := []byte("{}")
	if len(e.Args) > 0 {
		var err error
		if args, err = json.Marshal(e.Args); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, itemHasFault, e.Reason, string(args), w.ID, item.ID)
	return err
}

// progress writes down how far the batch has come.
func (w *worker) progress(ctx context.Context, tx *db.Tx, done, failed int64) error {
	w.Undoable = w.Undoes == "" && w.act.Undo != nil
	_, err := tx.Exec(ctx, setProgress, w.State, w.Undoable, w.Total, done, failed, db.Micros(tx.Now()), w.ID)
	tx.Signal(Topic)
	return err
}
