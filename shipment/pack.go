package shipment

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Pack puts units of a paid order into parcels. It never packs more of a line than is left
// to be sent: ordered, not refunded and not packed yet.
func Pack(ctx context.Context, tx *db.Tx, id pavilion.OrderID, drafts ...Draft) ([]Parcel, error) {
	return nil, nil
}

// Unpack undoes a parcel that was not shipped.
func Unpack(ctx context.Context, tx *db.Tx, id pavilion.ParcelID) error { return nil }

// SetWaybill says which carrier takes a parcel under which number.
func SetWaybill(ctx context.Context, tx *db.Tx, id pavilion.ParcelID, carrier, waybill string) error {
	return nil
}

// Ship lets an order go.
func Ship(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error { return nil }
