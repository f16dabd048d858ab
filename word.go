package pavilion

import (
	"iter"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestWord is how many characters of a word count; the rest is passed over.
const longestWord = 32

// Words returns the words a text can be found by, each once, in the order in which they
// first stand there: lower-cased words of letters and digits, with ё as е and without
// apostrophes, and for Chinese, which puts no spaces between words, each single Han
// character and each pair of neighbours. Made here and kept in tables of our own they are
// the same on every engine.
func Words(text string) []string { return words(text, true) }

// WordsSought returns the words to look for when somebody typed text: those of Words, but
// only the pairs of Han characters where there are pairs.
func WordsSought(text string) []string { return words(text, false) }

func words(text string, singles bool) []string {
	var out []string
	seen := map[string]struct{}{}
	add := func(w string) {
		if _, ok := seen[w]; !ok {
			seen[w] = struct{}{}
			out = append(out, w)
		}
	}
	for part := range Stretches(text) {
		if !unicode.Is(unicode.Han, part[0]) {
			add(string(part[:min(len(part), longestWord)]))
			continue
		}
		if singles || len(part) == 1 {
			for _, r := range part {
				add(string(r))
			}
		}
		for i := 1; i < len(part); i++ {
			add(string(part[i-1 : i+1]))
		}
	}
	return out
}

// Stretches yields the stretches of a text that are all Han characters or all other letters and
// digits, folded. What is yielded is good until the next one.
func Stretches(text string) iter.Seq[[]rune] {
	return func(yield func([]rune) bool) {
		var run []rune
		han := false
		for _, r := range norm.NFKC.String(text) {
			isHan := unicode.Is(unicode.Han, r)
			switch {
			case !isHan && strings.ContainsRune("'’ʼ`´", r):
				continue // inside a word: "аб’ём" is found by "абём"
			case isHan || unicode.In(r, unicode.L, unicode.N, unicode.M):
				if len(run) > 0 && isHan != han {
					if !yield(run) {
						return
					}
					run = run[:0]
				}
				han = isHan
				run = append(run, foldRune(r))
			case len(run) > 0:
				if !yield(run) {
					return
				}
				run = run[:0]
			}
		}
		if len(run) > 0 {
			yield(run)
		}
	}
}

func foldRune(r rune) rune {
	if r = unicode.ToLower(r); r == 'ё' {
		return 'е'
	}
	return r
}
