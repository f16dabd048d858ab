package order

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNumberIsReadBack(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 10_000 {
		n := newNumber()
		seen[n] = true
		if got, err := ParseNumber(n[:4] + " " + n[4:8] + "-" + n[8:]); err != nil || got != n {
			t.Fatalf("%s: got %q, %v, want it back", n, got, err)
		}
	}
	if len(seen) < 9_999 {
		t.Errorf("got %d different numbers of 10000, want nearly all", len(seen))
	}
}

// TestNumberFindsSlips checks what a check digit is for: a wrong digit is always noticed.
func TestNumberFindsSlips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := []byte(newNumber())
		at := rapid.IntRange(0, len(n)-1).Draw(t, "at")
		n[at] = '0' + (n[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if got, err := ParseNumber(string(n)); err == nil {
			t.Errorf("%s: got %s, want an error", n, got)
		}
	})
}

// TestCheckDigit holds the example that ISO/IEC 7064 gives for MOD 11,10.
func TestCheckDigit(t *testing.T) {
	t.Parallel()
	if got := checkDigit("0794"); got != '5' {
		t.Errorf("got %c, want 5", got)
	}
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":               "",
		"12345678901":    "",
		"1234567890123":  "",
		"12345678901x":   "",
		"-1234567890":    "",
		"00000000000０":   "",
		"123456789017":   "",
		"1234 5678-9014": "123456789014",
	} {
		if got, _ := ParseNumber(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
