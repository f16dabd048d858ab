package catalog

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"pavilion"
	"pavilion/db"
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
	row.Hash = hashOf(row)
	return row
}

// hashOf stands for the hash ReadSheet gives a row: it differs when the row does.
func hashOf(row ProductRow) string {
	row.Hash, row.Number, row.Findings = "", 0, nil
	return fmt.Sprintf("%v%v%v%v%v%v%v%s", row.GTIN, row.ProducerCode, row.Brand, row.Category, row.Name, row.Net, row.Description, row.Facts.JSON())
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
