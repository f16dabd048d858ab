package stock

import (
	"context"
	"database/sql"
	"errors"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Handling is something done to the units of a lot that lie in a warehouse.
type Handling struct {
	Lot       pavilion.LotID
	Warehouse pavilion.WarehouseID
	Quantity  int64  // units; Adjust takes the difference, so also a negative one; Hold and Unhold take the whole lot and ignore it
	Cause     string // of Adjust and WriteOff one of Reasons
	Note      string
}

func (h Handling) movement(kind MovementKind, onHand int64) Movement {
	return Movement{Lot: h.Lot, Warehouse: h.Warehouse, Kind: kind, OnHandChange: onHand, Cause: h.Cause, Note: h.Note}
}

// Adjust corrects the count by the difference in h.Quantity. A difference, unlike a new
// total, stays right when goods leave between the counting and the call. Errors: Invalid;
// NotFound stock.lot_absent; Conflict stock.below_reserved when fewer units would be left
// than are promised to orders.
func Adjust(ctx context.Context, tx *db.Tx, h Handling) error {
	size := h.Quantity
	if size < 0 {
		size = -size
	}
	if err := checkQuantity(size); err != nil {
		return err
	}
	if err := checkReason(h.Cause, h.Note); err != nil {
		return err
	}
	if err := explain(ctx, tx, post(ctx, tx, []Movement{h.movement(KindAdjust, h.Quantity)})); err != nil {
		return err
	}
	return h.note(ctx, tx, KindAdjust)
}

// WriteOff removes units that can no longer be sold: broken, spoilt, expired, destroyed by
// order. Units promised to orders cannot be written off. Errors as in [Adjust].
func WriteOff(ctx context.Context, tx *db.Tx, h Handling) error {
	if err := checkQuantity(h.Quantity); err != nil {
		return err
	}
	if err := checkReason(h.Cause, h.Note); err != nil {
		return err
	}
	if err := explain(ctx, tx, post(ctx, tx, []Movement{h.movement(KindWriteOff, -h.Quantity)})); err != nil {
		return err
	}
	return h.note(ctx, tx, KindWriteOff)
}

// note notes in the trail what a person did to a lot in a warehouse.
func (h Handling) note(ctx context.Context, tx *db.Tx, kind MovementKind) error {
	return staff.Note(ctx, tx, "stock."+string(kind), string(h.Lot), map[string]any{"warehouse": h.Warehouse, "units": h.Quantity, "cause": h.Cause})
}

// Hold puts the lot in this warehouse under quarantine: nothing of it sells and nothing of
// it ships. What is already promised stays promised, and [Take] refuses it, so that a
// person decides order by order ([Holding] lists them): unhold, reserve again from other
// lots (Release and Reserve in one transaction), or cancel and refund. Holding what is held does nothing.
// Errors: Invalid; NotFound stock.lot_absent.
func Hold(ctx context.Context, tx *db.Tx, h Handling) error {
	_, err := h.hold(ctx, tx, KindHold)
	return err
}

// Unhold ends the quarantine. Unholding what is not held does nothing. Errors as in [Hold].
func Unhold(ctx context.Context, tx *db.Tx, h Handling) error {
	_, err := h.hold(ctx, tx, KindUnhold)
	return err
}

// hold begins or ends a quarantine and returns the number of the movement, 0 if there was
// nothing to do.
func (h Handling) hold(ctx context.Context, tx *db.Tx, kind MovementKind) (int64, error) {
	n, err := setHeld(ctx, tx, h.movement(kind, 0), kind == KindHold)
	if err != nil || n == 0 {
		return 0, err
	}
	return n, h.note(ctx, tx, kind)
}

const updateHeld = `update balance set held = $1, movements = movements + 1, changed_at = $2
where lot_id = $3 and warehouse_id = $4 and held <> $1 returning movements`

// setHeld returns the number of the movement, 0 if the lot was held or not already.
func setHeld(ctx context.Context, tx *db.Tx, m Movement, held bool) (int64, error) {
	if err := checkCause(m.Cause); err != nil {
		return 0, err
	}
	err := tx.QueryRow(ctx, updateHeld, held, db.Micros(tx.Now()), m.Lot, m.Warehouse).Scan(&m.Number)
	if errors.Is(err, sql.ErrNoRows) {
		_, err := readBalance(ctx, tx, m.place())
		return 0, err
	}
	if err != nil {
		return 0, err
	}
	tx.Signal("stock")
	return m.Number, record(ctx, tx, []Movement{m})
}

// Move is a transfer of units of a lot from one warehouse to another.
type Move struct {
	Lot      pavilion.LotID
	From, To pavilion.WarehouseID
	Quantity int64
	Cause    string
	Note     string
}

// Transfer moves units from one warehouse to another; they stay the same lot with the same
// dates, expired or not. Units promised to orders stay. What is held arrives held. Errors
// as in [Adjust], and Conflict stock.hold_differs when held units would lie with units of
// the same lot that are not held.
func Transfer(ctx context.Context, tx *db.Tx, m Move) error {
	if err := checkHandling(m.Quantity, m.Cause); err != nil {
		return err
	}
	if m.From == m.To {
		return pavilion.E(pavilion.Invalid, "stock.same_warehouse", nil).At("to")
	}
	l, err := lockLot(ctx, tx, m.Lot)
	if err != nil {
		return err
	}
	out := []Movement{{Lot: m.Lot, Warehouse: m.From, Kind: KindTransferOut, OnHandChange: -m.Quantity, Cause: m.Cause, Note: m.Note}}
	if err := explain(ctx, tx, change(ctx, tx, out)); err != nil {
		return err
	}
	source, err := readBalance(ctx, tx, place{m.Lot, m.From}) // after the change: the row is ours until the end
	if err != nil {
		return err
	}
	if err := arrive(ctx, tx, l, m.To, source.held, m.Cause); err != nil {
		return err
	}
	in := []Movement{{Lot: m.Lot, Warehouse: m.To, Kind: KindTransferIn, OnHandChange: m.Quantity, Cause: m.Cause, Note: m.Note}}
	if err := change(ctx, tx, in); err != nil {
		return err
	}
	out[0].PairWarehouse, out[0].PairNumber = m.To, in[0].Number
	in[0].PairWarehouse, in[0].PairNumber = m.From, out[0].Number
	if err := record(ctx, tx, append(out, in...)); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "stock.transfer", string(m.Lot), map[string]any{"warehouse": m.From, "to": m.To, "units": m.Quantity, "cause": m.Cause})
}

const holdEmpty = `update balance set held = true, movements = movements + 1
where lot_id = $1 and warehouse_id = $2 and not held and on_hand = 0 returning movements`

// arrive prepares the place where units of a lot arrive. Held units may join held ones or
// take an empty place, which is held from then on; they may not lie with units that sell.
func arrive(ctx context.Context, tx *db.Tx, l Lot, w pavilion.WarehouseID, held bool, cause string) error {
	if err := checkWarehouse(ctx, tx, w); err != nil {
		return err
	}
	if err := openBalance(ctx, tx, l, w); err != nil {
		return err
	}
	if !held {
		return nil
	}
	hold := Movement{Lot: l.ID, Warehouse: w, Kind: KindHold, Cause: cause}
	err := tx.QueryRow(ctx, holdEmpty, l.ID, w).Scan(&hold.Number)
	if err == nil {
		return record(ctx, tx, []Movement{hold})
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	there, err := readBalance(ctx, tx, hold.place())
	if err != nil {
		return err
	}
	if !there.held {
		return pavilion.E(pavilion.Conflict, "stock.hold_differs", pavilion.Args{"warehouse": w}).At("warehouse")
	}
	return nil
}

// balance is the row that guarded updates change.
type balance struct {
	onHand, reserved int64
	held             bool
}

const selectBalance = `select on_hand, reserved, held from balance where lot_id = $1 and warehouse_id = $2`

func readBalance(ctx context.Context, r db.Reader, p place) (balance, error) {
	b, found, err := db.One(ctx, r, scanBalance, selectBalance, p.lot, p.warehouse)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "stock.lot_absent", pavilion.Args{"lot": p.lot, "warehouse": p.warehouse}).At("lot")
	}
	return b, err
}

func scanBalance(row db.Scanner) (b balance, err error) {
	return b, row.Scan(&b.onHand, &b.reserved, &b.held)
}

// explain turns a missed change into the refusal a person can act on.
func explain(ctx context.Context, r db.Reader, err error) error {
	m, ok := errors.AsType[missed](err)
	if !ok {
		return err
	}
	b, err := readBalance(ctx, r, m.place)
	if err != nil {
		return err
	}
	return pavilion.E(pavilion.Conflict, "stock.below_reserved", pavilion.Args{
		"on_hand": b.onHand, "reserved": b.reserved, "free": b.onHand - b.reserved,
	}).At("quantity")
}
