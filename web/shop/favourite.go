package shop

import (
	"fmt"
	"net/http"
	"net/url"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/stock"
	"pavilion/web/ui"
)

// favouritesView is what a shopper likes.
type favouritesView struct {
	SignIn string // where to sign in, "" if the shopper is
	Likes  []like
	Toast  ui.Toast
}

// like is one favourite.
type like struct {
	Product pavilion.ProductID
	Name    string
	Card    ui.Card
}

func (s *Shop) favourites(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	head := ui.Head{Title: p.T("shop.favourites.title"), NoIndex: true, Active: "favourites"}
	buyer, err := s.buyer(r)
	if pavilion.KindOf(err) == pavilion.Unauthenticated {
		return s.pages.favourites.Write(w, r, head, favouritesView{SignIn: s.signInHref(p, href(p, "/favourites"))})
	}
	if err != nil {
		return err
	}
	ids, err := s.own.Favourites(r.Context(), buyer.ID)
	if err != nil {
		return fmt.Errorf("list favourites: %w", err)
	}
	var view favouritesView
	err = s.db.Read(r.Context(), func(v *db.View) error {
		called, err := catalog.MarketNames(r.Context(), v, s.own.MarketKey(), ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			page, err := catalog.Lookup(r.Context(), v, id, own.Name)
			if pavilion.KindOf(err) == pavilion.NotFound {
				continue // it left the catalogue
			}
			if err != nil {
				return err
			}
			page.Product.Name = page.Product.Name.With(called[id].Lang, called[id].Name)
			card, ok, err := favouriteCard(r, v, p, page)
			if err != nil {
				return err
			}
			if ok {
				view.Likes = append(view.Likes, like{Product: id, Name: p.Text(page.Product.Name), Card: card})
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read favourites: %w", err)
	}
	if r.URL.Query().Has("removed") {
		view.Toast = ui.Toast{Tone: ui.Good, Text: p.T("shop.favourites.removed")}
	}
	return s.pages.favourites.Write(w, r, head, view)
}

// favouriteCard is the card of a product by its cheapest SKU; ok is false if it has no price.
func favouriteCard(r *http.Request, v db.Reader, p *ui.Printer, page catalog.Page) (card ui.Card, ok bool, err error) {
	c := catalog.Card{
		Product: page.Product.ID, Name: page.Product.Name, Brand: page.Brand.Name, Category: page.Product.Category,
	}
	onSale := false
	for _, k := range page.SKUs {
		price, priced := page.Prices[k.ID]
		if priced && (!ok || price.Minor() < c.Price.Minor()) {
			c.SKU, c.Net, c.Price, ok, onSale = k.ID, k.Net, price, true, k.OnSale
		}
	}
	if len(page.Pictures) > 0 {
		c.Picture = page.Pictures[0].ID
	}
	left, err := stock.Available(r.Context(), v, own.Name, []pavilion.SKUID{c.SKU})
	card = goodsCard(p, c, left[c.SKU])
	card.SoldOut = card.SoldOut || !onSale
	return card, ok, err
}

// signInHref is where to sign in on the way to another page of the shop.
func (s *Shop) signInHref(p *ui.Printer, next string) string {
	return href(p, "/account?next="+url.QueryEscape(next))
}

// setFavourite adds a product to the favourites or takes it out. A guest signs in first.
func (s *Shop) setFavourite(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	id := r.PostFormValue("product")
	if !pavilion.CheckID(pavilion.PrefixProduct, id) {
		return pavilion.E(pavilion.NotFound, "product.unknown", nil)
	}
	buyer, err := s.buyer(r)
	if pavilion.KindOf(err) == pavilion.Unauthenticated {
		http.Redirect(w, r, s.signInHref(p, productHref(p, pavilion.ProductID(id))), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	liked := !r.PostForm.Has("remove")
	if err := s.own.SetFavourite(r.Context(), buyer.ID, pavilion.ProductID(id), liked); err != nil {
		return fmt.Errorf("set favourite: %w", err)
	}
	next := href(p, "/favourites")
	if !liked {
		next += "?removed"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}
