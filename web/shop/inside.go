package shop

import (
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/tailoring/label"
	"pavilion/web/ui"
)

// inside is what is in a product.
type inside struct {
	Ingredients     []ingredient
	Labelled        []label.Run   // as the market's label says it, instead of both
	Original        string        // that the ingredients are in another language, "" if not
	IngredientsText pavilion.Text // as printed on the package, when they are not listed one by one
	Contains        []string
	MayContain      []string
	Statement       string // on allergens, in the words of the market, instead of the lists
	Nutrition       ui.Table
	Source          string // who says so, "" for the producer
	Food            bool   // whether a missing list has to be explained
}

// ingredient is one ingredient with its share, "" if it is not stated.
type ingredient struct {
	Name    pavilion.Text
	Percent string
	Parts   []ingredient
}

// notFood are the categories that have no ingredients to eat.
var notFood = []string{"skin-care", "household"}

func insideOf(p *ui.Printer, product catalog.Product, f catalog.Facts) inside {
	in := inside{
		IngredientsText: product.IngredientsText,
		Contains:        allergens(p, f.Allergens), MayContain: allergens(p, f.MayContain),
		Food: !slices.Contains(notFood, product.Category),
	}
	in.Ingredients = ingredientsOf(f.Ingredients)
	words := in.IngredientsText
	if len(f.Ingredients) > 0 {
		words = f.Ingredients[0].Name
	}
	if _, lang := words.In(p.Lang); lang != "" && lang != p.Lang {
		in.Original = p.T("shop.product.ingredients_original")
	}
	if f.Nutrition != nil {
		in.Nutrition, in.Source = nutritionTable(p, *f.Nutrition), f.Nutrition.Source
	}
	return in
}

func ingredientsOf(list []catalog.Ingredient) (all []ingredient) {
	for _, i := range list {
		all = append(all, ingredient{Name: i.Name, Percent: i.Percent, Parts: ingredientsOf(i.Parts)})
	}
	return all
}

// allergens are the names of codes, in the order of catalog.Allergens.
func allergens(p *ui.Printer, codes []string) []string {
	var names []string
	for _, code := range catalog.Allergens {
		if slices.Contains(codes, code) {
			names = append(names, p.T("shop.allergen."+code))
		}
	}
	return names
}

// nutritionTable is the nutrition of 100 g or 100 ml, in the order of Chinese and European
// labels. What is not stated has no row.
func nutritionTable(p *ui.Printer, n catalog.Nutrition) ui.Table {
	per := p.T("shop.product.nutrition_per_g")
	if n.Basis == catalog.Millilitre {
		per = p.T("shop.product.nutrition_per_ml")
	}
	t := ui.Table{
		Caption: p.T("shop.product.nutrition"),
		Columns: []ui.Column{{Label: p.T("shop.product.nutrition_item")}, {Label: per, Numeric: true}},
	}
	if energy := energyText(p, n); energy != "" {
		t.Rows = append(t.Rows, []ui.Cell{{Text: p.T("shop.product.nutrition_energy")}, {Text: energy}})
	}
	for _, row := range []struct {
		key string
		mg  *int64
	}{
		{"protein", n.Protein}, {"fat", n.Fat}, {"saturated", n.Saturated}, {"carbohydrate", n.Carbohydrate},
		{"sugars", n.Sugars}, {"fibre", n.Fibre}, {"salt", n.Salt},
	} {
		if row.mg != nil {
			name := p.T("shop.product.nutrition_" + row.key)
			t.Rows = append(t.Rows, []ui.Cell{{Text: name}, {Text: grams(p, *row.mg)}})
		}
	}
	return t
}

func energyText(p *ui.Printer, n catalog.Nutrition) string {
	var parts []string
	if n.KJ != nil {
		parts = append(parts, p.Number(*n.KJ)+" "+p.T("shop.product.kj"))
	}
	if n.Kcal != nil {
		parts = append(parts, p.Number(*n.Kcal)+" "+p.T("shop.product.kcal"))
	}
	return strings.Join(parts, " / ")
}

// grams is an amount in milligrams as grams, with the digits that mean something.
func grams(p *ui.Printer, mg int64) string {
	return p.Measure(catalog.Measure{Milli: mg, Unit: catalog.Gram})
}

// productFacts are what is known about the product, one line each.
func productFacts(p *ui.Printer, g goods, sku catalog.SKU) []ui.Fact {
	product := g.page.Product
	var facts []ui.Fact
	add := func(key, text string) {
		if text != "" {
			facts = append(facts, ui.Fact{Label: p.T("shop.product." + key), Text: text})
		}
	}
	if product.Origin != "" {
		add("origin", p.Country(product.Origin))
	}
	if sku.Net.Milli > 0 {
		add("net", p.Measure(sku.Net))
	}
	if sku.ShelfLifeDays > 0 {
		add("shelf_life", p.T("shop.product.shelf_life_days", "count", sku.ShelfLifeDays))
	}
	if left := g.left[sku.ID]; left.BestBefore != "" {
		add("best_before", p.Date(left.BestBefore))
	}
	if text, lang := storageText(p, product, sku); text != "" {
		add("storage", text)
		if lang != p.Lang {
			facts[len(facts)-1].Lang = lang
		}
	}
	add("brand", p.Text(g.page.Brand.Name))
	add("gtin", string(sku.GTIN))
	for _, reg := range g.page.Registrations {
		text := reg.Authority + " " + reg.Number
		if reg.ValidUntil != "" {
			text += " · " + p.T("shop.product.registration_until", "date", reg.ValidUntil)
		}
		add("registration", text)
	}
	return facts
}

// storageText is how to keep the product, and in which language that is said: words in the
// reader's, or the temperatures, or words in another language.
func storageText(p *ui.Printer, product catalog.Product, sku catalog.SKU) (string, pavilion.Lang) {
	if words := product.Storage[p.Lang]; words != "" {
		return words, p.Lang
	}
	degrees := func(c *int64) string { return strconv.FormatInt(*c, 10) + " °C" }
	switch low, high := sku.StorageMinC, sku.StorageMaxC; {
	case low != nil && high != nil:
		return p.T("shop.product.storage_range", "from", degrees(low), "to", degrees(high)), p.Lang
	case high != nil:
		return p.T("shop.product.storage_to", "to", degrees(high)), p.Lang
	case low != nil:
		return p.T("shop.product.storage_from", "from", degrees(low)), p.Lang
	}
	return product.Storage.In(p.Lang)
}
