package order_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/stock"
)

const (
	provider  = "test"
	payWithin = 30 * time.Minute
)

// world is a database with a warehouse that sells.
type world struct {
	t         testing.TB
	d         *db.DB
	clock     *dbtest.Clock
	sealer    *db.Sealer
	warehouse pavilion.WarehouseID
	made      int // numbers what the test makes
}

func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d, clock)) })
}

func newWorld(t testing.TB, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	w := &world{t: t, d: d, clock: clock, sealer: dbtest.Sealer(t)}
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		w.warehouse, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		return err
	})
	return w
}

func (w *world) do(fn func(ctx context.Context, tx *db.Tx) error) error {
	ctx := context.Background()
	return w.d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error { return fn(ctx, tx) })
}

func (w *world) must(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.do(fn); err != nil {
		w.t.Fatal(err)
	}
}

// goods brings units of a new SKU in.
func (w *world) goods(units int64) pavilion.SKUID {
	w.t.Helper()
	sku := pavilion.NewID[pavilion.SKUID](pavilion.PrefixSKU, w.clock.Now())
	w.must(func(ctx context.Context, tx *db.Tx) error {
		_, err := stock.Receive(ctx, tx, stock.Receipt{SKU: sku, LotCode: "L1", Warehouse: w.warehouse, Quantity: units, Cause: "delivery"})
		return err
	})
	return sku
}

func cny(minor int64) money.Money { return money.New(minor, money.CNY) }

func line(sku pavilion.SKUID, quantity int64) order.RequestLine {
	return order.RequestLine{SKU: sku, Name: "巧克力 100 克", Quantity: quantity, Unit: cny(1990), Tax: cny(0)}
}

// request is an unpaid order for the lines with a key of its own.
func (w *world) request(lines ...order.RequestLine) order.Request {
	w.made++
	return order.Request{
		ID:      pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, w.clock.Now()),
		Channel: "own", External: fmt.Sprintf("key-%d", w.made), PhoneKey: fmt.Sprintf("phone-%d", w.made), Lang: pavilion.Chinese,
		ShipTo: order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Province: "上海市", City: "上海市", District: "浦东新区", Street: "世纪大道 1 号"},
		Lines:  lines, Delivery: cny(800), PayBy: w.clock.Now().Add(payWithin), Provider: provider,
	}
}

func (w *world) prepare(requests ...order.Request) []order.Draft {
	w.t.Helper()
	drafts := make([]order.Draft, len(requests))
	for i, r := range requests {
		var err error
		if drafts[i], err = order.Prepare(w.sealer, r); err != nil {
			w.t.Fatal(err)
		}
	}
	return drafts
}

func (w *world) accept(requests ...order.Request) (outcomes []order.Outcome) {
	w.t.Helper()
	drafts := w.prepare(requests...)
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		outcomes, err = order.Accept(ctx, tx, w.sealer, drafts)
		return err
	})
	return outcomes
}

// place accepts one order that must be granted.
func (w *world) place(lines ...order.RequestLine) order.Outcome {
	w.t.Helper()
	o := w.accept(w.request(lines...))[0]
	if o.Err != nil {
		w.t.Fatalf("place: got %v, want an order", o.Err)
	}
	return o
}

func (w *world) get(id pavilion.OrderID) (o order.Order) {
	w.t.Helper()
	err := w.d.Read(context.Background(), func(v *db.View) (err error) {
		o, err = order.Get(context.Background(), v, w.sealer, id)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// hear passes on what the provider says about an intent.
func (w *world) hear(i payment.Intent, state payment.State) error {
	w.made++
	word := payment.Word{NoticeID: fmt.Sprintf("notice-%d", w.made), Intent: i.ID, State: state, Amount: i.Amount}
	return w.do(func(ctx context.Context, tx *db.Tx) error { return order.Hear(ctx, tx, provider, word) })
}

func (w *world) pay(i payment.Intent) {
	w.t.Helper()
	if err := w.hear(i, payment.StatePaid); err != nil {
		w.t.Fatal(err)
	}
}

// intent makes another intent for an order, as a shopper has who opens two payment pages.
func (w *world) intent(o order.Order) (i payment.Intent) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		i, err = payment.Create(ctx, tx, string(o.ID), o.Total, provider, o.PayBy)
		return err
	})
	return i
}

// expire ends what is due now.
func (w *world) expire() (n int) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = order.Expire(ctx, tx, tx.Now(), 100)
		return err
	})
	return n
}

// late lets the time to pay pass and expires.
func (w *world) late() {
	w.t.Helper()
	w.clock.Advance(payWithin)
	w.expire()
}

func (w *world) free(sku pavilion.SKUID) (units int64) {
	w.t.Helper()
	err := w.d.Read(context.Background(), func(v *db.View) error {
		a, err := stock.Available(context.Background(), v, "own", []pavilion.SKUID{sku})
		units = a[sku].Quantity
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return units
}

// refunded is what was asked back of an intent.
func (w *world) refunded(id pavilion.IntentID) (sum int64) {
	w.t.Helper()
	err := w.d.Read(context.Background(), func(v *db.View) error {
		refunds, err := payment.Refunds(context.Background(), v, id)
		for _, r := range refunds {
			sum += r.Amount.Minor()
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	err := w.d.Read(context.Background(), func(v *db.View) error {
		return v.QueryRow(context.Background(), query, args...).Scan(&n)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// mustBe checks the state of an order.
func (w *world) mustBe(id pavilion.OrderID, want order.State) {
	w.t.Helper()
	if got := w.get(id); got.State != want {
		w.t.Errorf("order: got %s (%s), want %s", got.State, got.Reason, want)
	}
}

// differences is what Verify finds, in orders and in stock.
func (w *world) differences() (found []string) {
	w.t.Helper()
	ctx := context.Background()
	err := w.d.Read(ctx, func(v *db.View) error {
		err := order.Verify(ctx, v, func(d order.Difference) error {
			found = append(found, fmt.Sprintf("%+v", d))
			return nil
		})
		if err != nil {
			return err
		}
		return stock.Verify(ctx, v, func(d stock.Difference) error {
			found = append(found, fmt.Sprintf("%+v", d))
			return nil
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

func (w *world) mustBeClean() {
	w.t.Helper()
	for _, d := range w.differences() {
		w.t.Errorf("verify: %s", d)
	}
}

func jpy(minor int64) money.Money { return money.New(minor, "JPY") }
