package channel

import (
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
)

// KeptOrder is an order of a platform as it was told last.
type KeptOrder struct {
	Shop     pavilion.ShopID
	Number   string           // the platform's
	Order    pavilion.OrderID // ours, "" while it was not taken in
	State    OrderState
	Word     string // the platform's own word for the state
	Placed   time.Time
	Modified time.Time
	Counted  int64         // the platform's version, 0 if it counts none
	ShipBy   time.Time     // zero where the platform does not say
	Reason   string        // why it waits for a person, "" if it does not
	Args     pavilion.Args // of the reason
	Tried    time.Time     // when it was last tried to take it in

	came []byte // sealed
}

// OrderLine is which lines of ours a line of a platform's order became.
type OrderLine struct {
	Line     string // the platform's
	Ref      string // our unit
	Quantity int64  // of units
	First    int    // our lines begin with this number
	Lines    int    // and are so many
}

const (
	keptColumns = `shop_id, number, order_id, state, word, placed_at, modified_at, counted, ship_by, reason, reason_args, tried_at, came`

	selectKept   = `select ` + keptColumns + ` from channel_order where shop_id = $1 and number = $2`
	selectOurs   = `select ` + keptColumns + ` from channel_order where order_id = $1`
	selectParked = `select ` + keptColumns + ` from channel_order where reason <> '' and (tried_at > $1 or tried_at = $1 and number > $2) order by tried_at, number limit $3`
	// What waits for its shop to be live, by number after one.
	selectWatched = `select number from channel_order where shop_id = $1 and reason = 'channel.watched' and number > $2 order by number limit $3`
	countParked   = `select count(*) from (select 1 from channel_order where reason <> '' limit $1) parked`
	upsertKept    = `insert into channel_order (` + keptColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (shop_id, number) do update set order_id = excluded.order_id, state = excluded.state, word = excluded.word,
		placed_at = excluded.placed_at, modified_at = excluded.modified_at, counted = excluded.counted, ship_by = excluded.ship_by,
		reason = excluded.reason, reason_args = excluded.reason_args, tried_at = excluded.tried_at, came = excluded.came
		where channel_order.order_id = $14 and channel_order.state = $15 and channel_order.counted = $16 and channel_order.modified_at = $17 and channel_order.tried_at = $18`

	selectLines = `select line_id, ref, quantity, first, lines from channel_order_line where shop_id = $1 and number = $2 order by first`
)

var insertOrderLine = db.Insert{
	Table: "channel_order_line", Suffix: "on conflict do nothing",
	Columns: []string{"shop_id", "number", "line_id", "ref", "quantity", "first", "lines"},
}

var selectKeptOf = &db.Keyed{Args: 1, Text: `select ` + keptColumns + ` from channel_order where shop_id = $1 and number in (%s)`}

func scanKept(row db.Scanner) (k KeptOrder, err error) {
	var placed, modified, tried int64
	var by *int64
	var args string
	if err = row.Scan(&k.Shop, &k.Number, &k.Order, &k.State, &k.Word, &placed, &modified, &k.Counted, &by, &k.Reason, &args, &tried, &k.came); err != nil {
		return k, err
	}
	k.Placed, k.Modified, k.Tried = db.Time(placed), db.Time(modified), db.Time(tried)
	if by != nil {
		k.ShipBy = db.Time(*by)
	}
	if args != "" {
		err = json.Unmarshal([]byte(args), &k.Args)
	}
	return k, err
}

// keep writes down what was told of an order, unless somebody else wrote since it was read as
// was, the zero value if it was not there: it tells whether it did.
func (k *KeptOrder) keep(ctx context.Context, tx *db.Tx, was KeptOrder) (bool, error) {
	args := ""
	if len(k.Args) > 0 {
		raw, err := json.Marshal(k.Args)
		if err != nil {
			return false, err
		}
		args = string(raw)
	}
	k.Tried = tx.Now()
	n, err := tx.Exec(ctx, upsertKept, string(k.Shop), k.Number, string(k.Order), string(k.State), k.Word, db.Micros(k.Placed),
		db.Micros(k.Modified), k.Counted, orNull(k.ShipBy), k.Reason, args, db.Micros(k.Tried), k.came,
		string(was.Order), string(was.State), was.Counted, db.Micros(was.Modified), db.Micros(was.Tried))
	return n > 0, err
}

// OrderOf returns an order of a shop by the platform's number. Error: NotFound
// channel.order_unknown.
func OrderOf(ctx context.Context, r db.Reader, shop pavilion.ShopID, number string) (KeptOrder, error) {
	return knownOrder(db.One(ctx, r, scanKept, selectKept, string(shop), number))
}

// OrderBehind returns the platform's order behind one of ours. Error: NotFound
// channel.order_unknown.
func OrderBehind(ctx context.Context, r db.Reader, id pavilion.OrderID) (KeptOrder, error) {
	return knownOrder(db.One(ctx, r, scanKept, selectOurs, string(id)))
}

// CallOff tells whether we may call an order off, or pay some of it back, that was not shipped:
// one of a platform is for its buyer alone, and comes to us when the platform tells of it.
// Error: Conflict channel.only_buyer {number}.
func CallOff(ctx context.Context, r db.Reader, id pavilion.OrderID) error {
	k, found, err := db.One(ctx, r, scanKept, selectOurs, string(id))
	if err != nil || !found || k.State == OrderCancelled {
		return err
	}
	if ours, err := order.Get(ctx, r, nil, id); err != nil || ours.State != order.StatePaid {
		return err
	}
	return pavilion.E(pavilion.Conflict, "channel.only_buyer", pavilion.Args{"number": k.Number})
}

func knownOrder(k KeptOrder, found bool, err error) (KeptOrder, error) {
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "channel.order_unknown", nil)
	}
	return k, err
}

// OrderLines are the lines of a platform's order and ours that they became.
func OrderLines(ctx context.Context, r db.Reader, k KeptOrder) ([]OrderLine, error) {
	return db.All(ctx, r, func(row db.Scanner) (l OrderLine, err error) {
		return l, row.Scan(&l.Line, &l.Ref, &l.Quantity, &l.First, &l.Lines)
	}, selectLines, string(k.Shop), k.Number)
}

// Parked lists orders that wait for a person, the longest untried first, after one; the zero
// value begins.
func Parked(ctx context.Context, r db.Reader, after KeptOrder, limit int) ([]KeptOrder, error) {
	return db.All(ctx, r, scanKept, selectParked, db.Micros(after.Tried), after.Number, limit)
}

// CountParked counts them, and stops at most.
func CountParked(ctx context.Context, r db.Reader, most int64) (n int64, err error) {
	return n, r.QueryRow(ctx, countParked, most).Scan(&n)
}

func orderPurpose(shop pavilion.ShopID, number string) string {
	return "channel_order.came:" + string(shop) + "/" + number
}

// told is what the platform told of an order.
func (e *Engine) told(k KeptOrder) (o PlatformOrder, err error) {
	plain, err := e.o.Sealer.Open(k.came, orderPurpose(k.Shop, k.Number))
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(plain, &o)
}
