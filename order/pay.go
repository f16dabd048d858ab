package order

import (
	"context"
	"errors"
	"fmt"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/payment"
	"pavilion/stock"
)

var errAmountDiffers = pavilion.E(pavilion.Conflict, "payment.amount_differs", nil)

// Hear takes in what a provider said about a payment, by a notice or when asked, and does
// to the order what follows from it. The same word again changes nothing. A word that names
// another amount than was asked for parks the order for a person. Errors are those of
// payment.Hear.
func Hear(ctx context.Context, tx *db.Tx, provider string, w payment.Word) error {
	intent, news, err := payment.Hear(ctx, tx, provider, w)
	if errors.Is(err, errAmountDiffers) {
		return park(ctx, tx, w.Intent, err)
	}
	if err != nil || !news || intent.State != payment.StatePaid {
		return err
	}
	_, err = Pay(ctx, tx, intent)
	return err
}

// Pay gives an order the money that arrived for it. The first payment pays it. If its time
// was over, it gets its goods again where the stock still has them. Money the order has no
// use for, because the goods are gone, it was cancelled, or it was paid before, goes back;
// it is never kept and never lost. Errors: NotFound order.unknown.
func Pay(ctx context.Context, tx *db.Tx, paid payment.Intent) (Order, error) {
	o, err := Keep(ctx, tx, pavilion.OrderID(paid.Purpose))
	if err != nil {
		return Order{}, fmt.Errorf("payment %s for %s: %w", paid.ID, paid.Purpose, err)
	}
	if o.PaidBy == paid.ID {
		return o, nil
	}
	switch o.State {
	case StateUnpaid:
		if err := stock.Confirm(ctx, tx, o.ID); err != nil {
			return Order{}, err
		}
	case StateExpired, StateParked:
		grants, err := stock.Reserve(ctx, tx, []stock.Claim{o.claim()})
		if err != nil {
			return Order{}, err
		}
		if grants[0].Err != nil {
			return o, o.giveBack(ctx, tx, paid, grants[0].Err.Reason)
		}
	default:
		return o, o.giveBack(ctx, tx, paid, "order.needs_no_payment")
	}
	o.PaidBy, o.Reason = paid.ID, ""
	if err := o.startClock(ctx, tx); err != nil {
		return Order{}, err
	}
	if err := o.move(ctx, tx, StepPay, string(paid.ID)); err != nil {
		return Order{}, err
	}
	return o, job.Record(ctx, tx, Paid{Order: o.ID, Intent: paid.ID})
}

// giveBack returns the whole of a payment that the order has no use for.
func (o *Order) giveBack(ctx context.Context, tx *db.Tx, paid payment.Intent, reason string) error {
	if err := o.move(ctx, tx, StepGiveBack, string(paid.ID)); err != nil {
		return err
	}
	_, err := payment.RequestRefund(ctx, tx, paid.ID, paid.Amount, reason)
	return err
}

// park puts an order aside whose payment has another amount than was asked for. Its goods
// go back to the shelf, and a person settles the money with the provider: nothing here
// knows how much really arrived. Where the order cannot be parked, because it is paid or
// further, the cause is returned as it was.
func park(ctx context.Context, tx *db.Tx, intent pavilion.IntentID, cause error) error {
	i, err := payment.Get(ctx, tx, intent)
	if err != nil {
		return err
	}
	o, err := Keep(ctx, tx, pavilion.OrderID(i.Purpose))
	if err != nil {
		return err
	}
	if o.State == StateParked {
		return nil // said before
	}
	if _, err := after(o.State, StepPark); err != nil {
		return cause
	}
	if o.State == StateUnpaid {
		if err := stock.Release(ctx, tx, o.ID); err != nil {
			return err
		}
	}
	o.Reason = pavilion.ReasonOf(cause)
	return o.move(ctx, tx, StepPark, string(intent))
}

// Payable returns the intent by which an unpaid order can be paid: the open one, or a new
// one, with the same provider, if the last came to nothing. Errors: NotFound order.unknown;
// Conflict order.wrong_state when the order is not to be paid any more.
func Payable(ctx context.Context, tx *db.Tx, id pavilion.OrderID) (payment.Intent, error) {
	o, err := Keep(ctx, tx, id)
	if err != nil {
		return payment.Intent{}, err
	}
	if o.State != StateUnpaid || !tx.Now().Before(o.PayBy) {
		return payment.Intent{}, wrongState(o.State, StepPay)
	}
	intents, err := payment.ForPurpose(ctx, tx, string(id))
	if err != nil {
		return payment.Intent{}, err
	}
	var provider string
	for _, i := range intents {
		if i.State == payment.StateCreated || i.State == payment.StateStarted {
			return i, nil
		}
		provider = i.Provider
	}
	return payment.Create(ctx, tx, string(id), o.Total, provider, o.PayBy)
}
