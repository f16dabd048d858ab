package order

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/payment"
)

// Hear takes in what a provider said about a payment.
func Hear(ctx context.Context, tx *db.Tx, provider string, w payment.Word) error { return errNotBuilt }

// Pay gives an order the money that arrived for it.
func Pay(ctx context.Context, tx *db.Tx, paid payment.Intent) (Order, error) {
	return Order{}, errNotBuilt
}

// PayAgain makes a new intent for an order whose last one was declined.
func PayAgain(ctx context.Context, tx *db.Tx, id pavilion.OrderID, provider string) (payment.Intent, error) {
	return payment.Intent{}, errNotBuilt
}
