package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"pavilion"
)

const (
	postgresConns   = 16
	postgresRetries = 12
)

func (d *DB) openPostgres(ctx context.Context) error {
	config, err := pgx.ParseConfig(d.url)
	if err != nil {
		return pavilion.E(pavilion.Invalid, "db.url_malformed", nil) // the cause repeats the URL
	}
	d.sql = stdlib.OpenDB(*config)
	d.sql.SetMaxOpenConns(postgresConns)
	d.sql.SetMaxIdleConns(postgresConns)
	return d.refuseUndurable(ctx)
}

// refuseUndurable fails on a server that may answer "committed" before it is on disk.
func (d *DB) refuseUndurable(ctx context.Context) error {
	var fsync, commit string
	err := d.sql.QueryRowContext(ctx, "select current_setting('fsync'), current_setting('synchronous_commit')").Scan(&fsync, &commit)
	if err != nil {
		return unavailable("db.unreachable", nil, err)
	}
	if fsync != "on" || commit == "off" {
		return unavailable("db.not_durable", pavilion.Args{"fsync": fsync, "synchronous_commit": commit}, nil)
	}
	return nil
}

// pgTx is a PostgreSQL transaction.
type pgTx struct{ tx *sql.Tx }

func (p pgTx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.tx.ExecContext(ctx, query, args...)
}

func (p pgTx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.tx.QueryContext(ctx, query, args...)
}

func (p pgTx) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return p.tx.QueryRowContext(ctx, query, args...)
}

// writePostgres tries again after a collision, which is never the caller's fault, with a
// pause that grows to about a quarter of a second.
func (d *DB) writePostgres(ctx context.Context, actor pavilion.Actor, fn func(*Tx) error) error {
	for try := 0; ; try++ {
		err := d.tryPostgres(ctx, actor, fn)
		if err == nil || !collided(err) || try >= postgresRetries {
			return err
		}
		pause := time.NewTimer(time.Duration(1+rand.IntN(4<<min(try, 6))) * time.Millisecond)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(context.Cause(ctx), err)
		}
	}
}

func (d *DB) tryPostgres(ctx context.Context, actor pavilion.Actor, fn func(*Tx) error) error {
	t, err := d.sql.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return begun(ctx, err)
	}
	defer rollback(t) // changes nothing after a commit
	tx := &Tx{View: View{on: pgTx{t}, now: d.Now()}, actor: actor, signals: &d.signals}
	if err := tx.run(ctx, fn); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		if collided(err) {
			return err
		}
		return unavailable("db.commit", nil, err)
	}
	tx.committed()
	return nil
}

func (d *DB) readPostgres(ctx context.Context, fn func(*View) error) error {
	t, err := d.sql.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return begun(ctx, err)
	}
	defer rollback(t)
	return fn(&View{on: pgTx{t}, now: d.Now()})
}

// begun sorts a failed begin: the caller's context, or the engine.
func begun(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return unavailable("db.begin", nil, err)
}

// rollback undoes what was not committed. When it fails, the connection is broken and the
// server does it.
func rollback(t *sql.Tx) { _ = t.Rollback() }

// collided tells a serialisation failure (40001) and a deadlock (40P01) from the rest.
func collided(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}
