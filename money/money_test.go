package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pavilion"
	. "pavilion/money"
)

var currencies = []Currency{CNY, BYN, "JPY", "KWD"}

// anyMoney draws an amount of one of the currencies, often at the edges of what fits.
func anyMoney() *rapid.Generator[Money] {
	return rapid.Custom(func(t *rapid.T) Money {
		return New(anyMinor().Draw(t, "minor"), rapid.SampledFrom(currencies).Draw(t, "currency"))
	})
}

func anyMinor() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-100_000, 100_000),
		rapid.SampledFrom([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1}))
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		currency   Currency
		minor      int64
		reason     string
	}{
		{"two digits", "12.34", CNY, 1234, ""},
		{"one digit", "12.3", CNY, 1230, ""},
		{"no point", "12", CNY, 1200, ""},
		{"less than one", "-0.05", BYN, -5, ""},
		{"minus nothing", "-0", CNY, 0, ""},
		{"leading zeros", "007", CNY, 700, ""},
		{"no minor unit", "500", "JPY", 500, ""},
		{"three digits", "1.234", "KWD", 1234, ""},
		{"largest", "92233720368547758.07", CNY, math.MaxInt64, ""},
		{"smallest", "-92233720368547758.08", CNY, math.MinInt64, ""},
		{"one too large", "92233720368547758.08", CNY, 0, "money.overflow"},
		{"a fraction of a fen", "12.345", CNY, 0, "money.too_precise"},
		{"yen have no sen", "5.0", "JPY", 0, "money.too_precise"},
		{"empty", "", CNY, 0, "money.malformed"},
		{"only a sign", "-", CNY, 0, "money.malformed"},
		{"plus sign", "+1", CNY, 0, "money.malformed"},
		{"nothing after the point", "1.", CNY, 0, "money.malformed"},
		{"nothing before the point", ".5", CNY, 0, "money.malformed"},
		{"exponent", "1e3", CNY, 0, "money.malformed"},
		{"comma", "1,5", CNY, 0, "money.malformed"},
		{"space", " 1", CNY, 0, "money.malformed"},
		{"full-width digits", "\uff11\uff12", CNY, 0, "money.malformed"},
		{"sign inside", "1.-5", CNY, 0, "money.malformed"},
		{"unknown currency", "1", "XYZ", 0, "money.unknown_currency"},
		{"lower case", "1", "cny", 0, "money.unknown_currency"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(c.text, c.currency)
			if c.reason != "" {
				if !errors.Is(err, pavilion.E(pavilion.Invalid, c.reason, nil)) {
					t.Fatalf("error: got %v, want %s", err, c.reason)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := New(c.minor, c.currency); got != want {
				t.Fatalf("got %v, want %v", got, want)
			}
		})
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		read, err := Parse(m.Decimal(), m.Currency())
		if err != nil || read != m {
			t.Fatalf("Parse(%q): got %v, %v, want %v", m.Decimal(), read, err, m)
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON Money
		if err := json.Unmarshal(b, &fromJSON); err != nil || fromJSON != m {
			t.Fatalf("JSON %s: got %v, %v, want %v", b, fromJSON, err, m)
		}
	})
}

func TestJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal([]Money{New(-5, CNY), New(7, "JPY"), {}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"amount":"-0.05","currency":"CNY"},{"amount":"7","currency":"JPY"},null]`; string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
	for _, bad := range []string{`12.34`, `"12.34"`, `{"amount":12.34,"currency":"CNY"}`, `{"amount":"1"}`, `{}`} {
		var m Money
		if err := json.Unmarshal([]byte(bad), &m); pavilion.KindOf(err) != pavilion.Invalid {
			t.Errorf("%s: got %v, %v, want an Invalid error", bad, m, err)
		}
	}
}

// TestArithmetic compares with unbounded integers: either the same result, or an error
// because it does not fit.
func TestArithmetic(t *testing.T) {
	t.Parallel()
	check := func(t *rapid.T, what string, got Money, err error, want *big.Int) {
		t.Helper()
		if !want.IsInt64() {
			if pavilion.ReasonOf(err) != "money.overflow" {
				t.Fatalf("%s: got %v, %v, want money.overflow", what, got, err)
			}
			return
		}
		if err != nil || got.Minor() != want.Int64() {
			t.Fatalf("%s: got %v, %v, want %v", what, got, err, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyMinor().Draw(t, "a"), anyMinor().Draw(t, "b")
		x, y := big.NewInt(a), big.NewInt(b)
		m, err := New(a, CNY).Add(New(b, CNY))
		check(t, "Add", m, err, new(big.Int).Add(x, y))
		m, err = New(a, CNY).Sub(New(b, CNY))
		check(t, "Sub", m, err, new(big.Int).Sub(x, y))
		m, err = New(a, CNY).Times(b)
		check(t, "Times", m, err, new(big.Int).Mul(x, y))
		order, err := New(a, CNY).Cmp(New(b, CNY))
		if err != nil || order != x.Cmp(y) {
			t.Fatalf("Cmp: got %d, %v, want %d", order, err, x.Cmp(y))
		}
		if got := New(a, CNY).Sign(); got != x.Sign() {
			t.Fatalf("Sign: got %d, want %d", got, x.Sign())
		}
	})
}

func TestSum(t *testing.T) {
	t.Parallel()
	if got, err := Sum(CNY); err != nil || got != New(0, CNY) {
		t.Errorf("of none: got %v, %v, want 0.00 CNY", got, err)
	}
	if got, err := Sum(CNY, New(1, CNY), New(2, CNY), New(-4, CNY)); err != nil || got != New(-1, CNY) {
		t.Errorf("of three: got %v, %v, want -0.01 CNY", got, err)
	}
	if _, err := Sum(CNY, New(math.MaxInt64, CNY), New(1, CNY)); pavilion.ReasonOf(err) != "money.overflow" {
		t.Errorf("too much: got %v, want money.overflow", err)
	}
}

func TestCurrenciesDoNotMix(t *testing.T) {
	t.Parallel()
	yuan, rouble := New(100, CNY), New(100, BYN)
	_, add := yuan.Add(rouble)
	_, sub := yuan.Sub(rouble)
	_, cmp := yuan.Cmp(rouble)
	_, sum := Sum(CNY, rouble)
	_, unstated := yuan.Add(Money{})
	for what, err := range map[string]error{"Add": add, "Sub": sub, "Cmp": cmp, "Sum": sum, "Add nothing stated": unstated} {
		if pavilion.ReasonOf(err) != "money.currencies_differ" {
			t.Errorf("%s: got %v, want money.currencies_differ", what, err)
		}
	}
}

func TestCurrency(t *testing.T) {
	t.Parallel()
	for c, want := range map[Currency]int{CNY: 2, BYN: 2, "JPY": 0, "KRW": 0, "KWD": 3, "XYZ": 2} {
		if got := c.Digits(); got != want {
			t.Errorf("%s: got %d digits, want %d", c, got, want)
		}
	}
	if Currency("XYZ").Known() || Currency("").Known() || !RUB.Known() {
		t.Error("Known: got a currency that is none, or RUB unknown")
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]Money{"0.05 CNY": New(5, CNY), "-1234 JPY": New(-1234, "JPY"), "0.001 KWD": New(1, "KWD"), "0.00": {}} {
		if got := m.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"12.34", "-0.01", "92233720368547758.08", "1e9", "--1", "0.", "٣"} {
		f.Add(s, "CNY")
	}
	f.Add("5", "JPY")
	f.Add("1.234", "KWD")
	f.Fuzz(func(t *testing.T, text, code string) {
		m, err := Parse(text, Currency(code))
		if err != nil {
			if pavilion.KindOf(err) != pavilion.Invalid {
				t.Fatalf("Parse(%q, %q): got %v, want an Invalid error", text, code, err)
			}
			return
		}
		again, err := Parse(m.Decimal(), m.Currency())
		if err != nil || again != m {
			t.Fatalf("Parse(%q): got %v, %v, want %v", m.Decimal(), again, err, m)
		}
		want, ok := new(big.Rat).SetString(text)
		scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(m.Currency().Digits())), nil))
		if !ok || want.Mul(want, scale).Cmp(new(big.Rat).SetInt64(m.Minor())) != 0 {
			t.Fatalf("Parse(%q): got %d minor units, want %v", text, m.Minor(), want)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	x, y := New(1234, CNY), New(5678, CNY)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.Add(y); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("1234.56", CNY); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecimal(b *testing.B) {
	m := New(123456, CNY)
	b.ReportAllocs()
	for b.Loop() {
		if !strings.HasSuffix(m.Decimal(), ".56") {
			b.Fatal(m)
		}
	}
}
