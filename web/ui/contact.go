package ui

import (
	"strings"
)

// plans say how the digits of a national number are grouped, by calling code.
var plans = []struct {
	code   string
	groups []int
	sep    []string // before each group but the first
}{
	{"86", []int{3, 4, 4}, []string{nbsp, nbsp}},
	{"375", []int{2, 3, 2, 2}, []string{nbsp, "-", "-"}},
	{"7", []int{3, 3, 2, 2}, []string{nbsp, "-", "-"}},
}

// splitPhone returns the calling code with its plus ("" if the number is a national one)
// and the groups of a number with what stands between them.
func splitPhone(number string) (code string, groups, sep []string) {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	international := strings.HasPrefix(number, "+")
	for _, plan := range plans {
		national, ok := digits, len(digits) == 11 && digits[0] == '1' && plan.code == "86"
		if international {
			national, ok = strings.CutPrefix(digits, plan.code)
			code = "+" + plan.code
		}
		total := 0
		for _, n := range plan.groups {
			total += n
		}
		if !ok || len(national) != total {
			continue
		}
		for _, n := range plan.groups {
			groups, national = append(groups, national[:n]), national[n:]
		}
		return code, groups, plan.sep
	}
	if international {
		return "+", []string{digits}, nil
	}
	return "", []string{digits}, nil
}

// Phone returns a telephone number grouped for reading: 138 0013 8000, +375 29 123-45-67.
func (p *Printer) Phone(number string) string {
	if strings.Contains(number, "*") { // masked already: nothing of it can be grouped
		return strings.TrimPrefix(number, "+86")
	}
	code, groups, sep := splitPhone(number)
	return joinPhone(code, groups, sep)
}

// MaskedPhone returns a telephone number with its middle hidden: 138 **** 8000. Of an
// unusual number only the last two digits are seen.
func (p *Printer) MaskedPhone(number string) string {
	code, groups, sep := splitPhone(number)
	if len(groups) == 1 {
		d := groups[0]
		if len(d) < 5 {
			return code + strings.Repeat("*", len(d))
		}
		return code + strings.Repeat("*", len(d)-2) + d[len(d)-2:]
	}
	for i := 1; i < len(groups)-1; i++ {
		groups[i] = strings.Repeat("*", len(groups[i]))
	}
	return joinPhone(code, groups, sep)
}

func joinPhone(code string, groups, sep []string) string {
	var b strings.Builder
	b.WriteString(code)
	for i, g := range groups {
		switch {
		case i > 0:
			b.WriteString(sep[i-1])
		case len(code) > 1:
			b.WriteString(nbsp)
		}
		b.WriteString(g)
	}
	return b.String()
}

// Address is a postal address in its parts.
type Address struct {
	Name, Phone, Country, Province, City, District, Street, Postcode string
}

// Address returns the lines of an address as its country writes them. China goes from the
// large to the small, with the recipient last; elsewhere the recipient comes first and the
// country last.
func (p *Printer) Address(a Address) []string {
	if a.Country == "CN" {
		place := a.Province
		if a.City != a.Province { // Beijing, Shanghai, Tianjin and Chongqing are both
			place += a.City
		}
		return lines(place+a.District+" "+a.Street, a.Postcode, a.Name+" "+p.Phone(a.Phone))
	}
	return lines(a.Name, a.Street, a.District, a.Postcode+" "+a.City, a.Province, p.Country(a.Country), p.Phone(a.Phone))
}

// Country returns the name of a country by its code of ISO 3166-1, or the code itself.
func (p *Printer) Country(code string) string {
	if s, ok := p.say("country."+strings.ToLower(code), nil); ok {
		return s
	}
	return code
}

// lines keeps what says something.
func lines(of ...string) []string {
	var kept []string
	for _, s := range of {
		if s = strings.TrimSpace(s); s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}
