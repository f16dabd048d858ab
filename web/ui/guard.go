package ui

import (
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Guard is what stands between the world and every handler of the program.
type Guard struct {
	// FormTargets are the origins besides our own that a form may lead to, because its
	// answer sends the reader on: payment pages.
	FormTargets []string
	// HTTPS tells browsers to come by HTTPS only.
	HTTPS bool
	// BodyBytes is the largest body of a request; 0 is 1 MiB.
	BodyBytes int64
	// Uploads are beginnings of paths below which bodies may be larger, with how large. What
	// answers there limits each of its bodies itself.
	Uploads map[string]int64
	// PerSecond and Burst limit the requests of one address; 0 is no limit. An IPv6 address
	// stands for its network of 64 bits.
	PerSecond float64
	Burst     int
	// Proxies are the networks of proxies in front of us: X-Forwarded-For is believed when it
	// comes from one of them.
	Proxies []netip.Prefix
	// Observe is told about every answer, for the metrics; nil if nobody wants to know.
	Observe func(route string, status int, took time.Duration)
	Clock   func() time.Time
	Log     *slog.Logger
}

// Wrap puts the guard before a handler. From the outside in: a panic ends the request and
// not the program; the request is logged; headers are set; too many requests, requests from
// other sites' pages and bodies too large are refused.
func (g Guard) Wrap(next http.Handler) http.Handler {
	if g.BodyBytes == 0 {
		g.BodyBytes = 1 << 20
	}
	next = g.limitBodies(next)
	next = http.NewCrossOriginProtection().Handler(next)
	if g.PerSecond > 0 {
		next = g.limitRequests(next)
	}
	return g.watch(g.setHeaders(next))
}

// policy is the content security policy of every answer: everything comes from us, nothing
// is inline, nobody frames us.
func (g Guard) policy() string {
	form := strings.Join(append([]string{"'self'"}, g.FormTargets...), " ")
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'; form-action " + form
}

func (g Guard) setHeaders(next http.Handler) http.Handler {
	fixed := map[string][]string{
		"Content-Security-Policy":    {g.policy()},
		"X-Content-Type-Options":     {"nosniff"},
		"X-Frame-Options":            {"DENY"},
		"Referrer-Policy":            {"strict-origin-when-cross-origin"},
		"Permissions-Policy":         {"camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
	}
	if g.HTTPS {
		fixed["Strict-Transport-Security"] = []string{"max-age=63072000; includeSubDomains"}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for name, v := range fixed {
			h[name] = v
		}
		next.ServeHTTP(w, r)
	})
}

func (g Guard) limitBodies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := g.bodyBytes(r.URL.Path)
		if r.ContentLength > most {
			http.Error(w, http.StatusText(http.StatusRequestEntityTooLarge), http.StatusRequestEntityTooLarge)
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, r.Body, most)
		}
		next.ServeHTTP(w, r)
	})
}

// bodyBytes is the largest body of a request for a path.
func (g Guard) bodyBytes(path string) int64 {
	most := g.BodyBytes
	for below, bytes := range g.Uploads {
		if strings.HasPrefix(path, below) {
			most = max(most, bytes)
		}
	}
	return most
}

func (g Guard) limitRequests(next http.Handler) http.Handler {
	limits := newLimits(g.PerSecond, g.Burst)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !limits.allow(ClientOf(r, g.Proxies), g.Clock()) {
			w.Header().Set("Retry-After", "1")
			http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// watch logs every answer by the pattern of its route, never by its address, which may hold
// what a reader looked for; and it ends a panic.
func (g Guard) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := g.Clock()
		seen := &watched{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p) // the way to drop a connection
				}
				g.Log.LogAttrs(r.Context(), slog.LevelError, "request panicked", slog.String("route", r.Pattern), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
				if seen.status == 0 {
					http.Error(seen, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				}
			}
			took := g.Clock().Sub(began)
			if g.Observe != nil {
				g.Observe(r.Pattern, seen.answered(), took)
			}
			level := slog.LevelInfo
			if seen.answered() < 400 && r.Method == http.MethodGet {
				level = slog.LevelDebug // reading is the usual thing
			}
			if g.Log.Enabled(r.Context(), level) {
				g.Log.LogAttrs(r.Context(), level, "request answered", slog.String("method", r.Method), slog.String("route", r.Pattern),
					slog.Int("status", seen.answered()), slog.Int64("bytes", seen.bytes), slog.Duration("took", took))
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

// watched remembers what was answered.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *watched) answered() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// ClientOf returns where a request comes from: the address of the connection, or the last
// one of X-Forwarded-For that is not a proxy of ours. It is the zero Addr if neither is one.
func ClientOf(r *http.Request, proxies []netip.Prefix) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap()
	if !ours(addr, proxies) {
		return addr
	}
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(forwarded) - 1; i >= 0; i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			break
		}
		if addr = next.Unmap(); !ours(addr, proxies) {
			break
		}
	}
	return addr
}

func ours(a netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// manyAddresses bounds how many addresses are remembered at a time.
const manyAddresses = 50_000

// limits holds a limiter for every address seen lately. When there are too many it forgets
// the ones not seen since the last time it forgot.
type limits struct {
	perSecond rate.Limit
	burst     int

	mu            sync.Mutex
	recent, older map[netip.Addr]*rate.Limiter
}

func newLimits(perSecond float64, burst int) *limits {
	return &limits{perSecond: rate.Limit(perSecond), burst: burst, recent: map[netip.Addr]*rate.Limiter{}}
}

func (l *limits) allow(a netip.Addr, now time.Time) bool {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			a = p.Addr()
		}
	}
	l.mu.Lock()
	one := l.recent[a]
	if one == nil {
		if one = l.older[a]; one == nil {
			one = rate.NewLimiter(l.perSecond, l.burst)
		}
		if len(l.recent) >= manyAddresses {
			l.recent, l.older = map[netip.Addr]*rate.Limiter{}, l.recent
		}
		l.recent[a] = one
	}
	l.mu.Unlock()
	return one.AllowN(now, 1)
}
