package own_test

import (
	"net/http"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
)

func TestPayments(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		sku := w.goods(1990, 100)
		signed := http.Header{"Signature": {"bank"}}
		t.Run("by notice", func(t *testing.T) {
			id := w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID
			intent := w.start(id)
			c := w.bank.charges[intent]
			if c.Amount != cny(2790) || c.Subject != w.order(id).Number || c.NotifyURL != "https://shop.example/payment/notice/bank" ||
				c.ReturnURL != "https://shop.example/zh/order/"+string(id)+"/pay" || !c.ExpiresAt.Equal(w.clock.Now().Add(30*time.Minute)) {
				t.Errorf("charge: got %+v", c)
			}
			if again := w.start(id); again != intent {
				t.Errorf("started again: got %s, want %s", again, intent)
			}
			w.bank.set(intent, payment.StatePaid)
			refuses(t, w.Notice(ctx, "bank", http.Header{}, []byte(intent)), "bank.signature")
			refuses(t, w.Notice(ctx, "other", signed, []byte(intent)), "payment.unknown_provider")
			w.mustBe(id, order.StateUnpaid)
			for range 2 {
				if err := w.Notice(ctx, "bank", signed, []byte(intent)); err != nil {
					t.Fatal(err)
				}
			}
			w.mustBe(id, order.StatePaid)
			_, err := w.StartPayment(ctx, id, pavilion.Chinese)
			refuses(t, err, "order.wrong_state")
		})
		t.Run("asked when the shopper returns", func(t *testing.T) {
			id := w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID
			w.bank.set(w.start(id), payment.StatePaid)
			if err := w.AskOrder(ctx, id); err != nil {
				t.Fatal(err)
			}
			w.mustBe(id, order.StatePaid)
		})
		t.Run("asked when no notice comes", func(t *testing.T) {
			paid, open := w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID, w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID
			unstarted := w.place(own.Line{SKU: sku, Quantity: 1})
			w.bank.set(w.start(paid), payment.StatePaid)
			w.start(open)
			w.clock.Advance(time.Minute)
			if err := w.AskOpen(ctx); err != nil {
				t.Fatal(err)
			}
			w.mustBe(paid, order.StatePaid)
			w.mustBe(open, order.StateUnpaid)
			w.clock.Advance(time.Hour)
			if err := w.AskOpen(ctx); err != nil {
				t.Fatal(err)
			}
			err := w.d.Read(ctx, func(v *db.View) error {
				i, err := payment.Get(ctx, v, unstarted.Intent.ID)
				if i.State != payment.StateCancelled {
					t.Errorf("an intent nobody started: got %s, want cancelled", i.State)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
		t.Run("declined, then paid", func(t *testing.T) {
			id := w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID
			first := w.start(id)
			w.bank.set(first, payment.StateDeclined)
			if err := w.AskOrder(ctx, id); err != nil {
				t.Fatal(err)
			}
			w.mustBe(id, order.StateUnpaid)
			second := w.start(id)
			if second == first {
				t.Fatal("after it was declined: got the same intent, want another")
			}
			w.bank.set(second, payment.StatePaid)
			if err := w.AskOrder(ctx, id); err != nil {
				t.Fatal(err)
			}
			w.mustBe(id, order.StatePaid)
		})
		t.Run("the provider's reply is lost", func(t *testing.T) {
			id := w.place(own.Line{SKU: sku, Quantity: 1}).Order.ID
			w.bank.fail = pavilion.E(pavilion.Unavailable, "bank.lost", nil)
			_, err := w.StartPayment(ctx, id, pavilion.Chinese)
			refuses(t, err, "bank.lost")
			w.bank.fail = nil
			intent := w.start(id)
			w.bank.set(intent, payment.StatePaid)
			if err := w.AskPayment(ctx, intent); err != nil {
				t.Fatal(err)
			}
			w.mustBe(id, order.StatePaid)
		})
		t.Run("expired, paid, refunded", func(t *testing.T) {
			rare := w.goods(1990, 1)
			id := w.place(own.Line{SKU: rare, Quantity: 1}).Order.ID
			intent := w.start(id)
			w.clock.Advance(30 * time.Minute)
			_, err := w.StartPayment(ctx, id, pavilion.Chinese)
			refuses(t, err, "order.wrong_state")
			if err := w.Expire(ctx); err != nil {
				t.Fatal(err)
			}
			w.mustBe(id, order.StateExpired)
			w.place(own.Line{SKU: rare, Quantity: 1})
			w.bank.set(intent, payment.StatePaid)
			if err := w.AskPayment(ctx, intent); err != nil {
				t.Fatal(err)
			}
			w.mustBe(id, order.StateExpired)
			refund := w.onlyRefund(t, intent)
			w.bank.slow = true
			err = w.Repay(ctx, payment.RefundRequested{Refund: refund.ID})
			if e := refuses(t, err, "payment.refund_under_way"); e.Kind != pavilion.Unavailable {
				t.Errorf("while the bank is at it: got %v, want Unavailable", err)
			}
			for range 2 {
				if err := w.Repay(ctx, payment.RefundRequested{Refund: refund.ID}); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.onlyRefund(t, intent); got.State != payment.StateDone || len(w.bank.repaid) != 1 || w.bank.repaid[refund.ID] != cny(2790) {
				t.Errorf("got %s and %v at the bank, want done and all of it once", got.State, w.bank.repaid)
			}
		})
		w.mustBeClean()
	})
}

func (w *world) onlyRefund(t *testing.T, intent pavilion.IntentID) payment.Refund {
	t.Helper()
	var refunds []payment.Refund
	err := w.d.Read(t.Context(), func(v *db.View) (err error) {
		refunds, err = payment.Refunds(t.Context(), v, intent)
		return err
	})
	if err != nil || len(refunds) != 1 {
		t.Fatalf("got %d refunds, %v, want one", len(refunds), err)
	}
	return refunds[0]
}
