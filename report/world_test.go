package report_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/report"
	"pavilion/stock"
)

const provider = "test"

// zone is eight hours before UTC, so that the market's days are not the clock's.
var zone = time.FixedZone("market", 8*60*60)

func cny(minor int64) money.Money { return money.New(minor, money.CNY) }

// world is a pavilion with the goods of two producers, whose figures are counted by jobs.
type world struct {
	t         testing.TB
	d         *db.DB
	clock     *dbtest.Clock
	sealer    *db.Sealer
	jobs      *job.Runner
	warehouse pavilion.WarehouseID
	producers [2]pavilion.ProducerID
	products  [3]catalog.Product
	skus      [3]pavilion.SKUID // of each product
	made      int               // numbers what the test makes
}

func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d, clock)) })
}

func newWorld(t testing.TB, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	w := &world{t: t, d: d, clock: clock, sealer: dbtest.Sealer(t)}
	f := job.NewFlow()
	job.On(f, report.Reaction, func(ctx context.Context, run *job.Run, fact order.Paid) error { return count(ctx, run, fact.Order) })
	job.On(f, report.Reaction, func(ctx context.Context, run *job.Run, fact order.Refunded) error { return count(ctx, run, fact.Order) })
	job.On(f, report.Reaction, func(ctx context.Context, run *job.Run, fact order.Cancelled) error {
		return count(ctx, run, fact.Order)
	})
	w.jobs = job.NewRunner(d, f, job.Options{})
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		w.warehouse, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		if err != nil {
			return err
		}
		for i := range w.producers {
			p := catalog.Producer{Country: "KZ", TaxNumber: fmt.Sprint(i), LegalName: pavilion.Text{"en": fmt.Sprintf("Factory %d", i)}}
			if w.producers[i], err = catalog.SaveProducer(ctx, tx, p); err != nil {
				return err
			}
		}
		for i := range w.products {
			if err := w.addGoods(ctx, tx, i); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func count(ctx context.Context, run *job.Run, id pavilion.OrderID) error {
	return run.DB.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error {
		if err := report.Count(ctx, tx, zone, id); err != nil {
			return err
		}
		return run.Done(ctx, tx)
	})
}

// addGoods makes the ith product: the first two are of the first producer.
func (w *world) addGoods(ctx context.Context, tx *db.Tx, i int) (err error) {
	p := &w.products[i]
	*p = catalog.Product{Producer: w.producers[i/2], Category: []string{"chocolate", "dairy", "dairy"}[i], Origin: "KZ", Name: pavilion.Text{"en": fmt.Sprintf("Goods %d", i)}}
	if p.ID, err = catalog.SaveProduct(ctx, tx, *p); err != nil {
		return err
	}
	digits := fmt.Sprintf("487%09d", i)
	w.skus[i], err = catalog.SaveSKU(ctx, tx, catalog.SKU{
		Product: p.ID, GTIN: catalog.GTIN(digits + string(catalog.CheckDigit(digits))), Net: catalog.Measure{Milli: 100_000, Unit: "g"},
	})
	if err != nil {
		return err
	}
	_, err = stock.Receive(ctx, tx, stock.Receipt{SKU: w.skus[i], LotCode: "L1", Warehouse: w.warehouse, Quantity: 1_000_000, Cause: "delivery"})
	return err
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

func (w *world) read(fn func(ctx context.Context, v *db.View) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.d.Read(ctx, func(v *db.View) error { return fn(ctx, v) }); err != nil {
		w.t.Fatal(err)
	}
}

// run does every reaction that waits.
func (w *world) run() {
	w.t.Helper()
	if _, err := w.jobs.RunDue(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func line(sku pavilion.SKUID, quantity, unit, tax int64) order.RequestLine {
	return order.RequestLine{SKU: sku, Name: "商品", Quantity: quantity, Unit: cny(unit), Tax: cny(tax)}
}

// request is an unpaid order at the own shop.
func (w *world) request(lines ...order.RequestLine) order.Request {
	w.made++
	return order.Request{
		ID:      pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, w.clock.Now()),
		Channel: "own", External: fmt.Sprintf("key-%d", w.made), PhoneKey: fmt.Sprintf("phone-%d", w.made), Lang: pavilion.Chinese,
		ShipTo: order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Province: "上海市", City: "上海市", District: "浦东新区", Street: "世纪大道 1 号"},
		Lines:  lines, Delivery: cny(800), PayBy: w.clock.Now().Add(30 * time.Minute), Provider: provider,
	}
}

// paidAtChannel is the request as a marketplace sends it that was paid already.
func paidAtChannel(r order.Request) order.Request {
	r.Channel, r.PayBy, r.Provider = "market", time.Time{}, ""
	return r
}

func (w *world) accept(r order.Request) (o order.Outcome) {
	w.t.Helper()
	draft, err := order.Prepare(w.sealer, r)
	if err != nil {
		w.t.Fatal(err)
	}
	w.must(func(ctx context.Context, tx *db.Tx) error {
		got, err := order.Accept(ctx, tx, w.sealer, []order.Draft{draft})
		if err == nil {
			o = got[0]
		}
		return err
	})
	if o.Err != nil {
		w.t.Fatalf("accept: got %v, want an order", o.Err)
	}
	return o
}

func (w *world) pay(i payment.Intent) {
	w.t.Helper()
	w.made++
	word := payment.Word{NoticeID: fmt.Sprintf("notice-%d", w.made), Intent: i.ID, State: payment.StatePaid, Amount: i.Amount}
	w.must(func(ctx context.Context, tx *db.Tx) error { return order.Hear(ctx, tx, provider, word) })
}

// buy places and pays an order, and counts it.
func (w *world) buy(lines ...order.RequestLine) order.Order {
	w.t.Helper()
	o := w.accept(w.request(lines...))
	w.pay(o.Intent)
	w.run()
	return o.Order
}

func (w *world) differences() (found []report.Difference) {
	w.t.Helper()
	w.read(func(ctx context.Context, v *db.View) error {
		return report.Verify(ctx, v, func(d report.Difference) error {
			found = append(found, d)
			return nil
		})
	})
	return found
}

func (w *world) mustBeClean() {
	w.t.Helper()
	for _, d := range w.differences() {
		w.t.Errorf("verify: got %+v, want no difference", d)
	}
}
