package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"pavilion"
)

// The migration files are written once, in PostgreSQL's words. A file's number is its
// version; a released file is never changed.
//
//go:generate go test -count=1 -run ^TestSchemaFile$ . -update
//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the tables up to date, each step in its own transaction. Several
// processes may call it at once.
func (d *DB) Migrate(ctx context.Context) error { return d.migrateTo(ctx, goose.MaxVersion) }

func (d *DB) migrateTo(ctx context.Context, version int64) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	steps, err := p.UpTo(ctx, version)
	for _, s := range steps {
		d.log.InfoContext(ctx, "migrated", "version", s.Source.Version, "dur", s.Duration)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", explain(err))
	}
	return nil
}

// provider is goose with our files as steps, in the words of the engine.
func (d *DB) provider() (*goose.Provider, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("find the migrations: %w", err)
	}
	var steps []*goose.Migration
	for _, file := range files {
		step, err := d.step(file)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true)}
	if d.engine == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, d.sql, nil, options...)
	}
	return goose.NewProvider(goose.DialectPostgres, d.sql, nil, append(options, goose.WithSessionLocker(schemaLock{}))...)
}

// step makes a file such as 0003_catalog.sql the step to version 3.
func (d *DB) step(file string) (*goose.Migration, error) {
	number, _, _ := strings.Cut(path.Base(file), "_")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("migration %s: its name does not start with a number", file)
	}
	text, err := migrations.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("migration %s: %w", file, err)
	}
	ddl := string(text)
	if d.engine == SQLite {
		ddl = sqliteDDL(ddl)
	}
	run := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, ddl)
		return err
	}
	return goose.NewGoMigration(version, &goose.GoFunc{RunTx: run}, nil), nil
}

var (
	typeWord   = regexp.MustCompile(`\b(bigint|bytea|boolean)\b`)
	tableStart = regexp.MustCompile(`(?i)^create table `)
	sqliteType = map[string]string{"bigint": "integer", "bytea": "blob", "boolean": "integer"}
)

// byteOrder sorts a PostgreSQL column by bytes whatever the language of the database, as
// SQLite always does: a column has it where beginnings of words are looked for.
const byteOrder = ` collate "C"`

// sqliteDDL turns the one DDL text into SQLite's: three type words, no byteOrder, and
// strict tables. The text has a line ");" of its own at the end of every table.
func sqliteDDL(text string) string {
	var out strings.Builder
	inTable := false
	for line := range strings.Lines(text) {
		line = typeWord.ReplaceAllStringFunc(line, func(word string) string { return sqliteType[word] })
		line = strings.Replace(line, byteOrder, "", 1)
		inTable = inTable || tableStart.MatchString(line)
		if inTable && strings.HasPrefix(line, ");") {
			line, inTable = ") strict;\n", false
		}
		out.WriteString(line)
	}
	return out.String()
}

// Fingerprint names the tables that this program makes: it changes with every change of a
// migration file. Tests use it to tell tables they kept from tables of another day.
func Fingerprint() (string, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, file := range files {
		text, err := migrations.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d %s", file, len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6]), nil
}

// schemaLock lets one process at a time migrate a PostgreSQL schema. The lock goes with
// the connection.
type schemaLock struct{}

func (schemaLock) SessionLock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "select pg_advisory_lock(hashtextextended('pavilion ' || current_schema(), 0))")
	return err
}

func (schemaLock) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "select pg_advisory_unlock(hashtextextended('pavilion ' || current_schema(), 0))")
	return err
}

// refuseNewer fails when the tables were made by a newer program.
func (d *DB) refuseNewer(ctx context.Context) error {
	knows, err := d.knows()
	if err != nil {
		return err
	}
	has, err := d.version(ctx)
	if err != nil {
		return err
	}
	if has > knows {
		return pavilion.E(pavilion.Conflict, "db.newer", pavilion.Args{"has": has, "knows": knows})
	}
	return nil
}

// knows is the last migration this program has.
func (d *DB) knows() (int64, error) {
	p, err := d.provider()
	if err != nil {
		return 0, err
	}
	steps := p.ListSources()
	return steps[len(steps)-1].Version, nil
}

const selectVersion = "select coalesce(max(version_id), 0) from goose_db_version"

// version is the last migration the database has seen, 0 for an empty one. It only reads.
func (d *DB) version(ctx context.Context) (int64, error) {
	find := "select count(*) from sqlite_master where type = 'table' and name = 'goose_db_version'"
	if d.engine == PostgreSQL {
		find = "select count(*) from pg_tables where schemaname = current_schema() and tablename = 'goose_db_version'"
	}
	var found, version int64
	err := d.sql.QueryRowContext(ctx, find).Scan(&found)
	if err == nil && found > 0 {
		err = d.sql.QueryRowContext(ctx, selectVersion).Scan(&version)
	}
	if err != nil {
		return 0, unavailable("db.unreachable", nil, err)
	}
	return version, nil
}
