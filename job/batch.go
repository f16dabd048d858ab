package job

import (
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/db"
)

// Act is something that can be done to many things at once. Its functions run inside a
// transaction whose actor is the person who started the batch, and call nothing outside.
type Act struct {
	// Name is the machine word and the key of the words people read: "product.put_on_sale".
	Name string
	// Pick returns the next ids, at most limit, that a filter matches after a position, and
	// the position of the last one looked at; next is "" when there are no more. The filter is
	// the query of the list page's address. The order is one the act does not change. Things
	// that come to match before the position are not picked, those after it are. An act that
	// is only ever done to chosen things has no Pick.
	Pick func(ctx context.Context, r db.Reader, filter, after string, limit int) (ids []string, next string, err error)
	// Do does it to one thing and returns what Undo needs to know: what was there before, and
	// what to recognise by that nobody has changed it since. An error of the kind Invalid,
	// NotFound, Conflict or Forbidden is the thing's own, and the others go on; any other one
	// has the chunk done again later.
	Do func(ctx context.Context, tx *db.Tx, id string, params map[string]string) (before string, err error)
	// Undo takes it back, or returns a Conflict when the thing was changed since. An act that
	// cannot be taken back has none.
	Undo func(ctx context.Context, tx *db.Tx, id, before string) error
}

// Bulk adds acts to the flow. It panics if there is one of the same name.
func Bulk(f *Flow, acts ...Act) {
	for _, a := range acts {
		if _, taken := f.acts[a.Name]; taken {
			panic("job: there are two acts " + a.Name)
		}
		f.acts[a.Name] = a
	}
}

// The states of a batch.
const (
	BatchRunning = "running" // goes on by itself, also after a crash
	BatchDone    = "done"    // every thing was tried
	BatchStopped = "stopped" // a person stopped it; what was done stays done
)

// The outcomes of a thing in a batch.
const (
	ItemWaiting = "waiting"
	ItemDone    = "done"
	ItemFailed  = "failed"
)

// Where a batch has its things from.
const (
	fromChosen = "chosen" // those that StartBatch was given
	fromFilter = "filter" // those its filter matches
	fromFailed = "failed" // those another batch failed at
	fromDone   = "done"   // those another batch did, the last one first, to take it back
)

// Batch is one act on many things.
type Batch struct {
	ID        pavilion.BatchID
	Act       string
	Actor     pavilion.Actor    // who started it
	Filter    string            // of the list it was started from, "" for chosen things
	Params    map[string]string // what the act was given besides
	Undoes    pavilion.BatchID  // the batch that this one takes back, or ""
	UndoneBy  pavilion.BatchID  // the batch that takes this one back, or ""
	RetriedBy pavilion.BatchID  // the batch that does again what failed here, or ""
	State     string
	Undoable  bool  // known once the first chunk is through
	Total     int64 // as counted when it was started, 0 if nobody counted; once done, all it came to
	Done      int64
	Failed    int64
	CreatedAt time.Time
	UpdatedAt time.Time

	source    string
	from      pavilion.BatchID
	pickedTo  string
	pickedAll bool
	lastSeq   int64
}

// Item is one thing of a batch.
type Item struct {
	ID      string
	Seq     int64 // its place in the batch, from 1
	Outcome string
	Reason  string        // why it failed: the key of a sentence
	Args    pavilion.Args // what the sentence needs
	before  string
}

// BatchStart is what a batch is started with: chosen things, or all that a filter matches.
type BatchStart struct {
	ID     pavilion.BatchID // made by the caller, who can so tell a start that was sent twice; "" for one made here
	Act    string
	IDs    []string // the chosen things
	All    bool     // instead of them, all that Filter matches
	Filter string   // the query of the list page's address
	Params map[string]string
	Total  int64 // how many match, as the page counted them; 0 if it did not
}

const mostChosen = 10_000 // more than a person selects one by one

const (
	insertBatch = `insert into batch (id, act, actor, filter, params, source, from_id, undoes, undone_by, retried_by, state, undoable,
  picked_to, picked_all, total, last_seq, done, failed, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, '', '', 'running', false, '', false, $9, 0, 0, 0, $10, $10)`
	setPicked = `update batch set last_seq = $1, picked_to = $2, picked_all = $3 where id = $4`
)

var itemRows = db.Insert{
	Table:   "batch_item",
	Columns: []string{"batch_id", "item", "seq", "outcome", "before", "reason", "reason_args"},
	Suffix:  "on conflict do nothing",
}

// StartBatch starts an act on many things as the transaction's actor. A [Runner] does it,
// some fifty things in a transaction; it goes on where it was after any crash. A thing that
// was chosen twice is done once. Errors: Invalid batch.nothing_chosen and
// batch.too_many {most}.
func StartBatch(ctx context.Context, tx *db.Tx, s BatchStart) (pavilion.BatchID, error) {
	b := Batch{ID: s.ID, Act: s.Act, Filter: s.Filter, Params: s.Params, Total: s.Total, source: fromFilter}
	if s.All {
		err := b.start(ctx, tx)
		return b.ID, err
	}
	var items []Item
	seen := map[string]bool{}
	for _, id := range s.IDs {
		if !seen[id] {
			seen[id] = true
			items = append(items, Item{ID: id})
		}
	}
	switch {
	case len(items) == 0:
		return "", pavilion.E(pavilion.Invalid, "batch.nothing_chosen", nil)
	case len(items) > mostChosen:
		return "", pavilion.E(pavilion.Invalid, "batch.too_many", pavilion.Args{"most": mostChosen})
	}
	b.source, b.Total = fromChosen, int64(len(items))
	if err := b.start(ctx, tx); err != nil {
		return "", err
	}
	return b.ID, b.add(ctx, tx, items, "", true)
}

// start makes the row of a batch and the job that does it.
func (b *Batch) start(ctx context.Context, tx *db.Tx) error {
	if b.ID == "" {
		b.ID = pavilion.NewID[pavilion.BatchID](pavilion.PrefixBatch, tx.Now())
	}
	if b.Params == nil {
		b.Params = map[string]string{}
	}
	params, err := json.Marshal(b.Params)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertBatch, b.ID, b.Act, tx.Actor().String(), b.Filter, string(params), b.source, b.from, b.Undoes, b.Total, db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	return Enqueue(ctx, tx, batchKind, string(b.ID), b.ID, 0)
}

// add notes things that the batch has come to, and how far its source was read. One that it
// came to before is left out.
func (b *Batch) add(ctx context.Context, tx *db.Tx, items []Item, to string, all bool) error {
	args := make([]any, 0, len(items)*len(itemRows.Columns))
	for _, item := range items {
		b.lastSeq++
		args = append(args, b.ID, item.ID, b.lastSeq, ItemWaiting, item.before, "", "{}")
	}
	if _, err := itemRows.Rows(ctx, tx, args); err != nil {
		return err
	}
	b.pickedTo, b.pickedAll = to, all
	_, err := tx.Exec(ctx, setPicked, b.lastSeq, to, all, b.ID)
	return err
}
