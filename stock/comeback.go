package stock

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

// Comeback is units of a shipped order line that came back.
type Comeback struct {
	Order     pavilion.OrderID
	Line      int
	Lot       pavilion.LotID       // as read off the pack; "" means nobody looked, and takes the lot that expires first
	Warehouse pavilion.WarehouseID // where they arrived; "" is where they had left
	Quantity  int64
	Held      bool // they must not be sold before somebody has looked at them
	Note      string
}

const updateReturned = `update reservation set returned = returned + $1
where order_id = $2 and number = $3 and state = 'taken' and quantity - returned >= $1`

// Return puts units that came back into stock again. Held ones go to a place where nothing
// of their lot sells: give them a warehouse for returns. They never count against a buyer's
// limit anew, nor are they taken off it. Errors: Invalid; NotFound for the warehouse;
// Conflict stock.line_short{quantity,there} when fewer units of the line were shipped and
// not returned yet; Conflict stock.hold_differs{warehouse} when held units would lie with
// units of their lot that sell.
func Return(ctx context.Context, tx *db.Tx, c Comeback) error {
	if err := checkHandling(c.Quantity, string(c.Order)); err != nil {
		return err
	}
	return retry(ctx, tx, func() error {
		ps, err := db.All(ctx, tx, scanPromise, selectLine, c.Order, c.Line, Taken, reservationLimit)
		if err != nil {
			return err
		}
		ps = slices.DeleteFunc(ps, func(p promise) bool {
			return p.Returned == p.Quantity || c.Lot != "" && p.Lot != c.Lot
		})
		parts, left := share(ps, c.Quantity, func(p promise) int64 { return p.Quantity - p.Returned })
		if left > 0 {
			return lineShort(c.Quantity, c.Quantity-left)
		}
		for i := range parts {
			if err := c.arrive(ctx, tx, &parts[i]); err != nil {
				return err
			}
		}
		ms := movementsOf(KindReturn, 1, 0, parts)
		for i := range ms {
			ms[i].Note = c.Note
		}
		return post(ctx, tx, ms)
	})
}

// arrive counts the part as returned and prepares the place where it arrives.
func (c Comeback) arrive(ctx context.Context, tx *db.Tx, part *promise) error {
	n, err := tx.Exec(ctx, updateReturned, part.Quantity, part.Order, part.Number)
	if err != nil {
		return err
	}
	if n == 0 {
		return missed{table: "reservation"}
	}
	if c.Warehouse != "" {
		part.Warehouse = c.Warehouse
	}
	l, err := lockLot(ctx, tx, part.Lot)
	if err != nil {
		return err
	}
	return arrive(ctx, tx, l, part.Warehouse, c.Held, string(c.Order))
}
