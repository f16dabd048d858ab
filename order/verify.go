package order

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Difference is something that [Verify] found wrong.
type Difference struct {
	Order  pavilion.OrderID
	Reason string // such as "verify.order_total"
	Args   pavilion.Args
}

// Verify checks every order against its lines, its events, its reservations and its
// payments, and reports each difference. It changes nothing.
func Verify(ctx context.Context, r db.Reader, report func(Difference) error) error {
	return errNotBuilt
}
