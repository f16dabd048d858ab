package api

import (
	"context"
	"errors"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/staff"
)

type newProductInput struct {
	Keyed
	Body struct {
		Producer pavilion.ProducerID `json:"producer" doc:"Whose product it is; it never moves to another one."`
		ProductFacts
	}
}

type productChange struct {
	Keyed
	Product pavilion.ProductID `path:"product"`
	Body    struct {
		Version int64 `json:"version" minimum:"1" example:"3" doc:"The version the change was made from."`
		ProductFacts
	}
}

type newSKUInput struct {
	Keyed
	Product pavilion.ProductID `path:"product"`
	Body    struct {
		GTIN catalog.GTIN `json:"gtin" doc:"It stays as it is for ever."`
		SKUFacts
	}
}

type skuChange struct {
	Keyed
	SKU  pavilion.SKUID `path:"sku"`
	Body struct {
		Version int64 `json:"version" minimum:"1" example:"2" doc:"The version the change was made from."`
		SKUFacts
	}
}

type priceChange struct {
	Keyed
	SKU  pavilion.SKUID `path:"sku"`
	Body struct {
		Price amount `json:"price" doc:"Of one unit."`
	}
}

type saleChange struct {
	Keyed
	SKU  pavilion.SKUID `path:"sku"`
	Body struct {
		OnSale bool `json:"on_sale" doc:"Whether it may be sold."`
	}
}

// over is the product with the facts.
func (f ProductFacts) over(p catalog.Product) catalog.Product {
	p.Brand, p.Category, p.Name, p.Origin = f.Brand, f.Category, f.Name, f.Origin
	p.Description, p.IngredientsText, p.Storage = f.Description, f.Ingredients, f.Storage
	return p
}

// over is the SKU with the facts. Errors: those of catalog.ParseMeasure.
func (f SKUFacts) over(s catalog.SKU) (catalog.SKU, error) {
	s.ProducerCode, s.GrossWeightG, s.LengthMM, s.WidthMM, s.HeightMM = f.ProducerCode, f.GrossWeightG, f.LengthMM, f.WidthMM, f.HeightMM
	s.CasePack, s.ShelfLifeDays, s.StorageMinC, s.StorageMaxC, s.Facts = f.CasePack, f.ShelfLifeDays, f.StorageMinC, f.StorageMaxC, f.facts()
	s.Net = catalog.Measure{}
	if f.Net == nil {
		return s, nil
	}
	var err error
	s.Net, err = catalog.ParseMeasure(f.Net.Value + " " + string(f.Net.Unit))
	return s, err
}

func (a *API) createProduct(ctx context.Context, tx *db.Tx, in *newProductInput) (keptProduct, error) {
	id, err := catalog.SaveProduct(ctx, tx, in.Body.over(catalog.Product{Producer: in.Body.Producer}))
	if err != nil {
		return keptProduct{}, err
	}
	return kept(ctx, tx, id)
}

func (a *API) changeProduct(ctx context.Context, tx *db.Tx, in *productChange) (keptProduct, error) {
	now, err := catalog.Lookup(ctx, tx, in.Product, own.Name)
	if err != nil {
		return keptProduct{}, err
	}
	wanted := in.Body.over(now.Product)
	wanted.Version = in.Body.Version
	if _, err := catalog.SaveProduct(ctx, tx, wanted); err != nil {
		return keptProduct{}, overtaken(err, now.Product.Version, catalog.ProductChanges(now.Product, wanted))
	}
	return kept(ctx, tx, in.Product)
}

func (a *API) createSKU(ctx context.Context, tx *db.Tx, in *newSKUInput) (keptSKU, error) {
	s, err := in.Body.over(catalog.SKU{Product: in.Product, GTIN: in.Body.GTIN})
	if err != nil {
		return keptSKU{}, err
	}
	id, err := catalog.SaveSKU(ctx, tx, s)
	if err != nil {
		return keptSKU{}, err
	}
	return skuAs(ctx, tx, id)
}

func (a *API) changeSKU(ctx context.Context, tx *db.Tx, in *skuChange) (keptSKU, error) {
	now, err := catalog.GetSKU(ctx, tx, in.SKU)
	if err != nil {
		return keptSKU{}, err
	}
	wanted, err := in.Body.over(now)
	if err != nil {
		return keptSKU{}, err
	}
	wanted.Version = in.Body.Version
	if _, err := catalog.SaveSKU(ctx, tx, wanted); err != nil {
		return keptSKU{}, overtaken(err, now.Version, catalog.SKUChanges(now, wanted))
	}
	return skuAs(ctx, tx, in.SKU)
}

func (a *API) setPrice(ctx context.Context, tx *db.Tx, in *priceChange) (keptSKU, error) {
	m, err := in.Body.Price.money(a.shop.Market().Currency)
	if err != nil {
		return keptSKU{}, err
	}
	if err := catalog.SetPrice(ctx, tx, in.SKU, own.Name, m); err != nil {
		return keptSKU{}, err
	}
	return skuAs(ctx, tx, in.SKU)
}

func (a *API) setOnSale(ctx context.Context, tx *db.Tx, in *saleChange) (keptSKU, error) {
	if err := catalog.SetOnSale(ctx, tx, in.Body.OnSale, in.SKU); err != nil {
		return keptSKU{}, err
	}
	return skuAs(ctx, tx, in.SKU)
}

// skuAs reads a SKU as it is now. Error: NotFound sku.unknown.
func skuAs(ctx context.Context, r db.Reader, id pavilion.SKUID) (keptSKU, error) {
	s, err := catalog.GetSKU(ctx, r, id)
	if err != nil {
		return keptSKU{}, err
	}
	p, err := catalog.Lookup(ctx, r, s.Product, own.Name)
	return keptSKUOf(s, p.Prices), err
}

// difference is a field of a thing that somebody changed since the caller looked at it.
type difference struct {
	Field string `json:"field"`
	Now   string `json:"now"`
	Yours string `json:"yours"`
}

// overtaken adds to the refusal of a change, which was made from another version, what would
// have become of the thing as it is now.
func overtaken(err error, version int64, changes []staff.FieldChange) error {
	e, ok := errors.AsType[*pavilion.Error](err)
	if !ok || e.Reason != "catalog.changed_meanwhile" {
		return err
	}
	differences := each(changes, func(c staff.FieldChange) difference { return difference{c.Field, c.Before, c.After} })
	return pavilion.E(e.Kind, e.Reason, pavilion.Args{"version": version, "changes": differences})
}
