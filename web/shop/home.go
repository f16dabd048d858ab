package shop

import (
	"context"
	"net/http"
	"slices"

	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/web/ui"
)

// homeView is the first page of the shop.
type homeView struct {
	Categories []categoryTile
	Selected   []ui.Card
	Newest     []ui.Card
	Producers  []producerTile
	Story      storyLink
}

// categoryTile is a shelf of the shop with what it looks like.
type categoryTile struct {
	URL     string
	Name    string
	Picture ui.Picture
	Parts   []ui.Link // the shelves within
}

// How much of each the home page shows.
const (
	homeSelected  = 10
	homeNewest    = 5
	homeProducers = 12
)

func (s *Shop) home(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	var view homeView
	err := s.db.Read(r.Context(), func(v *db.View) error {
		categories, err := catalog.Categories(r.Context(), v)
		if err != nil {
			return err
		}
		tiles, err := categoryTiles(r.Context(), v, p, categories)
		if err != nil {
			return err
		}
		selected, err := s.selection(r.Context(), v, p, categories)
		if err != nil {
			return err
		}
		newest, err := s.readShelf(r.Context(), v, p, catalog.Query{Sort: catalog.SortNew, Limit: homeNewest + homeSelected})
		if err != nil {
			return err
		}
		producers, err := catalog.Producers(r.Context(), v)
		if err != nil {
			return err
		}
		view = homeView{
			Categories: tiles,
			Selected:   selected,
			Newest:     others(newest.Cards, selected, homeNewest),
			Producers:  producerTiles(p, producers[:min(len(producers), homeProducers)]),
		}
		return nil
	})
	if err != nil {
		return err
	}
	view.Story = s.storyLinks(p, "")[0]
	data, err := ui.JSONLD(graph(organizationData(s.base, p), siteData(s.base, p)))
	if err != nil {
		return err
	}
	head := ui.Head{
		Title: p.T("shop.home.title"), Description: p.T("shop.name.meta"), Data: data, Active: "home",
	}
	return s.pages.home.Write(w, r, head, view)
}

// selection is a little of every shelf at the top, so that the first page shows how much
// there is to choose from. What is sold out gives way to the next on its shelf.
func (s *Shop) selection(ctx context.Context, r db.Reader, p *ui.Printer, all []catalog.Category) ([]ui.Card, error) {
	var chosen []ui.Card
	var rest []ui.Card
	for _, c := range all {
		if c.Parent != "" {
			continue
		}
		part, err := s.readShelf(ctx, r, p, catalog.Query{Category: c.Key, Limit: homeSelected})
		if err != nil {
			return nil, err
		}
		left := slices.DeleteFunc(part.Cards, func(card ui.Card) bool { return card.SoldOut })
		if len(left) > 0 {
			chosen, rest = append(chosen, left[0]), append(rest, left[1:]...)
		}
	}
	chosen = append(chosen, rest...)
	return chosen[:min(len(chosen), homeSelected)], nil
}

// others are the first cards that are not among those shown already.
func others(cards, shown []ui.Card, most int) []ui.Card {
	left := slices.DeleteFunc(cards, func(c ui.Card) bool {
		return slices.ContainsFunc(shown, func(s ui.Card) bool { return s.URL == c.URL })
	})
	return left[:min(len(left), most)]
}

// categoriesView is the page of all shelves.
type categoriesView struct {
	Crumbs     []ui.Link
	Categories []categoryTile
	Brands     []ui.Link
}

func (s *Shop) categories(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	title := p.T("shop.nav.categories")
	view := categoriesView{Crumbs: crumbs(p, ui.Link{Label: title})}
	err := s.db.Read(r.Context(), func(v *db.View) error {
		categories, err := catalog.Categories(r.Context(), v)
		if err != nil {
			return err
		}
		brands, err := catalog.Brands(r.Context(), v)
		if err != nil {
			return err
		}
		if view.Categories, err = categoryTiles(r.Context(), v, p, categories); err != nil {
			return err
		}
		for _, b := range brands {
			view.Brands = append(view.Brands, ui.Link{URL: href(p, "/search?brand="+string(b.ID)), Label: p.Text(b.Name)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	head := ui.Head{Title: title, Description: p.T("shop.name.meta"), Active: "categories"}
	return s.pages.categories.Write(w, r, head, view)
}

// categoryTiles puts the shelves in the order of the shop, each with the shelves within and
// a picture of the first thing on it. Empty shelves are left out.
func categoryTiles(ctx context.Context, r db.Reader, p *ui.Printer, all []catalog.Category) ([]categoryTile, error) {
	var tiles []categoryTile
	for _, c := range all {
		if c.Parent != "" {
			continue
		}
		cards, _, _, err := catalog.Cards(ctx, r, catalog.Query{Channel: own.Name, Category: c.Key, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(cards) == 0 {
			continue
		}
		tile := categoryTile{URL: categoryHref(p, c.Key), Name: p.Text(c.Name), Picture: cardPicture(cards[0])}
		for _, part := range all {
			if part.Parent == c.Key {
				tile.Parts = append(tile.Parts, ui.Link{URL: categoryHref(p, part.Key), Label: p.Text(part.Name)})
			}
		}
		tiles = append(tiles, tile)
	}
	return tiles, nil
}
