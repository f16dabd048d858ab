// Package web puts the areas together: the shop, the API, the console, and what an operator
// needs to watch them. Start with [New].
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/setting"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rules"
	"pavilion/web/api"
	"pavilion/web/console"
	"pavilion/web/shop"
	"pavilion/web/ui"
)

// Parts are what the pages and the API are made of.
type Parts struct {
	DB      *db.DB
	Sealer  *db.Sealer
	Shop    *own.Shop
	Engine  *channel.Engine     // of the shops on platforms
	Markets []*tailoring.Market // goods are tailored for
	Codes   *shop.Codes         // not nil in the demo: shows one-time codes on the page
	Health  *Health
	Nation  string // whose pavilion it is, by country code, such as "by"
	Version string
	BaseURL string // by which browsers reach us, without a slash at the end
	// Proxies are the networks whose forwarding headers are believed.
	Proxies []netip.Prefix
	// Provider is another service at which staff may sign in, the zero value if there is none.
	Provider staff.ProviderOptions
	// PayOrigins are the origins of the pages on which orders are paid.
	PayOrigins []string
	// PerSecond is how many requests an address or a token may make a second, 0 for no limit.
	PerSecond float64
	Log       *slog.Logger
	Clock     func() time.Time
}

// burst is how many seconds' worth of requests an address may make at once: a page comes
// with its pictures, and many shoppers share an address.
const burst = 10

// Web answers every request of the program.
type Web struct {
	http.Handler
	Gate *staff.Gate // where staff come in

	quit     chan struct{}
	watching sync.WaitGroup
}

// New mounts everything behind one guard. An error means that the program was built wrong.
// Stop it when it serves no more.
func New(p Parts) (*Web, error) {
	n, err := loadNation(p.Nation)
	if err != nil {
		return nil, err
	}
	site, err := ui.New(ui.Options{
		BaseURL: p.BaseURL, Name: n.Name, About: n.About, Demo: p.Codes != nil, Zone: p.Shop.Market().Zone, Clock: p.Clock, Log: p.Log,
		Called: func(ctx context.Context) pavilion.Text {
			v, err := p.Shop.Book().Now(ctx)
			if err != nil {
				return nil // the name it has by itself
			}
			return v.Words(setting.Name)
		},
	})
	if err != nil {
		return nil, err
	}
	https := strings.HasPrefix(p.BaseURL, "https://")
	mux := http.NewServeMux()
	labels, err := p.labels()
	if err != nil {
		return nil, err
	}
	pages, err := shop.New(shop.Options{DB: p.DB, Own: p.Shop, Site: site, BaseURL: p.BaseURL, Demo: p.Codes != nil, Codes: p.Codes, Labels: labels, Proxies: p.Proxies, Log: p.Log})
	if err != nil {
		return nil, err
	}
	pages.Mount(mux)
	if _, err := api.New(mux, site, p.DB, p.Shop, api.Options{Version: p.Version, BaseURL: p.BaseURL, Sealer: p.Sealer, PerSecond: p.PerSecond, Proxies: p.Proxies}); err != nil {
		return nil, err
	}
	name, _ := n.Name.In(pavilion.English) // in letters that every authenticator can show
	gate, err := staff.NewGate(p.DB, p.Sealer, staff.GateOptions{BaseURL: p.BaseURL, Name: name, Provider: p.Provider})
	if err != nil {
		return nil, err
	}
	if _, err := console.New(mux, console.Options{
		DB: p.DB, Site: site, Sealer: p.Sealer, Gate: gate, Book: p.Shop.Book(), Engine: p.Engine, Country: p.Shop.Market().Country, Currency: p.Shop.Market().Currency, Markets: p.Markets, Secure: https,
		BaseURL: p.BaseURL, Proxies: p.Proxies, Demo: p.Codes != nil,
	}); err != nil {
		return nil, err
	}
	if err := site.Mount(mux); err != nil { // last: the gallery shows the pages of all areas
		return nil, err
	}
	mux.Handle("POST /platform/{channel}/push", pushed{p.Engine, p.Log})
	m := newMetrics(p.DB, p.Version)
	mux.HandleFunc("GET /healthz", p.Health.live)
	mux.HandleFunc("GET /readyz", p.Health.ready)
	mux.Handle("GET /metrics", p.near(m.handler()))
	guard := ui.Guard{
		FormTargets: p.PayOrigins, HTTPS: https, PerSecond: p.PerSecond, Burst: max(1, int(p.PerSecond*burst)), Proxies: p.Proxies,
		Uploads: map[string]int64{"/console/": console.UploadBytes, api.Prefix + "/office/": api.UploadBytes},
		Observe: m.observe, Clock: p.Clock, Log: p.Log,
	}
	w := &Web{Handler: guard.Wrap(mux), Gate: gate, quit: make(chan struct{})}
	w.watch(p.DB, site.Cache())
	return w, nil
}

// labels are what the market of the shop asks of labels, nil if there is no pack for it.
func (p Parts) labels() (*label.Pack, error) {
	i := slices.IndexFunc(p.Markets, func(m *tailoring.Market) bool { return m.Country == p.Shop.Market().Country })
	if i < 0 {
		return nil, nil
	}
	return label.Load(rules.Files, p.Markets[i].Key)
}

// Stop ends what runs in the background.
func (w *Web) Stop() {
	close(w.quit)
	w.watching.Wait()
}

// watch has kept pages drawn anew when what they show changes.
func (w *Web) watch(d *db.DB, cache *ui.Cache) {
	for _, tag := range []string{"catalog", "stock", tailoring.Topic, setting.Signal} {
		changed, stop := d.Listen(tag)
		w.watching.Go(func() {
			defer stop()
			cache.Watch(tag, changed, w.quit)
		})
	}
}

// forwardingHeaders are what proxies say about whom they speak for.
var forwardingHeaders = []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"}

// near lets only callers on this machine through: metrics are nobody else's business.
func (p Parts) near(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		forwarded := slices.ContainsFunc(forwardingHeaders, func(name string) bool { return r.Header.Get(name) != "" })
		if err != nil || !from.Addr().IsLoopback() || forwarded {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
