package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"pavilion"
)

const (
	postgresConns   = 16
	postgresRetries = 12
)

func (d *DB) openPostgres(ctx context.Context) error {
	pool, err := sql.Open("pgx", d.url)
	if err != nil {
		return pavilion.E(pavilion.Invalid, "db.url_malformed", nil) // the error text may hold the password
	}
	pool.SetMaxOpenConns(postgresConns)
	pool.SetMaxIdleConns(postgresConns)
	d.sql = pool
	var fsync, commit string
	if err := pool.QueryRowContext(ctx, "select current_setting('fsync'), current_setting('synchronous_commit')").Scan(&fsync, &commit); err != nil {
		return errors.Join(unavailable("db.unreachable", nil, err), pool.Close())
	}
	if fsync != "on" || commit == "off" {
		return errors.Join(pavilion.E(pavilion.Unavailable, "db.not_durable", pavilion.Args{"fsync": fsync, "synchronous_commit": commit}), pool.Close())
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

func (d *DB) writePostgres(ctx context.Context, actor pavilion.Actor, fn func(*Tx) error) error {
	for try := 0; ; try++ {
		err := d.tryPostgres(ctx, actor, fn)
		if err == nil || !retryable(err) || try >= postgresRetries {
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

func (d *DB) tryPostgres(ctx context.Context, actor pavilion.Actor, fn func(*Tx) error) (err error) {
	t, err := d.sql.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return unavailable("db.begin", nil, err)
	}
	tx := &Tx{View: View{on: pgTx{t}, now: d.Now()}, actor: actor, signals: &d.signals}
	committed := false
	defer func() {
		if !committed {
			if e := t.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) {
				err = errors.Join(err, e)
			}
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		if retryable(err) {
			return err
		}
		return unavailable("db.commit", nil, err)
	}
	committed = true
	for _, f := range tx.after {
		f()
	}
	return nil
}

func (d *DB) readPostgres(ctx context.Context, fn func(*View) error) (err error) {
	t, err := d.sql.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return unavailable("db.begin", nil, err)
	}
	defer func() {
		if e := t.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && err == nil {
			err = e
		}
	}()
	return fn(&View{on: pgTx{t}, now: d.Now()})
}

// retryable tells a serialisation failure (40001) and a deadlock (40P01) from the rest.
func retryable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}
