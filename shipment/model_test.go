package shipment_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/order"
	"pavilion/shipment"
)

// modelOrder is what an order and its parcels should be.
type modelOrder struct {
	id       pavilion.OrderID
	ordered  []int64
	refunded []int64
	parcels  []modelParcel
	state    order.State
}

type modelParcel struct {
	id    pavilion.ParcelID
	units []int64 // by line
	ready bool    // it has a waybill
}

// left is how many units of a line are still to be packed.
func (o *modelOrder) left(line int) int64 {
	n := o.ordered[line] - o.refunded[line]
	for _, p := range o.parcels {
		n -= p.units[line]
	}
	return n
}

// fit unpacks the newest parcels that hold what was refunded, as the program says it does.
func (o *modelOrder) fit() {
	for i := len(o.parcels) - 1; i >= 0; i-- {
		over := o.state != order.StatePaid
		for line := range o.ordered {
			over = over || o.left(line) < 0 && o.parcels[i].units[line] > 0
		}
		if over {
			o.parcels = slices.Delete(o.parcels, i, i+1)
		}
	}
}

// model is a packing bench with a few orders on it.
type model struct {
	w      *world
	orders []*modelOrder
	sent   map[pavilion.OrderID]int // how often each order was shipped
}

func (m *model) draw(t *rapid.T) *modelOrder {
	if len(m.orders) == 0 {
		t.Skip("no order")
	}
	return m.orders[rapid.IntRange(0, len(m.orders)-1).Draw(t, "order")]
}

func (m *model) place(t *rapid.T) {
	quantities := rapid.SliceOfN(rapid.Int64Range(1, 4), 1, 3).Draw(t, "quantities")
	o := m.w.paid(quantities...)
	m.orders = append(m.orders, &modelOrder{id: o.ID, ordered: quantities, refunded: make([]int64, len(quantities)), state: order.StatePaid})
}

func (m *model) pack(t *rapid.T) {
	o := m.draw(t)
	units := make([]int64, len(o.ordered))
	possible, some := o.state == order.StatePaid, false
	d := shipment.Draft{}
	for line := range units {
		units[line] = rapid.Int64Range(0, 3).Draw(t, "units")
		possible = possible && units[line] <= o.left(line)
		some = some || units[line] > 0
		d.Lines = append(d.Lines, shipment.Line{Line: line + 1, Quantity: units[line]})
	}
	ready := rapid.Bool().Draw(t, "waybill")
	if ready {
		d.Carrier, d.Waybill = "sf", m.w.waybill()
	}
	got, err := m.w.pack(o.id, d)
	if (err == nil) != (possible && some) {
		t.Fatalf("pack %v of %+v: got %v", units, o, err)
	}
	if err == nil {
		o.parcels = append(o.parcels, modelParcel{got[0].ID, units, ready})
	}
}

func (m *model) unpack(t *rapid.T) {
	o := m.draw(t)
	if len(o.parcels) == 0 {
		t.Skip("no parcel")
	}
	i := rapid.IntRange(0, len(o.parcels)-1).Draw(t, "parcel")
	err := m.w.do(func(ctx context.Context, tx *db.Tx) error { return shipment.Unpack(ctx, tx, o.parcels[i].id) })
	if (err == nil) != (o.state == order.StatePaid) {
		t.Fatalf("unpack of %+v: got %v", o, err)
	}
	if err == nil {
		o.parcels = slices.Delete(o.parcels, i, i+1)
	}
}

func (m *model) ship(t *rapid.T) {
	o := m.draw(t)
	possible := o.state == order.StatePaid
	for line := range o.ordered {
		possible = possible && o.left(line) == 0
	}
	for _, p := range o.parcels {
		possible = possible && p.ready
	}
	err := m.w.ship(o.id)
	if (err == nil) != possible {
		t.Fatalf("ship %+v: got %v, want possible=%v", o, err, possible)
	}
	if err == nil {
		o.state = order.StateShipped
		m.sent[o.id]++
	}
}

func (m *model) refund(t *rapid.T) {
	o := m.draw(t)
	line := rapid.IntRange(0, len(o.ordered)-1).Draw(t, "line")
	most := o.ordered[line] - o.refunded[line]
	if most == 0 || o.state == order.StateCancelled {
		t.Skip("nothing to refund")
	}
	n := rapid.Int64Range(1, most).Draw(t, "units")
	m.w.must(func(ctx context.Context, tx *db.Tx) error {
		if err := order.Refund(ctx, tx, o.id, []order.RefundLine{{Line: line + 1, Quantity: n}}, "test", false); err != nil {
			return err
		}
		return shipment.Fit(ctx, tx, o.id)
	})
	o.refunded[line] += n
	if o.state == order.StatePaid {
		if slices.Equal(o.ordered, o.refunded) {
			o.state = order.StateCancelled
		}
		o.fit()
	}
}

// check compares orders and parcels with the model after each action.
func (m *model) check(t *rapid.T) {
	for _, o := range m.orders {
		got, parcels := m.w.order(o.id)
		if got.State != o.state || len(parcels) != len(o.parcels) {
			t.Fatalf("got %s with %d parcels, want %+v", got.State, len(parcels), o)
		}
		for i, p := range parcels {
			units := make([]int64, len(o.ordered))
			for _, l := range p.Lines {
				units[l.Line-1] = l.Quantity
			}
			if p.ID != o.parcels[i].id || !slices.Equal(units, o.parcels[i].units) {
				t.Fatalf("parcel %d: got %v, want %v", i, units, o.parcels[i].units)
			}
		}
		if m.sent[o.id] > 1 {
			t.Fatalf("%s was shipped %d times", o.id, m.sent[o.id])
		}
	}
}

// TestPackingAgainstModel takes random steps at a packing bench and compares them with a
// model that knows nothing of tables; at the end all books must agree.
func TestPackingAgainstModel(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, clock)
		rapid.Check(t, func(t *rapid.T) {
			m := &model{w: w, sent: map[pavilion.OrderID]int{}}
			t.Repeat(map[string]func(*rapid.T){
				"place": m.place, "pack": m.pack, "pack more": m.pack, "unpack": m.unpack,
				"ship": m.ship, "refund": m.refund, "": m.check,
			})
		})
		w.mustBeClean()
	})
}
