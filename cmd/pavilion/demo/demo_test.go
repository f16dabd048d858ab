package demo

import (
	"context"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, want := range []bool{true, false} {
			loaded, err := Load(t.Context(), d, pavilion.DateOf(d.Now(), time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			if loaded != want {
				t.Errorf("loaded: got %v, want %v", loaded, want)
			}
		}
		if err := d.Read(t.Context(), func(v *db.View) error { return complete(t.Context(), t, v) }); err != nil {
			t.Fatal(err)
		}
	})
}

// complete checks that every product of the table is on sale with its words in every
// language.
func complete(ctx context.Context, t *testing.T, v *db.View) error {
	t.Helper()
	rows, err := table("products")
	if err != nil {
		return err
	}
	cards, _, total, err := catalog.Cards(ctx, v, catalog.Query{Channel: own.Name, Limit: 100})
	if err != nil {
		return err
	}
	if total != len(rows) || len(cards) != len(rows) {
		t.Errorf("products: got %d of %d, want %d", len(cards), total, len(rows))
	}
	for _, c := range cards {
		page, err := catalog.Lookup(ctx, v, c.Product, own.Name)
		if err != nil {
			return err
		}
		for _, lang := range pavilion.Langs {
			if page.Product.Name[lang] == "" || page.Product.Description[lang] == "" {
				t.Errorf("%s has no name or description in %s: %v", c.GTIN, lang, page.Product.Name)
			}
		}
		if s := page.SKUs[0]; s.StorageMinC == nil || s.StorageMaxC == nil || s.ShelfLifeDays == 0 {
			t.Errorf("%s does not say how it is stored", c.GTIN)
		}
	}
	return stock.Verify(ctx, v, func(x stock.Difference) error { t.Errorf("stock: %v", x); return nil })
}
