package stock

import (
	"context"
	"time"

	"pavilion/db"
)

// SheetLine is one lot of a sheet.
type SheetLine struct {
	LotBalance        // as it is now
	Number     int    // on the sheet, from 1
	Book       int64  // what the books said when the sheet was drawn
	Found      *int64 // what a person counted, nil until then
	BookThen   int64  // what the books said when it was counted
	FoundBy    string
	FoundAt    time.Time
}

// Difference is how many more were found than the books said then; 0 while it is not
// counted.
func (l SheetLine) Difference() int64 {
	if l.Found == nil {
		return 0
	}
	return *l.Found - l.BookThen
}

// Moved tells whether goods came or went between drawing the sheet and counting the line:
// who counted on paper in between should look again.
func (l SheetLine) Moved() bool { return l.Found != nil && l.BookThen != l.Book }

// LineFilter chooses lines of a sheet.
type LineFilter struct {
	Code      string // what the lot's code begins with
	Uncounted bool   // only those without a count
	Different bool   // only those whose count differs
}

const (
	selectLines = `select c.number, c.book, c.found, c.book_then, c.found_by, coalesce(c.found_at, 0), ` + lotBalanceColumns + `
from count_line c cross join lot l cross join balance b cross join warehouse w`
	joinLines  = `l.id = c.lot_id and b.lot_id = c.lot_id and b.warehouse_id = c.warehouse_id and w.id = c.warehouse_id and c.sheet_id = $1 and c.number > $2`
	orderLines = `order by c.number limit $1`
)

// SheetLines lists lines of a sheet in their order, beginning after a number, at most limit
// of them.
func SheetLines(ctx context.Context, r db.Reader, id SheetID, f LineFilter, after, limit int) ([]SheetLine, error) {
	var w db.Where
	w.And(joinLines, id, after)
	if f.Code != "" {
		key := codeKey(f.Code)
		w.And("l.code_key >= $1 and l.code_key < $2", key, key+lastRune)
	}
	if f.Uncounted {
		w.And("c.found is null")
	}
	if f.Different {
		w.And("c.found <> c.book_then")
	}
	query, args := w.SQL(selectLines, orderLines, limit)
	return db.All(ctx, r, scanSheetLine(r), query, args...)
}

func scanSheetLine(r db.Reader) func(db.Scanner) (SheetLine, error) {
	return func(row db.Scanner) (l SheetLine, err error) {
		var at int64
		b := &l.LotBalance
		err = row.Scan(&l.Number, &l.Book, &l.Found, &l.BookThen, &l.FoundBy, &at,
			&b.Lot, &b.SKU, &b.Code, &b.ProducedOn, &b.BestBefore, &b.Warehouse, &b.OnHand, &b.Reserved, &b.Held, &b.zone, &b.Sells)
		if err != nil {
			return l, err
		}
		l.FoundAt = db.Time(at)
		return l, b.age(r.Now())
	}
}

// SheetTotals is how far a count has come.
type SheetTotals struct {
	Lines, Counted, Different int64
	More, Fewer               int64 // units
}

var selectTotals = &db.Keyed{Text: `select sheet_id, count(*), count(found), coalesce(sum(case when found <> book_then then 1 else 0 end), 0),
  coalesce(sum(case when found > book_then then found - book_then else 0 end), 0),
  coalesce(sum(case when found < book_then then book_then - found else 0 end), 0)
from count_line where sheet_id in (%s) group by sheet_id`}

// Totals adds sheets up. No id may stand in the list twice.
func Totals(ctx context.Context, r db.Reader, ids ...SheetID) (map[SheetID]SheetTotals, error) {
	sums := make(map[SheetID]SheetTotals, len(ids))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id SheetID
		var t SheetTotals
		err = s.Scan(&id, &t.Lines, &t.Counted, &t.Different, &t.More, &t.Fewer)
		sums[id] = t
		return none, err
	}, selectTotals, ids)
	return sums, err
}
