package own

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
)

// NoticePath is where providers send their notices: NoticePath + the provider's name, by
// POST. The handler passes header and body to [Shop.Notice].
const NoticePath = "/payment/notice/"

const (
	askEvery = 30 * time.Second // how often an open intent is asked about
	askMost  = 100              // at a time
)

// StartPayment returns the address where the shopper pays the order. Called again it
// returns the same address, or a fresh one after a payment was declined. The provider is
// asked outside any transaction. Errors: NotFound order.unknown; Conflict order.wrong_state
// when there is nothing to pay; Unavailable when the provider does not answer.
func (s *Shop) StartPayment(ctx context.Context, id pavilion.OrderID, lang pavilion.Lang) (payURL string, err error) {
	var intent payment.Intent
	var o order.Order
	err = s.d.Write(ctx, system, func(tx *db.Tx) (err error) {
		if intent, err = order.Payable(ctx, tx, id); err != nil {
			return err
		}
		o, err = order.Get(ctx, tx, nil, id)
		return err
	})
	if err != nil {
		return "", err
	}
	if intent.State == payment.StateStarted {
		return intent.PayURL, nil
	}
	p, err := s.provider(intent.Provider)
	if err != nil {
		return "", err
	}
	started, err := p.Start(ctx, payment.Charge{
		Intent: intent.ID, Amount: intent.Amount, Subject: o.Number, Lang: lang, ExpiresAt: intent.ExpiresAt,
		ReturnURL: fmt.Sprintf("%s/%s/order/%s/pay", s.settings.BaseURL, lang, id),
		NotifyURL: s.settings.BaseURL + NoticePath + p.Name(),
	})
	if err != nil {
		return "", fmt.Errorf("start payment %s: %w", intent.ID, err)
	}
	err = s.d.Write(ctx, system, func(tx *db.Tx) error { return payment.MarkStarted(ctx, tx, intent.ID, started) })
	return started.PayURL, err
}

// Notice takes in what a provider sent. Errors: NotFound payment.unknown_provider, and
// those of the provider's ReadNotice and of order.Hear. The provider repeats a notice that
// was answered with an error.
func (s *Shop) Notice(ctx context.Context, provider string, header http.Header, body []byte) error {
	p, err := s.provider(provider)
	if err != nil {
		return err
	}
	w, err := p.ReadNotice(header, body)
	if err != nil {
		return err
	}
	return s.d.Write(ctx, system, func(tx *db.Tx) error { return order.Hear(ctx, tx, provider, w) })
}

// AskPayment asks the provider how an intent stands and acts on the answer. It is how a
// payment is learnt of that no notice came for. Errors: NotFound payment.intent_unknown, and
// those of the provider's Ask and of order.Hear.
func (s *Shop) AskPayment(ctx context.Context, id pavilion.IntentID) error {
	var intent payment.Intent
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		intent, err = payment.Get(ctx, v, id)
		return err
	})
	if err != nil {
		return err
	}
	return s.ask(ctx, intent)
}

func (s *Shop) ask(ctx context.Context, intent payment.Intent) error {
	p, err := s.provider(intent.Provider)
	if err != nil {
		return err
	}
	w, asked := p.Ask(ctx, intent.ID)
	unknown := pavilion.KindOf(asked) == pavilion.NotFound
	err = s.d.Write(ctx, system, func(tx *db.Tx) error {
		if err := payment.MarkAsked(ctx, tx, intent.ID); err != nil {
			return err
		}
		switch {
		case asked == nil:
			return order.Hear(ctx, tx, intent.Provider, w)
		case unknown && tx.Now().After(intent.ExpiresAt):
			_, _, err := payment.Cancel(ctx, tx, intent.ID)
			return err
		}
		return nil
	})
	if unknown {
		asked = nil // it was never started: nobody can have paid
	}
	return errors.Join(asked, err)
}

// AskOrder asks about the open intents of an order: for the page the shopper returns to.
func (s *Shop) AskOrder(ctx context.Context, id pavilion.OrderID) error {
	var intents []payment.Intent
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		intents, err = payment.ForPurpose(ctx, v, string(id))
		return err
	})
	for _, i := range intents {
		if i.State == payment.StateStarted {
			err = errors.Join(err, s.ask(ctx, i))
		}
	}
	return err
}

// AskOpen asks about the intents that no notice came for, the longest waiting first. A
// provider that cannot be reached is not asked again until the next time. A schedule calls it.
func (s *Shop) AskOpen(ctx context.Context) error {
	var intents []payment.Intent
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		intents, err = payment.Open(ctx, v, v.Now().Add(-askEvery), askMost)
		return err
	})
	away := map[string]bool{}
	for _, i := range intents {
		if away[i.Provider] {
			continue
		}
		asked := s.ask(ctx, i)
		away[i.Provider] = pavilion.KindOf(asked) == pavilion.Unavailable
		err = errors.Join(err, asked)
	}
	return err
}

// Repay has the provider carry out a refund. It is the reaction to payment.RefundRequested
// and may run twice. Error: Unavailable payment.refund_under_way with RetryAfter while the
// provider is at it, so that the job asks again.
func (s *Shop) Repay(ctx context.Context, fact payment.RefundRequested) error {
	var refund payment.Refund
	var intent payment.Intent
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		if refund, err = payment.GetRefund(ctx, v, fact.Refund); err != nil {
			return err
		}
		intent, err = payment.Get(ctx, v, refund.Intent)
		return err
	})
	if err != nil || refund.State == payment.StateDone {
		return err
	}
	if refund.State == payment.StateRefused {
		return refusedRefund(refund)
	}
	p, err := s.provider(intent.Provider)
	if err != nil {
		return err
	}
	w, err := p.Refund(ctx, payment.Repayment{Refund: refund.ID, Intent: intent.ID, Amount: refund.Amount, Reason: refund.Reason})
	if err != nil {
		return fmt.Errorf("refund %s: %w", refund.ID, err)
	}
	err = s.d.Write(ctx, system, func(tx *db.Tx) (err error) {
		refund, err = payment.RefundTold(ctx, tx, w)
		return err
	})
	if err == nil && refund.State == payment.StateRefused {
		return refusedRefund(refund)
	}
	if err == nil && refund.State == payment.StateSent {
		wait := pavilion.E(pavilion.Unavailable, "payment.refund_under_way", nil)
		wait.RetryAfter = askEvery
		return wait
	}
	return err
}

// refusedRefund parks the job: a person has to give the money back another way.
func refusedRefund(r payment.Refund) error {
	return pavilion.E(pavilion.Conflict, "payment.refund_refused", pavilion.Args{"refund": string(r.ID), "amount": r.Amount})
}

// Expire ends unpaid orders whose time is over, in batches. A schedule calls it.
func (s *Shop) Expire(ctx context.Context) error {
	const batch = 200
	for {
		var n int
		err := s.d.Write(ctx, system, func(tx *db.Tx) (err error) {
			n, err = order.Expire(ctx, tx, tx.Now(), batch)
			return err
		})
		if err != nil || n < batch {
			return err
		}
	}
}
