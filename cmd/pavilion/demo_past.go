package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/cmd/pavilion/demo"
	"pavilion/db"
	"pavilion/job"
	"pavilion/payment"
	"pavilion/payment/simpay"
	simulated "pavilion/sim/payment"
	"pavilion/staff"
	"pavilion/web/shop"
)

// demoStaff are the people a visitor of the demonstration can be, besides the owner; their
// logins are demo- and the role. The roles finance and approver need a second factor, so that
// nobody can sign in with them: they are there to have refunded and approved.
var demoStaff = []staff.Role{staff.Catalogue, staff.Tailoring, staff.Warehouse, staff.Support, staff.Observer, staff.Finance, staff.Approver}

// past fills a new installation with the demo world and lives through what it has behind
// it, on a clock of its own. An installation that has goods is left as it is.
func (d demoCommand) past(ctx context.Context, c Config, log *slog.Logger, password string) (err error) {
	present := time.Now()
	clock := demo.NewClock(present.AddDate(0, 0, -demo.PastDays))
	at, err := c.openAt(ctx, log, clock.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.db.Close()) }()
	fresh, err := demo.Load(ctx, at.db, pavilion.DateOf(present, time.UTC))
	if err != nil || !fresh {
		return err
	}
	provider, err := simulated.New(simulated.Options{BaseURL: c.PaymentURL, Merchant: demoMerchant, Key: []byte(c.PaymentSecret), StateFile: d.paymentState(), Clock: clock.Now, Log: log})
	if err != nil {
		return err
	}
	listen, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	paying := &http.Server{Handler: provider, ReadHeaderTimeout: headerTimeout}
	go func() { _ = paying.Serve(listen) }() // ends with Close
	defer func() { err = errors.Join(err, paying.Close()) }()
	client, err := simpay.New(simpay.Options{BaseURL: "http://" + listen.Addr().String(), Merchant: demoMerchant, Key: []byte(c.PaymentSecret), Clock: clock.Now})
	if err != nil {
		return err
	}
	settings, err := c.shopSettings(cmp.Or(c.BaseURL, "http://"+c.Listen))
	if err != nil {
		return err
	}
	intake := channel.NewIntake(at.db, at.sealer, channel.Options{})
	if err := intake.Start(ctx); err != nil {
		return err
	}
	defer intake.Stop()
	s, err := own.New(at.db, intake, at.sealer, shop.NewCodes(), map[string]payment.Provider{client.Name(): client}, settings)
	if err != nil {
		return err
	}
	people, err := hire(ctx, at.db, password)
	if err != nil {
		return err
	}
	markets, err := c.markets()
	if err != nil {
		return err
	}
	tailored := demo.Tailoring{DB: at.db, Markets: markets, Author: people[staff.Tailoring], Approver: people[staff.Approver]}
	if err := tailored.Run(ctx); err != nil {
		return err
	}
	ask, err := c.rates()
	if err != nil {
		return err
	}
	// The rules are asked about the present only: nobody will see what they said of a day that
	// was never lived.
	engine := channel.NewEngine(at.db, channel.EngineOptions{Sealer: at.sealer, Intake: intake, Own: own.Name})
	meanwhile := job.NewRunner(at.db, reactions(s, engine, nil, ask), job.Options{Log: log})
	if err := (demo.Past{
		DB: at.db, Shop: s, Clock: clock, Sealer: at.sealer, Staff: people,
		Pay: payer{at.db, s, provider, simulated.Never}.payAmount, // nobody listens for notices yet
		Work: func(ctx context.Context) error {
			_, err := meanwhile.RunDue(ctx)
			return err
		},
	}).Live(ctx, present); err != nil {
		return err
	}
	_, err = job.NewRunner(at.db, reactions(s, engine, markets, ask), job.Options{Log: log}).RunDue(ctx)
	return err
}

// hire makes the people of the demonstration.
func hire(ctx context.Context, d *db.DB, password string) (map[staff.Role]pavilion.StaffID, error) {
	people := map[staff.Role]pavilion.StaffID{}
	for _, role := range demoStaff {
		m, err := join(ctx, d, staff.Offer{Roles: []staff.Role{role}}, "Demo "+string(role), demoLogin+"-"+string(role), password)
		if err != nil {
			return nil, err
		}
		people[role] = m.ID
	}
	return people, nil
}

// join makes a member at once.
func join(ctx context.Context, d *db.DB, o staff.Offer, name, login, password string) (staff.Member, error) {
	var secret string
	if err := d.Write(ctx, demoActor, func(tx *db.Tx) (err error) {
		secret, err = staff.Invite(ctx, tx, o, time.Hour)
		return err
	}); err != nil {
		return staff.Member{}, err
	}
	return staff.Claim(ctx, d, secret, name, login, password)
}
