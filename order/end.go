package order

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// Expire ends unpaid orders whose time to pay is over, the oldest first, at most limit of
// them, and gives their goods back. It returns how many it ended.
func Expire(ctx context.Context, tx *db.Tx, now time.Time, limit int) (int, error) {
	return 0, errNotBuilt
}

// Cancel calls an order off before it is shipped.
func Cancel(ctx context.Context, tx *db.Tx, id pavilion.OrderID, reason string) error {
	return errNotBuilt
}

// RefundLine is how many units of an order line are refunded.
type RefundLine struct {
	Line     int // Line.Number
	Quantity int64
}

// Refund gives money back for the lines, or for all that is left if lines is nil.
func Refund(ctx context.Context, tx *db.Tx, id pavilion.OrderID, lines []RefundLine, reason string, restock bool) error {
	return errNotBuilt
}

// Ship takes the goods off the books: they left with the parcel.
func Ship(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error { return errNotBuilt }

// Deliver notes that the recipient has the goods.
func Deliver(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error { return errNotBuilt }

// Complete ends a delivered order when the time for complaints is over.
func Complete(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error { return errNotBuilt }
