package catalog

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"pavilion"
)

// Limits of a workbook. They bound time and memory whatever the file holds; a sheet of a
// million rows and thirty columns stays inside them.
const (
	maxFileBytes      = 256 << 20 // of the file
	maxDirectoryBytes = 4 << 20   // read to learn which parts there are
	maxParts          = 4096
	maxInflatedBytes  = 1 << 30 // of all parts together
	maxInflation      = 200     // inflated to packed bytes of a part that is larger than the next
	freeInflatedBytes = 8 << 20
	maxSheets         = 256
)

// book is a workbook whose container was looked through: every part is named once, lies
// inside the file, and is not larger than it says. Nothing of it was taken in yet.
type book struct {
	parts    map[string]*zip.File // by lower-case name: part names ignore case (ECMA-376 part 2, section 6.2.2)
	workbook string               // name of the part that lists the sheets
	sheets   []sheetPart
	strings  string // name of the part with shared strings, "" if none
	styles   string // name of the part with styles, "" if none

	lastSheetID  int    // the highest number of a sheet
	relationBase string // what the types of relationships begin with: it differs in strict books
}

// sheetPart is a worksheet of a book.
type sheetPart struct {
	name   string // as people see it
	part   string // name of its part
	hidden bool
}

// openBook looks through the container. Errors are of kind Invalid: sheet.too_big,
// sheet.not_xlsx, sheet.encrypted, sheet.truncated, sheet.damaged, sheet.zip_bomb,
// sheet.unsafe_name, sheet.macro, sheet.external_links and those of readable.
func openBook(src io.ReaderAt, size int64) (*book, error) {
	if size > maxFileBytes {
		return nil, refuse("sheet.too_big", pavilion.Args{"megabytes": size >> 20, "limit": maxFileBytes >> 20})
	}
	if err := checkSignature(src, size); err != nil {
		return nil, err
	}
	directory := &budget{src: src, left: maxDirectoryBytes}
	archive, err := zip.NewReader(directory, size)
	if directory.left < 0 {
		return nil, refuse("sheet.zip_bomb", nil)
	}
	if err != nil {
		return nil, readable(err, "")
	}
	directory.left = 1 << 62 // from here on each part has its own limits
	b := &book{}
	if b.parts, err = listParts(archive.File, size); err != nil {
		return nil, err
	}
	if err := b.checkContent(); err != nil {
		return nil, err
	}
	return b, b.findSheets()
}

func refuse(reason string, args pavilion.Args) *pavilion.Error {
	return pavilion.E(pavilion.Invalid, reason, args).At("file")
}

// readable turns what went wrong while reading a part, or the directory of the zip if part
// is "", into a refusal: sheet.truncated, sheet.damaged, sheet.encoding, sheet.doctype or
// sheet.text_too_long. An error of the file's own reader is handed on as it is.
func readable(err error, part string) error {
	if pavilion.KindOf(err) == pavilion.Invalid {
		return err
	}
	args := pavilion.Args{"part": part}
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, zip.ErrFormat) && part == "":
		return refuse("sheet.truncated", nil).Because(err)
	case errors.Is(err, errXMLEncoding):
		return refuse("sheet.encoding", args).Because(err)
	case errors.Is(err, errXMLDoctype):
		return refuse("sheet.doctype", args).Because(err)
	case errors.Is(err, errXMLLong):
		return refuse("sheet.text_too_long", pavilion.Args{"limit": maxCellChars}).Because(err)
	case errors.Is(err, errXMLSyntax), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrAlgorithm), corrupt:
		return refuse("sheet.damaged", args).Because(err)
	}
	return err
}

// checkSignature tells a zip from the other files people send by its first bytes.
func checkSignature(src io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 1<<20))
	if _, err := src.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")): // OLE compound file
		tail := make([]byte, min(size, 1<<20))
		if _, err := src.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
			return err
		}
		if stream := utf16le("EncryptedPackage"); bytes.Contains(head, stream) || bytes.Contains(tail, stream) {
			return refuse("sheet.encrypted", nil)
		}
		return refuse("sheet.not_xlsx", pavilion.Args{"format": "xls"})
	case len(head) == 0:
		return refuse("sheet.truncated", nil)
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")):
		return refuse("sheet.not_xlsx", pavilion.Args{"format": "html"})
	}
	return refuse("sheet.not_xlsx", pavilion.Args{"format": "unknown"})
}

// utf16le is ASCII as the directory of a compound file has it.
func utf16le(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

// budget fails when more is read than is left.
type budget struct {
	src  io.ReaderAt
	left int64
}

var errBudget = errors.New("more was read than allowed")

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 { // archive/zip adds up offsets without looking
		return 0, zip.ErrFormat
	}
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errBudget
	}
	return b.src.ReadAt(p, off)
}

// listParts checks every entry of the zip, whether we are going to read it or not.
func listParts(files []*zip.File, size int64) (map[string]*zip.File, error) {
	if len(files) > maxParts {
		return nil, refuse("sheet.zip_bomb", nil)
	}
	type span struct{ from, to int64 }
	parts := make(map[string]*zip.File, len(files))
	spans := make([]span, 0, len(files))
	var inflated uint64
	for _, f := range files {
		name, ok := partName(f.Name)
		if !ok {
			return nil, refuse("sheet.unsafe_name", pavilion.Args{"part": short(strings.ToValidUTF8(f.Name, "?"))})
		}
		if parts[name] != nil {
			return nil, refuse("sheet.damaged", pavilion.Args{"part": name})
		}
		if f.Flags&1 != 0 {
			return nil, refuse("sheet.encrypted", nil)
		}
		packed, full := f.CompressedSize64, f.UncompressedSize64
		if full > maxInflatedBytes || full > freeInflatedBytes && full/maxInflation > packed {
			return nil, refuse("sheet.zip_bomb", nil)
		}
		if inflated += full; inflated > maxInflatedBytes {
			return nil, refuse("sheet.zip_bomb", nil)
		}
		from, err := f.DataOffset()
		if err != nil {
			return nil, readable(err, name)
		}
		if from > size || packed > uint64(size-from) {
			return nil, refuse("sheet.truncated", nil)
		}
		parts[name] = f
		spans = append(spans, span{from, from + int64(packed)})
	}
	// Parts that share bytes are how a small file unpacks to a huge one.
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return nil, refuse("sheet.zip_bomb", nil)
		}
	}
	return parts, nil
}

// partName returns the name as a key, and whether it stays inside the workbook.
func partName(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/") // some programs write Windows paths
	if strings.HasPrefix(name, "/") || strings.Contains(name, ":") || strings.ContainsRune(name, 0) {
		return "", false
	}
	for element := range strings.SplitSeq(name, "/") {
		if element == ".." {
			return "", false
		}
	}
	return strings.ToLower(name), true
}

// checkContent refuses what may be a workbook but not one we take.
func (b *book) checkContent() error {
	for name := range b.parts {
		switch {
		case path.Base(name) == "vbaproject.bin", strings.HasPrefix(name, "xl/macrosheets/"):
			return refuse("sheet.macro", nil)
		case strings.HasPrefix(name, "xl/externallinks/"):
			return refuse("sheet.external_links", nil)
		case name == "xl/workbook.bin":
			return refuse("sheet.not_xlsx", pavilion.Args{"format": "xlsb"})
		}
	}
	if b.parts["[content_types].xml"] == nil {
		format := "zip"
		if b.parts["mimetype"] != nil && b.parts["content.xml"] != nil {
			format = "ods"
		}
		return refuse("sheet.not_xlsx", pavilion.Args{"format": format})
	}
	return b.each("[content_types].xml", func(x *xmlReader) error {
		if bytes.Contains(bytes.ToLower(x.attr("ContentType")), []byte("macroenabled")) {
			return refuse("sheet.macro", nil)
		}
		return nil
	})
}

// findSheets follows the relationships from the package to the workbook to its parts.
func (b *book) findSheets() error {
	root, err := b.relations("")
	if err != nil {
		return err
	}
	for _, r := range root {
		if r.kind == "officeDocument" {
			b.workbook, b.relationBase = r.target, r.base
		}
	}
	if b.parts[b.workbook] == nil {
		return refuse("sheet.not_xlsx", pavilion.Args{"format": "zip"})
	}
	related, err := b.relations(b.workbook)
	if err != nil {
		return err
	}
	for _, r := range related {
		switch r.kind {
		case "sharedStrings":
			b.strings = r.target
		case "styles":
			b.styles = r.target
		case "externalLink":
			return refuse("sheet.external_links", nil)
		}
	}
	err = b.each(b.workbook, func(x *xmlReader) error {
		if string(x.name) != "sheet" {
			return nil
		}
		b.lastSheetID = max(b.lastSheetID, attrInt(x, "sheetId"))
		r := related[string(x.attr("id"))]
		if r.kind != "worksheet" || b.parts[r.target] == nil {
			return nil // a chart sheet has no cells
		}
		if len(b.sheets) == maxSheets {
			return refuse("sheet.zip_bomb", nil)
		}
		state := string(x.attr("state"))
		b.sheets = append(b.sheets, sheetPart{clean(string(x.attr("name"))), r.target, state != "" && state != "visible"})
		return nil
	})
	if err == nil && len(b.sheets) == 0 {
		err = refuse("sheet.no_header", headerArgs())
	}
	return err
}

// relation says that a part uses another one.
type relation struct {
	base   string // the type without its last word
	kind   string // last word of the type, such as "worksheet"
	target string // name of the part
}

// relations returns by id what the part uses; "" is the package itself. Targets outside
// the file, such as hyperlinks, are left out.
func (b *book) relations(part string) (map[string]relation, error) {
	name, folder := relationsOf(part), path.Dir(part)
	found := map[string]relation{}
	if b.parts[name] == nil {
		return found, nil
	}
	return found, b.each(name, func(x *xmlReader) error {
		if string(x.name) != "Relationship" || string(x.attr("TargetMode")) == "External" {
			return nil
		}
		target := string(x.attr("Target"))
		if rooted, ok := strings.CutPrefix(target, "/"); ok {
			target = path.Clean(rooted)
		} else {
			target = path.Join(folder, target)
		}
		base, kind := cutLast(string(x.attr("Type")), "/")
		found[string(x.attr("Id"))] = relation{base, kind, strings.ToLower(target)}
		return nil
	})
}

// cutLast divides s at the last separator.
func cutLast(s, separator string) (before, after string) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+len(separator):]
}

// relationsOf returns the name of the part that holds the relationships of a part.
func relationsOf(part string) string {
	folder, file := path.Split(part)
	return folder + "_rels/" + file + ".rels"
}

// each calls do on every start tag of a part.
func (b *book) each(name string, do func(*xmlReader) error) error {
	return b.read(name, func(x *xmlReader) error {
		for {
			token, err := x.next()
			if err == io.EOF {
				return nil
			}
			if err == nil && token == xmlStart {
				err = do(x)
			}
			if err != nil {
				return err
			}
		}
	})
}

// read hands a reader of the part to do; if do reads to the end, the checksum was right.
func (b *book) read(name string, do func(*xmlReader) error) error {
	part, err := b.open(name)
	if err != nil {
		return err
	}
	defer part.Close() //nolint:errcheck // closing a reader of memory and files we only read
	return readable(do(newXMLReader(part)), name)
}

// open unpacks a part. The reader fails where the part is larger than the directory says.
func (b *book) open(name string) (io.ReadCloser, error) {
	file := b.parts[name]
	if file == nil {
		return nil, refuse("sheet.damaged", pavilion.Args{"part": name})
	}
	part, err := file.Open()
	return part, readable(err, name)
}
