package label

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"pavilion"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

// Glossary knows the names of ingredients. Its zero value knows none.
type Glossary struct {
	Terms   []Term
	Classes []Class
	index   map[string]int // key of a maker's name → number of its term
	numbers map[string]int // the same for the numbers of additives
	begins  []beginning
	next    *Glossary // asked for what this one does not know
}

// Term is one entry: how makers write an ingredient and how the market's label does.
type Term struct {
	Name      string           // on the label, in the market's language
	Sources   []string         // as makers write it, in any language
	Begins    []string         // every maker's name that begins so
	Class     string           // what an additive does: key of a Class, "" for an ingredient
	INS       string           // number of an additive in the international system, "" if it has none
	Numbers   []string         // how else makers write that number
	Allergens []string         // codes of the catalogue
	Exempt    []string         // keys of editions that do not ask to name those allergens
	Asks      []nutrition.Code // nutrients that must be stated where it is an ingredient
	Verified  rules.Verified
}

// Class is what additives do, such as emulsifiers.
type Class struct {
	Key      string
	Name     pavilion.Text
	Begins   []string // words that makers put before the names of such additives
	Verified rules.Verified

	begins []string // keys of those words
}

// Additive tells whether the term is one.
func (t Term) Additive() bool { return t.Class != "" || t.INS != "" }

type beginning struct {
	key  string
	term int
}

var plainMarks = strings.NewReplacer("ё", "е", "Ё", "е", "«", "", "»", "", `"`, "", "“", "", "”", "", "’", "'", "\u00a0", " ", "–", "-", "—", "-")

// SourceKey is the form in which names of ingredients are compared.
func SourceKey(name string) string {
	name = strings.Join(strings.Fields(strings.ToLower(plainMarks.Replace(name))), " ")
	return strings.Trim(name, " .,;:-*")
}

func (p *Pack) readGlossary(files fs.FS) (*Glossary, error) {
	var in struct {
		Class []struct {
			Key      string
			Name     map[pavilion.Lang]string
			Begins   []string
			Verified rules.Verified
		}
		Ingredient []struct {
			Name, Class, INS  string
			Ru, En, E, Begins []string
			Allergens, Exempt []string
			Asks              []nutrition.Code
			Verified          rules.Verified
		}
	}
	f, err := rules.Read(files, path.Join(p.Market, "ingredients.toml"), &in)
	if err != nil {
		return nil, err
	}
	g := &Glossary{}
	for i, c := range in.Class {
		if c.Key == "" || c.Name[p.Language] == "" || len(c.Begins) == 0 || !c.Verified.Known() {
			return nil, f.Fault("class", i, "say key, name in %s, begins and verified", p.Language)
		}
		class := Class{Key: c.Key, Name: c.Name, Begins: c.Begins, Verified: c.Verified}
		for _, word := range c.Begins {
			class.begins = append(class.begins, SourceKey(word))
		}
		g.Classes = append(g.Classes, class)
	}
	for i, t := range in.Ingredient {
		term := Term{
			Name: t.Name, Sources: slices.Concat(t.Ru, t.En), Begins: t.Begins, Class: t.Class, INS: t.INS, Numbers: t.E,
			Allergens: t.Allergens, Exempt: t.Exempt, Asks: t.Asks, Verified: t.Verified,
		}
		if t.Name == "" || len(term.Sources)+len(t.Begins) == 0 || !t.Verified.Known() {
			return nil, f.Fault("ingredient", i, "say its name, how makers write it (ru, en or begins), and verified")
		}
		if _, known := g.Class(t.Class); t.Class != "" && !known {
			return nil, f.Fault("ingredient", i, "%s: there is no class %q", t.Name, t.Class)
		}
		for _, code := range t.Allergens {
			if _, known := p.group(code); !known {
				return nil, f.Fault("ingredient", i, "%s: allergens.toml has no group %q", t.Name, code)
			}
		}
		for _, key := range t.Exempt {
			if _, known := p.Edition(key); !known {
				return nil, f.Fault("ingredient", i, "%s: there is no edition %q", t.Name, key)
			}
		}
		for _, code := range t.Asks {
			if slices.ContainsFunc(p.Standards, func(s *nutrition.Standard) bool { _, known := s.Nutrient(code); return !known }) {
				return nil, f.Fault("ingredient", i, "%s: not every standard has the nutrient %q", t.Name, code)
			}
		}
		if taken := g.add(term); taken != "" {
			return nil, f.Fault("ingredient", i, "%q stands at %s already", taken, g.Terms[g.index[taken]].Name)
		}
	}
	return g, nil
}

// Class returns the class of a key.
func (g *Glossary) Class(key string) (Class, bool) {
	i := slices.IndexFunc(g.Classes, func(c Class) bool { return c.Key == key })
	if i < 0 {
		return Class{}, false
	}
	return g.Classes[i], true
}

// add takes a term in; taken is a name of it that another term has.
func (g *Glossary) add(t Term) (taken string) {
	if g.index == nil {
		g.index, g.numbers = map[string]int{}, map[string]int{}
	}
	at := len(g.Terms)
	g.Terms = append(g.Terms, t)
	for _, name := range t.Sources {
		key := SourceKey(name)
		if _, there := g.index[key]; there {
			return key
		}
		g.index[key] = at
	}
	for _, number := range append([]string{t.INS}, t.Numbers...) {
		if key := numberKey("e" + number); key != "" {
			if _, there := g.numbers[key]; !there { // several terms may share a number: the first counts
				g.numbers[key] = at
			}
		}
	}
	for _, b := range t.Begins {
		g.begins = append(g.begins, beginning{SourceKey(b), at})
	}
	return ""
}

// numberKey is the key of an additive's number however it is written: E476, Е 476 with a
// Cyrillic letter, INS 476. It is "" for anything else.
func numberKey(key string) string {
	key = strings.ReplaceAll(strings.ToLower(key), " ", "")
	for _, prefix := range []string{"ins", "e", "е"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && rest != "" && rest[0] >= '1' && rest[0] <= '9' &&
			strings.Trim(rest, "0123456789abcdefiv()") == "" {
			return "e" + rest
		}
	}
	return ""
}

// Find returns what is known of an ingredient by any of its names. Words for what an additive
// does before its name are passed over.
func (g *Glossary) Find(name pavilion.Text) (Term, bool) {
	for _, lang := range pavilion.Langs {
		if name[lang] == "" {
			continue
		}
		if t, found := g.find(SourceKey(name[lang])); found {
			return t, true
		}
	}
	return Term{}, false
}

func (g *Glossary) find(key string) (Term, bool) {
	if t, found := g.look(key); found {
		return t, true
	}
	for _, c := range g.Classes {
		for _, word := range c.begins {
			rest, ok := strings.CutPrefix(key, word)
			if !ok || !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, ":") {
				continue
			}
			rest = rest[1:]
			if t, found := g.look(SourceKey(rest)); found {
				if t.Additive() {
					t.Class = c.Key // as the maker uses it
				}
				return t, true
			}
		}
	}
	return Term{}, false
}

func (g *Glossary) look(key string) (Term, bool) {
	if i, found := g.index[key]; found {
		return g.Terms[i], true
	}
	if number := numberKey(key); number != "" {
		if i, found := g.numbers[number]; found {
			return g.Terms[i], true
		}
	}
	for _, b := range g.begins {
		if key == b.key || strings.HasPrefix(key, b.key+" ") {
			return g.Terms[b.term], true
		}
	}
	if g.next != nil {
		return g.next.look(key)
	}
	return Term{}, false
}

// With is the glossary with terms that count before its own.
func (g *Glossary) With(terms []Term) *Glossary {
	if len(terms) == 0 {
		return g
	}
	with := &Glossary{Classes: g.Classes, next: g}
	for _, t := range terms {
		with.add(t)
	}
	return with
}
