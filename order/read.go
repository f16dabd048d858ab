package order

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// maxList is the most rows a list returns.
const maxList = 500

const orderColumns = `id, number, channel, shop, external_no, buyer, phone_key, ship_to, lang, currency,
	goods_minor, delivery_minor, tax_minor, total_minor, refunded_minor,
	state, reason, paid_by, simulated, placed_at, pay_by, ship_by, updated_at, notice`

// stored is an order as its row has it.
type stored struct {
	Order
	sealed []byte // the recipient
}

func scanOrder(s db.Scanner) (o stored, err error) {
	var currency money.Currency
	var goods, delivery, tax, total, refunded, placedAt, shipBy, updatedAt int64
	var payBy sql.NullInt64
	err = s.Scan(&o.ID, &o.Number, &o.Channel, &o.Shop, &o.External, &o.Buyer, &o.PhoneKey, &o.sealed, &o.Lang, &currency,
		&goods, &delivery, &tax, &total, &refunded,
		&o.State, &o.Reason, &o.PaidBy, &o.Simulated, &placedAt, &payBy, &shipBy, &updatedAt, &o.Notice)
	o.Goods, o.Delivery, o.Tax = money.New(goods, currency), money.New(delivery, currency), money.New(tax, currency)
	o.Total, o.Refunded = money.New(total, currency), money.New(refunded, currency)
	o.PlacedAt, o.PayBy, o.UpdatedAt = db.Time(placedAt), db.Time(payBy.Int64), db.Time(updatedAt)
	o.ShipBy = db.Time(shipBy)
	return o, err
}

const (
	getSQL      = `select ` + orderColumns + ` from sale_order where id = $1`
	byNumberSQL = `select ` + orderColumns + ` from sale_order where number = $1`
	ofBuyerSQL  = `select ` + orderColumns + ` from sale_order
		where buyer = $1 and buyer <> '' and id < $2 order by id desc limit $3`
	ofPhoneSQL = `select ` + orderColumns + ` from sale_order
		where phone_key = $1 and phone_key <> '' order by id desc limit $2`
	eventsSQL = `select number, step, from_state, to_state, detail, actor, happened_at
		from order_event where order_id = $1 order by number limit 1000`
)

func errUnknown() error { return pavilion.E(pavilion.NotFound, "order.unknown", nil) }

// Get reads an order with its lines and, if sealer is not nil, its recipient. Error:
// NotFound order.unknown.
func Get(ctx context.Context, r db.Reader, sealer *db.Sealer, id pavilion.OrderID) (Order, error) {
	o, found, err := db.One(ctx, r, scanOrder, getSQL, id)
	if err != nil {
		return Order{}, err
	}
	if !found {
		return Order{}, errUnknown()
	}
	return complete(ctx, r, sealer, o)
}

// ByNumber reads the order with that number if it goes to that phone. Error: NotFound
// order.unknown, the same whether the number or the phone is wrong.
func ByNumber(ctx context.Context, r db.Reader, sealer *db.Sealer, number, phoneKey string) (Order, error) {
	o, found, err := db.One(ctx, r, scanOrder, byNumberSQL, number)
	if err != nil {
		return Order{}, err
	}
	if !found || phoneKey == "" || o.PhoneKey != phoneKey {
		return Order{}, errUnknown()
	}
	return complete(ctx, r, sealer, o)
}

// complete reads what is not in the order's own row and opens the recipient.
func complete(ctx context.Context, r db.Reader, sealer *db.Sealer, o stored) (Order, error) {
	orders := []Order{o.Order}
	err := addLines(ctx, r, orders)
	o.Order = orders[0]
	if err != nil {
		return Order{}, err
	}
	if sealer == nil {
		return o.Order, nil
	}
	o.ShipTo, err = openShipTo(sealer, o.ID, o.sealed)
	return o.Order, err
}

// beforeAll is an order id that comes after every real one.
const beforeAll pavilion.OrderID = pavilion.PrefixOrder + "_z"

// OfBuyer lists a buyer's orders with their lines and without their recipients, the newest
// first, those before the given id ("" for the start).
func OfBuyer(ctx context.Context, r db.Reader, buyer string, before pavilion.OrderID, limit int) ([]Order, error) {
	if before == "" {
		before = beforeAll
	}
	return list(ctx, r, ofBuyerSQL, buyer, before, min(limit, maxList))
}

// OfPhone lists the latest orders that go to a phone, by its [PhoneKey], like [OfBuyer].
func OfPhone(ctx context.Context, r db.Reader, phoneKey string, limit int) ([]Order, error) {
	return list(ctx, r, ofPhoneSQL, phoneKey, min(limit, maxList))
}

func list(ctx context.Context, r db.Reader, query string, args ...any) ([]Order, error) {
	rows, err := db.All(ctx, r, scanOrder, query, args...)
	if err != nil {
		return nil, err
	}
	orders := make([]Order, len(rows))
	for i, o := range rows {
		orders[i] = o.Order
	}
	return orders, addLines(ctx, r, orders)
}

var linesAmong = &db.Keyed{Text: `select order_id, line, sku_id, name, quantity, refunded_quantity, unit_minor, tax_minor, total_minor,
	value_minor, freight_minor, duty_minor, consumption_minor, vat_minor, tax_terms from order_line where order_id in (%s) order by order_id, line`}

// linesOf reads the lines of orders, given with the currencies of their amounts.
func linesOf(ctx context.Context, r db.Reader, currencies map[pavilion.OrderID]money.Currency) (map[pavilion.OrderID][]Line, error) {
	lines := make(map[pavilion.OrderID][]Line, len(currencies))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.OrderID
		var l Line
		var unit, tax, total int64
		var b borderColumns
		if err := s.Scan(&id, &l.Number, &l.SKU, &l.Name, &l.Quantity, &l.Refunded, &unit, &tax, &total,
			&b.value, &b.freight, &b.duty, &b.consumption, &b.vat, &b.terms); err != nil {
			return none, err
		}
		c := currencies[id]
		if l.Border, err = b.tax(c); err != nil {
			return none, fmt.Errorf("line %d of %s: %w", l.Number, id, err)
		}
		l.Unit, l.Tax, l.Total = money.New(unit, c), money.New(tax, c), money.New(total, c)
		lines[id] = append(lines[id], l)
		return none, nil
	}, linesAmong, slices.Sorted(maps.Keys(currencies)))
	return lines, err
}

// addLines reads the lines of all orders at once.
func addLines(ctx context.Context, r db.Reader, orders []Order) error {
	currencies := make(map[pavilion.OrderID]money.Currency, len(orders))
	for _, o := range orders {
		currencies[o.ID] = o.Total.Currency()
	}
	lines, err := linesOf(ctx, r, currencies)
	for i := range orders {
		orders[i].Lines = lines[orders[i].ID]
	}
	return err
}

// Events is the history of an order, the first event first, at most 1,000. It is empty for
// an order that is not there.
func Events(ctx context.Context, r db.Reader, id pavilion.OrderID) ([]Event, error) {
	return db.All(ctx, r, func(s db.Scanner) (Event, error) {
		e := Event{Order: id}
		var actor string
		var at int64
		err := s.Scan(&e.Number, &e.Step, &e.From, &e.To, &e.Detail, &actor, &at)
		e.Actor, _ = pavilion.ParseActor(actor)
		e.At = db.Time(at)
		return e, err
	}, eventsSQL, id)
}

var numbersAmong = &db.Keyed{Text: `select id, number from sale_order where id in (%s)`}

// Numbers are the numbers of orders, each of which may stand in the list more than once.
func Numbers(ctx context.Context, r db.Reader, ids []pavilion.OrderID) (map[pavilion.OrderID]string, error) {
	numbers := make(map[pavilion.OrderID]string, len(ids))
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.OrderID
		var number string
		err = s.Scan(&id, &number)
		numbers[id] = number
		return none, err
	}, numbersAmong, ids)
	return numbers, err
}
