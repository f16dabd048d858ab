package nutrition

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/tailoring/rules"
)

// Code names a nutrient in the standards and in the content of foods, such as "satFat".
type Code string

// The nutrients that the program itself speaks of. All others are known by the standards
// alone.
const (
	Energy       Code = "energy"
	Protein      Code = "protein"
	Fat          Code = "fat"
	SatFat       Code = "satFat"
	Carbohydrate Code = "carbohydrate"
	Sugar        Code = "sugar"
	Fibre        Code = "fibre"
	Sodium       Code = "sodium"
	Salt         Code = "salt" // on labels of other countries
)

// Standard is one edition of a market's rules for the nutrition table.
type Standard struct {
	Key      string
	Name     pavilion.Text
	From     pavilion.Date // goods made from this day on may follow it
	Until    pavilion.Date // goods made later may not; "" is without end
	Verified rules.Verified

	Title     string // above the table
	Column    string // over the names of the nutrients
	Per       string // over the amounts; {amount} is what they are the content of
	Reference string // over the per cents of the reference value
	Short     string // the same where there is no room for it
	Under     string // before the name of a row that belongs to another
	None      string // where a nutrient has no reference value
	Advice    string // below the table, "" if nothing has to stand there

	Nutrients   []Nutrient // in the order of the rows
	Conversions []Conversion
	Exemptions  []Exemption
}

// Exemption is a kind of food that needs no table.
type Exemption struct {
	Name       pavilion.Text
	Categories []string // keys of the catalogue's categories
	Verified   rules.Verified
}

// Exempt returns why food of a category needs no table; false if it needs one.
func (s *Standard) Exempt(category string) (Exemption, bool) {
	i := slices.IndexFunc(s.Exemptions, func(e Exemption) bool { return slices.Contains(e.Categories, category) })
	if i < 0 {
		return Exemption{}, false
	}
	return s.Exemptions[i], true
}

// Nutrient is what a standard says about one nutrient.
type Nutrient struct {
	Code        Code
	Name        pavilion.Text
	Unit        string          // "kJ", "g", "mg" or "ug"
	Step        decimal.Decimal // the smallest amount that is told apart
	Zero        decimal.Decimal // a content of 100 up to this is none
	NRV         decimal.Decimal // reference value of a day; zero if there is none
	KJ          decimal.Decimal // energy of one unit
	Core        bool            // the table must have it
	Laboratory  bool            // a rounded value from another label will not do
	Under       Code            // the row it belongs to, "" if it stands for itself
	CountedOnly bool            // gives energy but has no row
	Verified    rules.Verified
}

// Conversion says how an amount on another country's label becomes one of this standard.
type Conversion struct {
	From     Code
	To       Code
	Factor   decimal.Decimal
	Verified rules.Verified
}

// Load reads the standards of a market's pack, the oldest first. A market without such files
// has none. Errors name the file and the line.
func Load(files fs.FS, market string) ([]*Standard, error) {
	names, err := fs.Glob(files, path.Join(market, "nutrition-*.toml"))
	if err != nil {
		return nil, err
	}
	var all []*Standard
	for _, name := range names {
		s, err := read(files, name)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *Standard) int { return strings.Compare(string(a.From), string(b.From)) })
	return all, nil
}

// Find returns the standard of a key.
func Find(all []*Standard, key string) (*Standard, bool) {
	i := slices.IndexFunc(all, func(s *Standard) bool { return s.Key == key })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// Nutrient returns what the standard says about a nutrient.
func (s *Standard) Nutrient(c Code) (Nutrient, bool) {
	i := slices.IndexFunc(s.Nutrients, func(n Nutrient) bool { return n.Code == c })
	if i < 0 {
		return Nutrient{}, false
	}
	return s.Nutrients[i], true
}

// file is a standard as its file writes it.
type file struct {
	Key, From, Until, Title, Column, Per, Reference, Under, None, Advice string
	Short                                                                string `toml:"reference_short"`
	Name                                                                 map[pavilion.Lang]string
	Verified                                                             rules.Verified
	Nutrient                                                             []nutrientEntry
	Conversion                                                           []conversionEntry
	Exempt                                                               []struct {
		Name       map[pavilion.Lang]string
		Categories []string
		Verified   rules.Verified
	}
}

type nutrientEntry struct {
	Code, Under               Code
	Name                      map[pavilion.Lang]string
	Unit, Step, Zero, NRV, KJ string
	Core, Laboratory          bool
	CountedOnly               bool `toml:"counted_only"`
	Verified                  rules.Verified
}

type conversionEntry struct {
	From, To Code
	Factor   string
	Verified rules.Verified
}

func read(files fs.FS, name string) (*Standard, error) {
	var in file
	f, err := rules.Read(files, name, &in)
	if err != nil {
		return nil, err
	}
	s := &Standard{
		Key: in.Key, Name: in.Name, From: pavilion.Date(in.From), Until: pavilion.Date(in.Until), Verified: in.Verified,
		Title: in.Title, Column: in.Column, Per: in.Per, Reference: in.Reference, Short: in.Short, Under: in.Under, None: in.None, Advice: in.Advice,
	}
	for key, value := range map[string]string{"key": in.Key, "from": in.From, "title": in.Title, "column": in.Column, "reference": in.Reference, "reference_short": in.Short} {
		if value == "" {
			return nil, f.Fault("", 0, "say %s", key)
		}
	}
	for _, day := range []string{in.From, in.Until} {
		if _, err := pavilion.ParseDate(day); err != nil && day != "" {
			return nil, f.Fault("", 0, "%q is no day: write it as 2027-03-16", day)
		}
	}
	if !strings.Contains(in.Per, "{amount}") {
		return nil, f.Fault("", 0, "per must hold {amount}")
	}
	if !in.Verified.Known() {
		return nil, f.Fault("", 0, "verified is %q: say seen, recalled or ours", in.Verified)
	}
	for i, e := range in.Nutrient {
		n, err := e.nutrient(s)
		if err != nil {
			return nil, f.Fault("nutrient", i, "%w", err)
		}
		s.Nutrients = append(s.Nutrients, n)
	}
	if len(s.Nutrients) == 0 {
		return nil, f.Fault("", 0, "there is no [[nutrient]]")
	}
	for i, e := range in.Conversion {
		factor, err := number(e.Factor)
		if err != nil || factor.Sign() <= 0 {
			return nil, f.Fault("conversion", i, "factor is %q: write a number above nought", e.Factor)
		}
		if _, known := s.Nutrient(e.To); !known || e.From == "" || !e.Verified.Known() {
			return nil, f.Fault("conversion", i, "say from, to (a nutrient of this file) and verified")
		}
		s.Conversions = append(s.Conversions, Conversion{e.From, e.To, factor, e.Verified})
	}
	for i, e := range in.Exempt {
		named := !slices.ContainsFunc(pavilion.Langs, func(l pavilion.Lang) bool { return e.Name[l] == "" })
		switch {
		case !named || len(e.Categories) == 0:
			return nil, f.Fault("exempt", i, "say its name in all languages and its categories")
		case !e.Verified.Known():
			return nil, f.Fault("exempt", i, "verified is %q: say seen, recalled or ours", e.Verified)
		}
		s.Exemptions = append(s.Exemptions, Exemption{e.Name, e.Categories, e.Verified})
	}
	return s, nil
}

// units are those of the tables, as the files write them.
var units = []string{"kJ", "g", "mg", "ug"}

func (e nutrientEntry) nutrient(s *Standard) (Nutrient, error) {
	n := Nutrient{
		Code: e.Code, Name: e.Name, Unit: e.Unit, Core: e.Core, Laboratory: e.Laboratory, Under: e.Under,
		CountedOnly: e.CountedOnly, Verified: e.Verified,
	}
	if e.Code == "" {
		return n, fmt.Errorf("say its code")
	}
	if _, taken := s.Nutrient(e.Code); taken {
		return n, fmt.Errorf("%s stands here twice", e.Code)
	}
	for _, l := range pavilion.Langs {
		if e.Name[l] == "" {
			return n, fmt.Errorf("%s has no name in %s", e.Code, l)
		}
	}
	if !slices.Contains(units, e.Unit) {
		return n, fmt.Errorf("%s is measured in %q: say one of %v", e.Code, e.Unit, units)
	}
	if _, known := s.Nutrient(e.Under); e.Under != "" && !known {
		return n, fmt.Errorf("%s belongs to %s, which does not stand before it", e.Code, e.Under)
	}
	if !e.Verified.Known() {
		return n, fmt.Errorf("%s: verified is %q: say seen, recalled or ours", e.Code, e.Verified)
	}
	for name, v := range map[string]struct {
		text string
		to   *decimal.Decimal
	}{"step": {e.Step, &n.Step}, "zero": {e.Zero, &n.Zero}, "nrv": {e.NRV, &n.NRV}, "kj": {e.KJ, &n.KJ}} {
		var err error
		if *v.to, err = number(v.text); err != nil {
			return n, fmt.Errorf("%s: %s is %q: write a number, such as \"0.1\"", e.Code, name, v.text)
		}
	}
	if n.Step.Sign() == 0 {
		return n, fmt.Errorf("%s: say the step it is rounded to", e.Code)
	}
	return n, nil
}

// number reads a decimal that is not negative; nothing is nought.
func number(text string) (decimal.Decimal, error) {
	if text == "" {
		return decimal.Zero, nil
	}
	d, err := ParseAmount(text)
	return d, err
}

// Codes are the nutrients a content may hold for one of the standards: those with a row or
// energy, without energy itself, which is worked out.
func Codes(all []*Standard) []Code {
	set := map[Code]int{}
	for _, s := range all {
		for i, n := range s.Nutrients {
			if n.Code != Energy {
				set[n.Code] = max(set[n.Code], i)
			}
		}
	}
	return slices.SortedFunc(maps.Keys(set), func(a, b Code) int {
		if set[a] != set[b] {
			return set[a] - set[b]
		}
		return strings.Compare(string(a), string(b))
	})
}
