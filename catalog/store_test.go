package catalog

import (
	"context"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
)

// write runs fn in a transaction that must succeed.
func write(t testing.TB, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// refused runs fn in a transaction that must fail, and returns the reason.
func refused(t testing.TB, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) string {
	t.Helper()
	return reason(d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return fn(t.Context(), tx) }))
}

// read runs fn on a view.
func read(t testing.TB, d *db.DB, fn func(ctx context.Context, v *db.View) error) {
	t.Helper()
	if err := d.Read(t.Context(), func(v *db.View) error { return fn(t.Context(), v) }); err != nil {
		t.Fatal(err)
	}
}

// Two producers of the tests.
var (
	spartak = Producer{Country: "BY", TaxNumber: "400078303", LegalName: pavilion.Text{"ru": "СП ОАО «Спартак»", "en": "Spartak"}, Prefixes: []string{"4810067"}}
	krasny  = Producer{Country: "BY", TaxNumber: "100325912", LegalName: pavilion.Text{"ru": "Красный пищевик", "en": "Krasny Pishchevik"}, Prefixes: []string{"4810206"}}
)

// addProducer saves a producer and returns it with its ID.
func addProducer(t testing.TB, d *db.DB, p Producer) Producer {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		p.ID, err = SaveProducer(ctx, tx, p)
		return err
	})
	return p
}

// shelfItem is a product with one SKU, to be put on sale on the channel "own".
type shelfItem struct {
	name     pavilion.Text
	gtin     GTIN
	brand    pavilion.BrandID
	category string
	text     pavilion.Text // ingredients
	fen      int64
}

func (i shelfItem) put(t testing.TB, d *db.DB, producer pavilion.ProducerID) (pavilion.ProductID, pavilion.SKUID) {
	t.Helper()
	var product pavilion.ProductID
	var sku pavilion.SKUID
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		product, err = SaveProduct(ctx, tx, Product{Producer: producer, Brand: i.brand, Category: i.category, Name: i.name, IngredientsText: i.text})
		if err != nil {
			return err
		}
		if sku, err = SaveSKU(ctx, tx, SKU{Product: product, GTIN: i.gtin, Net: Measure{90_000, Gram}}); err != nil {
			return err
		}
		if err := SetPrice(ctx, tx, sku, "own", money.New(i.fen, "CNY")); err != nil {
			return err
		}
		return SetOnSale(ctx, tx, true, sku)
	})
	return product, sku
}

func TestOneProductFromProducerToCard(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			return SetCategory(ctx, tx, Category{Key: "chocolate", Name: pavilion.Text{"en": "Chocolate", "zh": "巧克力"}})
		})
		product, sku := shelfItem{name: pavilion.Text{"ru": "Шоколад горький"}, gtin: "4810067073123", category: "chocolate", fen: 2590}.put(t, d, p.ID)
		read(t, d, func(ctx context.Context, v *db.View) error {
			cards, next, total, err := Cards(ctx, v, Query{Channel: "own", Words: "巧克力 шокол", Category: "chocolate", Sort: SortPriceDesc})
			if err != nil {
				return err
			}
			if len(cards) != 1 || next != "" || total != 1 || cards[0].Product != product || cards[0].SKU != sku || cards[0].Price != money.New(2590, "CNY") {
				t.Errorf("Cards: got %v, %q, %d", cards, next, total)
			}
			page, err := Lookup(ctx, v, product, "own")
			if err != nil {
				return err
			}
			if page.Prices[sku] != money.New(2590, "CNY") || page.Producer.TaxNumber != spartak.TaxNumber || !page.SKUs[0].OnSale {
				t.Errorf("Lookup: got %+v", page)
			}
			return nil
		})
	})
}
