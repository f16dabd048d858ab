package order_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
)

func TestAWholeLife(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.place(line(w.goods(2), 2))
		w.pay(o.Intent)
		for _, step := range []func(context.Context, *db.Tx, pavilion.OrderID) error{order.Ship, order.Deliver, order.Complete} {
			w.must(func(ctx context.Context, tx *db.Tx) error { return step(ctx, tx, o.Order.ID) })
		}
		var events []order.Event
		err := w.d.Read(t.Context(), func(v *db.View) (err error) {
			events, err = order.Events(t.Context(), v, o.Order.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var steps []order.Step
		for _, e := range events {
			steps = append(steps, e.Step)
		}
		want := []order.Step{order.StepPlace, order.StepPay, order.StepShip, order.StepDeliver, order.StepComplete}
		if !slices.Equal(steps, want) {
			t.Errorf("events: got %v, want %v", steps, want)
		}
		if first := events[0]; first.Actor != (pavilion.Actor{Kind: pavilion.ByChannel, ID: "own"}) || first.Number != 1 || !first.At.Equal(w.clock.Now()) {
			t.Errorf("first event: got %+v, want number 1 by the channel now", first)
		}
		w.mustBeClean()
	})
}

// doing is how each step is taken, apart from those that begin an order.
func doing(w *world, o order.Outcome) map[order.Step]func() error {
	id := o.Order.ID
	simple := func(do func(context.Context, *db.Tx, pavilion.OrderID) error) func() error {
		return func() error {
			return w.do(func(ctx context.Context, tx *db.Tx) error { return do(ctx, tx, id) })
		}
	}
	return map[order.Step]func() error{
		order.StepPay: func() error { return w.hear(o.Intent, payment.StatePaid) },
		order.StepExpire: func() error {
			w.late()
			return nil
		},
		order.StepCancel: simple(func(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
			return order.Cancel(ctx, tx, id, "test")
		}),
		order.StepPark: func() error { return w.hear(wrongAmount(o.Intent), payment.StatePaid) },
		order.StepGiveBack: func() error {
			i := w.intent(o.Order)
			return w.hear(i, payment.StatePaid)
		},
		order.StepRefund: simple(func(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
			return order.Refund(ctx, tx, id, []order.RefundLine{{Line: 1, Quantity: 1}}, "test", false)
		}),
		order.StepShip:     simple(order.Ship),
		order.StepDeliver:  simple(order.Deliver),
		order.StepComplete: simple(order.Complete),
	}
}

func wrongAmount(i payment.Intent) payment.Intent {
	i.Amount = cny(i.Amount.Minor() + 1)
	return i
}

// TestEveryStepInEveryState brings an order into each state, takes each step, and compares
// what happened with the table. A refused step must leave the order and the books alone.
func TestEveryStepInEveryState(t *testing.T) {
	t.Parallel()
	ways := map[order.State][]order.Step{
		order.StateUnpaid:    {},
		order.StatePaid:      {order.StepPay},
		order.StateShipped:   {order.StepPay, order.StepShip},
		order.StateDelivered: {order.StepPay, order.StepShip, order.StepDeliver},
		order.StateCompleted: {order.StepPay, order.StepShip, order.StepDeliver, order.StepComplete},
		order.StateExpired:   {order.StepExpire},
		order.StateCancelled: {order.StepCancel},
		order.StateParked:    {order.StepPark},
	}
	eachWorld(t, func(t *testing.T, w *world) {
		for _, state := range order.States {
			for _, step := range order.Steps {
				if step == order.StepPlace || step == order.StepPlacePaid {
					continue
				}
				if state == order.StateUnpaid && step == order.StepGiveBack {
					continue // money for an unpaid order is what StepPay is
				}
				o := w.place(line(w.goods(3), 3))
				do := doing(w, o)
				for _, s := range ways[state] {
					if err := do[s](); err != nil {
						t.Fatal(err)
					}
				}
				w.mustBe(o.Order.ID, state)
				if step == order.StepGiveBack && w.free(o.Order.Lines[0].SKU) > 0 {
					w.place(line(o.Order.Lines[0].SKU, 1)) // somebody else took the goods, or it would be paid
				}
				err := do[step]()
				want, allowed := lead(state, step)
				if !allowed {
					want = state
				}
				got := w.get(o.Order.ID).State
				if got != want {
					t.Errorf("%s in %s: got %s (%v), want %s", step, state, got, err, want)
				}
			}
		}
		w.mustBeClean()
	})
}

// TestPaymentIsNeverLost is about money that arrives when the order is not waiting for it.
func TestPaymentIsNeverLost(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		check := func(t *testing.T, o order.Outcome, want order.State, kept, givenBack int64) {
			t.Helper()
			w.mustBe(o.Order.ID, want)
			total := o.Order.Total.Minor()
			if got := w.get(o.Order.ID); (got.PaidBy != "") != (kept > 0) {
				t.Errorf("paid by: got %q, want kept=%v", got.PaidBy, kept > 0)
			}
			if got := w.count("select coalesce(sum(minor), 0) from refund r where intent_id in (select id from payment_intent where purpose = $1)", o.Order.ID); int64(got) != givenBack*total {
				t.Errorf("given back: got %d, want %d × %d", got, givenBack, total)
			}
			if got := w.count("select count(*) from payment_intent where purpose = $1 and state = 'paid'", o.Order.ID); int64(got) != kept+givenBack {
				t.Errorf("paid intents: got %d, want %d", got, kept+givenBack)
			}
		}
		t.Run("late, and the goods are there", func(t *testing.T) {
			sku := w.goods(2)
			o := w.place(line(sku, 2))
			w.late()
			if got := w.free(sku); got != 2 {
				t.Errorf("after expiry: got %d free, want 2", got)
			}
			w.pay(o.Intent)
			check(t, o, order.StatePaid, 1, 0)
			if got := w.free(sku); got != 0 {
				t.Errorf("honoured: got %d free, want 0", got)
			}
			w.late() // a paid order has no time to pay any more
			check(t, o, order.StatePaid, 1, 0)
		})
		t.Run("late, and the goods are gone", func(t *testing.T) {
			sku := w.goods(2)
			o := w.place(line(sku, 2))
			w.late()
			w.place(line(sku, 1))
			w.pay(o.Intent)
			check(t, o, order.StateExpired, 0, 1)
			w.pay(o.Intent) // the provider says it again
			check(t, o, order.StateExpired, 0, 1)
		})
		t.Run("after it was cancelled", func(t *testing.T) {
			o := w.place(line(w.goods(2), 2))
			w.must(func(ctx context.Context, tx *db.Tx) error { return order.Cancel(ctx, tx, o.Order.ID, "test") })
			w.pay(o.Intent)
			check(t, o, order.StateCancelled, 0, 1)
		})
		t.Run("twice", func(t *testing.T) {
			o := w.place(line(w.goods(2), 2))
			second := w.intent(o.Order)
			w.pay(o.Intent)
			w.pay(second)
			check(t, o, order.StatePaid, 1, 1)
			if got := w.get(o.Order.ID); got.PaidBy != o.Intent.ID || !got.Refunded.IsZero() {
				t.Errorf("got paid by %s with %v refunded, want the first with nothing", got.PaidBy, got.Refunded)
			}
		})
		t.Run("declined and then paid", func(t *testing.T) {
			o := w.place(line(w.goods(2), 2))
			if err := w.hear(o.Intent, payment.StateDeclined); err != nil {
				t.Fatal(err)
			}
			w.mustBe(o.Order.ID, order.StateUnpaid)
			var next, same payment.Intent
			w.must(func(ctx context.Context, tx *db.Tx) (err error) {
				if next, err = order.Payable(ctx, tx, o.Order.ID); err != nil {
					return err
				}
				same, err = order.Payable(ctx, tx, o.Order.ID)
				return err
			})
			if next.ID == o.Intent.ID || same != next || next.Amount != o.Order.Total {
				t.Errorf("payable: got %v then %v, want one new intent", next.ID, same.ID)
			}
			w.pay(next)
			check(t, o, order.StatePaid, 1, 0)
			err := w.do(func(ctx context.Context, tx *db.Tx) error { _, err := order.Payable(ctx, tx, o.Order.ID); return err })
			if pavilion.ReasonOf(err) != "order.wrong_state" {
				t.Errorf("payable when paid: got %v, want order.wrong_state", err)
			}
		})
		w.mustBeClean()
	})
}

func TestWrongAmountParks(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(2)
		o := w.place(line(sku, 2))
		for range 2 { // the provider repeats itself
			if err := w.hear(wrongAmount(o.Intent), payment.StatePaid); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.get(o.Order.ID); got.State != order.StateParked || got.Reason != "payment.amount_differs" || w.free(sku) != 2 {
			t.Errorf("got %s (%s) with %d free, want parked (payment.amount_differs) with 2", got.State, got.Reason, w.free(sku))
		}
		w.pay(o.Intent) // it was the provider's slip
		if got := w.get(o.Order.ID); got.State != order.StatePaid || got.Reason != "" || w.free(sku) != 0 {
			t.Errorf("got %s (%s) with %d free, want paid with 0", got.State, got.Reason, w.free(sku))
		}
		if err := w.hear(wrongAmount(o.Intent), payment.StatePaid); pavilion.ReasonOf(err) != "payment.amount_differs" {
			t.Errorf("wrong amount for a paid order: got %v, want payment.amount_differs", err)
		}
		w.mustBeClean()
	})
}

// TestExpiryRacesPayment has both come at the same moment, many times over.
func TestExpiryRacesPayment(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		const orders = 24
		sku := w.goods(orders)
		var placed []order.Outcome
		for range orders {
			placed = append(placed, w.place(line(sku, 1)))
		}
		w.clock.Advance(payWithin)
		var wg sync.WaitGroup
		wg.Go(func() {
			for range orders {
				err := w.do(func(ctx context.Context, tx *db.Tx) error { _, err := order.Expire(ctx, tx, tx.Now(), 3); return err })
				if err != nil {
					t.Errorf("expire: %v", err)
				}
			}
		})
		for n, o := range placed {
			word := payment.Word{NoticeID: fmt.Sprintf("race-%d", n), Intent: o.Intent.ID, State: payment.StatePaid, Amount: o.Intent.Amount}
			wg.Go(func() {
				err := w.do(func(ctx context.Context, tx *db.Tx) error { return order.Hear(ctx, tx, provider, word) })
				if err != nil {
					t.Errorf("hear: %v", err)
				}
			})
		}
		wg.Wait()
		for _, o := range placed {
			w.mustBe(o.Order.ID, order.StatePaid)
		}
		w.mustBeClean()
	})
}
