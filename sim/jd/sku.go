package jd

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"pavilion/money"
)

// sku is what shoppers buy.
type sku struct {
	ID       ID
	Ware     ID
	Outer    string
	Price    int64            // fen
	Stock    int64            // of the whole country: stockNum
	Booked   int64            // of it, ordered and not yet out; only where the platform counts so
	Sold     int64            // ever, less what was cancelled
	Sites    map[string]int64 // of shops with a door, by their number
	Gone     bool
	Features []feature
	Rest     map[string]json.RawMessage // what is only kept
	Created  time.Time
	Modified time.Time
}

func (k *sku) key() string    { return k.ID.String() }
func (k *sku) due() time.Time { return time.Time{} }

// sellable is what shoppers can still buy.
func (k *sku) sellable() int64 { return max(0, k.Stock-k.Booked) }

// skuStatus is 1 on, 2 off, 4 deleted.
func (c *change) skuStatus(k *sku) int {
	w := c.wares.get(k.Ware.String())
	switch {
	case k.Gone || !w.Deleted.IsZero():
		return 4
	case w.sells():
		return 1
	}
	return 2
}

// yuan is an amount as goods have it: a number with two digits.
func yuan(fen int64) json.Number { return json.Number(money.New(fen, money.CNY).Decimal()) }

// keptOfSKU are the fields of an SKU that the platform keeps and tells as they were sent.
var keptOfSKU = []string{"saleAttrs", "barCode", "multiCateProps", "props", "capacity"}

// askedSKU is an SKU as it was sent.
type askedSKU struct {
	p   *params
	sku sku
}

// readSKUs reads the list skus; those with a skuId begin as they are.
func (c *call) readSKUs() []askedSKU {
	var out []askedSKU
	rows := c.p.rows("skus")
	if len(rows) > skusMost {
		c.p.refuse("61", "skus")
	}
	for _, p := range rows {
		k := sku{}
		if id := p.id("skuId"); id != 0 {
			old := c.skus.get(id.String())
			if old == nil || old.Gone {
				p.refuse("71", "skuId")
				continue
			}
			k = *old
		}
		if p.has("outerId") {
			k.Outer = p.text("outerId")
		}
		if p.has("jdPrice") {
			k.Price = p.price("jdPrice")
		}
		k.Stock = p.within("stockNum", k.Stock, 0, stockMost)
		k.Rest = maps.Clone(k.Rest)
		if k.Rest == nil {
			k.Rest = map[string]json.RawMessage{}
		}
		for _, name := range keptOfSKU {
			if p.has(name) {
				k.Rest[name] = p.raw(name)
			}
		}
		if p.has("features") {
			k.Features = readFeatures(p)
		}
		k.Modified = c.now
		out = append(out, askedSKU{p, k})
	}
	return out
}

// judgeSKUs tells what is wrong with the sale attributes of SKUs: not of the category, or the
// same twice.
func judgeSKUs(w ware, skus []askedSKU) *failure {
	seen := map[string]bool{}
	for _, one := range skus {
		sale := readFilled(one.p, "saleAttrs")
		if f := one.p.wrong(); f != nil {
			return f
		}
		if f := judgeFilled([]int64{w.Category, w.Leaf}, sale, true); f != nil {
			return f
		}
		if same := string(one.sku.Rest["saleAttrs"]); len(skus) > 1 && same != "" {
			if seen[same] {
				return failAt("61", one.p.path+"saleAttrs")
			}
			seen[same] = true
		}
	}
	return nil
}

// keepSKUs keeps the SKUs of a ware and tells them.
func (c *call) keepSKUs(w ware, skus []askedSKU) []any {
	told := []any{}
	for _, one := range skus {
		if one.sku.ID == 0 {
			one.sku.ID, one.sku.Ware, one.sku.Created = c.newID(), w.ID, c.now
		}
		c.putSKU(one.sku)
		told = append(told, obj{"skuId": one.sku.ID, "outerId": one.sku.Outer, "jdPrice": yuan(one.sku.Price)})
	}
	w.Modified = c.now
	c.putWare(w)
	return told
}

// changedSKUs reads the SKUs for a ware that is there.
func (c *call) changedSKUs() (ware, []askedSKU, *failure) {
	c.p.require("skus")
	skus := c.readSKUs()
	for _, one := range skus {
		if one.sku.ID == 0 {
			one.p.require("jdPrice", "stockNum")
		}
	}
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return w, nil, f
	}
	for _, one := range skus {
		if one.sku.ID != 0 && one.sku.Ware != w.ID {
			return w, nil, failAt("71", one.p.path+"skuId")
		}
	}
	return w, skus, judgeSKUs(w, skus)
}

// saveSKUs makes the list the whole of a ware: what is left out is deleted.
func (c *call) saveSKUs() (obj, *failure) {
	w, skus, f := c.changedSKUs()
	if f != nil {
		return nil, f
	}
	for _, id := range c.skusOf[w.ID] {
		if k := c.skus.get(id.String()); !k.Gone && !slices.ContainsFunc(skus, func(one askedSKU) bool { return one.sku.ID == k.ID }) {
			left := *k
			left.Gone, left.Modified = true, c.now
			c.putSKU(left)
		}
	}
	return obj{"skuList": c.keepSKUs(w, skus)}, nil
}

func (c *call) updateSKUs() (obj, *failure) {
	w, skus, f := c.changedSKUs()
	if f != nil {
		return nil, f
	}
	return obj{"skuList": c.keepSKUs(w, skus)}, nil
}

// knownSKU is an SKU of the shop that is not deleted.
func (c *call) knownSKU() (sku, *failure) {
	c.p.require("skuId")
	id := c.p.id("skuId")
	if f := c.p.wrong(); f != nil {
		return sku{}, f
	}
	k := c.skus.get(id.String())
	if k == nil || k.Gone {
		return sku{}, failAt("71", "skuId")
	}
	return *k, nil
}

func (c *call) deleteSKU() (obj, *failure) {
	k, f := c.knownSKU()
	if f != nil {
		return nil, f
	}
	k.Gone, k.Modified = true, c.now
	c.putSKU(k)
	return obj{"success": true}, nil
}

func (c *call) updatePrice() (obj, *failure) {
	c.p.require("jdPrice")
	fen := c.p.price("jdPrice")
	k, f := c.knownSKU()
	if f != nil {
		return nil, f
	}
	k.Price, k.Modified = fen, c.now
	c.putSKU(k)
	return obj{"success": true}, nil
}
