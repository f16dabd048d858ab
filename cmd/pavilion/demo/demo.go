// Package demo fills an empty installation with a world to try the pavilion in: real
// products of Belarusian makers, taken in from their workbooks, with invented prices, lots,
// warehouses and shoppers. Start with [Load]; [Shoppers] makes orders arrive. What is real
// and what is not is said in README.md beside this file and on the pages.
package demo

//go:generate go run ./gen

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/stock"
)

var actor = pavilion.System("demo")

const (
	currency  = money.Currency("CNY")
	freshDays = 20 // least days of shelf life the shop sells with

	// Rules of the shop, so that the pages that show them have something to show.
	limitedGTIN     = catalog.GTIN("4810067082941")
	limitedQuantity = 2
	limitWindow     = 30 * 24 * time.Hour
	unpaidOrders    = 3
	unpaidUnits     = 100
)

// Load fills the installation if it is empty and tells whether it did. Its lots lie as they
// do on a day, which is the database's own or lies ahead of it: what is not made yet then
// comes with Restock.
func Load(ctx context.Context, d *db.DB, today pavilion.Date) (loaded bool, err error) {
	var has []catalog.Producer
	if err := d.Read(ctx, func(v *db.View) error {
		has, err = catalog.Producers(ctx, v)
		return err
	}); err != nil || len(has) > 0 {
		return false, err
	}
	loadCosts := func(ctx context.Context, d *db.DB) error { return loadCosts(ctx, d, today) }
	loadGoods := func(ctx context.Context, d *db.DB) error { return loadGoods(ctx, d, today) }
	for _, step := range []func(context.Context, *db.DB) error{loadCategories, loadProducers, loadRules, loadGoods, loadCosts} {
		if err := step(ctx, d); err != nil {
			return false, fmt.Errorf("demo world: %w", err)
		}
	}
	return true, nil
}

func loadCategories(ctx context.Context, d *db.DB) error {
	rows, err := table("categories")
	if err != nil {
		return err
	}
	return d.Write(ctx, actor, func(tx *db.Tx) error {
		for i, r := range rows {
			if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: r["key"], Parent: r["parent"], Position: int64(i), Name: r.text("name"), Goods: catalog.Goods(r["goods"])}); err != nil {
				return err
			}
		}
		return nil
	})
}

// loadProducers enters the producers with their brands and takes in their workbooks.
func loadProducers(ctx context.Context, d *db.DB) error {
	producers, err := table("producers")
	if err != nil {
		return err
	}
	products, err := table("products")
	if err != nil {
		return err
	}
	for _, p := range producers {
		var id pavilion.ProducerID
		if err := d.Write(ctx, actor, func(tx *db.Tx) error {
			var err error
			id, err = catalog.SaveProducer(ctx, tx, catalog.Producer{
				Country: "BY", TaxNumber: p["tax_number"], LegalName: p.text("name"), Address: p.text("city"), About: p.text("about"),
				Prefixes: strings.Fields(p["prefixes"]),
			})
			if err != nil {
				return err
			}
			return saveBrands(ctx, tx, id, p, products)
		}); err != nil {
			return fmt.Errorf("producer %s: %w", p["key"], err)
		}
		name := p["key"] + ".xlsx"
		book, err := files.ReadFile("workbooks/" + name)
		if err != nil {
			return err
		}
		report, err := catalog.Import(ctx, d, actor, bytes.NewReader(book), int64(len(book)), catalog.ImportOptions{Producer: id, From: name})
		if err != nil {
			return fmt.Errorf("workbook of %s: %w %v", p["key"], err, report.Findings)
		}
	}
	return nil
}

func saveBrands(ctx context.Context, tx *db.Tx, id pavilion.ProducerID, producer row, products []row) error {
	done := map[string]bool{}
	for _, g := range products {
		name := g["brand_ru"]
		if name == "" || done[name] || !strings.Contains(" "+producer["prefixes"]+" ", " "+g["prefix"]+" ") {
			continue
		}
		done[name] = true
		if _, err := catalog.SaveBrand(ctx, tx, catalog.Brand{Producer: id, Name: g.text("brand")}); err != nil {
			return err
		}
	}
	return nil
}

func loadRules(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, actor, func(tx *db.Tx) error {
		if err := stock.SetFreshness(ctx, tx, own.Name, "", freshDays); err != nil {
			return err
		}
		return stock.SetUnpaidCap(ctx, tx, own.Name, unpaidOrders, unpaidUnits)
	})
}

// good is a row of the table of products with the SKU it became.
type good struct {
	row
	sku catalog.SKU
}

func goods(ctx context.Context, r db.Reader) ([]good, error) {
	products, err := table("products")
	if err != nil {
		return nil, err
	}
	gtins := make([]catalog.GTIN, len(products))
	for i, p := range products {
		gtins[i] = catalog.GTIN(p["gtin"])
	}
	skus, err := catalog.FindGTINs(ctx, r, gtins...)
	all := make([]good, len(products))
	for i, p := range products {
		all[i] = good{p, skus[gtins[i]]}
	}
	return all, err
}

// loadGoods sets prices and takes lots into the warehouses.
func loadGoods(ctx context.Context, d *db.DB, today pavilion.Date) error {
	return d.Write(ctx, actor, func(tx *db.Tx) error {
		warehouses, err := addWarehouses(ctx, tx)
		if err != nil {
			return err
		}
		all, err := goods(ctx, tx)
		if err != nil {
			return err
		}
		for _, g := range all {
			if err := nameSource(ctx, tx, g.sku); err != nil {
				return err
			}
			price, err := money.Parse(g.row["price_cny"], currency)
			if err != nil {
				return err
			}
			if err := catalog.SetPrice(ctx, tx, g.sku.ID, own.Name, price); err != nil {
				return err
			}
			if err := catalog.SetOnSale(ctx, tx, true, g.sku.ID); err != nil {
				return err
			}
			if err := receive(ctx, tx, g, today, warehouses, madeBefore); err != nil {
				return err
			}
			if g.row["gtin"] == string(limitedGTIN) {
				if err := stock.SetBuyerLimit(ctx, tx, own.Name, g.sku.ID, limitedQuantity, limitWindow); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Restock takes in the lots that were not made yet when Load was called.
func Restock(ctx context.Context, d *db.DB, before, today pavilion.Date) error {
	return d.Write(ctx, actor, func(tx *db.Tx) error {
		warehouses, err := stock.Warehouses(ctx, tx)
		if err != nil {
			return err
		}
		ids := make([]pavilion.WarehouseID, len(warehouses))
		for i, w := range warehouses {
			ids[i] = w.ID
		}
		all, err := goods(ctx, tx)
		if err != nil {
			return err
		}
		for _, g := range all {
			if err := receive(ctx, tx, g, today, ids, func(produced, _ pavilion.Date) bool { return !madeBefore(produced, before) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// madeBefore tells whether a lot could have arrived by a day.
func madeBefore(produced, day pavilion.Date) bool { return produced <= day }

// nameSource says whose the nutrition figures are.
func nameSource(ctx context.Context, tx *db.Tx, sku catalog.SKU) error {
	if sku.Facts.Nutrition == nil {
		return nil
	}
	sku.Facts.Nutrition.Source = "Open Food Facts"
	_, err := catalog.SaveSKU(ctx, tx, sku)
	return err
}

func addWarehouses(ctx context.Context, tx *db.Tx) ([]pavilion.WarehouseID, error) {
	var ids []pavilion.WarehouseID
	for _, w := range []stock.Warehouse{
		{Code: "CTU1", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true, Name: pavilion.Text{
			pavilion.Chinese: "成都仓（演示）", pavilion.English: "Chengdu (demo)", pavilion.Russian: "Чэнду (демо)", pavilion.Belarusian: "Чэнду (дэма)"}},
		{Code: "CAN1", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true, Name: pavilion.Text{
			pavilion.Chinese: "广州仓（演示）", pavilion.English: "Guangzhou (demo)", pavilion.Russian: "Гуанчжоу (демо)", pavilion.Belarusian: "Гуанчжоу (дэма)"}},
		{Code: "MSQ1", Country: "BY", TimeZone: "Europe/Minsk", Sells: false, Name: pavilion.Text{
			pavilion.Chinese: "明斯克集货仓（演示）", pavilion.English: "Minsk, outbound (demo)", pavilion.Russian: "Минск, отгрузка (демо)", pavilion.Belarusian: "Мінск, адгрузка (дэма)"}},
	} {
		id, err := stock.AddWarehouse(ctx, tx, w)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// Goods whose lots show a state of the page, by GTIN; all others have plenty.
var (
	soldOut     = map[string]bool{"4810410041250": true, "4810285007870": true}
	nearlyGone  = map[string]int64{"4810067073123": 7, "4810411010507": 3, "4810105222629": 5}
	endsSoon    = map[string]bool{"4810411012846": true, "4810268022319": true, "4810067052784": true}
	quarantined = map[string]bool{"4811078000405": true}
)

// receive takes one to three lots of a SKU in, those that arrived by the day of the
// transaction. Quantities and dates follow from the GTIN, so that every demo has the same.
func receive(ctx context.Context, tx *db.Tx, g good, today pavilion.Date, warehouses []pavilion.WarehouseID, arrived func(produced, now pavilion.Date) bool) error {
	gtin := g.row["gtin"]
	h := fnv.New32a()
	_, _ = h.Write([]byte(gtin))
	seed := int64(h.Sum32())
	life, err := strconv.Atoi(g.row["shelf_life_days"])
	if err != nil {
		return err
	}
	lots := int(1 + seed%3)
	if nearlyGone[gtin] > 0 || endsSoon[gtin] {
		lots = 1
	}
	for i := range lots {
		age := life/8 + int(seed>>4)%max(life/6, 1) + i*life/10
		quantity := 60 + (seed>>(8+i))%240
		if n := nearlyGone[gtin]; n > 0 {
			quantity = n
		}
		if endsSoon[gtin] {
			age = life - freshDays - 12
		}
		if soldOut[gtin] {
			age = life - freshDays/2 // too near its end to be sold
		}
		produced := today.AddDays(-age)
		if !arrived(produced, pavilion.DateOf(tx.Now(), time.UTC)) {
			continue
		}
		lot, err := stock.Receive(ctx, tx, stock.Receipt{
			SKU: g.sku.ID, LotCode: fmt.Sprintf("D%s-%d", strings.ReplaceAll(string(produced), "-", ""), i+1), ProducedOn: produced,
			BestBefore: produced.AddDays(life), Warehouse: warehouses[i%2], Quantity: quantity, Cause: "demo", Note: "invented for the demo",
		})
		if err != nil {
			return err
		}
		if quarantined[gtin] {
			if err := stock.Hold(ctx, tx, stock.Handling{Lot: lot, Warehouse: warehouses[i%2], Cause: "demo", Note: "quarantine, invented for the demo"}); err != nil {
				return err
			}
		}
	}
	return nil
}
