package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
)

// sheetOf is a sheet with those rows, numbered from 2 on.
func sheetOf(rows ...ProductRow) readRows {
	return func(ctx context.Context, each func(ProductRow) error) (SheetInfo, error) {
		for i, row := range rows {
			row.Number = i + 2
			if err := each(row); err != nil {
				return SheetInfo{}, err
			}
		}
		return SheetInfo{Sheet: "Товары", Header: map[Field]int{FieldGTIN: 1, FieldCategory: 4}, Rows: len(rows)}, nil
	}
}

// gtin makes the nth number of a company prefix.
func gtin(prefix string, n int) GTIN {
	digits := fmt.Sprintf("%s%0*d", prefix, 12-len(prefix), n)
	return GTIN(digits + string(CheckDigit(digits)))
}

// fullRow is the nth product with every field stated.
func fullRow(prefix string, n int) ProductRow {
	number := strconv.Itoa(n)
	cold, warm, energy, fat := int64(3), int64(21), int64(2300), int64(34_500)
	row := ProductRow{
		GTIN: gtin(prefix, n), ProducerCode: "A-" + number, Brand: "Спартак", Category: "chocolate",
		Name:            pavilion.Text{"ru": "Шоколад горький элитный " + number, "en": "Elite bitter chocolate " + number, "zh": "精选黑巧克力" + number},
		Description:     pavilion.Text{"ru": "Горький шоколад с высоким содержанием какао из Беларуси"},
		IngredientsText: pavilion.Text{"ru": "какао тёртое, сахар, какао-масло, эмульгатор лецитин соевый, ароматизатор ванилин"},
		Storage:         pavilion.Text{"ru": "Хранить при температуре от +3 до +21 °C"},
		Net:             Measure{90_000, Gram}, GrossWeightG: 100, LengthMM: 160, WidthMM: 80, HeightMM: 10, CasePack: 20, ShelfLifeDays: 365,
		StorageMinC: &cold, StorageMaxC: &warm, Origin: "BY",
		Facts: Facts{
			Ingredients: []Ingredient{{Name: pavilion.Text{"ru": "какао тёртое"}, Percent: "72"}, {Name: pavilion.Text{"ru": "сахар"}}, {Name: pavilion.Text{"ru": "какао-масло"}}},
			Allergens:   []string{"soy"}, MayContain: []string{"milk", "nuts"},
			Nutrition: &Nutrition{Basis: Gram, KJ: &energy, Fat: &fat},
		},
	}
	return rehash(row)
}

// rehash gives a row the hash that belongs to what it says now, as ReadSheet would.
func rehash(row ProductRow) ProductRow {
	row.Hash = ""
	b, err := json.Marshal(row)
	if err != nil {
		panic(err)
	}
	row.Hash = fmt.Sprintf("%x", sha256.Sum256(b))
	return row
}

func importInto(t testing.TB, d *db.DB, o ImportOptions, read readRows) Report {
	t.Helper()
	report, err := importRows(t.Context(), d, pavilion.System("test"), o, read)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// fullRows is a sheet of so many full rows.
func fullRows(rows int) readRows {
	return func(ctx context.Context, each func(ProductRow) error) (SheetInfo, error) {
		for i := range rows {
			if err := each(fullRow("4810067", i)); err != nil {
				return SheetInfo{}, err
			}
		}
		return SheetInfo{Rows: rows}, nil
	}
}

// counts are the numbers of a report in short.
func counts(r Report) string {
	return fmt.Sprintf("%d rows: %d new, %d changed, %d same, %d bad", r.Rows, r.New, r.Changed, r.Same, r.Bad)
}

func wantCounts(t testing.TB, what string, r Report, want string) {
	t.Helper()
	if got := counts(r); got != want {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

// entry is what the catalogue has under a GTIN.
type entry struct {
	Product Product
	Brand   string
	SKU     SKU
}

// catalogue returns what there is under the GTINs.
func catalogue(t testing.TB, d *db.DB, gtins ...GTIN) map[GTIN]entry {
	t.Helper()
	all := map[GTIN]entry{}
	read(t, d, func(ctx context.Context, v *db.View) error {
		skus, err := FindGTINs(ctx, v, gtins...)
		if err != nil {
			return err
		}
		var ids []pavilion.ProductID
		for _, s := range skus {
			ids = append(ids, s.Product)
		}
		found, err := db.AllKeyed(ctx, v, scanProduct, selectProducts, ids)
		if err != nil {
			return err
		}
		products := map[pavilion.ProductID]Product{}
		for _, p := range found {
			products[p.ID] = p
		}
		brands, err := Brands(ctx, v)
		if err != nil {
			return err
		}
		names := map[pavilion.BrandID]string{}
		for _, b := range brands {
			names[b.ID] = b.Name.Best(pavilion.Russian)
		}
		for g, s := range skus {
			p := products[s.Product]
			all[g] = entry{p, names[p.Brand], s}
		}
		return nil
	})
	return all
}

func TestImportTakesEveryField(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		row := fullRow("4810067", 1)
		report := importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(row))
		wantCounts(t, "import", report, "1 rows: 1 new, 0 changed, 0 same, 0 bad")
		got := catalogue(t, d, row.GTIN)[row.GTIN]
		want := entry{
			Product: Product{Producer: p.ID, Category: "chocolate", Name: row.Name, Description: row.Description, IngredientsText: row.IngredientsText,
				Storage: row.Storage, Origin: "BY", CreatedAt: dbtest.Start, UpdatedAt: dbtest.Start, Version: 1},
			Brand: "Спартак",
			SKU: SKU{GTIN: row.GTIN, ProducerCode: "A-1", Net: row.Net, GrossWeightG: 100, LengthMM: 160, WidthMM: 80, HeightMM: 10, CasePack: 20, ShelfLifeDays: 365,
				StorageMinC: row.StorageMinC, StorageMaxC: row.StorageMaxC, Facts: row.Facts, CreatedAt: dbtest.Start, UpdatedAt: dbtest.Start, Version: 1},
		}
		made := cmpopts.IgnoreTypes(pavilion.ProductID(""), pavilion.SKUID(""), pavilion.BrandID(""))
		if diff := cmp.Diff(want, got, made); diff != "" {
			t.Error(diff)
		}
	})
}

func addCategory(t testing.TB, d *db.DB, key string) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		return SetCategory(ctx, tx, Category{Key: key, Name: pavilion.Text{"en": key}})
	})
}

func TestImportAllOrOnlyGood(t *testing.T) {
	t.Parallel()
	bad := fullRow("4810067", 2)
	bad.Findings = []pavilion.Finding{{Severity: pavilion.Blocks, Reason: "name.missing", Field: "name", Place: pavilion.Place{Row: 3, Column: 2}}}
	sheet := sheetOf(fullRow("4810067", 1), bad, fullRow("4810067", 3))
	gtins := []GTIN{gtin("4810067", 1), gtin("4810067", 2), gtin("4810067", 3)}
	tests := []struct {
		name    string
		o       ImportOptions
		written bool
		there   int
	}{
		{"dry run", ImportOptions{DryRun: true}, false, 0},
		{"dry run of the good", ImportOptions{DryRun: true, OnlyGood: true}, false, 0},
		{"all", ImportOptions{}, false, 0},
		{"only the good", ImportOptions{OnlyGood: true}, true, 2},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		for _, test := range tests {
			test.o.Producer = p.ID
			report := importInto(t, d, test.o, sheet)
			wantCounts(t, test.name, report, "3 rows: 2 new, 0 changed, 0 same, 1 bad")
			if report.Written != test.written || len(catalogue(t, d, gtins...)) != test.there {
				t.Errorf("%s: got written %t and %d there, want %t and %d", test.name, report.Written, len(catalogue(t, d, gtins...)), test.written, test.there)
			}
			if len(report.Findings) != 1 || report.Findings[0].Reason != "name.missing" || report.Findings[0].Place != (pavilion.Place{Sheet: "Товары", Row: 3, Column: 2}) {
				t.Errorf("%s: got findings %+v", test.name, report.Findings)
			}
		}
	})
}

func TestImportRefusesTheNumbersOfOthers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first, second := addProducer(t, d, spartak), addProducer(t, d, krasny)
		addCategory(t, d, "chocolate")
		unowned := fullRow("4819999", 1) // of no known prefix: whoever comes first
		importInto(t, d, ImportOptions{Producer: first.ID}, sheetOf(unowned))
		report := importInto(t, d, ImportOptions{Producer: second.ID, OnlyGood: true}, sheetOf(fullRow("4810067", 1), unowned, fullRow("4810206", 1)))
		wantCounts(t, "import", report, "3 rows: 1 new, 0 changed, 0 same, 2 bad")
		want := []pavilion.Finding{
			{Severity: pavilion.Blocks, Reason: "gtin.foreign_prefix", Field: "gtin", Place: pavilion.Place{Sheet: "Товары", Row: 2, Column: 1},
				Args: pavilion.Args{"prefix": "4810067", "producer": spartak.LegalName}},
			{Severity: pavilion.Blocks, Reason: "gtin.taken_by", Field: "gtin", Place: pavilion.Place{Sheet: "Товары", Row: 3, Column: 1},
				Args: pavilion.Args{"producer": spartak.LegalName}},
		}
		if diff := cmp.Diff(want, report.Findings); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImportRefusesTheSheetOfAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		stating := func(number string) readRows {
			return func(ctx context.Context, each func(ProductRow) error) (SheetInfo, error) {
				info, err := sheetOf(fullRow("4810067", 1))(ctx, each)
				info.TaxNumber = number
				return info, err
			}
		}
		for _, o := range []ImportOptions{{Producer: p.ID}, {Producer: p.ID, DryRun: true}, {Producer: p.ID, OnlyGood: true}} {
			_, err := importRows(t.Context(), d, pavilion.System("test"), o, stating(krasny.TaxNumber))
			if reason(err) != "import.other_producer" || len(catalogue(t, d, gtin("4810067", 1))) != 0 {
				t.Errorf("%+v: got %v", o, err)
			}
		}
		wantCounts(t, "its own", importInto(t, d, ImportOptions{Producer: p.ID}, stating(spartak.TaxNumber)), "1 rows: 1 new, 0 changed, 0 same, 0 bad")
		_, err := importRows(t.Context(), d, pavilion.System("test"), ImportOptions{Producer: "pdr_0"}, stating(""))
		if reason(err) != "producer.unknown" {
			t.Errorf("for nobody: got %v", err)
		}
	})
}

// Without a producer in the options the sheet says whose products they are.
func TestImportFindsTheProducer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		addProducer(t, d, krasny)
		addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		stating := func(number string) *testBook {
			rows := slices.Clone(alyonka)
			rows[1] = []any{"Производитель:", "ОАО «Спартак»", nil, number}
			return bookOf(rows...)
		}
		for _, test := range []struct {
			book *testBook
			want string
		}{
			{stating("УНП " + spartak.TaxNumber), ""},
			{stating("УНП 400078265"), "import.unknown_producer"},
			{stating(""), "import.no_producer"},
			{bookOf([]any{"no", "heading"}), "sheet.no_header"},
		} {
			src := bytes.NewReader(test.book.bytes())
			report, err := Import(t.Context(), d, pavilion.System("test"), src, src.Size(), ImportOptions{DryRun: true})
			if reason(err) != test.want || test.want == "" && report.New != 1 {
				t.Errorf("got %d new, %v, want %q", report.New, err, test.want)
			}
		}
	})
}

// A sheet adds and changes; what it does not say stays.
func TestImportKeepsWhatTheSheetDoesNotSay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		row := fullRow("4810067", 1)
		o := ImportOptions{Producer: p.ID}
		importInto(t, d, o, sheetOf(row))
		before := catalogue(t, d, row.GTIN)[row.GTIN]
		edited := before.Product
		edited.Name = pavilion.Text{"ru": row.Name["ru"], "zh": "译文", "be": "Шакалад"}
		facts := before.SKU
		facts.Facts.Ingredients[1].Name["zh"] = "白砂糖"
		price := money.New(2590, "CNY")
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := SaveProduct(ctx, tx, edited); err != nil {
				return err
			}
			if _, err := SaveSKU(ctx, tx, facts); err != nil {
				return err
			}
			if err := SetPrice(ctx, tx, before.SKU.ID, "own", price); err != nil {
				return err
			}
			return SetOnSale(ctx, tx, true, before.SKU.ID)
		})
		wantCounts(t, "the same sheet", importInto(t, d, o, sheetOf(row)), "1 rows: 0 new, 0 changed, 1 same, 0 bad")

		sparse := rehash(ProductRow{GTIN: row.GTIN, Name: pavilion.Text{"ru": "Шоколад новый"}, CasePack: 24,
			Facts: Facts{Ingredients: []Ingredient{{Name: pavilion.Text{"ru": "сахар"}, Percent: "40"}, {Name: pavilion.Text{"ru": "молоко"}}}, Nutrition: &Nutrition{Basis: Gram, Fat: ptr(30_000)}}})
		report := importInto(t, d, o, sheetOf(sparse))
		wantCounts(t, "a sparse sheet", report, "1 rows: 0 new, 1 changed, 0 same, 0 bad")
		want := []Change{{Row: 2, GTIN: row.GTIN, Name: pavilion.Text{"ru": "Шоколад новый", "zh": "译文", "be": "Шакалад"}, Fields: []FieldChange{
			{"name.ru", "Шоколад горький элитный 1", "Шоколад новый"},
			{FieldCasePack, "20", "24"},
			{FieldIngredients, "какао тёртое 72%, сахар, какао-масло", "сахар 40%, молоко"},
			{FieldFat, "34500", "30000"},
		}}}
		if diff := cmp.Diff(want, report.Changes); diff != "" {
			t.Error(diff)
		}
		after := catalogue(t, d, row.GTIN)[row.GTIN]
		wantProduct, wantSKU := edited, facts
		wantProduct.Name = want[0].Name
		wantSKU.CasePack, wantSKU.OnSale = 24, true
		wantProduct.Version, wantSKU.Version = after.Product.Version, after.SKU.Version // it rises; the conflict tests look at it
		wantSKU.Facts.Ingredients = []Ingredient{{Name: pavilion.Text{"ru": "сахар", "zh": "白砂糖"}, Percent: "40"}, {Name: pavilion.Text{"ru": "молоко"}}}
		wantSKU.Facts.Nutrition = &Nutrition{Basis: Gram, KJ: ptr(2300), Fat: ptr(30_000)}
		if diff := cmp.Diff(entry{wantProduct, "Спартак", wantSKU}, after); diff != "" {
			t.Error(diff)
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			cards, _, total, err := Cards(ctx, v, Query{Channel: "own", Words: "новый"})
			if total != 1 || cards[0].Price != price {
				t.Errorf("found by its new name: got %d, %v", total, cards)
			}
			return err
		})
	})
}

// Rows whose SKUs stand under one product change it together.
func TestImportOfTwoSKUsOfOneProduct(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		small, large := fullRow("4810067", 1), fullRow("4810067", 2)
		product, _ := shelfItem{name: pavilion.Text{"ru": "Шоколад"}, gtin: small.GTIN, fen: 1}.put(t, d, p.ID)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := SaveSKU(ctx, tx, SKU{Product: product, GTIN: large.GTIN})
			return err
		})
		delete(small.Name, "zh")
		sheet := sheetOf(small, rehash(ProductRow{GTIN: large.GTIN, Name: pavilion.Text{"zh": "大块巧克力"}, CasePack: 5}))
		wantCounts(t, "first", importInto(t, d, ImportOptions{Producer: p.ID}, sheet), "2 rows: 0 new, 2 changed, 0 same, 0 bad")
		wantCounts(t, "again", importInto(t, d, ImportOptions{Producer: p.ID}, sheet), "2 rows: 0 new, 0 changed, 2 same, 0 bad")
		all := catalogue(t, d, small.GTIN, large.GTIN)
		if got := all[large.GTIN]; got.Product.ID != product || got.Product.Name["zh"] != "大块巧克力" || got.Product.Name["ru"] != small.Name["ru"] || got.SKU.CasePack != 5 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestImportMakesABrandOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := SaveBrand(ctx, tx, Brand{Producer: p.ID, Name: pavilion.Text{"ru": "Спартак", "zh": "斯巴达克"}})
			return err
		})
		var rows []ProductRow
		for i, brand := range []string{"斯巴达克", "«СПАРТАК»", "Слодыч", "слодыч ", ""} {
			row := fullRow("4810067", i)
			row.Brand = brand
			rows = append(rows, rehash(row))
		}
		importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(rows...))
		read(t, d, func(ctx context.Context, v *db.View) error {
			brands, err := Brands(ctx, v)
			if len(brands) != 2 {
				t.Errorf("got brands %v, want two", brands)
			}
			return err
		})
		all := catalogue(t, d, gtin("4810067", 0), gtin("4810067", 1), gtin("4810067", 2), gtin("4810067", 3), gtin("4810067", 4))
		for i, want := range []string{"Спартак", "Спартак", "Слодыч", "Слодыч", ""} {
			if got := all[gtin("4810067", i)].Brand; got != want {
				t.Errorf("brand of row %d: got %q, want %q", i, got, want)
			}
		}
	})
}

// A category that is not known yet leaves the product unsorted, and sorts it once it is.
func TestImportSortsLater(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		row := fullRow("4810067", 1)
		o := ImportOptions{Producer: p.ID}
		report := importInto(t, d, o, sheetOf(row))
		wantCounts(t, "before", report, "1 rows: 1 new, 0 changed, 0 same, 0 bad")
		want := []pavilion.Finding{{Severity: pavilion.Warns, Reason: "category.unknown", Field: "category", Place: pavilion.Place{Sheet: "Товары", Row: 2, Column: 4}, Args: pavilion.Args{"value": categoryName("chocolate")}}}
		if diff := cmp.Diff(want, report.Findings); diff != "" {
			t.Error(diff)
		}
		addCategory(t, d, "chocolate")
		report = importInto(t, d, o, sheetOf(row))
		wantCounts(t, "after", report, "1 rows: 0 new, 1 changed, 0 same, 0 bad")
		if diff := cmp.Diff([]FieldChange{{FieldCategory, "", "chocolate"}}, report.Changes[0].Fields); diff != "" {
			t.Error(diff)
		}
	})
}

// drawRows draws a sheet of a few products that state more or less.
func drawRows(t *rapid.T, label string) []ProductRow {
	var rows []ProductRow
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 9), 1, 8, rapid.ID).Draw(t, label) {
		row := fullRow("4810067", n)
		state := func(what string) bool { return rapid.Bool().Draw(t, what) }
		row.Name["ru"] = rapid.SampledFrom([]string{"Шоколад", "Мармелад", hostile[0], hostile[6]}).Draw(t, "name")
		if !state("zh") {
			delete(row.Name, "zh")
		}
		if !state("net") {
			row.Net = Measure{}
		}
		if !state("facts") {
			row.Facts = Facts{}
		}
		row.Brand = rapid.SampledFrom([]string{"", "Спартак", "Слодыч", "斯巴达克"}).Draw(t, "brand")
		row.CasePack = rapid.Int64Range(0, 3).Draw(t, "case")
		rows = append(rows, rehash(row))
	}
	return rows
}

// Whatever was there before: a dry run foretells the import, and the same sheet again
// changes nothing.
func TestImportTwiceIsImportOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		var gtins []GTIN
		for n := range 10 {
			gtins = append(gtins, gtin("4810067", n))
		}
		rapid.Check(t, func(rt *rapid.T) {
			sheet := sheetOf(drawRows(rt, "rows")...)
			before := catalogue(t, d, gtins...)
			foretold := importInto(t, d, ImportOptions{Producer: p.ID, DryRun: true}, sheet)
			if diff := cmp.Diff(before, catalogue(t, d, gtins...)); diff != "" {
				rt.Fatalf("the dry run changed %s", diff)
			}
			done := importInto(t, d, ImportOptions{Producer: p.ID}, sheet)
			if done.Written = false; !cmp.Equal(foretold, done) {
				rt.Fatalf("the dry run foretold otherwise: %s", cmp.Diff(foretold, done))
			}
			after := catalogue(t, d, gtins...)
			again := importInto(t, d, ImportOptions{Producer: p.ID}, sheet)
			if again.Same != again.Rows || again.Rows == 0 {
				rt.Fatalf("again: got %s", counts(again))
			}
			if diff := cmp.Diff(after, catalogue(t, d, gtins...)); diff != "" {
				rt.Fatalf("the second import changed %s", diff)
			}
		})
	})
}

// A run that ends in the middle leaves whole rows, and running it again completes it.
func TestImportIsCompletedByRunningItAgain(t *testing.T) {
	t.Parallel()
	const rows = 3*batchRows + 10
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		ctx, stop := context.WithCancel(t.Context())
		o := ImportOptions{Producer: p.ID, Progress: func(step Step, rows int) {
			if step == Writing {
				stop()
			}
		}}
		report, err := importRows(ctx, d, pavilion.System("test"), o, fullRows(rows))
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		there := report.New
		if there != batchRows {
			t.Errorf("interrupted: got %d rows, want %d", there, batchRows)
		}
		report = importInto(t, d, ImportOptions{Producer: p.ID}, fullRows(rows))
		wantCounts(t, "again", report, fmt.Sprintf("%d rows: %d new, 0 changed, %d same, 0 bad", rows, rows-there, there))
	})
}

// Runs at the same time of two producers, and of one producer twice, do not disturb each
// other: every GTIN is taken once, every brand made once.
func TestImportsAtTheSameTime(t *testing.T) {
	t.Parallel()
	const rows = 2*batchRows + 50
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		addCategory(t, d, "chocolate")
		producers := []Producer{addProducer(t, d, Producer{Country: "BY", TaxNumber: spartak.TaxNumber, LegalName: spartak.LegalName}), addProducer(t, d, krasny)}
		var gtins []GTIN
		for n := range rows {
			gtins = append(gtins, gtin("4810067", n))
		}
		var wait sync.WaitGroup
		reports := make([]Report, 4)
		for i := range reports {
			wait.Go(func() {
				var err error
				reports[i], err = importRows(t.Context(), d, pavilion.System("test"), ImportOptions{Producer: producers[i%2].ID, OnlyGood: true}, fullRows(rows))
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		made := 0
		for i, r := range reports {
			made += r.New
			if r.New+r.Same+r.Bad != rows || r.Changed != 0 {
				t.Errorf("run %d: got %s", i, counts(r))
			}
		}
		if there := len(catalogue(t, d, gtins...)); made != rows || there != rows {
			t.Errorf("got %d made and %d there, want %d", made, there, rows)
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			brands, err := Brands(ctx, v)
			of := map[pavilion.ProducerID]int{}
			for _, b := range brands {
				of[b.Producer]++
			}
			if len(of) > 2 || slices.ContainsFunc(brands, func(b Brand) bool { return of[b.Producer] != 1 }) {
				t.Errorf("got brands %v, want at most one of each producer", brands)
			}
			return err
		})
	})
}

func TestImportStoresHostileTextsAsTheyAre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		var rows []ProductRow
		for i, text := range hostile {
			text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "") // ReadSheet takes out what no text may have
			row := fullRow("4810067", i)
			row.Name, row.Brand, row.ProducerCode, row.Category = pavilion.Text{"ru": "x" + text}, text, text, ""
			rows = append(rows, rehash(row))
		}
		importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(rows...))
		for _, row := range rows {
			got := catalogue(t, d, row.GTIN)[row.GTIN]
			if got.Product.Name["ru"] != row.Name["ru"] || got.SKU.ProducerCode != row.ProducerCode {
				t.Errorf("got %.60q, %.60q, want %.60q", got.Product.Name["ru"], got.SKU.ProducerCode, row.ProducerCode)
			}
			write(t, d, func(ctx context.Context, tx *db.Tx) error { return SetOnSale(ctx, tx, true, got.SKU.ID) })
		}
	})
}

// From a workbook to the catalogue.
func TestImportOfAWorkbook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, Producer{Country: "BY", TaxNumber: "400078265", LegalName: pavilion.Text{"ru": "ОАО «Спартак»"}, Prefixes: []string{"4810067"}})
		addCategory(t, d, "chocolate")
		book := bookOf(alyonka...).bytes()
		var steps []Step
		o := ImportOptions{Producer: p.ID, Progress: func(step Step, rows int) { steps = append(steps, step) }}
		for i, want := range []string{"1 rows: 1 new, 0 changed, 0 same, 0 bad", "1 rows: 0 new, 0 changed, 1 same, 0 bad"} {
			report, err := Import(t.Context(), d, pavilion.System("test"), bytes.NewReader(book), int64(len(book)), o)
			if err != nil {
				t.Fatal(err)
			}
			wantCounts(t, fmt.Sprintf("time %d", i+1), report, want)
		}
		if diff := cmp.Diff([]Step{Checking, Writing, Checking}, steps); diff != "" {
			t.Error(diff)
		}
		got := catalogue(t, d, "4810067000341")["4810067000341"]
		if got.Product.Name["zh"] != "“阿廖卡”牛奶巧克力" || got.Brand != "Спартак" || got.SKU.Net != (Measure{100_000, Gram}) {
			t.Errorf("got %+v", got)
		}
		if _, err := Import(t.Context(), d, pavilion.System("test"), strings.NewReader("<html>"), 6, o); pavilion.KindOf(err) != pavilion.Invalid {
			t.Errorf("of a page: got %v", err)
		}
	})
}
