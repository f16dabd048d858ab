package stock

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

const upsertFreshness = `insert into sale_rule (channel, sku_id, min_days) values ($1, $2, $3)
on conflict (channel, sku_id) do update set min_days = excluded.min_days`

// SetFreshness says how many days before its best-before date the channel stops selling a
// lot: with 30, a lot that has 29 days left is not sold. 0 sells up to and on the last day,
// which is also what holds where nothing is set. With sku "" it is the channel's default.
func SetFreshness(ctx context.Context, tx *db.Tx, channel string, sku pavilion.SKUID, days int) error {
	if days < 0 {
		return pavilion.E(pavilion.Invalid, "stock.days", pavilion.Args{"days": days}).At("days")
	}
	return setRule(ctx, tx, upsertFreshness, channel, sku, days)
}

const upsertBuyerLimit = `insert into sale_rule (channel, sku_id, buyer_quantity, buyer_window_us) values ($1, $2, $3, $4)
on conflict (channel, sku_id) do update set buyer_quantity = excluded.buyer_quantity, buyer_window_us = excluded.buyer_window_us`

// SetBuyerLimit says how many units of a SKU one buyer may take within any span of the
// window's length. It counts what is taken from now on. With sku "" it is the channel's
// default and counts each SKU by itself. Quantity 0 is no limit, for one SKU also against
// the channel's default.
func SetBuyerLimit(ctx context.Context, tx *db.Tx, channel string, sku pavilion.SKUID, quantity int64, window time.Duration) error {
	if quantity < 0 || quantity > MaxQuantity {
		return pavilion.E(pavilion.Invalid, "stock.quantity", pavilion.Args{"quantity": quantity, "max": MaxQuantity}).At("quantity")
	}
	if quantity > 0 && window < time.Second {
		return pavilion.E(pavilion.Invalid, "stock.window", nil).At("window")
	}
	return setRule(ctx, tx, upsertBuyerLimit, channel, sku, quantity, window.Microseconds())
}

const upsertUnpaidCap = `insert into sale_rule (channel, sku_id, unpaid_orders, unpaid_units) values ($1, '', $2, $3)
on conflict (channel, sku_id) do update set unpaid_orders = excluded.unpaid_orders, unpaid_units = excluded.unpaid_units`

// SetUnpaidCap says how many unpaid orders, and how many units in them, one holder may have
// on the channel at a time; 0 is no cap. It counts orders placed from now on.
func SetUnpaidCap(ctx context.Context, tx *db.Tx, channel string, orders, units int64) error {
	if orders < 0 || units < 0 {
		return pavilion.E(pavilion.Invalid, "stock.cap", nil).At("orders")
	}
	_, err := tx.Exec(ctx, upsertUnpaidCap, channel, orders, units)
	return err
}

func setRule(ctx context.Context, tx *db.Tx, statement, channel string, sku pavilion.SKUID, values ...any) error {
	if _, err := tx.Exec(ctx, statement, append([]any{channel, sku}, values...)...); err != nil {
		return err
	}
	tx.Signal("stock")
	return nil
}

// rule is how a channel sells a SKU.
type rule struct {
	minDays int
	buyer   buyerLimit
}

// buyerLimit is how much one buyer may take; quantity 0 is no limit.
type buyerLimit struct {
	quantity int64
	window   time.Duration
}

// unpaidCap is what a holder may leave unpaid on a channel; 0 is no cap.
type unpaidCap struct{ orders, units int64 }

func (c unpaidCap) set() bool { return c.orders > 0 || c.units > 0 }

type ruleKey struct {
	channel string
	sku     pavilion.SKUID // "" for the channel's default
}

// rules are the rules of some channels for some SKUs.
type rules map[ruleKey]ruleRow

type ruleRow struct {
	ruleKey
	minDays                    *int64
	buyerQuantity, buyerWindow *int64
	unpaidOrders, unpaidUnits  *int64
}

func (rs rules) of(channel string, sku pavilion.SKUID) rule {
	var r rule
	for _, row := range []ruleRow{rs[ruleKey{channel, ""}], rs[ruleKey{channel, sku}]} {
		if row.minDays != nil {
			r.minDays = int(*row.minDays)
		}
		if row.buyerQuantity != nil {
			r.buyer.quantity = *row.buyerQuantity
			r.buyer.window = time.Duration(*row.buyerWindow) * time.Microsecond
		}
	}
	return r
}

func (rs rules) unpaidCap(channel string) unpaidCap {
	row := rs[ruleKey{channel, ""}]
	var c unpaidCap
	if row.unpaidOrders != nil {
		c = unpaidCap{*row.unpaidOrders, *row.unpaidUnits}
	}
	return c
}

var selectRules = &db.Keyed{
	Text: `select channel, sku_id, min_days, buyer_quantity, buyer_window_us, unpaid_orders, unpaid_units
from sale_rule where channel = $1 and sku_id in (%s)`,
	Args: 1,
}

// readRules reads the rules of the channels for the SKUs, one query per channel.
func readRules(ctx context.Context, r db.Reader, channels []string, skus []pavilion.SKUID) (rules, error) {
	rs := rules{}
	keys := append([]pavilion.SKUID{""}, skus...)
	for _, channel := range channels {
		found, err := db.AllKeyed(ctx, r, scanRule, selectRules, keys, channel)
		if err != nil {
			return rs, err
		}
		for _, row := range found {
			rs[row.ruleKey] = row
		}
	}
	return rs, nil
}

func scanRule(row db.Scanner) (r ruleRow, err error) {
	return r, row.Scan(&r.channel, &r.sku, &r.minDays, &r.buyerQuantity, &r.buyerWindow, &r.unpaidOrders, &r.unpaidUnits)
}

const selectChannels = `select distinct channel from sale_rule order by channel limit $1`

// Channels lists the channels that a rule was set for.
func Channels(ctx context.Context, r db.Reader) ([]string, error) {
	return db.All(ctx, r, scanOne[string], selectChannels, warehouseLimit)
}
