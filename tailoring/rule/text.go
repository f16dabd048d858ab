package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pavilion"
)

// text is a sentence in all languages with places for values, such as "{words} is not
// allowed".
type text struct {
	words pavilion.Text
	names []string // of its values, sorted
}

// readText checks that a sentence stands in every language of the program and names the
// same values in each.
func readText(words pavilion.Text) (text, error) {
	t := text{words: words}
	for i, l := range pavilion.Langs {
		if strings.TrimSpace(words[l]) == "" {
			return t, fmt.Errorf("the words in %q are missing", l)
		}
		names, err := placesIn(words[l])
		if err != nil {
			return t, fmt.Errorf("%w in %q", err, l)
		}
		if i == 0 {
			t.names = names
		} else if !slices.Equal(t.names, names) {
			return t, fmt.Errorf("the words in %q name the values %v, those in %q %v: name the same", l, names, pavilion.Langs[0], t.names)
		}
	}
	return t, nil
}

// placesIn are the names in braces, sorted, each once.
func placesIn(s string) (names []string, err error) {
	for {
		_, rest, found := strings.Cut(s, "{")
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return nil, fmt.Errorf("a brace is not closed")
		}
		names, s = append(names, name), after
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// with fills the values in, by their names where they have some.
func (t text) with(values map[string]value, names map[string]pavilion.Text) pavilion.Text {
	if len(t.names) == 0 {
		return t.words
	}
	out := make(pavilion.Text, len(t.words))
	for lang, words := range t.words {
		var b strings.Builder
		for {
			before, rest, found := strings.Cut(words, "{")
			b.WriteString(before)
			if !found {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			b.WriteString(values[name].in(lang, names))
			words = after
		}
		out[lang] = b.String()
	}
	return out
}

// value is what stands in a place of a text: one word, or several that the language joins.
type value []string

// mostNamed bounds how many words of a list a sentence names.
const mostNamed = 12

func (v value) in(lang pavilion.Lang, names map[string]pavilion.Text) string {
	comma, more := ", ", " …"
	if lang == pavilion.Chinese {
		comma, more = "、", "……"
	}
	var words []string
	for _, word := range v[:min(len(v), mostNamed)] {
		words = append(words, cmp.Or(names[word][lang], word))
	}
	if len(v) <= mostNamed {
		more = ""
	}
	return strings.Join(words, comma) + more
}
