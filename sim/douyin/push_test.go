package douyin

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// receiverApp is an app that pushes reach.
type receiverApp struct {
	t       *testing.T
	mu      sync.Mutex
	closed  bool // answers {"code":1}
	got     []message
	forged  int
	refused int
	loose   bool // keeps the body alone
	last    []byte
}

// RoundTrip takes a push without a socket.
func (a *receiverApp) RoundTrip(r *http.Request) (*http.Response, error) {
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	w := httptest.NewRecorder()
	sum := md5.Sum([]byte(testKey + string(body) + testSecret))
	var list []message
	switch {
	case r.Header.Get("App-Id") != testKey || r.Header.Get("Event-Sign") != hex.EncodeToString(sum[:]):
		a.forged++
		io.WriteString(w, `{"code":1,"msg":"fail"}`)
	case a.closed:
		a.refused++
		io.WriteString(w, `{"code":1,"msg":"fail"}`)
	case a.loose:
		a.last = body
		io.WriteString(w, `{"code":0,"msg":"success"}`)
	case json.Unmarshal(body, &list) != nil:
		a.t.Errorf("not a list of messages: %s", body)
	default:
		a.got = append(a.got, list...)
		io.WriteString(w, `{"code":0,"msg":"success"}`)
	}
	return w.Result(), nil
}

func (a *receiverApp) tags() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, m := range a.got {
		out = append(out, m.Tag)
	}
	a.got = nil
	return out
}

func newPushed(t *testing.T, change func(r *Rules)) (*outside, *receiverApp) {
	t.Helper()
	app := &receiverApp{t: t}
	x := newOutside(t, func(o *Options, r *Rules) {
		o.Apps[0].PushURL, o.Client = "http://pavilion.example/push", &http.Client{Transport: app}
		if change != nil {
			change(r)
		}
	})
	return x, app
}

func (x *outside) deliver(want int) {
	x.t.Helper()
	if got, err := x.s.Deliver(x.t.Context()); err != nil || got != want {
		x.t.Errorf("delivered: got %d, %v, want %d", got, err, want)
	}
}

func TestPushes(t *testing.T) {
	t.Parallel()
	x, app := newPushed(t, func(r *Rules) { r.ReleaseTakes = time.Minute })
	g := x.good(10)
	id := x.place(one(g.SKU, 1))
	x.deliver(2)
	first := slices.Clone(app.got)
	if got := app.tags(); !slices.Equal(got, []string{"100", "110"}) {
		t.Errorf("placed: got %v", got)
	}
	v := read(t, []byte(first[0].Data))
	if v.str("p_id") != id || v.num("shop_id") != testShop || v.strs("s_ids")[0] != id || first[0].ID == first[1].ID {
		t.Errorf("data: got %v", first)
	}
	x.clock.pass(time.Minute)
	x.deliver(1)
	x.ship(id, "SF000001")
	a := x.ask(Ask{Order: id, Type: returnGoods})
	x.ok("afterSale.operate", operation(101, a, `,"logistics":{"receiver_address_id":5}`))
	x.must(x.s.SendBack(a, "yunda", "YD000001"))
	x.ok("afterSale.operate", operation(111, a, ""))
	x.must(x.s.Receive(id))
	x.deliver(6)
	if got := app.tags(); !slices.Equal(got, []string{"101", "102", "200", "202", "203", "206", "103"}) {
		t.Errorf("life: got %v", got)
	}

	// What is not taken comes again, after a restart too, and at last never.
	app.closed = true
	id = x.place(one(g.SKU, 1))
	x.deliver(0)
	x.deliver(0)
	x.restart()
	app.closed = false
	x.deliver(0)
	x.clock.pass(5 * time.Second)
	x.deliver(2)
	app.closed = true
	x.clock.pass(time.Minute)
	for range 4 {
		x.deliver(0)
		x.clock.pass(time.Minute)
	}
	app.closed = false
	if n, err := x.s.Pushes(); err != nil || n != 0 {
		t.Errorf("%d pushes wait, %v", n, err)
	}
	x.must(x.s.AskAddress(id, 3))
	x.must(x.s.AnswerAddress(id, true))
	app.tags()
	x.deliver(2)
	if got := app.tags(); !slices.Equal(got, []string{"111", "105"}) {
		t.Errorf("address: got %v", got)
	}

	x.must(x.s.Probe(t.Context(), testKey))
	if app.got[0] != (message{"0", "0", "{}"}) {
		t.Errorf("probe: got %v", app.got)
	}
	app.closed = true
	if x.s.Probe(t.Context(), testKey) == nil {
		t.Error("a probe that was not taken is fine")
	}
}

func TestFaultsOfPushes(t *testing.T) {
	t.Parallel()
	x, app := newPushed(t, nil)
	g := x.good(100)
	buy := func(faults ...Fault) {
		t.Helper()
		for _, f := range faults {
			x.must(x.s.Fault(f))
		}
		x.place(one(g.SKU, 1)) // 100 and 101
	}
	want := func(tags ...string) {
		t.Helper()
		if _, err := x.s.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := app.tags(); !slices.Equal(got, tags) {
			t.Errorf("got %v, want %v", got, tags)
		}
	}
	buy(Fault{At: AtPush, Kind: Lose})
	want("101")
	buy(Fault{At: AtPush, Kind: Repeat})
	want("100", "100", "101")
	buy(Fault{At: AtPush, Kind: Delay, Wait: time.Minute})
	want("101")
	x.clock.pass(time.Minute)
	want("100")
	buy(Fault{At: AtBatch, Kind: Reorder})
	want("101", "100")
	buy(Fault{At: AtBatch, Kind: WrongSign})
	want()
	if app.forged != 1 {
		t.Errorf("%d forged", app.forged)
	}
	x.clock.pass(5 * time.Second)
	want("100", "101")
	x.s.Break(time.Minute)
	buy()
	want()
	x.clock.pass(time.Minute)
	want("100", "101")
}

func TestBatches(t *testing.T) {
	t.Parallel()
	x, app := newPushed(t, func(r *Rules) { r.PushBatch = 3 })
	g := x.good(100)
	if ids, err := x.s.Burst(one(g.SKU, 30), 5); err != nil || len(ids) != 3 {
		t.Errorf("burst: got %v, %v", ids, err)
	}
	// An app that does not take a batch is spared the next one, which loses no try by it.
	app.closed = true
	x.deliver(0)
	app.closed = false
	if app.refused != 1 {
		t.Errorf("%d batches were sent to an app that takes none", app.refused)
	}
	x.clock.pass(5 * time.Second)
	x.deliver(6)
	if len(app.got) != 6 {
		t.Errorf("got %d messages", len(app.got))
	}
	x.must(x.s.Rush(one(g.SKU, 2), 10, 10*time.Second))
	next, ok := x.s.Next()
	if !ok || next.After(x.s.Now()) {
		t.Errorf("next: got %v, %v", next, ok)
	}
	x.clock.pass(2 * time.Second)
	x.stock(g.SKU, 4, 96)
	x.clock.pass(time.Minute)
	x.stock(g.SKU, 0, 100)
	orders, err := x.s.Orders(0)
	if err != nil || len(orders) != 8 || !orders[0].Created.Equal(orders[1].Created.Add(time.Second)) {
		t.Errorf("orders: got %v, %v", orders, err)
	}
}

// Run delivers by itself.
func TestRun(t *testing.T) {
	t.Parallel()
	x, app := newPushed(t, nil)
	g := x.good(1)
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { x.s.Run(ctx) })
	x.place(one(g.SKU, 1))
	deadline := time.NewTimer(10 * time.Second)
	for {
		app.mu.Lock()
		n := len(app.got)
		app.mu.Unlock()
		if n == 2 {
			break
		}
		select {
		case <-deadline.C:
			t.Fatal("no pushes came")
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	done.Wait()
}

func TestSPI(t *testing.T) {
	t.Parallel()
	var asked url.Values
	answer := `{"code":0,"message":"","data":{"ok":true}}`
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query()
		io.WriteString(w, answer)
	}))
	t.Cleanup(app.Close)
	x := newOutside(t, func(o *Options, _ *Rules) { o.Apps[0].SPIURL = app.URL })
	data, err := x.s.CallSPI(t.Context(), testKey, signHMAC, `{"b":"&","a":1}`)
	x.must(err)
	if string(data) != `{"ok":true}` || asked.Get("sign_v2") != signSPI(signHMAC, testSecret, testKey, `{"a":1,"b":"&"}`, asked.Get("timestamp")) || asked.Get("sign") == asked.Get("sign_v2") {
		t.Errorf("got %s for %v", data, asked)
	}
	answer = `{"code":100001,"message":"sign"}`
	if _, err := x.s.CallSPI(t.Context(), testKey, "", `{}`); err == nil || !strings.Contains(err.Error(), "sign") {
		t.Errorf("a refusal: got %v", err)
	}
}
