// Package own is the pavilion's own storefront as a channel: prices and quotes, baskets,
// checkout and payment, and the accounts of buyers. It has no pages; web/shop and web/api
// are made of its calls. Start with [Shop.Quote] and [Shop.Place].
package own

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/money"
	"pavilion/payment"
)

// Name is the channel's name in prices, orders and settings.
const Name = "own"

var errNotBuilt = errors.New("own: not built")

// Settings are what an operator decides about the shop. Amounts are in the market's currency.
type Settings struct {
	Market           string          // key of the market sold to, such as "cn"; see LoadMarket
	FreeDeliveryFrom money.Money     // goods worth this much are delivered free; zero: never
	DeliveryFee      money.Money     // for all other orders
	TaxRate          decimal.Decimal // on top of prices, such as 0.091; zero where prices include tax
	PayWithin        time.Duration   // how long goods are kept for an unpaid order
	BaseURL          string          // how browsers and providers reach us, without a slash at the end
	Log              *slog.Logger
}

// Notifier brings a one-time code to a phone.
type Notifier interface {
	SendCode(ctx context.Context, phone, code string, lang pavilion.Lang) error
}

// Shop is the pavilion's own storefront. It is safe for use by many goroutines.
type Shop struct{}

// New makes the shop. Error: NotFound market.unknown.
func New(d *db.DB, intake *channel.Intake, sealer *db.Sealer, notifier Notifier, providers map[string]payment.Provider, s Settings) (*Shop, error) {
	return &Shop{}, nil
}

// Market is where the shop sells to.
func (s *Shop) Market() *Market { return &Market{} }
