// Package money holds amounts of money: whole minor units of one currency, never a float.
// Nothing here rounds unless it is told how, amounts of different currencies do not mix,
// and what does not fit into 63 bits is an error. Start with [New] and [Parse]; [Money.Split]
// and [Money.Allocate] divide so that the parts add up, [Rate.Convert] changes the currency.
package money

import (
	"encoding/json"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"pavilion"
)

// Money is an amount in minor units (fen, kopecks) of one currency. It is a value: copy and
// compare it freely. The zero Money has no currency and means "not stated".
type Money struct {
	minor    int64
	currency Currency
}

// New makes an amount from minor units. It trusts the currency: amounts from outside come
// through [Parse].
func New(minor int64, c Currency) Money { return Money{minor, c} }

// Parse reads an amount written as decimal digits with a point, such as "12.34", "-0.5" or
// "7". Errors are Invalid: money.unknown_currency, money.malformed, money.too_precise for
// more decimal digits than the currency has, money.overflow.
func Parse(s string, c Currency) (Money, error) {
	if !c.Known() {
		return Money{}, pavilion.E(pavilion.Invalid, "money.unknown_currency", pavilion.Args{"currency": string(c)})
	}
	rest, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(rest, ".")
	if !digits(whole) || point && !digits(fraction) {
		return Money{}, pavilion.E(pavilion.Invalid, "money.malformed", pavilion.Args{"value": clip(s)})
	}
	if len(fraction) > c.Digits() {
		return Money{}, pavilion.E(pavilion.Invalid, "money.too_precise",
			pavilion.Args{"value": clip(s), "currency": string(c), "digits": c.Digits()})
	}
	text := whole + fraction + strings.Repeat("0", c.Digits()-len(fraction))
	if negative {
		text = "-" + text
	}
	minor, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return Money{}, overflow()
	}
	return Money{minor, c}, nil
}

// digits tells whether s is one or more ASCII digits.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// clip keeps what a stranger wrote short enough to be repeated to a person.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Minor is the amount in minor units, the form that is stored.
func (m Money) Minor() int64 { return m.minor }

// Currency is the amount's currency, "" for the zero Money.
func (m Money) Currency() Currency { return m.currency }

// IsZero tells whether the amount is nothing, in whatever currency.
func (m Money) IsZero() bool { return m.minor == 0 }

// Sign is -1, 0 or 1.
func (m Money) Sign() int {
	switch {
	case m.minor < 0:
		return -1
	case m.minor > 0:
		return 1
	}
	return 0
}

// Decimal writes the amount as [Parse] reads it, with all digits of the minor unit: "12.30".
func (m Money) Decimal() string {
	n := m.currency.Digits()
	text := strconv.FormatUint(magnitude(m.minor), 10)
	if missing := n + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	if n > 0 {
		text = text[:len(text)-n] + "." + text[len(text)-n:]
	}
	if m.minor < 0 {
		return "-" + text
	}
	return text
}

// String writes the amount for logs and tests, such as "12.34 CNY". Pages write it their
// reader's way.
func (m Money) String() string {
	if m.currency == "" {
		return m.Decimal()
	}
	return m.Decimal() + " " + string(m.currency)
}

// Cmp is -1, 0 or 1 as m is less than, equal to or more than o.
func (m Money) Cmp(o Money) (int, error) {
	if err := m.same(o); err != nil {
		return 0, err
	}
	switch {
	case m.minor < o.minor:
		return -1, nil
	case m.minor > o.minor:
		return 1, nil
	}
	return 0, nil
}

// Add is m + o. Errors are Invalid: money.currencies_differ, money.overflow.
func (m Money) Add(o Money) (Money, error) {
	if err := m.same(o); err != nil {
		return Money{}, err
	}
	sum := m.minor + o.minor
	if (sum > m.minor) != (o.minor > 0) && o.minor != 0 {
		return Money{}, overflow()
	}
	return Money{sum, m.currency}, nil
}

// Sub is m - o. Errors are as for Add.
func (m Money) Sub(o Money) (Money, error) {
	if err := m.same(o); err != nil {
		return Money{}, err
	}
	rest := m.minor - o.minor
	if (rest < m.minor) != (o.minor > 0) && o.minor != 0 {
		return Money{}, overflow()
	}
	return Money{rest, m.currency}, nil
}

// Times is m taken n times. The error is Invalid, money.overflow.
func (m Money) Times(n int64) (Money, error) {
	hi, lo := bits.Mul64(magnitude(m.minor), magnitude(n))
	if hi != 0 {
		return Money{}, overflow()
	}
	return signed(lo, (m.minor < 0) != (n < 0), m.currency)
}

// Sum adds amounts that are all in the currency c; the sum of none is zero c.
func Sum(c Currency, amounts ...Money) (Money, error) {
	total := Money{0, c}
	for _, m := range amounts {
		var err error
		if total, err = total.Add(m); err != nil {
			return Money{}, err
		}
	}
	return total, nil
}

// wire is the JSON form: the amount is text, so that no reader turns it into a float.
type wire struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount":"12.34","currency":"CNY"}, and null for the zero Money.
func (m Money) MarshalJSON() ([]byte, error) {
	if m == (Money{}) {
		return []byte("null"), nil
	}
	return json.Marshal(wire{m.Decimal(), m.currency})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *Money) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = Money{}
		return nil
	}
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return pavilion.E(pavilion.Invalid, "money.malformed", pavilion.Args{"value": clip(string(b))}).Because(err)
	}
	read, err := Parse(w.Amount, w.Currency)
	if err != nil {
		return err
	}
	*m = read
	return nil
}

func (m Money) same(o Money) error {
	if m.currency == o.currency {
		return nil
	}
	return pavilion.E(pavilion.Invalid, "money.currencies_differ",
		pavilion.Args{"has": string(m.currency), "other": string(o.currency)})
}

func overflow() error { return pavilion.E(pavilion.Invalid, "money.overflow", nil) }

// magnitude is |n|; the smallest int64 fits too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// signed puts a sign to a magnitude.
func signed(n uint64, negative bool, c Currency) (Money, error) {
	if negative {
		if n > -math.MinInt64 {
			return Money{}, overflow()
		}
		return Money{-int64(n), c}, nil
	}
	if n > math.MaxInt64 {
		return Money{}, overflow()
	}
	return Money{int64(n), c}, nil
}
