package ui

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// guarded puts a guard before a few handlers and returns what it logs.
func guarded(t *testing.T, g Guard) (http.Handler, *bytes.Buffer, *clock) {
	t.Helper()
	log, time := new(bytes.Buffer), &clock{}
	g.Clock, g.Log = time.now, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{order}", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		}
	})
	mux.HandleFunc("POST /files/{file}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		}
	})
	mux.HandleFunc("GET /broken", func(http.ResponseWriter, *http.Request) { panic("secret of the stack") })
	return g.Wrap(mux), log, time
}

func TestGuardSetsHeaders(t *testing.T) {
	t.Parallel()
	h, _, _ := guarded(t, Guard{FormTargets: []string{"https://pay.example"}, HTTPS: true})
	w := get(t, h, "/orders/1")
	for name, want := range map[string]string{
		"Content-Security-Policy":   "form-action 'self' https://pay.example",
		"X-Content-Type-Options":    "nosniff",
		"Strict-Transport-Security": "max-age=63072000",
	} {
		if got := w.Header().Get(name); !strings.Contains(got, want) {
			t.Errorf("got %s: %s, want %s in it", name, got, want)
		}
	}
	if got := w.Header().Get("Content-Security-Policy"); strings.Contains(got, "unsafe") {
		t.Errorf("got policy %s, want nothing unsafe", got)
	}
}

func TestGuardLogsNothingPersonal(t *testing.T) {
	t.Parallel()
	h, log, _ := guarded(t, Guard{})
	get(t, h, "/orders/4711?phone=13800138000", "Cookie", "session=abc", "User-Agent", "Somebody")
	got := log.String()
	for _, secret := range []string{"4711", "13800138000", "abc", "Somebody", "192.0.2.1"} {
		if strings.Contains(got, secret) {
			t.Errorf("got %s in the log: %s", secret, got)
		}
	}
	if !strings.Contains(got, `"route":"GET /orders/{order}"`) {
		t.Errorf("got %s, want the route", got)
	}
}

func TestGuardEndsPanics(t *testing.T) {
	t.Parallel()
	h, log, _ := guarded(t, Guard{})
	w := get(t, h, "/broken")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("got %d %s, want 500 that says nothing", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "request panicked") {
		t.Error("the panic is not in the log")
	}
}

func TestGuardRefusesOtherSitesAndLargeBodies(t *testing.T) {
	t.Parallel()
	h, _, _ := guarded(t, Guard{BodyBytes: 100, Uploads: map[string]int64{"/files/": 200}})
	send := func(path string, size int, header ...string) int {
		r := httptest.NewRequest("POST", path, strings.NewReader(strings.Repeat("x", size)))
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	post := func(size int, header ...string) int { return send("/orders", size, header...) }
	hidden := func() int { // a body that does not say its length
		r := httptest.NewRequest("POST", "/orders", io.MultiReader(strings.NewReader(strings.Repeat("x", 101))))
		r.ContentLength = -1
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	for name, c := range map[string]struct{ got, want int }{
		"our own form":     {post(10, "Sec-Fetch-Site", "same-origin"), 200},
		"a program":        {post(10), 200},
		"another site":     {post(10, "Sec-Fetch-Site", "cross-site"), 403},
		"an old browser":   {post(10, "Origin", "https://evil.example"), 403},
		"a large body":     {post(101), 413},
		"a file":           {send("/files/1", 200), 200},
		"a large file":     {send("/files/1", 201), 413},
		"a body in chunks": {hidden(), 413},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", name, c.got, c.want)
		}
	}
}

func TestGuardLimitsEachAddress(t *testing.T) {
	t.Parallel()
	h, _, now := guarded(t, Guard{PerSecond: 1, Burst: 2})
	from := func(addr string) int {
		r := httptest.NewRequest("GET", "/orders/1", nil)
		r.RemoteAddr = addr
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	for i, want := range []int{200, 200, 429} {
		if got := from("[2001:db8::" + string(rune('1'+i)) + "]:80"); got != want {
			t.Errorf("request %d: got %d, want %d", i+1, got, want)
		}
	}
	if got := from("192.0.2.9:80"); got != 200 {
		t.Errorf("another address: got %d, want 200", got)
	}
	now.pass(time.Second)
	if got := from("[2001:db8::9]:80"); got != 200 {
		t.Errorf("a second later: got %d, want 200", got)
	}
}

func TestLimitsForgetOldAddresses(t *testing.T) {
	t.Parallel()
	l := newLimits(1, 1)
	for i := range 3 * manyAddresses {
		l.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), time.Unix(0, 0))
	}
	if got := len(l.recent) + len(l.older); got > 2*manyAddresses {
		t.Errorf("got %d addresses remembered, want at most %d", got, 2*manyAddresses)
	}
}

func TestClientOfBelievesOnlyOurProxies(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct{ remote, forwarded, want string }{
		"directly":                 {"203.0.113.5:1", "", "203.0.113.5"},
		"a claim of a stranger":    {"203.0.113.5:1", "198.51.100.1", "203.0.113.5"},
		"through a proxy":          {"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		"through two":              {"10.0.0.1:1", "198.51.100.1, 10.0.0.2", "198.51.100.1"},
		"a claim before the truth": {"10.0.0.1:1", "1.1.1.1, 198.51.100.1", "198.51.100.1"},
		"rubbish":                  {"10.0.0.1:1", "unknown", "10.0.0.1"},
		"an IPv4 address in IPv6":  {"[::ffff:203.0.113.5]:1", "", "203.0.113.5"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := ClientOf(r, proxies); got.String() != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
