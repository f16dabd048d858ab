package order_test

import (
	"context"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
)

func (w *world) refund(id pavilion.OrderID, restock bool, lines ...order.RefundLine) error {
	return w.do(func(ctx context.Context, tx *db.Tx) error { return order.Refund(ctx, tx, id, lines, "test", restock) })
}

func TestRefundBeforeShipping(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(5)
		r := w.request(line(sku, 3), line(sku, 2))
		r.Lines[0].Tax = cny(100) // 6070 for three: 2023⅓ each
		o := w.accept(r)[0]
		w.pay(o.Intent)
		sums := []int64{2023, 4047, 6070}
		for n, sum := range sums {
			if err := w.refund(o.Order.ID, true, order.RefundLine{Line: 1, Quantity: 1}); err != nil {
				t.Fatal(err)
			}
			if got := w.refunded(o.Intent.ID); got != sum {
				t.Errorf("after %d units: got %d refunded, want %d", n+1, got, sum)
			}
			if got := w.free(sku); got != int64(n+1) {
				t.Errorf("after %d units: got %d free, want them released", n+1, got)
			}
		}
		for _, wrong := range []order.RefundLine{{Line: 1, Quantity: 1}, {Line: 2, Quantity: 3}, {Line: 3, Quantity: 1}, {Line: 2, Quantity: 0}, {Line: 0, Quantity: 1}} {
			if err := w.refund(o.Order.ID, false, wrong); pavilion.ReasonOf(err) != "order.refund_line" {
				t.Errorf("%v: got %v, want order.refund_line", wrong, err)
			}
		}
		w.mustBe(o.Order.ID, order.StatePaid)
		w.mustBeClean()
		if err := w.refund(o.Order.ID, false, order.RefundLine{Line: 2, Quantity: 2}); err != nil {
			t.Fatal(err)
		}
		w.mustBe(o.Order.ID, order.StateCancelled) // nothing is left to send, so delivery goes back too
		if got, want := w.refunded(o.Intent.ID), o.Order.Total.Minor(); got != want || w.free(sku) != 5 {
			t.Errorf("got %d refunded and %d free, want %d and 5", got, w.free(sku), want)
		}
		w.mustBeClean()
	})
}

func TestRefundAfterShipping(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(5)
		o := w.place(line(sku, 3), line(sku, 2))
		w.pay(o.Intent)
		if err := w.refund(o.Order.ID, false, order.RefundLine{Line: 2, Quantity: 1}); err != nil {
			t.Fatal(err)
		}
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.Ship(ctx, tx, o.Order.ID) })
		for _, r := range []struct {
			restock bool
			line    order.RefundLine
			free    int64
			sum     int64
		}{
			{false, order.RefundLine{Line: 1, Quantity: 1}, 1, 2 * 1990},
			{true, order.RefundLine{Line: 1, Quantity: 2}, 3, 4 * 1990},
			{true, order.RefundLine{Line: 2, Quantity: 1}, 4, 5 * 1990},
		} {
			if err := w.refund(o.Order.ID, r.restock, r.line); err != nil {
				t.Fatal(err)
			}
			if free, sum := w.free(sku), w.refunded(o.Intent.ID); free != r.free || sum != r.sum {
				t.Errorf("%+v: got %d free and %d refunded, want %d and %d", r, free, sum, r.free, r.sum)
			}
		}
		w.mustBe(o.Order.ID, order.StateShipped)
		if err := w.refund(o.Order.ID, false); err != nil { // the delivery is left
			t.Fatal(err)
		}
		if got, want := w.refunded(o.Intent.ID), o.Order.Total.Minor(); got != want {
			t.Errorf("all: got %d refunded, want %d", got, want)
		}
		if err := w.refund(o.Order.ID, false); pavilion.ReasonOf(err) != "order.nothing_left" {
			t.Errorf("again: got %v, want order.nothing_left", err)
		}
		w.mustBeClean()
	})
}

func TestRefundAllBeforeShippingCancels(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(5)
		o := w.place(line(sku, 3), line(sku, 2))
		w.pay(o.Intent)
		if err := w.refund(o.Order.ID, false); err != nil {
			t.Fatal(err)
		}
		w.mustBe(o.Order.ID, order.StateCancelled)
		if got, want := w.refunded(o.Intent.ID), o.Order.Total.Minor(); got != want || w.free(sku) != 5 {
			t.Errorf("got %d refunded and %d free, want %d and 5", got, w.free(sku), want)
		}
		w.mustBeClean()
	})
}
