package console_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
)

// TestExportedTextIsNoFormula exports names that spreadsheets would take for formulas, and
// reads the files back: in CSV each begins as a text, in a workbook it is one and unchanged.
func TestExportedTextIsNoFormula(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	names := []string{`=cmd|' /C calc'!A0`, `+1+1`, `@SUM(1)`, `-2+3`, "=HYPERLINK(\"https://evil.example\";\"x\")", "＝1+1", `'=1`, "plain, \"quoted\"", "<script>"}
	err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		producer, err := catalog.SaveProducer(t.Context(), tx, catalog.Producer{Country: "BY", TaxNumber: "400078303", LegalName: pavilion.Text{"en": "=1+1"}})
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, err := catalog.SaveProduct(t.Context(), tx, catalog.Product{Producer: producer, Name: pavilion.Text{"en": name}, Origin: "BY"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const path = "/console/products/export?col=name&col=producer&as="

	status, _, body := v.get(path + "csv")
	if status != http.StatusOK {
		t.Fatalf("CSV: got %d", status)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != len(names)+1 {
		t.Fatalf("CSV: got %d rows, %v, want %d", len(rows), err, len(names)+1)
	}
	for _, row := range rows[1:] {
		if !slices.Contains(names, row[0]) && !slices.Contains(names, strings.TrimPrefix(row[0], "'")) {
			t.Errorf("CSV: got the name %q, want one of %q", row[0], names)
		}
		for _, text := range row {
			if strings.ContainsAny(string([]rune(text + " ")[:1]), "=+-@\t\r＝") {
				t.Errorf("CSV: got the cell %q, which is a formula", text)
			}
		}
	}

	status, _, body = v.get(path + "xlsx")
	if status != http.StatusOK {
		t.Fatalf("workbook: got %d", status)
	}
	f, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var found []string
	for i := range len(names) {
		for col, of := range []string{"the name", "the producer"} {
			at, err := excelize.CoordinatesToCellName(col+1, i+2)
			if err != nil {
				t.Fatal(err)
			}
			sheet := f.GetSheetName(0)
			formula, err := f.GetCellFormula(sheet, at)
			if err != nil || formula != "" {
				t.Errorf("workbook: got %s with the formula %q, %v, want none", of, formula, err)
			}
			kind, err := f.GetCellType(sheet, at)
			if err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
				t.Errorf("workbook: got %s of type %d, %v, want a text", of, kind, err)
			}
			text, err := f.GetCellValue(sheet, at)
			if err != nil {
				t.Fatal(err)
			}
			if col == 0 {
				found = append(found, text)
			}
		}
	}
	slices.Sort(found)
	if want := slices.Sorted(slices.Values(names)); !slices.Equal(found, want) {
		t.Errorf("workbook: got the names %q, want %q", found, want)
	}
}
