package jd

import (
	"cmp"
	"slices"
	"time"

	"pavilion/money"
)

var orderMethods = map[string]method{
	"jingdong.pop.order.search":                {do: (*call).searchOrders},
	"jingdong.pop.order.enSearch":              {do: (*call).searchOrders},
	"jingdong.pop.order.get":                   {do: (*call).getOrder},
	"jingdong.pop.order.enGet":                 {do: (*call).getOrder},
	"jingdong.pop.order.notPayOrderInfo":       {do: (*call).unpaidOrders},
	"jingdong.pop.order.notPayOrderById":       {do: (*call).unpaidOrder},
	"jingdong.pop.order.modifyVenderRemark":    {do: (*call).remark},
	"360buy.order.vender.remark.update":        {do: (*call).remarkOld},
	"jingdong.pop.order.getRemarkByModifyTime": {do: (*call).remarks},
}

// noTimes are how the platform says that there is no time.
var noTimes = []string{"0001-01-01 00:00:00", "1970-01-01 00:00:00"}

// dateText is a moment in Beijing; no moment is one of the two dates that mean none.
func dateText(t time.Time) string { return timeText(t, 0) }

func timeText(t time.Time, which ID) string {
	if t.IsZero() {
		return noTimes[which%2]
	}
	return t.In(beijing).Format(time.DateTime)
}

// decimal is an amount as orders have it: a text in yuan.
func decimal(fen int64) string { return money.New(fen, money.CNY).Decimal() }

// encrypted tells the methods that never tell a buyer openly.
func (c *call) encrypted() bool {
	return c.method == "jingdong.pop.order.enSearch" || c.method == "jingdong.pop.order.enGet"
}

// told is everything there is to tell about an order; all of it is text.
func (c *call) told(o *order) obj {
	items := []any{}
	for _, l := range o.Lines {
		items = append(items, obj{
			"skuId": l.SKU.String(), "outerSkuId": l.Outer, "skuName": l.Name, "jdPrice": decimal(l.Price), "giftPoint": "0",
			"wareId": l.Ware.String(), "itemTotal": ID(l.Quantity).String(), "productNo": "", "serviceName": "", "newStoreId": "0",
			"invoiceContentId": "",
		})
	}
	coupons := []any{}
	if o.Discount > 0 {
		coupons = append(coupons, obj{"orderId": o.ID.String(), "skuId": "", "couponType": "100", "couponPrice": decimal(o.Discount)})
	}
	parent := "0"
	if o.Parent != 0 {
		parent = o.Parent.String()
	}
	t := obj{
		"orderId": o.ID.String(), "venderId": c.s.o.VenderID.String(), "orderType": "22", "payType": "4",
		"orderTotalPrice": decimal(o.goods()), "orderSellerPrice": decimal(o.goods() - o.Discount), "orderPayment": decimal(o.payable()),
		"freightPrice": decimal(o.Freight), "sellerDiscount": decimal(o.Discount), "balanceUsed": "0.00", "serviceFee": "0.00",
		"taxFee": ID(o.Tax).String(), "orderState": o.State, "orderStateRemark": stateWords[o.State], "deliveryType": "3",
		"invoiceEasyInfo": obj{"invoiceType": "0", "invoiceTitle": "", "invoiceContentId": "", "invoiceConsigneeEmail": "", "invoiceConsigneePhone": "", "invoiceCode": ""},
		"invoiceInfo":     "不需要开具发票", "invoiceCode": "", "orderRemark": o.Remark, "venderRemark": o.Note,
		"orderStartTime": timeText(o.PlacedAt, o.ID), "orderEndTime": timeText(o.EndedAt, o.ID),
		"paymentConfirmTime": timeText(o.PaidAt, o.ID), "modified": timeText(o.Modified, o.ID),
		"consigneeInfo": c.consignee(o, c.encrypted()), "itemInfoList": items, "couponDetailList": coupons,
		"pin": "sim***", "open_id_buyer": c.derived("buyer", ID(o.Buyer).String()), "xid_buyer": c.derived("xid", ID(o.Buyer).String()),
		"returnOrder": "0", "waybill": o.Waybill, "logisticsId": o.Carrier, "parentOrderId": parent, "directParentOrderId": parent,
		"orderSource": "模拟", "storeOrder": "", "storeId": "0", "menDianId": "", "idSopShipmenttype": 68,
		"customs": "", "customsId": "", "customsModel": "",
		"totalOriginalPrice": decimal(o.goods()), "totalSellerDiscount": decimal(o.Discount),
		"totalSellerReceivable": decimal(o.goods() - o.Discount + o.Freight), "shouldPay": decimal(o.payable()), "actualPay": decimal(o.payable()),
		"payDiscount": "0.00",
	}
	if !o.ScDT.IsZero() {
		t["scDT"] = dateText(o.ScDT)
	}
	if c.s.o.CrossBorder {
		t["customs"], t["customsId"], t["customsModel"] = "广州保税区", "guangzhou", "保税备货"
	}
	return t
}

// knownStates are what a search may ask for. Unpaid orders have their own methods.
var knownStates = []string{
	WaitStockOut, WaitDelivery, WaitReceive, Finished, Cancelled, Locked, Paused, pausedElsewhere, waitSendCode, allStates,
}

func (c *call) searchOrders() (obj, *failure) {
	p := c.p
	p.require("order_state", "page", "page_size")
	from, to, states, fields := p.moment("start_date"), p.moment("end_date"), p.list("order_state"), p.list("optional_fields")
	page, size := p.within("page", 1, 1, pageMost), p.within("page_size", 1, 1, 100)
	desc, created := p.number("sortType", 0) == 1, p.number("dateType", 0) == 1
	for _, state := range states {
		if !slices.Contains(knownStates, state) {
			p.refuse("61", "order_state")
		}
	}
	if from.IsZero() && to.IsZero() && slices.Equal(states, []string{WaitStockOut}) {
		from, to = c.beijing().AddDate(0, -1, 0), c.beijing()
	}
	switch {
	case from.IsZero():
		p.refuse("60", "start_date")
	case to.IsZero():
		p.refuse("60", "end_date")
	case to.Before(from) || to.After(from.AddDate(0, 1, 0)):
		p.refuse("61", "end_date")
	}
	if f := p.wrong(); f != nil {
		return nil, f
	}
	if len(fields) == 0 {
		return nil, fail("68")
	}
	by := func(o *order) time.Time { return o.Modified }
	if created {
		by = func(o *order) time.Time { return o.PlacedAt }
	}
	found := c.ordersIn(states, span{from, to}, by)
	slices.SortStableFunc(found, func(a, b *order) int {
		if desc {
			a, b = b, a
		}
		return cmp.Or(by(a).Compare(by(b)), cmp.Compare(a.ID, b.ID))
	})
	list := []any{}
	for _, o := range paged(found, page, size) {
		list = append(list, pick(c.told(o), fields))
	}
	if len(found) > 0 && c.s.faults.moves {
		c.s.faults.moves = false
		stirred := *found[0]
		c.s.become(c.change, stirred, stirred.State)
	}
	return obj{"searchorderinfo_result": obj{"apiResult": apiResult(nil), "orderTotal": len(found), "orderInfoList": list}}, nil
}

// ordersIn are the orders in the states that searches see already. The platform tells whole
// seconds, and finds by them.
func (c *call) ordersIn(states []string, within span, by func(*order) time.Time) []*order {
	var found []*order
	seen := c.now.Add(-c.s.lag)
	for _, o := range c.orders.list {
		all := slices.Contains(states, allStates) && o.State != NotPay
		if !o.Split && (all || slices.Contains(states, o.State)) && within.holds(by(o).Truncate(time.Second)) && !o.Modified.After(seen) {
			found = append(found, o)
		}
	}
	return found
}

// apiResult is how order methods tell success.
func apiResult(f *failure) obj {
	if f == nil {
		return obj{"success": true, "numberCode": 0, "englishErrCode": "", "chineseErrCode": ""}
	}
	return obj{"success": false, "numberCode": jsonNumber(f.code), "englishErrCode": f.en, "chineseErrCode": f.zh}
}

func (c *call) getOrder() (obj, *failure) {
	c.p.require("order_id")
	id, fields, states := c.p.id("order_id"), c.p.list("optional_fields"), c.p.list("order_state")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	if len(fields) == 0 {
		return nil, fail("68")
	}
	o := c.orders.get(id.String())
	if o == nil || o.Split || o.State == NotPay || len(states) > 0 && !slices.Contains(states, o.State) {
		return obj{"orderDetailInfo": obj{"apiResult": apiResult(fail(orderUnknown))}}, nil
	}
	return obj{"orderDetailInfo": obj{"apiResult": apiResult(nil), "orderInfo": pick(c.told(o), fields)}}, nil
}

// toldUnpaid is an order that is not paid. The members of its lines are arrays, one for all.
func (c *call) toldUnpaid(o *order) obj {
	skus, names, prices, counts := []any{}, []any{}, []any{}, []any{}
	for _, l := range o.Lines {
		skus, names = append(skus, l.SKU), append(names, l.Name)
		prices, counts = append(prices, decimal(l.Price)), append(counts, l.Quantity)
	}
	buyer := shopperOf(o.Buyer)
	return obj{
		"orderId": o.ID, "venderId": c.s.o.VenderID, "orderType": 22, "pin": "sim***", "payment": decimal(o.payable()), "status": 1,
		"orderCreated": dateText(o.PlacedAt), "created": dateText(o.PlacedAt), "modified": dateText(o.Modified), "parentId": 0,
		"provinceId": buyer.province.id, "cityId": buyer.city.id, "countyId": buyer.county.id, "townId": 0,
		"itemList": []any{obj{"skuId": skus, "skuName": names, "jdPrice": prices, "num": counts}},
	}
}

func (c *call) unpaidOrders() (obj, *failure) {
	c.p.require("startDate", "endDate")
	within := span{c.p.moment("startDate"), c.p.moment("endDate")}
	page, size := c.p.within("page", 1, 1, pageMost), c.p.within("pageSize", 10, 1, 100)
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	found := c.ordersIn([]string{NotPay}, within, func(o *order) time.Time { return o.PlacedAt })
	list := []any{}
	for _, o := range paged(found, page, size) {
		list = append(list, c.toldUnpaid(o))
	}
	return obj{"paginatedInfo": obj{
		"index": page, "pageSize": size, "totalItem": len(found), "totalPage": (int64(len(found)) + size - 1) / size, "pageList": list,
	}}, nil
}

func (c *call) unpaidOrder() (obj, *failure) {
	c.p.require("orderId")
	id := c.p.id("orderId")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	o := c.orders.get(id.String())
	if o == nil || o.State != NotPay {
		return nil, fail(orderUnknown)
	}
	return obj{"orderDataNotPayInfo": c.toldUnpaid(o)}, nil
}

// remark notes what the shop has to say. A search by time of change does not see it. The
// documents do not say what the answer holds beside its code.
func (c *call) remark() (obj, *failure) {
	c.p.require("order_id", "remark")
	text, flag, id := c.p.shortText("remark", 500), c.p.within("flag", 0, 0, 5), c.p.id("order_id")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	old := c.orders.get(id.String())
	if old == nil || old.Split {
		return nil, fail(orderUnknown)
	}
	o := *old
	o.Note, o.Flag, o.NotedAt = text, flag, c.now
	c.putOrder(o)
	return obj{}, nil
}

func (c *call) remarkOld() (obj, *failure) {
	if f := c.trade(); f != nil {
		return nil, f
	}
	return c.remark()
}

// remarks are the notes of a month; the names within an entry are those of writing it.
func (c *call) remarks() (obj, *failure) {
	c.p.require("startTime", "endTime")
	from, to := c.p.moment("startTime"), c.p.moment("endTime")
	c.p.within("page", 1, 1, 1)
	direction := c.p.within("sortTime", 1, -1, 1)
	if to.After(from.AddDate(0, 1, 0)) || to.Before(from) {
		c.p.refuse("61", "endTime")
	}
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	var found []*order
	for _, o := range c.orders.list {
		if !o.NotedAt.IsZero() && between(o.NotedAt, from, to) {
			found = append(found, o)
		}
	}
	slices.SortStableFunc(found, func(a, b *order) int { return int(direction) * a.NotedAt.Compare(b.NotedAt) })
	list := []any{}
	for _, o := range paged(found, 1, 100) {
		list = append(list, obj{
			"order_id": o.ID.String(), "flag": o.Flag, "remark": o.Note, "created": dateText(o.NotedAt), "modified": dateText(o.NotedAt),
		})
	}
	return obj{"getremarkbymodifytime_result": obj{"resultCode": 0, "errorMsg": "", "totleNum": len(found), "remarkList": list}}, nil
}
