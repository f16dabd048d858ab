package own_test

import (
	"context"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/setting"
	"pavilion/tailoring/tax"
)

// addTax has the shop put tax on top of its prices.
func (w *world) addTax() {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *db.Tx) error {
		return w.Book().Change(ctx, tx, []setting.Decision{{Key: setting.TaxAdded, Value: "yes"}})
	})
}

func (w *world) quoteFor(who own.Person, lines ...own.Line) own.Quote {
	w.t.Helper()
	q, err := w.QuoteFor(w.t.Context(), who, lines)
	if err != nil {
		w.t.Fatal(err)
	}
	return q
}

// TestTaxOnTop: each line bears the tax of its value and its share of the delivery, and the
// order that is placed has it line by line.
func TestTaxOnTop(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		a, b := w.goods(1000, 50), w.goods(2000, 50)
		w.addTax()
		q := w.quoteFor(own.Person{}, own.Line{SKU: a, Quantity: 1}, own.Line{SKU: b, Quantity: 1})
		// 10.00 + 2.67 and 20.00 + 5.33 at 9.1 %
		if q.Tax != cny(115+231) || q.Lines[0].Tax != cny(115) || q.Lines[1].Tax != cny(231) || q.Total != cny(3000+800+346) || !q.Included.IsZero() {
			t.Errorf("got tax %s of %s and %s, total %s", q.Tax, q.Lines[0].Tax, q.Lines[1].Tax, q.Total)
		}
		if l := q.Lines[0].Border; l.FreightShare != cny(267) || l.Dutiable != cny(1267) || l.VAT != cny(115) || !l.Duty.IsZero() {
			t.Errorf("first line: got %+v", l)
		}
		if q.Border.Verdict != tax.Reduced || q.Border.Dutiable != cny(3800) || !q.Orderable {
			t.Errorf("got %+v", q.Border)
		}
		o := w.place(own.Line{SKU: a, Quantity: 1}, own.Line{SKU: b, Quantity: 1}).Order
		if o.Tax != cny(346) || o.Lines[1].Tax != cny(231) || o.Total != q.Total || o.Goods != cny(3000) {
			t.Errorf("placed: got %+v", o)
		}
	})
}

// TestTaxIncluded: nothing is put on top, and the quote says how much of the sum is tax.
func TestTaxIncluded(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		a := w.goods(10910, 50)
		q := w.quoteFor(own.Person{}, own.Line{SKU: a, Quantity: 2})
		if !q.Tax.IsZero() || q.Included != cny(1820) || q.Total != cny(21820) || q.Border.Dutiable != cny(20000) {
			t.Errorf("got tax %s, held %s, total %s, dutiable %s", q.Tax, q.Included, q.Total, q.Border.Dutiable)
		}
	})
}

// TestDearCosmetics: goods of a category of cosmetics bear consumption tax from the threshold
// on, which the share of delivery may lift them over.
func TestDearCosmetics(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.must(func(ctx context.Context, tx *db.Tx) error {
			return catalog.SetCategory(ctx, tx, catalog.Category{Key: "chocolate", Name: pavilion.Text{"en": "Creams"}, Goods: catalog.GoodsCosmetics})
		})
		w.addTax()
		cream := w.goods(99_999, 50) // 100 g: 9.9999 a gram, and delivered free
		if q := w.quoteFor(own.Person{}, own.Line{SKU: cream, Quantity: 1}); q.Lines[0].Border.HasConsumption || q.Tax != cny(9100) {
			t.Errorf("below: got tax %s", q.Tax)
		}
		w.setPrice(cream, 100_000)
		if q := w.quoteFor(own.Person{}, own.Line{SKU: cream, Quantity: 1}); !q.Lines[0].Border.HasConsumption || q.Tax != cny(12353+10706) {
			t.Errorf("at the threshold: got tax %s, want 230.59", q.Tax)
		}
	})
}

// TestOverSingle: an order above the limit is not taken, and each of the proposed ones is.
func TestOverSingle(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.addTax()
		linen := w.goods(90_000, 50)
		at := []own.Line{{SKU: linen, Quantity: 8}}
		q := w.quoteFor(own.Person{}, at...)
		if q.Orderable || q.Border.Verdict != tax.OverSingle || !q.Tax.IsZero() || len(q.Border.Parts) != 2 {
			t.Fatalf("got %+v", q.Border)
		}
		if _, err := w.Place(t.Context(), w.checkout(at...)); pavilion.ReasonOf(err) != "checkout.over_single" {
			t.Errorf("placed: got %v, want checkout.over_single", err)
		}
		var units int64
		for _, part := range q.Border.Parts {
			units += part.Lines[0].Quantity
			w.place(part.Lines...)
		}
		if units != 8 {
			t.Errorf("the proposed orders have %d units, want 8", units)
		}
	})
}

// TestPartsPayDelivery: where delivery is free only above the limit of one order, each proposed
// order has room for its own, whether tax is on top or in the price.
func TestPartsPayDelivery(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		added string
		price int64
	}{"added": {"yes", 100_000}, "included": {"no", 109_100}} {
		eachWorld(t, func(t *testing.T, w *world) {
			w.must(func(ctx context.Context, tx *db.Tx) error {
				return w.Book().Change(ctx, tx, []setting.Decision{{Key: setting.TaxAdded, Value: of.added}, {Key: setting.FreeDeliveryFrom, Value: "6000"}})
			})
			at := []own.Line{{SKU: w.goods(of.price, 50), Quantity: 10}} // free, and worth 10000
			q := w.quoteFor(own.Person{}, at...)
			if !q.Delivery.IsZero() || q.Border.Verdict != tax.OverSingle || len(q.Border.Parts) != 3 {
				t.Fatalf("%s: got delivery %s, %+v", name, q.Delivery, q.Border)
			}
			for _, part := range q.Border.Parts {
				alone := w.quoteFor(own.Person{}, part.Lines...)
				if !alone.Orderable || alone.Delivery != cny(800) || alone.Border.Dutiable != part.Dutiable {
					t.Errorf("%s: a part of %s is %+v when it is ordered", name, part.Dutiable, alone.Border)
				}
			}
		})
	}
}

// TestOverYear counts what a person ordered this year, by account and by phone, and forgets
// what was cancelled.
func TestOverYear(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.addTax()
		linen := w.goods(500_000, 50)
		who := own.Person{Phone: recipient().Phone}
		var last pavilion.OrderID
		for range 5 {
			last = w.place(own.Line{SKU: linen, Quantity: 1}).Order.ID
		}
		used := func() money.Money {
			u, err := w.YearUsed(t.Context(), own.Person{Phone: "13800138000"})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		if got := used(); got != cny(2_500_000) {
			t.Errorf("used: got %s, want 25000.00", got)
		}
		_, err := w.Place(t.Context(), w.checkout(own.Line{SKU: linen, Quantity: 1}))
		if pavilion.ReasonOf(err) != "checkout.over_year" {
			t.Fatalf("the sixth: got %v, want checkout.over_year", err)
		}
		if q := w.quoteFor(who, own.Line{SKU: linen, Quantity: 1}); q.Border.Verdict != tax.OverYear || q.Orderable || !q.Border.Known {
			t.Errorf("quote: got %+v", q.Border)
		}
		if err := w.Cancel(t.Context(), last, own.Viewer{Pass: w.Pass(last)}); err != nil {
			t.Fatal(err)
		}
		if got := used(); got != cny(2_000_000) {
			t.Errorf("used after one was cancelled: got %s, want 20000.00", got)
		}
		w.place(own.Line{SKU: linen, Quantity: 1})
		c := w.checkout(own.Line{SKU: linen, Quantity: 1})
		c.ShipTo.Phone = "139 0013 9000"
		if _, err := w.Place(t.Context(), c); err != nil {
			t.Errorf("somebody else: got %v", err)
		}
	})
}

// TestPlacedAgainAtTheLimit: an order that used up the limit is found by its key, not refused.
func TestPlacedAgainAtTheLimit(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.addTax()
		linen := w.goods(500_000, 50)
		c := w.checkout(own.Line{SKU: linen, Quantity: 1})
		for range 4 {
			w.place(own.Line{SKU: linen, Quantity: 1})
		}
		first, err := w.Place(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Place(t.Context(), c)
		if err != nil || !again.Repeat || again.Order.ID != first.Order.ID {
			t.Errorf("again: got %s, repeat %v, %v, want %s", again.Order.ID, again.Repeat, err, first.Order.ID)
		}
	})
}

// TestOverYearAtOnce: of orders that one person places at the same moment no more are taken
// than fit into the year.
func TestOverYearAtOnce(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.addTax()
		linen := w.goods(450_000, 50)
		for range 4 {
			w.place(own.Line{SKU: linen, Quantity: 1})
		}
		var checkouts []own.Checkout
		for i := range 8 {
			c := w.checkout(own.Line{SKU: linen, Quantity: 1})
			c.ShipTo.Phone = []string{"13800138000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００"}[i%4]
			checkouts = append(checkouts, c)
		}
		failures := make(chan error, len(checkouts))
		for _, c := range checkouts {
			go func() {
				_, err := w.Place(t.Context(), c)
				failures <- err
			}()
		}
		for range checkouts {
			if err := <-failures; err != nil && pavilion.KindOf(err) != pavilion.Conflict && pavilion.KindOf(err) != pavilion.Limited {
				t.Errorf("got %v", err)
			}
		}
		used, err := w.YearUsed(t.Context(), own.Person{Phone: "13800138000"})
		if err != nil || used != cny(5*450_000) {
			t.Errorf("used: got %s, %v, want 22500.00: a sixth order is beyond the year", used, err)
		}
	})
}
