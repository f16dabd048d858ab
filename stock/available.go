package stock

import (
	"context"

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

// Available tells what the channel could sell of each SKU. A SKU with nothing to sell is
// in the map with quantity 0.
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
	out := make(map[pavilion.SKUID]Availability, len(skus))
	for _, sku := range skus {
		rule := rs.of(channel, sku)
		a := Availability{BuyerLimit: rule.buyer.quantity}
		for _, st := range stacks[sku] {
			if st.daysLeft < rule.minDays {
				continue
			}
			if a.Quantity == 0 && st.bestBefore != "" {
				a.BestBefore, a.DaysLeft = st.bestBefore, st.daysLeft
			}
			a.Quantity += st.free
		}
		out[sku] = a
	}
	return out, nil
}
