package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// keptProduct is a product as those who keep the catalogue see it.
type keptProduct struct {
	ID       pavilion.ProductID  `json:"id"`
	Version  int64               `json:"version" example:"3" doc:"Rises with every change of its facts. A change names the version it was made from."`
	Producer pavilion.ProducerID `json:"producer"`
	ProductFacts
	OnSale       bool          `json:"on_sale" doc:"Whether one of its SKUs may be sold."`
	SKUs         []keptSKU     `json:"skus" doc:"Its packs, the oldest first."`
	Pictures     []keptPicture `json:"pictures,omitempty" doc:"In the order in which they are shown; lists leave them out."`
	Completeness int           `json:"completeness" minimum:"0" maximum:"100" example:"85" doc:"How much is told of what goods of its kind should tell, in percent, rounded down."`
	Missing      []string      `json:"missing" example:"[\"description.ru\"]" doc:"What is not told yet; a word with a language at its end is told in each."`
	CreatedAt    time.Time     `json:"created_at"`
	UpdatedAt    time.Time     `json:"updated_at"`
}

// ProductFacts is what can be changed of a product.
type ProductFacts struct {
	Brand       pavilion.BrandID `json:"brand,omitempty" doc:"One of its producer; missing if it has none."`
	Category    string           `json:"category,omitempty" maxLength:"100" example:"chocolate" doc:"Key of its category; missing as long as it is not sorted."`
	Name        pavilion.Text    `json:"name"`
	Description pavilion.Text    `json:"description,omitempty" doc:"What shoppers read about it."`
	Ingredients pavilion.Text    `json:"ingredients,omitempty" doc:"As printed on the package."`
	Storage     pavilion.Text    `json:"storage,omitempty" doc:"How it is kept."`
	Origin      string           `json:"origin,omitempty" pattern:"^[A-Z]{2}$" patternDescription:"two capital letters" example:"BY" doc:"ISO 3166-1 alpha-2; missing if not stated."`
}

// keptSKU is a SKU as those who keep the catalogue see it.
type keptSKU struct {
	ID      pavilion.SKUID     `json:"id"`
	Version int64              `json:"version" example:"2" doc:"Rises with every change of its facts."`
	Product pavilion.ProductID `json:"product"`
	GTIN    catalog.GTIN       `json:"gtin"`
	SKUFacts
	Ingredients []catalog.Ingredient `json:"ingredients,omitempty" doc:"They follow from the ingredients of the product."`
	OnSale      bool                 `json:"on_sale" doc:"Whether it may be sold."`
	Price       *amount              `json:"price,omitempty" doc:"Of one unit in the shop; missing as long as it has none."`
	UpdatedAt   time.Time            `json:"updated_at"`
}

// SKUFacts is what can be changed of a SKU.
type SKUFacts struct {
	ProducerCode  string   `json:"producer_code,omitempty" maxLength:"100" example:"KOM-118" doc:"The producer’s own article number."`
	Net           *measure `json:"net,omitempty" doc:"Net content of the pack; missing if not stated."`
	GrossWeightG  int64    `json:"gross_weight_g,omitempty" minimum:"0" maximum:"10000000" example:"112" doc:"In grams; 0 or missing is not stated. So are the other measures."`
	LengthMM      int64    `json:"length_mm,omitempty" minimum:"0" maximum:"100000" example:"160" doc:"In millimetres."`
	WidthMM       int64    `json:"width_mm,omitempty" minimum:"0" maximum:"100000" example:"75" doc:"In millimetres."`
	HeightMM      int64    `json:"height_mm,omitempty" minimum:"0" maximum:"100000" example:"10" doc:"In millimetres."`
	CasePack      int64    `json:"case_pack,omitempty" minimum:"0" maximum:"100000" example:"24" doc:"Units in a transport case."`
	ShelfLifeDays int64    `json:"shelf_life_days,omitempty" minimum:"0" maximum:"36500" example:"365" doc:"Days from production to best before."`
	StorageMinC   *int64   `json:"storage_min_c,omitempty" minimum:"-100" maximum:"200" example:"5" doc:"Degrees Celsius."`
	StorageMaxC   *int64   `json:"storage_max_c,omitempty" minimum:"-100" maximum:"200" example:"25" doc:"Degrees Celsius."`
	Composition
}

type keptPicture struct {
	ID     pavilion.PictureID `json:"id"`
	Alt    pavilion.Text      `json:"alt,omitempty" doc:"What it shows, for those who do not see it."`
	Width  int64              `json:"width" example:"1280" doc:"Of its widest size, in pixels."`
	Height int64              `json:"height" example:"960" doc:"Of its widest size, in pixels."`
}

type productsInput struct {
	Paged
	Words    string              `query:"q" maxLength:"200" example:"шоколад" doc:"Words of the name in any language, a GTIN or a producer’s code."`
	Producer pavilion.ProducerID `query:"producer"`
	Brand    pavilion.BrandID    `query:"brand"`
	Category string              `query:"category" maxLength:"100" example:"chocolate" doc:"Key of a category; those below it count too."`
	OnSale   string              `query:"on_sale" enum:"true,false" doc:"Only those that are on sale, or that are not."`
	Missing  catalog.Field       `query:"missing" doc:"Only those that should tell this and do not."`
	Since    time.Time           `query:"updated_since" doc:"Only those changed at this moment or later."`
}

type keptProducts struct {
	Products []keptProduct `json:"products" doc:"One page of them, the newest first."`
	Next     string        `json:"next,omitempty" example:"prd_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

// products registers the operations on the catalogue.
func (a *API) products() {
	unknown := refuses(pavilion.NotFound, "product.unknown")
	unknownSKU := refuses(pavilion.NotFound, "sku.unknown")
	changed := refuses(pavilion.Conflict, "catalog.changed_meanwhile")
	wrong := []refusal{
		refuses(pavilion.Invalid, "name.missing"), refuses(pavilion.Invalid, "text.too_long"), refuses(pavilion.Invalid, "country.malformed"),
		refuses(pavilion.NotFound, "producer.unknown"), refuses(pavilion.NotFound, "brand.unknown"),
	}
	wrongSKU := []refusal{
		unknown, refuses(pavilion.Invalid, "storage.reversed"), refuses(pavilion.Invalid, "measure.zero"), refuses(pavilion.Invalid, "measure.too_fine"),
	}
	const onVersions = "“version” is the one the change was made from. If the thing was changed since, nothing is done, and the problem tells in “args” " +
		"its version now and, in “changes”, each field that differs: what it says now and what this request would have made of it."
	read(a, operation{
		method: http.MethodGet, path: "/office/producers", id: "list-producers", tag: officeProducts, scope: staff.ReadCatalog,
		summary: "List the producers", about: "By the time they joined.",
	}, a.listProducers)
	read(a, operation{
		method: http.MethodGet, path: "/office/brands", id: "list-brands", tag: officeProducts, scope: staff.ReadCatalog,
		summary: "List the brands", about: "By producer.",
	}, a.listBrands)
	read(a, operation{
		method: http.MethodGet, path: "/office/products", id: "list-kept-products", tag: officeProducts, scope: staff.ReadCatalog,
		summary: "List or find products, on sale or not", about: "With all their facts and versions, the newest first.",
		refuses: []refusal{refuses(pavilion.Invalid, "product.fact_unknown")},
	}, a.listKeptProducts)
	read(a, operation{
		method: http.MethodGet, path: "/office/products/{product}", id: "get-kept-product", tag: officeProducts, scope: staff.ReadCatalog,
		summary: "Everything about a product", about: "On sale or not, with its pictures.", refuses: []refusal{unknown},
	}, a.getKeptProduct)
	write(a, operation{
		method: http.MethodPost, path: "/office/products", id: "create-product", tag: officeProducts, scope: staff.WriteCatalog, status: http.StatusCreated,
		summary: "Create a product", about: "It has no SKU yet and is not on sale.", refuses: wrong,
	}, a.createProduct)
	write(a, operation{
		method: http.MethodPut, path: "/office/products/{product}", id: "change-product", tag: officeProducts, scope: staff.WriteCatalog,
		summary: "Change the facts of a product", about: "All facts are set to what is sent; what is left out is no longer stated. " + onVersions,
		refuses: append([]refusal{unknown, changed}, wrong...),
	}, a.changeProduct)
	write(a, operation{
		method: http.MethodPost, path: "/office/products/{product}/skus", id: "create-sku", tag: officeProducts, scope: staff.WriteCatalog, status: http.StatusCreated,
		summary: "Add a SKU to a product", about: "It is not on sale before it is put on sale.",
		refuses: append([]refusal{
			refuses(pavilion.Invalid, "gtin.check_digit"), refuses(pavilion.Conflict, "gtin.foreign_prefix"), refuses(pavilion.Conflict, "gtin.taken"),
		}, wrongSKU...),
	}, a.createSKU)
	write(a, operation{
		method: http.MethodPut, path: "/office/skus/{sku}", id: "change-sku", tag: officeProducts, scope: staff.WriteCatalog,
		summary: "Change the facts of a SKU", about: "All facts are set to what is sent; what is left out is no longer stated. Its product and GTIN stay. " + onVersions,
		refuses: append([]refusal{unknownSKU, changed}, wrongSKU...),
	}, a.changeSKU)
	write(a, operation{
		method: http.MethodPut, path: "/office/skus/{sku}/price", id: "set-price", tag: officeProducts, scope: staff.WritePrices,
		summary: "Set the price of a SKU in the shop", about: "Of one unit, in the shop’s currency. Orders that were placed keep theirs.",
		refuses: []refusal{
			unknownSKU, refuses(pavilion.Invalid, "price.not_positive"), refuses(pavilion.Invalid, "api.currency"), refuses(pavilion.Invalid, "money.too_precise"),
		},
	}, a.setPrice)
	write(a, operation{
		method: http.MethodPut, path: "/office/skus/{sku}/sale", id: "set-on-sale", tag: officeProducts, scope: staff.WritePrices,
		summary: "Put a SKU on sale or take it off", about: "Shoppers see it as long as it is on sale and has a price.", refuses: []refusal{unknownSKU},
	}, a.setOnSale)
	a.pictures()
}

func (a *API) listKeptProducts(ctx context.Context, v *db.View, in *productsInput) (keptProducts, error) {
	f := catalog.ProductFilter{
		Words: in.Words, Producer: in.Producer, Brand: in.Brand, Category: in.Category, Missing: in.Missing, UpdatedSince: in.Since,
	}
	if in.OnSale != "" {
		f.OnSale = new(in.OnSale == "true")
	}
	found, err := catalog.ListProducts(ctx, v, f, own.Name, pavilion.ProductID(in.After), in.more())
	found, next := cut(in.Paged, found, func(l catalog.Listing) string { return string(l.Product.ID) })
	return keptProducts{each(found, listed), next}, err
}

func listed(l catalog.Listing) keptProduct {
	p := keptOf(l.Product, l.OnSale, l.Completeness)
	for _, s := range l.SKUs {
		p.SKUs = append(p.SKUs, keptSKUOf(s, l.Prices))
	}
	return p
}

func keptOf(p catalog.Product, onSale bool, c catalog.Completeness) keptProduct {
	return keptProduct{
		ID: p.ID, Version: p.Version, Producer: p.Producer, OnSale: onSale, SKUs: []keptSKU{},
		ProductFacts: ProductFacts{p.Brand, p.Category, p.Name, p.Description, p.IngredientsText, p.Storage, p.Origin},
		Completeness: c.Percent(), Missing: each(c.Missing(), func(f catalog.Field) string { return string(f) }),
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
}

func keptSKUOf(s catalog.SKU, prices map[pavilion.SKUID]money.Money) keptSKU {
	k := keptSKU{
		ID: s.ID, Version: s.Version, Product: s.Product, GTIN: s.GTIN, OnSale: s.OnSale, UpdatedAt: s.UpdatedAt, Ingredients: s.Facts.Ingredients,
		SKUFacts: SKUFacts{
			ProducerCode: s.ProducerCode, Net: measureOf(s.Net), GrossWeightG: s.GrossWeightG, LengthMM: s.LengthMM, WidthMM: s.WidthMM, HeightMM: s.HeightMM,
			CasePack: s.CasePack, ShelfLifeDays: s.ShelfLifeDays, StorageMinC: s.StorageMinC, StorageMaxC: s.StorageMaxC, Composition: factsOf(s.Facts).Composition,
		},
	}
	if m, ok := prices[s.ID]; ok {
		k.Price = new(amountOf(m))
	}
	return k
}

func (a *API) getKeptProduct(ctx context.Context, v *db.View, in *productInput) (keptProduct, error) {
	return kept(ctx, v, in.Product)
}

// kept reads a product with everything about it. Error: NotFound product.unknown.
func kept(ctx context.Context, r db.Reader, id pavilion.ProductID) (keptProduct, error) {
	p, err := catalog.Lookup(ctx, r, id, own.Name)
	if err != nil {
		return keptProduct{}, err
	}
	categories, err := catalog.Categories(ctx, r)
	if err != nil {
		return keptProduct{}, err
	}
	var goods catalog.Goods
	if i := slices.IndexFunc(categories, func(c catalog.Category) bool { return c.Key == p.Product.Category }); i >= 0 {
		goods = categories[i].Goods
	}
	onSale := slices.ContainsFunc(p.SKUs, func(s catalog.SKU) bool { return s.OnSale })
	out := keptOf(p.Product, onSale, catalog.Complete(p.Product, p.SKUs, p.Pictures, goods))
	out.SKUs = each(p.SKUs, func(s catalog.SKU) keptSKU { return keptSKUOf(s, p.Prices) })
	out.Pictures = each(p.Pictures, func(i catalog.Picture) keptPicture { return keptPicture{i.ID, i.Alt, i.Width, i.Height} })
	return out, nil
}
