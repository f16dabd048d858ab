package own

import (
	"encoding/json"
	"regexp"
	"strings"

	"pavilion"
)

// PhonePlan is how mobile phones are numbered in a country.
type PhonePlan struct {
	Code    string // country calling code, such as "86"
	Trunk   string // dialled before the number at home, "" if nothing is
	Number  *regexp.Regexp
	Example string // of a number as people write it at home, for forms
}

// phonePlans are the plans of the countries we know, by ISO 3166-1 alpha-2 code. Numbers of
// other countries are taken in international form, as long as E.164 allows.
var phonePlans = func() map[string]PhonePlan {
	text, err := marketFiles.ReadFile("market/phones.json")
	if err != nil {
		panic(err) // the file is part of the program
	}
	var file map[string]struct{ Code, Trunk, Number, Example string }
	if err := json.Unmarshal(text, &file); err != nil {
		panic(err)
	}
	plans := map[string]PhonePlan{}
	for country, p := range file {
		plans[country] = PhonePlan{p.Code, p.Trunk, regexp.MustCompile(p.Number), p.Example}
	}
	return plans
}()

var generalNumber = regexp.MustCompile(`^[1-9][0-9]{7,14}$`) // ITU-T E.164: at most 15 digits

// ParsePhone reads a phone number as people write it, with spaces, hyphens, brackets or
// full-width digits, and returns it as E.164: +8613800138000. A number without + or 00 is
// taken to be of the given country. Error: Invalid phone.malformed.
func ParsePhone(country, text string) (string, error) {
	number := strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "").Replace(narrow(text))
	if number, ok := international(country, number); ok {
		return number, nil
	}
	return "", pavilion.E(pavilion.Invalid, "phone.malformed", pavilion.Args{"example": phonePlans[country].Example}).At("phone")
}

func international(country, number string) (string, bool) {
	abroad, plus := strings.CutPrefix(number, "+")
	if !plus {
		abroad, plus = strings.CutPrefix(number, "00")
	}
	if plus {
		return checkE164(abroad)
	}
	plan, known := phonePlans[country]
	if !known {
		return "", false
	}
	if plan.Number.MatchString(number) {
		return "+" + plan.Code + number, true
	}
	if rest, ok := strings.CutPrefix(number, plan.Trunk); ok && plan.Trunk != "" && plan.Number.MatchString(rest) {
		return "+" + plan.Code + rest, true
	}
	if rest, ok := strings.CutPrefix(number, plan.Code); ok && plan.Number.MatchString(rest) {
		return "+" + number, true
	}
	return "", false
}

// checkE164 checks a number that begins with a calling code.
func checkE164(number string) (string, bool) {
	for _, plan := range phonePlans {
		if rest, ok := strings.CutPrefix(number, plan.Code); ok {
			return "+" + number, plan.Number.MatchString(rest)
		}
	}
	return "+" + number, generalNumber.MatchString(number)
}

// narrow turns full-width digits, letters and signs, which Chinese keyboards produce, and
// other spaces into their ASCII forms.
func narrow(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000' || r == '\u00a0':
			return ' '
		}
		return r
	}, s))
}
