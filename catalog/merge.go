package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/staff"
)

// apply writes what a row says into a product and its SKU, and returns what that changes.
// What the row does not say stays: its brand is the importer's to find.
func (row ProductRow) apply(p *Product, s *SKU) []FieldChange {
	var c changes
	c.text(FieldName, &p.Name, row.Name)
	c.text(FieldDescription, &p.Description, row.Description)
	c.text(FieldIngredients, &p.IngredientsText, row.IngredientsText)
	c.text(FieldStorage, &p.Storage, row.Storage)
	c.word(FieldCategory, &p.Category, row.Category)
	c.word(FieldOrigin, &p.Origin, row.Origin)
	c.word(FieldProducerCode, &s.ProducerCode, row.ProducerCode)
	c.measure(FieldNet, &s.Net, row.Net)
	c.number(FieldGrossWeight, &s.GrossWeightG, row.GrossWeightG)
	c.number(FieldLength, &s.LengthMM, row.LengthMM)
	c.number(FieldWidth, &s.WidthMM, row.WidthMM)
	c.number(FieldHeight, &s.HeightMM, row.HeightMM)
	c.number(FieldCasePack, &s.CasePack, row.CasePack)
	c.number(FieldShelfLife, &s.ShelfLifeDays, row.ShelfLifeDays)
	c.optional(FieldStorageMin, &s.StorageMinC, row.StorageMinC)
	c.optional(FieldStorageMax, &s.StorageMaxC, row.StorageMaxC)
	c.ingredients(&s.Facts.Ingredients, row.Facts.Ingredients)
	c.codes(FieldAllergens, &s.Facts.Allergens, row.Facts.Allergens)
	c.codes(FieldMayContain, &s.Facts.MayContain, row.Facts.MayContain)
	c.none(&s.Facts, row.Facts)
	c.nutrition(&s.Facts.Nutrition, row.Facts.Nutrition)
	return c.list
}

// changes collects what differs. Each method takes the value there is and the value a row
// states, and does nothing if the row states none or the same.
type changes struct{ list []FieldChange }

// texts and words note what differs between two states that are both whole.
func (c *changes) texts(f Field, before, after pavilion.Text) {
	for _, l := range pavilion.Langs {
		c.words(f.In(l), before[l], after[l])
	}
}

func (c *changes) words(f Field, before, after string) {
	if before != after {
		c.add(f, before, after)
	}
}

// noted is the list as the trail keeps it.
func (c *changes) noted() []staff.FieldChange {
	out := make([]staff.FieldChange, len(c.list))
	for i, f := range c.list {
		out[i] = staff.FieldChange{Field: string(f.Field), Before: f.Before, After: f.After}
	}
	return out
}

func (c *changes) add(f Field, before, after string) {
	c.list = append(c.list, FieldChange{f, before, after})
}

func (c *changes) text(f Field, has *pavilion.Text, stated pavilion.Text) {
	merged := make(pavilion.Text, len(*has)+len(stated))
	maps.Copy(merged, *has)
	for _, l := range pavilion.Langs {
		if words := stated[l]; words != "" && words != merged[l] {
			c.add(f+"."+Field(l), merged[l], words)
			merged[l] = words
		}
	}
	*has = merged
}

func (c *changes) word(f Field, has *string, stated string) {
	if stated != "" && stated != *has {
		c.add(f, *has, stated)
		*has = stated
	}
}

func (c *changes) number(f Field, has *int64, stated int64) {
	if stated != 0 && stated != *has {
		before := ""
		if *has != 0 {
			before = strconv.FormatInt(*has, 10)
		}
		c.add(f, before, strconv.FormatInt(stated, 10))
		*has = stated
	}
}

func (c *changes) optional(f Field, has **int64, stated *int64) {
	if stated != nil && (*has == nil || **has != *stated) {
		before := ""
		if *has != nil {
			before = strconv.FormatInt(**has, 10)
		}
		c.add(f, before, strconv.FormatInt(*stated, 10))
		*has = stated
	}
}

func (c *changes) measure(f Field, has *Measure, stated Measure) {
	if stated != (Measure{}) && stated != *has {
		c.add(f, has.String(), stated.String())
		*has = stated
	}
}

func (c *changes) codes(f Field, has *[]string, stated []string) {
	if len(stated) > 0 && !slices.Equal(stated, *has) {
		c.add(f, strings.Join(*has, " "), strings.Join(stated, " "))
		*has = stated
	}
}

// none takes that there are no allergens; a row that names some takes it back.
func (c *changes) none(has *Facts, stated Facts) {
	says := stated.NoAllergens || len(stated.Allergens)+len(stated.MayContain) > 0
	if says && stated.NoAllergens != has.NoAllergens {
		c.add(FieldNoAllergens, yes(has.NoAllergens), yes(stated.NoAllergens))
		has.NoAllergens = stated.NoAllergens
		if stated.NoAllergens {
			has.Allergens, has.MayContain = nil, nil
		}
	}
}

// ingredients takes the stated list and its order; an ingredient that was there under a
// name the row states keeps the names it has in other languages.
func (c *changes) ingredients(has *[]Ingredient, stated []Ingredient) {
	if len(stated) == 0 {
		return
	}
	if merged := keepNames(*has, stated); !sameIngredients(*has, merged) {
		c.add(FieldIngredients, list(*has), list(merged))
		*has = merged
	}
}

func keepNames(has, stated []Ingredient) []Ingredient {
	merged := slices.Clone(stated)
	for i, s := range stated {
		at := slices.IndexFunc(has, func(h Ingredient) bool { return sameName(h.Name, s.Name) })
		if at < 0 {
			continue
		}
		merged[i].Name = maps.Clone(has[at].Name)
		maps.Copy(merged[i].Name, s.Name)
		merged[i].Parts = keepNames(has[at].Parts, s.Parts)
	}
	return merged
}

// sameName tells whether two texts agree in a language.
func sameName(a, b pavilion.Text) bool {
	for l, words := range b {
		if words != "" && a[l] == words {
			return true
		}
	}
	return false
}

func sameIngredients(a, b []Ingredient) bool {
	return slices.EqualFunc(a, b, func(a, b Ingredient) bool {
		return a.Percent == b.Percent && maps.Equal(a.Name, b.Name) && sameIngredients(a.Parts, b.Parts)
	})
}

// list writes ingredients as a label does.
func list(ingredients []Ingredient) string {
	out := make([]string, len(ingredients))
	for i, ing := range ingredients {
		out[i] = ing.Name.Best(pavilion.Russian)
		if ing.Percent != "" {
			out[i] += " " + ing.Percent + "%"
		}
		if len(ing.Parts) > 0 {
			out[i] += " (" + list(ing.Parts) + ")"
		}
	}
	return strings.Join(out, ", ")
}

func (c *changes) nutrition(has **Nutrition, stated *Nutrition) {
	if stated == nil {
		return
	}
	var n Nutrition
	if *has != nil {
		n = **has
	}
	if n.Basis != stated.Basis {
		c.add(FieldEnergy, string(n.Basis), string(stated.Basis))
	}
	if n.Source != stated.Source {
		c.add(FieldEnergy, n.Source, stated.Source)
	}
	n.Basis, n.Source = stated.Basis, stated.Source
	c.optional(FieldKJ, &n.KJ, stated.KJ)
	c.optional(FieldKcal, &n.Kcal, stated.Kcal)
	c.optional(FieldFat, &n.Fat, stated.Fat)
	c.optional(FieldSaturated, &n.Saturated, stated.Saturated)
	c.optional(FieldCarbohydrate, &n.Carbohydrate, stated.Carbohydrate)
	c.optional(FieldSugars, &n.Sugars, stated.Sugars)
	c.optional(FieldFibre, &n.Fibre, stated.Fibre)
	c.optional(FieldProtein, &n.Protein, stated.Protein)
	c.optional(FieldSalt, &n.Salt, stated.Salt)
	*has = &n
}
