package catalog

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
)

// shop is a small catalogue with what the model needs to know about it.
type shop struct {
	items []stocked
}

type stocked struct {
	card   Card
	at     int64 // when the product was made, microseconds
	words  map[string]int64
	onSale bool
}

var (
	shopNames = []pavilion.Text{
		{"ru": "Шоколад горький", "en": "Bitter chocolate", "zh": "黑巧克力"},
		{"ru": "Шоколад молочный", "en": "Milk chocolate", "zh": "牛奶巧克力"},
		{"ru": "Масло сливочное", "en": "Butter", "zh": "黄油"},
		{"ru": "Чай с ёлочкой", "en": "Tea", "zh": "茶"},
		{"ru": "Сгущёнка", "en": "Condensed milk", "zh": "炼乳"},
	}
	shopCategories = []Category{
		{Key: "food", Name: pavilion.Text{"en": "Food"}},
		{Key: "sweets", Parent: "food", Name: pavilion.Text{"ru": "Сладости", "zh": "糖果"}},
		{Key: "chocolate", Parent: "sweets", Name: pavilion.Text{"ru": "Шоколад"}},
		{Key: "dairy", Parent: "food", Name: pavilion.Text{"ru": "Молочное"}},
	}
	shopIngredients = []pavilion.Text{{"ru": "какао, молоко"}, {"ru": "сливки"}, nil}
)

// stockShop fills a database with products, the same on every engine.
func stockShop(t *testing.T, d *db.DB, clock *dbtest.Clock, products int) shop {
	t.Helper()
	var s shop
	random := rand.New(rand.NewPCG(1, 2))
	producers := []Producer{addProducer(t, d, spartak), addProducer(t, d, krasny)}
	brands := []Brand{{}, {Producer: producers[0].ID, Name: pavilion.Text{"ru": "Спартак", "zh": "斯巴达克"}}, {Producer: producers[1].ID, Name: pavilion.Text{"ru": "Любимая Алёнка"}}}
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		for _, c := range shopCategories {
			if err := SetCategory(ctx, tx, c); err != nil {
				return err
			}
		}
		for i := range brands[1:] {
			if brands[i+1].ID, err = SaveBrand(ctx, tx, brands[i+1]); err != nil {
				return err
			}
		}
		return nil
	})
	for n := range products {
		brand := brands[random.IntN(len(brands))]
		producer := producers[random.IntN(2)]
		if brand.Producer != "" && brand.Producer != producer.ID {
			brand = brands[0]
		}
		category := shopCategories[random.IntN(len(shopCategories))]
		p := Product{Producer: producer.ID, Brand: brand.ID, Category: category.Key, Name: shopNames[random.IntN(len(shopNames))], IngredientsText: shopIngredients[random.IntN(len(shopIngredients))]}
		item := stocked{card: Card{Name: p.Name, Brand: brand.Name, Producer: p.Producer, Category: p.Category}, at: clock.Now().UnixMicro()}
		if item.card.Brand == nil {
			item.card.Brand = pavilion.Text{}
		}
		var words weighted
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			if item.card.Product, err = SaveProduct(ctx, tx, p); err != nil {
				return err
			}
			for k := range 1 + random.IntN(3) {
				sku := SKU{Product: item.card.Product, GTIN: gtin(producer.Prefixes[0], 10*n+k), Net: Measure{int64(k+1) * 50_000, Gram}}
				if sku.ID, err = SaveSKU(ctx, tx, sku); err != nil {
					return err
				}
				if on := random.IntN(5) > 0; on {
					if err := SetOnSale(ctx, tx, true, sku.ID); err != nil {
						return err
					}
					words.add(weightName, string(sku.GTIN))
					if random.IntN(5) > 0 {
						price := money.New(1+random.Int64N(20), "CNY")
						if err := SetPrice(ctx, tx, sku.ID, "own", price); err != nil {
							return err
						}
						if !item.onSale || price.Minor() < item.card.Price.Minor() {
							item.onSale, item.card.Price, item.card.SKU, item.card.GTIN, item.card.Net = true, price, sku.ID, sku.GTIN, sku.Net
						}
					}
				} else if err := SetPrice(ctx, tx, sku.ID, "own", money.New(1, "CNY")); err != nil {
					return err
				}
			}
			return nil
		})
		words.addText(weightName, p.Name)
		words.addText(weightBrand, brand.Name)
		words.addText(weightCategory, category.Name)
		words.addText(weightIngredients, p.IngredientsText)
		item.words = words.weight
		s.items = append(s.items, item)
		clock.Advance(1000 * 1000)
	}
	return s
}

// list answers a query the plain way.
func (s shop) list(q Query) []Card {
	below := map[string]bool{q.Category: true}
	for _, c := range shopCategories { // parents stand before their children
		below[c.Key] = below[c.Key] || below[c.Parent]
	}
	type ranked struct {
		Card
		key int64
	}
	var found []ranked
	for _, i := range s.items {
		relevance, all := int64(0), true
		for _, w := range sought(q.Words) {
			best := int64(0)
			for word, weight := range i.words {
				if strings.HasPrefix(word, w) {
					best = max(best, weight)
				}
			}
			relevance, all = relevance+best, all && best > 0
		}
		c := i.card
		if !i.onSale || !all || q.Channel != "own" ||
			q.Category != "" && !below[c.Category] || q.Producer != "" && c.Producer != q.Producer ||
			c.Price.Minor() < q.PriceMin || q.PriceMax > 0 && c.Price.Minor() > q.PriceMax {
			continue
		}
		key := map[string]int64{SortRelevance: -relevance, SortPrice: c.Price.Minor(), SortPriceDesc: -c.Price.Minor(), SortNew: -i.at}[q.Sort]
		found = append(found, ranked{c, key})
	}
	slices.SortFunc(found, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.Product, b.Product)) })
	var cards []Card
	for _, f := range found {
		cards = append(cards, f.Card)
	}
	return cards
}

// Every query finds what the plain way finds, page by page, on both engines.
func TestCardsAgainstModel(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		s := stockShop(t, d, clock, 60)
		producer := s.items[0].card.Producer
		rapid.Check(t, func(rt *rapid.T) {
			q := Query{
				Channel:  rapid.SampledFrom([]string{"own", "own", "own", "jd"}).Draw(rt, "channel"),
				Words:    rapid.SampledFrom([]string{"", "", "шоколад", "Шокол молоч", "巧克力", "奶", "黑巧", "茶", "ёлоч", "молок", "c", "481", "какао алёнка", "нет"}).Draw(rt, "words"),
				Category: rapid.SampledFrom([]string{"", "", "food", "sweets", "chocolate", "unknown"}).Draw(rt, "category"),
				Producer: rapid.SampledFrom([]pavilion.ProducerID{"", producer}).Draw(rt, "producer"),
				Sort:     rapid.SampledFrom([]string{SortRelevance, SortPrice, SortPriceDesc, SortNew}).Draw(rt, "sort"),
				PriceMin: rapid.Int64Range(0, 10).Draw(rt, "min"),
				PriceMax: rapid.SampledFrom([]int64{0, 0, 5, 15}).Draw(rt, "max"),
				Limit:    rapid.IntRange(1, 30).Draw(rt, "limit"),
			}
			want := s.list(q)
			var got []Card
			for {
				var page []Card
				var total int
				var err error
				read(t, d, func(ctx context.Context, v *db.View) error {
					page, q.After, total, err = Cards(ctx, v, q)
					return err
				})
				if total != len(want) {
					rt.Fatalf("total of %+v: got %d, want %d", q, total, len(want))
				}
				got = append(got, page...)
				if q.After == "" {
					break
				}
				if len(page) != q.Limit {
					rt.Fatalf("a page that is not the last has %d cards, want %d", len(page), q.Limit)
				}
			}
			if diff := gocmp.Diff(want, got, gocmp.Comparer(func(a, b money.Money) bool { return a == b })); diff != "" {
				rt.Fatalf("%+v: %s", q, diff)
			}
		})
	})
}

// hostile are texts that have broken other programs.
var hostile = []string{
	`'; drop table product; --`, `" or 1=1`, `%`, `_%_`, `\`, "\x00", "a\x00b", "<script>alert(1)</script>", "{{.}}", `${jndi:ldap://x}`,
	"\xff\xfe", "\u202e", strings.Repeat("word ", 10_000), strings.Repeat("巧", 10_000), strings.Repeat("a", 100_000), "=cmd|' /C calc'!A0",
	"$1", "?", "(%)", "w0", afterAll, afterAll + afterAll,
}

func TestCardsTakeHostileQueries(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		s := stockShop(t, d, clock, 5)
		for _, text := range hostile {
			read(t, d, func(ctx context.Context, v *db.View) error {
				if _, err := Suggest(ctx, v, text); err != nil {
					t.Errorf("Suggest(%.40q): got %v", text, err)
				}
				_, _, total, err := Cards(ctx, v, Query{Channel: "own", Category: text})
				if err != nil || total != 0 {
					t.Errorf("Category %.40q: got %d, %v", text, total, err)
				}
				_, _, _, err = Cards(ctx, v, Query{Channel: "own", Words: text})
				return err
			})
			read(t, d, func(ctx context.Context, v *db.View) error {
				if _, _, _, err := Cards(ctx, v, Query{Channel: "own", After: text}); reason(err) != "cursor.malformed" {
					t.Errorf("After %.40q: got %v", text, err)
				}
				if _, _, _, err := Cards(ctx, v, Query{Channel: "own", Sort: text}); reason(err) != "sort.unknown" {
					t.Errorf("Sort %.40q: got %v", text, err)
				}
				return nil
			})
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			_, _, total, err := Cards(ctx, v, Query{Channel: "own"})
			if want := len(s.list(Query{Channel: "own"})); total != want {
				t.Errorf("afterwards: got %d cards, want %d", total, want)
			}
			return err
		})
	})
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		for n, name := range []pavilion.Text{
			{"ru": "Шоколад горький", "zh": "黑巧克力"}, {"ru": "Шоколад молочный", "en": "Milk chocolate", "zh": "牛奶巧克力"}, {"ru": "Школьный", "zh": "糖"},
		} {
			shelfItem{name: name, gtin: gtin("4810067", n), fen: 100}.put(t, d, p.ID)
		}
		tests := []struct{ typed, want string }{
			{"шоколат", "шоколад"},
			{"шокалад гарький", "шоколад горький"},
			{"горкий шоколад", "горький шоколад"},
			{"choclate", "chocolate"},
			{"白巧克力糖", "巧克力 糖"},
			{"红牛", "牛"},
			{"xyz", ""},
			{"", ""},
		}
		for _, test := range tests {
			read(t, d, func(ctx context.Context, v *db.View) error {
				got, err := Suggest(ctx, v, test.typed)
				if strings.Join(got, " ") != test.want {
					t.Errorf("Suggest(%q): got %q, want %q", test.typed, got, test.want)
				}
				return err
			})
		}
	})
}

// What a product is found by follows what it is called, and ends when it is off the shelf.
func TestWordsFollowTheProduct(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		brand := Brand{Producer: p.ID, Name: pavilion.Text{"ru": "Спартак"}}
		category := Category{Key: "chocolate", Name: pavilion.Text{"ru": "Сладкое"}}
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			if err := SetCategory(ctx, tx, category); err != nil {
				return err
			}
			brand.ID, err = SaveBrand(ctx, tx, brand)
			return err
		})
		product, sku := shelfItem{name: pavilion.Text{"ru": "Плитка"}, gtin: gtin("4810067", 1), brand: brand.ID, category: "chocolate", fen: 1}.put(t, d, p.ID)
		finds := func(words ...string) {
			t.Helper()
			read(t, d, func(ctx context.Context, v *db.View) error {
				for _, w := range words {
					w, want, _ := strings.Cut(w, "=")
					_, _, total, err := Cards(ctx, v, Query{Channel: "own", Words: w})
					if fmt.Sprint(total) != want {
						t.Errorf("%q: got %d, want %s", w, total, want)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		finds("плитка=1", "спартак=1", "сладкое=1", string(gtin("4810067", 1))+"=1")

		brand.Name["zh"], brand.Version = "斯巴达克", 1
		category.Name = pavilion.Text{"ru": "Вкусное"}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := SaveBrand(ctx, tx, brand); err != nil {
				return err
			}
			if err := SetCategory(ctx, tx, category); err != nil {
				return err
			}
			_, err := SaveProduct(ctx, tx, Product{ID: product, Producer: p.ID, Brand: brand.ID, Category: "chocolate", Name: pavilion.Text{"ru": "Батончик"}, Version: 1})
			return err
		})
		finds("плитка=0", "батончик=1", "斯巴=1", "сладкое=0", "вкусное=1")

		write(t, d, func(ctx context.Context, tx *db.Tx) error { return SetOnSale(ctx, tx, false, sku) })
		finds("батончик=0", "=0")
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return SetOnSale(ctx, tx, true, sku) })
		finds("батончик=1", "=1")
	})
}
