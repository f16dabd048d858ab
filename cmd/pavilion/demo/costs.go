package demo

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/setting"
	"pavilion/tailoring/price"
)

// What the demonstration says about costs is invented, all of it, and says so where it stands.
const (
	invented  = "演示数据 · demonstration, invented"
	rouble    = "2.2" // CNY for a Belarusian rouble
	gateShare = "0.38"
	market    = "cn"
)

// costs hold for all goods, in the order of their way.
var costs = []struct {
	kind   price.Kind
	route  string
	per    price.Per
	amount string // CNY, or a share
}{
	{price.Freight, "", price.Kilogram, "9.50"},
	{price.Insurance, "", price.Share, "0.004"},
	{price.Warehouse, "cbec", price.Unit, "3.20"},
	{price.Warehouse, "general", price.Unit, "1.60"},
	{price.Commission, "", price.Share, "0.05"},
	{price.Other, "general", price.Share, "0.06"},
	{price.Margin, "", price.Share, "0.22"},
}

// loadCosts enters what the goods cost, an exchange rate, and that import tax stands apart
// from prices, so that the shop shows it.
func loadCosts(ctx context.Context, d *db.DB, today pavilion.Date) error {
	value, err := decimal.NewFromString(rouble)
	if err != nil {
		return err
	}
	share, err := decimal.NewFromString(gateShare)
	if err != nil {
		return err
	}
	from := today.AddDays(-200)
	book := setting.NewBook(d, setting.Configured{Currency: currency})
	return d.Write(ctx, actor, func(tx *db.Tx) error {
		if err := book.Change(ctx, tx, []setting.Decision{{Key: setting.TaxAdded, Value: "yes"}}); err != nil {
			return err
		}
		// Said for the day before the first that the simulated bank is asked about.
		said := price.Quoted{From: money.BYN, To: currency, Value: value, Source: invented, Way: price.ByHand, On: min(today, pavilion.DateOf(tx.Now(), time.UTC)).AddDays(-1)}
		if _, err := price.SetRates(ctx, tx, said); err != nil {
			return err
		}
		for _, c := range costs {
			t := price.Term{Market: market, Kind: c.kind, Route: c.route, Per: c.per, Source: invented, From: from}
			if c.per == price.Share {
				t.Share, err = decimal.NewFromString(c.amount)
			} else {
				t.Amount, err = money.Parse(c.amount, currency)
			}
			if err != nil {
				return err
			}
			if _, err := price.SetTerm(ctx, tx, t); err != nil {
				return err
			}
		}
		return gatePrices(ctx, tx, share.Div(value), from)
	})
}

// weigh gives a SKU whose maker states no gross weight one that such goods may have, so that
// freight is worked out by it: invented, like the costs.
func weigh(ctx context.Context, tx *db.Tx, sku catalog.SKU) error {
	if sku.GrossWeightG > 0 {
		return nil
	}
	grams := sku.Net.Milli
	switch sku.Net.Unit {
	case catalog.Gram, catalog.Millilitre:
		grams /= 1000
	case catalog.Centilitre:
		grams /= 100
	case catalog.Piece:
		grams = grams * 80 / 1000
	}
	sku.GrossWeightG = grams*112/100 + 8
	_, err := catalog.SaveSKU(ctx, tx, sku)
	return err
}

// gatePrices enters for each SKU its weight and a price at the gate, in roubles: a share of what
// it costs in the shop, rounded to ten kopecks.
func gatePrices(ctx context.Context, tx *db.Tx, share decimal.Decimal, from pavilion.Date) error {
	all, err := goods(ctx, tx)
	if err != nil {
		return err
	}
	ids := make([]pavilion.SKUID, len(all))
	for i, g := range all {
		ids[i] = g.sku.ID
		if err := weigh(ctx, tx, g.sku); err != nil {
			return err
		}
	}
	offers, err := catalog.Prices(ctx, tx, own.Name, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		kopecks := decimal.NewFromInt(offers[id].Price.Minor()).Mul(share).Round(-1).IntPart()
		_, err := price.SetTerm(ctx, tx, price.Term{
			Market: market, Kind: price.ExWorks, About: string(id), Per: price.Unit, Amount: money.New(kopecks, money.BYN), Source: invented, From: from,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
