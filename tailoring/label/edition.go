package label

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

// Edition is one edition of a market's rules for food labels.
type Edition struct {
	Key       string
	Name      pavilion.Text
	Nutrition *nutrition.Standard // its table
	From      pavilion.Date       // goods made from this day on may follow it
	Until     pavilion.Date       // goods made later may not; "" is without end
	Verified  rules.Verified

	date       string // a layout of package time
	items      []item
	letters    []letters
	netFigures []netFigures
	smallFace  decimal.Decimal // square centimetres; only small items must be on such a package
	tableText  decimal.Decimal // square centimetres; the table may be text on such a package
}

type item struct {
	Key, Heading     string
	Routes, Required []string
	Small            bool
	Verified         rules.Verified
}

// letters is the smallest height of letters on packages with a face above a size.
type letters struct {
	above, height decimal.Decimal
	verified      rules.Verified
}

// netFigures is the smallest height of the net content's figures, up to an amount.
type netFigures struct {
	to, height decimal.Decimal // to is zero for all amounts above
}

// Allows tells whether goods made that day may follow the edition; "" is a day to come.
func (e *Edition) Allows(produced pavilion.Date) bool {
	if produced == "" {
		return e.Until == ""
	}
	return e.From <= produced && (e.Until == "" || produced <= e.Until)
}

// editionFile is an edition as its file writes it.
type editionFile struct {
	Key, Nutrition, From, Until, Date string
	Name                              map[pavilion.Lang]string
	Verified                          rules.Verified
	SmallFace                         string `toml:"small_face_cm2"`
	TableText                         string `toml:"table_as_text_cm2"`
	Letters                           []struct {
		Above    string `toml:"above_cm2"`
		Height   string `toml:"height_mm"`
		Verified rules.Verified
	}
	NetFigures []struct {
		To       string
		Height   string `toml:"height_mm"`
		Verified rules.Verified
	} `toml:"net_figures"`
	Item []item
}

func (p *Pack) readEdition(files fs.FS, name string, m rules.Market) (*Edition, error) {
	var in editionFile
	f, err := rules.Read(files, name, &in)
	if err != nil {
		return nil, err
	}
	e := &Edition{
		Key: in.Key, Name: in.Name, From: pavilion.Date(in.From), Until: pavilion.Date(in.Until),
		Verified: in.Verified, date: in.Date, items: in.Item,
	}
	if e.Key == "" || e.Name[p.Language] == "" || !e.Verified.Known() {
		return nil, f.Fault("", 0, "say key, name and verified")
	}
	var found bool
	if e.Nutrition, found = nutrition.Find(p.Standards, in.Nutrition); !found {
		return nil, f.Fault("", 0, "nutrition is %q: say the key of a file nutrition-*.toml", in.Nutrition)
	}
	for _, day := range []string{in.From, in.Until} {
		if _, err := pavilion.ParseDate(day); err != nil && (day != "" || in.From == "") {
			return nil, f.Fault("", 0, "%q is no day: write it as 2027-03-16", day)
		}
	}
	for _, part := range []string{"2006", "01", "02"} {
		if !strings.Contains(e.date, part) {
			return nil, f.Fault("", 0, "date must hold 2006, 01 and 02")
		}
	}
	size := func(text string, to *decimal.Decimal) error {
		var err error
		if *to, err = nutrition.ParseAmount(text); err != nil {
			return fmt.Errorf("%q is no size: write a number, such as \"1.8\"", text)
		}
		return nil
	}
	if err := size(in.SmallFace, &e.smallFace); err != nil {
		return nil, f.Fault("", 0, "small_face_cm2: %w", err)
	}
	if err := size(in.TableText, &e.tableText); err != nil {
		return nil, f.Fault("", 0, "table_as_text_cm2: %w", err)
	}
	for i, l := range in.Letters {
		n := letters{verified: l.Verified}
		if err := size(l.Above, &n.above); err != nil {
			return nil, f.Fault("letters", i, "above_cm2: %w", err)
		}
		if err := size(l.Height, &n.height); err != nil || !l.Verified.Known() {
			return nil, f.Fault("letters", i, "say height_mm and verified")
		}
		e.letters = append(e.letters, n)
	}
	for i, l := range in.NetFigures {
		var n netFigures
		if err := size(l.To, &n.to); err != nil && l.To != "" {
			return nil, f.Fault("net_figures", i, "to: %w", err)
		}
		if err := size(l.Height, &n.height); err != nil || !l.Verified.Known() {
			return nil, f.Fault("net_figures", i, "say height_mm and verified")
		}
		e.netFigures = append(e.netFigures, n)
	}
	for i, it := range e.items {
		if !slices.Contains(itemKeys, it.Key) {
			return nil, f.Fault("item", i, "the program cannot fill %q: say one of %v", it.Key, itemKeys)
		}
		for _, route := range slices.Concat(it.Routes, it.Required) {
			if route != allRoutes && !m.HasRoute(route) {
				return nil, f.Fault("item", i, "%q is no route of market.toml", route)
			}
		}
		if !it.Verified.Known() {
			return nil, f.Fault("item", i, "verified is %q: say seen, recalled or ours", it.Verified)
		}
	}
	return e, nil
}

func (i item) onRoute(route string) bool {
	return len(i.Routes) == 0 || slices.Contains(i.Routes, route)
}

func (i item) requiredOn(route string) bool {
	return slices.Contains(i.Required, allRoutes) || slices.Contains(i.Required, route)
}

// letterHeight is the smallest height of letters on a package, in millimetres; zero if the
// edition sets none. A face that is not known is taken for a large one.
func (e *Edition) letterHeight(faceMM2 int64) (height decimal.Decimal) {
	for _, l := range e.letters {
		if faceMM2 == 0 || faceCM2(faceMM2).GreaterThan(l.above) {
			height = decimal.Max(height, l.height)
		}
	}
	return height
}

// netHeight is the smallest height of the net content's figures, in millimetres.
func (e *Edition) netHeight(amount decimal.Decimal) decimal.Decimal {
	for _, n := range e.netFigures {
		if n.to.IsZero() || amount.LessThanOrEqual(n.to) {
			return n.height
		}
	}
	return decimal.Zero
}

func faceCM2(mm2 int64) decimal.Decimal { return decimal.New(mm2, -2) }

// Date writes a day as the edition prints it.
func (e *Edition) Date(d pavilion.Date) string {
	if d == "" {
		return ""
	}
	return d.Time().Format(e.date)
}
