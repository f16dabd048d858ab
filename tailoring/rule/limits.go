package rule

import (
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// The most a product may say and still be judged, and the most a rule may cost. With both,
// the worst an expression can cost is known when its pack is loaded.
const (
	mostWord        = 500    // characters of a name or an address
	mostPart        = 120    // characters of a word within a list of things, such as an ingredient
	mostText        = 20_000 // characters of a description
	mostPoints      = 50
	mostClaims      = 100
	mostAllergens   = 50
	mostIngredients = 200
	mostNutrients   = 100
	mostEntries     = 100 // registrations, documents, pictures
	mostDigits      = 30  // of a decimal, and of its power of ten

	mostCost       = 250_000 // in the units of CEL
	mostExpression = 4_000   // characters
)

// outsize names the first fact that is larger than a product may say, "" if none is.
func (f *Facts) outsize() string {
	for _, s := range []struct {
		name string
		is   string
	}{
		{"goods", f.Goods}, {"category", f.Category}, {"route", f.Route}, {"channel", f.Channel}, {"origin", f.Origin},
		{"name", f.Name}, {"short_name", f.ShortName}, {"storage", f.Storage}, {"nutrition_basis", f.NutritionBasis}, {"net_unit", f.NetUnit},
		{"produced_on", string(f.ProducedOn)}, {"producer", f.Producer}, {"producer_address", f.ProducerAddress},
		{"importer", f.Importer}, {"importer_address", f.ImporterAddress}, {"importer_contact", f.ImporterContact}, {"hs", f.HS},
	} {
		if long(mostWord, s.is) {
			return s.name
		}
	}
	if long(mostText, f.Description) {
		return "description"
	}
	for _, l := range []struct {
		name string
		is   []string
		most int
		each int
	}{
		{"points", f.Points, mostPoints, mostWord}, {"claims", f.Claims, mostClaims, mostPart},
		{"contains", f.Contains, mostAllergens, mostPart}, {"may_contain", f.MayContain, mostAllergens, mostPart},
	} {
		if len(l.is) > l.most {
			return l.name
		}
		if long(l.each, l.is...) {
			return l.name
		}
	}
	for _, i := range f.Ingredients {
		if len(f.Ingredients) > mostIngredients || long(mostPart, i.Source, i.Name, i.Percent, i.Verified) {
			return "ingredients"
		}
	}
	switch {
	case len(f.Nutrients) > mostNutrients:
		return "nutrients"
	case len(f.Registrations) > mostEntries:
		return "registrations"
	case len(f.Pictures) > mostEntries:
		return "pictures"
	case len(f.Documents) > mostEntries:
		return "documents"
	}
	for code, n := range f.Nutrients {
		if long(mostPart, code) || unwieldy(&n.Amount) {
			return "nutrients"
		}
	}
	switch {
	case unwieldy(f.Kcal):
		return "kcal"
	case unwieldy(f.Salt):
		return "salt"
	}
	for _, r := range f.Registrations {
		if long(mostPart, r.Authority, r.Number, r.Category, string(r.From), string(r.Until)) {
			return "registrations"
		}
	}
	for _, i := range f.Pictures {
		if long(mostPart, i.Type) {
			return "pictures"
		}
	}
	for _, d := range f.Documents {
		if long(mostPart, d.Kind, string(d.Until)) {
			return "documents"
		}
	}
	return ""
}

// long tells whether a text has more characters than that.
func long(most int, texts ...string) bool {
	for _, t := range texts {
		if len(t) > most && utf8.RuneCountInString(t) > most {
			return true
		}
	}
	return false
}

// unwieldy tells whether a number has more digits or a larger power of ten than any amount:
// "1e999999999" would be written out as a gigabyte.
func unwieldy(d *decimal.Decimal) bool {
	return d != nil && (d.Exponent() < -mostDigits || d.Exponent() > mostDigits || d.NumDigits() > mostDigits)
}
