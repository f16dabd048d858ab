package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pavilion/db"
)

// freshSchema makes a schema on the server and returns a URL that leads into it.
func freshSchema(t testing.TB, server string) string {
	t.Helper()
	c := admin(t, server)
	name := "fresh_" + strings.ToLower(rand.Text()[:16])
	run(t, c, "create schema "+name)
	t.Cleanup(func() { run(t, c, "drop schema "+name+" cascade") })
	return inSchema(t, server, name)
}

// To make all tables takes many times as long as most tests. So a schema stays on the
// server when a test ends, and the next test that can lock it empties its tables and uses
// it. Its name holds the fingerprint of the migrations.
const (
	keptSchemas = 100 // of one fingerprint, and so many tests at a time
	lockSchema  = "select pg_try_advisory_lock(hashtextextended($1, 0))"
	findSchema  = "select count(*) from pg_namespace where nspname = $1"
	staleSchema = `select cast(nspname as text) from pg_namespace where nspname like 'kept\_%' and nspname not like $1 order by nspname limit 100`
	isMigrated  = "select count(*) from pg_tables where schemaname = $1 and tablename = 'goose_db_version'"

	// emptyTables deletes rows in rounds: a table that others still refer to has its turn in
	// the next one.
	emptyTables = `do $$
declare
  name text;
  again boolean := true;
begin
  while again loop
    again := false;
    for name in select tablename from pg_tables where schemaname = '%[1]s' and tablename <> 'goose_db_version' loop
      begin
        execute format('delete from %[1]s.%%I', name);
      exception when foreign_key_violation then
        again := true;
      end;
    end loop;
  end loop;
end $$`
)

// keptSchema returns a URL that leads into a schema that is this test's alone until it
// ends. Its tables are empty or not made yet.
func keptSchema(t testing.TB, server string) string {
	t.Helper()
	fingerprint, err := db.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	c := admin(t, server)
	for n := range keptSchemas {
		name := fmt.Sprintf("kept_%s_%d", fingerprint, n)
		if !locked(t, c, name) {
			continue
		}
		switch {
		case count(t, c, findSchema, name) == 0:
			dropStale(t, c, fingerprint)
			run(t, c, "create schema "+name)
		case count(t, c, isMigrated, name) == 0: // a test that made it was cut off
			run(t, c, "drop schema "+name+" cascade")
			run(t, c, "create schema "+name)
		default:
			run(t, c, fmt.Sprintf(emptyTables, name))
		}
		return inSchema(t, server, name)
	}
	t.Fatalf("more than %d tests at a time want a schema", keptSchemas)
	return ""
}

// dropStale drops the schemas of other migrations that no test uses, when they are many:
// a developer may go back and forth between two versions.
func dropStale(t testing.TB, c *sql.Conn, fingerprint string) {
	t.Helper()
	rows, err := c.QueryContext(t.Context(), staleSchema, "kept\\_"+fingerprint+"\\_%")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	for _, name := range names[min(len(names), 20):] {
		if locked(t, c, name) {
			run(t, c, "drop schema if exists "+name+" cascade")
		}
	}
}

// admin returns a connection to the server that is closed, with its locks, after everything
// else when the test ends.
func admin(t testing.TB, server string) *sql.Conn {
	t.Helper()
	pool, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(errors.Join(err, pool.Close()))
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), pool.Close()); err != nil {
			t.Errorf("close the connection to PostgreSQL: %v", err)
		}
	})
	return c
}

func run(t testing.TB, c *sql.Conn, statement string) {
	t.Helper()
	if _, err := c.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func locked(t testing.TB, c *sql.Conn, name string) (ours bool) {
	t.Helper()
	if err := c.QueryRowContext(t.Context(), lockSchema, name).Scan(&ours); err != nil {
		t.Fatal(err)
	}
	return ours
}

func count(t testing.TB, c *sql.Conn, query, name string) (n int) {
	t.Helper()
	if err := c.QueryRowContext(t.Context(), query, name).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// inSchema is the server's URL with a schema to work in.
func inSchema(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
