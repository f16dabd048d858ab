package own

import (
	"context"

	"pavilion"
	"pavilion/catalog"
	"pavilion/money"
)

// Line is how many of a SKU a shopper wants.
type Line struct {
	SKU      pavilion.SKUID
	Quantity int64
}

// Limits of a basket and an order.
const (
	MaxLines    = 50
	MaxQuantity = 99 // of one SKU
)

// Quote is what an order would cost now.
type Quote struct {
	Lines     []QuoteLine
	Goods     money.Money
	Delivery  money.Money
	Tax       money.Money // on top; zero where prices include it
	Total     money.Money
	FreeFrom  money.Money // goods worth this much are delivered free; zero: never
	ToFree    money.Money // what is missing to FreeFrom, zero if nothing
	Findings  []pavilion.Finding
	Available bool // all lines can be ordered as they stand
}

// QuoteLine is one line of a quote.
type QuoteLine struct {
	SKU        pavilion.SKUID
	Product    pavilion.ProductID
	Category   string
	Name       pavilion.Text
	Net        catalog.Measure
	Quantity   int64
	Available  int64         // units that could be sold now
	BestBefore pavilion.Date // the earliest that would be sent; "" if there is none
	OnSale     bool          // false: no longer sold here, and not in the sums
	Unit       money.Money
	Tax        money.Money
	Total      money.Money // Unit × Quantity + Tax
	Findings   []pavilion.Finding
}

// Quote says what the lines would cost now, and what stands in the way. Findings that block
// are quote.not_on_sale, quote.short and quote.too_many. Errors: Invalid quote.empty,
// quote.too_many_lines, quote.quantity.
func (s *Shop) Quote(ctx context.Context, lines []Line) (Quote, error) {
	return Quote{}, errNotBuilt
}
