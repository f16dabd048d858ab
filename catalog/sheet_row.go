package catalog

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pavilion"
)

// Longest texts we take, in characters.
const (
	maxName        = 300
	maxShort       = 100 // brands, codes
	maxStorage     = 1_000
	maxIngredients = 8_000
	maxDescription = 10_000
)

// examplePrefix starts the GTINs that GS1 keeps for demonstrations and examples; a row with
// one is the template's example, not a product.
const examplePrefix = "952"

// rowParser turns the cells of a row into a ProductRow. It keeps what it needs across rows.
type rowParser struct {
	sheet   string
	columns map[Field]column
	words   map[Field][]column // columns of a field in its languages
	seen    map[uint64]int32   // row each GTIN first stood in

	row   *ProductRow
	cells [maxColumns + 1]cell // of the row, by column
	used  []int                // columns that are filled in cells
}

func newRowParser(sheet string, h *header) *rowParser {
	p := &rowParser{sheet: sheet, columns: h.columns, words: map[Field][]column{}, seen: map[uint64]int32{}}
	for _, f := range fieldOrder {
		if f.hasWords() {
			p.words[f] = h.of(f)
		}
	}
	return p
}

// rowVerdict says what a row of cells turned out to be.
type rowVerdict uint8

const (
	productRow rowVerdict = iota
	exampleRow            // of the template
	otherRow              // a remark, a group name, a total
)

// parse reads a row. The cells are not kept.
func (p *rowParser) parse(number int, cells []cell) (ProductRow, rowVerdict) {
	row := ProductRow{Number: number}
	p.row = &row
	for _, column := range p.used {
		p.cells[column] = cell{}
	}
	p.used = p.used[:0]
	for _, c := range cells {
		if c.kind == formulaCell {
			c.text = strings.TrimSpace(c.text)
		} else if c.text = clean(c.text); isBlank(c.text) {
			continue
		}
		p.cells[c.column] = c
		p.used = append(p.used, c.column)
	}
	if !p.isProduct() {
		return row, otherRow
	}
	p.readGTIN()
	if strings.HasPrefix(string(row.GTIN), examplePrefix) && len(row.GTIN) == 13 {
		return row, exampleRow
	}
	row.ProducerCode = p.text(FieldProducerCode, maxShort)
	row.Brand = p.text(FieldBrand, maxShort)
	p.readCategory()
	row.Name = p.texts(FieldName, maxName)
	if len(row.Name) == 0 && !p.found(FieldName) {
		p.find(pavilion.Blocks, "name.missing", FieldName, nil)
	}
	row.Description = p.texts(FieldDescription, maxDescription)
	p.readAmounts()
	p.readStorage()
	p.readOrigin()
	p.readIngredients()
	p.readNutrition()
	row.Hash = hash(&row)
	return row, productRow
}

// isProduct tells a row of a product from a remark or a group name, which fill one cell
// and, unless it is the only thing the row has, no GTIN.
func (p *rowParser) isProduct() bool {
	filled := 0
	for _, c := range p.columns {
		if p.cells[c.number].column != 0 {
			filled++
		}
	}
	gtin := p.cells[p.columns[FieldGTIN].number]
	return filled > 1 || filled == 1 && gtin.column != 0 && len(firstDigits(gtin.text)) >= 8
}

// find notes a finding at the field's cell.
func (p *rowParser) find(severity pavilion.Severity, reason string, f Field, args pavilion.Args) {
	p.row.Findings = append(p.row.Findings, pavilion.Finding{
		Severity: severity, Reason: reason, Field: string(f), Args: args,
		Place: pavilion.Place{Sheet: p.sheet, Row: p.row.Number, Column: p.columnOf(f)},
	})
}

// findError notes an error of a parser as a finding.
func (p *rowParser) findError(err error, f Field, value string) {
	args := pavilion.Args{"value": short(value)}
	if e, ok := errors.AsType[*pavilion.Error](err); ok {
		for name, arg := range e.Args {
			if name != "value" {
				args[name] = arg
			}
		}
	}
	p.find(pavilion.Blocks, pavilion.ReasonOf(err), f, args)
}

func (p *rowParser) columnOf(f Field) int {
	if c, ok := p.columns[f]; ok {
		return c.number
	}
	if name, _ := f.Lang(); len(p.words[name]) > 0 {
		return p.words[name][0].number
	}
	return 0
}

// found tells whether there is a finding about the field already.
func (p *rowParser) found(f Field) bool {
	for _, finding := range p.row.Findings {
		if name, _ := Field(finding.Field).Lang(); name == f {
			return true
		}
	}
	return false
}

// cell returns the cell of a field if it has a value we may use. A formula or an error
// value is a finding.
func (p *rowParser) cell(f Field) (cell, bool) {
	c, ok := p.columns[f]
	if !ok {
		return cell{}, false
	}
	value := p.cells[c.number]
	switch {
	case value.column == 0:
		return cell{}, false
	case value.kind == formulaCell:
		p.find(pavilion.Blocks, "sheet.formula", f, pavilion.Args{"value": short(value.text)})
		return cell{}, false
	case value.kind == errorCell:
		p.find(pavilion.Blocks, "cell.error", f, pavilion.Args{"value": short(value.text)})
		return cell{}, false
	}
	return value, true
}

// text returns the words of a field.
func (p *rowParser) text(f Field, most int) string {
	c, ok := p.cell(f)
	if !ok {
		return ""
	}
	if c.kind == numberCell { // 12345 may be stored as 1.2345E4
		if n, rest, ok := cutNumber(c.text); ok && rest == "" {
			return n.shown().String()
		}
	}
	if utf8.RuneCountInString(c.text) > most {
		p.find(pavilion.Blocks, "text.too_long", f, pavilion.Args{"length": utf8.RuneCountInString(c.text), "limit": most})
		return ""
	}
	return c.text
}

// texts returns the words of a field in its languages. Where a heading names no language,
// the letters tell.
func (p *rowParser) texts(f Field, most int) pavilion.Text {
	var words pavilion.Text
	for _, c := range p.words[f] {
		text := p.text(c.field, most)
		if text == "" {
			continue
		}
		_, lang := c.field.Lang()
		if lang == "" {
			lang = scriptOf(text, c.lang)
			if p.names(f, lang) && !p.names(f, c.lang) { // a quoted word of that language, then
				lang = c.lang
			}
		}
		if words == nil {
			words = pavilion.Text{}
		}
		if words[lang] == "" || c.field != f { // a column that names its language is trusted more
			words[lang] = text
		}
	}
	return words
}

// names tells whether a column of the field names the language in its heading.
func (p *rowParser) names(f Field, lang pavilion.Lang) bool {
	return slices.ContainsFunc(p.words[f], func(c column) bool { return c.field == f.In(lang) })
}

func (p *rowParser) readGTIN() {
	c, ok := p.cell(FieldGTIN)
	if !ok {
		if !p.found(FieldGTIN) {
			p.find(pavilion.Blocks, "gtin.missing", FieldGTIN, nil)
		}
		return
	}
	digits := strings.TrimLeft(c.text, "'")
	n, rest, numeric := cutNumber(digits)
	if numeric && rest == "" && strings.ContainsAny(digits, "eE.") {
		whole, ok := n.whole()
		if !ok || c.kind != numberCell || shortened(digits) {
			p.find(pavilion.Blocks, "gtin.scientific", FieldGTIN, pavilion.Args{"value": short(c.text)})
			return
		}
		digits = strconv.FormatInt(whole, 10)
	}
	gtin, err := ParseGTIN(digits)
	switch {
	case err != nil && len(digits) == 13 && strings.HasSuffix(digits, "00000"):
		p.find(pavilion.Blocks, "gtin.scientific", FieldGTIN, pavilion.Args{"value": short(c.text)})
		return
	case err != nil:
		p.findError(err, FieldGTIN, c.text)
		return
	}
	p.row.GTIN = gtin
	value, err := strconv.ParseUint(string(gtin), 10, 64)
	if first, taken := p.seen[value]; taken && err == nil {
		p.find(pavilion.Blocks, "gtin.repeated", FieldGTIN, pavilion.Args{"value": string(gtin), "first": int(first)})
		return
	}
	p.seen[value] = int32(p.row.Number) //nolint:gosec // at most maxRows
}

// shortened tells 4.81007E12: a program that showed so few digits may have stored no more.
func shortened(number string) bool {
	mantissa, _, exponent := strings.Cut(lower(number), "e")
	return exponent && len(mantissa) < len("4.810067")
}

func (p *rowParser) readCategory() {
	text := p.text(FieldCategory, maxShort)
	if text == "" {
		return
	}
	key, ok := findCategory(text)
	if !ok {
		p.find(pavilion.Warns, "category.unknown", FieldCategory, pavilion.Args{"value": short(text)})
	}
	p.row.Category = key
}

func (p *rowParser) readOrigin() {
	text := p.text(FieldOrigin, maxShort)
	if text == "" {
		return
	}
	country, ok := countryCode(text)
	if !ok {
		p.find(pavilion.Blocks, "origin.unknown", FieldOrigin, pavilion.Args{"value": short(text)})
	}
	p.row.Origin = country
}
