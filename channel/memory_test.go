package channel

import (
	"testing"
	"time"

	"pavilion"
	"pavilion/db/dbtest"
	"pavilion/order"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	changed := make(chan struct{}, 1)
	now := dbtest.Start
	request := func(channel string, skus ...pavilion.SKUID) order.Request {
		r := order.Request{Channel: channel}
		for _, sku := range skus {
			r.Lines = append(r.Lines, order.RequestLine{SKU: sku})
		}
		return r
	}
	short := func(available int64) *pavilion.Error {
		return pavilion.E(pavilion.Conflict, "stock.short", pavilion.Args{"sku": pavilion.SKUID("a"), "available": available})
	}
	for name, c := range map[string]struct {
		learn  func(m *memory)
		asked  order.Request
		at     time.Time
		refuse bool
	}{
		"sold out":            {func(m *memory) { m.learn(m.state(), "own", "", short(0), now) }, request("own", "b", "a"), now, true},
		"something is left":   {func(m *memory) { m.learn(m.state(), "own", "", short(1), now) }, request("own", "a"), now, false},
		"another SKU":         {func(m *memory) { m.learn(m.state(), "own", "", short(0), now) }, request("own", "b"), now, false},
		"on another channel":  {func(m *memory) { m.learn(m.state(), "own", "", short(0), now) }, request("jd", "a"), now, false},
		"in another shop":     {func(m *memory) { m.learn(m.state(), "own", "2", short(0), now) }, request("own", "a"), now, false},
		"nearly too long ago": {func(m *memory) { m.learn(m.state(), "own", "", short(0), now) }, request("own", "a"), now.Add(memoryFor - 1), true},
		"too long ago":        {func(m *memory) { m.learn(m.state(), "own", "", short(0), now) }, request("own", "a"), now.Add(memoryFor), false},
		"stock changed since": {func(m *memory) { m.learn(m.state(), "own", "", short(0), now); changed <- struct{}{} }, request("own", "a"), now, false},
		"changed meanwhile": {func(m *memory) {
			seen := m.state()
			changed <- struct{}{}
			m.learn(seen, "own", "", short(0), now)
		}, request("own", "a"), now, false},
	} {
		m := &memory{changed: changed}
		c.learn(m)
		if got := m.refusal(c.asked, c.at); (got != nil) != c.refuse {
			t.Errorf("%s: got %v, want refused=%v", name, got, c.refuse)
		}
	}
}
