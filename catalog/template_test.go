package catalog

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pavilion"
)

// newTemplate returns the template in the language.
func newTemplate(t *testing.T, lang pavilion.Lang) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Template(&out, lang); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// onlyExample is all there is to say about a template: its example is passed over.
var onlyExample = []string{"informs sheet.example_row A6"}

func TestTemplateIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, lang := range pavilion.Langs {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			info, rows, err := readAll(t, newTemplate(t, lang))
			if err != nil || len(rows) > 0 || !slices.Equal(reasons(info.Findings), onlyExample) {
				t.Fatalf("got error %v, %d rows, findings %v, want none but %v", err, len(rows), reasons(info.Findings), onlyExample)
			}
			want := map[Field]int{}
			for i, c := range templateColumns(lang) {
				want[c.field] = i + 1
			}
			if diff := cmp.Diff(want, info.Header); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			if info.Lang != lang {
				t.Errorf("language: got %q, want %q", info.Lang, lang)
			}
		})
	}
}

// A producer fills in the template and hands it in.
func TestTemplateFilledIn(t *testing.T) {
	t.Parallel()
	for _, lang := range pavilion.Langs {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			f, err := excelize.OpenReader(bytes.NewReader(newTemplate(t, lang)))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			sheet := templateWords[lang].sheet
			fill := func(row int, gtin string) {
				for i, c := range templateColumns(lang) {
					text, isNumber := exampleValue(c.field, lang)
					if c.field == FieldGTIN {
						text = gtin
					}
					set := f.SetCellStr
					if isNumber {
						set = f.SetCellDefault
					}
					if err := set(sheet, position{row, i + 1}.String(), text); err != nil {
						t.Fatal(err)
					}
				}
			}
			fill(templateHeaderRow+2, "4810067000341")
			fill(templateHeaderRow+3, "4810067073123")
			if err := f.SetCellStr(sheet, fmt.Sprintf("B%d", templateProducerRow), "ОАО «Спартак»"); err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellInt(sheet, fmt.Sprintf("B%d", templateTaxRow), 400078265); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := f.Write(&out); err != nil {
				t.Fatal(err)
			}
			info, rows, err := readAll(t, out.Bytes())
			if err != nil || len(rows) != 2 || !slices.Equal(reasons(info.Findings), onlyExample) {
				t.Fatalf("got error %v, %d rows, findings %v, want two rows and %v", err, len(rows), reasons(info.Findings), onlyExample)
			}
			if info.ProducerName != "ОАО «Спартак»" || info.TaxNumber != "400078265" {
				t.Errorf("producer: got %q, %q, want what was filled in", info.ProducerName, info.TaxNumber)
			}
			checkFilledIn(t, rows[0], lang)
		})
	}
}

func checkFilledIn(t *testing.T, row ProductRow, lang pavilion.Lang) {
	t.Helper()
	if len(row.Findings) > 0 {
		t.Errorf("findings: got %v, want none", row.Findings)
	}
	names := map[string]string{}
	for _, i := range row.Facts.Ingredients {
		names[i.Percent] = i.Name[lang]
		if len(i.Name) != 2 {
			t.Errorf("ingredient %v: got %d languages, want 2", i.Name, len(i.Name))
		}
	}
	row.Hash, row.Name, row.Description, row.Storage, row.IngredientsText, row.Facts.Ingredients = "", nil, nil, nil, nil, nil
	brand, _ := exampleValue(FieldBrand, lang)
	code, _ := exampleValue(FieldProducerCode, lang)
	want := ProductRow{
		Number: templateHeaderRow + 2, GTIN: "4810067000341", ProducerCode: code, Brand: brand, Category: "chocolate",
		Net: Measure{90_000, Gram}, GrossWeightG: 105, LengthMM: 160, WidthMM: 80, HeightMM: 9, CasePack: 24, ShelfLifeDays: 365,
		StorageMinC: ptr(15), StorageMaxC: ptr(21), Origin: "BY",
		Facts: Facts{
			Allergens: []string{"milk", "soy", "nuts"}, MayContain: []string{"gluten", "peanuts"},
			Nutrition: &Nutrition{Basis: Gram, KJ: ptr(2343), Kcal: ptr(560), Fat: ptr(35_500), Saturated: ptr(18_000),
				Carbohydrate: ptr(52_000), Sugars: ptr(50_000), Fibre: ptr(2_500), Protein: ptr(7_500), Salt: ptr(200)},
		},
	}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
}

func TestTemplateIsComplete(t *testing.T) {
	t.Parallel()
	for _, lang := range pavilion.Langs {
		for _, c := range templateColumns(lang) {
			field, _ := c.field.Lang()
			hint := hints[field][lang]
			if n := utf8.RuneCountInString(hint); n == 0 || n > 255 {
				t.Errorf("hint of %s in %s: got %d characters, want 1 to 255", field, lang, n)
			}
			if text, _ := exampleValue(c.field, lang); text == "" {
				t.Errorf("example of %s in %s: got none", c.field, lang)
			}
		}
		f, err := excelize.OpenReader(bytes.NewReader(newTemplate(t, lang)))
		if err != nil {
			t.Fatal(err)
		}
		validations, err := f.GetDataValidations(templateWords[lang].sheet)
		if err != nil || len(validations) != len(templateColumns(lang)) {
			t.Errorf("hints in %s: got %d, error %v, want one for each column", lang, len(validations), err)
		}
		if panes, err := f.GetPanes(templateWords[lang].sheet); !panes.Freeze || panes.YSplit != templateHeaderRow || err != nil {
			t.Errorf("panes in %s: got %+v, error %v, want the header frozen", lang, panes, err)
		}
		f.Close()
	}
}
