package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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
		Sheet: "Товары", HeaderRow: 3, Lang: pavilion.Russian, Rows: 1, ProducerName: "ОАО «Спартак»", TaxNumber: "400078265",
		Header: map[Field]int{FieldGTIN: 1, FieldName: 2, "name.zh": 3, FieldNet: 4, FieldGrossWeight: 5, FieldShelfLife: 6, FieldStorage: 7,
			FieldIngredients: 8, FieldProtein: 9, FieldFat: 10, FieldCarbohydrate: 11, FieldKcal: 12, FieldOrigin: 13, FieldCategory: 14, FieldBrand: 15},
		Findings: []pavilion.Finding{{Severity: pavilion.Informs, Reason: "sheet.unknown_column",
			Place: pavilion.Place{Sheet: "Товары", Row: 3, Column: 16}, Args: pavilion.Args{"heading": "Примечание", "column": "P"}}},
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
