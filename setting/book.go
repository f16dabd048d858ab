package setting

import (
	"context"
	"sync"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// believedFor is how long values are believed that another process may have changed. A change
// made in this process is seen at once.
const believedFor = time.Second

// Configured is what the configuration and the program say where nothing was decided.
type Configured struct {
	Currency                      money.Currency
	DeliveryFee, FreeDeliveryFrom money.Money
	PayWithin                     time.Duration
}

// How long things are kept where nothing was decided.
const (
	basketsKept = 60 * 24 * time.Hour
	codesKept   = 24 * time.Hour
)

// Book answers what holds now. It is safe for use by many goroutines.
type Book struct {
	d          *db.DB
	changed    <-chan struct{} // signalled when this process decides
	configured map[Key]string
	currency   money.Currency

	mu    sync.Mutex
	known Values
	since time.Time // what is known was read no earlier; zero: nothing is known
}

// NewBook makes the book of an installation.
func NewBook(d *db.DB, c Configured) *Book {
	changed, _ := d.Listen(Signal) // until the process ends
	return &Book{d: d, changed: changed, currency: c.Currency, configured: map[Key]string{
		Name: pavilion.Text{}.JSON(), Contact: pavilion.Text{}.JSON(), Returns: pavilion.Text{}.JSON(), Open: flag(true),
		DeliveryFee: c.DeliveryFee.Decimal(), FreeDeliveryFrom: c.FreeDeliveryFrom.Decimal(), PayWithin: c.PayWithin.String(), TaxAdded: flag(false),
		KeepBaskets: basketsKept.String(), KeepCodes: codesKept.String(),
	}}
}

// Now returns what holds now. It reads the database when somebody in this process decided
// something, and every second.
func (b *Book) Now(ctx context.Context) (Values, error) {
	now := b.d.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-b.changed:
		b.since = time.Time{}
	default:
	}
	if !b.since.IsZero() && now.Sub(b.since) < believedFor {
		return b.known, nil
	}
	err := b.d.Read(ctx, func(v *db.View) (err error) {
		b.known, err = b.Read(ctx, v)
		return err
	})
	if err != nil {
		return Values{}, err
	}
	b.since = now
	return b.known, nil
}

// Read returns what holds in a transaction.
func (b *Book) Read(ctx context.Context, r db.Reader) (Values, error) {
	stored, err := All(ctx, r)
	return Values{stored: stored, configured: b.configured, currency: b.currency}, err
}

// Values are the settings at one moment. They were checked when they were decided; one that
// somebody broke by hand is the zero value of its kind.
type Values struct {
	stored     map[Key]Stored
	configured map[Key]string
	currency   money.Currency
}

// Stored returns what somebody decided about a setting; decided is false where it is as
// configured.
func (v Values) Stored(k Key) (s Stored, decided bool) {
	s, decided = v.stored[k]
	return s, decided
}

// Configured returns the value that holds where nothing was decided.
func (v Values) Configured(k Key) string { return v.configured[k] }

// Text returns a setting in its stored form.
func (v Values) Text(k Key) string {
	if s, decided := v.stored[k]; decided {
		return s.Value
	}
	return v.configured[k]
}

// Words returns a setting that is words.
func (v Values) Words(k Key) pavilion.Text {
	t, _ := pavilion.ParseText(v.Text(k))
	return t
}

// Flag returns a setting that is yes or no.
func (v Values) Flag(k Key) bool { return v.Text(k) == flag(true) }

// Amount returns a setting that is an amount, in the market's currency.
func (v Values) Amount(k Key) money.Money {
	m, err := money.Parse(v.Text(k), v.currency)
	if err != nil {
		return money.New(0, v.currency)
	}
	return m
}

// Duration returns a setting that is a length of time.
func (v Values) Duration(k Key) time.Duration {
	d, _ := time.ParseDuration(v.Text(k))
	return d
}
