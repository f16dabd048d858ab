package payment

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
)

var (
	noon = time.Date(2026, 7, 6, 4, 0, 0, 0, time.UTC)
	key  = []byte("0123456789abcdef")
)

// world is a provider, the shop that its notices go to, and a clock.
type world struct {
	t       *testing.T
	sim     *Simulator
	server  *httptest.Server
	shop    *httptest.Server
	notices chan *http.Request // body in memory, in the order of arrival
	mu      sync.Mutex
	now     time.Time
	pause   time.Duration // after a notice that was not received
	refuse  []int         // what the shop answers to the next notices, until it receives them
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

// refuseNext has the shop answer the next notices with these statuses.
func (w *world) refuseNext(statuses ...int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuse = statuses
}

// newWorld starts a shop and, with the state file, a provider.
func newWorld(t *testing.T, file string) *world {
	t.Helper()
	w := &world{t: t, now: noon, notices: make(chan *http.Request, 100)}
	w.shop = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.mu.Lock()
		status := http.StatusNoContent
		if len(w.refuse) > 0 {
			status, w.refuse = w.refuse[0], w.refuse[1:]
		}
		w.mu.Unlock()
		rw.WriteHeader(status)
		w.notices <- r
	}))
	t.Cleanup(w.shop.Close)
	var handler http.Handler
	w.server = httptest.NewServer(http.StripPrefix("/sim", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) })))
	t.Cleanup(w.server.Close)
	sim, err := New(Options{
		BaseURL: w.server.URL + "/sim", Merchant: "pavilion", Key: key, ControlKey: "steer", StateFile: file,
		Clock: w.clock, Backoff: func(int) time.Duration { return w.pause }, Client: w.shop.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler, w.sim = sim, sim
	if err := sim.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.stop)
	return w
}

func (w *world) stop() {
	w.t.Helper()
	if err := w.sim.Stop(); err != nil {
		w.t.Error(err)
	}
}

// call makes a signed call and returns status and body.
func (w *world) call(method, path, body string) (int, map[string]any) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+"/sim"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	stamp := strconv.FormatInt(w.clock().Unix(), 10)
	r.Header.Set("Simpay-Merchant", "pavilion")
	r.Header.Set("Simpay-Timestamp", stamp)
	r.Header.Set("Simpay-Signature", w.sim.sign(method, path, stamp, body))
	return w.do(r)
}

func (w *world) do(r *http.Request) (int, map[string]any) {
	w.t.Helper()
	out, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Body.Close()
	var told map[string]any
	if err := json.NewDecoder(out.Body).Decode(&told); err != nil && err != io.EOF {
		w.t.Fatal(err)
	}
	return out.StatusCode, told
}

func (w *world) intent(id, amount string) string {
	b, err := json.Marshal(intentAsked{
		ID: id, Amount: amount, Currency: "CNY", Subject: "order 1", Lang: pavilion.Russian,
		ReturnURL: w.shop.URL + "/back?order=1", NotifyURL: w.shop.URL + "/notice", ExpiresAt: noon.Add(time.Hour),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

// start makes an intent and returns its page.
func (w *world) start(id string) (payURL string) {
	w.t.Helper()
	status, told := w.call("POST", "/v1/intents", w.intent(id, "12.34"))
	if status != http.StatusCreated {
		w.t.Fatalf("start: got %d %v, want 201", status, told)
	}
	return told["pay_url"].(string)
}

// notice waits for the next notice and returns it.
func (w *world) notice() map[string]any {
	w.t.Helper()
	select {
	case r := <-w.notices:
		body, _ := io.ReadAll(r.Body)
		stamp := r.Header.Get("Simpay-Timestamp")
		if got, want := r.Header.Get("Simpay-Signature"), w.sim.sign("NOTICE", stamp, string(body)); got != want {
			w.t.Errorf("signature of the notice: got %s, want %s", got, want)
		}
		var told map[string]any
		if err := json.Unmarshal(body, &told); err != nil {
			w.t.Fatal(err)
		}
		return told
	case <-time.After(10 * time.Second):
		w.t.Fatal("no notice came")
		return nil
	}
}

func (w *world) state(id string) string {
	w.t.Helper()
	_, told := w.call("GET", "/v1/intents/"+id, "")
	state, _ := told["state"].(string)
	return state
}

func (w *world) choose(id string, c Choice) {
	w.t.Helper()
	if err := w.sim.Choose(w.t.Context(), id, c); err != nil {
		w.t.Fatal(err)
	}
}
