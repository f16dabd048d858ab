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
	"pavilion/stock"
)

type verifyCommand struct {
	store `embed:""`
}

// Run reports every difference and fails if there is one.
func (v verifyCommand) Run(ctx context.Context, c *terminal) error {
	d, err := v.read(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	found := 0
	err = d.Read(ctx, func(r *db.View) error {
		if err := stock.Verify(ctx, r, func(x stock.Difference) error {
			found++
			c.printf("%v\n", x)
			return nil
		}); err != nil {
			return err
		}
		if err := order.Verify(ctx, r, func(x order.Difference) error {
			found++
			c.printf("%v\n", x)
			return nil
		}); err != nil {
			return err
		}
		if err := shipment.Verify(ctx, r, func(x shipment.Difference) error {
			found++
			c.printf("%v\n", x)
			return nil
		}); err != nil {
			return err
		}
		return report.Verify(ctx, r, func(x report.Difference) error {
			found++
			c.printf("%v\n", x)
			return nil
		})
	})
	if err != nil {
		return err
	}
	if found > 0 {
		return pavilion.E(pavilion.Conflict, "verify.differences", pavilion.Args{"count": found})
	}
	c.printf("verified: every balance, reservation, order, payment, parcel and figure is the sum of its rows\n")
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
