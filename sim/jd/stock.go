package jd

import (
	"maps"
	"strings"
	"time"

	"pavilion"
	"pavilion/money"
)

var stockMethods = map[string]method{
	"jingdong.stock.read.findSkuStock":        {do: (*call).findStock},
	"jingdong.stock.write.updateSkuStock":     {do: (*call).setStock},
	"jingdong.stock.read.findSkuSiteStock":    {do: (*call).findSiteStock},
	"jingdong.stock.write.updateSkuSiteStock": {do: (*call).setSiteStock},
	"jingdong.stock.write.increaseSkuStock":   {do: (*call).increaseStock},
	"jingdong.ware.stock.sku.query":           {do: (*call).queryStock},
	"jingdong.ware.stock.sku.set":             {do: (*call).setStocks},
}

const (
	stockMost  = 999_999_999
	stocksMost = 30 // SKUs in one call
	wholeLand  = 0  // the store of the whole country, the only one here
)

// stockCall is one SKU of a stock call that was done, by the caller's own number of it.
type stockCall struct {
	Ref string // stockRfId
	SKU ID
	At  time.Time
}

func stockKey(ref string, sku ID) string { return ref + "/" + sku.String() }
func (w *stockCall) key() string         { return stockKey(w.Ref, w.SKU) }
func (w *stockCall) due() time.Time      { return time.Time{} }

func (c *call) findStock() (obj, *failure) {
	fields := c.fields()
	k, f := c.knownSKU()
	if f != nil {
		return nil, f
	}
	return obj{"skuStocks": []any{pick(obj{
		"skuId": k.ID, "stockNum": k.Stock, "storeId": wholeLand, "detailStock": "",
	}, fields, "skuId", "stockNum", "storeId")}}, nil
}

// setStock sets the number, whatever was sold meanwhile.
func (c *call) setStock() (obj, *failure) {
	c.p.require("stockNum")
	n := c.p.within("stockNum", 0, 0, stockMost)
	c.p.within("storeId", wholeLand, wholeLand, wholeLand)
	k, f := c.knownSKU()
	if f != nil {
		return nil, f
	}
	k.Stock, k.Modified = n, c.now
	c.putSKU(k)
	return obj{"success": true}, nil
}

// increase adds to the number of an SKU, once for each number of the caller's. It reports
// whether it was, or had been, possible.
func (c *call) increase(ref string, id ID, by int64) bool {
	old := c.skus.get(id.String())
	if old == nil || old.Gone {
		return false
	}
	if c.writes.get(stockKey(ref, id)) != nil {
		return true
	}
	k := *old
	if by < -k.sellable() {
		if !c.s.o.ClampDecrease {
			return false
		}
		by = -k.sellable()
	}
	if k.Stock+by > stockMost {
		return false
	}
	k.Stock, k.Modified = k.Stock+by, c.now
	c.putSKU(k)
	c.putWrite(stockCall{ref, id, c.now})
	return true
}

func (c *call) increaseStock() (obj, *failure) {
	c.p.require("stockNum", "storeId", "stockRfId")
	by := c.p.within("stockNum", 0, -stockMost, stockMost)
	ref := c.p.shortText("stockRfId", 100)
	c.p.within("storeId", wholeLand, wholeLand, wholeLand)
	k, f := c.knownSKU()
	if f != nil {
		return nil, f
	}
	if !c.increase(ref, k.ID, by) {
		return nil, failAt("61", "stockNum")
	}
	return obj{"success": true}, nil
}

// site reads a shop with a door. Its stock is another one: nobody here buys from it.
func (c *call) site() (sku, string, *failure) {
	c.p.require("siteId")
	site, source := c.p.shortText("siteId", 50), c.p.text("venderSource")
	if source != "" && source != "4" {
		c.p.refuse("61", "venderSource")
	}
	k, f := c.knownSKU()
	return k, site, f
}

// findSiteStock tells the stock of a shop with a door. The documents do not name the object.
func (c *call) findSiteStock() (obj, *failure) {
	k, site, f := c.site()
	if f != nil {
		return nil, f
	}
	n := k.Sites[site]
	return obj{"result": obj{"skuId": k.ID, "siteId": site, "stockNum": n, "orderBookingNum": 0, "appBookingNum": 0, "canUsedNum": n}}, nil
}

func (c *call) setSiteStock() (obj, *failure) {
	c.p.require("stockNum", "venderSource")
	n := c.p.within("stockNum", 0, 0, stockMost)
	k, site, f := c.site()
	if f != nil {
		return nil, f
	}
	k.Sites = maps.Clone(k.Sites)
	if k.Sites == nil {
		k.Sites = map[string]int64{}
	}
	k.Sites[site], k.Modified = n, c.now
	c.putSKU(k)
	return obj{"success": true}, nil
}

// wholeModel is how a shop's stock is kept here: one number for the country.
const wholeModel = "POP_SOP"

func (c *call) queryStock() (obj, *failure) {
	model := c.p.text("stockModel")
	if model != "" && model != wholeModel && model != "POP_PARTITION" {
		c.p.refuse("61", "stockModel")
	}
	k, f := c.knownSKU()
	if f != nil {
		return nil, f
	}
	return obj{"returnType": obj{"success": true, "errorMessage": "", "obj": obj{
		"skuId": k.ID, "stockModel": wholeModel, "skuStockInfos": []any{obj{
			"skuId": k.ID, "storeId": wholeLand, "stockNum": k.Stock, "orderBookingNum": k.Booked, "appBookingNum": 0, "orderTransferNum": 0,
		}},
	}}}, nil
}

// setStocks sets or adds to the numbers of several SKUs. Each of them succeeds or fails for
// itself; the same stockRfId again does only those that failed before.
func (c *call) setStocks() (obj, *failure) {
	p := c.p.under("req")
	p.require("updateModel", "stockRfId", "skuStocks")
	model, ref, rows := p.text("updateModel"), p.shortText("stockRfId", 100), p.rows("skuStocks")
	if model != "fullStockIn" && model != "incrStockIn" {
		p.refuse("61", "updateModel")
	}
	if len(rows) > stocksMost {
		p.refuse("61", "skuStocks")
	}
	add := model == "incrStockIn"
	var undone []any
	for _, one := range rows {
		one.require("skuId", map[bool]string{true: "incrStockNum", false: "stockNum"}[add])
		if m := one.text("stockModel"); m != "" && m != wholeModel {
			one.refuse("61", "stockModel")
		}
		one.within("storeId", wholeLand, wholeLand, wholeLand)
		one.within("stockNum", 0, 0, stockMost)
		one.within("incrStockNum", 0, -stockMost, stockMost)
		one.id("skuId")
	}
	if f := p.wrong(); f != nil {
		return nil, f
	}
	for _, one := range rows {
		id, done := one.id("skuId"), false
		if add {
			done = c.increase(ref, id, one.number("incrStockNum", 0))
		} else {
			done = c.setOne(ref, id, one.number("stockNum", 0))
		}
		if !done {
			undone = append(undone, obj{"data": id, "storeId": wholeLand, "success": false, "message": "10004 库存更新失败"})
		}
	}
	if undone == nil {
		undone = []any{}
	}
	return obj{"returnType": obj{"success": len(undone) == 0, "errorMessage": "", "obj": obj{"updateStockResult": undone}}}, nil
}

// setOne sets the number of an SKU, once for each number of the caller's.
func (c *call) setOne(ref string, id ID, n int64) bool {
	old := c.skus.get(id.String())
	if old == nil || old.Gone {
		return false
	}
	if c.writes.get(stockKey(ref, id)) == nil {
		k := *old
		k.Stock, k.Modified = n, c.now
		c.putSKU(k)
		c.putWrite(stockCall{ref, id, c.now})
	}
	return true
}

// sell takes units out for an order that comes in.
func (s *Simulator) sell(c *change, k sku, n int64) {
	if s.o.Booked {
		k.Booked += n
	} else {
		k.Stock -= n
	}
	k.Sold += n
	c.putSKU(k)
}

// giveUp puts units of a cancelled order back. Where the platform counts what is booked, they
// are free by themselves while they are not out.
func (s *Simulator) giveUp(c *change, k sku, n int64, out bool) {
	switch {
	case s.o.Booked && !out:
		if k.Booked -= n; s.o.NoRestock {
			k.Stock = max(0, k.Stock-n)
		}
	case !out && !s.o.NoRestock:
		k.Stock += n
	}
	k.Sold -= n
	c.putSKU(k)
}

// takeOut takes units off the books that leave the warehouse.
func (s *Simulator) takeOut(c *change, k sku, n int64) {
	if s.o.Booked {
		k.Booked -= n
		k.Stock = max(0, k.Stock-n)
		c.putSKU(k)
	}
}

// SKU is what somebody in the back office sees of an SKU.
type SKU struct {
	ID       ID          `json:"sku"`
	Ware     ID          `json:"ware"`
	Outer    string      `json:"outer_id"`
	Title    string      `json:"title"`
	Status   int         `json:"status"` // 1 on, 2 off, 4 deleted
	State    int         `json:"ware_status"`
	Price    money.Money `json:"-"`
	Fen      int64       `json:"price_fen"`
	Stock    int64       `json:"stock"`
	Booked   int64       `json:"booked"`
	Sellable int64       `json:"sellable"`
	Sold     int64       `json:"sold"` // ever, less what was cancelled
}

// SKUs are all SKUs of the shop, oldest first.
func (s *Simulator) SKUs() []SKU {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	c := s.begin()
	out := []SKU{}
	for _, k := range c.skus.list {
		w := c.wares.get(k.Ware.String())
		out = append(out, SKU{
			k.ID, k.Ware, k.Outer, w.Title, c.skuStatus(k), w.status(), money.New(k.Price, money.CNY), k.Price,
			k.Stock, k.Booked, k.sellable(), k.Sold,
		})
	}
	return out
}

// Find is the newest SKU with the shop's own number that is not deleted; ok tells whether
// there is one.
func (s *Simulator) Find(outer string) (sku SKU, ok bool) {
	for _, k := range s.SKUs() {
		if strings.EqualFold(k.Outer, outer) && k.Status != 4 {
			sku, ok = k, true
		}
	}
	return sku, ok
}

// Stock is what shoppers can still buy of an SKU, 0 for an unknown one.
func (s *Simulator) Stock(id ID) int64 {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	if k := s.begin().skus.get(id.String()); k != nil {
		return k.sellable()
	}
	return 0
}

// SetStock sets the number of an SKU in the back office. Errors: NotFound sim.sku_unknown,
// Invalid sim.stock, Unavailable sim.state_unwritable.
func (s *Simulator) SetStock(id ID, n int64) error {
	if n < 0 || n > stockMost {
		return pavilion.E(pavilion.Invalid, "sim.stock", nil)
	}
	return s.edit(id, func(k *sku) { k.Stock = n })
}

// SetPrice sets the price of an SKU in the back office. Errors: as of SetStock, Invalid
// sim.price.
func (s *Simulator) SetPrice(id ID, price money.Money) error {
	if price.Sign() < 0 || price.Currency() != money.CNY || price.Minor() > priceMost {
		return pavilion.E(pavilion.Invalid, "sim.price", nil)
	}
	return s.edit(id, func(k *sku) { k.Price = price.Minor() })
}

func (s *Simulator) edit(id ID, how func(*sku)) error {
	return s.do(func(c *change) error {
		old := c.skus.get(id.String())
		if old == nil || old.Gone {
			return pavilion.E(pavilion.NotFound, "sim.sku_unknown", nil)
		}
		k := *old
		how(&k)
		k.Modified = c.now
		c.putSKU(k)
		return nil
	})
}
