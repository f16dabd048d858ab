// Package payment simulates a payment provider, "simpay": a real HTTP server with its own
// memory, a page for the payer, signed notices and every bad habit a provider can have. No
// money moves. Its wire format is in protocol.md. Start with [New].
package payment

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"pavilion"
	"pavilion/sim/simkit"
)

// Options say how the provider is reached and what it remembers.
type Options struct {
	BaseURL    string // where the handler is mounted, as payers reach it, without a slash at the end
	Merchant   string
	Key        []byte // shared with the merchant, at least 16 bytes
	ControlKey string // bearer of the control API; "" switches it off
	StateFile  string // "" keeps everything in memory
	Clock      func() time.Time
	Log        *slog.Logger                // nil logs nothing
	Backoff    func(try int) time.Duration // pause after the nth failed notice; nil takes the usual one
	Client     *http.Client                // sends notices; nil takes one of its own
}

const keyLeast = 16 // bytes

// Simulator is the provider. It is an http.Handler that sees paths without the path of
// BaseURL.
type Simulator struct {
	o      Options
	mux    *http.ServeMux
	client *http.Client
	memory *memory
	faults faults

	wake   chan struct{} // there is something to do, perhaps
	cancel context.CancelFunc
	done   sync.WaitGroup // the loop and the notices on their way
}

// New makes a provider and reads its state file. Errors: Invalid sim.options, Unavailable
// sim.state_unreadable and sim.state_malformed.
func New(o Options) (*Simulator, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil || !absolute(o.BaseURL) || strings.HasSuffix(o.BaseURL, "/") || base.RawQuery != "" {
		return nil, pavilion.E(pavilion.Invalid, "sim.options", nil).At("BaseURL")
	}
	if len(o.Key) < keyLeast {
		return nil, pavilion.E(pavilion.Invalid, "sim.options", nil).At("Key")
	}
	if o.Clock == nil {
		return nil, pavilion.E(pavilion.Invalid, "sim.options", nil).At("Clock")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Backoff == nil {
		o.Backoff = usualBackoff
	}
	if o.Client == nil {
		o.Client = &http.Client{}
	}
	client := *o.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	m, err := openMemory(o.StateFile)
	if err != nil {
		return nil, err
	}
	s := &Simulator{o: o, client: &client, memory: m, wake: make(chan struct{}, 1)}
	s.routes()
	return s, nil
}

func (s *Simulator) routes() {
	s.mux = http.NewServeMux()
	s.api("POST /v1/intents", s.startIntent)
	s.api("GET /v1/intents/{id}", s.askIntent)
	s.api("POST /v1/refunds", s.makeRefund)
	s.api("GET /v1/refunds/{id}", s.askRefund)
	s.mux.HandleFunc("GET /pay/{ref}", s.showPage)
	s.mux.Handle("POST /pay/{ref}", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.takeChoice)))
	s.mux.HandleFunc("GET /pay.css", simkit.Stylesheet(pageCSS))
	s.control("POST /control/intents/{id}", s.controlIntent)
	s.control("POST /control/faults", s.controlFault)
	s.control("GET /control/notices/{id}", s.controlNotices)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, failure{"unknown", "there is nothing at this address"})
	})
}

func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Start begins to send notices and to confirm late payments, until Stop or the end of ctx.
func (s *Simulator) Start(ctx context.Context) error {
	if s.cancel != nil {
		return errors.New("the simulated provider runs already")
	}
	ctx, s.cancel = context.WithCancel(ctx)
	s.done.Go(func() { s.run(ctx) })
	return nil
}

// Stop ends what Start began, waits for the notices on their way and closes the state
// file. Notices that were not received are sent after the next start.
func (s *Simulator) Stop() error {
	if s.cancel != nil {
		s.cancel()
	}
	s.done.Wait()
	return s.memory.close()
}

// absolute tells whether s is an http or https address with a host.
func absolute(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}
