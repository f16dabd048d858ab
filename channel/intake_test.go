package channel_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/stock"
)

// world is a running intake over a warehouse that sells.
type world struct {
	t         testing.TB
	d         *db.DB
	intake    *channel.Intake
	warehouse pavilion.WarehouseID
	sealer    *db.Sealer
}

func eachWorld(t *testing.T, o channel.Options, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d, o)) })
}

func newWorld(t testing.TB, d *db.DB, o channel.Options) *world {
	t.Helper()
	sealer := dbtest.Sealer(t)
	w := &world{t: t, d: d, intake: channel.NewIntake(d, sealer, o), sealer: sealer}
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		w.warehouse, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		return err
	})
	if err := w.intake.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.intake.Stop)
	return w
}

func (w *world) must(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

// receive brings units of a SKU in.
func (w *world) receive(sku pavilion.SKUID, units int64) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *db.Tx) error {
		_, err := stock.Receive(ctx, tx, stock.Receipt{SKU: sku, LotCode: "L1", Warehouse: w.warehouse, Quantity: units, Cause: "delivery"})
		return err
	})
}

func (w *world) request(key string, sku pavilion.SKUID, quantity int64) order.Request {
	return order.Request{
		ID:      pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, w.d.Now()),
		Channel: "own", External: key, PhoneKey: key,
		ShipTo:   order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Street: "世纪大道 1 号"},
		Lines:    []order.RequestLine{{SKU: sku, Name: "巧克力", Quantity: quantity, Unit: money.New(1990, money.CNY)}},
		Delivery: money.New(0, money.CNY), PayBy: w.d.Now().Add(time.Hour), Provider: "test",
	}
}

func (w *world) place(key string, sku pavilion.SKUID) (order.Outcome, error) {
	return w.intake.Place(w.t.Context(), w.request(key, sku, 1))
}

func (w *world) orders() (n int) {
	w.t.Helper()
	err := w.d.Read(w.t.Context(), func(v *db.View) error {
		return v.QueryRow(w.t.Context(), "select count(*) from sale_order").Scan(&n)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) mustBeClean() {
	w.t.Helper()
	ctx := w.t.Context()
	err := w.d.Read(ctx, func(v *db.View) error {
		err := order.Verify(ctx, v, func(d order.Difference) error { w.t.Errorf("verify: %+v", d); return nil })
		return errors.Join(err, stock.Verify(ctx, v, func(d stock.Difference) error { w.t.Errorf("verify: %+v", d); return nil }))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestCrowdAtOneSKU(t *testing.T) {
	t.Parallel()
	eachWorld(t, channel.Options{}, func(t *testing.T, w *world) {
		const workers, tries, units = 64, 20, 300
		w.receive("sku_a", units)
		var mu sync.Mutex
		sold, refused := 0, 0
		var wg sync.WaitGroup
		for n := range workers {
			wg.Go(func() {
				for i := range tries {
					o, err := w.place(fmt.Sprintf("key-%d-%d", n, i), "sku_a")
					mu.Lock()
					switch {
					case err != nil:
						t.Errorf("place: %v", err)
					case o.Err == nil:
						sold++
					case o.Err.Reason == "stock.short":
						refused++
					default:
						t.Errorf("place: got %v, want stock.short", o.Err)
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if sold != units || refused != workers*tries-units || w.orders() != units {
			t.Errorf("got %d sold, %d refused, %d orders; want %d, %d, %d", sold, refused, w.orders(), units, workers*tries-units, units)
		}
		w.mustBeClean()
	})
}

func TestOneKeyIsOneOrder(t *testing.T) {
	t.Parallel()
	eachWorld(t, channel.Options{Set: 5}, func(t *testing.T, w *world) {
		w.receive("sku_a", 100)
		var mu sync.Mutex
		ids := map[pavilion.OrderID]int{}
		first := 0
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				o, err := w.place("the key", "sku_a")
				mu.Lock()
				defer mu.Unlock()
				if err != nil || o.Err != nil {
					t.Errorf("place: got %v, %v, want an order", err, o.Err)
				}
				ids[o.Order.ID]++
				if !o.Repeat {
					first++
				}
			})
		}
		wg.Wait()
		if len(ids) != 1 || first != 1 || w.orders() != 1 {
			t.Errorf("got %v, %d of them new, %d orders; want one", ids, first, w.orders())
		}
		w.mustBeClean()
	})
}

// TestTwoIntakes has two processes, so to speak, accept the same keys at the same time.
func TestTwoIntakes(t *testing.T) {
	t.Parallel()
	eachWorld(t, channel.Options{Set: 3}, func(t *testing.T, w *world) {
		const keys = 60
		w.receive("sku_a", keys)
		other := channel.NewIntake(w.d, dbtest.Sealer(t), channel.Options{Set: 4})
		if err := other.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer other.Stop()
		var mu sync.Mutex
		got := map[string]map[pavilion.OrderID]bool{}
		var wg sync.WaitGroup
		for n := range keys {
			key := fmt.Sprintf("key-%d", n)
			got[key] = map[pavilion.OrderID]bool{}
			for _, i := range []*channel.Intake{w.intake, other} {
				wg.Go(func() {
					o, err := i.Place(t.Context(), w.request(key, "sku_a", 1))
					mu.Lock()
					defer mu.Unlock()
					// Each intake has its own sealer here, so a repeat of the other's order does
					// not open; what counts is that there is one order.
					if pavilion.ReasonOf(err) == "db.seal_broken" {
						return
					}
					if err != nil || o.Err != nil {
						t.Errorf("place %s: got %v, %v, want an order", key, err, o.Err)
					}
					got[key][o.Order.ID] = true
				})
			}
		}
		wg.Wait()
		for key, ids := range got {
			if len(ids) > 1 {
				t.Errorf("%s: got %d orders, want one", key, len(ids))
			}
		}
		if w.orders() != keys {
			t.Errorf("got %d orders, want %d", w.orders(), keys)
		}
		w.mustBeClean()
	})
}

func TestStopAnswersEverybody(t *testing.T) {
	t.Parallel()
	eachWorld(t, channel.Options{Set: 7}, func(t *testing.T, w *world) {
		w.receive("sku_a", 1000)
		var mu sync.Mutex
		accepted := 0
		var wg sync.WaitGroup
		ready := make(chan struct{}, 200)
		for n := range 200 {
			wg.Go(func() {
				ready <- struct{}{}
				o, err := w.place(fmt.Sprintf("key-%d", n), "sku_a")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && o.Err == nil:
					accepted++
				case pavilion.ReasonOf(err) != "channel.closed":
					t.Errorf("place: got %v, %v, want an order or channel.closed", err, o.Err)
				}
			})
		}
		for range 100 {
			<-ready
		}
		w.intake.Stop()
		wg.Wait()
		if w.orders() != accepted {
			t.Errorf("got %d orders, want the %d that were acknowledged", w.orders(), accepted)
		}
		if _, err := w.place("after", "sku_a"); pavilion.KindOf(err) != pavilion.Unavailable {
			t.Errorf("after Stop: got %v, want Unavailable", err)
		}
		w.mustBeClean()
	})
}

// hold keeps the writer of a SQLite database busy until the returned function is called.
func (w *world) hold() (release func()) {
	began, done := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		w.must(func(context.Context, *db.Tx) error {
			close(began)
			<-done
			return nil
		})
	})
	<-began
	return func() { close(done); wg.Wait() }
}

func TestFullQueueSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t), channel.Options{Set: 1, Queue: 2})
	w.receive("sku_a", 100)
	release := w.hold()
	results := make(chan error, 20)
	for n := range 20 {
		go func() {
			_, err := w.place(fmt.Sprintf("key-%d", n), "sku_a")
			results <- err
		}()
	}
	// One is being accepted and two wait, so that at least seventeen are turned away.
	for range 17 {
		err := <-results
		e, ok := errors.AsType[*pavilion.Error](err)
		if !ok || e.Reason != "channel.busy" || e.Kind != pavilion.Limited || e.RetryAfter <= 0 {
			t.Errorf("got %v, want channel.busy with RetryAfter", err)
		}
	}
	release()
	for range 3 {
		if err := <-results; err != nil && pavilion.ReasonOf(err) != "channel.busy" {
			t.Errorf("got %v, want an order", err)
		}
	}
	w.mustBeClean()
}

func TestWhoLeavesGetsNoOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t), channel.Options{Set: 1})
	w.receive("sku_a", 100)
	release := w.hold()
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := w.place("first", "sku_a"); err != nil {
			t.Errorf("first: %v", err)
		}
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	if _, err := w.intake.Place(ctx, w.request("second", "sku_a", 1)); !errors.Is(err, gone) {
		t.Errorf("second: got %v, want that it is gone", err)
	}
	release()
	wg.Wait()
	w.intake.Stop()
	if n := w.orders(); n > 2 {
		t.Errorf("got %d orders, want at most two", n)
	}
	w.mustBeClean()
}

// TestBadOneFailsAlone has one request of a set fail in the database.
func TestBadOneFailsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t), channel.Options{})
	w.receive("sku_a", 100)
	w.must(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `create trigger bad before insert on sale_order when new.external_no = 'bad' begin select raise(abort, 'bad'); end`)
		return err
	})
	release := w.hold()
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			if o, err := w.place(fmt.Sprintf("key-%d", n), "sku_a"); err != nil || o.Err != nil {
				t.Errorf("a good one: got %v, %v, want an order", err, o.Err)
			}
		})
	}
	wg.Go(func() {
		if _, err := w.place("bad", "sku_a"); pavilion.KindOf(err) != pavilion.Internal {
			t.Errorf("the bad one: got %v, want Internal", err)
		}
	})
	release()
	wg.Wait()
	if w.orders() != 20 {
		t.Errorf("got %d orders, want 20", w.orders())
	}
	w.mustBeClean()
}

func TestSoldOutIsForgottenAtOnce(t *testing.T) {
	t.Parallel()
	eachWorld(t, channel.Options{}, func(t *testing.T, w *world) {
		w.receive("sku_a", 1)
		if o, err := w.place("first", "sku_a"); err != nil || o.Err != nil {
			t.Fatalf("first: got %v, %v, want an order", err, o.Err)
		}
		for n := range 10 { // some of them are refused from memory
			o, err := w.place(fmt.Sprintf("late-%d", n), "sku_a")
			if err != nil || o.Err == nil || o.Err.Reason != "stock.short" {
				t.Fatalf("late: got %v, %v, want stock.short", err, o.Err)
			}
		}
		if o, err := w.place("first", "sku_a"); err != nil || !o.Repeat {
			t.Errorf("first again: got %v, %v, want its order", err, o.Err)
		}
		w.receive("sku_a", 1)
		if o, err := w.place("second", "sku_a"); err != nil || o.Err != nil {
			t.Errorf("after goods came: got %v, %v, want an order", err, o.Err)
		}
		w.mustBeClean()
	})
}
