package order

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

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
var ErrRaced = pavilion.E(pavilion.Conflict, "order.raced", nil)

// Accept answers a set of drafts, in their order, in one transaction: an order with its
// lines, its reservations, its payment intent and the fact Accepted, or the stock's refusal,
// or the order that the same channel, shop and external number got before.
//
// Goods are claimed before anything is inserted, so a refused draft leaves no row and costs
// a look or two at an index: in a sale where nineteen of twenty are refused, rows inserted only
// to be deleted would cost more than all the orders. The price is that look for every draft
// that is accepted.
func Accept(ctx context.Context, tx *db.Tx, sealer *db.Sealer, drafts []Draft) ([]Outcome, error) {
	outcomes, err := Repeats(ctx, tx, sealer, drafts)
	if err != nil {
		return nil, err
	}
	first := make(map[key]int, len(drafts)) // where in the set a key comes first
	var fresh []int
	for i, d := range drafts {
		if _, double := first[d.order.key()]; double {
			continue
		}
		first[d.order.key()] = i
		if !outcomes[i].Repeat {
			fresh = append(fresh, i)
		}
	}
	if err := acceptFresh(ctx, tx, sealer, drafts, fresh, outcomes); err != nil {
		return nil, err
	}
	for i, d := range drafts {
		if f := first[d.order.key()]; f != i {
			outcomes[i] = outcomes[f]
			outcomes[i].Repeat = outcomes[f].Err == nil
		}
	}
	return outcomes, nil
}

// acceptFresh claims goods for the drafts at the given places, none of which was accepted
// before, and stores the orders that got them.
func acceptFresh(ctx context.Context, tx *db.Tx, sealer *db.Sealer, drafts []Draft, fresh []int, outcomes []Outcome) error {
	if len(fresh) == 0 {
		return nil
	}
	claims := make([]stock.Claim, len(fresh))
	for n, i := range fresh {
		claims[n] = drafts[i].claim
	}
	grants, err := stock.Reserve(ctx, tx, claims)
	if err != nil {
		return fmt.Errorf("reserve: %w", err)
	}
	var granted, refused []int
	for n, i := range fresh {
		if grants[n].Err != nil {
			outcomes[i].Err = grants[n].Err
			refused = append(refused, i)
			continue
		}
		granted = append(granted, i)
		o := drafts[i].order
		o.Number, o.PlacedAt, o.UpdatedAt = newNumber(), tx.Now(), tx.Now()
		outcomes[i].Order = o
	}
	if err := lookAgain(ctx, tx, sealer, drafts, refused, outcomes); err != nil {
		return err
	}
	if len(granted) == 0 {
		return nil
	}
	if err := insertOrders(ctx, tx, drafts, granted, outcomes); err != nil {
		return err
	}
	if err := createIntents(ctx, tx, drafts, granted, outcomes); err != nil {
		return err
	}
	facts := make([]job.Fact, len(granted))
	for n, i := range granted {
		o := &outcomes[i].Order
		facts[n] = Accepted{Order: o.ID, Channel: o.Channel, Simulated: o.Simulated}
	}
	tx.Signal("order")
	return job.Record(ctx, tx, facts...)
}

// lookAgain finds among the refused drafts those whose order another transaction was just
// accepting: it may be that very order that took the last units.
func lookAgain(ctx context.Context, tx *db.Tx, sealer *db.Sealer, drafts []Draft, refused []int, outcomes []Outcome) error {
	if len(refused) == 0 {
		return nil
	}
	again := make([]Draft, len(refused))
	for n, i := range refused {
		again[n] = drafts[i]
	}
	found, err := Repeats(ctx, tx, sealer, again)
	if err != nil {
		return err
	}
	for n, i := range refused {
		if found[n].Repeat {
			outcomes[i] = found[n]
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
			"state", "reason", "paid_by", "simulated", "placed_at", "pay_by", "updated_at",
		},
		Suffix: "on conflict do nothing",
	}
	insertLine = db.Insert{
		Table: "order_line",
		Columns: []string{
			"order_id", "line", "sku_id", "name", "quantity", "refunded_quantity", "unit_minor", "tax_minor", "total_minor",
		},
	}
	insertEvent = db.Insert{
		Table:   "order_event",
		Columns: []string{"order_id", "number", "step", "from_state", "to_state", "detail", "actor", "happened_at"},
	}
)

func insertOrders(ctx context.Context, tx *db.Tx, drafts []Draft, granted []int, outcomes []Outcome) error {
	rows := make([]any, 0, len(granted)*len(insertOrder.Columns))
	lines := make([]any, 0, len(granted)*len(insertLine.Columns))
	events := make([]any, 0, len(granted)*len(insertEvent.Columns))
	now := db.Micros(tx.Now())
	for _, i := range granted {
		o := &outcomes[i].Order
		actor := pavilion.Actor{Kind: pavilion.ByChannel, ID: o.Channel}.String() // the transaction is everybody's
		payBy := sql.NullInt64{Int64: db.Micros(o.PayBy), Valid: !o.PayBy.IsZero()}
		rows = append(rows,
			o.ID, o.Number, o.Channel, o.Shop, o.External, o.Buyer, o.PhoneKey, drafts[i].shipTo, o.Lang, o.Total.Currency(),
			o.Goods.Minor(), o.Delivery.Minor(), o.Tax.Minor(), o.Total.Minor(), o.Refunded.Minor(),
			o.State, o.Reason, o.PaidBy, o.Simulated, now, payBy, now)
		for _, l := range o.Lines {
			lines = append(lines, o.ID, l.Number, l.SKU, l.Name, l.Quantity, l.Refunded, l.Unit.Minor(), l.Tax.Minor(), l.Total.Minor())
		}
		step := StepPlace
		if o.State == StatePaid {
			step = StepPlacePaid
		}
		events = append(events, o.ID, 1, step, "", o.State, "", actor, now)
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
	_, err = insertEvent.Rows(ctx, tx, events)
	return err
}

func createIntents(ctx context.Context, tx *db.Tx, drafts []Draft, granted []int, outcomes []Outcome) error {
	var unpaid []int
	var wanted []payment.NewIntent
	for _, i := range granted {
		if o := &outcomes[i].Order; o.State == StateUnpaid {
			unpaid = append(unpaid, i)
			wanted = append(wanted, payment.NewIntent{Purpose: string(o.ID), Amount: o.Total, Provider: drafts[i].provider, ExpiresAt: o.PayBy})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	intents, err := payment.CreateSet(ctx, tx, wanted)
	if err != nil {
		return fmt.Errorf("create payment intents: %w", err)
	}
	for n, i := range unpaid {
		outcomes[i].Intent = intents[n]
	}
	return nil
}

// key is what makes two requests the same.
type key struct {
	shop
	external string
}

// shop is where the external number is unique.
type shop struct{ channel, name string }

func (o *Order) key() key { return key{shop{o.Channel, o.Shop}, o.External} }

// Repeats finds which drafts were accepted before. The answer has one outcome per draft; of
// a draft that was not, it is empty.
func Repeats(ctx context.Context, r db.Reader, sealer *db.Sealer, drafts []Draft) ([]Outcome, error) {
	externals := map[shop][]string{}
	for _, d := range drafts {
		k := d.order.key()
		externals[k.shop] = append(externals[k.shop], k.external)
	}
	known := map[key]pavilion.OrderID{}
	for at, numbers := range externals {
		slices.Sort(numbers)
		placed, err := db.AllKeyed(ctx, r, scanPlaced, placedAmong, slices.Compact(numbers), at.channel, at.name)
		if err != nil {
			return nil, fmt.Errorf("look for repeats: %w", err)
		}
		for _, p := range placed {
			known[key{at, p.external}] = p.id
		}
	}
	outcomes := make([]Outcome, len(drafts))
	if len(known) == 0 {
		return outcomes, nil
	}
	for i, d := range drafts {
		id, repeat := known[d.order.key()]
		if !repeat {
			continue
		}
		var err error
		if outcomes[i], err = outcomeOf(ctx, r, sealer, id); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

var placedAmong = &db.Keyed{
	Text: `select external_no, id from sale_order where channel = $1 and shop = $2 and external_no in (%s)`,
	Args: 2,
}

// placed is an order by the number its channel knows it under.
type placed struct {
	external string
	id       pavilion.OrderID
}

func scanPlaced(s db.Scanner) (p placed, err error) {
	return p, s.Scan(&p.external, &p.id)
}

// Placed finds the order that a channel's shop placed with an external number. The outcome
// is empty if there is none, and a Repeat if there is.
func Placed(ctx context.Context, r db.Reader, sealer *db.Sealer, channel, shop, external string) (Outcome, error) {
	found, err := db.AllKeyed(ctx, r, scanPlaced, placedAmong, []string{external}, channel, shop)
	if err != nil || len(found) == 0 {
		return Outcome{}, err
	}
	return outcomeOf(ctx, r, sealer, found[0].id)
}

// outcomeOf is the outcome of a request that was accepted as this order before.
func outcomeOf(ctx context.Context, r db.Reader, sealer *db.Sealer, id pavilion.OrderID) (Outcome, error) {
	o, err := Get(ctx, r, sealer, id)
	if err != nil {
		return Outcome{}, err
	}
	intent, err := lastIntent(ctx, r, id)
	return Outcome{Order: o, Intent: intent, Repeat: true}, err
}

// lastIntent is the newest payment intent of an order, empty if it has none.
func lastIntent(ctx context.Context, r db.Reader, id pavilion.OrderID) (payment.Intent, error) {
	intents, err := payment.ForPurpose(ctx, r, string(id))
	if err != nil || len(intents) == 0 {
		return payment.Intent{}, err
	}
	return intents[len(intents)-1], nil
}
