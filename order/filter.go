package order

import (
	"net/url"
	"strings"
	"time"

	"pavilion"
)

// ParseFilter reads a filter from the query of a list's address. Days begin and end in the
// zone.
func ParseFilter(query string, zone *time.Location) Filter {
	q, err := url.ParseQuery(query)
	if err != nil {
		return Filter{}
	}
	return FilterOf(q.Get, zone)
}

// FilterOf is the filter whose values a function returns by their names.
func FilterOf(get func(name string) string, zone *time.Location) Filter {
	f := Filter{
		State: State(get("state")), Channel: get("channel"), Words: strings.TrimSpace(get("q")), SKU: pavilion.SKUID(get("sku")),
		Simulated: Simulated(get("simulated")),
	}
	if d, err := pavilion.ParseDate(get("from")); err == nil {
		f.From = d.Start(zone)
	}
	if d, err := pavilion.ParseDate(get("until")); err == nil {
		f.Until = d.AddDays(1).Start(zone)
	}
	return f
}
