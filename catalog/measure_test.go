package catalog

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestParseMeasure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in     string
		want   Measure
		reason string
	}{
		{"90 г", Measure{90_000, Gram}, ""},
		{"90г.", Measure{90_000, Gram}, ""},
		{"1,5 л", Measure{1_500, Litre}, ""},
		{"0.5 kg", Measure{500, Kilogram}, ""},
		{"500克", Measure{500_000, Gram}, ""},
		{"５００ 毫升", Measure{500_000, Millilitre}, ""},
		{"10 шт", Measure{10_000, Piece}, ""},
		{"10 Шт.", Measure{10_000, Piece}, ""},
		{"12 個", Measure{12_000, Piece}, ""},
		{"12 个", Measure{12_000, Piece}, ""},
		{"1 000 грамаў", Measure{1_000_000, Gram}, ""},
		{"12\u00a0345 мл", Measure{12_345_000, Millilitre}, ""},
		{"2 літры", Measure{2_000, Litre}, ""},
		{"2 літра", Measure{2_000, Litre}, ""},
		{"75 CL", Measure{75_000, Centilitre}, ""},
		{"1,000 кг", Measure{1_000, Kilogram}, ""},
		{"0,0001 кг", Measure{}, "measure.too_fine"},
		{"1,2500 кг", Measure{1_250, Kilogram}, ""},
		{"10 00 г", Measure{}, "measure.malformed"},
		{"1.000,5 г", Measure{}, "measure.malformed"},
		{"-5 г", Measure{}, "measure.malformed"},
		{"0 г", Measure{}, "measure.zero"},
		{"г", Measure{}, "measure.malformed"},
		{"", Measure{}, "measure.malformed"},
		{"90", Measure{}, "unit.unknown"},
		{"2×100 г", Measure{}, "measure.malformed"},
		{"1234567890 г", Measure{}, "measure.malformed"},
		{"90 фунтов", Measure{}, "unit.unknown"},
	}
	for _, test := range tests {
		t.Run(test.in, func(t *testing.T) {
			t.Parallel()
			got, err := ParseMeasure(test.in)
			if got != test.want || reason(err) != test.reason {
				t.Errorf("ParseMeasure(%q): got %v, %v, want %v, %q", test.in, got, err, test.want, test.reason)
			}
		})
	}
}

func TestMeasureReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := Measure{
			Milli: rapid.Int64Range(1, 999_999_999_999).Draw(t, "milli"),
			Unit:  rapid.SampledFrom([]Unit{Milligram, Gram, Kilogram, Millilitre, Centilitre, Litre, Millimetre, Centimetre, Metre, Piece}).Draw(t, "unit"),
		}
		mark := rapid.SampledFrom([]string{",", "."}).Draw(t, "mark")
		text := fmt.Sprintf("%d%s%03d %s", want.Milli/1000, mark, want.Milli%1000, want.Unit)
		if got, err := ParseMeasure(text); err != nil || got != want {
			t.Fatalf("ParseMeasure(%q): got %v, %v, want %v", text, got, err, want)
		}
	})
}

func FuzzParseMeasure(f *testing.F) {
	for _, s := range []string{"90 г", "1,5 л", "0.5 kg", "500克", "10 шт", "1 000 ml", "٣ г", "1e9 kg"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMeasure(s)
		if err == nil && (m.Milli <= 0 || m.Unit == "") {
			t.Fatalf("ParseMeasure(%q): got %v without an error", s, m)
		}
	})
}
