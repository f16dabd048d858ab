package catalog

import (
	"context"
	"strings"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestProductAndSKURefusals(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, other := addProducer(t, d, spartak), addProducer(t, d, krasny)
		product, sku := shelfItem{name: pavilion.Text{"ru": "Шоколад"}, gtin: gtin("4810067", 0), fen: 1}.put(t, d, p.ID)
		var foreign pavilion.BrandID
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			foreign, err = SaveBrand(ctx, tx, Brand{Producer: other.ID, Name: pavilion.Text{"ru": "Алёнка"}})
			return err
		})
		name := pavilion.Text{"ru": "x"}
		saveProduct := func(p Product) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { _, err := SaveProduct(ctx, tx, p); return err }
		}
		saveSKU := func(s SKU) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { _, err := SaveSKU(ctx, tx, s); return err }
		}
		saveBrand := func(b Brand) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { _, err := SaveBrand(ctx, tx, b); return err }
		}
		for what, c := range map[string]struct {
			reason string
			do     func(ctx context.Context, tx *db.Tx) error
		}{
			"a product without a name":          {"name.missing", saveProduct(Product{Producer: p.ID})},
			"a product of a book of words":      {"text.too_long", saveProduct(Product{Producer: p.ID, Name: name, IngredientsText: pavilion.Text{"ru": strings.Repeat("сахар, ", 2000)}})},
			"a product of nobody":               {"producer.unknown", saveProduct(Product{Producer: "pdr_0", Name: name})},
			"a product from nowhere":            {"country.malformed", saveProduct(Product{Producer: p.ID, Name: name, Origin: "Belarus"})},
			"the brand of another":              {"brand.unknown", saveProduct(Product{Producer: p.ID, Name: name, Brand: foreign})},
			"a change of no product":            {"product.unknown", saveProduct(Product{ID: "prd_0", Producer: p.ID, Name: name})},
			"a product that moves":              {"product.unknown", saveProduct(Product{ID: product, Producer: other.ID, Name: name})},
			"a SKU with a wrong GTIN":           {"gtin.check_digit", saveSKU(SKU{Product: product, GTIN: "4810067000009"})},
			"a SKU with a GTIN that is there":   {"gtin.taken", saveSKU(SKU{Product: product, GTIN: gtin("4810067", 0)})},
			"a SKU with the prefix of another":  {"gtin.foreign_prefix", saveSKU(SKU{Product: product, GTIN: gtin("4810206", 0)})},
			"a SKU of no product":               {"product.unknown", saveSKU(SKU{Product: "prd_0", GTIN: gtin("4810067", 1)})},
			"a change of no SKU":                {"sku.unknown", saveSKU(SKU{ID: "sku_0", Product: product, GTIN: gtin("4810067", 0)})},
			"a SKU that gets another GTIN":      {"sku.unknown", saveSKU(SKU{ID: sku, Product: product, GTIN: gtin("4810067", 1)})},
			"a brand without a name":            {"name.missing", saveBrand(Brand{Producer: p.ID, Name: pavilion.Text{"ru": "!"}})},
			"a brand that is there":             {"brand.taken", saveBrand(Brand{Producer: other.ID, Name: pavilion.Text{"ru": "«АЛЕНКА»"}})},
			"a change of no brand":              {"brand.unknown", saveBrand(Brand{ID: "brn_0", Producer: p.ID, Name: name})},
			"a brand another producer may have": {"", saveBrand(Brand{Producer: p.ID, Name: pavilion.Text{"ru": "Алёнка"}})},
		} {
			if got := refused(t, d, c.do); got != c.reason {
				t.Errorf("%s: got %q, want %q", what, got, c.reason)
			}
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			if _, err := Lookup(ctx, v, "prd_0", "own"); reason(err) != "product.unknown" {
				t.Errorf("Lookup of nothing: got %v", err)
			}
			return nil
		})
	})
}

func TestCategoriesAreATree(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		name := pavilion.Text{"en": "x"}
		for _, c := range []struct {
			Category
			reason string
		}{
			{Category{Key: "food", Name: name}, ""},
			{Category{Key: "sweets", Parent: "food", Name: name}, ""},
			{Category{Key: "chocolate", Parent: "sweets", Name: name}, ""},
			{Category{Key: "chocolate", Parent: "food", Name: name}, ""},
			{Category{Key: "food", Parent: "chocolate", Name: name}, "category.parent"},
			{Category{Key: "food", Parent: "food", Name: name}, "category.parent"},
			{Category{Key: "new", Parent: "new", Name: name}, "category.parent"},
			{Category{Key: "tea", Parent: "drinks", Name: name}, "category.parent"},
			{Category{Key: "tea"}, "name.missing"},
			{Category{Key: "Чай", Name: name}, "category.key_malformed"},
			{Category{Key: "", Name: name}, "category.key_malformed"},
		} {
			got := refused(t, d, func(ctx context.Context, tx *db.Tx) error { return SetCategory(ctx, tx, c.Category) })
			if got != c.reason {
				t.Errorf("%s below %s: got %q, want %q", c.Key, c.Parent, got, c.reason)
			}
		}
	})
}
