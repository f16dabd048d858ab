package order_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/tailoring/rules"
	"pavilion/tailoring/tax"
)

func taxPack(t testing.TB) *tax.Pack {
	t.Helper()
	p, err := tax.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// assessed asks the pack about lines and gives them back as an order has them, the tax on top
// of their prices.
func assessed(t rapid.TB, p *tax.Pack, in tax.Order) []order.Line {
	t.Helper()
	a, err := p.Quote(in)
	if err != nil || !a.Verdict.Taxed() {
		t.Fatalf("quote: %s, %v", a.Verdict, err)
	}
	lines := make([]order.Line, len(in.Lines))
	for i, l := range in.Lines {
		b := a.Lines[i]
		total, err := b.Value.Add(b.Tax)
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = order.Line{Number: i + 1, Quantity: l.Quantity, Unit: l.Unit, Tax: b.Tax, Total: total, Border: b}
	}
	return lines
}

// TestTaxOfReturns: however units go back, one after the other or many at once, the tax that
// comes with them is what [tax.Pack.Refund] says, it never falls, and all of them bring back all
// that was paid and not a cent more.
func TestTaxOfReturns(t *testing.T) {
	t.Parallel()
	p := taxPack(t)
	rates := []tax.Rates{
		{VAT: decimal.RequireFromString("0.13")},
		{VAT: decimal.RequireFromString("0.09")},
		{Duty: decimal.RequireFromString("0.08"), VAT: decimal.RequireFromString("0.13")},
		{VAT: decimal.RequireFromString("0.13"), Consumption: "cosmetics"},
	}
	rapid.Check(t, func(t *rapid.T) {
		in := tax.Order{Route: rapid.SampledFrom([]string{"cbec", "general"}).Draw(t, "route"), On: "2026-12-01"}
		in.Freight = money.New(rapid.Int64Range(0, 3000).Draw(t, "freight"), p.Currency)
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			in.Lines = append(in.Lines, tax.Line{
				Unit: money.New(rapid.Int64Range(0, 9000).Draw(t, "unit"), p.Currency), Quantity: rapid.Int64Range(1, 9).Draw(t, "quantity"),
				Rates: rapid.SampledFrom(rates).Draw(t, "rates"), Content: tax.Content{Mark: "g", Net: decimal.New(5, 0)},
			})
		}
		returned := make([]int64, len(in.Lines))
		back := int64(0)
		for i, line := range assessed(t, p, in) {
			before := int64(0)
			for n := range line.Quantity + 1 {
				worth, err := line.Worth(n)
				if err != nil || worth.Minor() < before || worth.Minor() < line.Unit.Minor()*n {
					t.Fatalf("line %d, %d units: got %s, %v, after %d", i, n, worth, err, before)
				}
				before = worth.Minor()
			}
			if before != line.Total.Minor() {
				t.Fatalf("line %d: all units bring back %d, want %s", i, before, line.Total)
			}
			returned[i] = rapid.Int64Range(0, line.Quantity).Draw(t, "returned")
			tax, err := line.TaxBack(returned[i])
			if err != nil {
				t.Fatal(err)
			}
			back += tax.Minor()
		}
		want, err := p.Refund(in, returned)
		if err != nil {
			t.Fatal(err)
		}
		if back != want.Refund.Minor() {
			t.Fatalf("tax of %v: got %d, want %s", returned, back, want.Refund)
		}
	})
}

// TestRefundWithTax: an order keeps how its lines were taxed, and gives the tax back by it.
func TestRefundWithTax(t *testing.T) {
	t.Parallel()
	p := taxPack(t)
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(9)
		in := tax.Order{Route: "cbec", On: "2026-12-01", Freight: cny(1000), Lines: []tax.Line{
			{Unit: cny(1990), Quantity: 3, Rates: tax.Rates{VAT: decimal.RequireFromString("0.13")}},
			{Unit: cny(1990), Quantity: 1, Rates: tax.Rates{VAT: decimal.RequireFromString("0.09")}},
		}}
		want := assessed(t, p, in)
		r := w.request(line(sku, 3), line(sku, 1))
		for i := range r.Lines {
			r.Lines[i].Tax, r.Lines[i].Border = want[i].Tax, want[i].Border
		}
		r.Delivery = in.Freight
		o := w.accept(r)[0]
		got := w.get(o.Order.ID)
		for i, l := range got.Lines {
			if l.Border.Tax != want[i].Border.Tax || l.Border.Dutiable != want[i].Border.Dutiable || !l.Border.Terms.VAT.Equal(want[i].Border.Terms.VAT) || !l.Border.Asked() {
				t.Errorf("line %d: got %+v, want %+v", i+1, l.Border, want[i].Border)
			}
		}
		w.pay(o.Intent)
		// 1990 a unit; the tax of 3 × 1990 + 750 is 612, of two 430, of one 249.
		for n, sum := range []int64{1990 + 182, 2*1990 + 363, 3*1990 + 612} {
			if err := w.refund(o.Order.ID, false, order.RefundLine{Line: 1, Quantity: 1}); err != nil {
				t.Fatal(err)
			}
			if got := w.refunded(o.Intent.ID); got != sum {
				t.Errorf("after %d units: got %d, want %d", n+1, got, sum)
			}
			got := w.get(o.Order.ID)
			if back, err := got.TaxRefunded(); err != nil || back.Minor() != sum-1990*int64(n+1) {
				t.Errorf("after %d units: %s of it is tax, %v, want %d", n+1, back, err, sum-1990*int64(n+1))
			}
		}
		if err := w.refund(o.Order.ID, false); err != nil {
			t.Fatal(err)
		}
		whole := w.get(o.Order.ID)
		if back, err := whole.TaxRefunded(); err != nil || back != whole.Tax || whole.Refunded != whole.Total {
			t.Errorf("all: got %s, %v, want %s", back, err, whole.Tax)
		}
		w.mustBeClean()
	})
}

// TestTaxGoesBackOnce: the same refund asked for by several at once, and once more afterwards,
// gives its goods and their tax back once. A person's refund is bound to the order as it was
// seen; a whole line has no units left for a second one.
func TestTaxGoesBackOnce(t *testing.T) {
	t.Parallel()
	p := taxPack(t)
	eachWorld(t, func(t *testing.T, w *world) {
		in := tax.Order{Route: "cbec", On: "2026-12-01", Freight: cny(750), Lines: []tax.Line{
			{Unit: cny(1990), Quantity: 3, Rates: tax.Rates{VAT: decimal.RequireFromString("0.13")}},
		}}
		want := assessed(t, p, in)[0]
		r := w.request(line(w.goods(9), 3))
		r.Lines[0].Tax, r.Lines[0].Border, r.Delivery = want.Tax, want.Border, in.Freight
		o := w.accept(r)[0]
		w.pay(o.Intent)
		w.clock.Advance(time.Minute)
		// 1990 a unit; the tax of 3 × 1990 + 750 is 612, of two 430.
		for _, step := range []struct {
			units, back, tax int64
			seen             time.Time // zero: whoever asks did not look
			reason           string    // for all but one
		}{
			{1, 1990 + 182, 182, w.get(o.Order.ID).UpdatedAt, "order.changed_meanwhile"},
			{2, o.Order.Total.Minor(), want.Tax.Minor(), time.Time{}, "order.wrong_state"},
		} {
			refund := func() error {
				return w.do(func(ctx context.Context, tx *db.Tx) error {
					if !step.seen.IsZero() {
						if err := order.Unchanged(ctx, tx, o.Order.ID, step.seen); err != nil {
							return err
						}
					}
					return order.Refund(ctx, tx, o.Order.ID, []order.RefundLine{{Line: 1, Quantity: step.units}}, "test", false)
				})
			}
			var done atomic.Int64
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					switch err := refund(); {
					case err == nil:
						done.Add(1)
					case pavilion.ReasonOf(err) != step.reason:
						t.Errorf("%d units: got %v, want %s", step.units, err, step.reason)
					}
				})
			}
			all.Wait()
			if err := refund(); pavilion.ReasonOf(err) != step.reason || done.Load() != 1 {
				t.Errorf("%d units: %d refunds were taken, and once more %v; want one and %s", step.units, done.Load(), err, step.reason)
			}
			got := w.get(o.Order.ID)
			if back, err := got.TaxRefunded(); err != nil || back.Minor() != step.tax || w.refunded(o.Intent.ID) != step.back {
				t.Errorf("%d units: got %d back, %s of it tax, %v; want %d and %d", step.units, w.refunded(o.Intent.ID), back, err, step.back, step.tax)
			}
		}
		w.mustBeClean()
	})
}
