package jd

import (
	"fmt"
	"testing"
	"time"
)

func (w *rig) reply(id ID, status int, more string) node {
	w.t.Helper()
	return w.call("jingdong.pop.afs.soa.refundapply.replyRefund", fmt.Sprintf(`{"id":%s,"status":%d,"checkUserName":"a","remark":"b"%s}`, id, status, more)).at("replyResult")
}

// TestRefunds lets a refund go every way the machine has.
func TestRefunds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps []int64 // of the shop; those from 100 on are of the platform or the shopper
		state string  // of the order
		stock int64
		last  int64
	}{
		"agreed":             {[]int64{1}, Cancelled, 5, RefundDone},
		"refused":            {[]int64{2}, WaitStockOut, 4, RefundRefused},
		"finance refused":    {[]int64{1, 100 + RefundNotPaid}, WaitStockOut, 4, RefundNotPaid},
		"intercepted":        {[]int64{6}, Cancelled, 5, RefundDone},
		"not intercepted":    {[]int64{6, 100 + RefundIntercepted, 100 + RefundMissed}, WaitStockOut, 4, RefundMissed},
		"forced":             {[]int64{9}, Cancelled, 5, RefundForced},
		"pending then no":    {[]int64{10, 2}, WaitStockOut, 4, RefundRefused},
		"withdrawn":          {[]int64{100 + RefundWithdrawn}, WaitStockOut, 4, RefundWithdrawn},
		"withdrawn in vain":  {[]int64{1, 100 + RefundWithdrawn}, WaitStockOut, 4, RefundWithdrawn},
		"intercepted slowly": {[]int64{6, 100 + RefundIntercepted}, Cancelled, 5, RefundDone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRig(t, Options{RefundDelay: time.Hour})
			_, skus := w.goods()
			id := w.buy(skus[0], 1)
			r, err := w.sim.ApplyRefund(id, "不想要了")
			w.do(err)
			w.order(id).want("orderState", Locked)
			for _, step := range c.steps {
				if step >= 100 {
					w.do(w.sim.ResolveRefund(r, step-100))
				} else {
					w.reply(r, int(step), "").want("success", "true")
				}
			}
			w.pass(3 * time.Hour)
			w.order(id).want("orderState", c.state)
			if got := w.sim.Stock(skus[0]); got != c.stock {
				t.Errorf("stock: got %d, want %d", got, c.stock)
			}
			w.call("jingdong.pop.afs.soa.refundapply.queryById", `{"id":`+r.String()+`}`).want(
				"queryResult.result.0.status", fmt.Sprint(c.last), "queryResult.result.0.orderId", id.String(), "queryResult.result.0.applyRefundSum", "1990")
			w.reply(r, 1, "").want("success", "false")
		})
	}
}

func TestRefundList(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	_, skus := w.goods()
	first, err := w.sim.ApplyRefund(w.buy(skus[0], 1), "a")
	w.do(err)
	w.pass(time.Minute)
	second, err := w.sim.ApplyRefund(w.buy(skus[0], 1), "b")
	w.do(err)
	w.call("jingdong.pop.afs.soa.refundapply.getWaitRefundNum", `{}`).want("queryResult.totalCount", "2")
	const list = "jingdong.pop.afs.soa.refundapply.queryPageList"
	w.call(list, `{"pageIndex":1,"pageSize":50,"applyTimeStart":"2026-11-23 12:01:00","applyTimeEnd":"2026-11-23 13:00:00"}`).want(
		"queryResult.totalCount", "1", "queryResult.result.0.id", second.String())
	w.call(list, `{"pageIndex":2,"pageSize":1}`).want("queryResult.result.0.id", second.String())
	w.reply(first, 1, "").want("success", "true") // without a delay the money is back at once
	w.call(list, `{"pageIndex":1,"pageSize":10,"status":3}`).want("queryResult.result.0.id", first.String())
	w.refused("61", list, `{"pageIndex":101,"pageSize":10}`)
	w.refused("60", list, `{"pageSize":10}`)
	const reply = "jingdong.pop.afs.soa.refundapply.replyRefund"
	w.refused("60", reply, `{"id":`+second.String()+`,"status":1,"checkUserName":"a"}`)
	w.refused("61", reply, `{"id":`+second.String()+`,"status":1,"checkUserName":"a","remark":"b","rejectType":3}`)
	w.refused("61", reply, `{"id":`+second.String()+`,"status":3,"checkUserName":"a","remark":"b"}`)
	w.reply(second, 2, `,"rejectType":3,"outWareStatus":2`).want("success", "true")
}

func (w *rig) received() (order ID, sku ID) {
	w.t.Helper()
	_, skus := w.goods()
	id := w.buy(skus[0], 2)
	w.call("jingdong.pop.order.shipment", `{"orderId":`+id.String()+`,"logiCoprId":"467","logiNo":"SF1"}`)
	w.do(w.sim.Receive(id))
	return id, skus[0]
}

// write is a call about a service at its version.
func (w *rig) write(method string, v Service, more string) node {
	w.t.Helper()
	return w.call("jingdong.asc."+method, fmt.Sprintf(`{%s"serviceId":%s,"orderId":%s,"sysVersion":%d,"approveNotes":"n"%s}`, operator, v.ID, v.Order, v.Version, more)).at("result")
}

func (w *rig) newestService() Service {
	list := w.sim.Services()
	return list[len(list)-1]
}

const (
	sendFields = `,"returnContactName":"a","returnContactTel":"1","returnZipcode":"1","returnProvince":"1","returnCity":"1","returnCounty":"1",` +
		`"returnDetailAddress":"d","returnAddressType":"1","applyDetailIdList":"1","approveReasonCid1":11`
	registerFields = `,"receivePin":"p","receiveName":"n","packingState":"1","qualityState":"1","invoiceRecord":"1","judgmentReason":"1",` +
		`"accessoryOrGift":"1","appearanceState":"1","receiveRemark":"r"`
)

func TestReturnOfGoods(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{RefundDelay: time.Hour})
	order, sku := w.received()
	w.pass(time.Minute)
	id, err := w.sim.ApplyService(order, sku, 1, WantReturn, "破损")
	w.do(err)
	changed := func() node {
		return w.call("jingdong.asc.sync.list", `{`+operator+`"updateTimeBegin":"2026-11-23 12:01:00","updateTimeEnd":"2026-11-24 12:00:00","pageNumber":1,"pageSize":50}`).at("pageResult")
	}
	changed().want("totalCount", "1", "data.0.serviceStatus", "10001", "data.0.serviceId", id.String(), "data.0.actualPayPrice", "19.90",
		"data.0.applyTime", "2026-11-23 12:01:00", "data.0.serviceCount", "1")
	stale := w.newestService()

	w.write("audit.waitFeedback", stale, `,"approveReasonCid1":14`).want("success", "true")
	w.do(w.sim.ShopperAnswers(id))
	w.write("audit.send", stale, sendFields).want("success", "false", "code", afterSaleLate)
	w.write("audit.send", w.newestService(), sendFields).want("success", "true")
	changed().want("data.0.serviceStatus", "10005", "data.0.approveTime", fmt.Sprint(w.clock().UnixMilli()))
	w.do(w.sim.ShopperSends(id, "SF77"))
	w.call("jingdong.asc.sync.list", `{`+operator+`"freightUpdateDateBegin":"2026-11-23 12:00:00","freightUpdateDateEnd":"2026-11-24 12:00:00"}`).want(
		"pageResult.data.0.expressCode", "SF77")
	w.write("receive.register", w.newestService(), registerFields).want("success", "true")
	w.call("jingdong.asc.process.list", `{`+operator+`"pageNumber":1}`).want("pageResult.totalCount", "1")
	w.pass(2 * time.Hour)
	w.call("jingdong.asc.query.view", `{`+operator+`"serviceId":`+id.String()+`}`).want("result.data.serviceStatus", "10010", "result.data.processResult", "100")
	w.call("jingdong.asc.serviceAndRefund.view", `{"orderId":`+order.String()+`,"pageNumber":1,"pageSize":10}`).want(
		"pageResult.totalCount", "1", "pageResult.data.0.refoundAmount", "1990", "pageResult.data.0.status", "13",
		"pageResult.data.0.completeTime", fmt.Sprint(noon.Add(2*time.Hour+time.Minute).UnixMilli()))
	w.call("jingdong.pop.taurus.queryBillChargeListByCondition", `{"startDate":"2026-11-23 13:00:00","endDate":"2026-11-24 00:00:00"}`).want(
		"result.data.0.rfBusiType", "1002", "result.data.0.feeList.0.direction", "2")
	w.refused("61", "jingdong.asc.serviceAndRefund.view", `{"applyTimeBegin":"2026-11-01 00:00:00","applyTimeEnd":"2026-11-23 00:00:00","pageNumber":1}`)
}

func TestServices(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{RefundYuan: true})
	order, sku := w.received()
	apply := func(want int64) Service {
		t.Helper()
		_, err := w.sim.ApplyService(order, sku, 1, want, "x")
		w.do(err)
		return w.newestService()
	}
	status := func(want int64) {
		t.Helper()
		if got := w.newestService().Status; got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	w.write("audit.refuse", apply(WantReturn), `,"approveReasonCid1":12`).want("success", "true")
	status(ServiceRefused)
	w.write("audit.refuse", w.newestService(), `,"approveReasonCid1":12`).want("success", "false")
	w.write("common.cancel", apply(WantReturn), ``).want("success", "true")
	status(ServiceCancelled)
	w.write("audit.compensate", apply(WantRefund), ``).want("success", "true")
	status(ServiceDone)
	w.call("jingdong.asc.serviceAndRefund.view", `{"orderId":`+order.String()+`}`).want("pageResult.data.0.refoundAmount", "19.90")
	w.write("audit.reissue", apply(WantExchange), ``).want("success", "true")
	status(ServiceToConfirm)
	w.do(w.sim.ShopperConfirms(w.newestService().ID))
	status(ServiceDone)
	w.write("audit.send", apply(WantExchange), sendFields).want("success", "true")
	w.write("receive.register", w.newestService(), registerFields).want("success", "true")
	status(ServiceToHandle)
	w.write("process.back", w.newestService(), ``).want("success", "true")
	status(ServiceToConfirm)
	w.do(w.sim.ShopperWithdraws(apply(WantRepair).ID))
	status(ServiceCancelled)

	w.refused("60", "jingdong.asc.query.list", `{"pageNumber":1}`)
	w.refused("71", "jingdong.asc.query.list", `{"buId":"5","operatePin":"p","operateNick":"n"}`)
	w.refused("60", "jingdong.asc.sync.list", `{`+operator+`"updateTimeBegin":"2026-11-23 12:00:00"}`)
	w.call("jingdong.asc.query.list", `{`+operator+`"pageSize":2,"pageNumber":3}`).want("pageResult.totalCount", "6", "pageResult.pageNumber", "3")
	w.call("jingdong.asc.complete.list", `{`+operator+`"x":1}`).want("pageResult.totalCount", "5")
	if _, err := w.sim.ApplyService(order, sku, 3, WantReturn, "more than were bought"); err == nil {
		t.Error("more came back than was sold")
	}
}
