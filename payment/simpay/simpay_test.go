package simpay_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"pavilion"
	"pavilion/money"
	"pavilion/payment"
	"pavilion/payment/simpay"
	sim "pavilion/sim/payment"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	noon    = time.Date(2026, 7, 6, 4, 0, 0, 0, time.UTC)
	key     = []byte("0123456789abcdef")
	hundred = money.New(100_00, money.CNY)
)

// heard is what came of one notice.
type heard struct {
	word payment.Word
	err  error
}

// world is a provider, a shop that reads its notices, and our client between them.
type world struct {
	t       *testing.T
	sim     *sim.Simulator
	client  *simpay.Client
	shop    *httptest.Server
	notices chan heard
	mu      sync.Mutex
	now     time.Time
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) set(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: noon, notices: make(chan heard, 100)}
	transport := &http.Transport{DisableKeepAlives: true} // a kept connection that breaks, net/http tries again by itself
	w.shop = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		word, err := w.client.ReadNotice(r.Header, body)
		if err != nil {
			rw.WriteHeader(http.StatusForbidden)
		}
		w.notices <- heard{word, err}
	}))
	t.Cleanup(w.shop.Close)
	var handler http.Handler
	server := httptest.NewServer(http.StripPrefix("/sim", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) })))
	t.Cleanup(server.Close)
	var err error
	w.sim, err = sim.New(sim.Options{
		BaseURL: server.URL + "/sim", Merchant: "pavilion", Key: key, Clock: w.clock,
		Backoff: func(int) time.Duration { return 0 }, Client: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	handler = w.sim
	w.client, err = simpay.New(simpay.Options{BaseURL: server.URL + "/sim", Merchant: "pavilion", Key: key, Clock: w.clock, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.sim.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.sim.Stop(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) charge() payment.Charge {
	return payment.Charge{
		Intent: pavilion.NewID[pavilion.IntentID](pavilion.PrefixIntent, noon), Amount: hundred, Subject: "order 1",
		ReturnURL: w.shop.URL + "/back", NotifyURL: w.shop.URL + "/notice", Lang: pavilion.Chinese, ExpiresAt: noon.Add(time.Hour),
	}
}

// start makes an intent that the provider knows.
func (w *world) start() (pavilion.IntentID, payment.Started) {
	w.t.Helper()
	ch := w.charge()
	started, err := w.client.Start(w.t.Context(), ch)
	if err != nil {
		w.t.Fatal(err)
	}
	return ch.Intent, started
}

func (w *world) choose(id pavilion.IntentID, c sim.Choice) {
	w.t.Helper()
	if err := w.sim.Choose(w.t.Context(), string(id), c); err != nil {
		w.t.Fatal(err)
	}
}

// pay makes an intent that is paid.
func (w *world) pay() pavilion.IntentID {
	w.t.Helper()
	id, _ := w.start()
	w.choose(id, sim.Choice{Way: sim.Never})
	return id
}

func (w *world) fault(at string, f sim.Fault, times int) {
	w.t.Helper()
	if err := w.sim.AddFault(at, f, times); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) notice() heard {
	w.t.Helper()
	select {
	case h := <-w.notices:
		return h
	case <-time.After(10 * time.Second):
		w.t.Fatal("no notice came")
		return heard{}
	}
}

func wantReason(t *testing.T, what string, err error, kind pavilion.Kind, reason string) {
	t.Helper()
	if !errors.Is(err, pavilion.E(kind, reason, nil)) {
		t.Errorf("%s: got %v, want %v %s", what, err, kind, reason)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ch := w.charge()
	first, err := w.client.Start(t.Context(), ch)
	if err != nil {
		t.Fatal(err)
	}
	if first.ProviderRef == "" || !strings.HasSuffix(first.PayURL, "/sim/pay/"+first.ProviderRef) {
		t.Errorf("started: got %+v", first)
	}
	again, err := w.client.Start(t.Context(), ch)
	if err != nil || again != first {
		t.Errorf("again: got %+v, %v, want %+v", again, err, first)
	}
	ch.Amount = money.New(1, money.CNY)
	_, err = w.client.Start(t.Context(), ch)
	wantReason(t, "another amount", err, pavilion.Conflict, "payment.provider_refused")
	late := w.charge()
	late.ExpiresAt = noon
	_, err = w.client.Start(t.Context(), late)
	wantReason(t, "too late", err, pavilion.Invalid, "payment.provider_refused")
	_, err = w.client.Ask(t.Context(), late.Intent)
	wantReason(t, "never started", err, pavilion.NotFound, "payment.intent_unknown")
	long := w.charge()
	long.Subject = strings.Repeat("长", 300)
	if _, err := w.client.Start(t.Context(), long); err != nil {
		t.Errorf("a long subject: got %v, want none", err)
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := money.New(99_00, money.CNY)
	for name, c := range map[string]struct {
		choice *sim.Choice
		state  payment.State
		amount money.Money
	}{
		"open":            {nil, payment.StateStarted, hundred},
		"pending":         {&sim.Choice{Way: sim.Later, After: time.Hour}, payment.StateStarted, hundred},
		"paid":            {&sim.Choice{Way: sim.Never}, payment.StatePaid, hundred},
		"paid too little": {&sim.Choice{Way: sim.Never, Amount: other}, payment.StatePaid, other},
		"declined":        {&sim.Choice{Way: sim.Decline}, payment.StateDeclined, hundred},
	} {
		id, started := w.start()
		if c.choice != nil {
			w.choose(id, *c.choice)
		}
		got, err := w.client.Ask(t.Context(), id)
		want := payment.Word{NoticeID: got.NoticeID, Intent: id, State: c.state, Amount: c.amount, ProviderRef: started.ProviderRef}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(money.Money{})); d != "" || err != nil || got.NoticeID == "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, d)
		}
		again, err := w.client.Ask(t.Context(), id)
		if err != nil || again.NoticeID != got.NoticeID {
			t.Errorf("%s, again: got number %q, %v, want %q", name, again.NoticeID, err, got.NoticeID)
		}
	}
	id, _ := w.start()
	w.set(noon.Add(time.Hour))
	if got, err := w.client.Ask(t.Context(), id); err != nil || got.State != payment.StateCancelled {
		t.Errorf("expired: got %s, %v, want %s", got.State, err, payment.StateCancelled)
	}
}

// TestFaults has every call go wrong in every way. Calls that were done although the
// answer was lost or spoilt succeed, because the client asks.
func TestFaults(t *testing.T) {
	t.Parallel()
	type outcome struct {
		kind   pavilion.Kind
		reason string // "" for success
	}
	unreachable := outcome{pavilion.Unavailable, "payment.provider_unreachable"}
	unclear := outcome{pavilion.Unavailable, "payment.provider_unclear"}
	busy := outcome{pavilion.Limited, "payment.provider_busy"}
	for _, f := range []struct {
		fault      sim.Fault
		done       bool
		post, read outcome
	}{
		{sim.NotDone, false, unreachable, unreachable},
		{sim.HTML, false, unclear, unclear},
		{sim.Redirect, false, unclear, unclear},
		{sim.Limited, false, busy, busy},
		{sim.Unavailable, false, unclear, unclear},
		{sim.LostReply, true, outcome{}, unreachable},
		{sim.Truncated, true, outcome{}, unclear},
		{sim.Huge, true, outcome{}, unclear},
	} {
		t.Run(string(f.fault), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			check := func(what string, err error, want outcome) {
				t.Helper()
				if want.reason == "" {
					if err != nil {
						t.Errorf("%s: got %v, want none", what, err)
					}
					return
				}
				wantReason(t, what, err, want.kind, want.reason)
				if want == busy {
					if e, ok := errors.AsType[*pavilion.Error](err); !ok || e.RetryAfter != 7*time.Second {
						t.Errorf("%s: got %v, want RetryAfter 7s", what, err)
					}
				}
			}

			ch := w.charge()
			w.fault("POST /v1/intents", f.fault, 1)
			_, err := w.client.Start(t.Context(), ch)
			check("start", err, f.post)
			_, err = w.client.Ask(t.Context(), ch.Intent)
			if known := err == nil; known != f.done {
				t.Errorf("asked about the start: got %v, want it done: %v", err, f.done)
			}
			if _, err := w.client.Start(t.Context(), ch); err != nil {
				t.Errorf("started again: got %v, want none", err)
			}

			w.fault("GET /v1/intents/{id}", f.fault, 1)
			_, err = w.client.Ask(t.Context(), ch.Intent)
			check("ask", err, f.read)

			w.choose(ch.Intent, sim.Choice{Way: sim.Never})
			back := payment.Repayment{Refund: "rfd_1", Intent: ch.Intent, Amount: hundred, Reason: "returned"}
			w.fault("POST /v1/refunds", f.fault, 1)
			_, err = w.client.Refund(t.Context(), back)
			check("refund", err, f.post)
			for range 2 { // repeated, it is paid back once: the whole was all there is
				if got, err := w.client.Refund(t.Context(), back); err != nil || got.State != payment.StateDone {
					t.Errorf("refund again: got %s, %v, want %s", got.State, err, payment.StateDone)
				}
			}
		})
	}
}

// TestReplyLostAndSilence loses the reply and then the answer to the question too.
func TestReplyLostAndSilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ch := w.charge()
	w.fault("POST /v1/intents", sim.LostReply, 1)
	w.fault("GET /v1/intents/{id}", sim.NotDone, 1)
	_, err := w.client.Start(t.Context(), ch)
	wantReason(t, "start", err, pavilion.Unavailable, "payment.provider_unreachable")
	if _, err := w.client.Start(t.Context(), ch); err != nil {
		t.Errorf("start again: got %v, want none", err)
	}
	back := payment.Repayment{Refund: "rfd_1", Intent: w.pay(), Amount: hundred}
	w.fault("POST /v1/refunds", sim.LostReply, 1)
	w.fault("GET /v1/refunds/{id}", sim.Unavailable, 1)
	_, err = w.client.Refund(t.Context(), back)
	wantReason(t, "refund", err, pavilion.Unavailable, "")
	if got, err := w.client.Refund(t.Context(), back); err != nil || got.State != payment.StateDone {
		t.Errorf("refund again: got %s, %v, want %s", got.State, err, payment.StateDone)
	}
}

func TestSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ch := w.charge()
	w.fault("POST /v1/intents", sim.Slow, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := w.client.Start(ctx, ch)
	wantReason(t, "start", err, pavilion.Unavailable, "payment.provider_unreachable")
	if _, err := w.client.Ask(t.Context(), ch.Intent); err != nil {
		t.Errorf("asked afterwards: got %v, want it done", err)
	}
}

func TestRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.pay()
	refund := func(rf pavilion.RefundID, minor int64) (payment.RefundWord, error) {
		return w.client.Refund(t.Context(), payment.Repayment{Refund: rf, Intent: id, Amount: money.New(minor, money.CNY), Reason: strings.Repeat("why ", 100)})
	}
	got, err := refund("rfd_1", 60_00)
	want := payment.RefundWord{Refund: "rfd_1", State: payment.StateDone, Amount: money.New(60_00, money.CNY), ProviderRef: got.ProviderRef}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(money.Money{})); d != "" || err != nil || got.ProviderRef == "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	_, err = refund("rfd_2", 40_01)
	wantReason(t, "more than is left", err, pavilion.Conflict, "payment.provider_refused")
	_, err = refund("rfd_1", 50_00)
	wantReason(t, "the same with another amount", err, pavilion.Conflict, "payment.provider_refused")
	w.fault("POST /v1/refunds", sim.Pending, 1)
	for _, want := range []payment.RefundState{payment.StateSent, payment.StateDone} {
		if got, err := refund("rfd_3", 10_00); err != nil || got.State != want {
			t.Errorf("under way: got %s, %v, want %s", got.State, err, want)
		}
	}
	w.fault("POST /v1/refunds", sim.Refused, 1)
	for range 2 {
		if got, err := refund("rfd_4", 10_00); err != nil || got.State != payment.StateRefused {
			t.Errorf("refused: got %s, %v, want %s", got.State, err, payment.StateRefused)
		}
	}
	_, err = w.client.Refund(t.Context(), payment.Repayment{Refund: "rfd_5", Intent: "pay_none", Amount: hundred})
	wantReason(t, "unknown intent", err, pavilion.NotFound, "payment.intent_unknown")
}

func TestNotices(t *testing.T) {
	t.Parallel()
	for way, want := range map[sim.Way]struct {
		state payment.State
		times int
	}{
		sim.Pay: {payment.StatePaid, 1}, sim.Decline: {payment.StateDeclined, 1}, sim.Later: {payment.StatePaid, 1},
		sim.Twice: {payment.StatePaid, 2}, sim.Before: {payment.StatePaid, 1},
	} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id, started := w.start()
			w.choose(id, sim.Choice{Way: way})
			first := w.notice()
			word := payment.Word{NoticeID: first.word.NoticeID, Intent: id, State: want.state, Amount: hundred, ProviderRef: started.ProviderRef}
			if d := cmp.Diff(word, first.word, cmp.AllowUnexported(money.Money{})); d != "" || first.err != nil {
				t.Errorf("%v (-want +got):\n%s", first.err, d)
			}
			for range want.times - 1 {
				if again := w.notice(); again != first {
					t.Errorf("again: got %+v, want %+v", again, first)
				}
			}
		})
	}
}

// TestBadNotices has notices go wrong: each is refused, and the next delivery is right.
func TestBadNotices(t *testing.T) {
	t.Parallel()
	for fault, reason := range map[sim.Fault]string{sim.WrongSignature: "payment.notice_forged", sim.Stale: "payment.notice_stale"} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id, _ := w.start()
			w.fault(sim.AtNotice, fault, 1)
			w.choose(id, sim.Choice{Way: sim.Pay})
			wantReason(t, "first", w.notice().err, pavilion.Forbidden, reason)
			if h := w.notice(); h.err != nil || h.word.State != payment.StatePaid {
				t.Errorf("second: got %+v, want it paid", h)
			}
		})
	}
	t.Run("wrong amount", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		id, _ := w.start()
		w.fault(sim.AtNotice, sim.WrongAmount, 1)
		w.choose(id, sim.Choice{Way: sim.Pay})
		if h := w.notice(); h.err != nil || h.word.Amount != money.New(100_01, money.CNY) {
			t.Errorf("got %+v, want the amount as it was said, for payment.Hear to refuse", h)
		}
	})
}

// TestWrongKey has client and provider disagree about the key.
func TestWrongKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ch := w.charge()
	transport := &http.Transport{DisableKeepAlives: true}
	_, started := w.start()
	base, _, _ := strings.Cut(started.PayURL, "/pay/")
	for name, o := range map[string]simpay.Options{
		"key":      {Merchant: "pavilion", Key: bytes.Repeat([]byte("x"), 16), Clock: w.clock},
		"merchant": {Merchant: "other", Key: key, Clock: w.clock},
		"clock":    {Merchant: "pavilion", Key: key, Clock: func() time.Time { return noon.Add(-6 * time.Minute) }},
	} {
		o.BaseURL, o.Transport = base, transport
		c, err := simpay.New(o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Start(t.Context(), ch)
		wantReason(t, name, err, pavilion.Forbidden, "payment.provider_key")
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	good := simpay.Options{BaseURL: "https://pay.example", Merchant: "m", Key: key, Clock: time.Now}
	if _, err := simpay.New(good); err != nil {
		t.Errorf("good: got %v, want none", err)
	}
	for field, change := range map[string]func(*simpay.Options){
		"BaseURL":  func(o *simpay.Options) { o.BaseURL = "pay.example" },
		"Merchant": func(o *simpay.Options) { o.Merchant = "" },
		"Key":      func(o *simpay.Options) { o.Key = key[1:] },
		"Clock":    func(o *simpay.Options) { o.Clock = nil },
	} {
		o := good
		change(&o)
		_, err := simpay.New(o)
		if e, ok := errors.AsType[*pavilion.Error](err); !ok || e.Field != field || e.Reason != "simpay.options" {
			t.Errorf("%s: got %v, want simpay.options at %s", field, err, field)
		}
	}
}
