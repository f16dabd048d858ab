package order

import (
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/tax"
)

// Order is a shopper's promise to pay and ours to deliver.
type Order struct {
	ID        pavilion.OrderID
	Number    string // what people read and say, see [ParseNumber]
	Channel   string
	Shop      string // of the channel; "" where it has only one
	External  string // the order's number at the channel, unique with channel and shop
	Buyer     string // a BuyerID, the channel's own name for the buyer, or "" for a guest
	PhoneKey  string // keyed hash of the recipient's phone
	ShipTo    ShipTo // empty unless the function that read it was given the sealer
	Lang      pavilion.Lang
	Lines     []Line
	Goods     money.Money // the lines without tax
	Delivery  money.Money
	Tax       money.Money // on top of Goods and Delivery; zero where prices include it
	Total     money.Money // Goods + Delivery + Tax
	Notice    string      // id of the notice that the shopper accepted, "" for none; see [ReadNotice]
	Refunded  money.Money // given back or on its way, never above Total
	State     State
	Reason    string            // why it was cancelled or parked: the key of a sentence
	PaidBy    pavilion.IntentID // the payment that paid it; "" if none, or if the channel was paid
	Simulated bool              // part of the demo or a rehearsal
	PlacedAt  time.Time
	PayBy     time.Time // zero if it was paid when it came
	ShipBy    time.Time // when it should be with its carrier; zero until it is paid
	UpdatedAt time.Time
}

// Line is one SKU of an order, its name and price frozen as sold.
type Line struct {
	Number   int // from 1
	SKU      pavilion.SKUID
	Name     string
	Quantity int64
	Refunded int64       // units of Quantity whose money was given back
	Unit     money.Money // price of one unit, without Tax
	Tax      money.Money // of the whole line, on top of the price
	Total    money.Money // Unit × Quantity + Tax
	Border   tax.LineTax // what the border took of it when it was ordered; not Asked if nobody knows
}

// Event is one entry in an order's history: what was done to it, when and by whom.
type Event struct {
	Order  pavilion.OrderID
	Number int // from 1
	Step   Step
	From   State // "" for the first
	To     State
	Detail string // a machine word or an id: a reason, an intent, a refund
	Actor  pavilion.Actor
	At     time.Time
}

// Request is an order somebody wants to place. All amounts are in one currency.
type Request struct {
	ID         pavilion.OrderID // made by the caller
	Channel    string
	Shop       string
	External   string // idempotency key: a repeat returns the order of the first
	Buyer      string
	PhoneKey   string
	AddressKey string // keyed hash of the address, "" if unknown
	ShipTo     ShipTo
	Lang       pavilion.Lang
	Lines      []RequestLine
	Delivery   money.Money
	Notice     Notice    // that the shopper accepted, zero for none
	PayBy      time.Time // when an unpaid order gives its goods back; zero if it is paid already
	Provider   string    // who collects the money; "" if it is paid already
	ShipBy     time.Time // when a paid order should be with its carrier; by the rule of its channel if zero
	Simulated  bool
}

// RequestLine is one SKU of a request.
type RequestLine struct {
	SKU      pavilion.SKUID
	Name     string // as shown to the shopper, in the language of the request
	Quantity int64
	Unit     money.Money
	Tax      money.Money // of the whole line, on top of the price
	Border   tax.LineTax // what the border takes of it, also where Unit holds it; zero if nobody asked
}
