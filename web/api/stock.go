package api

import (
	"context"
	"net/http"
	"time"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
)

type warehouse struct {
	ID       pavilion.WarehouseID `json:"id"`
	Code     string               `json:"code" example:"CD-1" doc:"The short name people use."`
	Name     pavilion.Text        `json:"name"`
	Country  string               `json:"country" example:"CN" doc:"ISO 3166-1 alpha-2."`
	TimeZone string               `json:"time_zone" example:"Asia/Shanghai" doc:"Decides which day it is for best-before dates. IANA."`
	Sells    bool                 `json:"sells" doc:"Whether goods may be sold from here."`
}

// lotBalance is what lies of one lot in one warehouse.
type lotBalance struct {
	Lot        pavilion.LotID       `json:"lot"`
	Code       string               `json:"code" example:"L2026-118" doc:"The producer’s lot number, as printed on the pack."`
	SKU        pavilion.SKUID       `json:"sku"`
	Warehouse  pavilion.WarehouseID `json:"warehouse"`
	ProducedOn pavilion.Date        `json:"produced_on,omitempty" doc:"Missing if not stated."`
	BestBefore pavilion.Date        `json:"best_before,omitempty" doc:"The last day it is good; missing for goods that do not expire."`
	DaysLeft   *int                 `json:"days_left,omitempty" example:"183" doc:"Until best before where it lies, below 0 once it has expired; missing for goods that do not expire."`
	OnHand     int64                `json:"on_hand" example:"240" doc:"Units that are there."`
	Reserved   int64                `json:"reserved" example:"12" doc:"Units of them that are promised to orders."`
	Held       bool                 `json:"held" doc:"In quarantine: it neither sells nor ships."`
	State      stock.State          `json:"state"`
}

type lotsInput struct {
	Paged
	SKU       pavilion.SKUID       `query:"sku"`
	Warehouse pavilion.WarehouseID `query:"warehouse"`
	Producer  pavilion.ProducerID  `query:"producer"`
	Code      string               `query:"code" maxLength:"100" example:"L2026" doc:"What the lot number begins with, whatever the case."`
	EndsBy    pavilion.Date        `query:"ends_by" doc:"Only those with this best-before date or an earlier one."`
	State     stock.State          `query:"state"`
}

type lots struct {
	Lots []lotBalance `json:"lots" doc:"One page of them, those that end first first."`
	Next string       `json:"next,omitempty" example:"2026-12-31.lot_06bfx2m0vt9c8k4rjq3h7wyz5n.whs_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

// summary is where the units of a SKU are.
type summary struct {
	SKU      pavilion.SKUID `json:"sku"`
	OnHand   int64          `json:"on_hand" example:"240" doc:"All units: the sum of those below."`
	Reserved int64          `json:"reserved" example:"12" doc:"Promised to orders, wherever they lie."`
	Held     int64          `json:"held" example:"0" doc:"Free, in quarantine."`
	Expired  int64          `json:"expired" example:"0" doc:"Free, past their date."`
	Resting  int64          `json:"resting" example:"0" doc:"Free, in a warehouse that does not sell."`
	Late     int64          `json:"late" example:"8" doc:"Free, with fewer days left than the shop asks for."`
	Sellable int64          `json:"sellable" example:"220" doc:"Free, and for sale."`
}

type movementsInput struct {
	Paged
	SKU       pavilion.SKUID       `query:"sku"`
	Lot       pavilion.LotID       `query:"lot"`
	Warehouse pavilion.WarehouseID `query:"warehouse"`
	Kind      stock.MovementKind   `query:"kind"`
	From      time.Time            `query:"from" doc:"Only those at this moment or later."`
	Until     time.Time            `query:"until" doc:"Only those before this moment."`
}

type movement struct {
	Lot            pavilion.LotID       `json:"lot"`
	Code           string               `json:"code" example:"L2026-118" doc:"The producer’s lot number."`
	SKU            pavilion.SKUID       `json:"sku"`
	Warehouse      pavilion.WarehouseID `json:"warehouse"`
	Number         int64                `json:"number" example:"4" doc:"Counts the movements of the lot in the warehouse, from 1 without gaps."`
	Kind           stock.MovementKind   `json:"kind"`
	OnHandChange   int64                `json:"on_hand_change" example:"240" doc:"Units that came, or went if below 0."`
	ReservedChange int64                `json:"reserved_change" example:"0" doc:"Units that were promised, or freed if below 0."`
	OtherWarehouse pavilion.WarehouseID `json:"other_warehouse,omitempty" doc:"Of a transfer: the other side."`
	Cause          string               `json:"cause" example:"delivery note 118" doc:"An order, a reason, or the paper behind it."`
	Note           string               `json:"note,omitempty" example:"two cases wet" doc:"What a person added."`
	Actor          string               `json:"actor" example:"staff:stf_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Who did it: a kind, a colon, and an identifier."`
	MovedAt        time.Time            `json:"moved_at"`
}

type movements struct {
	Movements []movement `json:"movements" doc:"One page of them, the newest first."`
	Next      string     `json:"next,omitempty" example:"1782894600000000.lot_06bfx2m0vt9c8k4rjq3h7wyz5n.whs_06bfx2m0vt9c8k4rjq3h7wyz5n.4" doc:"Value of “after” for the next page; missing on the last one."`
}

// stock registers the operations on what lies where.
func (a *API) stock() {
	read(a, operation{
		method: http.MethodGet, path: "/office/warehouses", id: "list-warehouses", tag: officeStock, scope: staff.ReadStock,
		summary: "List the warehouses", about: "By code.",
	}, a.listWarehouses)
	read(a, operation{
		method: http.MethodGet, path: "/office/stock/lots", id: "list-lots", tag: officeStock, scope: staff.ReadStock,
		summary: "List what lies where, by lot",
		about:   "One entry for each lot in each warehouse, those that end first first. Without a state, lots of which nothing is left are passed over.",
	}, a.listLots)
	read(a, operation{
		method: http.MethodGet, path: "/office/stock/skus", id: "sum-stock", tag: officeStock, scope: staff.ReadStock,
		summary: "Where the units of SKUs are", about: "In the order asked for. It tells why no more is for sale.",
	}, a.sumStock)
	read(a, operation{
		method: http.MethodGet, path: "/office/stock/movements", id: "list-movements", tag: officeStock, scope: staff.ReadStock,
		summary: "List what moved", about: "The newest first. Reservations and what followed from orders are listed with a SKU or a lot only.",
	}, a.listMovements)
	a.stockWork()
}

func (a *API) listWarehouses(ctx context.Context, v *db.View, _ *Speaks) ([]warehouse, error) {
	all, err := stock.Warehouses(ctx, v)
	return each(all, func(w stock.Warehouse) warehouse {
		return warehouse{w.ID, w.Code, w.Name, w.Country, w.TimeZone, w.Sells}
	}), err
}

func (a *API) listLots(ctx context.Context, v *db.View, in *lotsInput) (lots, error) {
	f := stock.Filter{SKU: in.SKU, Warehouse: in.Warehouse, Producer: in.Producer, Code: in.Code, EndsBy: in.EndsBy, State: in.State}
	found, err := stock.List(ctx, v, f, in.After, in.more())
	few, next := cut(in.Paged, found, stock.LotBalance.Key)
	return lots{each(few, balanceOf), next}, err
}

func balanceOf(b stock.LotBalance) lotBalance {
	out := lotBalance{
		Lot: b.Lot, Code: b.Code, SKU: b.SKU, Warehouse: b.Warehouse, ProducedOn: b.ProducedOn, BestBefore: b.BestBefore,
		OnHand: b.OnHand, Reserved: b.Reserved, Held: b.Held, State: b.State(),
	}
	if b.BestBefore != "" {
		out.DaysLeft = &b.DaysLeft
	}
	return out
}

func (a *API) sumStock(ctx context.Context, v *db.View, in *skusInput) ([]summary, error) {
	of, err := stock.Summaries(ctx, v, own.Name, in.SKUs)
	return each(in.SKUs, func(id pavilion.SKUID) summary {
		s := of[id]
		return summary{id, s.OnHand, s.Reserved, s.Held, s.Expired, s.Resting, s.Late, s.Sellable}
	}), err
}

func (a *API) listMovements(ctx context.Context, v *db.View, in *movementsInput) (movements, error) {
	f := stock.MovementFilter{SKU: in.SKU, Lot: in.Lot, Warehouse: in.Warehouse, Kind: in.Kind, From: in.From, Until: in.Until}
	found, err := stock.ListMovements(ctx, v, f, in.After, in.more())
	few, next := cut(in.Paged, found, stock.Entry.Key)
	return movements{each(few, movementOf), next}, err
}

func movementOf(e stock.Entry) movement {
	return movement{
		Lot: e.Lot, Code: e.Code, SKU: e.SKU, Warehouse: e.Warehouse, Number: e.Number, Kind: e.Kind,
		OnHandChange: e.OnHandChange, ReservedChange: e.ReservedChange, OtherWarehouse: e.PairWarehouse,
		Cause: e.Cause, Note: e.Note, Actor: e.Actor, MovedAt: e.MovedAt,
	}
}
