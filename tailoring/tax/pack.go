package tax

import (
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/rules"
)

// Pack is what a market asks of goods that come in. It does not change after [Load].
type Pack struct {
	Market   string
	Currency money.Currency
	Zone     *time.Location // whose calendar years count
	Routes   []string       // ways in, the first is taken unless told otherwise
	Sources  []Source
	Regimes  []Regime
	Classes  []Consumption
	Usual    []Usual
	Edition  Edition
	Tariff   []Tariff // by code
}

// Source is a published text that facts come from.
type Source struct {
	Key      string
	Number   string        // as its authority counts it
	Title    pavilion.Text // with a language, translations are ours
	From     pavilion.Date // in force
	Verified rules.Verified
}

// Regime is how goods of one way are taxed while it is in force.
type Regime struct {
	Route     string
	From      pavilion.Date
	Until     pavilion.Date // the last day, "" while no end is known
	Payer     string        // PayerShopper or PayerImporter
	DutyShare decimal.Decimal
	Share     decimal.Decimal // of value-added and consumption tax
	Limited   bool
	Limits    Limits
	Listed    bool // only goods of the market's list come in
	Source    string
	Verified  rules.Verified
}

// Who bears the taxes of a way.
const (
	PayerShopper  = "shopper"
	PayerImporter = "importer"
)

// Limits are the most a buyer may order, by dutiable value.
type Limits struct {
	Single          money.Money // of one order; above it only one thing that cannot be split, at full tax
	SingleItemBelow money.Money // such a thing is worth less than this
	Yearly          money.Money // of one person in a calendar year
}

// Consumption is a class of goods that bear consumption tax where they are dear.
type Consumption struct {
	Key        string
	Name       pavilion.Text
	Rate       decimal.Decimal
	Thresholds []Threshold
	Source     string
	Verified   rules.Verified
}

// Threshold is from what value by unit of content on goods are dear.
type Threshold struct {
	Mark  string // "g", "ml" or "piece"
	Least money.Money
}

// Usual are the rates of a kind of goods whose code is not known.
type Usual struct {
	Goods       string
	VAT         decimal.Decimal
	Consumption string
	Verified    rules.Verified
}

// Edition is which year's tariff the pack holds.
type Edition struct {
	From, Until pavilion.Date
	Source      string
	Verified    rules.Verified
}

// Current tells whether the tariff is that of the day.
func (e Edition) Current(on pavilion.Date) bool { return on >= e.From && on <= e.Until }

// Listing says whether goods are on the market's list of what shoppers may have sent.
type Listing string

// The listings. All but NotListed need a look at the official list before goods are sold.
const (
	Sold      Listing = "sold"     // seen on sale this way
	Expected  Listing = "expected" // expected, the list itself was not seen
	Unclear   Listing = "unclear"
	NotListed Listing = "no"
)

// Tariff are the rates of a code.
type Tariff struct {
	Code             string          // digits only; a shorter one covers all that begin with it
	Name             pavilion.Text   // in our words
	MFN              decimal.Decimal // duty on goods of most favoured nations
	Provisional      decimal.Decimal // a lower duty for a time
	ProvisionalFrom  pavilion.Date   // "" if there is none
	ProvisionalUntil pavilion.Date
	VAT              decimal.Decimal
	Consumption      string // class it may fall in, "" for none
	Listing          Listing
	Verified         rules.Verified
	Note             string // a remark of whoever wrote the row down
}

// Duty is the duty of the day, and whether it is the provisional one.
func (t Tariff) Duty(on pavilion.Date) (rate decimal.Decimal, provisional bool) {
	if t.ProvisionalFrom != "" && on >= t.ProvisionalFrom && on <= t.ProvisionalUntil && t.Provisional.LessThan(t.MFN) {
		return t.Provisional, true
	}
	return t.MFN, false
}

// Rates are the row's rates on a day.
func (t Tariff) Rates(on pavilion.Date) Rates {
	duty, _ := t.Duty(on)
	return Rates{Duty: duty, VAT: t.VAT, Consumption: t.Consumption}
}

// Find returns the row of a code: of all that it begins with, the longest. Points in the
// code do not matter.
func (p *Pack) Find(code string) (Tariff, bool) {
	code = Digits(code)
	for n := len(code); n >= shortestCode; n-- {
		i, found := slices.BinarySearchFunc(p.Tariff, code[:n], func(t Tariff, c string) int { return strings.Compare(t.Code, c) })
		if found {
			return p.Tariff[i], true
		}
	}
	return Tariff{}, false
}

// Digits is a code as the tariff has it, without the points and spaces people write.
func Digits(code string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == ' ' || r == '\u00a0' {
			return -1
		}
		return r
	}, code)
}

// UsualRates are the rates of a kind of goods whose code is not known: the usual taxes, and
// no duty, which nobody can guess. ok is false where the market says nothing about the kind.
func (p *Pack) UsualRates(goods string) (Rates, bool) {
	for _, u := range p.Usual {
		if u.Goods == goods {
			return Rates{VAT: u.VAT, Consumption: u.Consumption}, true
		}
	}
	return Rates{}, false
}

// Regime is the rule of a way on a day.
func (p *Pack) Regime(route string, on pavilion.Date) (Regime, bool) {
	for _, r := range p.Regimes {
		if r.Route == route && on >= r.From && (r.Until == "" || on <= r.Until) {
			return r, true
		}
	}
	return Regime{}, false
}

// Source finds a source by its key.
func (p *Pack) Source(key string) (Source, bool) {
	for _, s := range p.Sources {
		if s.Key == key {
			return s, true
		}
	}
	return Source{}, false
}

// Year is the calendar year of the market that a moment lies in: from its first moment to
// the first of the next.
func (p *Pack) Year(at time.Time) (from, to time.Time) {
	year := at.In(p.Zone).Year()
	return time.Date(year, 1, 1, 0, 0, 0, 0, p.Zone), time.Date(year+1, 1, 1, 0, 0, 0, 0, p.Zone)
}

// Has tells whether there is a pack of taxes for a market among the files.
func Has(files fs.FS, market string) bool {
	_, err := fs.Stat(files, market+"/"+taxFile)
	return err == nil
}
