package douyin

import (
	"fmt"
	"sync"
	"testing"
)

func TestStock(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	a, b := x.good(10), x.good(5)
	sync1 := func(with string) string { return fmt.Sprintf(`{"sku_id":%d,%s}`, a.SKU, with) }
	x.place(one(a.SKU, 3))
	x.stock(a.SKU, 7, 3)

	// Absolute numbers replace what is sellable; what orders hold is told apart.
	x.ok("sku.syncStock", sync1(`"stock_num":20`))
	x.stock(a.SKU, 20, 3)
	n := x.ok("sku.stockNum", sync1(`"x":1`))
	if n.num("stock_num") != 20 || n.num("prehold_stock_num") != 3 {
		t.Errorf("stockNum: got %v", n.m)
	}
	// Increments want an id, count once, and never leave less than nothing.
	x.no("sku.syncStock", sync1(`"stock_num":1,"incremental":true`), 40002, "isv.missing-parameter")
	x.ok("sku.syncStock", sync1(`"stock_num":-5,"incremental":true,"idempotent_id":"i1"`))
	x.no("sku.syncStock", sync1(`"stock_num":-5,"incremental":true,"idempotent_id":"i1"`), 40004, "isv.parameter-invalid:40010")
	x.no("sku.syncStock", sync1(`"stock_num":-16,"incremental":true,"idempotent_id":"i2"`), 50002, "isv.business-failed:2010012")
	x.stock(a.SKU, 15, 3)
	x.restart()
	x.no("sku.syncStock", sync1(`"stock_num":-5,"incremental":true,"idempotent_id":"i1"`), 40004, "isv.parameter-invalid:40010")
	// The id of what was refused is not used up.
	x.ok("sku.syncStock", sync1(`"stock_num":-15,"incremental":true,"idempotent_id":"i2"`))
	x.stock(a.SKU, 0, 3)
	x.no("sku.syncStock", `{"sku_id":5,"stock_num":1}`, 40004, "isv.parameter-invalid:5")
	x.no("sku.syncStock", `{"stock_num":1}`, 40002, "isv.missing-parameter:4")
	x.no("sku.syncStock", sync1(`"product_id":1,"stock_num":1`), 40004, "isv.parameter-invalid:5")

	// A batch is of one product, all or none.
	batch := func(product, first, second int64, id string) string {
		return fmt.Sprintf(`{"product_id":%d,"incremental":true,"idempotent_id":%q,"sku_sync_list":[{"sku_id":%d,"sku_type":0,"stock_num":%d},{"sku_id":%d,"sku_type":0,"stock_num":%d}]}`,
			product, id, a.SKU, first, a.SKU, second)
	}
	x.no("sku.syncStockBatch", batch(a.Product, 4, -5, "b1"), 50002, "isv.business-failed:2010012")
	x.stock(a.SKU, 0, 3)
	x.ok("sku.syncStockBatch", batch(a.Product, 4, -3, "b1"))
	x.stock(a.SKU, 1, 3)
	x.no("sku.syncStockBatch", batch(a.Product, 4, -3, "b1"), 40004, "isv.parameter-invalid:2010021")
	x.no("sku.syncStockBatch", batch(b.Product, 4, -3, "b2"), 40004, "isv.parameter-invalid:5")

	// Many products: all or none, unless the caller says otherwise.
	many := func(id, with string) string {
		return fmt.Sprintf(`{"incremental":true,"idempotent_id":%q,%s"items":[{"product_id":%d,"sku_id":%d,"stock_num":2},{"product_id":%d,"sku_id":%d,"stock_num":-6}]}`,
			id, with, a.Product, a.SKU, b.Product, b.SKU)
	}
	x.no("sku.syncStockBatchMultiProducts", many("m1", ""), 50002, "isv.business-failed:-20001")
	x.stock(a.SKU, 1, 3)
	e := x.call("sku.syncStockBatchMultiProducts", many("m1", `"allow_partial_success":true,`))
	results := read(t, e.Data).list("results")
	if e.Code != 10001 || len(results) != 2 || results[0].num("change_num") != 2 || results[1].num("status_code") != -20001 {
		t.Errorf("partly: got %d %s", e.Code, e.Data)
	}
	x.stock(a.SKU, 3, 3)
	x.stock(b.SKU, 5, 0)
	x.no("sku.syncStockBatchMultiProducts", many("m1", ""), 50002, "isv.business-failed:-20002")
	x.must(x.s.Ban(b.Product))
	x.no("sku.syncStock", fmt.Sprintf(`{"sku_id":%d,"stock_num":1}`, b.SKU), 50002, "isv.business-failed:2010043")
}

func TestRegionStock(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(2)
	x.ok("sku.syncStockBatch", fmt.Sprintf(`{"product_id":%d,"incremental":false,"sku_sync_list":[{"sku_id":%d,"sku_type":1,"stock_map":[{"out_warehouse_id":"W-1","stock_num":3}]}]}`, g.Product, g.SKU))
	x.stock(g.SKU, 5, 0)
	id := x.place(one(g.SKU, 4))
	inventory := x.order(id).list("sku_order_list")[0].list("inventory_list")
	if len(inventory) != 2 || inventory[1].str("out_warehouse_id") != "W-1" || inventory[1].num("count") != 2 {
		t.Errorf("inventory: got %v", inventory)
	}
	x.stock(g.SKU, 1, 4)
	n := x.ok("sku.stockNum", fmt.Sprintf(`{"sku_id":%d,"out_warehouse_id":"W-1"}`, g.SKU))
	if n.num("stock_num") != 1 || n.num("prehold_stock_num") != 2 {
		t.Errorf("of the warehouse: got %v", n.m)
	}
}

// Shoppers and the shop's numbers race; no unit is sold twice, and none is lost.
func TestStockRace(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(100)
	var all sync.WaitGroup
	var mu sync.Mutex
	sold, synced := int64(0), int64(0)
	for w := range 8 {
		all.Go(func() {
			for i := range 25 {
				if _, err := x.s.PlaceOrder(one(g.SKU, 1)); err == nil {
					mu.Lock()
					sold++
					mu.Unlock()
				}
				by := []int64{1, -1}[i%2]
				e := x.call("sku.syncStock", fmt.Sprintf(`{"sku_id":%d,"incremental":true,"idempotent_id":"%d-%d","stock_num":%d}`, g.SKU, w, i, by))
				if e.Code == 10000 {
					mu.Lock()
					synced += by
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	sellable, held, err := x.s.Stock(g.SKU)
	x.must(err)
	if held != sold || sellable < 0 || sellable+held != 100+synced {
		t.Errorf("sold %d, held %d, sellable %d of 100%+d", sold, held, sellable, synced)
	}
}
