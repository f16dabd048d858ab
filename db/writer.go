package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"pavilion"
)

const (
	groupLimit = 256                   // writes that share one commit, at most
	groupTime  = 25 * time.Millisecond // after which a group takes in nobody more
	queueLimit = 1024                  // writes that wait; more wait before the queue
)

// writer owns the one connection that writes to SQLite. Callers queue; each in its turn
// runs its function on its own goroutine, inside a savepoint of a transaction that a group
// of callers shares; then one commit makes them all durable.
type writer struct {
	d     *DB
	c     *conn
	queue chan *request
	gone  chan struct{}
}

// request is one caller in the queue.
type request struct {
	turn chan *Tx        // unbuffered: who has left cannot be handed a turn
	left <-chan struct{} // closed when the caller does not wait any more
	ran  chan error      // what its function returned
	done chan error      // what became of it
}

var errNoReturn = errors.New("the function of the transaction did not return")

func startWriter(d *DB) *writer {
	w := &writer{d: d, c: &conn{pool: d.sql}, queue: make(chan *request, queueLimit), gone: make(chan struct{})}
	go w.loop()
	return w
}

// stop ends the loop. Nobody may call write any more.
func (w *writer) stop() error {
	close(w.queue)
	<-w.gone
	return w.c.close()
}

func (w *writer) loop() {
	defer close(w.gone)
	for r := range w.queue {
		w.group(r)
	}
}

// write is the caller's side. A context that ends while the caller queues takes it out of
// the queue; once it has its turn, the answer is what became of its work.
func (w *writer) write(ctx context.Context, actor pavilion.Actor, fn func(*Tx) error) error {
	r := &request{turn: make(chan *Tx), left: ctx.Done(), ran: make(chan error, 1), done: make(chan error, 1)}
	select {
	case w.queue <- r:
	case <-r.left:
		return context.Cause(ctx)
	}
	select {
	case tx := <-r.turn:
		tx.actor = actor
		r.run(ctx, fn, tx)
		err := <-r.done
		if err == nil {
			tx.committed()
		}
		return err
	case err := <-r.done: // there was no turn to be had
		return err
	case <-r.left:
		return context.Cause(ctx)
	}
}

// run calls fn and always answers the writer, also when fn panics or ends the goroutine.
func (r *request) run(ctx context.Context, fn func(*Tx) error, tx *Tx) {
	err := errNoReturn
	defer func() { r.ran <- err }()
	err = tx.run(ctx, fn)
}

// group runs r and whoever waits behind it in one transaction.
func (w *writer) group(r *request) {
	if err := w.c.begin(context.Background(), "begin immediate"); err != nil {
		if w.c.c != nil {
			w.c.discard()
		}
		r.done <- unavailable("db.begin", nil, err)
		return
	}
	kept := make([]*request, 0, 64) // those whose work the commit makes durable
	until := time.Now().Add(groupTime)
	for n := 1; r != nil; n++ {
		own, shared := w.serve(r)
		if shared != nil {
			r.done <- cmp.Or(own, shared)
			w.lose(kept, shared)
			return
		}
		if own == nil {
			kept = append(kept, r)
		} else {
			r.done <- own
		}
		r = nil
		if n < groupLimit && time.Now().Before(until) {
			r = w.next()
		}
	}
	if err := w.exec("commit"); err != nil {
		w.lose(kept, unavailable("db.commit", nil, err))
		return
	}
	for _, r := range kept {
		r.done <- nil
	}
}

// next is who waits now, or nil.
func (w *writer) next() *request {
	select {
	case r := <-w.queue: // nil when the queue is closed
		return r
	default:
		return nil
	}
}

// lose tells everyone of a group that its transaction is gone. A connection that failed in
// this way may or may not still hold a transaction, so the next group gets a new one.
func (w *writer) lose(kept []*request, err error) {
	w.c.discard()
	for _, r := range kept {
		r.done <- err
	}
}

// serve hands r its turn inside a savepoint. Own is r's failure, which undid r's work
// alone. Shared is a failure that took the whole transaction with it: SQLite does so when
// the disk is full or a page cannot be read, and then the savepoint is gone too.
func (w *writer) serve(r *request) (own, shared error) {
	if err := w.exec("savepoint turn"); err != nil {
		return nil, unavailable("db.commit", nil, err)
	}
	select {
	case r.turn <- &Tx{View: View{on: uninterrupted{w.c}, now: w.d.Now()}, signals: &w.d.signals}:
		own = <-r.ran
	case <-r.left:
		own = context.Canceled // nobody reads it
	}
	if own != nil {
		if err := w.exec("rollback to turn"); err != nil {
			return own, unavailable("db.commit", nil, err)
		}
	}
	if err := w.exec("release turn"); err != nil {
		return own, unavailable("db.commit", nil, err)
	}
	return own, nil
}

func (w *writer) exec(statement string) error {
	_, err := w.c.exec(context.Background(), statement)
	return err
}

// uninterrupted keeps a caller's deadline away from the shared transaction: SQLite rolls
// the whole transaction back when a writing statement is interrupted.
type uninterrupted struct{ *conn }

func (u uninterrupted) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return u.conn.exec(context.WithoutCancel(ctx), query, args...)
}

func (u uninterrupted) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return u.conn.query(context.WithoutCancel(ctx), query, args...)
}

func (u uninterrupted) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return u.conn.queryRow(context.WithoutCancel(ctx), query, args...)
}
