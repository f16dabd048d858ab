package api

import (
	"context"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
)

type category struct {
	Key    string        `json:"key" example:"chocolate" doc:"What products name it by."`
	Parent string        `json:"parent,omitempty" example:"sweets" doc:"Key of the category above, missing at the top."`
	Name   pavilion.Text `json:"name"`
}

type card struct {
	Product  pavilion.ProductID  `json:"product"`
	SKU      pavilion.SKUID      `json:"sku" doc:"The cheapest one on sale."`
	GTIN     catalog.GTIN        `json:"gtin"`
	Name     pavilion.Text       `json:"name"`
	Brand    pavilion.Text       `json:"brand,omitempty" doc:"The name the producer sells under."`
	Producer pavilion.ProducerID `json:"producer"`
	Category string              `json:"category" example:"chocolate" doc:"Key of its category, empty if it has none."`
	Net      *measure            `json:"net,omitempty" doc:"Net content of the pack; missing if not stated."`
	Price    amount              `json:"price" doc:"Of one unit."`
}

type cards struct {
	Products []card `json:"products" doc:"One page of them."`
	Total    int    `json:"total" example:"118" doc:"How many there are in all."`
	Next     string `json:"next,omitempty" example:"2680.prd_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

type cardsInput struct {
	Speaks
	Words    string `query:"q" maxLength:"200" example:"шоколад" doc:"Words in any language."`
	Category string `query:"category" maxLength:"100" example:"chocolate" doc:"Key of a category; those below it count too."`
	Sort     string `query:"sort" enum:",price,price_desc,new" doc:"The best fit first, or else the newest, if nothing is said."`
	After    string `query:"after" maxLength:"500" example:"2680.prd_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"“next” of the page before."`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"24" doc:"How many at most."`
}

type productInput struct {
	Speaks
	Product pavilion.ProductID `path:"product"`
}

type product struct {
	ID          pavilion.ProductID  `json:"id"`
	Producer    pavilion.ProducerID `json:"producer"`
	Category    string              `json:"category" example:"chocolate" doc:"Key of its category, empty if it has none."`
	Name        pavilion.Text       `json:"name"`
	Description pavilion.Text       `json:"description,omitempty" doc:"What shoppers read about it."`
	Ingredients pavilion.Text       `json:"ingredients,omitempty" doc:"As printed on the package."`
	Storage     pavilion.Text       `json:"storage,omitempty" doc:"How it is kept."`
	Origin      string              `json:"origin" example:"BY" doc:"ISO 3166-1 alpha-2, empty if not stated."`
	SKUs        []sku               `json:"skus" doc:"Its packs."`
}

type sku struct {
	ID            pavilion.SKUID `json:"id"`
	GTIN          catalog.GTIN   `json:"gtin"`
	Net           *measure       `json:"net,omitempty" doc:"Net content of the pack; missing if not stated."`
	ShelfLifeDays int64          `json:"shelf_life_days,omitempty" example:"365" doc:"Days from production to best before; missing if not stated."`
	Facts         facts          `json:"facts" doc:"What is in it."`
	Price         *amount        `json:"price,omitempty" doc:"Of one unit. Missing if it is not sold here."`
}

type skusInput struct {
	Speaks
	SKUs []pavilion.SKUID `query:"sku" required:"true" minItems:"1" maxItems:"100" doc:"One or more, separated by commas."`
}

type price struct {
	SKU   pavilion.SKUID `json:"sku"`
	Price amount         `json:"price" doc:"Of one unit."`
}

type availability struct {
	SKU        pavilion.SKUID `json:"sku"`
	Quantity   int64          `json:"quantity" example:"120" doc:"Units that may be sold now."`
	BestBefore pavilion.Date  `json:"best_before,omitempty" doc:"Of the units that would be sold first; missing if they do not expire."`
}

// goods registers the operations on what is on sale.
func (a *API) goods() {
	read(a, operation{
		method: http.MethodGet, path: "/categories", id: "list-categories", tag: shopGoods, scope: staff.ReadCatalog,
		summary: "List the shelves of the shop", about: "All categories, parents before their children where they come first on the shelf.",
	}, a.listCategories)
	read(a, operation{
		method: http.MethodGet, path: "/products", id: "list-products", tag: shopGoods, scope: staff.ReadCatalog,
		summary: "List or find products on sale", about: "One card for each product that shoppers see now, with its cheapest SKU.",
		refuses: []refusal{refuses(pavilion.Invalid, "cursor.malformed")},
	}, a.listProducts)
	read(a, operation{
		method: http.MethodGet, path: "/products/{product}", id: "get-product", tag: shopGoods, scope: staff.ReadCatalog,
		summary: "Everything shoppers are told about a product", about: "A SKU without a price is not sold now.",
		refuses: []refusal{refuses(pavilion.NotFound, "product.unknown")},
	}, a.getProduct)
	read(a, operation{
		method: http.MethodGet, path: "/prices", id: "list-prices", tag: shopGoods, scope: staff.ReadCatalog,
		summary: "Prices of SKUs", about: "Of the SKUs asked for, those that are on sale.",
	}, a.listPrices)
	read(a, operation{
		method: http.MethodGet, path: "/availability", id: "list-availability", tag: shopGoods, scope: staff.ReadCatalog,
		summary: "What is left of SKUs", about: "Only lots count that are fresh enough to be sold. A number is true at the moment of the answer and promises nothing.",
	}, a.listAvailability)
}

func (a *API) listCategories(ctx context.Context, v *db.View, _ *Speaks) ([]category, error) {
	all, err := catalog.Categories(ctx, v)
	out := make([]category, len(all))
	for i, c := range all {
		out[i] = category{c.Key, c.Parent, c.Name}
	}
	return out, err
}

func (a *API) listProducts(ctx context.Context, v *db.View, in *cardsInput) (cards, error) {
	found, next, total, err := catalog.Cards(ctx, v, catalog.Query{
		Channel: own.Name, Market: a.shop.MarketKey(), Words: in.Words, Category: in.Category, Sort: in.Sort, After: in.After, Limit: in.Limit,
	})
	out := cards{Products: make([]card, len(found)), Next: next, Total: total}
	for i, c := range found {
		out.Products[i] = card{c.Product, c.SKU, c.GTIN, c.Name, c.Brand, c.Producer, c.Category, measureOf(c.Net), amountOf(c.Price)}
	}
	return out, err
}

func (a *API) getProduct(ctx context.Context, v *db.View, in *productInput) (product, error) {
	p, err := catalog.Lookup(ctx, v, in.Product, own.Name)
	if err != nil {
		return product{}, err
	}
	called, err := catalog.MarketNames(ctx, v, a.shop.MarketKey(), []pavilion.ProductID{in.Product})
	if err != nil {
		return product{}, err
	}
	name := p.Product.Name.With(called[in.Product].Lang, called[in.Product].Name)
	out := product{
		ID: p.Product.ID, Producer: p.Product.Producer, Category: p.Product.Category, Name: name, Description: p.Product.Description,
		Ingredients: p.Product.IngredientsText, Storage: p.Product.Storage, Origin: p.Product.Origin, SKUs: make([]sku, len(p.SKUs)),
	}
	for i, s := range p.SKUs {
		out.SKUs[i] = sku{ID: s.ID, GTIN: s.GTIN, Net: measureOf(s.Net), ShelfLifeDays: s.ShelfLifeDays, Facts: factsOf(s.Facts)}
		if m, ok := p.Prices[s.ID]; ok && s.OnSale {
			out.SKUs[i].Price = new(amountOf(m))
		}
	}
	return out, nil
}

func (a *API) listPrices(ctx context.Context, v *db.View, in *skusInput) ([]price, error) {
	offers, err := catalog.Prices(ctx, v, own.Name, in.SKUs)
	out := []price{}
	for _, id := range in.SKUs {
		if o, ok := offers[id]; ok && o.OnSale {
			out = append(out, price{id, amountOf(o.Price)})
		}
	}
	return out, err
}

func (a *API) listAvailability(ctx context.Context, v *db.View, in *skusInput) ([]availability, error) {
	left, err := stock.Available(ctx, v, own.Name, in.SKUs)
	out := make([]availability, len(in.SKUs))
	for i, id := range in.SKUs {
		out[i] = availability{id, left[id].Quantity, left[id].BestBefore}
	}
	return out, err
}
