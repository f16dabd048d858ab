package catalog

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"pavilion"
)

// markColours fill the marked cells. They differ by one shade from those programs offer, so
// that a colour of ours is known again.
var markColours = map[pavilion.Severity]string{
	pavilion.Blocks:  "FFFFC7CF",
	pavilion.Warns:   "FFFFEB9D",
	pavilion.Informs: "FFDDEBF6",
}

// markStyles knows the cell formats of a book, and hands out further ones for marked cells.
type markStyles struct {
	formats int          // the book has
	ours    map[int]bool // formats filled with a colour of ours, by an earlier marking
	added   []addedFormat
	index   map[addedFormat]int
}

// addedFormat is a format of the book with another fill; a format of the summary is base -1.
type addedFormat struct {
	base     int
	severity pavilion.Severity // "" is no fill
	look     cellLook
}

// cellLook is how a cell of the summary looks.
type cellLook uint8

const (
	asItWas cellLook = iota
	wrapped
	title
	link
)

// noStyles is the part for a book that has none.
const noStyles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
	`<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`

// loadMarkStyles reads how many formats the book has and which of them an earlier marking
// made.
func (b *book) loadMarkStyles() (*markStyles, error) {
	s := &markStyles{ours: map[int]bool{}, index: map[addedFormat]int{}}
	if b.parts[b.styles] == nil {
		s.formats = 1 // of noStyles
		return s, nil
	}
	fill, fills := -1, map[int]bool{}
	section := ""
	err := b.read(b.styles, func(x *xmlReader) error {
		for {
			token, err := x.next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if token != xmlStart {
				continue
			}
			switch name := string(x.name); {
			case len(x.opened) == 2:
				section = name
			case section == "fills" && name == "fill":
				fill++
			case section == "fills" && name == "fgColor":
				for _, colour := range markColours {
					fills[fill] = fills[fill] || strings.EqualFold(string(x.attr("rgb")), colour)
				}
			case section == "cellXfs" && name == "xf":
				s.ours[s.formats] = fills[attrInt(x, "fillId")]
				s.formats++
			}
		}
	})
	return s, err
}

// marked returns the format for a marked cell that had the format old.
func (s *markStyles) marked(old int, severity pavilion.Severity) int {
	if old >= s.formats {
		old = 0
	}
	return s.add(addedFormat{base: old, severity: severity})
}

// unmarked returns the format for a cell without a mark: the old one unless an earlier
// marking made it.
func (s *markStyles) unmarked(old int) int {
	if !s.ours[old] {
		return old
	}
	return s.add(addedFormat{base: old})
}

func (s *markStyles) add(f addedFormat) int {
	if i, ok := s.index[f]; ok {
		return i
	}
	i := s.formats + len(s.added)
	s.index[f], s.added = i, append(s.added, f)
	return i
}

// writeStyles copies the styles with the formats that were handed out.
func (m *marking) writeStyles(added *additions, done map[string]bool) error {
	if m.book.parts[m.book.styles] != nil {
		return m.rewrite(m.book.styles, (&formatAdder{styles: m.styles}).edit, done)
	}
	name, _, err := added.part(m.book.workbook, "styles", "xl/", "xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")
	if err != nil {
		return err
	}
	w, err := m.create(name, done)
	if err != nil {
		return err
	}
	return (&formatAdder{styles: m.styles}).copy(strings.NewReader(noStyles), w)
}

// formatAdder adds fonts, fills and formats to the styles while they are copied.
type formatAdder struct {
	styles  *markStyles
	section string
	fonts   int // counted so far
	fills   int
	formats [][]byte // as they stand, for those made from them
	format  []byte   // the one that is being read
}

// copy is for styles that are not in the book.
func (a *formatAdder) copy(from io.Reader, to io.Writer) error {
	x := newXMLReader(from)
	for {
		token, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		out, err := a.edit(x, token)
		if err != nil {
			return err
		}
		if _, err := to.Write(out); err != nil {
			return err
		}
	}
}

const (
	addedFonts = 2 // bold and link
	addedFills = 3 // a colour for each severity
)

var fillOrder = []pavilion.Severity{pavilion.Blocks, pavilion.Warns, pavilion.Informs}

func (a *formatAdder) edit(x *xmlReader, token xmlToken) ([]byte, error) {
	depth := len(x.opened)
	switch {
	case token == xmlStart && depth == 2:
		a.section = string(x.name)
		return a.withCount(x), nil
	case token == xmlStart && depth == 3 && a.section == "fonts":
		a.fonts++
	case token == xmlStart && depth == 3 && a.section == "fills":
		a.fills++
	case token == xmlEnd && depth == 1 && a.section == "fonts":
		return appendChildren(x, token, "fonts", fontLines), nil
	case token == xmlEnd && depth == 1 && a.section == "fills":
		return appendChildren(x, token, "fills", fillLines), nil
	case token == xmlEnd && depth == 1 && a.section == "cellXfs":
		return appendChildren(x, token, "cellXfs", a.formatLines), nil
	}
	if a.section == "cellXfs" && depth >= 2 {
		a.keepFormat(x, token)
	}
	return x.raw, nil
}

// withCount returns the start tag of a section with the number of what it will hold.
func (a *formatAdder) withCount(x *xmlReader) []byte {
	more := map[string]int{"fonts": addedFonts, "fills": addedFills, "cellXfs": len(a.styles.added)}[a.section]
	count := attrInt(x, "count")
	switch {
	case more == 0:
		return x.raw
	case x.closing, count < 0:
		return appendChildren(x, xmlStart, a.section, nil)
	}
	return withAttr(x.raw, "count", strconv.Itoa(count+more))
}

// keepFormat gathers the bytes of each format.
func (a *formatAdder) keepFormat(x *xmlReader, token xmlToken) {
	if token == xmlStart && len(x.opened) == 3 {
		a.format = a.format[:0]
	}
	a.format = append(a.format, x.raw...)
	if token == xmlEnd && len(x.opened) == 2 {
		a.formats = append(a.formats, append([]byte{}, a.format...))
	}
}

func fontLines(p string) string {
	return fmt.Sprintf(`<%[1]sfont><%[1]sb/><%[1]ssz val="12"/><%[1]sname val="Calibri"/></%[1]sfont>`+
		`<%[1]sfont><%[1]su/><%[1]ssz val="11"/><%[1]scolor rgb="FF3E6FB0"/><%[1]sname val="Calibri"/></%[1]sfont>`, p)
}

func fillLines(p string) string {
	var lines strings.Builder
	for _, severity := range fillOrder {
		fmt.Fprintf(&lines, `<%[1]sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="%[2]s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`,
			p, markColours[severity])
	}
	return lines.String()
}

// formatLines are the formats that were handed out, in their order.
func (a *formatAdder) formatLines(p string) string {
	var lines strings.Builder
	for _, f := range a.styles.added {
		fill := 0
		for i, severity := range fillOrder {
			if f.severity == severity {
				fill = a.fills + i
			}
		}
		if f.look != asItWas {
			font := map[cellLook]int{title: a.fonts, link: a.fonts + 1}[f.look]
			fmt.Fprintf(&lines, `<%[1]sxf numFmtId="49" fontId="%[2]d" fillId="%[3]d" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">`+
				`<%[1]salignment vertical="top" wrapText="1"/></%[1]sxf>`, p, font, fill)
			continue
		}
		format := []byte(`<` + p + `xf numFmtId="0" fontId="0" borderId="0" xfId="0"/>`)
		if f.base < len(a.formats) {
			format = a.formats[f.base]
		}
		lines.Write(withAttr(withAttr(format, "fillId", strconv.Itoa(fill)), "applyFill", "1"))
	}
	return lines.String()
}
