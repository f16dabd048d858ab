package order

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// Sale is an order that was paid, as figures count it. An order is paid at most once, so its
// moment never changes; how much of it was given back does.
type Sale struct {
	Order     pavilion.OrderID
	Channel   string
	Simulated bool
	PaidAt    time.Time
	Lines     []Line // of a cancelled order, with all units refunded
}

// paidSQL reads the orders that were ever paid: exactly one of their events says when.
const paidSQL = `select o.id, o.channel, o.simulated, o.currency, o.state, e.happened_at
	from sale_order o join order_event e on e.order_id = o.id and e.step in ('pay', 'place_paid')`

var salesSQL = &db.Keyed{Text: paidSQL + ` where o.id in (%s)`}

// The bound stands for both tables: PostgreSQL does not carry it over the join, and read the
// events from the first one on.
const salesAfterSQL = paidSQL + ` where o.id > $1 and e.order_id > $2 order by o.id limit $3`

// Sales reads those of the orders that were paid, in no particular order. No id may stand in
// the list twice.
func Sales(ctx context.Context, r db.Reader, ids []pavilion.OrderID) ([]Sale, error) {
	heads, err := db.AllKeyed(ctx, r, scanSaleHead, salesSQL, ids)
	if err != nil {
		return nil, err
	}
	return withLines(ctx, r, heads)
}

// SalesAfter lists the orders that were paid, by id, those after the given one ("" for the
// start), at most 500.
func SalesAfter(ctx context.Context, r db.Reader, after pavilion.OrderID, limit int) ([]Sale, error) {
	heads, err := db.All(ctx, r, scanSaleHead, salesAfterSQL, after, after, min(limit, maxList))
	if err != nil {
		return nil, err
	}
	return withLines(ctx, r, heads)
}

// saleHead is a sale without its lines.
type saleHead struct {
	Sale
	currency money.Currency
	state    State
}

func scanSaleHead(s db.Scanner) (h saleHead, err error) {
	var at int64
	err = s.Scan(&h.Order, &h.Channel, &h.Simulated, &h.currency, &h.state, &at)
	h.PaidAt = db.Time(at)
	return h, err
}

func withLines(ctx context.Context, r db.Reader, heads []saleHead) ([]Sale, error) {
	currencies := make(map[pavilion.OrderID]money.Currency, len(heads))
	for _, h := range heads {
		currencies[h.Order] = h.currency
	}
	lines, err := linesOf(ctx, r, currencies)
	if err != nil {
		return nil, err
	}
	sales := make([]Sale, len(heads))
	for i, h := range heads {
		sales[i] = h.Sale
		sales[i].Lines = lines[h.Order]
		if h.state != StateCancelled {
			continue
		}
		for j := range sales[i].Lines {
			sales[i].Lines[j].Refunded = sales[i].Lines[j].Quantity
		}
	}
	return sales, nil
}
