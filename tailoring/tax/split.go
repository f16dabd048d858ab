package tax

import (
	"cmp"
	"math"
	"slices"

	"pavilion"
	"pavilion/money"
)

// Part is one of the orders that an order above the limit could become.
type Part struct {
	Quantities []int64 // of each line of the order, in its order
	Dutiable   money.Money
	Verdict    Verdict // how this part may come in; OverYear if not in this year
}

// Split proposes how to order what does not fit into one order: as few orders as first-fit
// from the dearest finds, each with the order's freight and insurance. Dear single things
// become orders of their own. Goods that cannot come in at all, each as dear as the limit of
// a single thing, stand in parts with the verdict OverSingle. An order that fits is one part.
// The errors are those of [Pack.Quote].
func (p *Pack) Split(o Order) ([]Part, error) {
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
		return p.judged(o, regime, [][]int64{all})
	}
	freight := o.Freight.Minor() + o.Insurance.Minor()
	limit := regime.Limits.Single.Minor() - freight
	byPrice := make([]int, len(o.Lines))
	for i := range byPrice {
		byPrice[i] = i
	}
	slices.SortStableFunc(byPrice, func(a, b int) int { return cmp.Compare(o.Lines[b].Unit.Minor(), o.Lines[a].Unit.Minor()) })
	const closed = math.MinInt64
	var parts [][]int64
	var room []int64
	for _, i := range byPrice {
		unit, left := o.Lines[i].Unit.Minor(), o.Lines[i].Quantity
		for k := 0; left > 0; k++ {
			if k == len(parts) {
				parts, room = append(parts, make([]int64, len(o.Lines))), append(room, limit)
			}
			n := int64(0)
			switch {
			case room[k] == closed:
			case unit == 0:
				n = left
			default:
				n = min(left, max(room[k], 0)/unit)
			}
			room[k] -= n * unit
			if n == 0 && room[k] == limit { // dearer than the limit: alone
				n, room[k] = 1, closed
			}
			parts[k][i] += n
			left -= n
		}
	}
	return p.judged(o, regime, parts)
}

// judged says of each part, one after the other, how it may come in.
func (p *Pack) judged(o Order, r Regime, all [][]int64) ([]Part, error) {
	parts := make([]Part, 0, len(all))
	used := o.YearUsed
	for _, quantities := range all {
		one := Order{Route: o.Route, On: o.On, Freight: o.Freight, Insurance: o.Insurance, YearUsed: used}
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
		part := Part{Quantities: quantities, Dutiable: a.Dutiable, Verdict: r.judge(one, a)}
		if part.Verdict.Taxed() {
			used = a.YearAfter
		}
		parts = append(parts, part)
	}
	return parts, nil
}
