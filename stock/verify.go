package stock

import (
	"context"
	"fmt"
	"strings"

	"pavilion"
	"pavilion/db"
)

// Difference is one place where what is stored is not what the rows add up to. Reason is a
// machine word:
//
//   - stock.verify_on_hand, stock.verify_reserved: a balance is not the sum of its movements;
//   - stock.verify_held: a balance's quarantine is not what its movements say;
//   - stock.verify_numbers: the movements of a balance are not numbered 1, 2, 3 … to its count;
//   - stock.verify_negative: at this movement less than nothing was on hand, or more reserved than there was;
//   - stock.verify_shape: a movement changes what its kind does not change;
//   - stock.verify_pair: a side of a transfer has no other side that mirrors it;
//   - stock.verify_no_balance: a movement or reservation without its balance, or of another SKU than it;
//   - stock.verify_lot: a balance repeats another SKU or date than its lot's;
//   - stock.verify_active: a balance's reserved units are not those of its active reservations;
//   - stock.verify_takes: what counts against a buyer's limit is not what the buyer's orders hold;
//   - stock.verify_granted: shops on platforms were granted units that do not lie there, or not any more;
//   - stock.verify_unpaid_orders, stock.verify_unpaid_units: a holder's count is not that of the holder's unpaid reservations.
type Difference struct {
	Reason    string
	Lot       pavilion.LotID
	Warehouse pavilion.WarehouseID
	Order     pavilion.OrderID
	SKU       pavilion.SKUID
	Channel   string
	Holder    string   // whose count it is: a buyer or a holder
	Stored    int64    // what is stored
	Counted   int64    // what the rows add up to
	Rows      []string // the rows it was seen in, each as its table and key; of many the first few
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: stored %d, counted %d in %s", d.Reason, d.Stored, d.Counted, strings.Join(d.Rows, ", "))
}

const (
	verifyPage = 5000 // rows read at a time
	verifyRows = 8    // rows named in a difference, at most
)

// verifier recomputes balances and counts. Its memory grows with the places and holders
// that have active reservations, not with movements or the orders of the past.
type verifier struct {
	r      db.Reader
	report func(Difference) error
	active map[place]*tally   // units of the active reservations
	unpaid map[holdKey]*tally // orders and units of the unpaid ones
}

// tally is a sum and a few of the rows it is made of.
type tally struct {
	orders, units int64
	rows          []string
}

func (t *tally) add(orders, units int64, row string) {
	t.orders += orders
	t.units += units
	if len(t.rows) < verifyRows {
		t.rows = append(t.rows, row)
	}
}

// Verify recomputes every balance from its movements and from the active reservations, and
// every count of takes and unpaid orders from the reservations, and reports each
// difference. It reads page by page and holds no locks; give it one consistent view. It
// stops with the error of report, if that returns one.
func Verify(ctx context.Context, r db.Reader, report func(Difference) error) error {
	v := &verifier{r: r, report: report, active: map[place]*tally{}, unpaid: map[holdKey]*tally{}}
	for _, pass := range []func(context.Context) error{v.reservations, v.misplaced, v.balances, v.takes, v.holds, v.shares} {
		if err := pass(ctx); err != nil {
			return err
		}
	}
	return nil
}

// row names a row by its table and key.
func row(table string, key ...any) string {
	var b strings.Builder
	b.WriteString(table)
	for _, k := range key {
		fmt.Fprintf(&b, " %v", k)
	}
	return b.String()
}

// storedBalance is a balance, its lot, and the sums of its movements so far.
type storedBalance struct {
	place
	sku, lotSKU               pavilion.SKUID
	bestBefore, lotBestBefore pavilion.Date
	onHand, reserved          int64
	held                      bool
	movements                 int64

	sumOnHand, sumReserved int64
	sumHeld                bool
	last                   int64 // number of the last movement
}

const selectBalances = `select b.lot_id, b.warehouse_id, b.sku_id, coalesce(l.sku_id, ''), b.best_before, coalesce(l.best_before, ''),
  b.on_hand, b.reserved, b.held, b.movements
from balance b left join lot l on l.id = b.lot_id
where (b.lot_id, b.warehouse_id) > ($1, $2) order by b.lot_id, b.warehouse_id limit $3`

func scanStoredBalance(row db.Scanner) (*storedBalance, error) {
	b := &storedBalance{}
	return b, row.Scan(&b.lot, &b.warehouse, &b.sku, &b.lotSKU, &b.bestBefore, &b.lotBestBefore, &b.onHand, &b.reserved, &b.held, &b.movements)
}

// balances goes through the balances page by page and, for each page, through the movements
// up to its last balance, so that both are read once and in the order of their keys.
func (v *verifier) balances(ctx context.Context) error {
	var at Movement // the last movement read
	var last place  // the last balance read
	for {
		page, err := db.All(ctx, v.r, scanStoredBalance, selectBalances, last.lot, last.warehouse, verifyPage)
		if err != nil {
			return err
		}
		of := make(map[place]*storedBalance, len(page))
		for _, b := range page {
			of[b.place] = b
			last = b.place
		}
		end := &last
		if len(page) == 0 {
			end = nil // whatever movements are left have no balance
		}
		if at, err = v.movements(ctx, at, end, of); err != nil {
			return err
		}
		for _, b := range page {
			if err := v.balance(b); err != nil {
				return err
			}
		}
		if len(page) == 0 {
			return nil
		}
	}
}

const (
	selectMovementsAfter = `select ` + movementColumns + ` from movement
where (lot_id, warehouse_id, number) > ($1, $2, $3) order by lot_id, warehouse_id, number limit $4`
	selectMovementsUpTo = `select ` + movementColumns + ` from movement
where (lot_id, warehouse_id, number) > ($1, $2, $3) and (lot_id, warehouse_id) <= ($4, $5) order by lot_id, warehouse_id, number limit $6`
)

// movements adds the movements after one, up to the end of a place or of all, to their
// balances, and returns the last one.
func (v *verifier) movements(ctx context.Context, after Movement, end *place, of map[place]*storedBalance) (Movement, error) {
	for {
		query, args := selectMovementsAfter, []any{after.Lot, after.Warehouse, after.Number}
		if end != nil {
			query, args = selectMovementsUpTo, append(args, end.lot, end.warehouse)
		}
		page, err := db.All(ctx, v.r, scanMovement, query, append(args, verifyPage)...)
		if err != nil {
			return after, err
		}
		for _, m := range page {
			if err := v.movement(ctx, m, of[m.place()]); err != nil {
				return after, err
			}
			after = m
		}
		if len(page) < verifyPage {
			return after, nil
		}
	}
}

// movement checks one movement and adds it to its balance, nil if it has none.
func (v *verifier) movement(ctx context.Context, m Movement, b *storedBalance) error {
	d := Difference{Lot: m.Lot, Warehouse: m.Warehouse, Rows: []string{row("movement", m.Lot, m.Warehouse, m.Number)}}
	say := func(reason string, stored, counted int64) error {
		d.Reason, d.Stored, d.Counted = reason, stored, counted
		return v.report(d)
	}
	if !m.fits() {
		if err := say("stock.verify_shape", m.OnHandChange, m.ReservedChange); err != nil {
			return err
		}
	}
	if m.Kind == KindTransferOut || m.Kind == KindTransferIn {
		if err := v.pair(ctx, m); err != nil {
			return err
		}
	}
	if b == nil {
		return say("stock.verify_no_balance", 0, m.OnHandChange)
	}
	if m.Number != b.last+1 {
		if err := say("stock.verify_numbers", m.Number, b.last+1); err != nil {
			return err
		}
	}
	b.last = m.Number
	b.sumOnHand += m.OnHandChange
	b.sumReserved += m.ReservedChange
	switch m.Kind {
	case KindHold:
		b.sumHeld = true
	case KindUnhold:
		b.sumHeld = false
	}
	if b.sumReserved < 0 || b.sumOnHand < b.sumReserved {
		return say("stock.verify_negative", b.sumOnHand, b.sumReserved)
	}
	return nil
}

// fits tells whether the movement changes what its kind changes.
func (m Movement) fits() bool {
	onHand, reserved := m.OnHandChange, m.ReservedChange
	switch m.Kind {
	case KindReceive, KindReturn, KindTransferIn:
		return onHand > 0 && reserved == 0
	case KindTransferOut, KindWriteOff:
		return onHand < 0 && reserved == 0
	case KindAdjust:
		return onHand != 0 && reserved == 0
	case KindReserve:
		return onHand == 0 && reserved > 0
	case KindRelease:
		return onHand == 0 && reserved < 0
	case KindTake:
		return onHand < 0 && reserved == onHand
	case KindHold, KindUnhold:
		return onHand == 0 && reserved == 0
	}
	return false
}

const selectMovement = `select ` + movementColumns + ` from movement where lot_id = $1 and warehouse_id = $2 and number = $3`

// pair checks that the other side of a transfer is there and mirrors this one.
func (v *verifier) pair(ctx context.Context, m Movement) error {
	other, found, err := db.One(ctx, v.r, scanMovement, selectMovement, m.Lot, m.PairWarehouse, m.PairNumber)
	if err != nil {
		return err
	}
	want := KindTransferIn
	if m.Kind == KindTransferIn {
		want = KindTransferOut
	}
	if found && other.Kind == want && other.OnHandChange == -m.OnHandChange && other.PairWarehouse == m.Warehouse && other.PairNumber == m.Number {
		return nil
	}
	return v.report(Difference{
		Reason: "stock.verify_pair", Lot: m.Lot, Warehouse: m.Warehouse, Stored: m.OnHandChange, Counted: -other.OnHandChange,
		Rows: []string{row("movement", m.Lot, m.Warehouse, m.Number), row("movement", m.Lot, m.PairWarehouse, m.PairNumber)},
	})
}

// balance compares a balance whose movements were all added.
func (v *verifier) balance(b *storedBalance) error {
	active := v.active[b.place]
	if active == nil {
		active = &tally{}
	}
	delete(v.active, b.place)
	self := row("balance", b.lot, b.warehouse)
	span := "none"
	if b.last > 0 {
		span = fmt.Sprintf("1-%d", b.last)
	}
	all := row("movement", b.lot, b.warehouse, span)
	for _, c := range []struct {
		reason          string
		stored, counted int64
		rows            []string
	}{
		{"stock.verify_on_hand", b.onHand, b.sumOnHand, []string{self, all}},
		{"stock.verify_reserved", b.reserved, b.sumReserved, []string{self, all}},
		{"stock.verify_active", b.reserved, active.units, append([]string{self}, active.rows...)},
		{"stock.verify_held", number(b.held), number(b.sumHeld), []string{self, all}},
		{"stock.verify_numbers", b.movements, b.last, []string{self, all}},
		{"stock.verify_lot", 0, number(b.sku != b.lotSKU || b.bestBefore != b.lotBestBefore), []string{self, row("lot", b.lot)}},
	} {
		if c.stored == c.counted {
			continue
		}
		err := v.report(Difference{
			Reason: c.reason, Lot: b.lot, Warehouse: b.warehouse, SKU: b.sku, Stored: c.stored, Counted: c.counted, Rows: c.rows,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
