package tax

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/rules"
)

// The files of a market.
const (
	marketFile = "market.toml"
	taxFile    = "tax.toml"
	tariffFile = "tariff.tsv"
)

const shortestCode, longestCode = 4, 13 // digits of a code of goods

// Load reads what a market asks, and checks all of it: a pack that is wrong somewhere is not
// used at all. The error names the file and the line and says what to do.
func Load(files fs.FS, market string) (*Pack, error) {
	m, err := rules.ReadMarket(files, market)
	if err != nil {
		return nil, err
	}
	p := &Pack{Market: market, Currency: money.Currency(m.Currency)}
	if !p.Currency.Known() {
		return nil, fmt.Errorf("%s/%s: currency %q is not a code of ISO 4217", market, marketFile, m.Currency)
	}
	if p.Zone, err = time.LoadLocation(m.TimeZone); err != nil || m.TimeZone == "" {
		return nil, fmt.Errorf("%s/%s: time_zone %q is not a zone of the IANA list, such as \"Europe/Minsk\"", market, marketFile, m.TimeZone)
	}
	for _, r := range m.Route {
		p.Routes = append(p.Routes, r.Key)
	}
	var t written
	file, err := rules.Read(files, market+"/"+taxFile, &t)
	if err != nil {
		return nil, err
	}
	l := loader{file: file, market: m, pack: p}
	l.sources(t)
	l.classes(t)
	l.regimes(t)
	l.usual(t)
	if l.err != nil {
		return nil, l.err
	}
	return p, p.readTariff(files)
}

// written is tax.toml as it stands.
type written struct {
	Source []struct {
		Key, Number string
		Title       pavilion.Text
		From        string
		Verified    rules.Verified
	}
	Regime []struct {
		Route, From, Until, Payer string
		DutyShare                 string `toml:"duty_share"`
		Share                     string
		Single                    string
		SingleItemBelow           string `toml:"single_item_below"`
		Yearly                    string
		Listed                    bool
		Source                    string
		Verified                  rules.Verified
	}
	Consumption []struct {
		Key, Rate string
		Name      pavilion.Text
		Threshold []struct{ Mark, Least string }
		Source    string
		Verified  rules.Verified
	}
	Usual []struct {
		Goods, Vat, Consumption string
		Verified                rules.Verified
	}
	Tariff struct {
		From, Until, Source string
		Verified            rules.Verified
	}
}

// loader fills a pack and keeps the first fault. Table and number say where it reads.
type loader struct {
	file   *rules.File
	market rules.Market
	pack   *Pack
	table  string
	number int
	err    error
}

// require keeps a fault unless ok.
func (l *loader) require(ok bool, format string, args ...any) {
	if !ok && l.err == nil {
		l.err = l.file.Fault(l.table, l.number, format, args...)
	}
}

// fact checks what every fact has: its source and how sure it is.
func (l *loader) fact(source string, v rules.Verified) {
	_, ok := l.pack.Source(source)
	l.require(ok, "the source %q is not among the sources: add a [[source]] with this key", source)
	l.require(v.Known(), "verified is %q: write seen, recalled or ours", v)
}

func (l *loader) fraction(s, what string) decimal.Decimal {
	d, err := fraction(s)
	l.require(err == nil, "%s is %q: write a fraction, such as \"0.13\"", what, s)
	return d
}

// fraction reads a rate from 0 up to, not including, a thousand per cent.
func fraction(s string) (decimal.Decimal, error) {
	if len(s) > 12 || strings.Trim(s, "0123456789.") != "" {
		return decimal.Zero, fmt.Errorf("%q is no fraction", s)
	}
	d, err := decimal.NewFromString(s)
	if err == nil && d.GreaterThanOrEqual(decimal.NewFromInt(10)) {
		err = fmt.Errorf("%q is no rate", s)
	}
	return d, err
}

func (l *loader) amount(s, what string) money.Money {
	m, err := money.Parse(s, l.pack.Currency)
	l.require(err == nil && m.Sign() > 0, "%s is %q: write an amount, such as \"100.00\"", what, s)
	return m
}

func (l *loader) date(s, what string) pavilion.Date {
	d, err := pavilion.ParseDate(s)
	l.require(err == nil, "%s is %q: write a day, such as \"2026-01-01\"", what, s)
	return d
}

func (l *loader) words(t pavilion.Text) pavilion.Text {
	for _, lang := range pavilion.Langs {
		l.require(strings.TrimSpace(t[lang]) != "", "the words lack the language %s: add it", lang)
	}
	return t
}

func (l *loader) sources(t written) {
	l.table = "source"
	for i, s := range t.Source {
		l.number = i
		_, twice := l.pack.Source(s.Key)
		l.require(s.Key != "" && !twice, "every [[source]] needs a key of its own")
		l.require(s.Verified.Known(), "verified is %q: write seen, recalled or ours", s.Verified)
		l.pack.Sources = append(l.pack.Sources, Source{Key: s.Key, Number: s.Number, Title: l.words(s.Title), From: l.date(s.From, "from"), Verified: s.Verified})
	}
}

func (l *loader) classes(t written) {
	l.table = "consumption"
	for i, c := range t.Consumption {
		l.number = i
		class := Consumption{Key: c.Key, Name: l.words(c.Name), Rate: l.fraction(c.Rate, "rate"), Source: c.Source, Verified: c.Verified}
		l.require(c.Key != "" && class.Rate.LessThan(one), "a consumption tax needs a key, and a rate below 1")
		l.fact(c.Source, c.Verified)
		for _, h := range c.Threshold {
			l.require(h.Mark == "g" || h.Mark == "ml" || h.Mark == "piece", "the mark %q is unknown: write g, ml or piece", h.Mark)
			class.Thresholds = append(class.Thresholds, Threshold{Mark: h.Mark, Least: l.amount(h.Least, "least")})
		}
		l.pack.Classes = append(l.pack.Classes, class)
	}
}

func (l *loader) regimes(t written) {
	l.table = "regime"
	for i, r := range t.Regime {
		l.number = i
		l.require(l.market.HasRoute(r.Route), "the route %q is not in %s: add it there, or correct it here", r.Route, marketFile)
		l.require(r.Payer == PayerShopper || r.Payer == PayerImporter, "payer is %q: write shopper or importer", r.Payer)
		l.fact(r.Source, r.Verified)
		regime := Regime{
			Route: r.Route, From: l.date(r.From, "from"), Payer: r.Payer,
			DutyShare: l.fraction(r.DutyShare, "duty_share"), Share: l.fraction(r.Share, "share"),
			Listed: r.Listed, Source: r.Source, Verified: r.Verified,
		}
		if r.Until != "" {
			regime.Until = l.date(r.Until, "until")
		}
		if regime.Limited = r.Single != ""; regime.Limited {
			regime.Limits = Limits{
				Single: l.amount(r.Single, "single"), SingleItemBelow: l.amount(r.SingleItemBelow, "single_item_below"), Yearly: l.amount(r.Yearly, "yearly"),
			}
		} else {
			l.require(regime.Share.Equal(one) && regime.DutyShare.Equal(one), "relief without limits: add single, single_item_below and yearly, or write 1 for the shares")
		}
		for _, other := range l.pack.Regimes {
			apart := other.Route != r.Route || other.Until != "" && other.Until < regime.From || regime.Until != "" && regime.Until < other.From
			l.require(apart, "two rules of %s hold on the same days: end one the day before the other begins", r.Route)
		}
		l.pack.Regimes = append(l.pack.Regimes, regime)
	}
}

func (l *loader) usual(t written) {
	l.table = "usual"
	for i, u := range t.Usual {
		l.number = i
		l.require(u.Verified.Known(), "verified is %q: write seen, recalled or ours", u.Verified)
		_, err := l.pack.class(u.Consumption)
		l.require(err == nil, "the consumption tax %q is not in the file", u.Consumption)
		l.pack.Usual = append(l.pack.Usual, Usual{Goods: u.Goods, VAT: l.fraction(u.Vat, "vat"), Consumption: u.Consumption, Verified: u.Verified})
	}
	l.table = "tariff"
	l.fact(t.Tariff.Source, t.Tariff.Verified)
	l.pack.Edition = Edition{
		From: l.date(t.Tariff.From, "from of [tariff]"), Until: l.date(t.Tariff.Until, "until of [tariff]"), Source: t.Tariff.Source, Verified: t.Tariff.Verified,
	}
}

// columns are those of tariff.tsv.
var columns = []string{
	"code", "mfn", "provisional", "provisional_from", "provisional_until", "vat", "consumption", "list", "verified",
	"zh", "en", "ru", "be", "note",
}

// readTariff reads the rates of codes, one a line, tab-separated, after a line with the names
// of the columns. Lines that begin with # are comments.
func (p *Pack) readTariff(files fs.FS) error {
	name := p.Market + "/" + tariffFile
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	number, head, lines := 0, false, map[string]int{}
	for line := range strings.Lines(string(raw)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if !head {
			if head = slices.Equal(cells, columns); !head {
				return fmt.Errorf("%s:%d: the columns are not %s, separated by tabs", name, number, strings.Join(columns, ", "))
			}
			continue
		}
		row, err := p.row(cells)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
		if before, twice := lines[row.Code]; twice {
			return fmt.Errorf("%s:%d: the code %s stands on line %d too: keep one", name, number, row.Code, before)
		}
		lines[row.Code] = number
		p.Tariff = append(p.Tariff, row)
	}
	slices.SortFunc(p.Tariff, func(a, b Tariff) int { return strings.Compare(a.Code, b.Code) })
	return nil
}

func (p *Pack) row(cells []string) (t Tariff, err error) {
	if len(cells) != len(columns) {
		return t, fmt.Errorf("%d columns, not %d: separate them by single tabs and leave empty ones empty", len(cells), len(columns))
	}
	t = Tariff{
		Code: cells[0], Consumption: cells[6], Listing: Listing(cells[7]), Verified: rules.Verified(cells[8]), Note: cells[13],
		Name: pavilion.Text{pavilion.Chinese: cells[9], pavilion.English: cells[10], pavilion.Russian: cells[11], pavilion.Belarusian: cells[12]},
	}
	if len(t.Code) < shortestCode || len(t.Code) > longestCode || strings.Trim(t.Code, "0123456789") != "" {
		return t, fmt.Errorf("the code %q is not %d to %d digits", t.Code, shortestCode, longestCode)
	}
	if t.MFN, err = fraction(cells[1]); err != nil {
		return t, fmt.Errorf("mfn: %w: write it as 0.08", err)
	}
	if t.VAT, err = fraction(cells[5]); err != nil {
		return t, fmt.Errorf("vat: %w: write it as 0.13", err)
	}
	if cells[2] != "" {
		if t.Provisional, err = fraction(cells[2]); err != nil {
			return t, fmt.Errorf("provisional: %w: write it as 0.08, or leave it empty", err)
		}
		if t.ProvisionalFrom, err = pavilion.ParseDate(cells[3]); err != nil {
			return t, fmt.Errorf("provisional_from is %q: write the first day of the rate", cells[3])
		}
		if t.ProvisionalUntil, err = pavilion.ParseDate(cells[4]); err != nil {
			return t, fmt.Errorf("provisional_until is %q: write the last day of the rate", cells[4])
		}
	}
	if _, err := p.class(t.Consumption); err != nil {
		return t, fmt.Errorf("the consumption tax %q is not in %s", t.Consumption, taxFile)
	}
	if !slices.Contains([]Listing{Sold, Expected, Unclear, NotListed}, t.Listing) {
		return t, fmt.Errorf("list is %q: write sold, expected, unclear or no", t.Listing)
	}
	if !t.Verified.Known() {
		return t, fmt.Errorf("verified is %q: write seen, recalled or ours", t.Verified)
	}
	for _, lang := range pavilion.Langs {
		if strings.TrimSpace(t.Name[lang]) == "" {
			return t, fmt.Errorf("the name lacks the language %s", lang)
		}
	}
	return t, nil
}
