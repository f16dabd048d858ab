package report_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/report"
)

// sort puts a product into a category.
func (w *world) sort(i int, category string) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *db.Tx) error {
		page, err := catalog.Lookup(ctx, tx, w.products[i].ID, "own")
		if err != nil {
			return err
		}
		w.products[i] = page.Product
		w.products[i].Category = category
		_, err = catalog.SaveProduct(ctx, tx, w.products[i])
		return err
	})
}

// life is an order with what the plain recount must know of it.
type life struct {
	id         pavilion.OrderID
	request    order.Request
	unpaid     []payment.Intent
	paidOn     pavilion.Date // "" until it is paid
	categories []string      // of each line, when it was paid
}

// model is the orders of one case.
type model struct {
	w     *world
	lives []*life
}

func (m *model) place(t *rapid.T) {
	var lines []order.RequestLine
	for range rapid.IntRange(1, 3).Draw(t, "lines") {
		lines = append(lines, line(m.w.skus[rapid.IntRange(0, 2).Draw(t, "sku")],
			rapid.Int64Range(1, 7).Draw(t, "quantity"), rapid.Int64Range(0, 999).Draw(t, "unit"), rapid.Int64Range(0, 99).Draw(t, "tax")))
	}
	r := m.w.request(lines...)
	r.Simulated = rapid.IntRange(0, 4).Draw(t, "simulated") == 0
	l := &life{id: r.ID}
	if rapid.Bool().Draw(t, "at a marketplace") {
		r = paidAtChannel(r)
		l.request = r
		m.paid(l)
	}
	l.request = r
	if o := m.w.accept(r); o.Intent.ID != "" {
		l.unpaid = []payment.Intent{o.Intent}
	}
	m.lives = append(m.lives, l)
}

// paid notes what must stay true of the sale from now on.
func (m *model) paid(l *life) {
	l.paidOn = pavilion.DateOf(m.w.clock.Now(), zone)
	for _, line := range l.request.Lines {
		l.categories = append(l.categories, m.w.products[slices.Index(m.w.skus[:], line.SKU)].Category)
	}
}

func (m *model) draw(t *rapid.T, states ...order.State) (*life, order.Order) {
	var some []*life
	var orders []order.Order
	for _, l := range m.lives {
		if o := m.get(l.id); slices.Contains(states, o.State) {
			some, orders = append(some, l), append(orders, o)
		}
	}
	if len(some) == 0 {
		t.Skip("no such order")
	}
	i := rapid.IntRange(0, len(some)-1).Draw(t, "order")
	return some[i], orders[i]
}

func (m *model) get(id pavilion.OrderID) (o order.Order) {
	m.w.read(func(ctx context.Context, v *db.View) (err error) {
		o, err = order.Get(ctx, v, nil, id)
		return err
	})
	return o
}

func (m *model) pay(t *rapid.T) {
	l, _ := m.draw(t, order.StateUnpaid)
	m.w.pay(l.unpaid[0])
	l.unpaid = nil
	m.paid(l)
}

func (m *model) cancel(t *rapid.T) {
	l, _ := m.draw(t, order.StateUnpaid, order.StatePaid)
	m.w.must(func(ctx context.Context, tx *db.Tx) error { return order.Cancel(ctx, tx, l.id, "test") })
}

func (m *model) refund(t *rapid.T) {
	l, o := m.draw(t, order.StatePaid, order.StateShipped)
	i := rapid.IntRange(0, len(o.Lines)-1).Draw(t, "line")
	left := o.Lines[i].Quantity - o.Lines[i].Refunded
	if left == 0 {
		t.Skip("all of it is refunded")
	}
	n := rapid.Int64Range(1, left).Draw(t, "units")
	m.w.must(func(ctx context.Context, tx *db.Tx) error {
		return order.Refund(ctx, tx, l.id, []order.RefundLine{{Line: i + 1, Quantity: n}}, "test", false)
	})
}

func (m *model) ship(t *rapid.T) {
	l, _ := m.draw(t, order.StatePaid)
	m.w.must(func(ctx context.Context, tx *db.Tx) error { return order.Ship(ctx, tx, l.id) })
}

// sort moves a product after everything sold so far was counted: who is counted late is
// counted where the product stands by then.
func (m *model) sort(t *rapid.T) {
	m.w.run()
	m.w.sort(rapid.IntRange(0, 2).Draw(t, "product"), rapid.SampledFrom([]string{"", "chocolate", "dairy", "snacks"}).Draw(t, "category"))
}

// again counts an order that was or was not counted, which must change nothing in the end.
func (m *model) again(t *rapid.T) {
	l, _ := m.draw(t, order.States...)
	m.w.must(func(ctx context.Context, tx *db.Tx) error { return report.Count(ctx, tx, zone, l.id) })
}

func (m *model) time(t *rapid.T) {
	m.w.clock.Advance(time.Duration(rapid.IntRange(1, 9).Draw(t, "hours")) * time.Hour)
}

// key is a sum as the plain recount knows it.
type key struct {
	kind      report.Kind
	key       string
	day       pavilion.Date
	channel   string
	simulated bool
}

type numbers struct{ orders, units, minor, refundedUnits, refundedMinor int64 }

// recount adds the orders as they are to the sums. It shares nothing with the package but
// the orders.
func (m *model) recount(sums map[key]numbers) map[key]numbers {
	for _, l := range m.lives {
		if l.paidOn == "" {
			continue
		}
		o := m.get(l.id)
		once := map[key]bool{}
		for i, line := range o.Lines {
			refunded := line.Refunded
			if o.State == order.StateCancelled {
				refunded = line.Quantity
			}
			back, err := line.Worth(refunded)
			if err != nil {
				m.w.t.Fatal(err)
			}
			product := slices.Index(m.w.skus[:], line.SKU)
			for _, k := range []key{
				{report.All, "", l.paidOn, o.Channel, o.Simulated},
				{report.Categories, l.categories[i], l.paidOn, o.Channel, o.Simulated},
				{report.Producers, string(m.w.producers[product/2]), l.paidOn, o.Channel, o.Simulated},
				{report.SKUs, string(line.SKU), l.paidOn, o.Channel, o.Simulated},
			} {
				n := sums[k]
				if !once[k] {
					once[k] = true
					n.orders++
				}
				n.units, n.minor = n.units+line.Quantity, n.minor+line.Total.Minor()
				n.refundedUnits, n.refundedMinor = n.refundedUnits+refunded, n.refundedMinor+back.Minor()
				sums[k] = n
			}
		}
	}
	return sums
}

// stored is every sum that there is.
func (w *world) stored() map[key]numbers {
	w.t.Helper()
	sums := map[key]numbers{}
	w.read(func(ctx context.Context, v *db.View) error {
		_, err := db.All(ctx, v, func(s db.Scanner) (none struct{}, err error) {
			var k key
			var n numbers
			err = s.Scan(&k.kind, &k.key, &k.day, &k.channel, &k.simulated, &n.orders, &n.units, &n.minor, &n.refundedUnits, &n.refundedMinor)
			sums[k] = n
			return none, err
		}, `select kind, key, day, channel, simulated, orders, units, minor, refunded_units, refunded_minor from sales_day`)
		return err
	})
	return sums
}

// TestFiguresAgainstRecount takes random steps over the lives of orders, with their reactions
// early, late and twice, and compares every figure with a plain recount; at the end the
// figures are built anew, and the sums that no category is in come to the same.
func TestFiguresAgainstRecount(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		rapid.Check(t, func(t *rapid.T) {
			m, before := &model{w: w}, w.stored()
			t.Repeat(map[string]func(*rapid.T){
				"place": m.place, "place more": m.place, "pay": m.pay, "cancel": m.cancel, "refund": m.refund,
				"ship": m.ship, "sort": m.sort, "count again": m.again, "time": m.time,
				"react": func(*rapid.T) { w.run() },
			})
			w.run()
			if diff := cmp.Diff(m.recount(before), w.stored(), cmp.AllowUnexported(key{}, numbers{})); diff != "" {
				t.Fatalf("figures (-recount +stored):\n%s", diff)
			}
		})
		w.mustBeClean()
		counted := w.stored()
		w.rebuild()
		w.mustBeClean()
		rebuilt := w.stored()
		for _, sums := range []map[key]numbers{counted, rebuilt} {
			maps.DeleteFunc(sums, func(k key, _ numbers) bool { return k.kind == report.Categories })
		}
		if diff := cmp.Diff(counted, rebuilt, cmp.AllowUnexported(key{}, numbers{})); diff != "" {
			t.Errorf("figures (-counted +rebuilt):\n%s", diff)
		}
	})
}
