package stock

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

// MovementKind says what moved.
type MovementKind string

const (
	KindReceive     MovementKind = "receive"      // units came from the producer
	KindReserve     MovementKind = "reserve"      // units were promised to an order
	KindRelease     MovementKind = "release"      // a promise ended without a sale
	KindTake        MovementKind = "take"         // promised units left for the buyer
	KindReturn      MovementKind = "return"       // shipped units came back
	KindAdjust      MovementKind = "adjust"       // a count found more or fewer
	KindTransferOut MovementKind = "transfer_out" // units left for another warehouse
	KindTransferIn  MovementKind = "transfer_in"  // and arrived there
	KindWriteOff    MovementKind = "write_off"    // units can no longer be sold
	KindHold        MovementKind = "hold"         // quarantine began
	KindUnhold      MovementKind = "unhold"       // quarantine ended
)

// Kinds are all kinds, in the order in which they are offered.
var Kinds = []MovementKind{
	KindReceive, KindTransferOut, KindTransferIn, KindAdjust, KindWriteOff, KindHold, KindUnhold, KindReturn, KindReserve, KindRelease, KindTake,
}

// Movement is one change of one balance. Its key is lot, warehouse and number; the numbers
// of a balance count from 1 without gaps, in the order in which the balance changed.
type Movement struct {
	Lot            pavilion.LotID
	Warehouse      pavilion.WarehouseID
	Number         int64
	Kind           MovementKind
	OnHandChange   int64
	ReservedChange int64
	PairWarehouse  pavilion.WarehouseID // of a transfer: the other side's warehouse and number
	PairNumber     int64
	Cause          string // an order, or the paper or event a person named
	Note           string
	Actor          string
	MovedAt        time.Time
}

func (m Movement) place() place { return place{m.Lot, m.Warehouse} }

// place is the key of a balance: a lot in a warehouse.
type place struct {
	lot       pavilion.LotID
	warehouse pavilion.WarehouseID
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.lot, q.lot), cmp.Compare(p.warehouse, q.warehouse))
}

// missed is returned when a guarded statement changed fewer rows than it should: the row
// does not allow the change, or not any more.
type missed struct {
	table string
	place place // of a balance
}

func (m missed) Error() string { return "a row of " + m.table + " does not allow the change" }

const changeBalance = `update balance set on_hand = on_hand + $1, reserved = reserved + $2, movements = movements + $3, changed_at = $4
where lot_id = $5 and warehouse_id = $6 and reserved + $2 between 0 and on_hand + $1 and (not held or $7)
returning movements`

var insertMovements = &db.Insert{
	Table: "movement",
	Columns: []string{
		"lot_id", "warehouse_id", "number", "kind", "on_hand_change", "reserved_change",
		"pair_warehouse_id", "pair_number", "cause", "note", "actor", "moved_at",
	},
}

// post adds movements and changes the balances by their sums. It is the only way a
// quantity changes. It returns missed when a balance does not allow it.
func post(ctx context.Context, tx *db.Tx, ms []Movement) error {
	if err := change(ctx, tx, ms); err != nil {
		return err
	}
	return record(ctx, tx, ms)
}

// change changes the balances by the sums of the movements and numbers the movements. It
// goes through the balances in the order of their keys, so that two transactions seldom
// wait for each other in a ring.
func change(ctx context.Context, tx *db.Tx, ms []Movement) error {
	type sum struct {
		onHand, reserved, movements int64
		heldToo                     bool
	}
	sums := map[place]*sum{}
	for _, m := range ms {
		s := sums[m.place()]
		if s == nil {
			s = &sum{heldToo: true}
			sums[m.place()] = s
		}
		s.onHand += m.OnHandChange
		s.reserved += m.ReservedChange
		s.movements++
		if m.Kind == KindReserve || m.Kind == KindTake {
			s.heldToo = false // what is held neither sells nor ships
		}
	}
	places := make([]place, 0, len(sums))
	for p := range sums {
		places = append(places, p)
	}
	slices.SortFunc(places, place.compare)
	next := make(map[place]int64, len(places))
	for _, p := range places {
		s := sums[p]
		var last int64
		err := tx.QueryRow(ctx, changeBalance, s.onHand, s.reserved, s.movements, db.Micros(tx.Now()), p.lot, p.warehouse, s.heldToo).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			return missed{"balance", p}
		}
		if err != nil {
			return err
		}
		next[p] = last - s.movements + 1
	}
	for i := range ms {
		p := ms[i].place()
		ms[i].Number = next[p]
		next[p]++
	}
	tx.Signal("stock")
	return nil
}

// record inserts numbered movements.
func record(ctx context.Context, tx *db.Tx, ms []Movement) error {
	actor, at := tx.Actor().String(), db.Micros(tx.Now())
	args := make([]any, 0, len(ms)*len(insertMovements.Columns))
	for _, m := range ms {
		args = append(args, m.Lot, m.Warehouse, m.Number, m.Kind, m.OnHandChange, m.ReservedChange,
			m.PairWarehouse, m.PairNumber, m.Cause, m.Note, actor, at)
	}
	_, err := insertMovements.Rows(ctx, tx, args)
	return err
}

const movementColumns = `lot_id, warehouse_id, number, kind, on_hand_change, reserved_change, pair_warehouse_id, pair_number, cause, note, actor, moved_at`

const selectMovements = `select ` + movementColumns + ` from movement
where lot_id = $1 and warehouse_id = $2 and number > $3 order by number limit $4`

// Movements lists the movements of a lot in a warehouse in their order, beginning after the
// number given, at most limit of them.
func Movements(ctx context.Context, r db.Reader, lot pavilion.LotID, warehouse pavilion.WarehouseID, after int64, limit int) ([]Movement, error) {
	return db.All(ctx, r, scanMovement, selectMovements, lot, warehouse, after, limit)
}

func scanMovement(row db.Scanner) (m Movement, err error) {
	var at int64
	err = row.Scan(&m.Lot, &m.Warehouse, &m.Number, &m.Kind, &m.OnHandChange, &m.ReservedChange,
		&m.PairWarehouse, &m.PairNumber, &m.Cause, &m.Note, &m.Actor, &at)
	m.MovedAt = db.Time(at)
	return m, err
}
