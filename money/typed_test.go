package money_test

import (
	"testing"

	"pavilion"
	"pavilion/money"
)

func TestTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"12,50": "12.50", " 12.50 ": "12.50", "7": "7", "-0,5": "-0.5", "0,123": "0.123", "1.234": "1.234", "4,4865": "4.4865",
		"1 234,50": "1234.50", "1\u00a0234": "1234", "1,234.50": "1,234.50", "1.234,50": "1.234,50", "1,2,3": "1,2,3", "much": "much", "": "",
	} {
		if got, err := money.Typed(typed); err != nil || got != want {
			t.Errorf("%q: got %q %v, want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{"1,234", "-12,345", "999,000"} {
		if got, err := money.Typed(typed); pavilion.ReasonOf(err) != "number.ambiguous" {
			t.Errorf("%q: got %q %v, want number.ambiguous", typed, got, err)
		}
	}
}
