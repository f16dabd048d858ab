// Package own is the pavilion's own storefront as a channel: prices and quotes, baskets,
// checkout and payment, and the accounts of buyers. It has no pages; web/shop and web/api
// are made of its calls. Start with [Shop.Quote] and [Shop.Place].
package own

import (
	"context"
	"maps"
	"slices"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/money"
	"pavilion/payment"
	"pavilion/setting"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rules"
	"pavilion/tailoring/tax"
)

// Name is the channel's name in prices, orders and settings.
const Name = "own"

// Settings are what the configuration says about the shop. Amounts are in the market's
// currency. What the operator decides in the console goes before: see [Shop.Book].
type Settings struct {
	Market           string        // key of the market sold to, see LoadMarket; "cn" if ""
	FreeDeliveryFrom money.Money   // goods worth this much are delivered free; zero: never
	DeliveryFee      money.Money   // for all other orders
	PayWithin        time.Duration // how long goods are kept for an unpaid order; 30 minutes if 0
	BaseURL          string        // how browsers and providers reach us, without a slash at the end
}

// Shop is the pavilion's own storefront. It is safe for use by many goroutines.
type Shop struct {
	d         *db.DB
	intake    *channel.Intake
	sealer    *db.Sealer
	notifier  Notifier
	providers map[string]payment.Provider
	settings  Settings
	market    *Market
	pack      *tax.Pack   // what the market takes at its border; nil if nothing is known
	labels    *label.Pack // what it wants shoppers to be told; nil if nothing is known
	offers    *offers
	book      *setting.Book
	turns     turns // of those who order
}

// New makes the shop. Providers are by name. Errors: NotFound market.unknown; Invalid
// own.currency when an amount of the settings is not in the market's currency.
func New(d *db.DB, intake *channel.Intake, sealer *db.Sealer, notifier Notifier, providers map[string]payment.Provider, s Settings) (*Shop, error) {
	if s.Market == "" {
		s.Market = "cn"
	}
	if s.PayWithin == 0 {
		s.PayWithin = 30 * time.Minute
	}
	market, err := LoadMarket(s.Market)
	if err != nil {
		return nil, err
	}
	var pack *tax.Pack
	var labels *label.Pack
	if tax.Has(rules.Files, s.Market) {
		if pack, err = tax.Load(rules.Files, s.Market); err != nil {
			return nil, err
		}
		if labels, err = label.Load(rules.Files, s.Market); err != nil {
			return nil, err
		}
	}
	for _, m := range []*money.Money{&s.FreeDeliveryFrom, &s.DeliveryFee} {
		if *m == (money.Money{}) {
			*m = money.New(0, market.Currency)
		}
		if m.Currency() != market.Currency || m.Sign() < 0 {
			return nil, pavilion.E(pavilion.Invalid, "own.currency", pavilion.Args{"currency": string(market.Currency)})
		}
	}
	return &Shop{
		d: d, intake: intake, sealer: sealer, notifier: notifier, providers: providers, settings: s, market: market, pack: pack, labels: labels,
		offers: newOffers(d, pack, labels),
		book: setting.NewBook(d, setting.Configured{
			Currency: market.Currency, DeliveryFee: s.DeliveryFee, FreeDeliveryFrom: s.FreeDeliveryFrom, PayWithin: s.PayWithin,
		}),
	}, nil
}

// Book answers what the operator decided about the shop, and otherwise what the settings say
// that it was made with.
func (s *Shop) Book() *setting.Book { return s.book }

// TaxPack is what the market takes at its border, nil if nothing is known about it.
func (s *Shop) TaxPack() *tax.Pack { return s.pack }

// MarketKey names the pack of the market's rules, "" if there is none.
func (s *Shop) MarketKey() string {
	if s.pack == nil {
		return ""
	}
	return s.pack.Market
}

// Market is where the shop sells to.
func (s *Shop) Market() *Market { return s.market }

// Providers are the names of the payment providers a checkout may choose, sorted; none while
// the shop takes no orders.
func (s *Shop) Providers(ctx context.Context) ([]string, error) {
	v, err := s.book.Now(ctx)
	if err != nil || !v.Flag(setting.Open) {
		return nil, err
	}
	return slices.Sorted(maps.Keys(s.providers)), nil
}

// provider finds a payment provider. Error: NotFound payment.unknown_provider.
func (s *Shop) provider(name string) (payment.Provider, error) {
	p, ok := s.providers[name]
	if !ok {
		return nil, pavilion.E(pavilion.NotFound, "payment.unknown_provider", nil).At("provider")
	}
	return p, nil
}

// actor is who acts when a shopper does.
func actor(buyer pavilion.BuyerID) pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByBuyer, ID: string(buyer)}
}

// system is who acts when no shopper does.
var system = pavilion.System("shop")
