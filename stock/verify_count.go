package stock

import (
	"context"

	"pavilion"
	"pavilion/db"
)

const selectPromisesAfter = `select ` + promiseColumns + ` from reservation
where (order_id, number) > ($1, $2) order by order_id, number limit $3`

// reservations goes through all reservations, sums up the active and the unpaid ones, and
// looks for those that should count against a buyer's limit and do not.
func (v *verifier) reservations(ctx context.Context) error {
	var last promise
	var counted pavilion.OrderID // the last order that was counted as unpaid
	for {
		page, err := db.All(ctx, v.r, scanPromise, selectPromisesAfter, last.Order, last.Number, verifyPage)
		if err != nil || len(page) == 0 {
			return err
		}
		var limited []promise
		for _, p := range page {
			self := row("reservation", p.Order, p.Number)
			if p.State == Active {
				tallyOf(v.active, p.place()).add(0, p.Quantity, self)
				if p.unpaid() {
					orders := int64(1)
					if counted == p.Order {
						orders = 0
					}
					counted = p.Order
					for _, holder := range p.holders {
						tallyOf(v.unpaid, holdKey{p.channel, holder}).add(orders, p.Quantity, self)
					}
				}
			}
			if p.State != Released && p.countsUntil.After(v.r.Now()) {
				limited = append(limited, p)
			}
			last = p
		}
		if err := v.counted(ctx, limited); err != nil {
			return err
		}
	}
}

const selectMisplaced = `select ` + promiseColumns + ` from reservation r
where (order_id, number) > ($1, $2) and not exists (
  select 1 from balance b where b.lot_id = r.lot_id and b.warehouse_id = r.warehouse_id and b.sku_id = r.sku_id
) order by order_id, number limit $3`

// misplaced reports reservations, also those of the past, without a balance of their SKU.
func (v *verifier) misplaced(ctx context.Context) error {
	var last promise
	for {
		page, err := db.All(ctx, v.r, scanPromise, selectMisplaced, last.Order, last.Number, verifyPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, p := range page {
			err := v.report(Difference{
				Reason: "stock.verify_no_balance", Lot: p.Lot, Warehouse: p.Warehouse, Order: p.Order, SKU: p.SKU, Counted: p.Quantity,
				Rows: []string{row("reservation", p.Order, p.Number), row("balance", p.Lot, p.Warehouse)},
			})
			if err != nil {
				return err
			}
			last = p
		}
	}
}

func tallyOf[K comparable](tallies map[K]*tally, k K) *tally {
	t := tallies[k]
	if t == nil {
		t = &tally{}
		tallies[k] = t
	}
	return t
}

// counted reports orders that no row of buyer_take names. That the quantities agree is for
// takes to find.
func (v *verifier) counted(ctx context.Context, limited []promise) error {
	c := newCounts()
	for _, p := range limited {
		c.wantTake(p.takeKey())
	}
	if err := c.read(ctx, v.r); err != nil {
		return err
	}
	for _, p := range limited {
		k := p.takeKey()
		if c.takes[k].of(p.Order) > 0 {
			continue
		}
		err := v.report(Difference{
			Reason: "stock.verify_takes", Order: p.Order, SKU: k.sku, Channel: k.channel, Holder: k.buyer, Counted: p.Quantity,
			Rows: []string{row("buyer_take", k.channel, k.sku, k.buyer), row("reservation", p.Order, p.Number)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const selectTakesAfter = `select channel, sku_id, buyer, takes, version from buyer_take
where (channel, sku_id, buyer) > ($1, $2, $3) order by channel, sku_id, buyer limit $4`

// takes compares what counts against buyers' limits with the reservations of the orders.
func (v *verifier) takes(ctx context.Context) error {
	var last takeKey
	for {
		page, err := db.All(ctx, v.r, scanTakes, selectTakesAfter, last.channel, last.sku, last.buyer, verifyPage)
		if err != nil || len(page) == 0 {
			return err
		}
		var orders []pavilion.OrderID
		for _, t := range page {
			for _, k := range t.list {
				orders = append(orders, k.Order)
			}
		}
		held, err := readEarlier(ctx, v.r, inOrder(orders))
		if err != nil {
			return err
		}
		for _, t := range page {
			if err := v.compareTakes(t, held); err != nil {
				return err
			}
			last = t.takeKey
		}
	}
}

func (v *verifier) compareTakes(t *takes, held map[pavilion.OrderID][]promise) error {
	now := db.Micros(v.r.Now())
	for _, k := range t.list {
		if k.Until <= now {
			continue // it counts no more, and reservations may be released without it
		}
		d := Difference{
			Reason: "stock.verify_takes", Order: k.Order, SKU: t.sku, Channel: t.channel, Holder: t.buyer, Stored: t.of(k.Order),
			Rows: []string{row("buyer_take", t.channel, t.sku, t.buyer)},
		}
		for _, p := range held[k.Order] {
			if p.State != Released && !p.countsUntil.IsZero() && p.takeKey() == t.takeKey {
				d.Counted += p.Quantity
				d.Rows = append(d.Rows, row("reservation", p.Order, p.Number))
			}
		}
		if d.Stored != d.Counted {
			if err := v.report(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// of is how many units the list holds of an order.
func (t *takes) of(order pavilion.OrderID) (units int64) {
	for _, k := range t.list {
		if k.Order == order {
			units += k.Quantity
		}
	}
	return units
}

const selectHoldsAfter = `select channel, holder, orders, units, version from unpaid_hold
where (channel, holder) > ($1, $2) order by channel, holder limit $3`

// holds compares the counts of unpaid orders with the unpaid reservations.
func (v *verifier) holds(ctx context.Context) error {
	var last holdKey
	for {
		page, err := db.All(ctx, v.r, scanHold, selectHoldsAfter, last.channel, last.holder, verifyPage)
		if err != nil {
			return err
		}
		for _, h := range page {
			if err := v.compareHold(h); err != nil {
				return err
			}
			last = h.holdKey
		}
		if len(page) == 0 {
			break
		}
	}
	for k := range v.unpaid { // compareHold took those out that are stored
		if err := v.compareHold(&hold{holdKey: k}); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) compareHold(h *hold) error {
	sum := tallyOf(v.unpaid, h.holdKey)
	delete(v.unpaid, h.holdKey)
	d := Difference{Channel: h.channel, Holder: h.holder, Rows: append([]string{row("unpaid_hold", h.channel, h.holder)}, sum.rows...)}
	if h.orders != sum.orders {
		d.Reason, d.Stored, d.Counted = "stock.verify_unpaid_orders", h.orders, sum.orders
		if err := v.report(d); err != nil {
			return err
		}
	}
	if h.units != sum.units {
		d.Reason, d.Stored, d.Counted = "stock.verify_unpaid_units", h.units, sum.units
		return v.report(d)
	}
	return nil
}
