package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/job"
	"pavilion/money"
	"pavilion/payment"
	"pavilion/payment/simpay"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/bank"
	"pavilion/tailoring/price"
	"pavilion/web"
	"pavilion/web/shop"
)

// Timeouts of the server. A client that sends or reads slower than this is let go.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	headerLimit   = 32 << 10
)

// app is a pavilion with all its parts, wired. Start it with run.
type app struct {
	installation

	log    *slog.Logger
	drain  time.Duration
	listen net.Listener
	base   string // by which browsers reach us

	markets []*tailoring.Market // goods are tailored for
	intake  *channel.Intake
	engine  *channel.Engine // of the shops on platforms
	shop    *own.Shop
	jobs    *job.Runner
	health  *web.Health
	web     *web.Web
	server  *http.Server
}

// build opens the database and wires the parts. With codes the shop shows one-time codes on
// its pages instead of sending them, and marks every page as a demonstration.
func build(ctx context.Context, c Config, log *slog.Logger, codes *shop.Codes) (_ *app, err error) {
	a := &app{log: log, drain: c.Drain}
	if a.installation, err = c.open(ctx, log); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if a.listen, err = (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen); err != nil {
		return nil, pavilion.E(pavilion.Unavailable, "listen.failed", pavilion.Args{"address": c.Listen}).Because(err)
	}
	if a.base, err = c.baseURL(a.listen.Addr().String()); err != nil {
		return nil, err
	}
	proxies, err := c.proxies()
	if err != nil {
		return nil, err
	}
	settings, err := c.shopSettings(a.base)
	if err != nil {
		return nil, err
	}
	providers, err := c.providers()
	if err != nil {
		return nil, err
	}
	var notifier own.Notifier = hook{url: c.NotifyURL, secret: c.NotifySecret, client: &http.Client{Timeout: 10 * time.Second}}
	if codes != nil {
		notifier = codes
	}
	a.intake = channel.NewIntake(a.db, a.sealer, channel.Options{})
	if a.markets, err = c.markets(); err != nil {
		return nil, err
	}
	facts, err := c.platforms.facts()
	if err != nil {
		return nil, err
	}
	a.engine = channel.NewEngine(a.db, channel.EngineOptions{Sealer: a.sealer, Intake: a.intake, Own: own.Name, Markets: a.markets, DecryptMost: facts.DecryptMost})
	if err := c.platforms.add(a.engine, facts); err != nil {
		return nil, err
	}
	if a.shop, err = own.New(a.db, a.intake, a.sealer, notifier, providers, settings); err != nil {
		return nil, err
	}
	ask, err := c.rates()
	if err != nil {
		return nil, err
	}
	a.jobs = job.NewRunner(a.db, reactions(a.shop, a.engine, a.markets, ask), job.Options{Log: log})
	a.health = web.NewHealth(a.db)
	provider, err := c.signInProvider()
	if err != nil {
		return nil, err
	}
	a.web, err = web.New(web.Parts{
		DB: a.db, Sealer: a.sealer, Shop: a.shop, Engine: a.engine, Markets: a.markets, Codes: codes, Health: a.health, Nation: c.Nation, Version: version(), BaseURL: a.base,
		Proxies: proxies, Provider: provider, PayOrigins: c.payOrigins(), PerSecond: c.RateLimit, Log: log, Clock: time.Now,
	})
	if err != nil {
		return nil, err
	}
	a.server = &http.Server{
		Handler: a.web, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: headerLimit, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return a, nil
}

// run serves until ctx ends, then finishes what was acknowledged: requests under way, the
// orders waiting in the intake, the jobs that run, and last the database.
func (a *app) run(ctx context.Context) error {
	work := context.WithoutCancel(ctx)
	if err := a.intake.Start(work); err != nil {
		return errors.Join(err, a.close())
	}
	if err := a.jobs.Start(work); err != nil {
		a.intake.Stop()
		return errors.Join(err, a.close())
	}
	group, serving := errgroup.WithContext(ctx)
	group.Go(func() error {
		a.engine.Watch(serving)
		return nil
	})
	group.Go(func() error {
		if err := a.server.Serve(a.listen); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-serving.Done()
		a.health.Drain()
		stopping, cancel := context.WithTimeout(work, a.drain)
		defer cancel()
		return a.server.Shutdown(stopping)
	})
	a.log.InfoContext(ctx, "open", "address", a.base, "listen", a.listen.Addr().String(), "engine", a.db.Engine(), "version", version())
	err := group.Wait()
	a.intake.Stop()
	a.jobs.Stop()
	a.log.InfoContext(ctx, "closed")
	return errors.Join(err, a.close())
}

func (a *app) close() error {
	var err error
	if a.web != nil {
		a.web.Stop()
	}
	if a.listen != nil {
		if e := a.listen.Close(); !errors.Is(e, net.ErrClosed) {
			err = e
		}
	}
	return errors.Join(err, a.db.Close())
}

// shopSettings reads the amounts of the configuration.
func (c Config) shopSettings(base string) (own.Settings, error) {
	s := own.Settings{Market: c.Market, PayWithin: c.PayWithin, BaseURL: base}
	market, err := own.LoadMarket(c.Market)
	if err != nil {
		return s, err
	}
	if s.DeliveryFee, err = money.Parse(c.DeliveryFee, market.Currency); err != nil {
		return s, err
	}
	s.FreeDeliveryFrom, err = money.Parse(c.FreeDeliveryFrom, market.Currency)
	return s, err
}

// providers are the payment providers of the installation. One more provider is one more
// line here.
func (c Config) providers() (map[string]payment.Provider, error) {
	all := map[string]payment.Provider{}
	if c.PaymentURL == "" {
		return all, nil
	}
	p, err := simpay.New(simpay.Options{BaseURL: strings.TrimRight(c.PaymentURL, "/"), Merchant: c.PaymentMerchant, Key: []byte(c.PaymentSecret), Clock: time.Now})
	if err != nil {
		return nil, err
	}
	all[p.Name()] = p
	return all, nil
}

// rates asks a bank for exchange rates; nil if there is none to ask.
func (c Config) rates() (price.Ask, error) {
	if c.RatesURL == "" {
		return nil, nil
	}
	b, err := bank.New(bank.Options{URL: c.RatesURL, Name: c.RatesName, Base: money.Currency(c.RatesCurrency)})
	if err != nil {
		return nil, err
	}
	return b.Rates, nil
}

// signInProvider is another service at which staff may sign in, the zero value if there is
// none. Error: Invalid config.unreadable.
func (c Config) signInProvider() (staff.ProviderOptions, error) {
	if c.OIDCIssuer == "" {
		return staff.ProviderOptions{}, nil
	}
	o := staff.ProviderOptions{Issuer: c.OIDCIssuer, ClientID: c.OIDCClient, Name: c.OIDCName, Client: &http.Client{Timeout: 10 * time.Second}}
	if o.Name == "" {
		o.Name = strings.TrimPrefix(c.OIDCIssuer, "https://")
	}
	if c.OIDCSecretFile == "" { // a public client: PKCE alone
		return o, nil
	}
	text, err := os.ReadFile(c.OIDCSecretFile)
	if err != nil {
		return o, pavilion.E(pavilion.Invalid, "config.unreadable", pavilion.Args{"path": c.OIDCSecretFile}).At("oidc-secret-file").Because(err)
	}
	o.ClientSecret = strings.TrimSpace(string(text))
	return o, nil
}

// payOrigins are the origins of the pages on which orders are paid, where the shop's forms
// may lead.
func (c Config) payOrigins() []string {
	u, err := url.Parse(c.PaymentURL)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}

// serveCommand runs a pavilion.
type serveCommand struct{ Config }

func (s serveCommand) Run(ctx context.Context, c *terminal) error {
	a, err := build(ctx, s.Config, s.logger(c.err), nil)
	if err != nil {
		return err
	}
	return a.run(ctx)
}
