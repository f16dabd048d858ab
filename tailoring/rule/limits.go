package rule

import "github.com/shopspring/decimal"

// The most a product may say and still be judged, and the most a rule may cost. With both,
// the worst an expression can cost is known when its pack is loaded.
const (
	mostWord        = 500    // characters of a name, a word or a code
	mostText        = 20_000 // characters of a description
	mostPoints      = 50
	mostClaims      = 100
	mostAllergens   = 50
	mostIngredients = 200
	mostNutrients   = 100
	mostEntries     = 100 // registrations, documents, pictures
	mostDigits      = 30  // of a decimal, and of its power of ten

	mostCost       = 150_000 // in the units of CEL
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
		if len(s.is) > mostWord && chars(s.is) > mostWord {
			return s.name
		}
	}
	if len(f.Description) > mostText && chars(f.Description) > mostText {
		return "description"
	}
	for _, l := range []struct {
		name string
		is   []string
		most int
	}{
		{"points", f.Points, mostPoints}, {"claims", f.Claims, mostClaims},
		{"contains", f.Contains, mostAllergens}, {"may_contain", f.MayContain, mostAllergens},
	} {
		if len(l.is) > l.most {
			return l.name
		}
		for _, s := range l.is {
			if len(s) > mostWord && chars(s) > mostWord {
				return l.name
			}
		}
	}
	for _, i := range f.Ingredients {
		if len(f.Ingredients) > mostIngredients || max(len(i.Source), len(i.Name), len(i.Percent)) > mostWord*4 {
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
	for _, n := range f.Nutrients {
		if unwieldy(&n.Amount) {
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
		if max(len(r.Authority), len(r.Number), len(r.Category)) > mostWord*4 {
			return "registrations"
		}
	}
	for _, d := range f.Documents {
		if len(d.Kind) > mostWord*4 {
			return "documents"
		}
	}
	return ""
}

// unwieldy tells whether a number has more digits or a larger power of ten than any amount:
// "1e999999999" would be written out as a gigabyte.
func unwieldy(d *decimal.Decimal) bool {
	return d != nil && (d.Exponent() < -mostDigits || d.Exponent() > mostDigits || d.NumDigits() > mostDigits)
}
