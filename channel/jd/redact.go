package jd

import (
	"net/url"
	"regexp"
	"strings"
)

const messageMost = 200 // characters of JD's own words that are passed on

// private finds what may be a person's or a key in a text that JD wrote: addresses of mail,
// numbers of identity cards and telephones, and long runs of letters and digits such as
// tokens. Numbers of orders and goods are shorter than cards and do not begin like mobiles.
var private = regexp.MustCompile(strings.Join([]string{
	`[\pL\pN._%+-]+@[\pL\pN.-]+`,
	`\b[0-9]{17}[0-9Xx]\b`,
	`\b(?:\+?86[- ]?)?1[3-9][0-9]{9}\b`,
	`\b0[0-9]{2,3}-[0-9]{7,8}\b`,
	`[A-Za-z0-9_-]{20,}`,
}, "|"))

// redact takes secrets and what looks like one, or like a person, out of a text.
func redact(s string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "…")
			s = strings.ReplaceAll(s, url.QueryEscape(secret), "…")
		}
	}
	s = private.ReplaceAllString(s, "…")
	if r := []rune(s); len(r) > messageMost {
		s = string(r[:messageMost]) + "…"
	}
	return strings.ToValidUTF8(s, "�")
}
