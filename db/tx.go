package db

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"time"

	"pavilion"
)

// Reader is what a function needs to read: both [*Tx] and [*View] are one.
type Reader interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
	// Now is the moment the transaction began.
	Now() time.Time
}

// execer is one connection or transaction of an engine.
type execer interface {
	exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	queryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// traced tells of every query before it is asked.
type traced struct {
	execer
	trace func(query string, args []any)
}

func (t traced) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	t.trace(query, args)
	return t.execer.query(ctx, query, args...)
}

func (t traced) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	t.trace(query, args)
	return t.execer.queryRow(ctx, query, args...)
}

// View is a consistent picture of the database for reading.
type View struct {
	on  execer
	now time.Time
}

func (v *View) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return v.on.query(ctx, query, args...)
}

func (v *View) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return v.on.queryRow(ctx, query, args...)
}

// Now is the moment the view was opened.
func (v *View) Now() time.Time { return v.now }

// Tx is a transaction that may write. It belongs to the function it was handed to and ends
// when that function returns.
type Tx struct {
	View
	actor   pavilion.Actor
	signals *signals
	after   []func()
	endings []Ending
}

// Exec runs a statement and returns how many rows it changed. A statement that may fail on
// a constraint must say "on conflict do nothing" and look at the number: PostgreSQL gives
// up the whole transaction after an error, SQLite would go on. Error: Invalid
// text.bad_characters for a string that is no text.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if !areText(args) {
		return 0, badCharacters(nil)
	}
	r, err := tx.on.exec(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Actor is who does this.
func (tx *Tx) Actor() pavilion.Actor { return tx.actor }

// AfterCommit has f run once the transaction is on disk, in the order of the calls. f must
// be quick and must not fail: it wakes a loop or drops a cache, it does not work.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// committed runs what was left for after the commit.
func (tx *Tx) committed() {
	for _, f := range tx.after {
		f()
	}
}

// Ending is work that a package leaves for the end of a transaction: a row that all writers
// share, such as the head of a chain, is then held only for the moment of the commit.
type Ending interface {
	// End does the work. An error undoes the transaction.
	End(ctx context.Context, tx *Tx) error
}

// AtEnd returns the one E of the transaction, making it if there is none; its End runs once
// the function of the transaction has returned without error, in the order in which the
// endings were made.
func AtEnd[E Ending](tx *Tx, make func() E) E {
	for _, e := range tx.endings {
		if e, ok := e.(E); ok {
			return e
		}
	}
	e := make()
	tx.endings = append(tx.endings, e)
	return e
}

// run calls the function of the transaction, and then what was left for the end.
func (tx *Tx) run(ctx context.Context, fn func(*Tx) error) error {
	if err := fn(tx); err != nil {
		return err
	}
	for _, e := range tx.endings {
		if err := e.End(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// Write runs fn in a transaction that is on disk when Write returns nil. If fn returns an
// error nothing of it remains. On SQLite concurrent calls share one commit, each with its
// own failure; on PostgreSQL fn runs again after a serialisation failure or a deadlock, so
// it must not change anything but the database and its own results. fn must not call
// anything outside the program, nor Write or Read again.
//
// Errors: what fn returned; Unavailable when the engine failed. After db.commit the
// outcome is not known, because the engine may have written before it failed to answer:
// look before doing it again.
func (d *DB) Write(ctx context.Context, actor pavilion.Actor, fn func(tx *Tx) error) error {
	if d.readOnly {
		return pavilion.E(pavilion.Forbidden, "db.read_only", nil)
	}
	leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	if d.engine == PostgreSQL {
		return explain(d.writePostgres(ctx, actor, fn))
	}
	return explain(d.writer.write(ctx, actor, fn))
}

// Read runs fn on a consistent picture of the database. Errors: what fn returned;
// Unavailable when the engine failed.
func (d *DB) Read(ctx context.Context, fn func(v *View) error) error {
	leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	if d.trace != nil {
		untraced := fn
		fn = func(v *View) error {
			v.on = traced{v.on, d.trace}
			return untraced(v)
		}
	}
	if d.engine == PostgreSQL {
		return explain(d.readPostgres(ctx, fn))
	}
	return explain(d.readSQLite(ctx, fn))
}

var (
	errClosed = pavilion.E(pavilion.Unavailable, "db.closed", nil)
	errNested = pavilion.E(pavilion.Internal, "db.nested", nil)
)

// enter makes Close wait until leave is called. It refuses a transaction inside another
// one, which on SQLite would wait for itself for ever.
func (d *DB) enter() (leave func(), err error) {
	if nested() {
		return nil, errNested
	}
	d.life.RLock()
	if d.closed {
		d.life.RUnlock()
		return nil, errClosed
	}
	return d.life.RUnlock, nil
}

// nested looks for Write and Read among the callers of the caller. It costs about a
// microsecond.
func nested() bool {
	const write, read = "pavilion/db.(*DB).Write", "pavilion/db.(*DB).Read"
	var callers [64]uintptr
	skip := 4 // runtime.Callers, nested, enter, and the Write or Read that asks
	for _, pc := range callers[:runtime.Callers(skip, callers[:])] {
		if name := runtime.FuncForPC(pc - 1).Name(); name == write || name == read {
			return true
		}
	}
	return false
}

// Scanner is a row to scan: *sql.Row or *sql.Rows.
type Scanner interface{ Scan(dest ...any) error }

// All runs a query and scans every row.
func All[T any](ctx context.Context, r Reader, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	var out []T
	err := Each(ctx, r, func(row Scanner) error {
		v, err := scan(row)
		out = append(out, v)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Each runs a query and hands on each row, none of them kept. It stops with the error of each.
func Each(ctx context.Context, r Reader, each func(Scanner) error, query string, args ...any) error {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// One runs a query for at most one row; found is false when there is none.
func One[T any](ctx context.Context, r Reader, scan func(Scanner) (T, error), query string, args ...any) (v T, found bool, err error) {
	v, err = scan(r.QueryRow(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var zero T
		return zero, false, nil
	}
	return v, err == nil, err
}
