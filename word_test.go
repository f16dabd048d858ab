package pavilion_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"pavilion"
)

// longest is how many characters of a word count.
const longest = 32

func TestWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text         string
		want, sought string // words with a space between
	}{
		{"Шоколад ГОРЬКИЙ, горький", "шоколад горький", "шоколад горький"},
		{"Ёлочка", "елочка", "елочка"},
		{"е\u0308жик", "ежик", "ежик"},
		{"аб’ём аб'ём абʼём", "абем", "абем"},
		{"巧克力", "巧 克 力 巧克 克力", "巧克 克力"},
		{"茶", "茶", "茶"},
		{"90%黑巧", "90 黑 巧 黑巧", "90 黑巧"},
		{"Spartak斯巴达克", "spartak 斯 巴 达 克 斯巴 巴达 达克", "spartak 斯巴 巴达 达克"},
		{"ＡＢＣ１２３", "abc123", "abc123"},
		{"1,5 л", "1 5 л", "1 5 л"},
		{" — !? ", "", ""},
		{"", "", ""},
		{strings.Repeat("а", 40), strings.Repeat("а", longest), strings.Repeat("а", longest)},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(pavilion.Words(test.text), " "); got != test.want {
				t.Errorf("Words: got %q, want %q", got, test.want)
			}
			if got := strings.Join(pavilion.WordsSought(test.text), " "); got != test.sought {
				t.Errorf("WordsSought: got %q, want %q", got, test.sought)
			}
		})
	}
}

// Whatever is asked of a text that is part of it, in whole words, is found in its words.
func TestWordsFindThemselves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		all := pavilion.Words(text)
		if len(all) != len(slices.Compact(slices.Sorted(slices.Values(all)))) {
			t.Fatalf("Words(%q): got %q, with repeats", text, all)
		}
		for _, w := range pavilion.WordsSought(text) {
			if !slices.Contains(all, w) {
				t.Fatalf("sought %q is not among the words of %q", w, text)
			}
		}
		for _, w := range all {
			if !utf8.ValidString(w) || utf8.RuneCountInString(w) > longest || strings.ContainsAny(w, " %_'\"\\") {
				t.Fatalf("Words(%q): got %q", text, w)
			}
			if again := pavilion.Words(w); len(again) == 0 {
				t.Fatalf("the word %q of %q has no words", w, text)
			}
		}
	})
}
