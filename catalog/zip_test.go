package catalog

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"pavilion"
)

const sheetOne = "xl/worksheets/sheet1.xml"

// goods is the smallest workbook that is taken.
func goods() *testBook {
	return bookOf([]any{"GTIN", "Name", "Net content"}, []any{num("4810067000341"), "Alyonka", "100 g"})
}

// zipEntry is one entry of a zip that is written by hand.
type zipEntry struct {
	name    string
	content string
	method  uint16
	change  func(*zip.FileHeader)
}

// pack writes a zip with entries that a workbook should not have, after those of the book.
func pack(t *testing.T, b *testBook, extra ...zipEntry) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range b.parts {
		extra = append([]zipEntry{{name: p.name, content: p.content, method: zip.Deflate}}, extra...)
	}
	for _, e := range extra {
		h := &zip.FileHeader{Name: e.name, Method: e.method}
		if e.change != nil {
			e.change(h)
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(w, e.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// utf16 is the text as UTF-16 with a byte order mark.
func utf16(s string) string {
	out := []byte{0xff, 0xfe}
	for _, r := range s {
		out = binary.LittleEndian.AppendUint16(out, uint16(r))
	}
	return string(out)
}

func TestReadSheetRefusesHostileFiles(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("\x00", 64<<20)
	manyRows := func(cells string) []byte {
		var rows strings.Builder
		for i := range 1_000_000 {
			fmt.Fprintf(&rows, `<row r="%d">%s</row>`, i+3, cells)
		}
		return goods().edit(sheetOne, "</sheetData>", rows.String()+"</sheetData>").bytes()
	}
	wide := make([]any, lastColumn)
	for i := range wide {
		wide[i] = num("1")
	}
	whole := goods().bytes()
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"an empty file", nil, "sheet.truncated"},
		{"text", []byte("GTIN;Name\n4810067000341;Alyonka\n"), "sheet.not_xlsx"},
		{"a page", []byte("<html><table><tr><td>GTIN</td></tr></table></html>"), "sheet.not_xlsx"},
		{"an old .xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 1000)), "sheet.not_xlsx"},
		{"an encrypted workbook", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 2000)), utf16le("EncryptedPackage")...), "sheet.encrypted"},
		{"an encrypted entry", pack(t, goods(), zipEntry{name: "x", change: func(h *zip.FileHeader) { h.Flags |= 1 }}), "sheet.encrypted"},
		{"any other zip", pack(t, newTestBook(), zipEntry{name: "readme.txt", content: "hello"}), "sheet.not_xlsx"},
		{"an OpenDocument sheet", pack(t, newTestBook(), zipEntry{name: "mimetype", content: "application/vnd.oasis.opendocument.spreadsheet"}, zipEntry{name: "content.xml", content: "<a/>"}), "sheet.not_xlsx"},
		{"a binary workbook", pack(t, goods(), zipEntry{name: "xl/workbook.bin", content: "x"}), "sheet.not_xlsx"},
		{"a workbook without its sheet list", goods().edit("_rels/.rels", "xl/workbook.xml", "xl/gone.xml").bytes(), "sheet.not_xlsx"},

		{"truncated", whole[:len(whole)/2], "sheet.truncated"},
		{"truncated behind the last part", whole[:len(whole)-30], "sheet.truncated"},
		{"a part cut short", goods().edit(sheetOne, "</sheetData></worksheet>", "").bytes(), "sheet.truncated"},
		{"a damaged part", damaged(t, sheetOne), "sheet.damaged"},
		{"a damaged part with shared strings", damaged(t, "xl/sharedStrings.xml"), "sheet.damaged"},
		{"malformed XML", goods().edit(sheetOne, "</row>", "</wor>").bytes(), "sheet.damaged"},
		{"a shared string that does not exist", goods().edit(sheetOne, "<v>0</v>", "<v>999</v>").bytes(), "sheet.damaged"},
		{"rows that go back", goods().edit(sheetOne, `<row r="2">`, `<row r="1">`).bytes(), "sheet.damaged"},
		{"cells that go back", goods().edit(sheetOne, `<c r="B2"`, `<c r="A2"`).bytes(), "sheet.damaged"},
		{"a row behind the last", goods().edit(sheetOne, `<row r="2">`, `<row r="1048577">`).bytes(), "sheet.damaged"},
		{"the same part twice", pack(t, goods(), zipEntry{name: "xl/Workbook.xml", content: "<a/>"}), "sheet.damaged"},

		{"a zip bomb by its ratio", pack(t, goods(), zipEntry{name: "xl/media/a.png", content: zeros, method: zip.Deflate}), "sheet.zip_bomb"},
		{"a zip bomb by its sizes", bigDirectory(t), "sheet.zip_bomb"},
		{"a zip bomb that says it is small", lyingSize(t), "sheet.damaged"},
		{"a zip bomb of shared bytes", overlapping(t), "sheet.zip_bomb"},
		{"a zip of very many parts", manyParts(t, maxParts+1), "sheet.zip_bomb"},
		{"a zip with an endless directory", manyParts(t, 50_000), "sheet.zip_bomb"},

		{"a part behind the end of the file", patched(t, 42, 0x7fffffff), "sheet.truncated"},
		{"a part before the start of the file", shifted(), "sheet.damaged"},

		{"a path out of the folder", pack(t, goods(), zipEntry{name: "../../etc/passwd", content: "x"}), "sheet.unsafe_name"},
		{"a Windows path out of the folder", pack(t, goods(), zipEntry{name: `xl\..\..\a`, content: "x"}), "sheet.unsafe_name"},
		{"a path from the root", pack(t, goods(), zipEntry{name: "/etc/passwd", content: "x"}), "sheet.unsafe_name"},
		{"a path from a drive", pack(t, goods(), zipEntry{name: "C:/a", content: "x"}), "sheet.unsafe_name"},

		{"macros", pack(t, goods(), zipEntry{name: "xl/vbaProject.bin", content: "x"}), "sheet.macro"},
		{"a macro workbook without macros", goods().edit("[Content_Types].xml", "openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "ms-excel.sheet.macroEnabled.main+xml").bytes(), "sheet.macro"},
		{"macros of Excel 4", pack(t, goods(), zipEntry{name: "xl/macrosheets/sheet1.xml", content: "<a/>"}), "sheet.macro"},
		{"links to other workbooks", pack(t, goods(), zipEntry{name: "xl/externalLinks/externalLink1.xml", content: "<a/>"}), "sheet.external_links"},
		{"a relationship to another workbook", goods().edit("xl/_rels/workbook.xml.rels", "</Relationships>",
			`<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="other.xml"/></Relationships>`).bytes(), "sheet.external_links"},

		{"a document type", goods().edit(sheetOne, "<worksheet", "<!DOCTYPE worksheet [<!ENTITY a 'b'>]><worksheet").bytes(), "sheet.doctype"},
		{"a billion laughs", goods().edit("xl/sharedStrings.xml", "<sst", "<!DOCTYPE sst [<!ENTITY a '"+strings.Repeat("&b;", 100)+"'>]><sst").bytes(), "sheet.doctype"},
		{"an entity of its own", goods().edit("xl/sharedStrings.xml", "Alyonka", "&xxe;").bytes(), "sheet.damaged"},
		{"UTF-16", goods().part(sheetOne, utf16(xmlHead+"<worksheet/>")).bytes(), "sheet.encoding"},
		{"another encoding", goods().edit(sheetOne, `encoding="UTF-8"`, `encoding="windows-1251"`).bytes(), "sheet.encoding"},
		{"invalid UTF-8", goods().edit("xl/sharedStrings.xml", "Alyonka", "\xc0\xeb\xe5\xed\xea\xe0").bytes(), "sheet.damaged"},

		{"16,384 columns", bookOf([]any{"GTIN", "Name", "Net content"}, wide).bytes(), "sheet.too_wide"},
		{"16,384 headings", goods().edit(sheetOne, `</row>`, `<c r="XFD1" t="inlineStr"><is><t>Name</t></is></c></row>`).bytes(), "sheet.too_wide"},
		{"a million empty rows", manyRows(""), "sheet.too_many_empty_rows"},
		{"a million empty rows of empty cells", manyRows(`<c s="1"/>`), "sheet.too_many_empty_rows"},
		{"a million empty rows above the header", goods().edit(sheetOne, "<sheetData>", "<sheetData>"+strings.Repeat("<row/>", maxEmptyRows+1)).edit(sheetOne, `<row r="1">`, "<row>").edit(sheetOne, `<row r="2">`, "<row>").bytes(), "sheet.too_many_empty_rows"},
		{"a huge shared string", goods().edit("xl/sharedStrings.xml", "Alyonka", strings.Repeat("a", 2<<20)).bytes(), "sheet.text_too_long"},
		{"a huge shared string in pieces", goods().edit("xl/sharedStrings.xml", "Alyonka", strings.Repeat("a<![CDATA[b]]>", 1<<17)).bytes(), "sheet.text_too_long"},
		{"a huge cell", goods().edit(sheetOne, "</row>", `<c r="D1" t="inlineStr"><is>`+strings.Repeat("<r><t>abcdefgh</t></r>", 1<<18)+`</is></c></row>`).bytes(), "sheet.text_too_long"},
		{"deep nesting", goods().edit(sheetOne, "<sheetData>", strings.Repeat("<a>", 100_000)).bytes(), "sheet.damaged"},
		{"no header", bookOf([]any{"one", "two"}, []any{"three"}).bytes(), "sheet.no_header"},
		{"an empty sheet", bookOf().bytes(), "sheet.no_header"},
		{"no sheet", goods().edit("xl/workbook.xml", "<sheet ", "<chart ").bytes(), "sheet.no_header"},
		{"a hidden sheet", goods().edit("xl/workbook.xml", "<sheet ", `<sheet state="veryHidden" `).bytes(), "sheet.no_header"},
		{"a header without the net content", bookOf([]any{"GTIN", "Name", "Brand"}).bytes(), "sheet.missing_column"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, rows, err := readAll(t, c.file)
			if pavilion.ReasonOf(err) != c.want || pavilion.KindOf(err) != pavilion.Invalid {
				t.Errorf("got error %v, want Invalid %s", err, c.want)
			}
			if len(rows) > 1 {
				t.Errorf("got %d rows before the refusal, want one at most", len(rows))
			}
			var out bytes.Buffer
			if c.want == "sheet.damaged" || c.want == "sheet.truncated" || c.want == "sheet.zip_bomb" || c.want == "sheet.macro" {
				if err := MarkSheet(t.Context(), bytes.NewReader(c.file), int64(len(c.file)), noFindings, sayPlainly, &out); err != nil && pavilion.KindOf(err) != pavilion.Invalid {
					t.Errorf("MarkSheet: got error %v, want it Invalid", err)
				}
			}
		})
	}
}

func noFindings(func(pavilion.Finding) bool) {}

// damaged returns a workbook with a wrong byte in the packed content of a part.
func damaged(t *testing.T, part string) []byte {
	t.Helper()
	file := goods().bytes()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Name == part {
			offset, err := f.DataOffset()
			if err != nil {
				t.Fatal(err)
			}
			file[offset+int64(f.CompressedSize64)/2] ^= 0x55
		}
	}
	return file
}

// bigDirectory returns a zip that says it holds more than we ever unpack.
func bigDirectory(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range 3 {
		w, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(i), Method: zip.Deflate, CompressedSize64: 4 << 20, UncompressedSize64: 700 << 20})
		if err == nil {
			_, err = w.Write(make([]byte, 4<<20))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// patched returns a workbook with a number changed in the directory's entry of its sheet.
func patched(t *testing.T, at int, value uint32) []byte {
	t.Helper()
	return patch(t, goods().bytes(), at, value)
}

func patch(t *testing.T, file []byte, at int, value uint32) []byte {
	t.Helper()
	entry := bytes.LastIndex(file, []byte(sheetOne)) - 46 // the fixed part of an entry
	if string(file[entry:entry+4]) != "PK\x01\x02" {
		t.Fatal("the directory is not where it should be")
	}
	binary.LittleEndian.PutUint32(file[entry+at:], value)
	return file
}

// shifted returns a workbook that says its directory begins later than it does, so that
// the parts seem to begin earlier.
func shifted() []byte {
	file := goods().bytes()
	offset := file[len(file)-6 : len(file)-2]
	binary.LittleEndian.PutUint32(offset, binary.LittleEndian.Uint32(offset)+1000)
	return file
}

// lyingSize returns a workbook whose sheet unpacks to more than the directory says.
func lyingSize(t *testing.T) []byte {
	t.Helper()
	b := goods().edit(sheetOne, "<sheetData>", "<sheetData>"+strings.Repeat(" ", 10<<20))
	return patch(t, b.bytes(), 24, 1000)
}

// overlapping returns a zip with two entries that share their bytes.
func overlapping(t *testing.T) []byte {
	t.Helper()
	content := strings.Repeat("x", 100)
	file := pack(t, goods(), zipEntry{name: "first.bin", content: content}, zipEntry{name: "second.bin", content: content})
	first, second := bytes.LastIndex(file, []byte("first.bin"))-46, bytes.LastIndex(file, []byte("second.bin"))-46
	if string(file[first:first+4]) != "PK\x01\x02" || string(file[second:second+4]) != "PK\x01\x02" {
		t.Fatal("the directory is not where it should be")
	}
	copy(file[second+42:second+46], file[first+42:first+46]) // the offset of the entry
	return file
}

// manyParts returns a zip of empty parts.
func manyParts(t *testing.T, count int) []byte {
	t.Helper()
	var extra bytes.Buffer
	z := zip.NewWriter(&extra)
	for i := range count {
		h := &zip.FileHeader{Name: fmt.Sprintf("xl/%0100d", i), CRC32: crc32.ChecksumIEEE(nil)}
		if _, err := z.CreateRaw(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return extra.Bytes()
}
