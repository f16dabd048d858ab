package own

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/setting"
)

// Checkout is what a shopper sends to place an order.
type Checkout struct {
	Key       string           // idempotency key, 8 to 100 bytes: made once per checkout page or API call
	Buyer     pavilion.BuyerID // "" for a guest
	Lines     []Line
	Seen      money.Money // the total the shopper saw: a higher one is refused. Zero: not checked
	ShipTo    order.ShipTo
	Lang      pavilion.Lang
	Provider  string // who collects the money; one of Providers
	Notice    string // id of the notice that the shopper accepted, see [Shop.NoticeOf]
	Simulated bool   // part of the demo or a rehearsal
}

// Place places an order; placed again with the same key it returns the same order, with
// Repeat. Outcome.Err is always nil, every refusal is the error: Invalid with its field
// (the address's as in CheckShipTo), quote.empty, checkout.key; checkout.notice; Conflict
// stock.short {sku, available}, checkout.closed, checkout.not_on_sale {sku}, checkout.price_changed
// {seen, now: money}, checkout.notice_changed,
// checkout.over_single {limit}, checkout.over_year {limit},
// checkout.key_used when the key belongs to another checkout; Limited stock.buyer_limit,
// stock.unpaid_cap, stock.unpaid_units, channel.busy.
func (s *Shop) Place(ctx context.Context, c Checkout) (order.Outcome, error) {
	r, err := s.request(ctx, &c)
	if err != nil && errors.Is(err, errStale) {
		return s.placedBefore(ctx, c, err)
	}
	if err != nil {
		return order.Outcome{}, err
	}
	o, err := s.placeWithinYear(ctx, c, r)
	if err != nil && errors.Is(err, errStale) {
		return s.placedBefore(ctx, c, err)
	}
	if err != nil {
		return order.Outcome{}, err
	}
	if o.Err != nil {
		return order.Outcome{}, o.Err
	}
	if o.Repeat && !c.placed(o.Order) {
		return order.Outcome{}, errKeyUsed()
	}
	return o, nil
}

// errStale stands for the refusals that come from the shop having changed since the shopper
// looked. They do not hold for a checkout that was already placed.
var errStale = errors.New("the shop has changed")

// stale is such a refusal.
func stale(reason string, args pavilion.Args) *pavilion.Error {
	return pavilion.E(pavilion.Conflict, reason, args).Because(errStale)
}

// request checks the checkout, tidies it, and freezes its prices.
func (s *Shop) request(ctx context.Context, c *Checkout) (order.Request, error) {
	if len(c.Key) < 8 || len(c.Key) > 100 || !utf8.ValidString(c.Key) {
		return order.Request{}, pavilion.E(pavilion.Invalid, "checkout.key", nil).At("key")
	}
	if _, err := s.provider(c.Provider); err != nil {
		return order.Request{}, pavilion.E(pavilion.Invalid, "checkout.provider", nil).At("provider")
	}
	v, err := s.book.Now(ctx)
	if err != nil {
		return order.Request{}, err
	}
	if !v.Flag(setting.Open) {
		return order.Request{}, stale("checkout.closed", nil)
	}
	to, findings := s.CheckShipTo(c.ShipTo)
	if len(findings) > 0 {
		f := findings[0]
		return order.Request{}, pavilion.E(pavilion.Invalid, f.Reason, f.Args).At(f.Field)
	}
	c.ShipTo = to
	q, err := s.price(ctx, c.Lines, Person{})
	if err != nil {
		return order.Request{}, err
	}
	if err := c.agrees(q); err != nil {
		return order.Request{}, err
	}
	now := s.d.Now()
	r := order.Request{
		ID: pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, now), Channel: Name, External: c.Key,
		Buyer: string(c.Buyer), PhoneKey: s.phoneKey(to.Phone), AddressKey: s.addressKey(to), ShipTo: to, Lang: c.Lang,
		Lines: make([]order.RequestLine, len(q.Lines)), Delivery: q.Delivery,
		Notice: q.Notice.Notice, PayBy: now.Add(v.Duration(setting.PayWithin)), Provider: c.Provider, Simulated: c.Simulated,
	}
	for i, l := range q.Lines {
		r.Lines[i] = order.RequestLine{SKU: l.SKU, Name: clip(l.Name.Best(c.Lang)), Quantity: l.Quantity, Unit: l.Unit, Tax: l.Tax, Border: l.Border}
	}
	return r, nil
}

// placeWithinYear places an order if it does not go beyond what its person may order in a year.
func (s *Shop) placeWithinYear(ctx context.Context, c Checkout, r order.Request) (order.Outcome, error) {
	leave, err := s.turns.take(ctx, r.Buyer, r.PhoneKey)
	if err != nil {
		return order.Outcome{}, err
	}
	defer leave()
	if err := s.withinYear(ctx, c, r); err != nil {
		return order.Outcome{}, err
	}
	return s.intake.Place(ctx, r)
}

// withinYear refuses an order that goes beyond what a person may order in a year. Of goods
// known to be sold out it says nothing: the crowd that comes for them costs no look at what
// each has ordered.
func (s *Shop) withinYear(ctx context.Context, c Checkout, r order.Request) error {
	if s.pack == nil || s.intake.Refuses(r) {
		return nil
	}
	q, err := s.price(ctx, c.Lines, Person{Buyer: c.Buyer, Phone: c.ShipTo.Phone})
	if err != nil {
		return err
	}
	return q.Border.refusal()
}

// agrees tells whether the goods still cost what the shopper saw, or less, and whether the
// shopper accepted what is to be accepted. Errors: Invalid quote.empty, checkout.notice; Conflict
// checkout.not_on_sale, checkout.over_single, checkout.price_changed, checkout.notice_changed.
func (c *Checkout) agrees(q Quote) error {
	if len(q.Lines) == 0 {
		return pavilion.E(pavilion.Invalid, "quote.empty", nil).At("lines")
	}
	for _, l := range q.Lines {
		if !l.OnSale {
			return stale("checkout.not_on_sale", pavilion.Args{"sku": l.SKU})
		}
	}
	if err := q.Border.refusal(); err != nil {
		return err
	}
	if c.Seen != (money.Money{}) {
		more, err := q.Total.Cmp(c.Seen)
		if err != nil {
			return err
		}
		if more > 0 {
			return stale("checkout.price_changed", pavilion.Args{"seen": c.Seen, "now": q.Total})
		}
	}
	return q.Notice.Accepted(c.Notice)
}

// clip keeps a name short enough for an order line.
func clip(name string) string {
	const most = 160
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

// placedBefore finds the order of a checkout that would be refused now; if there is none,
// the refusal holds.
func (s *Shop) placedBefore(ctx context.Context, c Checkout, refusal error) (order.Outcome, error) {
	var o order.Outcome
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		o, err = order.Placed(ctx, v, s.sealer, Name, "", c.Key)
		return err
	})
	switch {
	case err != nil:
		return order.Outcome{}, err
	case !o.Repeat:
		return order.Outcome{}, refusal
	case !c.placed(o.Order):
		return order.Outcome{}, errKeyUsed()
	}
	return o, nil
}

// placed tells whether the order is what this checkout has placed: a key that somebody else
// has used, or that was used for other goods or another address, opens nothing.
func (c *Checkout) placed(o order.Order) bool {
	lines, err := merge(c.Lines)
	return err == nil && o.Buyer == string(c.Buyer) && o.ShipTo == c.ShipTo &&
		slices.EqualFunc(o.Lines, lines, func(l order.Line, w Line) bool { return l.SKU == w.SKU && l.Quantity == w.Quantity })
}

func errKeyUsed() error { return pavilion.E(pavilion.Conflict, "checkout.key_used", nil).At("key") }
