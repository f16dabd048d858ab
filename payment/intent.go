package payment

import (
	"context"
	"errors"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

var errNotBuilt = errors.New("payment: not built")

// NewIntent is what [CreateSet] makes an intent from.
type NewIntent struct {
	Purpose   string
	Amount    money.Money
	Provider  string
	ExpiresAt time.Time
}

// Create makes an intent.
func Create(ctx context.Context, tx *db.Tx, purpose string, amount money.Money, provider string, expiresAt time.Time) (Intent, error) {
	return Intent{}, errNotBuilt
}

// CreateSet makes many intents, in the order given.
func CreateSet(ctx context.Context, tx *db.Tx, set []NewIntent) ([]Intent, error) {
	return nil, errNotBuilt
}

// MarkStarted keeps the provider's answer to the charge.
func MarkStarted(ctx context.Context, tx *db.Tx, id pavilion.IntentID, s Started) error {
	return errNotBuilt
}

// Hear takes in a word of a provider. news tells whether it changed the intent's state.
func Hear(ctx context.Context, tx *db.Tx, provider string, w Word) (i Intent, news bool, err error) {
	return Intent{}, false, errNotBuilt
}

// Cancel gives an intent up that no provider knows, once it is too late to pay.
func Cancel(ctx context.Context, tx *db.Tx, id pavilion.IntentID) (i Intent, news bool, err error) {
	return Intent{}, false, errNotBuilt
}

// Get finds an intent.
func Get(ctx context.Context, r db.Reader, id pavilion.IntentID) (Intent, error) {
	return Intent{}, errNotBuilt
}

// ForPurpose lists the intents of one purpose, the oldest first.
func ForPurpose(ctx context.Context, r db.Reader, purpose string) ([]Intent, error) {
	return nil, errNotBuilt
}

// Open lists intents that are created or started and were last asked about before the
// moment, the longest waiting first.
func Open(ctx context.Context, r db.Reader, askedBefore time.Time, limit int) ([]Intent, error) {
	return nil, errNotBuilt
}

// MarkAsked notes that the provider was asked about the intent now.
func MarkAsked(ctx context.Context, tx *db.Tx, id pavilion.IntentID) error { return errNotBuilt }
