package shipment

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
)

// clean checks a carrier and its waybill, both of which may be left for later. Errors:
// Invalid shipment.carrier_unknown, shipment.waybill_malformed.
func clean(carrier, waybill string) (code, number string, err error) {
	if carrier == "" && tidy(waybill) == "" {
		return "", "", nil
	}
	c, ok := CarrierOf(carrier)
	if !ok {
		return "", "", pavilion.E(pavilion.Invalid, "shipment.carrier_unknown", nil).At("carrier")
	}
	if tidy(waybill) == "" {
		return c.Code, "", nil
	}
	number, err = c.Clean(waybill)
	return c.Code, number, err
}

const (
	setWaybillSQL = `update parcel set carrier = $1, waybill = $2 where id = $3
		and not exists (select 1 from parcel o where o.waybill = $4 and o.carrier = $5 and o.waybill <> '' and o.id <> $6)`
	takenBySQL = `select o.number from parcel p join sale_order o on o.id = p.order_id where p.waybill = $1 and p.carrier = $2`
)

// SetWaybill says which carrier takes a parcel under which number. It may be mended until
// the parcel is delivered, but a shipped parcel is not left without. Errors: NotFound
// shipment.unknown; Conflict shipment.gone, shipment.waybill_taken {number}; Invalid
// shipment.carrier_unknown, shipment.waybill_malformed.
func SetWaybill(ctx context.Context, tx *db.Tx, id pavilion.ParcelID, carrier, waybill string) error {
	code, number, err := clean(carrier, waybill)
	if err != nil {
		return err
	}
	p, err := keep(ctx, tx, id)
	if err != nil {
		return err
	}
	if p.State == StateDelivered || p.State == StateShipped && number == "" {
		return pavilion.E(pavilion.Conflict, "shipment.gone", pavilion.Args{"parcel": p.Number})
	}
	n, err := tx.Exec(ctx, setWaybillSQL, code, number, id, number, code, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return taken(ctx, tx, code, number)
	}
	tx.Signal("order")
	var changes []staff.FieldChange
	if p.Carrier != code {
		changes = append(changes, staff.FieldChange{Field: "carrier", Before: p.Carrier, After: code})
	}
	if p.Waybill != number {
		changes = append(changes, staff.FieldChange{Field: "waybill", Before: p.Waybill, After: number})
	}
	return staff.NoteChanges(ctx, tx, "shipment.waybill", string(p.Order), changes)
}

// WaybillUnchanged refuses a change of a parcel that no longer has the carrier and the waybill
// it was shown with, and keeps others from changing it until the transaction ends. Errors:
// NotFound shipment.unknown; Conflict shipment.changed_meanwhile.
func WaybillUnchanged(ctx context.Context, tx *db.Tx, id pavilion.ParcelID, carrier, waybill string) error {
	p, err := keep(ctx, tx, id)
	if err == nil && (p.Carrier != carrier || p.Waybill != waybill) {
		err = pavilion.E(pavilion.Conflict, "shipment.changed_meanwhile", nil)
	}
	return err
}

// taken is the refusal of a waybill that another parcel has.
func taken(ctx context.Context, tx *db.Tx, carrier, waybill string) error {
	number, found, err := db.One(ctx, tx, func(s db.Scanner) (n string, err error) { return n, s.Scan(&n) }, takenBySQL, waybill, carrier)
	if err != nil {
		return err
	}
	if !found {
		return pavilion.E(pavilion.Unavailable, "order.raced", nil)
	}
	return pavilion.E(pavilion.Conflict, "shipment.waybill_taken", pavilion.Args{"number": number}).At("waybill")
}

// Ready tells whether an order can go: every unit that is still to be sent lies in a parcel,
// no other does, and every parcel has a carrier and a waybill. Errors: Conflict
// order.wrong_state, shipment.left_over {left}, shipment.over_packed {line},
// shipment.no_waybill {parcel}.
func Ready(o order.Order, parcels []Parcel) error {
	if err := order.May(o.State, order.StepShip); err != nil {
		return err
	}
	var missing int64
	left := Left(o, parcels)
	for _, l := range o.Lines {
		if left[l.Number] < 0 {
			return pavilion.E(pavilion.Conflict, "shipment.over_packed", pavilion.Args{"line": l.Number})
		}
		missing += left[l.Number]
	}
	if missing > 0 {
		return pavilion.E(pavilion.Conflict, "shipment.left_over", pavilion.Args{"left": missing})
	}
	for _, p := range parcels {
		if p.Carrier == "" || p.Waybill == "" {
			return pavilion.E(pavilion.Conflict, "shipment.no_waybill", pavilion.Args{"parcel": p.Number})
		}
	}
	return nil
}

const shipSQL = `update parcel set state = 'shipped', shipped_at = $1 where order_id = $2 and state = 'packed'`

// Ship lets an order go with all its parcels: the goods leave the books. Errors are those of
// [Ready], and NotFound order.unknown, and what stock.Take refuses, such as a lot that is
// held or past its date.
func Ship(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	o, err := order.Keep(ctx, tx, id)
	if err != nil {
		return err
	}
	parcels, err := Of(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := Ready(o, parcels); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, shipSQL, db.Micros(tx.Now()), id); err != nil {
		return err
	}
	if err := order.Ship(ctx, tx, id); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "order.ship", string(id), map[string]any{"parcels": len(parcels)})
}

const deliverSQL = `update parcel set state = 'delivered', delivered_at = $1 where order_id = $2 and state = 'shipped'`

// Deliver notes that the recipient has all parcels of an order. Errors: NotFound
// order.unknown; Conflict order.wrong_state.
func Deliver(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	if err := order.Deliver(ctx, tx, id); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deliverSQL, db.Micros(tx.Now()), id); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "order.deliver", string(id), nil)
}

// Redirect gives an order another recipient as long as nothing of it is packed: an address
// may be on a label already. Errors are those of order.Readdress, and Conflict
// shipment.packed.
func Redirect(ctx context.Context, tx *db.Tx, sealer *db.Sealer, id pavilion.OrderID, seen time.Time, to order.ShipTo) error {
	if err := order.Readdress(ctx, tx, sealer, id, seen, to); err != nil {
		return err
	}
	parcels, err := Of(ctx, tx, id)
	if err != nil {
		return err
	}
	if len(parcels) > 0 {
		return pavilion.E(pavilion.Conflict, "shipment.packed", nil)
	}
	return nil
}
