package channel

import (
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pavilion"
)

// gate lets requests to a shop through as often as its platform bears, and holds them all back
// for a while when it says it is too often, or fails again and again.
type gate struct {
	limit *rate.Limiter

	mu     sync.Mutex
	closed time.Time // until when nothing goes out
	failed int       // conversations in a row the platform did not answer
}

// The pauses of a gate.
const (
	failuresMost = 5               // after so many failures in a row it closes
	pauseLeast   = 2 * time.Second // and then for so long, doubled with each one more
	pauseMost    = 30 * time.Second
)

// gate returns that of a shop.
func (e *Engine) gate(shop Shop, t Traits) *gate {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.gates[shop.ID]
	if g == nil {
		g = &gate{limit: rate.NewLimiter(rate.Limit(t.PerSecond), max(1, t.Burst))}
		e.gates[shop.ID] = g
	}
	return g
}

// opens is nil if a conversation may begin. Error: Unavailable channel.paused with RetryAfter.
func (g *gate) opens(now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !now.Before(g.closed) {
		return nil
	}
	e := pavilion.E(pavilion.Unavailable, "channel.paused", pavilion.Args{"seconds": int64(g.closed.Sub(now)/time.Second) + 1})
	e.RetryAfter = g.closed.Sub(now)
	return e
}

// learn takes note of how a conversation ended, and tells whether the platform answers again
// after it failed so often that others gave up on it.
func (g *gate) learn(err error, now time.Time) (recovered bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch pavilion.KindOf(err) {
	case pavilion.Limited:
		g.closed = now.Add(max(pauseLeast/2, retryAfter(err)))
	case pavilion.Unavailable:
		if g.failed++; g.failed >= failuresMost {
			g.closed = now.Add(min(pauseMost, pauseLeast<<min(g.failed-failuresMost, 10)))
		}
	default:
		recovered = g.failed >= failuresMost
		g.failed = 0
	}
	return recovered
}

// retryAfter is when the platform wants to be asked again, 0 if it did not say.
func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*pavilion.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}
