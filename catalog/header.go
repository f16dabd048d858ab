package catalog

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pavilion"
)

// Field is a column of the product sheet in the words of the business, such as "gtin". A
// column that holds words and says in which language is the field and the language:
// "name.zh".
type Field string

// Fields of the product sheet.
const (
	FieldGTIN         Field = "gtin"
	FieldProducerCode Field = "producer_code"
	FieldBrand        Field = "brand"
	FieldCategory     Field = "category"
	FieldName         Field = "name"
	FieldDescription  Field = "description"
	FieldNet          Field = "net"
	FieldNetUnit      Field = "net_unit"
	FieldGrossWeight  Field = "gross_weight"
	FieldLength       Field = "length"
	FieldWidth        Field = "width"
	FieldHeight       Field = "height"
	FieldSize         Field = "size" // length × width × height
	FieldCasePack     Field = "case_pack"
	FieldShelfLife    Field = "shelf_life"
	FieldStorage      Field = "storage"
	FieldStorageMin   Field = "storage_min"
	FieldStorageMax   Field = "storage_max"
	FieldOrigin       Field = "origin"
	FieldIngredients  Field = "ingredients"
	FieldAllergens    Field = "allergens"
	FieldMayContain   Field = "may_contain"
	FieldEnergy       Field = "energy" // kJ, kcal or both, as the cell says
	FieldKJ           Field = "kj"
	FieldKcal         Field = "kcal"
	FieldFat          Field = "fat"
	FieldSaturated    Field = "saturated"
	FieldCarbohydrate Field = "carbohydrate"
	FieldSugars       Field = "sugars"
	FieldFibre        Field = "fibre"
	FieldProtein      Field = "protein"
	FieldSalt         Field = "salt"

	// fieldRowNumber is a column that counts the rows; it is understood and passed over.
	fieldRowNumber Field = "row_number"
)

// In returns the field for words in the language; "" leaves the language open.
func (f Field) In(lang pavilion.Lang) Field {
	if lang == "" {
		return f
	}
	return f + Field("."+lang)
}

// Lang splits off the language; "" means that the heading does not say.
func (f Field) Lang() (Field, pavilion.Lang) {
	name, lang, _ := strings.Cut(string(f), ".")
	return Field(name), pavilion.Lang(lang)
}

// hasWords tells the fields that may stand in several columns, one for each language.
func (f Field) hasWords() bool {
	return f == FieldName || f == FieldDescription || f == FieldStorage || f == FieldIngredients
}

// fieldOrder is the order in which the template has the columns and people read about them.
var fieldOrder = []Field{
	fieldRowNumber, FieldGTIN, FieldProducerCode, FieldBrand, FieldCategory, FieldName, FieldDescription,
	FieldNet, FieldNetUnit, FieldGrossWeight, FieldLength, FieldWidth, FieldHeight, FieldSize, FieldCasePack,
	FieldShelfLife, FieldStorage, FieldStorageMin, FieldStorageMax, FieldOrigin,
	FieldIngredients, FieldAllergens, FieldMayContain,
	FieldEnergy, FieldKJ, FieldKcal, FieldFat, FieldSaturated, FieldCarbohydrate, FieldSugars, FieldFibre, FieldProtein, FieldSalt,
}

// requiredFields are those without which there is no product.
var requiredFields = []Field{FieldGTIN, FieldName, FieldNet}

// Heading returns what the template calls the column, in the language.
func (f Field) Heading(lang pavilion.Lang) string {
	name, _ := f.Lang()
	return firstWords(headingWords[name][lang])
}

func firstWords(s string) string {
	first, _, _ := strings.Cut(s, " | ")
	return first
}

// Units of headings and cells beside those of net content.
const (
	unitHour    Unit = "h"
	unitDay     Unit = "day"
	unitWeek    Unit = "week"
	unitMonth   Unit = "month"
	unitYear    Unit = "year"
	unitKJ      Unit = "kj"
	unitKcal    Unit = "kcal"
	unitCelsius Unit = "°C"
)

// heading is a column as its heading describes it.
type heading struct {
	field Field         // with its language where it has one
	lang  pavilion.Lang // language the heading is written in
	units []Unit        // stated in the heading, in their order; empty if none
	basis Unit          // of "per 100 g" or "per 100 ml"; "" if not stated
}

// readHeading understands a heading, or returns false.
func readHeading(text string) (heading, bool) {
	h := heading{}
	tokens := headingTokens(text)
	if len(tokens) == 0 || len(tokens) > 24 {
		return h, false
	}
	tokens = h.takeBasis(tokens)
	tokens, words := takeLanguage(tokens)
	tokens = h.takeUnits(dropNoise(tokens))
	found, ok := dictionary()[strings.Join(tokens, " ")]
	if !ok {
		return h, false
	}
	h.field, h.lang = found.field, found.lang
	if h.field.hasWords() {
		h.field = h.field.In(words)
	}
	if h.field == FieldEnergy && len(h.units) == 1 {
		switch h.units[0] {
		case unitKJ:
			h.field = FieldKJ
		case unitKcal:
			h.field = FieldKcal
		}
	}
	return h, true
}

// headingTokens takes a heading apart into lower-case words and numbers. Chinese is written
// without spaces, so the words that only qualify a heading are set apart.
func headingTokens(text string) []string {
	text = lower(norm.NFKC.String(text))
	text = plainHeading.Replace(text)
	var b strings.Builder
	last := rune(0)
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || r == '№':
			if unicode.IsDigit(last) {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
		case unicode.IsDigit(r):
			if unicode.IsLetter(last) {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
		last = r
	}
	return strings.Fields(b.String())
}

// takeBasis takes out "100 g" and notes the unit.
func (h *heading) takeBasis(tokens []string) []string {
	for i := 0; i+1 < len(tokens); i++ {
		if tokens[i] != "100" {
			continue
		}
		if unit, ok := readUnit(tokens[i+1]); ok {
			h.basis = unit
			return slices.Delete(slices.Clone(tokens), i, i+2)
		}
	}
	return tokens
}

// takeLanguage takes out the words that name a language.
func takeLanguage(tokens []string) ([]string, pavilion.Lang) {
	lang := pavilion.Lang("")
	kept := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if l, ok := languageWords[t]; ok {
			lang = l
		} else {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return tokens, ""
	}
	return kept, lang
}

func dropNoise(tokens []string) []string {
	kept := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if !noiseWords[t] {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return tokens
	}
	return kept
}

// takeUnits takes the units off the end.
func (h *heading) takeUnits(tokens []string) []string {
	end := len(tokens)
	for end > 1 {
		unit, ok := readUnit(tokens[end-1])
		if !ok {
			break
		}
		h.units = slices.Insert(h.units, 0, unit)
		end--
	}
	return tokens[:end]
}

// readUnit reads a unit of net content, time or energy.
func readUnit(word string) (Unit, bool) {
	word = strings.TrimSuffix(lower(word), ".")
	if unit, ok := furtherUnits[word]; ok {
		return unit, true
	}
	unit, err := ParseUnit(word)
	return unit, err == nil
}

// meaning is what a heading says, by its words alone.
type meaning struct {
	field Field
	lang  pavilion.Lang
}

// dictionary is every heading we understand, reduced as readHeading reduces one.
var dictionary = sync.OnceValue(func() map[string]meaning {
	all := map[string]meaning{}
	for _, field := range fieldOrder {
		for _, lang := range pavilion.Langs {
			for words := range strings.SplitSeq(headingWords[field][lang], " | ") {
				h := heading{}
				tokens, _ := takeLanguage(h.takeBasis(headingTokens(words)))
				key := strings.Join(h.takeUnits(dropNoise(tokens)), " ")
				if _, taken := all[key]; !taken && key != "" {
					all[key] = meaning{field, lang}
				}
			}
		}
	}
	return all
})

// headerArgs are what a person needs who wrote a heading that we do not understand: the
// headings of the required columns in each language.
func headerArgs() pavilion.Args {
	args := pavilion.Args{"rows": headerRows}
	for _, lang := range pavilion.Langs {
		args["understood_"+string(lang)] = understood(lang, requiredFields)
	}
	return args
}

// understood lists the headings of the fields: «GTIN», «Name», …
func understood(lang pavilion.Lang, fields []Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, "«"+f.Heading(lang)+"»")
	}
	return strings.Join(names, ", ")
}
