package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/stock"
)

// speaks is the input of an operation whose errors are said in the caller's language.
type speaks struct {
	AcceptLanguage string `header:"Accept-Language" doc:"Language of error texts: zh, en, ru or be."`
}

type answer[B any] struct{ Body B }

// run registers an operation whose handler returns a body or an error of ours.
func run[I interface{ lang() pavilion.Lang }, B any](a *API, op huma.Operation, do func(ctx context.Context, in *I) (B, error)) {
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*answer[B], error) {
		body, err := do(ctx, in)
		if err != nil {
			a.site.LogFailure(ctx, op.OperationID, err)
			return nil, problemOf((*in).lang(), err)
		}
		return &answer[B]{body}, nil
	})
}

func (s speaks) lang() pavilion.Lang { return language(s.AcceptLanguage) }

type amount struct {
	Amount   string `json:"amount" example:"26.80" doc:"Decimal with a point."`
	Currency string `json:"currency" example:"CNY" doc:"ISO 4217."`
}

type measure struct {
	Value string       `json:"value" example:"90" doc:"Decimal with a point."`
	Unit  catalog.Unit `json:"unit" example:"g"`
}

func measureOf(m catalog.Measure) measure {
	return measure{decimal.New(m.Milli, -3).String(), m.Unit}
}

func amountOf(m money.Money) amount { return amount{m.Decimal(), string(m.Currency())} }

type category struct {
	Key    string        `json:"key"`
	Parent string        `json:"parent,omitempty"`
	Name   pavilion.Text `json:"name"`
}

type card struct {
	Product  pavilion.ProductID  `json:"product"`
	SKU      pavilion.SKUID      `json:"sku"`
	GTIN     catalog.GTIN        `json:"gtin"`
	Name     pavilion.Text       `json:"name" doc:"By language: zh, en, ru, be."`
	Brand    pavilion.Text       `json:"brand,omitempty"`
	Producer pavilion.ProducerID `json:"producer"`
	Category string              `json:"category"`
	Net      measure             `json:"net"`
	Price    amount              `json:"price"`
}

type cards struct {
	Products []card `json:"products"`
	Total    int    `json:"total" doc:"How many there are in all."`
	Next     string `json:"next,omitempty" doc:"Value of “after” for the next page."`
}

type cardsInput struct {
	speaks
	Words    string `query:"q" maxLength:"200" doc:"Words in any language."`
	Category string `query:"category" maxLength:"100"`
	Sort     string `query:"sort" enum:",price,price_desc,new"`
	After    string `query:"after" maxLength:"500"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"24"`
}

type productInput struct {
	speaks
	Product pavilion.ProductID `path:"product" maxLength:"40"`
}

type product struct {
	ID          pavilion.ProductID  `json:"id"`
	Producer    pavilion.ProducerID `json:"producer"`
	Category    string              `json:"category"`
	Name        pavilion.Text       `json:"name"`
	Description pavilion.Text       `json:"description,omitempty"`
	Ingredients pavilion.Text       `json:"ingredients,omitempty" doc:"As printed on the package."`
	Storage     pavilion.Text       `json:"storage,omitempty"`
	Origin      string              `json:"origin" doc:"ISO 3166-1."`
	SKUs        []sku               `json:"skus"`
}

type sku struct {
	ID            pavilion.SKUID `json:"id"`
	GTIN          catalog.GTIN   `json:"gtin"`
	Net           measure        `json:"net"`
	ShelfLifeDays int64          `json:"shelf_life_days,omitempty"`
	Facts         catalog.Facts  `json:"facts"`
	Price         *amount        `json:"price,omitempty" doc:"Missing if it is not sold here."`
}

type skusInput struct {
	speaks
	SKUs []pavilion.SKUID `query:"sku" required:"true" minItems:"1" maxItems:"100" doc:"One or more, separated by commas."`
}

type price struct {
	SKU   pavilion.SKUID `json:"sku"`
	Price amount         `json:"price"`
}

type availability struct {
	SKU        pavilion.SKUID `json:"sku"`
	Quantity   int64          `json:"quantity" doc:"Units that may be sold now."`
	BestBefore pavilion.Date  `json:"best_before,omitempty" doc:"Of the units that would be sold first."`
}

// goods registers the operations on the catalogue.
func (a *API) goods() {
	run(a, operation(http.MethodGet, "/categories", "list-categories", "List the shelves of the shop", "Goods", staff.ReadCatalog), a.listCategories)
	run(a, operation(http.MethodGet, "/products", "list-products", "List or find products on sale", "Goods", staff.ReadCatalog), a.listProducts)
	run(a, operation(http.MethodGet, "/products/{product}", "get-product", "Everything about one product", "Goods", staff.ReadCatalog, http.StatusNotFound), a.getProduct)
	run(a, operation(http.MethodGet, "/prices", "list-prices", "Prices of SKUs", "Goods", staff.ReadCatalog), a.listPrices)
	run(a, operation(http.MethodGet, "/availability", "list-availability", "What is left of SKUs", "Goods", staff.ReadCatalog), a.listAvailability)
}

func (a *API) listCategories(ctx context.Context, _ *speaks) (out []category, err error) {
	out = []category{}
	return out, a.db.Read(ctx, func(v *db.View) error {
		all, err := catalog.Categories(ctx, v)
		for _, c := range all {
			out = append(out, category{c.Key, c.Parent, c.Name})
		}
		return err
	})
}

func (a *API) listProducts(ctx context.Context, in *cardsInput) (out cards, err error) {
	out.Products = []card{}
	return out, a.db.Read(ctx, func(v *db.View) error {
		found, next, total, err := catalog.Cards(ctx, v, catalog.Query{
			Channel: own.Name, Words: in.Words, Category: in.Category, Sort: in.Sort, After: in.After, Limit: in.Limit,
		})
		out.Next, out.Total = next, total
		for _, c := range found {
			out.Products = append(out.Products, card{c.Product, c.SKU, c.GTIN, c.Name, c.Brand, c.Producer, c.Category, measureOf(c.Net), amountOf(c.Price)})
		}
		return err
	})
}

func (a *API) getProduct(ctx context.Context, in *productInput) (out product, err error) {
	return out, a.db.Read(ctx, func(v *db.View) error {
		p, err := catalog.Lookup(ctx, v, in.Product, own.Name)
		if err != nil {
			return err
		}
		out = product{
			ID: p.Product.ID, Producer: p.Product.Producer, Category: p.Product.Category, Name: p.Product.Name, Description: p.Product.Description,
			Ingredients: p.Product.IngredientsText, Storage: p.Product.Storage, Origin: p.Product.Origin, SKUs: []sku{},
		}
		for _, s := range p.SKUs {
			k := sku{ID: s.ID, GTIN: s.GTIN, Net: measureOf(s.Net), ShelfLifeDays: s.ShelfLifeDays, Facts: s.Facts}
			if m, ok := p.Prices[s.ID]; ok && s.OnSale {
				k.Price = new(amountOf(m))
			}
			out.SKUs = append(out.SKUs, k)
		}
		return nil
	})
}

func (a *API) listPrices(ctx context.Context, in *skusInput) (out []price, err error) {
	out = []price{}
	return out, a.db.Read(ctx, func(v *db.View) error {
		offers, err := catalog.Prices(ctx, v, own.Name, in.SKUs)
		for _, id := range in.SKUs {
			if o, ok := offers[id]; ok && o.OnSale {
				out = append(out, price{id, amountOf(o.Price)})
			}
		}
		return err
	})
}

func (a *API) listAvailability(ctx context.Context, in *skusInput) (out []availability, err error) {
	out = []availability{}
	return out, a.db.Read(ctx, func(v *db.View) error {
		left, err := stock.Available(ctx, v, own.Name, in.SKUs)
		for _, id := range in.SKUs {
			out = append(out, availability{id, left[id].Quantity, left[id].BestBefore})
		}
		return err
	})
}
