package own

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // a bare machine has no time zones

	"pavilion"
	"pavilion/money"
)

//go:embed market
var marketFiles embed.FS

// Market is what is particular to the country sold to. It is data: to sell to another
// country, add its files to the folder market.
type Market struct {
	Country   string // ISO 3166-1 alpha-2, upper case
	Currency  money.Currency
	Zone      *time.Location // by which its shoppers tell the time
	Phone     PhonePlan
	Provinces []Region // in the order of the country's own lists

	postcode *regexp.Regexp
}

// Region is a part of a country as addresses name it, in the country's language: a
// province, its cities, their districts. Province and city are chosen from the list;
// a district is free text and the list a suggestion.
type Region struct {
	Name  string
	Parts []Region
}

// LoadMarket reads a market by its key, the country's code in lower case. Error: NotFound
// market.unknown.
func LoadMarket(key string) (*Market, error) {
	text, err := marketFiles.ReadFile("market/" + key + ".json")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, pavilion.E(pavilion.NotFound, "market.unknown", pavilion.Args{"market": key})
	}
	if err != nil {
		return nil, err
	}
	var file struct {
		Country  string         `json:"country"`
		Currency money.Currency `json:"currency"`
		TimeZone string         `json:"time_zone"`
		Postcode string         `json:"postcode"`
		Regions  string         `json:"regions"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("market %s: %w", key, err)
	}
	m := &Market{Country: file.Country, Currency: file.Currency, Phone: phonePlans[file.Country]}
	if m.Zone, err = time.LoadLocation(file.TimeZone); err != nil {
		return nil, fmt.Errorf("market %s: %w", key, err)
	}
	if m.postcode, err = regexp.Compile(file.Postcode); err != nil {
		return nil, fmt.Errorf("market %s: %w", key, err)
	}
	regions, err := marketFiles.ReadFile("market/" + file.Regions)
	if err != nil {
		return nil, fmt.Errorf("market %s: %w", key, err)
	}
	m.Provinces = readRegions(string(regions))
	return m, nil
}

// readRegions reads provinces, one a line, each followed by its cities on lines that begin
// with a tab; after another tab stand the districts of the city, separated by spaces. Lines
// that begin with # are comments.
func readRegions(text string) []Region {
	var provinces []Region
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		rest, city := strings.CutPrefix(line, "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case !city:
			provinces = append(provinces, Region{Name: line})
		default:
			name, districts, _ := strings.Cut(rest, "\t")
			c := Region{Name: name}
			for d := range strings.FieldsSeq(districts) {
				c.Parts = append(c.Parts, Region{Name: d})
			}
			p := &provinces[len(provinces)-1]
			p.Parts = append(p.Parts, c)
		}
	}
	return provinces
}

// find is the region of that name.
func find(regions []Region, name string) (Region, bool) {
	for _, r := range regions {
		if r.Name == name {
			return r, true
		}
	}
	return Region{}, false
}

// Cities are the cities of a province, none if there is no such province.
func (m *Market) Cities(province string) []Region {
	p, _ := find(m.Provinces, province)
	return p.Parts
}

// Districts are what to suggest as districts of a city; there may be none.
func (m *Market) Districts(province, city string) []Region {
	c, _ := find(m.Cities(province), city)
	return c.Parts
}
