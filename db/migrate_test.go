package db_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

var update = flag.Bool("update", false, "write schema.sql instead of comparing it")

// TestMigrateTogether has several processes start on one database at once.
func TestMigrateTogether(t *testing.T) {
	t.Parallel()
	url := dbtest.PostgreSQL(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			d, err := db.Open(t.Context(), db.Options{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(d.Migrate(t.Context()), d.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// TestMigrateTrail migrates a trail from before it was a chain: entries are numbered in the
// order in which they were made, and the head is the last of them.
func TestMigrateTrail(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		d, err := db.Open(t.Context(), db.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := db.MigrateTo(t.Context(), d, 8); err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), tester, func(tx *db.Tx) error {
			for _, id := range []string{"trl_2", "trl_1", "trl_3"} {
				_, err := tx.Exec(t.Context(), "insert into trail (id, happened_at, actor, act, about, detail) values ($1, 7, 'system:cli', $1, 'x', '{}')", id)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err := errors.Join(err, d.Migrate(t.Context())); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(rows(t, d, "select number, act, hash from trail order by number"), rows(t, d, "select number, happened_at, hash from trail_head"))
		if want := "[[1 trl_1 ] [2 trl_2 ] [3 trl_3 ]] [[3 7 ]]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestOpenRefusesANewerSchema(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		d := dbtest.Open(t, url, dbtest.NewClock())
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into goose_db_version (version_id, is_applied) select 9999, is_applied from goose_db_version where version_id = 1")
			return err
		})
		if err := errors.Join(err, d.Close()); err != nil {
			t.Fatal(err)
		}
		_, err = db.Open(t.Context(), db.Options{URL: url})
		wantError(t, err, pavilion.Conflict, "db.newer")
		_, err = db.Open(t.Context(), db.Options{URL: url, ReadOnly: true})
		wantError(t, err, pavilion.Conflict, "db.newer")
	})
}

// TestEnginesHaveTheSameTables compares every column on both engines: its name, its place,
// its type and whether it can be null.
func TestEnginesHaveTheSameTables(t *testing.T) {
	t.Parallel()
	shapes := map[db.Engine]string{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		query := `select m.name, c.name, lower(c.type), c."notnull" from sqlite_master m, pragma_table_info(m.name) c
where m.type = 'table' and m.name not like 'sqlite%' and m.name <> 'goose_db_version' order by 1, c.cid`
		if d.Engine() == db.PostgreSQL {
			query = `select c.relname, a.attname,
  case format_type(a.atttypid, a.atttypmod) when 'bigint' then 'integer' when 'boolean' then 'integer' when 'bytea' then 'blob' else format_type(a.atttypid, a.atttypmod) end,
  case when a.attnotnull then 1 else 0 end
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> 'goose_db_version'
order by c.relname collate "C", a.attnum`
		}
		var b strings.Builder
		for _, c := range rows(t, d, query) {
			fmt.Fprintln(&b, c...)
		}
		shapes[d.Engine()] = b.String()
	})
	if len(shapes) == 2 {
		if diff := cmp.Diff(shapes[db.PostgreSQL], shapes[db.SQLite]); diff != "" {
			t.Errorf("columns (-postgres +sqlite):\n%s", diff)
		}
	}
}

func TestSQLiteTablesAreStrict(t *testing.T) {
	t.Parallel()
	loose := rows(t, dbtest.SQLite(t), "select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0 and name not like 'sqlite%' and name <> 'goose_db_version'")
	if len(loose) > 0 {
		t.Errorf("got tables that take values of any type: %v", loose)
	}
}

// TestSchemaFile compares schema.sql with what the migrations make on each engine, so that
// a reader sees the result and a reviewer sees the change. Run it with -update to write
// the file; that needs both engines.
func TestSchemaFile(t *testing.T) {
	t.Parallel()
	const file = "schema.sql"
	parts := map[db.Engine]string{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) { parts[d.Engine()] = describe(t, d) })
	if *update {
		text := schemaHead + parts[db.PostgreSQL] + parts[db.SQLite]
		if len(parts) != 2 {
			t.Fatal("writing schema.sql needs both engines")
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, sqlite, _ := strings.Cut(string(text), sqliteTitle)
	want := map[db.Engine]string{db.PostgreSQL: strings.TrimPrefix(head, schemaHead), db.SQLite: sqliteTitle + sqlite}
	for engine, part := range parts {
		if diff := cmp.Diff(want[engine], part); diff != "" {
			t.Errorf("%s is not what the migrations make; run go generate ./db (-file +migrations):\n%s", file, diff)
		}
	}
}

const (
	schemaHead    = "-- What the migrations add up to. Written by go generate ./db; a test compares it.\n\n"
	postgresTitle = "-- PostgreSQL\n\n"
	sqliteTitle   = "-- SQLite\n\n"
)

// describe writes the tables and indexes of the database as the engine itself knows them.
func describe(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	if d.Engine() == db.SQLite {
		b.WriteString(sqliteTitle)
		for _, r := range rows(t, d, "select sql from sqlite_master where sql is not null and tbl_name not like 'sqlite%' and tbl_name <> 'goose_db_version' order by tbl_name, type desc, name") {
			fmt.Fprintf(&b, "%s;\n", r[0])
		}
		return b.String()
	}
	b.WriteString(postgresTitle)
	for _, r := range rows(t, d, postgresTables) {
		fmt.Fprintf(&b, "create table %s (\n  %s\n);\n", r[0], r[1])
		for _, index := range rows(t, d, postgresIndexes, r[0]) {
			fmt.Fprintf(&b, "%s;\n", index[0])
		}
	}
	return b.String() + "\n"
}

const (
	postgresTables = `select c.relname, string_agg(l.line, E',\n  ' order by l.part, l.place)
from pg_class c cross join lateral (
  select 1 as part, a.attnum as place, a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end as line
  from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  union all
  select 2, row_number() over (order by k.contype = 'p' desc, k.conname collate "C"), 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid, true)
  from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')
) l
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> 'goose_db_version'
group by c.relname order by c.relname collate "C"`
	postgresIndexes = `select replace(pg_get_indexdef(i.indexrelid), ' ON ' || current_schema() || '.', ' ON ')
from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
where c.relnamespace = current_schema()::regnamespace and c.relname = $1
  and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)
order by x.relname collate "C"`
)

// rows returns what a query finds, each value as the driver gives it.
func rows(t *testing.T, d *db.DB, query string, args ...any) (out [][]any) {
	t.Helper()
	err := d.Read(t.Context(), func(v *db.View) error {
		found, err := v.Query(context.Background(), query, args...)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			row, err := scanAll(found)
			if err != nil {
				return err
			}
			out = append(out, row)
		}
		return found.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func scanAll(r *sql.Rows) ([]any, error) {
	columns, err := r.Columns()
	if err != nil {
		return nil, err
	}
	values := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	return values, r.Scan(targets...)
}
