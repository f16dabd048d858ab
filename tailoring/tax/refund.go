package tax

import (
	"pavilion"
	"pavilion/money"
)

// Refund is what comes back when goods of an order go back in time.
type Refund struct {
	Charged      money.Money // of the whole order
	Remaining    money.Money // of what stays
	Refund       money.Money // the difference
	YearRestored money.Money // given back to the year's limit
}

// Refund works out what tax comes back when some units of each line are returned. The tax of
// what stays is worked out anew, with what was decided about the order: a line keeps its
// share of freight while any of it stays, and bears consumption tax as before. So returns in
// several steps come to the same as at once. Errors: those of [Pack.Quote]; Invalid
// tax.not_taxed for an order that cannot come in, and tax.malformed at "returned".
func (p *Pack) Refund(o Order, returned []int64) (Refund, error) {
	a, err := p.Quote(o)
	if err != nil {
		return Refund{}, err
	}
	if !a.Verdict.Taxed() {
		return Refund{}, pavilion.E(pavilion.Invalid, "tax.not_taxed", nil)
	}
	if len(returned) != len(o.Lines) {
		return Refund{}, pavilion.E(pavilion.Invalid, "tax.malformed", nil).At("returned")
	}
	zero := money.New(0, p.Currency)
	out := Refund{Charged: a.Tax, Remaining: zero}
	stays := zero
	for i, l := range o.Lines {
		left := l.Quantity - returned[i]
		if left < 0 || returned[i] < 0 {
			return Refund{}, pavilion.E(pavilion.Invalid, "tax.malformed", nil).At("returned")
		}
		if left == 0 {
			continue
		}
		t := a.Lines[i]
		value, err := l.Unit.Times(left)
		if err != nil {
			return Refund{}, err
		}
		if t.Dutiable, err = value.Add(t.FreightShare); err != nil {
			return Refund{}, err
		}
		class, err := p.class(l.Rates.Consumption)
		if err != nil {
			return Refund{}, err
		}
		if err := p.levy(&t, l.Rates, class, a.Regime, a.Verdict); err != nil {
			return Refund{}, err
		}
		if out.Remaining, err = out.Remaining.Add(t.Tax); err != nil {
			return Refund{}, err
		}
		if stays, err = stays.Add(t.Dutiable); err != nil {
			return Refund{}, err
		}
	}
	if out.Refund, err = out.Charged.Sub(out.Remaining); err != nil {
		return Refund{}, err
	}
	out.YearRestored, err = a.Dutiable.Sub(stays)
	return out, err
}
