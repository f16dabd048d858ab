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

// personal are the fields, of requests and answers, that hold secrets or a person.
var personal = strings.Join([]string{
	"access_token", "refresh_token", "app_secret", "sign", "open_id", "uid", "oaid",
	"fullname", "fullAddress", "mobile", "telephone", "encrypt_[A-Za-z]+", "pin", "realPin", "orderRemark",
	"customerName", "customerTel", "customerPin", "customerPhone", "consMobilePhone[A-Za-z]*", "consignee[A-Za-z]*", "address", "pickwareAddress",
	"buyerId", "buyerName", "operatePin", "returnContactName", "returnContactTel", "returnDetailAddress",
	"invoice[A-Za-z]*", "userName", "userPhone", "userAddress", "bankAccount", "identityCardNum", "idCardNumber",
}, "|")

var (
	personalJSON = regexp.MustCompile(`("(?:` + personal + `)"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)`)
	// personalText finds them in JSON that stands as text in other JSON.
	personalText = regexp.MustCompile(`(\\"(?:` + personal + `)\\"\s*:\s*)(?:\\"[^"\\]*\\"|-?[0-9][0-9.eE+-]*)`)
	personalForm = regexp.MustCompile(`((?:^|[?&\s])(?:code|` + personal + `)=)[^&\s]*`)
	ourID        = regexp.MustCompile(`^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$`)
	longRun      = regexp.MustCompile(`^[A-Za-z0-9_-]{20,}$`)
)

// redactText takes secrets and people out of a whole request or answer. Numbers of goods, our
// own identifiers and the names of calls stay, so that it can still be read.
func redactText(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
			text = strings.ReplaceAll(text, url.QueryEscape(secret), "…")
		}
	}
	// Business parameters travel escaped; people read them plain.
	const asked = "360buy_param_json="
	if i := strings.Index(text, asked); i >= 0 {
		rest := text[i+len(asked):]
		end := strings.IndexAny(rest, "& \n\r")
		if end < 0 {
			end = len(rest)
		}
		if plain, err := url.QueryUnescape(rest[:end]); err == nil {
			text = text[:i+len(asked)] + plain + rest[end:]
		}
	}
	text = personalJSON.ReplaceAllString(text, `${1}"…"`)
	text = personalText.ReplaceAllString(text, `${1}\"…\"`)
	text = personalForm.ReplaceAllString(text, `${1}…`)
	return private.ReplaceAllStringFunc(text, func(s string) string {
		if longRun.MatchString(s) && (ourID.MatchString(s) || !strings.ContainsAny(s, "0123456789")) {
			return s
		}
		return "…"
	})
}
