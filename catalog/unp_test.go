package catalog

import (
	"testing"

	"pgregory.net/rapid"

	"pavilion"
)

func TestCheckUNP(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, number, reason string }{
		{"organisation", "100325912", ""},
		{"another", "200988541", ""},
		{"individual", "MA1953684", ""},
		{"wrong check digit", "200988542", "unp.check_digit"},
		{"two digits changed places", "209088541", "unp.check_digit"},
		{"individual with a wrong digit", "MA1953685", "unp.check_digit"},
		{"short", "20098854", "unp.malformed"},
		{"empty", "", "unp.malformed"},
		{"no such region", "900988541", "unp.malformed"},
		{"letter that names no region", "TA1953684", "unp.malformed"},
		{"letter in the middle", "1003A5912", "unp.malformed"},
		{"one letter", "M11953684", "unp.malformed"},
		{"Cyrillic letters", "МА1953684", "unp.malformed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := CheckUNP(test.number)
			if got := reason(err); got != test.reason {
				t.Errorf("CheckUNP(%q): got %q, want %q", test.number, got, test.reason)
			}
		})
	}
}

func TestParseUNPTakesLettersThatLookAlike(t *testing.T) {
	t.Parallel()
	for _, written := range []string{"МА1953684", "ма1953684", "MA 195 3684"} {
		if got, err := ParseUNP(written); err != nil || got != "MA1953684" {
			t.Errorf("ParseUNP(%q): got %q, %v, want MA1953684", written, got, err)
		}
	}
}

// One wrong digit is always noticed: no weight is a multiple of 11.
func TestUNPNoticesOneWrongDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := []byte("100325912")
		at := rapid.IntRange(1, 8).Draw(t, "at")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		same := number[at] == digit
		number[at] = digit
		if err := CheckUNP(string(number)); (err == nil) != same {
			t.Fatalf("CheckUNP(%s): got %v", number, err)
		}
	})
}

// reason is the machine word of err, "" for nil.
func reason(err error) string {
	if err == nil {
		return ""
	}
	return pavilion.ReasonOf(err)
}
