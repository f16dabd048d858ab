package label

import (
	"unicode"
)

// emphasise finds in a list that a person wrote the ingredients that stand out. At each place
// the longest name counts that the glossary or the allergens know, so that lecithin of soy is
// not taken for soy.
func (l *layer) emphasise(text string) (runs []Run) {
	names := l.names()
	longest := 0
	for name := range names {
		longest = max(longest, len([]rune(name)))
	}
	all := []rune(text)
	folded := fold(text)
	for i := 0; i < len(all); {
		found, strong := 1, false
		for n := min(longest, len(all)-i); n > 0; n-- {
			if s, known := names[string(folded[i:i+n])]; known && apart(folded, i) && apart(folded, i+n) {
				found, strong = n, s
				break
			}
		}
		runs = append(runs, Run{string(all[i : i+found]), strong})
		i += found
	}
	return join(runs)
}

// names are all names that may stand in a list, and whether they stand out.
func (l *layer) names() map[string]bool {
	names := map[string]bool{}
	for _, g := range l.Allergens {
		if g.Named {
			names[string(fold(g.Name[l.Pack.Language]))] = true
		}
	}
	for g := l.glossary; g != nil; g = g.next {
		for _, c := range g.Classes {
			names[string(fold(c.Name[l.Pack.Language]))] = false
		}
		for _, t := range g.Terms {
			key := string(fold(t.Name))
			names[key] = names[key] || l.emphasised(t)
		}
	}
	return names
}

// fold is a text in small letters, a rune for a rune.
func fold(text string) []rune {
	out := []rune(text)
	for i, r := range out {
		out[i] = unicode.ToLower(r)
	}
	return out
}

// apart tells whether a name may begin or end at a place: not inside a word of letters that
// are written together with others. Han has no such words.
func apart(text []rune, at int) bool {
	letter := func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) }
	return at == 0 || at == len(text) || !letter(text[at-1]) || !letter(text[at])
}
