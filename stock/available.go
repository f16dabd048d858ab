package stock

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

// Availability is what a channel could sell of a SKU now.
type Availability struct {
	Quantity   int64
	BestBefore pavilion.Date // of the units that would be sold first; "" if they do not expire
	DaysLeft   int           // days until then, in the warehouse's zone; 0 if they do not expire
	BuyerLimit int64         // the most one buyer may take within the limit's window; 0 is no limit
}

// Available tells what the channel could sell of each SKU, without what was granted to shops
// on platforms. A SKU with nothing to sell is in the map with quantity 0.
func Available(ctx context.Context, r db.Reader, channel string, skus []pavilion.SKUID) (map[pavilion.SKUID]Availability, error) {
	skus = inOrder(skus)
	rs, err := readRules(ctx, r, []string{channel}, skus)
	if err != nil {
		return nil, err
	}
	stacks, err := readStacks(ctx, r, skus)
	if err != nil {
		return nil, err
	}
	shares, err := Shares(ctx, r, skus)
	if err != nil {
		return nil, err
	}
	p := pool{stacks: stacks, shares: shares, rules: rs}
	out := make(map[pavilion.SKUID]Availability, len(skus))
	for _, sku := range skus {
		rule := rs.of(channel, sku)
		a := Availability{BuyerLimit: rule.buyer.quantity}
		a.Quantity = p.available(grantee{channel: channel}, sku)
		first := slices.IndexFunc(stacks[sku], func(st *stack) bool { return st.daysLeft >= rule.minDays })
		if a.Quantity > 0 && stacks[sku][first].bestBefore != "" {
			a.BestBefore, a.DaysLeft = stacks[sku][first].bestBefore, stacks[sku][first].daysLeft
		}
		out[sku] = a
	}
	return out, nil
}
