package stock

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// Claim asks for the units of one order, all or nothing.
type Claim struct {
	Order     pavilion.OrderID
	Channel   string
	Buyer     string   // whom the buyer limit counts: the buyer, or a guest's phone key; "" is not limited
	Holders   []string // whom the cap on unpaid orders counts: buyer, phone key, address key
	Lines     []Want
	ExpiresAt time.Time // when the promise ends unless paid; zero: paid already
}

// Want is the units one order line asks for.
type Want struct {
	Line     int
	SKU      pavilion.SKUID
	Quantity int64
}

// Grant is the answer to a claim: either reservations for every line or the refusal.
//
// Refusals: Conflict stock.short{sku,available}, Limited stock.buyer_limit{sku,limit,left},
// Limited stock.unpaid_cap{cap} and stock.unpaid_units{cap}.
type Grant struct {
	Err          *pavilion.Error
	Reservations []Reservation
}

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
	Returned  int64
	State     ReservationState
	ExpiresAt time.Time // zero: does not expire
	CreatedAt time.Time
	EndedAt   time.Time
}

// Reserve answers a set of claims, each all or nothing, in the order given.
func Reserve(ctx context.Context, tx *db.Tx, claims []Claim) ([]Grant, error) {
	return nil, errSkeleton
}

// Confirm makes the reservations of paid orders firm: they no longer expire.
func Confirm(ctx context.Context, tx *db.Tx, orders ...pavilion.OrderID) error { return errSkeleton }

// Release gives back what is reserved for the orders.
func Release(ctx context.Context, tx *db.Tx, orders ...pavilion.OrderID) error { return errSkeleton }

// ReleaseLine gives back some units of one order line that have not been shipped.
func ReleaseLine(ctx context.Context, tx *db.Tx, order pavilion.OrderID, line int, quantity int64) error {
	return errSkeleton
}

// Take sends the reserved units of an order away.
func Take(ctx context.Context, tx *db.Tx, order pavilion.OrderID) error { return errSkeleton }

// Expired lists orders whose unpaid reservations have expired, the longest expired first.
func Expired(ctx context.Context, r db.Reader, now time.Time, limit int) ([]pavilion.OrderID, error) {
	return nil, errSkeleton
}

// Reservations lists what is or was reserved for an order.
func Reservations(ctx context.Context, r db.Reader, order pavilion.OrderID) ([]Reservation, error) {
	return nil, errSkeleton
}
