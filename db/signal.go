package db

import "sync"

// signals wakes the listeners of this process. A signal says "look", never what was
// written: another process writes without one, so whoever listens also looks by the clock.
type signals struct {
	mu     sync.RWMutex
	topics map[string]map[chan struct{}]struct{}
}

// Signal wakes those who listen to the topic in this process once the transaction is on
// disk.
func (tx *Tx) Signal(topic string) { tx.AfterCommit(func() { tx.signals.wake(topic) }) }

// Listen returns a channel that holds one token when the topic was signalled since the
// last look, however often, and a function that ends the listening.
func (d *DB) Listen(topic string) (woken <-chan struct{}, stop func()) {
	return d.signals.listen(topic)
}

func (s *signals) listen(topic string) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.topics == nil {
		s.topics = map[string]map[chan struct{}]struct{}{}
	}
	if s.topics[topic] == nil {
		s.topics[topic] = map[chan struct{}]struct{}{}
	}
	s.topics[topic][c] = struct{}{}
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.topics[topic], c)
	}
}

func (s *signals) wake(topic string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for c := range s.topics[topic] {
		select {
		case c <- struct{}{}:
		default: // it has not looked since the last signal
		}
	}
}
