package catalog

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
)

func TestUnitPrice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fen  int64
		net  Measure
		want string
	}{
		{2590, Measure{90_000, Gram}, "28.78/100 g"},
		{1000, Measure{200_000, Gram}, "5.00/100 g"},
		{1000, Measure{1_500, Litre}, "0.67/100 ml"},
		{1000, Measure{75_000, Centilitre}, "1.33/100 ml"},
		{1000, Measure{500, Kilogram}, "2.00/100 g"},
		{1, Measure{100_000, Milligram}, "10.00/100 g"},
		{5, Measure{1_000_000, Gram}, "0.01/100 g"}, // half a fen goes up
		{4, Measure{1_000_000, Gram}, "0.00/100 g"},
		{1000, Measure{10_000, Piece}, "1.00/1 pcs"},
		{1000, Measure{1000, Piece}, ""},
		{1000, Measure{1500, Metre}, ""},
		{1000, Measure{}, ""},
		{math.MaxInt64, Measure{1, Gram}, ""},
	}
	for _, test := range tests {
		per, of, ok := UnitPrice(money.New(test.fen, "CNY"), test.net)
		got := ""
		if ok {
			got = per.Decimal() + "/" + of.String()
		}
		if got != test.want {
			t.Errorf("%d fen for %v: got %q, want %q", test.fen, test.net, got, test.want)
		}
	}
}

func TestUnitPriceIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fen, milli := rapid.Int64Range(0, math.MaxInt64).Draw(t, "fen"), rapid.Int64Range(1, 999_999_999_999).Draw(t, "milli")
		want := new(big.Int).Mul(big.NewInt(fen), big.NewInt(200_000)) // twice, so that halves are whole
		want.Add(want, big.NewInt(milli)).Quo(want, big.NewInt(2*milli))
		per, _, ok := UnitPrice(money.New(fen, "CNY"), Measure{milli, Gram})
		if ok != want.IsInt64() || ok && per.Minor() != want.Int64() {
			t.Fatalf("got %d, %t, want %d", per.Minor(), ok, want)
		}
	})
}

func TestPrices(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		var ids []pavilion.SKUID
		want := map[pavilion.SKUID]Offer{}
		for n := range 5 {
			product, sku := shelfItem{name: pavilion.Text{"ru": fmt.Sprint(n)}, gtin: gtin("4810067", n), fen: int64(100 + n)}.put(t, d, p.ID)
			ids = append(ids, sku)
			want[sku] = Offer{SKU: sku, Product: product, Name: pavilion.Text{"ru": fmt.Sprint(n)}, Net: Measure{90_000, Gram}, Price: money.New(int64(100+n), "CNY"), OnSale: true}
		}
		ids = append(ids, "sku_unknown")
		off := want[ids[1]]
		off.OnSale = false
		want[ids[1]] = off
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return SetOnSale(ctx, tx, false, ids[1]) })
		same := cmp.Comparer(func(a, b money.Money) bool { return a == b })
		read(t, d, func(ctx context.Context, v *db.View) error {
			got, err := Prices(ctx, v, "own", ids)
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Error(diff)
			}
			if err != nil {
				return err
			}
			if got, err := Prices(ctx, v, "own", nil); len(got) != 0 || err != nil {
				t.Errorf("of nothing: got %v, %v", got, err)
			}
			if got, err := Prices(ctx, v, "jd", ids); len(got) != 0 || err != nil {
				t.Errorf("on another channel: got %v, %v", got, err)
			}
			return nil
		})
		for what, c := range map[string]struct {
			reason string
			do     func(ctx context.Context, tx *db.Tx) error
		}{
			"no price": {"price.not_positive", func(ctx context.Context, tx *db.Tx) error {
				return SetPrice(ctx, tx, ids[0], "own", money.New(0, "CNY"))
			}},
			"no currency": {"currency.unknown", func(ctx context.Context, tx *db.Tx) error {
				return SetPrice(ctx, tx, ids[0], "own", money.New(1, "XXZ"))
			}},
			"price of nothing": {"sku.unknown", func(ctx context.Context, tx *db.Tx) error {
				return SetPrice(ctx, tx, "sku_0", "own", money.New(1, "CNY"))
			}},
			"nothing on sale": {"sku.unknown", func(ctx context.Context, tx *db.Tx) error {
				return SetOnSale(ctx, tx, true, ids[0], "sku_0")
			}},
		} {
			if got := refused(t, d, c.do); got != c.reason {
				t.Errorf("%s: got %q, want %q", what, got, c.reason)
			}
		}
	})
}

// The shelf is right however prices of a product's SKUs are set at the same time.
func TestPricesSetAtTheSameTime(t *testing.T) {
	t.Parallel()
	const skus, rounds = 6, 5
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		product, first := shelfItem{name: pavilion.Text{"ru": "Шоколад"}, gtin: gtin("4810067", 0), fen: 1000}.put(t, d, p.ID)
		ids := []pavilion.SKUID{first}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			for n := 1; n < skus; n++ {
				id, err := SaveSKU(ctx, tx, SKU{Product: product, GTIN: gtin("4810067", n)})
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		var wait sync.WaitGroup
		for n, id := range ids {
			wait.Go(func() {
				for round := range rounds {
					err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
						if err := SetPrice(t.Context(), tx, id, "own", money.New(int64(100*round+n+1), "CNY")); err != nil {
							return err
						}
						return SetOnSale(t.Context(), tx, round%2 == n%2, id)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		read(t, d, func(ctx context.Context, v *db.View) error {
			cards, _, total, err := Cards(ctx, v, Query{Channel: "own", Words: "шоколад"})
			if err != nil {
				return err
			}
			if total != 1 || cards[0].SKU != ids[0] || cards[0].Price.Minor() != 100*(rounds-1)+1 {
				t.Errorf("got %d cards, %+v", total, cards)
			}
			return nil
		})
	})
}
