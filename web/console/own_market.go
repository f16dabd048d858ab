package console

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

// ownMarket is how far a product has come in a market, and what its rules ask of the maker.
type ownMarket struct {
	Market string
	State  ui.Badge
	Name   string // as the market's shoppers read it, "" before somebody approved one
	Lang   pavilion.Lang
	Asks   []findingView
}

// makersFacts are the facts only the maker can complete; the others are the pavilion's work.
var makersFacts = []string{"allergens", "dates", "documents", "net", "nutrition", "origin", "pictures", "registration", "shelf_life"}

// onMarkets tells a producer about its product on each market.
func (g *owns) onMarkets(ctx context.Context, view *db.View, p *ui.Printer, of catalog.Page) (out []ownMarket, err error) {
	id := of.Product.ID
	for _, m := range g.markets {
		one, err := tailoring.Get(ctx, view, id, m.Key)
		if pavilion.KindOf(err) == pavilion.NotFound { // new, and nothing has looked at it yet
			continue
		}
		if err != nil {
			return nil, err
		}
		approved, err := tailoring.Approved(ctx, view, []pavilion.ProductID{id}, m.Key)
		if err != nil {
			return nil, err
		}
		verdict, _, err := tailoring.LatestVerdict(ctx, view, one.ID)
		if err != nil {
			return nil, err
		}
		v := ownMarket{Market: p.Text(m.Name), State: stateOf(p, one), Name: approved[id].Content.Name, Lang: m.Language}
		for _, f := range verdict.Findings {
			if f.Severity != pavilion.Informs && slices.Contains(makersFacts, f.Field) {
				one := findingOf(p, m, f)
				one.Rule.URL = "" // the rules are pages of the staff
				for _, s := range of.SKUs {
					if s.ID == f.SKU {
						one.Where = string(s.GTIN)
					}
				}
				v.Asks = append(v.Asks, one)
			}
		}
		out = append(out, v)
	}
	return out, nil
}
