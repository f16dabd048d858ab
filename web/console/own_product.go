package console

import (
	"context"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/report"
	"pavilion/stock"
	"pavilion/web/ui"
)

// ownProductView is one product as its producer sees it.
type ownProductView struct {
	Name    pavilion.Text
	State   ui.Badge
	Missing string // what it lacks, "" for nothing
	Markets []ownMarket
	Facts   []ui.Fact
	Lots    []ownLotLine
	Tiles   []tile
	Charts  []ui.DayChart
}

type ownLotLine struct {
	ownLot
	Days ui.Badge
}

const ownLotsMost = 100

// showProduct shows a product of the producer's own; any other is unknown.
func (g *owns) showProduct(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	var v ownProductView
	err := g.read(r, func(view *db.View) error {
		found, err := catalog.Lookup(ctx, view, pavilion.ProductID(r.PathValue("product")), own.Name)
		if err != nil {
			return err
		}
		if found.Product.Producer != ownOf(member(r)) {
			return pavilion.E(pavilion.NotFound, "product.unknown", nil)
		}
		v.Name = found.Product.Name
		if v.Missing, err = missingOf(ctx, view, p, found); err != nil {
			return err
		}
		if v.Markets, err = g.onMarkets(ctx, view, p, found); err != nil {
			return err
		}
		selling := false
		for _, s := range found.SKUs {
			selling = selling || s.OnSale
			if err := g.sku(ctx, view, p, s, found, &v); err != nil {
				return err
			}
		}
		v.State = ui.Badge{Text: p.T(string(saleWord(selling)))}
		if selling {
			v.State.Tone = ui.Good
		}
		return nil
	})
	if err != nil {
		return err
	}
	return g.product.Write(w, r, g.head(p.Text(v.Name), ownPath+"/products"), v)
}

// missingOf says what facts a product lacks.
func missingOf(ctx context.Context, v *db.View, p *ui.Printer, of catalog.Page) (string, error) {
	categories, err := catalog.Categories(ctx, v)
	goods := catalog.GoodsFood
	for _, c := range categories {
		if c.Key == of.Product.Category {
			goods = c.Goods
		}
	}
	missing := catalog.Complete(of.Product, of.SKUs, of.Pictures, goods).Missing()
	if len(missing) == 0 {
		return "", err
	}
	return lacks(p, missing), err
}

// sku adds what is known of one SKU: its numbers, its lots and what was sold of it.
func (g *owns) sku(ctx context.Context, view *db.View, p *ui.Printer, s catalog.SKU, of catalog.Page, v *ownProductView) error {
	for _, f := range []ui.Fact{
		{Label: p.T("own.gtin"), Text: string(s.GTIN)},
		{Label: p.T("own.code"), Text: s.ProducerCode},
		{Label: p.T("own.net"), Text: p.Measure(s.Net)},
		{Label: p.T("own.price"), Text: said(p, of.Prices[s.ID])},
	} {
		if f.Text != "" {
			v.Facts = append(v.Facts, f)
		}
	}
	lots, err := ownLots(ctx, view, stock.Filter{SKU: s.ID, Producer: of.Product.Producer}, "", ownLotsMost)
	if err != nil {
		return err
	}
	for _, l := range lots {
		v.Lots = append(v.Lots, ownLotLine{l, daysLeft(p, l.LotBalance)})
	}
	last := g.lately(p.Today().AddDays(1-figureDays), p.Today())
	about := report.Subject{Kind: report.SKUs, Key: string(s.ID)}
	totals, err := report.Totals(ctx, view, about, last)
	if err != nil {
		return err
	}
	days, err := report.Days(ctx, view, about, last)
	for _, t := range totals {
		v.Tiles = append(v.Tiles,
			tile{Label: p.T("own.units"), Text: p.Number(t.Units), Note: p.T("own.last_days", "count", figureDays)},
			tile{Label: p.T("own.sum"), Text: p.Money(t.Sum), Note: p.T("figures.sum_note")},
			tile{Label: p.T("own.refunded"), Text: p.Number(t.RefundedUnits), Note: p.Money(t.Refunded)})
		v.Charts = append(v.Charts, dayChart(p, days, t.Figures, last))
	}
	return err
}

// sampleOwnProduct are the states of the page for the gallery.
func sampleOwnProduct(p *ui.Printer) map[string]ownProductView {
	name := pavilion.Text{pavilion.Russian: "Шоколад горький 90 %", pavilion.English: "Bitter chocolate 90 %"}
	full := sampleFigures(p)["full"]
	lot := ownLot{LotBalance: stock.LotBalance{Code: "L-2026/11", OnHand: 240, Reserved: 3, BestBefore: "2027-05-01", DaysLeft: 159}, Place: stock.Warehouse{Code: "SHA"}}
	return map[string]ownProductView{
		"new": {Name: name, State: ui.Badge{Text: p.T(string(notOnSale))}, Missing: lacks(p, []catalog.Field{catalog.FieldPicture, catalog.FieldNet}), Markets: []ownMarket{{Market: "CN", State: ui.Badge{Text: p.T("tailoring.state.todo")},
			Asks: []findingView{{Badge: ui.Badge{Tone: ui.Bad, Text: p.T("tailoring.severity.blocks")}, Text: "…", Fix: "…", Source: "GB 28050", Rule: ui.Link{Label: "label.nutrition"}}}}}},
		"sold": {
			Name: name, State: ui.Badge{Tone: ui.Good, Text: p.T(string(onSale))}, Facts: []ui.Fact{{Label: p.T("own.gtin"), Text: "4810067073123"}},
			Markets: []ownMarket{{Market: "CN", State: ui.Badge{Tone: ui.Good, Text: p.T("tailoring.state.on_sale")}, Name: "90%黑巧克力", Lang: pavilion.Chinese}},
			Lots:    []ownLotLine{{lot, daysLeft(p, lot.LotBalance)}}, Tiles: full.Tiles, Charts: full.Charts,
		},
	}
}
