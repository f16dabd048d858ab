package douyin

import (
	"cmp"
	"container/heap"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"pavilion"
)

// beijing is the zone the platform writes and reads times in.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// count is where the counters stand.
type count struct {
	Last  int64         // number given to anything new
	Shift time.Duration // of the platform's clock against the one handed in
}

// world is everything the platform knows.
type world struct {
	counts     *rows[string, count]
	tokens     *rows[string, token] // by access token
	codes      *rows[string, code]
	products   *rows[int64, product]
	skus       *rows[int64, sku]
	materials  *rows[string, material]
	orders     *rows[string, order]
	aftersales *rows[int64, aftersale]
	bills      *rows[int64, bill]
	spent      *rows[string, int64] // ids and quotas that were used, by their kind and name
	replies    *rows[string, json.RawMessage]
	pushes     *rows[int64, push]
	alarms     *rows[int64, alarm]
	tables     []table

	refreshOf map[string]string  // refresh token → access token
	skusOf    map[int64][]int64  // product → its SKUs, oldest first
	casesOf   map[string][]int64 // order → its after-sales, oldest first
	due       alarms
}

func newWorld() *world {
	w := &world{
		counts:     newRows[string, count]("count", nil),
		tokens:     newRows[string, token]("token", nil),
		codes:      newRows[string, code]("code", nil),
		products:   newRows[int64]("product", product.copied),
		skus:       newRows[int64]("sku", sku.copied),
		materials:  newRows[string, material]("material", nil),
		orders:     newRows[string]("order", order.copied),
		aftersales: newRows[int64]("aftersale", aftersale.copied),
		bills:      newRows[int64, bill]("bill", nil),
		spent:      newRows[string, int64]("spent", nil),
		replies:    newRows[string, json.RawMessage]("reply", nil),
		pushes:     newRows[int64, push]("push", nil),
		alarms:     newRows[int64, alarm]("alarm", nil),
		refreshOf:  map[string]string{}, skusOf: map[int64][]int64{}, casesOf: map[string][]int64{},
	}
	w.tables = []table{w.counts, w.tokens, w.codes, w.products, w.skus, w.materials, w.orders, w.aftersales, w.bills, w.spent, w.replies, w.pushes, w.alarms}
	w.tokens.learnt = func(k string, t *token) { w.refreshOf[t.Refresh] = k }
	w.skus.learnt = func(id int64, u *sku) {
		if of := w.skusOf[u.Product]; !slices.Contains(of, id) {
			w.skusOf[u.Product] = append(of, id)
		}
	}
	w.aftersales.learnt = func(id int64, a *aftersale) {
		if of := w.casesOf[a.Order]; !slices.Contains(of, id) {
			w.casesOf[a.Order] = append(of, id)
		}
	}
	w.alarms.learnt = func(id int64, a *alarm) { heap.Push(&w.due, ringing{a.At, id}) }
	return w
}

// tx is one change of the world: it counts whole or not at all.
type tx struct {
	*world
	s   *Simulator
	now time.Time // whole seconds, as the platform tells them
}

// counters are where the counters stand, to be changed.
func (t *tx) counters() *count {
	c := t.counts.edit("")
	if c == nil {
		c = &count{}
		t.counts.put("", c)
	}
	return c
}

// next gives a number that was never given before.
func (t *tx) next() int64 {
	c := t.counters()
	c.Last++
	return c.Last
}

// The numbers of the platform: all but those of SKUs do not fit into a float64.
const (
	firstProduct   = 3472490447010720000
	firstSKU       = 1709160688830000
	firstOrder     = 4781320682406080000
	firstAftersale = 7010000000000000000
)

func (t *tx) id(first int64) int64 { return first + 7*t.next() }

// shift is how far the platform's clock is from the one handed in.
func (s *Simulator) shift() time.Duration {
	if c := s.world.counts.kept[""]; c != nil {
		return c.Shift
	}
	return 0
}

// now is the platform's time. It wants the lock.
func (s *Simulator) now() time.Time { return s.o.Clock().Add(s.shift()) }

// Now is the platform's time.
func (s *Simulator) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// ShiftClock moves the platform's clock against the one handed in; it adds up.
func (s *Simulator) ShiftClock(by time.Duration) error {
	return s.do(func(t *tx) error {
		t.counters().Shift += by
		return nil
	})
}

// do makes one change: what f does counts if it returns nil. Before it, everything happens
// whose time has come. The error is that of f, or Unavailable sim.state_unwritable.
func (s *Simulator) do(f func(t *tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if err := s.catchUp(now); err != nil {
		return err
	}
	return s.change(now, f)
}

func (s *Simulator) change(now time.Time, f func(t *tx) error) error {
	defer func() { // a panic of f, too, leaves no half of a change
		for _, each := range s.world.tables {
			each.forget()
		}
	}()
	if err := f(&tx{world: s.world, s: s, now: now.Truncate(time.Second)}); err != nil {
		return err
	}
	var changes []record
	for _, each := range s.world.tables {
		var err error
		if changes, err = each.changes(changes); err != nil {
			return pavilion.E(pavilion.Internal, "sim.state_unwritable", nil).Because(err)
		}
	}
	if len(changes) > 0 {
		if err := s.file.Write(changes); err != nil {
			return pavilion.E(pavilion.Unavailable, "sim.state_unwritable", nil).Because(err)
		}
	}
	for _, each := range s.world.tables {
		each.count()
	}
	return nil
}

// alarm is something that happens by itself at its time.
type alarm struct {
	At   time.Time
	What string
	Of   string          // the number of what it happens to
	With json.RawMessage `json:",omitempty"`
}

// later sets an alarm. What is due at once happens before the next change.
func (t *tx) later(after time.Duration, what, of string, with any) {
	raw, err := json.Marshal(with)
	if err != nil || with == nil {
		raw = nil
	}
	t.alarms.put(t.next(), &alarm{At: t.now.Add(max(after, 0)), What: what, Of: of, With: raw})
}

// catchUp lets everything happen whose time has come, each at its own time.
func (s *Simulator) catchUp(now time.Time) error {
	for w := s.world; len(w.due) > 0 && !w.due[0].at.After(now); {
		next := heap.Pop(&w.due).(ringing)
		a := w.alarms.kept[next.id]
		if a == nil {
			continue
		}
		err := s.change(a.At, func(t *tx) error {
			t.alarms.drop(next.id)
			return t.happen(a)
		})
		if err != nil {
			heap.Push(&w.due, next)
			return err
		}
	}
	return nil
}

// happen does what an alarm was set for, if it still has a meaning.
func (t *tx) happen(a *alarm) error {
	switch a.What {
	case auditEnds:
		t.endAudit(a)
	case materialEnds:
		t.endMaterialAudit(a)
	case unpaidEnds:
		t.endUnpaid(a)
	case releaseDue:
		t.release(a)
	case rushDue:
		return t.rush(a)
	case finishDue:
		t.finish(a)
	case settleDue:
		t.settle(a)
	case caseEnds:
		return t.endCase(a)
	}
	return nil
}

type ringing struct {
	at time.Time
	id int64
}

// alarms is a heap, the next one first.
type alarms []ringing

func (a alarms) Len() int { return len(a) }
func (a alarms) Less(i, j int) bool {
	if c := a[i].at.Compare(a[j].at); c != 0 {
		return c < 0
	}
	return a[i].id < a[j].id
}
func (a alarms) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *alarms) Push(x any)   { *a = append(*a, x.(ringing)) }
func (a *alarms) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// sorted returns the keys of a map in order.
func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
