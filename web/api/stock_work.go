package api

import (
	"context"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
)

type receiptInput struct {
	Keyed
	Body struct {
		SKU        pavilion.SKUID       `json:"sku"`
		Code       string               `json:"code" minLength:"1" maxLength:"100" example:"L2026-118" doc:"The producer’s lot number, as printed on the pack. The same number of a SKU is the same lot."`
		ProducedOn pavilion.Date        `json:"produced_on,omitempty" example:"2026-01-15" doc:"Missing if not stated."`
		BestBefore pavilion.Date        `json:"best_before,omitempty" doc:"The last day it is good; missing for goods that do not expire."`
		Warehouse  pavilion.WarehouseID `json:"warehouse"`
		Quantity   int64                `json:"quantity" minimum:"1" maximum:"1000000000" example:"240" doc:"Units."`
		Cause      string               `json:"cause" minLength:"1" maxLength:"200" example:"delivery note 118" doc:"The paper or event behind it."`
		Note       string               `json:"note,omitempty" maxLength:"1000" example:"two cases wet" doc:"For whoever reads it later."`
	}
}

type transferInput struct {
	Keyed
	Body struct {
		Lot      pavilion.LotID       `json:"lot"`
		From     pavilion.WarehouseID `json:"from" doc:"The warehouse it lies in."`
		To       pavilion.WarehouseID `json:"to" doc:"The warehouse it goes to." example:"whs_06bfx2m0vt9c8k4rjq3h7wyz6p"`
		Quantity int64                `json:"quantity" minimum:"1" maximum:"1000000000" example:"10" doc:"Units."`
		Cause    string               `json:"cause" minLength:"1" maxLength:"200" example:"transfer 7" doc:"The paper or event behind it."`
		Note     string               `json:"note,omitempty" maxLength:"1000" example:"by night truck" doc:"For whoever reads it later."`
	}
}

// LotPlace is a lot in a warehouse.
type LotPlace struct {
	Lot       pavilion.LotID       `json:"lot"`
	Warehouse pavilion.WarehouseID `json:"warehouse"`
}

type adjustmentInput struct {
	Keyed
	Body struct {
		LotPlace
		Difference int64  `json:"difference" minimum:"-1000000000" maximum:"1000000000" example:"-2" doc:"Units more, or fewer if below 0. A difference, unlike a new total, stays right when goods leave meanwhile."`
		Reason     string `json:"reason" enum:"damage,expired,sample,loss,count,other" example:"count" doc:"Why. “other” wants a note."`
		Note       string `json:"note,omitempty" maxLength:"1000" example:"counted twice" doc:"For whoever reads it later."`
	}
}

type writeOffInput struct {
	Keyed
	Body struct {
		LotPlace
		Quantity int64  `json:"quantity" minimum:"1" maximum:"1000000000" example:"2" doc:"Units that can no longer be sold."`
		Reason   string `json:"reason" enum:"damage,expired,sample,loss,count,other" example:"damage" doc:"Why. “other” wants a note."`
		Note     string `json:"note,omitempty" maxLength:"1000" example:"fell off the shelf" doc:"For whoever reads it later."`
	}
}

type holdInput struct {
	Keyed
	Body struct {
		LotPlace
		Cause string `json:"cause" minLength:"1" maxLength:"200" example:"recall 2026-3" doc:"The paper or event behind it."`
		Note  string `json:"note,omitempty" maxLength:"1000" example:"until the laboratory answers" doc:"For whoever reads it later."`
	}
}

// lotNow is a lot after something was done to it.
type lotNow struct {
	Lot    pavilion.LotID `json:"lot"`
	Places []lotBalance   `json:"places" doc:"Where it lies or has lain."`
}

// stockWork registers the operations that move goods.
func (a *API) stockWork() {
	absent := refuses(pavilion.NotFound, "stock.lot_absent")
	noWarehouse := refuses(pavilion.NotFound, "stock.warehouse_unknown")
	promised := refuses(pavilion.Conflict, "stock.below_reserved")
	quantity := refuses(pavilion.Invalid, "stock.quantity")
	note := refuses(pavilion.Invalid, "stock.note_missing")
	write(a, operation{
		method: http.MethodPost, path: "/office/stock/receipts", id: "receive-goods", tag: officeStock, scope: staff.WriteStock, status: http.StatusCreated,
		summary: "Take in goods of a lot", about: "If the lot is held in this warehouse, what arrives is held too.",
		refuses: []refusal{
			refuses(pavilion.NotFound, "sku.unknown"), noWarehouse, refuses(pavilion.Conflict, "stock.lot_differs"),
			refuses(pavilion.Invalid, "stock.dates_crossed"), refuses(pavilion.Invalid, "stock.lot_code_missing"), quantity,
		},
	}, a.receive)
	write(a, operation{
		method: http.MethodPost, path: "/office/stock/transfers", id: "transfer-goods", tag: officeStock, scope: staff.WriteStock, status: http.StatusCreated,
		summary: "Move goods of a lot to another warehouse", about: "Also expired ones. What is promised to orders stays. What is held arrives held.",
		refuses: []refusal{
			refuses(pavilion.NotFound, "stock.lot_unknown"), absent, noWarehouse, promised,
			refuses(pavilion.Conflict, "stock.hold_differs"), refuses(pavilion.Invalid, "stock.same_warehouse"), quantity,
		},
	}, a.transfer)
	write(a, operation{
		method: http.MethodPost, path: "/office/stock/adjustments", id: "adjust-stock", tag: officeStock, scope: staff.CorrectStock, status: http.StatusCreated,
		summary: "Correct what a count found", about: "Never below what is promised to orders.", refuses: []refusal{absent, promised, quantity, note},
	}, a.adjust)
	write(a, operation{
		method: http.MethodPost, path: "/office/stock/write-offs", id: "write-off", tag: officeStock, scope: staff.CorrectStock, status: http.StatusCreated,
		summary: "Write goods off", about: "What is promised to orders cannot be written off.", refuses: []refusal{absent, promised, quantity, note},
	}, a.writeOff)
	write(a, operation{
		method: http.MethodPost, path: "/office/stock/holds", id: "hold-lot", tag: officeStock, scope: staff.CorrectStock, status: http.StatusCreated,
		summary: "Hold a lot in a warehouse", about: "Nothing of it sells or ships until it is released. Holding what is held does nothing.", refuses: []refusal{absent},
	}, a.hold(stock.Hold))
	write(a, operation{
		method: http.MethodPost, path: "/office/stock/releases", id: "release-lot", tag: officeStock, scope: staff.CorrectStock, status: http.StatusCreated,
		summary: "Release a lot that is held", about: "Releasing what is not held does nothing.", refuses: []refusal{absent},
	}, a.hold(stock.Unhold))
}

func (a *API) receive(ctx context.Context, tx *db.Tx, in *receiptInput) (lotNow, error) {
	b := in.Body
	if _, err := catalog.GetSKU(ctx, tx, b.SKU); err != nil {
		return lotNow{}, err
	}
	lot, err := stock.Receive(ctx, tx, stock.Receipt{
		SKU: b.SKU, LotCode: b.Code, ProducedOn: b.ProducedOn, BestBefore: b.BestBefore, Warehouse: b.Warehouse, Quantity: b.Quantity, Cause: b.Cause, Note: b.Note,
	})
	if err != nil {
		return lotNow{}, err
	}
	return lies(ctx, tx, lot)
}

func (a *API) transfer(ctx context.Context, tx *db.Tx, in *transferInput) (lotNow, error) {
	b := in.Body
	err := stock.Transfer(ctx, tx, stock.Move{Lot: b.Lot, From: b.From, To: b.To, Quantity: b.Quantity, Cause: b.Cause, Note: b.Note})
	if err != nil {
		return lotNow{}, err
	}
	return lies(ctx, tx, b.Lot)
}

func (a *API) adjust(ctx context.Context, tx *db.Tx, in *adjustmentInput) (lotNow, error) {
	b := in.Body
	if err := stock.Adjust(ctx, tx, b.handling(b.Difference, b.Reason, b.Note)); err != nil {
		return lotNow{}, err
	}
	return lies(ctx, tx, b.Lot)
}

func (a *API) writeOff(ctx context.Context, tx *db.Tx, in *writeOffInput) (lotNow, error) {
	b := in.Body
	if err := stock.WriteOff(ctx, tx, b.handling(b.Quantity, b.Reason, b.Note)); err != nil {
		return lotNow{}, err
	}
	return lies(ctx, tx, b.Lot)
}

// hold holds a lot or releases it.
func (a *API) hold(do func(context.Context, *db.Tx, stock.Handling) error) func(context.Context, *db.Tx, *holdInput) (lotNow, error) {
	return func(ctx context.Context, tx *db.Tx, in *holdInput) (lotNow, error) {
		b := in.Body
		if err := do(ctx, tx, b.handling(0, b.Cause, b.Note)); err != nil {
			return lotNow{}, err
		}
		return lies(ctx, tx, b.Lot)
	}
}

func (p LotPlace) handling(quantity int64, cause, note string) stock.Handling {
	return stock.Handling{Lot: p.Lot, Warehouse: p.Warehouse, Quantity: quantity, Cause: cause, Note: note}
}

// lies reads where a lot lies now.
func lies(ctx context.Context, tx *db.Tx, lot pavilion.LotID) (lotNow, error) {
	places, err := stock.Places(ctx, tx, lot)
	return lotNow{lot, each(places, balanceOf)}, err
}
