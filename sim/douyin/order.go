package douyin

import (
	"encoding/json"
	"math/bits"
	"slices"
	"strconv"
	"time"

	"pavilion"
)

// The states of orders.
const (
	unpaid     = 1
	paid       = 105
	preparing  = 2
	partShip   = 101
	shipped    = 3
	cancelled  = 4
	finished   = 5
	partPaid   = 103 // of main_status: the deposit
	refunded   = 21  // of main_status: before shipping
	afterShip  = 22
	afterTaken = 39
)

var stateNames = map[int64]string{unpaid: "待支付", paid: "已支付", preparing: "备货中", partShip: "部分发货", shipped: "已发货", cancelled: "已取消", finished: "已完成"}

// order is a shop order.
type order struct {
	ID                                                string
	Shop, Biz, Buyer                                  int64
	Status, Main                                      int64
	Trade                                             int64 // trade_type
	Created, Updated                                  time.Time
	Paid, Released, ShipBy, Shipped, Finished, Ending time.Time
	Release                                           time.Duration // from paid to be shipped
	CancelReason, BuyerWords, SellerWords             string
	Stars, PayType                                    int64
	Payment                                           string
	Postage, ShopOff, PlatformOff, Tax, Deposit       int64 // fen
	Receiver                                          receiver
	Wanted                                            *receiver // the buyer asks to send it there instead
	Room                                              int64
	Lines                                             []line
	Packs                                             []pack
}

// line is a SKU order.
type line struct {
	ID                string
	Product, SKU      int64
	OutSKU            int64
	OutProduct, Outer string
	Code, Name, Pic   string
	Category, Reduce  int64
	Specs             [][2]string
	Num, Price        int64
	Off, Tax          int64 // of the whole line
	Sent              int64 // units that were shipped
	Free              bool
	Masters           []string
	Parts             []Part
	Held              taken // by warehouse, until it is shipped or released
	From              taken // what was taken where
	Status, Main      int64
}

// Part is one of the goods of a bundle.
type Part struct {
	Product, SKU, Num int64
}

// pack is a parcel.
type pack struct {
	ID, Company, Number string // Company is a code
	Items               []packed
	At                  time.Time
}

type packed struct {
	Line string
	Num  int64
}

func (o order) copied() order {
	o.Lines, o.Packs = slices.Clone(o.Lines), slices.Clone(o.Packs)
	return o
}

func (l *line) sum() int64  { return l.Price * l.Num }
func (l *line) pays() int64 { return l.sum() - l.Off + l.Tax }

// amount is what the order costs before anything is taken off, with postage.
func (o *order) amount() int64 {
	n := o.Postage + o.Tax
	for i := range o.Lines {
		n += o.Lines[i].sum()
	}
	return n
}

func (o *order) pays() int64 { return o.amount() - o.ShopOff - o.PlatformOff }

func (o *order) line(id string) *line {
	i := slices.IndexFunc(o.Lines, func(l line) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return &o.Lines[i]
}

// Placement is an order a simulated shopper places.
type Placement struct {
	Shop        int64           `json:"shop"`  // 0 is the first
	Buyer       int64           `json:"buyer"` // the same number is the same person; 0 is somebody new
	Lines       []PlacementLine `json:"lines"`
	Unpaid      bool            `json:"unpaid"`  // waits for Pay
	Deposit     int64           `json:"deposit"` // fen; a deposit presale, whose balance waits for Pay
	Postage     int64           `json:"postage"`
	ShopOff     int64           `json:"shop_off"`     // fen the shop lets off
	PlatformOff int64           `json:"platform_off"` // fen the platform lets off
	Tax         int64           `json:"tax"`
	Biz         int64           `json:"biz"`  // 0 is an ordinary shop's, 2
	Room        int64           `json:"room"` // the live session it came from
	Words       string          `json:"words"`
	ReleaseMS   *int64          `json:"release_ms"` // from paid to be shipped; nil is the usual
}

// PlacementLine is one of the goods. A gift comes with the first line that is none.
type PlacementLine struct {
	SKU   int64  `json:"sku"`
	Num   int64  `json:"num"`
	Gift  bool   `json:"gift"`
	Parts []Part `json:"parts"` // of a bundle
}

const (
	unpaidEnds = "unpaid"
	releaseDue = "release"
	rushDue    = "rush"
	finishDue  = "finish"
)

// PlaceOrder lets a simulated shopper buy. The platform sells what its own number says.
// Errors: Invalid sim.placement, NotFound sim.sku_unknown, Conflict sim.not_on_sale and
// sim.stock_short, Unavailable sim.state_unwritable.
func (s *Simulator) PlaceOrder(p Placement) (string, error) {
	var id string
	err := s.do(func(t *tx) error {
		o, err := t.place(p)
		if err == nil {
			id = o.ID
		}
		return err
	})
	s.poke()
	return id, err
}

// Burst places n orders at once and returns the numbers of those there was stock for.
func (s *Simulator) Burst(p Placement, n int) ([]string, error) {
	var ids []string
	for range n {
		id, err := s.PlaceOrder(p)
		if pavilion.KindOf(err) == pavilion.Conflict && err != nil {
			return ids, nil
		}
		if err != nil {
			return ids, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// Rush lets n shoppers buy, spread evenly over a time that begins now. Those who find
// nothing left go away.
func (s *Simulator) Rush(p Placement, n int, over time.Duration) error {
	if n < 1 || n > rushMost || over < 0 {
		return pavilion.E(pavilion.Invalid, "sim.placement", nil)
	}
	return s.do(func(t *tx) error {
		for i := range n {
			t.later(over*time.Duration(i)/time.Duration(n), rushDue, "", p)
		}
		return nil
	})
}

const rushMost = 100_000

// rush lets one of many shoppers buy. Whoever finds nothing left has done nothing, and all
// others are in changes of their own.
func (t *tx) rush(a *alarm) error {
	var p Placement
	if err := json.Unmarshal(a.With, &p); err != nil {
		return err
	}
	if err := t.canPlace(p); err != nil {
		t.s.o.Log.Info("a shopper found nothing to buy", "reason", pavilion.ReasonOf(err))
		return nil
	}
	_, err := t.place(p)
	return err
}

// canPlace tells why an order cannot be placed, nil if it can.
func (t *tx) canPlace(p Placement) error {
	if len(p.Lines) == 0 || p.Postage < 0 || p.ShopOff < 0 || p.PlatformOff < 0 || p.Tax < 0 || p.Deposit < 0 {
		return pavilion.E(pavilion.Invalid, "sim.placement", nil)
	}
	want := map[int64]int64{}
	for _, l := range p.Lines {
		u := t.skus.get(l.SKU)
		if u == nil || u.Deleted {
			return pavilion.E(pavilion.NotFound, "sim.sku_unknown", pavilion.Args{"sku": l.SKU})
		}
		if l.Num < 1 || l.Num > 1_000_000 || p.Shop != 0 && u.Shop != p.Shop {
			return pavilion.E(pavilion.Invalid, "sim.placement", nil)
		}
		if !t.products.get(u.Product).sells() {
			return pavilion.E(pavilion.Conflict, "sim.not_on_sale", pavilion.Args{"sku": l.SKU})
		}
		if want[l.SKU] += l.Num; want[l.SKU] > u.sellable() {
			return pavilion.E(pavilion.Conflict, "sim.stock_short", pavilion.Args{"sku": l.SKU})
		}
	}
	return nil
}

func (t *tx) place(p Placement) (*order, error) {
	if err := t.canPlace(p); err != nil {
		return nil, err
	}
	n := t.id(firstOrder)
	if p.Buyer == 0 {
		p.Buyer = n % 10_000_000
	}
	o := &order{
		ID: strconv.FormatInt(n, 10), Shop: t.skus.get(p.Lines[0].SKU).Shop, Biz: max(p.Biz, 2), Buyer: p.Buyer, Status: unpaid, Main: unpaid,
		Created: t.now, Updated: t.now, Ending: t.now.Add(t.s.rules.UnpaidLife), Release: t.s.rules.ReleaseTakes,
		BuyerWords: p.Words, Postage: p.Postage, ShopOff: p.ShopOff, PlatformOff: p.PlatformOff, Tax: p.Tax, Deposit: p.Deposit,
		Receiver: shopper(p.Buyer), Room: p.Room,
	}
	if p.ReleaseMS != nil {
		o.Release = time.Duration(*p.ReleaseMS) * time.Millisecond
	}
	if p.Deposit > 0 {
		o.Trade = 2
	}
	t.fillLines(o, p)
	if o.pays() < 0 || o.Deposit > o.pays() {
		return nil, pavilion.E(pavilion.Invalid, "sim.placement", nil)
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Reduce == 1 {
			t.takeLine(l)
		}
	}
	t.orders.put(o.ID, o)
	t.pushOrder(o, "100", obj{"create_time": t.now.Unix()})
	switch {
	case p.Deposit > 0:
		o.Main = partPaid
		t.later(t.s.rules.UnpaidLife, unpaidEnds, o.ID, nil)
	case p.Unpaid:
		t.later(t.s.rules.UnpaidLife, unpaidEnds, o.ID, nil)
	default:
		t.pay(o)
	}
	return o, nil
}

// fillLines writes the SKU orders of a new order.
func (t *tx) fillLines(o *order, p Placement) {
	master := ""
	total := int64(0)
	for _, a := range p.Lines {
		u := t.skus.get(a.SKU)
		of := t.products.get(u.Product)
		f := of.fields(false)
		l := line{
			ID: o.ID, Product: of.ID, SKU: u.ID, OutSKU: u.Out, OutProduct: strconv.FormatInt(of.Out, 10), Outer: of.Outer, Code: u.Code,
			Name: f.str("name"), Pic: firstOf(f.str("pic")), Category: f.num("category_leaf_id"), Reduce: f.num("reduce_type"),
			Num: a.Num, Price: u.Price, Free: a.Gift, Parts: a.Parts, Status: o.Status, Main: o.Main,
		}
		if of.Out == 0 {
			l.OutProduct = ""
		}
		if len(p.Lines) > 1 {
			l.ID = strconv.FormatInt(t.id(firstOrder), 10)
		}
		for i, name := range u.Names {
			l.Specs = append(l.Specs, [2]string{of.Specs[i].Name, name})
		}
		if a.Gift {
			l.Price = 0
		} else if master == "" {
			master = l.ID
		}
		total += l.sum()
		o.Lines = append(o.Lines, l)
	}
	offLeft, taxLeft := o.ShopOff+o.PlatformOff, o.Tax
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Free && master != "" {
			l.Masters = []string{master}
		}
		if total > 0 {
			l.Off, l.Tax = share(o.ShopOff+o.PlatformOff, l.sum(), total), share(o.Tax, l.sum(), total)
		}
		offLeft, taxLeft = offLeft-l.Off, taxLeft-l.Tax
	}
	o.Lines[0].Off += offLeft
	o.Lines[0].Tax += taxLeft
}

// share is the part of an amount that falls on part of a total, rounded down.
func share(amount, part, total int64) int64 {
	hi, lo := bits.Mul64(uint64(amount), uint64(part))
	out, _ := bits.Div64(hi, lo, uint64(total)) // part is at most total
	return int64(out)
}

// takeLine holds the units of a line; it reports whether there were enough.
func (t *tx) takeLine(l *line) bool {
	from, ok := t.skus.edit(l.SKU).take(l.Num)
	if ok {
		l.From, l.Held = from, from
	}
	return ok
}

// pay takes the buyer's money. If the stock is reduced only now and is short, the order is
// cancelled; it reports whether the order is paid.
func (t *tx) pay(o *order) bool {
	for i := range o.Lines {
		if l := &o.Lines[i]; l.From == nil && !t.takeLine(l) {
			t.endOrder(o, "库存不足")
			return false
		}
	}
	o.Paid, o.PayType, o.Payment = t.now, 2, "SIM"+o.ID
	if o.pays() == 0 {
		o.PayType = 7
	}
	if o.Release <= 0 {
		t.toShip(o)
		return true
	}
	t.setState(o, paid, paid)
	t.pushOrder(o, "110", obj{})
	t.later(o.Release, releaseDue, o.ID, nil)
	return true
}

func (t *tx) release(a *alarm) {
	if o := t.orders.get(a.Of); o != nil && o.Status == paid {
		t.toShip(t.orders.edit(a.Of))
	}
}

func (t *tx) toShip(o *order) {
	o.Released, o.ShipBy = t.now, t.now.Add(t.s.rules.ShipWithin)
	t.setState(o, preparing, preparing)
	t.pushOrder(o, "101", obj{"pay_time": ts(o.Paid), "pay_type": o.PayType, "pay_amount": o.pays()})
}

// setState moves the order and those of its lines that did not end.
func (t *tx) setState(o *order, status, main int64) {
	o.Status, o.Main, o.Updated = status, main, t.now
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Status != cancelled {
			l.Status, l.Main = status, main
		}
	}
}

func (t *tx) endUnpaid(a *alarm) {
	if o := t.orders.get(a.Of); o != nil && o.Status == unpaid {
		t.endOrder(t.orders.edit(a.Of), "超时未支付")
	}
}

// endOrder cancels an order that is not paid.
func (t *tx) endOrder(o *order, reason string) {
	for i := range o.Lines {
		t.letGo(&o.Lines[i], o.Lines[i].Num, t.s.rules.CancelledReturn)
	}
	o.CancelReason = reason
	t.setState(o, cancelled, cancelled)
	t.pushOrder(o, "106", obj{"cancel_time": t.now.Unix(), "cancel_reason": reason})
}

// letGo ends the hold of n units of a line; back makes them sellable again.
func (t *tx) letGo(l *line, n int64, back bool) {
	if u := t.skus.edit(l.SKU); u != nil && l.Held != nil {
		l.Held = u.release(l.Held, n, back)
	}
}
