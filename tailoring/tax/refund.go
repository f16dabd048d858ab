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

// Refund works out what tax comes back when some units of each line are returned: the tax of
// what stays, by [LineTax.Left], is taken from the tax of all. Errors: those of [Pack.Quote];
// Invalid tax.not_taxed for an order that cannot come in, and tax.malformed at "returned".
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
		t, err := a.Lines[i].Left(l.Quantity-returned[i], l.Quantity)
		if err != nil {
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
