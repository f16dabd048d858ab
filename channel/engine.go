package channel

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/tailoring"
)

// Engine keeps shops on platforms and our stock in step. It holds everything that is the same
// for every platform: consents, limits, repeats, what was said to whom, and what is done with
// an answer; a [Connector] for each platform translates. What it does, it does as jobs, each of
// which may run twice. One Engine serves a process; several processes may serve one database.
type Engine struct {
	d *db.DB
	o EngineOptions

	mu         sync.Mutex
	connectors map[string]Connector      // under mu
	gates      map[pavilion.ShopID]*gate // under mu
}

// EngineOptions are what an engine needs besides its database.
type EngineOptions struct {
	Sealer *db.Sealer
	Intake *Intake
	Own    string // channel of the pavilion's own shop, which asks for each order by itself
	// Markets are where platforms deliver, whose approved words they show.
	Markets []*tailoring.Market
	// DecryptMost is how many fields of a shop's orders are decrypted on a day; 3,000 if 0, which
	// is ours: no platform publishes its own number.
	DecryptMost int64
	Wait        func(context.Context, time.Duration) error // waits for a time, or for the end of ctx; by the clock of the machine if nil
}

// NewEngine makes an engine that knows no platform yet.
func NewEngine(d *db.DB, o EngineOptions) *Engine {
	if o.Wait == nil {
		o.Wait = wait
	}
	if o.DecryptMost == 0 {
		o.DecryptMost = 3000
	}
	return &Engine{d: d, o: o, connectors: map[string]Connector{}, gates: map[pavilion.ShopID]*gate{}}
}

// Add makes a platform known.
func (e *Engine) Add(c Connector) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.connectors[c.Name()] = c
}

// connector is the platform of a channel. Error: Unavailable channel.not_served when the
// program runs without it.
func (e *Engine) connector(channel string) (Connector, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c, ok := e.connectors[channel]; ok {
		return c, nil
	}
	return nil, pavilion.E(pavilion.Unavailable, "channel.not_served", pavilion.Args{"channel": channel})
}

// Own is the channel of the pavilion's own shop.
func (e *Engine) Own() string { return e.o.Own }

// Channels are the names of the platforms the engine knows.
func (e *Engine) Channels() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(maps.Keys(e.connectors))
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
