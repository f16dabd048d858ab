package own_test

import (
	"context"
	"testing"
	"time"

	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/setting"
)

// TestDecided changes settings of a running shop: the next quote and the next order follow,
// those before stay as they are, and a closed shop takes none.
func TestDecided(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(1990, 10)
		first, err := w.Place(t.Context(), w.checkout(own.Line{SKU: sku, Quantity: 1}))
		if err != nil {
			t.Fatal(err)
		}
		decide := func(k setting.Key, value string, version int64) {
			t.Helper()
			w.must(func(ctx context.Context, tx *db.Tx) error {
				return w.Book().Change(ctx, tx, []setting.Decision{{Key: k, Value: value, Version: version}})
			})
		}
		decide(setting.DeliveryFee, "5.00", 0)
		decide(setting.FreeDeliveryFrom, "20", 0)
		decide(setting.PayWithin, "1h", 0)
		second, err := w.Place(t.Context(), w.checkout(own.Line{SKU: sku, Quantity: 1}))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			got    order.Order
			fee    int64
			within time.Duration
		}{{"before", first.Order, 800, 30 * time.Minute}, {"after", second.Order, 500, time.Hour}} {
			if c.got.Delivery != cny(c.fee) || !c.got.PayBy.Equal(w.clock.Now().Add(c.within)) {
				t.Errorf("%s: got %v and %v to pay, want %v and %v", c.name, c.got.Delivery, c.got.PayBy.Sub(w.clock.Now()), cny(c.fee), c.within)
			}
		}
		if q, err := w.Quote(t.Context(), []own.Line{{SKU: sku, Quantity: 2}}); err != nil || !q.Delivery.IsZero() {
			t.Errorf("two for 39.80: got %v, %v, want free delivery from 20.00", q.Delivery, err)
		}
		decide(setting.Open, "no", 0)
		_, err = w.Place(t.Context(), w.checkout(own.Line{SKU: sku, Quantity: 1}))
		refuses(t, err, "checkout.closed")
		if names, err := w.Providers(t.Context()); err != nil || len(names) > 0 {
			t.Errorf("closed: got %v, %v, want nobody to pay to", names, err)
		}
		decide(setting.Open, "yes", 1)
		if _, err := w.Place(t.Context(), w.checkout(own.Line{SKU: sku, Quantity: 1})); err != nil {
			t.Errorf("open again: got %v", err)
		}
	})
}

// TestShoppersLeaveNoTrail has orders paid and run out: the trail is for those who run the
// shop, and its one head would hold up a crowd.
func TestShoppersLeaveNoTrail(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(1990, 10)
		const entries = "select count(*) from trail"
		before := w.count(entries)
		paid, unpaid := w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID, w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID
		w.bank.set(w.start(paid), payment.StatePaid)
		if err := w.AskOrder(t.Context(), paid); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Hour)
		if err := w.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.mustBe(paid, order.StatePaid)
		w.mustBe(unpaid, order.StateExpired)
		if after := w.count(entries); after != before {
			t.Errorf("got %d entries of the trail, want the %d of before", after, before)
		}
	})
}
