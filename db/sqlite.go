package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pavilion"
)

const (
	sqliteReaders = 4
	groupLimit    = 256                   // writes that share one commit, at most
	groupTime     = 25 * time.Millisecond // and for how long a group may stay open
	stmtLimit     = 512                   // prepared statements kept per connection
)

func (d *DB) openSQLite(ctx context.Context, path string) error {
	if path == "" {
		return pavilion.E(pavilion.Invalid, "db.path_missing", nil)
	}
	if !d.readOnly {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return unavailable("db.folder_unwritable", pavilion.Args{"path": filepath.Dir(path)}, err)
		}
		unlock, err := lockFile(path + ".lock")
		if err != nil {
			return err
		}
		d.unlock = unlock
	} else if _, err := os.Stat(path); err != nil {
		return unavailable("db.file_missing", pavilion.Args{"path": path}, err)
	}
	q := url.Values{}
	for _, p := range []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-16000)", "temp_store(MEMORY)"} {
		if d.readOnly && p == "journal_mode(WAL)" {
			continue
		}
		q.Add("_pragma", p)
	}
	if d.readOnly {
		q.Set("mode", "ro")
	}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return unavailable("db.open", pavilion.Args{"path": path}, err)
	}
	d.sql = pool
	pool.SetMaxOpenConns(sqliteReaders + 2) // and one for migration and checks
	d.readers = make(chan *conn, sqliteReaders)
	for range sqliteReaders {
		c, err := d.conn(ctx)
		if err != nil {
			return errors.Join(unavailable("db.open", pavilion.Args{"path": path}, err), pool.Close(), d.release())
		}
		d.readers <- c
	}
	if d.readOnly {
		return nil
	}
	c, err := d.conn(ctx)
	if err != nil {
		return errors.Join(unavailable("db.open", pavilion.Args{"path": path}, err), pool.Close(), d.release())
	}
	d.writer = &writer{d: d, c: c, queue: make(chan *request, 1024), quit: make(chan struct{}), gone: make(chan struct{})}
	go d.writer.loop()
	return nil
}

func (d *DB) release() error {
	if d.unlock == nil {
		return nil
	}
	return d.unlock()
}

// conn is one SQLite connection with its prepared statements. It is used by one goroutine
// at a time.
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

func (d *DB) conn(ctx context.Context) (*conn, error) {
	c, err := d.sql.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c: c, stmts: map[string]*sql.Stmt{}}, nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.c.Close())...)
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= stmtLimit {
		for q, s := range c.stmts {
			if err := s.Close(); err != nil {
				return nil, err
			}
			delete(c.stmts, q)
			break
		}
	}
	s, err := c.c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

func (c *conn) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *conn) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (c *conn) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return c.c.QueryRowContext(ctx, query, args...) // fails the same way, and carries the error
	}
	return s.QueryRowContext(ctx, args...)
}

func (d *DB) readSQLite(ctx context.Context, fn func(v *View) error) (err error) {
	var c *conn
	select {
	case c = <-d.readers:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { d.readers <- c }()
	if _, err := c.exec(ctx, "begin"); err != nil {
		return err
	}
	defer func() {
		if _, e := c.exec(context.WithoutCancel(ctx), "rollback"); e != nil && err == nil {
			err = e
		}
	}()
	return fn(&View{on: c, now: d.Now()})
}

// writer owns the one connection that writes. Callers queue; each in turn runs its function
// on its own goroutine, inside a savepoint of a transaction that a group of callers
// shares; then one commit makes them all durable.
type writer struct {
	d     *DB
	c     *conn
	queue chan *request
	quit  chan struct{}
	gone  chan struct{}
	mu    sync.RWMutex
	ended bool // under mu: no request may be queued any more
}

type request struct {
	turn chan *Tx   // the caller's turn to run
	ran  chan error // what its function returned
	done chan error // after the commit
}

var errClosed = pavilion.E(pavilion.Unavailable, "db.closed", nil)

func (w *writer) write(ctx context.Context, actor pavilion.Actor, fn func(*Tx) error) error {
	r := &request{turn: make(chan *Tx, 1), ran: make(chan error, 1), done: make(chan error, 1)}
	if err := w.enqueue(ctx, r); err != nil {
		return err
	}
	tx := <-r.turn
	if tx == nil {
		return <-r.done
	}
	tx.actor = actor
	w.run(ctx, r, tx, fn)
	err := <-r.done
	if err == nil {
		for _, f := range tx.after {
			f()
		}
	}
	return err
}

// enqueue holds the read lock so that stop cannot close between the check and the send.
func (w *writer) enqueue(ctx context.Context, r *request) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.ended {
		return errClosed
	}
	select {
	case w.queue <- r:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// run calls fn and always answers the writer, also when fn panics or ends the goroutine.
func (w *writer) run(ctx context.Context, r *request, tx *Tx, fn func(*Tx) error) {
	err := errors.New("the function did not return")
	defer func() { r.ran <- err }()
	if e := ctx.Err(); e != nil {
		err = e
		return
	}
	err = fn(tx)
}

func (w *writer) stop() error {
	w.mu.Lock()
	w.ended = true
	w.mu.Unlock()
	close(w.quit)
	<-w.gone
	return w.c.close()
}

func (w *writer) loop() {
	defer close(w.gone)
	for {
		select {
		case r := <-w.queue:
			w.group(r)
		case <-w.quit:
			for {
				select {
				case r := <-w.queue:
					w.group(r)
				default:
					return
				}
			}
		}
	}
}

// group runs r and whoever waits behind it in one transaction.
func (w *writer) group(r *request) {
	ctx := context.Background() // an interrupted statement would undo the others' work too
	var waiting []*request
	fail := func(err error) {
		for _, r := range waiting {
			r.done <- err
		}
	}
	if _, err := w.c.exec(ctx, "begin immediate"); err != nil {
		r.turn <- nil
		r.done <- unavailable("db.begin", nil, err)
		return
	}
	began := time.Now()
	for n := 1; ; n++ {
		if err := w.one(ctx, r); err != nil {
			r.done <- err
		} else {
			waiting = append(waiting, r)
		}
		if n >= groupLimit || time.Since(began) > groupTime {
			break
		}
		select {
		case r = <-w.queue:
			continue
		default:
		}
		break
	}
	if _, err := w.c.exec(ctx, "commit"); err != nil {
		_, back := w.c.exec(ctx, "rollback")
		fail(unavailable("db.commit", nil, errors.Join(err, back)))
		return
	}
	fail(nil)
}

// one gives r its turn inside a savepoint and undoes it if it fails.
func (w *writer) one(ctx context.Context, r *request) error {
	if _, err := w.c.exec(ctx, "savepoint one"); err != nil {
		r.turn <- nil
		return fmt.Errorf("savepoint: %w", err)
	}
	r.turn <- &Tx{View: View{on: uninterrupted{w.c}, now: w.d.Now()}, signals: &w.d.signals}
	err := <-r.ran
	if err != nil {
		if _, e := w.c.exec(ctx, "rollback to one"); e != nil {
			err = errors.Join(err, e)
		}
	}
	if _, e := w.c.exec(ctx, "release one"); e != nil {
		err = errors.Join(err, e)
	}
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
