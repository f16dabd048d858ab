package jd

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/money"
)

const orderFields = "orderId,orderState,modified,orderPayment,orderTotalPrice,sellerDiscount,freightPrice,taxFee,itemInfoList,consigneeInfo,parentOrderId,waybill,logisticsId,orderEndTime,paymentConfirmTime,venderRemark,customsModel,scDT"

func (w *rig) order(id ID) node {
	w.t.Helper()
	n := w.call("jingdong.pop.order.get", `{"order_id":"`+id.String()+`","optional_fields":"`+orderFields+`"}`)
	n.want("orderDetailInfo.apiResult.success", "true")
	return n.at("orderDetailInfo.orderInfo")
}

func (w *rig) search(more string) node {
	w.t.Helper()
	return w.call("jingdong.pop.order.search", `{"optional_fields":"orderId,orderState,modified","page":"1","page_size":"100","order_state":"ALL",`+
		`"start_date":"2026-11-01 00:00:00","end_date":"2026-12-01 00:00:00"`+more+`}`).at("searchorderinfo_result")
}

func TestLifeOfAnOrder(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{ReceiveAfter: 24 * time.Hour, CommissionPerMille: 50, TokenLife: 365 * 24 * time.Hour})
	_, skus := w.goods()
	id, err := w.sim.PlaceOrder(Purchase{
		Lines: []Line{{SKU: skus[0], Quantity: 2}, {SKU: skus[1], Quantity: 1, Gift: true}}, Unpaid: true,
		Discount: money.New(150, money.CNY), Freight: money.New(500, money.CNY),
	})
	w.do(err)
	w.call("jingdong.pop.order.get", `{"order_id":`+id.String()+`,"optional_fields":"orderId"}`).want(
		"orderDetailInfo.apiResult.success", "false", "orderDetailInfo.apiResult.numberCode", orderUnknown)
	w.call("jingdong.pop.order.notPayOrderInfo", `{"startDate":"2026-11-23 00:00:00","endDate":"2026-11-24 00:00:00","page":1,"pageSize":50}`).want(
		"paginatedInfo.totalItem", "1", "paginatedInfo.pageList.0.orderId", id.String(), "paginatedInfo.pageList.0.itemList.0.num.0", "2")
	w.call("jingdong.pop.order.notPayOrderById", `{"orderId":`+id.String()+`}`).want("orderDataNotPayInfo.payment", "43.30")
	w.search("").want("orderTotal", "0")

	w.pass(time.Minute)
	w.do(w.sim.Pay(id))
	o := w.order(id)
	o.want("orderId", id.String(), "orderState", WaitStockOut, "orderTotalPrice", "39.80", "sellerDiscount", "1.50", "orderPayment", "43.30",
		"itemInfoList.0.itemTotal", "2", "itemInfoList.0.skuId", skus[0].String(), "itemInfoList.1.jdPrice", "0.00",
		"paymentConfirmTime", "2026-11-23 12:01:00", "modified", "2026-11-23 12:01:00", "parentOrderId", "0", "taxFee", "0")
	if end := o.text("orderEndTime"); end != noTimes[0] && end != noTimes[1] {
		t.Errorf("got %s for no time", end)
	}

	w.pass(time.Minute)
	w.call("jingdong.pop.order.modifyVenderRemark", `{"order_id":`+id.String()+`,"flag":1,"remark":"易碎"}`)
	w.order(id).want("venderRemark", "易碎", "modified", "2026-11-23 12:01:00")
	w.call("jingdong.pop.order.getRemarkByModifyTime", `{"startTime":"2026-11-01 00:00:00","endTime":"2026-12-01 00:00:00","page":1,"sortTime":1}`).want(
		"getremarkbymodifytime_result.totleNum", "1", "getremarkbymodifytime_result.remarkList.0.remark", "易碎")

	old := `{"order_id":"5","flag":2,"remark":"x","trade_no":"t0"}`
	w.refused(orderUnknown, "360buy.order.vender.remark.update", old)
	if _, root := w.raw("360buy.order.vender.remark.update", strings.Replace(old, `"5"`, id.String(), 1)); root != "order_vender_remark_update_response" {
		t.Errorf("got %s: a refused call spent its trade_no", root)
	}

	w.do(w.sim.Lock(id))
	ship := `{"orderId":` + id.String() + `,"logiCoprId":"467|463","logiNo":"SF1,SF2|YT1","installId":null}`
	w.call("jingdong.pop.order.shipment", ship).want("sopjosshipment_result.success", "false", "sopjosshipment_result.errorCode", orderLocked)
	w.do(w.sim.Unlock(id))
	w.call("jingdong.pop.order.shipment", ship).want("sopjosshipment_result.success", "true")
	w.call("jingdong.pop.order.shipment", ship).want("sopjosshipment_result.errorCode", orderOut)
	w.order(id).want("orderState", WaitReceive, "logisticsId", "467|463", "waybill", "SF1,SF2|YT1", "modified", "2026-11-23 12:02:00")
	mend := `{"order_id":"` + id.String() + `","logistics_id":"467","waybill":"SF9","trade_no":"t1"}`
	w.call("360buy.order.sop.waybill.update", mend)
	w.refused("17", "360buy.order.sop.waybill.update", mend)
	w.order(id).want("waybill", "SF9")

	w.pass(24 * time.Hour)
	w.order(id).want("orderState", Finished, "orderEndTime", "2026-11-24 12:02:00")
	bill := w.call("jingdong.pop.taurus.queryBillChargeListByCondition", `{"orderId":`+id.String()+`}`)
	bill.want("result.data.0.feeList.0.money", "43.30", "result.data.0.feeList.1.money", "2.16", "result.data.0.rfBusiType", "1001")
}

func TestShipmentsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	_, skus := w.goods()
	id := w.buy(skus[0], 1)
	for parcels, code := range map[[2]string]string{
		{"9999", "1"}: badCarrier, {"467", ""}: badWaybill, {"1274", "1"}: badWaybill, {"2087", "1,2"}: badWaybill, {"467|463", "1"}: badWaybill,
		{"467", "1,2,3,4,5,6,7,8,9,10,11"}: badWaybill, {"467", strings.Repeat("1", 201)}: badWaybill,
	} {
		w.call("jingdong.pop.order.shipment", fmt.Sprintf(`{"orderId":%s,"logiCoprId":"%s","logiNo":"%s"}`, id, parcels[0], parcels[1])).want(
			"sopjosshipment_result.success", "false", "sopjosshipment_result.errorCode", code)
	}
	w.call("jingdong.pop.order.shipment", `{"orderId":5,"logiCoprId":"467","logiNo":"1"}`).want("sopjosshipment_result.errorCode", orderUnknown)
	w.call("jingdong.pop.order.shipment", `{"orderId":-5,"logiCoprId":"467","logiNo":"1"}`).want("sopjosshipment_result.errorCode", badOrder)
	w.refused("64", "360buy.overseas.order.sop.outstorage", `{"order_id":"`+id.String()+`","trade_no":"1"}`)
	w.call("jingdong.pop.order.shipment", `{"orderId":`+id.String()+`,"logiCoprId":"1274"}`).want("sopjosshipment_result.success", "true")
}

func TestOverseas(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{Shipping: Overseas, CrossBorder: true, TaxPerMille: 91})
	_, skus := w.goods()
	id := w.buy(skus[0], 1)
	w.order(id).want("customsModel", "保税备货", "taxFee", "181", "orderPayment", "21.71")
	w.call("jingdong.pop.order.shipment", `{"orderId":`+id.String()+`,"logiCoprId":"467","logiNo":"1"}`).want("sopjosshipment_result.errorCode", overseasOnly)
	deliver := `{"order_id":"` + id.String() + `","logistics_id":"467","waybill":"SF1","trade_no":"t2"}`
	w.refused(orderLocked, "360buy.overseas.order.sop.delivery", deliver)
	w.refused("16", "360buy.overseas.order.sop.outstorage", `{"order_id":"`+id.String()+`"}`)
	w.call("360buy.overseas.order.sop.outstorage", `{"order_id":"`+id.String()+`","trade_no":"t1"}`).want("order_id", id.String())
	w.refused(orderOut, "360buy.overseas.order.sop.outstorage", `{"order_id":"`+id.String()+`","trade_no":"t3"}`)
	w.order(id).want("orderState", WaitDelivery)
	w.call("360buy.overseas.order.sop.delivery", deliver)
	w.refused(orderOut, "360buy.overseas.order.sop.delivery", strings.Replace(deliver, "t2", "t4", 1))
	w.do(w.sim.Receive(id))
	w.order(id).want("orderState", Finished)

	other := w.buy(skus[0], 1)
	w.call("jingdong.pop.customs.center.OrderBankAdapterJsfService.getPaymentNoResultByVender", `{"orderId":`+other.String()+`}`).want(
		"getPaymentNoResultByVender_result.success", "true", "getPaymentNoResultByVender_result.paymentNo", "SIMPAY"+other.String())
	storage := `{"orderId":"` + other.String() + `","companyId":"1","logiNo":"SF2","logisticsCompanies":"467"}`
	for _, success := range []string{"true", "false"} {
		n := w.call("jingdong.pop.customs.center.StorageJsfService.commonStorage", storage).at("storageJsfResult.success")
		if n.v != success {
			t.Errorf("got %v, want the text %s", n.v, success)
		}
	}
	w.order(other).want("orderState", WaitReceive, "waybill", "SF2")
}

func TestShippedByThePlatform(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{Shipping: ByPlatform, ReceiveAfter: time.Hour})
	_, skus := w.goods()
	id := w.buy(skus[0], 1)
	w.call("jingdong.pop.order.shipment", `{"orderId":`+id.String()+`,"logiCoprId":"467","logiNo":"1"}`).want("sopjosshipment_result.errorCode", "64")
	w.pass(3 * time.Hour)
	w.order(id).want("orderState", Finished, "modified", "2026-11-23 14:00:00", "logisticsId", jdExpress)
}

func TestPresaleAndSplit(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	_, skus := w.goods()
	id, err := w.sim.PlaceOrder(Purchase{Lines: []Line{{SKU: skus[0], Quantity: 1}, {SKU: skus[1], Quantity: 1}}, Presale: time.Hour, Discount: money.New(101, money.CNY), Freight: money.New(600, money.CNY)})
	w.do(err)
	w.order(id).want("orderState", Paused, "scDT", "2026-11-23 13:00:00")
	w.pass(time.Hour)
	w.order(id).want("orderState", WaitStockOut, "modified", "2026-11-23 13:00:00")
	children, err := w.sim.Split(id)
	w.do(err)
	w.call("jingdong.pop.order.get", `{"order_id":`+id.String()+`,"optional_fields":"orderId"}`).want("orderDetailInfo.apiResult.numberCode", orderUnknown)
	w.search("").want("orderTotal", "2")
	sum := int64(0)
	for _, o := range w.sim.Orders() {
		if !o.Split {
			sum += o.Fen
		}
	}
	if sum != 1990+7000-101+600 {
		t.Errorf("the parts cost %d", sum)
	}
	w.order(children[0]).want("parentOrderId", id.String(), "itemInfoList.0.skuId", skus[0].String())
}

func TestSearch(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{Lag: time.Minute})
	_, skus := w.goods()
	w.do(w.sim.SetStock(skus[0], 100))
	var ids []ID
	for range 5 {
		ids = append(ids, w.buy(skus[0], 1))
		w.pass(time.Second)
	}
	w.search("").want("orderTotal", "0") // not seen yet
	w.pass(time.Minute)
	w.search(`,"page_size":"2","page":"3"`).want("orderTotal", "5", "orderInfoList.0.orderId", ids[4].String())
	w.search(`,"sortType":1`).want("orderInfoList.0.orderId", ids[4].String(), "orderInfoList.4.orderId", ids[0].String())
	w.do(w.sim.Lock(ids[0]))
	w.pass(time.Minute)
	last := w.search("")
	last.want("orderInfoList.4.orderId", ids[0].String())
	if n := len(last.at("orderInfoList.4").v.(map[string]any)); n != 3 {
		t.Errorf("got %v, want the three fields that were asked for", last.at("orderInfoList.4").v)
	}
	w.search(`,"dateType":1`).want("orderInfoList.0.orderId", ids[0].String())
	w.search(`,"order_state":"LOCKED"`).want("orderTotal", "1")
	w.search(`,"start_date":"2026-11-23 12:00:02","end_date":"2026-11-23 12:00:03"`).want("orderTotal", "2")
	w.do(w.sim.Readdress(ids[1], "模拟路9号"))
	w.search(`,"start_date":"2026-11-23 12:01:00"`).want("orderTotal", "1") // an address is no change that shows
	w.call("jingdong.pop.order.search", `{"optional_fields":"orderId","page":"1","page_size":"100","order_state":"WAIT_SELLER_STOCK_OUT"}`).want(
		"searchorderinfo_result.orderTotal", "4")

	base := `{"optional_fields":"orderId","page":"1","page_size":"100","order_state":"ALL","start_date":"2026-11-01 00:00:00","end_date":"2026-12-01 00:00:00"}`
	for change, code := range map[[2]string]string{
		{`"optional_fields":"orderId",`, ``}: "68", {`"page":"1",`, ``}: "60", {`"page":"1"`, `"page":"0"`}: "61", {`"100"`, `"101"`}: "61",
		{`"ALL"`, `"NOT_PAY"`}: "61", {`"ALL"`, `"3"`}: "61", {`2026-12-01 00:00:00`, `2026-12-01 00:00:01`}: "61", {`"start_date":"2026-11-01 00:00:00",`, ``}: "60",
		{`2026-12-01 00:00:00`, `2026-10-01 00:00:00`}: "61", {`2026-12-01 00:00:00`, `soon`}: "61",
	} {
		w.refused(code, "jingdong.pop.order.search", strings.Replace(base, change[0], change[1], 1))
	}
}

func TestBuyers(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{DecryptDaily: 2})
	_, skus := w.goods()
	id := w.buy(skus[0], 1)
	buyer := w.order(id).at("consigneeInfo")
	if name, phone := buyer.text("fullname"), buyer.text("mobile"); !strings.HasPrefix(name, simulatedName) || !strings.HasSuffix(name, "*") || !strings.Contains(phone, "****") {
		t.Errorf("got %s, %s", name, phone)
	}
	oaid := buyer.text("oaid")
	if len(oaid) != 256 {
		t.Errorf("got an oaid of %d", len(oaid))
	}
	ask := func(oaid string) node {
		return w.call("jingdong.jos.order.oaid.decrypt", `{"getReceiverInfoListReqVO":{"orderType":"POP","appName":"x","orderInfos":[{"orderId":"`+id.String()+`","oaid":"`+oaid+`"}]}}`).at("returnType")
	}
	n := ask(oaid)
	n.want("code", "200")
	if name := n.text("data.0.customerName"); strings.Contains(name, "*") || !strings.HasPrefix(name, simulatedName) {
		t.Errorf("got %s", name)
	}
	ask("x").want("code", "404")
	w.call("jingdong.pop.order.getmobilelist", `{"orderId":`+id.String()+`,"appName":"x"}`).want("result.code", "200", "result.data."+id.String()+".oderId", id.String())
	ask(oaid).want("code", "406")
	w.pass(12 * time.Hour)
	ask(oaid).want("code", "200")
	w.do(w.sim.Readdress(id, "模拟路99号"))
	ask(oaid).want("code", "404")
	en := w.call("jingdong.pop.order.enGet", `{"order_id":`+id.String()+`,"optional_fields":"consigneeInfo"}`).at("orderDetailInfo.orderInfo.consigneeInfo")
	if en.text("fullname") != "" || en.text("encrypt_mobile") == "" {
		t.Errorf("got %v", en.v)
	}
}

func TestPlaceOrder(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	ware, skus := w.goods()
	for _, c := range []struct {
		p    Purchase
		want *pavilion.Error
	}{
		{Purchase{}, pavilion.E(pavilion.Invalid, "sim.purchase", nil)},
		{Purchase{Lines: []Line{{SKU: skus[0], Quantity: 0}}}, pavilion.E(pavilion.Invalid, "sim.purchase", nil)},
		{Purchase{Lines: []Line{{SKU: 5, Quantity: 1}}}, pavilion.E(pavilion.NotFound, "sim.sku_unknown", nil)},
		{Purchase{Lines: []Line{{SKU: skus[0], Quantity: 3}, {SKU: skus[0], Quantity: 3}}}, pavilion.E(pavilion.Conflict, "sim.sold_out", nil)},
		{Purchase{Lines: []Line{{SKU: skus[0], Quantity: 1}}, Discount: money.New(1991, money.CNY)}, pavilion.E(pavilion.Invalid, "sim.purchase", nil)},
	} {
		if _, err := w.sim.PlaceOrder(c.p); !c.want.Is(err) && !strings.HasPrefix(fmt.Sprint(err), c.want.Reason) {
			t.Errorf("%+v: got %v, want %v", c.p, err, c.want)
		}
	}
	if w.sim.Stock(skus[0]) != 5 {
		t.Errorf("refused orders took stock: %d left", w.sim.Stock(skus[0]))
	}
	var shoppers sync.WaitGroup
	for range 20 {
		shoppers.Go(func() {
			if _, err := w.sim.PlaceOrder(Purchase{Lines: []Line{{SKU: skus[0], Quantity: 1}}}); err != nil && pavilion.KindOf(err) != pavilion.Conflict {
				t.Error(err)
			}
		})
	}
	shoppers.Wait()
	if n := len(w.sim.Orders()); n != 5 || w.sim.Stock(skus[0]) != 0 {
		t.Errorf("sold %d, %d left, want 5 and 0", n, w.sim.Stock(skus[0]))
	}
	w.call("jingdong.ware.write.upOrDown", `{"wareId":`+ware+`,"opType":2}`)
	if _, err := w.sim.PlaceOrder(Purchase{Lines: []Line{{SKU: skus[1], Quantity: 1}}}); !strings.HasPrefix(fmt.Sprint(err), "sim.off_shelf") {
		t.Errorf("got %v, want sim.off_shelf", err)
	}
}

func TestRush(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	_, skus := w.goods()
	w.do(w.sim.SetStock(skus[0], 7))
	w.do(w.sim.Rush(Purchase{Lines: []Line{{SKU: skus[0], Quantity: 1}}}, 10, 10*time.Second))
	for _, want := range []int{1, 2, 3, 4, 5, 6, 7, 7, 7} {
		if got := len(w.sim.Orders()); got != want {
			t.Errorf("got %d orders, want %d", got, want)
		}
		w.pass(time.Second)
	}
	w.do(w.sim.SetStock(skus[0], 7))
	w.pass(time.Minute)
	if got := len(w.sim.Orders()); got != 7 || w.sim.Orders()[3].PlacedAt != noon.Add(3*time.Second).UTC() {
		t.Errorf("got %d orders: a crowd that found nothing came back", got)
	}
	if err := w.sim.Rush(Purchase{}, 1, 0); pavilion.KindOf(err) != pavilion.Invalid {
		t.Errorf("got %v", err)
	}
}
