package catalog

import (
	"bufio"
	"fmt"
	"strings"

	"pavilion"
)

// summaryLine is one finding in the sheet that sums up.
type summaryLine struct {
	severity pavilion.Severity
	place    pavilion.Place
	sentence string
}

// writeSummary writes the sheet that sums up, over that of an earlier marking if there is
// one. It has texts only: nothing in it is computed, and nothing leads out of the workbook.
func (m *marking) writeSummary(added *additions, done map[string]bool) error {
	name := added.summary
	if name == "" {
		const media = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
		part, id, err := added.part(m.book.workbook, "worksheet", "xl/worksheets/", "xml", media)
		if err != nil {
			return err
		}
		name = part
		added.sheets = append(added.sheets, addedSheet{summaryName, id})
	}
	part, err := m.create(name, done)
	if err != nil {
		return err
	}
	s := &summary{w: bufio.NewWriter(part), styles: m.styles}
	s.begin()
	s.row(cellText{m.word("mark.title", nil), addedFormat{base: -1, look: title}})
	s.row(cellText{m.word("mark.counts", pavilion.Args{
		"blocks": m.counts[pavilion.Blocks], "warns": m.counts[pavilion.Warns], "informs": m.counts[pavilion.Informs],
	}), addedFormat{base: -1, look: wrapped}})
	if m.more > 0 {
		s.row(cellText{m.word("mark.more", pavilion.Args{"count": m.more}), addedFormat{base: -1, look: wrapped}})
	}
	heading := addedFormat{base: -1, look: title}
	s.row(cellText{m.word("mark.place", nil), heading}, cellText{m.word("mark.importance", nil), heading}, cellText{m.word("mark.explanation", nil), heading})
	importance := map[pavilion.Severity]string{}
	for _, severity := range fillOrder {
		importance[severity] = m.word("mark."+string(severity), nil)
	}
	for _, line := range m.lines {
		s.line(line, importance[line.severity])
	}
	return s.end()
}

// summary writes a sheet row by row.
type summary struct {
	w      *bufio.Writer // keeps the first error until end
	styles *markStyles
	number int
	links  strings.Builder
}

type cellText struct {
	text   string
	format addedFormat
}

func (s *summary) begin() {
	s.print(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="22" customWidth="1"/><col min="3" max="3" width="110" customWidth="1"/></cols><sheetData>`)
}

func (s *summary) print(text string) {
	_, _ = s.w.WriteString(text) //nolint:errcheck // Flush returns the first error
}

func (s *summary) row(cells ...cellText) {
	s.number++
	s.print(fmt.Sprintf(`<row r="%d">`, s.number))
	for i, c := range cells {
		s.print(fmt.Sprintf(`<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`,
			position{s.number, i + 1}, s.styles.add(c.format), escapeXML(inert(c.text))))
	}
	s.print(`</row>`)
}

// line writes a finding with a link to its cell.
func (s *summary) line(l summaryLine, importance string) {
	place, look := l.place.Sheet, wrapped
	if l.place.Row > 0 && l.place.Sheet != "" {
		at := position{l.place.Row, max(1, l.place.Column)}
		place, look = l.place.Sheet+"!"+at.String(), link
		location := "'" + strings.ReplaceAll(l.place.Sheet, "'", "''") + "'!" + at.String()
		fmt.Fprintf(&s.links, `<hyperlink ref="A%d" location="%s"/>`, s.number+1, escapeXML(location))
	}
	s.row(
		cellText{place, addedFormat{base: -1, look: look}},
		cellText{importance, addedFormat{base: -1, look: wrapped, severity: l.severity}},
		cellText{l.sentence, addedFormat{base: -1, look: wrapped}},
	)
}

func (s *summary) end() error {
	s.print(`</sheetData>`)
	if s.links.Len() > 0 {
		s.print(`<hyperlinks>` + s.links.String() + `</hyperlinks>`)
	}
	s.print(`<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/></worksheet>`)
	return s.w.Flush()
}

// inert keeps a text from being taken for a formula, here and when the sheet is saved as
// CSV and opened again.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
