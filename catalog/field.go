package catalog

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pavilion"
	"pavilion/money"
	"pavilion/staff"
)

// The fields people edit, compare and take back stand in one table for products and one for
// SKUs. Each knows how its value is written in words people type, and how to read it again:
// so a form, a history and a value that is restored all speak of the same.

// ProductField is a field of a product as people edit it.
type ProductField struct {
	Name Field
	Get  func(Product) string
	Set  func(*Product, string) error // the errors are Invalid
}

// SKUField is a field of a SKU as people edit it.
type SKUField struct {
	Name Field
	Get  func(SKU) string
	Set  func(*SKU, string) error
}

// longest is how many characters a field of words takes.
var longest = map[Field]int{FieldName: 300, FieldBrand: 100, FieldDescription: 10_000, FieldIngredients: 5_000, FieldStorage: 1_000}

// ProductFields are the fields of a product in the order people read them.
var ProductFields = slices.Concat(
	wordFields(FieldName, func(p *Product) *pavilion.Text { return &p.Name }),
	[]ProductField{
		{FieldBrand, func(p Product) string { return string(p.Brand) }, func(p *Product, s string) error { p.Brand = pavilion.BrandID(s); return nil }},
		{FieldCategory, func(p Product) string { return p.Category }, func(p *Product, s string) error { p.Category = s; return nil }},
		{FieldOrigin, func(p Product) string { return p.Origin }, func(p *Product, s string) error { p.Origin = strings.ToUpper(s); return nil }},
	},
	wordFields(FieldDescription, func(p *Product) *pavilion.Text { return &p.Description }),
	wordFields(FieldIngredients, func(p *Product) *pavilion.Text { return &p.IngredientsText }),
	wordFields(FieldStorage, func(p *Product) *pavilion.Text { return &p.Storage }),
)

// SKUFields are the fields of a SKU in the order people read them.
var SKUFields = []SKUField{
	{FieldProducerCode, func(s SKU) string { return s.ProducerCode }, func(s *SKU, v string) error { s.ProducerCode = v; return nil }},
	{FieldNet, func(s SKU) string { return s.Net.String() }, setNet},
	count(FieldGrossWeight, func(s *SKU) *int64 { return &s.GrossWeightG }),
	count(FieldLength, func(s *SKU) *int64 { return &s.LengthMM }),
	count(FieldWidth, func(s *SKU) *int64 { return &s.WidthMM }),
	count(FieldHeight, func(s *SKU) *int64 { return &s.HeightMM }),
	count(FieldCasePack, func(s *SKU) *int64 { return &s.CasePack }),
	count(FieldShelfLife, func(s *SKU) *int64 { return &s.ShelfLifeDays }),
	celsius(FieldStorageMin, func(s *SKU) **int64 { return &s.StorageMinC }),
	celsius(FieldStorageMax, func(s *SKU) **int64 { return &s.StorageMaxC }),
	allergens(FieldAllergens, func(s *SKU) *[]string { return &s.Facts.Allergens }),
	allergens(FieldMayContain, func(s *SKU) *[]string { return &s.Facts.MayContain }),
	{FieldNoAllergens, func(s SKU) string { return yes(s.Facts.NoAllergens) }, func(s *SKU, v string) error { s.Facts.NoAllergens = v != ""; return nil }},
	{FieldBasis, func(s SKU) string { return string(s.nutrition().Basis) }, setBasis},
	nutrient(FieldKJ, 0, func(n *Nutrition) **int64 { return &n.KJ }),
	nutrient(FieldKcal, 0, func(n *Nutrition) **int64 { return &n.Kcal }),
	nutrient(FieldFat, 3, func(n *Nutrition) **int64 { return &n.Fat }),
	nutrient(FieldSaturated, 3, func(n *Nutrition) **int64 { return &n.Saturated }),
	nutrient(FieldCarbohydrate, 3, func(n *Nutrition) **int64 { return &n.Carbohydrate }),
	nutrient(FieldSugars, 3, func(n *Nutrition) **int64 { return &n.Sugars }),
	nutrient(FieldFibre, 3, func(n *Nutrition) **int64 { return &n.Fibre }),
	nutrient(FieldProtein, 3, func(n *Nutrition) **int64 { return &n.Protein }),
	nutrient(FieldSalt, 3, func(n *Nutrition) **int64 { return &n.Salt }),
}

// Fields a form has and a sheet has not as columns of their own.
const (
	FieldNoAllergens Field = "no_allergens" // the producer states that there are none
	FieldBasis       Field = "basis"        // nutrition is stated per 100 of what
	FieldComposition Field = "composition"  // the ingredients one by one, which follow those of the product
)

// ProductChanges returns what differs between two states of a product.
func ProductChanges(before, after Product) []staff.FieldChange {
	var out []staff.FieldChange
	for _, f := range ProductFields {
		if b, a := f.Get(before), f.Get(after); b != a {
			out = append(out, staff.FieldChange{Field: string(f.Name), Before: b, After: a})
		}
	}
	return out
}

// SKUChanges returns what differs between two states of a SKU. The fields stand behind its
// GTIN, "4810067073123.net", for they are noted about the product.
func SKUChanges(before, after SKU) []staff.FieldChange {
	var out []staff.FieldChange
	for _, f := range SKUFields {
		if b, a := f.Get(before), f.Get(after); b != a {
			out = append(out, staff.FieldChange{Field: string(after.GTIN) + "." + string(f.Name), Before: b, After: a})
		}
	}
	if !sameIngredients(before.Facts.Ingredients, after.Facts.Ingredients) {
		out = append(out, staff.FieldChange{Field: string(after.GTIN) + "." + string(FieldComposition), Before: list(before.Facts.Ingredients), After: list(after.Facts.Ingredients)})
	}
	return out
}

// wordFields are the fields of a text, one for each language.
func wordFields(f Field, of func(*Product) *pavilion.Text) []ProductField {
	out := make([]ProductField, len(pavilion.Langs))
	for i, lang := range pavilion.Langs {
		out[i] = ProductField{f.In(lang), func(p Product) string { return (*of(&p))[lang] }, func(p *Product, s string) error {
			if n := utf8.RuneCountInString(s); n > longest[f] {
				return pavilion.E(pavilion.Invalid, "text.too_long", pavilion.Args{"length": n, "limit": longest[f]}).At(string(f.In(lang)))
			}
			*of(p) = with(*of(p), lang, s)
			return nil
		}}
	}
	return out
}

// with returns the text with words in one language; the text itself may be shared.
func with(t pavilion.Text, lang pavilion.Lang, words string) pavilion.Text {
	out := make(pavilion.Text, len(t)+1)
	for l, s := range t {
		out[l] = s
	}
	if out[lang] = words; words == "" {
		delete(out, lang)
	}
	return out
}

func setNet(s *SKU, v string) (err error) {
	s.Net = Measure{}
	if v != "" {
		s.Net, err = ParseMeasure(v)
	}
	return err
}

// count is a field that counts something; 0 is not stated.
func count(f Field, of func(*SKU) *int64) SKUField {
	return SKUField{f, func(s SKU) string {
		if n := *of(&s); n != 0 {
			return strconv.FormatInt(n, 10)
		}
		return ""
	}, func(s *SKU, v string) error {
		*of(s) = 0
		if v == "" {
			return nil
		}
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < 0 {
			return malformed(f, v)
		}
		*of(s) = n
		return nil
	}}
}

// celsius is a field in degrees Celsius.
func celsius(f Field, of func(*SKU) **int64) SKUField {
	return SKUField{f, func(s SKU) string { return optional(*of(&s)) }, func(s *SKU, v string) error {
		*of(s) = nil
		if v == "" {
			return nil
		}
		n, err := strconv.ParseInt(strings.NewReplacer("−", "-", "+", "").Replace(v), 10, 16)
		if err != nil || n < -100 || n > 200 {
			return malformed(f, v)
		}
		*of(s) = &n
		return nil
	}}
}

func allergens(f Field, of func(*SKU) *[]string) SKUField {
	return SKUField{f, func(s SKU) string { return strings.Join(*of(&s), " ") }, func(s *SKU, v string) error {
		*of(s) = nil
		for _, code := range strings.Fields(v) {
			if !slices.Contains(Allergens, code) {
				return malformed(f, code)
			}
			*of(s) = append(*of(s), code)
		}
		return nil
	}}
}

func setBasis(s *SKU, v string) error {
	if v != string(Gram) && v != string(Millilitre) && v != "" {
		return malformed(FieldBasis, v)
	}
	return s.nourish(func(n *Nutrition) { n.Basis = Unit(v) })
}

// nutrient is a value of the nutrition; people write it in a unit 10^digits times the one
// it is kept in, such as grams for milligrams.
func nutrient(f Field, digits int, of func(*Nutrition) **int64) SKUField {
	unit := powerOf10(3 - digits) // thousandths in one of what is kept
	return SKUField{f, func(s SKU) string {
		n := s.nutrition()
		if v := *of(&n); v != nil {
			return decimal(*v * unit)
		}
		return ""
	}, func(s *SKU, v string) error {
		if v == "" {
			return s.nourish(func(n *Nutrition) { *of(n) = nil })
		}
		v, err := money.Typed(v)
		if err != nil {
			return err
		}
		var milli int64
		if strings.Trim(v, "0.,") != "" {
			var err *pavilion.Error
			if milli, err = parseMilli(v); err != nil || milli%unit != 0 {
				return malformed(f, v)
			}
		}
		value := milli / unit
		return s.nourish(func(n *Nutrition) { *of(n) = &value })
	}}
}

func powerOf10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// nutrition is what is stated, the zero Nutrition if nothing is.
func (s SKU) nutrition() Nutrition {
	if s.Facts.Nutrition == nil {
		return Nutrition{}
	}
	return *s.Facts.Nutrition
}

// nourish changes a copy of the nutrition, which other values of the SKU may share. Without
// any value there is none.
func (s *SKU) nourish(change func(*Nutrition)) error {
	n := s.nutrition()
	change(&n)
	s.Facts.Nutrition = &n
	if n == (Nutrition{Source: n.Source}) {
		s.Facts.Nutrition = nil
	}
	return nil
}

func malformed(f Field, value string) error {
	return pavilion.E(pavilion.Invalid, "field.malformed", pavilion.Args{"value": value}).At(string(f))
}

func optional(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
