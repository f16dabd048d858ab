package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/staff"
)

type orderInput struct {
	Speaks
	Key  string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"60" doc:"Made by the caller, once per order. The same key again returns the same order." example:"checkout-7f3a9c"`
	Body newOrder
}

type newOrder struct {
	Lines    []newLine     `json:"lines" minItems:"1" maxItems:"50" doc:"What is ordered."`
	ShipTo   recipient     `json:"ship_to" doc:"Who gets it and where."`
	Lang     pavilion.Lang `json:"lang,omitempty" default:"zh" doc:"Language of the goods’ names on the order."`
	Provider string        `json:"provider,omitempty" maxLength:"40" example:"simpay" doc:"Who collects the money. May be left out if there is one provider."`
	Notice   string        `json:"notice,omitempty" maxLength:"40" example:"NEPDYTGYGE4PY46M" doc:"The notice of the quote, by its id, that the shopper was shown and accepted. Needed where the quote has one."`
	Total    *amount       `json:"total,omitempty" doc:"What the shopper was shown. If the order would cost more, it is refused with checkout.price_changed."`
}

type newLine struct {
	SKU      pavilion.SKUID `json:"sku"`
	Quantity int64          `json:"quantity" minimum:"1" maximum:"99" example:"2" doc:"Units."`
}

type recipient struct {
	Name     string `json:"name" minLength:"1" maxLength:"100" example:"王芳" doc:"Who gets it."`
	Phone    string `json:"phone" minLength:"5" maxLength:"30" example:"13800138000" doc:"As people write it in the market, or E.164."`
	Country  string `json:"country,omitempty" maxLength:"2" default:"CN" example:"CN" doc:"ISO 3166-1 alpha-2."`
	Province string `json:"province,omitempty" maxLength:"60" example:"四川省" doc:"From the market’s list."`
	City     string `json:"city,omitempty" maxLength:"60" example:"成都市" doc:"From the market’s list."`
	District string `json:"district,omitempty" maxLength:"60" example:"武侯区" doc:"Free text."`
	Street   string `json:"street" minLength:"1" maxLength:"200" example:"天府大道1号" doc:"Street, house and flat."`
	Postcode string `json:"postcode,omitempty" maxLength:"12" example:"610041" doc:"If the sender knows it."`
}

type orderID struct {
	Speaks
	Order pavilion.OrderID `path:"order"`
}

// OrderLine is a line of an order. It is exported, as all that stands inside other bodies is,
// because the library looks at exported fields only.
type OrderLine struct {
	SKU      pavilion.SKUID `json:"sku"`
	Name     string         `json:"name" example:"黑巧克力 100 g" doc:"As the shopper saw it."`
	Quantity int64          `json:"quantity" example:"2" doc:"Units ordered."`
	Refunded int64          `json:"refunded" example:"0" doc:"Units of them whose money was given back."`
	Unit     amount         `json:"unit" doc:"Price of one unit."`
	Total    amount         `json:"total" doc:"Of the line, with tax."`
	Border   *Border        `json:"border,omitempty" doc:"What the state takes at the market’s border, as it was worked out for this order. Missing where nobody did."`
}

// placed is an order without its recipient: who holds the token has the address already.
type placed struct {
	ID       pavilion.OrderID `json:"id"`
	Number   string           `json:"number" example:"2026 0701 0118" doc:"What people read and say."`
	State    order.State      `json:"state"`
	Lines    []OrderLine      `json:"lines" doc:"What was ordered."`
	Goods    amount           `json:"goods" doc:"The lines without tax."`
	Delivery amount           `json:"delivery" doc:"What delivery costs."`
	Tax      amount           `json:"tax" doc:"On top of goods and delivery; zero where prices include it."`
	Total    amount           `json:"total" doc:"What is to be paid."`
	Refunded amount           `json:"refunded" doc:"Given back, or on its way."`
	Border   *Border          `json:"border,omitempty" doc:"What the state takes at the market’s border, all lines together."`
	Notice   string           `json:"notice,omitempty" example:"NEPDYTGYGE4PY46M" doc:"What the shopper accepted with the order, by its id; missing if nothing."`
	PlacedAt time.Time        `json:"placed_at"`
	PayBy    *time.Time       `json:"pay_by,omitempty" doc:"Until then the goods are kept. Missing once it was paid when it came."`
}

type payable struct {
	PayURL string `json:"pay_url" example:"https://pay.example/p/8fK2" doc:"Where the shopper pays."`
}

// placeScope is the prefix of the external numbers of orders a token placed, so that it can
// see its own orders and no others.
func placeScope(t staff.Token) string { return string(t.ID) + ":" }

// orders registers the operations on the orders of a token.
func (a *API) orders() {
	unknown := refuses(pavilion.NotFound, "order.unknown")
	run(a, operation{
		method: http.MethodPost, path: "/orders", id: "place-order", tag: shopOrders, scope: staff.PlaceOrders, status: http.StatusCreated,
		summary: "Place an order", about: "Its goods are kept until “pay_by”. The order belongs to the token: no other token of a shop can see it.",
		refuses: []refusal{
			refuses(pavilion.Invalid, "quote.empty"), refuses(pavilion.Invalid, "checkout.provider"), refuses(pavilion.Invalid, "money.malformed"), refuses(pavilion.Invalid, "checkout.notice"),
			refuses(pavilion.Conflict, "checkout.notice_changed"), refuses(pavilion.Conflict, "checkout.over_single"), refuses(pavilion.Conflict, "checkout.over_year"),
			refuses(pavilion.Conflict, "stock.short"), refuses(pavilion.Conflict, "checkout.not_on_sale"),
			refuses(pavilion.Conflict, "checkout.price_changed"), refuses(pavilion.Conflict, "checkout.key_used"),
			refuses(pavilion.Limited, "stock.buyer_limit"), refuses(pavilion.Limited, "stock.unpaid_cap"), refuses(pavilion.Limited, "stock.unpaid_units"),
		},
	}, a.placeOrder)
	run(a, operation{
		method: http.MethodGet, path: "/orders/{order}", id: "get-order", tag: shopOrders, scope: staff.ReadOrders,
		summary: "How an order stands", about: "Only an order that the same token placed.", refuses: []refusal{unknown},
	}, a.getOrder)
	run(a, operation{
		method: http.MethodPost, path: "/orders/{order}/payment", id: "start-payment", tag: shopOrders, scope: staff.PlaceOrders,
		summary: "Start or go on with the payment of an order", about: "Asked again while the payment is open, it answers with the same page; it needs no key.",
		refuses: []refusal{unknown, refuses(pavilion.Conflict, "order.wrong_state"), refuses(pavilion.Unavailable, "payment.provider_unreachable")},
	}, a.startPayment)
}

func (a *API) placeOrder(ctx context.Context, in *orderInput) (placed, error) {
	b := in.Body
	c := own.Checkout{
		Key: placeScope(tokenOf(ctx)) + in.Key, Lang: b.Lang, Provider: b.Provider, Notice: b.Notice,
		Lines:  make([]own.Line, len(b.Lines)),
		ShipTo: order.ShipTo(b.ShipTo),
	}
	for i, l := range b.Lines {
		c.Lines[i] = own.Line(l)
	}
	if b.Total != nil {
		var err error
		if c.Seen, err = money.Parse(b.Total.Amount, money.Currency(b.Total.Currency)); err != nil {
			return placed{}, err
		}
	}
	if c.Provider == "" {
		all, err := a.shop.Providers(ctx)
		if err != nil {
			return placed{}, err
		}
		if len(all) == 1 {
			c.Provider = all[0]
		}
	}
	out, err := a.shop.Place(ctx, c)
	if err != nil {
		return placed{}, err
	}
	return placedOf(out.Order), nil
}

func placedOf(o order.Order) placed {
	p := placed{
		ID: o.ID, Number: o.Number, State: o.State, Lines: make([]OrderLine, len(o.Lines)), Goods: amountOf(o.Goods), Delivery: amountOf(o.Delivery),
		Tax: amountOf(o.Tax), Total: amountOf(o.Total), Refunded: amountOf(o.Refunded), PlacedAt: o.PlacedAt,
		Border: borderSum(o), Notice: o.Notice,
	}
	if !o.PayBy.IsZero() {
		p.PayBy = &o.PayBy
	}
	for i, l := range o.Lines {
		p.Lines[i] = lineOf(l)
	}
	return p
}

func lineOf(l order.Line) OrderLine {
	return OrderLine{l.SKU, l.Name, l.Quantity, l.Refunded, amountOf(l.Unit), amountOf(l.Total), borderOf(l.Border)}
}

// mine reads an order that the caller's token placed.
func (a *API) mine(ctx context.Context, id pavilion.OrderID) (o order.Order, err error) {
	err = a.db.Read(ctx, func(v *db.View) error {
		o, err = order.Get(ctx, v, nil, id)
		return err
	})
	if err == nil && (o.Channel != own.Name || !strings.HasPrefix(o.External, placeScope(tokenOf(ctx)))) {
		err = pavilion.E(pavilion.NotFound, "order.unknown", nil)
	}
	return o, err
}

func (a *API) getOrder(ctx context.Context, in *orderID) (placed, error) {
	o, err := a.mine(ctx, in.Order)
	if err != nil {
		return placed{}, err
	}
	return placedOf(o), nil
}

func (a *API) startPayment(ctx context.Context, in *orderID) (payable, error) {
	o, err := a.mine(ctx, in.Order)
	if err != nil {
		return payable{}, err
	}
	url, err := a.shop.StartPayment(ctx, o.ID, o.Lang)
	return payable{url}, err
}
