package catalog

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"pavilion"
)

// exampleGTIN is the number of the template's example; see examplePrefix.
const exampleGTIN = "9521234567899"

// Rows of the template. The producer's name and tax number stand above the header.
const (
	templateProducerRow = 2
	templateTaxRow      = 3
	templateHeaderRow   = 5
	templateRows        = 10_000 // that drop-downs and hints are laid on
)

// templateColumn is a column of the template: a field, or one of its languages.
type templateColumn struct {
	field Field
	width float64
	unit  Unit // stated in the heading, "" if none
}

// templateColumns returns the columns in their order, those in the producer's own language
// and in Chinese first where there are several.
func templateColumns(lang pavilion.Lang) []templateColumn {
	columns := []templateColumn{{FieldGTIN, 18, ""}, {FieldProducerCode, 14, ""}, {FieldBrand, 18, ""}, {FieldCategory, 22, ""}}
	for _, l := range templateLangs(lang) {
		columns = append(columns, templateColumn{FieldName.In(l), 40, ""})
	}
	columns = append(columns, []templateColumn{
		{FieldNet, 12, ""}, {FieldNetUnit, 12, ""}, {FieldGrossWeight, 12, Gram},
		{FieldLength, 10, Millimetre}, {FieldWidth, 10, Millimetre}, {FieldHeight, 10, Millimetre},
		{FieldCasePack, 12, ""}, {FieldShelfLife, 14, unitDay},
		{FieldStorage.In(lang), 34, ""}, {FieldStorageMin, 14, ""}, {FieldStorageMax, 14, ""}, {FieldOrigin, 18, ""},
	}...)
	for _, f := range []Field{FieldIngredients, FieldDescription} {
		for _, l := range templateLangs(lang)[:2] {
			columns = append(columns, templateColumn{f.In(l), 50, ""})
		}
	}
	columns = append(columns, templateColumn{FieldAllergens, 26, ""}, templateColumn{FieldMayContain, 26, ""},
		templateColumn{FieldKJ, 14, ""}, templateColumn{FieldKcal, 14, ""})
	for _, f := range []Field{FieldFat, FieldSaturated, FieldCarbohydrate, FieldSugars, FieldFibre, FieldProtein, FieldSalt} {
		columns = append(columns, templateColumn{f, 14, Gram})
	}
	return columns
}

// templateLangs returns the languages of names: the producer's, Chinese, the others.
func templateLangs(lang pavilion.Lang) []pavilion.Lang {
	langs := []pavilion.Lang{lang}
	for _, l := range []pavilion.Lang{pavilion.Chinese, pavilion.English, pavilion.Russian, pavilion.Belarusian} {
		if l != lang {
			langs = append(langs, l)
		}
	}
	return langs
}

// heading returns the column's heading in the language, with the words' language and the
// unit where it has them.
func (c templateColumn) heading(lang pavilion.Lang) string {
	field, of := c.field.Lang()
	text := field.Heading(lang)
	switch {
	case lang == pavilion.Chinese && of != "":
		text += "（" + languageNames[lang][of] + "）"
	case lang == pavilion.Chinese && c.unit != "":
		text += "（" + unitNames[lang][c.unit] + "）"
	case of != "":
		text += " (" + languageNames[lang][of] + ")"
	case c.unit != "":
		text += ", " + unitNames[lang][c.unit]
	}
	return text
}

// Template writes an empty workbook that ReadSheet understands: headings with hints in the
// language, drop-downs for categories and units, and an example row that is never read as a
// product. Errors are of the writer.
func Template(w io.Writer, lang pavilion.Lang) error {
	t := &template{file: excelize.NewFile(), lang: lang, sheet: templateWords[lang].sheet}
	defer t.file.Close() //nolint:errcheck // a file in memory
	for _, step := range []func() error{t.addSheets, t.addStatement, t.addColumns, t.addExample, t.freeze} {
		if err := step(); err != nil {
			return fmt.Errorf("template in %s: %w", lang, err)
		}
	}
	return t.file.Write(w)
}

// template is the workbook while it is built.
type template struct {
	file  *excelize.File
	lang  pavilion.Lang
	sheet string
}

// listSheet holds what the drop-downs offer; it is hidden.
const listSheet = "lists"

func (t *template) addSheets() error {
	if err := t.file.SetSheetName("Sheet1", t.sheet); err != nil {
		return err
	}
	if _, err := t.file.NewSheet(listSheet); err != nil {
		return err
	}
	for i, c := range sheetCategories {
		if err := t.file.SetCellStr(listSheet, fmt.Sprintf("A%d", i+1), c.name[t.lang]); err != nil {
			return err
		}
	}
	return t.file.SetSheetVisible(listSheet, false)
}

// addStatement writes what stands above the header.
func (t *template) addStatement() error {
	words := templateWords[t.lang]
	for cell, text := range map[string]string{
		"A1":                                    words.title,
		fmt.Sprintf("A%d", templateProducerRow): words.producer,
		fmt.Sprintf("A%d", templateTaxRow):      words.taxNumber,
	} {
		if err := t.file.SetCellStr(t.sheet, cell, text); err != nil {
			return err
		}
	}
	return t.style(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 12}}, "A1", "A1")
}

func (t *template) style(style *excelize.Style, from, to string) error {
	id, err := t.file.NewStyle(style)
	if err != nil {
		return err
	}
	return t.file.SetCellStyle(t.sheet, from, to, id)
}

func (t *template) styleColumn(style *excelize.Style, letters string) error {
	id, err := t.file.NewStyle(style)
	if err != nil {
		return err
	}
	return t.file.SetColStyle(t.sheet, letters, id)
}

// addColumns writes the headings, widths, hints and drop-downs.
func (t *template) addColumns() error {
	for i, c := range templateColumns(t.lang) {
		letters := columnName(i + 1)
		if c.field == FieldGTIN { // a text, so that no program shortens it to 4.81E+12
			if err := t.styleColumn(&excelize.Style{NumFmt: 49}, letters); err != nil {
				return err
			}
		}
		heading := fmt.Sprintf("%s%d", letters, templateHeaderRow)
		if err := t.file.SetCellStr(t.sheet, heading, c.heading(t.lang)); err != nil {
			return err
		}
		if err := t.style(headingStyle(c.field), heading, heading); err != nil {
			return err
		}
		if err := t.file.SetColWidth(t.sheet, letters, letters, c.width); err != nil {
			return err
		}
		if err := t.addHint(c, letters); err != nil {
			return err
		}
	}
	return t.file.SetRowHeight(t.sheet, templateHeaderRow, 48)
}

// headingStyle has a colour for the columns that must be filled in, and a paler one for the
// others.
func headingStyle(f Field) *excelize.Style {
	name, _ := f.Lang()
	fill, ink := "F6F1E7", "1E2430"
	for _, required := range requiredFields {
		if name == required {
			fill, ink = "3E6FB0", "FFFFFF"
		}
	}
	return &excelize.Style{
		Font:      &excelize.Font{Bold: true, Color: ink},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"},
		Border:    []excelize.Border{{Type: "bottom", Color: "C8313E", Style: 2}},
	}
}

// addHint shows what to write when a cell of the column is chosen, and offers what there is
// to choose from.
func (t *template) addHint(c templateColumn, letters string) error {
	field, _ := c.field.Lang()
	cells := fmt.Sprintf("%s%d:%s%d", letters, templateHeaderRow+1, letters, templateHeaderRow+templateRows)
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	v.SetInput(shortHeading(c.heading(t.lang)), hints[field][t.lang])
	switch field {
	case FieldCategory:
		v.SetSqrefDropList(fmt.Sprintf("%s!$A$1:$A$%d", listSheet, len(sheetCategories)))
	case FieldNetUnit:
		if err := v.SetDropList(offeredUnits(t.lang)); err != nil {
			return err
		}
	}
	return t.file.AddDataValidation(t.sheet, v)
}

// shortHeading fits the title of a hint, which may have 32 characters.
func shortHeading(s string) string {
	if runes := []rune(s); len(runes) > 32 {
		return string(runes[:31]) + "…"
	}
	return s
}

func offeredUnits(lang pavilion.Lang) []string {
	var names []string
	for _, unit := range []Unit{Gram, Kilogram, Millilitre, Litre, Piece} {
		names = append(names, unitNames[lang][unit])
	}
	return names
}

// addExample writes the example row in pale italics.
func (t *template) addExample() error {
	columns := templateColumns(t.lang)
	row := templateHeaderRow + 1
	for i, c := range columns {
		text, isNumber := exampleValue(c.field, t.lang)
		set := t.file.SetCellStr
		if isNumber {
			set = t.file.SetCellDefault
		}
		if err := set(t.sheet, fmt.Sprintf("%s%d", columnName(i+1), row), text); err != nil {
			return err
		}
	}
	return t.style(&excelize.Style{Font: &excelize.Font{Italic: true, Color: "8A8F99"}},
		fmt.Sprintf("A%d", row), fmt.Sprintf("%s%d", columnName(len(columns)), row))
}

// freeze keeps headings and numbers in sight.
func (t *template) freeze() error {
	return t.file.SetPanes(t.sheet, &excelize.Panes{
		Freeze: true, XSplit: 1, YSplit: templateHeaderRow,
		TopLeftCell: fmt.Sprintf("B%d", templateHeaderRow+1), ActivePane: "bottomRight",
	})
}
