package shipment_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/stock"
)

// TestMain has the property tests, each case of which writes to disk some dozens of times,
// try thirty cases instead of a hundred; -rapid.checks asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// world is a database with a warehouse that sells and plenty of one SKU in it.
type world struct {
	t      testing.TB
	d      *db.DB
	clock  *dbtest.Clock
	sealer *db.Sealer
	sku    pavilion.SKUID
	made   int // numbers what the test makes
}

func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d, clock)) })
}

func newWorld(t testing.TB, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	w := &world{t: t, d: d, clock: clock, sealer: dbtest.Sealer(t), sku: pavilion.NewID[pavilion.SKUID](pavilion.PrefixSKU, clock.Now())}
	w.must(func(ctx context.Context, tx *db.Tx) error {
		warehouse, err := stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		if err != nil {
			return err
		}
		_, err = stock.Receive(ctx, tx, stock.Receipt{SKU: w.sku, LotCode: "L1", Warehouse: warehouse, Quantity: 1_000_000, Cause: "delivery"})
		return err
	})
	return w
}

func (w *world) do(fn func(ctx context.Context, tx *db.Tx) error) error {
	ctx := context.Background()
	w.clock.Advance(1000)
	return w.d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error { return fn(ctx, tx) })
}

func (w *world) must(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.do(fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(fn func(ctx context.Context, v *db.View) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.d.Read(ctx, func(v *db.View) error { return fn(ctx, v) }); err != nil {
		w.t.Fatal(err)
	}
}

// paid accepts an order that its channel was paid for, one line for each quantity.
func (w *world) paid(quantities ...int64) order.Order {
	w.t.Helper()
	w.made++
	r := order.Request{
		ID:      pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, w.clock.Now()),
		Channel: "jd", External: fmt.Sprintf("jd-%d", w.made), PhoneKey: "phone", Lang: pavilion.Chinese,
		ShipTo: order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Province: "上海市", City: "上海市", Street: "世纪大道 1 号"},
	}
	for _, q := range quantities {
		r.Lines = append(r.Lines, order.RequestLine{SKU: w.sku, Name: "巧克力", Quantity: q, Unit: money.New(1990, money.CNY)})
	}
	draft, err := order.Prepare(w.sealer, r)
	if err != nil {
		w.t.Fatal(err)
	}
	var outcomes []order.Outcome
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		outcomes, err = order.Accept(ctx, tx, w.sealer, []order.Draft{draft})
		return err
	})
	if outcomes[0].Err != nil {
		w.t.Fatal(outcomes[0].Err)
	}
	return outcomes[0].Order
}

// waybill is a number no parcel has yet.
func (w *world) waybill() string {
	w.made++
	return fmt.Sprintf("SF%013d", w.made)
}

// draft is a parcel with a waybill that holds so many units of the lines, from the first.
func (w *world) draft(quantities ...int64) shipment.Draft {
	d := shipment.Draft{Carrier: "sf", Waybill: w.waybill(), WeightG: 500}
	for i, q := range quantities {
		d.Lines = append(d.Lines, shipment.Line{Line: i + 1, Quantity: q})
	}
	return d
}

func (w *world) pack(id pavilion.OrderID, drafts ...shipment.Draft) (ps []shipment.Parcel, err error) {
	err = w.do(func(ctx context.Context, tx *db.Tx) (err error) {
		ps, err = shipment.Pack(ctx, tx, id, drafts...)
		return err
	})
	return ps, err
}

func (w *world) mustPack(id pavilion.OrderID, drafts ...shipment.Draft) []shipment.Parcel {
	w.t.Helper()
	ps, err := w.pack(id, drafts...)
	if err != nil {
		w.t.Fatal(err)
	}
	return ps
}

func (w *world) ship(id pavilion.OrderID) error {
	return w.do(func(ctx context.Context, tx *db.Tx) error { return shipment.Ship(ctx, tx, id) })
}

func (w *world) order(id pavilion.OrderID) (o order.Order, ps []shipment.Parcel) {
	w.t.Helper()
	w.read(func(ctx context.Context, v *db.View) (err error) {
		if o, err = order.Get(ctx, v, w.sealer, id); err != nil {
			return err
		}
		ps, err = shipment.Of(ctx, v, id)
		return err
	})
	return o, ps
}

// mustBeClean checks that parcels, orders and stock agree.
func (w *world) mustBeClean() {
	w.t.Helper()
	w.read(func(ctx context.Context, v *db.View) error {
		if err := shipment.Verify(ctx, v, func(d shipment.Difference) error { w.t.Errorf("shipment: %+v", d); return nil }); err != nil {
			return err
		}
		if err := order.Verify(ctx, v, func(d order.Difference) error { w.t.Errorf("order: %+v", d); return nil }); err != nil {
			return err
		}
		return stock.Verify(ctx, v, func(d stock.Difference) error { w.t.Errorf("stock: %v", d); return nil })
	})
}

// mustFail checks the reason of a refusal.
func mustFail(t *testing.T, what string, err error, reason string) {
	t.Helper()
	if err == nil || pavilion.ReasonOf(err) != reason {
		t.Errorf("%s: got %v, want %s", what, err, reason)
	}
}
