package order

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
)

// ShipTo is who gets the goods and where. It is personal data: stored sealed, bound to the
// order's id, and never logged.
type ShipTo struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`   // E.164, such as +8613800138000
	Country  string `json:"country"` // ISO 3166-1 alpha-2, upper case
	Province string `json:"province,omitempty"`
	City     string `json:"city,omitempty"`
	District string `json:"district,omitempty"`
	Street   string `json:"street"`
	Postcode string `json:"postcode,omitempty"`
}

const mask = "****"

// Masked is the recipient as it may be shown to somebody who does not need to find the
// door: the first character of the name, the ends of the phone, the region without the
// street.
func (t ShipTo) Masked() ShipTo {
	if _, n := utf8.DecodeRuneInString(t.Name); n > 0 {
		t.Name = t.Name[:n] + mask
	}
	t.Phone = MaskPhone(t.Phone)
	if t.Street != "" {
		t.Street = mask
	}
	t.Postcode = ""
	return t
}

// MaskPhone hides four digits of a phone in E.164 form, so that its owner knows it again
// and nobody else learns it: +86138****8000.
func MaskPhone(phone string) string {
	const tail, hidden = 4, 4
	if len(phone) < tail+hidden {
		return ""
	}
	return phone[:len(phone)-tail-hidden] + mask + phone[len(phone)-tail:]
}

// String keeps the recipient out of logs and error texts.
func (t ShipTo) String() string { return "(recipient)" }

// GoString does the same for %#v.
func (t ShipTo) GoString() string { return t.String() }

// sealShipTo seals the recipient for this one order: moved to another row, it does not open.
func sealShipTo(sealer *db.Sealer, id pavilion.OrderID, t ShipTo) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("write the recipient of %s: %w", id, err)
	}
	return sealer.Seal(plain, SealPurpose(id)), nil
}

// openShipTo reads what sealShipTo sealed; an erased recipient is empty.
func openShipTo(sealer *db.Sealer, id pavilion.OrderID, sealed []byte) (t ShipTo, err error) {
	if len(sealed) == 0 {
		return ShipTo{}, nil
	}
	plain, err := sealer.Open(sealed, SealPurpose(id))
	if err != nil {
		return ShipTo{}, fmt.Errorf("open the recipient of %s: %w", id, err)
	}
	if err := json.Unmarshal(plain, &t); err != nil {
		return ShipTo{}, fmt.Errorf("read the recipient of %s: %w", id, err)
	}
	return t, nil
}

// SealPurpose is what the recipient of an order is sealed for.
func SealPurpose(id pavilion.OrderID) string { return "sale_order.ship_to:" + string(id) }
