package stock

import (
	"context"
	"errors"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// SheetID names a count sheet.
type SheetID string

const prefixSheet = "cnt"

// SheetState is where a sheet stands in its life.
type SheetState string

const (
	SheetOpen    SheetState = "open"    // people are counting
	SheetPosted  SheetState = "posted"  // the differences are in the books
	SheetDropped SheetState = "dropped" // nothing came of it
)

// Sheet is a count of what lies in a warehouse, or of a part of it.
type Sheet struct {
	ID        SheetID
	Warehouse pavilion.WarehouseID
	SKU       pavilion.SKUID // if only this was to be counted
	State     SheetState
	Note      string
	DrawnBy   string
	DrawnAt   time.Time
	EndedBy   string
	EndedAt   time.Time
}

// Cause is the cause of the movements that the sheet posts.
func (id SheetID) Cause() string { return "count:" + string(id) }

const (
	mostLines = 10_000

	insertSheet = `insert into count_sheet (id, warehouse_id, sku_id, state, note, drawn_by, drawn_at, ended_by, ended_at)
values ($1, $2, $3, 'open', $4, $5, $6, '', null)`
)

var insertLines = &db.Insert{
	Table:   "count_line",
	Columns: []string{"sheet_id", "number", "lot_id", "warehouse_id", "book", "book_then", "movements_then", "found_by", "open"},
	Suffix:  "on conflict do nothing",
}

// DrawSheet begins a count of what the filter finds in one warehouse and writes down what
// the books say now. Selling goes on. Errors: NotFound for the warehouse; Invalid
// stock.sheet_empty and stock.sheet_too_large{most}: count a part; Conflict
// stock.sheet_overlaps when some of it stands on another open sheet.
func DrawSheet(ctx context.Context, tx *db.Tx, f Filter, note string) (SheetID, error) {
	if err := checkWarehouse(ctx, tx, f.Warehouse); err != nil {
		return "", err
	}
	lines, err := List(ctx, tx, f, "", mostLines+1)
	switch {
	case err != nil:
		return "", err
	case len(lines) == 0:
		return "", pavilion.E(pavilion.Invalid, "stock.sheet_empty", nil).At("warehouse")
	case len(lines) > mostLines:
		return "", pavilion.E(pavilion.Invalid, "stock.sheet_too_large", pavilion.Args{"most": mostLines}).At("warehouse")
	}
	id := pavilion.NewID[SheetID](prefixSheet, tx.Now())
	if _, err := tx.Exec(ctx, insertSheet, id, f.Warehouse, f.SKU, note, tx.Actor().String(), db.Micros(tx.Now())); err != nil {
		return "", err
	}
	args := make([]any, 0, len(lines)*len(insertLines.Columns))
	for i, b := range lines {
		args = append(args, id, i+1, b.Lot, b.Warehouse, b.OnHand, 0, 0, "", true)
	}
	n, err := insertLines.Rows(ctx, tx, args)
	if err == nil && n != int64(len(lines)) {
		err = sheetOverlaps()
	}
	if err != nil {
		return "", err
	}
	return id, staff.Note(ctx, tx, "stock.count_drawn", string(id), map[string]any{"warehouse": f.Warehouse, "lots": len(lines)})
}

func sheetOverlaps() error { return pavilion.E(pavilion.Conflict, "stock.sheet_overlaps", nil) }

const (
	insertLine = `insert into count_line (sheet_id, number, lot_id, warehouse_id, book, book_then, movements_then, found_by, open)
select s.id, (select max(number) from count_line where sheet_id = s.id) + 1, b.lot_id, b.warehouse_id, b.on_hand, 0, 0, '', true
from count_sheet s join balance b on b.lot_id = $1 and b.warehouse_id = s.warehouse_id
where s.id = $2 and s.state = 'open' on conflict do nothing`

	updateFound = `update count_line set found = $1, found_by = $2, found_at = $3,
  book_then = (select b.on_hand from balance b where b.lot_id = count_line.lot_id and b.warehouse_id = count_line.warehouse_id),
  movements_then = (select b.movements from balance b where b.lot_id = count_line.lot_id and b.warehouse_id = count_line.warehouse_id)
where sheet_id = $4 and number = $5 and open`
	clearFound = `update count_line set found = null, found_by = '', found_at = null where sheet_id = $1 and number = $2 and open`
)

// AddLine puts a lot on an open sheet that turned up and is not on it, such as one the books
// think is gone. Errors: NotFound stock.lot_unknown; Conflict stock.sheet_closed and
// stock.sheet_overlaps.
func AddLine(ctx context.Context, tx *db.Tx, id SheetID, lot pavilion.LotID) error {
	if _, err := tx.Exec(ctx, keepSheet, id); err != nil { // nobody ends it meanwhile
		return err
	}
	s, err := openSheet(ctx, tx, id)
	if err != nil {
		return err
	}
	l, err := lockLot(ctx, tx, lot)
	if err != nil {
		return err
	}
	if err := openBalance(ctx, tx, l, s.Warehouse); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, insertLine, lot, id)
	if err == nil && n == 0 {
		err = sheetOverlaps()
	}
	if err != nil {
		return err
	}
	return staff.Note(ctx, tx, "stock.count_widened", string(id), map[string]any{"lot": lot})
}

// Found is what a person counted of one line; Units below 0 take the count back.
type Found struct {
	Line  int
	Units int64
}

// Enter writes down what was found, with what the books say at this moment: the difference
// between the two stays right when goods move later. Errors: Invalid stock.quantity;
// NotFound stock.line_unknown; Conflict stock.sheet_closed.
func Enter(ctx context.Context, tx *db.Tx, id SheetID, found ...Found) error {
	if _, err := openSheet(ctx, tx, id); err != nil {
		return err
	}
	for _, f := range found {
		if f.Units > MaxQuantity {
			return pavilion.E(pavilion.Invalid, "stock.quantity", pavilion.Args{"quantity": f.Units, "max": MaxQuantity}).At("found")
		}
		query, args := updateFound, []any{f.Units, tx.Actor().String(), db.Micros(tx.Now()), id, f.Line}
		if f.Units < 0 {
			query, args = clearFound, []any{id, f.Line}
		}
		n, err := tx.Exec(ctx, query, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return pavilion.E(pavilion.NotFound, "stock.line_unknown", nil)
		}
	}
	return staff.Note(ctx, tx, "stock.counted", string(id), map[string]any{"lots": len(found)})
}

const (
	keepSheet = `update count_sheet set state = state where id = $1`
	endSheet  = `update count_sheet set state = $1, ended_by = $2, ended_at = $3 where id = $4 and state = 'open'`
	endLines  = `update count_line set open = false where sheet_id = $1 and open`

	selectDifferent = `select c.number, c.lot_id, c.warehouse_id, l.code, c.found, c.book_then, c.movements_then
from count_line c join lot l on l.id = c.lot_id
where c.sheet_id = $1 and c.found <> c.book_then order by c.lot_id, c.warehouse_id limit $2`

	selectAdjusted = `select count(*) from movement
where lot_id = $1 and warehouse_id = $2 and number > $3 and kind = 'adjust' and cause <> $4`
)

// different is a line whose count differs from the books.
type different struct {
	place
	number     int
	code       string
	found      int64
	book       int64
	movements  int64
	difference int64
}

// Post brings the differences of a sheet into the books, each as an adjustment with the
// sheet as its cause, all or none, and closes it. What was not counted stays as it is.
// Goods sold since they were counted stay sold. Errors: Conflict stock.sheet_closed;
// stock.counted_before{code} when a lot was adjusted after it was counted;
// stock.count_below_reserved{code,reserved,left,line} when more are promised to orders than
// would be left: [Promised] lists the orders, [Rebook] gives them other units.
func Post(ctx context.Context, tx *db.Tx, id SheetID) error {
	if err := closeSheet(ctx, tx, id, SheetPosted); err != nil {
		return err
	}
	lines, err := db.All(ctx, tx, func(row db.Scanner) (d different, err error) {
		err = row.Scan(&d.number, &d.lot, &d.warehouse, &d.code, &d.found, &d.book, &d.movements)
		d.difference = d.found - d.book
		return d, err
	}, selectDifferent, id, mostLines)
	if err != nil {
		return err
	}
	var more, fewer int64
	for _, d := range lines {
		if err := d.post(ctx, tx, id); err != nil {
			return err
		}
		more, fewer = more+max(0, d.difference), fewer+max(0, -d.difference)
	}
	return staff.Note(ctx, tx, "stock.count_posted", string(id), map[string]any{"lots": len(lines), "more": more, "fewer": fewer})
}

func (d different) post(ctx context.Context, tx *db.Tx, id SheetID) error {
	err := post(ctx, tx, []Movement{{Lot: d.lot, Warehouse: d.warehouse, Kind: KindAdjust, OnHandChange: d.difference, Cause: id.Cause()}})
	if _, is := errors.AsType[missed](err); is {
		b, err := readBalance(ctx, tx, d.place)
		if err != nil {
			return err
		}
		return pavilion.E(pavilion.Conflict, "stock.count_below_reserved", pavilion.Args{
			"code": d.code, "line": d.number, "reserved": b.reserved, "left": max(0, b.onHand+d.difference),
		})
	}
	if err != nil {
		return err
	}
	// The balance is ours by now, so every adjustment that was faster shows.
	var times int64
	if err := tx.QueryRow(ctx, selectAdjusted, d.lot, d.warehouse, d.movements, id.Cause()).Scan(&times); err != nil {
		return err
	}
	if times > 0 {
		return pavilion.E(pavilion.Conflict, "stock.counted_before", pavilion.Args{"code": d.code, "line": d.number})
	}
	return nil
}

// Drop ends a count without changing anything. Errors: Conflict stock.sheet_closed.
func Drop(ctx context.Context, tx *db.Tx, id SheetID) error {
	if err := closeSheet(ctx, tx, id, SheetDropped); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "stock.count_dropped", string(id), nil)
}

func closeSheet(ctx context.Context, tx *db.Tx, id SheetID, state SheetState) error {
	n, err := tx.Exec(ctx, endSheet, state, tx.Actor().String(), db.Micros(tx.Now()), id)
	if err != nil {
		return err
	}
	if n == 0 {
		_, err := openSheet(ctx, tx, id)
		return err
	}
	_, err = tx.Exec(ctx, endLines, id)
	return err
}

// openSheet returns a sheet that people may write on.
func openSheet(ctx context.Context, r db.Reader, id SheetID) (Sheet, error) {
	s, err := GetSheet(ctx, r, id)
	if err == nil && s.State != SheetOpen {
		err = pavilion.E(pavilion.Conflict, "stock.sheet_closed", nil)
	}
	return s, err
}

const (
	sheetColumns = `id, warehouse_id, sku_id, state, note, drawn_by, drawn_at, ended_by, coalesce(ended_at, 0)`
	selectSheet  = `select ` + sheetColumns + ` from count_sheet where id = $1`
	selectSheets = `select ` + sheetColumns + ` from count_sheet where state = $1 and id < $2 order by id desc limit $3`

	lastID = "~" // sorts after every identifier
)

// GetSheet returns a sheet. Errors: NotFound stock.sheet_unknown.
func GetSheet(ctx context.Context, r db.Reader, id SheetID) (Sheet, error) {
	s, found, err := db.One(ctx, r, scanSheet, selectSheet, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "stock.sheet_unknown", nil)
	}
	return s, err
}

// Sheets lists the sheets of a state, or of all states if it is "", newest first, beginning
// after one, at most limit of them.
func Sheets(ctx context.Context, r db.Reader, state SheetState, after SheetID, limit int) ([]Sheet, error) {
	if after == "" {
		after = lastID
	}
	states := []SheetState{state}
	if state == "" {
		states = []SheetState{SheetOpen, SheetPosted, SheetDropped}
	}
	var out []Sheet
	for _, s := range states {
		found, err := db.All(ctx, r, scanSheet, selectSheets, s, after, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortFunc(out, func(a, b Sheet) int { return b.DrawnAt.Compare(a.DrawnAt) })
	return out[:min(limit, len(out))], nil
}

func scanSheet(row db.Scanner) (s Sheet, err error) {
	var drawn, ended int64
	err = row.Scan(&s.ID, &s.Warehouse, &s.SKU, &s.State, &s.Note, &s.DrawnBy, &drawn, &s.EndedBy, &ended)
	s.DrawnAt, s.EndedAt = db.Time(drawn), db.Time(ended)
	return s, err
}

const countSheets = `select count(*) from (select 1 from count_sheet where state = $1 or $1 = '' limit $2) few`

// CountSheets counts the sheets of a state, or all if it is "", and stops at most.
func CountSheets(ctx context.Context, r db.Reader, state SheetState, most int64) (n int64, err error) {
	return n, r.QueryRow(ctx, countSheets, state, most).Scan(&n)
}
