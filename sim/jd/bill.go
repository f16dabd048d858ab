package jd

import (
	"strings"
	"time"
)

var billMethods = map[string]method{
	"jingdong.pop.taurus.queryBillChargeListByCondition": {do: (*call).bills},
}

// The kinds of business in a bill, and which way money goes.
const (
	billOrder     = 1001
	billAfterSale = 1002

	toShop   = 1
	fromShop = 2
)

// bill is what the platform charges and pays for one order, or for one service of it.
type bill struct {
	ID    ID
	No    string
	Kind  int64
	About ID // the order
	Fees  []fee
	At    time.Time
}

// fee is one amount of a bill.
type fee struct {
	ID        ID
	SKU       ID
	Count     int64
	Fen       int64
	Direction int64
	Type      string
}

func (b *bill) key() string    { return b.ID.String() }
func (b *bill) due() time.Time { return time.Time{} }

// charge is a bill over amounts that go one way, with the platform's part the other way.
func (s *Simulator) charge(c *change, kind int64, about ID, fees []fee, direction int64) {
	b := bill{ID: c.newID(), Kind: kind, About: about, At: c.now}
	b.No = "SIM" + b.ID.String()
	for _, f := range fees {
		f.ID, f.Direction, f.Type = c.newID(), direction, "货款"
		b.Fees = append(b.Fees, f)
		if part := f.Fen * s.o.CommissionPerMille / 1000; part > 0 {
			b.Fees = append(b.Fees, fee{c.newID(), f.SKU, f.Count, part, toShop + fromShop - direction, "佣金"})
		}
	}
	c.putBill(b)
}

func (s *Simulator) billOrder(c *change, o order) {
	var fees []fee
	left := o.Discount
	for _, l := range o.Lines {
		fen := l.Price * l.Quantity
		off := left
		if o.goods() > 0 {
			off = o.Discount * fen / o.goods()
		}
		left -= off
		fees = append(fees, fee{SKU: l.SKU, Count: l.Quantity, Fen: fen - off})
	}
	if len(fees) > 0 {
		fees[0].Fen += o.Freight - left
	}
	s.charge(c, billOrder, o.ID, fees, toShop)
}

func (s *Simulator) billService(c *change, v service) {
	s.charge(c, billAfterSale, v.Order, []fee{{SKU: v.SKU, Count: v.Quantity, Fen: v.Fen}}, fromShop)
}

// bills are the charges; every bill here is settled at once. The documents do not say what
// dateType means, so both pairs of dates ask for the day of the bill.
func (c *call) bills() (obj, *failure) {
	p := c.p
	order, made, business := p.id("orderId"), c.pair("startDate", "endDate"), c.pair("businessBeginTime", "businessEndTime")
	p.number("dateType", 0)
	p.number("settlementStatus", 0)
	if order == 0 && (made.from.IsZero() || made.to.IsZero()) && (business.from.IsZero() || business.to.IsZero()) {
		p.refuse("60", "startDate")
	}
	if f := p.wrong(); f != nil {
		return nil, f
	}
	list := []any{}
	for _, b := range c.change.bills.list {
		if order != 0 && b.About != order || !made.secondly(b.At) || !business.secondly(b.At) {
			continue
		}
		fees := []any{}
		for _, f := range b.Fees {
			fees = append(fees, obj{
				"detailId": f.ID, "skuId": f.SKU, "skuUuid": c.derived("uuid", f.ID.String()), "count": f.Count, "money": yuan(f.Fen),
				"direction": f.Direction, "currency": "CNY", "feeType": f.Type, "settlementStatus": 1, "settlementTime": dateText(b.At),
				"billNo": b.No, "billType": b.Kind, "returnTime": dateText(time.Time{}), "businessUuid": c.derived("bill", b.ID.String()),
				"bankFlow": "", "settleRemark": "模拟结算", "merDate": strings.ReplaceAll(b.At.In(beijing).Format(time.DateOnly), "-", ""),
			})
		}
		list = append(list, obj{
			"orderId": b.About, "venderId": c.s.o.VenderID, "completed": true, "createTime": dateText(b.At), "docCreateTime": dateText(b.At),
			"docUpdateTime": dateText(b.At), "rfBusiType": b.Kind, "feeList": fees,
		})
	}
	return obj{c.s.o.BillRoot: obj{"success": true, "resultCode": "0", "message": "", c.s.o.BillList: list}}, nil
}
