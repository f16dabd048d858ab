package douyin

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (x *outside) ask(q Ask) int64 {
	x.t.Helper()
	id, err := x.s.Ask(q)
	if err != nil {
		x.t.Fatal(err)
	}
	return id
}

func operation(kind int, id int64, with string) string {
	return fmt.Sprintf(`{"type":%d,"items":[{"aftersale_id":"%d"%s}]}`, kind, id, with)
}

func (x *outside) caseState(id, status, refund int64) {
	x.t.Helper()
	a := x.ok("afterSale.Detail", fmt.Sprintf(`{"after_sale_id":"%d","need_operation_record":true}`, id)).part("process_info").part("after_sale_info")
	if a.num("after_sale_status") != status || a.num("refund_status") != refund {
		x.t.Errorf("after-sale: got %d/%d, want %d/%d", a.num("after_sale_status"), a.num("refund_status"), status, refund)
	}
}

func (x *outside) ship(id, number string) {
	x.t.Helper()
	x.ok("order.logisticsAdd", `{"order_id":"`+id+`","company_code":"shunfeng","logistics_code":"`+number+`"}`)
}

// A refund and a parcel race; whichever is first wins.
func TestRefundRace(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(10)
	id := x.place(one(g.SKU, 2))
	a := x.ask(Ask{Order: id, Type: beforeShipping, Reason: "不想要了"})
	shipping := `{"order_id":"` + id + `","company_code":"shunfeng","logistics_code":"SF000001"`
	x.no("order.logisticsAdd", shipping+`}`, 50002, "isv.business-failed:60040")
	x.ok("afterSale.operate", operation(201, a, ""))
	x.caseState(a, caseDone, refundDone)
	x.state(id, cancelled, refunded)
	x.stock(g.SKU, 10, 0)
	x.no("order.logisticsAdd", shipping+`}`, 50002, "isv.business-failed:60068")
	x.no("afterSale.operate", operation(201, a, ""), 50002, "isv.business-failed:20309541")

	id = x.place(one(g.SKU, 2))
	a = x.ask(Ask{Order: id, Type: beforeShipping})
	x.ok("order.logisticsAdd", `{"order_id":"`+id+`","company_code":"shunfeng","logistics_code":"SF000002","is_reject_refund":true}`)
	x.caseState(a, caseRefused, refundWaits)
	x.state(id, shipped, shipped)

	// The buyer withdraws.
	id = x.place(one(g.SKU, 1))
	a = x.ask(Ask{Order: id, Type: beforeShipping})
	x.must(x.s.Withdraw(a))
	x.caseState(a, caseClosed, refundWaits)
	x.ship(id, "SF000003")

	// Nobody decides.
	id = x.place(one(g.SKU, 1))
	a = x.ask(Ask{Order: id, Type: beforeShipping})
	x.restart()
	x.clock.pass(48 * time.Hour)
	x.caseState(a, caseDone, refundDone)
	x.state(id, cancelled, refunded)
}

// One line of two is refunded before shipping: the other leaves.
func TestRefundOfOneLine(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	a, b := x.good(10), x.good(10)
	id := x.place(Placement{PlatformOff: 101, Lines: []PlacementLine{{SKU: a.SKU, Num: 1}, {SKU: b.SKU, Num: 2}}})
	lines := x.order(id).list("sku_order_list")
	if sum := lines[0].num("pay_amount") + lines[1].num("pay_amount"); sum != x.order(id).num("pay_amount") {
		t.Errorf("the lines pay %d", sum)
	}
	x.ok("afterSale.operate", operation(201, x.ask(Ask{Order: id, Line: lines[0].str("order_id"), Type: beforeShipping}), ""))
	x.state(id, preparing, preparing)
	x.stock(a.SKU, 10, 0)
	x.ship(id, "SF000001")
	x.state(id, shipped, shipped)
	if packs := x.order(id).list("logistics_info"); len(packs) != 1 || len(packs[0].list("product_info")) != 1 {
		t.Errorf("parcels: got %v", packs)
	}
}

func TestReturn(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(10)
	id := x.place(one(g.SKU, 2))
	if _, err := x.s.Ask(Ask{Order: id, Type: returnGoods}); err == nil {
		t.Error("goods that did not leave are sent back")
	}
	x.ship(id, "SF000001")
	x.must(x.s.Receive(id))
	a := x.ask(Ask{Order: id, Type: returnGoods, Num: 1, Got: true})
	if _, err := x.s.Ask(Ask{Order: id, Type: refundOnly}); err == nil {
		t.Error("a line has two after-sales at once")
	}
	list := x.ok("afterSale.List", `{"page":0,"size":10,"standard_aftersale_status":[6],"order_by":["update_time asc"]}`)
	info := list.list("items")[0].part("aftersale_info")
	if list.num("total") != 1 || info.num("refund_amount") != 1990 || info.num("aftersale_num") != 1 || !info.yes("part_type") || list.yes("has_more") {
		t.Errorf("list: got %v", list.m)
	}
	x.no("afterSale.operate", operation(111, a, ""), 50002, "isv.business-failed:20309541")
	x.no("afterSale.operate", operation(101, a, ""), 40004, "isv.parameter-invalid:11000")
	x.no("afterSale.operate", operation(101, a, `,"update_time":1,"logistics":{"receiver_address_id":5}`), 50002, "isv.business-failed:20309541")
	x.ok("afterSale.operate", operation(101, a, `,"update_time":`+info.str("update_time")+`,"logistics":{"receiver_address_id":5}`))
	x.caseState(a, caseAgreed, refundWaits)
	x.must(x.s.SendBack(a, "yunda", "YD000001"))
	x.caseState(a, caseReturned, refundWaits)
	x.ok("afterSale.operate", operation(111, a, ""))
	x.caseState(a, caseDone, refundDone)
	x.state(id, finished, finished) // the other unit stays
	x.stock(g.SKU, 8, 0)            // what came back is not sellable by itself

	b := x.ask(Ask{Order: id, Type: refundOnly})
	x.ok("afterSale.rejectReasonCodeList", fmt.Sprintf(`{"aftersale_id":"%d"}`, b))
	x.no("afterSale.operate", operation(202, b, ""), 40004, "isv.parameter-invalid:11000")
	x.ok("afterSale.operate", operation(202, b, `,"reject_reason_code":1,"reason":"商品完好"`))
	x.caseState(b, caseRefused, refundWaits)
	c := x.ask(Ask{Order: id, Type: refundOnly})
	x.ok("afterSale.operate", operation(201, c, ""))
	x.state(id, finished, afterTaken)

	// All or none.
	id2 := x.place(one(g.SKU, 1))
	d := x.ask(Ask{Order: id2, Type: beforeShipping})
	x.no("afterSale.operate", fmt.Sprintf(`{"type":201,"items":[{"aftersale_id":"%d"},{"aftersale_id":"%d"}]}`, d, c), 50002, "isv.business-failed:20309541")
	x.caseState(d, caseAsked, refundWaits)
}

func TestExchange(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(10)
	id := x.place(one(g.SKU, 1))
	x.ship(id, "SF000001")
	a := x.ask(Ask{Order: id, Type: exchange})
	x.ok("afterSale.operate", operation(301, a, `,"logistics":{"receiver_address_id":5}`))
	x.must(x.s.SendBack(a, "yunda", "YD000001"))
	x.no("afterSale.operate", operation(311, a, ""), 40004, "isv.parameter-invalid:11000")
	x.ok("afterSale.operate", operation(311, a, `,"logistics":{"company_code":"ems","logistics_code":"EM000001"}`))
	x.caseState(a, caseSent, refundWaits)
	if got := x.ok("afterSale.List", `{"page":0,"size":1}`).list("items")[0].part("aftersale_info").num("aftersale_status"); got != 3 {
		t.Errorf("in the list: got %d", got)
	}
	x.must(x.s.TakeExchange(a))
	x.caseState(a, caseExchanged, refundWaits)
}

func TestBills(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(10)
	var ids []string
	for i := range 3 {
		id := x.place(one(g.SKU, 1))
		x.ship(id, fmt.Sprintf("SF00000%d", i))
		x.must(x.s.Receive(id))
		ids = append(ids, id)
	}
	start, end := dateTime(x.s.Now()), dateTime(x.s.Now().Add(7*24*time.Hour))
	ask := func(with string) args {
		t.Helper()
		return x.ok("order.getSettleBillDetailV3", fmt.Sprintf(`{"size":2,"start_time":%q,"end_time":%q%s}`, start, end, with))
	}
	x.clock.pass(24 * time.Hour)
	if n := ask("").num("data_size"); n != 0 {
		t.Errorf("%d rows are told before 15:00 of the next day", n)
	}
	x.clock.pass(24 * time.Hour)
	first := ask("")
	if first.str("code") != "100000" || first.num("is_end") != 0 || first.num("data_size") != 2 {
		t.Fatalf("first page: got %v", first.m)
	}
	row := first.list("data")[0]
	if row.str("order_id") != ids[0] || row.num("settle_amount") != 1990-39 || row.num("platform_service_fee") != 39 || row.num("trade_type") != tradeSettled {
		t.Errorf("row: got %v", row.m)
	}
	second := ask(fmt.Sprintf(`,"start_index":%q`, first.str("next_start_index")))
	if second.num("is_end") != 1 || second.num("data_size") != 1 {
		t.Errorf("second page: got %v", second.m)
	}
	x.ok("afterSale.operate", operation(201, x.ask(Ask{Order: ids[0], Type: refundOnly}), ""))
	x.clock.pass(48 * time.Hour)
	rows := x.ok("order.getSettleBillDetailV3", `{"order_id":"`+ids[0]+`"}`).list("data")
	if len(rows) != 2 || rows[1].num("trade_type") != tradeRefunded || rows[1].num("settle_amount") != -1990 {
		t.Errorf("after a refund: got %v", rows)
	}
	x.no("order.getSettleBillDetailV3", `{"size":10,"start_time":"x","end_time":"y"}`, 40004, "isv.parameter-invalid:100026")

	file := x.ok("order.downloadSettleItemToShop", fmt.Sprintf(`{"start_time":%q,"end_time":%q,"time_type":"0"}`, start, end)).str("download_id")
	get := func() args { return x.ok("order.downloadToShop", `{"download_id":"`+file+`"}`) }
	if code := get().str("code"); code != "100015" {
		t.Errorf("at once: got %s", code)
	}
	x.clock.pass(3 * time.Second)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, get().str("url"), nil)
	x.must(err)
	answer, err := x.s.RoundTrip(r)
	x.must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	x.must(err)
	if n := strings.Count(string(text), "\n"); answer.StatusCode != http.StatusOK || n != 5 {
		t.Errorf("the file: got %d, %d lines: %s", answer.StatusCode, n, text)
	}
	x.clock.pass(2 * time.Hour)
	if code := get().str("code"); code != "100016" {
		t.Errorf("late: got %s", code)
	}
}
