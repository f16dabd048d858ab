// Package dbtest gives tests a real, fresh database on each engine. Start with [Each].
package dbtest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pavilion/db"
)

// Start is the moment at which a new [Clock] stands.
var Start = time.Date(2022, 7, 6, 2, 0, 0, 0, time.UTC)

// Clock is a clock that moves only when a test moves it. It is safe for use by many
// goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at [Start].
func NewClock() *Clock { return &Clock{now: Start} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to a moment.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Advance moves the clock on.
func (c *Clock) Advance(by time.Duration) { c.Set(c.Now().Add(by)) }

// Each runs the test on a fresh, migrated SQLite file and in a PostgreSQL schema with
// migrated, empty tables, one after the other.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachAt(t, NewClock(), test)
}

// EachAt is Each with a clock that the test can move. Each engine starts at the moment the
// clock shows when EachAt is called.
func EachAt(t *testing.T, clock *Clock, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	start := clock.Now()
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t, sqlitePath(t), clock)) })
	t.Run("postgres", func(t *testing.T) {
		clock.Set(start)
		test(t, Open(t, keptSchema(t, server(t)), clock))
	})
}

// EachURL is Each for tests that open the database themselves, such as those about two
// processes: the database behind the URL is empty and not migrated.
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, sqlitePath(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQL(t)) })
}

// Open opens the database, migrates it, and closes it when the test ends.
func Open(t testing.TB, url string, clock *Clock) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: url, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// SQLite returns an open, migrated SQLite database for a test that needs no second engine,
// such as one of a page.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return Open(t, sqlitePath(t), NewClock())
}

// Sealer returns a sealer with fresh keys.
func Sealer(t testing.TB) *db.Sealer {
	t.Helper()
	s, err := db.NewSealer()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sqlitePath(t testing.TB) string { return filepath.Join(t.TempDir(), "pavilion.db") }

// PostgreSQL returns the URL of a fresh, empty schema that is dropped when the test ends.
// The server is the one PAVILION_TEST_POSTGRES names, else a private cluster that lives as
// long as the test process, if initdb is installed. Where there is neither the test is
// skipped, or fails if CI is set.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	return freshSchema(t, server(t))
}

// server returns the URL of the PostgreSQL server for tests.
func server(t testing.TB) string {
	t.Helper()
	if url := os.Getenv("PAVILION_TEST_POSTGRES"); url != "" {
		return url
	}
	private, err := privateCluster()
	if err != nil && os.Getenv("CI") != "" {
		t.Fatalf("no PostgreSQL: %v", err)
	}
	if err != nil {
		t.Skipf("no PostgreSQL: %v", err)
	}
	return private.url
}
