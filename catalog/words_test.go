package catalog

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

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
		{strings.Repeat("а", 40), strings.Repeat("а", longestWord), strings.Repeat("а", longestWord)},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(Words(test.text), " "); got != test.want {
				t.Errorf("Words: got %q, want %q", got, test.want)
			}
			if got := strings.Join(sought(test.text), " "); got != test.sought {
				t.Errorf("sought: got %q, want %q", got, test.sought)
			}
		})
	}
}

// Whatever is asked of a text that is part of it, in whole words, is found in its words.
func TestWordsFindThemselves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		all := Words(text)
		if len(all) != len(slices.Compact(slices.Sorted(slices.Values(all)))) {
			t.Fatalf("Words(%q): got %q, with repeats", text, all)
		}
		for _, w := range sought(text) {
			if !slices.Contains(all, w) {
				t.Fatalf("sought %q is not among the words of %q", w, text)
			}
		}
		for _, w := range all {
			if !utf8.ValidString(w) || utf8.RuneCountInString(w) > longestWord || strings.ContainsAny(w, " %_'\"\\") {
				t.Fatalf("Words(%q): got %q", text, w)
			}
			if again := Words(w); len(again) == 0 {
				t.Fatalf("the word %q of %q has no words", w, text)
			}
		}
	})
}

func TestDistance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{
		{"шоколад", "шоколад", 0},
		{"шоколад", "шоколат", 1},
		{"шоколад", "школад", 1},
		{"шоколад", "шшоколад", 1},
		{"шоколад", "шоклоад", 1},
		{"кот", "пёс", 3},
		{"", "кот", 3},
		{"кот", "", 3},
	}
	for _, test := range tests {
		if got := distance([]rune(test.a), []rune(test.b)); got != test.want {
			t.Errorf("distance(%q, %q): got %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestWeightiestPlaceCounts(t *testing.T) {
	t.Parallel()
	var w weighted
	w.add(weightIngredients, "какао сахар")
	w.add(weightName, "Какао")
	w.add(weightBrand, "Сахар")
	if got := w.weight; got["какао"] != weightName || got["сахар"] != weightBrand || len(w.order) != 2 {
		t.Errorf("got %v", got)
	}
	for i := range 2 * mostWords {
		w.add(weightName, strings.Repeat("я", i%30+1)+strings.Repeat("ю", i/30))
	}
	if len(w.order) > mostWords {
		t.Errorf("got %d words, want at most %d", len(w.order), mostWords)
	}
}

func TestLangOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Спартак": "ru", "Слодыч і К": "be", "Spartak": "en", "斯巴达克 Spartak": "zh", "": "en"} {
		if got := langOf(name); string(got) != want {
			t.Errorf("langOf(%q): got %q, want %q", name, got, want)
		}
	}
}
