package money

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
)

// Rounding says what becomes of the part of a minor unit that cannot be kept.
type Rounding uint8

const (
	HalfUp   Rounding = iota // to the nearest, halves away from zero: how shops and tax offices round
	HalfEven                 // to the nearest, halves to the even neighbour: no drift over many amounts
	Down                     // towards zero
	Up                       // away from zero
)

// Scale multiplies m by an exact factor, such as a tax rate, and rounds once. The error is
// Invalid, money.overflow.
func (m Money) Scale(factor decimal.Decimal, mode Rounding) (Money, error) {
	return fromDecimal(decimal.NewFromInt(m.minor).Mul(factor), m.currency, mode)
}

// fromDecimal rounds a number of minor units to a whole one.
func fromDecimal(minor decimal.Decimal, c Currency, mode Rounding) (Money, error) {
	switch mode {
	case HalfEven:
		minor = minor.RoundBank(0)
	case Down:
		minor = minor.RoundDown(0)
	case Up:
		minor = minor.RoundUp(0)
	default:
		minor = minor.Round(0)
	}
	whole := minor.BigInt()
	if !whole.IsInt64() {
		return Money{}, overflow()
	}
	return Money{whole.Int64(), c}, nil
}

// Rate is what one unit of From costs in To, as a source said it at a moment. Amounts that
// were converted are stored with their rate, so that the conversion can be repeated.
type Rate struct {
	From, To Currency
	Value    decimal.Decimal
	Source   string // who said so, such as "nbrb.by"
	At       time.Time
}

// rateDigits bounds the digits of a rate before and after the point: wider than any rate a
// bank quotes, and narrow enough that arithmetic on it stays cheap.
const rateDigits = 18

// ParseRate reads a positive rate written as decimal digits with a point, such as "0.4432".
// Errors are Invalid: money.unknown_currency, money.rate_malformed.
func ParseRate(from, to Currency, value, source string, at time.Time) (Rate, error) {
	for _, c := range []Currency{from, to} {
		if !c.Known() {
			return Rate{}, pavilion.E(pavilion.Invalid, "money.unknown_currency", pavilion.Args{"currency": string(c)})
		}
	}
	malformed := func() (Rate, error) {
		return Rate{}, pavilion.E(pavilion.Invalid, "money.rate_malformed", pavilion.Args{"value": clip(value)})
	}
	whole, fraction, point := strings.Cut(value, ".")
	if !digits(whole) || point && !digits(fraction) || len(whole) > rateDigits || len(fraction) > rateDigits {
		return malformed()
	}
	v, err := decimal.NewFromString(value)
	if err != nil || v.Sign() <= 0 {
		return malformed()
	}
	return Rate{From: from, To: to, Value: v, Source: source, At: at}, nil
}

// Convert turns an amount of r.From into r.To and rounds once. Errors are Invalid:
// money.currencies_differ, money.overflow.
func (r Rate) Convert(m Money, mode Rounding) (Money, error) {
	if err := m.same(Money{0, r.From}); err != nil {
		return Money{}, err
	}
	minor := decimal.New(m.minor, int32(r.To.Digits()-r.From.Digits())).Mul(r.Value)
	return fromDecimal(minor, r.To, mode)
}
