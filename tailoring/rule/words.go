package rule

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pavilion"
	"pavilion/tailoring/rules"
)

// WordList is a list of words that some rule looks for in the texts shoppers read.
type WordList struct {
	Key   string
	Title pavilion.Text
	Words []Word
	Allow []string // longer words in which one of them means something else

	number int
}

// Word is a word that must not stand there, and what to write instead.
type Word struct {
	Say      string         `toml:"say"`
	Instead  string         `toml:"instead"` // "" is: leave it out
	Verified rules.Verified `toml:"verified"`
}

// scanner finds the words of all lists in one pass over a text. It is a table of words by
// their first character, the longest first, behind a set of the characters any begins with.
type scanner struct {
	starts [1024]uint64 // a bit for each character of the basic plane
	by     map[rune][]needle
	lists  int
}

type needle struct {
	folded  string
	list    int
	word    *Word // nil is a word that is allowed
	letters bool  // begins or ends with a letter that is not Han, so that it must stand alone
}

// hit is a word found.
type hit struct {
	list int
	word *Word
}

func newScanner(lists []*WordList) *scanner {
	s := &scanner{by: map[rune][]needle{}, lists: len(lists)}
	add := func(word string, list int, w *Word) {
		folded := fold(word)
		first, size := utf8.DecodeRuneInString(folded)
		if size == 0 {
			return
		}
		last, _ := utf8.DecodeLastRuneInString(folded)
		s.by[first] = append(s.by[first], needle{folded, list, w, alphabetic(first) || alphabetic(last)})
		if first < 1<<16 {
			s.starts[first>>6] |= 1 << (first & 63)
		}
	}
	for i, l := range lists {
		l.number = i
		for j := range l.Words {
			add(l.Words[j].Say, i, &l.Words[j])
		}
		for _, allowed := range l.Allow {
			add(allowed, i, nil)
		}
	}
	for _, needles := range s.by {
		slices.SortStableFunc(needles, func(a, b needle) int { return len(b.folded) - len(a.folded) })
	}
	return s
}

// find yields what stands in a folded text, in its order, each word of a list once.
func (s *scanner) find(folded string, skip []int, hits []hit) []hit {
	clear(skip)
	for at := 0; at < len(folded); {
		r, size := utf8.DecodeRuneInString(folded[at:])
		if r < 1<<16 && s.starts[r>>6]&(1<<(r&63)) == 0 {
			at += size
			continue
		}
		for _, n := range s.by[r] {
			if at < skip[n.list] || !strings.HasPrefix(folded[at:], n.folded) {
				continue
			}
			if n.letters && !alone(folded, at, at+len(n.folded)) {
				continue
			}
			skip[n.list] = at + len(n.folded)
			if h := (hit{n.list, n.word}); n.word != nil && !slices.Contains(hits, h) {
				hits = append(hits, h)
			}
		}
		at += size
	}
	return hits
}

// alone tells whether no letter or digit of an alphabet touches the word from one side.
func alone(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	first, _ := utf8.DecodeRuneInString(s[from:])
	last, _ := utf8.DecodeLastRuneInString(s[:to])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return !(alphabetic(before) && alphabetic(first)) && !(alphabetic(last) && alphabetic(after))
}

// fold brings a text into the form that words are looked for in: full-width forms as plain
// ones, lower case, no characters that cannot be seen, and no spaces beside Han characters,
// so that neither spacing nor a wide letter hides a word.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	han, space := true, false
	for _, r := range s {
		if r >= 0xff01 && r <= 0xff5e {
			r -= 0xff01 - '!'
		}
		isHan := isHan(r)
		switch {
		case r == ' ' || r == '\t' || r == '\u00a0' || r == '\u3000':
			space = true
			continue
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r < utf8.RuneSelf || isHan:
		case r == '\ufeff' || r < 0x2e80 && unicode.In(r, unicode.Cf, unicode.Mn):
			continue
		case r < 0x2e80:
			r = unicode.ToLower(r)
		}
		if space && !han && !isHan {
			b.WriteByte(' ')
		}
		han, space = isHan, false
		b.WriteRune(r)
	}
	return b.String()
}

func isHan(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x2e80 && unicode.Is(unicode.Han, r)
}

func alphabetic(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return r != utf8.RuneError && !isHan(r) && unicode.IsLetter(r)
}
