package shipment

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

// maxList is the most rows a list returns.
const maxList = 500

const parcelColumns = `p.id, p.order_id, p.number, p.state, p.carrier, p.waybill, p.weight_g, p.packed_by, p.packed_at, p.shipped_at, p.delivered_at`

func scanParcel(s db.Scanner) (p Parcel, err error) {
	var by string
	var packed, shipped, delivered int64
	err = s.Scan(&p.ID, &p.Order, &p.Number, &p.State, &p.Carrier, &p.Waybill, &p.WeightG, &by, &packed, &shipped, &delivered)
	p.PackedBy, _ = pavilion.ParseActor(by)
	p.PackedAt, p.ShippedAt, p.DeliveredAt = db.Time(packed), db.Time(shipped), db.Time(delivered)
	return p, err
}

const (
	selectParcels = `select ` + parcelColumns + ` from parcel p`

	getSQL       = selectParcels + ` where p.id = $1`
	ofSQL        = selectParcels + ` where p.order_id = $1 order by p.number limit $2`
	byWaybillSQL = selectParcels + ` where p.waybill = $1 and p.waybill <> '' order by p.id desc limit $2`
)

// linesAmong has no order; a parcel's lines are sorted once they are read.
var linesAmong = &db.Keyed{Text: `select parcel_id, line, quantity from parcel_line where parcel_id in (%s)`}

// Get reads a parcel. Error: NotFound shipment.unknown.
func Get(ctx context.Context, r db.Reader, id pavilion.ParcelID) (Parcel, error) {
	found, err := read(ctx, r, getSQL, id)
	if err != nil {
		return Parcel{}, err
	}
	if len(found) == 0 {
		return Parcel{}, pavilion.E(pavilion.NotFound, "shipment.unknown", nil)
	}
	return found[0], nil
}

// Of lists the parcels of an order, by number.
func Of(ctx context.Context, r db.Reader, order pavilion.OrderID) ([]Parcel, error) {
	return read(ctx, r, ofSQL, order, maxList)
}

// ByWaybill finds the parcels with a waybill, whichever carrier's it is, the newest first.
func ByWaybill(ctx context.Context, r db.Reader, waybill string) ([]Parcel, error) {
	return read(ctx, r, byWaybillSQL, tidy(waybill), maxList)
}

// Filter says which parcels a list shows; the zero value shows all.
type Filter struct {
	State   State
	Carrier string
	Words   string // a waybill, or an order's number
}

const ofWords = `p.id in (select id from parcel where waybill = $1
	union select q.id from sale_order o join parcel q on q.order_id = o.id where o.number = $2)`

// where is the conditions of the filter. The one that leaves fewest parcels is looked up by
// its index, and the others are kept from theirs by comparing the column with nothing added
// to it: words, then parcels in the warehouse or with a carrier, of which there are few at
// any time, then the carrier.
func (f Filter) where() (w db.Where) {
	if f.Words != "" {
		w.And(ofWords, tidy(f.Words), tidy(f.Words))
	}
	keyed := func(column, value string, free bool) {
		switch {
		case value == "":
		case free:
			w.And("p."+column+" = $1", value)
		default:
			w.And("p."+column+" || '' = $1", value)
		}
	}
	byCarrier := f.Carrier != "" && f.State == StateDelivered
	keyed("state", string(f.State), f.Words == "" && !byCarrier)
	keyed("carrier", f.Carrier, f.Words == "" && (byCarrier || f.State == ""))
	return w
}

// List lists parcels, the newest first, those after the parcel with the id, "" for the
// beginning.
func List(ctx context.Context, r db.Reader, f Filter, after pavilion.ParcelID, limit int) ([]Parcel, error) {
	w := f.where()
	if after != "" {
		w.And("p.id < $1", after)
	}
	query, args := w.SQL(selectParcels, "order by p.id desc limit $1", min(limit, maxList))
	return read(ctx, r, query, args...)
}

// Count counts parcels, and stops at most.
func Count(ctx context.Context, r db.Reader, f Filter, most int64) (n int64, err error) {
	query, args := f.where().SQL("select count(*) from (select 1 from parcel p", "limit $1) as matching", most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// read reads parcels with their lines.
func read(ctx context.Context, r db.Reader, query string, args ...any) ([]Parcel, error) {
	parcels, err := db.All(ctx, r, scanParcel, query, args...)
	if err != nil {
		return nil, err
	}
	at := make(map[pavilion.ParcelID]*Parcel, len(parcels))
	ids := make([]pavilion.ParcelID, len(parcels))
	for i := range parcels {
		ids[i] = parcels[i].ID
		at[ids[i]] = &parcels[i]
	}
	_, err = db.AllKeyed(ctx, r, func(s db.Scanner) (_ struct{}, err error) {
		var id pavilion.ParcelID
		var l Line
		if err := s.Scan(&id, &l.Line, &l.Quantity); err != nil {
			return struct{}{}, err
		}
		at[id].Lines = append(at[id].Lines, l)
		return struct{}{}, nil
	}, linesAmong, ids)
	for i := range parcels {
		slices.SortFunc(parcels[i].Lines, func(a, b Line) int { return a.Line - b.Line })
	}
	return parcels, err
}
