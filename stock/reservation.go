package stock

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pavilion"
	"pavilion/db"
)

// ReservationState is where a reservation stands in its life.
type ReservationState string

const (
	Active   ReservationState = "active"   // promised
	Taken    ReservationState = "taken"    // shipped
	Released ReservationState = "released" // given back
)

// Reservation is units of one lot in one warehouse that are promised to an order line. Its
// key is the order and the number within the order.
type Reservation struct {
	Order     pavilion.OrderID
	Number    int
	Line      int
	SKU       pavilion.SKUID
	Lot       pavilion.LotID
	Warehouse pavilion.WarehouseID
	Quantity  int64
	Returned  int64 // of the quantity taken, how much came back
	State     ReservationState
	ExpiresAt time.Time // zero: paid, does not expire
	CreatedAt time.Time
	EndedAt   time.Time // when it was taken or released
}

// promise is a reservation with what it counts in.
type promise struct {
	Reservation
	channel     string
	buyer       string
	holders     []string  // in whose unpaid orders it counts until it is paid or released
	countsUntil time.Time // until when it counts against the buyer's limit; zero: it does not
}

func (p promise) place() place { return place{p.Lot, p.Warehouse} }

func (p promise) takeKey() takeKey { return takeKey{p.channel, p.SKU, p.buyer} }

// unpaid tells whether the promise counts in unpaid orders.
func (p promise) unpaid() bool { return !p.ExpiresAt.IsZero() && len(p.holders) > 0 }

const promiseColumns = `order_id, number, line, sku_id, lot_id, warehouse_id, quantity, returned, state, channel, buyer, holders,
coalesce(counts_until, 0), coalesce(expires_at, 0), created_at, coalesce(ended_at, 0)`

func scanPromise(row db.Scanner) (p promise, err error) {
	var holders string
	var until, expires, created, ended int64
	err = row.Scan(&p.Order, &p.Number, &p.Line, &p.SKU, &p.Lot, &p.Warehouse, &p.Quantity, &p.Returned, &p.State,
		&p.channel, &p.buyer, &holders, &until, &expires, &created, &ended)
	if err != nil {
		return p, err
	}
	p.countsUntil, p.ExpiresAt, p.CreatedAt, p.EndedAt = db.Time(until), db.Time(expires), db.Time(created), db.Time(ended)
	if holders != "" {
		if err := json.Unmarshal([]byte(holders), &p.holders); err != nil {
			return p, fmt.Errorf("holders of reservation %s %d: %w", p.Order, p.Number, err)
		}
	}
	return p, nil
}

var insertReservations = &db.Insert{
	Table: "reservation",
	Columns: []string{
		"order_id", "number", "line", "sku_id", "lot_id", "warehouse_id", "quantity", "returned", "state",
		"channel", "buyer", "holders", "counts_until", "expires_at", "created_at",
	},
	Suffix: "on conflict (order_id, number) do nothing",
}

// insertPromises inserts new reservations and returns missed if the order has got some since
// it was looked at.
func insertPromises(ctx context.Context, tx *db.Tx, ps []promise) error {
	args := make([]any, 0, len(ps)*len(insertReservations.Columns))
	for _, p := range ps {
		holders := ""
		if len(p.holders) > 0 {
			b, err := json.Marshal(p.holders)
			if err != nil {
				return err
			}
			holders = string(b)
		}
		args = append(args, p.Order, p.Number, p.Line, p.SKU, p.Lot, p.Warehouse, p.Quantity, p.Returned, p.State,
			p.channel, p.buyer, holders, orNull(p.countsUntil), orNull(p.ExpiresAt), db.Micros(p.CreatedAt))
	}
	n, err := insertReservations.Rows(ctx, tx, args)
	if err == nil && n != int64(len(ps)) {
		err = missed{table: insertReservations.Table}
	}
	return err
}

// orNull is the stored form of a moment that may be none.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.Micros(t)
}

const reservationLimit = 10_000

const selectReservations = `select ` + promiseColumns + ` from reservation where order_id = $1 order by number limit $2`

// Reservations lists what is, was or had been reserved for an order.
func Reservations(ctx context.Context, r db.Reader, order pavilion.OrderID) ([]Reservation, error) {
	ps, err := db.All(ctx, r, scanPromise, selectReservations, order, reservationLimit)
	if err != nil {
		return nil, err
	}
	return reservations(ps), nil
}

func reservations(ps []promise) []Reservation {
	out := make([]Reservation, len(ps))
	for i, p := range ps {
		out[i] = p.Reservation
	}
	return out
}

const selectExpired = `select order_id from reservation
where state = 'active' and expires_at is not null and expires_at <= $1
group by order_id order by min(expires_at), order_id limit $2`

// Expired lists orders whose unpaid reservations have expired, the longest expired first.
// They stay reserved until they are released.
func Expired(ctx context.Context, r db.Reader, now time.Time, limit int) ([]pavilion.OrderID, error) {
	return db.All(ctx, r, scanOne[pavilion.OrderID], selectExpired, db.Micros(now), limit)
}

const selectHolding = `select distinct order_id from reservation
where lot_id = $1 and warehouse_id = $2 and state = 'active' and order_id > $3
order by order_id limit $4`

// Holding lists the orders that have units of a lot in a warehouse reserved, after one, in
// the order of their ids: those to call when the lot is held or short.
func Holding(ctx context.Context, r db.Reader, lot pavilion.LotID, warehouse pavilion.WarehouseID, after pavilion.OrderID, limit int) ([]pavilion.OrderID, error) {
	return db.All(ctx, r, scanOne[pavilion.OrderID], selectHolding, lot, warehouse, after, limit)
}

// movementsOf are the movements that end or fulfil promises.
func movementsOf(kind MovementKind, onHand, reserved int64, ps []promise) []Movement {
	ms := make([]Movement, len(ps))
	for i, p := range ps {
		ms[i] = Movement{
			Lot: p.Lot, Warehouse: p.Warehouse, Kind: kind,
			OnHandChange: onHand * p.Quantity, ReservedChange: reserved * p.Quantity, Cause: string(p.Order),
		}
	}
	return ms
}
