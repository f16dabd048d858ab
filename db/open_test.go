package db_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestOpenOddPath(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "a?b#c%20d&e.db", "крама.db", "商店.db"} {
		path := filepath.Join(t.TempDir(), name)
		dbtest.Open(t, path, dbtest.NewClock())
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: got %v, want a file of that name", name, err)
		}
	}
}

// TestSettings checks on every connection of the pool that nothing is confirmed before it
// is on disk.
func TestSettings(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"}
	check := func(r db.Reader) error {
		for pragma, value := range want {
			var got string
			if err := r.QueryRow(t.Context(), "pragma "+pragma).Scan(&got); err != nil {
				return err
			}
			if got != value {
				t.Errorf("%s: got %s, want %s", pragma, got, value)
			}
		}
		return nil
	}
	err := d.Write(t.Context(), tester, func(tx *db.Tx) error { return check(tx) })
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := d.Read(t.Context(), func(v *db.View) error { return check(v) }); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if err != nil {
		t.Error(err)
	}
}

func TestPostgresMustBeDurable(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(dbtest.PostgreSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("synchronous_commit", "off")
	u.RawQuery = q.Encode()
	_, err = db.Open(t.Context(), db.Options{URL: u.String()})
	wantError(t, err, pavilion.Unavailable, "db.not_durable")
}

// Personal data is sealed, but sales and producers are nobody else's business either.
func TestSQLiteIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pavilion.db")
	d, err := db.Open(t.Context(), db.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s: got mode %o, want 600", filepath.Base(path)+suffix, got)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("this is no database, and long enough to be taken for one"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		o      db.Options
		kind   pavilion.Kind
		reason string
	}{
		"no path":           {db.Options{URL: ""}, pavilion.Invalid, "db.path_missing"},
		"a malformed URL":   {db.Options{URL: "postgres://user:secret@host:port/name"}, pavilion.Invalid, "db.url_malformed"},
		"nobody there":      {db.Options{URL: "postgres://user:secret@127.0.0.1:1/name?connect_timeout=2"}, pavilion.Unavailable, "db.unreachable"},
		"no folder":         {db.Options{URL: filepath.Join(file, "pavilion.db")}, pavilion.Unavailable, "db.folder_unwritable"},
		"nothing to read":   {db.Options{URL: filepath.Join(dir, "none.db"), ReadOnly: true}, pavilion.NotFound, "db.file_missing"},
		"another file":      {db.Options{URL: file}, pavilion.Unavailable, "db.file_damaged"},
		"a folder, no file": {db.Options{URL: dir, ReadOnly: true}, pavilion.Unavailable, "db.unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := db.Open(t.Context(), test.o)
			wantError(t, err, test.kind, test.reason)
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the password shows: %v", err)
			}
		})
	}
}

func TestSecondWriterNamesTheFirst(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pavilion.db")
	first := dbtest.Open(t, path, dbtest.NewClock())
	_, err := db.Open(t.Context(), db.Options{URL: path})
	wantError(t, err, pavilion.Unavailable, "db.second_writer")
	if e, ok := errors.AsType[*pavilion.Error](err); ok && (e.Args["pid"] != strconv.Itoa(os.Getpid()) || e.Args["path"] != path) {
		t.Errorf("got %v, want the path and our process", e.Args)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	dbtest.Open(t, path, dbtest.NewClock())
}

func TestReadOnlyBesideAWriter(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		writer := dbtest.Open(t, url, dbtest.NewClock())
		reader, err := db.Open(t.Context(), db.Options{URL: url, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		if err := writer.Write(t.Context(), tester, func(tx *db.Tx) error { return put(t, tx, "a") }); err != nil {
			t.Fatal(err)
		}
		if got := ids(t, reader); !slices.Equal(got, []string{"a"}) {
			t.Errorf("got %v, want [a]", got)
		}
		wantError(t, reader.Write(t.Context(), tester, func(*db.Tx) error { return nil }), pavilion.Forbidden, "db.read_only")
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		alone, err := db.Open(t.Context(), db.Options{URL: url, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer alone.Close()
		if got := ids(t, alone); !slices.Equal(got, []string{"a"}) {
			t.Errorf("after the writer: got %v, want [a]", got)
		}
	})
}

func TestCloseWaits(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		d := dbtest.Open(t, url, dbtest.NewClock())
		inside, closing := make(chan struct{}), make(chan struct{})
		var wait sync.WaitGroup
		wait.Go(func() {
			err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
				close(inside)
				<-closing
				return put(t, tx, "a")
			})
			if err != nil {
				t.Errorf("the write under way: got %v, want nil", err)
			}
		})
		<-inside
		wait.Go(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		close(closing)
		wait.Wait()
		wantError(t, d.Write(t.Context(), tester, func(*db.Tx) error { return nil }), pavilion.Unavailable, "db.closed")
		wantError(t, d.Ping(t.Context()), pavilion.Unavailable, "db.closed")
		if got := ids(t, dbtest.Open(t, url, dbtest.NewClock())); !slices.Equal(got, []string{"a"}) {
			t.Errorf("got %v, want [a]", got)
		}
	})
}

// TestPostgresComesBack: a connection that the server ended is an Unavailable answer, and
// the next call gets another connection.
func TestPostgresComesBack(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.PostgreSQL(t), dbtest.NewClock())
	other := dbtest.Open(t, dbtest.PostgreSQL(t), dbtest.NewClock())
	err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
		var pid int
		if err := tx.QueryRow(t.Context(), "select pg_backend_pid()").Scan(&pid); err != nil {
			return err
		}
		ended := make(chan error)
		go func() {
			ended <- other.Read(context.Background(), func(v *db.View) error {
				var done bool
				return v.QueryRow(context.Background(), "select pg_terminate_backend($1, 5000)", pid).Scan(&done)
			})
		}()
		if err := <-ended; err != nil {
			return fmt.Errorf("end the connection: %w", err)
		}
		return put(t, tx, "a")
	})
	if pavilion.KindOf(err) != pavilion.Unavailable {
		t.Errorf("got %v, want Unavailable", err)
	}
	if err := d.Write(t.Context(), tester, func(tx *db.Tx) error { return put(t, tx, "b") }); err != nil {
		t.Errorf("afterwards: got %v, want nil", err)
	}
	if got := ids(t, d); !slices.Equal(got, []string{"b"}) {
		t.Errorf("got %v, want [b]", got)
	}
}
