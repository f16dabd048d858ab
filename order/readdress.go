package order

import (
	"context"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

const readdressSQL = `update sale_order set ship_to = $1, phone_key = $2, updated_at = $3 where id = $4`

// PhoneKey is the keyed hash an order is found by.
func PhoneKey(sealer *db.Sealer, phone string) string { return sealer.Key(phone, "phone") }

// Readdress gives an order that was not shipped yet another recipient, sealed anew. The
// trail keeps which parts changed, masked. Seen is the UpdatedAt of the order that the change was made from.
// The phone is in E.164 form. Errors: NotFound order.unknown; Conflict order.wrong_state,
// order.changed_meanwhile; Invalid order.malformed with the field.
func Readdress(ctx context.Context, tx *db.Tx, sealer *db.Sealer, id pavilion.OrderID, seen time.Time, to ShipTo) error {
	if err := to.check(); err != nil {
		return err
	}
	if err := Unchanged(ctx, tx, id, seen); err != nil {
		return err
	}
	o, err := Get(ctx, tx, sealer, id)
	if err != nil {
		return err
	}
	if o.State != StateUnpaid && o.State != StatePaid && o.State != StateParked {
		return wrongState(o.State, StepShip)
	}
	sealed, err := sealShipTo(sealer, id, to)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, readdressSQL, sealed, PhoneKey(sealer, to.Phone), db.Micros(tx.Now()), id); err != nil {
		return err
	}
	tx.Signal("order")
	return staff.NoteChanges(ctx, tx, "order.readdressed", string(id), o.ShipTo.changes(to))
}

// changes are the parts that differ, masked.
func (t ShipTo) changes(to ShipTo) (changed []staff.FieldChange) {
	before, after := t.Masked(), to.Masked()
	for _, part := range [...]struct{ field, before, after, was, is string }{
		{"name", before.Name, after.Name, t.Name, to.Name},
		{"phone", before.Phone, after.Phone, t.Phone, to.Phone},
		{"country", before.Country, after.Country, t.Country, to.Country},
		{"province", before.Province, after.Province, t.Province, to.Province},
		{"city", before.City, after.City, t.City, to.City},
		{"district", before.District, after.District, t.District, to.District},
		{"street", before.Street, after.Street, t.Street, to.Street},
		{"postcode", before.Postcode, after.Postcode, t.Postcode, to.Postcode},
	} {
		if part.was != part.is {
			changed = append(changed, staff.FieldChange{Field: part.field, Before: part.before, After: part.after})
		}
	}
	return changed
}

// check looks at what a person may have left out.
func (t ShipTo) check() error {
	for _, is := range [...]struct {
		field, text string
		needed      bool
	}{
		{"name", t.Name, true}, {"phone", t.Phone, true}, {"country", t.Country, true}, {"street", t.Street, true},
		{"province", t.Province, false}, {"city", t.City, false}, {"district", t.District, false}, {"postcode", t.Postcode, false},
	} {
		if !storable(is.text) || is.needed && strings.TrimSpace(is.text) == "" {
			return pavilion.E(pavilion.Invalid, "order.malformed", nil).At(is.field)
		}
	}
	return nil
}

const unchangedSQL = `update sale_order set updated_at = $1 where id = $2 and updated_at = $3`

// Unchanged keeps an order for this transaction, as [Keep] does, if it still is as somebody
// saw it: seen is its UpdatedAt then. Errors: NotFound order.unknown; Conflict
// order.changed_meanwhile.
func Unchanged(ctx context.Context, tx *db.Tx, id pavilion.OrderID, seen time.Time) error {
	n, err := tx.Exec(ctx, unchangedSQL, db.Micros(tx.Now()), id, db.Micros(seen))
	if err != nil || n == 1 {
		return err
	}
	if _, err := Get(ctx, tx, nil, id); err != nil {
		return err
	}
	return pavilion.E(pavilion.Conflict, "order.changed_meanwhile", nil)
}
