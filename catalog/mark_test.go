package catalog

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pavilion"
)

// sayPlainly stands for the sentences: the reason with its arguments.
func sayPlainly(f pavilion.Finding) string {
	if len(f.Args) == 0 {
		return f.Reason
	}
	return fmt.Sprint(f.Reason, " ", map[string]any(f.Args))
}

// mark marks a workbook and opens the result with excelize.
func mark(t *testing.T, file []byte, findings ...pavilion.Finding) ([]byte, *excelize.File) {
	t.Helper()
	var out bytes.Buffer
	if err := MarkSheet(t.Context(), bytes.NewReader(file), int64(len(file)), slices.Values(findings), sayPlainly, &out); err != nil {
		t.Fatalf("MarkSheet: got error %v, want none", err)
	}
	marked, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatalf("excelize: got error %v, want none", err)
	}
	t.Cleanup(func() { marked.Close() })
	return out.Bytes(), marked
}

func found(severity pavilion.Severity, reason string, row, column int) pavilion.Finding {
	return pavilion.Finding{Severity: severity, Reason: reason, Place: pavilion.Place{Sheet: "Товары", Row: row, Column: column}}
}

// fillOf returns the fill of a cell as RRGGBB.
func fillOf(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(style.Fill.Color, " ")
}

// notesOf returns the notes of a sheet by cell, with their author.
func notesOf(t *testing.T, f *excelize.File, sheet string) map[string]string {
	t.Helper()
	comments, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	notes := map[string]string{}
	for _, c := range comments {
		notes[c.Cell] = c.Author + ": " + c.Text
	}
	return notes
}

func TestMarkSheet(t *testing.T) {
	t.Parallel()
	file := bookOf(alyonka...).bytes()
	marked, f := mark(t, file,
		found(pavilion.Blocks, "gtin.check_digit", 4, 1),
		found(pavilion.Warns, "nutrition.energy_sum", 4, 12),
		found(pavilion.Blocks, "nutrition.impossible", 4, 12),
		found(pavilion.Informs, "gone", 4, 20), // a cell that does not exist
		pavilion.Finding{Severity: pavilion.Informs, Reason: "sheet.whole", Args: pavilion.Args{"a": "<&>"}},
	)
	wantNotes := map[string]string{"A4": "Pavilion: gtin.check_digit", "L4": "Pavilion: nutrition.energy_sum\n\nnutrition.impossible", "T4": "Pavilion: gone"}
	if diff := cmp.Diff(wantNotes, notesOf(t, f, "Товары")); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	for cell, want := range map[string]string{"A4": "FFC7CF", "L4": "FFC7CF", "T4": "DDEBF6", "B4": ""} {
		if got := fillOf(t, f, "Товары", cell); got != want {
			t.Errorf("fill of %s: got %q, want %q", cell, got, want)
		}
	}
	rows, err := f.GetRows(summaryName)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"mark.title"}, {"mark.counts map[blocks:2 informs:2 warns:1]"}, {"mark.place", "mark.importance", "mark.explanation"},
		{"Товары!A4", "mark.blocks", "gtin.check_digit"}, {"Товары!L4", "mark.warns", "nutrition.energy_sum"},
		{"Товары!L4", "mark.blocks", "nutrition.impossible"}, {"Товары!T4", "mark.informs", "gone"}, {"", "mark.informs", "sheet.whole map[a:<&>]"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if ok, target, err := f.GetCellHyperLink(summaryName, "A4"); !ok || target != "'Товары'!A4" || err != nil {
		t.Errorf("link: got %v %q %v, want 'Товары'!A4", ok, target, err)
	}
	wantInfo, wantRows, _ := readAll(t, file)
	info, got, err := readAll(t, marked)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantRows, got); diff != "" {
		t.Errorf("rows of the marked workbook (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantInfo, info); diff != "" {
		t.Errorf("info of the marked workbook (-want +got):\n%s", diff)
	}
}

// A producer mends one cell of a marked workbook and hands it in again.
func TestMarkSheetAgain(t *testing.T) {
	t.Parallel()
	once, _ := mark(t, bookOf(alyonka...).bytes(), found(pavilion.Blocks, "first", 4, 1), found(pavilion.Blocks, "second", 4, 2))
	twice, f := mark(t, once, found(pavilion.Warns, "third", 4, 2), found(pavilion.Warns, "fourth", 4, 3))
	want := map[string]string{"A4": "Pavilion: mark.mended", "B4": "Pavilion: third", "C4": "Pavilion: fourth"}
	if diff := cmp.Diff(want, notesOf(t, f, "Товары")); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	for cell, want := range map[string]string{"A4": "", "B4": "FFEB9D", "C4": "FFEB9D"} {
		if got := fillOf(t, f, "Товары", cell); got != want {
			t.Errorf("fill of %s: got %q, want %q", cell, got, want)
		}
	}
	if diff := cmp.Diff([]string{"Товары", summaryName}, f.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	if _, _, err := readAll(t, twice); err != nil {
		t.Errorf("reading the marked workbook: got error %v, want none", err)
	}
}

// What excelize writes has notes, styles, links and shapes of its own.
func TestMarkSheetKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	defer f.Close()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"00FF00"}}})
	for _, step := range []error{
		err,
		f.SetSheetName("Sheet1", "Товары"),
		f.SetSheetRow("Товары", "A1", &[]any{"GTIN", "Name", "Net"}),
		f.SetSheetRow("Товары", "A2", &[]any{4810067000341, "Alyonka", "100 g"}),
		f.SetCellFormula("Товары", "D2", "=HYPERLINK(\"http://example.test\")"),
		f.SetCellStyle("Товары", "A2", "B2", bold),
		f.AddComment("Товары", excelize.Comment{Cell: "B2", Author: "Boss", Text: "check the name"}),
		f.AddTable("Товары", &excelize.Table{Range: "A1:C2", Name: "goods"}),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	_, marked := mark(t, file.Bytes(), found(pavilion.Warns, "one", 2, 1), found(pavilion.Warns, "two", 2, 2), found(pavilion.Warns, "three", 2, 3))
	want := map[string]string{"A2": "Pavilion: one", "B2": "Boss: check the name", "C2": "Pavilion: three"}
	if diff := cmp.Diff(want, notesOf(t, marked, "Товары")); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	id, err := marked.GetCellStyle("Товары", "B2")
	if err != nil {
		t.Fatal(err)
	}
	style, err := marked.GetStyle(id)
	if err != nil || style.Font == nil || !style.Font.Bold || fillOf(t, marked, "Товары", "B2") != "FFEB9D" {
		t.Errorf("style of B2: got %+v, error %v, want bold on FFEB9D", style, err)
	}
	if formula, err := marked.GetCellFormula("Товары", "D2"); formula != `=HYPERLINK("http://example.test")` || err != nil {
		t.Errorf("formula: got %q, error %v, want it as it was", formula, err)
	}
	if tables, err := marked.GetTables("Товары"); len(tables) != 1 || err != nil {
		t.Errorf("tables: got %d, error %v, want 1", len(tables), err)
	}
}
