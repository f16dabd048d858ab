package order

import (
	"context"
	"fmt"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
	"pavilion/payment"
	"pavilion/stock"
)

const (
	dueSQL    = `select id from sale_order where state = 'unpaid' and pay_by <= $1 order by pay_by, id limit $2`
	expireSQL = `update sale_order set state = 'expired', updated_at = $1 where id = $2 and state = 'unpaid'`
)

// Expire ends unpaid orders whose time to pay is over, the longest over first, at most
// limit of them, and gives their goods back. It returns how many it ended. An order that is
// paid in the same moment keeps its goods: whoever changes its row first is right, and a
// payment that comes second finds [Pay] ready for it.
func Expire(ctx context.Context, tx *db.Tx, now time.Time, limit int) (int, error) {
	due, err := db.All(ctx, tx, func(s db.Scanner) (id pavilion.OrderID, err error) {
		return id, s.Scan(&id)
	}, dueSQL, db.Micros(now), limit)
	if err != nil {
		return 0, err
	}
	at, actor := db.Micros(tx.Now()), tx.Actor().String()
	var ended []pavilion.OrderID
	var facts []job.Fact
	for _, id := range due {
		n, err := tx.Exec(ctx, expireSQL, at, id)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, eventSQL, id, id, StepExpire, StateUnpaid, StateExpired, "", actor, at); err != nil {
			return 0, err
		}
		ended = append(ended, id)
		facts = append(facts, Expired{Order: id})
	}
	if len(ended) == 0 {
		return 0, nil
	}
	if err := stock.Release(ctx, tx, ended...); err != nil {
		return 0, err
	}
	tx.Signal("order")
	return len(ended), job.Record(ctx, tx, facts...)
}

// Cancel calls an order off before it is shipped: its goods go back to the shelf, and what
// was paid and not yet refunded goes back to the buyer. Errors: NotFound order.unknown;
// Conflict order.wrong_state.
func Cancel(ctx context.Context, tx *db.Tx, id pavilion.OrderID, reason string) error {
	o, err := Keep(ctx, tx, id)
	if err != nil {
		return err
	}
	return o.cancel(ctx, tx, reason)
}

func (o *Order) cancel(ctx context.Context, tx *db.Tx, reason string) error {
	from := o.State
	left, err := o.Total.Sub(o.Refunded)
	if err != nil {
		return err
	}
	if from == StatePaid {
		o.Refunded = o.Total
	}
	o.Reason = reason
	if err := o.move(ctx, tx, StepCancel, reason); err != nil {
		return err
	}
	if from != StateParked {
		if err := o.release(ctx, tx); err != nil {
			return err
		}
	}
	if from == StatePaid && !left.IsZero() {
		if err := o.repay(ctx, tx, left, reason); err != nil {
			return err
		}
	}
	return job.Record(ctx, tx, Cancelled{Order: o.ID, Reason: reason})
}

// release gives the goods of an order back: to everybody, or into the share of the shop whose
// platform offers them again by itself.
func (o *Order) release(ctx context.Context, tx *db.Tx) error {
	if o.Shop != "" {
		return stock.Regrant(ctx, tx, o.Channel, o.Shop, o.ID)
	}
	return stock.Release(ctx, tx, o.ID)
}

// repay sends money of the order back the way it came. What was paid at a channel goes back
// through the channel, which hears of it by the fact. Units that cost nothing, such as gifts,
// are given back by the fact alone.
func (o *Order) repay(ctx context.Context, tx *db.Tx, amount money.Money, reason string) error {
	if o.PaidBy != "" && !amount.IsZero() {
		if _, err := payment.RequestRefund(ctx, tx, o.PaidBy, amount, reason); err != nil {
			return fmt.Errorf("refund %s: %w", o.ID, err)
		}
	}
	return job.Record(ctx, tx, Refunded{Order: o.ID, Amount: amount, Reason: reason})
}

// Ship takes the goods off the books: they left with the parcel. Errors: NotFound
// order.unknown; Conflict order.wrong_state.
func Ship(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	if err := step(ctx, tx, id, StepShip); err != nil {
		return err
	}
	if err := stock.Take(ctx, tx, id); err != nil {
		return err
	}
	return job.Record(ctx, tx, Shipped{Order: id})
}

// Deliver notes that the recipient has the goods. Errors are those of [Ship].
func Deliver(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	if err := step(ctx, tx, id, StepDeliver); err != nil {
		return err
	}
	return job.Record(ctx, tx, Delivered{Order: id})
}

// Complete ends a delivered order when the time for complaints is over. Errors are those of
// [Ship].
func Complete(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	return step(ctx, tx, id, StepComplete)
}

// step takes a step that changes nothing of the order but its state.
func step(ctx context.Context, tx *db.Tx, id pavilion.OrderID, step Step) error {
	o, err := Keep(ctx, tx, id)
	if err != nil {
		return err
	}
	return o.move(ctx, tx, step, "")
}

const (
	underWaySQL = `select number from sale_order
		where buyer = $1 and buyer <> '' and state in ('unpaid', 'paid', 'shipped', 'parked') order by id limit 1`
	forgetSQL = `update sale_order set buyer = '', phone_key = '', ship_to = $1, updated_at = $2
		where buyer = $3 and buyer <> ''`
)

// Forget erases from a buyer's orders who the buyer was, where the goods went and what staff
// wrote about it; goods and money stay on the books. Error: Conflict order.under_way {number} when one of them is not
// over yet and still needs its recipient.
func Forget(ctx context.Context, tx *db.Tx, buyer string) error {
	number, found, err := db.One(ctx, tx, func(s db.Scanner) (n string, err error) { return n, s.Scan(&n) }, underWaySQL, buyer)
	if err != nil {
		return err
	}
	if found {
		return pavilion.E(pavilion.Conflict, "order.under_way", pavilion.Args{"number": number})
	}
	if _, err := tx.Exec(ctx, forgetNoteSQL, []byte{}, buyer); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, forgetSQL, []byte{}, db.Micros(tx.Now()), buyer)
	return err
}
