package rules

import (
	"fmt"
	"io/fs"
	"path"

	"pavilion"
)

// Market is what a market says about itself in its file market.toml.
type Market struct {
	Key      string        `toml:"key"` // name of its folder
	Country  string        `toml:"country"`
	Language pavilion.Lang `toml:"language"` // of its labels and listings
	Currency string        `toml:"currency"`
	TimeZone string        `toml:"time_zone"`
	Name     pavilion.Text `toml:"name"`
	Route    []Route       `toml:"route"` // the first is taken unless told otherwise
}

// Route is a way goods come into a market, such as general trade.
type Route struct {
	Key  string        `toml:"key"`
	Name pavilion.Text `toml:"name"`
}

// Markets are the keys of the markets there are packs for, in alphabetical order.
func Markets(files fs.FS) ([]string, error) {
	found, err := fs.Glob(files, "*/market.toml")
	for i, name := range found {
		found[i] = path.Dir(name)
	}
	return found, err
}

// ReadMarket reads the market of that key. An error names the file and the line.
func ReadMarket(files fs.FS, key string) (Market, error) {
	var m Market
	f, err := Read(files, key+"/market.toml", &m)
	if err != nil {
		return m, err
	}
	if m.Key != key {
		return m, fmt.Errorf("%s: the key %q must be the name of the folder, %q", f.Name, m.Key, key)
	}
	if m.Language == "" || len(m.Route) == 0 {
		return m, fmt.Errorf("%s: say the language and at least one [[route]]", f.Name)
	}
	return m, nil
}

// HasRoute tells whether goods can come in that way.
func (m Market) HasRoute(key string) bool {
	for _, r := range m.Route {
		if r.Key == key {
			return true
		}
	}
	return false
}
