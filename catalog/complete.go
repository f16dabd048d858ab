package catalog

import (
	"math/bits"
	"slices"

	"pavilion"
)

// Fields of a product that no sheet has.
const (
	FieldPicture      Field = "picture"
	FieldAlt          Field = "alt"          // what each picture shows, for those who do not see it
	FieldTemperatures Field = "temperatures" // both ends of how warm it is kept
	FieldNutrition    Field = "nutrition"    // energy, fat, carbohydrate, protein and salt
	FieldAllergy      Field = "allergy"      // which there are, or that there are none
)

// Gap is a set of facts a product lacks. Each fact is a bit, in the order of wanted; that
// order is stored, so new facts are added at the end.
type Gap int64

// wantedFact is something a product should say.
type wantedFact struct {
	field Field // with its language, if it is told in each
	only  []Goods
	told  func(*whole) bool
}

// whole is a product with what its completeness depends on.
type whole struct {
	product  Product
	skus     []SKU
	pictures []Picture
}

var (
	edible   = []Goods{GoodsFood}
	perishes = []Goods{GoodsFood, GoodsCosmetics}

	wanted = slices.Concat(
		inLangs(FieldName, nil, func(w *whole, l pavilion.Lang) bool { return w.product.Name[l] != "" }),
		inLangs(FieldDescription, nil, func(w *whole, l pavilion.Lang) bool { return w.product.Description[l] != "" }),
		inLangs(FieldIngredients, perishes, func(w *whole, l pavilion.Lang) bool { return w.product.IngredientsText[l] != "" }),
		inLangs(FieldStorage, perishes, func(w *whole, l pavilion.Lang) bool { return w.product.Storage[l] != "" }),
		inLangs(FieldAlt, nil, func(w *whole, l pavilion.Lang) bool {
			return len(w.pictures) > 0 && !slices.ContainsFunc(w.pictures, func(p Picture) bool { return p.Alt[l] == "" })
		}),
		[]wantedFact{
			{FieldPicture, nil, func(w *whole) bool { return len(w.pictures) > 0 }},
			{FieldCategory, nil, func(w *whole) bool { return w.product.Category != "" }},
			{FieldOrigin, nil, func(w *whole) bool { return w.product.Origin != "" }},
			{FieldNet, nil, eachSKU(func(s SKU) bool { return s.Net != Measure{} })},
			{FieldGrossWeight, nil, eachSKU(func(s SKU) bool { return s.GrossWeightG > 0 })},
			{FieldSize, nil, eachSKU(func(s SKU) bool { return s.LengthMM > 0 && s.WidthMM > 0 && s.HeightMM > 0 })},
			{FieldShelfLife, perishes, eachSKU(func(s SKU) bool { return s.ShelfLifeDays > 0 })},
			{FieldTemperatures, perishes, eachSKU(func(s SKU) bool { return s.StorageMinC != nil && s.StorageMaxC != nil })},
			{FieldNutrition, edible, eachSKU(SKU.nourished)},
			{FieldAllergy, edible, eachSKU(func(s SKU) bool {
				return s.Facts.NoAllergens || len(s.Facts.Allergens)+len(s.Facts.MayContain) > 0
			})},
		},
	)
)

func inLangs(f Field, only []Goods, told func(*whole, pavilion.Lang) bool) []wantedFact {
	out := make([]wantedFact, len(pavilion.Langs))
	for i, lang := range pavilion.Langs {
		out[i] = wantedFact{f.In(lang), only, func(w *whole) bool { return told(w, lang) }}
	}
	return out
}

// eachSKU asks a fact of every SKU, and that there is one.
func eachSKU(told func(SKU) bool) func(*whole) bool {
	return func(w *whole) bool {
		return len(w.skus) > 0 && !slices.ContainsFunc(w.skus, func(s SKU) bool { return !told(s) })
	}
}

// nourished tells whether what the labels of all our markets ask for is stated.
func (s SKU) nourished() bool {
	n := s.nutrition()
	return (n.KJ != nil || n.Kcal != nil) && n.Fat != nil && n.Carbohydrate != nil && n.Protein != nil && n.Salt != nil
}

// gaps returns all facts a product lacks, whatever kind of goods it is: that is its
// category's to say, which may change.
func gaps(p Product, skus []SKU, pictures []Picture) (missing Gap) {
	w := whole{p, skus, pictures}
	for i, f := range wanted {
		if !f.told(&w) {
			missing |= 1 << i
		}
	}
	return missing
}

// Completeness is how much of what goods of a kind should say is said.
type Completeness struct {
	missing, applies Gap
}

// Complete judges a product with all its SKUs and pictures. An empty kind of goods is food,
// which must say the most.
func Complete(p Product, skus []SKU, pictures []Picture, goods Goods) Completeness {
	return gaps(p, skus, pictures).in(goods)
}

// in is what the gaps mean for a kind of goods.
func (g Gap) in(goods Goods) Completeness {
	if goods == "" {
		goods = GoodsFood
	}
	var c Completeness
	for i, f := range wanted {
		if f.only == nil || slices.Contains(f.only, goods) {
			c.applies |= 1 << i
		}
	}
	c.missing = g & c.applies
	return c
}

// Percent is how much is said, rounded down: 100 means that nothing is missing.
func (c Completeness) Percent() int { return c.percent(func(Field) bool { return true }) }

// PercentIn is how much is said of what is told in the language.
func (c Completeness) PercentIn(lang pavilion.Lang) int {
	return c.percent(func(f Field) bool { _, l := f.Lang(); return l == lang })
}

func (c Completeness) percent(of func(Field) bool) int {
	var mask Gap
	for i, f := range wanted {
		if of(f.field) {
			mask |= 1 << i
		}
	}
	all := bits.OnesCount64(uint64(c.applies & mask))
	if all == 0 {
		return 100
	}
	return 100 - (100*bits.OnesCount64(uint64(c.missing&mask))+all-1)/all
}

// Missing lists what is missing, in the order of importance to a reader.
func (c Completeness) Missing() []Field {
	var out []Field
	for i, f := range wanted {
		if c.missing&(1<<i) != 0 {
			out = append(out, f.field)
		}
	}
	return out
}

// Wants tells whether goods of the kind should say the fact at all.
func (c Completeness) Wants(f Field) bool {
	i := slices.IndexFunc(wanted, func(w wantedFact) bool { return w.field == f })
	return i >= 0 && c.applies&(1<<i) != 0
}

// Wanted are all facts a product may lack: what ProductFilter.Missing takes.
func Wanted() []Field {
	out := make([]Field, len(wanted))
	for i, f := range wanted {
		out[i] = f.field
	}
	return out
}

// gapOf is the bit of a fact and the kinds of goods that need it, nil for all.
func gapOf(f Field) (bit Gap, only []Goods, ok bool) {
	i := slices.IndexFunc(wanted, func(w wantedFact) bool { return w.field == f })
	if i < 0 {
		return 0, nil, false
	}
	return 1 << i, wanted[i].only, true
}
