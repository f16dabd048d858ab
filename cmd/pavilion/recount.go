package main

import (
	"context"
	"errors"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/report"
)

type recountCommand struct {
	store `embed:""`

	Market string `help:"Market sold to: its time zone says when a day begins." default:"cn" env:"PAVILION_MARKET"`
}

// Run counts the sales figures anew. It may run beside a pavilion that sells.
func (r recountCommand) Run(ctx context.Context, c *terminal) (err error) {
	market, err := own.LoadMarket(r.Market)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Options{URL: r.url()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	bar, total := progress(c.err, "orders"), 0
	err = report.Rebuild(ctx, d, pavilion.System("recount"), market.Zone, func(orders int) {
		total += orders
		_ = bar.Add(orders) // drawing is no reason to fail
	})
	if err := errors.Join(err, bar.Finish()); err != nil {
		return err
	}
	c.printf("counted %d orders\n", total)
	return nil
}
