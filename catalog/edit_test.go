package catalog

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/staff"
)

// history returns all changes noted about a thing, as act: field: before → after.
func history(t testing.TB, d *db.DB, about string) (lines []string, last []staff.Entry) {
	t.Helper()
	read(t, d, func(ctx context.Context, v *db.View) (err error) {
		last, err = staff.Trail(ctx, v, about, "", 100)
		for _, e := range last {
			for _, c := range e.Changes {
				lines = append(lines, e.Act+": "+c.Field+": "+c.Before+" → "+c.After)
			}
		}
		return err
	})
	return lines, last
}

func TestEditsAreNotedAndTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		g := gtin("4810067", 1)
		id, sku := shelfItem{name: pavilion.Text{"ru": "Шоколад"}, gtin: g, fen: 1990}.put(t, d, p.ID)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			page, err := Lookup(ctx, tx, id, "own")
			if err != nil {
				return err
			}
			page.Product.Name = pavilion.Text{"ru": "Шоколад", "zh": "巧克力"}
			page.Product.IngredientsText = pavilion.Text{"ru": "Состав: какао тёртое 72 %, сахар", "zh": "配料：可可液块72%，白砂糖"}
			if _, err := SaveProduct(ctx, tx, page.Product); err != nil {
				return err
			}
			if page, err = Lookup(ctx, tx, id, "own"); err != nil {
				return err
			}
			s := page.SKUs[0]
			s.ShelfLifeDays, s.Facts.Nutrition = 365, &Nutrition{Basis: Gram, Fat: ptr(34_500)}
			if _, err := SaveSKU(ctx, tx, s); err != nil {
				return err
			}
			if err := SetPrice(ctx, tx, sku, "own", money.New(2090, "CNY")); err != nil {
				return err
			}
			return SetOnSale(ctx, tx, false, sku)
		})
		lines, entries := history(t, d, string(id))
		at := string(g)
		want := []string{
			"product.changed: gtin:  → " + at,
			"product.priced: " + at + ".price.own:  → 19.90 CNY",
			"product.sold: " + at + ".on_sale:  → yes",
			"product.changed: name.zh:  → 巧克力",
			"product.changed: ingredients.zh:  → 配料：可可液块72%，白砂糖",
			"product.changed: ingredients.ru:  → Состав: какао тёртое 72 %, сахар",
			"product.changed: " + at + ".shelf_life:  → 365",
			"product.changed: " + at + ".basis:  → g",
			"product.changed: " + at + ".fat:  → 34.5",
			"product.priced: " + at + ".price.own: 19.90 CNY → 20.90 CNY",
			"product.sold: " + at + ".on_sale: yes → ",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("history: %s", diff)
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			page, err := Lookup(ctx, v, id, "own")
			if err != nil {
				return err
			}
			wantList := []Ingredient{{Name: pavilion.Text{"zh": "可可液块", "ru": "какао тёртое"}, Percent: "72"}, {Name: pavilion.Text{"zh": "白砂糖", "ru": "сахар"}}}
			if diff := cmp.Diff(wantList, page.SKUs[0].Facts.Ingredients); diff != "" {
				t.Errorf("the composition follows the ingredients: %s", diff)
			}
			return nil
		})

		restored := func(e staff.Entry, field string) string {
			return refusedOr(t, d, func(ctx context.Context, tx *db.Tx) error { return Restore(ctx, tx, id, e.Number, field) })
		}
		for _, e := range entries {
			for _, c := range e.Changes {
				want := ""
				switch {
				case c.Field == "gtin":
					want = "history.not_kept"
				case c.After == "19.90 CNY" || strings.HasSuffix(c.Field, "on_sale") && c.After == "yes":
					want = "history.changed_since"
				}
				if got := restored(e, c.Field); got != want {
					t.Errorf("%s of entry %d taken back: got %q, want %q", c.Field, e.Number, got, want)
				}
			}
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			page, err := Lookup(ctx, v, id, "own")
			if err != nil {
				return err
			}
			s := page.SKUs[0]
			if page.Product.Name["zh"] != "" || s.ShelfLifeDays != 0 || s.Facts.Nutrition != nil || len(s.Facts.Ingredients) != 0 || !s.OnSale || page.Prices[sku] != money.New(1990, "CNY") {
				t.Errorf("after all was taken back: got %+v, %+v, %v", page.Product, s, page.Prices)
			}
			return nil
		})
		for field, want := range map[string]string{"name.be": "history.unknown", "nothing": "history.unknown"} {
			if got := restored(entries[0], field); got != want {
				t.Errorf("%s: got %q, want %q", field, got, want)
			}
		}
	})
}

// refusedOr is the reason a transaction was refused for, "" if it was not.
func refusedOr(t testing.TB, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) string {
	t.Helper()
	err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return fn(t.Context(), tx) })
	if err == nil {
		return ""
	}
	return reason(err)
}

func TestSecondOfTwoIsTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		id, _ := shelfItem{name: pavilion.Text{"ru": "Шоколад"}, gtin: gtin("4810067", 1), fen: 1990}.put(t, d, p.ID)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			return SetCategory(ctx, tx, Category{Key: "sweets", Name: pavilion.Text{"en": "Sweets"}})
		})
		var page Page
		var maker Producer
		var shelf Category
		read(t, d, func(ctx context.Context, v *db.View) (err error) {
			if page, err = Lookup(ctx, v, id, "own"); err != nil {
				return err
			}
			if maker, err = GetProducer(ctx, v, p.ID); err != nil {
				return err
			}
			all, err := Categories(ctx, v)
			shelf = all[0]
			return err
		})
		for what, save := range map[string]func(ctx context.Context, tx *db.Tx, said string) error{
			"product": func(ctx context.Context, tx *db.Tx, said string) error {
				mine := page.Product
				mine.Name = pavilion.Text{"ru": said}
				_, err := SaveProduct(ctx, tx, mine)
				return err
			},
			"sku": func(ctx context.Context, tx *db.Tx, said string) error {
				mine := page.SKUs[0]
				mine.ProducerCode = said
				_, err := SaveSKU(ctx, tx, mine)
				return err
			},
			"producer": func(ctx context.Context, tx *db.Tx, said string) error {
				mine := maker
				mine.LegalName = pavilion.Text{"ru": said}
				_, err := SaveProducer(ctx, tx, mine)
				return err
			},
			"category": func(ctx context.Context, tx *db.Tx, said string) error {
				mine := shelf
				mine.Name = pavilion.Text{"ru": said}
				return SetCategory(ctx, tx, mine)
			},
		} {
			first := refusedOr(t, d, func(ctx context.Context, tx *db.Tx) error { return save(ctx, tx, "first") })
			second := refusedOr(t, d, func(ctx context.Context, tx *db.Tx) error { return save(ctx, tx, "second") })
			if first != "" || second != "catalog.changed_meanwhile" {
				t.Errorf("%s: got %q and %q, want the second one refused", what, first, second)
			}
		}
	})
}

func TestFieldsReadWhatTheyWrite(t *testing.T) {
	t.Parallel()
	row := fullRow("4810067", 1)
	var p Product
	s := SKU{GTIN: row.GTIN}
	row.apply(&p, &s)
	p.Brand = "brn_1"
	var copied Product
	for _, f := range ProductFields {
		if err := f.Set(&copied, f.Get(p)); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if diff := cmp.Diff(p, copied); diff != "" {
		t.Errorf("product: %s", diff)
	}
	again := SKU{GTIN: s.GTIN, Facts: Facts{Ingredients: s.Facts.Ingredients}}
	for _, f := range SKUFields {
		if err := f.Set(&again, f.Get(s)); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if diff := cmp.Diff(s, again); diff != "" {
		t.Errorf("SKU: %s", diff)
	}
	for field, bad := range map[Field][]string{
		FieldNet: {"90", "x g", "0 g"}, FieldGrossWeight: {"-1", "1.5", "99999999999"}, FieldStorageMin: {"warm", "300"},
		FieldAllergens: {"milk stones"}, FieldBasis: {"kg"}, FieldFat: {"x", "1.2345", "-1", "1,234"}, FieldKJ: {"1.5"},
	} {
		at := indexOf(SKUFields, field)
		for _, value := range bad {
			if err := SKUFields[at].Set(&SKU{}, value); pavilion.KindOf(err) != pavilion.Invalid {
				t.Errorf("%s = %q: got %v, want it refused", field, value, err)
			}
		}
	}
	if err := ProductFields[0].Set(&p, strings.Repeat("长", 301)); reason(err) != "text.too_long" {
		t.Errorf("a name of 301 characters: got %v", err)
	}
}

func indexOf(fields []SKUField, name Field) int {
	for i, f := range fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}

func TestImportsAreNoted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		o := ImportOptions{Producer: p.ID}
		addCategory(t, d, "chocolate")
		importInto(t, d, o, sheetOf(fullRow("4810067", 1), fullRow("4810067", 2)))
		changed := fullRow("4810067", 1)
		changed.Name["ru"], changed.CasePack = "Шоколад молочный", 24
		importInto(t, d, o, sheetOf(rehash(changed), fullRow("4810067", 2)))
		id := catalogue(t, d, changed.GTIN)[changed.GTIN].Product.ID
		lines, _ := history(t, d, string(id))
		want := []string{
			"product.imported: name.ru: Шоколад горький элитный 1 → Шоколад молочный",
			"product.imported: " + string(changed.GTIN) + ".case_pack: 20 → 24",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Error(diff)
		}
	})
}
