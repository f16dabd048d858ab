package catalog

import (
	"strings"
	"testing"
)

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
