package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // binds $N by number, which other SQLite drivers do not

	"pavilion"
)

const (
	sqliteReaders = 4
	stmtLimit     = 512 // prepared statements kept per connection
)

// sqlitePragmas are set on every connection. FULL makes a commit wait until the
// write-ahead log is on disk. A checkpoint every 4,000 pages (16 MB) instead of every
// 1,000 costs a larger log and saves writes of pages that change again soon.
var sqlitePragmas = []string{
	"busy_timeout(10000)",
	"journal_mode(WAL)",
	"synchronous(FULL)",
	"foreign_keys(1)",
	"wal_autocheckpoint(4000)",
	"cache_size(-16000)",
	"temp_store(MEMORY)",
}

func (d *DB) openSQLite(ctx context.Context) error {
	path := strings.TrimPrefix(d.url, "sqlite:")
	if path == "" {
		return pavilion.E(pavilion.Invalid, "db.path_missing", nil)
	}
	if err := d.claimFile(path); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite", sqliteDSN(path, d.readOnly))
	if err != nil {
		return unavailable("db.unreachable", pavilion.Args{"path": path}, err)
	}
	d.sql = pool
	pool.SetMaxOpenConns(sqliteReaders + 2) // the writer, and one for migrations and checks
	d.readers = &stack{slots: make(chan struct{}, sqliteReaders)}
	for range sqliteReaders {
		d.readers.free = append(d.readers.free, &conn{pool: pool})
	}
	if !d.readOnly {
		d.writer = startWriter(d)
	}
	return explain(pool.PingContext(ctx))
}

// claimFile makes this process the one that writes the file, or checks that there is a
// file to read.
func (d *DB) claimFile(path string) error {
	if d.readOnly {
		if _, err := os.Stat(path); err != nil {
			return pavilion.E(pavilion.NotFound, "db.file_missing", pavilion.Args{"path": path}).Because(err)
		}
		return nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unavailable("db.folder_unwritable", pavilion.Args{"path": dir}, err)
	}
	var err error
	if d.unlock, err = lockFile(path); err != nil {
		return err
	}
	return makePrivate(path)
}

// makePrivate makes the file if it is missing, so that SQLite finds one that only we may
// read; what it puts beside it gets the same permissions.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return unavailable("file.unwritable", pavilion.Args{"path": path}, err)
	}
	return f.Close()
}

// sqliteDSN writes the path and the pragmas as a file: URI, which SQLite reads as RFC 3986.
func sqliteDSN(path string, readOnly bool) string {
	q := url.Values{"_pragma": sqlitePragmas}
	if readOnly {
		q.Set("mode", "ro")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// conn is one SQLite connection with its prepared statements. It opens when it is first
// needed and again after discard. It is used by one goroutine at a time.
type conn struct {
	pool  *sql.DB
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

// begin starts a transaction with the statement.
func (c *conn) begin(ctx context.Context, statement string) error {
	if c.c == nil {
		opened, err := c.pool.Conn(ctx)
		if err != nil {
			return err
		}
		c.c, c.stmts = opened, map[string]*sql.Stmt{}
	}
	_, err := c.exec(ctx, statement)
	return err
}

// discard closes a connection whose state is in doubt; SQLite undoes what it still holds.
func (c *conn) discard() {
	_ = c.closeStmts()                                        // without open statements the connection closes at once
	_ = c.c.Raw(func(any) error { return driver.ErrBadConn }) // the pool closes it; the answer is ErrBadConn itself
	c.c = nil
}

func (c *conn) close() error {
	if c.c == nil {
		return nil
	}
	return errors.Join(c.closeStmts(), c.c.Close())
}

func (c *conn) closeStmts() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	c.stmts = nil
	return errors.Join(errs...)
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= stmtLimit {
		if err := c.forgetOne(); err != nil {
			return nil, err
		}
	}
	s, err := c.c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

// forgetOne closes any one of the prepared statements.
func (c *conn) forgetOne() error {
	for query, s := range c.stmts {
		delete(c.stmts, query)
		return s.Close()
	}
	return nil
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

// stack holds the free connections of the readers. The one given back last is taken next,
// so that a quiet program fills the cache of one connection and not of all.
type stack struct {
	slots chan struct{} // holds one for each connection that is taken
	mu    sync.Mutex
	free  []*conn // under mu
}

func (s *stack) take(ctx context.Context) (*conn, error) {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	return c, nil
}

func (s *stack) give(c *conn) {
	s.mu.Lock()
	s.free = append(s.free, c)
	s.mu.Unlock()
	<-s.slots
}

// close waits until every connection is back and closes them.
func (s *stack) close() error {
	var errs []error
	for range cap(s.slots) {
		s.slots <- struct{}{}
	}
	for _, c := range s.free {
		errs = append(errs, c.close())
	}
	return errors.Join(errs...)
}

func (d *DB) readSQLite(ctx context.Context, fn func(v *View) error) error {
	c, err := d.readers.take(ctx)
	if err != nil {
		return err
	}
	defer d.readers.give(c)
	whole := context.WithoutCancel(ctx) // a deadline is for fn's statements, not for the frame
	if err := c.begin(whole, "begin"); err != nil {
		return err
	}
	defer func() {
		if _, err := c.exec(whole, "rollback"); err != nil {
			c.discard()
		}
	}()
	return fn(&View{on: c, now: d.Now()})
}
