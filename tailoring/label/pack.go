package label

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"pavilion"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

// Pack is all a market says about food labels.
type Pack struct {
	Market    string
	Language  pavilion.Lang
	Editions  []*Edition // the oldest first; none: the market asks for no label
	Standards []*nutrition.Standard
	Glossary  *Glossary
	Allergens []Group
	Words     Words
}

// Group is allergens that a label names with one word.
type Group struct {
	Code     string // of the catalogue
	Name     pavilion.Text
	Named    bool // the standard asks to name it
	Verified rules.Verified
}

// Words are what the market's labels are put together from.
type Words struct {
	Script, List, Then, Colon, Compound, Share, Additive string
	Contains                                             string
	MayContain                                           string `toml:"may_contain"`
	NoAllergens                                          string `toml:"no_allergens"`
	MadeIn                                               string `toml:"made_in"`
	Net, Days, Months, Between                           string
	UpTo                                                 string `toml:"up_to"`
	From, Contact, Address                               string
	OnPackage                                            string `toml:"on_package"`
	Serving, Digital                                     string
	Verified                                             rules.Verified
	Units                                                map[string]string
	NutritionUnits                                       map[string]string `toml:"nutrition_units"`
	Roles                                                map[string]string
	Notice                                               []Notice
	Countries                                            map[string]string
	Registers                                            []string // authorities whose numbers of makers the label prints

	script *unicode.RangeTable
}

// Notice is what a shopper is told before buying goods that come in by a route.
type Notice struct {
	Route, Text string
	Meaning     pavilion.Text // in our words, for those who do not read the market's language
	Verified    rules.Verified
}

// itemKeys are the items the program can fill.
var itemKeys = []string{
	"name", "ingredients", "allergens", "net", "origin", "registration", "maker", "agent", "seller",
	"produced", "shelf_life", "best_before", "storage", "nutrition",
}

// allRoutes in a list of routes stands for every one.
const allRoutes = "all"

// Load reads what a market's pack says about labels. A pack without label files has no
// editions. Errors name the file and the line.
func Load(files fs.FS, market string) (*Pack, error) {
	m, err := rules.ReadMarket(files, market)
	if err != nil {
		return nil, err
	}
	p := &Pack{Market: market, Language: m.Language, Glossary: &Glossary{}}
	names, err := fs.Glob(files, path.Join(market, "label-2*.toml"))
	if err != nil || len(names) == 0 {
		return p, err
	}
	if p.Standards, err = nutrition.Load(files, market); err != nil {
		return nil, err
	}
	if err := p.readWords(files, m); err != nil {
		return nil, err
	}
	if err := p.readAllergens(files); err != nil {
		return nil, err
	}
	for _, name := range names {
		e, err := p.readEdition(files, name, m)
		if err != nil {
			return nil, err
		}
		p.Editions = append(p.Editions, e)
	}
	slices.SortFunc(p.Editions, func(a, b *Edition) int { return strings.Compare(string(a.From), string(b.From)) })
	p.Glossary, err = p.readGlossary(files)
	return p, err
}

// Edition returns the edition of a key.
func (p *Pack) Edition(key string) (*Edition, bool) {
	i := slices.IndexFunc(p.Editions, func(e *Edition) bool { return e.Key == key })
	if i < 0 {
		return nil, false
	}
	return p.Editions[i], true
}

// For returns the editions that goods made that day may follow, the newest first. A day that
// is not known is one to come.
func (p *Pack) For(produced pavilion.Date) (allowed []*Edition) {
	for _, e := range slices.Backward(p.Editions) {
		if e.Allows(produced) {
			allowed = append(allowed, e)
		}
	}
	return allowed
}

func (p *Pack) readWords(files fs.FS, m rules.Market) error {
	f, err := rules.Read(files, path.Join(p.Market, "label-words.toml"), &p.Words)
	if err != nil {
		return err
	}
	w := &p.Words
	if w.script = unicode.Scripts[w.Script]; w.script == nil {
		return f.Fault("", 0, "script is %q: say a script of Unicode, such as Latin", w.Script)
	}
	for _, t := range []struct{ key, text, values string }{
		{"list", w.List, ""}, {"then", w.Then, ""}, {"colon", w.Colon, ""}, {"compound", w.Compound, "name parts"}, {"share", w.Share, "name percent"},
		{"additive", w.Additive, "class name"}, {"contains", w.Contains, "list"}, {"may_contain", w.MayContain, "list"},
		{"no_allergens", w.NoAllergens, ""}, {"made_in", w.MadeIn, "country"}, {"net", w.Net, "amount unit"}, {"days", w.Days, "count"},
		{"months", w.Months, "count"}, {"between", w.Between, "min max"}, {"up_to", w.UpTo, "max"}, {"from", w.From, "min"},
		{"contact", w.Contact, "contact"}, {"address", w.Address, "address"}, {"on_package", w.OnPackage, ""}, {"serving", w.Serving, "amount"},
		{"digital", w.Digital, ""},
	} {
		if t.text == "" {
			return f.Fault("", 0, "say %s", t.key)
		}
		for value := range strings.FieldsSeq(t.values) {
			if !strings.Contains(t.text, "{"+value+"}") {
				return f.Fault("", 0, "%s must hold {%s}", t.key, value)
			}
		}
	}
	for i, n := range w.Notice {
		if !m.HasRoute(n.Route) || n.Text == "" || !n.Verified.Known() {
			return f.Fault("notice", i, "say a route of market.toml, the text, and verified: seen, recalled or ours")
		}
		for _, lang := range pavilion.Langs {
			if lang != m.Language && n.Meaning[lang] == "" {
				return f.Fault("notice", i, "say in meaning what the text means, in %s", lang)
			}
		}
	}
	return nil
}

func (p *Pack) readAllergens(files fs.FS) error {
	var in struct {
		Group []struct {
			Code     string
			Name     map[pavilion.Lang]string
			Named    bool
			Verified rules.Verified
		}
	}
	f, err := rules.Read(files, path.Join(p.Market, "allergens.toml"), &in)
	if err != nil {
		return err
	}
	for i, g := range in.Group {
		if _, taken := p.group(g.Code); g.Code == "" || taken || g.Name[p.Language] == "" || !g.Verified.Known() {
			return f.Fault("group", i, "say a code that no other group has, its name in %s, and verified", p.Language)
		}
		p.Allergens = append(p.Allergens, Group{g.Code, g.Name, g.Named, g.Verified})
	}
	return nil
}

func (p *Pack) group(code string) (Group, bool) {
	i := slices.IndexFunc(p.Allergens, func(g Group) bool { return g.Code == code })
	if i < 0 {
		return Group{}, false
	}
	return p.Allergens[i], true
}
