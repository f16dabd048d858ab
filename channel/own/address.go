package own

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pavilion"
	"pavilion/order"
)

// Lengths of what a shopper writes, in characters.
const (
	maxName   = 60
	maxRegion = 40
	maxStreet = 120
)

// CheckShipTo tidies an address (phone as E.164, single spaces, the market's country where
// none is named) and says what is wrong with it, each finding with its field: name, phone,
// country, province, city, district, street, postcode. Reasons: address.missing,
// address.too_long {most}, address.not_listed, address.country, address.postcode,
// phone.malformed {example}.
func (s *Shop) CheckShipTo(t order.ShipTo) (order.ShipTo, []pavilion.Finding) {
	var findings []pavilion.Finding
	say := func(field, reason string, args pavilion.Args) {
		findings = append(findings, pavilion.Finding{Severity: pavilion.Blocks, Reason: reason, Field: field, Args: args})
	}
	text := func(field, value string, most int, required bool) string {
		value = tidy(value)
		switch {
		case value == "" && required:
			say(field, "address.missing", nil)
		case utf8.RuneCountInString(value) > most:
			say(field, "address.too_long", pavilion.Args{"most": most})
		}
		return value
	}
	if t.Country == "" {
		t.Country = s.market.Country
	}
	if t.Country != s.market.Country {
		say("country", "address.country", nil)
	}
	t.Name = text("name", t.Name, maxName, true)
	phone, err := ParsePhone(s.market.Country, t.Phone)
	switch {
	case tidy(t.Phone) == "":
		say("phone", "address.missing", nil)
	case err != nil:
		say("phone", "phone.malformed", pavilion.Args{"example": s.market.Phone.Example})
	default:
		t.Phone = phone
	}
	t.Province = text("province", t.Province, maxRegion, true)
	t.City = text("city", t.City, maxRegion, true)
	province, known := find(s.market.Provinces, t.Province)
	if t.Province != "" && !known {
		say("province", "address.not_listed", nil)
	}
	city, listed := find(province.Parts, t.City)
	if known && t.City != "" && !listed {
		say("city", "address.not_listed", nil)
	}
	t.District = text("district", t.District, maxRegion, t.City == "" || len(city.Parts) > 0)
	t.Street = text("street", t.Street, maxStreet, true)
	if t.Postcode = strings.ReplaceAll(tidy(narrow(t.Postcode)), " ", ""); t.Postcode != "" && !s.market.postcode.MatchString(t.Postcode) {
		say("postcode", "address.postcode", nil)
	}
	return t, findings
}

// tidy makes every run of spaces one, and drops what is no text at all.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Cf, r): // Cf: zero widths, turns of direction
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// phoneKey is what an order or a buyer is found by.
func (s *Shop) phoneKey(phone string) string { return order.PhoneKey(s.sealer, phone) }

// addressKey is the same for two orders to one address, however its spaces are written.
func (s *Shop) addressKey(t order.ShipTo) string {
	return s.sealer.Key(strings.ToLower(strings.ReplaceAll(t.Province+t.City+t.District+t.Street, " ", "")), "address")
}
