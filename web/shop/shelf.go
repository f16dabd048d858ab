package shop

import (
	"context"
	"fmt"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/stock"
	"pavilion/web/ui"
)

// shelf is a part of the goods as cards.
type shelf struct {
	Cards []ui.Card
	Next  string // where the next part begins, "" at the end
	Total int
}

// shelf lists goods as cards, with what is left of them.
func (s *Shop) shelf(ctx context.Context, p *ui.Printer, q catalog.Query) (shelf, error) {
	var out shelf
	err := s.db.Read(ctx, func(v *db.View) error {
		var err error
		out, err = s.readShelf(ctx, v, p, q)
		return err
	})
	return out, err
}

func (s *Shop) readShelf(ctx context.Context, r db.Reader, p *ui.Printer, q catalog.Query) (shelf, error) {
	q.Channel, q.Market = own.Name, s.own.MarketKey()
	cards, next, total, err := catalog.Cards(ctx, r, q)
	if err != nil {
		return shelf{}, fmt.Errorf("list goods: %w", err)
	}
	skus := make([]pavilion.SKUID, len(cards))
	for i, c := range cards {
		skus[i] = c.SKU
	}
	left, err := stock.Available(ctx, r, own.Name, skus)
	if err != nil {
		return shelf{}, fmt.Errorf("look what is left: %w", err)
	}
	out := shelf{Cards: make([]ui.Card, len(cards)), Next: next, Total: total}
	for i, c := range cards {
		out.Cards[i] = goodsCard(p, c, left[c.SKU])
	}
	return out, nil
}

// goodsCard is a product in a list.
func goodsCard(p *ui.Printer, c catalog.Card, left stock.Availability) ui.Card {
	card := ui.Card{
		URL: productHref(p, c.Product), Name: c.Name, Brand: c.Brand, Net: c.Net,
		Price:   ui.Price{Amount: c.Price, PerOf: c.Net},
		Picture: cardPicture(c),
		SoldOut: left.Quantity == 0,
	}
	switch {
	case card.SoldOut:
	case nearExpiry(0, left):
		card.Badges = []ui.Badge{{Tone: ui.Careful, Text: p.T("shop.product.expiring_badge")}}
	case left.Quantity <= fewLeft:
		card.Badges = []ui.Badge{{Tone: ui.Careful, Text: p.T("shop.product.stock_low", "count", left.Quantity)}}
	}
	return card
}

// fewLeft is how many units are so few that the page says how many.
const fewLeft = 10

// nearExpiry tells whether goods are close to their best-before date in the sense of the
// Beijing administration for market regulation (2012), which Chinese shops follow: the
// longer the shelf life, the earlier. A shelf life that is not stated counts as half a year.
func nearExpiry(shelfLifeDays int64, left stock.Availability) bool {
	if left.BestBefore == "" {
		return false
	}
	days := 4
	for _, step := range []struct {
		life int64
		days int
	}{{365, 45}, {180, 20}, {90, 15}, {30, 10}, {16, 5}} {
		if shelfLifeDays >= step.life || shelfLifeDays == 0 && step.life == 180 {
			days = step.days
			break
		}
	}
	return left.DaysLeft <= days
}

// shelves are the categories at the top, as links.
func (s *Shop) shelves(ctx context.Context, p *ui.Printer) ([]ui.Link, error) {
	var all []catalog.Category
	err := s.db.Read(ctx, func(v *db.View) error {
		var err error
		all, err = catalog.Categories(ctx, v)
		return err
	})
	var links []ui.Link
	for _, c := range all {
		if c.Parent == "" {
			links = append(links, ui.Link{URL: categoryHref(p, c.Key), Label: p.Text(c.Name)})
		}
	}
	return links, err
}
