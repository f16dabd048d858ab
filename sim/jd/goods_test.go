package jd

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestGoods(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{AuditDelay: time.Minute})
	ware, skus := w.goods()
	read := func(fields string) node {
		t.Helper()
		return w.call("jingdong.ware.read.findWareById", `{"wareId":`+ware+`,"field":"`+fields+`"}`).at("ware")
	}
	read("wareStatus,title,images,features,multiCateProps,created").want("wareStatus", "520", "images.0.imgUrl", "jfs/t1/a.jpg",
		"features.0.featureKey", "k", "multiCateProps.0.attrId", "162501", "created", fmt.Sprint(noon.UnixMilli()))
	if _, asked := read("title").v.(map[string]any)["wareStatus"]; asked {
		t.Error("a field came that was not asked for")
	}
	if _, err := w.sim.PlaceOrder(Purchase{Lines: []Line{{SKU: skus[0], Quantity: 1}}}); err == nil {
		t.Error("goods sell before their audit")
	}
	w.pass(time.Minute)
	read("wareStatus,jdPrice,stockNum").want("wareStatus", "8", "jdPrice", "19.90", "stockNum", "8")
	w.call("jingdong.sku.read.findSkuById", `{"skuId":"`+skus[1].String()+`","field":"skuId,status,jdPrice,stockNum,outerId,saleAttrs"}`).want(
		"sku.skuId", skus[1].String(), "sku.status", "1", "sku.jdPrice", "70.00", "sku.stockNum", "3", "sku.outerId", "BY-2", "sku.saleAttrs.0.attrId", "162504")

	w.do(w.sim.RefuseNext("标题含有违禁词", 1))
	w.call("jingdong.ware.write.updateWareTitle", `{"wareId":`+ware+`,"title":"最好的桌布"}`)
	read("wareStatus").want("wareStatus", "520")
	w.pass(time.Minute)
	read("wareStatus").want("wareStatus", "1032")
	w.call("jingdong.ware.read.findOpReason", `{"wareId":`+ware+`}`).want("opReason.note", "标题含有违禁词")
	w.refused("61", "jingdong.ware.write.upOrDown", `{"wareId":`+ware+`,"opType":1}`)
	w.call("jingdong.ware.write.updateWare", `{"ware":{"wareId":`+ware+`,"barCode":"690"}}`) // asks for another audit
	read("wareStatus,barCode").want("wareStatus", "520", "barCode", "690")
	w.pass(time.Minute)
	read("wareStatus").want("wareStatus", "8")
	w.call("jingdong.ware.write.updateWare", `{"ware":{"wareId":`+ware+`,"barCode":"691"}}`)
	read("wareStatus").want("wareStatus", "8") // no words, no pictures
	w.call("jingdong.ware.write.updateWare", `{"ware":{"wareId":`+ware+`,"title":"桌布"}}`)
	w.pass(time.Minute)

	w.call("jingdong.ware.write.upOrDown", `{"wareId":`+ware+`,"opType":2,"note":"x"}`).want("success", "true")
	read("wareStatus").want("wareStatus", "2")
	w.call("jingdong.ware.write.updateWareStatusByTimer", fmt.Sprintf(`{"wareId":%s,"upTime":%d,"downTime":%d}`, ware,
		w.clock().Add(time.Hour).UnixMilli(), w.clock().Add(3*time.Hour).UnixMilli()))
	w.pass(time.Hour)
	read("wareStatus").want("wareStatus", "520")
	w.pass(time.Hour)
	read("wareStatus").want("wareStatus", "8")
	w.pass(time.Hour)
	read("wareStatus").want("wareStatus", "2")

	w.call("jingdong.price.write.updateSkuJdPrice", `{"skuId":`+skus[0].String()+`,"jdPrice":21.05}`)
	w.call("jingdong.price.write.updateWareMarketPrice", `{"wareId":`+ware+`,"marketPrice":30}`)
	w.call("jingdong.price.write.updateWareCostPrice", `{"wareId":`+ware+`,"costPrice":"3.1"}`)
	read("jdPrice,marketPrice,costPrice").want("jdPrice", "21.05", "marketPrice", "30.00", "costPrice", "3.10")
	w.refused("61", "jingdong.price.write.updateSkuJdPrice", `{"skuId":`+skus[0].String()+`,"jdPrice":1.999}`)

	w.call("jingdong.image.write.update", `{"wareId":`+ware+`,"colorId":"0000000000,0000000000","imgIndex":"1,2","imgUrl":"jfs/b.jpg,jfs/c.jpg"}`)
	w.call("jingdong.image.read.findImagesByWareId", `{"wareId":`+ware+`}`).want("images.0.imgUrl", "jfs/b.jpg", "images.1.imgUrl", "jfs/c.jpg")
	w.call("jingdong.image.write.delete", `{"wareId":`+ware+`,"colorIds":"0000000000","imgIndexes":"2"}`)
	if n := w.call("jingdong.image.read.findImagesByWareId", `{"wareId":`+ware+`}`).len("images"); n != 1 {
		t.Errorf("got %d pictures, want 1", n)
	}

	// What saveWareSkus does not list is gone.
	w.call("jingdong.sku.write.saveWareSkus", `{"wareId":`+ware+`,"skus":[{"skuId":`+skus[0].String()+`,"jdPrice":22}]}`)
	found := w.call("jingdong.sku.read.searchSkuList", `{"wareId":"`+ware+`","field":"skuId,jdPrice"}`)
	found.want("page.totalItem", "1", "page.data.0.jdPrice", "22.00")
	w.call("jingdong.sku.read.searchSkuList", `{"skuStatuValue":"4","field":"skuId"}`).want("page.data.0.skuId", skus[1].String())

	w.call("jingdong.ware.write.delete", `{"wareId":`+ware+`}`)
	w.refused("71", "jingdong.ware.write.updateWareTitle", `{"wareId":`+ware+`,"title":"x"}`)
	w.call("jingdong.ware.write.recoverWare", `{"wareId":`+ware+`}`)
	w.call("jingdong.ware.read.searchWare4Valid", `{"searchKey":"桌布","searchField":"title","wareStatusValue":"2,8","field":"wareId,wareStatus"}`).want(
		"page.totalItem", "1", "page.data.0.wareStatus", "2")
}

func TestGoodsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{TitleMost: 8})
	for change, code := range map[[2]string]string{
		{`"title":"白俄罗斯亚麻桌布",`, ``}:                                            "60",
		{`白俄罗斯亚麻桌布`, `白俄罗斯亚麻桌布布`}:                                              "61",
		{`"categoryId":1625`, `"categoryId":1621`}:                             "61",
		{`"categoryId":1625`, `"categoryId":1590`}:                             "60", // has leaves
		{`"transportId":77`, `"transportId":1`}:                                "61",
		{`"brandId":700002`, `"brandId":1`}:                                    "61",
		{`"wareStatus":8`, `"wareStatus":2`}:                                   "61",
		{`"introduction":"<p>亚麻</p>",`, ``}:                                    "60",
		{`"attrValues":["16250101"]`, `"attrValues":["16250109"]`}:             "61",
		{`"attrId":"162501"`, `"attrId":"162502"`}:                             "60", // the required one is missing
		{`"imgIndex":1`, `"imgIndex":2`}:                                       "61",
		{`jfs/t1/a.jpg`, `https://x/jfs/t1/a.jpg`}:                             "61",
		{`"jdPrice":19.90,`, ``}:                                               "60",
		{`"stockNum":5`, `"stockNum":-1`}:                                      "61",
		{`"attrValues":["16250402"]`, `"attrValues":["16250401"]`}:             "61", // twice the same
		{`"saleAttrs":[{"attrId":"162504"`, `"saleAttrs":[{"attrId":"162501"`}: "61",
		{`"skus":[`, `"skuz":[`}:                                               "60",
		{`"skus":[`, `"skus":"x","skuz":[`}:                                    "61",
	} {
		text := strings.ReplaceAll(wareJSON, change[0], change[1])
		if text == wareJSON {
			t.Fatalf("%q is not in the ware", change[0])
		}
		w.refused(code, "jingdong.ware.write.add", text)
	}
	if n := len(w.sim.SKUs()); n != 0 {
		t.Errorf("refused goods left %d SKUs", n)
	}
	w.goods()
}

func TestCategories(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	w.call("jingdong.category.read.findByPId", `{"parentCid":0}`).want("categories.0.lev", "1")
	w.call("jingdong.category.read.findById", `{"cid":1625,"field":"id,fid,name"}`).want("category.fid", "1621")
	n := w.call("jingdong.category.read.findAttrsByCategoryIdUnlimitCate", `{"cid":1625,"field":"id,name,attributeType,features,attrValueList"}`)
	n.want("findattrsbycategoryidunlimitcate_result.0.id", "162501", "findattrsbycategoryidunlimitcate_result.3.features.0.featureKey", "attrLevel")
	w.call("jingdong.category.read.findValuesByAttrIdUnlimit", `{"categoryAttrId":162501}`).want("findvaluesbyattridunlimit_result.0.value", "白俄罗斯")
	if old := w.call("jingdong.category.read.findAttrsByCategoryIdJos", `{"cid":1625}`); old.len("categoryAttrs") != n.len("findattrsbycategoryidunlimitcate_result")-2 {
		t.Errorf("the older method tells sale attributes: %v", old.v)
	}
	w.call("jingdong.category.read.findValuesByAttrIdJos", `{"categoryAttrId":162501,"field":"attributeId"}`).want("categoryAttrValues.0.attributeId", "162501")
	w.refused("60", "jingdong.category.read.findById", `{}`)
	w.refused("61", "jingdong.category.read.findById", `{"cid":5}`)
}

func TestPictures(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	n := w.call("jingdong.imgzone.picture.upload", `{"image_data":"`+base64Of("\x89PNG\r\n")+`","picture_name":"a.png","picture_cate_id":null}`)
	n.want("return_code", "1")
	if url := n.text("picture_url"); !strings.HasPrefix(url, "jfs/") {
		t.Errorf("got %s", url)
	}
	for _, data := range []string{"%", base64Of("text"), base64Of("\x89PNG" + strings.Repeat("x", pictureMost))} {
		if code := w.call("jingdong.imgzone.picture.upload", `{"image_data":"`+data+`"}`).text("return_code"); code == "1" {
			t.Errorf("%.20s was taken", data)
		}
	}
	w.call("jingdong.imgzone.picture.query", `{"picture_name":"a"}`).want("total_num", "1", "imgList.0.picture_type", "png")
}

func TestStockCalls(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	_, skus := w.goods()
	id := skus[0].String()
	stock := func(want int64) {
		t.Helper()
		if got := w.sim.Stock(skus[0]); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
		w.call("jingdong.stock.read.findSkuStock", `{"skuId":`+id+`}`).want("skuStocks.0.stockNum", fmt.Sprint(want))
		w.call("jingdong.ware.stock.sku.query", `{"skuId":`+id+`,"stockModel":"POP_SOP"}`).want("returnType.obj.skuStockInfos.0.stockNum", fmt.Sprint(want))
	}
	w.call("jingdong.stock.write.updateSkuStock", `{"skuId":`+id+`,"stockNum":10,"storeId":null}`)
	stock(10)
	increase := func(ref string, by int) string {
		return fmt.Sprintf(`{"skuId":%s,"stockNum":%d,"storeId":0,"stockRfId":"%s"}`, id, by, ref)
	}
	for range 2 {
		w.call("jingdong.stock.write.increaseSkuStock", increase("r1", -3))
		stock(7)
	}
	w.refused("61", "jingdong.stock.write.increaseSkuStock", increase("r2", -8))
	w.refused("60", "jingdong.stock.write.increaseSkuStock", `{"skuId":`+id+`,"stockNum":1}`)
	stock(7)
	w.buy(skus[0], 2)
	stock(5)

	// Of two SKUs one cannot; the same call again does only that one.
	both := fmt.Sprintf(`{"req":{"updateModel":"incrStockIn","stockRfId":"r3","skuStocks":[{"skuId":%s,"incrStockNum":-1},{"skuId":"%s","incrStockNum":-4,"storeId":0,"stockModel":"POP_SOP"}]}}`, id, skus[1])
	w.call("jingdong.ware.stock.sku.set", both).want("returnType.success", "false", "returnType.obj.updateStockResult.0.data", skus[1].String())
	stock(4)
	w.do(w.sim.SetStock(skus[1], 6))
	w.call("jingdong.ware.stock.sku.set", both).want("returnType.success", "true")
	stock(4)
	if got := w.sim.Stock(skus[1]); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
	zero := `{"req":{"updateModel":"fullStockIn","stockRfId":"r4","skuStocks":[{"skuId":` + id + `,"stockNum":0}]}}`
	w.call("jingdong.ware.stock.sku.set", zero)
	stock(0)
	w.do(w.sim.SetStock(skus[0], 1))
	w.call("jingdong.ware.stock.sku.set", zero) // known
	stock(1)
	w.do(w.sim.SetStock(skus[0], 0))
	w.call("jingdong.stock.write.updateSkuSiteStock", `{"skuId":`+id+`,"siteId":"7","venderSource":"4","stockNum":3}`).want("success", "true")
	w.call("jingdong.stock.read.findSkuSiteStock", `{"skuId":`+id+`,"siteId":"7","venderSource":4}`).want("result.canUsedNum", "3")
	stock(0)
	w.refused("61", "jingdong.ware.stock.sku.set", `{"req":{"updateModel":"x","stockRfId":"r4","skuStocks":[]}}`)
	w.refused("71", "jingdong.stock.write.updateSkuStock", `{"skuId":1,"stockNum":1}`)
}

// TestStockModels sells, sets an absolute number, ships and cancels under both ways of
// counting.
func TestStockModels(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o    Options
		want []int64 // sellable after: an order of 2 of 10, set to 9, shipped, an order of 3 cancelled, taken off 50
	}{
		"at once":    {Options{}, []int64{8, 9, 9, 9, 9}},
		"booked":     {Options{Booked: true}, []int64{8, 7, 7, 7, 7}},
		"no restock": {Options{NoRestock: true, ClampDecrease: true}, []int64{8, 9, 9, 6, 0}},
		"both":       {Options{NoRestock: true, Booked: true, ClampDecrease: true}, []int64{8, 7, 7, 4, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRig(t, c.o)
			_, skus := w.goods()
			id := skus[0]
			w.do(w.sim.SetStock(id, 10))
			var got []int64
			see := func() { got = append(got, w.sim.Stock(id)) }
			first := w.buy(id, 2)
			see()
			w.call("jingdong.stock.write.updateSkuStock", `{"skuId":`+id.String()+`,"stockNum":9}`)
			see()
			w.call("jingdong.pop.order.shipment", `{"orderId":`+first.String()+`,"logiCoprId":"467","logiNo":"SF1"}`)
			see()
			w.do(w.sim.Cancel(w.buy(id, 3)))
			see()
			w.raw("jingdong.stock.write.increaseSkuStock", `{"skuId":`+id.String()+`,"stockNum":-50,"storeId":0,"stockRfId":"x"}`)
			see()
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if k := w.sim.SKUs()[0]; k.Sold != 2 {
				t.Errorf("sold %d, want 2", k.Sold)
			}
		})
	}
}
