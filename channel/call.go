package channel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
)

// Act is what is done at a platform.
type Act struct {
	Kind   string // what it is, and the key of the words people read: channel.act.<kind>
	About  string // of what: our ref, an order's number
	Writes bool   // it changes something there
	// Private is what answers about people, in clear: no answer of it is kept.
	Private bool
}

// Call is a request that went out, and what was answered.
type Call struct {
	ID      pavilion.CallID
	Shop    pavilion.ShopID
	Act     Act
	At      time.Time
	Took    time.Duration
	Request string // without secrets and personal data
	Status  int    // of the answer, 0 for none
	Answer  string // likewise
	Outcome string // "ok", a reason, or "" while nobody knows
}

// OutcomeOK is the outcome of a call that did what it should.
const OutcomeOK = "ok"

// How much of requests and answers is kept: of what only asked and was answered, less.
const (
	keptMost  = 16 << 10
	keptLeast = 2 << 10
	readMost  = 64 << 10 // longer bodies are pictures, or pages of orders, and are told by their size
)

// call has a conversation with a shop's platform. What changes something there is refused
// unless the shop is live and no brake is on, before anything is sent: Forbidden
// channel.watched, channel.stopped, channel.braked. A token the platform does not take is
// renewed, and the conversation had once more; without a consent that holds it is Unavailable,
// so that all goes on by itself when there is one. It must not be called inside a transaction.
func (e *Engine) call(ctx context.Context, id pavilion.ShopID, act Act, fn func(context.Context, Connector, Access) error) error {
	err := e.callTwice(ctx, id, act, fn)
	if ours, ok := errors.AsType[*pavilion.Error](err); ok && pavilion.KindOf(err) == pavilion.Unauthenticated {
		return pavilion.E(pavilion.Unavailable, ours.Reason, ours.Args).Because(err)
	}
	return err
}

func (e *Engine) callTwice(ctx context.Context, id pavilion.ShopID, act Act, fn func(context.Context, Connector, Access) error) error {
	notTaken := ""
	for {
		shop, c, a, err := e.access(ctx, id, notTaken)
		if err != nil {
			return err
		}
		if err := e.allows(ctx, shop, act); err != nil {
			return err
		}
		_, err = converse(ctx, e, shop, act, func(ctx context.Context) (struct{}, error) { return struct{}{}, fn(ctx, c, a) })
		if pavilion.KindOf(err) != pavilion.Unauthenticated || notTaken != "" {
			return err
		}
		notTaken = a.Token
	}
}

// allows tells whether an act may be done in a shop now.
func (e *Engine) allows(ctx context.Context, shop Shop, act Act) error {
	switch {
	case shop.Mode == Stopped:
		return pavilion.E(pavilion.Forbidden, "channel.stopped", pavilion.Args{"shop": shop.Name})
	case !act.Writes:
		return nil
	case shop.Mode == Watching:
		return pavilion.E(pavilion.Forbidden, "channel.watched", pavilion.Args{"shop": shop.Name})
	}
	return e.d.Read(ctx, func(v *db.View) error {
		on, err := Brakes(ctx, v)
		for _, b := range on {
			if b.Shop == "" || b.Shop == shop.ID {
				return pavilion.E(pavilion.Forbidden, "channel.braked", pavilion.Args{"shop": shop.Name})
			}
		}
		return err
	})
}

// converse runs one conversation: lets its requests out in turn, and keeps what was said.
func converse[T any](ctx context.Context, e *Engine, shop Shop, act Act, fn func(context.Context) (T, error)) (answer T, err error) {
	c, err := e.connector(shop.Channel)
	if err != nil {
		return answer, err
	}
	t := &talk{e: e, shop: shop, act: act, gate: e.gate(shop, c.Traits()), redact: c.Redact}
	if err := t.gate.opens(e.d.Now()); err != nil {
		return answer, err
	}
	answer, err = fn(context.WithValue(ctx, talkKey{}, t))
	if ctx.Err() == nil { // that we stop says nothing about the platform
		if t.gate.learn(err, e.d.Now()) { // what waits longer and longer need not any more
			err = errors.Join(err, e.write(ctx, func(tx *db.Tx) error { return enqueueAll(ctx, tx, shop.ID) }))
		}
	}
	if e := t.end(context.WithoutCancel(ctx), err); e != nil && err == nil {
		err = e
	}
	return answer, err
}

// talk is a conversation under way.
type talk struct {
	e      *Engine
	shop   Shop
	act    Act
	gate   *gate
	redact func(string) string

	mu    sync.Mutex
	calls []Call // under mu
}

type talkKey struct{}

// Doer is what the connectors of the engine send their requests with: it lets them out as
// often as the platform bears, and writes down what was said. What is sent outside of a
// conversation, such as the first consent of a shop, is only sent.
func (e *Engine) Doer(client Doer) Doer { return scribe{client} }

type scribe struct{ client Doer }

// Do sends a request.
func (s scribe) Do(req *http.Request) (*http.Response, error) {
	t, _ := req.Context().Value(talkKey{}).(*talk)
	if t == nil {
		return s.client.Do(req)
	}
	return t.send(s.client, req)
}

func (t *talk) send(client Doer, req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	turn := t.gate.limit.ReserveN(t.e.d.Now(), 1)
	if d := turn.DelayFrom(t.e.d.Now()); d > 0 {
		if err := t.e.o.Wait(ctx, d); err != nil {
			turn.CancelAt(t.e.d.Now())
			return nil, err
		}
	}
	body, err := takeBody(req)
	if err != nil {
		return nil, err
	}
	now := t.e.d.Now()
	c := Call{ID: pavilion.NewID[pavilion.CallID](pavilion.PrefixCall, now), Shop: t.shop.ID, Act: t.act, At: now,
		Request: t.kept(req.Method+" "+req.URL.String(), body)}
	if t.act.Writes { // so that it is known if we do not live to hear the answer
		if err := t.e.d.Write(ctx, pavilion.System("channel"), func(tx *db.Tx) error { return insertCalls(ctx, tx, []Call{c}) }); err != nil {
			return nil, err
		}
	}
	resp, err := client.Do(req)
	if err == nil {
		var raw []byte
		raw, err = io.ReadAll(io.LimitReader(resp.Body, answerMost+1))
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(raw))
		c.Status, c.Answer = resp.StatusCode, t.kept(resp.Status, raw)
	}
	if err != nil {
		c.Answer, resp = t.redact(err.Error()), nil
	}
	c.Took = t.e.d.Now().Sub(now)
	t.mu.Lock()
	t.calls = append(t.calls, c)
	t.mu.Unlock()
	return resp, err
}

// answerMost is how long an answer may be.
const answerMost = 32 << 20

// takeBody reads the body of a request and leaves it there.
func takeBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	req.Body = io.NopCloser(bytes.NewReader(raw))
	return raw, err
}

// kept is what people may read of a request or an answer.
func (t *talk) kept(head string, body []byte) string {
	text := string(body)
	switch {
	case len(body) > readMost, !utf8.Valid(body):
		text = fmt.Sprintf("(%d bytes)", len(body))
	case strings.ContainsRune(text, 0):
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	return cut(t.redact(head+"\n\n"+text), keptMost)
}

// end keeps what was said, and how it ended: what came before the last request was heard.
func (t *talk) end(ctx context.Context, err error) error {
	t.mu.Lock()
	calls := t.calls
	t.mu.Unlock()
	if len(calls) == 0 {
		return nil
	}
	for i := range calls {
		calls[i].Outcome = OutcomeOK
		if t.act.Private {
			calls[i].Answer = ""
		}
		if err == nil && !t.act.Writes {
			calls[i].Request, calls[i].Answer = cut(calls[i].Request, keptLeast), cut(calls[i].Answer, keptLeast)
		}
	}
	if err != nil {
		if calls[len(calls)-1].Outcome = pavilion.ReasonOf(err); calls[len(calls)-1].Outcome == "" {
			calls[len(calls)-1].Outcome = "internal"
		}
	}
	return t.e.d.Write(ctx, pavilion.System("channel"), func(tx *db.Tx) error {
		if t.act.Writes {
			return answerCalls(ctx, tx, calls)
		}
		return insertCalls(ctx, tx, calls)
	})
}

// cut shortens a text to a number of bytes, at a letter.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
