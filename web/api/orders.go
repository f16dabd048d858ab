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
	speaks
	Key  string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"60" doc:"Made by the caller, once per order. The same key again returns the same order."`
	Body newOrder
}

type newOrder struct {
	Lines    []newLine     `json:"lines" minItems:"1" maxItems:"50"`
	ShipTo   recipient     `json:"ship_to"`
	Lang     pavilion.Lang `json:"lang,omitempty" enum:"zh,en,ru,be" default:"zh" doc:"Language of the goods' names on the order."`
	Provider string        `json:"provider,omitempty" maxLength:"40" doc:"Who collects the money. May be left out if there is one provider."`
	Total    *amount       `json:"total,omitempty" doc:"What the shopper was shown. If the order would cost more, it is refused with checkout.price_changed."`
}

type newLine struct {
	SKU      pavilion.SKUID `json:"sku" maxLength:"40"`
	Quantity int64          `json:"quantity" minimum:"1" maximum:"99"`
}

type recipient struct {
	Name     string `json:"name" minLength:"1" maxLength:"100"`
	Phone    string `json:"phone" minLength:"5" maxLength:"30"`
	Country  string `json:"country,omitempty" maxLength:"2" default:"CN" doc:"ISO 3166-1."`
	Province string `json:"province,omitempty" maxLength:"60"`
	City     string `json:"city,omitempty" maxLength:"60"`
	District string `json:"district,omitempty" maxLength:"60"`
	Street   string `json:"street" minLength:"1" maxLength:"200"`
	Postcode string `json:"postcode,omitempty" maxLength:"12"`
}

type orderID struct {
	speaks
	Order pavilion.OrderID `path:"order" maxLength:"40"`
}

type orderLine struct {
	SKU      pavilion.SKUID `json:"sku"`
	Name     string         `json:"name"`
	Quantity int64          `json:"quantity"`
	Refunded int64          `json:"refunded"`
	Unit     amount         `json:"unit"`
	Total    amount         `json:"total"`
}

// placed is an order without its recipient: who holds the token has the address already.
type placed struct {
	ID       pavilion.OrderID `json:"id"`
	Number   string           `json:"number" doc:"What people read and say."`
	State    order.State      `json:"state"`
	Lines    []orderLine      `json:"lines"`
	Goods    amount           `json:"goods"`
	Delivery amount           `json:"delivery"`
	Tax      amount           `json:"tax"`
	Total    amount           `json:"total"`
	Refunded amount           `json:"refunded"`
	PlacedAt time.Time        `json:"placed_at"`
	PayBy    *time.Time       `json:"pay_by,omitempty" doc:"Until then the goods are kept."`
}

type payable struct {
	PayURL string `json:"pay_url" doc:"Where the shopper pays."`
}

// placeScope is the prefix of the external numbers of orders a token placed, so that it can
// see its own orders and no others.
func placeScope(t staff.Token) string { return string(t.ID) + ":" }

// orders registers the operations on orders.
func (a *API) orders() {
	place := operation(http.MethodPost, "/orders", "place-order", "Place an order", "Orders", staff.PlaceOrders,
		http.StatusUnprocessableEntity, http.StatusConflict)
	place.DefaultStatus = http.StatusCreated
	run(a, place, a.placeOrder)
	run(a, operation(http.MethodGet, "/orders/{order}", "get-order", "How an order stands", "Orders", staff.ReadOrders, http.StatusNotFound), a.getOrder)
	run(a, operation(http.MethodPost, "/orders/{order}/payment", "start-payment", "Start or go on with the payment of an order", "Orders", staff.PlaceOrders,
		http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable), a.startPayment)
}

func (a *API) placeOrder(ctx context.Context, in *orderInput) (placed, error) {
	b := in.Body
	c := own.Checkout{
		Key: placeScope(tokenOf(ctx)) + in.Key, Lang: b.Lang, Provider: b.Provider,
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
		ID: o.ID, Number: o.Number, State: o.State, Lines: make([]orderLine, len(o.Lines)), Goods: amountOf(o.Goods), Delivery: amountOf(o.Delivery),
		Tax: amountOf(o.Tax), Total: amountOf(o.Total), Refunded: amountOf(o.Refunded), PlacedAt: o.PlacedAt,
	}
	if !o.PayBy.IsZero() {
		p.PayBy = &o.PayBy
	}
	for i, l := range o.Lines {
		p.Lines[i] = orderLine{l.SKU, l.Name, l.Quantity, l.Refunded, amountOf(l.Unit), amountOf(l.Total)}
	}
	return p
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
