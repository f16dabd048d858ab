package catalog

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pavilion"
)

// FuzzReadSheet holds that no bytes make the reader panic, that a file is read or refused
// as Invalid, that reading it again says the same, and that what can be read can be marked
// and then be read as before.
func FuzzReadSheet(f *testing.F) {
	f.Add(goods().bytes())
	f.Add(bookOf(alyonka...).bytes())
	f.Add(goods().edit(sheetOne, "</row>", "</wor>").bytes())
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, file []byte) { checkReading(t, file) })
}

// FuzzReadSheetXML does the same for the parts inside: bytes that are not a zip never reach
// them.
func FuzzReadSheetXML(f *testing.F) {
	for _, b := range []*testBook{goods(), bookOf(alyonka...)} {
		parts := map[string]string{}
		for _, p := range b.parts {
			parts[p.name] = p.content
		}
		f.Add(parts[sheetOne], parts["xl/sharedStrings.xml"], parts["xl/styles.xml"], parts["xl/workbook.xml"])
	}
	f.Fuzz(func(t *testing.T, sheet, texts, styles, workbook string) {
		b := goods().part(sheetOne, sheet).part("xl/sharedStrings.xml", texts).part("xl/styles.xml", styles).part("xl/workbook.xml", workbook)
		checkReading(t, b.bytes())
	})
}

func checkReading(t *testing.T, file []byte) {
	info, rows, err := readAll(t, file)
	if err != nil {
		if pavilion.KindOf(err) != pavilion.Invalid || !strings.HasPrefix(pavilion.ReasonOf(err), "sheet.") {
			t.Fatalf("got error %v, want a refusal", err)
		}
		return
	}
	for _, row := range rows {
		checkRow(t, row)
	}
	_, again, err := readAll(t, file)
	if diff := cmp.Diff(rows, again); diff != "" || err != nil {
		t.Fatalf("read again: error %v, rows (-first +second):\n%s", err, diff)
	}
	findings := info.Findings
	for _, row := range rows {
		findings = append(findings, row.Findings...)
	}
	var marked bytes.Buffer
	err = MarkSheet(t.Context(), bytes.NewReader(file), int64(len(file)), func(yield func(pavilion.Finding) bool) {
		for _, finding := range findings {
			if !yield(finding) {
				return
			}
		}
	}, sayPlainly, &marked)
	if err != nil {
		if pavilion.KindOf(err) != pavilion.Invalid {
			t.Fatalf("MarkSheet: got error %v, want a refusal", err)
		}
		return
	}
	if _, err := zip.NewReader(bytes.NewReader(marked.Bytes()), int64(marked.Len())); err != nil {
		t.Fatalf("the marked workbook: got error %v, want a zip", err)
	}
	_, again, err = readAll(t, marked.Bytes())
	if diff := cmp.Diff(rows, again); diff != "" || err != nil {
		t.Fatalf("the marked workbook: error %v, rows (-before +after):\n%s", err, diff)
	}
}

// checkRow holds what is true of every row.
func checkRow(t *testing.T, row ProductRow) {
	blocked := false
	for _, f := range row.Findings {
		blocked = blocked || f.Severity == pavilion.Blocks
		if f.Place.Row != row.Number || f.Field == "" || f.Reason == "" {
			t.Errorf("got finding %+v, want it with place, field and reason", f)
		}
	}
	if blocked {
		return
	}
	if _, err := ParseGTIN(string(row.GTIN)); err != nil {
		t.Errorf("GTIN of a good row: got error %v, want none", err)
	}
	if row.Net.Milli <= 0 || len(row.Name) == 0 {
		t.Errorf("a good row: got net %v, name %v, want both", row.Net, row.Name)
	}
	for _, words := range []pavilion.Text{row.Name, row.Description, row.Storage, row.IngredientsText} {
		for lang, s := range words {
			if !utf8.ValidString(s) || clean(s) != s || s == "" {
				t.Errorf("words in %s: got %q, want them clean", lang, s)
			}
		}
	}
}

// FuzzParseCell holds that no words make a column's parser panic or say what cannot be.
func FuzzParseCell(f *testing.F) {
	for _, seed := range []string{
		"90 г", "1,5 л", "4×25 г", "39.299999999999997", "4.81007E+12", "1e400", "-0", "12 мес", "от 0 до +6", "(18±3) °C", "не выше минус 18 °C",
		"сахар, масса (какао 30 %, масло), соль", "молоко (", "может содержать следы орехов", "白砂糖、全脂奶粉（20%）", "200×100×50 мм", "2343 kJ / 560 kcal", "< 0,5", "следы",
		"Срок годности, мес.", "脂肪（每100毫升）", "_x000D_", "\u202e\u200b", strings.Repeat("(", 100), strings.Repeat("1", 50), strings.Repeat("5", 450), "0," + strings.Repeat("0", 450) + "1",
	} {
		f.Add(seed)
	}
	columns := map[Field]column{}
	for i, field := range fieldOrder {
		columns[field] = column{number: i + 1, heading: heading{field: field}}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || len(text) > maxCellBytes {
			return // the reader of XML lets neither through
		}
		readHeading(text)
		for _, kind := range []cellKind{textCell, numberCell, percentCell} {
			p := newRowParser("S", &header{columns: columns})
			var cells []cell
			for i := range fieldOrder {
				cells = append(cells, cell{column: i + 1, kind: kind, text: text})
			}
			row, verdict := p.parse(1, cells)
			if verdict != productRow {
				continue
			}
			checkRow(t, row)
			for name, n := range map[string]int64{
				"gross": row.GrossWeightG, "length": row.LengthMM, "width": row.WidthMM, "height": row.HeightMM, "case": row.CasePack, "days": row.ShelfLifeDays,
			} {
				if n < 0 || n > maxGrossWeightG {
					t.Errorf("%s of %q: got %d, want it within reason", name, text, n)
				}
			}
			if n := row.Facts.Nutrition; n != nil {
				for _, v := range []*int64{n.Fat, n.Saturated, n.Carbohydrate, n.Sugars, n.Fibre, n.Protein, n.Salt} {
					if value(v) < 0 || value(v) > hundredGrams {
						t.Errorf("a nutrient of %q: got %d mg, want 0 to 100 g", text, *v)
					}
				}
			}
			if _, err := ParseFacts(row.Facts.JSON()); err != nil {
				t.Errorf("facts of %q: got error %v, want none", text, err)
			}
		}
		n, _, ok := cutNumber(text)
		if back, rest, again := cutNumber(n.String()); ok && (!again || rest != "" || back.String() != n.String()) {
			t.Errorf("%q: got %v, and %v %q when read again", text, n, back, rest)
		}
	})
}
