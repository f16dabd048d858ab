package order_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/order"
	"pavilion/payment"
)

func TestAcceptAnswersEachOfASet(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		few, many := w.goods(3), w.goods(100)
		before := w.request(line(many, 1))
		first := w.accept(before)[0]
		two, tooMany, one := w.request(line(few, 2), line(many, 5)), w.request(line(few, 2)), w.request(line(few, 1))
		again := two
		again.ID = pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, w.clock.Now())
		got := w.accept(two, tooMany, again, before, one)

		if got[0].Err != nil || got[0].Repeat || got[0].Intent.Amount != got[0].Order.Total {
			t.Errorf("two: got %+v, want a new order with an intent for all of it", got[0])
		}
		if got[1].Err == nil || got[1].Err.Reason != "stock.short" {
			t.Errorf("too many: got %v, want stock.short", got[1].Err)
		}
		if !got[2].Repeat || got[2].Order.ID != got[0].Order.ID || got[2].Intent != got[0].Intent {
			t.Errorf("the same twice in a set: got %+v, want the first's order", got[2])
		}
		if !got[3].Repeat || got[3].Order.ID != first.Order.ID || got[3].Intent.ID != first.Intent.ID {
			t.Errorf("placed before: got %+v, want that order", got[3])
		}
		if got[4].Err != nil {
			t.Errorf("one: got %v, want an order", got[4].Err)
		}
		for query, want := range map[string]int{
			"select count(*) from sale_order":                              3,
			"select count(*) from order_line":                              4,
			"select count(*) from order_event":                             3,
			"select count(*) from payment_intent":                          3,
			"select count(*) from fact where kind = 'order.accepted'":      3,
			"select count(*) from reservation where state = 'active'":      4,
			"select count(distinct number) from sale_order":                3,
			"select count(*) from sale_order where goods_minor = 7 * 1990": 1,
		} {
			if got := w.count(query); got != want {
				t.Errorf("%s: got %d, want %d", query, got, want)
			}
		}
		w.mustBeClean()
	})
}

// TestAcceptedIsWhatIsRead compares an accepted order with the one that is read back.
func TestAcceptedIsWhatIsRead(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		r := w.request(line(w.goods(5), 2), line(w.goods(5), 1))
		r.Lines[1].Tax = cny(181)
		r.Buyer, r.Shop, r.Simulated = "byr_x", "flagship", true
		o := w.accept(r)[0].Order
		if diff := cmp.Diff(o, w.get(o.ID), cmp.AllowUnexported(o.Total)); diff != "" {
			t.Errorf("read back (-accepted +read):\n%s", diff)
		}
		if want := cny(3*1990 + 181 + 800); o.Total != want || o.Goods != cny(3*1990) || o.Tax != cny(181) {
			t.Errorf("total: got %v, want %v", o.Total, want)
		}
		ctx := t.Context()
		err := w.d.Read(ctx, func(v *db.View) error {
			if found, err := order.ByNumber(ctx, v, w.sealer, o.Number, r.PhoneKey); err != nil || found.ShipTo != r.ShipTo {
				t.Errorf("by number: got %v, want the order", err)
			}
			for _, wrong := range []string{"", "another"} {
				if _, err := order.ByNumber(ctx, v, w.sealer, o.Number, wrong); pavilion.KindOf(err) != pavilion.NotFound {
					t.Errorf("by number and phone %q: got %v, want NotFound", wrong, err)
				}
			}
			if list, err := order.OfBuyer(ctx, v, "byr_x", "", 10); err != nil || len(list) != 1 || list[0].ID != o.ID || len(list[0].Lines) != 2 {
				t.Errorf("of buyer: got %v, %v, want the order", list, err)
			}
			if list, err := order.OfBuyer(ctx, v, "", "", 10); err != nil || len(list) != 0 {
				t.Errorf("of nobody: got %v, %v, want none", list, err)
			}
			if list, err := order.List(ctx, v, order.Filter{State: order.StateUnpaid}, o.ID, 10); err != nil || len(list) != 0 {
				t.Errorf("before the first: got %v, %v, want none", list, err)
			}
			placed, err := order.Placed(ctx, v, w.sealer, "own", "flagship", r.External)
			if err != nil || placed.Order.ID != o.ID {
				t.Errorf("placed: got %v, %v, want the order", placed.Order.ID, err)
			}
			if placed, err = order.Placed(ctx, v, w.sealer, "own", "", r.External); err != nil || placed.Repeat {
				t.Errorf("placed in another shop: got %v, %v, want nothing", placed.Order.ID, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestBigSets crosses the sizes that statements are made for.
func TestBigSets(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(150)
		var requests []order.Request
		for range 300 {
			requests = append(requests, w.request(line(sku, 1)))
		}
		granted := 0
		for i, o := range w.accept(requests...) {
			if (o.Err == nil) != (i < 150) {
				t.Fatalf("request %d: got %v; want the first 150 granted", i, o.Err)
			}
			if o.Err == nil {
				granted++
			}
		}
		repeats := 0
		for _, o := range w.accept(requests...) {
			if o.Repeat {
				repeats++
			}
		}
		if granted != 150 || repeats != 150 || w.free(sku) != 0 {
			t.Errorf("got %d granted, %d repeats, %d left; want 150, 150, 0", granted, repeats, w.free(sku))
		}
		w.mustBeClean()
	})
}

func TestPaidAtTheChannel(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		r := w.request(line(w.goods(1), 1))
		r.PayBy, r.Provider = time.Time{}, ""
		o := w.accept(r)[0]
		if o.Err != nil || o.Order.State != order.StatePaid || o.Intent != (payment.Intent{}) {
			t.Fatalf("got %+v, want a paid order without an intent", o)
		}
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.Cancel(ctx, tx, o.Order.ID, "test") })
		if got := w.get(o.Order.ID); got.Refunded != got.Total {
			t.Errorf("refunded: got %v, want %v", got.Refunded, got.Total)
		}
		if n := w.count("select count(*) from fact where kind = 'order.refunded'"); n != 1 {
			t.Errorf("facts for the channel: got %d, want 1", n)
		}
		w.mustBeClean()
	})
}

func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	w := &world{t: t, clock: dbtest.NewClock(), sealer: dbtest.Sealer(t)}
	good := func() order.Request { return w.request(line("sku_x", 1)) }
	for name, c := range map[string]struct {
		spoil  func(r *order.Request)
		reason string
		field  string
	}{
		"no lines":        {func(r *order.Request) { r.Lines = nil }, "order.malformed", "lines"},
		"no units":        {func(r *order.Request) { r.Lines[0].Quantity = 0 }, "order.malformed", "lines"},
		"negative price":  {func(r *order.Request) { r.Lines[0].Unit = cny(-1) }, "order.malformed", "lines"},
		"no key":          {func(r *order.Request) { r.External = "" }, "order.malformed", "external"},
		"foreign id":      {func(r *order.Request) { r.ID = "1" }, "order.malformed", "id"},
		"NUL in a name":   {func(r *order.Request) { r.ShipTo.Name = "a\x00b" }, "order.malformed", "name"},
		"not UTF-8":       {func(r *order.Request) { r.ShipTo.Street = "\xff" }, "order.malformed", "street"},
		"long text":       {func(r *order.Request) { r.ShipTo.City = strings.Repeat("x", 501) }, "order.malformed", "city"},
		"nobody to pay":   {func(r *order.Request) { r.Provider = "" }, "order.malformed", "provider"},
		"nothing to pay":  {func(r *order.Request) { r.Lines[0].Unit, r.Delivery = cny(0), cny(0) }, "order.nothing_to_pay", "lines"},
		"too dear":        {func(r *order.Request) { r.Lines[0].Unit, r.Lines[0].Quantity = cny(1<<62), 9 }, "money.overflow", ""},
		"delivery in yen": {func(r *order.Request) { r.Delivery = jpy(5) }, "money.currencies_differ", ""},
		"lines in two kinds": {func(r *order.Request) {
			r.Lines = append(r.Lines, order.RequestLine{SKU: "s", Quantity: 1, Unit: jpy(5)})
		}, "money.currencies_differ", ""},
	} {
		r := good()
		c.spoil(&r)
		_, err := order.Prepare(w.sealer, r)
		e, ours := errors.AsType[*pavilion.Error](err)
		if !ours || e.Kind != pavilion.Invalid || e.Reason != c.reason || e.Field != c.field {
			t.Errorf("%s: got %v, want %s at %s", name, err, c.reason, c.field)
		}
	}
	if _, err := order.Prepare(w.sealer, good()); err != nil {
		t.Errorf("a good one: got %v, want none", err)
	}
}

func TestRecipientIsSealed(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(5)
		a, b := w.place(line(sku, 1)).Order, w.place(line(sku, 1)).Order
		for _, word := range []string{"收件人", "13800138000", "世纪大道"} {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", a, a, a.ShipTo), word) {
				t.Errorf("a printed order shows %s", word)
			}
		}
		ctx := t.Context()
		var sealed []byte
		err := w.d.Read(ctx, func(v *db.View) error {
			return v.QueryRow(ctx, "select ship_to from sale_order where id = $1", a.ID).Scan(&sealed)
		})
		if err != nil || bytes.Contains(sealed, []byte("13800138000")) || len(sealed) == 0 {
			t.Errorf("the row: got %q, %v; want something sealed", sealed, err)
		}
		w.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "update sale_order set ship_to = $1 where id = $2", sealed, b.ID)
			return err
		})
		err = w.d.Read(ctx, func(v *db.View) error {
			_, err := order.Get(ctx, v, w.sealer, b.ID)
			return err
		})
		if pavilion.ReasonOf(err) != "db.seal_broken" {
			t.Errorf("a recipient moved to another order: got %v, want db.seal_broken", err)
		}
		want := order.ShipTo{Name: "收****", Phone: "+86138****8000", Country: "CN", Province: "上海市", City: "上海市", District: "浦东新区", Street: "****"}
		if got := a.ShipTo.Masked(); got != want {
			t.Errorf("masked: got %s %s %s, want %s %s %s", got.Name, got.Phone, got.Street, want.Name, want.Phone, want.Street)
		}
	})
}

func TestForget(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		r := w.request(line(w.goods(5), 1))
		r.Buyer = "byr_x"
		id := w.accept(r)[0].Order.ID
		forget := func() error {
			return w.do(func(ctx context.Context, tx *db.Tx) error { return order.Forget(ctx, tx, "byr_x") })
		}
		if err := forget(); pavilion.ReasonOf(err) != "order.under_way" {
			t.Errorf("while it is unpaid: got %v, want order.under_way", err)
		}
		w.late()
		if err := forget(); err != nil {
			t.Fatal(err)
		}
		if o := w.get(id); o.Buyer != "" || o.PhoneKey != "" || o.ShipTo != (order.ShipTo{}) || o.Total.IsZero() {
			t.Errorf("got %+v, want an order of nobody", o)
		}
		w.mustBeClean()
	})
}

// TestCrowdAtOneSKU has 64 workers accept at the same time, as so many processes on one
// PostgreSQL would.
func TestCrowdAtOneSKU(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		const workers, tries, units = 64, 8, 200
		sku := w.goods(units)
		var drafts [][]order.Draft
		for range workers * tries {
			drafts = append(drafts, w.prepare(w.request(line(sku, 1))))
		}
		var mu sync.Mutex
		sold := 0
		var wg sync.WaitGroup
		for n := range workers {
			wg.Go(func() {
				for i := range tries {
					var out []order.Outcome
					err := w.do(func(ctx context.Context, tx *db.Tx) (err error) {
						out, err = order.Accept(ctx, tx, w.sealer, drafts[n*tries+i])
						return err
					})
					mu.Lock()
					if err != nil {
						t.Errorf("accept: %v", err)
					} else if out[0].Err == nil {
						sold++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if sold != units || w.free(sku) != 0 {
			t.Errorf("got %d sold and %d left, want %d and 0", sold, w.free(sku), units)
		}
		w.mustBeClean()
	})
}
