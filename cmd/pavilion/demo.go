package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"pavilion"
	"pavilion/cmd/pavilion/demo"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
	simulated "pavilion/sim/payment"
	"pavilion/staff"
	"pavilion/web/shop"
)

const (
	demoLogin    = "demo"
	demoMerchant = "demo"
	demoOrders   = 20 * time.Second // between orders of simulated shoppers, on average
)

// demoCommand runs a pavilion with a world to try it in. Everything it needs from outside
// is simulated in the same process.
type demoCommand struct {
	Listen        string        `help:"Address to listen on." default:"127.0.0.1:8080" env:"PAVILION_LISTEN"`
	PaymentListen string        `help:"Address of the simulated payment provider." default:"127.0.0.1:0"`
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
	listen, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.PaymentListen)
	if err != nil {
		return err
	}
	key, err := secretFile(filepath.Join(d.Data, "payment.key"))
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	config.PaymentURL, config.PaymentSecret = "http://"+listen.Addr().String(), key
	provider, err := simulated.New(simulated.Options{
		BaseURL: config.PaymentURL, Merchant: demoMerchant, Key: []byte(key), StateFile: filepath.Join(d.Data, "payment.json"), Clock: time.Now, Log: log,
	})
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	a, err := build(ctx, config, log, shop.NewCodes())
	if err != nil {
		return errors.Join(err, listen.Close())
	}
	password, err := d.furnish(ctx, a)
	if err != nil {
		return errors.Join(err, listen.Close(), a.close())
	}
	d.welcome(c, a, config.PaymentURL, password)

	group, running := errgroup.WithContext(ctx)
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
		err := a.run(running)
		return errors.Join(err, paying.Close(), provider.Stop())
	})
	if d.Shoppers > 0 {
		shoppers := demo.Shoppers{DB: a.db, Shop: a.shop, Every: d.Shoppers, Log: log, Pay: func(ctx context.Context, o order.Order) error {
			return payAs(ctx, a, provider, o)
		}}
		group.Go(func() error { shoppers.Run(running); return nil })
	}
	return group.Wait()
}

// payAs starts the payment of an order and pays it at the simulated provider.
func payAs(ctx context.Context, a *app, provider *simulated.Simulator, o order.Order) error {
	if _, err := a.shop.StartPayment(ctx, o.ID, o.Lang); err != nil {
		return err
	}
	var intents []payment.Intent
	err := a.db.Read(ctx, func(v *db.View) error {
		var err error
		intents, err = payment.ForPurpose(ctx, v, string(o.ID))
		return err
	})
	if err != nil || len(intents) == 0 {
		return err
	}
	return provider.Choose(ctx, string(intents[len(intents)-1].ID), simulated.Choice{Way: simulated.Pay})
}

// furnish loads the demo world into a new installation, with an owner for the console. It
// returns the owner's password, "" if the installation has one from before.
func (d demoCommand) furnish(ctx context.Context, a *app) (password string, err error) {
	fresh, err := demo.Load(ctx, a.db)
	if err != nil || !fresh {
		return "", err
	}
	password = strings.ToLower(rand.Text()[:20])
	var secret string
	if err := a.db.Write(ctx, demoActor, func(tx *db.Tx) error {
		var err error
		secret, err = staff.Invite(ctx, tx, staff.Offer{Roles: []staff.Role{staff.Owner}}, time.Hour)
		return err
	}); err != nil {
		return "", err
	}
	if _, err := staff.Claim(ctx, a.db, secret, "Demo", demoLogin, password); err != nil {
		return "", err
	}
	return password, os.WriteFile(filepath.Join(d.Data, "console-password.txt"), []byte(password+"\n"), 0o600)
}

// welcome says where everything is.
func (d demoCommand) welcome(c *terminal, a *app, provider, password string) {
	if password == "" {
		password = "see console-password.txt in the data folder"
	}
	for _, line := range [][2]string{
		{"shop", a.base + "/zh/"},
		{"", a.base + "/en/   " + a.base + "/ru/   " + a.base + "/be/"},
		{"console", fmt.Sprintf("%s/console/   login %s   password %s", a.base, demoLogin, password)},
		{"API", a.base + "/api/"},
		{"gallery", a.base + "/zh/gallery"},
		{"payment", provider + "   (simulated: no money moves)"},
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
