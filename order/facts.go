package order

import (
	"pavilion"
	"pavilion/money"
)

// The facts of an order's life. They hold no personal data; who needs the recipient reads
// the order.
type (
	// Accepted: an order was placed and its goods are reserved.
	Accepted struct {
		Order     pavilion.OrderID `json:"order"`
		Channel   string           `json:"channel"`
		Simulated bool             `json:"simulated,omitempty"`
	}
	// Paid: the order's money arrived, here or, before it was accepted, at its channel.
	Paid struct {
		Order  pavilion.OrderID  `json:"order"`
		Intent pavilion.IntentID `json:"intent,omitempty"` // "" when the channel was paid
	}
	// Expired: the order was not paid in time and gave its goods back.
	Expired struct {
		Order pavilion.OrderID `json:"order"`
	}
	// Cancelled: the order was called off before it was shipped.
	Cancelled struct {
		Order  pavilion.OrderID `json:"order"`
		Reason string           `json:"reason"`
	}
	// Refunded: money of the order is on its way back.
	Refunded struct {
		Order  pavilion.OrderID `json:"order"`
		Amount money.Money      `json:"amount"`
		Reason string           `json:"reason"`
	}
	// Shipped: the goods left the warehouse.
	Shipped struct {
		Order pavilion.OrderID `json:"order"`
	}
	// Delivered: the recipient has the goods.
	Delivered struct {
		Order pavilion.OrderID `json:"order"`
	}
)

func (Accepted) FactKind() string  { return "order.accepted" }
func (Paid) FactKind() string      { return "order.paid" }
func (Expired) FactKind() string   { return "order.expired" }
func (Cancelled) FactKind() string { return "order.cancelled" }
func (Refunded) FactKind() string  { return "order.refunded" }
func (Shipped) FactKind() string   { return "order.shipped" }
func (Delivered) FactKind() string { return "order.delivered" }

func (f Accepted) About() string  { return string(f.Order) }
func (f Paid) About() string      { return string(f.Order) }
func (f Expired) About() string   { return string(f.Order) }
func (f Cancelled) About() string { return string(f.Order) }
func (f Refunded) About() string  { return string(f.Order) }
func (f Shipped) About() string   { return string(f.Order) }
func (f Delivered) About() string { return string(f.Order) }
