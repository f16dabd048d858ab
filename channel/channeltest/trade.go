package channeltest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"pavilion"
	"pavilion/channel"
)

type order struct{ channel.PlatformOrder }

// open tells whether the order still waits to be shipped as a whole.
func (o *order) open() bool {
	switch o.State {
	case channel.OrderUnpaid, channel.OrderWaiting, channel.OrderToShip, channel.OrderLocked:
		return true
	}
	return false
}

// Purchase is what a shopper buys.
type Purchase struct {
	Lines  []PurchaseLine
	Unpaid bool
	Remark string
}

// PurchaseLine is a unit of it. One the platform sells under no name of ours is bought by ID.
type PurchaseLine struct {
	Ref      string
	Unit     channel.UnitID // found by Ref if empty
	Quantity int64
	Gift     bool
}

// Buy places an order for one unit, paid.
func (p *Platform) Buy(ref string, quantity int64) (number string, err error) {
	return p.Order(Purchase{Lines: []PurchaseLine{{Ref: ref, Quantity: quantity}}})
}

// Order places an order, out of what is offered. Error: Conflict channel.stock_short.
func (p *Platform) Order(in Purchase) (number string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := &order{channel.PlatformOrder{
		State: channel.OrderUnpaid, Word: "WAIT_PAY", Placed: p.o.Clock(), Remark: in.Remark, Test: true, Buyer: "buyer-1",
		Goods: Yuan(0), Freight: Yuan(0), Tax: Yuan(0), Funded: Yuan(0),
		ShipTo: channel.MaskedTo{Name: "王**", Phone: "138****8000", Province: "北京市", City: "北京市", County: "朝阳区", Town: "建外街道", Detail: "建国路****", PostalCode: "100022"},
		Ciphers: []channel.Cipher{
			{Field: "name", Text: "sealed-name"}, {Field: "phone", Text: "sealed-phone"}, {Field: "address", Text: "sealed-address"},
		},
	}}
	for i, l := range in.Lines {
		line, err := p.line(l)
		if err != nil {
			return "", err
		}
		line.ID = fmt.Sprint(i + 1)
		o.Lines = append(o.Lines, line)
		if o.Goods, err = o.Goods.Add(line.Paid); err != nil {
			return "", err
		}
	}
	wanted := map[channel.UnitID]int64{}
	for _, l := range o.Lines {
		if wanted[l.Unit] += l.Quantity; p.stock[l.Unit] < wanted[l.Unit] {
			return "", pavilion.E(pavilion.Conflict, "channel.stock_short", nil)
		}
	}
	for unit, n := range wanted {
		p.stock[unit] -= n
	}
	o.Number, o.Paying = p.id("9007199254"), o.Goods // beyond what a float holds exactly
	p.orders = append(p.orders, o)
	p.changed(o, "placed")
	if !in.Unpaid {
		p.pay(o)
	}
	return o.Number, nil
}

// line prices a line. Under mu.
func (p *Platform) line(in PurchaseLine) (out channel.PlatformLine, err error) {
	for _, l := range p.listings {
		for _, u := range l.Units {
			id := channel.UnitID{Listing: l.ID, Unit: u.ID}
			if in.Unit != id && (in.Ref == "" || in.Ref != u.Ref) {
				continue
			}
			out = channel.PlatformLine{Unit: id, Ref: u.Ref, Name: u.Name, Quantity: in.Quantity, Price: u.Price, Gift: in.Gift}
			if in.Gift {
				out.Price = Yuan(0)
			}
			out.Paid, err = out.Price.Times(in.Quantity)
			return out, err
		}
	}
	return out, refused(pavilion.NotFound, "unit")
}

// changed notes that an order changed. Under mu.
func (p *Platform) changed(o *order, kind string) {
	o.Modified = p.o.Clock()
	o.Version++
	p.push(kind, o.Number)
}

func (p *Platform) pay(o *order) {
	o.State, o.Word, o.Paid = channel.OrderToShip, "WAIT_SHIP", p.o.Clock()
	o.ShipBy = o.Paid.Add(p.Traits().ShipIn)
	p.changed(o, "paid")
}

// with changes an order that must be in one of some states.
func (p *Platform) with(number string, in []channel.OrderState, do func(*order)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.change(number, in, do)
}

func (p *Platform) change(number string, in []channel.OrderState, do func(*order)) error {
	o := p.numbered(number)
	switch {
	case o == nil:
		return refused(pavilion.NotFound, "order")
	case !slices.Contains(in, o.State):
		return refused(pavilion.Conflict, "state")
	}
	do(o)
	return nil
}

func (p *Platform) numbered(number string) *order {
	for _, o := range p.orders {
		if o.Number == number {
			return o
		}
	}
	return nil
}

// Pay pays an order.
func (p *Platform) Pay(number string) error {
	return p.with(number, []channel.OrderState{channel.OrderUnpaid}, p.pay)
}

// GiveUp has the shopper cancel an order that was not shipped: its units are offered again.
func (p *Platform) GiveUp(number string) error {
	return p.with(number, notShipped, p.cancel)
}

var notShipped = []channel.OrderState{channel.OrderUnpaid, channel.OrderWaiting, channel.OrderToShip, channel.OrderLocked}

func (p *Platform) cancel(o *order) {
	for _, l := range o.Lines {
		if !l.Refunded {
			p.stock[l.Unit] += l.Quantity
		}
	}
	o.State, o.Word = channel.OrderCancelled, "CANCELLED"
	p.changed(o, "cancelled")
}

// Complete has the shopper confirm that the goods came; the platform makes a bill.
func (p *Platform) Complete(number string) error {
	return p.with(number, []channel.OrderState{channel.OrderShipped}, func(o *order) {
		o.State, o.Word = channel.OrderCompleted, "COMPLETED"
		p.changed(o, "completed")
		p.bill(o.Number, o.Paying.Decimal())
	})
}

// RefundLine pays a line of an order back before it was shipped: its units are offered again.
func (p *Platform) RefundLine(number, line string) error {
	return p.with(number, []channel.OrderState{channel.OrderToShip}, func(o *order) {
		left := false
		for i := range o.Lines {
			l := &o.Lines[i]
			if l.ID == line && !l.Refunded {
				l.Refunded = true
				p.stock[l.Unit] += l.Quantity
			}
			left = left || !l.Refunded
		}
		if !left {
			o.State, o.Word = channel.OrderCancelled, "CANCELLED"
		}
		p.changed(o, "refunded")
	})
}

// Edit changes what the platform tells of an order, such as where it goes.
func (p *Platform) Edit(number string, edit func(*channel.PlatformOrder)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.numbered(number)
	if o == nil {
		return refused(pavilion.NotFound, "order")
	}
	edit(&o.PlatformOrder)
	p.changed(o, "edited")
	return nil
}

// Placed is an order as it stands.
func (p *Platform) Placed(number string) (channel.PlatformOrder, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o := p.numbered(number); o != nil {
		return o.told(), true
	}
	return channel.PlatformOrder{}, false
}

// Orders are all there are, in the order they were placed.
func (p *Platform) Orders() (out []channel.PlatformOrder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range p.orders {
		out = append(out, o.told())
	}
	return out
}

func (o *order) told() channel.PlatformOrder {
	out := o.PlatformOrder
	out.Lines, out.Parcels, out.Ciphers = slices.Clone(o.Lines), slices.Clone(o.Parcels), slices.Clone(o.Ciphers)
	return out
}

// ListOrders lists by the time of the last change.
func (p *Platform) ListOrders(_ context.Context, a channel.Access, q channel.Asked) (out channel.OrderPage, err error) {
	return out, p.talk("ListOrders", &a, func() error {
		if q.To.Sub(q.From) > p.Traits().Window {
			return refused(pavilion.Invalid, "window")
		}
		found, next := page(p, q, p.orders, func(o *order) time.Time { return o.Modified })
		out = channel.OrderPage{Next: next}
		for _, o := range found {
			out.Orders = append(out.Orders, o.told())
		}
		return nil
	})
}

// GetOrder knows an order at once.
func (p *Platform) GetOrder(_ context.Context, a channel.Access, number string) (out channel.PlatformOrder, err error) {
	return out, p.talk("GetOrder", &a, func() error {
		o := p.numbered(number)
		if o == nil {
			return refused(pavilion.NotFound, "order")
		}
		out = o.told()
		return nil
	})
}

// Decrypt reads and counts fields.
func (p *Platform) Decrypt(_ context.Context, a channel.Access, number string, fields []channel.Cipher) (out []string, err error) {
	clear := map[string]string{"sealed-name": BuyerName, "sealed-phone": BuyerPhone, "sealed-address": BuyerAddress}
	return out, p.talk("Decrypt", &a, func() error {
		if p.numbered(number) == nil {
			return refused(pavilion.NotFound, "order")
		}
		out = nil
		for _, f := range fields {
			out = append(out, clear[f.Text])
		}
		p.read += len(fields)
		return nil
	})
}

// Decrypted is how many fields were read.
func (p *Platform) Decrypted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.read
}

// signature is the header in which pushes are signed.
const signature = "Fake-Signature"

func sign(body []byte) string {
	h := hmac.New(sha256.New, []byte(Secret))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// push sends a message. Under mu.
func (p *Platform) push(kind, number string) {
	if !p.o.Pushes {
		return
	}
	body, err := json.Marshal([]channel.Hint{{Key: p.id("M"), Shop: p.o.Shop, Order: number, Kind: kind, At: p.o.Clock()}})
	if err != nil {
		panic(err) // of values of our own
	}
	p.pushed = append(p.pushed, Push{Header: http.Header{signature: {sign(body)}}, Body: body})
}

// ReadPush reads what [Platform.Pushes] sends.
func (p *Platform) ReadPush(header http.Header, body []byte) (hints []channel.Hint, answer []byte, err error) {
	if !hmac.Equal([]byte(header.Get(signature)), []byte(sign(body))) {
		return nil, nil, refused(pavilion.Forbidden, "forged")
	}
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&hints); err != nil {
		return nil, nil, refused(pavilion.Invalid, "malformed")
	}
	return hints, []byte(`{"ok":true}`), nil
}

// Carriers are two.
func (p *Platform) Carriers(_ context.Context, a channel.Access) (out []channel.Carrier, err error) {
	return out, p.talk("Carriers", &a, func() error {
		out = slices.Clone(carriers)
		return nil
	})
}

var carriers = []channel.Carrier{{Code: "SF", Name: "顺丰速运"}, {Code: "ZTO", Name: "中通快递"}}

// Ship takes parcels in; those it knows are no error.
func (p *Platform) Ship(_ context.Context, a channel.Access, parcels []channel.Dispatch) error {
	return p.talk("Ship", &a, func() error {
		for _, d := range parcels {
			if !slices.ContainsFunc(carriers, func(c channel.Carrier) bool { return c.Code == d.Carrier }) {
				return refused(pavilion.Invalid, "carrier").At("carrier")
			}
			o, parcel := p.numbered(d.Order), channel.PlatformParcel{Carrier: d.Carrier, Waybill: d.Waybill}
			switch {
			case o == nil:
				return refused(pavilion.NotFound, "order")
			case slices.Contains(o.Parcels, parcel):
				continue
			case o.State != channel.OrderToShip && o.State != channel.OrderPart:
				return refused(pavilion.Conflict, "state")
			}
			o.Parcels = append(o.Parcels, parcel)
			if o.State, o.Word = channel.OrderPart, "PART_SHIPPED"; d.Last || len(d.Lines) == 0 {
				o.State, o.Word = channel.OrderShipped, "SHIPPED"
			}
			p.changed(o, "shipped")
		}
		return nil
	})
}

// Cancel gives an order up.
func (p *Platform) Cancel(_ context.Context, a channel.Access, number, _ string) error {
	return p.talk("Cancel", &a, func() error {
		if o := p.numbered(number); o != nil && o.State == channel.OrderCancelled {
			return nil
		}
		return p.change(number, notShipped, p.cancel)
	})
}
