package order

import (
	"context"
	"database/sql"
	"fmt"

	"pavilion"
	"pavilion/db"
)

// Difference is one place where an order is not what the rows around it add up to.
type Difference struct {
	Reason  string // machine word, such as "order.verify_lines"
	Order   pavilion.OrderID
	Stored  int64 // what one row says; amounts in minor units, goods in units
	Counted int64 // what the others add up to
}

const refusedSQL = `select intent_id, cast(sum(minor) as bigint) as refused from refund where state = 'refused' group by intent_id`

// checks are the things Verify counts. Each query returns the order, what is stored and
// what was counted, for every difference. They read the tables of stock and payment as they
// are, because their functions would tell what they believe.
var checks = []struct{ reason, query string }{
	// An order costs what its lines and its delivery cost.
	{"order.verify_lines", `
		select o.id, o.goods_minor + o.tax_minor, coalesce(l.total, 0)
		from sale_order o
		left join (select order_id, cast(sum(total_minor) as bigint) as total from order_line group by order_id) l on l.order_id = o.id
		where coalesce(l.total, -1) <> o.goods_minor + o.tax_minor`},
	{"order.verify_tax", `
		select o.id, o.tax_minor, coalesce(l.tax, 0)
		from sale_order o
		left join (select order_id, cast(sum(tax_minor) as bigint) as tax from order_line group by order_id) l on l.order_id = o.id
		where coalesce(l.tax, -1) <> o.tax_minor`},
	// What an order still has to send is reserved for it.
	{"order.verify_reserved", `
		select o.id, l.quantity - l.refunded_quantity, coalesce(r.units, 0)
		from sale_order o
		join order_line l on l.order_id = o.id
		left join (select order_id, line, cast(sum(quantity) as bigint) as units from reservation where state = 'active' group by order_id, line) r
			on r.order_id = l.order_id and r.line = l.line
		where o.state in ('unpaid', 'paid') and coalesce(r.units, 0) <> l.quantity - l.refunded_quantity`},
	// What was sent was taken: at least what is not refunded, at most what was ordered.
	{"order.verify_taken", `
		select o.id, l.quantity - l.refunded_quantity, coalesce(r.units, 0)
		from sale_order o
		join order_line l on l.order_id = o.id
		left join (select order_id, line, cast(sum(quantity) as bigint) as units from reservation where state = 'taken' group by order_id, line) r
			on r.order_id = l.order_id and r.line = l.line
		where o.state in ('shipped', 'delivered', 'completed')
			and (coalesce(r.units, 0) < l.quantity - l.refunded_quantity or coalesce(r.units, 0) > l.quantity)`},
	// Nothing is reserved or taken for an order that is not there or does not need it.
	{"order.verify_reserved_for_nothing", `
		select r.order_id, 0, cast(sum(r.quantity) as bigint)
		from reservation r
		left join sale_order o on o.id = r.order_id
		where o.id is null
			or r.state = 'active' and o.state not in ('unpaid', 'paid')
			or r.state = 'taken' and o.state not in ('shipped', 'delivered', 'completed')
		group by r.order_id`},
	// An order was paid by its own intent and in full.
	{"order.verify_paid", `
		select o.id, o.total_minor, coalesce(i.minor, 0)
		from sale_order o
		left join payment_intent i on i.id = o.paid_by and i.purpose = o.id and i.state = 'paid' and i.currency = o.currency
		where (o.paid_by <> '' or o.pay_by is not null and o.state in ('paid', 'shipped', 'delivered', 'completed'))
			and coalesce(i.minor, 0) <> o.total_minor`},
	// Money that paid no order goes back whole. What a provider refused to pay back is a
	// person's business and counts as asked for.
	{"order.verify_payment_lost", `
		select i.purpose, i.minor, i.refunded_minor + coalesce(r.refused, 0)
		from payment_intent i
		left join sale_order o on o.id = i.purpose and o.paid_by = i.id
		left join (` + refusedSQL + `) r on r.intent_id = i.id
		where i.state = 'paid' and o.id is null and i.refunded_minor + coalesce(r.refused, 0) < i.minor`},
	// What an order says was refunded was asked of the provider.
	{"order.verify_refunded", `
		select o.id, o.refunded_minor, i.refunded_minor
		from sale_order o
		join payment_intent i on i.id = o.paid_by
		left join (` + refusedSQL + `) r on r.intent_id = i.id
		where o.refunded_minor < i.refunded_minor or o.refunded_minor > i.refunded_minor + coalesce(r.refused, 0)`},
	// A cancelled order keeps no money.
	{"order.verify_cancelled", `
		select id, refunded_minor, total_minor
		from sale_order
		where state = 'cancelled' and paid_by <> '' and refunded_minor <> total_minor`},
}

// Verify counts every order against its lines, its events, its reservations and its
// payments, and reports each difference. It changes nothing; report must not use r.
func Verify(ctx context.Context, r db.Reader, report func(Difference) error) error {
	for _, c := range checks {
		err := db.Each(ctx, r, func(row db.Scanner) error {
			d := Difference{Reason: c.reason}
			if err := row.Scan(&d.Order, &d.Stored, &d.Counted); err != nil {
				return err
			}
			return report(d)
		}, c.query)
		if err != nil {
			return fmt.Errorf("%s: %w", c.reason, err)
		}
	}
	return verifyHistory(ctx, r, report)
}

const historySQL = `select o.id, o.state, e.number, e.step, e.from_state, e.to_state
	from sale_order o left join order_event e on e.order_id = o.id
	order by o.id, coalesce(e.number, 0)`

// verifyHistory walks the events of every order through the table of moves and sees whether
// they end where the order stands. Of an order with a broken history it reports the number
// that should have come and the one that did.
func verifyHistory(ctx context.Context, r db.Reader, report func(Difference) error) error {
	var at walk
	err := db.Each(ctx, r, func(row db.Scanner) error {
		var id pavilion.OrderID
		var state State
		var number sql.NullInt64
		var step, from, to sql.NullString
		if err := row.Scan(&id, &state, &number, &step, &from, &to); err != nil {
			return err
		}
		if id != at.order {
			if err := at.end(report); err != nil {
				return err
			}
			at = walk{order: id, want: state}
		}
		if number.Valid {
			at.step(number.Int64, Move{State(from.String), Step(step.String), State(to.String)})
		}
		return nil
	}, historySQL)
	if err != nil {
		return err
	}
	return at.end(report)
}

// walk is one order's way through its events.
type walk struct {
	order  pavilion.OrderID
	want   State // where the order stands
	is     State // where its events have led so far
	last   int64 // number of the last event that fitted
	broken int64 // number of the first that did not, 0 if all did
}

func (w *walk) step(number int64, m Move) {
	if w.broken != 0 {
		return
	}
	if to, err := after(m.From, m.Step); err != nil || to != m.To || m.From != w.is || number != w.last+1 {
		w.broken = number
		return
	}
	w.is, w.last = m.To, number
}

func (w *walk) end(report func(Difference) error) error {
	if w.order == "" || w.broken == 0 && w.is == w.want {
		return nil
	}
	return report(Difference{Reason: "order.verify_history", Order: w.order, Stored: w.last + 1, Counted: w.broken})
}
