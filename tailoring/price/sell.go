package price

import (
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/tax"
)

var one = decimal.NewFromInt(1)

// sell goes from what the goods cost in the market to what the shopper pays.
func (w *work) sell(regime tax.Regime, rates tax.Rates) error {
	spent := w.Cost
	shares := w.in.Terms[Commission].Share.Add(w.in.Terms[Other].Share)
	margin := w.in.Terms[Margin].Share
	var err error
	if w.FloorNet, err = w.priceFor(spent, shares); err != nil {
		return err
	}
	switch {
	case w.in.Price.IsZero():
		w.Net, err = w.priceFor(spent, shares.Add(margin))
	case w.in.Included && w.Payer == tax.PayerShopper:
		var parts tax.Parts
		parts, err = w.in.Pack.Included(w.in.Price, w.in.Route, w.in.On, rates, w.in.Goods.Content)
		w.Net = parts.Dutiable
	default:
		w.Net = w.in.Price
	}
	if err != nil {
		return err
	}
	for _, k := range []Kind{Commission, Other} {
		if err := w.part(k); err != nil {
			return err
		}
	}
	if err := w.rest(); err != nil {
		return err
	}
	if w.Floor, err = w.taxed(rates, w.FloorNet); err != nil {
		return err
	}
	w.Shelf = w.Net
	if w.Payer == tax.PayerShopper {
		if err := w.levied(regime, rates, w.Net); err != nil || !w.Complete {
			return err
		}
		if w.Shelf, err = w.taxed(rates, w.Net); err != nil {
			return err
		}
		if w.in.Included && !w.in.Price.IsZero() {
			err = w.settle()
		}
	}
	if w.BelowCost() {
		w.find(pavilion.Warns, "price.below_cost", pavilion.Args{"floor": w.Floor})
	}
	return err
}

// priceFor is the least price that leaves an amount after shares of the price were taken,
// each rounded for itself.
func (w *work) priceFor(amount money.Money, shares decimal.Decimal) (money.Money, error) {
	left := one.Sub(shares)
	if !left.IsPositive() {
		return money.Money{}, pavilion.E(pavilion.Invalid, "price.shares", nil)
	}
	minor := decimal.NewFromInt(amount.Minor()).DivRound(left, 12).RoundUp(0)
	net, err := money.New(1, amount.Currency()).Scale(minor, money.HalfUp)
	for err == nil { // two halves rounded up may take a minor unit too many
		taken := w.zero
		for _, k := range []Kind{Commission, Other} {
			var part money.Money
			if part, err = net.Scale(w.in.Terms[k].Share, money.HalfUp); err != nil {
				return money.Money{}, err
			}
			if taken, err = taken.Add(part); err != nil {
				return money.Money{}, err
			}
		}
		if net.Minor()-taken.Minor() >= amount.Minor() {
			return net, nil
		}
		net, err = net.Add(money.New(1, net.Currency()))
	}
	return net, err
}

// part adds a share of the price.
func (w *work) part(k Kind) (err error) {
	t, ok := w.in.Terms[k]
	step := Step{Kind: k, Per: Share, Share: t.Share, Source: t.Source, Since: t.From, Term: t.ID, Missing: !ok}
	if !ok && (k == Commission || w.Payer == tax.PayerImporter) {
		w.find(pavilion.Warns, missing[k], nil)
	}
	if !ok && k == Other && w.Payer == tax.PayerShopper {
		return nil // nothing is taken of the sale inside the country but what the shopper pays
	}
	if step.Amount, err = w.Net.Scale(t.Share, money.HalfUp); err != nil {
		return err
	}
	return w.add(step)
}

// rest adds the margin: what is left of the price, less than nothing if it does not bring
// in the cost.
func (w *work) rest() (err error) {
	t, ok := w.in.Terms[Margin]
	step := Step{Kind: Margin, Per: Share, Source: t.Source, Since: t.From, Term: t.ID, Missing: !ok}
	if !ok && w.in.Price.IsZero() {
		w.find(pavilion.Warns, missing[Margin], nil)
	}
	if step.Amount, err = w.Net.Sub(w.Cost); err != nil {
		return err
	}
	if !w.Net.IsZero() {
		step.Share = decimal.NewFromInt(step.Amount.Minor()).DivRound(decimal.NewFromInt(w.Net.Minor()), 4)
	}
	w.Steps = append(w.Steps, step)
	return nil
}

// taxed is what a shopper pays for one unit of that price: with the tax, where it is the
// shopper's.
func (w *work) taxed(rates tax.Rates, net money.Money) (money.Money, error) {
	if w.Payer != tax.PayerShopper {
		return net, nil
	}
	a, err := w.in.Pack.Quote(tax.Order{Route: w.in.Route, On: w.in.On, Lines: []tax.Line{{Unit: net, Quantity: 1, Rates: rates, Content: w.in.Goods.Content}}})
	if err != nil || !a.Verdict.Taxed() {
		return net, err
	}
	return a.Paid, nil
}

// settle has a price that holds its tax stay as it is: a minor unit by which the tax of its
// part differs is the seller's, and stands in the margin.
func (w *work) settle() error {
	off, err := w.in.Price.Sub(w.Shelf)
	if err != nil {
		return err
	}
	for i := range w.Steps {
		if w.Steps[i].Kind == Margin {
			if w.Steps[i].Amount, err = w.Steps[i].Amount.Add(off); err != nil {
				return err
			}
		}
	}
	w.Shelf = w.in.Price
	return nil
}

// Hundred says of every hundred units of money that a shopper pays how many go where: the
// amounts of the sheet's steps, divided so that they add up to a hundred. Of a price below
// cost it is what a hundred units of cost and tax go to.
func (s Sheet) Hundred() ([]money.Money, error) {
	weights := make([]int64, len(s.Steps))
	for i, step := range s.Steps {
		weights[i] = max(step.Amount.Minor(), 0)
	}
	hundred := money.New(100, s.Shelf.Currency())
	for range s.Shelf.Currency().Digits() {
		var err error
		if hundred, err = hundred.Times(10); err != nil {
			return nil, err
		}
	}
	return hundred.Allocate(weights)
}
