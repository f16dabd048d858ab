package tax

import (
	"cmp"
	"slices"

	"pavilion"
	"pavilion/money"
)

// Part is one of the orders that an order above the limit could become.
type Part struct {
	Quantities []int64     // of each line of the order, in its order
	Freight    money.Money // what the buyer pays for its delivery
	Dutiable   money.Money
	Verdict    Verdict // how this part may come in; OverYear if not in this year
}

// Freight says what the buyer pays for the delivery of so many units of each line of an order.
type Freight func(quantities []int64) (money.Money, error)

// Split proposes how to order what does not fit into one order: the fewest orders, or what
// first-fit from the dearest finds where to look for fewer would take long, each with the order's
// insurance and the freight of its own. Dear single things become orders of their own. Goods that
// cannot come in at all, each as dear as the limit of a single thing, stand in parts with the
// verdict OverSingle. An order that fits is one part. The errors are those of [Pack.Quote] and of
// freight.
func (p *Pack) Split(o Order, freight Freight) ([]Part, error) {
	regime, ok := p.Regime(o.Route, o.On)
	if !ok {
		return nil, pavilion.E(pavilion.Invalid, "tax.no_regime", pavilion.Args{"route": o.Route, "on": string(o.On)})
	}
	whole, err := p.share(&o)
	if err != nil {
		return nil, err
	}
	all := make([]int64, len(o.Lines))
	for i, l := range o.Lines {
		all[i] = l.Quantity
	}
	if !regime.Limited || whole.Dutiable.Minor() <= regime.Limits.Single.Minor() {
		return p.judged(o, regime, [][]int64{all}, o.whole)
	}
	for least := o.Freight.Minor(); ; { // where delivery of so much is free, that of a part may not be
		parts, err := p.judged(o, regime, divide(o.Lines, regime.Limits.Single.Minor()-o.Insurance.Minor()-least), freight)
		dearer := least
		for _, part := range parts {
			if part.Verdict == OverSingle && part.several() {
				dearer = max(dearer, part.Freight.Minor())
			}
		}
		if err != nil || dearer == least {
			return parts, err
		}
		least = dearer
	}
}

// whole is the freight of all that is ordered.
func (o Order) whole([]int64) (money.Money, error) { return o.Freight, nil }

// several tells whether a part has more than one unit.
func (part Part) several() bool {
	var units int64
	for _, n := range part.Quantities {
		units += n
	}
	return units > 1
}

// divide puts the units of lines into parts worth no more than the limit; what is dearer stands
// alone, in front.
func divide(lines []Line, limit int64) [][]int64 {
	byPrice := make([]int, len(lines))
	for i := range byPrice {
		byPrice[i] = i
	}
	slices.SortStableFunc(byPrice, func(a, b int) int { return cmp.Compare(lines[b].Unit.Minor(), lines[a].Unit.Minor()) })
	var alone, parts [][]int64
	var room []int64
	var units []unit
	many := false
	for _, i := range byPrice {
		price, left := lines[i].Unit.Minor(), lines[i].Quantity
		for ; price > limit && left > 0; left-- {
			one := make([]int64, len(lines))
			one[i] = 1
			alone = append(alone, one)
		}
		if many = many || int64(len(units))+left > mostSearched; !many && price > 0 {
			units = append(units, slices.Repeat([]unit{{i, price}}, int(left))...)
		}
		for k := 0; left > 0; k++ {
			if k == len(parts) {
				parts, room = append(parts, make([]int64, len(lines))), append(room, limit)
			}
			n := left
			if price > 0 {
				n = min(left, room[k]/price)
			}
			parts[k][i] += n
			room[k] -= n * price
			left -= n
		}
	}
	if !many {
		parts = fewer(parts, units, limit)
	}
	return append(alone, parts...)
}

// judged says of each part, one after the other, how it may come in.
func (p *Pack) judged(o Order, r Regime, all [][]int64, freight Freight) ([]Part, error) {
	parts := make([]Part, 0, len(all))
	used := o.YearUsed
	for _, quantities := range all {
		one := Order{Route: o.Route, On: o.On, Insurance: o.Insurance, YearUsed: used}
		var err error
		if one.Freight, err = freight(quantities); err != nil {
			return nil, err
		}
		for i, n := range quantities {
			if n > 0 {
				l := o.Lines[i]
				l.Quantity = n
				one.Lines = append(one.Lines, l)
			}
		}
		a, err := p.share(&one)
		if err != nil {
			return nil, err
		}
		if a.YearAfter, err = used.Add(a.Dutiable); err != nil {
			return nil, err
		}
		part := Part{Quantities: quantities, Freight: one.Freight, Dutiable: a.Dutiable, Verdict: r.judge(one, a)}
		if part.Verdict.Taxed() {
			used = a.YearAfter
		}
		parts = append(parts, part)
	}
	return parts, nil
}
