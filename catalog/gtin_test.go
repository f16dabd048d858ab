package catalog

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseGTIN(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     GTIN
		reason   string
	}{
		{"13 digits", "4810067073123", "4810067073123", ""},
		{"13 digits in groups", "4 810067-073123", "4810067073123", ""},
		{"12 digits become 13", "614141007349", "0614141007349", ""},
		{"13 digits of a 12-digit number", "0614141007349", "0614141007349", ""},
		{"14 digits of a case", "10614141007346", "10614141007346", ""},
		{"14 digits that pad 13", "04810067073123", "4810067073123", ""},
		{"14 digits that pad 12", "00614141007349", "0614141007349", ""},
		{"8 digits", "96385074", "96385074", ""},
		{"14 digits that pad 8", "00000096385074", "96385074", ""},
		{"13 digits that pad 8", "0000096385074", "96385074", ""},
		{"wrong check digit", "4810067073124", "", "gtin.check_digit"},
		{"two digits changed places", "4810067071323", "", "gtin.check_digit"},
		{"11 digits", "48100670731", "", "gtin.length"},
		{"15 digits", "481006707312345", "", "gtin.length"},
		{"empty", "", "", "gtin.length"},
		{"letters", "48100670731O3", "", "gtin.malformed"},
		{"scientific notation", "4.81007E+12", "", "gtin.malformed"},
		{"digits of another script", "٤٨١٠٠٦٧٠٧٣١٢٣", "", "gtin.malformed"},
		{"all zeros", "0000000000000", "", "gtin.restricted"},
		{"weighed goods", "2212345000005", "", "gtin.restricted"},
		{"coupon", "9910000000003", "", "gtin.restricted"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseGTIN(test.in)
			if got != test.want || reason(err) != test.reason {
				t.Errorf("ParseGTIN(%q): got %q, %v, want %q, %q", test.in, got, err, test.want, test.reason)
			}
		})
	}
}

func TestCheckDigitSaysWhichWasExpected(t *testing.T) {
	t.Parallel()
	_, err := ParseGTIN("4810067073124")
	if want := "gtin.check_digit at gtin got=4 want=3"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// drawGTIN draws a 13-digit number of Belarus with its check digit.
func drawGTIN(t *rapid.T) GTIN {
	digits := "481" + rapid.StringMatching(`[0-9]{9}`).Draw(t, "digits")
	return GTIN(digits + string(CheckDigit(digits)))
}

func TestGTINHasOneForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := drawGTIN(t)
		for _, in := range []string{string(g), "0" + string(g)} {
			if got, err := ParseGTIN(in); err != nil || got != g {
				t.Fatalf("ParseGTIN(%q): got %q, %v, want %q", in, got, err, g)
			}
		}
	})
}

func TestGTINNoticesOneWrongDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := []byte(drawGTIN(t))
		at := rapid.IntRange(0, 12).Draw(t, "at")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		same := g[at] == digit
		g[at] = digit
		if _, err := ParseGTIN(string(g)); (err == nil) != same {
			t.Fatalf("ParseGTIN(%s): got %v", g, err)
		}
	})
}

func FuzzParseGTIN(f *testing.F) {
	for _, s := range []string{"4810067073123", "614141007349", "96385074", "10614141007346", "4 810067-073123", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := ParseGTIN(s)
		if err != nil {
			return
		}
		if again, err := ParseGTIN(string(g)); err != nil || again != g {
			t.Fatalf("ParseGTIN(%q) is %q, but that reads as %q, %v", s, g, again, err)
		}
		if n := len(g); n != 8 && n != 13 && n != 14 || strings.Trim(string(g), "0123456789") != "" {
			t.Fatalf("ParseGTIN(%q): got %q", s, g)
		}
	})
}
