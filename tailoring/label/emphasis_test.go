package label_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
)

// TestAllergensStandOutInFreeText: at each place the longest name counts.
func TestAllergensStandOutInFreeText(t *testing.T) {
	t.Parallel()
	p, in := pack(t), chocolate()
	for text, want := range map[string]string{
		"白砂糖、全脂乳粉、可可脂": "白砂糖、[全脂乳粉]、可可脂",
		"小麦粉，花生酱、花生":   "[小麦粉]，[花生]酱、[花生]",
		"乳化剂、可可脂":      "乳化剂、可可脂",
		"":             "",
	} {
		in.IngredientsText, in.Ingredients = text, nil
		it, _ := lay(t, p, in).Item("ingredients")
		got := ""
		for _, r := range it.Runs {
			if r.Strong {
				r.Text = "[" + r.Text + "]"
			}
			got += r.Text
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	// In letters that make words, a name inside a word is none.
	in.Terms = []label.Term{{Name: "Milk", Sources: []string{"milk"}, Allergens: []string{"milk"}}}
	in.IngredientsText = "白砂糖 milk, milkweed, buttermilk (MILK)"
	it, _ := lay(t, p, in).Item("ingredients")
	var strong []string
	for _, r := range it.Runs {
		if r.Strong {
			strong = append(strong, r.Text)
		}
	}
	if diff := cmp.Diff([]string{"milk", "MILK"}, strong); diff != "" {
		t.Errorf("words of letters (-want +got):\n%s", diff)
	}
}

// TestHydrogenatedOilAsksForTransFat in either edition, until it is stated.
func TestHydrogenatedOilAsksForTransFat(t *testing.T) {
	t.Parallel()
	p, in := pack(t), chocolate()
	in.Ingredients = append(in.Ingredients, ru("Растительное масло частично гидрогенизированное"))
	for _, edition := range p.Editions {
		in.Edition = edition.Key
		if l := lay(t, p, in); l.Ready() || !strings.Contains(missing(l), "反式脂肪") {
			t.Errorf("%s: got %q missing, want trans fat", edition.Key, missing(l))
		}
	}
	in.Content["transFat"] = nutrition.Amount{Value: amount("0.4")}
	for _, edition := range p.Editions {
		in.Edition = edition.Key
		if got := missing(lay(t, p, in)); got != "" {
			t.Errorf("%s: got %q missing, want nothing", edition.Key, got)
		}
	}
}

func missing(l label.Label) string {
	for _, f := range l.Findings {
		if f.Reason == "label.nutrition_missing" {
			return f.Args["list"].(pavilion.Text)[pavilion.Chinese]
		}
	}
	return ""
}

// TestExemptFoodsSayWhy: what needs no table has none and says why; a table that is there all
// the same is printed.
func TestExemptFoodsSayWhy(t *testing.T) {
	t.Parallel()
	p := pack(t)
	for _, category := range []string{"water", "tea", "fresh", "beer"} {
		in := chocolate()
		in.Category, in.Content, in.Stated = category, nil, nil
		l := lay(t, p, in)
		why := false
		for _, f := range l.Findings {
			why = why || f.Reason == "label.nutrition_exempt_recalled" && f.Severity == pavilion.Informs
		}
		if !why || len(l.Table.Rows) > 0 || missing(l) != "" {
			t.Errorf("%s: got %v, want no table and the reason", category, l.Findings)
		}
		in = chocolate()
		in.Category = category
		if l := lay(t, p, in); len(l.Table.Rows) == 0 {
			t.Errorf("%s: the table that was given is gone", category)
		}
	}
}
