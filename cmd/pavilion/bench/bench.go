// Package bench measures a pavilion on the machine it runs on, each measure beside its
// limit taken in the same run: what the bare driver, the bare HTTP server or the bare
// reader reaches with the same bytes. Start with [Drop], [Orders], [Pages], [Console],
// [Import], [Channels] and [Start].
package bench

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"pavilion"
	"pavilion/db"
)

// Measure is one figure. Limit is what the machine reaches without the pavilion, and Ratio
// their quotient such that 1 means "as good as the limit"; both are 0 where there is none.
type Measure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
	*Crowd
	*Wait
}

// Wait is how long somebody waits for a page, in milliseconds.
type Wait struct {
	Pages int     `json:"pages"` // different addresses
	Half  float64 `json:"p50_ms"`
	Most  float64 `json:"p99_ms"`
}

// Crowd is what the drop tells besides its rate.
type Crowd struct {
	Followers  int     `json:"followers"`
	Units      int     `json:"units"`
	Answered   int     `json:"answered"`
	Accepted   int     `json:"accepted"`
	Duplicates int     `json:"duplicates"` // orders or units that exist twice
	Lost       int     `json:"lost"`       // acceptances that are not in the database
	Seconds    float64 `json:"seconds"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
}

// against sets the limit of a measure where more is better.
func (m Measure) against(limit float64) Measure {
	m.Limit, m.Ratio = limit, m.Value/limit
	return m
}

// Env is where a measure runs.
type Env struct {
	Binary string // the pavilion, to start as a process of its own
	DB     string // PostgreSQL URL, or a SQLite file that does not exist; "" for a file in a new folder
	Note   func(format string, args ...any)
}

var actor = pavilion.System("bench")

// place is a database for one measure and the folder that goes with it.
type place struct {
	folder, db string
	schema     string // of PostgreSQL, dropped at the end
	root       string // PostgreSQL URL without the schema
}

// newPlace makes an empty database: a new file, or a new schema.
func (e Env) newPlace(ctx context.Context) (_ place, err error) {
	p := place{}
	if p.folder, err = os.MkdirTemp("", "pavilion-bench-"); err != nil {
		return p, err
	}
	if db.EngineOf(e.DB) == db.SQLite {
		p.db = e.DB
		if p.db == "" {
			p.db = filepath.Join(p.folder, "pavilion.db")
		}
		if _, err := os.Stat(p.db); err == nil {
			return p, pavilion.E(pavilion.Conflict, "bench.file_exists", pavilion.Args{"path": p.db})
		}
		return p, nil
	}
	p.root, p.schema = e.DB, "pavilion_bench_"+strings.ToLower(rand.Text()[:8])
	if err := p.postgres(ctx, "create schema "+p.schema); err != nil {
		return p, err
	}
	u, err := url.Parse(e.DB)
	if err != nil {
		return p, err
	}
	q := u.Query()
	q.Set("search_path", p.schema)
	u.RawQuery = q.Encode()
	p.db = u.String()
	return p, nil
}

func (p place) postgres(ctx context.Context, statement string) error {
	pool, err := sql.Open("pgx", p.root)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.ExecContext(ctx, statement)
	return err
}

// remove deletes what the measure left.
func (p place) remove(ctx context.Context) error {
	var err error
	if p.schema != "" {
		err = p.postgres(context.WithoutCancel(ctx), "drop schema "+p.schema+" cascade")
	} else {
		for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
			if e := os.Remove(p.db + suffix); e != nil && !errors.Is(e, os.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	return errors.Join(err, os.RemoveAll(p.folder))
}

// open opens the database of the place with its tables.
func (p place) open(ctx context.Context) (*db.DB, error) {
	d, err := db.Open(ctx, db.Options{URL: p.db})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (p place) key() string { return filepath.Join(p.folder, "pavilion.key") }

func (e Env) note(format string, args ...any) {
	if e.Note != nil {
		e.Note(format, args...)
	}
}

func ms(d interface{ Seconds() float64 }) float64 { return d.Seconds() * 1000 }

func errDrop(what string, args ...any) error {
	return pavilion.E(pavilion.Internal, "bench.proof_failed", pavilion.Args{"what": fmt.Sprintf(what, args...)})
}
