// Package payment simulates a payment provider, "simpay": a real HTTP server with its own
// memory, a page for the payer, signed notices and every bad habit a provider can have. No
// money moves. Its wire format is in protocol.md. Start with [New].
package payment

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Options say how the provider is reached and what it remembers.
type Options struct {
	BaseURL    string // where the handler is mounted, as payers reach it, without a slash at the end
	Merchant   string
	Key        []byte // shared with the merchant, at least 16 bytes
	ControlKey string // bearer of the control API; "" switches it off
	StateFile  string // "" keeps everything in memory
	Clock      func() time.Time
	Backoff    func(try int) time.Duration // pause after the nth failed notice; nil takes the usual one
	Client     *http.Client                // sends notices; nil takes one of its own
}

// Simulator is the provider. It is an http.Handler.
type Simulator struct{ o Options }

// New makes a provider and reads its state file.
func New(o Options) (*Simulator, error) { return &Simulator{o: o}, nil }

func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "not built", http.StatusNotImplemented)
}

// Start begins to send notices.
func (s *Simulator) Start(ctx context.Context) error { return errors.New("simulator: not built") }

// Stop ends that and waits.
func (s *Simulator) Stop() {}
