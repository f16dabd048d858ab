package stock

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Receipt is a delivery of one lot into one warehouse.
type Receipt struct {
	SKU        pavilion.SKUID
	LotCode    string        // the producer's lot number, as printed on the pack
	ProducedOn pavilion.Date // "" when not stated
	BestBefore pavilion.Date // the last day it is good; "" for goods that do not expire
	Warehouse  pavilion.WarehouseID
	Quantity   int64
	Cause      string // the paper or event behind it, such as a delivery note
	Note       string
}

// Receive takes goods into a warehouse.
func Receive(ctx context.Context, tx *db.Tx, r Receipt) (pavilion.LotID, error) {
	return "", errSkeleton
}

// Handling is something done by hand to the units of a lot that lie in a warehouse.
type Handling struct {
	Lot       pavilion.LotID
	Warehouse pavilion.WarehouseID
	Quantity  int64 // units; Adjust takes the difference and so also a negative number, Hold and Unhold take none
	Cause     string
	Note      string
}

// Adjust corrects the count by the difference in h.Quantity.
func Adjust(ctx context.Context, tx *db.Tx, h Handling) error { return errSkeleton }

// WriteOff removes units that can no longer be sold.
func WriteOff(ctx context.Context, tx *db.Tx, h Handling) error { return errSkeleton }

// Hold puts the lot in this warehouse under quarantine.
func Hold(ctx context.Context, tx *db.Tx, h Handling) error { return errSkeleton }

// Unhold ends the quarantine.
func Unhold(ctx context.Context, tx *db.Tx, h Handling) error { return errSkeleton }

// Move is a transfer of units of a lot from one warehouse to another.
type Move struct {
	Lot      pavilion.LotID
	From, To pavilion.WarehouseID
	Quantity int64
	Cause    string
	Note     string
}

// Transfer moves units from one warehouse to another; they stay the same lot.
func Transfer(ctx context.Context, tx *db.Tx, m Move) error { return errSkeleton }

// Comeback is units of a shipped order line that came back.
type Comeback struct {
	Order     pavilion.OrderID
	Line      int
	Lot       pavilion.LotID       // the lot read off the pack; "" takes the part that expires first
	Warehouse pavilion.WarehouseID // where they arrived; "" is where they left from
	Quantity  int64
	Held      bool // they must not be sold before somebody looked
	Note      string
}

// Return puts units that came back into stock, or into a held state.
func Return(ctx context.Context, tx *db.Tx, c Comeback) error { return errSkeleton }
