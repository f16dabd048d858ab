package tailoring

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
)

// SourceOf returns a product as its country makes it, now. Error: NotFound product.unknown.
func SourceOf(ctx context.Context, r db.Reader, product pavilion.ProductID) (Source, error) {
	page, err := catalog.Lookup(ctx, r, product, "")
	if err != nil {
		return Source{}, err
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
