package order

import (
	"strings"
	"time"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/stock"
)

const (
	maxLines    = 200
	maxQuantity = 1_000_000
	maxText     = 500 // bytes of any one text of a request
)

// Draft is a request made ready for [Accept]: checked, added up and its recipient sealed,
// all of it work that needs no transaction and so is done before one begins.
type Draft struct {
	order    Order // complete but for Number, PlacedAt and UpdatedAt
	shipTo   []byte
	claim    stock.Claim
	provider string
	notice   Notice
}

// Prepare checks a request and makes it ready. Errors: Invalid order.malformed with the
// field, order.nothing_to_pay, and those of money.
func Prepare(sealer *db.Sealer, r Request) (Draft, error) {
	if err := r.check(); err != nil {
		return Draft{}, err
	}
	o := Order{
		ID: r.ID, Channel: r.Channel, Shop: r.Shop, External: r.External,
		Buyer: r.Buyer, PhoneKey: r.PhoneKey, ShipTo: r.ShipTo, Lang: r.Lang,
		State: StateUnpaid, Simulated: r.Simulated, PayBy: r.PayBy.Truncate(time.Microsecond), Notice: r.Notice.ID(),
	}
	if r.PayBy.IsZero() {
		o.State, o.ShipBy = StatePaid, r.ShipBy.Truncate(time.Microsecond)
	}
	if err := o.addUp(r); err != nil {
		return Draft{}, err
	}
	if o.State == StateUnpaid && o.Total.IsZero() {
		return Draft{}, pavilion.E(pavilion.Invalid, "order.nothing_to_pay", nil).At("lines")
	}
	sealed, err := sealShipTo(sealer, o.ID, o.ShipTo)
	if err != nil {
		return Draft{}, err
	}
	claim := o.claim()
	claim.ExpiresAt = o.PayBy
	claim.Holders = nonEmpty(r.Buyer, r.PhoneKey, r.AddressKey)
	return Draft{order: o, shipTo: sealed, claim: claim, provider: r.Provider, notice: r.Notice}, nil
}

// Channel is the channel the request came from.
func (d Draft) Channel() string { return d.order.Channel }

// Shop is the shop of it, "" where the channel has but one.
func (d Draft) Shop() string { return d.order.Shop }

// addUp fills lines and sums.
func (o *Order) addUp(r Request) error {
	zero := money.New(0, r.Lines[0].Unit.Currency())
	orZero := func(m money.Money) money.Money {
		if m == (money.Money{}) {
			return zero
		}
		return m
	}
	var err error
	add := func(a, b money.Money) (sum money.Money) {
		if err == nil {
			sum, err = a.Add(b)
		}
		return sum
	}
	o.Goods, o.Tax, o.Delivery, o.Refunded = zero, zero, orZero(r.Delivery), zero
	o.Lines = make([]Line, len(r.Lines))
	for i, l := range r.Lines {
		goods, e := l.Unit.Times(l.Quantity)
		if e != nil {
			return e
		}
		tax := orZero(l.Tax)
		o.Lines[i] = Line{Number: i + 1, SKU: l.SKU, Name: l.Name, Quantity: l.Quantity, Unit: l.Unit, Tax: tax, Total: add(goods, tax), Border: l.Border}
		o.Goods, o.Tax = add(o.Goods, goods), add(o.Tax, tax)
	}
	o.Total = add(add(o.Goods, o.Delivery), o.Tax)
	return err
}

// claim is what the order asks of the stock once it is paid: every unit that was not
// refunded, without a term.
func (o *Order) claim() stock.Claim {
	c := stock.Claim{Order: o.ID, Channel: o.Channel, Shop: o.Shop, Buyer: o.Buyer, Lines: make([]stock.Want, 0, len(o.Lines))}
	if c.Buyer == "" {
		c.Buyer = o.PhoneKey
	}
	for _, l := range o.Lines {
		if left := l.Quantity - l.Refunded; left > 0 {
			c.Lines = append(c.Lines, stock.Want{Line: l.Number, SKU: l.SKU, Quantity: left})
		}
	}
	return c
}

// check looks at what the callers of a channel could have got wrong. A text the database
// would refuse must not come as far as a transaction that others share.
func (r Request) check() error {
	malformed := func(field string) error {
		return pavilion.E(pavilion.Invalid, "order.malformed", nil).At(field)
	}
	if !pavilion.CheckID(pavilion.PrefixOrder, string(r.ID)) {
		return malformed("id")
	}
	if r.Channel == "" || r.External == "" {
		return malformed("external")
	}
	if r.PayBy.IsZero() != (r.Provider == "") {
		return malformed("provider")
	}
	t := r.ShipTo
	for _, is := range [...]struct{ field, text string }{
		{"channel", r.Channel}, {"shop", r.Shop}, {"external", r.External}, {"buyer", r.Buyer},
		{"phone_key", r.PhoneKey}, {"address_key", r.AddressKey}, {"lang", string(r.Lang)}, {"provider", r.Provider},
		{"name", t.Name}, {"phone", t.Phone}, {"country", t.Country}, {"province", t.Province},
		{"city", t.City}, {"district", t.District}, {"street", t.Street}, {"postcode", t.Postcode},
	} {
		if !storable(is.text) {
			return malformed(is.field)
		}
	}
	if len(r.Lines) == 0 || len(r.Lines) > maxLines || r.Delivery.Sign() < 0 {
		return malformed("lines")
	}
	for _, l := range r.Lines {
		if l.SKU == "" || !storable(string(l.SKU)) || !storable(l.Name) || l.Quantity <= 0 || l.Quantity > maxQuantity ||
			l.Unit.Currency() == "" || l.Unit.Sign() < 0 || l.Tax.Sign() < 0 || !fits(l) {
			return malformed("lines")
		}
	}
	return nil
}

// fits tells whether what the border takes is of this line: in its currency, and what is put on
// top of its price.
func fits(l RequestLine) bool {
	b := l.Border
	return !b.Asked() || b.Tax.Currency() == l.Unit.Currency() && (l.Tax.IsZero() || l.Tax == b.Tax)
}

// storable tells whether both engines take the text as it is.
func storable(s string) bool {
	return len(s) <= maxText && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}

func nonEmpty(all ...string) []string {
	var some []string
	for _, s := range all {
		if s != "" {
			some = append(some, s)
		}
	}
	return some
}
