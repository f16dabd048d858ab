package tailoring

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
)

// SourceOf returns a product as its country makes it, now. Error: NotFound product.unknown.
func SourceOf(ctx context.Context, r db.Reader, product pavilion.ProductID) (Source, error) {
	pages, err := catalog.Pages(ctx, r, []pavilion.ProductID{product})
	if err != nil {
		return Source{}, err
	}
	page, found := pages[product]
	if !found {
		return Source{}, pavilion.E(pavilion.NotFound, "product.unknown", nil)
	}
	return sourceOf(page), nil
}

func sourceOf(page catalog.Page) Source {
	p := page.Product
	s := Source{
		Producer: page.Producer.LegalName, Address: page.Producer.Address, Brand: page.Brand.Name, Category: p.Category,
		Name: p.Name, Description: p.Description, Ingredients: p.IngredientsText, Storage: p.Storage, Origin: p.Origin,
	}
	for _, u := range page.SKUs {
		s.SKUs = append(s.SKUs, SourceSKU{ID: u.ID, GTIN: u.GTIN, Net: u.Net, ShelfLifeDays: u.ShelfLifeDays,
			StorageMinC: u.StorageMinC, StorageMaxC: u.StorageMaxC, Facts: u.Facts})
	}
	return s
}

// JSON returns the form that is stored; the same source is always the same bytes.
func (s Source) JSON() string {
	b, err := json.Marshal(s)
	if err != nil {
		return "{}" // strings, integers, lists and maps of strings always marshal
	}
	return string(b)
}

// ParseSource reads what JSON wrote.
func ParseSource(stored string) (Source, error) {
	var s Source
	if err := json.Unmarshal([]byte(stored), &s); err != nil {
		return Source{}, pavilion.E(pavilion.Internal, "variant.malformed", nil).Because(err)
	}
	return s, nil
}

func (s Source) hash() string {
	sum := sha256.Sum256([]byte(s.JSON()))
	return hex.EncodeToString(sum[:])
}

// SourceChanges returns what differs from one state of a product to the next, field by field,
// named as package catalog names its fields: a SKU's begin with its GTIN.
func SourceChanges(before, after Source) (changes []staff.FieldChange) {
	add := func(field, was, now string) {
		if was != now {
			changes = append(changes, staff.FieldChange{Field: field, Before: was, After: now})
		}
	}
	for _, t := range []struct {
		field    catalog.Field
		was, now pavilion.Text
	}{
		{catalog.FieldName, before.Name, after.Name}, {catalog.FieldDescription, before.Description, after.Description},
		{catalog.FieldIngredients, before.Ingredients, after.Ingredients}, {catalog.FieldStorage, before.Storage, after.Storage},
	} {
		for _, lang := range pavilion.Langs {
			add(string(t.field.In(lang)), t.was[lang], t.now[lang])
		}
	}
	for _, lang := range pavilion.Langs {
		add("legal_name."+string(lang), before.Producer[lang], after.Producer[lang])
		add("address."+string(lang), before.Address[lang], after.Address[lang])
	}
	add(string(catalog.FieldCategory), before.Category, after.Category)
	add(string(catalog.FieldOrigin), before.Origin, after.Origin)
	was := map[pavilion.SKUID]SourceSKU{}
	for _, u := range before.SKUs {
		was[u.ID] = u
	}
	for _, u := range after.SKUs {
		for _, f := range catalog.SKUFields {
			add(string(u.GTIN)+"."+string(f.Name), f.Get(was[u.ID].sku()), f.Get(u.sku()))
		}
		delete(was, u.ID)
	}
	for _, u := range before.SKUs {
		if _, gone := was[u.ID]; gone {
			add(string(u.GTIN)+"."+string(catalog.FieldGTIN), string(u.GTIN), "")
		}
	}
	return changes
}

// sku is the unit as package catalog has it, as far as it is kept.
func (u SourceSKU) sku() catalog.SKU {
	return catalog.SKU{ID: u.ID, GTIN: u.GTIN, Net: u.Net, ShelfLifeDays: u.ShelfLifeDays, StorageMinC: u.StorageMinC, StorageMaxC: u.StorageMaxC, Facts: u.Facts}
}
