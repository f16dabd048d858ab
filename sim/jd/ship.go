package jd

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

var shipMethods = map[string]method{
	"jingdong.pop.order.shipment":            {do: (*call).ship},
	"360buy.order.sop.waybill.update":        {do: (*call).updateWaybill},
	"360buy.overseas.order.sop.outstorage":   {do: (*call).outStorage},
	"360buy.overseas.order.sop.delivery":     {do: (*call).deliver},
	"360buy.get.vender.all.delivery.company": {do: (*call).companies},
	"360buy.delivery.logistics.get":          {do: (*call).logistics},
}

const (
	bySeller     = "1274" // the shop brings it: no waybill is kept
	jdExpress    = "2087" // one waybill only
	waybillsMost = 10
	waybillBytes = 200
)

// carriers are those of the shop.
var carriers = []struct{ id, name string }{
	{"463", "圆通快递"}, {"465", "EMS"}, {"467", "顺丰快递"}, {bySeller, "厂家自送"}, {"1327", "韵达快递"}, {"1499", "中通快递"},
	{"1747", "优速快递"}, {jdExpress, "京东快递"}, {"2094", "快捷速递"}, {"2170", "邮政包裹"},
}

func carrierKnown(id string) bool {
	for _, c := range carriers {
		if c.id == id {
			return true
		}
	}
	return false
}

// trade is a write that was done by the caller's number of it.
type trade struct {
	Method, No string
	At         time.Time
}

func tradeKey(method, no string) string { return method + "/" + no }
func (t *trade) key() string            { return tradeKey(t.Method, t.No) }
func (t *trade) due() time.Time         { return time.Time{} }

// trade takes a call's number, once.
func (c *call) trade() *failure {
	no := c.p.text("trade_no")
	if no == "" {
		return fail("16")
	}
	if c.trades.get(tradeKey(c.method, no)) != nil {
		return fail("17")
	}
	c.putTrade(trade{c.method, no, c.now})
	return nil
}

// judgeParcels tells what is wrong with carriers and waybills: carriers are joined by |,
// those of one carrier by commas.
func judgeParcels(carrierList, waybillList string) *failure {
	ids, groups := strings.Split(carrierList, "|"), strings.Split(waybillList, "|")
	if len(waybillList) > waybillBytes || len(ids) != len(groups) {
		return fail(badWaybill)
	}
	count := 0
	for i, id := range ids {
		if !carrierKnown(id) {
			return fail(badCarrier)
		}
		numbers := slices.DeleteFunc(strings.Split(groups[i], ","), func(s string) bool { return strings.TrimSpace(s) == "" })
		if (id == bySeller) != (len(numbers) == 0) || id == jdExpress && len(numbers) > 1 {
			return fail(badWaybill)
		}
		count += len(numbers)
	}
	if count > waybillsMost {
		return fail(badWaybill)
	}
	return nil
}

// leaving is an order that may leave the warehouse now.
func (c *call) leaving(id ID) (*order, *failure) {
	o := c.orders.get(id.String())
	switch {
	case o == nil || o.Split || o.State == NotPay:
		return nil, fail(orderUnknown)
	case o.State == Locked || o.State == Cancelled || o.State == Paused:
		return nil, fail(orderLocked)
	case o.State != WaitStockOut:
		return nil, fail(orderOut)
	}
	return o, nil
}

// ship sends a domestic order.
func (c *call) ship() (obj, *failure) {
	c.p.require("orderId", "logiCoprId")
	id, carrier, waybill := c.p.id("orderId"), c.p.text("logiCoprId"), c.p.text("logiNo")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	f := judgeParcels(carrier, waybill)
	if c.s.o.Shipping == Overseas {
		f = fail(overseasOnly)
	}
	if c.s.o.Shipping == ByPlatform {
		f = fail("64")
	}
	if id <= 0 {
		f = fail(badOrder)
	}
	o, late := c.leaving(id)
	if f == nil {
		f = late
	}
	if f != nil {
		return obj{"sopjosshipment_result": obj{"success": false, "errorCode": f.code, "chineseErrCode": f.zh, "englishErrCode": f.en}}, nil
	}
	shipped := *o
	shipped.Carrier, shipped.Waybill = carrier, waybill
	c.s.leave(c.change, shipped, WaitReceive)
	return obj{"sopjosshipment_result": obj{"success": true, "errorCode": "", "chineseErrCode": "", "englishErrCode": ""}}, nil
}

// done is the answer of the older order methods.
func (c *call) done(id ID) obj {
	return obj{"vender_id": c.s.o.VenderID.String(), "order_id": id.String(), "modified": dateText(c.now)}
}

// outStorage is the first step of an overseas shop.
func (c *call) outStorage() (obj, *failure) {
	o, f := c.overseas()
	if f != nil {
		return nil, f
	}
	if _, f := c.leaving(o.ID); f != nil {
		return nil, f
	}
	if f := c.trade(); f != nil {
		return nil, f
	}
	c.s.leave(c.change, *o, WaitDelivery)
	return c.done(o.ID), nil
}

// overseas reads the order of an overseas step.
func (c *call) overseas() (*order, *failure) {
	c.p.require("order_id")
	id := c.p.id("order_id")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	if c.s.o.Shipping != Overseas {
		return nil, fail("64")
	}
	o := c.orders.get(id.String())
	if o == nil || o.Split || o.State == NotPay {
		return nil, fail(orderUnknown)
	}
	return o, nil
}

// deliver is the second step: the parcel goes on inside the country.
func (c *call) deliver() (obj, *failure) {
	c.p.require("logistics_id", "waybill")
	carrier, waybill := c.p.text("logistics_id"), c.p.text("waybill")
	o, f := c.overseas()
	if f != nil {
		return nil, f
	}
	switch o.State {
	case WaitDelivery:
	case WaitReceive, Finished:
		return nil, fail(orderOut)
	default:
		return nil, fail(orderLocked)
	}
	if f := judgeParcels(carrier, waybill); f != nil {
		return nil, f
	}
	if f := c.trade(); f != nil {
		return nil, f
	}
	shipped := *o
	shipped.Carrier, shipped.Waybill = carrier, waybill
	c.s.become(c.change, shipped, WaitReceive)
	return c.done(o.ID), nil
}

// updateWaybill mends the numbers of an order on its way.
func (c *call) updateWaybill() (obj, *failure) {
	c.p.require("order_id", "logistics_id", "waybill")
	id, carrier, waybill := c.p.id("order_id"), c.p.text("logistics_id"), c.p.text("waybill")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	o := c.orders.get(id.String())
	if o == nil || o.Split {
		return nil, fail(orderUnknown)
	}
	if o.State != WaitReceive {
		return nil, fail(orderLocked)
	}
	if f := judgeParcels(carrier, waybill); f != nil {
		return nil, f
	}
	if f := c.trade(); f != nil {
		return nil, f
	}
	mended := *o
	mended.Carrier, mended.Waybill = carrier, waybill
	c.s.become(c.change, mended, WaitReceive)
	return c.done(id), nil
}

func (c *call) companies() (obj, *failure) {
	list := []any{}
	for _, one := range carriers {
		list = append(list, obj{"id": jsonNumber(one.id), "name": one.name, "description": ""})
	}
	return obj{"vender_id": c.s.o.VenderID.String(), "delivery_companies": list}, nil
}

func (c *call) logistics() (obj, *failure) {
	list := []any{}
	for i, one := range carriers {
		list = append(list, obj{
			"logistics_id": jsonNumber(one.id), "logistics_name": one.name, "logistics_remark": "", "sequence": i, "agree_flag": "1", "is_cod": false,
		})
	}
	return obj{"logistics_companies": obj{"vender_id": c.s.o.VenderID.String(), "logistics_list": list}}, nil
}

// jsonNumber is a number that is written down as text here.
func jsonNumber(s string) json.Number { return json.Number(s) }
