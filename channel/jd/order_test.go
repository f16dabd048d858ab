package jd

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/channel"
)

const (
	searchMethod = "jingdong.pop.order.search"
	getMethod    = "jingdong.pop.order.get"
)

// oneOrder is the order of the reference, with what the sources disagree about.
const oneOrder = `{"orderId":"250000000001","venderId":"10001","orderType":"22","payType":"4","orderTotalPrice":"140.00","orderSellerPrice":"130.00",
	"orderPayment":"128.50","freightPrice":"0.00","taxFee":"1170","orderState":"WAIT_SELLER_STOCK_OUT","orderStartTime":"2026-11-22 09:00:00",
	"paymentConfirmTime":"2026-11-22 09:01:10","orderEndTime":"0001-01-01 00:00:00","modified":"2026-11-22 09:01:12","customsModel":"",
	"itemInfoList":[{"skuId":"9007199254740993","outerSkuId":"BY-1","skuName":"…","jdPrice":"70.00","itemTotal":"2"}],
	"couponDetailList":[{"skuId":"","couponType":"41-券","couponPrice":"1.50"}],
	"consigneeInfo":{"fullname":"张*","mobile":"138****0000","fullAddress":"北京…","provinceId":"1","cityId":"72","oaid":"oa"}}`

func wantOrder() Order {
	at := func(clock string) time.Time {
		when, err := time.Parse(time.RFC3339, "2026-11-22T"+clock+"+08:00")
		if err != nil {
			panic(err)
		}
		return when.UTC()
	}
	return Order{
		ID: 250000000001, State: WaitStockOut, Type: 22, PayType: 4, GoodsTotal: yuan(140_00), SellerTotal: yuan(130_00), Payment: yuan(128_50),
		Freight: yuan(0), Tax: yuan(11_70), Ordered: at("09:00:00"), Paid: at("09:01:10"), Modified: at("09:01:12"),
		Items:     []OrderItem{{SKU: 9007199254740993, OuterID: "BY-1", Name: "…", Price: yuan(70_00), Quantity: 2}},
		Coupons:   []Coupon{{Type: 41, Amount: yuan(1_50)}},
		Consignee: Consignee{Name: "张*", Mobile: "138****0000", Address: "北京…", ProvinceID: 1, CityID: 72, OAID: "oa"},
	}
}

func search(orders string) string {
	return `{"jingdong_pop_order_search_responce":{"code":"0","searchorderinfo_result":{"apiResult":{"success":true,"numberCode":0,"englishErrCode":"","chineseErrCode":""},"orderTotal":2,"orderInfoList":[` + orders + `]}}}`
}

func got(order string) string {
	return `{"r":{"code":"0","orderDetailInfo":{"apiResult":{"success":true},"orderInfo":` + order + `}}}`
}

func TestOrders(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, one(searchMethod, search(oneOrder+`,{"orderId":"250000000002","orderState":"LOCKED","modified":"gestern","itemInfoList":[{"skuId":"1","itemTotal":"1"}]}`)))
	page, err := p.shop.Orders(t.Context(), OrderQuery{From: noon.Add(-10 * time.Minute), To: noon.Add(time.Millisecond), Page: 3})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]Order{wantOrder()}, page.Items, sameMoney); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if len(page.Unread) != 1 || page.Unread[0].ID != "250000000002" || strings.Contains(page.Unread[0].Err.Error(), "gestern") {
		t.Errorf("got %v unread, want the second without its value", page.Unread)
	}
	asked := p.asked(0)
	if asked["start_date"] != "2026-11-23 19:50:00" || asked["end_date"] != "2026-11-23 20:00:01" || asked["page"] != "3" || asked["page_size"] != "100" ||
		!strings.HasPrefix(asked["order_state"].(string), "WAIT_SELLER_STOCK_OUT,WAIT_SELLER_DELIVERY,") {
		t.Errorf("asked %v", asked)
	}
	for _, field := range []string{"orderId", "itemInfoList", "consigneeInfo", "modified", "taxFee"} {
		if !strings.Contains(asked["optional_fields"].(string), field) {
			t.Errorf("asked for %v, want %s among them", asked["optional_fields"], field)
		}
	}
	for name, q := range map[string]OrderQuery{
		"more than a month": {From: noon.AddDate(0, 0, -32), To: noon},
		"backwards":         {From: noon, To: noon.Add(-time.Second)},
		"from nothing":      {To: noon},
	} {
		if _, err := p.shop.Orders(t.Context(), q); pavilion.ReasonOf(err) != "jd.window" {
			t.Errorf("%s: got %v, want jd.window", name, err)
		}
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{TaxFee: Yuan}, map[string][]string{getMethod: {
		got(oneOrder), got(strings.Replace(oneOrder, "250000000001", "250000000009", 1)),
		`{"r":{"code":"0","orderDetailInfo":{"apiResult":{"success":false,"numberCode":10100041,"chineseErrCode":"订单不存在"}}}}`,
		got(strings.Replace(oneOrder, `"itemTotal":"2"`, `"itemTotal":"0"`, 1)),
		got(strings.Replace(oneOrder, `"skuId":"9007199254740993"`, `"skuId":"99999999999999999999"`, 1)),
	}})
	want := wantOrder()
	want.Tax = yuan(1170_00)
	o, err := p.shop.Order(t.Context(), 250000000001)
	if d := cmp.Diff(want, o, sameMoney); d != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, d)
	}
	for _, kind := range []pavilion.Kind{pavilion.Unavailable, pavilion.NotFound, pavilion.Unavailable, pavilion.Unavailable} {
		if _, err := p.shop.Order(t.Context(), 250000000001); pavilion.KindOf(err) != kind || err == nil {
			t.Errorf("got %v, want %v", err, kind)
		}
	}
}

func TestSealedOrder(t *testing.T) {
	t.Parallel()
	sealed := strings.Replace(oneOrder, `"fullname":"张*"`, `"fullname":"张*","encrypt_fullname":"AbC="`, 1)
	p := newPlatform(t, Facts{Orders: OrdersSealed}, one("jingdong.pop.order.enGet", got(sealed)))
	o, err := p.shop.Order(t.Context(), 250000000001)
	if err != nil || !o.Consignee.Sealed || o.Consignee.Name != "AbC=" || o.Consignee.Mobile != "138****0000" {
		t.Errorf("got %+v %v, want the cipher text", o.Consignee, err)
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{OAID: OAIDFacts{AppName: "pavilion"}}, map[string][]string{"jingdong.jos.order.oaid.decrypt": {
		`{"r":{"code":"0","returnType":{"code":200,"data":[{"orderId":250000000001,"customerName":"张三","consMobilePhone":"13800138000","address":"北京"}]}}}`,
		`{"r":{"code":"0","returnType":{"code":403,"message":"无权限"}}}`,
	}})
	got, err := p.shop.Recipients(t.Context(), []Sealed{{250000000001, "oa"}})
	if want := []Recipient{{Order: 250000000001, Name: "张三", Mobile: "13800138000", Address: "北京"}}; cmp.Diff(want, got) != "" || err != nil {
		t.Errorf("got %v %v", len(got), err)
	}
	if raw := p.calls[0].form.Get("360buy_param_json"); raw != `{"getReceiverInfoListReqVO":{"appName":"pavilion","orderInfos":[{"oaid":"oa","orderId":250000000001}]}}` {
		t.Errorf("sent %s", raw)
	}
	if _, err := p.shop.Recipients(t.Context(), []Sealed{{1, "oa"}}); pavilion.ReasonOf(err) != "jd.permission" {
		t.Errorf("got %v, want jd.permission", err)
	}
}

const shipMethod = "jingdong.pop.order.shipment"

func inState(state OrderState, waybill string) string {
	o := strings.Replace(oneOrder, "WAIT_SELLER_STOCK_OUT", string(state), 1)
	return got(strings.Replace(o, `"venderId"`, `"waybill":"`+waybill+`","venderId"`, 1))
}

func TestShipSOP(t *testing.T) {
	t.Parallel()
	h := Shipment{Order: 250000000001, Key: "par_1", Parcels: []Parcel{{2100, []string{"1200458628372", "111232"}}, {4700, []string{"468778814888"}}}}
	const waybills = "1200458628372,111232|468778814888"
	done := `{"jingdong_pop_order_shipment_responce":{"code":"0","sopjosshipment_result":{"success":true,"errorCode":"","chineseErrCode":"","englishErrCode":""}}}`
	failed := func(code string) string {
		return `{"r":{"code":"0","sopjosshipment_result":{"success":false,"errorCode":"` + code + `","chineseErrCode":"不行"}}}`
	}
	for name, c := range map[string]struct {
		orders []string
		answer string
		reason string // "" if it is shipped
		calls  int
	}{
		"waiting":               {[]string{inState(WaitStockOut, "")}, done, "", 2},
		"shipped before":        {[]string{inState(Shipped, waybills)}, done, "", 1},
		"shipped by another":    {[]string{inState(Shipped, "4711")}, done, "jd.shipped_otherwise", 1},
		"locked":                {[]string{inState(Locked, "")}, done, "jd.not_shippable", 1},
		"cancelled":             {[]string{inState(Cancelled, "")}, done, "jd.not_shippable", 1},
		"out already, as ours":  {[]string{inState(WaitStockOut, ""), inState(Shipped, waybills)}, refusing("10400001"), "", 3},
		"out already, not ours": {[]string{inState(WaitStockOut, ""), inState(Shipped, "4711")}, refusing("10400001"), "jd.shipped_otherwise", 3},
		"locked meanwhile":      {[]string{inState(WaitStockOut, "")}, failed("101000014"), "jd.locked", 2},
		"carrier":               {[]string{inState(WaitStockOut, "")}, failed("10200001"), "jd.carrier", 2},
		"overseas":              {[]string{inState(WaitStockOut, "")}, failed("10100014"), "jd.overseas_shop", 2},
		"system":                {[]string{inState(WaitStockOut, "")}, failed("99999999"), "channel.outcome_unknown", 2},
		"reply lost":            {[]string{inState(WaitStockOut, "")}, hangUp, "channel.outcome_unknown", 2},
	} {
		p := newPlatform(t, Facts{}, map[string][]string{getMethod: c.orders, shipMethod: {c.answer}})
		err := SOP{}.Ship(t.Context(), p.shop, h)
		if (err == nil) != (c.reason == "") || err != nil && pavilion.ReasonOf(err) != c.reason || len(p.methods()) != c.calls {
			t.Errorf("%s: got %v after %v, want %q after %d calls", name, err, p.methods(), c.reason, c.calls)
		}
		if name == "waiting" {
			if got, want := p.calls[1].form.Get("360buy_param_json"), `{"logiCoprId":"2100|4700","logiNo":"`+waybills+`","orderId":250000000001}`; got != want {
				t.Errorf("sent %s, want %s", got, want)
			}
		}
	}
}

func TestShipWorldwide(t *testing.T) {
	t.Parallel()
	const out, on = "360buy.overseas.order.sop.outstorage", "360buy.overseas.order.sop.delivery"
	h := Shipment{Order: 250000000001, Key: "par_1", Parcels: []Parcel{{467, []string{"SF1"}}}}
	done := `{"overseas_order_sop_response":{"code":"0","vender_id":1,"order_id":"250000000001","modified":"2026-11-22 09:01:12"}}`
	for name, c := range map[string]struct {
		order   string
		out, on string
		reason  string
		methods []string
	}{
		"from the warehouse": {inState(WaitStockOut, ""), done, done, "", []string{getMethod, out, on}},
		"half-way":           {inState(WaitDelivery, ""), done, done, "", []string{getMethod, on}},
		"out already":        {inState(WaitStockOut, ""), refusing("10400001"), done, "", []string{getMethod, out, on}},
		"known":              {inState(Shipped, "SF1"), done, done, "", []string{getMethod}},
		"first reply lost":   {inState(WaitStockOut, ""), hangUp, done, "channel.outcome_unknown", []string{getMethod, out}},
		"second reply lost":  {inState(WaitDelivery, ""), done, hangUp, "channel.outcome_unknown", []string{getMethod, on}},
		"paused":             {inState(PausedPOP, ""), done, done, "jd.not_shippable", []string{getMethod}},
	} {
		p := newPlatform(t, Facts{}, map[string][]string{getMethod: {c.order}, out: {c.out}, on: {c.on}})
		err := Worldwide{}.Ship(t.Context(), p.shop, h)
		if (err == nil) != (c.reason == "") || err != nil && pavilion.ReasonOf(err) != c.reason || cmp.Diff(c.methods, p.methods()) != "" {
			t.Errorf("%s: got %v after %v, want %q after %v", name, err, p.methods(), c.reason, c.methods)
		}
	}
}

func TestShipmentsThatCannotBe(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, nil)
	for name, parcels := range map[string][]Parcel{
		"none": nil, "no carrier": {{0, []string{"1"}}}, "no waybill": {{467, nil}}, "a bar": {{467, []string{"1|2"}}},
		"eleven": {{467, strings.Split("1,2,3,4,5,6,7,8,9,10,11", ",")}}, "long": {{467, []string{strings.Repeat("9", 201)}}},
	} {
		if err := (SOP{}).Ship(t.Context(), p.shop, Shipment{Order: 1, Key: "k", Parcels: parcels}); pavilion.ReasonOf(err) != "jd.shipment" {
			t.Errorf("%s: got %v, want jd.shipment", name, err)
		}
	}
	carriers, waybills, err := Shipment{Order: 1, Key: "k", Parcels: []Parcel{{OwnDelivery, []string{"x"}}}}.wire()
	if carriers != "1274" || waybills != "" || err != nil {
		t.Errorf("got %q %q %v, want no waybill of our own delivery", carriers, waybills, err)
	}
}

func TestCarriers(t *testing.T) {
	t.Parallel()
	const list, older = "360buy.get.vender.all.delivery.company", "360buy.delivery.logistics.get"
	p := newPlatform(t, Facts{}, map[string][]string{
		list:  {`{"r":{"code":"0","vender_id":1,"delivery_companies":[{"id":467,"name":"顺丰快递"}]}}`, refusing("15"), refusing("2")},
		older: {`{"r":{"code":"0","logistics_companies":{"vender_id":1,"logistics_list":[{"logistics_id":"2087","logistics_name":"京东快递"}]}}}`},
	})
	for _, want := range []Carrier{{467, "顺丰快递"}, {2087, "京东快递"}} {
		got, err := p.shop.Carriers(t.Context())
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("got %v %v, want %v", got, err, want)
		}
	}
	if _, err := p.shop.Carriers(t.Context()); pavilion.KindOf(err) != pavilion.Limited {
		t.Errorf("got %v, want limited", err)
	}
}

func TestRefunds(t *testing.T) {
	t.Parallel()
	const method, reply = "jingdong.pop.afs.soa.refundapply.queryPageList", "jingdong.pop.afs.soa.refundapply.replyRefund"
	const list = `{"jingdong_pop_afs_soa_refundapply_queryPageList_responce":{"code":"0","queryResult":{"success":true,"errorCode":"","errorMsg":"","totalCount":1,"result":[{"id":77001,"orderId":"250000000001","status":0,"applyRefundSum":12850.0,"applyTime":"2026-11-22 10:00:00","systemId":28}]}}}`
	p := newPlatform(t, Facts{}, map[string][]string{method: {list}, reply: {`{"r":{"code":"0","replyResult":{"success":true}}}`, `{"r":{"code":"0","replyResult":{"success":false,"errorMsg":"状态已变"}}}`}})
	got, err := p.shop.Refunds(t.Context(), RefundQuery{Order: 250000000001, AppliedFrom: noon})
	want := []Refund{{ID: 77001, Order: 250000000001, Amount: yuan(128_50), Applied: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC), System: 28}}
	if d := cmp.Diff(want, got.Items, sameMoney); d != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, d)
	}
	if asked := p.asked(0); asked["orderId"] != "250000000001" || asked["applyTimeStart"] != "2026-11-23 20:00:00" {
		t.Errorf("asked %v", asked)
	}
	if err := p.shop.ReplyRefund(t.Context(), RefundReply{ID: 77001, Status: RefundRefused, Who: "pavilion", Remark: "已报关", Reject: RejectDeclared, WareKnown: true}); err != nil {
		t.Error(err)
	}
	if got := p.calls[1].form.Get("360buy_param_json"); got != `{"checkUserName":"pavilion","id":77001,"outWareStatus":2,"rejectType":3,"remark":"已报关","status":2}` {
		t.Errorf("sent %s", got)
	}
	if err := p.shop.ReplyRefund(t.Context(), RefundReply{ID: 77001, Status: RefundAgreed}); pavilion.ReasonOf(err) != "jd.refused" {
		t.Errorf("got %v, want jd.refused", err)
	}
	p = newPlatform(t, Facts{RefundSum: Yuan}, one(method, strings.Replace(list, "12850.0", "128.5", 1)))
	if got, err = p.shop.Refunds(t.Context(), RefundQuery{}); err != nil || got.Items[0].Amount != yuan(128_50) {
		t.Errorf("got %v %v, want 128.50 in yuan too", got, err)
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	const refuse = "jingdong.asc.audit.refuse"
	p := newPlatform(t, Facts{}, map[string][]string{
		"jingdong.asc.sync.list": {`{"r":{"code":"0","pageResult":{"success":"true","totalCount":"1","data":[{"serviceId":5,"applyId":6,"orderId":250000000001,"serviceStatus":10001,"customerExpect":10,"skuId":1,"actualPayPrice":64.25,"applyTime":"2026-11-22 10:00:00","approveTime":null,"updateDate":"2026-11-22 10:00:00","sysVersion":3}]}}}`},
		refuse:                   {`{"r":{"code":"0","result":{"success":true}}}`},
	})
	clerk := Clerk{"10001", "shop-pin", "pavilion"}
	at := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	got, err := p.shop.Services(t.Context(), clerk, ServiceQuery{From: at, To: noon})
	want := []Service{{ID: 5, Apply: 6, Order: 250000000001, Status: ServiceToAudit, Wish: WishReturn, SKU: 1, Paid: yuan(64_25), Applied: at, Updated: at, Version: 3}}
	if d := cmp.Diff(want, got.Items, sameMoney); d != "" || err != nil || got.Total != 1 {
		t.Errorf("%v -want +got:\n%s", err, d)
	}
	if err := p.shop.RefuseService(t.Context(), clerk, Act{Service: 5, Order: 250000000001, Version: 3, Note: "no"}, "12", ""); err != nil {
		t.Error(err)
	}
	if got, want := p.calls[1].form.Get("360buy_param_json"), `{"approveNotes":"no","approveReasonCid1":"12","buId":"10001","operateNick":"pavilion","operatePin":"shop-pin","orderId":250000000001,"serviceId":5,"sysVersion":3}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}

func TestCharges(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, one("jingdong.pop.taurus.queryBillChargeListByCondition",
		`{"r":{"code":"0","whoKnows":{"success":true,"resultCode":"0","data":[{"orderId":9007199254740993,"rfBusiType":1001,"docCreateTime":"2026-11-22 10:00:00","feeList":[{"detailId":1,"money":-1.50,"feeType":"5","newField":"kept"}]}]}}}`))
	got, err := p.shop.Charges(t.Context(), BillQuery{From: noon, To: noon})
	if err != nil || len(got.Items) != 1 || got.Items[0].Order != 9007199254740993 || got.Items[0].Fees[0].Amount != yuan(-1_50) ||
		!strings.Contains(string(got.Items[0].Raw), `"money":-1.50,"newField":"kept"`) || !strings.Contains(string(got.Items[0].Raw), "9007199254740993") {
		t.Errorf("got %+v %v", got, err)
	}
}

// FuzzAnswers: no answer breaks a reader, and what a reader takes is whole.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{info, search(oneOrder), got(oneOrder), refusing("19"), `{"r":{"code":"0","page":{"data":[{"skuId":"1","jdPrice":1e-40}]}}}`,
		`{"r":{"code":"0","pageResult":{"success":true,"data":[{"serviceId":1,"orderId":2,"applyTime":"1795000000000"}]}}}`,
		`{"r":{"code":0,"returnType":{"success":"true","obj":{"updateStockResult":[{"skuId":1}]}}}}`, `{"r":[]}`, "<html>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		shop := testClient(t, answering(string(raw))).Shop(testToken)
		orders, err := shop.Orders(t.Context(), OrderQuery{From: noon, To: noon})
		for _, o := range orders.Items {
			if err == nil && (o.ID <= 0 || o.State == "" || len(o.Items) == 0 || o.Items[0].SKU <= 0 || o.Items[0].Quantity <= 0) {
				t.Fatalf("got %+v, want a whole order", o)
			}
		}
		if _, err := shop.Order(t.Context(), 1); err != nil && pavilion.KindOf(err) == pavilion.Internal && pavilion.ReasonOf(err) == "internal" {
			t.Fatalf("got %v, want an error of ours", err)
		}
		if err := shop.PutUp(t.Context(), 1); err != nil && pavilion.KindOf(err) == pavilion.Unavailable && !channel.Unknown(err) && pavilion.ReasonOf(err) != "jd.clock" {
			t.Fatalf("a write failed with %v, and nobody knows whether it is done", err)
		}
		_, _ = shop.SKUs(t.Context(), SKUQuery{})
		_, _ = shop.Wares(t.Context(), WareQuery{})
		_, _ = shop.SellableCategories(t.Context())
		_, _ = shop.Attributes(t.Context(), 1, AnyAttribute)
		_, _ = shop.Stock(t.Context(), 1)
		_, _ = shop.SetStock(t.Context(), "k", []StockChange{{SKU: 1}})
		_, _ = shop.Refunds(t.Context(), RefundQuery{})
		_, _ = shop.Refund(t.Context(), 1)
		_, _ = shop.Services(t.Context(), Clerk{}, ServiceQuery{})
		_, _ = shop.PaidBackOf(t.Context(), 1)
		_, _ = shop.Charges(t.Context(), BillQuery{})
		_, _ = shop.Refresh(t.Context(), "r")
	})
}

// FuzzDecimal: what is read is what is written, to the last digit.
func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-0.10", "1.285E7", "9223372036854775807", "1e40", "00.0100", ".5", "5.", "--1", "1e"} {
		f.Add(seed, 2)
	}
	f.Fuzz(func(t *testing.T, s string, places int) {
		places &= 3
		n, ok := decimal(s, places)
		if !ok || strings.ContainsAny(s, "eE") {
			return
		}
		again, ok := decimal(yuanText(n, places), places)
		if !ok || again != n {
			t.Fatalf("%q with %d places: %d is read again as %d", s, places, n, again)
		}
	})
}

func yuanText(n int64, places int) string {
	digits := ""
	negative := n < 0
	for i := 0; n != 0 || i <= places; i++ {
		if i == places && places > 0 {
			digits = "." + digits
		}
		d := n % 10
		if d < 0 {
			d = -d
		}
		digits = string(rune('0'+d)) + digits
		n /= 10
	}
	if negative {
		return "-" + digits
	}
	return digits
}
