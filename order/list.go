package order

import (
	"context"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
)

// Filter says which orders a list shows; the zero value shows all.
type Filter struct {
	State     State
	Channel   string
	Words     string // the beginning of an order number, or the whole number at the channel
	SKU       pavilion.SKUID
	From      time.Time // placed at this moment or later
	Until     time.Time // placed before this moment
	ToPack    bool      // paid orders only, those to be shipped soonest first
	ShipUntil time.Time // with ToPack: to be shipped before this moment
	Simulated Simulated
}

// Simulated says whether a list shows simulated orders.
type Simulated string

const (
	SimulatedToo  Simulated = ""
	SimulatedOnly Simulated = "only"
	SimulatedNot  Simulated = "not"
)

// List lists orders with their lines and without their recipients, those after the order
// with the id, "" for the beginning: the newest first, or, ToPack, those to be shipped
// soonest.
func List(ctx context.Context, r db.Reader, f Filter, after pavilion.OrderID, limit int) ([]Order, error) {
	from, id, w := f.where()
	tail := "order by " + id + " desc limit $1"
	if f.ToPack {
		tail = "order by o.ship_by, o.id limit $1"
	}
	switch {
	case after == "":
	case f.ToPack:
		last, err := Get(ctx, r, nil, after)
		if err != nil {
			return nil, err
		}
		w.And("(o.ship_by, o.id) > ($1, $2)", db.Micros(last.ShipBy), last.ID)
	default:
		w.And(id+" < $1", after)
	}
	query, args := w.SQL("select "+listColumns+from, tail, min(limit, maxList))
	return list(ctx, r, query, args...)
}

// Count counts orders, and stops at most.
func Count(ctx context.Context, r db.Reader, f Filter, most int64) (n int64, err error) {
	from, _, w := f.where()
	query, args := w.SQL("select count(*) from (select 1"+from, "limit $1) as matching", most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// listColumns are orderColumns of the order called o.
var listColumns = "o." + strings.ReplaceAll(strings.ReplaceAll(orderColumns, "\n\t", " "), ", ", ", o.")

const (
	fromOrders = ` from sale_order o`
	// The order of the tables is that of the words: the lines of the SKU first. An order
	// that has the SKU on two lines is found by the first.
	fromLines = ` from order_line l cross join sale_order o`
	firstLine = `l.sku_id = $1 and o.id = l.order_id
		and not exists (select 1 from order_line e where e.order_id = l.order_id and e.sku_id = l.sku_id and e.line < l.line)`
	ofSKU = `exists (select 1 from order_line l where l.sku_id = $1 and l.order_id = o.id)`

	byWords = `o.id in (select id from sale_order where external_no = $1
		union select id from sale_order where number >= $2 and number <= $3)`
)

// where is the from clause, the column by which orders go by id, and the conditions of the
// filter. Neither engine knows how many orders a value leaves, so the one that leaves fewest
// is looked up by its index, and the others are kept from theirs by comparing the column with
// nothing added to it: an order number, then the few orders that are under way, then an SKU,
// then the channel and the state.
func (f Filter) where() (from, id string, w db.Where) {
	from, id = fromOrders, "o.id"
	bySKU := f.SKU != "" && f.Words == "" && !f.ToPack && !f.State.underWay()
	free := f.Words == "" && !bySKU && !f.ToPack
	if f.Words != "" {
		low, high := numbersFrom(f.Words)
		w.And(byWords, f.Words, low, high)
	}
	switch {
	case bySKU:
		from, id = fromLines, "l.order_id"
		w.And(firstLine, f.SKU)
	case f.SKU != "":
		w.And(ofSKU, f.SKU)
	}
	keyed := func(column string, value any) {
		if free {
			w.And("o."+column+" = $1", value)
		} else {
			w.And("o."+column+" || '' = $1", value)
		}
	}
	if f.ToPack {
		w.And("o.state = 'paid'")
		if !f.ShipUntil.IsZero() {
			w.And("o.ship_by < $1", db.Micros(f.ShipUntil))
		}
	} else if f.State != "" {
		keyed("state", f.State)
	}
	if f.Channel != "" {
		keyed("channel", f.Channel)
	}
	f.when(&w)
	switch f.Simulated {
	case SimulatedOnly:
		w.And("o.simulated")
	case SimulatedNot:
		w.And("not o.simulated")
	}
	return from, id, w
}

// underWay tells whether few orders stand in the state at any time.
func (s State) underWay() bool { return s == StateUnpaid || s == StatePaid || s == StateParked }

// idSlack is more than passes between the making of an order's id and its acceptance.
const idSlack = time.Hour

// when bounds the time. Ids are made in the order of time shortly before the order is
// accepted, so that their index bounds the rows that are looked at.
func (f Filter) when(w *db.Where) {
	if !f.From.IsZero() {
		w.And("o.placed_at >= $1 and o.id >= $2", db.Micros(f.From), pavilion.FirstID[pavilion.OrderID](pavilion.PrefixOrder, f.From.Add(-idSlack)))
	}
	if !f.Until.IsZero() {
		w.And("o.placed_at < $1 and o.id < $2", db.Micros(f.Until), pavilion.FirstID[pavilion.OrderID](pavilion.PrefixOrder, f.Until.Add(idSlack)))
	}
}

// numbersFrom are the least and the greatest order number that begin with the digits of
// words, however people grouped them; nothing lies between them if words hold anything else.
func numbersFrom(words string) (low, high string) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(words)
	if digits == "" || len(digits) > numberLength || strings.Trim(digits, "0123456789") != "" {
		return "9", "0"
	}
	rest := numberLength - len(digits)
	return digits + strings.Repeat("0", rest), digits + strings.Repeat("9", rest)
}
