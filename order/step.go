package order

import (
	"context"

	"pavilion"
	"pavilion/db"
)

const (
	keepSQL = `update sale_order set updated_at = $1 where id = $2`
	moveSQL = `update sale_order set state = $1, reason = $2, paid_by = $3, refunded_minor = $4, ship_by = $5, updated_at = $6
		where id = $7 and state = $8`
	eventSQL = `insert into order_event (order_id, number, step, from_state, to_state, detail, actor, happened_at)
		values ($1, (select coalesce(max(number), 0) + 1 from order_event where order_id = $2), $3, $4, $5, $6, $7, $8)`
)

// Keep reads an order, without its recipient, and keeps it for this transaction: nobody
// else can change it before the transaction ends. Every step but Accept's and Expire's
// begins so; what it reads and decides afterwards stays true. Error: NotFound order.unknown.
func Keep(ctx context.Context, tx *db.Tx, id pavilion.OrderID) (Order, error) {
	n, err := tx.Exec(ctx, keepSQL, db.Micros(tx.Now()), id)
	if err != nil {
		return Order{}, err
	}
	if n == 0 {
		return Order{}, errUnknown()
	}
	return Get(ctx, tx, nil, id)
}

// move takes a step: it stores the order's new state together with its Reason, PaidBy,
// Refunded and ShipBy, and writes the event. The order must be one that [Keep] returned. Error:
// Conflict order.wrong_state.
func (o *Order) move(ctx context.Context, tx *db.Tx, step Step, detail string) error {
	to, err := after(o.State, step)
	if err != nil {
		return err
	}
	now := db.Micros(tx.Now())
	n, err := tx.Exec(ctx, moveSQL, to, o.Reason, o.PaidBy, o.Refunded.Minor(), db.Micros(o.ShipBy), now, o.ID, o.State)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.Internal, "order.not_kept", nil)
	}
	if _, err := tx.Exec(ctx, eventSQL, o.ID, o.ID, step, o.State, to, detail, tx.Actor().String(), now); err != nil {
		return err
	}
	o.State, o.UpdatedAt = to, tx.Now()
	tx.Signal("order")
	return nil
}
