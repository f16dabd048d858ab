package jd

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

var wareReadMethods = map[string]method{
	"jingdong.ware.read.findWareById":     {do: (*call).findWare},
	"jingdong.ware.read.searchWare4Valid": {do: (*call).searchWares},
	"jingdong.sku.read.findSkuById":       {do: (*call).findSKU},
	"jingdong.sku.read.searchSkuList":     {do: (*call).searchSKUs},
}

const (
	fieldsMost = 100
	pageMost   = 100_000
)

// paged is one page of a list.
func paged[T any](list []T, page, size int64) []T {
	from := min(int64(len(list)), (page-1)*size)
	return list[from:min(int64(len(list)), from+size)]
}

// between tells whether a moment is within two others, where they are given; both count.
func between(t, from, to time.Time) bool {
	return (from.IsZero() || !t.Before(from)) && (to.IsZero() || !t.After(to))
}

// milliseconds is a moment as goods have it, nil for none.
func milliseconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// usualOfWare and usualOfSKU come when no field is asked for.
var (
	usualOfWare = []string{"wareId", "title", "wareStatus"}
	usualOfSKU  = []string{"skuId", "wareId", "status"}
)

func (c *call) fields() []string {
	fields := c.p.list("field")
	if len(fields) > fieldsMost {
		c.p.refuse("61", "field")
	}
	return fields
}

// toldWare is everything there is to tell about a ware.
func (c *change) toldWare(w *ware) obj {
	o := obj{
		"wareId": w.ID, "title": w.Title, "categoryId": w.Category, "multiCategoryId": w.Leaf, "brandId": w.Brand,
		"brandName": brandName(w.Brand), "transportId": w.Transport, "wareStatus": w.status(), "created": milliseconds(w.Created),
		"modified": milliseconds(w.Modified), "onlineTime": milliseconds(w.OnlineAt), "offlineTime": milliseconds(w.OfflineAt),
		"colType": 0, "images": toldPlaces(w.Images, false), "marketPrice": yuan(w.Market), "costPrice": yuan(w.Cost),
		"features": toldFeatures(w.Features), "isArchival": false,
	}
	if cat, ok := categoryByID(w.Category); ok {
		o["categorySecId"] = cat.parent
	}
	for _, i := range w.Images {
		if i.Color == mainColor && i.Index == 1 {
			o["logo"] = i.URL
		}
	}
	price, stock := c.leastAndAll(w.ID)
	o["jdPrice"], o["stockNum"] = yuan(price), stock
	for k, v := range w.Rest {
		o[k] = v
	}
	return o
}

// leastAndAll is the least price of a ware's SKUs and all their stock.
func (c *change) leastAndAll(w ID) (price, stock int64) {
	for _, id := range c.skusOf[w] {
		if k := c.skus.get(id.String()); !k.Gone {
			if stock += k.Stock; price == 0 || k.Price < price {
				price = k.Price
			}
		}
	}
	return price, stock
}

func toldFeatures(features []feature) []any {
	list := []any{}
	for _, f := range features {
		list = append(list, obj{"featureKey": f.Key, "featureValue": f.Value, "featureCn": f.Cn})
	}
	return list
}

func (c *call) findWare() (obj, *failure) {
	fields := c.fields()
	c.p.require("wareId")
	id := c.p.id("wareId")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	w := c.wares.get(id.String())
	if w == nil {
		return nil, failAt("71", "wareId")
	}
	return obj{"ware": pick(c.toldWare(w), fields, usualOfWare...)}, nil
}

// span is a pair of ends that a search asks for.
type span struct{ from, to time.Time }

func (c *call) span(name string) span {
	return span{c.p.moment("start" + name), c.p.moment("end" + name)}
}

func (s span) holds(t time.Time) bool {
	if s.from.IsZero() && s.to.IsZero() {
		return true
	}
	return !t.IsZero() && between(t, s.from, s.to)
}

// order sorts what was found as asked.
func sorted[T any](list []T, by func(T) int64, desc bool) {
	slices.SortStableFunc(list, func(a, b T) int {
		if desc {
			a, b = b, a
		}
		return cmp.Compare(by(a), by(b))
	})
}

// descending reads orderType.
func (c *call) descending() bool {
	kind := c.p.text("orderType")
	if kind != "" && kind != "asc" && kind != "desc" {
		c.p.refuse("61", "orderType")
	}
	return kind == "desc"
}

func isKept(w *ware, name, want string) bool {
	if want == "" {
		return true
	}
	var text string
	return json.Unmarshal(w.Rest[name], &text) == nil && text == want
}

func (c *call) searchWares() (obj, *failure) {
	p := c.p
	ids, states, fields := p.ids("wareId"), p.ids("wareStatusValue"), c.fields()
	if len(ids) > 20 {
		p.refuse("61", "wareId")
	}
	words := p.text("searchKey")
	if in := p.text("searchField"); words != "" && in != "title" {
		p.refuse("61", "searchField")
	}
	category, leaf, brand := p.number("categoryId", 0), p.number("multiCategoryId", 0), p.number("brandId", 0)
	itemNum, barCode := p.text("itemNum"), p.text("barCode")
	created, modified, online, offline := c.span("CreatedTime"), c.span("ModifiedTime"), c.span("OnlineTime"), c.span("OfflineTime")
	leastPrice, mostPrice := p.price("startJdPrice"), p.price("endJdPrice")
	leastStock, mostStock := p.number("startStockNum", 0), p.number("endStockNum", 0)
	by, desc := orderOfWares[orElse(p.text("orderField"), "wareId")], c.descending()
	if by == nil {
		p.refuse("61", "orderField")
	}
	page, size := p.within("pageNo", 1, 1, pageMost), p.within("pageSize", 10, 1, 50)
	if f := p.wrong(); f != nil {
		return nil, f
	}
	var found []*ware
	for _, w := range c.wares.list {
		if !w.Deleted.IsZero() && !slices.Contains(states, deleted) ||
			len(ids) > 0 && !slices.Contains(ids, w.ID) || len(states) > 0 && !slices.Contains(states, ID(w.status())) ||
			!strings.Contains(w.Title, words) || category != 0 && w.Category != category || leaf != 0 && w.Leaf != leaf ||
			brand != 0 && w.Brand != brand || !isKept(w, "itemNum", itemNum) || !isKept(w, "barCode", barCode) ||
			!created.holds(w.Created) || !modified.holds(w.Modified) || !online.holds(w.OnlineAt) || !offline.holds(w.OfflineAt) {
			continue
		}
		if leastPrice+mostPrice+leastStock+mostStock > 0 {
			price, stock := c.leastAndAll(w.ID)
			if price < leastPrice || mostPrice > 0 && price > mostPrice || stock < leastStock || mostStock > 0 && stock > mostStock {
				continue
			}
		}
		found = append(found, w)
	}
	sorted(found, func(w *ware) int64 { return by(c.change, w) }, desc)
	data := []any{}
	for _, w := range paged(found, page, size) {
		data = append(data, pick(c.toldWare(w), fields, usualOfWare...))
	}
	return obj{"page": obj{"data": data, "pageNo": page, "pageSize": size, "totalItem": len(found)}}, nil
}

var orderOfWares = map[string]func(*change, *ware) int64{
	"wareId":      func(_ *change, w *ware) int64 { return int64(w.ID) },
	"offlineTime": func(_ *change, w *ware) int64 { return w.OfflineAt.UnixMilli() },
	"onlineTime":  func(_ *change, w *ware) int64 { return w.OnlineAt.UnixMilli() },
	"modified":    func(_ *change, w *ware) int64 { return w.Modified.UnixMilli() },
	"jdPrice":     func(c *change, w *ware) int64 { price, _ := c.leastAndAll(w.ID); return price },
	"stockNum":    func(c *change, w *ware) int64 { _, stock := c.leastAndAll(w.ID); return stock },
}

// toldSKU is everything there is to tell about an SKU.
func (c *change) toldSKU(k *sku) obj {
	w := c.wares.get(k.Ware.String())
	o := obj{
		"skuId": k.ID, "wareId": k.Ware, "status": c.skuStatus(k), "features": toldFeatures(k.Features), "jdPrice": yuan(k.Price),
		"outerId": k.Outer, "categoryId": w.Category, "skuName": w.Title, "wareTitle": w.Title, "stockNum": k.Stock,
		"created": milliseconds(k.Created), "modified": milliseconds(k.Modified), "enable": 1, "imgTag": 0,
	}
	for _, i := range w.Images {
		if i.Color == mainColor && i.Index == 1 {
			o["logo"] = i.URL
		}
	}
	for name, v := range k.Rest {
		o[name] = v
	}
	return o
}

func (c *call) findSKU() (obj, *failure) {
	fields := c.fields()
	c.p.require("skuId")
	id := c.p.id("skuId")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	k := c.skus.get(id.String())
	if k == nil {
		return nil, failAt("71", "skuId")
	}
	return obj{"sku": pick(c.toldSKU(k), fields, usualOfSKU...)}, nil
}

func (c *call) searchSKUs() (obj, *failure) {
	p := c.p
	wares, ids, states, fields := p.ids("wareId"), p.ids("skuId"), p.ids("skuStatuValue"), c.fields()
	if len(states) == 0 {
		states = []ID{1, 2}
	}
	leastStock, mostStock := p.number("minStockNum", 0), p.number("maxStockNum", 0)
	created, modified := c.span("CreatedTime"), c.span("ModifiedTime")
	outer, itemNum, title := p.text("outId"), p.text("itemNum"), p.text("wareTitle")
	by := orElse(p.text("orderFiled"), "skuId")
	if by != "skuId" && by != "stockNum" {
		p.refuse("61", "orderFiled")
	}
	desc := c.descending()
	page, size := p.within("pageNo", 1, 1, pageMost), p.within("page_size", 10, 1, 50)
	if f := p.wrong(); f != nil {
		return nil, f
	}
	var found []*sku
	for _, k := range c.skus.list {
		w := c.wares.get(k.Ware.String())
		if len(wares) > 0 && !slices.Contains(wares, k.Ware) || len(ids) > 0 && !slices.Contains(ids, k.ID) ||
			!slices.Contains(states, ID(c.skuStatus(k))) || k.Stock < leastStock || mostStock > 0 && k.Stock > mostStock ||
			!created.holds(k.Created) || !modified.holds(k.Modified) || outer != "" && k.Outer != outer ||
			!isKept(w, "itemNum", itemNum) || !strings.Contains(w.Title, title) {
			continue
		}
		found = append(found, k)
	}
	sorted(found, func(k *sku) int64 {
		if by == "stockNum" {
			return k.Stock
		}
		return int64(k.ID)
	}, desc)
	data := []any{}
	for _, k := range paged(found, page, size) {
		data = append(data, pick(c.toldSKU(k), fields, usualOfSKU...))
	}
	return obj{"page": obj{"data": data, "pageNo": page, "pageSize": size, "totalItem": len(found)}}, nil
}
