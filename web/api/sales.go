package api

import (
	"context"
	"net/http"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
)

// Sale is an order as the operator's own systems see it. Its recipient is masked.
type Sale struct {
	ID        pavilion.OrderID `json:"id"`
	Number    string           `json:"number" example:"260701000118" doc:"What people read and say."`
	Channel   string           `json:"channel" example:"own" doc:"Where it was placed; “own” is the pavilion’s shop."`
	External  string           `json:"external" example:"checkout-7f3a9c" doc:"Its number at the channel."`
	State     order.State      `json:"state"`
	Reason    string           `json:"reason,omitempty" example:"customer asked" doc:"Why it was cancelled or waits for a person: a machine word, or what a person wrote."`
	Lines     []saleLine       `json:"lines" doc:"What was ordered."`
	Goods     amount           `json:"goods" doc:"The lines without tax."`
	Delivery  amount           `json:"delivery" doc:"What delivery costs."`
	Tax       amount           `json:"tax" doc:"On top of goods and delivery; zero where prices include it."`
	Total     amount           `json:"total" doc:"What is to be paid."`
	Refunded  amount           `json:"refunded" doc:"Given back, or on its way."`
	Border    *Border          `json:"border,omitempty" doc:"What the state takes at the market’s border, all lines together."`
	Notice    string           `json:"notice,omitempty" example:"NEPDYTGYGE4PY46M" doc:"What the shopper accepted with the order, by its id; missing if nothing."`
	Lang      pavilion.Lang    `json:"lang"`
	Simulated bool             `json:"simulated" doc:"Part of a demo or a rehearsal."`
	PlacedAt  time.Time        `json:"placed_at"`
	PayBy     *time.Time       `json:"pay_by,omitempty" doc:"Until then the goods are kept; missing if it was paid when it came."`
	ShipBy    *time.Time       `json:"ship_by,omitempty" doc:"Until then it is to be with its carrier; missing as long as it is not paid."`
	UpdatedAt time.Time        `json:"updated_at"`
}

type saleLine struct {
	Number int `json:"line" example:"1" doc:"Counts the lines of the order from 1."`
	OrderLine
}

// wholeSale is an order read by itself.
type wholeSale struct {
	Sale
	Recipient shownRecipient `json:"recipient" doc:"Masked: the first character of the name, the ends of the phone, the region."`
}

// shownRecipient is a recipient on its way out.
type shownRecipient struct {
	Name     string `json:"name" example:"王****" doc:"Who gets it."`
	Phone    string `json:"phone" example:"+86138****8000" doc:"E.164."`
	Country  string `json:"country" example:"CN" doc:"ISO 3166-1 alpha-2."`
	Province string `json:"province,omitempty" example:"四川省" doc:"As the market’s list has it."`
	City     string `json:"city,omitempty" example:"成都市" doc:"As the market’s list has it."`
	District string `json:"district,omitempty" example:"武侯区" doc:"Free text."`
	Street   string `json:"street" example:"****" doc:"Street, house and flat."`
	Postcode string `json:"postcode,omitempty" example:"610041" doc:"If it is known."`
}

type salesInput struct {
	Paged
	State   order.State    `query:"state"`
	Channel string         `query:"channel" maxLength:"40" example:"own" doc:"Only those placed there."`
	Words   string         `query:"q" maxLength:"100" example:"2607" doc:"What the number begins with, or the whole number at the channel."`
	SKU     pavilion.SKUID `query:"sku" doc:"Only those with this SKU on a line."`
	From    time.Time      `query:"from" doc:"Only those placed at this moment or later."`
	Until   time.Time      `query:"until" doc:"Only those placed before this moment."`
	ToPack  bool           `query:"to_pack" doc:"Only paid ones that wait to be sent, those to be sent soonest first."`
}

type sales struct {
	Orders []Sale `json:"orders" doc:"One page of them, the newest first."`
	Next   string `json:"next,omitempty" example:"ord_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

type event struct {
	Number int         `json:"number" example:"2" doc:"Counts the events of the order from 1."`
	Step   order.Step  `json:"step"`
	From   string      `json:"from,omitempty" example:"unpaid" doc:"The state before; missing for the first."`
	To     order.State `json:"to" doc:"The state after."`
	Detail string      `json:"detail,omitempty" example:"customer asked" doc:"A machine word, an identifier, or what a person wrote."`
	Actor  string      `json:"actor" example:"buyer:" doc:"Who did it: a kind, a colon, and an identifier."`
	At     time.Time   `json:"at"`
}

type note struct {
	ID        string    `json:"id" example:"not_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Identifier of a note."`
	Text      string    `json:"text" example:"Called: leave it at the gate." doc:"Empty once the buyer’s data was erased."`
	Actor     string    `json:"actor" example:"staff:stf_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Who wrote it: a kind, a colon, and an identifier."`
	WrittenAt time.Time `json:"written_at"`
}

// sales registers the operations on everybody's orders.
func (a *API) sales() {
	unknown := refuses(pavilion.NotFound, "order.unknown")
	wrongState := refuses(pavilion.Conflict, "order.wrong_state")
	read(a, operation{
		method: http.MethodGet, path: "/office/orders", id: "list-orders", tag: officeOrders, scope: staff.ListOrders,
		summary: "List or find orders", about: "Without their recipients, the newest first.", refuses: []refusal{unknown},
	}, a.listSales)
	read(a, operation{
		method: http.MethodGet, path: "/office/orders/{order}", id: "get-any-order", tag: officeOrders, scope: staff.ListOrders,
		summary: "Everything about an order", about: "Its recipient is masked.", refuses: []refusal{unknown},
	}, a.getSale)
	read(a, operation{
		method: http.MethodGet, path: "/office/orders/{order}/events", id: "list-order-events", tag: officeOrders, scope: staff.ListOrders,
		summary: "What happened to an order", about: "The first event first, at most a thousand.", refuses: []refusal{unknown},
	}, a.listEvents)
	run(a, operation{
		method: http.MethodGet, path: "/office/orders/{order}/recipient", id: "get-recipient", tag: officeOrders, scope: staff.ReadRecipients,
		summary: "Who gets an order, and where", about: "Personal data in full. Each look is noted in the trail of the order. Empty once the buyer’s data was erased.",
		refuses: []refusal{unknown},
	}, a.getRecipient)
	read(a, operation{
		method: http.MethodGet, path: "/office/orders/{order}/notes", id: "list-notes", tag: officeOrders, scope: staff.WorkOrders,
		summary: "What was written about an order", about: "The first note first, at most 200. Notes may tell what shoppers said.", refuses: []refusal{unknown},
	}, a.listNotes)
	write(a, operation{
		method: http.MethodPost, path: "/office/orders/{order}/notes", id: "write-note", tag: officeOrders, scope: staff.WorkOrders, status: http.StatusCreated,
		summary: "Write a note about an order", about: "Notes are only ever added. They are stored sealed.",
		refuses: []refusal{unknown, refuses(pavilion.Invalid, "order.note_malformed")},
	}, a.writeNote)
	write(a, operation{
		method: http.MethodPost, path: "/office/orders/{order}/cancellation", id: "cancel-order", tag: officeOrders, scope: staff.WorkOrders,
		summary: "Cancel an order before it is shipped", about: "Its goods go back to the shelf, and what was paid and not yet refunded goes back to the buyer.",
		refuses: []refusal{unknown, wrongState},
	}, a.cancelOrder)
	write(a, operation{
		method: http.MethodPost, path: "/office/orders/{order}/refunds", id: "refund-order", tag: officeOrders, scope: staff.RepayOrders, status: http.StatusCreated,
		summary: "Give money back for some units, or for all that is left",
		about: "Units that were not shipped yet go back to the shelf. An order without goods left to ship is cancelled, which gives its delivery back too. " +
			"“all” gives back everything that is left, delivery included.",
		refuses: []refusal{
			unknown, wrongState, refuses(pavilion.Conflict, "order.nothing_left"), refuses(pavilion.Invalid, "order.refund_line"), refuses(pavilion.Invalid, "api.refund_unclear"),
		},
	}, a.refundOrder)
}

func saleOf(o order.Order) Sale {
	s := Sale{
		ID: o.ID, Number: o.Number, Channel: o.Channel, External: o.External, State: o.State, Reason: o.Reason,
		Goods: amountOf(o.Goods), Delivery: amountOf(o.Delivery), Tax: amountOf(o.Tax), Total: amountOf(o.Total), Refunded: amountOf(o.Refunded), Border: borderSum(o), Notice: o.Notice,
		Lang: o.Lang, Simulated: o.Simulated, PlacedAt: o.PlacedAt, PayBy: moment(o.PayBy), ShipBy: moment(o.ShipBy), UpdatedAt: o.UpdatedAt,
	}
	s.Lines = each(o.Lines, func(l order.Line) saleLine { return saleLine{l.Number, lineOf(l)} })
	return s
}

// moment is a time that may be missing.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (a *API) listSales(ctx context.Context, v *db.View, in *salesInput) (sales, error) {
	f := order.Filter{State: in.State, Channel: in.Channel, Words: in.Words, SKU: in.SKU, From: in.From, Until: in.Until, ToPack: in.ToPack}
	found, err := order.List(ctx, v, f, pavilion.OrderID(in.After), in.more())
	few, next := cut(in.Paged, found, func(o order.Order) string { return string(o.ID) })
	return sales{each(few, saleOf), next}, err
}

func (a *API) getSale(ctx context.Context, v *db.View, in *orderID) (wholeSale, error) {
	return a.wholeSale(ctx, v, in.Order)
}

// wholeSale reads an order. Error: NotFound order.unknown.
func (a *API) wholeSale(ctx context.Context, r db.Reader, id pavilion.OrderID) (wholeSale, error) {
	o, err := order.Get(ctx, r, a.sealer, id)
	return wholeSale{saleOf(o), shownRecipient(o.ShipTo.Masked())}, err
}

// getRecipient reads in a transaction that writes, for nobody looks without leaving a trace.
func (a *API) getRecipient(ctx context.Context, in *orderID) (to shownRecipient, err error) {
	err = a.db.Write(ctx, callerOf(ctx).actor(), func(tx *db.Tx) error {
		o, err := order.Get(ctx, tx, a.sealer, in.Order)
		if err != nil {
			return err
		}
		to = shownRecipient(o.ShipTo)
		return staff.Note(ctx, tx, "order.recipient_seen", string(o.ID), nil)
	})
	return to, err
}

func (a *API) listEvents(ctx context.Context, v *db.View, in *orderID) ([]event, error) {
	if _, err := order.Get(ctx, v, nil, in.Order); err != nil {
		return nil, err
	}
	all, err := order.Events(ctx, v, in.Order)
	return each(all, func(e order.Event) event {
		return event{e.Number, e.Step, string(e.From), e.To, e.Detail, e.Actor.String(), e.At}
	}), err
}

func (a *API) listNotes(ctx context.Context, v *db.View, in *orderID) ([]note, error) {
	return a.notes(ctx, v, in.Order)
}

func (a *API) notes(ctx context.Context, r db.Reader, id pavilion.OrderID) ([]note, error) {
	if _, err := order.Get(ctx, r, nil, id); err != nil {
		return nil, err
	}
	all, err := order.Notes(ctx, r, a.sealer, id)
	return each(all, func(n order.Note) note { return note{n.ID, n.Text, n.Actor.String(), n.WrittenAt} }), err
}
