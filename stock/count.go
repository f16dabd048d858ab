package stock

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

// take is what one order took of a limited SKU and the moment until which it counts.
type take struct {
	Order    pavilion.OrderID `json:"order"`
	Quantity int64            `json:"quantity"`
	Until    int64            `json:"until"` // microseconds UTC
}

type takeKey struct {
	channel string
	sku     pavilion.SKUID
	buyer   string
}

// takes is a row of buyer_take.
type takes struct {
	takeKey
	list    []take
	version int64
	changed bool
}

// counted is how many units still count at the moment.
func (t *takes) counted(now time.Time) (units int64) {
	for _, k := range t.list {
		if k.Until > db.Micros(now) {
			units += k.Quantity
		}
	}
	return units
}

// freesAt is when the first of the units that count stops to count.
func (t *takes) freesAt(now time.Time) time.Time {
	var first int64
	for _, k := range t.list {
		if k.Until > db.Micros(now) && (first == 0 || k.Until < first) {
			first = k.Until
		}
	}
	return db.Time(first)
}

// add counts an order's units and forgets what no longer counts.
func (t *takes) add(now time.Time, k take) {
	t.list = slices.DeleteFunc(t.list, func(k take) bool { return k.Until <= db.Micros(now) })
	t.list = append(t.list, k)
	t.changed = true
}

// giveBack takes units of an order off the count. It does nothing when they were forgotten.
func (t *takes) giveBack(order pavilion.OrderID, units int64) {
	for i := range t.list {
		if k := &t.list[i]; k.Order == order {
			n := min(units, k.Quantity)
			k.Quantity -= n
			units -= n
			t.changed = t.changed || n > 0
		}
	}
	t.list = slices.DeleteFunc(t.list, func(k take) bool { return k.Quantity == 0 })
}

type holdKey struct{ channel, holder string }

// hold is a row of unpaid_hold.
type hold struct {
	holdKey
	orders, units int64
	version       int64
	changed       bool
}

func (h *hold) add(orders, units int64) {
	h.orders += orders
	h.units += units
	h.changed = true
}

// counts are rows of buyer_take and unpaid_hold as they were read, and how they are to be.
// A row that is not there yet reads as empty at version 0.
type counts struct {
	takes map[takeKey]*takes
	holds map[holdKey]*hold
}

func newCounts() counts {
	return counts{takes: map[takeKey]*takes{}, holds: map[holdKey]*hold{}}
}

// want notes a row to read.
func (c counts) wantTake(k takeKey) { c.takes[k] = &takes{takeKey: k} }
func (c counts) wantHold(k holdKey) { c.holds[k] = &hold{holdKey: k} }

var (
	selectTakes = &db.Keyed{
		Text: `select channel, sku_id, buyer, takes, version from buyer_take where channel = $1 and sku_id = $2 and buyer in (%s)`,
		Args: 2,
	}
	selectHolds = &db.Keyed{
		Text: `select channel, holder, orders, units, version from unpaid_hold where channel = $1 and holder in (%s)`,
		Args: 1,
	}
)

// read reads the rows noted: one query for each SKU and channel that limits, and one for
// each channel that caps.
func (c counts) read(ctx context.Context, r db.Reader) error {
	buyers := map[ruleKey][]string{}
	for k := range c.takes {
		at := ruleKey{k.channel, k.sku}
		buyers[at] = append(buyers[at], k.buyer)
	}
	for at, keys := range buyers {
		rows, err := db.AllKeyed(ctx, r, scanTakes, selectTakes, keys, at.channel, at.sku)
		if err != nil {
			return err
		}
		for _, t := range rows {
			c.takes[t.takeKey] = t
		}
	}
	holders := map[string][]string{}
	for k := range c.holds {
		holders[k.channel] = append(holders[k.channel], k.holder)
	}
	for channel, keys := range holders {
		rows, err := db.AllKeyed(ctx, r, scanHold, selectHolds, keys, channel)
		if err != nil {
			return err
		}
		for _, h := range rows {
			c.holds[h.holdKey] = h
		}
	}
	return nil
}

func scanTakes(row db.Scanner) (*takes, error) {
	t := &takes{}
	var list string
	if err := row.Scan(&t.channel, &t.sku, &t.buyer, &list, &t.version); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(list), &t.list); err != nil {
		return nil, fmt.Errorf("takes of %s: %w", t.sku, err)
	}
	return t, nil
}

func scanHold(row db.Scanner) (*hold, error) {
	h := &hold{}
	return h, row.Scan(&h.channel, &h.holder, &h.orders, &h.units, &h.version)
}

// A row is written only over the version it was read at: two transactions that count for
// the same buyer cannot both go through, and the second finds fewer rows changed.
var (
	upsertTakes = &db.Insert{
		Table:   "buyer_take",
		Columns: []string{"channel", "sku_id", "buyer", "takes", "version"},
		Suffix: `on conflict (channel, sku_id, buyer) do update set takes = excluded.takes, version = excluded.version
where buyer_take.version = excluded.version - 1`,
	}
	upsertHolds = &db.Insert{
		Table:   "unpaid_hold",
		Columns: []string{"channel", "holder", "orders", "units", "version"},
		Suffix: `on conflict (channel, holder) do update set orders = excluded.orders, units = excluded.units, version = excluded.version
where unpaid_hold.version = excluded.version - 1`,
	}
)

// write writes the changed rows in the order of their keys. It returns missed when somebody
// else has changed one of them since it was read.
func (c counts) write(ctx context.Context, tx *db.Tx) error {
	var args []any
	for _, k := range slices.SortedFunc(maps.Keys(c.takes), takeKey.compare) {
		if t := c.takes[k]; t.changed {
			list, err := json.Marshal(t.list)
			if err != nil {
				return err
			}
			args = append(args, k.channel, k.sku, k.buyer, string(list), t.version+1)
		}
	}
	if err := upsert(ctx, tx, upsertTakes, args); err != nil {
		return err
	}
	args = nil
	for _, k := range slices.SortedFunc(maps.Keys(c.holds), holdKey.compare) {
		if h := c.holds[k]; h.changed {
			args = append(args, k.channel, k.holder, h.orders, h.units, h.version+1)
		}
	}
	return upsert(ctx, tx, upsertHolds, args)
}

func upsert(ctx context.Context, tx *db.Tx, in *db.Insert, args []any) error {
	n, err := in.Rows(ctx, tx, args)
	if err == nil && n != int64(len(args)/len(in.Columns)) {
		err = missed{table: in.Table}
	}
	return err
}

func (k takeKey) compare(l takeKey) int {
	return cmp.Or(cmp.Compare(k.channel, l.channel), cmp.Compare(k.sku, l.sku), cmp.Compare(k.buyer, l.buyer))
}

func (k holdKey) compare(l holdKey) int {
	return cmp.Or(cmp.Compare(k.channel, l.channel), cmp.Compare(k.holder, l.holder))
}

// off is what is to be taken off the counts.
type off struct {
	takes map[takeKey][]take
	holds map[holdKey]hold
}

func newOff() off { return off{takes: map[takeKey][]take{}, holds: map[holdKey]hold{}} }

// taken notes units that no longer count against their buyers' limits.
func (o off) taken(ps []promise) {
	for _, p := range ps {
		if !p.countsUntil.IsZero() {
			o.takes[p.takeKey()] = append(o.takes[p.takeKey()], take{Order: p.Order, Quantity: p.Quantity})
		}
	}
}

// unpaid notes promises that no longer count as unpaid, and their orders with them.
func (o off) unpaid(ps []promise) {
	seen := map[pavilion.OrderID]bool{}
	for _, p := range ps {
		orders := int64(0)
		if !seen[p.Order] {
			orders, seen[p.Order] = 1, true
		}
		o.unpaidUnits(p, orders)
	}
}

// unpaidUnits notes units that no longer count as unpaid, and so many orders.
func (o off) unpaidUnits(p promise, orders int64) {
	for _, holder := range p.holders {
		k := holdKey{p.channel, holder}
		h := o.holds[k]
		h.add(orders, p.Quantity)
		o.holds[k] = h
	}
}

// write takes it off the stored counts.
func (o off) write(ctx context.Context, tx *db.Tx) error {
	if len(o.takes) == 0 && len(o.holds) == 0 {
		return nil
	}
	return retry(ctx, tx, func() error {
		c := newCounts()
		for k := range o.takes {
			c.wantTake(k)
		}
		for k := range o.holds {
			c.wantHold(k)
		}
		if err := c.read(ctx, tx); err != nil {
			return err
		}
		for k, gone := range o.takes {
			for _, g := range gone {
				c.takes[k].giveBack(g.Order, g.Quantity)
			}
		}
		for k, gone := range o.holds {
			c.holds[k].add(-gone.orders, -gone.units)
		}
		return c.write(ctx, tx)
	})
}
