package own

import (
	"context"

	"pavilion"
)

// Basket is what a shopper means to buy. Its id is the key to it: whoever has the id has
// the basket, and it holds nothing personal.
type Basket struct {
	ID    pavilion.BasketID // "" until the first line is set
	Lines []Line            // in the order they were added
}

// Count is the number of units.
func (b Basket) Count() int64 {
	var n int64
	for _, l := range b.Lines {
		n += l.Quantity
	}
	return n
}

// Basket reads a basket. An unknown or empty id is an empty basket.
func (s *Shop) Basket(ctx context.Context, id pavilion.BasketID) (Basket, error) {
	return Basket{}, errNotBuilt
}

// SetBasketLine sets how many of a SKU the basket holds; 0 takes it out. With an empty or
// unknown id it makes a new basket, so the caller keeps the id of the answer. Errors:
// Invalid quote.quantity, quote.too_many_lines; NotFound sku.unknown.
func (s *Shop) SetBasketLine(ctx context.Context, id pavilion.BasketID, sku pavilion.SKUID, quantity int64) (Basket, error) {
	return Basket{}, errNotBuilt
}

// AddToBasket adds to what the basket holds of a SKU, up to MaxQuantity. Otherwise it is
// like SetBasketLine.
func (s *Shop) AddToBasket(ctx context.Context, id pavilion.BasketID, sku pavilion.SKUID, quantity int64) (Basket, error) {
	return Basket{}, errNotBuilt
}

// EmptyBasket takes the ordered lines out of the basket, after an order was placed.
func (s *Shop) EmptyBasket(ctx context.Context, id pavilion.BasketID, ordered []Line) error {
	return errNotBuilt
}

// ClaimBasket gives a signed-in buyer the basket with the id, poured together with the one
// the buyer left behind, and returns it.
func (s *Shop) ClaimBasket(ctx context.Context, id pavilion.BasketID, buyer pavilion.BuyerID) (Basket, error) {
	return Basket{}, errNotBuilt
}
