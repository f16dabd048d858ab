package stock

import (
	"context"
	"errors"
	"slices"

	"pavilion"
	"pavilion/db"
)

var (
	confirmReservations = &db.Keyed{
		Text: `update reservation set expires_at = null
where state = 'active' and expires_at is not null and order_id in (%s) returning ` + promiseColumns,
	}
	selectKept = &db.Keyed{Text: `select distinct order_id from reservation where state <> 'released' and order_id in (%s)`}
)

// Confirm makes the reservations of paid orders firm: they no longer expire and no longer
// count as unpaid. It also does so after they expired, as long as they were not released.
// Confirming again does nothing. Errors: Conflict stock.not_reserved{order} when an order
// has nothing reserved or taken; the caller may try to reserve again.
func Confirm(ctx context.Context, tx *db.Tx, orders ...pavilion.OrderID) error {
	orders = inOrder(orders)
	confirmed, err := db.AllKeyed(ctx, tx, scanPromise, confirmReservations, orders)
	if err != nil {
		return err
	}
	if rest := without(orders, confirmed); len(rest) > 0 {
		kept, err := db.AllKeyed(ctx, tx, scanOne[pavilion.OrderID], selectKept, rest)
		if err != nil {
			return err
		}
		for _, o := range rest {
			if !slices.Contains(kept, o) {
				return notReserved(o)
			}
		}
	}
	o := newOff()
	o.unpaid(confirmed)
	return o.write(ctx, tx)
}

func notReserved(order pavilion.OrderID) error {
	return pavilion.E(pavilion.Conflict, "stock.not_reserved", pavilion.Args{"order": order})
}

var (
	releaseReservations = &db.Keyed{
		Text: `update reservation set state = 'released', ended_at = $1
where state = 'active' and order_id in (%s) returning ` + promiseColumns,
		Args: 1,
	}
	selectTaken = &db.Keyed{Text: `select distinct order_id from reservation where state = 'taken' and order_id in (%s)`}
)

// Release gives back all that is reserved for the orders, paid or not. Releasing again, or
// an order that never had anything, does nothing. Errors: Conflict stock.taken{order} when
// an order's units have left already: they come back by [Return].
func Release(ctx context.Context, tx *db.Tx, orders ...pavilion.OrderID) error {
	orders = inOrder(orders)
	released, err := db.AllKeyed(ctx, tx, scanPromise, releaseReservations, orders, db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	if rest := without(orders, released); len(rest) > 0 {
		taken, err := db.AllKeyed(ctx, tx, scanOne[pavilion.OrderID], selectTaken, rest)
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			return pavilion.E(pavilion.Conflict, "stock.taken", pavilion.Args{"order": taken[0]})
		}
	}
	if len(released) == 0 {
		return nil
	}
	if err := post(ctx, tx, movementsOf(KindRelease, 0, -1, released)); err != nil {
		return err
	}
	o := newOff()
	o.taken(released)
	o.unpaid(slices.DeleteFunc(released, func(p promise) bool { return !p.unpaid() }))
	return o.write(ctx, tx)
}

const selectLine = `select ` + promiseColumns + ` from reservation
where order_id = $1 and line = $2 and state = $3 order by number limit $4`

const (
	releaseWhole = `update reservation set state = 'released', ended_at = $1
where order_id = $2 and number = $3 and state = 'active' and quantity = $4`
	releasePart = `update reservation set quantity = quantity - $1
where order_id = $2 and number = $3 and state = 'active' and quantity > $1`
	countActive = `select count(*) from reservation where order_id = $1 and state = 'active'`
)

// ReleaseLine gives back some of the units reserved for one line of an order that was not
// shipped; the order keeps those that expire first. Errors: Invalid; Conflict
// stock.line_short{quantity,reserved} when the line has fewer units reserved.
func ReleaseLine(ctx context.Context, tx *db.Tx, order pavilion.OrderID, line int, quantity int64) error {
	if err := checkHandling(quantity, string(order)); err != nil {
		return err
	}
	return retry(ctx, tx, func() error {
		ps, err := db.All(ctx, tx, scanPromise, selectLine, order, line, Active, reservationLimit)
		if err != nil {
			return err
		}
		slices.Reverse(ps)
		parts, left := share(ps, quantity, func(p promise) int64 { return p.Quantity })
		if left > 0 {
			return lineShort(quantity, quantity-left)
		}
		for i, part := range parts {
			if err := shrink(ctx, tx, part, ps[i].Quantity); err != nil {
				return err
			}
		}
		if err := post(ctx, tx, movementsOf(KindRelease, 0, -1, parts)); err != nil {
			return err
		}
		var active int64
		if err := tx.QueryRow(ctx, countActive, order).Scan(&active); err != nil {
			return err
		}
		o := newOff()
		o.taken(parts)
		unpaid := slices.DeleteFunc(parts, func(p promise) bool { return !p.unpaid() })
		if active == 0 {
			o.unpaid(unpaid)
		} else {
			for _, p := range unpaid {
				o.unpaidUnits(p, 0)
			}
		}
		return o.write(ctx, tx)
	})
}

func lineShort(quantity, there int64) error {
	return pavilion.E(pavilion.Conflict, "stock.line_short", pavilion.Args{"quantity": quantity, "there": there}).At("quantity")
}

// share deals a quantity out over promises in their order, up to what room tells of each. It
// returns the promises it needs, their quantity set to the part each gets, and what is left.
func share(ps []promise, quantity int64, room func(promise) int64) (parts []promise, left int64) {
	for _, p := range ps {
		if quantity == 0 {
			break
		}
		p.Quantity = min(quantity, room(p))
		quantity -= p.Quantity
		parts = append(parts, p)
	}
	return parts, quantity
}

// shrink takes the part off its reservation, which had so many units when it was read.
func shrink(ctx context.Context, tx *db.Tx, part promise, had int64) (err error) {
	var n int64
	if part.Quantity == had {
		n, err = tx.Exec(ctx, releaseWhole, db.Micros(tx.Now()), part.Order, part.Number, had)
	} else {
		n, err = tx.Exec(ctx, releasePart, part.Quantity, part.Order, part.Number)
	}
	if err == nil && n == 0 {
		err = missed{table: "reservation"}
	}
	return err
}

const selectReserved = `select r.lot_id, r.state, coalesce(r.expires_at, 0), b.best_before, b.held, w.time_zone
from reservation r
join balance b on b.lot_id = r.lot_id and b.warehouse_id = r.warehouse_id
join warehouse w on w.id = r.warehouse_id
where r.order_id = $1 and r.state <> 'released' order by r.number limit $2`

const takeReservations = `update reservation set state = 'taken', ended_at = $1
where order_id = $2 and state = 'active' and expires_at is null returning ` + promiseColumns

// Take sends the reserved units of a paid order away: they leave the books. Taking again
// does nothing. Errors, all Conflict: stock.not_reserved{order}; stock.unpaid{order} while
// the reservations are not confirmed; stock.held{order,lot} and stock.expired{order,lot,
// best_before} when a lot must not leave the house, which [Hold] says how to mend.
func Take(ctx context.Context, tx *db.Tx, order pavilion.OrderID) error {
	active, err := mayLeave(ctx, tx, order)
	if err != nil || active == 0 {
		return err
	}
	taken, err := db.All(ctx, tx, scanPromise, takeReservations, db.Micros(tx.Now()), order)
	if err != nil {
		return err
	}
	if len(taken) != active {
		return pavilion.E(pavilion.Unavailable, "stock.busy", nil) // somebody else took or released it just now
	}
	err = post(ctx, tx, movementsOf(KindTake, -1, -1, taken))
	if m, ok := errors.AsType[missed](err); ok { // somebody held the lot just now
		return refuseHeld(order, m.place.lot)
	}
	return err
}

// mayLeave tells how many reservations of the order wait to be taken, and refuses if one of
// them must not be.
func mayLeave(ctx context.Context, r db.Reader, order pavilion.OrderID) (active int, err error) {
	type reserved struct {
		lot        pavilion.LotID
		state      ReservationState
		expiresAt  int64
		bestBefore pavilion.Date
		held       bool
		zone       string
	}
	rows, err := db.All(ctx, r, func(row db.Scanner) (v reserved, err error) {
		return v, row.Scan(&v.lot, &v.state, &v.expiresAt, &v.bestBefore, &v.held, &v.zone)
	}, selectReserved, order, reservationLimit)
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, notReserved(order)
	}
	for _, v := range rows {
		if v.state != Active {
			continue
		}
		active++
		day, err := today(r.Now(), v.zone)
		switch {
		case err != nil:
			return 0, err
		case v.expiresAt != 0:
			return 0, pavilion.E(pavilion.Conflict, "stock.unpaid", pavilion.Args{"order": order})
		case v.held:
			return 0, refuseHeld(order, v.lot)
		case v.bestBefore != "" && v.bestBefore < day:
			return 0, pavilion.E(pavilion.Conflict, "stock.expired", pavilion.Args{"order": order, "lot": v.lot, "best_before": v.bestBefore})
		}
	}
	return active, nil
}

func refuseHeld(order pavilion.OrderID, lot pavilion.LotID) error {
	return pavilion.E(pavilion.Conflict, "stock.held", pavilion.Args{"order": order, "lot": lot})
}

// inOrder returns the keys in their order, each once.
func inOrder[K ~string](keys []K) []K { return slices.Compact(slices.Sorted(slices.Values(keys))) }

// without returns the orders that none of the promises belongs to.
func without(orders []pavilion.OrderID, ps []promise) []pavilion.OrderID {
	has := make(map[pavilion.OrderID]bool, len(ps))
	for _, p := range ps {
		has[p.Order] = true
	}
	return slices.DeleteFunc(slices.Clone(orders), func(o pavilion.OrderID) bool { return has[o] })
}
