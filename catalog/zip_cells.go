package catalog

import (
	"bytes"
	"strings"

	"pavilion"
)

// Limits of a sheet.
const (
	maxColumns   = 512
	maxRows      = 1 << 20   // Excel's own
	maxEmptyRows = 10_000    // stored one after the other
	maxCellChars = 32_767    // Excel's own
	maxCellBytes = 128 << 10 // maxCellChars in UTF-8
	maxRowBytes  = 1 << 20   // of all cells of a row
	lastColumn   = 16_384    // Excel's own, XFD
)

// cellKind is the type of a cell's value.
type cellKind uint8

const (
	textCell cellKind = iota
	numberCell
	percentCell // a number shown as per cent
	dateCell    // a number shown as a day or time
	errorCell   // #N/A and the like
	formulaCell
)

// cell is a cell with content.
type cell struct {
	column int // from 1
	kind   cellKind
	text   string // of a number its digits as stored, of a formula its last result
}

// rowReader pulls the rows of a sheet that have content.
type rowReader struct {
	x       *xmlReader
	strings *sharedStrings
	styles  []numberStyle

	row    int // number of the row read last
	empty  int // rows without content since
	cells  []cell
	spans  []textSpan // where in bytes the text of each cell stands
	bytes  []byte
	number int // column of the cell read last
}

// textSpan is a piece of rowReader.bytes, or a shared string if shared is not "".
type textSpan struct {
	from, to int
	shared   string
}

// sheetReader returns a reader that stands before the first row.
func sheetReader(x *xmlReader, texts *sharedStrings, styles []numberStyle) *rowReader {
	return &rowReader{x: x, strings: texts, styles: styles}
}

// next returns the number of the next row with content and its cells, which are valid until
// the next call, and io.EOF after the last.
func (r *rowReader) next() (int, []cell, error) {
	for {
		token, err := r.x.next()
		if err != nil {
			return 0, nil, err
		}
		if token != xmlStart || string(r.x.name) != "row" {
			continue
		}
		if err := r.readRow(); err != nil {
			return 0, nil, err
		}
		if len(r.cells) > 0 {
			r.empty = 0
			return r.row, r.cells, nil
		}
		if r.empty++; r.empty > maxEmptyRows {
			return 0, nil, refuse("sheet.too_many_empty_rows", pavilion.Args{"row": r.row, "limit": maxEmptyRows})
		}
	}
}

// readRow reads the row whose start tag was read last.
func (r *rowReader) readRow() error {
	number := r.row + 1
	if at := attrInt(r.x, "r"); at >= 0 {
		number = at
	}
	if number <= r.row || number > maxRows {
		return errXMLSyntax
	}
	r.row, r.number = number, 0
	r.cells, r.spans, r.bytes = r.cells[:0], r.spans[:0], r.bytes[:0]
	for {
		token, err := r.x.next()
		if err != nil {
			return unexpected(err)
		}
		switch token {
		case xmlEnd:
			r.finish()
			return nil
		case xmlStart:
			if string(r.x.name) == "c" {
				err = r.readCell()
			} else {
				err = r.x.skip()
			}
			if err != nil {
				return err
			}
		}
	}
}

// finish gives the cells of the row their texts, all pieces of one string.
func (r *rowReader) finish() {
	all := string(r.bytes)
	for i, s := range r.spans {
		if r.cells[i].text = s.shared; s.shared == "" {
			r.cells[i].text = all[s.from:s.to]
		}
	}
}

// readCell reads the cell whose start tag was read last, and keeps it if it has content.
func (r *rowReader) readCell() error {
	column := r.number + 1
	if reference := r.x.attr("r"); reference != nil {
		column = referenceColumn(reference)
	}
	if column <= r.number || column > lastColumn {
		return errXMLSyntax
	}
	r.number = column
	kind, shared := r.cellKind()
	from := len(r.bytes)
	formula, err := r.readValue()
	if err != nil {
		return err
	}
	span := textSpan{from: from, to: len(r.bytes)}
	if shared && span.from < span.to {
		if span.shared, err = r.strings.get(digits(r.bytes[from:])); err != nil {
			return err
		}
		r.bytes = r.bytes[:from]
		span.to = from
	}
	if formula {
		kind = formulaCell
	} else if span.shared == "" && len(bytes.TrimSpace(r.bytes[from:])) == 0 {
		r.bytes = r.bytes[:from]
		return nil
	}
	if column > maxColumns {
		return refuse("sheet.too_wide", pavilion.Args{"column": columnName(column), "limit": maxColumns})
	}
	r.cells = append(r.cells, cell{column: column, kind: kind})
	r.spans = append(r.spans, span)
	return nil
}

// cellKind reads the type and style of the cell whose start tag was read last.
func (r *rowReader) cellKind() (kind cellKind, shared bool) {
	switch string(r.x.attr("t")) {
	case "s":
		return textCell, true
	case "str", "inlineStr", "b":
		return textCell, false
	case "e":
		return errorCell, false
	case "d":
		return dateCell, false
	}
	style := plainNumber
	if s := r.x.attr("s"); s != nil {
		if i := digits(s); i >= 0 && i < len(r.styles) {
			style = r.styles[i]
		}
	}
	switch style {
	case percentNumber:
		return percentCell, false
	case dateNumber:
		return dateCell, false
	}
	return numberCell, false
}

// readValue appends the content of the cell to bytes and tells whether it has a formula.
func (r *rowReader) readValue() (formula bool, err error) {
	inValue := false
	for {
		var token xmlToken
		if token, err = r.x.next(); err != nil {
			return false, unexpected(err)
		}
		switch token {
		case xmlText:
			if !inValue {
				continue
			}
			if r.bytes = append(r.bytes, r.x.text...); len(r.bytes) > maxRowBytes {
				return false, errXMLLong
			}
		case xmlEnd:
			if !inValue {
				return formula, nil
			}
			inValue = false
		case xmlStart:
			switch string(r.x.name) {
			case "v":
				inValue = true
			case "is":
				r.bytes, err = readRichText(r.x, r.bytes, maxRowBytes)
			case "f":
				formula = true
				err = r.x.skip()
			default:
				err = r.x.skip()
			}
			if err != nil {
				return false, err
			}
		}
	}
}

// referenceColumn returns the column of a reference such as "AB12", or -1.
func referenceColumn(reference []byte) int {
	column := 0
	for i, c := range reference {
		if c < 'A' || c > 'Z' {
			if i == 0 || c < '0' || c > '9' {
				return -1
			}
			return column
		}
		if column = column*26 + int(c-'A') + 1; column > lastColumn {
			return -1
		}
	}
	return -1
}

// columnName returns the letters of a column, such as "AB" for 28.
func columnName(column int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// digits reads a number that is not negative, or returns -1.
func digits(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<30 {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	if len(b) == 0 {
		return -1
	}
	return n
}

// mergedRows are the ranges of a sheet that are merged over several rows. Only the first
// cell of such a range has a value; it is meant for all rows of the range.
type mergedRows struct{ column, from, to int }

const maxMerges = 10_000

// sheetTail is what stands behind the rows of a sheet.
type sheetTail struct {
	merges  []mergedRows
	drawing string // relationship of the shapes of its notes, "" if none
}

// checkSheet reads the part of a sheet to its end, so that a damaged file is refused before
// its first row is taken, and returns what stands behind the rows.
func (b *book) checkSheet(part string) (sheetTail, error) {
	var tail sheetTail
	err := b.each(part, func(x *xmlReader) error {
		switch string(x.name) {
		case "sheetData":
			return x.skipUnread()
		case "legacyDrawing":
			tail.drawing = string(x.attr("id"))
		case "mergeCell":
			from, to, ok := strings.Cut(string(x.attr("ref")), ":")
			top, bottom := referenceRow(from), referenceRow(to)
			if column := referenceColumn([]byte(from)); ok && column > 0 && top > 0 && bottom > top && len(tail.merges) < maxMerges {
				tail.merges = append(tail.merges, mergedRows{column, top, bottom})
			}
		}
		return nil
	})
	return tail, err
}

// referenceRow returns the row of a reference such as "AB12", or -1.
func referenceRow(reference string) int {
	return digits([]byte(strings.TrimLeft(reference, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
}
