package shipment

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Filter says which parcels a list shows; the zero value shows all.
type Filter struct {
	State   State
	Carrier string
	Words   string // beginning of a waybill, or an order's number
}

// Of lists the parcels of an order, by number.
func Of(ctx context.Context, r db.Reader, order pavilion.OrderID) ([]Parcel, error) {
	return nil, nil
}

// ByWaybill finds the parcels with a waybill, whichever carrier's it is, the newest first.
func ByWaybill(ctx context.Context, r db.Reader, waybill string) ([]Parcel, error) {
	return nil, nil
}

// List lists parcels, the newest first, those after the parcel with the id, "" for the
// beginning.
func List(ctx context.Context, r db.Reader, f Filter, after pavilion.ParcelID, limit int) ([]Parcel, error) {
	return nil, nil
}

// Count counts parcels, and stops at most.
func Count(ctx context.Context, r db.Reader, f Filter, most int64) (int64, error) {
	return 0, nil
}
