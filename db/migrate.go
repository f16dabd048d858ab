package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"pavilion"
)

//go:embed migrations/*.sql
var migrations embed.FS

// forSQLite turns the one DDL text into SQLite's: three type words, and strict tables.
var (
	typeWords  = strings.NewReplacer("bigint", "integer", "bytea", "blob", "boolean", "integer")
	tableStart = regexp.MustCompile(`(?i)^create table `)
)

// ddl returns the migration files as the engine reads them.
func ddl(e Engine) (fs.FS, error) {
	if e == PostgreSQL {
		return fs.Sub(migrations, "migrations")
	}
	out := fstest.MapFS{}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out[strings.TrimPrefix(name, "migrations/")] = &fstest.MapFile{Data: []byte(sqliteDDL(string(text)))}
	}
	return out, nil
}

func sqliteDDL(text string) string {
	var out []string
	table := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			out = append(out, line)
			continue
		}
		line = typeWords.Replace(line)
		if tableStart.MatchString(line) {
			table = true
		}
		if table && strings.HasPrefix(line, ");") {
			line = strings.Replace(line, ");", ") strict;", 1)
			table = false
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}

func (d *DB) provider() (*goose.Provider, error) {
	files, err := ddl(d.engine)
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if d.engine == PostgreSQL {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, d.sql, files, goose.WithLogger(goose.NopLogger()))
}

// Migrate brings the tables up to date, each step in its own transaction.
func (d *DB) Migrate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return wrapf(err, "read migrations")
	}
	steps, err := p.Up(ctx)
	for _, s := range steps {
		d.log.InfoContext(ctx, "migrated", "step", s.Source.Path, "dur", s.Duration)
	}
	return wrapf(err, "migrate")
}

// refuseNewer fails when the tables were made by a newer program.
func (d *DB) refuseNewer(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return wrapf(err, "read migrations")
	}
	var last int64
	for _, s := range p.ListSources() {
		last = max(last, s.Version)
	}
	has, err := d.version(ctx)
	if err != nil {
		return err
	}
	if has > last {
		return pavilion.E(pavilion.Conflict, "db.newer", pavilion.Args{"has": has, "knows": last})
	}
	return nil
}

// version is the last migration the database has seen, 0 for an empty one. It only reads.
func (d *DB) version(ctx context.Context) (int64, error) {
	find := "select count(*) from sqlite_master where type = 'table' and name = 'goose_db_version'"
	if d.engine == PostgreSQL {
		find = "select count(*) from pg_tables where schemaname = current_schema() and tablename = 'goose_db_version'"
	}
	var n int64
	if err := d.sql.QueryRowContext(ctx, find).Scan(&n); err != nil {
		return 0, unavailable("db.unreachable", nil, err)
	}
	if n == 0 {
		return 0, nil
	}
	var v sql.NullInt64
	err := d.sql.QueryRowContext(ctx, "select max(version_id) from goose_db_version").Scan(&v)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, unavailable("db.unreachable", nil, err)
	}
	return v.Int64, nil
}
