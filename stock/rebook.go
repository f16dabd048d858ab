package stock

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

const selectPromisedHere = `select ` + promiseColumns + ` from reservation
where lot_id = $1 and warehouse_id = $2 and state = 'active' and order_id = $3 order by number limit $4`

// Rebook gives an order other units for those it was promised of a lot in a warehouse: from
// the lots that expire first of those that its channel may sell, and from elsewhere. It is
// what to do when a lot is held, short, or turns out to end sooner. What counts for the
// buyer stays as it is. Errors: Conflict stock.not_reserved{order} when the order has
// nothing of the lot, stock.short{sku,available} when the others do not have as much, or when
// shops on platforms were granted it.
func Rebook(ctx context.Context, tx *db.Tx, lot pavilion.LotID, warehouse pavilion.WarehouseID, order pavilion.OrderID) error {
	return retry(ctx, tx, func() error {
		old, err := db.All(ctx, tx, scanPromise, selectPromisedHere, lot, warehouse, order, reservationLimit)
		if err != nil {
			return err
		}
		if len(old) == 0 {
			return notReserved(order)
		}
		sku := []pavilion.SKUID{old[0].SKU}
		if err := takeTurn(ctx, tx, sku); err != nil {
			return err
		}
		missing, err := Uncovered(ctx, tx, sku)
		if err != nil {
			return err
		}
		fresh, err := allotElsewhere(ctx, tx, old)
		if err != nil {
			return err
		}
		for _, p := range old {
			if err := shrink(ctx, tx, p, p.Quantity); err != nil {
				return err
			}
		}
		ms := append(movementsOf(KindRelease, 0, -1, old), movementsOf(KindReserve, 0, 1, fresh)...)
		if err := post(ctx, tx, ms); err != nil {
			return err
		}
		if err := insertPromises(ctx, tx, fresh); err != nil {
			return err
		}
		more, err := Uncovered(ctx, tx, sku)
		if err == nil && more[sku[0]] > missing[sku[0]] {
			err = pavilion.E(pavilion.Conflict, "stock.short", pavilion.Args{"sku": sku[0], "available": int64(0)})
		}
		return err
	})
}

// allotElsewhere works out where else the units of promises at one place could come from.
// The promises are of one order and one lot, so of one SKU and one channel.
func allotElsewhere(ctx context.Context, r db.Reader, old []promise) (fresh []promise, err error) {
	sku, channel, order := old[0].SKU, old[0].channel, old[0].Order
	rs, err := readRules(ctx, r, []string{channel}, []pavilion.SKUID{sku})
	if err != nil {
		return nil, err
	}
	found, err := readStacks(ctx, r, []pavilion.SKUID{sku})
	if err != nil {
		return nil, err
	}
	earlier, err := readEarlier(ctx, r, []pavilion.OrderID{order})
	if err != nil {
		return nil, err
	}
	number := 0
	for _, p := range earlier[order] {
		number = max(number, p.Number)
	}
	minDays := rs.of(channel, sku).minDays
	stacks := slices.DeleteFunc(found[sku], func(st *stack) bool {
		return st.place == old[0].place() || st.daysLeft < minDays
	})
	var free int64
	for _, st := range stacks {
		free += st.free
	}
	for _, p := range old {
		for _, st := range stacks {
			n := min(p.Quantity, st.free)
			if n == 0 {
				continue
			}
			st.free -= n
			p.Quantity -= n
			number++
			part := p
			part.Number, part.Lot, part.Warehouse, part.Quantity, part.CreatedAt = number, st.lot, st.warehouse, n, r.Now()
			fresh = append(fresh, part)
		}
		if p.Quantity > 0 {
			return nil, pavilion.E(pavilion.Conflict, "stock.short", pavilion.Args{"sku": sku, "available": free})
		}
	}
	return fresh, nil
}

const selectPromised = `select ` + promiseColumns + ` from reservation
where lot_id = $1 and warehouse_id = $2 and state = 'active' and (order_id, number) > ($3, $4) order by order_id, number limit $5`

// Promised lists the active reservations of a lot in a warehouse in the order of their keys,
// beginning after the reservation of an order, at most limit of them.
func Promised(ctx context.Context, r db.Reader, lot pavilion.LotID, warehouse pavilion.WarehouseID, after pavilion.OrderID, number, limit int) ([]Reservation, error) {
	ps, err := db.All(ctx, r, scanPromise, selectPromised, lot, warehouse, after, number, limit)
	if err != nil {
		return nil, err
	}
	return reservations(ps), nil
}
