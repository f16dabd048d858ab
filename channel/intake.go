// Package channel is where orders come in, whatever channel their shopper stands in: the
// pavilion's own shop (channel/own) and the marketplaces. Every one of them hands its
// requests to [Intake.Place], which answers when the order is on disk.
package channel

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
)

// Options say how an intake works. The zero value is right for a server.
type Options struct {
	Set   int // most requests that share a transaction; 512 if 0
	Queue int // most requests that wait for their turn; 8,192 if 0
}

// Intake takes requests in: those that arrive while one transaction is under way share the
// next, first come, first served. Nobody is made to wait for others to come, so a single
// request is as quick as its own transaction.
type Intake struct {
	d      *db.DB
	sealer *db.Sealer
	set    int
	memory memory

	accept chan *waiting // to be accepted or refused by the database
	refuse chan *waiting // sold out by memory: only a repeat can still have an order
	loops  sync.WaitGroup
	deaf   func() // ends the memory's listening

	mu      sync.RWMutex
	running bool // under mu: requests may be queued
}

// waiting is a request and the caller who waits for its answer.
type waiting struct {
	draft  order.Draft
	refuse *pavilion.Error // the remembered refusal, for those in the queue refuse
	left   atomic.Bool     // the caller does not wait any more
	answer chan answer     // holds one
}

type answer struct {
	outcome order.Outcome
	err     error
}

// NewIntake makes an intake that does not run yet.
func NewIntake(d *db.DB, sealer *db.Sealer, o Options) *Intake {
	if o.Set <= 0 {
		o.Set = 512
	}
	if o.Queue <= 0 {
		o.Queue = 8192
	}
	return &Intake{
		d: d, sealer: sealer, set: o.Set,
		accept: make(chan *waiting, o.Queue),
		refuse: make(chan *waiting, o.Queue),
	}
}

// Start begins to accept. What ends it is Stop alone, so that nothing is dropped half-way
// when ctx ends. An intake starts once.
func (i *Intake) Start(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	i.memory.changed, i.deaf = i.d.Listen("stock")
	i.loops.Go(func() { i.serve(ctx, i.accept, i.acceptSet) })
	i.loops.Go(func() { i.serve(ctx, i.refuse, i.refuseSet) })
	i.mu.Lock()
	defer i.mu.Unlock()
	i.running = true
	return nil
}

// Stop refuses new requests, answers those that wait, and returns when all are answered.
func (i *Intake) Stop() {
	i.mu.Lock()
	ran := i.running
	i.running = false
	i.mu.Unlock()
	if !ran {
		return
	}
	close(i.accept)
	close(i.refuse)
	i.loops.Wait()
	i.deaf()
}

// Place answers a request: with the order, which is then on disk, or with the reason why
// not in Outcome.Err. The error is for a request that is Invalid (see order.Prepare) and
// for what says nothing about it: Limited channel.busy with RetryAfter, Unavailable
// channel.closed, the end of ctx, or a fault; the same request may then be placed again,
// and is accepted once.
func (i *Intake) Place(ctx context.Context, r order.Request) (order.Outcome, error) {
	draft, err := order.Prepare(i.sealer, r)
	if err != nil {
		return order.Outcome{}, err
	}
	w := &waiting{draft: draft, answer: make(chan answer, 1)}
	w.refuse = i.memory.refusal(r, i.d.Now())
	if err := i.enqueue(w); err != nil {
		return order.Outcome{}, err
	}
	select {
	case a := <-w.answer:
		return a.outcome, a.err
	case <-ctx.Done():
		w.left.Store(true)
		return order.Outcome{}, context.Cause(ctx)
	}
}

// Refuses tells whether a request is known to be for goods that are sold out at this moment,
// without asking the database: what is looked up before [Intake.Place] need not be then.
func (i *Intake) Refuses(r order.Request) bool { return i.memory.refusal(r, i.d.Now()) != nil }

// enqueue holds the read lock so that Stop cannot close a queue between the look and the send.
func (i *Intake) enqueue(w *waiting) error {
	i.mu.RLock()
	defer i.mu.RUnlock()
	if !i.running {
		return pavilion.E(pavilion.Unavailable, "channel.closed", nil)
	}
	queue := i.accept
	if w.refuse != nil {
		queue = i.refuse
	}
	select {
	case queue <- w:
		return nil
	default:
		busy := pavilion.E(pavilion.Limited, "channel.busy", nil)
		busy.RetryAfter = time.Second
		return busy
	}
}

// serve hands the queue to answer, set by set, until the queue is closed and empty.
func (i *Intake) serve(ctx context.Context, queue <-chan *waiting, answer func(context.Context, []*waiting)) {
	for first := range queue {
		if set := i.collect(first, queue); len(set) > 0 {
			answer(ctx, set)
		}
	}
}

// turns is how often a set that has room lets others have the processor before it closes.
const turns = 4

// collect puts those together that wait now and whose callers still do. When nobody else
// waits, those who are about to, such as the callers of the last set with their next
// request, get a turn of the processor. Without it every second set would hold the few who
// were quickest, and cost as much as a full one. It takes microseconds, and no time is
// waited for anybody.
func (i *Intake) collect(first *waiting, queue <-chan *waiting) []*waiting {
	var set []*waiting
	for w, given := first, 0; w != nil; {
		if !w.left.Load() {
			set = append(set, w)
		}
		if len(set) == i.set {
			break
		}
		for w = next(queue); w == nil && given < turns; w = next(queue) {
			runtime.Gosched()
			given++
		}
	}
	return set
}

// next is who waits now, nil if nobody does or nobody ever will again.
func next(queue <-chan *waiting) *waiting {
	select {
	case w := <-queue:
		return w
	default:
		return nil
	}
}

// acceptSet answers a set in one transaction. If that fails for a reason of the program's
// own, half of the set is tried without the other, down to a single request, so that one
// that cannot be stored does not take the others with it.
func (i *Intake) acceptSet(ctx context.Context, set []*waiting) {
	seen := i.memory.state()
	outcomes, err := i.acceptDrafts(ctx, drafts(set))
	if err != nil && pavilion.KindOf(err) == pavilion.Internal && len(set) > 1 {
		half := len(set) / 2
		i.acceptSet(ctx, set[:half])
		i.acceptSet(ctx, set[half:])
		return
	}
	if err != nil {
		for _, w := range set {
			w.answer <- answer{err: err}
		}
		return
	}
	now := i.d.Now()
	for n, w := range set {
		if refusal := outcomes[n].Err; refusal != nil {
			i.memory.learn(seen, w.draft.Channel(), w.draft.Shop(), refusal, now)
		}
		w.answer <- answer{outcome: outcomes[n]}
	}
}

// acceptDrafts runs the transaction, again if another process was quicker with one of the
// orders; the second time it finds that order.
func (i *Intake) acceptDrafts(ctx context.Context, drafts []order.Draft) (outcomes []order.Outcome, err error) {
	const most = 5
	for range most {
		err = i.d.Write(ctx, pavilion.System("intake"), func(tx *db.Tx) error {
			outcomes, err = order.Accept(ctx, tx, i.sealer, drafts)
			return err
		})
		if !errors.Is(err, order.ErrRaced) {
			break
		}
	}
	return outcomes, err
}

// refuseSet refuses what memory knows to be sold out, but for the repeats of orders that
// were accepted while there was some.
func (i *Intake) refuseSet(ctx context.Context, set []*waiting) {
	var outcomes []order.Outcome
	err := i.d.Read(ctx, func(v *db.View) (err error) {
		outcomes, err = order.Repeats(ctx, v, i.sealer, drafts(set))
		return err
	})
	for n, w := range set {
		switch {
		case err != nil:
			w.answer <- answer{err: err}
		case outcomes[n].Repeat:
			w.answer <- answer{outcome: outcomes[n]}
		default:
			w.answer <- answer{outcome: order.Outcome{Err: w.refuse}}
		}
	}
}

func drafts(set []*waiting) []order.Draft {
	d := make([]order.Draft, len(set))
	for n, w := range set {
		d[n] = w.draft
	}
	return d
}
