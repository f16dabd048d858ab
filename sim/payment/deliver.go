package payment

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion/money"
)

const (
	triesMost     = 15
	noticeTimeout = 10 * time.Second
	longestPause  = 10 * time.Minute
)

// usualBackoff is 1, 2, 4 … seconds.
func usualBackoff(try int) time.Duration {
	return min(time.Second<<min(try-1, 20), longestPause)
}

// poke wakes the loop.
func (s *Simulator) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run confirms late payments and sends notices until ctx ends.
func (s *Simulator) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-timer.C:
		}
		due, next := s.due()
		for _, n := range due {
			s.done.Go(func() { s.deliver(ctx, n) })
		}
		timer.Reset(next)
	}
}

// due confirms the late payments whose time has come and returns the notices to send now,
// marked as under way, and how long there is nothing more to do.
func (s *Simulator) due() (notices []*notice, next time.Duration) {
	m, now := s.memory, s.o.Clock()
	m.mu.Lock()
	defer m.mu.Unlock()
	next = longestPause
	for _, i := range m.late {
		if wait := i.ConfirmAt.Sub(now); wait > 0 {
			next = min(next, wait)
		} else if err := s.confirm(i, now); err != nil {
			s.o.Log.Error("state not written", "err", err)
			next = min(next, time.Second)
		}
	}
	for _, n := range m.owed {
		if n.underWay {
			continue
		}
		if wait := n.NextAt.Sub(now); wait > 0 {
			next = min(next, wait)
			continue
		}
		n.underWay = true
		notices = append(notices, n)
	}
	return notices, next
}

// deliver sends a notice that is marked as under way once, and notes what came of it. It
// goes on when ctx is cancelled: what is on its way arrives, and is known to have arrived.
func (s *Simulator) deliver(ctx context.Context, n *notice) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noticeTimeout)
	defer cancel()
	received := s.send(ctx, n)
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	after := *n
	after.underWay = false
	after.Tries++
	switch {
	case received:
		after.Receipts++
		after.Owed--
	case after.Tries >= triesMost:
		after.Owed = 0
	default:
		after.NextAt = s.o.Clock().Add(s.o.Backoff(after.Tries))
	}
	if err := m.keep(record{Notice: &after}); err != nil {
		s.o.Log.Error("state not written", "err", err)
		n.underWay = false
	}
	s.poke()
}

// noticeTold is a notice on the wire.
type noticeTold struct {
	Notice     string    `json:"notice"`
	Intent     string    `json:"intent"`
	Ref        string    `json:"ref"`
	State      string    `json:"state"`
	Amount     string    `json:"amount"`
	Currency   string    `json:"currency"`
	HappenedAt time.Time `json:"happened_at"`
}

// send posts the notice and tells whether it was received.
func (s *Simulator) send(ctx context.Context, n *notice) bool {
	s.memory.mu.Lock()
	i := s.memory.intents[n.Intent]
	s.memory.mu.Unlock()
	amount, at := n.Amount, s.o.Clock()
	f := s.faults.take(AtNotice)
	switch f {
	case WrongAmount:
		amount = money.New(amount.Minor()+1, amount.Currency())
	case Stale:
		at = at.Add(-2 * freshness)
	}
	body, err := json.Marshal(noticeTold{n.ID, n.Intent, i.Ref, n.State, amount.Decimal(), string(amount.Currency()), n.HappenedAt})
	if err != nil {
		s.o.Log.Error("notice not written", "intent", n.Intent, "err", err)
		return false
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	signature := s.sign("NOTICE", stamp, string(body))
	if f == WrongSignature {
		signature = strings.Repeat("0", len(signature))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, i.NotifyURL, bytes.NewReader(body))
	if err != nil {
		s.o.Log.Error("notice not sent", "intent", n.Intent, "err", err)
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Simpay-Timestamp", stamp)
	r.Header.Set("Simpay-Signature", signature)
	answer, err := s.client.Do(r)
	if err != nil {
		s.o.Log.Info("notice not received", "intent", n.Intent, "err", err)
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode >= 200 && answer.StatusCode < 300
}

// Sent is how a notice stands.
type Sent struct {
	Notice   string `json:"notice"`
	State    string `json:"state"`
	Tries    int    `json:"tries"`
	Receipts int    `json:"receipts"`
}

// Notices lists the notices of an intent: none until it is decided, then one.
func (s *Simulator) Notices(id string) []Sent {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	out := []Sent{}
	for _, n := range s.memory.notices {
		if n.Intent == id {
			out = append(out, Sent{n.ID, n.State, n.Tries, n.Receipts})
		}
	}
	return out
}
