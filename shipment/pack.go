package shipment

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
)

// maxWeightG is what one person may find in front of a door.
const maxWeightG = 1_000_000

var (
	insertParcel = db.Insert{
		Table:   "parcel",
		Columns: []string{"id", "order_id", "number", "state", "carrier", "waybill", "weight_g", "packed_by", "packed_at"},
		Suffix:  "on conflict do nothing",
	}
	insertLine = db.Insert{Table: "parcel_line", Columns: []string{"parcel_id", "line", "quantity"}}
)

// Pack puts units of a paid order into parcels. It never packs more of a line than is left
// to be sent: ordered, not refunded, and in no parcel yet. Errors: NotFound order.unknown;
// Conflict order.wrong_state, shipment.waybill_taken {number}; Invalid shipment.nothing,
// shipment.too_many {line, left}, shipment.weight, shipment.carrier_unknown,
// shipment.waybill_malformed.
func Pack(ctx context.Context, tx *db.Tx, id pavilion.OrderID, drafts ...Draft) ([]Parcel, error) {
	o, err := shippable(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	there, err := Of(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if len(drafts) == 0 {
		return nil, pavilion.E(pavilion.Invalid, "shipment.nothing", nil).At("lines")
	}
	left, number := Left(o, there), 0
	for _, p := range there {
		number = max(number, p.Number)
	}
	packed := make([]Parcel, len(drafts))
	for i, d := range drafts {
		p := &packed[i]
		*p = Parcel{
			ID: pavilion.NewID[pavilion.ParcelID](pavilion.PrefixParcel, tx.Now()), Order: id, Number: number + 1 + i,
			State: StatePacked, WeightG: d.WeightG, PackedBy: tx.Actor(), PackedAt: tx.Now(),
		}
		if d.WeightG < 0 || d.WeightG > maxWeightG {
			return nil, pavilion.E(pavilion.Invalid, "shipment.weight", nil).At("weight")
		}
		if p.Carrier, p.Waybill, err = clean(d.Carrier, d.Waybill); err != nil {
			return nil, err
		}
		if p.Lines, err = fill(left, d.Lines); err != nil {
			return nil, err
		}
		if err := p.insert(ctx, tx); err != nil {
			return nil, err
		}
	}
	tx.Signal("order")
	return packed, nil
}

// shippable keeps an order for this transaction and sees that it waits for its parcels.
func shippable(ctx context.Context, tx *db.Tx, id pavilion.OrderID) (order.Order, error) {
	o, err := order.Keep(ctx, tx, id)
	if err != nil {
		return o, err
	}
	return o, order.May(o.State, order.StepShip)
}

// Left is how many units of each line of an order are still to be packed. It is below zero
// for a line of which more was packed than is to be sent, because some was refunded since.
func Left(o order.Order, parcels []Parcel) map[int]int64 {
	left := make(map[int]int64, len(o.Lines))
	for _, l := range o.Lines {
		left[l.Number] = l.Quantity - l.Refunded
	}
	for _, p := range parcels {
		for _, l := range p.Lines {
			left[l.Line] -= l.Quantity
		}
	}
	return left
}

// fill takes what lies in a parcel off what is left and returns it without empty lines.
func fill(left map[int]int64, lines []Line) ([]Line, error) {
	var in []Line
	for _, l := range lines {
		if l.Quantity == 0 {
			continue
		}
		if l.Quantity < 0 || l.Quantity > left[l.Line] {
			return nil, pavilion.E(pavilion.Invalid, "shipment.too_many", pavilion.Args{"line": l.Line, "left": left[l.Line]}).At("lines")
		}
		left[l.Line] -= l.Quantity
		in = append(in, l)
	}
	if len(in) == 0 {
		return nil, pavilion.E(pavilion.Invalid, "shipment.nothing", nil).At("lines")
	}
	return in, nil
}

func (p *Parcel) insert(ctx context.Context, tx *db.Tx) error {
	n, err := insertParcel.Rows(ctx, tx, []any{
		p.ID, p.Order, p.Number, p.State, p.Carrier, p.Waybill, p.WeightG, p.PackedBy.String(), db.Micros(p.PackedAt),
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return taken(ctx, tx, p.Carrier, p.Waybill)
	}
	var rows []any
	for _, l := range p.Lines {
		rows = append(rows, p.ID, l.Line, l.Quantity)
	}
	if _, err := insertLine.Rows(ctx, tx, rows); err != nil {
		return err
	}
	return p.note(ctx, tx, "shipment.packed")
}

// note writes into the trail of the order what was done to a parcel.
func (p *Parcel) note(ctx context.Context, tx *db.Tx, act string) error {
	return staff.Note(ctx, tx, act, string(p.Order), map[string]any{
		"parcel": p.ID, "number": p.Number, "units": p.Units(), "carrier": p.Carrier, "waybill": p.Waybill,
	})
}

// Units is how many units lie in the parcel.
func (p *Parcel) Units() (n int64) {
	for _, l := range p.Lines {
		n += l.Quantity
	}
	return n
}

const (
	deleteLinesSQL  = `delete from parcel_line where parcel_id = $1`
	deleteParcelSQL = `delete from parcel where id = $1 and state = 'packed'`
)

// Unpack undoes a parcel that was not shipped. Errors: NotFound shipment.unknown; Conflict
// shipment.gone.
func Unpack(ctx context.Context, tx *db.Tx, id pavilion.ParcelID) error {
	p, err := keep(ctx, tx, id)
	if err != nil {
		return err
	}
	tx.Signal("order")
	return p.unpack(ctx, tx)
}

// keep reads a parcel and keeps its order for this transaction.
func keep(ctx context.Context, tx *db.Tx, id pavilion.ParcelID) (Parcel, error) {
	p, err := Get(ctx, tx, id)
	if err != nil {
		return Parcel{}, err
	}
	if _, err := order.Keep(ctx, tx, p.Order); err != nil {
		return Parcel{}, err
	}
	return Get(ctx, tx, id) // as it stands now that nobody else can change it
}

func (p *Parcel) unpack(ctx context.Context, tx *db.Tx) error {
	if p.State != StatePacked {
		return pavilion.E(pavilion.Conflict, "shipment.gone", pavilion.Args{"parcel": p.Number})
	}
	if _, err := tx.Exec(ctx, deleteLinesSQL, p.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteParcelSQL, p.ID); err != nil {
		return err
	}
	return p.note(ctx, tx, "shipment.unpacked")
}

// Fit unpacks what an order has packed and need not send any more, because it was cancelled
// or units were refunded: all parcels, or the newest ones that hold such units.
func Fit(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	o, err := order.Keep(ctx, tx, id)
	if err != nil {
		return err
	}
	parcels, err := Of(ctx, tx, id)
	if err != nil {
		return err
	}
	sends := order.Allows(o.State, order.StepShip)
	left := Left(o, parcels)
	for i := len(parcels) - 1; i >= 0; i-- {
		p := &parcels[i]
		over := false
		for _, l := range p.Lines {
			over = over || left[l.Line] < 0
		}
		if p.State != StatePacked || sends && !over {
			continue
		}
		for _, l := range p.Lines {
			left[l.Line] += l.Quantity
		}
		if err := p.unpack(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
