package stock

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// Availability is what a channel could sell of a SKU now.
type Availability struct {
	Quantity   int64
	BestBefore pavilion.Date // of the units that would be sold first; "" if they do not expire
	DaysLeft   int           // days until then, in the warehouse's zone
}

// Available tells what the channel could sell of each SKU. A SKU with nothing to sell is
// in the map with quantity 0.
func Available(ctx context.Context, r db.Reader, channel string, skus []pavilion.SKUID) (map[pavilion.SKUID]Availability, error) {
	return nil, errSkeleton
}

// SetFreshness says how many days of shelf life goods must have left to be sold on the
// channel; with a SKU it overrides the channel's default for that SKU.
func SetFreshness(ctx context.Context, tx *db.Tx, channel string, sku pavilion.SKUID, days int) error {
	return errSkeleton
}

// SetBuyerLimit says how many units of the SKU one buyer may take within a running window.
func SetBuyerLimit(ctx context.Context, tx *db.Tx, channel string, sku pavilion.SKUID, quantity int64, window time.Duration) error {
	return errSkeleton
}

// SetUnpaidCap says how many unpaid orders, and units in them, one holder may have at a time.
func SetUnpaidCap(ctx context.Context, tx *db.Tx, channel string, orders, units int64) error {
	return errSkeleton
}
