package order

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// Bought is a line that somebody ordered and did not give back whole.
type Bought struct {
	Order    pavilion.OrderID
	Line     int
	SKU      pavilion.SKUID
	Quantity int64 // without what was refunded
	Unit     money.Money
	Tax      money.Money // of the whole line, on top
	Delivery money.Money // of the whole order
	Dutiable money.Money // of these units, as it was decided when they were ordered; zero Money if nobody knows
}

const (
	boughtColumns = `o.id, l.line, l.sku_id, l.quantity - l.refunded_quantity, o.currency, l.unit_minor, l.tax_minor, o.delivery_minor,
		l.quantity, l.value_minor, l.freight_minor, l.tax_terms`

	boughtByBuyer = `select ` + boughtColumns + ` from sale_order o join order_line l on l.order_id = o.id
		where o.buyer = $1 and o.buyer <> '' and o.id >= $2 and o.id < $3 and o.state <> 'cancelled' and l.refunded_quantity < l.quantity order by o.id, l.line limit $4`
	boughtByPhone = `select ` + boughtColumns + ` from sale_order o join order_line l on l.order_id = o.id
		where o.phone_key = $1 and o.phone_key <> '' and o.id >= $2 and o.id < $3 and o.state <> 'cancelled' and l.refunded_quantity < l.quantity order by o.id, l.line limit $4`
)

// mostBought bounds the lines that are read of one person.
const mostBought = 2000

// BoughtBy returns what a person ordered between two moments, on all channels, each line once:
// as the buyer, or as the recipient with a phone. Either may be "".
func BoughtBy(ctx context.Context, r db.Reader, buyer, phoneKey string, from, to time.Time) ([]Bought, error) {
	first, end := pavilion.FirstID[pavilion.OrderID](pavilion.PrefixOrder, from), pavilion.FirstID[pavilion.OrderID](pavilion.PrefixOrder, to)
	type line struct {
		order  pavilion.OrderID
		number int
	}
	var all []Bought
	seen := map[line]bool{}
	for query, key := range map[string]string{boughtByBuyer: buyer, boughtByPhone: phoneKey} {
		if key == "" {
			continue
		}
		found, err := db.All(ctx, r, scanBought, query, key, string(first), string(end), mostBought)
		if err != nil {
			return nil, err
		}
		for _, b := range found {
			if at := (line{b.Order, b.Line}); !seen[at] {
				seen[at] = true
				all = append(all, b)
			}
		}
	}
	return all, nil
}

func scanBought(row db.Scanner) (b Bought, err error) {
	var currency money.Currency
	var unit, tax, delivery, ordered int64
	var border borderColumns
	err = row.Scan(&b.Order, &b.Line, &b.SKU, &b.Quantity, &currency, &unit, &tax, &delivery, &ordered, &border.value, &border.freight, &border.terms)
	b.Unit, b.Tax, b.Delivery = money.New(unit, currency), money.New(tax, currency), money.New(delivery, currency)
	if err != nil || border.terms == "" {
		return b, err
	}
	b.Dutiable, err = money.New(border.value/ordered*b.Quantity, currency).Add(money.New(border.freight, currency))
	return b, err
}
