package catalog

import (
	"fmt"
	"strconv"
)

// behindDrawing are the elements of a worksheet that come after legacyDrawing (ECMA-376
// part 1, section 18.3.1.99).
var behindDrawing = map[string]bool{
	"legacyDrawingHF": true, "picture": true, "oleObjects": true, "controls": true, "AlternateContent": true,
	"webPublishItems": true, "tableParts": true, "extLst": true,
}

// writeSheet copies a sheet with its cells coloured, and its notes.
func (m *marking) writeSheet(part string, marks *sheetMarks, added *additions, done map[string]bool) error {
	drawing, err := m.writeNotes(part, marks, added, done)
	if err != nil {
		return err
	}
	c := &cellMarker{marks: marks, styles: m.styles, drawing: drawing, relationBase: escapeXML(m.book.relationBase)}
	return m.rewrite(part, c.edit, done)
}

// cellMarker colours the cells of a sheet while it is copied.
type cellMarker struct {
	marks        *sheetMarks
	styles       *markStyles
	drawing      string // relationship of the notes' shapes to add, "" if none
	relationBase string

	row     int
	column  int   // of the last cell
	waiting []int // marked columns of this row whose cell did not come yet
	inRow   bool
}

func (c *cellMarker) edit(x *xmlReader, token xmlToken) ([]byte, error) {
	switch {
	case token == xmlStart && len(x.opened) == 2 && c.drawing != "" && behindDrawing[string(x.name)]:
		return append(c.drawingElement(x.prefix()), x.raw...), nil
	case token == xmlEnd && len(x.opened) == 0 && c.drawing != "":
		return append(c.drawingElement(x.prefix()), x.raw...), nil
	case token == xmlStart && string(x.name) == "row":
		return c.startRow(x), nil
	case token == xmlEnd && string(x.name) == "row":
		c.inRow = false
		return append(c.missingCells(x.prefix(), lastColumn+1), x.raw...), nil
	case token == xmlStart && string(x.name) == "c" && c.inRow:
		return c.cell(x), nil
	}
	return x.raw, nil
}

// drawingElement points to the shapes of the notes, once.
func (c *cellMarker) drawingElement(prefix string) []byte {
	element := fmt.Sprintf(`<%slegacyDrawing xmlns:r="%s" r:id="%s"/>`, prefix, c.relationBase, c.drawing)
	c.drawing = ""
	return []byte(element)
}

func (c *cellMarker) startRow(x *xmlReader) []byte {
	c.row++
	if at := attrInt(x, "r"); at > 0 {
		c.row = at
	}
	c.column, c.waiting = 0, c.marks.rows[c.row]
	if x.closing {
		return x.raw // a row without cells
	}
	c.inRow = true
	if len(c.waiting) == 0 {
		return x.raw
	}
	_, attrs, _ := cutName(x.raw[1:])
	tag := x.raw[:len(x.raw)-len(attrs)]
	return append(append([]byte{}, tag...), withoutAttr(attrs, "spans")...) // a missing cell may stand outside
}

// cell returns the start tag of a cell in the style it needs.
func (c *cellMarker) cell(x *xmlReader) []byte {
	c.column++
	if reference := x.attr("r"); reference != nil {
		c.column = referenceColumn(reference)
	}
	before := c.missingCells(x.prefix(), c.column)
	old := max(0, digits(x.attr("s")))
	style := c.styles.unmarked(old)
	if len(c.waiting) > 0 && c.waiting[0] == c.column {
		c.waiting = c.waiting[1:]
		style = c.styles.marked(old, c.marks.cells[position{c.row, c.column}].severity)
	}
	tag := x.raw
	if style != old {
		tag = withAttr(tag, "s", strconv.Itoa(style))
	}
	return append(before, tag...)
}

// missingCells returns the marked cells that should stand before the column and do not
// exist, because they are empty.
func (c *cellMarker) missingCells(prefix string, column int) []byte {
	var cells []byte
	for len(c.waiting) > 0 && c.waiting[0] < column {
		at := position{c.row, c.waiting[0]}
		c.waiting = c.waiting[1:]
		cells = fmt.Appendf(cells, `<%sc r="%s" s="%d"/>`, prefix, at, c.styles.marked(0, c.marks.cells[at].severity))
	}
	return cells
}
