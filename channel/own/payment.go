package own

import (
	"context"
	"net/http"

	"pavilion"
	"pavilion/payment"
)

// NoticePath is where providers send their notices: NoticePath + the provider's name, by
// POST. The handler passes header and body to [Shop.Notice].
const NoticePath = "/payment/notice/"

// StartPayment returns the address where the shopper pays the order. Called again it
// returns the same address, or a fresh one after a declined payment. It asks the provider
// outside any transaction. Errors: NotFound order.unknown; Conflict order.wrong_state when
// there is nothing to pay; Unavailable when the provider does not answer.
func (s *Shop) StartPayment(ctx context.Context, id pavilion.OrderID, lang pavilion.Lang) (payURL string, err error) {
	return "", errNotBuilt
}

// AskPayment asks the provider how an intent stands and acts on the answer.
func (s *Shop) AskPayment(ctx context.Context, id pavilion.IntentID) error { return errNotBuilt }

// AskOrder asks about the open intents of an order: what the page does that the shopper
// returns to.
func (s *Shop) AskOrder(ctx context.Context, id pavilion.OrderID) error { return errNotBuilt }

// Notice takes in what a provider sent. Errors: NotFound payment.unknown_provider, and
// those of the provider's ReadNotice.
func (s *Shop) Notice(ctx context.Context, provider string, header http.Header, body []byte) error {
	return errNotBuilt
}

// AskOpen asks about the intents that no notice came for. A schedule calls it.
func (s *Shop) AskOpen(ctx context.Context) error { return errNotBuilt }

// Repay asks the provider to carry out a refund. It is the reaction to
// payment.RefundRequested and may run twice.
func (s *Shop) Repay(ctx context.Context, fact payment.RefundRequested) error { return errNotBuilt }

// Expire ends unpaid orders whose time is over. A schedule calls it.
func (s *Shop) Expire(ctx context.Context) error { return errNotBuilt }
