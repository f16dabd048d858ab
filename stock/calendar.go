package stock

import (
	"context"
	"maps"
	"slices"

	"pavilion"
	"pavilion/db"
)

// calendar is the day it is in the zones of the warehouses: there are never more than three
// at a time, and nearly always one or two.
type calendar struct {
	days        map[string]pavilion.Date // by zone
	first, last pavilion.Date
}

const selectZones = `select distinct time_zone from warehouse order by time_zone limit $1`

func readCalendar(ctx context.Context, r db.Reader) (calendar, error) {
	c := calendar{days: map[string]pavilion.Date{}}
	zones, err := db.All(ctx, r, scanOne[string], selectZones, warehouseLimit)
	if err != nil {
		return c, err
	}
	for _, z := range zones {
		day, err := today(r.Now(), z)
		if err != nil {
			return c, err
		}
		c.days[z] = day
	}
	if days := slices.Sorted(maps.Values(c.days)); len(days) > 0 {
		c.first, c.last = days[0], days[len(days)-1]
	}
	return c, nil
}

// dated is the date a balance is listed by: goods that do not expire come after all others.
// The indexes of balance are on the same words.
const (
	dated   = `case b.best_before when '' then '` + undated + `' else b.best_before end`
	undated = `9999-12-31`
)

// before has the query find balances with fewer than so many days left where they lie. The
// first condition is for the index, and exact where it is the latest day on earth.
func (c calendar) before(w *db.Where, days int) {
	w.And(dated+" < $1", c.last.AddDays(days))
	for _, zone := range slices.Sorted(maps.Keys(c.days)) {
		if day := c.days[zone]; day < c.last {
			w.And("not (w.time_zone = $1 and "+dated+" >= $2)", zone, day.AddDays(days))
		}
	}
}

// from has the query find balances with so many days left or more, and those that do not
// expire.
func (c calendar) from(w *db.Where, days int) {
	w.And(dated+" >= $1", c.first.AddDays(days))
	for _, zone := range slices.Sorted(maps.Keys(c.days)) {
		if day := c.days[zone]; day > c.first {
			w.And("not (w.time_zone = $1 and "+dated+" < $2)", zone, day.AddDays(days))
		}
	}
}
