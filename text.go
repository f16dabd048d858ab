package pavilion

import (
	"encoding/json"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lang is a language tag as BCP 47 writes it, without region: "zh", "en", "ru", "be".
type Lang string

const (
	Chinese    Lang = "zh"
	English    Lang = "en"
	Russian    Lang = "ru"
	Belarusian Lang = "be"
)

// Langs are the languages the program itself speaks, the shop's first language first.
var Langs = []Lang{Chinese, English, Russian, Belarusian}

// Preferred returns the first of our languages that an Accept-Language header (RFC 9110)
// names, in the order of the header, or otherwise if it names none of ours.
func Preferred(header string, otherwise Lang) Lang {
	for tag := range strings.SplitSeq(header, ",") {
		tag, _, _ = strings.Cut(strings.TrimSpace(tag), ";")
		tag, _, _ = strings.Cut(tag, "-")
		for _, l := range Langs {
			if strings.EqualFold(tag, string(l)) {
				return l
			}
		}
	}
	return otherwise
}

// Text is the same words in several languages. It is stored as a JSON object.
type Text map[Lang]string

// nearest says which language to fall back to when one is missing.
var nearest = map[Lang][]Lang{
	Chinese:    {English, Russian, Belarusian},
	English:    {Russian, Chinese, Belarusian},
	Russian:    {Belarusian, English, Chinese},
	Belarusian: {Russian, English, Chinese},
}

// In returns the words in the language, or in the nearest language there is, and says
// which language it found. It returns "" and "" when there are no words at all.
func (t Text) In(l Lang) (string, Lang) {
	if s := t[l]; s != "" {
		return s, l
	}
	for _, n := range nearest[l] {
		if s := t[n]; s != "" {
			return s, n
		}
	}
	for _, n := range Langs {
		if s := t[n]; s != "" {
			return s, n
		}
	}
	return "", ""
}

// Best returns the words in the language or the nearest one.
func (t Text) Best(l Lang) string { s, _ := t.In(l); return s }

// With returns words with those of one language replaced; the others are shared. Nothing to
// say leaves them as they are.
func (t Text) With(l Lang, words string) Text {
	if words == "" {
		return t
	}
	out := maps.Clone(t)
	if out == nil {
		out = Text{}
	}
	out[l] = words
	return out
}

// JSON returns the form that is stored; empty words are left out and the order of
// languages is fixed.
func (t Text) JSON() string {
	kept := make(map[Lang]string, len(t))
	for l, s := range t {
		if s != "" {
			kept[l] = s
		}
	}
	b, err := json.Marshal(kept) // encoding/json sorts the keys of a map
	if err != nil {
		return "{}" // a map of strings always marshals
	}
	return string(b)
}

// ParseText reads what JSON wrote.
func ParseText(s string) (Text, error) {
	t := Text{}
	if s == "" {
		return t, nil
	}
	if err := json.Unmarshal([]byte(s), &t); err != nil {
		return nil, E(Internal, "text.malformed", nil).Because(err)
	}
	return t, nil
}

// Visible returns a text without the characters nobody sees: controls but for tabs and the ends
// of lines, zero widths, turns of direction, private use, and bytes that are no text.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.Is(unicode.C, r) && !strings.ContainsRune("\t\n\r", r) {
			return -1
		}
		return r
	}, s)
}
