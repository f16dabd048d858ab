package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestListProducts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, other := addProducer(t, d, spartak), addProducer(t, d, krasny)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			for _, c := range []Category{
				{Key: "food", Name: pavilion.Text{"en": "Food"}}, {Key: "chocolate", Parent: "food", Name: pavilion.Text{"en": "Chocolate"}},
				{Key: "linen", Name: pavilion.Text{"en": "Linen"}, Goods: GoodsHousehold},
			} {
				if err := SetCategory(ctx, tx, c); err != nil {
					return err
				}
			}
			return nil
		})
		importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(fullRow("4810067", 1), fullRow("4810067", 2)))
		if err := ListNew(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		shelfItem{name: pavilion.Text{"zh": "亚麻茶巾", "en": "Tea towel"}, gtin: gtin("4810206", 1), category: "linen", fen: 990}.put(t, d, other.ID)
		on, off := true, false
		all := "亚麻茶巾, 精选黑巧克力1, 精选黑巧克力2"
		for what, c := range map[string]struct {
			f    ProductFilter
			want string
		}{
			"all":                                 {ProductFilter{}, all},
			"a word":                              {ProductFilter{Words: "эл"}, "精选黑巧克力1, 精选黑巧克力2"},
			"two words":                           {ProductFilter{Words: "элитный 2"}, "精选黑巧克力2"},
			"words in two languages":              {ProductFilter{Words: "bitter 黑巧克力"}, "精选黑巧克力1, 精选黑巧克力2"},
			"one Chinese character":               {ProductFilter{Words: "巾"}, "亚麻茶巾"},
			"no such word":                        {ProductFilter{Words: "зефир"}, ""},
			"only signs":                          {ProductFilter{Words: "!!!"}, ""},
			"a GTIN":                              {ProductFilter{Words: " " + string(gtin("4810067", 1)) + " "}, "精选黑巧克力1"},
			"a GTIN nobody has":                   {ProductFilter{Words: string(gtin("4810067", 9))}, ""},
			"a producer's code":                   {ProductFilter{Words: "A-2"}, "精选黑巧克力2"},
			"a producer":                          {ProductFilter{Producer: other.ID}, "亚麻茶巾"},
			"a category and below":                {ProductFilter{Category: "food"}, "精选黑巧克力1, 精选黑巧克力2"},
			"no category":                         {ProductFilter{Unsorted: true}, ""},
			"on sale":                             {ProductFilter{OnSale: &on}, "亚麻茶巾"},
			"not on sale":                         {ProductFilter{OnSale: &off, Producer: p.ID}, "精选黑巧克力1, 精选黑巧克力2"},
			"on the shelf of a channel":           {ProductFilter{Channel: "own"}, "亚麻茶巾"},
			"on that of another":                  {ProductFilter{Channel: "jd"}, ""},
			"without a picture":                   {ProductFilter{Missing: FieldPicture}, all},
			"without a Chinese name":              {ProductFilter{Missing: FieldName.In("zh")}, ""},
			"without a Russian name":              {ProductFilter{Missing: FieldName.In("ru")}, "亚麻茶巾"},
			"without nutrition: linen needs none": {ProductFilter{Missing: FieldNutrition}, "精选黑巧克力1, 精选黑巧克力2"},
			"changed since tomorrow":              {ProductFilter{UpdatedSince: d.Now().Add(24 * time.Hour)}, ""},
			"changed since yesterday":             {ProductFilter{UpdatedSince: d.Now().Add(-24 * time.Hour)}, all},
		} {
			read(t, d, func(ctx context.Context, v *db.View) error {
				var names []string
				for after := pavilion.ProductID(""); ; {
					page, err := ListProducts(ctx, v, c.f, "own", after, 2)
					if err != nil {
						return fmt.Errorf("%s: %w", what, err)
					}
					for _, l := range page {
						if after != "" && l.Product.ID >= after {
							t.Errorf("%s: %s stands after %s", what, l.Product.ID, after)
						}
						names = append(names, l.Product.Name["zh"])
						after = l.Product.ID
					}
					if len(page) < 2 {
						break
					}
				}
				slices.Sort(names) // the clock stands still, so that none is newer
				n, err := CountProducts(ctx, v, c.f, 100)
				if got := strings.Join(names, ", "); got != c.want || int(n) != len(names) {
					t.Errorf("%s: got %q, counted %d, want %q", what, got, n, c.want)
				}
				return err
			})
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			if n, err := CountProducts(ctx, v, ProductFilter{}, 2); n != 2 || err != nil {
				t.Errorf("counted up to two: got %d, %v", n, err)
			}
			if _, err := ListProducts(ctx, v, ProductFilter{Missing: "wings"}, "own", "", 1); reason(err) != "product.fact_unknown" {
				t.Errorf("without wings: got %v", err)
			}
			return nil
		})
	})
}

func TestNamesAreFoundAgainAfterTheyChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		id, _ := shelfItem{name: pavilion.Text{"ru": "Плитка горькая", "zh": "黑巧"}, gtin: gtin("4810067", 1), fen: 100}.put(t, d, p.ID)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			page, err := Lookup(ctx, tx, id, "own")
			if err != nil {
				return err
			}
			page.Product.Name = pavilion.Text{"ru": "Плитка молочная"}
			_, err = SaveProduct(ctx, tx, page.Product)
			return err
		})
		read(t, d, func(ctx context.Context, v *db.View) error {
			for words, want := range map[string]int64{"плитка": 1, "молочная": 1, "горькая": 0, "黑巧": 0} {
				if n, err := CountProducts(ctx, v, ProductFilter{Words: words}, 9); n != want || err != nil {
					t.Errorf("%s: got %d, %v, want %d", words, n, err, want)
				}
			}
			return nil
		})
	})
}

func TestNamesOfMarketsAreFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		id, _ := shelfItem{name: pavilion.Text{"ru": "Плитка горькая", "zh": "黑巧"}, gtin: gtin("4810067", 1), fen: 100}.put(t, d, p.ID)
		called := func(name string) {
			write(t, d, func(ctx context.Context, tx *db.Tx) error { return SetMarketName(ctx, tx, id, "there", "zh", name) })
		}
		finds := func(what string, want map[string]int64) {
			read(t, d, func(ctx context.Context, v *db.View) error {
				for words, n := range want {
					if got, err := CountProducts(ctx, v, ProductFilter{Words: words}, 9); got != n || err != nil {
						t.Errorf("%s: %s: got %d, %v, want %d", what, words, got, err, n)
					}
				}
				return nil
			})
		}
		called("晨光黑巧克力")
		finds("called", map[string]int64{"晨光": 1, "巧克力": 1, "黑巧": 1, "горькая": 1})
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			page, err := Lookup(ctx, tx, id, "own")
			if err != nil {
				return err
			}
			page.Product.Name = pavilion.Text{"ru": "Плитка молочная"}
			_, err = SaveProduct(ctx, tx, page.Product)
			return err
		})
		finds("its maker's name changed", map[string]int64{"晨光": 1, "黑巧": 1, "горькая": 0, "молочная": 1})
		called("星空牛奶巧克力")
		finds("called otherwise", map[string]int64{"晨光": 0, "黑巧": 0, "星空": 1, "巧克力": 1, "плитка": 1})
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update product set missing = -1`)
			return err
		})
		if err := ListNew(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		called("")
		finds("not called anything", map[string]int64{"星空": 0, "巧克力": 0, "плитка": 1})
	})
}

func TestCompleteness(t *testing.T) {
	t.Parallel()
	row := fullRow("4810067", 1)
	p := Product{}
	s := SKU{GTIN: row.GTIN}
	row.apply(&p, &s)
	alt := pavilion.Text{"zh": "包装", "en": "Package", "ru": "Упаковка", "be": "Упакоўка"}
	full := s
	full.Facts.Nutrition = &Nutrition{Basis: Gram, KJ: ptr(1), Fat: ptr(1), Carbohydrate: ptr(1), Protein: ptr(1), Salt: ptr(0)}
	whole := p
	whole.Category = "chocolate"
	for _, text := range []*pavilion.Text{&whole.Name, &whole.Description, &whole.IngredientsText, &whole.Storage} {
		*text = alt
	}
	pictures := []Picture{{Alt: alt}}
	none := full
	none.Facts.Allergens, none.Facts.MayContain, none.Facts.NoAllergens = nil, nil, true
	for what, c := range map[string]struct {
		got     Completeness
		percent int
		missing string
	}{
		"all of it":            {Complete(whole, []SKU{full}, pictures, GoodsFood), 100, ""},
		"no allergens at all":  {Complete(whole, []SKU{none}, pictures, GoodsFood), 100, ""},
		"one of two SKUs bare": {Complete(whole, []SKU{full, {}}, pictures, GoodsFood), 76, "net gross_weight size shelf_life temperatures nutrition allergy"},
		"no SKU":               {Complete(whole, nil, pictures, GoodsHousehold), 83, "net gross_weight size"},
		"one picture unsaid":   {Complete(whole, []SKU{full}, append(pictures, Picture{}), ""), 86, "alt.zh alt.en alt.ru alt.be"},
		"nothing":              {Complete(Product{}, nil, nil, GoodsHousehold), 0, "name.zh name.en name.ru name.be description.zh description.en description.ru description.be alt.zh alt.en alt.ru alt.be picture category origin net gross_weight size"},
	} {
		var missing []string
		for _, f := range c.got.Missing() {
			missing = append(missing, string(f))
		}
		if got := strings.Join(missing, " "); c.got.Percent() != c.percent || got != c.missing {
			t.Errorf("%s: got %d%%, without %s, want %d%%, without %s", what, c.got.Percent(), got, c.percent, c.missing)
		}
	}
	if got := Complete(p, []SKU{s}, nil, GoodsFood); got.PercentIn("zh") != 20 || got.PercentIn("be") != 0 || got.PercentIn("ru") != 80 {
		t.Errorf("by language: got zh %d, be %d, ru %d", got.PercentIn("zh"), got.PercentIn("be"), got.PercentIn("ru"))
	}
}

func TestImportedProductsAreEntered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		importInto(t, d, ImportOptions{Producer: p.ID}, fullRows(batchRows+1))
		listed := func(f ProductFilter) (n int64) {
			read(t, d, func(ctx context.Context, v *db.View) (err error) {
				n, err = CountProducts(ctx, v, f, 10_000)
				return err
			})
			return n
		}
		for _, f := range []ProductFilter{{Words: "шоколад"}, {Missing: FieldPicture}} {
			if n := listed(f); n != 0 {
				t.Errorf("before: got %d, want none", n)
			}
		}
		changed := fullRow("4810067", 1)
		changed.Name["ru"] = "Плитка молочная"
		importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(rehash(changed))) // before it is listed
		if err := ListNew(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		for words, want := range map[string]int64{"плитка": 1, "bitter": batchRows + 1} {
			if n := listed(ProductFilter{Words: words}); n != want {
				t.Errorf("%s: got %d, want %d", words, n, want)
			}
		}
		if n := listed(ProductFilter{Missing: FieldPicture}); n != batchRows+1 {
			t.Errorf("without a picture: got %d, want %d", n, batchRows+1)
		}
	})
}
