package main

import (
	"context"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/report"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
)

type verifyCommand struct {
	store `embed:""`

	TrailHead string `help:"Head of the audit trail that an earlier run printed and you kept elsewhere: shows whether the end of the trail was cut off or all of it written anew." placeholder:"NUMBER:HASH"`
}

// Run reports every difference and fails if there is one. It prints the head of the trail,
// to be kept where whoever can change the database cannot change it.
func (v verifyCommand) Run(ctx context.Context, c *terminal) error {
	anchor, err := staff.ParseTrailHead(v.TrailHead)
	if err != nil {
		return err
	}
	d, err := v.read(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	found := 0
	var trail staff.Verified
	differs := func(x any) error {
		found++
		c.printf("%v\n", x)
		return nil
	}
	err = d.Read(ctx, func(r *db.View) error {
		if err := stock.Verify(ctx, r, func(x stock.Difference) error { return differs(x) }); err != nil {
			return err
		}
		if err := order.Verify(ctx, r, func(x order.Difference) error { return differs(x) }); err != nil {
			return err
		}
		if err := shipment.Verify(ctx, r, func(x shipment.Difference) error { return differs(x) }); err != nil {
			return err
		}
		if err := report.Verify(ctx, r, func(x report.Difference) error { return differs(x) }); err != nil {
			return err
		}
		trail, err = staff.VerifyTrail(ctx, r, anchor, func(x staff.Difference) error { return differs(x) })
		return err
	})
	if err != nil {
		return err
	}
	if trail.Unchained > 0 {
		c.printf("the first %d entries of the audit trail are from before it was chained, and prove nothing\n", trail.Unchained)
	}
	if trail.Head.Hash != "" {
		c.printf("audit trail: %v\n", trail.Head)
	}
	if found > 0 {
		return pavilion.E(pavilion.Conflict, "verify.differences", pavilion.Args{"count": found})
	}
	c.printf("verified: every balance, reservation, order, payment, parcel and figure is the sum of its rows, and the audit trail is whole\n")
	return nil
}

// progress draws a counter on the terminal and nothing anywhere else.
func progress(w io.Writer, unit string) *progressbar.ProgressBar {
	f, ok := w.(*os.File)
	visible := false
	if ok {
		info, err := f.Stat()
		visible = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetVisibility(visible),
		progressbar.OptionSetDescription(unit), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(progressInterval))
}
