package stock

import (
	"context"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

// Spread is how much of a SKU there is for all who sell it together, and for each alone.
type Spread struct {
	Units int64   // that lie there unreserved and that at least one of them may sell, granted or not
	Most  []int64 // that each could have, granted or not, without taking what the others were granted
}

// SpreadOf tells it of shops, of which Channel and Shop are read; the pavilion's own shop is one
// without a Shop.
func SpreadOf(ctx context.Context, r db.Reader, sku pavilion.SKUID, shops []Share) (Spread, error) {
	var channels []string
	for _, s := range shops {
		if !slices.Contains(channels, s.Channel) {
			channels = append(channels, s.Channel)
		}
	}
	p, err := readPool(ctx, r, channels, []pavilion.SKUID{sku})
	if err != nil {
		return Spread{}, err
	}
	var out Spread
	for _, s := range shops {
		days := p.rules.of(s.Channel, sku).minDays
		out.Units = max(out.Units, p.lying(sku, days))
		out.Most = append(out.Most, max(0, p.uncommitted(s.of(), sku, days)))
	}
	return out, nil
}

const selectChanged = `select sku_id, max(changed_at) from balance where changed_at >= $1 group by sku_id order by sku_id limit $2`

// Changed is when the units of a SKU last changed.
type Changed struct {
	SKU pavilion.SKUID
	At  time.Time
}

// ChangedSince lists SKUs whose units changed at a moment or later, whatever the change was but
// for a date that came.
func ChangedSince(ctx context.Context, r db.Reader, since time.Time, limit int) ([]Changed, error) {
	return db.All(ctx, r, func(row db.Scanner) (c Changed, err error) {
		var at int64
		err = row.Scan(&c.SKU, &at)
		c.At = db.Time(at)
		return c, err
	}, selectChanged, db.Micros(since), limit)
}
