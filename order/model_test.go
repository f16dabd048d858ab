package order_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/stock"
)

// modelOrder is what an order should be.
type modelOrder struct {
	request  order.Request
	id       pavilion.OrderID
	state    order.State
	intents  []payment.Intent // not paid yet
	paidBy   pavilion.IntentID
	refunded []int64 // units by line
}

// model is a shop of two SKUs: how many units are free, and its orders.
type model struct {
	w      *world
	skus   [2]pavilion.SKUID
	free   [2]int64
	orders []*modelOrder
}

func (m *model) skuOf(o *modelOrder, line int) int {
	return slices.Index(m.skus[:], o.request.Lines[line].SKU)
}

// take takes what the order still needs off the shelf, if it is all there.
func (m *model) take(o *modelOrder) bool {
	need := [2]int64{}
	for i, l := range o.request.Lines {
		need[m.skuOf(o, i)] += l.Quantity - o.refunded[i]
	}
	if need[0] > m.free[0] || need[1] > m.free[1] {
		return false
	}
	m.free[0], m.free[1] = m.free[0]-need[0], m.free[1]-need[1]
	return true
}

// giveBack puts what the order still had on the shelf again.
func (m *model) giveBack(o *modelOrder) {
	for i, l := range o.request.Lines {
		m.free[m.skuOf(o, i)] += l.Quantity - o.refunded[i]
	}
}

// pay is what the arrival of a payment should do.
func (m *model) pay(o *modelOrder, i payment.Intent) {
	switch {
	case o.state == order.StateUnpaid:
		o.state, o.paidBy = order.StatePaid, i.ID
	case o.state == order.StateExpired && m.take(o):
		o.state, o.paidBy = order.StatePaid, i.ID
	}
}

func (m *model) find(states ...order.State) []*modelOrder {
	var found []*modelOrder
	for _, o := range m.orders {
		if slices.Contains(states, o.state) {
			found = append(found, o)
		}
	}
	return found
}

// draw picks one of the orders in the states, or skips the action.
func (m *model) draw(t *rapid.T, states ...order.State) *modelOrder {
	some := m.find(states...)
	if len(some) == 0 {
		t.Skip("no such order")
	}
	return some[rapid.IntRange(0, len(some)-1).Draw(t, "order")]
}

func (m *model) place(t *rapid.T) {
	var set []*modelOrder
	var requests []order.Request
	for range rapid.IntRange(1, 3).Draw(t, "set") {
		var lines []order.RequestLine
		for range rapid.IntRange(1, 2).Draw(t, "lines") {
			lines = append(lines, line(m.skus[rapid.IntRange(0, 1).Draw(t, "sku")], rapid.Int64Range(1, 3).Draw(t, "quantity")))
		}
		r := m.w.request(lines...)
		set = append(set, &modelOrder{request: r, id: r.ID, state: order.StateUnpaid, refunded: make([]int64, len(lines))})
		requests = append(requests, r)
	}
	for i, got := range m.w.accept(requests...) {
		o := set[i]
		if granted := m.take(o); granted != (got.Err == nil) {
			t.Fatalf("place %d of the set: got %v, want granted=%v", i, got.Err, granted)
		}
		if got.Err == nil {
			o.intents = []payment.Intent{got.Intent}
			m.orders = append(m.orders, o)
		}
	}
}

func (m *model) repeat(t *rapid.T) {
	o := m.draw(t, order.States...)
	r := o.request
	r.ID = pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, m.w.clock.Now())
	if got := m.w.accept(r)[0]; !got.Repeat || got.Order.ID != o.id {
		t.Fatalf("repeat: got %+v, want %s again", got, o.id)
	}
}

func (m *model) payOne(t *rapid.T) {
	o := m.draw(t, order.States...)
	if len(o.intents) == 0 {
		o.intents = append(o.intents, m.w.intent(m.w.get(o.id))) // a second payment page
	}
	i := o.intents[0]
	o.intents = o.intents[1:]
	m.w.pay(i)
	m.pay(o, i)
}

func (m *model) decline(t *rapid.T) {
	o := m.draw(t, order.StateUnpaid)
	if len(o.intents) == 0 {
		t.Skip("nothing to decline")
	}
	if err := m.w.hear(o.intents[0], payment.StateDeclined); err != nil {
		t.Fatal(err)
	}
	m.w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		o.intents[0], err = order.Payable(ctx, tx, o.id)
		return err
	})
}

func (m *model) expire(t *rapid.T) {
	m.w.late()
	for _, o := range m.find(order.StateUnpaid) {
		m.giveBack(o)
		o.state = order.StateExpired
	}
}

func (m *model) cancel(t *rapid.T) {
	o := m.draw(t, order.StateUnpaid, order.StatePaid)
	m.w.must(func(ctx context.Context, tx *db.Tx) error { return order.Cancel(ctx, tx, o.id, "test") })
	m.giveBack(o)
	o.state = order.StateCancelled
}

func (m *model) refund(t *rapid.T) {
	o := m.draw(t, order.StatePaid, order.StateShipped, order.StateDelivered, order.StateCompleted)
	i := rapid.IntRange(0, len(o.request.Lines)-1).Draw(t, "line")
	left := o.request.Lines[i].Quantity - o.refunded[i]
	if left == 0 {
		t.Skip("all of it is refunded")
	}
	n := rapid.Int64Range(1, left).Draw(t, "units")
	restock := rapid.Bool().Draw(t, "restock")
	if err := m.w.refund(o.id, restock, order.RefundLine{Line: i + 1, Quantity: n}); err != nil {
		t.Fatal(err)
	}
	o.refunded[i] += n
	if o.state == order.StatePaid || restock {
		m.free[m.skuOf(o, i)] += n
	}
	if o.state == order.StatePaid && m.nothingLeft(o) {
		o.state = order.StateCancelled
	}
}

func (m *model) nothingLeft(o *modelOrder) bool {
	for i, l := range o.request.Lines {
		if o.refunded[i] < l.Quantity {
			return false
		}
	}
	return true
}

// step is a step that changes nothing but the state.
func (m *model) step(from, to order.State, do func(context.Context, *db.Tx, pavilion.OrderID) error) func(*rapid.T) {
	return func(t *rapid.T) {
		o := m.draw(t, from)
		m.w.must(func(ctx context.Context, tx *db.Tx) error { return do(ctx, tx, o.id) })
		o.state = to
	}
}

// check compares the shop with the model after each action.
func (m *model) check(t *rapid.T) {
	ctx := context.Background()
	err := m.w.d.Read(ctx, func(v *db.View) error {
		free, err := stock.Available(ctx, v, "own", m.skus[:])
		if err != nil {
			return err
		}
		for i, sku := range m.skus {
			if got := free[sku].Quantity; got != m.free[i] {
				t.Fatalf("SKU %d: got %d free, want %d", i, got, m.free[i])
			}
		}
		for _, o := range m.orders {
			got, err := order.Get(ctx, v, nil, o.id)
			if err != nil {
				return err
			}
			if got.State != o.state || got.PaidBy != o.paidBy {
				t.Fatalf("%s: got %s paid by %q, want %s by %q", o.id, got.State, got.PaidBy, o.state, o.paidBy)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestShopAgainstModel takes random steps over orders, stock and payments together and
// compares them with a model that knows nothing of tables; at the end both books must agree
// with themselves.
func TestShopAgainstModel(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, clock)
		rapid.Check(t, func(t *rapid.T) {
			m := &model{w: w, free: [2]int64{rapid.Int64Range(1, 8).Draw(t, "a"), rapid.Int64Range(1, 8).Draw(t, "b")}}
			m.skus = [2]pavilion.SKUID{w.goods(m.free[0]), w.goods(m.free[1])}
			t.Repeat(map[string]func(*rapid.T){
				"place":    m.place,
				"repeat":   m.repeat,
				"pay":      m.payOne,
				"pay more": m.payOne,
				"decline":  m.decline,
				"expire":   m.expire,
				"cancel":   m.cancel,
				"refund":   m.refund,
				"ship":     m.step(order.StatePaid, order.StateShipped, order.Ship),
				"deliver":  m.step(order.StateShipped, order.StateDelivered, order.Deliver),
				"complete": m.step(order.StateDelivered, order.StateCompleted, order.Complete),
				"":         m.check,
			})
		})
		w.mustBeClean()
	})
}
