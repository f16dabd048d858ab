package catalog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
)

// alyonka is a row of a real product under Russian headings, with a title above them.
var alyonka = [][]any{
	{"Прайс-лист"},
	{"Производитель:", "ОАО «Спартак»", nil, "УНП 400078265"},
	{"Штрих-код EAN-13", "Наименование", "Наименование (кит.)", "Масса нетто, г", "Масса брутто, кг", "Срок годности, мес.", "Условия хранения", "Состав", "Белки, г/100 г", "Жиры, г", "Углеводы", "Ккал", "Страна", "Категория", "Бренд", "Примечание"},
	{num("4810067000341"), "Шоколад молочный «Алёнка»", "“阿廖卡”牛奶巧克力", num("100"), num("0.11"), num("12"), "от +15 до +21 °С", "сахар, какао тёртое 25,5 %, молоко сухое цельное, эмульгатор (лецитин соевый)", num("6.9"), "35,5", num("52.399999999999999"), num("555"), "Республика Беларусь", "Шоколад", "Спартак", "новинка"},
}

func ptr(n int64) *int64 { return &n }

func TestReadSheet(t *testing.T) {
	t.Parallel()
	info, rows := mustRead(t, bookOf(alyonka...))
	wantInfo := SheetInfo{
		Sheet: "Товары", HeaderRow: 3, Lang: pavilion.Russian, Rows: 1, ProducerName: "ОАО «Спартак»", TaxNumber: "400078265", Headings: map[int]string{},
		Header: map[Field]int{FieldGTIN: 1, FieldName: 2, "name.zh": 3, FieldNet: 4, FieldGrossWeight: 5, FieldShelfLife: 6, FieldStorage: 7,
			FieldIngredients: 8, FieldProtein: 9, FieldFat: 10, FieldCarbohydrate: 11, FieldKcal: 12, FieldOrigin: 13, FieldCategory: 14, FieldBrand: 15},
		Findings: []pavilion.Finding{{Severity: pavilion.Informs, Reason: "sheet.unknown_column",
			Place: pavilion.Place{Sheet: "Товары", Row: 3, Column: 16}, Args: pavilion.Args{"heading": "Примечание", "column": "P"}}},
	}
	for i, heading := range alyonka[2][:15] {
		wantInfo.Headings[i+1] = heading.(string)
	}
	if diff := cmp.Diff(wantInfo, info); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
	ru := func(s string) pavilion.Text { return pavilion.Text{pavilion.Russian: s} }
	want := []ProductRow{{
		Number: 4, GTIN: "4810067000341", Brand: "Спартак", Category: "chocolate", Origin: "BY",
		Name:            pavilion.Text{pavilion.Russian: "Шоколад молочный «Алёнка»", pavilion.Chinese: "“阿廖卡”牛奶巧克力"},
		IngredientsText: ru("сахар, какао тёртое 25,5 %, молоко сухое цельное, эмульгатор (лецитин соевый)"),
		Storage:         ru("от +15 до +21 °С"), StorageMinC: ptr(15), StorageMaxC: ptr(21),
		Net: Measure{100_000, Gram}, GrossWeightG: 110, ShelfLifeDays: 365,
		Facts: Facts{
			Ingredients: []Ingredient{{Name: ru("сахар")}, {Name: ru("какао тёртое"), Percent: "25.5"}, {Name: ru("молоко сухое цельное")},
				{Name: ru("эмульгатор"), Parts: []Ingredient{{Name: ru("лецитин соевый")}}}},
			Allergens: []string{"milk", "soy"},
			Nutrition: &Nutrition{Basis: Gram, Kcal: ptr(555), Fat: ptr(35_500), Carbohydrate: ptr(52_400), Protein: ptr(6_900)},
		},
	}}
	want[0].Hash = rows[0].Hash
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestRowsThatAreNoProducts(t *testing.T) {
	t.Parallel()
	info, rows := mustRead(t, bookOf(
		[]any{"GTIN", "Name", "Net"},
		[]any{nil, "Конфеты"},
		[]any{"Шоколад"},
		[]any{num("4810067000341"), "Alyonka", "100 g"},
		[]any{},
		[]any{num("9521234567899"), "Example", "100 g"},
		[]any{nil, nil, nil, "a remark"},
		[]any{num("4810067073123")},
	))
	var got []int
	for _, row := range rows {
		got = append(got, row.Number)
	}
	if diff := cmp.Diff([]int{4, 8}, got); diff != "" || info.Rows != 2 {
		t.Errorf("%d rows, numbers (-want +got):\n%s", info.Rows, diff)
	}
	want := []string{"informs sheet.other_row 2", "informs sheet.other_row 3", "informs sheet.example_row A6", "informs sheet.other_row 7"}
	if diff := cmp.Diff(want, reasons(info.Findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	want = []string{"blocks name.missing B8", "blocks net.missing C8"}
	if diff := cmp.Diff(want, reasons(rows[1].Findings)); diff != "" {
		t.Errorf("findings of a lone GTIN (-want +got):\n%s", diff)
	}
}

// A brand that is merged over three rows is the brand of all three.
func TestMergedCells(t *testing.T) {
	t.Parallel()
	_, rows := mustRead(t, bookOf(
		[]any{"Products of Spartak"},
		[]any{"GTIN", "Name", "Net", "Brand"},
		[]any{num("4810067000341"), "one", "100 g", "Spartak"},
		[]any{num("4810067073123"), "two", "100 g"},
		[]any{num("4810067073161"), "three", "100 g"},
		[]any{num("4810067073116"), "four", "100 g"},
	).edit(sheetOne, "</sheetData>", `</sheetData><mergeCells count="2"><mergeCell ref="A1:D1"/><mergeCell ref="D3:D5"/></mergeCells>`))
	var got []string
	for _, row := range rows {
		got = append(got, row.Brand)
	}
	if diff := cmp.Diff([]string{"Spartak", "Spartak", "Spartak", ""}, got); diff != "" {
		t.Errorf("brands (-want +got):\n%s", diff)
	}
}

// Other programs write the same sheet in other ways.
func TestDialects(t *testing.T) {
	t.Parallel()
	const rows = `<row><c t="inlineStr"><is><t>GTIN</t></is></c><c t="inlineStr"><is><r><rPr><b/></rPr><t>Na</t></r><r><t>me</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c><c t="str"><v>Net</v></c></row>` +
		`<row><c><v>4810067000341</v></c><c t="inlineStr"><is><t xml:space="preserve"> Alyonka </t></is></c><c t="str"><v>100 g</v></c></row>`
	prefixed := strings.NewReplacer("</", "</x:", "<", "<x:").Replace(rows)
	for name, sheet := range map[string]string{
		"without references":     `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`,
		"with a prefix":          `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>` + prefixed + `</x:sheetData></x:worksheet>`,
		"with a byte order mark": "\ufeff" + xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`,
		"with more around":       xmlHead + `<!-- made by hand --><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><outlinePr/></sheetPr><dimension ref="A1"/><sheetData>` + rows + `</sheetData><autoFilter ref="A1:C2"/></worksheet>`,
	} {
		_, got := mustRead(t, goods().part(sheetOne, sheet))
		if len(got) != 1 || got[0].GTIN != "4810067000341" || got[0].Name["en"] != "Alyonka" || len(got[0].Findings) > 0 {
			t.Errorf("%s: got %+v, want Alyonka", name, got)
		}
	}
	_, got := mustRead(t, goods().edit("xl/_rels/workbook.xml.rels", `Target="worksheets/sheet1.xml"`, `Target="/xl/Worksheets/Sheet1.xml"`))
	if len(got) != 1 {
		t.Errorf("an absolute target in another case: got %d rows, want 1", len(got))
	}
}

// Hash must see every field that a row says; Number and Findings are not said by it.
func TestHash(t *testing.T) {
	t.Parallel()
	_, rows := mustRead(t, bookOf(alyonka...))
	whole := rows[0]
	whole.ProducerCode, whole.LengthMM, whole.WidthMM, whole.HeightMM, whole.CasePack = "A-1", 1, 2, 3, 4
	whole.Description = pavilion.Text{pavilion.Russian: "x"}
	whole.Facts.MayContain = []string{"nuts"}
	n := whole.Facts.Nutrition
	n.KJ, n.Saturated, n.Sugars, n.Fibre, n.Salt, n.Source = ptr(1), ptr(2), ptr(3), ptr(4), ptr(5), "x"
	want := hash(&whole)
	changes := 0
	changeEach(reflect.ValueOf(&whole).Elem(), "row", func(path string) {
		changes++
		got := hash(&whole)
		if notSaid := path == "row.Number" || path == "row.Hash" || strings.HasPrefix(path, "row.Findings"); (got == want) != notSaid {
			t.Errorf("%s changed: hash the same %v, want %v", path, got == want, notSaid)
		}
	})
	if changes < 35 {
		t.Errorf("got %d changes, want every field", changes)
	}
	if got := hash(&whole); got != want {
		t.Errorf("after all changes were taken back: got %s, want %s", got, want)
	}
}

// changeEach changes one value below v after the other, calls seen, and takes it back.
func changeEach(v reflect.Value, path string, seen func(path string)) {
	try := func(changed reflect.Value) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		v.Set(changed.Convert(v.Type()))
		seen(path)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			changeEach(v.Field(i), path+"."+v.Type().Field(i).Name, seen)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			changeEach(v.Elem(), path, seen)
		}
		try(reflect.Zero(v.Type()))
	case reflect.Slice:
		for i := range v.Len() {
			changeEach(v.Index(i), fmt.Sprintf("%s[%d]", path, i), seen)
		}
		if v.Len() > 0 {
			try(v.Slice(0, v.Len()-1))
		}
	case reflect.Map:
		try(reflect.ValueOf(pavilion.Text{pavilion.Chinese: "变"}))
	case reflect.String:
		try(reflect.ValueOf(v.String() + "x"))
	case reflect.Int, reflect.Int64:
		try(reflect.ValueOf(v.Int() + 1))
	case reflect.Bool:
		try(reflect.ValueOf(!v.Bool()))
	default:
		panic(path + " is of a kind that nobody thought of")
	}
}

func TestReadSheetStops(t *testing.T) {
	t.Parallel()
	file := goods().bytes()
	enough := io.ErrUnexpectedEOF // which must not be taken for a fault of the file
	_, err := ReadSheet(t.Context(), bytes.NewReader(file), int64(len(file)), func(ProductRow) error { return enough })
	if err != enough {
		t.Errorf("got error %v, want the caller's own", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ReadSheet(ctx, bytes.NewReader(file), int64(len(file)), func(ProductRow) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

// writable draws products as a producer might write them.
func writable(t *rapid.T) ProductRow {
	words := func(label string) string {
		return rapid.StringMatching(`[А-ЯЁ][а-яё]{2,12}( [а-яё]{2,12}){0,4}`).Draw(t, label)
	}
	amount := func(label string, most int64) int64 { return rapid.Int64Range(0, most).Draw(t, label) }
	stem := fmt.Sprintf("481%09d", rapid.IntRange(0, 999_999_999).Draw(t, "number"))
	row := ProductRow{
		GTIN:          GTIN(stem + string(CheckDigit(stem))),
		ProducerCode:  rapid.StringMatching(`[A-Z]{1,3}-[0-9]{1,6}`).Draw(t, "code"),
		Brand:         words("brand"),
		Category:      rapid.SampledFrom(sheetCategories).Draw(t, "category").key,
		Name:          pavilion.Text{pavilion.Russian: words("name"), pavilion.Chinese: rapid.StringMatching(`[一-龥]{2,10}`).Draw(t, "name.zh")},
		Net:           Measure{rapid.Int64Range(1, 9_999_999).Draw(t, "net"), rapid.SampledFrom([]Unit{Millilitre, Litre, Piece}).Draw(t, "unit")},
		GrossWeightG:  amount("gross", maxGrossWeightG),
		LengthMM:      amount("length", maxSideMM),
		WidthMM:       amount("width", maxSideMM),
		HeightMM:      amount("height", maxSideMM),
		CasePack:      amount("case", maxCasePack),
		ShelfLifeDays: amount("days", maxShelfLifeDays),
		StorageMinC:   ptr(rapid.Int64Range(coldest, 0).Draw(t, "min")),
		StorageMaxC:   ptr(rapid.Int64Range(0, hottest).Draw(t, "max")),
		Origin:        rapid.SampledFrom([]string{"BY", "RU", "CN", "PL"}).Draw(t, "origin"),
	}
	row.Facts.Nutrition = &Nutrition{Basis: Gram, Fat: ptr(amount("fat", 30_000)), Salt: ptr(amount("salt", 5_000))}
	if row.Net.Unit != Piece {
		row.Facts.Nutrition.Basis = Millilitre
	}
	return row
}

// cellOf writes what a row says in a column.
func cellOf(row ProductRow, c templateColumn, lang pavilion.Lang) any {
	count := func(n int64) any {
		if n == 0 {
			return nil
		}
		return num(fmt.Sprint(n))
	}
	milli := func(n *int64) any {
		if n == nil {
			return nil
		}
		return num(number{*n, -3}.shown().String())
	}
	field, of := c.field.Lang()
	switch field {
	case FieldGTIN:
		return num(row.GTIN)
	case FieldProducerCode:
		return row.ProducerCode
	case FieldBrand:
		return row.Brand
	case FieldCategory:
		for _, c := range sheetCategories {
			if c.key == row.Category {
				return c.name[lang]
			}
		}
	case FieldName:
		return row.Name[of]
	case FieldNet:
		return milli(&row.Net.Milli)
	case FieldNetUnit:
		return unitNames[lang][row.Net.Unit]
	case FieldGrossWeight:
		return count(row.GrossWeightG)
	case FieldLength:
		return count(row.LengthMM)
	case FieldWidth:
		return count(row.WidthMM)
	case FieldHeight:
		return count(row.HeightMM)
	case FieldCasePack:
		return count(row.CasePack)
	case FieldShelfLife:
		return count(row.ShelfLifeDays)
	case FieldStorageMin:
		return num(fmt.Sprint(*row.StorageMinC))
	case FieldStorageMax:
		return num(fmt.Sprint(*row.StorageMaxC))
	case FieldOrigin:
		return row.Origin
	case FieldFat:
		return milli(row.Facts.Nutrition.Fat)
	case FieldSalt:
		return milli(row.Facts.Nutrition.Salt)
	}
	return nil
}

// What is written comes back when it is read, under headings in any language and order.
func TestWriteThenRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		lang := rapid.SampledFrom(pavilion.Langs).Draw(rt, "language")
		columns := rapid.Permutation(templateColumns(lang)).Draw(rt, "columns")
		want := rapid.SliceOfNDistinct(rapid.Custom(writable), 1, 5, func(r ProductRow) GTIN { return r.GTIN }).Draw(rt, "products")
		var sheet [][]any
		var headings []any
		for _, c := range columns {
			headings = append(headings, c.heading(lang))
		}
		sheet = append(sheet, headings)
		for i := range want {
			want[i].Number = i + 2
			var cells []any
			for _, c := range columns {
				cells = append(cells, cellOf(want[i], c, lang))
			}
			sheet = append(sheet, cells)
		}
		info, got := mustRead(t, bookOf(sheet...))
		for i := range got {
			if got[i].Hash != hash(&want[i]) {
				rt.Errorf("row %d: got another hash than that of what was written", i)
			}
			got[i].Hash = ""
		}
		if diff := cmp.Diff(want, got); diff != "" || len(info.Findings) > 0 {
			rt.Errorf("findings %v, rows (-want +got):\n%s", reasons(info.Findings), diff)
		}
	})
}
