package label

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/pdf"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

// layer is a label under way.
type layer struct {
	*Pack
	Label
	in       Input
	glossary *Glossary
	small    bool // the package is so small that only the small items must be there
}

// Lay works out what the label says: the items of the edition in their order, the table, the
// notices, and what is missing or wrong as findings whose Field is the item they are about.
// Errors: Invalid label.no_editions for a market that asks for no label, label.edition {edition}
// for an edition that is not known, and those of the nutrition table.
func (p *Pack) Lay(in Input) (Label, error) {
	e, err := p.choose(in)
	if err != nil {
		return Label{}, err
	}
	l := &layer{Pack: p, in: in, glossary: p.Glossary.With(in.Terms), Label: Label{
		Edition: e, Market: p.Market, Language: p.Language, Route: in.Route, GTIN: in.GTIN, PageURL: in.PageURL, input: in, pack: p,
	}}
	if in.FaceMM2 > 0 {
		face := faceCM2(in.FaceMM2)
		l.small = face.LessThanOrEqual(e.smallFace)
		l.TableAsText = face.LessThanOrEqual(e.tableText)
	} else {
		l.find(pavilion.Informs, "label.face_unknown", "net", nil)
	}
	if l.Label.Table, err = e.Nutrition.Table(e.Nutrition.FromLabel(in.Content, in.Stated, in.Confirmed), in.Table); err != nil {
		return Label{}, err
	}
	l.askFor()
	if !e.Allows(in.ProducedOn) {
		l.find(pavilion.Blocks, "label.edition_over", "produced", pavilion.Args{"edition": e.Key})
	}
	for _, it := range e.items {
		if it.onRoute(in.Route) {
			l.put(it)
		}
	}
	l.Notices = p.NoticesFor(in.Route)
	l.checkGlyphs()
	return l.Label, nil
}

// NoticesFor are what the shopper is told before buying goods that come in by a route.
func (p *Pack) NoticesFor(route string) (out []Notice) {
	for _, n := range p.Words.Notice {
		if n.Route == route {
			out = append(out, n)
		}
	}
	return out
}

func (p *Pack) choose(in Input) (*Edition, error) {
	if len(p.Editions) == 0 {
		return nil, pavilion.E(pavilion.Invalid, "label.no_editions", nil)
	}
	if in.Edition != "" {
		if e, found := p.Edition(in.Edition); found {
			return e, nil
		}
		return nil, pavilion.E(pavilion.Invalid, "label.edition", pavilion.Args{"edition": in.Edition}).At("edition")
	}
	if allowed := p.For(in.ProducedOn); len(allowed) > 0 {
		return allowed[0], nil
	}
	return p.Editions[0], nil // made before the first edition: Lay says that it does not hold
}

func (l *layer) find(s pavilion.Severity, reason, field string, args pavilion.Args) {
	l.Findings = append(l.Findings, pavilion.Finding{Severity: s, Reason: reason, Field: field, Args: args})
}

// put adds an item, or says that it is missing.
func (l *layer) put(it item) {
	out := Item{Key: it.Key, Heading: it.Heading, Required: it.requiredOn(l.in.Route) && (!l.small || it.Small), Verified: string(it.Verified)}
	switch it.Key {
	case "nutrition":
		l.checkTable(out.Required)
		return
	case "ingredients":
		out.Runs = l.ingredients()
	case "maker":
		out.Runs = l.company(l.in.Maker)
	case "agent":
		out.Heading, out.Runs = l.party(l.in.Agent)
	case "seller":
		out.Heading, out.Runs = l.party(l.in.Seller)
	default:
		if text := l.text(it.Key); text != "" {
			out.Runs = []Run{{Text: text}}
		}
	}
	if len(out.Runs) == 0 {
		if out.Required {
			l.find(pavilion.Blocks, "label.missing", it.Key, nil)
		}
		return
	}
	l.checkLetters(out)
	l.Items = append(l.Items, out)
}

// text is the words of an item that are plain.
func (l *layer) text(key string) string {
	in, w := l.in, l.Words
	switch key {
	case "name":
		return in.Name
	case "allergens":
		if said := l.allergens(); in.AllergensText == "" {
			return said
		}
		return in.AllergensText
	case "net":
		return l.net()
	case "origin":
		return l.origin()
	case "registration":
		return in.Registration
	case "produced":
		return l.day(in.ProducedOn)
	case "best_before":
		return l.day(in.BestBefore)
	case "shelf_life":
		if in.ShelfLifeDays > 0 {
			return fill(w.Days, "count", strconv.FormatInt(in.ShelfLifeDays, 10))
		}
	case "storage":
		return l.storage()
	}
	return ""
}

// fill puts a value into words.
func fill(words string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		words = strings.ReplaceAll(words, "{"+pairs[i]+"}", pairs[i+1])
	}
	return words
}

// day is a date of the lot, or that it is printed with the lot.
func (l *layer) day(d pavilion.Date) string {
	if d == "" {
		return l.Words.OnPackage
	}
	return l.Label.Edition.Date(d)
}

func (l *layer) net() string {
	if l.in.NetAmount.Sign() <= 0 {
		return ""
	}
	unit, known := l.Words.Units[l.in.NetUnit]
	if !known {
		l.find(pavilion.Blocks, "label.unit_unknown", "net", pavilion.Args{"unit": l.in.NetUnit})
		return ""
	}
	return fill(l.Words.Net, "amount", l.in.NetAmount.String(), "unit", unit)
}

func (l *layer) origin() string {
	if l.in.Origin == "" {
		return ""
	}
	country, known := l.Words.Countries[l.in.Origin]
	if !known {
		l.find(pavilion.Blocks, "label.country_unknown", "origin", pavilion.Args{"country": l.in.Origin})
		return ""
	}
	return fill(l.Words.MadeIn, "country", country)
}

func (l *layer) storage() string {
	lowest, highest := l.in.StorageMinC, l.in.StorageMaxC
	number := func(n *int64) string { return strconv.FormatInt(*n, 10) }
	switch {
	case l.in.Storage != "":
		return l.in.Storage
	case lowest != nil && highest != nil:
		return fill(l.Words.Between, "min", number(lowest), "max", number(highest))
	case highest != nil:
		return fill(l.Words.UpTo, "max", number(highest))
	case lowest != nil:
		return fill(l.Words.From, "min", number(lowest))
	}
	return ""
}

// company is a party in words: its name, address and how to reach it.
func (l *layer) company(p Party) []Run {
	if p.Name == "" {
		return nil
	}
	runs := []Run{{Text: p.Name}}
	if p.Address != "" {
		runs = append(runs, Run{Text: " " + fill(l.Words.Address, "address", p.Address)})
	}
	if p.Contact != "" {
		runs = append(runs, Run{Text: " " + fill(l.Words.Contact, "contact", p.Contact)})
	}
	return runs
}

// party is a company that answers in the market, under the heading of its role.
func (l *layer) party(p Party) (heading string, runs []Run) {
	runs = l.company(p)
	if len(runs) == 0 {
		return "", nil
	}
	if p.Address == "" || p.Contact == "" {
		l.find(pavilion.Blocks, "label.party_incomplete", "agent", pavilion.Args{"name": p.Name})
	}
	return l.Words.Roles[p.Role], runs
}

// allergens is what the label says about them.
func (l *layer) allergens() string {
	in := l.in
	contains, may := l.groups(in.Contains), l.groups(in.MayContain)
	switch {
	case in.NoAllergens && len(contains) > 0:
		l.find(pavilion.Blocks, "label.allergens_contradict", "allergens", pavilion.Args{"list": strings.Join(contains, l.Words.List)})
	case len(contains) == 0 && len(may) == 0 && !in.NoAllergens:
		return ""
	}
	var said []string
	if len(contains) > 0 {
		said = append(said, fill(l.Words.Contains, "list", strings.Join(contains, l.Words.List)))
	} else if in.NoAllergens {
		said = append(said, l.Words.NoAllergens)
	}
	if len(may) > 0 {
		said = append(said, fill(l.Words.MayContain, "list", strings.Join(may, l.Words.List)))
	}
	return strings.Join(said, l.Words.Then)
}

// groups are the names of allergens in the order of the pack.
func (l *layer) groups(codes []string) (names []string) {
	for _, g := range l.Allergens {
		if slices.Contains(codes, g.Code) {
			names = append(names, g.Name[l.Pack.Language])
		}
	}
	for _, code := range codes {
		if _, known := l.group(code); !known {
			l.find(pavilion.Blocks, "label.allergen_unknown", "allergens", pavilion.Args{"code": code})
		}
	}
	return names
}

// askFor adds to what the table lacks the nutrients that an ingredient asks to be stated, such
// as trans fat where an oil was hydrogenated.
func (l *layer) askFor() {
	for _, t := range l.glossary.Known(l.in.Ingredients) {
		for _, code := range t.Asks {
			if _, stated := l.Label.Table.Row(code); !stated && !slices.Contains(l.Label.Table.Missing, code) {
				l.Label.Table.Missing = append(l.Label.Table.Missing, code)
			}
		}
	}
}

// checkTable says what is wrong with the nutrition table.
func (l *layer) checkTable(required bool) {
	name := func(codes []nutrition.Code) pavilion.Text {
		names := pavilion.Text{}
		for _, lang := range pavilion.Langs {
			var list []string
			for _, c := range codes {
				if c == nutrition.Energy {
					continue // worked out once the others are there
				}
				n, _ := l.Label.Edition.Nutrition.Nutrient(c)
				list = append(list, n.Name[lang])
			}
			names[lang] = strings.Join(list, ", ")
		}
		names[pavilion.Chinese] = strings.ReplaceAll(names[pavilion.Chinese], ", ", "、")
		return names
	}
	t := l.Label.Table
	severity := pavilion.Warns
	if required {
		severity = pavilion.Blocks
	}
	if why, exempt := l.Label.Edition.Nutrition.Exempt(l.in.Category); exempt {
		if severity = pavilion.Warns; len(t.Rows) == 0 {
			reason := "label.nutrition_exempt"
			if why.Verified != rules.Seen {
				reason = "label.nutrition_exempt_recalled"
			}
			l.find(pavilion.Informs, reason, "nutrition", pavilion.Args{"reason": why.Name, "standard": l.Label.Edition.Nutrition.Key})
			return
		}
	}
	if len(t.Missing) > 0 {
		l.find(severity, "label.nutrition_missing", "nutrition", pavilion.Args{"list": name(t.Missing)})
	}
	if len(t.Rounded) > 0 {
		l.find(severity, "label.nutrition_rounded", "nutrition", pavilion.Args{"list": name(t.Rounded)})
	}
}

// checkLetters says where words are not in the letters of the market's language. Names of
// companies and brands may have others.
func (l *layer) checkLetters(it Item) {
	switch it.Key {
	case "name", "ingredients", "allergens", "storage":
	default:
		return
	}
	text := it.Text()
	if l.in.Brand != "" && it.Key == "name" {
		text = strings.ReplaceAll(text, l.in.Brand, "")
	}
	written, foreign := false, ""
	for _, r := range text {
		switch {
		case unicode.Is(l.Words.script, r):
			written = true
		case unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Han, r):
			foreign += string(r)
		}
	}
	if !written {
		l.find(pavilion.Blocks, "label.not_in_language", it.Key, nil)
	} else if foreign != "" && (it.Key != "ingredients" || l.in.IngredientsText != "") { // the list has its own findings
		l.find(pavilion.Blocks, "label.foreign_letters", it.Key, pavilion.Args{"letters": cut(foreign)})
	}
}

// cut is the beginning of words, for a sentence about them.
func cut(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// checkGlyphs says which characters no font has.
func (l *layer) checkGlyphs() {
	for _, it := range l.Items {
		missing, err := pdf.Missing(it.Text())
		if err == nil && len(missing) > 0 {
			l.find(pavilion.Blocks, "label.no_glyph", it.Key, pavilion.Args{"letters": string(missing)})
		}
	}
}

// Amount is what the table gives the content of, in the words of the market.
func (l Label) Amount() string {
	t, w := l.Table, l.pack.Words
	amount := decimal.NewFromInt(100)
	if t.Serving.Sign() > 0 {
		amount = t.Serving
	}
	text := amount.String() + w.Units[string(t.Basis)]
	if t.Serving.Sign() > 0 {
		text = fill(w.Serving, "amount", text)
	}
	return fill(t.Standard.Per, "amount", text)
}

// Unit is the unit of a row as the market prints it.
func (l Label) Unit(r nutrition.Row) string { return l.pack.Words.NutritionUnits[r.Nutrient.Unit] }

// RowName is the name of a row, with the mark of one that belongs to another.
func (l Label) RowName(r nutrition.Row) string {
	name := r.Nutrient.Name[l.Language]
	if r.Nutrient.Under != "" {
		return l.Table.Standard.Under + name
	}
	return name
}

// Percent is a row's share of the reference value as it is printed.
func (l Label) Percent(r nutrition.Row) string {
	if !r.HasNRV {
		return l.Table.Standard.None
	}
	return strconv.FormatInt(r.Percent, 10) + "%"
}

// Digital are the words beside a code that leads to the label as a page.
func (l Label) Digital() string { return l.pack.Words.Digital }

// Colon stands between a heading and its words.
func (l Label) Colon() string { return l.pack.Words.Colon }
