package label

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"pavilion"
)

// ingredients is the list in the market's words, with allergens standing out. An ingredient
// the glossary does not know is a finding, and stands in the maker's words so that whoever
// reads the draft sees where it belongs.
func (l *layer) ingredients() []Run {
	if l.in.IngredientsText != "" {
		return l.emphasise(l.in.IngredientsText)
	}
	runs := l.list(l.in.Ingredients)
	l.checkOrder()
	return join(runs)
}

func (l *layer) list(list []Ingredient) (runs []Run) {
	for i, in := range list {
		if i > 0 {
			runs = append(runs, Run{Text: l.Words.List})
		}
		runs = append(runs, l.one(in)...)
	}
	return runs
}

func (l *layer) one(in Ingredient) []Run {
	t, known := l.glossary.Find(in.Name)
	var runs []Run
	if known {
		runs = []Run{{t.Name, l.emphasised(t)}}
		l.checkStated(t)
		if c, is := l.glossary.Class(t.Class); is {
			before, after, _ := strings.Cut(fill(l.Words.Additive, "class", c.Name[l.Pack.Language]), "{name}")
			runs = []Run{{Text: before}, runs[0], {Text: after}}
		}
	} else {
		name := in.Name.Best(l.Pack.Language)
		runs = []Run{{Text: name}}
		l.find(pavilion.Blocks, "label.ingredient_unknown", "ingredients", pavilion.Args{"name": name})
	}
	if in.Percent != "" {
		before, after, _ := strings.Cut(fill(l.Words.Share, "percent", in.Percent), "{name}")
		runs = slices.Concat([]Run{{Text: before}}, runs, []Run{{Text: after}})
	} else if known && !t.Additive() && len([]rune(t.Name)) > 1 && strings.Contains(l.in.Name, t.Name) && len(l.in.Ingredients) > 1 {
		l.find(pavilion.Warns, "label.percent_missing", "ingredients", pavilion.Args{"name": t.Name})
	}
	if len(in.Parts) > 0 && !(known && t.Additive()) {
		before, after, _ := strings.Cut(l.Words.Compound, "{parts}")
		name, opened, _ := strings.Cut(before, "{name}")
		runs = slices.Concat([]Run{{Text: name}}, runs, []Run{{Text: opened}}, l.list(in.Parts), []Run{{Text: after}})
	}
	return runs
}

// emphasised tells whether the ingredient stands out: it is an allergen that the edition asks
// to name.
func (l *layer) emphasised(t Term) bool {
	if slices.Contains(t.Exempt, l.Label.Edition.Key) {
		return false
	}
	return slices.ContainsFunc(t.Allergens, func(code string) bool {
		g, _ := l.group(code)
		return g.Named
	})
}

// checkStated says where an ingredient is an allergen that the maker does not name.
func (l *layer) checkStated(t Term) {
	if slices.Contains(t.Exempt, l.Label.Edition.Key) {
		return
	}
	for _, code := range t.Allergens {
		g, _ := l.group(code)
		if g.Named && !slices.Contains(l.in.Contains, code) {
			l.find(pavilion.Blocks, "label.allergen_not_stated", "allergens", pavilion.Args{"name": t.Name, "allergen": g.Name})
		}
	}
}

// checkOrder says where stated shares rise: the most of it comes first. Ingredients of up to
// two per cent may stand in any order.
func (l *layer) checkOrder() {
	two, last := decimal.NewFromInt(2), decimal.NewFromInt(100)
	for _, in := range l.in.Ingredients {
		share, err := decimal.NewFromString(in.Percent)
		if err != nil || share.LessThanOrEqual(two) {
			continue
		}
		if share.GreaterThan(last) {
			l.find(pavilion.Warns, "label.order", "ingredients", pavilion.Args{"name": in.Name.Best(l.Pack.Language)})
		}
		last = share
	}
}

// join puts neighbouring runs of one kind together and drops empty ones.
func join(runs []Run) (out []Run) {
	for _, r := range runs {
		if n := len(out); n > 0 && out[n-1].Strong == r.Strong {
			out[n-1].Text += r.Text
		} else if r.Text != "" {
			out = append(out, r)
		}
	}
	return out
}

// Unknown are the ingredients that the glossary and the terms do not know, each once, in the
// maker's words: the tasks of a person.
func (p *Pack) Unknown(list []Ingredient, terms []Term) (names []pavilion.Text) {
	g, seen := p.Glossary.With(terms), map[string]bool{}
	var walk func([]Ingredient)
	walk = func(list []Ingredient) {
		for _, in := range list {
			t, known := g.Find(in.Name)
			if key := SourceKey(in.Name.Best(p.Language)); !known && !seen[key] {
				seen[key] = true
				names = append(names, in.Name)
			}
			if !t.Additive() {
				walk(in.Parts)
			}
		}
	}
	walk(list)
	return names
}

// Known is what is known of ingredients, each entry by the maker's own words: with these terms
// a label says the same whatever the glossary learns later.
func (g *Glossary) Known(list []Ingredient) (terms []Term) {
	seen := map[string]bool{}
	var walk func([]Ingredient)
	walk = func(list []Ingredient) {
		for _, in := range list {
			t, known := g.Find(in.Name)
			names := slices.DeleteFunc(slices.Sorted(maps.Values(in.Name)), func(name string) bool { return name == "" || seen[SourceKey(name)] })
			if known && len(names) > 0 {
				for _, name := range names {
					seen[SourceKey(name)] = true
				}
				t.Sources, t.Begins, t.Numbers = names, nil, nil
				terms = append(terms, t)
			}
			walk(in.Parts)
		}
	}
	walk(list)
	return terms
}
