package catalog

import (
	"strconv"
	"strings"
)

// number is digits × 10^exponent, as it was written. Amounts never pass through binary
// fractions.
type number struct {
	digits   int64
	exponent int
}

const (
	mostNumberDigits   = 18  // that always fit into an int64; what follows them is dropped
	mostNumberExponent = 400 // beyond what any program stores; a longer row of digits is no number
)

// cutNumber reads a number off the beginning of s: a sign, digits that may stand in groups
// of three, a comma or point and decimals, and an exponent. A comma is the decimal mark.
// False where s begins with no number or with one out of all measure.
func cutNumber(s string) (n number, rest string, ok bool) {
	whole := s
	s, negative := cutSign(s)
	count, point := 0, false
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if count == mostNumberDigits {
				if !point {
					n.exponent++
				}
				continue
			}
			n.digits = n.digits*10 + int64(c-'0')
			if n.digits > 0 {
				count++
			}
			ok = true
			if point {
				n.exponent--
			}
			continue
		case (c == '.' || c == ',') && ok && !point && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
			point = true
			continue
		case c == ' ' && ok && !point && groupOfThree(s[i+1:]):
			continue
		}
		break
	}
	rest = s[i:]
	if ok {
		rest = n.takeExponent(rest)
	}
	if n.exponent < -mostNumberExponent || n.exponent > mostNumberExponent {
		return number{}, whole, false
	}
	if negative {
		n.digits = -n.digits
	}
	return n, rest, ok
}

func cutSign(s string) (rest string, negative bool) {
	for _, sign := range []string{"-", "−", "–"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			return strings.TrimPrefix(rest, " "), true
		}
	}
	return strings.TrimPrefix(s, "+"), false
}

// groupOfThree tells whether s begins with exactly three digits.
func groupOfThree(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	return end == 3 || end < 0 && len(s) == 3
}

// takeExponent reads "E+12".
func (n *number) takeExponent(s string) (rest string) {
	if len(s) < 2 || s[0]|0x20 != 'e' {
		return s
	}
	digits := strings.TrimPrefix(s[1:], "+")
	end := 0
	for end < len(digits) && (digits[end] >= '0' && digits[end] <= '9' || end == 0 && digits[end] == '-') {
		end++
	}
	e, err := strconv.Atoi(digits[:end])
	if err != nil || e < -mostNumberExponent || e > mostNumberExponent {
		return s
	}
	n.exponent += e
	return digits[end:]
}

// shown returns the number as a spreadsheet shows it, with 15 digits: programs store 39.3
// as 39.299999999999997.
func (n number) shown() number {
	for n.digits >= 1e15 || n.digits <= -1e15 {
		half := int64(5)
		if n.digits < 0 {
			half = -5
		}
		n.digits = (n.digits + half) / 10
		n.exponent++
	}
	for n.digits != 0 && n.digits%10 == 0 && n.exponent < 0 {
		n.digits /= 10
		n.exponent++
	}
	return n
}

// times10 moves the decimal mark.
func (n number) times10(places int) number { return number{n.digits, n.exponent + places} }

// round returns the nearest integer, halves away from zero; false where it does not fit.
func (n number) round() (int64, bool) {
	digits := n.digits
	for e := n.exponent; e > 0 && digits != 0; e-- {
		if digits > 1e17 || digits < -1e17 {
			return 0, false
		}
		digits *= 10
	}
	if n.exponent >= 0 {
		return digits, true
	}
	if n.exponent < -mostNumberDigits {
		return 0, true
	}
	divisor := int64(1)
	for range -n.exponent {
		divisor *= 10
	}
	half := divisor / 2
	if digits < 0 {
		half = -half
	}
	return (digits + half) / divisor, true // divisor is at most 1e18, so the sum fits
}

// whole returns the number if it is an integer that fits.
func (n number) whole() (int64, bool) {
	rounded, ok := n.round()
	if !ok {
		return 0, false
	}
	if n.exponent < 0 {
		back := n.shown()
		if back.exponent < 0 {
			return 0, false
		}
	}
	return rounded, true
}

// String writes the number without an exponent.
func (n number) String() string {
	sign, digits := "", strconv.FormatInt(n.digits, 10)
	if n.digits < 0 {
		sign, digits = "-", digits[1:]
	}
	switch {
	case n.exponent >= 0 && n.exponent <= mostNumberDigits:
		if n.digits != 0 {
			digits += strings.Repeat("0", n.exponent)
		}
	case n.exponent < 0 && n.exponent > -mostNumberExponent:
		if missing := -n.exponent - len(digits) + 1; missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		point := len(digits) + n.exponent
		digits = digits[:point] + "." + digits[point:]
	default:
		digits += "e" + strconv.Itoa(n.exponent)
	}
	return sign + digits
}
