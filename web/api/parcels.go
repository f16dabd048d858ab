package api

import (
	"context"
	"net/http"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
)

type carrier struct {
	Code string        `json:"code" example:"sf" doc:"What parcels name it by."`
	Name pavilion.Text `json:"name"`
}

type parcel struct {
	ID          pavilion.ParcelID `json:"id"`
	Order       pavilion.OrderID  `json:"order"`
	Number      int               `json:"number" example:"1" doc:"Within the order, from 1."`
	State       shipment.State    `json:"state"`
	Carrier     string            `json:"carrier,omitempty" example:"sf" doc:"Code of the carrier; missing until it is known."`
	Waybill     string            `json:"waybill,omitempty" example:"SF1234567890123" doc:"The carrier’s number, as the carrier writes it; missing until it is known."`
	WeightG     int64             `json:"weight_g,omitempty" example:"640" doc:"In grams; missing if nobody weighed it."`
	Lines       []lineUnits       `json:"lines" doc:"What lies in it."`
	PackedAt    time.Time         `json:"packed_at"`
	ShippedAt   *time.Time        `json:"shipped_at,omitempty" doc:"Missing until it is."`
	DeliveredAt *time.Time        `json:"delivered_at,omitempty" doc:"Missing until it is."`
}

type parcelsInput struct {
	Paged
	State   shipment.State `query:"state"`
	Carrier string         `query:"carrier" maxLength:"40" example:"sf" doc:"Code of a carrier."`
	Words   string         `query:"q" maxLength:"100" example:"SF1234567890123" doc:"A waybill, or the number of an order."`
}

type parcelsPage struct {
	Parcels []parcel `json:"parcels" doc:"One page of them, the newest first."`
	Next    string   `json:"next,omitempty" example:"par_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

type packInput struct {
	Keyed
	Order pavilion.OrderID `path:"order"`
	Body  struct {
		Parcels []newParcel `json:"parcels" minItems:"1" maxItems:"50" doc:"The parcels to pack."`
	}
}

type newParcel struct {
	Lines   []lineUnits `json:"lines" minItems:"1" maxItems:"200" doc:"What lies in it."`
	Carrier string      `json:"carrier,omitempty" maxLength:"40" example:"sf" doc:"Code of the carrier; may follow later."`
	Waybill string      `json:"waybill,omitempty" maxLength:"40" example:"SF1234567890123" doc:"The carrier’s number; may follow later."`
	WeightG int64       `json:"weight_g,omitempty" minimum:"0" maximum:"1000000" example:"640" doc:"In grams."`
}

type waybillInput struct {
	Keyed
	Parcel pavilion.ParcelID `path:"parcel"`
	Body   struct {
		Carrier string `json:"carrier" minLength:"1" maxLength:"40" example:"sf" doc:"Code of the carrier."`
		Waybill string `json:"waybill" minLength:"1" maxLength:"40" example:"SF1234567890123" doc:"The carrier’s number."`
	}
}

type parcelKeyed struct {
	Keyed
	Parcel pavilion.ParcelID `path:"parcel"`
}

type orderKeyed struct {
	Keyed
	Order pavilion.OrderID `path:"order"`
}

type unpacked struct {
	Parcel pavilion.ParcelID `json:"parcel"`
	Order  pavilion.OrderID  `json:"order"`
}

// parcels registers the operations on parcels.
func (a *API) parcels() {
	unknown := refuses(pavilion.NotFound, "shipment.unknown")
	unknownOrder := refuses(pavilion.NotFound, "order.unknown")
	wrongState := refuses(pavilion.Conflict, "order.wrong_state")
	gone := refuses(pavilion.Conflict, "shipment.gone")
	onWaybills := []refusal{
		refuses(pavilion.Conflict, "shipment.waybill_taken"), refuses(pavilion.Invalid, "shipment.carrier_unknown"), refuses(pavilion.Invalid, "shipment.waybill_malformed"),
	}
	run(a, operation{
		method: http.MethodGet, path: "/office/carriers", id: "list-carriers", tag: officeParcels, scope: staff.ReadParcels,
		summary: "List the carriers", about: "In the order in which people choose.",
	}, func(context.Context, *Speaks) ([]carrier, error) {
		return each(shipment.Carriers(), func(c shipment.Carrier) carrier { return carrier{c.Code, c.Name} }), nil
	})
	read(a, operation{
		method: http.MethodGet, path: "/office/parcels", id: "list-parcels", tag: officeParcels, scope: staff.ReadParcels,
		summary: "List or find parcels", about: "The newest first.",
	}, a.listParcels)
	read(a, operation{
		method: http.MethodGet, path: "/office/orders/{order}/parcels", id: "list-order-parcels", tag: officeParcels, scope: staff.ReadParcels,
		summary: "The parcels of an order", about: "By number.", refuses: []refusal{unknownOrder},
	}, a.orderParcels)
	write(a, operation{
		method: http.MethodPost, path: "/office/orders/{order}/parcels", id: "pack-parcels", tag: officeParcels, scope: staff.WriteParcels, status: http.StatusCreated,
		summary: "Pack units of a paid order", about: "Never more of a line than is left to be sent: ordered, not refunded, and in no parcel yet.",
		refuses: append([]refusal{
			unknownOrder, wrongState, refuses(pavilion.Invalid, "shipment.too_many"), refuses(pavilion.Invalid, "shipment.nothing"),
		}, onWaybills...),
	}, a.pack)
	write(a, operation{
		method: http.MethodPut, path: "/office/parcels/{parcel}/waybill", id: "set-waybill", tag: officeParcels, scope: staff.WriteParcels,
		summary: "Say which carrier takes a parcel, under which number", about: "It may be mended until the parcel is delivered.",
		refuses: append([]refusal{unknown, gone}, onWaybills...),
	}, a.setWaybill)
	write(a, operation{
		method: http.MethodDelete, path: "/office/parcels/{parcel}", id: "unpack-parcel", tag: officeParcels, scope: staff.WriteParcels,
		summary: "Unpack a parcel that was not shipped", about: "It is as if it had never been; who packed and unpacked it stays in the trail.", refuses: []refusal{unknown, gone},
	}, a.unpack)
	write(a, operation{
		method: http.MethodPost, path: "/office/orders/{order}/shipment", id: "ship-order", tag: officeParcels, scope: staff.WriteParcels,
		summary: "Let an order go with all its parcels", about: "Every unit that is still to be sent lies in a parcel, and every parcel has a carrier and a waybill.",
		refuses: []refusal{
			unknownOrder, wrongState, refuses(pavilion.Conflict, "shipment.left_over"), refuses(pavilion.Conflict, "shipment.over_packed"),
			refuses(pavilion.Conflict, "shipment.no_waybill"), refuses(pavilion.Conflict, "stock.held"), refuses(pavilion.Conflict, "stock.expired"),
		},
	}, a.ship)
	write(a, operation{
		method: http.MethodPost, path: "/office/orders/{order}/delivery", id: "deliver-order", tag: officeParcels, scope: staff.WriteParcels,
		summary: "Note that the recipient has all parcels", about: "For the system that follows the carriers.", refuses: []refusal{unknownOrder, wrongState},
	}, a.deliver)
}

func parcelOf(p shipment.Parcel) parcel {
	return parcel{
		ID: p.ID, Order: p.Order, Number: p.Number, State: p.State, Carrier: p.Carrier, Waybill: p.Waybill, WeightG: p.WeightG,
		Lines:    each(p.Lines, func(l shipment.Line) lineUnits { return lineUnits(l) }),
		PackedAt: p.PackedAt, ShippedAt: moment(p.ShippedAt), DeliveredAt: moment(p.DeliveredAt),
	}
}

func (a *API) listParcels(ctx context.Context, v *db.View, in *parcelsInput) (parcelsPage, error) {
	f := shipment.Filter{State: in.State, Carrier: in.Carrier, Words: in.Words}
	found, err := shipment.List(ctx, v, f, pavilion.ParcelID(in.After), in.more())
	few, next := cut(in.Paged, found, func(p shipment.Parcel) string { return string(p.ID) })
	return parcelsPage{each(few, parcelOf), next}, err
}

func (a *API) orderParcels(ctx context.Context, v *db.View, in *orderID) ([]parcel, error) {
	if _, err := order.Get(ctx, v, nil, in.Order); err != nil {
		return nil, err
	}
	all, err := shipment.Of(ctx, v, in.Order)
	return each(all, parcelOf), err
}

func (a *API) pack(ctx context.Context, tx *db.Tx, in *packInput) ([]parcel, error) {
	drafts := each(in.Body.Parcels, func(p newParcel) shipment.Draft {
		return shipment.Draft{
			Lines: each(p.Lines, func(l lineUnits) shipment.Line { return shipment.Line(l) }), Carrier: p.Carrier, Waybill: p.Waybill, WeightG: p.WeightG,
		}
	})
	packed, err := shipment.Pack(ctx, tx, in.Order, drafts...)
	return each(packed, parcelOf), err
}

func (a *API) setWaybill(ctx context.Context, tx *db.Tx, in *waybillInput) (parcel, error) {
	if err := shipment.SetWaybill(ctx, tx, in.Parcel, in.Body.Carrier, in.Body.Waybill); err != nil {
		return parcel{}, err
	}
	p, err := shipment.Get(ctx, tx, in.Parcel)
	return parcelOf(p), err
}

func (a *API) unpack(ctx context.Context, tx *db.Tx, in *parcelKeyed) (unpacked, error) {
	p, err := shipment.Get(ctx, tx, in.Parcel)
	if err != nil {
		return unpacked{}, err
	}
	return unpacked{p.ID, p.Order}, shipment.Unpack(ctx, tx, in.Parcel)
}

func (a *API) ship(ctx context.Context, tx *db.Tx, in *orderKeyed) (Sale, error) {
	if err := shipment.Ship(ctx, tx, in.Order); err != nil {
		return Sale{}, err
	}
	return saleAs(ctx, tx, in.Order)
}

func (a *API) deliver(ctx context.Context, tx *db.Tx, in *orderKeyed) (Sale, error) {
	if err := shipment.Deliver(ctx, tx, in.Order); err != nil {
		return Sale{}, err
	}
	return saleAs(ctx, tx, in.Order)
}
