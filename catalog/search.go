package catalog

import (
	"context"
	"unicode"

	"pavilion"
	"pavilion/db"
)

const (
	selectNearWords = `select word from search_word where word >= $1 and word < $2 group by word order by count(*) desc, word limit 5000`
	selectHasWord   = `select word from search_word where word >= $1 and word < $2 limit 1`
)

// mostSuggestions is how many words Suggest returns.
const mostSuggestions = 5

// afterAll comes after every character a word can have, so that a word and the words it
// begins are those from the word up to the word with afterAll behind it.
const afterAll = "\U0010FFFF"

// Suggest returns words near to those a shopper typed that do find something: words with a
// letter or two wrong, missing or too many, and of Chinese the parts that stand in the
// catalogue. It is what a page without results offers.
func Suggest(ctx context.Context, r db.Reader, typed string) ([]string, error) {
	var out []string
	for run := range pavilion.Stretches(cut(typed)) {
		near := nearWords
		if unicode.Is(unicode.Han, run[0]) {
			near = knownParts
		}
		words, err := near(ctx, r, run)
		if err != nil {
			return nil, err
		}
		out = append(out, words...)
		if len(out) >= mostSuggestions {
			return out[:mostSuggestions], nil
		}
	}
	return out, nil
}

// nearWords returns the word itself if it finds something, else those like it that begin
// with the same letter, the most alike and most common first.
func nearWords(ctx context.Context, r db.Reader, word []rune) ([]string, error) {
	typed := string(word)
	if known, err := finds(ctx, r, typed); known || err != nil {
		return []string{typed}, err
	}
	first := string(word[:1])
	candidates, err := db.All(ctx, r, scanWord, selectNearWords, first, first+afterAll)
	return nearest(typed, candidates), err
}

// knownParts returns the stretches of a run of Han characters whose pairs are all known.
func knownParts(ctx context.Context, r db.Reader, run []rune) ([]string, error) {
	var parts []string
	start := 0
	for i := 1; i <= len(run); i++ {
		last := run[i-1 : min(i+1, len(run))]
		known, err := finds(ctx, r, string(last))
		if err != nil {
			return nil, err
		}
		if known && len(last) == 2 {
			continue
		}
		if i-start == 1 {
			if known, err = finds(ctx, r, string(run[start:i])); err != nil {
				return nil, err
			}
		}
		if known || i-start > 1 {
			parts = append(parts, string(run[start:i]))
		}
		start = i
	}
	return parts, nil
}

// finds tells whether a word, or one that begins with it, finds a product.
func finds(ctx context.Context, r db.Reader, word string) (bool, error) {
	_, found, err := db.One(ctx, r, scanWord, selectHasWord, word, word+afterAll)
	return found, err
}

func scanWord(row db.Scanner) (word string, err error) {
	err = row.Scan(&word)
	return word, err
}
