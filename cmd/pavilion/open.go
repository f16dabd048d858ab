package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
	"pavilion/tailoring"
	"pavilion/tailoring/rules"
)

// installation is an open database with its key.
type installation struct {
	db     *db.DB
	sealer *db.Sealer
}

// open opens the database, brings its tables up to date and reads the key, making both if
// they do not exist.
func (s store) open(ctx context.Context, log *slog.Logger) (installation, error) {
	return s.openAt(ctx, log, time.Now)
}

// openAt is as open, for an installation that lives on another clock.
func (s store) openAt(ctx context.Context, log *slog.Logger, clock func() time.Time) (installation, error) {
	d, err := db.Open(ctx, db.Options{URL: s.url(), Log: log, Clock: clock})
	if err != nil {
		return installation{}, err
	}
	if err := d.Migrate(ctx); err != nil {
		return installation{}, errors.Join(err, d.Close())
	}
	sealer, err := db.OpenSealer(s.key())
	if err != nil {
		return installation{}, errors.Join(err, d.Close())
	}
	return installation{d, sealer}, nil
}

// markets are those goods are tailored for: the one the pavilion sells to, if there is a pack
// of its rules. The packs of all others are checked with it.
func (c Config) markets() ([]*tailoring.Market, error) {
	all, err := tailoring.Load(rules.Files)
	for _, m := range all {
		m.Arrived = func(ctx context.Context, r db.Reader, skus []pavilion.SKUID) (map[pavilion.SKUID]int, error) {
			return stock.LeftOnArrival(ctx, r, m.Zone, skus)
		}
	}
	return slices.DeleteFunc(all, func(m *tailoring.Market) bool { return m.Key != c.Market }), err
}

// read opens the database for reading only, also beside a running pavilion.
func (s store) read(ctx context.Context) (*db.DB, error) {
	return db.Open(ctx, db.Options{URL: s.url(), ReadOnly: true})
}

// logger makes the log of a running pavilion.
func (c Config) logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
