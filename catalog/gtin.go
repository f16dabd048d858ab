package catalog

import (
	"strings"

	"pavilion"
)

// GTIN is a Global Trade Item Number in the one form we store: 8, 13 or 14 digits. A
// 12-digit number is the 13-digit one with a leading zero, and zeros that only pad a
// shorter number to a longer field are dropped, so that one number has one form.
type GTIN string

// ParseGTIN reads a GTIN of 8, 12, 13 or 14 digits as the GS1 General Specifications
// define them. Spaces and hyphens between digits are passed over. Errors, all Invalid:
// gtin.malformed, gtin.length {digits}, gtin.check_digit {got, want} and gtin.restricted
// for numbers that GS1 leaves to the inside of a company, such as weighed goods, or to
// coupons: they name no product in the world.
func ParseGTIN(s string) (GTIN, error) {
	digits := make([]byte, 0, 14)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c != ' ' && c != '-':
			return "", pavilion.E(pavilion.Invalid, "gtin.malformed", nil).At("gtin")
		}
	}
	switch len(digits) {
	case 8, 12, 13, 14:
	default:
		return "", pavilion.E(pavilion.Invalid, "gtin.length", pavilion.Args{"digits": len(digits)}).At("gtin")
	}
	last := len(digits) - 1
	if want := CheckDigit(string(digits[:last])); digits[last] != want {
		return "", pavilion.E(pavilion.Invalid, "gtin.check_digit", pavilion.Args{"got": string(digits[last]), "want": string(want)}).At("gtin")
	}
	full := strings.Repeat("0", 14-len(digits)) + string(digits)
	g := GTIN(full)
	switch {
	case strings.HasPrefix(full, "000000"): // no company has a prefix of five zeros, so this is a GTIN-8
		g = GTIN(full[6:])
	case full[0] == '0':
		g = GTIN(full[1:])
	}
	if g.restricted() {
		return "", pavilion.E(pavilion.Invalid, "gtin.restricted", nil).At("gtin")
	}
	return g, nil
}

// CheckDigit returns the digit that ends a GTIN whose other digits are given: their sum
// with weights 3 and 1, counted from the right, filled up to a multiple of ten (GS1 General
// Specifications, section 7.9). It takes digits only.
func CheckDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// companyPart returns the digits a GS1 company prefix starts: those of the 13-digit form. A
// GTIN-8 has none, because GS1 hands those out one by one.
func (g GTIN) companyPart() string {
	switch len(g) {
	case 13:
		return string(g)
	case 14:
		return string(g[1:]) // the first digit says how the goods are packed
	}
	return ""
}

// restricted tells the numbers of GS1's prefix list that name nothing outside one company
// or country: restricted circulation and coupons.
func (g GTIN) restricted() bool {
	if len(g) == 8 {
		return g[0] == '0' || g[0] == '2'
	}
	switch p := g.companyPart(); p[:2] {
	case "02", "04", "05", "99", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29":
		return true
	case "98":
		return p[2] >= '1' && p[2] <= '4'
	}
	return false
}
