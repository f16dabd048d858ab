package web

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"pavilion/db"
)

// readyWithin is how long the database may take to answer before we are not ready.
const readyWithin = 2 * time.Second

// Health answers whether the program lives and whether it can serve.
type Health struct {
	db       *db.DB
	draining atomic.Bool
}

// NewHealth returns the health of a program on a database.
func NewHealth(d *db.DB) *Health { return &Health{db: d} }

// Drain makes the program not ready, so that a balancer stops sending requests.
func (h *Health) Drain() { h.draining.Store(true) }

// live answers as long as requests are answered at all.
func (h *Health) live(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

// ready answers whether the database answers and the program is not stopping.
func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	switch {
	case h.draining.Load():
		plain(w, http.StatusServiceUnavailable, "stopping\n")
	case h.db.Ping(ctx) != nil:
		plain(w, http.StatusServiceUnavailable, "the database does not answer\n")
	default:
		plain(w, http.StatusOK, "ok\n")
	}
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
