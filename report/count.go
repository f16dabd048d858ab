package report

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
)

// ErrRaced comes from [Count] when another transaction counted one of the orders in the same
// moment. The transaction must be rolled back and may be tried again.
var ErrRaced = pavilion.E(pavilion.Unavailable, "report.raced", nil)

// Count brings the figures up to date with orders that were paid or refunded: it compares
// each with what was counted of it before and adds the difference. So it may run twice, late
// or in any order, and the figures are right after the last time. Orders that were never
// paid count for nothing. zone is the market's. Errors: ErrRaced.
func Count(ctx context.Context, tx *db.Tx, zone *time.Location, orders ...pavilion.OrderID) error {
	sales, err := order.Sales(ctx, tx, orders)
	if err != nil {
		return err
	}
	return count(ctx, tx, zone, sales)
}

func count(ctx context.Context, tx *db.Tx, zone *time.Location, sales []order.Sale) error {
	marks, err := marksOf(ctx, tx, sales)
	if err != nil {
		return err
	}
	goods, err := goodsOf(ctx, tx, sales)
	if err != nil {
		return err
	}
	change := sums{}
	var fresh []any
	for _, s := range sales {
		was, counted := marks[s.Order]
		now := markOf(s, pavilion.DateOf(s.PaidAt, zone), goods, was)
		if counted {
			if now.Day == was.Day && now.stored() == was.stored() {
				continue
			}
			if err := was.replace(ctx, tx, s.Order, now); err != nil {
				return err
			}
			if err := change.addSale(s, was, goods, -1); err != nil {
				return err
			}
		} else {
			fresh = append(fresh, s.Order, now.Day, now.stored())
		}
		if err := change.addSale(s, now, goods, 1); err != nil {
			return err
		}
	}
	n, err := insertMarks.Rows(ctx, tx, fresh)
	if err != nil {
		return err
	}
	if n != int64(len(fresh)/len(insertMarks.Columns)) {
		return ErrRaced
	}
	return change.store(ctx, tx)
}

// mark is what of an order stands in the sums: its day, and of each line the category it was
// sold in and how many units were given back. Everything else of a sale never changes.
type mark struct {
	Day   pavilion.Date
	Lines []markedLine
}

type markedLine struct {
	Category string `json:"category"`
	Refunded int64  `json:"refunded,omitempty"`
}

// markOf is what should be counted of a sale. A line stays in the category it was counted in
// first, wherever its product stands now.
func markOf(s order.Sale, day pavilion.Date, goods map[pavilion.SKUID]good, was mark) mark {
	m := mark{Day: day, Lines: make([]markedLine, len(s.Lines))}
	for i, l := range s.Lines {
		m.Lines[i] = markedLine{Category: goods[l.SKU].category, Refunded: l.Refunded}
		if i < len(was.Lines) {
			m.Lines[i].Category = was.Lines[i].Category
		}
	}
	return m
}

// stored is the text that is kept of the lines. SQL never looks into it.
func (m mark) stored() string {
	text, err := json.Marshal(m.Lines)
	if err != nil {
		return "[]" // strings and integers always marshal
	}
	return string(text)
}

var insertMarks = db.Insert{
	Table: "sales_counted", Columns: []string{"order_id", "day", "lines"}, Suffix: "on conflict do nothing",
}

const replaceMarkSQL = `update sales_counted set day = $1, lines = $2 where order_id = $3 and lines = $4`

// replace stores another mark, if this one is still the one that stands.
func (m mark) replace(ctx context.Context, tx *db.Tx, id pavilion.OrderID, now mark) error {
	n, err := tx.Exec(ctx, replaceMarkSQL, now.Day, now.stored(), id, m.stored())
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrRaced
	}
	return nil
}

var marksSQL = &db.Keyed{Text: `select order_id, day, lines from sales_counted where order_id in (%s)`}

func marksOf(ctx context.Context, r db.Reader, sales []order.Sale) (map[pavilion.OrderID]mark, error) {
	ids := make([]pavilion.OrderID, len(sales))
	for i, s := range sales {
		ids[i] = s.Order
	}
	marks := make(map[pavilion.OrderID]mark, len(sales))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.OrderID
		var m mark
		var lines string
		if err = s.Scan(&id, &m.Day, &lines); err == nil {
			err = json.Unmarshal([]byte(lines), &m.Lines)
		}
		marks[id] = m
		return none, err
	}, marksSQL, ids)
	return marks, err
}

// good is where the sums of a SKU belong.
type good struct {
	producer pavilion.ProducerID
	category string
}

var goodsSQL = &db.Keyed{Text: `select s.id, p.producer_id, p.category from sku s join product p on p.id = s.product_id where s.id in (%s)`}

func goodsOf(ctx context.Context, r db.Reader, sales []order.Sale) (map[pavilion.SKUID]good, error) {
	goods := map[pavilion.SKUID]good{}
	for _, s := range sales {
		for _, l := range s.Lines {
			goods[l.SKU] = good{}
		}
	}
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.SKUID
		var g good
		err = s.Scan(&id, &g.producer, &g.category)
		goods[id] = g
		return none, err
	}, goodsSQL, slices.Sorted(maps.Keys(goods)))
	return goods, err
}

// addSale adds what the mark counts of a sale, so many times: once, or minus once to take it
// out again. An order counts once for each subject that has a part in it.
func (s sums) addSale(sale order.Sale, m mark, goods map[pavilion.SKUID]good, times int64) error {
	if len(m.Lines) != len(sale.Lines) {
		return fmt.Errorf("figures of %s: %d lines are counted of %d", sale.Order, len(m.Lines), len(sale.Lines))
	}
	seen := map[Subject]bool{}
	for i, l := range sale.Lines {
		back, err := l.Worth(m.Lines[i].Refunded)
		if err != nil {
			return err
		}
		f := Figures{Units: l.Quantity, Sum: l.Total, RefundedUnits: m.Lines[i].Refunded, Refunded: back}
		for _, about := range []Subject{
			Everything,
			{Categories, m.Lines[i].Category},
			OfProducer(goods[l.SKU].producer),
			{SKUs, string(l.SKU)},
		} {
			f.Orders = 0
			if !seen[about] {
				seen[about], f.Orders = true, 1
			}
			s.add(cell{about, m.Day, sale.Channel, l.Total.Currency(), sale.Simulated}, f, times)
		}
	}
	return nil
}

var upsertSums = db.Insert{
	Table: "sales_day",
	Columns: []string{
		"kind", "key", "day", "channel", "currency", "simulated",
		"orders", "units", "minor", "refunded_units", "refunded_minor",
	},
	Suffix: `on conflict (kind, key, day, channel, currency, simulated) do update set
		orders = sales_day.orders + excluded.orders, units = sales_day.units + excluded.units,
		minor = sales_day.minor + excluded.minor, refunded_units = sales_day.refunded_units + excluded.refunded_units,
		refunded_minor = sales_day.refunded_minor + excluded.refunded_minor`,
}

// store adds the sums to those that are stored.
func (s sums) store(ctx context.Context, tx *db.Tx) error {
	args := make([]any, 0, len(s)*len(upsertSums.Columns))
	for _, c := range slices.SortedFunc(maps.Keys(s), cell.compare) {
		f := s[c]
		args = append(args, string(c.Kind), c.Key, c.day, c.channel, string(c.currency), c.simulated,
			f.Orders, f.Units, f.Sum.Minor(), f.RefundedUnits, f.Refunded.Minor())
	}
	_, err := upsertSums.Rows(ctx, tx, args)
	return err
}

// rebuildSet is how many orders are counted in one transaction of a rebuild.
const rebuildSet = 500

const (
	forgetSums  = `delete from sales_day`
	forgetMarks = `delete from sales_counted`
)

// Rebuild forgets all figures and counts every order anew, each in the category its product
// stands in now. While it works the figures are too low, and orders that are paid meanwhile
// are counted once all the same; broken off, it is begun again. counted hears how many
// orders are done.
func Rebuild(ctx context.Context, d *db.DB, actor pavilion.Actor, zone *time.Location, counted func(orders int)) error {
	err := d.Write(ctx, actor, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, forgetSums); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forgetMarks)
		return err
	})
	var last pavilion.OrderID
	for more := true; more && err == nil; {
		var sales []order.Sale
		err = d.Write(ctx, actor, func(tx *db.Tx) (err error) {
			if sales, err = order.SalesAfter(ctx, tx, last, rebuildSet); err != nil {
				return err
			}
			return count(ctx, tx, zone, sales)
		})
		if more = len(sales) == rebuildSet; len(sales) > 0 {
			last = sales[len(sales)-1].Order
		}
		counted(len(sales))
	}
	return err
}
