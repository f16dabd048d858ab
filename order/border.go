package order

import (
	"encoding/json"

	"pavilion/money"
	"pavilion/tailoring/tax"
)

// borderRow is what the border took of a line, as its row has it.
func borderRow(t tax.LineTax) []any {
	terms := ""
	if t.Asked() {
		text, _ := json.Marshal(t.Terms) // decimals and a truth always marshal
		terms = string(text)
	}
	return []any{t.Value.Minor(), t.FreightShare.Minor(), t.Duty.Minor(), t.Consumption.Minor(), t.VAT.Minor(), terms}
}

// borderColumns are the columns of borderRow.
type borderColumns struct {
	value, freight, duty, consumption, vat int64
	terms                                  string
}

// tax puts the columns together again.
func (b borderColumns) tax(c money.Currency) (t tax.LineTax, err error) {
	if b.terms == "" {
		return t, nil
	}
	if err = json.Unmarshal([]byte(b.terms), &t.Terms); err != nil {
		return t, err
	}
	t.HasConsumption = t.Terms.Consumption.IsPositive()
	t.Value, t.FreightShare, t.DiscountShare = money.New(b.value, c), money.New(b.freight, c), money.New(0, c)
	t.Duty, t.Consumption, t.VAT = money.New(b.duty, c), money.New(b.consumption, c), money.New(b.vat, c)
	if t.Dutiable, err = t.Value.Add(t.FreightShare); err != nil {
		return t, err
	}
	t.Tax, err = money.Sum(c, t.Duty, t.Consumption, t.VAT)
	return t, err
}

// TaxBack is the import tax that goes back with the first n units of the line: what all of it
// bears without what the units that stay bear, see [tax.LineTax.Left]. Nothing where nobody
// knows the tax of the line.
func (l *Line) TaxBack(n int64) (money.Money, error) {
	if !l.Border.Asked() {
		return money.New(0, l.Unit.Currency()), nil
	}
	left, err := l.Border.Left(l.Quantity-n, l.Quantity)
	if err != nil {
		return money.Money{}, err
	}
	return l.Border.Tax.Sub(left.Tax)
}

// TaxHeld is the import tax that the order's prices hold; zero where it stood on top of them,
// or where nobody knows.
func (o *Order) TaxHeld() (money.Money, error) {
	sum := money.New(0, o.Total.Currency())
	for _, l := range o.Lines {
		if !l.Border.Asked() || !l.Tax.IsZero() {
			continue
		}
		var err error
		if sum, err = sum.Add(l.Border.Tax); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// TaxRefunded is how much of Refunded is import tax, whether it stood on top of the prices or
// in them.
func (o *Order) TaxRefunded() (money.Money, error) {
	sum := money.New(0, o.Total.Currency())
	whole := o.Refunded == o.Total // also an order that was cancelled, whose lines say nothing of it
	for _, l := range o.Lines {
		n := l.Refunded
		if whole {
			n = l.Quantity
		}
		back, err := l.TaxBack(n)
		if err == nil {
			sum, err = sum.Add(back)
		}
		if err != nil {
			return sum, err
		}
	}
	if more, err := sum.Cmp(o.Refunded); err != nil || more <= 0 {
		return sum, err
	}
	return o.Refunded, nil
}
