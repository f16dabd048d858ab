package order

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// DefaultShipWithin is how long a paid order may wait for its carrier where nothing else is
// said.
const DefaultShipWithin = 48 * time.Hour

const (
	setShipWithinSQL = `insert into ship_rule (channel, within_us) values ($1, $2)
		on conflict (channel) do update set within_us = excluded.within_us`
	// Only what changes is written, and only while somebody still has to ship it.
	shipBySQL     = `update sale_order set ship_by = $1, updated_at = $2 where id = $3 and state = 'paid' and ship_by <> $4`
	shipWithinSQL = `select within_us from ship_rule where channel in ($1, '') order by channel desc limit 1`
)

// SetShipWithin says how long paid orders of a channel may wait for their carrier, "" for
// every channel that has no time of its own. It holds for orders paid from now on. Error:
// Invalid order.ship_within.
func SetShipWithin(ctx context.Context, tx *db.Tx, channel string, within time.Duration) error {
	if within < time.Hour || within > 90*24*time.Hour {
		return pavilion.E(pavilion.Invalid, "order.ship_within", nil).At("within")
	}
	_, err := tx.Exec(ctx, setShipWithinSQL, channel, within.Microseconds())
	return err
}

// ShipWithin is how long a paid order of the channel may wait for its carrier.
func ShipWithin(ctx context.Context, r db.Reader, channel string) (time.Duration, error) {
	within, found, err := db.One(ctx, r, func(s db.Scanner) (us int64, err error) { return us, s.Scan(&us) }, shipWithinSQL, channel)
	if err != nil || !found {
		return DefaultShipWithin, err
	}
	return time.Duration(within) * time.Microsecond, nil
}

// startClock gives an order that is being paid the time by which it is to be shipped.
func (o *Order) startClock(ctx context.Context, r db.Reader) error {
	within, err := ShipWithin(ctx, r, o.Channel)
	o.ShipBy = r.Now().Add(within)
	return err
}

// SetShipBy gives an order that waits for its carrier the time that its channel now says. Of an
// order that does not wait, nothing changes.
func SetShipBy(ctx context.Context, tx *db.Tx, id pavilion.OrderID, by time.Time) error {
	n, err := tx.Exec(ctx, shipBySQL, db.Micros(by), db.Micros(tx.Now()), id, db.Micros(by))
	if n > 0 {
		tx.Signal("order")
	}
	return err
}
