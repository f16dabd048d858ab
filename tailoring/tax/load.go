package tax

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
)

// The files of a market.
const (
	marketFile = "market.toml"
	taxFile    = "tax.toml"
	tariffFile = "tariff.tsv"
)

const shortestCode, longestCode = 4, 13 // digits of a code of goods

// fault is something wrong in a file, said so that who wrote it can mend it.
type fault struct {
	file string
	line int
	text string
}

func (f fault) Error() string { return fmt.Sprintf("%s:%d: %s", f.file, f.line, f.text) }

// Load reads what a market asks, and checks all of it: a pack that is wrong somewhere is not
// used at all. The error names the file and the line and says what to do.
func Load(files fs.FS, market string) (*Pack, error) {
	p := &Pack{Market: market}
	l := loader{files: files, pack: p}
	var m struct {
		Currency money.Currency `toml:"currency"`
		TimeZone string         `toml:"time_zone"`
		Route    []struct {
			Key string `toml:"key"`
		} `toml:"route"`
	}
	l.decode(marketFile, &m, false)
	var t file
	l.decode(taxFile, &t, true)
	if l.err != nil {
		return nil, l.err
	}
	p.Currency = m.Currency
	l.require(m.Currency.Known(), marketFile, "currency", "currency is not a code of ISO 4217")
	zone, err := time.LoadLocation(m.TimeZone)
	l.require(err == nil, marketFile, "time_zone", "time_zone is not a zone of the IANA list, such as \"Europe/Minsk\"")
	p.Zone = zone
	for _, r := range m.Route {
		l.routes = append(l.routes, r.Key)
	}
	l.sources(t)
	l.classes(t)
	l.regimes(t)
	l.usual(t)
	l.tariff()
	if l.err != nil {
		return nil, l.err
	}
	return p, nil
}

// file is tax.toml as it stands.
type file struct {
	Source []struct {
		Key, Number string
		Title       map[pavilion.Lang]string
		From        string
		Verified    Mark
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
		Verified                  Mark
	}
	Consumption []struct {
		Key, Rate string
		Name      map[pavilion.Lang]string
		Threshold []struct{ Mark, Least string }
		Source    string
		Verified  Mark
	}
	Usual []struct {
		Goods, Vat, Consumption string
		Verified                Mark
	}
	Tariff struct {
		From, Until, Source string
		Verified            Mark
	}
}

// loader fills a pack and keeps the first fault.
type loader struct {
	files  fs.FS
	pack   *Pack
	routes []string
	text   map[string][]byte
	err    error
}

func (l *loader) read(name string) []byte {
	text, err := fs.ReadFile(l.files, l.pack.Market+"/"+name)
	if err != nil && l.err == nil {
		l.err = fault{l.pack.Market + "/" + name, 1, "the file is missing: add it, or take the market's tax.toml away"}
	}
	if l.text == nil {
		l.text = map[string][]byte{}
	}
	l.text[name] = text
	return text
}

// decode reads a file of settings; a strict one holds nothing that is not known.
func (l *loader) decode(name string, into any, strict bool) {
	text := l.read(name)
	if l.err != nil {
		return
	}
	meta, err := toml.Decode(string(text), into)
	if err != nil {
		line := 1
		if p, ok := err.(toml.ParseError); ok {
			line = p.Position.Line
		}
		l.err = fault{l.pack.Market + "/" + name, line, err.Error()}
		return
	}
	if unknown := meta.Undecoded(); strict && len(unknown) > 0 {
		word := unknown[0][len(unknown[0])-1]
		l.require(false, name, word, "nobody reads "+unknown[0].String()+": correct the word or take it out")
	}
}

// require keeps a fault unless ok. Its line is the first that has the word near.
func (l *loader) require(ok bool, name, near, text string) bool {
	if !ok && l.err == nil {
		line := 1
		if i := bytes.Index(l.text[name], []byte(near)); i >= 0 && near != "" {
			line += bytes.Count(l.text[name][:i], []byte("\n"))
		}
		l.err = fault{l.pack.Market + "/" + name, line, text}
	}
	return ok
}

func (l *loader) mark(m Mark, name, near string) {
	l.require(m == Seen || m == Recalled || m == Ours, name, near, fmt.Sprintf("verified of %s is %q: write seen, recalled or ours", near, m))
}

func (l *loader) source(key, near string) {
	_, ok := l.pack.Source(key)
	l.require(ok, taxFile, near, fmt.Sprintf("the source %q of %s is not among the sources: add a [[source]] with this key", key, near))
}

func (l *loader) fraction(s, near, what string) decimal.Decimal {
	d, err := fraction(s)
	l.require(err == nil, taxFile, near, fmt.Sprintf("%s of %s is %q: write a fraction between 0 and 1, such as \"0.13\"", what, near, s))
	return d
}

// fraction reads a rate from 0 up to, not including, a thousand per cent.
func fraction(s string) (decimal.Decimal, error) {
	if len(s) > 12 || strings.Trim(s, "0123456789.") != "" {
		return decimal.Zero, fmt.Errorf("%q is no fraction", s)
	}
	d, err := decimal.NewFromString(s)
	if err == nil && (d.IsNegative() || d.GreaterThanOrEqual(decimal.NewFromInt(10))) {
		err = fmt.Errorf("%q is no rate", s)
	}
	return d, err
}

func (l *loader) amount(s, near, what string) money.Money {
	m, err := money.Parse(s, l.pack.Currency)
	l.require(err == nil && m.Sign() > 0, taxFile, near, fmt.Sprintf("%s of %s is %q: write an amount, such as \"100.00\"", what, near, s))
	return m
}

func (l *loader) date(s, near, what string, needed bool) pavilion.Date {
	if s == "" && !needed {
		return ""
	}
	d, err := pavilion.ParseDate(s)
	l.require(err == nil, taxFile, near, fmt.Sprintf("%s of %s is %q: write a day, such as \"2026-01-01\"", what, near, s))
	return d
}

func (l *loader) words(t map[pavilion.Lang]string, near string) pavilion.Text {
	for _, lang := range pavilion.Langs {
		l.require(strings.TrimSpace(t[lang]) != "", taxFile, near, fmt.Sprintf("the words of %s lack the language %s", near, lang))
	}
	return t
}

func (l *loader) sources(t file) {
	for _, s := range t.Source {
		near := `"` + s.Key + `"`
		_, twice := l.pack.Source(s.Key)
		l.require(s.Key != "" && !twice, taxFile, near, "every [[source]] needs a key of its own")
		l.mark(s.Verified, taxFile, near)
		l.pack.Sources = append(l.pack.Sources, Source{
			Key: s.Key, Number: s.Number, Title: l.words(s.Title, near), From: l.date(s.From, near, "from", false), Verified: s.Verified,
		})
	}
}

func (l *loader) classes(t file) {
	for _, c := range t.Consumption {
		near := `"` + c.Key + `"`
		class := Consumption{Key: c.Key, Name: l.words(c.Name, near), Rate: l.fraction(c.Rate, near, "rate"), Source: c.Source, Verified: c.Verified}
		l.require(c.Key != "" && class.Rate.LessThan(one), taxFile, near, "a [[consumption]] needs a key, and a rate below 1")
		l.source(c.Source, near)
		l.mark(c.Verified, taxFile, near)
		for _, h := range c.Threshold {
			l.require(h.Mark == "g" || h.Mark == "ml" || h.Mark == "piece", taxFile, near, fmt.Sprintf("mark %q of %s: write g, ml or piece", h.Mark, near))
			class.Thresholds = append(class.Thresholds, Threshold{Mark: h.Mark, Least: l.amount(h.Least, near, "least")})
		}
		l.pack.Classes = append(l.pack.Classes, class)
	}
}

func (l *loader) regimes(t file) {
	for _, r := range t.Regime {
		near := `"` + r.Route + `"`
		l.require(slices.Contains(l.routes, r.Route), taxFile, near, fmt.Sprintf("the route %s is not in %s: add it there, or correct it here", near, marketFile))
		l.require(r.Payer == "shopper" || r.Payer == "importer", taxFile, near, fmt.Sprintf("payer of %s is %q: write shopper or importer", near, r.Payer))
		l.source(r.Source, near)
		l.mark(r.Verified, taxFile, near)
		regime := Regime{
			Route: r.Route, From: l.date(r.From, near, "from", true), Until: l.date(r.Until, near, "until", false), Payer: r.Payer,
			DutyShare: l.fraction(r.DutyShare, near, "duty_share"), Share: l.fraction(r.Share, near, "share"),
			Listed: r.Listed, Source: r.Source, Verified: r.Verified,
		}
		if regime.Limited = r.Single != ""; regime.Limited {
			regime.Limits = Limits{
				Single: l.amount(r.Single, near, "single"), SingleItemBelow: l.amount(r.SingleItemBelow, near, "single_item_below"),
				Yearly: l.amount(r.Yearly, near, "yearly"),
			}
		} else {
			l.require(regime.Share.Equal(one) && regime.DutyShare.Equal(one), taxFile, near, fmt.Sprintf("%s gives relief without limits: add single, single_item_below and yearly, or write 1 for the shares", near))
		}
		for _, other := range l.pack.Regimes {
			apart := other.Route != r.Route || other.Until != "" && other.Until < regime.From || regime.Until != "" && regime.Until < other.From
			l.require(apart, taxFile, near, fmt.Sprintf("two rules of %s hold on the same days: end one the day before the other begins", near))
		}
		l.pack.Regimes = append(l.pack.Regimes, regime)
	}
}

func (l *loader) usual(t file) {
	for _, u := range t.Usual {
		near := `"` + u.Goods + `"`
		l.mark(u.Verified, taxFile, near)
		_, err := l.pack.class(u.Consumption)
		l.require(err == nil, taxFile, near, fmt.Sprintf("the consumption tax %q of %s is not in the file", u.Consumption, near))
		l.pack.Usual = append(l.pack.Usual, Usual{Goods: u.Goods, VAT: l.fraction(u.Vat, near, "vat"), Consumption: u.Consumption, Verified: u.Verified})
	}
	const near = "[tariff]"
	l.source(t.Tariff.Source, near)
	l.mark(t.Tariff.Verified, taxFile, near)
	l.pack.Edition = Edition{
		From: l.date(t.Tariff.From, near, "from", true), Until: l.date(t.Tariff.Until, near, "until", true),
		Source: t.Tariff.Source, Verified: t.Tariff.Verified,
	}
}

// columns are those of tariff.tsv.
var columns = []string{
	"code", "mfn", "provisional", "provisional_from", "provisional_until", "vat", "consumption", "list", "verified",
	"zh", "en", "ru", "be", "note",
}

// tariff reads the rates of codes, one a line, tab-separated, after a line with the names of
// the columns. Lines that begin with # are comments.
func (l *loader) tariff() {
	number, head := 0, false
	for line := range strings.Lines(string(l.read(tariffFile))) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if l.err != nil || line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if !head {
			if head = slices.Equal(cells, columns); !head {
				l.err = fault{l.pack.Market + "/" + tariffFile, number, "the columns are not " + strings.Join(columns, ", ") + ", separated by tabs"}
			}
			continue
		}
		row, err := l.row(cells)
		if err != nil {
			l.err = fault{l.pack.Market + "/" + tariffFile, number, err.Error()}
		}
		l.pack.Tariff = append(l.pack.Tariff, row)
	}
	slices.SortStableFunc(l.pack.Tariff, func(a, b Tariff) int { return strings.Compare(a.Code, b.Code) })
	for i := 1; i < len(l.pack.Tariff); i++ {
		code := l.pack.Tariff[i].Code
		l.require(code != l.pack.Tariff[i-1].Code, tariffFile, code, "the code "+code+" stands here twice: keep one")
	}
}

func (l *loader) row(cells []string) (t Tariff, err error) {
	if len(cells) != len(columns) {
		return t, fmt.Errorf("%d columns, not %d: separate them by single tabs and leave empty ones empty", len(cells), len(columns))
	}
	t = Tariff{
		Code: cells[0], Consumption: cells[6], Listing: Listing(cells[7]), Verified: Mark(cells[8]), Note: cells[13],
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
	if _, err := l.pack.class(t.Consumption); err != nil {
		return t, fmt.Errorf("the consumption tax %q is not in %s", t.Consumption, taxFile)
	}
	if !slices.Contains([]Listing{Sold, Expected, Unclear, NotListed}, t.Listing) {
		return t, fmt.Errorf("list is %q: write sold, expected, unclear or no", t.Listing)
	}
	if !slices.Contains([]Mark{Seen, Recalled, Ours}, t.Verified) {
		return t, fmt.Errorf("verified is %q: write seen, recalled or ours", t.Verified)
	}
	for _, lang := range pavilion.Langs {
		if strings.TrimSpace(t.Name[lang]) == "" {
			return t, fmt.Errorf("the name lacks the language %s", lang)
		}
	}
	return t, nil
}
