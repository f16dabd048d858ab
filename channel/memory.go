package channel

import (
	"errors"
	"sync"
	"time"

	"pavilion"
	"pavilion/order"
)

// memoryFor is how long "sold out" is believed. With the time a request may spend in the
// queue afterwards it stays below the 200 ms within which a refusal must be true again.
const memoryFor = 100 * time.Millisecond

// memory knows for a moment what the database has just said to be sold out, so that the
// many who come for the last units do not cost a transaction each. It is forgotten at once
// when this process changes the stock, and soon in any case, because another process may.
type memory struct {
	changed <-chan struct{} // signalled when this process changes the stock; nil before Start

	mu      sync.RWMutex
	soldOut map[shelf]note
	changes uint64 // how often it did
}

// shelf is where goods are sold out: a lot too old for one channel may be fit for another, and
// one shop of it may have been granted units that are not free for the others.
type shelf struct {
	channel, shop string
	sku           pavilion.SKUID
}

type note struct {
	refusal *pavilion.Error
	until   time.Time
}

// refusal is the remembered refusal of a request, nil if nothing in it is known to be sold out.
func (m *memory) refusal(r order.Request, now time.Time) *pavilion.Error {
	m.look()
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, l := range r.Lines {
		if n, ok := m.soldOut[shelf{r.Channel, r.Shop, l.SKU}]; ok && now.Before(n.until) {
			return n.refusal
		}
	}
	return nil
}

// state is what learn must be given: taken before the database was asked.
func (m *memory) state() uint64 {
	m.look()
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.changes
}

var errShort = pavilion.E(pavilion.Conflict, "stock.short", nil)

// learn remembers what a refusal says to be sold out in a shop of a channel, unless the stock has
// changed since seen: then what it says may be over.
func (m *memory) learn(seen uint64, channel, shop string, refusal *pavilion.Error, now time.Time) {
	if !errors.Is(refusal, errShort) || refusal.Args["available"] != int64(0) {
		return
	}
	sku, _ := refusal.Args["sku"].(pavilion.SKUID)
	m.look()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.changes != seen {
		return
	}
	if m.soldOut == nil {
		m.soldOut = map[shelf]note{}
	}
	m.soldOut[shelf{channel, shop, sku}] = note{refusal, now.Add(memoryFor)}
}

// look drops everything if the stock has changed since the last look: goods may have come
// back.
func (m *memory) look() {
	select {
	case <-m.changed:
	default:
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.soldOut)
	m.changes++
}
