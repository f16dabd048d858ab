package catalog

import (
	"slices"
	"strings"
	"unicode"

	"pavilion"
)

// headerRows is how many rows with content we look through for the header: a title, the
// producer and remarks may stand above it.
const headerRows = 50

// sheetRow is a row kept for looking at it twice.
type sheetRow struct {
	number int
	cells  []cell
}

// header is the row or the two rows of headings of a sheet.
type header struct {
	last     int              // number of its last row
	columns  map[Field]column // for words in several languages one entry each
	unknown  []column         // headings we do not understand
	repeated []column         // headings of a field that has its column already
	formulas []column         // headings that are formulas
	votes    map[pavilion.Lang]int
}

// column is a column and what its heading says.
type column struct {
	number int
	title  string // the heading as it stands
	heading
}

// findHeader returns the best header among the rows, the first sheet rows with content, or
// nil if nothing there looks like one. Headings may stand in two rows, group names above;
// two rows are taken for one header only if more is understood so.
func findHeader(rows []sheetRow) *header {
	best := &header{}
	for _, row := range rows {
		if h := readHeader(row, nil); len(h.columns) > len(best.columns) {
			best = h
		}
	}
	for i := 1; i < len(rows); i++ {
		above, row := rows[i-1], rows[i]
		if row.number != above.number+1 || hasGTIN(row) {
			continue
		}
		if h := readHeader(row, above.cells); len(h.columns) > len(best.columns) {
			best = h
		}
	}
	if len(best.columns) < 2 {
		return nil
	}
	return best
}

// hasGTIN tells a row of products from a row of headings.
func hasGTIN(row sheetRow) bool {
	for _, c := range row.cells {
		if _, err := ParseGTIN(c.text); err == nil {
			return true
		}
	}
	return false
}

// readHeader reads a row as headings, below the group names in groups, if any.
func readHeader(row sheetRow, groups []cell) *header {
	h := &header{last: row.number, columns: map[Field]column{}, votes: map[pavilion.Lang]int{}}
	for _, number := range columnsOf(row.cells, groups) {
		title, group := cellIn(row.cells, number), groupAbove(groups, number)
		if title.text == "" {
			if title = cellIn(groups, number); title.text == "" {
				continue
			}
			group = ""
		}
		c := column{number: number, title: clean(title.text)}
		if title.kind == formulaCell {
			h.formulas = append(h.formulas, c)
			continue
		}
		var ok bool
		if c.heading, ok = readHeadingIn(c.title, group); !ok {
			h.unknown = append(h.unknown, c)
			continue
		}
		if c.field == fieldRowNumber {
			continue
		}
		if _, taken := h.columns[c.field]; taken {
			h.repeated = append(h.repeated, c)
			continue
		}
		h.columns[c.field] = c
		h.votes[c.lang]++
	}
	return h
}

// readHeadingIn reads a heading below a group name, which may be part of what it says, or
// add the unit: "Storage temperature" above "from", "Size, mm" above "Length".
func readHeadingIn(title, group string) (heading, bool) {
	if group == "" {
		return readHeading(title)
	}
	if h, ok := readHeading(group + " " + title); ok {
		return h, true
	}
	h, ok := readHeading(title)
	above, _ := readHeading(group)
	if len(h.units) == 0 {
		h.units = above.units
	}
	if h.basis == "" {
		h.basis = above.basis
	}
	return h, ok
}

// columnsOf returns the numbers of the columns with content in either row, in order.
func columnsOf(rows ...[]cell) []int {
	var numbers []int
	for _, cells := range rows {
		for _, c := range cells {
			numbers = append(numbers, c.column)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// cellIn returns the cell of the column, or an empty one.
func cellIn(cells []cell, number int) cell {
	for _, c := range cells {
		if c.column == number {
			return c
		}
	}
	return cell{}
}

// groupAbove returns the group name over the column: a merged cell has its text in its
// first column only.
func groupAbove(groups []cell, number int) string {
	name := ""
	for _, c := range groups {
		if c.column <= number {
			name = clean(c.text)
		}
	}
	return name
}

// missing returns the required fields without a column.
func (h *header) missing() []Field {
	var fields []Field
	for _, f := range requiredFields {
		if len(h.of(f)) == 0 {
			fields = append(fields, f)
		}
	}
	return fields
}

// of returns the columns of a field: one at most, or one for each language.
func (h *header) of(f Field) []column {
	var found []column
	if c, ok := h.columns[f]; ok {
		found = append(found, c)
	}
	if f.hasWords() {
		for _, lang := range pavilion.Langs {
			if c, ok := h.columns[f.In(lang)]; ok {
				found = append(found, c)
			}
		}
	}
	return found
}

// lang is the language most headings are written in.
func (h *header) lang() pavilion.Lang {
	best := pavilion.English
	for _, lang := range pavilion.Langs {
		if h.votes[lang] > h.votes[best] {
			best = lang
		}
	}
	return best
}

// findings says which columns are not read, and why.
func (h *header) findings(sheet string) []pavilion.Finding {
	var all []pavilion.Finding
	add := func(severity pavilion.Severity, reason string, c column, args pavilion.Args) {
		args["heading"], args["column"] = short(c.title), columnName(c.number)
		all = append(all, pavilion.Finding{Severity: severity, Reason: reason, Field: string(c.field),
			Place: pavilion.Place{Sheet: sheet, Row: h.last, Column: c.number}, Args: args})
	}
	for _, c := range h.formulas {
		add(pavilion.Warns, "sheet.formula_heading", c, pavilion.Args{})
	}
	for _, c := range h.repeated {
		add(pavilion.Warns, "sheet.repeated_column", c, pavilion.Args{"first": columnName(h.columns[c.field].number)})
	}
	for _, c := range h.unknown {
		add(pavilion.Informs, "sheet.unknown_column", c, pavilion.Args{})
	}
	return all
}

// refusal returns the error for a header without a column that must be there, or nil.
func (h *header) refusal() error {
	missing := h.missing()
	if len(missing) == 0 {
		return nil
	}
	args := pavilion.Args{"row": h.last}
	for _, lang := range pavilion.Langs {
		args["missing_"+string(lang)] = understood(lang, missing)
		args["understood_"+string(lang)] = variants(lang, missing)
	}
	err := refuse("sheet.missing_column", args)
	err.Field = string(missing[0])
	return err
}

// variants lists some headings that would be understood as one of the fields.
func variants(lang pavilion.Lang, fields []Field) string {
	const some = 4
	var names []string
	for _, f := range fields {
		all := strings.Split(headingWords[f][lang], " | ")
		names = append(names, all[:min(some, len(all))]...)
	}
	return "«" + strings.Join(names, "», «") + "»"
}

// statement is what the rows above the header say about the producer.
type statement struct {
	name      string
	taxNumber string
	place     pavilion.Place // of the tax number
}

// producerLabels come before the producer's name, taxLabels before its tax number.
var (
	producerLabels = []string{"производитель", "изготовитель", "вытворца", "producer", "manufacturer", "生产商", "生产企业", "制造商", "厂家"}
	taxLabels      = []string{"унп", "unp", "учетный номер плательщика", "уліковы нумар плацельшчыка", "tax number", "税号", "纳税人识别号"}
)

// readStatement looks for the producer in the rows above the header, in the forms
// "Producer: Name", "Producer | Name" and "Name, UNP 123456789".
func readStatement(rows []sheetRow, header int) statement {
	var s statement
	for _, row := range rows {
		if row.number >= header {
			break
		}
		for i, c := range row.cells {
			next := ""
			if i+1 < len(row.cells) {
				next = clean(row.cells[i+1].text)
			}
			text := clean(c.text)
			if before, after, ok := cutLabel(text, producerLabels); ok && s.name == "" && before == "" {
				s.name = labelled(after, next)
			}
			if before, after, ok := cutLabel(text, taxLabels); ok && s.taxNumber == "" {
				if s.taxNumber = firstDigits(after); s.taxNumber == "" {
					s.taxNumber = firstDigits(next)
				}
				s.place = pavilion.Place{Row: row.number, Column: c.column}
				if s.name == "" {
					s.name = withoutLabel(before)
				}
			}
		}
	}
	name, _, _ := cutLabel(s.name, taxLabels)
	s.name = strings.TrimRight(name, " ,;(")
	return s
}

// cutLabel divides a text around the first of the labels in it; without one it returns the
// text and false.
func cutLabel(text string, labels []string) (before, after string, found bool) {
	folded := lower(text)
	if len(folded) != len(text) { // a letter whose cases differ in length: too strange to cut
		return text, "", false
	}
	for _, label := range labels {
		if i := strings.Index(folded, label); i >= 0 {
			return text[:i], text[i+len(label):], true
		}
	}
	return text, "", false
}

// labelled returns what a label names: what follows a colon, or else the next cell. Without
// a colon the word was part of a sentence.
func labelled(after, next string) string {
	value := strings.TrimLeft(after, " ")
	if value == "" {
		return next
	}
	stripped := strings.TrimLeft(value, ":：-–—")
	if stripped == value {
		return ""
	}
	if stripped = strings.TrimSpace(stripped); stripped == "" {
		return next
	}
	return stripped
}

// withoutLabel returns a name that stood before the tax number.
func withoutLabel(before string) string {
	if _, after, ok := cutLabel(before, producerLabels); ok {
		return labelled(after, "")
	}
	return strings.TrimSpace(before)
}

func firstDigits(s string) string {
	from := strings.IndexFunc(s, unicode.IsDigit)
	if from < 0 {
		return ""
	}
	s = s[from:]
	if to := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }); to >= 0 {
		s = s[:to]
	}
	return s
}

// short cuts a value down to what fits into a sentence.
func short(s string) string {
	const most = 60
	s = clean(s)
	count := 0
	for i := range s {
		if count++; count > most {
			return s[:i] + "…"
		}
	}
	return s
}
