// Package db opens the database, brings its tables up to date, and runs transactions. It is
// the only package that knows whether SQLite or PostgreSQL is below. Start with [Open],
// then [DB.Write] and [DB.Read]; everything else in the program takes the [*Tx] or
// [Reader] it is handed. [Insert] and [Keyed] are for sets, [Sealer] keeps personal data
// unreadable at rest, [Backup] and [Restore] move everything to another place or engine.
//
// The same SQL text runs on both engines: $1, $2 … placeholders, first used in rising
// order; columns listed; a limit on every list; times as microseconds UTC; money as minor
// units with a currency column; JSON as text that SQL never looks into. A test prepares
// every statement of the program on both.
package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Engine is the database below.
type Engine string

const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// Options say how to open.
type Options struct {
	// URL is a PostgreSQL URL (postgres://…) or the path of a SQLite file.
	URL string
	// ReadOnly opens without the writer's lock and refuses Write; backup and verify use it
	// beside a running server.
	ReadOnly bool
	// Clock replaces time.Now, for tests.
	Clock func() time.Time
	// Trace is told every query of Read, for measuring; several goroutines may call it.
	Trace func(query string, args []any)
	Log   *slog.Logger
}

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	engine   Engine
	url      string
	readOnly bool
	clock    func() time.Time
	trace    func(query string, args []any)
	log      *slog.Logger

	sql     *sql.DB      // the pool; on SQLite the readers and the writer hold theirs from it
	readers *stack       // SQLite only: those that are free
	writer  *writer      // SQLite only, nil if readOnly
	unlock  func() error // SQLite only, nil if readOnly

	signals signals
	life    sync.RWMutex // read-locked by each transaction, locked by Close
	closed  bool         // under life
}

// EngineOf tells which engine a URL or path means.
func EngineOf(url string) Engine {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return PostgreSQL
	}
	return SQLite
}

// Open opens the database and checks that its tables are not newer than this program. It
// does not change them: see [DB.Migrate]. Errors: Unavailable when the engine cannot be
// reached, the folder cannot be written or another process is the writer; NotFound when
// there is no file to read; Conflict db.newer when the tables are newer than the program.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{engine: EngineOf(o.URL), url: o.URL, clock: o.Clock, trace: o.Trace, log: o.Log, readOnly: o.ReadOnly}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	open := d.openPostgres
	if d.engine == SQLite {
		open = d.openSQLite
	}
	err := open(ctx)
	if err == nil {
		err = d.refuseNewer(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Engine tells which engine is below. Only reports and messages may ask.
func (d *DB) Engine() Engine { return d.engine }

// Now is the database's clock, cut to the microsecond that is stored.
func (d *DB) Now() time.Time { return d.clock().UTC().Truncate(time.Microsecond) }

// Close waits for the transactions under way and closes the database.
func (d *DB) Close() error {
	d.life.Lock()
	defer d.life.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.stop())
	}
	if d.readers != nil {
		errs = append(errs, d.readers.close())
	}
	if d.sql != nil {
		errs = append(errs, d.sql.Close())
	}
	if d.unlock != nil {
		errs = append(errs, d.unlock())
	}
	return errors.Join(errs...)
}

// Ping answers whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	return d.Read(ctx, func(v *View) error {
		var one int
		return v.QueryRow(ctx, "select 1").Scan(&one)
	})
}

// Micros is the stored form of a moment; the zero time is 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time reads what Micros wrote.
func Time(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
