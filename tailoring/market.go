package tailoring

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

// Market is a market goods are tailored for: what its pack says.
type Market struct {
	rules.Market
	Rules  *rule.Pack
	Labels *label.Pack // without editions where the pack has no label files
	Zone   *time.Location

	// Arrived tells how many days were left of the lot of each SKU that came last, when it came.
	// Stock knows it, which stands above; without it nobody does.
	Arrived func(ctx context.Context, r db.Reader, skus []pavilion.SKUID) (map[pavilion.SKUID]int, error)
}

// Load reads the packs of all markets. An error names the file and the line and says what to
// mend; the program does not start with it.
func Load(files fs.FS) ([]*Market, error) {
	keys, err := rules.Markets(files)
	if err != nil {
		return nil, err
	}
	var out []*Market
	for _, key := range keys {
		m, err := loadMarket(files, key)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func loadMarket(files fs.FS, key string) (m *Market, err error) {
	m = &Market{}
	if m.Market, err = rules.ReadMarket(files, key); err != nil {
		return nil, err
	}
	if m.Zone, err = time.LoadLocation(m.TimeZone); err != nil {
		return nil, fmt.Errorf("%s/market.toml: there is no time zone %q: %w", key, m.TimeZone, err)
	}
	if m.Rules, err = rule.Load(files, key); err != nil {
		return nil, err
	}
	m.Labels, err = label.Load(files, key)
	return m, err
}

// Today is the day it is in the market.
func (m *Market) Today(now time.Time) pavilion.Date { return pavilion.DateOf(now, m.Zone) }

// MarketOf returns the market of that key. Error: NotFound market.unknown.
func MarketOf(all []*Market, key string) (*Market, error) {
	if i := slices.IndexFunc(all, func(m *Market) bool { return m.Key == key }); i >= 0 {
		return all[i], nil
	}
	return nil, pavilion.E(pavilion.NotFound, "market.unknown", nil)
}

// Channels are where goods can be offered in the market, as far as its rules know: the
// pavilion's own shop first.
func (m *Market) Channels() []string {
	out := []string{OwnChannel}
	for _, r := range m.Rules.Rules {
		for _, key := range r.Channels {
			if !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	slices.Sort(out[1:])
	return out
}

// Notice is what shoppers must be told before buying goods that come in by a route, "" is the
// first: a line each, "" if nothing.
func (m *Market) Notice(route string) string {
	var lines []string
	for _, n := range m.Labels.NoticesFor(first(route, m.Route[0].Key)) {
		lines = append(lines, n.Text)
	}
	return strings.Join(lines, "\n")
}

// OwnChannel is the pavilion's own shop, as rules name it.
const OwnChannel = "own"
