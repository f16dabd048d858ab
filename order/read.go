package order

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Get reads an order with its lines and, if sealer is not nil, its recipient. Error:
// NotFound order.unknown.
func Get(ctx context.Context, r db.Reader, sealer *db.Sealer, id pavilion.OrderID) (Order, error) {
	return Order{}, errNotBuilt
}

// ByNumber reads the order with that number and phone. Error: NotFound order.unknown, the
// same whether the number or the phone is wrong.
func ByNumber(ctx context.Context, r db.Reader, sealer *db.Sealer, number, phoneKey string) (Order, error) {
	return Order{}, errNotBuilt
}

// OfBuyer lists a buyer's orders with their lines and without their recipients, the newest
// first, those before the given id ("" for the start).
func OfBuyer(ctx context.Context, r db.Reader, buyer string, before pavilion.OrderID, limit int) ([]Order, error) {
	return nil, errNotBuilt
}

// Latest lists the orders of a state, or of all if state is "", like OfBuyer.
func Latest(ctx context.Context, r db.Reader, state State, before pavilion.OrderID, limit int) ([]Order, error) {
	return nil, errNotBuilt
}

// Events is the history of an order, the first event first, at most 1,000.
func Events(ctx context.Context, r db.Reader, id pavilion.OrderID) ([]Event, error) {
	return nil, errNotBuilt
}
