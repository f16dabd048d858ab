package douyin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func (x *outside) state(id string, status, main int64) {
	x.t.Helper()
	if o := x.order(id); o.num("order_status") != status || o.num("main_status") != main {
		x.t.Errorf("order: got %d/%d, want %d/%d", o.num("order_status"), o.num("main_status"), status, main)
	}
}

func TestOrderLife(t *testing.T) {
	t.Parallel()
	x := newOutside(t, func(_ *Options, r *Rules) { r.ReleaseTakes = time.Hour })
	g := x.good(10)
	ship := func(id, number string) string {
		return `{"order_id":"` + id + `","company_code":"shunfeng","logistics_code":"` + number + `"}`
	}
	unpaidOne := x.place(Placement{Lines: []PlacementLine{{SKU: g.SKU, Num: 2}}, Unpaid: true})
	x.state(unpaidOne, unpaid, unpaid)
	x.stock(g.SKU, 8, 2)
	x.no("order.logisticsAdd", ship(unpaidOne, "SF000001"), 50002, "isv.business-failed:60137")
	x.clock.pass(30 * time.Minute)
	x.state(unpaidOne, cancelled, cancelled)
	x.stock(g.SKU, 10, 0)
	if x.s.Pay(unpaidOne) == nil {
		t.Error("a cancelled order was paid")
	}

	id := x.place(Placement{Lines: []PlacementLine{{SKU: g.SKU, Num: 2}}, Unpaid: true, Postage: 500, Words: "请尽快"})
	x.must(x.s.ChangePostage(id, 300))
	x.must(x.s.Pay(id))
	x.state(id, paid, paid)
	x.no("order.logisticsAdd", ship(id, "SF000001"), 50002, "isv.business-failed:60109")
	x.restart()
	x.clock.pass(time.Hour)
	x.state(id, preparing, preparing)
	o := x.order(id)
	if o.num("pay_amount") != 2*1990+300 || o.num("exp_ship_time") == 0 || o.list("sku_order_list")[0].str("order_id") != id || o.str("buyer_words") != "请尽快" {
		t.Errorf("order: got %v", o.m)
	}
	x.no("order.logisticsAdd", strings.Replace(ship(id, "SF000001"), "shunfeng", "swift", 1), 50002, "isv.business-failed:60018")
	x.no("order.logisticsAdd", ship(id, "!"), 50002, "isv.business-failed:60017")
	x.no("order.logisticsAdd", ship("1", "SF000001"), 50002, "isv.business-failed:60033")
	x.ok("order.logisticsAdd", ship(id, "SF000001"))
	x.state(id, shipped, shipped)
	x.stock(g.SKU, 8, 0)
	x.no("order.logisticsAdd", ship(id, "SF000001"), 50002, "isv.business-failed:60110")
	pack := x.order(id).list("logistics_info")[0]
	x.ok("order.logisticsEditByPack", `{"order_id":"`+id+`","pack_id":"`+pack.str("delivery_id")+`","logistics_code":"SF000009"}`)
	if got := x.order(id).list("logistics_info")[0].str("tracking_no"); got != "SF000009" {
		t.Errorf("tracking number: got %s", got)
	}
	x.must(x.s.Receive(id))
	x.state(id, finished, finished)
	x.no("order.logisticsAdd", ship(id, "SF000001"), 50002, "isv.business-failed:60113")

	other := x.place(one(g.SKU, 1))
	x.clock.pass(time.Hour)
	x.no("order.logisticsAdd", ship(other, "SF000001"), 50002, "isv.business-failed:70022")
	x.ok("order.logisticsAdd", ship(other, "SF000002"))
	x.clock.pass(10 * 24 * time.Hour)
	x.login()
	x.state(other, finished, finished)
	x.no("order.orderDetail", `{"shop_order_id":"1"}`, 40004, "isv.parameter-invalid:20014")
	if _, err := x.s.PlaceOrder(one(g.SKU, 8)); err == nil {
		t.Error("more was sold than there is")
	}
}

// Stock that goes at the payment may be gone by then.
func TestReducedAtPayment(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g, err := x.s.AddGood(NewGood{Name: "白俄罗斯亚麻布", Price: 100, Stock: 1, Reduce: 2})
	x.must(err)
	p := one(g.SKU, 1)
	p.Unpaid = true
	first, second := x.place(p), x.place(p)
	x.stock(g.SKU, 1, 0)
	x.must(x.s.Pay(first))
	x.stock(g.SKU, 0, 1)
	x.must(x.s.Pay(second))
	x.state(second, cancelled, cancelled)
	x.stock(g.SKU, 0, 1)
}

func TestParcels(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	a, b := x.good(20), x.good(20)
	id := x.place(Placement{Buyer: 7, Lines: []PlacementLine{{SKU: a.SKU, Num: 3}, {SKU: b.SKU, Num: 1, Gift: true}}})
	lines := x.order(id).list("sku_order_list")
	if lines[1].str("given_product_type") != "FREE" || lines[0].str("given_product_type") != "MASTER" || lines[1].strs("master_sku_order_id_list")[0] != lines[0].str("order_id") || lines[0].str("parent_order_id") != id {
		t.Errorf("gift: got %v", lines)
	}
	first, gift := lines[0].str("order_id"), lines[1].str("order_id")
	multi := func(request string, packs ...string) string {
		return `{"order_id":"` + id + `","request_id":"` + request + `","pack_list":[` + strings.Join(packs, ",") + `]}`
	}
	pack := func(number, line string, n int) string {
		return fmt.Sprintf(`{"company_code":"yunda","logistics_code":%q,"shipped_order_info":[{"shipped_order_id":%q,"shipped_num":%d}]}`, number, line, n)
	}
	x.no("order.logisticsAddMultiPack", multi("", pack("YD000001", first, 1)), 40002, "isv.missing-parameter:50050")
	// All or none.
	x.no("order.logisticsAddMultiPack", multi("r1", pack("YD000001", first, 2), pack("YD000002", first, 2)), 50002, "isv.business-failed:60110")
	x.state(id, preparing, preparing)
	told := x.ok("order.logisticsAddMultiPack", multi("r1", pack("YD000001", first, 2)))
	x.state(id, partShip, partShip)
	x.stock(a.SKU, 17, 1)
	x.no("order.logisticsAdd", `{"order_id":"`+id+`","company_code":"yunda","logistics_code":"YD000003"}`, 50002, "isv.business-failed:60110")
	x.restart()
	again := x.ok("order.logisticsAddMultiPack", multi("r1", pack("YD000001", first, 2)))
	if again.list("pack_list")[0].str("pack_id") != told.list("pack_list")[0].str("pack_id") {
		t.Error("a repeated request made another parcel")
	}
	x.no("order.logisticsAddMultiPack", multi("r2", pack("x", first, 1)), 40004, "isv.parameter-invalid:60017")
	x.ok("order.logisticsAddMultiPack", multi("r2", pack("YD000002", first, 1), pack("YD000002", gift, 1)))
	x.state(id, shipped, shipped)
	x.stock(a.SKU, 17, 0)

	// Several orders of one receiver in one parcel.
	p := one(a.SKU, 1)
	p.Buyer = 7
	o1, o2 := x.place(p), x.place(p)
	p.Buyer = 8
	o3 := x.place(p)
	single := func(request, number string, ids ...string) string {
		return fmt.Sprintf(`{"request_id":%q,"company_code":"ems","logistics_code":%q,"order_id_list":["%s"],"shipped_order_info":[{"shipped_order_id":%q,"shipped_num":1},{"shipped_order_id":%q,"shipped_num":1}]}`,
			request, number, strings.Join(ids, `","`), ids[0], ids[1])
	}
	x.no("order.logisticsAddSinglePack", single("s1", "EM000001", o1, o3), 50002, "isv.business-failed:70020")
	x.state(o1, preparing, preparing)
	packID := x.ok("order.logisticsAddSinglePack", single("s1", "EM000001", o1, o2)).str("pack_id")
	x.state(o1, shipped, shipped)
	x.state(o2, shipped, shipped)
	if again := x.ok("order.logisticsAddSinglePack", single("s1", "EM000001", o1, o2)).str("pack_id"); again != packID {
		t.Errorf("the parcel is %s and then %s", packID, again)
	}

	// A bundle names its parts.
	bundle := x.place(Placement{Lines: []PlacementLine{{SKU: a.SKU, Num: 1, Parts: []Part{{b.Product, b.SKU, 2}}}}})
	id = bundle
	x.no("order.logisticsAddMultiPack", multi("r3", pack("YD000007", bundle, 1)), 50002, "isv.business-failed:60105")
	with := strings.Replace(pack("YD000007", bundle, 1), `"shipped_num":1`, fmt.Sprintf(`"shipped_num":1,"bundle_list":[{"sub_product_id":%d,"sub_sku_id":%d,"combo_num":2}]`, b.Product, b.SKU), 1)
	x.ok("order.logisticsAddMultiPack", multi("r3", with))
	x.state(bundle, shipped, shipped)

	cross := x.place(Placement{Biz: 21, Tax: 91, Lines: []PlacementLine{{SKU: a.SKU, Num: 1}}})
	x.no("order.logisticsAdd", `{"order_id":"`+cross+`","company_code":"yunda","logistics_code":"YD000033"}`, 50002, "isv.business-failed:60024")
	if o := x.order(cross); o.num("tax_amount") != 91 || !strings.HasPrefix(o.part("user_id_info").str("encrypt_id_card_no"), "#") {
		t.Errorf("cross-border: got %v", o.m)
	}
	x.no("order.getCrossBorderFulfillInfo", `{"shop_order_id":"`+cross+`"}`, 50002, "isv.business-failed:60122")
	x.must(x.s.ShipByProvider(cross))
	if f := x.ok("order.getCrossBorderFulfillInfo", `{"shop_order_id":"`+cross+`"}`); f.strs("sku_order_ids")[0] != cross || f.num("product_num") != 1 {
		t.Errorf("fulfilment: got %v", f.m)
	}
}

func TestPresale(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(5)
	id := x.place(Placement{Deposit: 500, Lines: []PlacementLine{{SKU: g.SKU, Num: 1}}})
	x.state(id, unpaid, partPaid)
	phases := x.order(id).list("order_phase_list")
	if len(phases) != 2 || !phases[0].yes("pay_success") || phases[1].yes("pay_success") || phases[1].num("phase_payable_price") != 1490 {
		t.Errorf("phases: got %v", phases)
	}
	x.must(x.s.Pay(id))
	x.state(id, preparing, preparing)
	if o := x.order(id); !o.list("order_phase_list")[1].yes("pay_success") || o.num("trade_type") != 2 {
		t.Errorf("after the balance: got %v", o.m)
	}
}

func TestSearchOrders(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(100)
	start := x.s.Now().Unix()
	var ids []string
	for i := range 5 {
		p := one(g.SKU, 1)
		p.Unpaid = i%2 == 0
		ids = append(ids, x.place(p))
		x.clock.pass(time.Minute)
	}
	search := func(with string) (out []string) {
		t.Helper()
		for _, o := range x.ok("order.searchList", `{"size":100,"page":0,`+with+`}`).list("shop_order_list") {
			out = append(out, o.str("order_id"))
		}
		return out
	}
	for with, want := range map[string][]string{
		fmt.Sprintf(`"create_time_start":%d,"order_asc":true`, start-1):                                             ids,
		fmt.Sprintf(`"create_time_start":%d`, start-1):                                                              {ids[4], ids[3], ids[2], ids[1], ids[0]},
		fmt.Sprintf(`"create_time_start":%d,"create_time_end":%d`, start, start+120):                                {ids[1]},
		fmt.Sprintf(`"update_time_start":%d,"combine_status":[{"order_status":"2,101","main_status":""}]`, start-1): {ids[3], ids[1]},
		fmt.Sprintf(`"update_time_start":%d,"combine_status":[{"order_status":"1"}],"order_asc":true`, start-1):     {ids[0], ids[2], ids[4]},
		fmt.Sprintf(`"update_time_start":%d,"product":"%d","order_asc":true,"trade_type":0`, start-1, g.Product):    ids,
		fmt.Sprintf(`"update_time_start":%d,"product":"茶"`, start-1):                                                nil,
		fmt.Sprintf(`"create_time_start":%d,"after_sale_status_desc":"in_aftersale"`, start-1):                      nil,
	} {
		if got := search(with); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", with, got, want)
		}
	}
	// What changes comes again, last.
	x.must(x.s.Pay(ids[0]))
	if got := search(fmt.Sprintf(`"update_time_start":%d,"order_by":"update_time"`, start-1)); got[0] != ids[0] {
		t.Errorf("newest change: got %v", got)
	}
	page := x.ok("order.searchList", fmt.Sprintf(`{"size":2,"page":2,"create_time_start":%d}`, start-1))
	if len(page.list("shop_order_list")) != 1 || page.num("total") != 5 {
		t.Errorf("third page: got %v", page.m)
	}
	for with, sub := range map[string]string{
		`"size":10,"page":0`:                                               "20011",
		`"size":10,"page":-1,"create_time_start":1`:                        "10035",
		`"size":101,"page":0,"create_time_start":1`:                        "20008",
		`"size":100,"page":0,"create_time_start":1`:                        "20022",
		fmt.Sprintf(`"size":100,"page":500,"create_time_start":%d`, start): "20013",
		fmt.Sprintf(`"size":1,"page":0,"combine_status":[{"order_status":"1"},{"order_status":"2"}],"create_time_start":%d`, start): "20012",
	} {
		x.no("order.searchList", `{`+with+`}`, 40004, "isv.parameter-invalid:"+sub)
	}
	open := newOutside(t, func(_ *Options, r *Rules) { r.EndsIncluded = true })
	g = open.good(1)
	open.place(one(g.SKU, 1))
	if n := open.ok("order.searchList", fmt.Sprintf(`{"size":1,"page":0,"create_time_start":%d}`, start)).num("total"); n != 1 {
		t.Errorf("with its ends: got %d", n)
	}
}

func TestBuyerData(t *testing.T) {
	t.Parallel()
	x := newOutside(t, func(_ *Options, r *Rules) { r.DecryptQuota = 4 })
	g := x.good(10)
	id := x.place(one(g.SKU, 1))
	other := x.place(one(g.SKU, 1))
	o := x.order(id)
	if o.str("post_receiver") != "" || o.str("post_tel") != "" || o.part("post_addr").str("detail") != "" {
		t.Error("plain data is told")
	}
	name, tel := o.str("encrypt_post_receiver"), o.str("encrypt_post_tel")
	infos := func(items ...[2]string) string {
		var list []string
		for _, i := range items {
			list = append(list, fmt.Sprintf(`{"auth_id":%q,"cipher_text":%q}`, i[0], i[1]))
		}
		return `{"cipher_infos":[` + strings.Join(list, ",") + `]}`
	}
	got := x.ok("order.batchDecrypt", infos([2]string{id, name}, [2]string{id, tel})).list("decrypt_infos")
	if !strings.HasPrefix(got[0].str("decrypt_text"), "模拟买家") || got[1].num("data_type") != dataPhone || !strings.HasPrefix(got[1].str("decrypt_text"), "1000") {
		t.Errorf("decrypted: got %v", got)
	}
	if mask := o.str("mask_post_tel"); mask != got[1].str("decrypt_text")[:2]+"*******"+got[1].str("decrypt_text")[9:] {
		t.Errorf("mask: got %s", mask)
	}
	masks := x.ok("order.batchSensitive", infos([2]string{id, name})).list("decrypt_infos")
	if masks[0].str("decrypt_text") != o.str("mask_post_receiver") {
		t.Errorf("masks: got %v", masks)
	}
	// A cipher opens with its own order only; each item stands by itself.
	e := x.call("order.batchDecrypt", infos([2]string{other, name}, [2]string{id, tel}))
	part := read(t, e.Data).list("decrypt_infos")
	if e.Code != 50002 || e.Sub != "isv.business-failed:300008" || part[0].num("err_no") == 0 || part[1].str("decrypt_text") == "" {
		t.Errorf("partly: got %d %s %s", e.Code, e.Sub, e.Data)
	}
	x.restart()
	x.ok("order.batchDecrypt", strings.Replace(infos([2]string{id, tel}), "{", `{"need_virtual_phone":true,`, 1))
	x.no("order.batchDecrypt", infos([2]string{id, tel}), 50002, "isv.business-failed:300003")
	x.clock.pass(24 * time.Hour)
	x.ok("order.batchDecrypt", infos([2]string{id, tel}))
	sealed := x.ok("order.batchEncrypt", `{"batch_encrypt_list":[{"plain_text":"测试","auth_id":"`+id+`","is_support_index":false,"sensitive_type":2}]}`).list("encrypt_infos")[0]
	if back := x.ok("order.batchSensitive", infos([2]string{id, sealed.str("cipher_text")})).list("decrypt_infos")[0]; back.str("decrypt_text") != "*试" {
		t.Errorf("sealed and masked: got %v", back.m)
	}

	x.must(x.s.AskAddress(id, 5))
	x.must(x.s.AnswerAddress(id, true))
	if moved := x.order(id); moved.str("encrypt_post_tel") == tel {
		t.Error("the address did not change")
	}
	x.ok("order.addOrderRemark", `{"order_id":"`+id+`","remark":"加急","is_add_star":"true","star":"5"}`)
	if o := x.order(id); o.str("seller_words") != "加急" || o.num("seller_remark_stars") != 5 {
		t.Errorf("remark: got %v", o.m)
	}
}
