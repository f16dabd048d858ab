package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
	"golang.org/x/sync/errgroup"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/cmd/pavilion/demo"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	simulated "pavilion/sim/payment"
	"pavilion/sim/rates"
	"pavilion/staff"
	"pavilion/web/console"
	"pavilion/web/shop"
)

const (
	demoLogin    = "demo"
	demoMerchant = "demo"
	demoOrders   = 20 * time.Second // between orders of simulated shoppers, on average
	demoLinkFor  = 30 * 24 * time.Hour
)

// demoCommand runs a pavilion with a world to try it in. Everything it needs from outside
// is simulated in the same process.
type demoCommand struct {
	Listen        string        `help:"Address to listen on." default:"127.0.0.1:8080" env:"PAVILION_LISTEN"`
	PaymentListen string        `help:"Address of the simulated payment provider." default:"127.0.0.1:0"`
	JDListen      string        `name:"jd-listen" help:"Address of the simulated JD." default:"127.0.0.1:0"`
	DouyinListen  string        `help:"Address of the simulated Douyin." default:"127.0.0.1:0"`
	BaseURL       string        `help:"Address by which browsers reach the shop. Default: the listen address." placeholder:"URL"`
	Data          string        `help:"Folder to keep the demo in; a second start finds it again. Default: a new folder." type:"path" env:"PAVILION_DATA" placeholder:"FOLDER"`
	DB            string        `help:"PostgreSQL URL, to run the demo on PostgreSQL." env:"PAVILION_DB" placeholder:"URL"`
	RateLimit     float64       `help:"Requests a second from one address, on average; 0 for no limit." default:"50" env:"PAVILION_RATE_LIMIT"`
	Shoppers      time.Duration `help:"Time between orders of simulated shoppers; 0 for none." default:"${shoppers}"`
}

// Run starts the provider, the pavilion and the shoppers, and stops them in the other order.
func (d demoCommand) Run(ctx context.Context, c *terminal) (err error) {
	if d.Data == "" {
		if d.Data, err = os.MkdirTemp("", "pavilion-demo-"); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return err
	}
	config := Config{
		store: store{Data: d.Data, DB: d.DB}, Listen: d.Listen, BaseURL: d.BaseURL, RateLimit: d.RateLimit, Drain: 5 * time.Second, LogFormat: "text",
		Nation: "by", Market: "cn", DeliveryFee: "12.00", FreeDeliveryFrom: "99.00", PayWithin: 15 * time.Minute, PaymentMerchant: demoMerchant,
	}
	log := config.logger(c.err)
	bank, err := serveBank(ctx, &config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bank.Close()) }()
	listen, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.PaymentListen)
	if err != nil {
		return err
	}
	key, err := secretFile(filepath.Join(d.Data, "payment.key"))
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	config.PaymentURL, config.PaymentSecret = "http://"+listen.Addr().String(), key
	password, err := d.password()
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	if err := d.past(ctx, config, log, password); err != nil {
		return errors.Join(err, listen.Close())
	}
	platforms, err := openSandbox(ctx, sandboxOptions{Data: d.Data, JDListen: d.JDListen, DouyinListen: d.DouyinListen, Pavilion: d.base(), Log: log})
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	config.platforms = platforms.platforms()
	provider, err := simulated.New(simulated.Options{
		BaseURL: config.PaymentURL, Merchant: demoMerchant, Key: []byte(key), StateFile: d.paymentState(), Clock: time.Now, Log: log,
	})
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	a, err := build(ctx, config, log, shop.NewCodes())
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	owner, err := d.furnish(ctx, a, password)
	if err != nil {
		return errors.Join(err, listen.Close(), a.close())
	}
	if err := platforms.joinPlatforms(ctx, a); err != nil {
		return errors.Join(err, listen.Close(), platforms.close(), a.close())
	}
	d.welcome(c, a, config.PaymentURL, platforms, owner)

	group, running := errgroup.WithContext(ctx)
	// The world outside goes on until the pavilion has closed.
	outside, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	platforms.serve(outside, group)
	group.Go(func() error { return platforms.offer(running, a) })
	paying := &http.Server{Handler: provider, ReadHeaderTimeout: headerTimeout}
	if err := provider.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, listen.Close(), a.close())
	}
	group.Go(func() error {
		if err := paying.Serve(listen); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		defer end()
		err := a.run(running)
		return errors.Join(err, paying.Close(), provider.Stop())
	})
	if d.Shoppers > 0 {
		shoppers := demo.Shoppers{DB: a.db, Shop: a.shop, Every: d.Shoppers, Log: log, Pay: payer{a.db, a.shop, provider, simulated.Pay}.pay}
		group.Go(func() error { shoppers.Run(running); return nil })
		group.Go(func() error { platforms.shop(running, d.Shoppers, log); return nil })
	}
	return group.Wait()
}

// base is the address by which the platforms reach the demonstration, "" where it is not known
// before it listens; then they only answer.
func (d demoCommand) base() string {
	if d.BaseURL != "" {
		return strings.TrimRight(d.BaseURL, "/")
	}
	if at, err := netip.ParseAddrPort(d.Listen); err == nil && at.Port() != 0 {
		return "http://" + at.String()
	}
	return ""
}

// serveBank serves the simulated bank and has the configuration ask it.
func serveBank(ctx context.Context, c *Config) (*http.Server, error) {
	listen, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c.RatesURL, c.RatesName, c.RatesCurrency = "http://"+listen.Addr().String(), rates.Name, string(rates.Base)
	bank := &http.Server{Handler: rates.New(), ReadHeaderTimeout: headerTimeout}
	go func() { _ = bank.Serve(listen) }() // ends with Close
	return bank, nil
}

// payer pays orders at the simulated provider.
type payer struct {
	db       *db.DB
	shop     *own.Shop
	provider *simulated.Simulator
	way      simulated.Way
}

// pay starts the payment of an order and pays it as its shopper would.
func (p payer) pay(ctx context.Context, o order.Order) error {
	return p.payAmount(ctx, o, money.Money{})
}

// payAmount pays another amount than the order asks for, unless it is zero.
func (p payer) payAmount(ctx context.Context, o order.Order, amount money.Money) error {
	if _, err := p.shop.StartPayment(ctx, o.ID, o.Lang); err != nil {
		return err
	}
	var intents []payment.Intent
	err := p.db.Read(ctx, func(v *db.View) (err error) {
		intents, err = payment.ForPurpose(ctx, v, string(o.ID))
		return err
	})
	if err != nil || len(intents) == 0 {
		return err
	}
	intent := intents[len(intents)-1].ID
	if err := p.provider.Choose(ctx, string(intent), simulated.Choice{Way: p.way, Amount: amount}); err != nil {
		return err
	}
	return p.shop.AskPayment(ctx, intent)
}

// furnish gives the console an owner with an authenticator app, if it has none. However often
// the demonstration starts, a link opens the console without either: people come to look,
// not to fetch their phone.
func (d demoCommand) furnish(ctx context.Context, a *app, password string) (o demoOwner, err error) {
	var owned bool
	if err := a.db.Read(ctx, func(v *db.View) (err error) {
		owned, err = staff.HasOwner(ctx, v)
		return err
	}); err != nil {
		return o, err
	}
	o.Password = password
	app := filepath.Join(d.Data, "console-totp.txt")
	if !owned {
		if o.TOTP, err = enrolOwner(ctx, a, password); err != nil {
			return o, err
		}
		err = os.WriteFile(app, []byte(o.TOTP+"\n"), 0o600)
	} else {
		var text []byte
		text, err = os.ReadFile(app)
		o.TOTP = strings.TrimSpace(string(text))
	}
	if err != nil {
		return o, err
	}
	var secret string
	if err := a.db.Write(ctx, demoActor, func(tx *db.Tx) error {
		members, err := staff.Members(ctx, tx)
		for _, m := range members {
			if err == nil && m.Login == demoLogin {
				secret, err = staff.OfferEntry(ctx, tx, m.ID, demoLinkFor)
			}
		}
		return err
	}); err != nil {
		return o, err
	}
	o.Link = a.base + console.EnterPath(secret)
	return o, os.WriteFile(filepath.Join(d.Data, "console-link.txt"), []byte(o.Link+"\n"), 0o600)
}

// demoOwner is how the owner of a demonstration comes into its console.
type demoOwner struct {
	Link     string // opens the console by itself
	Password string
	TOTP     string // what an authenticator app scans
}

// enrolOwner makes the owner by the steps that every first owner takes, and returns what an
// authenticator app scans.
func enrolOwner(ctx context.Context, a *app, password string) (uri string, err error) {
	m, err := join(ctx, a.db, staff.Offer{Roles: []staff.Role{staff.Owner}}, "Demo", demoLogin, password)
	if err != nil {
		return "", err
	}
	pass, err := a.web.Gate.SignIn(ctx, demoLogin, password, staff.Place{})
	if err != nil {
		return "", err
	}
	var offer staff.TOTPOffer
	if err := a.db.Write(ctx, demoActor, func(tx *db.Tx) (err error) {
		offer, err = a.web.Gate.OfferTOTP(ctx, tx, m)
		return err
	}); err != nil {
		return "", err
	}
	code, err := totp.GenerateCode(offer.Secret, a.db.Now())
	if err != nil {
		return "", err
	}
	if pass, _, err = a.web.Gate.ConfirmTOTP(ctx, pass.Secret, offer.Ceremony, code, staff.Place{}); err != nil {
		return "", err
	}
	return offer.URI, a.db.Write(ctx, demoActor, func(tx *db.Tx) error { return staff.EndSession(ctx, tx, pass.Secret) })
}

// password is what all people of the demonstration sign in with; it is made once and kept
// in the data folder.
func (d demoCommand) password() (string, error) {
	path := filepath.Join(d.Data, "console-password.txt")
	text, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return strings.TrimSpace(string(text)), err
	}
	password := strings.ToLower(rand.Text()[:20])
	return password, os.WriteFile(path, []byte(password+"\n"), 0o600)
}

// paymentState is where the simulated provider keeps what it knows.
func (d demoCommand) paymentState() string { return filepath.Join(d.Data, "payment.json") }

// welcome says where everything is.
func (d demoCommand) welcome(c *terminal, a *app, provider string, p *sandbox, o demoOwner) {
	for _, line := range [][2]string{
		{"shop", a.base + "/zh/"},
		{"", a.base + "/en/   " + a.base + "/ru/   " + a.base + "/be/"},
		{"console", o.Link + "   (opens as its owner; in this demonstration only)"},
		{"", fmt.Sprintf("or login %s, password %s and a code of %s", demoLogin, o.Password, o.TOTP)},
		{"", "demo-catalogue, demo-tailoring, demo-warehouse, demo-support, demo-observer: the same password"},
		{"API", a.base + "/api/"},
		{"gallery", a.base + "/zh/gallery"},
		{"payment", provider + "   (simulated: no money moves)"},
		{"JD", p.jdURL + "/sim/   (simulated: place orders, break the network)"},
		{"Douyin", p.douyinURL + "/sim/   (simulated likewise)"},
		{"rates", rates.Name},
		{"data", d.Data},
	} {
		c.printf("%-10s %s\n", line[0], line[1])
	}
	c.printf("\nPrices, stock, tax numbers and shoppers are invented. Stop with Ctrl-C.\n\n")
}

// secretFile reads a secret, or makes one that only its owner can read.
func secretFile(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	secret := rand.Text() + rand.Text()
	return secret, os.WriteFile(path, []byte(secret+"\n"), 0o600)
}

// demoActor is who furnishes the demo.
var demoActor = pavilion.System("demo")
