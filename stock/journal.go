package stock

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
)

// MovementFilter chooses movements. The zero filter is all that people did: promises, their
// ends and sales are as many as the orders, and are listed with a SKU or a lot only.
type MovementFilter struct {
	SKU       pavilion.SKUID
	Lot       pavilion.LotID
	Warehouse pavilion.WarehouseID
	Kind      MovementKind
	Actor     string    // as pavilion.Actor writes it
	From      time.Time // at or after this moment
	Until     time.Time // before it
}

// Entry is a movement with what it is of.
type Entry struct {
	Movement
	SKU  pavilion.SKUID
	Code string // of the lot
}

// Key is where a list goes on after this entry.
func (e Entry) Key() string {
	return fmt.Sprintf("%d.%s.%s.%d", db.Micros(e.MovedAt), e.Lot, e.Warehouse, e.Number)
}

// newerFirst puts entries in the order in which they are listed.
func newerFirst(a, b Entry) int {
	return -cmp.Or(a.MovedAt.Compare(b.MovedAt), a.place().compare(b.place()), cmp.Compare(a.Number, b.Number))
}

const (
	selectEntries = `select m.lot_id, m.warehouse_id, m.number, m.kind, m.on_hand_change, m.reserved_change, m.pair_warehouse_id, m.pair_number, m.cause, m.note, m.actor, m.moved_at, l.sku_id, l.code
from movement m cross join lot l`
	orderEntries = `order by m.moved_at desc, m.lot_id desc, m.warehouse_id desc, m.number desc limit $1`

	countEntries = `select count(*) from (`
	entries      = `select 1 from movement m cross join lot l`
	entriesOfLot = `select 1 from lot l cross join movement m`

	// byHand and ofKind are the conditions of the indexes on what people did.
	byHand = `m.kind in ('receive', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold')`
	ofKind = `m.kind not in ('reserve', 'release', 'take') and m.kind = $1`

	selectLotsOfSKU = `select id from lot where sku_id = $1 order by code desc limit $2`
	lotsOfSKU       = 1000
)

// ListMovements lists movements across lots, newest first, beginning after the entry whose
// [Entry.Key] is given, at most limit of them. Of a SKU it reads the thousand lots with the
// highest codes.
func ListMovements(ctx context.Context, r db.Reader, f MovementFilter, after string, limit int) ([]Entry, error) {
	if f.SKU == "" || f.Lot != "" {
		query, args := f.where(after).SQL(selectEntries, orderEntries, limit)
		return db.All(ctx, r, scanEntry, query, args...)
	}
	lots, err := db.All(ctx, r, scanOne[pavilion.LotID], selectLotsOfSKU, f.SKU, lotsOfSKU)
	if err != nil {
		return nil, err
	}
	// The newest of each lot are at hand by its index; of all lots together they are not.
	var all []Entry
	for _, f.Lot = range lots {
		few, err := ListMovements(ctx, r, f, after, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, few...)
		slices.SortFunc(all, newerFirst)
		all = all[:min(limit, len(all))]
	}
	return all, nil
}

func (f MovementFilter) where(after string) (w db.Where) {
	w.And("l.id = m.lot_id")
	switch one := f.SKU != "" || f.Lot != ""; {
	case one && f.Kind != "":
		w.And("m.kind = $1", f.Kind)
	case f.Kind != "":
		w.And(ofKind, f.Kind)
	case !one:
		w.And(byHand)
	}
	if f.Lot != "" {
		w.And("m.lot_id = $1", f.Lot)
	}
	if f.Warehouse != "" {
		w.And("m.warehouse_id = $1", f.Warehouse)
	}
	if f.Actor != "" {
		w.And("m.actor = $1", f.Actor)
	}
	if !f.From.IsZero() {
		w.And("m.moved_at >= $1", db.Micros(f.From))
	}
	if !f.Until.IsZero() {
		w.And("m.moved_at < $1", db.Micros(f.Until))
	}
	if key := strings.Split(after, "."); len(key) == 4 {
		at, _ := strconv.ParseInt(key[0], 10, 64)
		number, _ := strconv.ParseInt(key[3], 10, 64)
		w.And("(m.moved_at, m.lot_id, m.warehouse_id, m.number) < ($1, $2, $3, $4)", at, key[1], key[2], number)
	}
	return w
}

func scanEntry(row db.Scanner) (e Entry, err error) {
	m := &e.Movement
	var at int64
	err = row.Scan(&m.Lot, &m.Warehouse, &m.Number, &m.Kind, &m.OnHandChange, &m.ReservedChange,
		&m.PairWarehouse, &m.PairNumber, &m.Cause, &m.Note, &m.Actor, &at, &e.SKU, &e.Code)
	m.MovedAt = db.Time(at)
	return e, err
}

// CountMovements counts the movements of the filter, and stops at most.
func CountMovements(ctx context.Context, r db.Reader, f MovementFilter, most int64) (n int64, err error) {
	w, from := f.where(""), entries
	if f.SKU != "" {
		w.And("l.sku_id = $1", f.SKU)
		from = entriesOfLot
	}
	query, args := w.SQL(countEntries+from, `limit $1) few`, most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}
