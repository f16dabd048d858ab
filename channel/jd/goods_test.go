package jd

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

var sameMoney = cmp.AllowUnexported(money.Money{})

func yuan(fen int64) money.Money { return money.New(fen, money.CNY) }

const skuMethod = "jingdong.sku.read.searchSkuList"

func TestSKUs(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, one(skuMethod, `{"jingdong_sku_read_searchSkuList_responce":{"code":"0","page":{"pageNo":1,"pageSize":50,"totalItem":3,"data":[
		{"skuId":9007199254740993,"wareId":9001,"status":1,"jdPrice":70.00,"outerId":"BY-1","stockNum":25,"created":1795000000000,"modified":"1795000000000"},
		{"skuId":"10002","wareId":9001,"status":2,"jdPrice":1.285E7,"outerId":7},
		{"skuId":10003,"jdPrice":70.005}]}}}`))
	got, err := p.shop.SKUs(t.Context(), SKUQuery{IDs: []int64{9007199254740993, 10002}, OuterID: "BY-1"})
	if err != nil {
		t.Fatal(err)
	}
	made := time.UnixMilli(1795000000000).UTC()
	want := []SKU{
		{ID: 9007199254740993, Ware: 9001, OuterID: "BY-1", Status: SKUOn, Price: yuan(70_00), Stock: 25, Created: made, Modified: made},
		{ID: 10002, Ware: 9001, OuterID: "7", Status: SKUOff, Price: yuan(12_850_000_00)},
	}
	if d := cmp.Diff(want, got.Items, sameMoney); d != "" || got.Total != 3 {
		t.Errorf("of %d, -want +got:\n%s", got.Total, d)
	}
	if len(got.Unread) != 1 || got.Unread[0].ID != "10003" || !strings.Contains(got.Unread[0].Err.Error(), "jdPrice") || strings.Contains(got.Unread[0].Err.Error(), "70.005") {
		t.Errorf("got %v unread, want 10003 because of jdPrice, without its value", got.Unread)
	}
	asked := p.asked(0)
	if asked["skuId"] != "9007199254740993,10002" || asked["outId"] != "BY-1" || asked["page_size"] != json.Number("50") {
		t.Errorf("asked %v", asked)
	}
	if _, there := asked["wareId"]; there {
		t.Errorf("asked %v, want no blank wareId", asked)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	const method = "jingdong.ware.write.add"
	p := newPlatform(t, Facts{}, one(method, `{"r":{"code":"0","ware":{"wareId":9007199254740995,"skus":[{"skuId":11}]}}}`))
	ware := Ware{
		Title: "亚麻 & <b>", Category: 1590, Leaf: 15901, Brand: 5, Freight: 77, OuterID: "var_1", Kilograms: "0.350", Status: NeverOnShelf,
		Price: yuan(19_90), Features: []Feature{{"k", "v", ""}}, Properties: []Property{{Attribute: 1001, Values: []string{"2001"}}},
		Images: []Image{{Colour: MainImage, Index: 1, URL: "jfs/t1/a.jpg"}},
	}
	got, err := p.shop.Create(t.Context(), ware, []SKU{{OuterID: "sku_1", Price: yuan(19_90)}})
	if err != nil || got.Ware != 9007199254740995 || len(got.SKUs) != 1 || got.SKUs[0].ID != 11 {
		t.Fatalf("got %+v %v", got, err)
	}
	raw := p.calls[0].form.Get("360buy_param_json")
	for _, want := range []string{
		`"jdPrice":19.90`, `"title":"亚麻 & <b>"`, `"weight":0.350`, `"stockNum":0`, `"wareStatus":1`, `"features":[{"key":"k","value":"v"}]`,
		`"multiCateProps":[{"attrId":"1001","attrValues":["2001"]}]`, `"images":[{"colorId":"0000000000","imgIndex":1,"imgUrl":"jfs/t1/a.jpg"}]`,
	} {
		if !strings.Contains(raw, want) {
			t.Errorf("sent %s, want %s in it", raw, want)
		}
	}
	for _, no := range []string{"null", `""`, "wareId", "venderId", "@type", "barCode"} {
		if strings.Contains(raw, no) {
			t.Errorf("sent %s, want no %s in it", raw, no)
		}
	}
	p = newPlatform(t, Facts{}, one(method, `{"r":{"code":"0","ware":{}}}`))
	if _, err := p.shop.Create(t.Context(), ware, nil); !channel.Unknown(err) {
		t.Errorf("an answer without a number: got %v, want an unknown outcome", err)
	}
}

func TestUpdateNamesFeaturesAnotherWay(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, one("jingdong.ware.write.updateWare", `{"r":{"code":"0","success":true}}`))
	if err := p.shop.Update(t.Context(), Ware{ID: 1, Status: OnShelf, Features: []Feature{{"k", "v", "名"}}}); err != nil {
		t.Fatal(err)
	}
	if got, want := p.calls[0].form.Get("360buy_param_json"), `{"ware":{"features":[{"featureCn":"名","featureKey":"k","featureValue":"v"}],"wareId":1}}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}

func TestWareStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[WareStatus]struct {
		place            WareStatus
		waiting, refused bool
	}{
		-1: {WareDeleted, false, false}, 1: {NeverOnShelf, false, false}, 8: {OnShelf, false, false},
		513: {NeverOnShelf, true, false}, 514: {TakenDown, true, false}, 516: {TakenDownByJD, true, false}, 520: {OnShelf, true, false},
		1025: {NeverOnShelf, false, true}, 1026: {TakenDown, false, true}, 1028: {TakenDownByJD, false, true}, 1032: {OnShelf, false, true},
	} {
		if status.Place() != want.place || status.Waiting() != want.waiting || status.Refused() != want.refused {
			t.Errorf("%d: got %d %v %v, want %+v", status, status.Place(), status.Waiting(), status.Refused(), want)
		}
	}
}

func TestSetPrice(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, one("jingdong.price.write.updateSkuJdPrice", `{"r":{"code":"0","success":true}}`))
	if err := p.shop.SetPrice(t.Context(), 10001, yuan(19_90)); err != nil {
		t.Fatal(err)
	}
	if got := p.calls[0].form.Get("360buy_param_json"); got != `{"jdPrice":19.90,"skuId":10001}` {
		t.Errorf("sent %s, want the text of vector v11", got)
	}
	for _, wrong := range []money.Money{{}, yuan(0), yuan(-1), money.New(1, money.EUR)} {
		if err := p.shop.SetPrice(t.Context(), 1, wrong); pavilion.ReasonOf(err) != "jd.price" {
			t.Errorf("%v: got %v, want jd.price", wrong, err)
		}
	}
}

const setMethod = "jingdong.ware.stock.sku.set"

func TestAddStock(t *testing.T) {
	t.Parallel()
	changes := []StockChange{{SKU: 10111187461292, Units: 12}, {SKU: 10111187461293, Units: -3}}
	p := newPlatform(t, Facts{}, map[string][]string{setMethod: {
		`{"r":{"code":"0","returnType":{"success":true,"obj":{}}}}`,
		`{"r":{"code":"0","returnType":{"success":false,"obj":{"updateStockResult":[{"skuId":10111187461293,"storeId":0,"success":false,"message":"库存不足"}]}}}}`,
		`{"r":{"code":"0","returnType":{"success":false,"errorMessage":"参数错误","errorCode":"10004"}}}`,
		`{"r":{"code":"0","returnType":{"success":false,"obj":{"updateStockResult":[{"skuId":4,"success":false}]}}}}`,
		hangUp,
	}})
	refused, err := p.shop.AddStock(t.Context(), "key-1", changes)
	if err != nil || len(refused) != 0 {
		t.Fatalf("got %v %v, want all done", refused, err)
	}
	want := `{"req":{"skuStocks":[{"incrStockNum":12,"skuId":10111187461292,"stockModel":"POP_SOP","storeId":0},{"incrStockNum":-3,"skuId":10111187461293,"stockModel":"POP_SOP","storeId":0}],"stockRfId":"key-1","updateModel":"incrStockIn"}}`
	if got := p.calls[0].form.Get("360buy_param_json"); got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	refused, err = p.shop.AddStock(t.Context(), "key-1", changes)
	if err != nil || len(refused) != 1 || refused[0].SKU != 10111187461293 || pavilion.KindOf(refused[0].Err) != pavilion.Invalid {
		t.Errorf("got %v %v, want one refused", refused, err)
	}
	if _, err := p.shop.AddStock(t.Context(), "key-1", changes); pavilion.ReasonOf(err) != "jd.refused" {
		t.Errorf("got %v, want a refusal of the whole", err)
	}
	for range 2 {
		if _, err := p.shop.AddStock(t.Context(), "key-1", changes); !channel.Unknown(err) {
			t.Errorf("got %v, want an unknown outcome", err)
		}
	}
	if _, err := p.shop.AddStock(t.Context(), "", changes); err == nil {
		t.Error("an increment without a key went out")
	}
}

// TestStockFallsBack: an app without the right to the new calls takes the old ones; nothing
// else makes it do so.
func TestStockFallsBack(t *testing.T) {
	t.Parallel()
	const plus, old = "jingdong.stock.write.increaseSkuStock", "jingdong.stock.read.findSkuStock"
	changes := []StockChange{{SKU: 1, Units: 2}, {SKU: 3, Units: -4}}
	done := `{"r":{"code":"0","success":true}}`
	p := newPlatform(t, Facts{}, map[string][]string{setMethod: {refusing("24"), hangUp}, plus: {done}})
	if _, err := p.shop.AddStock(t.Context(), "k", changes); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{setMethod, plus, plus}, p.methods()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if d := cmp.Diff(map[string]any{"skuId": json.Number("3"), "stockNum": json.Number("-4"), "storeId": json.Number("0"), "stockRfId": "k-3-0"}, p.asked(0)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if _, err := p.shop.AddStock(t.Context(), "k", changes); !channel.Unknown(err) || len(p.methods()) != 4 {
		t.Errorf("got %v after %v, want an unknown outcome and no other call", err, p.methods())
	}
	p = newPlatform(t, Facts{Stock: StockNew}, one(setMethod, refusing("24")))
	if _, err := p.shop.SetStock(t.Context(), "k", changes); pavilion.ReasonOf(err) != "jd.permission" {
		t.Errorf("got %v, want jd.permission", err)
	}
	p = newPlatform(t, Facts{Stock: StockOld}, map[string][]string{
		"jingdong.stock.write.updateSkuStock": {refusing("71"), refusing("2")},
		old:                                   {`{"r":{"code":"0","skuStocks":[{"skuId":1,"stockNum":7,"storeId":0}]}}`},
	})
	refused, err := p.shop.SetStock(t.Context(), "k", changes)
	if pavilion.KindOf(err) != pavilion.Limited || len(refused) != 1 || refused[0].SKU != 1 {
		t.Errorf("got %v %v, want one refused, then limited", refused, err)
	}
	got, err := p.shop.Stock(t.Context(), 1)
	if d := cmp.Diff([]Stock{{SKU: 1, Physical: 7}}, got); d != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, d)
	}
}

func TestStock(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, one("jingdong.ware.stock.sku.query",
		`{"r":{"code":"0","returnType":{"success":true,"obj":{"skuId":1,"skuStockInfos":[{"skuId":1,"storeId":0,"stockNum":25,"orderBookingNum":3,"appBookingNum":2}]}}}}`))
	got, err := p.shop.Stock(t.Context(), 1)
	if d := cmp.Diff([]Stock{{SKU: 1, Physical: 25, Booked: 5, Known: true}}, got); d != "" || err != nil || got[0].Sellable() != 20 {
		t.Errorf("%v -want +got:\n%s", err, d)
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	const method = "jingdong.imgzone.picture.upload"
	p := newPlatform(t, Facts{}, map[string][]string{method: {
		`{"r":{"code":"0","return_code":1,"desc":"ok","picture_id":"7","picture_url":"jfs/t1/a.png"}}`,
		`{"r":{"code":"0","return_code":2,"desc":"图片过大"}}`,
		`{"r":{"code":"0"}}`,
	}})
	got, err := p.shop.Upload(t.Context(), "a.png", []byte{0x89, 'P', 'N', 'G', 0, 1, 2, 3})
	if want := (Picture{ID: "7", Name: "a.png", URL: "jfs/t1/a.png"}); got != want || err != nil {
		t.Errorf("got %+v %v, want %+v", got, err, want)
	}
	if p.asked(0)["image_data"] != "iVBORwABAgM=" {
		t.Errorf("sent %v, want the picture of the captured call", p.asked(0))
	}
	for _, reason := range []string{"jd.refused", "channel.outcome_unknown"} {
		if _, err := p.shop.Upload(t.Context(), "a.png", []byte{1}); pavilion.ReasonOf(err) != reason {
			t.Errorf("got %v, want %s", err, reason)
		}
	}
	for name, file := range map[string][]byte{"a.png": make([]byte, pictureMost+1), "": {1}, strings.Repeat("名", 22): {1}, "b.png": nil} {
		if _, err := p.shop.Upload(t.Context(), name, file); pavilion.KindOf(err) != pavilion.Invalid || len(p.methods()) != 3 {
			t.Errorf("%q of %d bytes: got %v, want a refusal of ours", name, len(file), err)
		}
	}
}

func TestCategories(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, map[string][]string{
		"jingdong.category.read.findByPId":                          {`{"r":{"code":"0","categories":[{"id":1,"fid":0,"name":"食品","lev":1,"order":2,"features":[{"featureKey":"a","featureValue":"b","featureCn":"c"}]}]}}`},
		"jingdong.vender.category.getValidCategoryResultByVenderId": {`{"r":{"code":"0","whoKnows":{"success":true,"list":[{"id":1590,"name":"巧克力"}]}}}`, `{"r":{"code":"0","a":[],"b":[]}}`},
		"jingdong.category.read.findAttrsByCategoryIdUnlimitCate":   {`{"r":{"code":"0","findattrsbycategoryidunlimitcate_result":[{"id":9,"name":"口味","inputType":1,"isRequired":"true","attributeType":4,"features":[{"featureKey":"attrLevel","featureValue":"1"}],"attrValueList":[{"attrValueId":90,"attrValue":"黑"}]}]}}`},
	})
	categories, err := p.shop.Categories(t.Context(), 0)
	if d := cmp.Diff([]Category{{ID: 1, Name: "食品", Level: 1, Order: 2, Features: []Feature{{"a", "b", "c"}}}}, categories); d != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, d)
	}
	if got := p.asked(0)["parentCid"]; got != json.Number("0") {
		t.Errorf("asked for parent %v, want 0", got)
	}
	sellable, err := p.shop.SellableCategories(t.Context())
	if len(sellable) != 1 || sellable[0].ID != 1590 || err != nil {
		t.Errorf("got %v %v, want 1590", sellable, err)
	}
	if _, err := p.shop.SellableCategories(t.Context()); pavilion.ReasonOf(err) != "jd.unavailable" {
		t.Errorf("two lists: got %v, want jd.unavailable", err)
	}
	attributes, err := p.shop.Attributes(t.Context(), 1590, AnyAttribute)
	want := []Attribute{{ID: 9, Name: "口味", Kind: SaleAttribute, Input: OneChoice, Required: true, OfSKU: true,
		Features: []Feature{{Key: "attrLevel", Value: "1"}}, Values: []AttributeValue{{90, "黑"}}}}
	if d := cmp.Diff(want, attributes); d != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, d)
	}
}
