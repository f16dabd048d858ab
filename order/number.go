package order

import (
	"math/rand/v2"
	"strings"

	"pavilion"
)

// numberLength is the length of an order number: eleven random digits, the first not 0,
// and a check digit.
const numberLength = 12

// newNumber makes an order number. Numbers are random, so that one number says nothing
// about how many orders there are or what another shopper's number is; the unique
// constraint of the table catches the rare double.
func newNumber() string {
	var b [numberLength]byte
	n := 10_000_000_000 + rand.Uint64N(90_000_000_000)
	for i := numberLength - 2; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return WithCheckDigit(string(b[:numberLength-1]))
}

// WithCheckDigit makes an order number of its eleven digits.
func WithCheckDigit(digits string) string { return digits + string(checkDigit(digits)) }

// checkDigit is the check digit of ISO/IEC 7064, MOD 11,10. It finds every single wrong
// digit and all but a few swaps of two neighbours.
func checkDigit(digits string) byte {
	p := 10
	for _, d := range []byte(digits) {
		s := (p + int(d-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

// ParseNumber reads an order number as people write it, with spaces or hyphens between the
// digits, and checks its last digit. Error: Invalid order.number_malformed.
func ParseNumber(text string) (string, error) {
	number := strings.NewReplacer(" ", "", "-", "").Replace(text)
	malformed := len(number) != numberLength
	for i := 0; i < len(number); i++ {
		malformed = malformed || number[i] < '0' || number[i] > '9'
	}
	if malformed || checkDigit(number[:numberLength-1]) != number[numberLength-1] {
		return "", pavilion.E(pavilion.Invalid, "order.number_malformed", nil).At("number")
	}
	return number, nil
}
