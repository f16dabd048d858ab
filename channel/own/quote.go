package own

import (
	"context"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/money"
	"pavilion/setting"
	"pavilion/stock"
	"pavilion/tailoring/tax"
)

// Line is how many of a SKU a shopper wants.
type Line struct {
	SKU      pavilion.SKUID
	Quantity int64
}

// Limits of a basket and an order.
const (
	MaxLines    = 50
	MaxQuantity = 99 // of one SKU
)

// Quote is what an order would cost now.
type Quote struct {
	Lines     []QuoteLine
	Goods     money.Money // the lines without tax
	Delivery  money.Money
	Tax       money.Money // on top; zero where prices include it
	Included  money.Money // the tax that the prices hold, delivery's too; zero where it is on top
	TaxAdded  bool        // tax is put on top, also while Tax is not known because the order must be split
	Total     money.Money
	FreeFrom  money.Money // goods worth this much are delivered free; zero: never
	ToFree    money.Money // what is missing to FreeFrom; zero if nothing is, or never
	Orderable bool        // every line can be ordered as it stands, within the border's limits
	Border    Border
	Notice    Notice      // that must be accepted to order the lines
	fee       money.Money // for delivery that is not free
}

// QuoteLine is one line of a quote.
type QuoteLine struct {
	SKU        pavilion.SKUID
	Product    pavilion.ProductID
	Category   string
	Name       pavilion.Text
	Net        catalog.Measure
	Quantity   int64
	Available  int64         // units that could be sold now
	BestBefore pavilion.Date // of those that would be sent first; "" if they do not expire
	OnSale     bool          // false: not sold here any more, and not in the sums
	Unit       money.Money
	Tax        money.Money
	Total      money.Money        // Unit × Quantity + Tax
	Border     tax.LineTax        // what the border takes of the line; zero if nobody asked it
	Code       string             // by which it is taxed, "" if by what is usual
	Findings   []pavilion.Finding // why the line cannot be ordered: quote.not_on_sale, quote.sold_out, quote.short {available}
}

// Quote says what the lines would cost now, and what stands in their way. No lines cost
// nothing. Errors: Invalid quote.too_many_lines {most}, quote.quantity {most}.
func (s *Shop) Quote(ctx context.Context, lines []Line) (Quote, error) {
	return s.QuoteFor(ctx, Person{}, lines)
}

// QuoteFor is Quote for a person: what they ordered this year counts.
func (s *Shop) QuoteFor(ctx context.Context, who Person, lines []Line) (Quote, error) {
	q, err := s.price(ctx, lines, who)
	if err != nil {
		return Quote{}, err
	}
	var available map[pavilion.SKUID]stock.Availability
	err = s.d.Read(ctx, func(v *db.View) (err error) {
		available, err = stock.Available(ctx, v, Name, skus(q.Lines))
		return err
	})
	if err != nil {
		return Quote{}, err
	}
	q.Orderable = len(q.Lines) > 0 && q.Border.refusal() == nil
	for i := range q.Lines {
		l := &q.Lines[i]
		l.Available, l.BestBefore = available[l.SKU].Quantity, available[l.SKU].BestBefore
		if reason := l.obstacle(); reason != "" {
			q.Orderable = false
			l.Findings = []pavilion.Finding{{
				Severity: pavilion.Blocks, Reason: reason, Field: "quantity",
				Args: pavilion.Args{"available": l.Available},
			}}
		}
	}
	return q, nil
}

// obstacle is the reason why the line cannot be ordered as it stands, "" if it can.
func (l *QuoteLine) obstacle() string {
	switch {
	case !l.OnSale:
		return "quote.not_on_sale"
	case l.Available == 0:
		return "quote.sold_out"
	case l.Available < l.Quantity:
		return "quote.short"
	}
	return ""
}

func skus(lines []QuoteLine) []pavilion.SKUID {
	all := make([]pavilion.SKUID, len(lines))
	for i, l := range lines {
		all[i] = l.SKU
	}
	return all
}

// price is a quote without a look at the stock.
func (s *Shop) price(ctx context.Context, lines []Line, who Person) (Quote, error) {
	lines, err := merge(lines)
	if err != nil {
		return Quote{}, err
	}
	offers, err := s.offers.of(ctx, lines)
	if err != nil {
		return Quote{}, err
	}
	v, err := s.book.Now(ctx)
	if err != nil {
		return Quote{}, err
	}
	zero := money.New(0, s.market.Currency)
	q := Quote{
		Lines: make([]QuoteLine, len(lines)), Goods: zero, Tax: zero, Included: zero, ToFree: zero,
		FreeFrom: v.Amount(setting.FreeDeliveryFrom), fee: v.Amount(setting.DeliveryFee),
	}
	for i, l := range lines {
		o := offers[l.SKU]
		q.Lines[i] = QuoteLine{
			SKU: l.SKU, Product: o.Product, Category: o.Category, Name: o.Name, Net: o.Net, Quantity: l.Quantity,
			OnSale: o.OnSale && o.Price.Currency() == s.market.Currency, Unit: zero, Tax: zero, Total: zero, Code: o.code,
		}
		if !q.Lines[i].OnSale {
			continue
		}
		l := &q.Lines[i]
		l.Unit = o.Price
		if l.Total, err = l.Unit.Times(l.Quantity); err != nil {
			return Quote{}, err
		}
		if q.Goods, err = q.Goods.Add(l.Total); err != nil {
			return Quote{}, err
		}
	}
	if err := s.deliver(&q); err != nil {
		return Quote{}, err
	}
	used := zero
	if who != (Person{}) {
		if used, err = s.YearUsed(ctx, who); err != nil {
			return Quote{}, err
		}
	}
	q.Notice = s.notice(q, offers)
	if err := s.levy(&q, offers, added(v), used, who != (Person{})); err != nil {
		return Quote{}, err
	}
	q.Total, err = money.Sum(s.market.Currency, q.Goods, q.Delivery, q.Tax)
	return q, err
}

// deliver adds what delivery costs and what is missing to have it free.
func (s *Shop) deliver(q *Quote) error {
	zero := money.New(0, s.market.Currency)
	q.Delivery = q.fee
	if q.Goods.IsZero() {
		q.Delivery = zero
	}
	if q.FreeFrom.IsZero() {
		return nil
	}
	missing, err := q.FreeFrom.Sub(q.Goods)
	if err != nil {
		return err
	}
	if missing.Sign() <= 0 {
		q.Delivery = zero
		return nil
	}
	q.ToFree = missing
	return nil
}

// merge puts lines of the same SKU together and checks the limits. Errors: Invalid
// quote.too_many_lines {most}, quote.quantity {most}.
func merge(lines []Line) ([]Line, error) {
	if len(lines) > MaxLines {
		return nil, errTooManyLines()
	}
	merged := make([]Line, 0, len(lines))
	at := make(map[pavilion.SKUID]int, len(lines))
	for _, l := range lines {
		if l.Quantity < 1 || l.Quantity > MaxQuantity {
			return nil, errQuantity()
		}
		i, seen := at[l.SKU]
		if !seen {
			at[l.SKU] = len(merged)
			merged = append(merged, l)
			continue
		}
		if merged[i].Quantity += l.Quantity; merged[i].Quantity > MaxQuantity {
			return nil, errQuantity()
		}
	}
	return merged, nil
}

func errQuantity() error {
	return pavilion.E(pavilion.Invalid, "quote.quantity", pavilion.Args{"most": MaxQuantity}).At("quantity")
}

func errTooManyLines() error {
	return pavilion.E(pavilion.Invalid, "quote.too_many_lines", pavilion.Args{"most": MaxLines}).At("lines")
}
