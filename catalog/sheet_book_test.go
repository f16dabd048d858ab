package catalog

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"pavilion"
)

// A test book is written part by part, the way spreadsheet programs write one, so that a
// test can write any of it wrongly.
type testBook struct {
	parts []testPart
	texts []string // shared strings
	index map[string]int
}

type testPart struct{ name, content string }

// Cell values beside string, which is a shared string, and nil, which is no cell.
type (
	num     string                          // a number, as it stands in the XML
	inline  string                          // text in the cell itself
	formula struct{ formula, value string } // a formula and its last result
	styled  struct {                        // a number with the style of that index
		value string
		style int
	}
	raw string // the whole element, with REF for its reference
)

const (
	percentStyle = 1
	dateStyle    = 2
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// bookOf writes a workbook with one sheet.
func bookOf(rows ...[]any) *testBook {
	return newTestBook().sheet("Товары", rows...).finish("Товары")
}

func newTestBook() *testBook { return &testBook{index: map[string]int{}} }

// sheet adds a worksheet; row i of rows is row i+1 of the sheet.
func (b *testBook) sheet(name string, rows ...[]any) *testBook {
	var w strings.Builder
	w.WriteString(xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for i, row := range rows {
		b.writeRow(&w, i+1, row)
	}
	w.WriteString(`</sheetData></worksheet>`)
	return b.part(fmt.Sprintf("xl/worksheets/sheet%d.xml", b.sheets()+1), w.String())
}

func (b *testBook) sheets() int {
	n := 0
	for _, p := range b.parts {
		if strings.HasPrefix(p.name, "xl/worksheets/sheet") {
			n++
		}
	}
	return n
}

func (b *testBook) writeRow(w io.Writer, number int, row []any) {
	fmt.Fprintf(w, `<row r="%d">`, number)
	for i, value := range row {
		ref := columnName(i+1) + fmt.Sprint(number)
		switch v := value.(type) {
		case nil:
		case string:
			fmt.Fprintf(w, `<c r="%s" t="s"><v>%d</v></c>`, ref, b.text(v))
		case num:
			fmt.Fprintf(w, `<c r="%s"><v>%s</v></c>`, ref, v)
		case inline:
			fmt.Fprintf(w, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, escaped(string(v)))
		case formula:
			fmt.Fprintf(w, `<c r="%s"><f>%s</f><v>%s</v></c>`, ref, escaped(v.formula), escaped(v.value))
		case styled:
			fmt.Fprintf(w, `<c r="%s" s="%d"><v>%s</v></c>`, ref, v.style, v.value)
		case raw:
			fmt.Fprint(w, strings.ReplaceAll(string(v), "REF", ref))
		default:
			panic(fmt.Sprintf("cannot write a %T", value))
		}
	}
	fmt.Fprint(w, `</row>`)
}

// text returns the number of a shared string.
func (b *testBook) text(s string) int {
	i, ok := b.index[s]
	if !ok {
		i = len(b.texts)
		b.index[s], b.texts = i, append(b.texts, s)
	}
	return i
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return b.String()
}

// finish adds the parts around the sheets, which get these names.
func (b *testBook) finish(names ...string) *testBook {
	var types, sheets, rels, texts strings.Builder
	for i, name := range names {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escaped(name), i+1, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
	}
	for _, s := range b.texts {
		fmt.Fprintf(&texts, `<si><t xml:space="preserve">%s</t></si>`, escaped(s))
	}
	return b.part("[Content_Types].xml", xmlHead+`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>`+types.String()+`</Types>`).
		part("_rels/.rels", xmlHead+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`).
		part("xl/workbook.xml", xmlHead+`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`+sheets.String()+`</sheets></workbook>`).
		part("xl/_rels/workbook.xml.rels", xmlHead+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+rels.String()+
			`<Relationship Id="rId901" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId902" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`).
		part("xl/styles.xml", xmlHead+`<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="[$-419]d\ mmm\ yyyy;@"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="10" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`).
		part("xl/theme/theme1.xml", xmlHead+`<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office"/>`). // excelize shows no colours without one
		part("xl/sharedStrings.xml", xmlHead+`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+texts.String()+`</sst>`)
}

// part adds a part, or replaces the one with its name.
func (b *testBook) part(name, content string) *testBook {
	for i := range b.parts {
		if b.parts[i].name == name {
			b.parts[i].content = content
			return b
		}
	}
	b.parts = append(b.parts, testPart{name, content})
	return b
}

// edit changes a part.
func (b *testBook) edit(name, old, new string) *testBook {
	for i := range b.parts {
		if b.parts[i].name == name && strings.Contains(b.parts[i].content, old) {
			b.parts[i].content = strings.Replace(b.parts[i].content, old, new, 1)
			return b
		}
	}
	panic(name + " does not contain " + old)
}

// bytes packs the parts.
func (b *testBook) bytes() []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range b.parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(w, p.content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// readAll reads a workbook and keeps its rows.
func readAll(t testing.TB, file []byte) (SheetInfo, []ProductRow, error) {
	t.Helper()
	var rows []ProductRow
	info, err := ReadSheet(context.Background(), bytes.NewReader(file), int64(len(file)), func(row ProductRow) error {
		rows = append(rows, row)
		return nil
	})
	return info, rows, err
}

// mustRead is readAll of a workbook that must be readable.
func mustRead(t testing.TB, b *testBook) (SheetInfo, []ProductRow) {
	t.Helper()
	info, rows, err := readAll(t, b.bytes())
	if err != nil {
		t.Fatalf("ReadSheet: got error %v, want none", err)
	}
	return info, rows
}

// reasons lists findings in short: "blocks gtin.missing A3".
func reasons(findings []pavilion.Finding) []string {
	var all []string
	for _, f := range findings {
		place := ""
		if f.Place.Row > 0 {
			place = fmt.Sprintf(" %s%d", columnName(f.Place.Column), f.Place.Row)
		}
		all = append(all, string(f.Severity)+" "+f.Reason+place)
	}
	return all
}
