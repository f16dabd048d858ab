package catalog

import (
	"strings"

	"pavilion"
)

// Letters of an individual's number: the first names a region, the second stands for its
// place, 0 to 9, in unpLetters.
const (
	unpRegions = "ABCEHKM"
	unpLetters = "ABCEHKMOPT"
)

var (
	unpWeights = [8]int{29, 23, 19, 17, 13, 7, 5, 3}
	unpLatin   = strings.NewReplacer("А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H",
		"К", "K", "М", "M", "О", "O", "Р", "P", "Т", "T", " ", "", "\u00a0", "")
)

// ParseUNP reads a payer number of the Republic of Belarus (учётный номер плательщика) and
// returns the form CheckUNP accepts: Cyrillic letters that look like the Latin ones become
// those, small letters large, and spaces are passed over. Errors are those of CheckUNP.
func ParseUNP(s string) (string, error) {
	s = unpLatin.Replace(strings.ToUpper(s))
	return s, CheckUNP(s)
}

// CheckUNP tells whether s is a payer number: nine digits for an organisation, the first of
// them 1 to 7; two letters and seven digits for an individual. The last digit is the
// weighted sum of the others modulo 11, where the first letter counts as a digit of base
// 36; numbers for which that would be 10 are not given out. Errors, both Invalid:
// unp.malformed and unp.check_digit.
func CheckUNP(s string) error {
	malformed := pavilion.E(pavilion.Invalid, "unp.malformed", nil).At("tax_number")
	if len(s) != 9 {
		return malformed
	}
	var first, second int
	switch {
	case s[0] >= '1' && s[0] <= '7' && digitsOnly(s[1:2]):
		first, second = int(s[0]-'0'), int(s[1]-'0')
	case strings.Contains(unpRegions, s[:1]) && strings.Contains(unpLetters, s[1:2]):
		first, second = int(s[0]-'A')+10, strings.Index(unpLetters, s[1:2])
	default:
		return malformed
	}
	if !digitsOnly(s[2:]) {
		return malformed
	}
	sum := first*unpWeights[0] + second*unpWeights[1]
	for i := 2; i < 8; i++ {
		sum += int(s[i]-'0') * unpWeights[i]
	}
	if sum%11 != int(s[8]-'0') {
		return pavilion.E(pavilion.Invalid, "unp.check_digit", nil).At("tax_number")
	}
	return nil
}
