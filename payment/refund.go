package payment

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// RefundState is where a refund stands.
type RefundState string

const (
	StateRequested RefundState = "requested" // ours alone: the provider does not know it yet, or its reply was lost
	StateSent      RefundState = "sent"      // the provider has it under way
	StateDone      RefundState = "done"      // the money went back
	StateRefused   RefundState = "refused"   // the provider will not; a person must pay back another way
)

// Refund is one repayment of a paid intent, in whole or in part.
type Refund struct {
	ID          pavilion.RefundID
	Intent      pavilion.IntentID
	Amount      money.Money
	State       RefundState
	Reason      string
	ProviderRef string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// RequestRefund notes that an amount is to be paid back and records [RefundRequested].
func RequestRefund(ctx context.Context, tx *db.Tx, intent pavilion.IntentID, amount money.Money, reason string) (Refund, error) {
	return Refund{}, errNotBuilt
}

// RefundTold takes in what the provider said about a refund.
func RefundTold(ctx context.Context, tx *db.Tx, w RefundWord) (Refund, error) {
	return Refund{}, errNotBuilt
}

// GetRefund finds a refund.
func GetRefund(ctx context.Context, r db.Reader, id pavilion.RefundID) (Refund, error) {
	return Refund{}, errNotBuilt
}

// Refunds lists the refunds of an intent, the oldest first.
func Refunds(ctx context.Context, r db.Reader, intent pavilion.IntentID) ([]Refund, error) {
	return nil, errNotBuilt
}

// RefundRequested is the fact that money is to go back: the reaction asks the provider.
type RefundRequested struct{ Refund pavilion.RefundID }

func (RefundRequested) FactKind() string { return "payment.refund_requested" }

// About is the refund's id.
func (f RefundRequested) About() string { return string(f.Refund) }

// RefundDone is the fact that the provider has paid back.
type RefundDone struct{ Refund pavilion.RefundID }

func (RefundDone) FactKind() string { return "payment.refund_done" }

// About is the refund's id.
func (f RefundDone) About() string { return string(f.Refund) }

// RefundRefused is the fact that the provider will not pay back and a person must.
type RefundRefused struct{ Refund pavilion.RefundID }

func (RefundRefused) FactKind() string { return "payment.refund_refused" }

// About is the refund's id.
func (f RefundRefused) About() string { return string(f.Refund) }
