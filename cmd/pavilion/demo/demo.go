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

// Load fills the installation if it is empty and tells whether it did.
func Load(ctx context.Context, d *db.DB) (loaded bool, err error) {
	var has []catalog.Producer
	if err := d.Read(ctx, func(v *db.View) error {
		has, err = catalog.Producers(ctx, v)
		return err
	}); err != nil || len(has) > 0 {
		return false, err
	}
	for _, step := range []func(context.Context, *db.DB) error{loadCategories, loadProducers, loadRules, loadGoods} {
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
			if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: r["key"], Parent: r["parent"], Position: int64(i), Name: r.text("name")}); err != nil {
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
		book, err := files.ReadFile("workbooks/" + p["key"] + ".xlsx")
		if err != nil {
			return err
		}
		report, err := catalog.Import(ctx, d, actor, bytes.NewReader(book), int64(len(book)), catalog.ImportOptions{Producer: id})
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

// loadGoods sets prices and takes lots into the warehouses.
func loadGoods(ctx context.Context, d *db.DB) error {
	products, err := table("products")
	if err != nil {
		return err
	}
	return d.Write(ctx, actor, func(tx *db.Tx) error {
		warehouses, err := addWarehouses(ctx, tx)
		if err != nil {
			return err
		}
		gtins := make([]catalog.GTIN, len(products))
		for i, p := range products {
			gtins[i] = catalog.GTIN(p["gtin"])
		}
		skus, err := catalog.FindGTINs(ctx, tx, gtins...)
		if err != nil {
			return err
		}
		for _, p := range products {
			sku := skus[catalog.GTIN(p["gtin"])]
			if err := nameSource(ctx, tx, sku); err != nil {
				return err
			}
			price, err := money.Parse(p["price_cny"], currency)
			if err != nil {
				return err
			}
			if err := catalog.SetPrice(ctx, tx, sku.ID, own.Name, price); err != nil {
				return err
			}
			if err := catalog.SetOnSale(ctx, tx, true, sku.ID); err != nil {
				return err
			}
			if err := receive(ctx, tx, sku, p, warehouses); err != nil {
				return err
			}
		}
		return stock.SetBuyerLimit(ctx, tx, own.Name, skus[limitedGTIN].ID, limitedQuantity, limitWindow)
	})
}

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

// receive takes one to three lots of a SKU in. Quantities and dates follow from the GTIN,
// so that every demo has the same.
func receive(ctx context.Context, tx *db.Tx, sku catalog.SKU, p row, warehouses []pavilion.WarehouseID) error {
	h := fnv.New32a()
	_, _ = h.Write([]byte(p["gtin"]))
	seed := int64(h.Sum32())
	life, err := strconv.Atoi(p["shelf_life_days"])
	if err != nil {
		return err
	}
	today := pavilion.DateOf(tx.Now(), time.UTC)
	lots := int(1 + seed%3)
	if nearlyGone[p["gtin"]] > 0 || endsSoon[p["gtin"]] {
		lots = 1
	}
	for i := range lots {
		age := life/8 + int(seed>>4)%max(life/6, 1) + i*life/10
		quantity := 60 + (seed>>(8+i))%240
		if n := nearlyGone[p["gtin"]]; n > 0 {
			quantity = n
		}
		if endsSoon[p["gtin"]] {
			age = life - freshDays - 12
		}
		if soldOut[p["gtin"]] {
			age = life - freshDays/2 // too near its end to be sold
		}
		produced := today.AddDays(-age)
		lot, err := stock.Receive(ctx, tx, stock.Receipt{
			SKU: sku.ID, LotCode: fmt.Sprintf("D%s-%d", strings.ReplaceAll(string(produced), "-", ""), i+1), ProducedOn: produced,
			BestBefore: produced.AddDays(life), Warehouse: warehouses[i%2], Quantity: quantity, Cause: "demo", Note: "invented for the demo",
		})
		if err != nil {
			return err
		}
		if quarantined[p["gtin"]] {
			if err := stock.Hold(ctx, tx, stock.Handling{Lot: lot, Warehouse: warehouses[i%2], Cause: "demo", Note: "quarantine, invented for the demo"}); err != nil {
				return err
			}
		}
	}
	return nil
}
