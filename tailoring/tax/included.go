package tax

import (
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
)

// Parts is a price that holds its tax, taken apart.
type Parts struct {
	Dutiable       money.Money
	Tax            money.Money
	HasConsumption bool
	Composite      decimal.Decimal // the tax on one unit of money, with ten digits: for people
	Exact          bool            // the tax of Dutiable is Tax to the minor unit
}

// Composite is the tax that one unit of money bears under a regime's relief, with ten
// digits.
func (r Regime) Composite(rates Rates, consumption decimal.Decimal) decimal.Decimal {
	part, whole := r.composite(rates, consumption)
	return part.DivRound(whole, 10)
}

// composite is the same as an exact fraction: with B = 1 + duty, (B·(c+v)·share)/(1-c) + duty.
func (r Regime) composite(rates Rates, c decimal.Decimal) (part, whole decimal.Decimal) {
	duty := rates.Duty.Mul(r.DutyShare)
	whole = one.Sub(c)
	return one.Add(duty).Mul(c.Add(rates.VAT)).Mul(r.Share).Add(duty.Mul(whole)), whole
}

// Included takes a price that holds its tax apart, for one unit that comes in within the
// limits of its way: Dutiable = price/(1+composite), rounded half up, and the rest is tax.
// Whether consumption tax applies depends on Dutiable, which depends on it: a price between
// the two answers is taken to bear it, and is not Exact. Errors are as for [Pack.Quote].
func (p *Pack) Included(price money.Money, route string, on pavilion.Date, rates Rates, content Content) (Parts, error) {
	r, ok := p.Regime(route, on)
	if !ok {
		return Parts{}, pavilion.E(pavilion.Invalid, "tax.no_regime", pavilion.Args{"route": route, "on": string(on)})
	}
	class, err := p.class(rates.Consumption)
	if err != nil {
		return Parts{}, err
	}
	without, err := p.apart(price, r, rates, class, false)
	if err != nil || !class.Applies(without.Dutiable, content, 1) {
		return without, err
	}
	with, err := p.apart(price, r, rates, class, true)
	if !class.Applies(with.Dutiable, content, 1) {
		with.Exact = false
	}
	return with, err
}

func (p *Pack) apart(price money.Money, r Regime, rates Rates, class Consumption, applies bool) (Parts, error) {
	c := decimal.Zero
	if applies {
		c = class.Rate
	}
	part, whole := r.composite(rates, c)
	out := Parts{HasConsumption: applies, Composite: part.DivRound(whole, 10)}
	var err error
	if out.Dutiable, err = rounded(decimal.NewFromInt(price.Minor()).Mul(whole), whole.Add(part), price.Currency()); err != nil {
		return Parts{}, err
	}
	if out.Tax, err = price.Sub(out.Dutiable); err != nil {
		return Parts{}, err
	}
	line := LineTax{Dutiable: out.Dutiable, HasConsumption: applies, Terms: termsOf(rates, class, r, Reduced, applies)}
	if err := line.levy(); err != nil {
		return Parts{}, err
	}
	out.Exact = line.Tax == out.Tax
	return out, nil
}
