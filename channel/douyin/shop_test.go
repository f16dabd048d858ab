package douyin

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/channel"
)

func goodDraft() Draft {
	return Draft{
		Name: "白俄罗斯 Спартак 巧克力 & 100g", Category: "20000", Pictures: []string{"https://p3.x/a.jpg", "https://p3.x/b.jpg"}, Description: []string{"https://p3.x/c.jpg"},
		Brand: NoBrand, Phone: "400", Submit: true, OuterID: "vrt_1", Grams: 100,
		Properties: []DraftProperty{{Property: "501", Values: []DraftValue{{ID: "7001", Name: "白俄罗斯"}}}, {Property: "502", Values: []DraftValue{{Name: "12 个月"}}}},
		Specs:      []Spec{{Name: "口味", Values: []string{"黑巧", "牛奶"}}},
		SKUs:       []DraftSKU{{Code: "BY-001", Values: []string{"黑巧"}, Price: 1990, Stock: 0}, {Code: "BY-002", Values: []string{"牛奶"}, Price: 2090, Stock: 5, Grams: 100}},
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	data := `{"access_token":"a-1","expires_in":"530808","refresh_token":"r-1","scope":"SCOPE","shop_id":4463798,"shop_name":"馆","token_type":1}`
	w.told("token.create", yes(data))
	w.told("token.refresh", yes(data))
	want := Token{Access: "a-1", Refresh: "r-1", ExpiresAt: noon.Add(530808 * time.Second), Shop: "4463798", ShopName: "馆", Subaccount: true}
	for name, ask := range map[string]func() (Token, error){
		"redeem":  func() (Token, error) { return w.client.Redeem(t.Context(), "c-1") },
		"own":     func() (Token, error) { return w.client.RedeemOwn(t.Context(), "4463798", true) },
		"refresh": func() (Token, error) { return w.client.Refresh(t.Context(), "r-0") },
	} {
		if got, err := ask(); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	for sub, want := range map[string]pavilion.Kind{
		"dop.token-generate-failed:token-expired": pavilion.Unauthenticated, "dop.token-generate-failed:code-invalid": pavilion.Unauthenticated,
		"dop.token-generate-failed:app-secret-invalid": pavilion.Forbidden, "isv.business-failed:31012": pavilion.Limited, "isv.business-failed:31009": pavilion.Unauthenticated,
	} {
		w.told("token.refresh", no(50002, sub, "x"))
		if _, err := w.client.Refresh(t.Context(), "r-0"); pavilion.KindOf(err) != want {
			t.Errorf("%s: got %v, want %v", sub, err, want)
		}
	}
	for _, bad := range []string{`{}`, `{"access_token":"a","refresh_token":"r","expires_in":0}`, `{"access_token":"a","refresh_token":"r","expires_in":9223372036854775807}`} {
		w.told("token.refresh", yes(bad))
		if _, err := w.client.Refresh(t.Context(), "r-0"); !channel.Unknown(err) {
			t.Errorf("%s: got %v, want an unknown outcome", bad, err)
		}
	}
	if at := w.client.ConsentURL("s&1", "https://p/back"); at != "https://fuwu.jinritemai.com/authorize?service_id=33&state=s%261" {
		t.Errorf("got %s", at)
	}
}

func TestAddListing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	w.told("product.addV2", yes(`{"product_id":3473196049974326153,"create_time":"2026-07-06 12:00:00","sku":[{"sku_id":1709160688834615,"code":"BY-001"}]}`))
	got, err := w.shop.Add(t.Context(), goodDraft())
	want := Added{Product: "3473196049974326153", CreatedAt: At(noon), SKUs: []AddedSKU{{"1709160688834615", "BY-001"}}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	w.wantAsked(asked{"product.addV2", `{"category_leaf_id":20000,"commit":true,"description":"https://p3.x/c.jpg","freight_id":0,"mobile":"400","name":"白俄罗斯 Спартак 巧克力 & 100g","outer_product_id":"vrt_1","pic":"https://p3.x/a.jpg|https://p3.x/b.jpg",` +
		`"product_format_new":"{\"501\":[{\"diy_type\":0,\"name\":\"白俄罗斯\",\"value\":7001}],\"502\":[{\"diy_type\":1,\"name\":\"12 个月\",\"value\":0}]}","product_type":0,"reduce_type":2,` +
		`"spec_prices":"[{\"code\":\"BY-001\",\"outer_sku_id\":\"BY-001\",\"price\":1990,\"spec_detail_name1\":\"黑巧\",\"stock_num\":0},{\"code\":\"BY-002\",\"delivery_infos\":[{\"info_type\":\"weight\",\"info_unit\":\"g\",\"info_value\":\"100\"}],\"outer_sku_id\":\"BY-002\",\"price\":2090,\"spec_detail_name1\":\"牛奶\",\"stock_num\":5}]",` +
		`"specs":"口味|黑巧,牛奶","standard_brand_id":596120136,"start_sale_type":0,"weight":100,"weight_unit":1}`})

	w.told("product.addV2", no(40004, "isv.parameter-invalid:2010319", "brand"))
	_, err = w.shop.Add(t.Context(), goodDraft())
	if e, ok := errors.AsType[*pavilion.Error](err); !ok || e.Kind != pavilion.Invalid || e.Field != "brand" || e.Args["message"] != "brand" {
		t.Errorf("got %v, want it at our brand", err)
	}
	w.told("product.addV2", yes(`{}`))
	if _, err := w.shop.Add(t.Context(), goodDraft()); !channel.Unknown(err) {
		t.Errorf("no number: got %v, want an unknown outcome", err)
	}
}

func TestEditListing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{OnShelf: "product.editV2"})
	d := goodDraft()
	d.Product = "3473196049974326153"
	for _, answer := range []string{yes(`{}`), yes(`{"product_id":1}`), no(50002, "isv.business-failed:2010102", "nothing changed")} {
		w.told("product.editV2", answer)
		if err := w.shop.Edit(t.Context(), d); err != nil {
			t.Errorf("%s: got %v, want none", answer, err)
		}
	}
	w.told("product.editV2", no(50002, "isv.business-failed:2010041", "under audit"))
	if err := w.shop.Edit(t.Context(), d); pavilion.KindOf(err) != pavilion.Conflict {
		t.Errorf("under audit: got %v, want a conflict", err)
	}
	w.told("product.editV2", yes(`{}`))
	if err := w.shop.Shelve(t.Context(), d.Product); err != nil || !strings.Contains(w.asked[len(w.asked)-1].params, `"product_id":3473196049974326153`) {
		t.Errorf("shelve: got %v", err)
	}
	border := goodDraft()
	border.Border = &Border{Clearing: 1, Origin: "112", Warehouse: "9", BuyerPays: true, TaxInPrice: true}
	border.SKUs[0].Report = &CustomsReport{HSCode: "1806310000", FirstQty: "0.10", FirstUnit: "千克"}
	wire, err := border.ready()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := outgoing(wire)
	if err != nil || !strings.Contains(string(raw), `"biz_kind":2`) || !strings.Contains(string(raw), `"open_logistics_info":{"cross_warehouse_id":9,"customs_clear_type":1,"origin_country_id":112,"tax_payer":1}`) ||
		!strings.Contains(string(raw), `\"customs_report_info\":{\"first_measure_qty\":0.1,\"first_measure_unit\":\"千克\",\"hs_code\":\"1806310000\"}`) || !strings.Contains(string(raw), `"price_has_tax":true`) {
		t.Errorf("border: got %s, %v", raw, err)
	}
}

func TestDraftRules(t *testing.T) {
	t.Parallel()
	if err := goodDraft().Check(); err != nil {
		t.Fatalf("good: got %v, want none", err)
	}
	if got := NameUnits("中a文Я"); got != 6 {
		t.Errorf("got %d units, want 6", got)
	}
	for name, c := range map[string]struct {
		field  string
		change func(*Draft)
	}{
		"short name":     {"name", func(d *Draft) { d.Name = "巧克力" }},
		"long name":      {"name", func(d *Draft) { d.Name = strings.Repeat("巧", 31) }},
		"emoji":          {"name", func(d *Draft) { d.Name += "😀" }},
		"no category":    {"category", func(d *Draft) { d.Category = "0" }},
		"six pictures":   {"pictures", func(d *Draft) { d.Pictures = make([]string, 6) }},
		"no description": {"description", func(d *Draft) { d.Description = nil }},
		"bar in address": {"pictures", func(d *Draft) { d.Pictures[0] = "https://x/a|b" }},
		"no phone":       {"phone", func(d *Draft) { d.Phone = "" }},
		"comma in value": {"specs", func(d *Draft) { d.Specs[0].Values[0] = "黑,白" }},
		"one missing":    {"specs", func(d *Draft) { d.SKUs = d.SKUs[:1] }},
		"free":           {"specs", func(d *Draft) { d.SKUs[0].Price = 0 }},
		"less than none": {"specs", func(d *Draft) { d.SKUs[0].Stock = -1 }},
		"no code":        {"specs", func(d *Draft) { d.SKUs[0].Code = "" }},
	} {
		d := goodDraft()
		c.change(&d)
		err := d.Check()
		if e, ok := errors.AsType[*pavilion.Error](err); !ok || e.Reason != "douyin.draft" || e.Field != c.field {
			t.Errorf("%s: got %v, want douyin.draft at %s", name, err, c.field)
		}
	}
}

func TestListings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	w.told("product.detail", yes(`{"product_id":3473196049974326300,"product_id_str":"3473196049974326153","name":"x","status":0,"check_status":"3","draft_status":2,"pic":["https://p3/a"],"category_detail":{"first_cid":1,"second_cid":2,"third_cid":20000,"fourth_cid":0},
		"product_format_new":"{\"501\":[{\"value\":7001,\"name\":\"白俄罗斯\",\"diy_type\":0}]}","spec_prices":[{"sku_id":1709160688834615,"code":"BY-001","price":1990,"stock_num":3,"lock_stock_num":1,"spec_detail_ids":[1]}],"update_time":"2026-07-06 12:00:00"}`))
	l, err := w.shop.Listing(t.Context(), "3473196049974326153", true)
	if err != nil || l.Number() != "3473196049974326153" || !l.OnSale() || l.Draft != Pending || l.Category.Leaf() != "20000" || l.SKUs[0].Stock != 3 || l.Values.V["501"][0].Value != "7001" || !l.UpdatedAt.Equal(noon) {
		t.Errorf("got %+v, %v", l, err)
	}
	w.told("product.listV2", yes(`{"total":1,"page":1,"size":100,"cursor_id":"c1","data":[{"product_id":3473196049974326153,"outer_product_id":"vrt_1","status":1,"check_status":4,"update_time":1783310400}]}`))
	page, err := w.shop.Listings(t.Context(), ListingQuery{UpdatedFrom: noon, ByCursor: true})
	if err != nil || page.Cursor != "c1" || len(page.Listings) != 1 || page.Listings[0].OuterID != "vrt_1" || !page.Listings[0].UpdatedAt.Equal(noon) {
		t.Errorf("got %+v, %v", page, err)
	}
	w.told("product.auditList", yes(`{"records":[{"product_id":1,"publish_status":2,"audit_time":"1783310400","audit_reason":{"pic":["模糊"]}}],"total":1}`))
	audits, total, err := w.shop.Audits(t.Context(), AuditRejected, 0)
	if err != nil || total != 1 || audits[0].Reasons.V["pic"][0] != "模糊" || Field("pic") != "pictures" {
		t.Errorf("got %+v, %d, %v", audits, total, err)
	}
	w.wantAsked(
		asked{"product.detail", `{"product_id":"3473196049974326153","show_draft":"true"}`},
		asked{"product.listV2", `{"page":1,"size":100,"update_start_time":1783310400,"use_cursor":true}`},
		asked{"product.auditList", `{"page":0,"publish_status":2,"size":100}`},
	)
	for method, c := range map[string]struct {
		number string
		do     func() error
	}{
		"product.setOffline": {"2010021", func() error { return w.shop.Unshelve(t.Context(), "1") }},
		"product.del":        {"2010042", func() error { return w.shop.Remove(t.Context(), "1") }},
	} {
		for _, answer := range []string{yes(`{}`), no(40004, "isv.parameter-invalid:"+c.number, "already")} {
			w.told(method, answer)
			if err := c.do(); err != nil {
				t.Errorf("%s %s: got %v, want none", method, answer, err)
			}
		}
		w.told(method, no(50002, "isv.business-failed:2010058", "none"))
		if err := c.do(); pavilion.KindOf(err) != pavilion.NotFound {
			t.Errorf("%s: got %v, want that there is none", method, err)
		}
	}
	w.told("product.launchProduct", yes(`{}`))
	if err := w.shop.Shelve(t.Context(), "1"); err != nil {
		t.Errorf("shelve: got %v, want none", err)
	}
}

func TestCategoriesAndPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	w.told("shop.getShopCategory", yes(`[{"id":20000,"name":"巧克力","level":3,"parent_id":200,"is_leaf":true,"enable":true}]`))
	if got, err := w.shop.Categories(t.Context(), "0"); err != nil || len(got) != 1 || got[0] != (Category{"20000", "巧克力", 3, "200", true, true}) {
		t.Errorf("got %+v, %v", got, err)
	}
	w.told("product.getCatePropertyV2", yes(`{"tpl_type":0,"data":[{"property_id":501,"property_name":"产地","type":"select","required":1,"status":0,"options":[{"name":"白俄罗斯","value":"白俄罗斯","value_id":7001}]},{"property_id":502,"status":1}]}`))
	if got, err := w.shop.Properties(t.Context(), "20000"); err != nil || len(got) != 1 || !bool(got[0].Required) || got[0].Options[0].ValueID != "7001" {
		t.Errorf("got %+v, %v", got, err)
	}
	w.told("brand.list", yes(`{"auth_required":true,"auth_brand_list":[{"brand_id":9,"name_cn":"斯巴达克","name_en":"Spartak"}],"brand_list":null}`))
	if got, err := w.shop.Brands(t.Context(), "20000"); err != nil || got.Authorised[0].English != "Spartak" {
		t.Errorf("got %+v, %v", got, err)
	}
	w.told("material.uploadImageSync", yes(`{"material_id":"70031975314169695161250","folder_id":"0","is_new":true,"audit_status":1,"byte_url":""}`))
	w.told("material.queryMaterialDetail", yes(`{"material_info":{"material_id":"70031975314169695161250","audit_status":3,"byte_url":"https://p3/x"}}`))
	p, err := w.shop.AddPicture(t.Context(), "https://pavilion.example/p.jpg", strings.Repeat("图", 60))
	if err != nil || p.Ready() || p.ID != "70031975314169695161250" {
		t.Errorf("got %+v, %v", p, err)
	}
	if p, err = w.shop.Picture(t.Context(), p.ID); err != nil || !p.Ready() {
		t.Errorf("got %+v, %v", p, err)
	}
	w.wantAsked(
		asked{"shop.getShopCategory", `{"cid":0}`}, asked{"product.getCatePropertyV2", `{"category_leaf_id":20000}`}, asked{"brand.list", `{"category_id":20000}`},
		asked{"material.uploadImageSync", `{"folder_id":"0","material_name":"` + strings.Repeat("图", 50) + `","need_distinct":true,"url":"https://pavilion.example/p.jpg"}`},
		asked{"material.queryMaterialDetail", `{"material_id":"70031975314169695161250"}`},
	)
}

func TestStock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	w.told("sku.syncStock", yes(`{}`))
	w.told("sku.syncStockBatch", yes(`{}`))
	w.told("sku.editPrice", yes(`{}`))
	w.told("sku.stockNum", yes(`{"stock_num":7,"prehold_stock_num":"2","stock_num_map":{"W-1":3}}`))
	s, ctx := w.shop, t.Context()
	err := errors.Join(
		s.AddStock(ctx, "3472490447010721067", StockChange{"1709160688834615", -5}, "k1"), s.SetStock(ctx, "1", StockChange{"2", 0}),
		s.AddStocks(ctx, "1", []StockChange{{"2", 3}, {"3", -1}}, "k2"), s.SetStocks(ctx, "1", []StockChange{{"2", 0}}), s.SetPrice(ctx, "1", "2", 1990),
	)
	got, asking := s.Stock(ctx, "2")
	if err != nil || asking != nil || got.Sellable != 7 || got.Held != 2 || got.ByStore["W-1"] != 3 {
		t.Errorf("got %+v, %v, %v", got, err, asking)
	}
	w.wantAsked(
		asked{"sku.syncStock", `{"idempotent_id":"k1","incremental":true,"product_id":3472490447010721067,"sku_id":1709160688834615,"stock_num":-5}`},
		asked{"sku.syncStock", `{"incremental":false,"product_id":1,"sku_id":2,"stock_num":0}`},
		asked{"sku.syncStockBatch", `{"idempotent_id":"k2","incremental":true,"product_id":1,"sku_sync_list":[{"sku_id":2,"sku_type":0,"stock_num":3},{"sku_id":3,"sku_type":0,"stock_num":-1}]}`},
		asked{"sku.syncStockBatch", `{"incremental":false,"product_id":1,"sku_sync_list":[{"sku_id":2,"sku_type":0,"stock_num":0}]}`},
		asked{"sku.editPrice", `{"price":1990,"product_id":1,"sku_id":2}`},
		asked{"sku.stockNum", `{"sku_id":2}`},
	)
	// The key was used before: it has been done.
	w.told("sku.syncStock", no(40004, "isv.parameter-invalid:40010", "used"))
	w.told("sku.syncStockBatch", no(40003, "isv.idempotent-id-existed", "used"))
	if err := errors.Join(s.AddStock(ctx, "1", StockChange{"2", 1}, "k1"), s.AddStocks(ctx, "1", nil, "k2")); err != nil {
		t.Errorf("repeated: got %v, want none", err)
	}
	w.told("sku.syncStock", no(50002, "isv.business-failed:2010012", "short"))
	if err := s.AddStock(ctx, "1", StockChange{"2", -9}, "k3"); pavilion.ReasonOf(err) != "channel.stock_short" {
		t.Errorf("short: got %v", err)
	}
}

func TestDecrypt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{VirtualPhone: new(true)})
	w.told("order.batchDecrypt", `{"code":50002,"msg":"x","sub_code":"isv.business-failed:300008","sub_msg":"part","data":{"decrypt_infos":[
		{"auth_id":"1","cipher_text":"#b","decrypt_text":"","err_no":300009,"err_msg":"no"},
		{"auth_id":"1","cipher_text":"#a","decrypt_text":"18400913965-7576","err_no":0,"data_type":3,"is_virtual_tel":true,"expire_time":1783310400}],"custom_err":{"err_code":300008,"err_msg":"x"}}}`)
	got, err := w.shop.Decrypt(t.Context(), "1", "stf_1", []Secret{"#a", "#b", "#c"})
	if err != nil || len(got) != 3 || string(got[0].Text) != "18400913965-7576" || !got[0].Forwards || got[0].Kind != CipherPhone || !got[0].ExpiresAt.Equal(noon) || got[0].Err != nil ||
		got[1].Err == nil || got[1].Text != "" || got[2].Err == nil {
		t.Errorf("got %+v, %v", got, err)
	}
	w.wantAsked(asked{"order.batchDecrypt", `{"account_id":"stf_1","account_type":"sub_account","cipher_infos":[{"auth_id":"1","cipher_text":"#a"},{"auth_id":"1","cipher_text":"#b"},{"auth_id":"1","cipher_text":"#c"}],"need_virtual_phone":true}`})
	w.told("order.batchDecrypt", no(30001, "isv.app-permissions-insufficient", "x"))
	if _, err := w.shop.Decrypt(t.Context(), "1", "", []Secret{"#a"}); pavilion.KindOf(err) != pavilion.Forbidden {
		t.Errorf("got %v, want it forbidden", err)
	}
	for _, n := range []int{0, 51} {
		if _, err := w.shop.Decrypt(t.Context(), "1", "", make([]Secret, n)); pavilion.ReasonOf(err) != "douyin.ciphers" {
			t.Errorf("%d: got %v, want douyin.ciphers", n, err)
		}
	}
}

func TestShipping(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	w.told("order.logisticsCompanyList", yes(`[{"id":7,"name":"圆通快递","code":"yuantong"}]`))
	w.told("order.logisticsAdd", yes(`{}`), no(50002, "isv.business-failed:60110", "已发货"), no(40004, "isv.parameter-invalid:60017", "单号"))
	w.told("order.logisticsAddMultiPack", yes(`{"pack_list":[{"pack_id":77,"logistics_code":"SF1"}]}`))
	w.told("order.logisticsEditByPack", yes(`{}`))
	w.told("order.getCrossBorderFulfillInfo", yes(`{"shop_order_id":"5","company_code":"shunfeng","logistics_code":"SF9","sku_order_ids":["6"]}`))
	s, ctx := w.shop, t.Context()
	if got, err := s.Companies(ctx); err != nil || got[0] != (Company{"7", "圆通快递", "yuantong"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	p := Pack{Company: "shunfeng", Waybill: "SF1", Contents: []Packed{{Line: "2", Quantity: 1, Parts: []PackedPart{{"8", "9", 1}}}}}
	if err := s.ShipWhole(ctx, "1", p, true); err != nil {
		t.Errorf("got %v, want none", err)
	}
	if err := s.ShipWhole(ctx, "1", p, false); !AlreadyShipped(err) || pavilion.KindOf(err) != pavilion.Conflict {
		t.Errorf("again: got %v, want that it is shipped", err)
	}
	err := s.ShipWhole(ctx, "1", p, false)
	if e, ok := errors.AsType[*pavilion.Error](err); !ok || e.Kind != pavilion.Invalid || e.Field != "waybill" {
		t.Errorf("waybill: got %v", err)
	}
	if got, err := s.ShipPacks(ctx, "1", "par_1", []Pack{p}); err != nil || got["SF1"] != "77" {
		t.Errorf("packs: got %v, %v", got, err)
	}
	if err := s.EditPack(ctx, "1", "77", "shunfeng", "SF2"); err != nil {
		t.Errorf("edit: got %v", err)
	}
	if f, err := s.Fulfilment(ctx, "5A"); err != nil || f.Waybill != "SF9" || f.Lines[0] != "6" {
		t.Errorf("abroad: got %+v, %v", f, err)
	}
	w.wantAsked(
		asked{"order.logisticsCompanyList", `{}`},
		asked{"order.logisticsAdd", `{"company_code":"shunfeng","is_reject_refund":true,"logistics_code":"SF1","order_id":"1"}`},
		asked{"order.logisticsAdd", `{"company_code":"shunfeng","logistics_code":"SF1","order_id":"1"}`},
		asked{"order.logisticsAdd", `{"company_code":"shunfeng","logistics_code":"SF1","order_id":"1"}`},
		asked{"order.logisticsAddMultiPack", `{"order_id":"1","pack_list":[{"company_code":"shunfeng","logistics_code":"SF1","shipped_order_info":[{"bundle_list":[{"combo_num":1,"sub_product_id":8,"sub_sku_id":9}],"shipped_num":1,"shipped_order_id":"2"}]}],"request_id":"par_1"}`},
		asked{"order.logisticsEditByPack", `{"company_code":"shunfeng","logistics_code":"SF2","order_id":"1","pack_id":"77"}`},
		asked{"order.getCrossBorderFulfillInfo", `{"shop_order_id":"5"}`},
	)
}

func TestAfterSales(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	w.told("afterSale.List", yes(`{"items":[{"aftersale_info":{"aftersale_id":"71","aftersale_type":0,"aftersale_status":"11","refund_status":1,"refund_amount":1990,"update_time":1783310400,"got_pkg":1,"return_logistics_code":"YT1","return_logistics_company_name":"圆通"},
		"order_info":{"shop_order_id":"478","related_order_info":[{"sku_order_id":"479","product_id":3473196049974326153,"shop_sku_code":"BY-001","aftersale_item_num":1,"pay_amount":1990}]}}],"has_more":false,"total":1,"page":0,"size":100}`))
	w.told("afterSale.Detail", yes(`{"process_info":{"after_sale_info":{"after_sale_id":71,"after_sale_status":11,"after_sale_type":0,"refund_status":1,"refund_total_amount":1990,"reason":"不想要了","update_time":1783310400}},
		"order_info":{"shop_order_id":478,"sku_order_infos":[{"sku_order_id":479,"sku_id":5,"shop_sku_code":"BY-001","after_sale_item_count":1,"pay_amount":1990}]}}`))
	rows, next, err := w.shop.AfterSales(t.Context(), Window{noon.Add(-time.Hour), noon}, "")
	want := AfterSale{ID: "71", Order: "478", Type: ReturnAndRefund, Status: Returned, Refund: RefundWaits, Amount: 1990, UpdatedAt: At(noon), GotGoods: true, Company: "圆通", Waybill: "YT1",
		Lines: []AfterSaleLine{{Line: "479", Product: "3473196049974326153", Code: "BY-001", Quantity: 1, Paid: 1990}}}
	if d := cmp.Diff([]AfterSale{want}, rows); d != "" || err != nil || next != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	a, err := w.shop.AfterSale(t.Context(), "71")
	if err != nil || a.ID != "71" || a.Order != "478" || a.Reason != "不想要了" || a.Lines[0].SKU != "5" {
		t.Errorf("got %+v, %v", a, err)
	}
	w.told("afterSale.operate", yes(`{"items":[{"aftersale_id":71,"status_code":0,"status_msg":"ok"}]}`), yes(`{"items":[{"aftersale_id":71,"status_code":20309541,"status_msg":"状态"}]}`))
	d := Decision{Operation: w.client.Operations().AgreeReturn, ID: "71", UpdatedAt: a.UpdatedAt, ReturnAddress: "12"}
	if err := w.shop.Decide(t.Context(), d); err != nil {
		t.Errorf("got %v, want none", err)
	}
	if err := w.shop.Decide(t.Context(), d); pavilion.KindOf(err) != pavilion.Conflict {
		t.Errorf("it went on: got %v, want a conflict", err)
	}
	d.Operation = w.client.Operations().RefuseReturn
	if err := w.shop.Decide(t.Context(), d); pavilion.ReasonOf(err) != "douyin.operation_unset" {
		t.Errorf("refuse: got %v, want douyin.operation_unset", err)
	}
	w.told("afterSale.rejectReasonCodeList", yes(`{"items":[{"reject_reason_code":1,"reason":"x","evidence_need":"Y"}]}`))
	if got, err := w.shop.RefusalReasons(t.Context(), "71"); err != nil || got[0].Needed != "Y" {
		t.Errorf("got %+v, %v", got, err)
	}
	decided := asked{"afterSale.operate", `{"items":[{"aftersale_id":"71","logistics":{"receiver_address_id":12},"update_time":1783310400}],"type":101}`}
	w.wantAsked(
		asked{"afterSale.List", `{"order_by":["update_time asc"],"page":0,"size":100,"update_end_time":1783310401,"update_start_time":1783306799}`},
		asked{"afterSale.Detail", `{"after_sale_id":"71"}`}, decided, decided, asked{"afterSale.rejectReasonCodeList", `{"aftersale_id":"71"}`},
	)
}

func TestBills(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	row := func(n string) string {
		return `{"settle_time":"2026-07-06 12:00:00","request_no":"` + n + `","shop_order_id":"478","order_id":"479","settle_amount":1900,"platform_service_fee":-90,"total_amount":1990,"unheard_of":1}`
	}
	w.told("order.getSettleBillDetailV3",
		yes(`{"code":"100000","code_msg":"","data":[`+row("1")+`],"size":1,"next_start_index":"i2","next_start_time":"2026-07-06 12:00:01","is_end":0}`),
		yes(`{"code":"100000","data":[`+row("2")+`],"is_end":1}`))
	var got []Bill
	read := func() error {
		for at := ""; ; {
			bills, next, err := w.shop.Bills(t.Context(), Window{noon, noon.Add(24 * time.Hour)}, at)
			got = append(got, bills...)
			if at = next; err != nil || at == "" {
				return err
			}
		}
	}
	if err := read(); err != nil || len(got) != 2 || got[0].Settled != 1900 || got[0].Fee != -90 || !got[0].SettledAt.Equal(noon) || string(got[1].Raw) != row("2") {
		t.Errorf("got %+v, %v", got, err)
	}
	w.wantAsked(
		asked{"order.getSettleBillDetailV3", `{"end_time":"2026-07-07 12:00:00","size":100,"start_time":"2026-07-06 12:00:00","time_type":"0"}`},
		asked{"order.getSettleBillDetailV3", `{"end_time":"2026-07-07 12:00:00","size":100,"start_index":"i2","start_time":"2026-07-06 12:00:01","time_type":"0"}`},
	)
	for name, answer := range map[string]string{
		"second code": `{"code":"100010","code_msg":"busy","data":null,"is_end":0}`, "no end": `{"code":"100000","data":[],"is_end":0}`,
		"round and round": `{"code":"100000","data":[],"is_end":0,"next_start_index":"i2","next_start_time":"2026-07-06 12:00:01"}`, "no row": `{"code":"100000","data":["x"],"is_end":1}`,
	} {
		w.told("order.getSettleBillDetailV3", yes(answer))
		if err := read(); pavilion.KindOf(err) != pavilion.Unavailable {
			t.Errorf("%s: got %v, want Unavailable", name, err)
		}
	}
	if got := BillsReady("2026-07-06"); !got.Equal(time.Date(2026, 7, 7, 7, 0, 0, 0, time.UTC)) {
		t.Errorf("got %v", got)
	}
}
