package stock

import (
	"cmp"
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

// EndingLot is a lot near the end of its sale.
type EndingLot struct {
	LotBalance
	LastDay pavilion.Date // on which a channel still sells it; before today if none does any more
}

const (
	selectMinDays = `select channel, sku_id, min_days from sale_rule where min_days is not null order by channel, sku_id limit $1`
	mostMinDays   = 20_000

	withRule      = `b.sku_id in (select r.sku_id from sale_rule r where r.min_days is not null)`
	withoutRule   = `not exists (select 1 from sale_rule r where r.sku_id = b.sku_id and r.min_days is not null)`
	endingBalance = `b.on_hand > b.reserved and b.on_hand > 0 and not b.held and w.sells and b.best_before <> ''`
	mostRuled     = 10_000 // balances of SKUs with rules of their own
)

// leastDays is what the channel that sells longest asks for. A channel without a rule sells
// up to the last day.
type leastDays struct {
	rules    rules
	channels []string
}

func readLeastDays(ctx context.Context, r db.Reader) (d leastDays, skus []pavilion.SKUID, err error) {
	d.rules = rules{}
	rows, err := db.All(ctx, r, func(row db.Scanner) (v ruleRow, err error) {
		return v, row.Scan(&v.channel, &v.sku, &v.minDays)
	}, selectMinDays, mostMinDays)
	for _, row := range rows {
		d.rules[row.ruleKey] = row
		if !slices.Contains(d.channels, row.channel) {
			d.channels = append(d.channels, row.channel)
		}
		if row.sku != "" {
			skus = append(skus, row.sku)
		}
	}
	return d, inOrder(skus), err
}

// of is what is asked for a SKU; "" for those without rules of their own.
func (d leastDays) of(sku pavilion.SKUID) int {
	if len(d.channels) == 0 {
		return 0
	}
	least := neverExpires
	for _, channel := range d.channels {
		least = min(least, d.rules.of(channel, sku).minDays)
	}
	return least
}

// Ending lists what is free to sell and whose sale ends on a day or earlier: the last day on
// which the channel that asks for the fewest days of shelf life sells it. What no channel
// sells any more and has not expired is among it: it can still be moved. Those that end
// first come first, at most limit of them.
func Ending(ctx context.Context, r db.Reader, until pavilion.Date, limit int) ([]EndingLot, error) {
	days, err := readCalendar(ctx, r)
	if err != nil {
		return nil, err
	}
	asked, ruled, err := readLeastDays(ctx, r)
	if err != nil {
		return nil, err
	}
	find := func(condition string, minDays, limit int) (lots []EndingLot, err error) {
		var w db.Where
		w.And("l.id = b.lot_id and w.id = b.warehouse_id and " + endingBalance + " and " + condition)
		w.And(dated+" <= $1", until.AddDays(minDays))
		days.from(&w, 0)
		query, args := w.SQL(`select `+lotBalanceColumns+fromBalances, orderBalances, limit)
		found, err := db.All(ctx, r, scanLotBalance(r), query, args...)
		for _, b := range found {
			if last := b.BestBefore.AddDays(-asked.of(b.SKU)); last <= until {
				lots = append(lots, EndingLot{b, last})
			}
		}
		return lots, err
	}
	lots, err := find(withoutRule, asked.of(""), limit)
	if err != nil {
		return nil, err
	}
	if len(ruled) > 0 {
		most := 0
		for _, sku := range ruled {
			most = max(most, asked.of(sku))
		}
		more, err := find(withRule, most, mostRuled)
		if err != nil {
			return nil, err
		}
		lots = append(lots, more...)
	}
	slices.SortStableFunc(lots, func(a, b EndingLot) int {
		return cmp.Or(cmp.Compare(a.LastDay, b.LastDay), cmp.Compare(a.Key(), b.Key()))
	})
	return lots[:min(limit, len(lots))], nil
}
