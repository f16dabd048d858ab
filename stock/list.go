package stock

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// LotBalance is what lies of one lot in one warehouse.
type LotBalance struct {
	Lot        pavilion.LotID
	SKU        pavilion.SKUID
	Code       string
	ProducedOn pavilion.Date
	BestBefore pavilion.Date
	Warehouse  pavilion.WarehouseID
	OnHand     int64
	Reserved   int64
	Held       bool
}

// Lots lists what lies of a SKU, first to expire first.
func Lots(ctx context.Context, r db.Reader, sku pavilion.SKUID) ([]LotBalance, error) {
	return nil, errSkeleton
}

// MovementKind says what moved.
type MovementKind string

// Movement is one change of one balance. Its key is lot, warehouse and number; numbers of a
// balance count from 1 without gaps.
type Movement struct {
	Lot            pavilion.LotID
	Warehouse      pavilion.WarehouseID
	Number         int64
	Kind           MovementKind
	OnHandChange   int64
	ReservedChange int64
	Cause          string
	Note           string
	Actor          string
	MovedAt        time.Time
}

// Movements lists the movements of a lot in a warehouse with numbers above after, in order.
func Movements(ctx context.Context, r db.Reader, lot pavilion.LotID, warehouse pavilion.WarehouseID, after int64, limit int) ([]Movement, error) {
	return nil, errSkeleton
}
