package payment

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
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

// refundsMost bounds the list; a payment has a handful of refunds.
const refundsMost = 1000

const (
	// The guard: what is refunded never exceeds what was paid, however many ask at once.
	sqlTakeRefund = `update payment_intent set refunded_minor = refunded_minor + $1
where id = $2 and currency = $3 and state = 'paid' and minor - refunded_minor >= $1`
	sqlGiveBack = `update payment_intent set refunded_minor = refunded_minor - $1
where id = $2 and refunded_minor >= $1`
	sqlInsertRefund = `insert into refund (id, intent_id, currency, minor, state, reason, provider_ref, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, '', $7, $7)`
)

// RequestRefund sets an amount of a paid intent aside to be paid back and records
// [RefundRequested]; the provider is asked by whoever reacts to that. Errors: Invalid
// payment.amount_not_positive and money.currencies_differ; NotFound payment.intent_unknown;
// Conflict payment.not_paid, and payment.refund_exceeds with what is left.
func RequestRefund(ctx context.Context, tx *db.Tx, intent pavilion.IntentID, amount money.Money, reason string) (Refund, error) {
	if amount.Sign() <= 0 {
		return Refund{}, notPositive(amount)
	}
	n, err := tx.Exec(ctx, sqlTakeRefund, amount.Minor(), intent, amount.Currency())
	if err != nil {
		return Refund{}, err
	}
	if n == 0 {
		return Refund{}, whyNoRefund(ctx, tx, intent, amount)
	}
	rf := Refund{
		ID:     pavilion.NewID[pavilion.RefundID](pavilion.PrefixRefund, tx.Now()),
		Intent: intent, Amount: amount, State: StateRequested, Reason: reason,
		CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
	_, err = tx.Exec(ctx, sqlInsertRefund, rf.ID, intent, amount.Currency(), amount.Minor(), rf.State, reason, db.Micros(tx.Now()))
	if err != nil {
		return Refund{}, err
	}
	return rf, job.Record(ctx, tx, RefundRequested{rf.ID})
}

// whyNoRefund finds out what the guard of a refund did not like.
func whyNoRefund(ctx context.Context, tx *db.Tx, intent pavilion.IntentID, amount money.Money) error {
	i, err := Get(ctx, tx, intent)
	if err != nil {
		return err
	}
	if i.State != StatePaid {
		return pavilion.E(pavilion.Conflict, "payment.not_paid", pavilion.Args{"intent": string(intent)})
	}
	if _, err := i.Amount.Cmp(amount); err != nil {
		return err
	}
	left, err := i.Amount.Sub(i.Refunded)
	if err != nil {
		return err
	}
	return pavilion.E(pavilion.Conflict, "payment.refund_exceeds", pavilion.Args{"left": left}).At("amount")
}

const (
	sqlRefundSent = `update refund set state = 'sent', provider_ref = $1, updated_at = $2
where id = $3 and state = 'requested'`
	sqlRefundEnded = `update refund set state = $1, provider_ref = $2, updated_at = $3
where id = $4 and state in ('requested', 'sent')`
)

// RefundTold takes in what the provider said about a refund; the same word twice changes
// nothing. Once it is done [RefundDone] is recorded. Once it is refused the amount can be
// refunded another way, and [RefundRefused] is recorded. Errors: NotFound
// payment.refund_unknown; Conflict payment.amount_differs, and payment.refund_contradicted
// when the provider said done and refused of the same refund; Internal
// payment.state_unknown.
func RefundTold(ctx context.Context, tx *db.Tx, w RefundWord) (Refund, error) {
	rf, err := GetRefund(ctx, tx, w.Refund)
	if err != nil {
		return Refund{}, err
	}
	if err := sameAmount(rf.Amount, w.Amount, w.State == StateDone); err != nil {
		return Refund{}, err
	}
	switch w.State {
	case StateRequested:
		return rf, nil
	case StateSent:
		if _, err := tx.Exec(ctx, sqlRefundSent, w.ProviderRef, db.Micros(tx.Now()), rf.ID); err != nil {
			return Refund{}, err
		}
		return GetRefund(ctx, tx, rf.ID)
	case StateDone, StateRefused:
		return end(ctx, tx, rf, w)
	}
	return Refund{}, pavilion.E(pavilion.Internal, "payment.state_unknown", pavilion.Args{"state": string(w.State)})
}

// end brings a refund into its last state.
func end(ctx context.Context, tx *db.Tx, rf Refund, w RefundWord) (Refund, error) {
	n, err := tx.Exec(ctx, sqlRefundEnded, w.State, w.ProviderRef, db.Micros(tx.Now()), rf.ID)
	if err != nil {
		return Refund{}, err
	}
	ended, err := GetRefund(ctx, tx, rf.ID)
	if err != nil {
		return Refund{}, err
	}
	if n == 0 { // it had ended before
		if ended.State != w.State {
			return Refund{}, pavilion.E(pavilion.Conflict, "payment.refund_contradicted",
				pavilion.Args{"refund": string(rf.ID), "was": string(ended.State), "said": string(w.State)})
		}
		return ended, nil
	}
	if w.State == StateDone {
		return ended, job.Record(ctx, tx, RefundDone{rf.ID})
	}
	if _, err := tx.Exec(ctx, sqlGiveBack, rf.Amount.Minor(), rf.Intent); err != nil {
		return Refund{}, err
	}
	return ended, job.Record(ctx, tx, RefundRefused{rf.ID})
}

const selectRefunds = `select id, intent_id, currency, minor, state, reason, provider_ref, created_at, updated_at from refund `

func scanRefund(s db.Scanner) (Refund, error) {
	var rf Refund
	var currency money.Currency
	var minor, created, updated int64
	err := s.Scan(&rf.ID, &rf.Intent, &currency, &minor, &rf.State, &rf.Reason, &rf.ProviderRef, &created, &updated)
	rf.Amount = money.New(minor, currency)
	rf.CreatedAt, rf.UpdatedAt = db.Time(created), db.Time(updated)
	return rf, err
}

const sqlRefund = selectRefunds + `where id = $1`

// GetRefund finds a refund. The error is NotFound, payment.refund_unknown.
func GetRefund(ctx context.Context, r db.Reader, id pavilion.RefundID) (Refund, error) {
	rf, found, err := db.One(ctx, r, scanRefund, sqlRefund, id)
	if err != nil {
		return Refund{}, err
	}
	if !found {
		return Refund{}, pavilion.E(pavilion.NotFound, "payment.refund_unknown", pavilion.Args{"refund": string(id)})
	}
	return rf, nil
}

const sqlRefunds = selectRefunds + `where intent_id = $1 order by id limit $2`

// Refunds lists the refunds of an intent, the oldest first.
func Refunds(ctx context.Context, r db.Reader, intent pavilion.IntentID) ([]Refund, error) {
	return db.All(ctx, r, scanRefund, sqlRefunds, intent, refundsMost)
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
