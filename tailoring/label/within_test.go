package label_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/tailoring/label"
)

// TestNothingIsCutOff prints whatever people write in whatever size: all of it stands on the
// label, or a finding says why it does not.
func TestNothingIsCutOff(t *testing.T) {
	t.Parallel()
	p := pack(t)
	words := rapid.OneOf(
		rapid.StringMatching(`[一-龟、，（）0-9A-Za-zа-я ]{0,60}`),
		rapid.Map(rapid.StringN(0, 40, 200), pavilion.Visible),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom([]string{"乳", "W", "ж", "麦(", "奶𪚥", "🍫", "ẅ́", "1", "（大豆）"}).Draw(t, "one"), rapid.IntRange(1, 400).Draw(t, "times"))
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		in := chocolate()
		in.Name, in.IngredientsText, in.AllergensText = words.Draw(t, "name"), words.Draw(t, "ingredients"), words.Draw(t, "allergens")
		in.Maker.Name, in.Storage = words.Draw(t, "maker"), words.Draw(t, "storage")
		in.NetAmount = amount(rapid.SampledFrom([]string{"0.001", "90", "12345", "999999999.999"}).Draw(t, "net"))
		in.FaceMM2 = rapid.SampledFrom([]int64{0, 100, 3400, 3600, 40000}).Draw(t, "face")
		if rapid.Bool().Draw(t, "bare") {
			in.GTIN, in.PageURL = "", ""
		}
		l, err := p.Lay(in)
		if err != nil {
			t.Fatal(err)
		}
		size := label.Size{Width: float64(rapid.IntRange(label.LeastMM, label.MostMM).Draw(t, "width")), Height: float64(rapid.IntRange(label.LeastMM, label.MostMM).Draw(t, "height"))}
		art, err := label.Draw(l, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range art.Findings {
			if f.Severity == pavilion.Blocks {
				return
			}
		}
		for _, one := range art.Texts {
			if one.X < 0 || one.X+one.Width > size.Width || one.Y > size.Height {
				t.Errorf("%g×%g: %q stands at %.1f, %.1f and is %.1f wide", size.Width, size.Height, one.Words, one.X, one.Y, one.Width)
			}
		}
		for _, bar := range art.Bars {
			if bar.X < 0 || bar.X+bar.Width > size.Width || bar.Y+bar.Height > size.Height {
				t.Errorf("%g×%g: a bar stands at %.1f, %.1f", size.Width, size.Height, bar.X, bar.Y)
			}
		}
		said := ""
		for _, one := range art.Texts {
			said += one.Words
		}
		said = strings.Join(strings.Fields(said), "")
		for _, it := range l.Items {
			for word := range strings.FieldsSeq(it.Text()) {
				if !strings.Contains(said, word) {
					t.Errorf("%q of %s is not on the label", word, it.Key)
				}
			}
		}
	})
}
