package money

import (
	"regexp"
	"strings"

	"pavilion"
)

// spaces stand between groups of digits in some languages.
var spaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "")

// thousands is a number whose comma may stand before thousandths or behind thousands.
var thousands = regexp.MustCompile(`^-?[1-9][0-9]{0,2},[0-9]{3}$`)

// Typed brings a number as people type it into the form the program reads: digits with a
// point. A comma is a point; spaces between digits are left out. What can be read in two ways,
// such as "1,234", is the error Invalid, number.ambiguous {value, point, whole}. Whether it
// is a number at all says who reads it next.
func Typed(s string) (string, error) {
	s = spaces.Replace(strings.TrimSpace(s))
	if thousands.MatchString(s) {
		return "", pavilion.E(pavilion.Invalid, "number.ambiguous",
			pavilion.Args{"value": s, "point": strings.Replace(s, ",", ".", 1), "whole": strings.Replace(s, ",", "", 1)})
	}
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		return strings.Replace(s, ",", ".", 1), nil
	}
	return s, nil
}
