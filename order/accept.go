package order

import (
	"context"
	"errors"

	"pavilion"
	"pavilion/db"
	"pavilion/payment"
)

// Outcome is the answer to a request: an order, or Err.
type Outcome struct {
	Order  Order
	Intent payment.Intent  // to pay the order with; empty if it is paid already
	Repeat bool            // the request was accepted before; Order is that order
	Err    *pavilion.Error // Invalid order.*, or Conflict stock.*: nothing was reserved
}

var errNotBuilt = errors.New("order: not built")

// Accept answers a set of requests.
func Accept(ctx context.Context, tx *db.Tx, sealer *db.Sealer, requests []Request) ([]Outcome, error) {
	return nil, errNotBuilt
}

// Repeats finds which requests were accepted before. The answer has one outcome per
// request; those not accepted yet have an empty Order.
func Repeats(ctx context.Context, r db.Reader, sealer *db.Sealer, requests []Request) ([]Outcome, error) {
	return nil, errNotBuilt
}
