package report

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// Range is how much there is to choose from, and how much came in.
type Range struct {
	Products  int64 // on sale on a channel
	Producers int64 // of one product on sale at least
	Lots      int64 // that came in during the period
}

const (
	productsOnSaleSQL  = `select count(distinct product_id) from shelf`
	producersOnSaleSQL = `select count(*) from producer r where exists
		(select 1 from product p join shelf h on h.product_id = p.id where p.producer_id = r.id)`
	// The ids of lots are made in the order of time, so that their index bounds what is read.
	lotsSQL = `select count(*) from lot where id >= $1 and id < $2`
)

// RangeOf tells how much is on sale now, and how many lots came in between the beginning of
// the period's first day and the end of its last in the zone.
func RangeOf(ctx context.Context, r db.Reader, zone *time.Location, p Period) (out Range, err error) {
	for query, n := range map[string]*int64{productsOnSaleSQL: &out.Products, producersOnSaleSQL: &out.Producers} {
		if err := r.QueryRow(ctx, query).Scan(n); err != nil {
			return out, err
		}
	}
	from, until := beginning(p.From, zone), r.Now()
	if p.Until != "" {
		until = beginning(p.Until.AddDays(1), zone)
	}
	err = r.QueryRow(ctx, lotsSQL, pavilion.FirstID[pavilion.LotID](pavilion.PrefixLot, from), pavilion.FirstID[pavilion.LotID](pavilion.PrefixLot, until)).Scan(&out.Lots)
	return out, err
}

// beginning is the first moment of a day in the zone, and of all time for no day.
func beginning(day pavilion.Date, zone *time.Location) time.Time {
	if day == "" {
		return time.Unix(0, 0)
	}
	return day.Start(zone)
}
