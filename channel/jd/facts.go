package jd

// Facts are settings for what JD's public documents leave open or contradict each other
// about. The zero value takes what they say most often; a shop that sees something else in
// its merchant console sets it here.
type Facts struct {
	// TaxFee is the unit of an order's taxFee: Fen if "". One source alone says so.
	TaxFee Unit
	// RefundSum is the unit of applyRefundSum, the amount of a refund before shipping: Fen
	// if "". One integrator alone says so.
	RefundSum Unit
	// AfterSalePaid is the unit of actualPayPrice in after-sale services: Yuan if "".
	AfterSalePaid Unit
	// AfterSaleRefund is the unit of refoundAmount, what an after-sale refund paid back: Fen
	// if "".
	AfterSaleRefund Unit
	// Stock is which of the two families of stock calls is used: StockEither if "".
	Stock StockFamily
	// Orders is which pair of order calls is used: OrdersPlain if "".
	Orders OrderFamily
	// OAID is what JD wants to know when a recipient is decrypted; what is "" is not sent.
	OAID OAIDFacts
}

// Unit is what an amount on the wire counts.
type Unit string

// The units of amounts.
const (
	Yuan Unit = "yuan" // with decimals
	Fen  Unit = "fen"
)

// StockFamily is one of JD's families of stock calls.
type StockFamily string

// The families of stock calls.
const (
	StockEither StockFamily = "either" // the new one, and the old one where the app has no right to it
	StockNew    StockFamily = "new"    // jingdong.ware.stock.sku.*
	StockOld    StockFamily = "old"    // jingdong.stock.*
)

// OrderFamily is one of JD's pairs of order calls.
type OrderFamily string

// The pairs of order calls.
const (
	OrdersPlain  OrderFamily = "plain"  // pop.order.search and get: people are masked
	OrdersSealed OrderFamily = "sealed" // pop.order.enSearch and enGet: people are encrypted
)

// OAIDFacts are the fields of the call that decrypts a recipient whose values no public
// document explains.
type OAIDFacts struct {
	OrderType  string
	AppName    string
	ScenesType string
	Region     string
	Expiration int64 // 0 is not sent
}

// withDefaults fills in what is not set and names the first fact that is not known.
func (f Facts) withDefaults() (Facts, string) {
	wrong := ""
	unit := func(name string, u *Unit, usual Unit) {
		if *u == "" {
			*u = usual
		}
		if wrong == "" && *u != Yuan && *u != Fen {
			wrong = name
		}
	}
	unit("TaxFee", &f.TaxFee, Fen)
	unit("RefundSum", &f.RefundSum, Fen)
	unit("AfterSalePaid", &f.AfterSalePaid, Yuan)
	unit("AfterSaleRefund", &f.AfterSaleRefund, Fen)
	if f.Stock == "" {
		f.Stock = StockEither
	}
	if f.Orders == "" {
		f.Orders = OrdersPlain
	}
	switch {
	case wrong != "":
	case f.Stock != StockEither && f.Stock != StockNew && f.Stock != StockOld:
		wrong = "Stock"
	case f.Orders != OrdersPlain && f.Orders != OrdersSealed:
		wrong = "Orders"
	}
	return f, wrong
}
