package douyin

import (
	"maps"
	"strconv"
)

// write is what a shop says of the stock of one SKU.
type write struct {
	sku       int64
	warehouse string // "" is the ordinary stock
	num, step *int64 // nil leaves it
}

// errShort says that a stock would fall below nothing.
type errShort struct{ sku int64 }

func (errShort) Error() string { return "stock short" }

// writeStock applies writes of which each counts or none: numbers that replace what is
// sellable, or with incremental that are added to it.
func (t *tx) writeStock(writes []write, incremental bool) error {
	for _, w := range writes {
		u := t.skus.edit(w.sku)
		if w.num != nil {
			n := *w.num
			if incremental {
				n += u.at(w.warehouse)
			}
			if n < 0 {
				return errShort{w.sku}
			}
			u.set(w.warehouse, n)
		}
		if w.step != nil {
			if incremental {
				u.Step += *w.step
			} else {
				u.Step = *w.step
			}
			if u.Step < 0 {
				return errShort{w.sku}
			}
		}
	}
	return nil
}

// at is what is sellable in a warehouse.
func (u *sku) at(warehouse string) int64 {
	if warehouse == "" {
		return u.Stock
	}
	return u.By[warehouse]
}

func (u *sku) set(warehouse string, n int64) {
	if warehouse == "" {
		u.Stock = n
		return
	}
	if u.By == nil {
		u.By = map[string]int64{}
	}
	u.By[warehouse] = n
}

// spend uses an id of a shop once; it reports whether that was before.
func (t *tx) spend(kind string, shop int64, id string) (again bool) {
	k := kind + "|" + strconv.FormatInt(shop, 10) + "|" + id
	if t.spent.get(k) != nil {
		return true
	}
	n := t.now.Unix()
	t.spent.put(k, &n)
	return false
}

func optional(a args, name string) *int64 {
	if !a.has(name) {
		return nil
	}
	n := a.num(name)
	return &n
}

// syncStock is sku.syncStock.
func syncStock(t *tx, c *call) (any, error) {
	u, err := t.addressed(c.shop, c.args)
	if err != nil {
		return nil, err
	}
	if !c.has("stock_num") {
		return nil, missing(0, "stock_num 不能为空")
	}
	incremental, id := c.yes("incremental"), c.str("idempotent_id")
	if incremental && id == "" {
		return nil, missing(0, "增量更新库存时 idempotent_id 必填")
	}
	if err := t.products.get(u.Product).open(); err != nil {
		return nil, err
	}
	if id != "" && t.spend("stock", c.shop, id) {
		return nil, invalid(40010, "idempotent_id 重复")
	}
	w := write{sku: u.ID, warehouse: c.str("out_warehouse_id"), num: optional(c.args, "stock_num"), step: optional(c.args, "step_stock_num")}
	if err := t.writeStock([]write{w}, incremental); err != nil {
		return nil, failed(2010012, "库存不足")
	}
	return obj{}, nil
}

// syncBatch is sku.syncStockBatch: SKUs of one product, all or none.
func syncBatch(t *tx, c *call) (any, error) {
	if !c.has("product_id") || !c.has("incremental") {
		return nil, missing(0, "product_id、incremental 不能为空")
	}
	incremental, id := c.yes("incremental"), c.str("idempotent_id")
	if incremental && id == "" {
		return nil, missing(0, "增量更新库存时 idempotent_id 必填")
	}
	p := t.own(c)
	if err := p.open(); err != nil {
		return nil, err
	}
	var writes []write
	for _, a := range c.list("sku_sync_list") {
		u := t.skus.get(a.num("sku_id"))
		switch {
		case !a.has("sku_type"):
			return nil, missing(0, "sku_type 不能为空")
		case u == nil || u.Product != p.ID:
			return nil, invalid(5, "SKU 不存在")
		case u.Deleted:
			return nil, invalid(4, "SKU 已删除")
		}
		if a.num("sku_type") != region {
			writes = append(writes, write{sku: u.ID, num: optional(a, "stock_num"), step: optional(a, "step_stock_num")})
			continue
		}
		for _, of := range a.list("stock_map") {
			if of.str("out_warehouse_id") == "" || !of.has("stock_num") {
				return nil, missing(0, "out_warehouse_id、stock_num 不能为空")
			}
			writes = append(writes, write{sku: u.ID, warehouse: of.str("out_warehouse_id"), num: optional(of, "stock_num")})
		}
	}
	if len(writes) == 0 {
		return nil, missing(0, "sku_sync_list 不能为空")
	}
	if id != "" && t.spend("stock", c.shop, id) {
		return nil, invalid(2010021, "idempotent_id 重复")
	}
	if err := t.writeStock(writes, incremental); err != nil {
		return nil, failed(2010012, "库存不足")
	}
	return obj{}, nil
}

const multiMost = 50

// syncProducts is sku.syncStockBatchMultiProducts. With allow_partial_success every item
// stands by itself, otherwise all or none.
func syncProducts(t *tx, c *call) (any, error) {
	incremental, id, items := c.yes("incremental"), c.str("idempotent_id"), c.list("items")
	if id == "" || !c.has("incremental") {
		return nil, missing(0, "idempotent_id、incremental 不能为空")
	}
	if len(items) == 0 || len(items) > multiMost {
		return nil, invalid(0, "items 为 1 到 50 个")
	}
	if t.spend("stock", c.shop, id) {
		return nil, failed(-20002, "idempotent_id 重复")
	}
	results, wrong := []obj{}, 0
	for _, a := range items {
		result, err := t.syncItem(c.shop, a, incremental)
		if err != nil {
			if !c.yes("allow_partial_success") {
				return nil, err
			}
			wrong++
		}
		results = append(results, result)
	}
	data := obj{"results": results}
	if wrong > 0 {
		return partly(data), nil
	}
	return data, nil
}

// syncItem writes the stock of one SKU and tells what came of it.
func (t *tx) syncItem(shop int64, a args, incremental bool) (obj, error) {
	warehouse := a.str("out_warehouse_id")
	u, err := t.addressed(shop, a)
	result := obj{"sku_id": a.num("sku_id"), "warehouse_id": warehouse, "stock_num": 0, "step_stock_num": 0, "change_num": 0, "step_change_num": 0}
	if err == nil {
		err = multiOpen(t.products.get(u.Product))
	}
	if err == nil {
		was, wasStep := u.at(warehouse), u.Step
		w := write{sku: u.ID, warehouse: warehouse, num: optional(a, "stock_num"), step: optional(a, "step_stock_num")}
		if t.wouldFall(w, incremental) {
			err = failed(-20001, "库存不足")
		} else if err = t.writeStock([]write{w}, incremental); err == nil {
			now := t.skus.get(u.ID)
			result["sku_id"], result["stock_num"], result["change_num"] = u.ID, now.at(warehouse), now.at(warehouse)-was
			result["step_stock_num"], result["step_change_num"] = now.Step, now.Step-wasStep
		}
	}
	result["status_code"], result["status_message"] = 0, ""
	if p, ok := err.(*problem); ok { //nolint:errorlint // made just above
		result["status_code"], result["status_message"] = p.number(), p.subMsg
	}
	return result, err
}

// wouldFall tells whether a write would leave less than nothing.
func (t *tx) wouldFall(w write, incremental bool) bool {
	u := t.skus.get(w.sku)
	fall := func(now int64, by *int64) bool {
		return by != nil && (incremental && now+*by < 0 || !incremental && *by < 0)
	}
	return fall(u.at(w.warehouse), w.num) || fall(u.Step, w.step)
}

// multiOpen is open in the numbers of syncStockBatchMultiProducts.
func multiOpen(p *product) error {
	switch {
	case p == nil:
		return failed(-40003, "商品不存在")
	case p.underAudit():
		return failed(-40001, "商品审核中")
	case p.Check == checkBan:
		return failed(-40002, "商品已封禁")
	case p.Status == binned || p.Status == gone:
		return failed(-40003, "商品已删除")
	}
	return nil
}

// stockNum is sku.stockNum.
func stockNum(t *tx, c *call) (any, error) {
	u, err := t.addressed(c.shop, c.args)
	if err != nil {
		return nil, err
	}
	warehouse := c.str("out_warehouse_id")
	stock, held := u.at(warehouse), u.Held
	if warehouse != "" {
		held = u.HeldBy[warehouse]
	}
	return obj{
		"stock_num": stock, "prehold_stock_num": held, "prom_stock_num": 0, "step_stock_num": u.Step, "prehold_step_stock_num": 0,
		"normal_stock_num": stock, "channel_stock_num": 0, "stock_num_map": filled(u.By), "prehold_stock_map": filled(u.HeldBy),
		"sku_type": u.Type, "sku_id": u.ID,
	}, nil
}

// taken is how many units came from where.
type taken map[string]int64

// take holds n units for an order: of the ordinary stock, then of the warehouses by name.
// It reports whether there were enough; if not, nothing is held.
func (u *sku) take(n int64) (taken, bool) {
	if u.sellable() < n {
		return nil, false
	}
	out := taken{}
	for _, w := range append([]string{""}, sorted(u.By)...) {
		if part := min(n, u.at(w)); part > 0 {
			u.set(w, u.at(w)-part)
			u.hold(w, part)
			out[w] = part
			n -= part
		}
	}
	return out, true
}

func (u *sku) hold(warehouse string, n int64) {
	if warehouse == "" {
		u.Held += n
		return
	}
	if u.HeldBy == nil {
		u.HeldBy = map[string]int64{}
	}
	u.HeldBy[warehouse] += n
}

// release ends the hold of n units of those that were taken; back makes them sellable
// again. It returns what is still held of them.
func (u *sku) release(of taken, n int64, back bool) taken {
	left := maps.Clone(of)
	for _, w := range sorted(of) {
		part := min(n, left[w])
		left[w] -= part
		n -= part
		u.hold(w, -part)
		if back {
			u.set(w, u.at(w)+part)
		}
	}
	return left
}
