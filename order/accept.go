package order

import (
	"context"
	"database/sql"
	"fmt"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/payment"
	"pavilion/stock"
)

// Outcome is the answer to a request: an order, or Err.
type Outcome struct {
	Order  Order
	Intent payment.Intent  // to pay the order with; empty if it is paid already
	Repeat bool            // the request was accepted before; Order is that order
	Err    *pavilion.Error // why the stock refused, see stock.Grant; nothing was reserved
}

// ErrRaced comes from [Accept] when, between its look and its insert, another transaction
// accepted one of the orders, or a number was drawn that is in use. The transaction must be
// rolled back; accepted again, the set finds the other's order as a repeat.
var ErrRaced = pavilion.E(pavilion.Unavailable, "order.raced", nil)

// Accept answers a set of drafts, in their order, in one transaction: an order with its
// lines, its reservations, its payment intent and the fact Accepted, or the stock's refusal,
// or the order that the same channel, shop and external number got before.
//
// Goods are claimed before anything is inserted, so that a refused draft leaves no row. It
// costs every draft a look at an index beforehand, and a refused one another; rows that are
// inserted only to be deleted would cost more than all the orders in a sale where nineteen
// of twenty are refused.
func Accept(ctx context.Context, tx *db.Tx, sealer *db.Sealer, drafts []Draft) ([]Outcome, error) {
	outcomes, err := Repeats(ctx, tx, sealer, drafts)
	if err != nil {
		return nil, err
	}
	first := make(map[key]*Outcome, len(drafts)) // the answer to the first of each key
	var fresh []entry
	for i := range drafts {
		k := drafts[i].order.key()
		if first[k] != nil {
			continue
		}
		first[k] = &outcomes[i]
		if !outcomes[i].Repeat {
			fresh = append(fresh, entry{&drafts[i], &outcomes[i]})
		}
	}
	if err := acceptFresh(ctx, tx, sealer, fresh); err != nil {
		return nil, err
	}
	for i := range drafts {
		if f := first[drafts[i].order.key()]; f != &outcomes[i] {
			outcomes[i] = *f
			outcomes[i].Repeat = f.Err == nil
		}
	}
	return outcomes, nil
}

// entry is a draft of the set and the place of its answer.
type entry struct {
	*Draft
	out *Outcome
}

// acceptFresh answers drafts with different keys, none of which was accepted before.
func acceptFresh(ctx context.Context, tx *db.Tx, sealer *db.Sealer, fresh []entry) error {
	if len(fresh) == 0 {
		return nil
	}
	claims := make([]stock.Claim, len(fresh))
	for i, e := range fresh {
		claims[i] = e.claim
	}
	grants, err := stock.Reserve(ctx, tx, claims)
	if err != nil {
		return fmt.Errorf("reserve: %w", err)
	}
	var granted, refused []entry
	for i, e := range fresh {
		if e.out.Err = grants[i].Err; e.out.Err != nil {
			refused = append(refused, e)
			continue
		}
		granted = append(granted, e)
		e.out.Order = e.order
		e.out.Order.Number, e.out.Order.PlacedAt, e.out.Order.UpdatedAt = newNumber(), tx.Now(), tx.Now()
	}
	if err := lookAgain(ctx, tx, sealer, refused); err != nil {
		return err
	}
	if len(granted) == 0 {
		return nil
	}
	if err := insertOrders(ctx, tx, granted); err != nil {
		return err
	}
	if err := createIntents(ctx, tx, granted); err != nil {
		return err
	}
	facts := make([]job.Fact, 0, len(granted))
	for _, e := range granted {
		facts = append(facts, Accepted{Order: e.order.ID, Channel: e.order.Channel, Simulated: e.order.Simulated})
		if e.order.State == StatePaid {
			facts = append(facts, Paid{Order: e.order.ID})
		}
	}
	tx.Signal("order")
	return job.Record(ctx, tx, facts...)
}

// lookAgain finds among the refused drafts those whose order another transaction was just
// accepting: it may be that very order that took the last units.
func lookAgain(ctx context.Context, tx *db.Tx, sealer *db.Sealer, refused []entry) error {
	if len(refused) == 0 {
		return nil
	}
	again := make([]Draft, len(refused))
	for i, e := range refused {
		again[i] = *e.Draft
	}
	found, err := Repeats(ctx, tx, sealer, again)
	if err != nil {
		return err
	}
	for i, e := range refused {
		if found[i].Repeat {
			*e.out = found[i]
		}
	}
	return nil
}

var (
	insertOrder = db.Insert{
		Table: "sale_order",
		Columns: []string{
			"id", "number", "channel", "shop", "external_no", "buyer", "phone_key", "ship_to", "lang", "currency",
			"goods_minor", "delivery_minor", "tax_minor", "total_minor", "refunded_minor",
			"state", "reason", "paid_by", "simulated", "placed_at", "pay_by", "ship_by", "updated_at", "notice",
		},
		Suffix: "on conflict do nothing",
	}
	insertLine = db.Insert{
		Table: "order_line",
		Columns: []string{
			"order_id", "line", "sku_id", "name", "quantity", "refunded_quantity", "unit_minor", "tax_minor", "total_minor",
			"value_minor", "freight_minor", "duty_minor", "consumption_minor", "vat_minor", "tax_terms",
		},
	}
	insertEvent = db.Insert{
		Table:   "order_event",
		Columns: []string{"order_id", "number", "step", "from_state", "to_state", "detail", "actor", "happened_at"},
	}
)

func insertOrders(ctx context.Context, tx *db.Tx, granted []entry) error {
	rows := make([]any, 0, len(granted)*len(insertOrder.Columns))
	lines := make([]any, 0, len(granted)*len(insertLine.Columns))
	events := make([]any, 0, len(granted)*len(insertEvent.Columns))
	now := db.Micros(tx.Now())
	for _, e := range granted {
		o := &e.out.Order
		if o.State == StatePaid && o.ShipBy.IsZero() {
			if err := o.startClock(ctx, tx); err != nil {
				return err
			}
		}
		payBy := sql.NullInt64{Int64: db.Micros(o.PayBy), Valid: !o.PayBy.IsZero()}
		rows = append(rows,
			o.ID, o.Number, o.Channel, o.Shop, o.External, o.Buyer, o.PhoneKey, e.shipTo, o.Lang, o.Total.Currency(),
			o.Goods.Minor(), o.Delivery.Minor(), o.Tax.Minor(), o.Total.Minor(), o.Refunded.Minor(),
			o.State, o.Reason, o.PaidBy, o.Simulated, now, payBy, db.Micros(o.ShipBy), now, o.Notice)
		for _, l := range o.Lines {
			lines = append(lines, o.ID, l.Number, l.SKU, l.Name, l.Quantity, l.Refunded, l.Unit.Minor(), l.Tax.Minor(), l.Total.Minor())
			lines = append(lines, borderRow(l.Border)...)
		}
		step := StepPlace
		if o.State == StatePaid {
			step = StepPlacePaid
		}
		// The transaction belongs to the whole set, the event to the order's channel.
		actor := pavilion.Actor{Kind: pavilion.ByChannel, ID: o.Channel}
		events = append(events, o.ID, 1, step, "", o.State, "", actor.String(), now)
	}
	n, err := insertOrder.Rows(ctx, tx, rows)
	if err != nil {
		return err
	}
	if n != int64(len(granted)) {
		return ErrRaced
	}
	if _, err := insertLine.Rows(ctx, tx, lines); err != nil {
		return err
	}
	if _, err = insertEvent.Rows(ctx, tx, events); err != nil {
		return err
	}
	return keepNotices(ctx, tx, granted)
}

// createIntents makes the payment intents of the orders that are to be paid.
func createIntents(ctx context.Context, tx *db.Tx, granted []entry) error {
	var unpaid []entry
	var wanted []payment.NewIntent
	for _, e := range granted {
		if o := &e.order; o.State == StateUnpaid {
			unpaid = append(unpaid, e)
			wanted = append(wanted, payment.NewIntent{Purpose: string(o.ID), Amount: o.Total, Provider: e.provider, ExpiresAt: o.PayBy})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	intents, err := payment.CreateSet(ctx, tx, wanted)
	if err != nil {
		return fmt.Errorf("create payment intents: %w", err)
	}
	for i, e := range unpaid {
		e.out.Intent = intents[i]
	}
	return nil
}
