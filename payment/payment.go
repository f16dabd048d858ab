// Package payment keeps what was asked of payment providers and what they answered: intents
// (please pay this much for that), the words providers said about them, and refunds. It
// talks to no provider itself. Start with [Create], [Hear] and [RequestRefund]; a provider
// is anything behind [Provider], such as payment/simpay.
package payment

import (
	"context"
	"net/http"
	"time"

	"pavilion"
	"pavilion/money"
)

// State is where an intent stands.
type State string

const (
	StateCreated   State = "created"   // ours alone: the provider does not know it yet, or its reply was lost
	StateStarted   State = "started"   // the provider knows it and the payer can pay
	StatePaid      State = "paid"      // the money has arrived; only refunds take of it
	StateDeclined  State = "declined"  // this try failed; another try is another intent
	StateCancelled State = "cancelled" // given up, or too late
)

// Intent is one request to pay one amount for one purpose.
type Intent struct {
	ID          pavilion.IntentID
	Purpose     string // what is paid for: an OrderID
	Provider    string // the provider's Name
	ProviderRef string // the provider's own number, "" until it is known
	Amount      money.Money
	Refunded    money.Money // what refunds, under way or done, take of it
	State       State
	PayURL      string // where the payer pays, "" until it is started
	CreatedAt   time.Time
	ExpiresAt   time.Time
	PaidAt      time.Time // zero until paid
}

// Word is what a provider said about an intent, by a notice or when asked. NoticeID is the
// provider's number of the notice; an answer to a question is numbered by the client, the
// same number for the same answer.
type Word struct {
	NoticeID    string
	Intent      pavilion.IntentID
	State       State
	Amount      money.Money
	ProviderRef string
}

// Charge is what a provider is asked to collect. Intent is the idempotency key.
type Charge struct {
	Intent    pavilion.IntentID
	Amount    money.Money
	Subject   string // what the payer reads, such as the order's number
	ReturnURL string // where the payer's browser goes afterwards
	NotifyURL string // where the provider sends notices
	Lang      pavilion.Lang
	ExpiresAt time.Time
}

// Started is a provider's answer to a charge.
type Started struct {
	ProviderRef string
	PayURL      string
}

// Repayment is what a provider is asked to pay back. Refund is the idempotency key.
type Repayment struct {
	Refund pavilion.RefundID
	Intent pavilion.IntentID
	Amount money.Money
	Reason string
}

// RefundWord is what a provider said about a refund.
type RefundWord struct {
	Refund      pavilion.RefundID
	State       RefundState
	Amount      money.Money
	ProviderRef string
}

// Provider collects money. Its calls are made outside any transaction, each with the
// deadline of its context. An error of kind Unavailable means that the outcome is not
// known: Start and Refund may be repeated with the same key, or Ask tells. Invalid and
// Conflict mean that the provider refused and nothing was done. Forbidden means that the
// provider does not accept us, or we do not accept the sender of a notice.
type Provider interface {
	// Name is the word the provider is known by in the tables and in addresses.
	Name() string
	// Start makes the charge known to the provider. Repeating it gives the same answer.
	Start(ctx context.Context, c Charge) (Started, error)
	// Ask tells how the intent stands; NotFound if the provider has never heard of it.
	Ask(ctx context.Context, id pavilion.IntentID) (Word, error)
	// Refund asks to pay back. Repeating it pays once and tells how the refund stands.
	Refund(ctx context.Context, r Repayment) (RefundWord, error)
	// ReadNotice checks that a notice is the provider's own and recent, and reads it.
	ReadNotice(header http.Header, body []byte) (Word, error)
}
