package order

import (
	"context"
	"fmt"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/payment"
)

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
