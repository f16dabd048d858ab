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
	mu      sync.RWMutex
	soldOut map[shelf]note
	changes uint64 // how often stock changed
}

// shelf is where goods are sold out: a lot too old for one channel may be fit for another.
type shelf struct {
	channel string
	sku     pavilion.SKUID
}

type note struct {
	refusal *pavilion.Error
	until   time.Time
}

// refusal is the remembered refusal of a request, nil if nothing in it is known to be sold out.
func (m *memory) refusal(r order.Request, now time.Time) *pavilion.Error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, l := range r.Lines {
		if n, ok := m.soldOut[shelf{r.Channel, l.SKU}]; ok && now.Before(n.until) {
			return n.refusal
		}
	}
	return nil
}

// state is what learn must be given: taken before the database was asked.
func (m *memory) state() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.changes
}

var errShort = pavilion.E(pavilion.Conflict, "stock.short", nil)

// learn remembers which goods the outcomes say to be sold out, unless the stock has changed
// since seen: then what they say may be over.
func (m *memory) learn(seen uint64, outcomes []order.Outcome, set []*waiting, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.changes != seen {
		return
	}
	for n, o := range outcomes {
		if o.Err == nil || !errors.Is(o.Err, errShort) || o.Err.Args["available"] != int64(0) {
			continue
		}
		sku, _ := o.Err.Args["sku"].(pavilion.SKUID)
		if m.soldOut == nil {
			m.soldOut = map[shelf]note{}
		}
		m.soldOut[shelf{set[n].draft.Channel(), sku}] = note{o.Err, now.Add(memoryFor)}
	}
}

// forget drops everything: goods may have come back.
func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.soldOut)
	m.changes++
}
