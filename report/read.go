package report

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// mostRows is the most rows a list of figures has.
const mostRows = 5000

// Period is which days and which sales to look at.
type Period struct {
	From, Until pavilion.Date // both included; "" is without end
	Channel     string        // "" is all of them
	Simulated   bool          // sales of the demo and of rehearsals, instead of the real ones
}

// Row is the figures of one key: a day, a subject's key or a channel. A key has a row for
// each currency it was sold in.
type Row struct {
	Key string
	Figures
}

// The sums of a list, for the columns that identify a row and those of the table.
const (
	sumColumns = `currency, cast(sum(orders) as bigint), cast(sum(units) as bigint), cast(sum(minor) as bigint),
	cast(sum(refunded_units) as bigint), cast(sum(refunded_minor) as bigint) from sales_day `
	daysSQL     = `select day, ` + sumColumns
	keysSQL     = `select key, ` + sumColumns
	channelsSQL = `select channel, ` + sumColumns
	totalsSQL   = `select '', ` + sumColumns

	bestSQL = `select key, currency, orders, units, minor, refunded_units, refunded_minor from sales_day
		where kind = 'sku' and day = $1 and simulated = $2 order by minor desc limit $3`

	byDay      = `group by day, currency order by day, currency limit $1`
	byKey      = `group by key, currency order by sum(minor) desc, key, currency limit $1`
	byChannel  = `group by channel, currency order by channel, currency limit $1`
	byCurrency = `group by currency order by currency limit $1`
)

// Days lists what was sold of a subject by day, the first day first; days without sales are
// left out. At most 5,000 rows come back.
func Days(ctx context.Context, r db.Reader, about Subject, p Period) ([]Row, error) {
	return rows(ctx, r, daysSQL, p.where(about), byDay, mostRows)
}

// Channels lists what was sold of a subject by channel.
func Channels(ctx context.Context, r db.Reader, about Subject, p Period) ([]Row, error) {
	return rows(ctx, r, channelsSQL, p.where(about), byChannel, mostRows)
}

// Totals are the sums of a subject, one row with the key "" for each currency.
func Totals(ctx context.Context, r db.Reader, about Subject, p Period) ([]Row, error) {
	return rows(ctx, r, totalsSQL, p.where(about), byCurrency, mostRows)
}

// Subjects lists what was sold by the subjects of a kind, those of the largest sum first, at
// most limit and 5,000.
func Subjects(ctx context.Context, r db.Reader, kind Kind, p Period, limit int) ([]Row, error) {
	var w db.Where
	w.And("kind = $1", string(kind))
	return rows(ctx, r, keysSQL, p.narrow(w), byKey, min(limit, mostRows))
}

// Best lists the SKUs that sold for most on a day, one row for each channel they sold on.
func Best(ctx context.Context, r db.Reader, day pavilion.Date, simulated bool, limit int) ([]Row, error) {
	return db.All(ctx, r, scanRow, bestSQL, day, simulated, min(limit, mostRows))
}

func (p Period) where(about Subject) db.Where {
	var w db.Where
	w.And("kind = $1", string(about.Kind))
	w.And("key = $1", about.Key)
	return p.narrow(w)
}

func (p Period) narrow(w db.Where) db.Where {
	if p.From != "" {
		w.And("day >= $1", p.From)
	}
	if p.Until != "" {
		w.And("day <= $1", p.Until)
	}
	if p.Channel != "" {
		w.And("channel = $1", p.Channel)
	}
	w.And("simulated = $1", p.Simulated)
	return w
}

func rows(ctx context.Context, r db.Reader, head string, w db.Where, tail string, limit int) ([]Row, error) {
	query, args := w.SQL(head, tail, limit)
	return db.All(ctx, r, scanRow, query, args...)
}

func scanRow(s db.Scanner) (row Row, err error) {
	var currency money.Currency
	var minor, refunded int64
	err = s.Scan(&row.Key, &currency, &row.Orders, &row.Units, &minor, &row.RefundedUnits, &refunded)
	row.Sum, row.Refunded = money.New(minor, currency), money.New(refunded, currency)
	return row, err
}
