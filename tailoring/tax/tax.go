// Package tax works out what a state takes when goods cross its border: duty, consumption
// tax and value-added tax of every line of an order, by the way the goods come in, and
// whether the order is within the limits of that way. It knows no rate and no limit: they
// are data with a source and a date, in the pack of a market. It has no clock and no
// database either. Start with [Load] and [Pack.Quote].
//
// Two formulas are all there is. Within the limits of a way that gives relief, a share of
// the taxes is taken, and each is rounded once, from exact figures. At full tax, each tax is
// rounded before it enters the base of the next, as customs forms show rounded figures.
// Everything is rounded to the minor unit, halves up.
package tax

import (
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
)

// Verdict says how an order may come in.
type Verdict string

// The verdicts. Of the last two there is no tax: the order cannot come in like this.
const (
	Reduced    Verdict = "reduced"       // within the limits: the relief of the way applies
	Full       Verdict = "full"          // one thing that cannot be split, above the limit of one order: full tax
	General    Verdict = "general"       // a way without limits and without relief
	OverSingle Verdict = "reject-single" // above the limit of one order
	OverYear   Verdict = "reject-annual" // above the limit of a person and year
)

// Taxed tells whether an order with the verdict can come in.
func (v Verdict) Taxed() bool { return v == Reduced || v == Full || v == General }

// Order is what is asked about. All amounts are in the market's currency.
type Order struct {
	Route     string
	On        pavilion.Date // by the rules of which day
	Lines     []Line
	Freight   money.Money // what the buyer pays for delivery; zero Money is nothing
	Insurance money.Money
	Discount  money.Money // coupons and the like: they lower what is paid and no tax
	YearUsed  money.Money // what the person has used of the year's limit before
}

// Line is one kind of goods of an order, its price without tax.
type Line struct {
	Unit     money.Money // the price really asked, lower in a sale; zero for a gift
	Quantity int64
	Rates    Rates
	Content  Content
}

// Rates are the rates that apply to goods, as fractions of one.
type Rates struct {
	Duty        decimal.Decimal
	VAT         decimal.Decimal
	Consumption string // the class of consumption tax the goods may fall in, "" for none
}

// Content is what one unit of goods holds, by which dear goods are told from others.
type Content struct {
	Mark string // "g", "ml" or "piece": how the package states it
	Net  decimal.Decimal
}

// Assessment is the answer to an order.
type Assessment struct {
	Verdict   Verdict
	Dutiable  money.Money // goods, freight and insurance, without tax: what limits are about
	Lines     []LineTax   // none if the verdict is not Taxed
	Tax       money.Money
	Paid      money.Money // what the buyer pays in all
	YearAfter money.Money // used of the year's limit with this order
	Limits    Limits      // those that were asked
	Regime    Regime      // the rule that answered
}

// LineTax is what one line bears.
type LineTax struct {
	Value          money.Money // price × quantity
	FreightShare   money.Money // of freight and insurance
	DiscountShare  money.Money
	Dutiable       money.Money // Value + FreightShare
	HasConsumption bool        // dear enough for consumption tax
	Duty           money.Money
	Consumption    money.Money
	VAT            money.Money
	Tax            money.Money // the three together
	Terms          Terms       // by which the three were worked out
}

// Quote says how an order may come in and what tax it bears. Errors are Invalid:
// tax.no_regime {route, on} where no rule of the market covers the way on the day,
// tax.consumption_unknown {class}, tax.malformed with its field, and those of money.
func (p *Pack) Quote(o Order) (Assessment, error) {
	regime, ok := p.Regime(o.Route, o.On)
	if !ok {
		return Assessment{}, pavilion.E(pavilion.Invalid, "tax.no_regime", pavilion.Args{"route": o.Route, "on": string(o.On)})
	}
	a, err := p.share(&o)
	if err != nil {
		return Assessment{}, err
	}
	a.Regime, a.Limits = regime, regime.Limits
	if a.YearAfter, err = o.YearUsed.Add(a.Dutiable); err != nil {
		return Assessment{}, err
	}
	a.Verdict = regime.judge(o, a)
	if !a.Verdict.Taxed() {
		a.Lines = nil
		return a, nil
	}
	a.Tax = money.New(0, p.Currency)
	for i := range a.Lines {
		if err := p.line(&a.Lines[i], o.Lines[i], regime, a.Verdict); err != nil {
			return Assessment{}, err
		}
		if a.Tax, err = a.Tax.Add(a.Lines[i].Tax); err != nil {
			return Assessment{}, err
		}
	}
	if a.Paid, err = a.Dutiable.Add(a.Tax); err != nil {
		return Assessment{}, err
	}
	a.Paid, err = a.Paid.Sub(o.Discount)
	return a, err
}

// judge says how an order may come in. Where both limits are passed, the limit of one order
// is named: it is what the buyer can do something about.
func (r Regime) judge(o Order, a Assessment) Verdict {
	if !r.Limited {
		return General
	}
	verdict := Reduced
	if a.Dutiable.Minor() > r.Limits.Single.Minor() {
		one := len(o.Lines) == 1 && o.Lines[0].Quantity == 1
		if !one || a.Dutiable.Minor() >= r.Limits.SingleItemBelow.Minor() {
			return OverSingle
		}
		verdict = Full
	}
	if a.YearAfter.Minor() > r.Limits.Yearly.Minor() {
		return OverYear
	}
	return verdict
}

// share adds up an order and divides freight and discount among its lines by their value:
// each gets its exact share cut to the minor unit, what is left goes to those that lost most,
// the earlier of equals first. Lines that are all gifts share equally.
func (p *Pack) share(o *Order) (Assessment, error) {
	malformed := func(field string) (Assessment, error) {
		return Assessment{}, pavilion.E(pavilion.Invalid, "tax.malformed", nil).At(field)
	}
	for _, m := range []*money.Money{&o.Freight, &o.Insurance, &o.Discount, &o.YearUsed} {
		if *m == (money.Money{}) {
			*m = money.New(0, p.Currency)
		}
		if m.Sign() < 0 {
			return malformed("freight")
		}
	}
	if len(o.Lines) == 0 {
		return malformed("lines")
	}
	freight, err := o.Freight.Add(o.Insurance)
	if err != nil {
		return Assessment{}, err
	}
	a := Assessment{Lines: make([]LineTax, len(o.Lines)), Dutiable: freight}
	weights, values := make([]int64, len(o.Lines)), int64(0)
	for i, l := range o.Lines {
		if l.Quantity <= 0 || l.Unit.Sign() < 0 {
			return malformed("lines")
		}
		t := &a.Lines[i]
		if t.Value, err = l.Unit.Times(l.Quantity); err != nil {
			return Assessment{}, err
		}
		if a.Dutiable, err = a.Dutiable.Add(t.Value); err != nil {
			return Assessment{}, err
		}
		weights[i] = t.Value.Minor()
		values += weights[i]
	}
	if values < o.Discount.Minor() {
		return malformed("discount")
	}
	if values == 0 {
		for i := range weights {
			weights[i] = 1
		}
	}
	shares, err := freight.Allocate(weights)
	if err != nil {
		return Assessment{}, err
	}
	discounts, err := o.Discount.Allocate(weights)
	if err != nil {
		return Assessment{}, err
	}
	for i := range a.Lines {
		t := &a.Lines[i]
		t.FreightShare, t.DiscountShare = shares[i], discounts[i]
		if t.Dutiable, err = t.Value.Add(shares[i]); err != nil {
			return Assessment{}, err
		}
	}
	return a, nil
}

// line fills the taxes of a line whose dutiable value is known.
func (p *Pack) line(t *LineTax, l Line, r Regime, v Verdict) error {
	class, err := p.class(l.Rates.Consumption)
	if err != nil {
		return err
	}
	t.HasConsumption = class.Applies(t.Dutiable, l.Content, l.Quantity)
	t.Terms = termsOf(l.Rates, class, r, v, t.HasConsumption)
	return t.levy()
}

// levy works out the taxes of a line by its terms.
func (t *LineTax) levy() (err error) {
	if t.Terms.Relief {
		err = t.reduced()
	} else {
		err = t.full()
	}
	if err != nil {
		return err
	}
	t.Tax, err = money.Sum(t.Dutiable.Currency(), t.Duty, t.Consumption, t.VAT)
	return err
}

// reduced takes the relieved share of each tax, with one rounding each. With the duty D, the
// base before consumption tax is B = value + D, the consumption tax is B·c/(1-c), and so the
// base of the value-added tax is B/(1-c).
func (t *LineTax) reduced() (err error) {
	c := t.Terms.Consumption
	value := decimal.NewFromInt(t.Dutiable.Minor())
	duty := value.Mul(t.Terms.Duty).Mul(t.Terms.DutyShare)
	base := value.Add(duty)
	left := one.Sub(c)
	if t.Duty, err = rounded(duty, one, t.Dutiable.Currency()); err != nil {
		return err
	}
	if t.Consumption, err = rounded(base.Mul(c).Mul(t.Terms.Share), left, t.Dutiable.Currency()); err != nil {
		return err
	}
	t.VAT, err = rounded(base.Mul(t.Terms.VAT).Mul(t.Terms.Share), left, t.Dutiable.Currency())
	return err
}

// full takes every tax, each rounded before it enters the next base.
func (t *LineTax) full() (err error) {
	c := t.Terms.Consumption
	if t.Duty, err = t.Dutiable.Scale(t.Terms.Duty, money.HalfUp); err != nil {
		return err
	}
	base, err := t.Dutiable.Add(t.Duty)
	if err != nil {
		return err
	}
	if t.Consumption, err = rounded(decimal.NewFromInt(base.Minor()).Mul(c), one.Sub(c), base.Currency()); err != nil {
		return err
	}
	if base, err = base.Add(t.Consumption); err != nil {
		return err
	}
	t.VAT, err = base.Scale(t.Terms.VAT, money.HalfUp)
	return err
}

var one = decimal.NewFromInt(1)

// rounded is part/whole minor units, divided exactly and rounded half up.
func rounded(part, whole decimal.Decimal, c money.Currency) (money.Money, error) {
	return money.New(1, c).Scale(part.DivRound(whole, 0), money.HalfUp)
}

// Applies tells whether goods of a dutiable value are dear enough for the class: of its
// value by unit of content, freight included. The class of no consumption tax never applies;
// goods whose content is not stated as the class needs it are taken for dear.
func (c Consumption) Applies(dutiable money.Money, content Content, quantity int64) bool {
	if c.Rate.IsZero() || dutiable.IsZero() {
		return false
	}
	for _, t := range c.Thresholds {
		if t.Mark == content.Mark && content.Net.IsPositive() {
			least := decimal.NewFromInt(t.Least.Minor()).Mul(content.Net).Mul(decimal.NewFromInt(quantity))
			return decimal.NewFromInt(dutiable.Minor()).GreaterThanOrEqual(least)
		}
	}
	return true
}

// class finds a class of consumption tax; "" is none.
func (p *Pack) class(key string) (Consumption, error) {
	if key == "" {
		return Consumption{}, nil
	}
	for _, c := range p.Classes {
		if c.Key == key {
			return c, nil
		}
	}
	return Consumption{}, pavilion.E(pavilion.Invalid, "tax.consumption_unknown", pavilion.Args{"class": key})
}
