package jd

import (
	"slices"
	"time"
	"unicode/utf8"

	"pavilion"
	"pavilion/money"
)

// The states of an order, as the wire names them.
const (
	NotPay          = "NOT_PAY"
	WaitStockOut    = "WAIT_SELLER_STOCK_OUT"
	WaitDelivery    = "WAIT_SELLER_DELIVERY"
	WaitReceive     = "WAIT_GOODS_RECEIVE_CONFIRM"
	Finished        = "FINISHED_L"
	Cancelled       = "TRADE_CANCELED"
	Locked          = "LOCKED"
	Paused          = "POP_ORDER_PAUSE"
	pausedElsewhere = "PAUSE"
	waitSendCode    = "WAIT_SEND_CODE"
	allStates       = "ALL"
)

// stateWords are the states with what people read.
var stateWords = map[string]string{
	NotPay: "等待付款", WaitStockOut: "等待出库", WaitDelivery: "等待境内发货", WaitReceive: "等待确认收货", Finished: "完成",
	Cancelled: "取消", Locked: "锁定", Paused: "暂停", pausedElsewhere: "暂停", waitSendCode: "等待发码",
}

// line is one SKU of an order, at the price of the day.
type line struct {
	SKU, Ware ID
	Outer     string
	Name      string
	Price     int64 // fen for one, 0 for a gift
	Quantity  int64
	Gift      bool
}

// order is what a shopper bought. No shopper here exists.
type order struct {
	ID          ID
	Parent      ID // it was split from
	State       string
	Before      string // the state that Locked goes back to
	Lines       []line
	Buyer       int64
	Street      string
	Freight     int64 // fen, as all amounts
	Discount    int64
	Tax         int64
	Remark      string // the shopper's
	Note        string // the shop's
	Flag        int64
	NotedAt     time.Time
	Carrier     string
	Waybill     string
	Split       bool // it is gone, its children are there
	Readdressed bool
	ScDT        time.Time // earliest day of a pre-sale
	NextAt      time.Time // when something happens by itself
	PlacedAt    time.Time
	PaidAt      time.Time
	EndedAt     time.Time
	Modified    time.Time
}

func (o *order) key() string    { return o.ID.String() }
func (o *order) due() time.Time { return o.NextAt }

// goods is the price of all lines.
func (o *order) goods() int64 {
	sum := int64(0)
	for _, l := range o.Lines {
		sum += l.Price * l.Quantity
	}
	return sum
}

// payable is what the shopper pays.
func (o *order) payable() int64 { return o.goods() - o.Discount + o.Freight + o.Tax }

// out tells whether the goods have left the warehouse.
func (o *order) out() bool {
	return o.State == WaitDelivery || o.State == WaitReceive || o.State == Finished
}

// Line is a wanted SKU.
type Line struct {
	SKU      ID    `json:"sku"`
	Quantity int64 `json:"quantity"`
	Gift     bool  `json:"gift"`
}

// Purchase is what a simulated shopper wants.
type Purchase struct {
	Lines    []Line
	Unpaid   bool          // placed and not paid yet
	Presale  time.Duration // the order waits for so long before it may leave
	Remark   string
	Discount money.Money // of the shop
	Freight  money.Money
}

const (
	linesMost    = 50
	quantityMost = 100_000
)

// valid tells whether somebody can want it.
func (p Purchase) valid() bool {
	return len(p.Lines) > 0 && len(p.Lines) <= linesMost && p.Presale >= 0 && utf8.RuneCountInString(p.Remark) <= 500 &&
		p.Discount.Sign() >= 0 && p.Freight.Sign() >= 0 &&
		!slices.ContainsFunc(p.Lines, func(l Line) bool { return l.Quantity < 1 || l.Quantity > quantityMost })
}

// PlaceOrder sells to a simulated shopper, from the platform's own numbers: all of it or
// nothing. Errors: Invalid sim.purchase, NotFound sim.sku_unknown, Conflict sim.off_shelf and
// sim.sold_out, Unavailable sim.state_unwritable.
func (s *Simulator) PlaceOrder(p Purchase) (id ID, err error) {
	err = s.do(func(c *change) error {
		id, err = s.place(c, p)
		return err
	})
	return id, err
}

// place sells, or changes nothing.
func (s *Simulator) place(c *change, p Purchase) (ID, error) {
	o := order{State: WaitStockOut, Remark: p.Remark, Discount: p.Discount.Minor(), Freight: p.Freight.Minor()}
	if !p.valid() {
		return 0, pavilion.E(pavilion.Invalid, "sim.purchase", nil)
	}
	wanted := map[ID]int64{}
	for _, l := range p.Lines {
		k := c.skus.get(l.SKU.String())
		if k == nil || k.Gone {
			return 0, pavilion.E(pavilion.NotFound, "sim.sku_unknown", nil)
		}
		if c.skuStatus(k) != 1 {
			return 0, pavilion.E(pavilion.Conflict, "sim.off_shelf", nil)
		}
		if wanted[k.ID] += l.Quantity; k.sellable() < wanted[k.ID] {
			return 0, pavilion.E(pavilion.Conflict, "sim.sold_out", nil)
		}
		bought := line{k.ID, k.Ware, k.Outer, c.wares.get(k.Ware.String()).Title, k.Price, l.Quantity, l.Gift}
		if l.Gift {
			bought.Price = 0
		}
		o.Lines = append(o.Lines, bought)
	}
	if o.Discount > o.goods() {
		return 0, pavilion.E(pavilion.Invalid, "sim.purchase", nil)
	}
	for _, l := range o.Lines {
		s.sell(c, *c.skus.get(l.SKU.String()), l.Quantity)
	}
	if s.o.CrossBorder {
		o.Tax = (o.goods() - o.Discount) * s.o.TaxPerMille / 1000
	}
	o.ID, o.PlacedAt = c.newID(), c.now
	o.Buyer = int64(o.ID)
	if p.Presale > 0 {
		o.ScDT = c.now.Add(p.Presale)
	}
	if p.Unpaid {
		s.become(c, o, NotPay)
		return o.ID, nil
	}
	s.paid(c, o)
	return o.ID, nil
}

// rush is a crowd of shoppers who come one after the other.
type rush struct {
	ID     ID
	Want   Purchase
	Left   int64
	Every  time.Duration
	NextAt time.Time
}

func (r *rush) key() string    { return r.ID.String() }
func (r *rush) due() time.Time { return r.NextAt }

// Rush has n simulated shoppers come within so long, evenly. It ends early when there is no
// more to sell. Errors: Invalid sim.purchase, Unavailable sim.state_unwritable.
func (s *Simulator) Rush(p Purchase, n int, within time.Duration) error {
	if !p.valid() || n < 1 || n > burstMost || within < 0 {
		return pavilion.E(pavilion.Invalid, "sim.purchase", nil)
	}
	return s.do(func(c *change) error {
		c.putRush(rush{c.newID(), p, int64(n), within / time.Duration(n), c.now})
		return nil
	})
}

// rushDue lets the next shopper buy.
func (s *Simulator) rushDue(c *change, r rush) {
	_, err := s.place(c, r.Want)
	if r.Left--; err != nil {
		r.Left = 0
	}
	if r.NextAt = r.NextAt.Add(r.Every); r.Left == 0 {
		r.NextAt = time.Time{}
	}
	c.putRush(r)
}

// become keeps an order in another state, which is what a search by time of change sees.
func (s *Simulator) become(c *change, o order, state string) {
	o.State, o.Modified, o.NextAt = state, c.now, time.Time{}
	switch {
	case state == WaitReceive && s.o.ReceiveAfter > 0:
		o.NextAt = c.now.Add(s.o.ReceiveAfter)
	case state == WaitStockOut && s.o.Shipping == ByPlatform:
		o.NextAt = c.now.Add(s.o.PlatformShips)
	case state == Paused:
		o.NextAt = o.ScDT
	case state == Finished || state == Cancelled:
		o.EndedAt = c.now
	}
	c.putOrder(o)
}

func (s *Simulator) paid(c *change, o order) {
	o.PaidAt = c.now
	if o.ScDT.After(c.now) {
		s.become(c, o, Paused)
		return
	}
	s.become(c, o, WaitStockOut)
}

// orderDue does what happens to an order by itself.
func (s *Simulator) orderDue(c *change, o order) {
	switch o.State {
	case Paused:
		s.become(c, o, WaitStockOut)
	case WaitStockOut:
		o.Carrier, o.Waybill = jdExpress, "JDSIM"+o.ID.String()
		s.leave(c, o, WaitReceive)
	case WaitReceive:
		s.finish(c, o)
	default:
		o.NextAt = time.Time{}
		c.putOrder(o)
	}
}

// leave takes the goods of an order out of the warehouse.
func (s *Simulator) leave(c *change, o order, state string) {
	for _, l := range o.Lines {
		s.takeOut(c, *c.skus.get(l.SKU.String()), l.Quantity)
	}
	s.become(c, o, state)
}

// finish ends an order that was received; the shop's money is due.
func (s *Simulator) finish(c *change, o order) {
	s.become(c, o, Finished)
	s.billOrder(c, o)
}

// cancel ends an order that did not leave; its units are sold again.
func (s *Simulator) cancel(c *change, o order) {
	out := o.out() || o.State == Locked && (o.Before == WaitReceive || o.Before == WaitDelivery)
	for _, l := range o.Lines {
		s.giveUp(c, *c.skus.get(l.SKU.String()), l.Quantity, out)
	}
	s.become(c, o, Cancelled)
}

// move changes an order that is in one of the states. Errors: NotFound sim.order_unknown,
// Conflict sim.order_state, Unavailable sim.state_unwritable.
func (s *Simulator) move(id ID, how func(*change, order), states ...string) error {
	return s.do(func(c *change) error {
		o := c.orders.get(id.String())
		switch {
		case o == nil:
			return pavilion.E(pavilion.NotFound, "sim.order_unknown", nil)
		case o.Split || !slices.Contains(states, o.State):
			return pavilion.E(pavilion.Conflict, "sim.order_state", pavilion.Args{"state": o.State})
		}
		how(c, *o)
		return nil
	})
}

// Pay pays an order that was placed unpaid. Errors: as of Receive.
func (s *Simulator) Pay(id ID) error { return s.move(id, s.paid, NotPay) }

// Receive has the shopper confirm that the goods are there. Errors: NotFound
// sim.order_unknown, Conflict sim.order_state, Unavailable sim.state_unwritable.
func (s *Simulator) Receive(id ID) error { return s.move(id, s.finish, WaitReceive) }

// Cancel ends an order before it leaves. Errors: as of Receive.
func (s *Simulator) Cancel(id ID) error {
	return s.move(id, s.cancel, NotPay, WaitStockOut, Locked, Paused)
}

// Lock holds an order, as the platform does when it fears a risk. Errors: as of Receive.
func (s *Simulator) Lock(id ID) error { return s.move(id, s.lock, WaitStockOut, WaitReceive) }

func (s *Simulator) lock(c *change, o order) {
	o.Before = o.State
	s.become(c, o, Locked)
}

// Unlock lets a held order go on. Errors: as of Receive.
func (s *Simulator) Unlock(id ID) error { return s.move(id, s.unlock, Locked) }

func (s *Simulator) unlock(c *change, o order) {
	s.become(c, o, orElse(o.Before, WaitStockOut))
}

// Split turns an order of several lines into one order for each; the first order is gone.
// Errors: as of Receive; Conflict also for a single line.
func (s *Simulator) Split(id ID) (children []ID, err error) {
	err = s.do(func(c *change) error {
		o := c.orders.get(id.String())
		if o == nil {
			return pavilion.E(pavilion.NotFound, "sim.order_unknown", nil)
		}
		if o.Split || o.State != WaitStockOut || len(o.Lines) < 2 {
			return pavilion.E(pavilion.Conflict, "sim.order_state", pavilion.Args{"state": o.State})
		}
		parent := *o
		parent.Split = true
		parts, err := money.New(o.Discount, money.CNY).Allocate(weights(o.Lines))
		if err != nil {
			return pavilion.E(pavilion.Internal, "sim.split", nil).Because(err)
		}
		taxes, err := money.New(o.Tax, money.CNY).Allocate(weights(o.Lines))
		if err != nil {
			return pavilion.E(pavilion.Internal, "sim.split", nil).Because(err)
		}
		for i, l := range o.Lines {
			child := *o
			child.ID, child.Parent, child.Lines = c.newID(), o.ID, []line{l}
			child.Discount, child.Tax = parts[i].Minor(), taxes[i].Minor()
			if i > 0 {
				child.Freight = 0
			}
			children = append(children, child.ID)
			s.become(c, child, child.State)
		}
		s.become(c, parent, parent.State)
		return nil
	})
	return children, err
}

// weights are what discounts and taxes are shared by.
func weights(lines []line) []int64 {
	out := make([]int64, len(lines))
	for i, l := range lines {
		out[i] = l.Price*l.Quantity + 1
	}
	return out
}

// Readdress has the shopper change the street before the goods leave; searches by time of
// change do not see it. Errors: as of Receive.
func (s *Simulator) Readdress(id ID, street string) error {
	return s.move(id, func(c *change, o order) {
		o.Street, o.Readdressed = street, true
		c.putOrder(o)
	}, WaitStockOut, Locked, Paused)
}

// Order is what somebody in the back office sees of an order.
type Order struct {
	ID       ID        `json:"order"`
	Parent   ID        `json:"parent,omitempty"`
	State    string    `json:"state"`
	Lines    []Line    `json:"lines"`
	Fen      int64     `json:"payable_fen"`
	Buyer    string    `json:"buyer"`
	Carrier  string    `json:"carrier,omitempty"`
	Waybill  string    `json:"waybill,omitempty"`
	Note     string    `json:"note,omitempty"`
	Split    bool      `json:"split,omitempty"`
	PlacedAt time.Time `json:"placed_at"`
	Modified time.Time `json:"modified"`
}

// Orders are all orders, oldest first.
func (s *Simulator) Orders() []Order {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	out := []Order{}
	for _, o := range s.begin().orders.list {
		out = append(out, o.seen())
	}
	return out
}

func (o *order) seen() Order {
	seen := Order{
		o.ID, o.Parent, o.State, nil, o.payable(), shopperOf(o.Buyer).name, o.Carrier, o.Waybill, o.Note, o.Split, o.PlacedAt, o.Modified,
	}
	for _, l := range o.Lines {
		seen.Lines = append(seen.Lines, Line{l.SKU, l.Quantity, l.Gift})
	}
	return seen
}
