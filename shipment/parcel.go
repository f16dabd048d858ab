// Package shipment sends orders away in parcels. [Pack] says which units of which order
// lines lie in which parcel, [SetWaybill] which carrier takes it under which number, and
// [Ship] lets the order go once every unit that is still to be sent lies in a parcel with a
// waybill. Only this package ships an order.
//
// A parcel belongs to one order. Until it is shipped it can be unpacked, and then it is as
// if it had never been; who packed and unpacked it stays in the trail.
package shipment

import (
	"time"

	"pavilion"
)

// State is where a parcel stands in its life.
type State string

const (
	StatePacked    State = "packed"    // in the warehouse; it can be unpacked
	StateShipped   State = "shipped"   // with the carrier
	StateDelivered State = "delivered" // with the recipient
)

// States are all states, in the order of a parcel's life.
var States = []State{StatePacked, StateShipped, StateDelivered}

// Parcel is one box of one order.
type Parcel struct {
	ID          pavilion.ParcelID
	Order       pavilion.OrderID
	Number      int // within the order, from 1
	State       State
	Carrier     string // the Code of a [Carrier]; "" until it is known
	Waybill     string // the carrier's number, as [Carrier.Clean] writes it; "" until it is known
	WeightG     int64  // 0 if nobody weighed it
	Lines       []Line
	PackedBy    pavilion.Actor
	PackedAt    time.Time
	ShippedAt   time.Time // zero until it is
	DeliveredAt time.Time // zero until it is
}

// Line is how many units of an order line lie in a parcel.
type Line struct {
	Line     int // the order line's Number
	Quantity int64
}

// Draft is a parcel somebody wants to pack. Carrier and Waybill may follow later.
type Draft struct {
	Lines   []Line
	Carrier string
	Waybill string
	WeightG int64
}
