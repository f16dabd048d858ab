package own

import (
	"context"
	"slices"
	"sync"
)

// turns has the orders of one person placed one after another: what the year still allows is
// looked up before an order is kept, and of two at once each would fit alone. It knows the
// orders of this process.
type turns struct {
	mu    sync.Mutex
	queue map[string]*turn // under mu: of those who are waited for
}

// turn is that of one key.
type turn struct {
	taken chan struct{} // holds one while somebody has it
	users int           // under turns.mu: who has it or waits for it
}

// take waits until nobody else has any of the keys; "" is nobody's. What it returns gives them
// back.
func (t *turns) take(ctx context.Context, keys ...string) (leave func(), err error) {
	slices.Sort(keys) // the same order for everybody: nobody waits in a circle
	var held []func()
	leave = func() {
		for _, give := range held {
			give()
		}
	}
	for _, key := range slices.Compact(keys) {
		if key == "" {
			continue
		}
		one, end := t.join(key)
		select {
		case one.taken <- struct{}{}:
			held = append(held, func() { <-one.taken; end() })
		case <-ctx.Done():
			end()
			leave()
			return nil, ctx.Err()
		}
	}
	return leave, nil
}

// join counts somebody in until end.
func (t *turns) join(key string) (one *turn, end func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.queue == nil {
		t.queue = map[string]*turn{}
	}
	if one = t.queue[key]; one == nil {
		one = &turn{taken: make(chan struct{}, 1)}
		t.queue[key] = one
	}
	one.users++
	return one, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if one.users--; one.users == 0 {
			delete(t.queue, key)
		}
	}
}
