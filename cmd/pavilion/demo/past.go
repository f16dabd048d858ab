package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
)

// PastDays is how long a demonstration has been open when somebody first looks at it.
const PastDays = 21

// wrongAmount is the order whose shopper pays one yuan, so that it waits for a person.
const wrongAmount = 141

// Clock is moved by the past that is lived on it. It is safe for use by many goroutines.
type Clock struct{ now atomic.Int64 }

// NewClock returns a clock that stands at a moment.
func NewClock(at time.Time) *Clock {
	c := &Clock{}
	c.now.Store(at.UnixMicro())
	return c
}

// Now is where the clock stands.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.now.Load()).UTC() }

func (c *Clock) advance(by time.Duration) { c.now.Add(by.Microseconds()) }

// Past is the life of a shop before a demonstration begins: three weeks of simulated orders
// that were paid, packed, shipped, delivered, refunded and cancelled by the demonstration's
// own staff. All of it goes through the program as it would in a real shop, on a clock that
// runs faster.
type Past struct {
	DB     *db.DB // opened with Clock
	Shop   *own.Shop
	Clock  *Clock
	Sealer *db.Sealer
	// Pay pays an order as its shopper would at the provider, with another amount than was
	// asked for unless it is zero.
	Pay func(ctx context.Context, o order.Order, amount money.Money) error
	// Work does what follows from the facts.
	Work func(ctx context.Context) error
	// Staff are the demonstration's people by role.
	Staff map[staff.Role]pavilion.StaffID
}

// Live lives until the present.
func (p Past) Live(ctx context.Context, present time.Time) error {
	// Every demonstration has the same past, as far as prices and goods stay the same.
	random := rand.New(rand.NewPCG(2022, 7))
	began := pavilion.DateOf(p.Clock.Now(), time.UTC)
	var on []sent
	last := present.Add(-10 * time.Minute).Truncate(time.Microsecond)
	for n := 1; p.Clock.Now().Before(last); n++ {
		p.Clock.advance(min(time.Duration(60+random.IntN(150))*time.Minute, last.Sub(p.Clock.Now())))
		o, err := p.buy(ctx, random, n)
		if err != nil {
			return fmt.Errorf("simulated order %d: %w", n, err)
		}
		on = append(on, sent{o, n})
		if on, err = p.goOn(ctx, on); err != nil {
			return err
		}
		if n%4 == 0 {
			if err := p.Work(ctx); err != nil {
				return err
			}
		}
	}
	p.Clock.advance(present.Sub(p.Clock.Now()))
	if err := Restock(ctx, p.DB, began, pavilion.DateOf(present, time.UTC)); err != nil {
		return err
	}
	if err := p.handle(ctx); err != nil {
		return err
	}
	return p.Work(ctx)
}

// sent is an order on its way.
type sent struct {
	order.Order
	n int
}

// buy places an order of a simulated shopper, and pays it unless the shopper forgets.
func (p Past) buy(ctx context.Context, random *rand.Rand, n int) (order.Order, error) {
	var all []good
	if err := p.DB.Read(ctx, func(v *db.View) (err error) {
		all, err = goods(ctx, v)
		return err
	}); err != nil {
		return order.Order{}, err
	}
	to := places[n%len(places)]
	to.Name, to.Phone = fmt.Sprintf("模拟顾客 %d", n), fmt.Sprintf("+861990001%04d", n)
	providers, err := p.Shop.Providers(ctx)
	if err != nil {
		return order.Order{}, err
	}
	checkout := own.Checkout{Key: fmt.Sprintf("simulated-past-%d", n), ShipTo: to, Lang: pavilion.Chinese, Provider: providers[0], Simulated: true}
	for try := 0; ; try++ {
		checkout.Lines = nil
		for range 1 + random.IntN(3) {
			g := all[random.IntN(len(all))]
			if gtin := g.row["gtin"]; nearlyGone[gtin] > 0 || gtin == string(limitedGTIN) {
				continue
			}
			checkout.Lines = append(checkout.Lines, own.Line{SKU: g.sku.ID, Quantity: int64(1 + random.IntN(3))})
		}
		notice, err := p.Shop.NoticeOf(ctx, checkout.Lines)
		if err != nil {
			return order.Order{}, err
		}
		checkout.Notice = notice.ID()
		out, err := p.Shop.Place(ctx, checkout)
		if err != nil && try < 20 { // nothing chosen, or the shelf is empty: another choice
			continue
		}
		if err != nil || n%9 == 4 {
			return out.Order, err
		}
		paid := money.Money{}
		if n == wrongAmount {
			paid = money.New(100, currency)
		}
		return out.Order, p.Pay(ctx, out.Order, paid)
	}
}

// goOn moves orders on by their age, and drops those that are where they stay.
func (p Past) goOn(ctx context.Context, on []sent) (left []sent, err error) {
	for _, s := range on {
		age := p.Clock.Now().Sub(s.PlacedAt)
		var do func(tx *db.Tx) error
		by := staff.Warehouse
		done := false
		switch {
		case s.n%9 == 4, s.n == wrongAmount: // was never paid
			continue
		case s.n%17 == 3 && age > 6*time.Hour:
			by, done = staff.Support, true
			do = func(tx *db.Tx) error { return order.Cancel(ctx, tx, s.ID, "顾客改变主意（模拟）") }
		case s.State == order.StateUnpaid && age > 30*time.Hour:
			do, s.State = func(tx *db.Tx) error { return p.send(ctx, tx, s) }, order.StateShipped
		case s.State == order.StateShipped && age > 5*24*time.Hour:
			do, s.State = func(tx *db.Tx) error { return shipment.Deliver(ctx, tx, s.ID) }, order.StateDelivered
		case s.State == order.StateDelivered && s.n%13 == 5 && age > 6*24*time.Hour:
			by, done = staff.Finance, true
			do = func(tx *db.Tx) error {
				return order.Refund(ctx, tx, s.ID, []order.RefundLine{{Line: 1, Quantity: 1}}, "包装破损（模拟）", false)
			}
		case s.State == order.StateDelivered && age > 12*24*time.Hour:
			done = true
			do = func(tx *db.Tx) error { return order.Complete(ctx, tx, s.ID) }
		}
		if do != nil {
			if err := p.DB.Write(ctx, p.by(by), do); err != nil {
				return nil, fmt.Errorf("simulated order %s: %w", s.Number, err)
			}
		}
		if !done {
			left = append(left, s)
		}
	}
	return left, nil
}

// by is the demonstration's person with the role.
func (p Past) by(role staff.Role) pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByStaff, ID: string(p.Staff[role])}
}

// send packs an order, a large one into two parcels, and ships it.
func (p Past) send(ctx context.Context, tx *db.Tx, s sent) error {
	drafts := []shipment.Draft{{Carrier: "sf", Waybill: fmt.Sprintf("SF19%011d", s.n*104_729), WeightG: 600}}
	for _, l := range s.Lines {
		drafts[0].Lines = append(drafts[0].Lines, shipment.Line{Line: l.Number, Quantity: l.Quantity})
	}
	if last := len(s.Lines) - 1; last > 0 && s.n%3 == 0 {
		drafts = append(drafts, shipment.Draft{Carrier: "zto", Waybill: fmt.Sprintf("7599%010d", s.n*7919), WeightG: 400, Lines: drafts[0].Lines[last:]})
		drafts[0].Lines = drafts[0].Lines[:last]
	}
	if _, err := shipment.Pack(ctx, tx, s.ID, drafts...); err != nil {
		return err
	}
	return shipment.Ship(ctx, tx, s.ID)
}

// handle leaves traces of a warehouse's days: goods moved, broken and thrown away.
func (p Past) handle(ctx context.Context) error {
	return p.DB.Write(ctx, p.by(staff.Warehouse), func(tx *db.Tx) error {
		all, err := goods(ctx, tx)
		if err != nil {
			return err
		}
		warehouses, err := stock.Warehouses(ctx, tx)
		if err != nil {
			return err
		}
		moved := 0
		for _, g := range all {
			lots, err := stock.Lots(ctx, tx, g.sku.ID)
			if err != nil {
				return err
			}
			for _, l := range lots {
				if l.OnHand-l.Reserved < 60 || moved == 6 {
					continue
				}
				to := warehouses[0].ID
				if to == l.Warehouse {
					to = warehouses[1].ID
				}
				err := errors.Join(
					stock.Transfer(ctx, tx, stock.Move{Lot: l.Lot, From: l.Warehouse, To: to, Quantity: 12, Cause: "demo"}),
					stock.WriteOff(ctx, tx, stock.Handling{Lot: l.Lot, Warehouse: l.Warehouse, Quantity: 2, Cause: "damage", Note: "演示"}),
				)
				if err != nil {
					return err
				}
				moved++
			}
		}
		return nil
	})
}
