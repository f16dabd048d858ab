package money_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"pavilion"
	. "pavilion/money"
)

var day = time.Date(2026, 7, 6, 0, 0, 0, 0, time.UTC)

func rate(t interface {
	Helper()
	Fatal(...any)
}, from, to Currency, value string) Rate {
	t.Helper()
	r, err := ParseRate(from, to, value, "test", day)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRounding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor                        int64
		factor                       string
		halfUp, halfEven, down, upTo int64
	}{
		{5, "0.5", 3, 2, 2, 3},
		{-5, "0.5", -3, -2, -2, -3},
		{7, "0.5", 4, 4, 3, 4},
		{1, "0.49", 0, 0, 0, 1},
		{1, "0.51", 1, 1, 0, 1},
		{-1, "0.51", -1, -1, 0, -1},
		{100, "0.091", 9, 9, 9, 10},
		{100, "1", 100, 100, 100, 100},
		{100, "0", 0, 0, 0, 0},
		{3, "-0.5", -2, -2, -1, -2},
	} {
		for mode, want := range map[Rounding]int64{HalfUp: c.halfUp, HalfEven: c.halfEven, Down: c.down, Up: c.upTo} {
			got, err := New(c.minor, CNY).Scale(decimal.RequireFromString(c.factor), mode)
			if err != nil || got != New(want, CNY) {
				t.Errorf("%d × %s, mode %d: got %v, %v, want %d minor", c.minor, c.factor, mode, got, err, want)
			}
		}
	}
	if _, err := New(math.MaxInt64, CNY).Scale(decimal.NewFromInt(2), HalfUp); pavilion.ReasonOf(err) != "money.overflow" {
		t.Errorf("too much: got %v, want money.overflow", err)
	}
}

func TestConvert(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount string
		rate   Rate
		want   string
	}{
		{"100.00", rate(t, BYN, CNY, "2.1734"), "217.34"},
		{"0.01", rate(t, BYN, CNY, "2.5"), "0.03"},
		{"100", rate(t, "JPY", CNY, "0.0451"), "4.51"},
		{"4.51", rate(t, CNY, "JPY", "22.17"), "100"},
		{"1.234", rate(t, "KWD", CNY, "23.5"), "29.00"},
		{"1.00", rate(t, CNY, "KWD", "0.0426"), "0.043"},
	} {
		m, err := Parse(c.amount, c.rate.From)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.rate.Convert(m, HalfUp)
		if err != nil || got.Decimal() != c.want || got.Currency() != c.rate.To {
			t.Errorf("%v at %v: got %v, %v, want %s %s", m, c.rate.Value, got, err, c.want, c.rate.To)
		}
	}
	if _, err := rate(t, BYN, CNY, "2").Convert(New(1, CNY), HalfUp); pavilion.ReasonOf(err) != "money.currencies_differ" {
		t.Errorf("another currency: got %v, want money.currencies_differ", err)
	}
	if _, err := rate(t, BYN, CNY, "2").Convert(New(math.MaxInt64, BYN), HalfUp); pavilion.ReasonOf(err) != "money.overflow" {
		t.Errorf("too much: got %v, want money.overflow", err)
	}
}

// TestConvertProperties: Down ≤ exact ≤ Up for amounts above zero, they differ by at most
// one unit, the half modes lie between, and the sign of the amount mirrors the result.
func TestConvertProperties(t *testing.T) {
	t.Parallel()
	value := rapid.StringMatching(`[0-9]{1,5}\.[0-9]{1,6}`).Filter(func(s string) bool {
		return decimal.RequireFromString(s).Sign() > 0
	})
	rapid.Check(t, func(t *rapid.T) {
		from, to := rapid.SampledFrom(currencies).Draw(t, "from"), rapid.SampledFrom(currencies).Draw(t, "to")
		r := rate(t, from, to, value.Draw(t, "rate"))
		m := New(rapid.Int64Range(0, 1e9).Draw(t, "minor"), from)
		minus := New(-m.Minor(), from)
		at := map[Rounding]int64{}
		for _, mode := range []Rounding{HalfUp, HalfEven, Down, Up} {
			got, err := r.Convert(m, mode)
			if err != nil {
				t.Fatal(err)
			}
			at[mode] = got.Minor()
			mirrored, err := r.Convert(minus, mode)
			if err != nil || mirrored.Minor() != -got.Minor() {
				t.Fatalf("mode %d of %v: got %v, %v, want %d minor", mode, minus, mirrored, err, -got.Minor())
			}
		}
		for _, mode := range []Rounding{HalfUp, HalfEven} {
			if at[mode] < at[Down] || at[mode] > at[Up] {
				t.Fatalf("mode %d: got %d, want between %d and %d", mode, at[mode], at[Down], at[Up])
			}
		}
		if at[Up]-at[Down] > 1 {
			t.Fatalf("Up and Down: got %d and %d, want at most one apart", at[Up], at[Down])
		}
	})
}

func TestParseRate(t *testing.T) {
	t.Parallel()
	r := rate(t, BYN, CNY, "2.1734")
	if r.From != BYN || r.To != CNY || r.Value.String() != "2.1734" || r.Source != "test" || !r.At.Equal(day) {
		t.Errorf("got %+v", r)
	}
	for _, bad := range []string{"", "0", "0.00", "-1", "+1", "1e5", "1,5", "1.", ".5", "NaN", "1.0000000000000000001", "1000000000000000000000"} {
		if _, err := ParseRate(BYN, CNY, bad, "test", day); !errors.Is(err, pavilion.E(pavilion.Invalid, "money.rate_malformed", nil)) {
			t.Errorf("%q: got %v, want money.rate_malformed", bad, err)
		}
	}
	if _, err := ParseRate("XYZ", CNY, "1", "test", day); pavilion.ReasonOf(err) != "money.unknown_currency" {
		t.Errorf("unknown currency: got %v, want money.unknown_currency", err)
	}
}
