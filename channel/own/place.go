package own

import (
	"context"

	"pavilion"
	"pavilion/money"
	"pavilion/order"
)

// Checkout is what a shopper sends to place an order.
type Checkout struct {
	Key       string           // idempotency key: made once per checkout page or API call, 8 to 100 characters
	Buyer     pavilion.BuyerID // "" for a guest
	Lines     []Line
	Seen      money.Money // the total the shopper saw; a higher one is a Conflict. Zero: not checked
	ShipTo    order.ShipTo
	Lang      pavilion.Lang
	Provider  string // who collects the money; one of Providers
	Simulated bool
}

// Providers are the names of the payment providers a checkout may choose, sorted.
func (s *Shop) Providers() []string { return nil }

// Place places an order. The outcome's Err is never set: every refusal is the error.
// Errors: Invalid with the field (see CheckShipTo for the address); Conflict stock.short,
// stock.buyer_limit, stock.unpaid_cap, checkout.price_changed {seen, now},
// checkout.not_on_sale {sku}, checkout.key_used; Limited channel.busy.
func (s *Shop) Place(ctx context.Context, c Checkout) (order.Outcome, error) {
	return order.Outcome{}, errNotBuilt
}

// CheckShipTo tidies an address (phone as E.164, spaces, full-width digits) and says what
// is wrong with it, by field: name, phone, country, province, city, district, street,
// postcode.
func (s *Shop) CheckShipTo(t order.ShipTo) (order.ShipTo, []pavilion.Finding) {
	return t, nil
}

// Pass is the secret that opens an order to its shopper without an account. The page that
// placed the order, or found it by number and phone, keeps it in a cookie.
func (s *Shop) Pass(id pavilion.OrderID) string { return "" }

// Viewer is who asks for an order: a signed-in buyer, the holder of a pass, or both.
type Viewer struct {
	Buyer pavilion.BuyerID
	Pass  string
}

// Order reads an order for its shopper. Error: NotFound order.unknown, also when the order
// is somebody else's.
func (s *Shop) Order(ctx context.Context, id pavilion.OrderID, v Viewer) (order.Order, error) {
	return order.Order{}, errNotBuilt
}

// Events is the history of an order for its shopper. Errors are those of Order.
func (s *Shop) Events(ctx context.Context, id pavilion.OrderID, v Viewer) ([]order.Event, error) {
	return nil, errNotBuilt
}

// Cancel calls a shopper's order off before it is shipped; what was paid goes back. Errors:
// those of Order, and Conflict order.wrong_state.
func (s *Shop) Cancel(ctx context.Context, id pavilion.OrderID, v Viewer) error {
	return errNotBuilt
}

// Orders lists a buyer's orders, the newest first, those before the given id ("" for the
// start). They come without recipients.
func (s *Shop) Orders(ctx context.Context, buyer pavilion.BuyerID, before pavilion.OrderID, limit int) ([]order.Order, error) {
	return nil, errNotBuilt
}

// FindOrder finds an order by its number and the recipient's phone. Caller is the network
// address it is asked from. Errors: NotFound order.unknown, the same whether the number or
// the phone is wrong; Limited own.too_many_tries with RetryAfter.
func (s *Shop) FindOrder(ctx context.Context, number, phone, caller string) (order.Order, error) {
	return order.Order{}, errNotBuilt
}
