package own

import (
	"context"
	"time"

	"pavilion"
	"pavilion/order"
)

// Buyer is a shopper with an account.
type Buyer struct {
	ID        pavilion.BuyerID
	Phone     string // E.164
	CreatedAt time.Time
}

// Address is one the buyer keeps for the next order.
type Address struct {
	ID     string
	ShipTo order.ShipTo
}

// SendCode sends a one-time code to a phone. Caller is the network address it is asked
// from. The answer is the same whether the phone has an account or not. Errors: Invalid
// phone.malformed; Limited own.code_too_soon, own.code_too_many, own.too_many_tries with
// RetryAfter; Unavailable when the notifier fails.
func (s *Shop) SendCode(ctx context.Context, phone, caller string, lang pavilion.Lang) error {
	return errNotBuilt
}

// SignIn checks the code and opens a session, for a new buyer too. The secret is for a
// cookie; only its hash is stored. Errors: Unauthenticated own.wrong_code, the same for a
// wrong, used or expired code and for a phone no code was sent to; Limited
// own.too_many_tries with RetryAfter.
func (s *Shop) SignIn(ctx context.Context, phone, code, caller string) (secret string, b Buyer, err error) {
	return "", Buyer{}, errNotBuilt
}

// Session finds the buyer of a session. Error: Unauthenticated own.signed_out.
func (s *Shop) Session(ctx context.Context, secret string) (Buyer, error) {
	return Buyer{}, errNotBuilt
}

// SignOut ends a session.
func (s *Shop) SignOut(ctx context.Context, secret string) error { return errNotBuilt }

// Addresses lists the addresses a buyer keeps, the last used first.
func (s *Shop) Addresses(ctx context.Context, buyer pavilion.BuyerID) ([]Address, error) {
	return nil, errNotBuilt
}

// KeepAddress keeps an address for the buyer, at most ten, the oldest is forgotten.
// Errors are those of CheckShipTo.
func (s *Shop) KeepAddress(ctx context.Context, buyer pavilion.BuyerID, t order.ShipTo) error {
	return errNotBuilt
}

// ForgetAddress forgets one of the buyer's addresses.
func (s *Shop) ForgetAddress(ctx context.Context, buyer pavilion.BuyerID, id string) error {
	return errNotBuilt
}

// Favourites lists the products the buyer likes, the newest first.
func (s *Shop) Favourites(ctx context.Context, buyer pavilion.BuyerID) ([]pavilion.ProductID, error) {
	return nil, errNotBuilt
}

// SetFavourite adds a product to the buyer's favourites or takes it out.
func (s *Shop) SetFavourite(ctx context.Context, buyer pavilion.BuyerID, product pavilion.ProductID, liked bool) error {
	return errNotBuilt
}

// CloseAccount deletes what is personal about a buyer: phone, sessions, addresses,
// favourites, basket, and the recipients of ended orders. Error: Conflict
// own.orders_open {number} while an order is under way.
func (s *Shop) CloseAccount(ctx context.Context, buyer pavilion.BuyerID) error { return errNotBuilt }
