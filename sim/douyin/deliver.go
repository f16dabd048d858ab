package douyin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"pavilion"
)

const pushTimeout = 5 * time.Second

// message is a push on the wire.
type message struct {
	Tag  string `json:"tag"`
	ID   string `json:"msg_id"`
	Data string `json:"data"`
}

// looseMessage is one as the samples of the documents show it.
type looseMessage struct {
	Tag  string          `json:"tag"`
	ID   string          `json:"msgId"`
	Data json.RawMessage `json:"data"`
}

// outgoing are messages of one app on their way.
type outgoing struct {
	app  *App
	keys []int64
	of   []push
}

// Deliver sends every push whose time has come, once, and returns how many were taken. What
// an app does not take is tried again later; after the last try it is lost. The error is
// Unavailable sim.state_unwritable.
func (s *Simulator) Deliver(ctx context.Context) (int, error) {
	s.sending.Lock()
	defer s.sending.Unlock()
	var all []outgoing
	if err := s.do(func(t *tx) error { all = t.outgoing(); return nil }); err != nil {
		return 0, err
	}
	took := 0
	deaf := map[string]bool{} // the apps that did not take a batch
	for _, batch := range all {
		spared := deaf[batch.app.Key]
		taken := !spared && s.send(ctx, batch)
		deaf[batch.app.Key] = !taken
		if err := s.do(func(t *tx) error { t.settlePushes(batch, taken, spared); return nil }); err != nil {
			return took, err
		}
		if taken {
			took += len(batch.keys)
		}
	}
	return took, nil
}

// outgoing collects the pushes that are due, in batches.
func (t *tx) outgoing() []outgoing {
	var out []outgoing
	open := map[string]int{} // app → its batch
	for k, p := range t.pushes.all() {
		app := t.s.app(p.App)
		if p.At.After(t.now) {
			continue
		}
		if app == nil || app.PushURL == "" {
			t.pushes.drop(k) // the app is gone
			continue
		}
		i, ok := open[p.App]
		if !ok || len(out[i].keys) >= max(t.s.rules.PushBatch, 1) {
			i = len(out)
			open[p.App] = i
			out = append(out, outgoing{app: app})
		}
		out[i].keys, out[i].of = append(out[i].keys, k), append(out[i].of, *p)
	}
	return out
}

// settlePushes notes what became of a batch: it was taken, or not, or spared because the app
// did not take the one before.
func (t *tx) settlePushes(batch outgoing, taken, spared bool) {
	for _, k := range batch.keys {
		p := t.pushes.edit(k)
		if p == nil {
			continue
		}
		if spared {
			p.At = t.now.Add(t.s.rules.PushPause)
			continue
		}
		if p.Tries++; taken || p.Tries >= t.s.rules.PushTries {
			t.pushes.drop(k)
			continue
		}
		p.At = t.now.Add(t.s.rules.PushPause << min(p.Tries-1, 10))
	}
}

// send posts a batch and tells whether it was taken.
func (s *Simulator) send(ctx context.Context, batch outgoing) bool {
	f := s.faults.take(AtBatch, s.o.Clock())
	if f != nil && f.Kind == Reorder {
		slices.Reverse(batch.of)
	}
	if f != nil && f.Kind == LoseRequest {
		return false
	}
	sign := ""
	if f != nil && f.Kind == WrongSign {
		sign = "00000000000000000000000000000000"
	}
	err := s.post(ctx, batch.app, s.body(batch.of), sign)
	if err != nil {
		s.o.Log.Info("push not taken", "app", batch.app.Key, "messages", len(batch.of), "err", err)
	}
	return err == nil
}

// body is the JSON array of the messages.
func (s *Simulator) body(of []push) []byte {
	var list any
	if s.rules.PushLoose {
		loose := []looseMessage{}
		for _, p := range of {
			loose = append(loose, looseMessage{p.Tag, p.ID, json.RawMessage(p.Data)})
		}
		list = loose
	} else {
		usual := []message{}
		for _, p := range of {
			usual = append(usual, message{p.Tag, p.ID, p.Data})
		}
		list = usual
	}
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(list); err != nil {
		panic(err) // strings always have a JSON form
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

var errNotTaken = errors.New("the answer was not {\"code\":0}")

// post sends a body to an app; "" signs it as it should be.
func (s *Simulator) post(ctx context.Context, app *App, body []byte, sign string) error {
	ctx, cancel := context.WithTimeout(ctx, pushTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, app.PushURL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if sign == "" {
		sign = signPush(app.Secret, app.Key, string(body))
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("App-Id", app.Key)
	r.Header.Set("Event-Sign", sign)
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var told struct {
		Code *int `json:"code"`
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, bodyMost)).Decode(&told); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || told.Code == nil || *told.Code != 0 {
		return errNotTaken
	}
	return nil
}

// Probe sends the message by which the platform checks an app's address. Errors: NotFound
// sim.app_unknown, Unavailable sim.probe.
func (s *Simulator) Probe(ctx context.Context, appKey string) error {
	app := s.app(appKey)
	if app == nil || app.PushURL == "" {
		return pavilion.E(pavilion.NotFound, "sim.app_unknown", nil)
	}
	if err := s.post(ctx, app, s.body([]push{{Tag: "0", ID: "0", Data: "{}"}}), ""); err != nil {
		return pavilion.E(pavilion.Unavailable, "sim.probe", nil).Because(err)
	}
	return nil
}

// Next is when something happens by itself: an audit ends, an order times out, a push is
// due. It is false while nothing is to come.
func (s *Simulator) Next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var next time.Time
	if len(s.world.due) > 0 {
		next = s.world.due[0].at
	}
	for _, p := range s.world.pushes.all() {
		if next.IsZero() || p.At.Before(next) {
			next = p.At
		}
	}
	if next.IsZero() {
		return next, false
	}
	return next.Add(-s.shift()), true
}

// poke wakes Run.
func (s *Simulator) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

const longestNap = time.Second

// Run lets things happen at their times and delivers pushes until ctx ends.
func (s *Simulator) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-timer.C:
		}
		if _, err := s.Deliver(ctx); err != nil {
			s.o.Log.Error("pushes not delivered", "err", err)
		}
		nap := longestNap
		if next, ok := s.Next(); ok {
			nap = min(nap, max(next.Sub(s.o.Clock()), 10*time.Millisecond))
		}
		timer.Reset(nap)
	}
}
