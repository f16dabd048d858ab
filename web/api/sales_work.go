package api

import (
	"context"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
)

type noteInput struct {
	Keyed
	Order pavilion.OrderID `path:"order"`
	Body  struct {
		Text string `json:"text" minLength:"1" maxLength:"600" example:"Called: leave it at the gate." doc:"What the next person must know."`
	}
}

type noted struct {
	Order pavilion.OrderID `json:"order"`
}

type cancelInput struct {
	Keyed
	Order pavilion.OrderID `path:"order"`
	Body  struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" example:"customer asked" doc:"Why, for whoever asks later. No personal data."`
	}
}

type refundInput struct {
	Keyed
	Order pavilion.OrderID `path:"order"`
	Body  struct {
		Lines   []lineUnits `json:"lines,omitempty" maxItems:"200" doc:"The units to give money back for. Left out with “all”."`
		All     bool        `json:"all,omitempty" doc:"Everything that is left, delivery included."`
		Reason  string      `json:"reason" minLength:"1" maxLength:"200" example:"arrived broken" doc:"Why, for whoever asks later. No personal data."`
		Restock bool        `json:"restock,omitempty" doc:"Shipped units came back fit for sale and go back to stock."`
	}
}

// lineUnits are units of a line of an order.
type lineUnits struct {
	Line     int   `json:"line" minimum:"1" maximum:"200" example:"1" doc:"Number of the line."`
	Quantity int64 `json:"quantity" minimum:"1" maximum:"1000000" example:"1" doc:"Units of it."`
}

// writeNote answers without the note: an answer is kept for a week, and what shoppers say is
// not kept open.
func (a *API) writeNote(ctx context.Context, tx *db.Tx, in *noteInput) (noted, error) {
	if err := order.WriteNote(ctx, tx, a.sealer, in.Order, in.Body.Text); err != nil {
		return noted{}, err
	}
	return noted{in.Order}, nil
}

func (a *API) cancelOrder(ctx context.Context, tx *db.Tx, in *cancelInput) (Sale, error) {
	if err := channel.CallOff(ctx, tx, in.Order); err != nil {
		return Sale{}, err
	}
	if err := order.Cancel(ctx, tx, in.Order, in.Body.Reason); err != nil {
		return Sale{}, err
	}
	if err := staff.Note(ctx, tx, "order.cancel", string(in.Order), map[string]any{"reason": in.Body.Reason}); err != nil {
		return Sale{}, err
	}
	return saleAs(ctx, tx, in.Order)
}

func (a *API) refundOrder(ctx context.Context, tx *db.Tx, in *refundInput) (Sale, error) {
	b := in.Body
	if b.All == (len(b.Lines) > 0) {
		return Sale{}, pavilion.E(pavilion.Invalid, "api.refund_unclear", nil).At("lines")
	}
	before, err := order.Get(ctx, tx, nil, in.Order)
	if err != nil {
		return Sale{}, err
	}
	var lines []order.RefundLine // none of them is all
	for _, l := range b.Lines {
		lines = append(lines, order.RefundLine(l))
	}
	if err := channel.CallOff(ctx, tx, in.Order); err != nil {
		return Sale{}, err
	}
	if err := order.Refund(ctx, tx, in.Order, lines, b.Reason, b.Restock); err != nil {
		return Sale{}, err
	}
	after, err := order.Get(ctx, tx, nil, in.Order)
	if err != nil {
		return Sale{}, err
	}
	back, err := after.Refunded.Sub(before.Refunded)
	if err != nil {
		return Sale{}, err
	}
	return saleOf(after), staff.Note(ctx, tx, "order.refund", string(in.Order), map[string]any{"reason": b.Reason, "amount": back.String()})
}

// saleAs reads how an order stands. The recipient is left out, for the answer to a writing
// request is kept.
func saleAs(ctx context.Context, r db.Reader, id pavilion.OrderID) (Sale, error) {
	o, err := order.Get(ctx, r, nil, id)
	return saleOf(o), err
}
