package payment

import (
	"context"
	"database/sql"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// intentsMost is how many intents one purpose can have; the shop stops long before.
const intentsMost = 100

// NewIntent is what [CreateSet] makes an intent from.
type NewIntent struct {
	Purpose   string
	Amount    money.Money
	Provider  string
	ExpiresAt time.Time
}

// Create makes an intent. Errors are as for [CreateSet].
func Create(ctx context.Context, tx *db.Tx, purpose string, amount money.Money, provider string, expiresAt time.Time) (Intent, error) {
	set, err := CreateSet(ctx, tx, []NewIntent{{purpose, amount, provider, expiresAt}})
	if err != nil {
		return Intent{}, err
	}
	return set[0], nil
}

var insertIntents = db.Insert{
	Table: "payment_intent",
	Columns: []string{
		"id", "purpose", "provider", "provider_ref", "currency", "minor", "refunded_minor",
		"state", "pay_url", "created_at", "expires_at", "asked_at",
	},
}

// CreateSet makes many intents by few statements and returns them in the order given. It
// is on the path of every order. The error is Invalid, payment.amount_not_positive, and
// then none is made.
func CreateSet(ctx context.Context, tx *db.Tx, set []NewIntent) ([]Intent, error) {
	now := tx.Now()
	intents := make([]Intent, len(set))
	args := make([]any, 0, len(set)*len(insertIntents.Columns))
	for i, n := range set {
		if n.Amount.Sign() <= 0 {
			return nil, notPositive(n.Amount)
		}
		intents[i] = Intent{
			ID:        pavilion.NewID[pavilion.IntentID](pavilion.PrefixIntent, now),
			Purpose:   n.Purpose,
			Provider:  n.Provider,
			Amount:    n.Amount,
			Refunded:  money.New(0, n.Amount.Currency()),
			State:     StateCreated,
			CreatedAt: now,
			ExpiresAt: n.ExpiresAt,
		}
		args = append(args, intents[i].ID, n.Purpose, n.Provider, "", n.Amount.Currency(), n.Amount.Minor(), 0,
			StateCreated, "", db.Micros(now), db.Micros(n.ExpiresAt), db.Micros(now))
	}
	if _, err := insertIntents.Rows(ctx, tx, args); err != nil {
		return nil, err
	}
	return intents, nil
}

func notPositive(m money.Money) error {
	return pavilion.E(pavilion.Invalid, "payment.amount_not_positive", pavilion.Args{"amount": m}).At("amount")
}

const selectIntents = `select id, purpose, provider, provider_ref, currency, minor, refunded_minor,
state, pay_url, created_at, expires_at, paid_at from payment_intent `

func scanIntent(s db.Scanner) (Intent, error) {
	var i Intent
	var currency money.Currency
	var minor, refunded, created, expires int64
	var paid sql.NullInt64
	err := s.Scan(&i.ID, &i.Purpose, &i.Provider, &i.ProviderRef, &currency, &minor, &refunded,
		&i.State, &i.PayURL, &created, &expires, &paid)
	i.Amount, i.Refunded = money.New(minor, currency), money.New(refunded, currency)
	i.CreatedAt, i.ExpiresAt, i.PaidAt = db.Time(created), db.Time(expires), db.Time(paid.Int64)
	return i, err
}

const sqlIntent = selectIntents + `where id = $1`

// Get finds an intent. The error is NotFound, payment.intent_unknown.
func Get(ctx context.Context, r db.Reader, id pavilion.IntentID) (Intent, error) {
	i, found, err := db.One(ctx, r, scanIntent, sqlIntent, id)
	if err != nil {
		return Intent{}, err
	}
	if !found {
		return Intent{}, intentUnknown(id)
	}
	return i, nil
}

func intentUnknown(id pavilion.IntentID) error {
	return pavilion.E(pavilion.NotFound, "payment.intent_unknown", pavilion.Args{"intent": string(id)})
}

const sqlIntentsFor = selectIntents + `where purpose = $1 order by id limit $2`

// ForPurpose lists the intents of one purpose, the oldest first.
func ForPurpose(ctx context.Context, r db.Reader, purpose string) ([]Intent, error) {
	return db.All(ctx, r, scanIntent, sqlIntentsFor, purpose, intentsMost)
}

const sqlOpenIntents = selectIntents + `where state in ('created', 'started') and asked_at < $1
order by asked_at, id limit $2`

// Open lists the intents that are created or started and about which nobody asked since
// the moment, the longest waiting first. A new intent counts as asked about when it is made.
func Open(ctx context.Context, r db.Reader, askedBefore time.Time, limit int) ([]Intent, error) {
	return db.All(ctx, r, scanIntent, sqlOpenIntents, db.Micros(askedBefore), limit)
}

const sqlAsked = `update payment_intent set asked_at = $1 where id = $2`

// MarkAsked notes that the provider was asked about the intent now, whatever it answered.
func MarkAsked(ctx context.Context, tx *db.Tx, id pavilion.IntentID) error {
	_, err := tx.Exec(ctx, sqlAsked, db.Micros(tx.Now()), id)
	return err
}

const sqlStarted = `update payment_intent set state = 'started', provider_ref = $1, pay_url = $2
where id = $3 and state in ('created', 'started')`

// MarkStarted keeps the provider's answer to the charge. An intent that was paid, declined
// or cancelled meanwhile stays so. The error is NotFound, payment.intent_unknown.
func MarkStarted(ctx context.Context, tx *db.Tx, id pavilion.IntentID, s Started) error {
	n, err := tx.Exec(ctx, sqlStarted, s.ProviderRef, s.PayURL, id)
	if err != nil || n == 1 {
		return err
	}
	_, err = Get(ctx, tx, id)
	return err
}

// The ways of an intent: open ones are paid, declined or cancelled, and money that arrives
// after all turns a declined or cancelled one into a paid one. Nothing leaves paid.
const (
	sqlPaid = `update payment_intent set state = 'paid', paid_at = $1,
provider_ref = case when provider_ref = '' then $2 else provider_ref end
where id = $3 and state <> 'paid'`
	sqlClosed = `update payment_intent set state = $1 where id = $2 and state in ('created', 'started')`
)

const sqlInsertNotice = `insert into payment_notice (provider, notice_id, intent_id, state, minor, currency, heard_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`

// Hear takes in a word of a provider, keeps it, and moves the intent. The same word twice,
// and words that come late or in the wrong order, change nothing the second time. news
// tells whether the intent's state changed. Errors: NotFound payment.intent_unknown, also
// for an intent of another provider; Conflict payment.amount_differs when the word's amount
// or currency is not the intent's, which a person must look at: a caller that parks it and
// commits keeps the word; Internal payment.state_unknown for a state that is none.
func Hear(ctx context.Context, tx *db.Tx, provider string, w Word) (i Intent, news bool, err error) {
	// The same notice once more is no row, and no news either: the guards below see to that.
	_, err = tx.Exec(ctx, sqlInsertNotice, provider, w.NoticeID, w.Intent, w.State,
		w.Amount.Minor(), w.Amount.Currency(), db.Micros(tx.Now()))
	if err != nil {
		return Intent{}, false, err
	}
	if i, err = Get(ctx, tx, w.Intent); err != nil {
		return Intent{}, false, err
	}
	if i.Provider != provider {
		return Intent{}, false, intentUnknown(w.Intent)
	}
	if err := sameAmount(i.Amount, w.Amount, w.State == StatePaid); err != nil {
		return Intent{}, false, err
	}
	switch w.State {
	case StateCreated, StateStarted:
		return i, false, nil
	case StatePaid:
		return move(ctx, tx, w.Intent, sqlPaid, db.Micros(tx.Now()), w.ProviderRef, w.Intent)
	case StateDeclined, StateCancelled:
		return move(ctx, tx, w.Intent, sqlClosed, w.State, w.Intent)
	}
	return Intent{}, false, pavilion.E(pavilion.Internal, "payment.state_unknown", pavilion.Args{"state": string(w.State)})
}

// sameAmount refuses an amount that is not the one asked for. A provider may leave the
// amount out where no money moved.
func sameAmount(asked, said money.Money, must bool) error {
	if said == asked || said == (money.Money{}) && !must {
		return nil
	}
	return pavilion.E(pavilion.Conflict, "payment.amount_differs", pavilion.Args{"asked": asked, "said": said})
}

// move runs one guarded change of state and reads the intent as it stands afterwards.
func move(ctx context.Context, tx *db.Tx, id pavilion.IntentID, change string, args ...any) (i Intent, news bool, err error) {
	n, err := tx.Exec(ctx, change, args...)
	if err != nil {
		return Intent{}, false, err
	}
	i, err = Get(ctx, tx, id)
	return i, n == 1, err
}

// Cancel gives up an intent that the provider does not know and that nobody can pay any
// more. An intent that is not open stays as it is. The error is NotFound,
// payment.intent_unknown.
func Cancel(ctx context.Context, tx *db.Tx, id pavilion.IntentID) (i Intent, news bool, err error) {
	return move(ctx, tx, id, sqlClosed, StateCancelled, id)
}
