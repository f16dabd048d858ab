package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/stock"
)

// prefix is a company prefix for goods that do not exist: GS1 keeps 952 for demonstrations.
const prefix = "9520000"

// sell puts n SKUs on the shelf with units of each, in one lot.
func sell(ctx context.Context, d *db.DB, n int, units int64) (skus []pavilion.SKUID, err error) {
	return skus, d.Write(ctx, actor, func(tx *db.Tx) error {
		skus = skus[:0]
		producer, err := catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "BY", TaxNumber: "799900010", LegalName: pavilion.Text{pavilion.English: "Bench"}, Prefixes: []string{prefix}})
		if err != nil {
			return err
		}
		if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: "bench", Name: pavilion.Text{pavilion.English: "Bench"}}); err != nil {
			return err
		}
		warehouse, err := stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "BENCH", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true, Name: pavilion.Text{pavilion.English: "Bench"}})
		if err != nil {
			return err
		}
		for i := range n {
			name := pavilion.Text{pavilion.Chinese: fmt.Sprintf("商品 %d", i), pavilion.English: fmt.Sprintf("Thing %d", i)}
			product, err := catalog.SaveProduct(ctx, tx, catalog.Product{Producer: producer, Category: "bench", Name: name, Origin: "BY"})
			if err != nil {
				return err
			}
			digits := fmt.Sprintf("%s%05d", prefix, i)
			sku, err := catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product, GTIN: catalog.GTIN(digits + string(catalog.CheckDigit(digits))), Net: catalog.Measure{Milli: 90_000, Unit: catalog.Gram}})
			if err != nil {
				return err
			}
			if err := catalog.SetPrice(ctx, tx, sku, own.Name, money.New(1990, "CNY")); err != nil {
				return err
			}
			if err := catalog.SetOnSale(ctx, tx, true, sku); err != nil {
				return err
			}
			today := pavilion.DateOf(tx.Now(), tx.Now().Location())
			if _, err := stock.Receive(ctx, tx, stock.Receipt{SKU: sku, LotCode: "B1", ProducedOn: today, BestBefore: today.AddDays(365), Warehouse: warehouse, Quantity: units, Cause: "bench"}); err != nil {
				return err
			}
			skus = append(skus, sku)
		}
		return nil
	})
}

// letIn makes a token that may place orders.
func letIn(ctx context.Context, d *db.DB) (secret string, err error) {
	return secret, d.Write(ctx, actor, func(tx *db.Tx) error {
		secret, _, err = staff.MakeToken(ctx, tx, "bench", []staff.Scope{staff.PlaceOrders, staff.ReadOrders, staff.ReadCatalog}, time.Time{})
		return err
	})
}

const password = "a linen cloth with a red band"

// letStaffIn makes an owner and lets it in past all factors.
func letStaffIn(ctx context.Context, d *db.DB, gate *staff.Gate) (secret string, err error) {
	offer := staff.Offer{Roles: []staff.Role{staff.Owner}}
	if err := d.Write(ctx, actor, func(tx *db.Tx) (err error) {
		secret, err = staff.Invite(ctx, tx, offer, time.Minute)
		return err
	}); err != nil {
		return "", err
	}
	m, err := staff.Claim(ctx, d, secret, "Bench", strings.ToLower(rand.Text()[:10]), password)
	if err != nil {
		return "", err
	}
	if err := d.Write(ctx, actor, func(tx *db.Tx) (err error) {
		secret, err = staff.OfferEntry(ctx, tx, m.ID, time.Minute)
		return err
	}); err != nil {
		return "", err
	}
	pass, err := gate.Enter(ctx, secret, staff.Place{})
	return pass.Secret, err
}

// gate is the way in to the console of a place.
func (p place) gate(d *db.DB) (*staff.Gate, *db.Sealer, error) {
	sealer, err := db.OpenSealer(p.key())
	if err != nil {
		return nil, nil, err
	}
	g, err := staff.NewGate(d, sealer, staff.GateOptions{BaseURL: "http://localhost", Name: "Bench"})
	return g, sealer, err
}
