package jd

import (
	"container/heap"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"pavilion"
	"pavilion/sim/simkit"
)

// row is a thing the platform remembers. Rows are never changed once they are put: a change
// puts a changed copy.
type row interface {
	key() string
	due() time.Time // when the platform does something with it by itself, zero if never
}

// table holds rows in the order in which they came.
type table[R row] struct {
	list []R
	at   map[string]int
}

// get is the row with a key, nil if there is none.
func (t *table[R]) get(key string) (r R) {
	if i, ok := t.at[key]; ok {
		return t.list[i]
	}
	return r
}

// world is what the platform knows of itself.
type world struct {
	Secret   string        // that tokens are made of
	Serial   int64         // things made so far
	Tokens   int64         // secrets made so far
	Shift    time.Duration // of the clock
	Refusals []string      // reasons for the next wares that are audited
	Day      string        // of Decrypted
	Made     int           // decryptions on Day
}

func (*world) key() string    { return "" }
func (*world) due() time.Time { return time.Time{} }

// entry is a line of the state file: what one call changed.
type entry struct {
	World    []*world     `json:",omitempty"`
	Grants   []*grant     `json:",omitempty"`
	Wares    []*ware      `json:",omitempty"`
	SKUs     []*sku       `json:",omitempty"`
	Pictures []*picture   `json:",omitempty"`
	Writes   []*stockCall `json:",omitempty"`
	Trades   []*trade     `json:",omitempty"`
	Orders   []*order     `json:",omitempty"`
	Rushes   []*rush      `json:",omitempty"`
	Refunds  []*refund    `json:",omitempty"`
	Services []*service   `json:",omitempty"`
	Bills    []*bill      `json:",omitempty"`
}

// memory is everything the platform knows. Each change is appended to the state file as a
// line before it counts for anybody else, and the file is rewritten without history when it
// is opened. All but close want mu held. Rows are never forgotten: an order takes about two
// kilobytes, a ware as much as was sent for it, a picture a line.
type memory struct {
	mu       sync.Mutex
	world    table[*world]
	grants   table[*grant]
	wares    table[*ware]
	skus     table[*sku]
	pictures table[*picture]
	writes   table[*stockCall]
	trades   table[*trade]
	orders   table[*order]
	rushes   table[*rush]
	refunds  table[*refund]
	services table[*service]
	bills    table[*bill]

	skusOf  map[ID][]ID // by ware, deleted ones too
	pending pending
	journal *simkit.Journal // where the changes go

}

// change is what one call does to the memory, at one moment.
type change struct {
	*memory
	now   time.Time
	entry entry
	undo  []func()
	dirty bool
}

// put remembers a row, for this call at once and for others when it is written.
func put[R row](c *change, t *table[R], line *[]R, r R) {
	if t.at == nil {
		t.at = map[string]int{}
	}
	k := r.key()
	if i, ok := t.at[k]; ok {
		old := t.list[i]
		t.list[i] = r
		c.undo = append(c.undo, func() {
			t.list[i] = old
			remind(c, t, old)
		})
	} else {
		t.at[k] = len(t.list)
		t.list = append(t.list, r)
		c.undo = append(c.undo, func() {
			t.list = t.list[:len(t.list)-1]
			delete(t.at, k)
		})
	}
	*line = append(*line, r)
	c.dirty = true
	remind(c, t, r)
}

// remind notes when the platform has something to do with a row.
func remind[R row](c *change, t *table[R], r R) {
	when, k := r.due(), r.key()
	if when.IsZero() {
		return
	}
	heap.Push(&c.pending, task{when, func() (row, bool) {
		i, ok := t.at[k]
		if !ok {
			return nil, false
		}
		return t.list[i], true
	}})
}

func (c *change) putWorld(w world)     { put(c, &c.memory.world, &c.entry.World, &w) }
func (c *change) putGrant(g grant)     { put(c, &c.grants, &c.entry.Grants, &g) }
func (c *change) putWare(w ware)       { put(c, &c.wares, &c.entry.Wares, &w) }
func (c *change) putPicture(p picture) { put(c, &c.pictures, &c.entry.Pictures, &p) }
func (c *change) putWrite(w stockCall) { put(c, &c.writes, &c.entry.Writes, &w) }
func (c *change) putTrade(t trade)     { put(c, &c.trades, &c.entry.Trades, &t) }
func (c *change) putOrder(o order)     { put(c, &c.orders, &c.entry.Orders, &o) }
func (c *change) putRush(r rush)       { put(c, &c.rushes, &c.entry.Rushes, &r) }
func (c *change) putRefund(r refund)   { put(c, &c.refunds, &c.entry.Refunds, &r) }
func (c *change) putService(v service) { put(c, &c.services, &c.entry.Services, &v) }
func (c *change) putBill(b bill)       { put(c, &c.bills, &c.entry.Bills, &b) }
func (c *change) itself() world        { return *c.memory.world.list[0] }
func (c *change) beijing() time.Time   { return c.now.In(beijing) }

// putSKU remembers an SKU, and a new one with its ware.
func (c *change) putSKU(k sku) {
	if c.skus.get(k.key()) == nil {
		if c.skusOf == nil {
			c.skusOf = map[ID][]ID{}
		}
		c.skusOf[k.Ware] = append(c.skusOf[k.Ware], k.ID)
		c.undo = append(c.undo, func() { c.skusOf[k.Ware] = c.skusOf[k.Ware][:len(c.skusOf[k.Ware])-1] })
	}
	put(c, &c.skus, &c.entry.SKUs, &k)
}

// learn takes a line of the state file in.
func (c *change) learn(e entry) {
	for _, r := range e.World {
		c.putWorld(*r)
	}
	for _, r := range e.Grants {
		c.putGrant(*r)
	}
	for _, r := range e.Wares {
		c.putWare(*r)
	}
	for _, r := range e.SKUs {
		c.putSKU(*r)
	}
	for _, r := range e.Pictures {
		c.putPicture(*r)
	}
	for _, r := range e.Writes {
		c.putWrite(*r)
	}
	for _, r := range e.Trades {
		c.putTrade(*r)
	}
	for _, r := range e.Orders {
		c.putOrder(*r)
	}
	for _, r := range e.Rushes {
		c.putRush(*r)
	}
	for _, r := range e.Refunds {
		c.putRefund(*r)
	}
	for _, r := range e.Services {
		c.putService(*r)
	}
	for _, r := range e.Bills {
		c.putBill(*r)
	}
}

// everything is the memory as one entry a row.
func (m *memory) everything(write func(entry) error) error {
	var errs []error
	one := func(e entry) { errs = append(errs, write(e)) }
	for _, r := range m.world.list {
		one(entry{World: []*world{r}})
	}
	for _, r := range m.grants.list {
		one(entry{Grants: []*grant{r}})
	}
	for _, r := range m.wares.list {
		one(entry{Wares: []*ware{r}})
	}
	for _, r := range m.skus.list {
		one(entry{SKUs: []*sku{r}})
	}
	for _, r := range m.pictures.list {
		one(entry{Pictures: []*picture{r}})
	}
	for _, r := range m.writes.list {
		one(entry{Writes: []*stockCall{r}})
	}
	for _, r := range m.trades.list {
		one(entry{Trades: []*trade{r}})
	}
	for _, r := range m.orders.list {
		one(entry{Orders: []*order{r}})
	}
	for _, r := range m.rushes.list {
		one(entry{Rushes: []*rush{r}})
	}
	for _, r := range m.refunds.list {
		one(entry{Refunds: []*refund{r}})
	}
	for _, r := range m.services.list {
		one(entry{Services: []*service{r}})
	}
	for _, r := range m.bills.list {
		one(entry{Bills: []*bill{r}})
	}
	return errors.Join(errs...)
}

func openMemory(path string) (*memory, error) {
	m := &memory{}
	start := &change{memory: m}
	start.putWorld(world{})
	var err error
	m.journal, err = simkit.OpenJournal(path, func(line []byte) error {
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		(&change{memory: m}).learn(e)
		return nil
	}, func(write func(any) error) error {
		return m.everything(func(e entry) error { return write(e) })
	})
	return m, err
}

// commit writes the change down, or takes it back.
func (c *change) commit() error {
	if !c.dirty {
		return nil
	}
	if err := c.journal.Write(c.entry); err != nil {
		c.takeBack()
		return pavilion.E(pavilion.Unavailable, "sim.state_unwritable", nil).Because(err)
	}
	return nil
}

// takeBack makes the memory what it was before the change.
func (c *change) takeBack() {
	for i := len(c.undo) - 1; i >= 0; i-- {
		c.undo[i]()
	}
}

// close closes the state file; nothing can be kept in it any more.
func (m *memory) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.journal.Close()
}

// task is something the platform does with a row by itself.
type task struct {
	when time.Time
	row  func() (row, bool)
}

// pending are the tasks, the next one first. A task whose row is due at another time by now
// is none any more.
type pending []task

func (p pending) Len() int           { return len(p) }
func (p pending) Less(i, j int) bool { return p[i].when.Before(p[j].when) }
func (p pending) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *pending) Push(t any)        { *p = append(*p, t.(task)) }
func (p *pending) Pop() any {
	last := len(*p) - 1
	t := (*p)[last]
	*p = (*p)[:last]
	return t
}

// settle does what the platform would have done by itself until now, each thing at its own
// moment.
func (s *Simulator) settle(c *change) {
	for until := c.now; len(c.pending) > 0 && !c.pending[0].when.After(until); c.now = until {
		t := heap.Pop(&c.pending).(task)
		r, ok := t.row()
		if !ok || !r.due().Equal(t.when) {
			continue
		}
		c.now = t.when
		switch r := r.(type) {
		case *ware:
			s.audited(c, *r)
		case *order:
			s.orderDue(c, *r)
		case *rush:
			s.rushDue(c, *r)
		case *refund:
			s.refundDue(c, *r)
		case *service:
			s.serviceDue(c, *r)
		}
	}
}
