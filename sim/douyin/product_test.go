package douyin

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// picture uploads a picture and waits for its audit.
func (x *outside) picture(name string) string {
	x.t.Helper()
	m := x.ok("material.uploadImageSync", `{"folder_id":"0","url":"https://pavilion.example/`+name+`.jpg","material_name":"`+name+`"}`)
	if m.num("audit_status") != materialWaiting || m.has("byte_url") {
		x.t.Errorf("a new picture: got %v", m.m)
	}
	x.clock.pass(5 * time.Second)
	info := x.ok("material.queryMaterialDetail", `{"material_id":"`+m.str("material_id")+`"}`).part("material_info")
	if info.num("audit_status") != materialPassed || info.str("byte_url") == "" || info.str("materil_name") != name {
		x.t.Fatalf("a judged picture: got %v", info.m)
	}
	return info.str("byte_url")
}

// chocolate is what product.addV2 wants.
func chocolate(pic string, change map[string]any) string {
	prices, _ := json.Marshal([]any{
		map[string]any{"spec_detail_name1": "黑巧", "price": 1990, "stock_num": 10, "code": "BY-B", "out_sku_id": 1},
		map[string]any{"spec_detail_name1": "牛奶", "price": 1890, "stock_num": 0, "code": "BY-M"},
	})
	m := map[string]any{
		"name": "白俄罗斯 Спартак 巧克力 100g", "category_leaf_id": 20000, "product_type": 0, "pic": pic, "description": pic, "reduce_type": 1, "freight_id": 0,
		"mobile": "10000000001", "commit": true, "specs": "口味|黑巧,牛奶", "spec_prices": string(prices), "standard_brand_id": 596120201, "outer_product_id": "prd_1",
		"product_format_new": `{"2100":[{"value":0,"name":"100g","diy_type":1}],"2101":[{"value":2101002,"name":"白俄罗斯","diy_type":0}],"2102":[{"value":0,"name":"365天","diy_type":1}]}`,
	}
	maps.Copy(m, change)
	maps.DeleteFunc(m, func(_ string, v any) bool { return v == nil })
	raw, _ := json.Marshal(m)
	return string(raw)
}

func TestListing(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	pic := x.picture("a")
	added := x.ok("product.addV2", chocolate(pic, nil))
	id := added.str("product_id")
	skus := added.list("sku")
	if n, _ := strconv.ParseInt(id, 10, 64); n < 1<<53 || len(skus) != 2 || added.str("outer_product_id") != "prd_1" {
		t.Fatalf("added: got %v", added.m)
	}
	detail := func() args { return x.ok("product.detail", `{"product_id":"`+id+`"}`) }
	state := func(status, check, draft int64) {
		t.Helper()
		if d := detail(); d.num("status") != status || d.num("check_status") != check || d.num("draft_status") != draft {
			t.Errorf("got %d/%d/%d, want %d/%d/%d", d.num("status"), d.num("check_status"), d.num("draft_status"), status, check, draft)
		}
	}
	state(offline, checkAsked, 0)
	x.no("product.editV2", `{"product_id":`+id+`,"commit":true,"name":"白俄罗斯巧克力新名"}`, 50002, "isv.business-failed:2010041")
	x.no("sku.syncStock", `{"sku_id":`+skus[0].str("sku_id")+`,"stock_num":5}`, 50002, "isv.business-failed:2010041")
	if _, err := x.s.PlaceOrder(one(skus[0].num("sku_id"), 1)); err == nil {
		t.Error("goods under audit were sold")
	}
	x.clock.pass(10 * time.Second)
	state(online, checkOK, 0)
	x.no("product.editV2", `{"product_id":`+id+`,"commit":true,"name":"白俄罗斯 Спартак 巧克力 100g"}`, 50002, "isv.business-failed:2010102")

	// An edit of goods on sale waits while the old version sells.
	x.place(one(skus[0].num("sku_id"), 4))
	x.ok("product.editV2", `{"product_id":`+id+`,"commit":true,"name":"白俄罗斯 违禁 巧克力"}`)
	state(online, checkOK, checkAsked)
	x.place(one(skus[0].num("sku_id"), 1))
	x.clock.pass(10 * time.Second)
	state(online, checkOK, checkNo)
	if d := detail(); d.str("name") != "白俄罗斯 Спартак 巧克力 100g" {
		t.Errorf("a refused version sells: %s", d.str("name"))
	}
	if d := x.ok("product.detail", `{"product_id":`+id+`,"show_draft":"true"}`); d.str("name") != "白俄罗斯 违禁 巧克力" {
		t.Errorf("the draft is %s", d.str("name"))
	}
	refused := x.ok("product.auditList", `{"publish_status":2,"page":0,"size":10}`).list("records")
	if len(refused) != 1 || !strings.Contains(refused[0].part("audit_reason").strs("name")[0], "违禁") {
		t.Errorf("refused: got %v", refused)
	}
	x.stock(skus[0].num("sku_id"), 5, 5)

	// A version that passes: SKUs with the same values stay, stock_num replaces what is sellable.
	prices, _ := json.Marshal([]any{
		map[string]any{"spec_detail_name1": "黑巧", "price": 2090, "code": "BY-B"},
		map[string]any{"spec_detail_name1": "坚果", "price": 1890, "stock_num": 3},
	})
	body, _ := json.Marshal(map[string]any{"product_id": json.Number(id), "commit": true, "name": "白俄罗斯巧克力新名", "specs": "口味|黑巧,坚果", "spec_prices": string(prices)})
	x.ok("product.editV2", string(body))
	x.clock.pass(10 * time.Second)
	state(online, checkOK, checkOK)
	list := x.ok("sku.list", `{"product_id":`+id+`}`).list("list")
	if len(list) != 2 || list[0].str("id") != skus[0].str("sku_id") || list[0].num("price") != 2090 || list[0].num("stock_num") != 5 || list[1].num("stock_num") != 3 {
		t.Errorf("SKUs: got %v", list)
	}
	x.no("sku.stockNum", `{"sku_id":`+skus[1].str("sku_id")+`}`, 40004, "isv.parameter-invalid:4")

	x.ok("product.setOffline", `{"product_id":`+id+`}`)
	x.no("product.setOffline", `{"product_id":`+id+`}`, 40004, "isv.parameter-invalid:2010021")
	state(offline, checkOK, checkOK)
	x.restart()
	x.ok("product.launchProduct", `{"product_id":`+id+`}`)
	state(online, checkOK, checkOK)
	x.ok("sku.editPrice", `{"code":"BY-B","price":2190}`)
	x.no("sku.editPrice", `{"code":"BY-B","price":0}`, 40004, "isv.parameter-invalid:7")
	x.ok("product.del", `{"product_id":`+id+`}`)
	x.no("product.editV2", `{"product_id":`+id+`,"commit":true}`, 50002, "isv.business-failed:2010042")
	x.no("product.setOnline", `{"product_id":`+id+`}`, 40004, "isv.parameter-invalid:2010022")
	x.no("product.detail", `{"product_id":1}`, 50002, "isv.business-failed:2010058")
}

func TestListingRefusals(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	pic := x.picture("a")
	for name, c := range map[string]struct {
		change map[string]any
		code   int
		sub    string
	}{
		"short name":      {map[string]any{"name": "巧克力"}, 40004, "isv.parameter-invalid:2010004"},
		"long name":       {map[string]any{"name": strings.Repeat("巧", 31)}, 40004, "isv.parameter-invalid:2010004"},
		"emoji":           {map[string]any{"name": "白俄罗斯巧克力😀"}, 40004, "isv.parameter-invalid:2010004"},
		"no leaf":         {map[string]any{"category_leaf_id": 20001}, 40004, "isv.parameter-invalid:2010044"},
		"foreign picture": {map[string]any{"pic": "https://pavilion.example/a.jpg"}, 40004, "isv.parameter-invalid:99"},
		"six pictures":    {map[string]any{"pic": strings.Repeat(pic+"|", 5) + pic}, 40004, "isv.parameter-invalid:2010004"},
		"brand unknown":   {map[string]any{"standard_brand_id": 5}, 40004, "isv.parameter-invalid:2010104"},
		"brand of others": {map[string]any{"standard_brand_id": 596120205}, 40004, "isv.parameter-invalid:2010319"},
		"brand missing":   {map[string]any{"category_leaf_id": 20012, "standard_brand_id": nil}, 40004, "isv.parameter-invalid:2010320"},
		"no attributes":   {map[string]any{"product_format_new": `{}`}, 40002, "isv.missing-parameter:2010321"},
		"odd attribute":   {map[string]any{"product_format_new": `{"2100":[{"value":0,"name":"1","diy_type":1}],"2101":[{"value":9,"name":"月球","diy_type":0}]}`}, 40004, "isv.parameter-invalid:2010004"},
		"no documents":    {map[string]any{"category_leaf_id": 20006}, 40002, "isv.missing-parameter:2010101"},
		"seven days":      {map[string]any{"category_leaf_id": 20022}, 40004, "isv.parameter-invalid:2010316"},
		"specs":           {map[string]any{"specs": "口味|黑巧,牛奶,坚果"}, 40004, "isv.parameter-invalid:2010004"},
		"no mobile":       {map[string]any{"mobile": nil}, 40002, "isv.missing-parameter"},
	} {
		if e := x.call("product.addV2", chocolate(pic, c.change)); e.Code != c.code || e.Sub != c.sub {
			t.Errorf("%s: got %d %s %s, want %d %s", name, e.Code, e.Sub, e.SubMsg, c.code, c.sub)
		}
	}
	if n := x.ok("product.listV2", `{"page":1,"size":10}`).num("total"); n != 0 {
		t.Errorf("%d of the refused goods are there", n)
	}
	// A draft may lack what only an audit wants.
	x.ok("product.addV2", chocolate(pic, map[string]any{"commit": false, "product_format_new": nil}))

	x.must(x.s.Fault(Fault{At: AtProductAudit, Kind: Reject, Field: "pic", Reason: "主图含有水印"}))
	id := x.ok("product.addV2", chocolate(pic, nil)).str("product_id")
	x.clock.pass(time.Minute)
	if d := x.ok("product.detail", `{"product_id":`+id+`}`); d.num("check_status") != checkNo {
		t.Errorf("check_status: got %d", d.num("check_status"))
	}
	first := x.ok("open.binaryupload", `{"file_content":"/9j/4AAQ"}`).str("store_uri")
	again := x.ok("open.binaryupload", `{"file_content":"/9j/4AAQ"}`).str("store_uri")
	if first == "" || first != again {
		t.Errorf("the same bytes are %q and %q", first, again)
	}
	upload := `{"folder_id":"0","file_uri":"` + first + `","material_name":"b","need_distinct":true}`
	if a, b := x.ok("material.uploadImageSync", upload), x.ok("material.uploadImageSync", upload); !a.yes("is_new") || b.yes("is_new") || a.str("material_id") != b.str("material_id") {
		t.Errorf("the same picture: got %v and %v", a.m, b.m)
	}
	x.clock.pass(time.Minute)
	x.must(x.s.Fault(Fault{At: AtMaterialAudit, Kind: Reject, Reason: "模糊"}))
	m := x.ok("material.batchUploadImageSync", `{"materials":[{"request_id":"r1","folder_id":"0","name":"b","url":"https://x.example/b.jpg","material_type":"photo"},{"request_id":"r2","folder_id":"0","name":"","url":"https://x.example/c.jpg","material_type":"photo"}]}`)
	if m.part("failed_map").part("r2").num("ErrCode") != 40004 {
		t.Errorf("failed: got %v", m.m)
	}
	x.clock.pass(time.Minute)
	info := x.ok("material.queryMaterialDetail", `{"material_id":"`+m.part("success_map").part("r1").str("MaterialId")+`"}`).part("material_info")
	if info.num("audit_status") != materialRejected || info.str("audit_reject_desc") != "模糊" || info.str("byte_url") != "" {
		t.Errorf("a refused picture: got %v", info.m)
	}
}

func TestListOfProducts(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	var ids []string
	for range 5 {
		ids = append(ids, itoa(x.good(1).Product))
		x.clock.pass(time.Minute)
	}
	at := x.s.Now().Add(-5 * time.Minute).Unix()
	numbers := func(a args) (out []string) {
		for _, p := range a.list("data") {
			out = append(out, p.str("product_id"))
		}
		return out
	}
	// Both ends of the window are left out.
	got := numbers(x.ok("product.listV2", fmt.Sprintf(`{"page":1,"size":10,"update_start_time":%d,"update_end_time":%d}`, at, at+180)))
	if want := []string{ids[2], ids[1]}; !slices.Equal(got, want) {
		t.Errorf("window: got %v, want %v", got, want)
	}
	var all []string
	cursor := ""
	for {
		a := x.ok("product.listV2", `{"size":2,"page":1,"use_cursor":true,"cursor_id":"`+cursor+`"}`)
		if len(a.list("data")) == 0 {
			break
		}
		all, cursor = append(all, numbers(a)...), a.str("cursor_id")
	}
	if !slices.Equal(all, ids) {
		t.Errorf("by cursor: got %v, want %v", all, ids)
	}
	x.no("product.listV2", `{"page":101,"size":100}`, 40004, "isv.parameter-invalid:2010004")
	x.no("product.listV2", `{"page":0,"size":100}`, 40004, "isv.parameter-invalid:2010004")
	if got := numbers(x.ok("product.listV2", `{"page":1,"size":10,"product_id":["`+ids[3]+`"]}`)); !slices.Equal(got, ids[3:4]) {
		t.Errorf("by number: got %v", got)
	}
}

func TestCategories(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	var leaves int
	var walk func(cid int64)
	walk = func(cid int64) {
		for _, c := range x.ok("shop.getShopCategory", `{"cid":`+itoa(cid)+`}`).list("list") {
			if !c.yes("is_leaf") {
				walk(c.num("id"))
				continue
			}
			leaves++
			if e := x.call("product.getCatePropertyV2", `{"category_leaf_id":`+c.str("id")+`}`); (e.Code == 10000) != c.yes("enable") {
				t.Errorf("%s: got %d", c.str("name"), e.Code)
			}
		}
	}
	walk(0)
	if leaves < 5 {
		t.Errorf("%d leaves", leaves)
	}
	x.no("shop.getShopCategory", `{}`, 40004, "isv.parameter-invalid:2012004")
	x.no("product.getCatePropertyV2", `{"category_leaf_id":1}`, 40004, "isv.parameter-invalid:2010003")
	if b := x.ok("brand.list", `{"category_id":20006}`); !b.yes("auth_required") || len(b.list("brand_list")) <= len(b.list("auth_brand_list")) {
		t.Errorf("brands: got %v", b.m)
	}
	x.ok("product.getProductUpdateRule", `{"category_id":20000}`)
	x.ok("product.qualificationConfig", `{"category_id":20006}`)
	x.ok("freightTemplate.list", `{"page":"0","size":"10"}`)
}

// The rarer ways to name and change goods.
func TestOtherWays(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	pic := x.picture("a")
	prices := []any{map[string]any{"sell_properties": []any{map[string]any{"property_name": "口味", "value_name": "黑巧"}}, "price": 1990, "stock_num": 1, "customs_report_info": map[string]any{"hs_code": "18063200"}}}
	id := x.ok("product.addCbProduct", chocolate(pic, map[string]any{
		"specs": nil, "spec_prices": nil, "spec_prices_v2": prices, "out_product_id": 77,
		"spec_info": map[string]any{"spec_values": []any{map[string]any{"property_name": "口味", "values": []any{map[string]any{"value_name": "黑巧"}}}}},
	})).str("product_id")
	x.clock.pass(time.Minute)
	d := x.ok("product.detail", `{"out_product_id":"77"}`)
	if d.str("product_id_str") != id || d.list("spec_prices")[0].part("customs_report_info").str("hs_code") != "18063200" || d.list("specs")[0].str("name") != "口味" {
		t.Errorf("detail: got %v", d.m)
	}
	x.no("product.partialEdit", `{"product_id":`+id+`,"pic":"x"}`, 40004, "isv.parameter-invalid:2010004")
	x.ok("product.partialEdit", `{"product_id":`+id+`,"name":"白俄罗斯巧克力短名"}`)
	x.clock.pass(time.Minute)
	number, err := strconv.ParseInt(id, 10, 64)
	x.must(err)
	x.must(x.s.Shelve(number, false))
	x.ok("product.editV2", `{"product_id":`+id+`,"commit":true}`) // how goods were put on sale before launchProduct
	x.clock.pass(time.Minute)
	if d := x.ok("product.detail", `{"product_id":`+id+`}`); d.num("status") != online || d.str("name") != "白俄罗斯巧克力短名" {
		t.Errorf("after the edits: got %d %s", d.num("status"), d.str("name"))
	}
	waits := x.ok("product.addV2", chocolate(pic, map[string]any{"start_sale_type": 1})).str("product_id")
	x.clock.pass(time.Minute)
	if d := x.ok("product.detail", `{"product_id":`+waits+`}`); d.num("status") != offline || d.num("check_status") != checkWaits {
		t.Errorf("goods that wait: got %d/%d", d.num("status"), d.num("check_status"))
	}
	x.ok("product.setOnline", `{"product_id":`+waits+`}`)
	if n := x.ok("product.listV2", `{"page":1,"size":10,"status":0,"check_status":3,"name":"短名","product_type":0}`).num("total"); n != 1 {
		t.Errorf("%d of the name are on sale", n)
	}
	if n := x.ok("product.listV2", `{"page":1,"size":10,"sku_codes":["BY-B"]}`).num("total"); n != 1 {
		t.Errorf("%d have the code", n)
	}
	if x.s.Shelve(5, true) == nil || x.s.Ban(5) == nil {
		t.Error("goods that are not there were changed")
	}
	if n := len(x.ok("order.logisticsCompanyList", `{}`).list("list")); n < 2 {
		t.Errorf("%d carriers", n)
	}
}
