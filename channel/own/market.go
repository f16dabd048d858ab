package own

import "pavilion/money"

// Market is what is particular to the country sold to. It is data: a file of the folder
// market, and one of its regions.
type Market struct {
	Country    string         `json:"country"` // ISO 3166-1 alpha-2
	Currency   money.Currency `json:"currency"`
	PhonePlace string         `json:"phone_place"` // an example, for forms: "138 0013 8000"
	Regions    []Region       `json:"-"`           // the largest first
}

// Region is a part of a country as addresses name it: province, city, district. City and
// province are chosen from the list; a district is free text with the list as suggestions.
type Region struct {
	Name  string // in the language of the country
	Parts []Region
}

// LoadMarket reads a market by its key, such as "cn". Error: NotFound market.unknown.
func LoadMarket(key string) (*Market, error) { return nil, errNotBuilt }

// Provinces are the names of the largest regions, in the order of the country's own lists.
func (m *Market) Provinces() []string { return nil }

// Cities are the cities of a province.
func (m *Market) Cities(province string) []string { return nil }

// Districts are the districts of a city, as suggestions; there may be none.
func (m *Market) Districts(province, city string) []string { return nil }

// ParsePhone reads a phone number as people write it, in the country if it names no other,
// and returns it as E.164. Error: Invalid phone.malformed.
func ParsePhone(country, text string) (string, error) { return "", errNotBuilt }

// MaskPhone shows a phone so that its owner knows it again: +86 138****8000.
func MaskPhone(phone string) string { return "" }
