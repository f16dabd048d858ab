package shipment

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/order"
)

// ActDeliver notes of many orders at once that their recipients have them.
const ActDeliver = "shipment.deliver"

// Acts are what a [job.Runner] must know to do them. Filters have days of the zone.
func Acts(zone *time.Location) []job.Act {
	pick := func(ctx context.Context, r db.Reader, filter, after string, limit int) (ids []string, next string, err error) {
		orders, err := order.List(ctx, r, order.ParseFilter(filter, zone), pavilion.OrderID(after), limit)
		for _, o := range orders {
			ids = append(ids, string(o.ID))
		}
		if len(ids) == limit {
			next = ids[len(ids)-1]
		}
		return ids, next, err
	}
	deliver := func(ctx context.Context, tx *db.Tx, id string, _ map[string]string) (string, error) {
		return "", Deliver(ctx, tx, pavilion.OrderID(id))
	}
	return []job.Act{{Name: ActDeliver, Pick: pick, Do: deliver}}
}
