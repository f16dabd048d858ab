package catalog

import (
	"slices"

	"pavilion"
)

// Of what a shopper types so many characters and words are looked at.
const (
	mostTyped  = 64
	mostSought = 8
)

// sought returns the words to look for when a shopper typed text: those of Words, but only
// the pairs of Han characters where there are pairs.
func sought(typed string) []string {
	w := pavilion.WordsSought(cut(typed))
	return w[:min(len(w), mostSought)]
}

// cut returns the beginning of what a shopper typed.
func cut(typed string) string {
	r := []rune(typed)
	return string(r[:min(len(r), mostTyped)])
}

// longestKey is how many characters of a name tell it from others.
const longestKey = 100

// nameKey returns the form in which two ways to write the same name are equal.
func nameKey(name string) string {
	var key []rune
	for part := range pavilion.Stretches(name) {
		if len(key) > 0 {
			key = append(key, ' ')
		}
		key = append(key, part...)
	}
	return string(key[:min(len(key), longestKey)])
}

// weights say how much a word counts by where it stands.
const (
	weightName        = 8
	weightBrand       = 4
	weightCategory    = 2
	weightIngredients = 1
)

// mostWords is how many words a product can be found by; hostile texts have more.
const mostWords = 400

// weighted are the words of a product with their weights, in the order they were added.
type weighted struct {
	order  []string
	weight map[string]int64
}

// addText notes the words of a text in each language the program speaks.
func (w *weighted) addText(weight int64, t pavilion.Text) {
	for _, l := range pavilion.Langs {
		w.add(weight, t[l])
	}
}

// add notes the words of a text. A word counts by the weightiest place it stands in.
func (w *weighted) add(weight int64, text string) {
	if w.weight == nil {
		w.weight = map[string]int64{}
	}
	for _, word := range pavilion.Words(text) {
		old, has := w.weight[word]
		if !has {
			if len(w.order) == mostWords {
				return
			}
			w.order = append(w.order, word)
		}
		w.weight[word] = max(old, weight)
	}
}

// distance counts the letters to change, add, leave out or swap with their neighbour to
// make one word from another (optimal string alignment).
func distance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// nearest returns the candidates that are, or begin, like the word, the most alike first;
// among equals the order stays.
func nearest(word string, candidates []string) []string {
	w := []rune(word)
	allowed := 1
	if len(w) > 4 {
		allowed = 2
	}
	far := map[string]int{}
	var found []string
	for _, c := range candidates {
		r := []rune(c)
		d := min(distance(w, r), distance(w, r[:min(len(r), len(w))]))
		if d <= allowed {
			far[c] = d
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return far[a] - far[b] })
	return found
}
