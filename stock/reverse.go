package stock

import (
	"context"
	"fmt"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

const countCause = `select count(*) from movement
where lot_id = $1 and moved_at >= $2 and warehouse_id = $3 and cause = $4 and kind = $5`

// Reverse takes back what a person did to stock: it adds the movement that undoes it, with
// the cause "undo:" and the key of the one undone, and notes it in the trail. What came is
// taken away again and what was taken away is found again; transferred units go back; a
// hold ends or begins again. Errors: NotFound stock.movement_unknown; Conflict
// stock.not_reversible for a movement of an order, stock.reversed_already, and those of
// [Adjust] and [Transfer] when the units are promised or gone by now.
func Reverse(ctx context.Context, tx *db.Tx, lot pavilion.LotID, warehouse pavilion.WarehouseID, number int64) error {
	m, err := GetMovement(ctx, tx, lot, warehouse, number)
	if err != nil {
		return err
	}
	asked := m.Kind
	if m.Kind == KindTransferIn { // one undoing for both sides
		if m, err = GetMovement(ctx, tx, lot, m.PairWarehouse, m.PairNumber); err != nil {
			return err
		}
	}
	back := Movement{Lot: m.Lot, Warehouse: m.Warehouse, Cause: fmt.Sprintf("undo:%s:%d", m.Warehouse, m.Number)}
	switch m.Kind {
	case KindReceive, KindAdjust, KindWriteOff:
		back.Kind, back.OnHandChange = KindAdjust, -m.OnHandChange
		err = explain(ctx, tx, post(ctx, tx, []Movement{back}))
	case KindTransferOut:
		back.Kind = KindTransferIn
		err = Transfer(ctx, tx, Move{Lot: m.Lot, From: m.PairWarehouse, To: m.Warehouse, Quantity: -m.OnHandChange, Cause: back.Cause})
	case KindHold:
		back.Kind = KindUnhold
		_, err = setHeld(ctx, tx, back, false)
	case KindUnhold:
		back.Kind = KindHold
		_, err = setHeld(ctx, tx, back, true)
	default:
		err = pavilion.E(pavilion.Conflict, "stock.not_reversible", nil)
	}
	if err != nil {
		return err
	}
	// The balance is ours by now, so whoever undid the same before us shows. The kind, for a
	// transfer back of held units may hold the place where they arrive, by the same cause.
	var times int64
	if err := tx.QueryRow(ctx, countCause, m.Lot, db.Micros(m.MovedAt), m.Warehouse, back.Cause, back.Kind).Scan(&times); err != nil {
		return err
	}
	if times > 1 {
		return pavilion.E(pavilion.Conflict, "stock.reversed_already", nil)
	}
	return staff.Note(ctx, tx, "stock.undo", string(lot), map[string]any{"warehouse": warehouse, "number": number, "kind": asked})
}

// GetMovement returns a movement by its key. Errors: NotFound stock.movement_unknown.
func GetMovement(ctx context.Context, r db.Reader, lot pavilion.LotID, warehouse pavilion.WarehouseID, number int64) (Movement, error) {
	m, found, err := db.One(ctx, r, scanMovement, selectMovement, lot, warehouse, number)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "stock.movement_unknown", nil)
	}
	return m, err
}

// Reversible tells whether [Reverse] knows how to take back the movement.
func (m Movement) Reversible() bool {
	switch m.Kind {
	case KindReceive, KindAdjust, KindWriteOff, KindTransferOut, KindTransferIn, KindHold, KindUnhold:
		return true
	}
	return false
}
