package rule

import (
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
	"github.com/shopspring/decimal"

	"pavilion"
)

// variable is a name that expressions may use.
type variable struct {
	name string
	of   *cel.Type
	most int // characters of a text, elements of a list
	get  func(s *subject) ref.Val
}

// variables are all of them.
var variables = []variable{
	word("goods", func(f *Facts) string { return f.Goods }),
	word("category", func(f *Facts) string { return f.Category }),
	word("route", func(f *Facts) string { return f.Route }),
	word("channel", func(f *Facts) string { return f.Channel }),
	word("origin", func(f *Facts) string { return f.Origin }),
	word("name", func(f *Facts) string { return f.Name }),
	word("short_name", func(f *Facts) string { return f.ShortName }),
	list("points", mostPoints, func(f *Facts) []string { return f.Points }),
	{"description", cel.StringType, mostText, func(s *subject) ref.Val { return types.String(s.f.Description) }},
	list("claims", mostClaims, func(f *Facts) []string { return f.Claims }),
	{"ingredients", cel.ListType(ingredientType.is), mostIngredients, func(s *subject) ref.Val { return ingredientType.list(s.f.Ingredients) }},
	{"ingredient_names", cel.StringType, mostIngredients * (mostPart + 1), func(s *subject) ref.Val { return types.String(s.f.ingredientNames()) }},
	{"percents", cel.ListType(cel.DoubleType), mostIngredients, func(s *subject) ref.Val { return types.NewDynamicList(types.DefaultTypeAdapter, s.f.percents()) }},
	list("contains", mostAllergens, func(f *Facts) []string { return f.Contains }),
	list("may_contain", mostAllergens, func(f *Facts) []string { return f.MayContain }),
	truth("no_allergens", func(f *Facts) bool { return f.NoAllergens }),
	truth("has_trans_fats", func(f *Facts) bool { return f.HasTransFats }),
	word("nutrition_basis", func(f *Facts) string { return f.NutritionBasis }),
	{"nutrients", cel.MapType(cel.StringType, cel.DoubleType), mostNutrients, func(s *subject) ref.Val { return nutrients(s.f.Nutrients) }},
	{"rounded", cel.ListType(cel.StringType), mostNutrients, func(s *subject) ref.Val { return wordList(s.f.rounded()) }},
	{"kcal", cel.NullableType(cel.DoubleType), 0, func(s *subject) ref.Val { return perhapsDecimal(s.f.Kcal) }},
	{"salt", cel.NullableType(cel.DoubleType), 0, func(s *subject) ref.Val { return perhapsDecimal(s.f.Salt) }},
	{"net", cel.DoubleType, 0, func(s *subject) ref.Val { return types.Double(float64(s.f.NetMilli) / 1000) }},
	word("net_unit", func(f *Facts) string { return f.NetUnit }),
	{"shelf_life_days", cel.IntType, 0, func(s *subject) ref.Val { return types.Int(s.f.ShelfLifeDays) }},
	word("storage", func(f *Facts) string { return f.Storage }),
	{"storage_min_c", cel.NullableType(cel.IntType), 0, func(s *subject) ref.Val { return perhapsInt(s.f.StorageMinC) }},
	{"storage_max_c", cel.NullableType(cel.IntType), 0, func(s *subject) ref.Val { return perhapsInt(s.f.StorageMaxC) }},
	{"days_left", cel.NullableType(cel.IntType), 0, func(s *subject) ref.Val { return perhapsInt(s.f.DaysLeft) }},
	{"on", cel.StringType, 10, func(s *subject) ref.Val { return types.String(s.on) }},
	{"produced_on", cel.StringType, 10, func(s *subject) ref.Val { return types.String(s.made) }},
	word("producer", func(f *Facts) string { return f.Producer }),
	word("producer_address", func(f *Facts) string { return f.ProducerAddress }),
	word("importer", func(f *Facts) string { return f.Importer }),
	word("importer_address", func(f *Facts) string { return f.ImporterAddress }),
	word("importer_contact", func(f *Facts) string { return f.ImporterContact }),
	{"registrations", cel.ListType(registrationType.is), mostEntries, func(s *subject) ref.Val { return registrationType.list(s.f.Registrations) }},
	word("hs", func(f *Facts) string { return f.HS }),
	truth("hs_confirmed", func(f *Facts) bool { return f.HSConfirmed }),
	truth("list_confirmed", func(f *Facts) bool { return f.ListConfirmed }),
	{"pictures", cel.ListType(pictureType.is), mostEntries, func(s *subject) ref.Val { return pictureType.list(s.f.Pictures) }},
	{"documents", cel.ListType(documentType.is), mostEntries, func(s *subject) ref.Val { return documentType.list(s.f.Documents) }},
	truth("notice_shown", func(f *Facts) bool { return f.NoticeShown }),
	truth("label_ready", func(f *Facts) bool { return f.LabelReady }),
}

// VariableNames are the names that expressions may use, in the order of the facts.
func VariableNames() []string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.name
	}
	return names
}

func word(name string, get func(*Facts) string) variable {
	return variable{name, cel.StringType, mostWord, func(s *subject) ref.Val { return types.String(get(s.f)) }}
}

func truth(name string, get func(*Facts) bool) variable {
	return variable{name, cel.BoolType, 0, func(s *subject) ref.Val { return types.Bool(get(s.f)) }}
}

func list(name string, most int, get func(*Facts) []string) variable {
	return variable{name, cel.ListType(cel.StringType), most, func(s *subject) ref.Val { return wordList(get(s.f)) }}
}

func wordList(s []string) ref.Val { return types.NewStringList(types.DefaultTypeAdapter, s) }

func perhapsInt(n *int64) ref.Val {
	if n == nil {
		return types.NullValue
	}
	return types.Int(*n)
}

func perhapsDecimal(d *decimal.Decimal) ref.Val {
	if d == nil {
		return types.NullValue
	}
	return types.Double(double(*d))
}

// numbers of the variables by name.
var numbers = func() map[string]int {
	m := make(map[string]int, len(variables))
	for i, v := range variables {
		m[v.name] = i
	}
	return m
}()

// subject is a product under judgement: what expressions see. It keeps every value it was
// asked for, and serves one judgement at a time.
type subject struct {
	f        *Facts
	on, made pavilion.Date
	known    []ref.Val

	skip []int // for the scanner
	hits []hit
	told []found
}

// found are the words of lists that stand in a field.
type found struct {
	field string
	hits  []hit
}

// ResolveName gives the value of a variable to an expression.
func (s *subject) ResolveName(name string) (any, bool) {
	i, ok := numbers[name]
	if !ok {
		return nil, false
	}
	if s.known[i] == nil {
		s.known[i] = variables[i].get(s)
	}
	return s.known[i], true
}

// Parent says that there are no other variables.
func (s *subject) Parent() interpreter.Activation { return nil }

// begin makes the subject ready for a product.
func (s *subject) begin(f *Facts, on pavilion.Date) {
	s.f, s.on, s.made = f, on, f.ProducedOn
	if s.made == "" {
		s.made = on
	}
	clear(s.known)
	s.hits, s.told = s.hits[:0], nil
}

// rounded are the codes of the nutrients that nobody measured, sorted.
func (f *Facts) rounded() (codes []string) {
	for code, n := range f.Nutrients {
		if !n.Measured {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// ingredientNames are the standard names in the order of the package.
func (f *Facts) ingredientNames() string {
	names := make([]string, 0, len(f.Ingredients))
	for _, i := range f.Ingredients {
		names = append(names, i.Name)
	}
	return strings.Join(names, "、")
}

// percents are the shares of the ingredients above two percent that have one, in the order
// of the package and without the parts of compound ones.
func (f *Facts) percents() []float64 {
	out := []float64{}
	for _, i := range f.Ingredients {
		if n, ok := number(i.Percent); ok && n > 2 && !i.Part {
			out = append(out, n)
		}
	}
	return out
}

// exact powers of ten as doubles.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// double is the double nearest to a decimal, the same that a literal of an expression with
// the same digits is: "0.5" equals 0.5.
func double(d decimal.Decimal) float64 {
	if e := -int(d.Exponent()); e >= 0 && e < len(powers) && d.NumDigits() <= 15 {
		return float64(d.CoefficientInt64()) / powers[e]
	}
	f, err := strconv.ParseFloat(d.String(), 64)
	if err != nil {
		return 0 // out of range, which outsize does not let through
	}
	return f
}

// number reads a plain decimal such as "12.5".
func number(s string) (float64, bool) {
	point := false
	for i, r := range s {
		switch {
		case r == '.' && !point && i > 0:
			point = true
		case r < '0' || r > '9':
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
