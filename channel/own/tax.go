package own

import (
	"context"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/setting"
	"pavilion/tailoring"
	"pavilion/tailoring/tax"
)

// Person is who orders, as far as limits of a year ask. The zero Person is not known.
type Person struct {
	Buyer pavilion.BuyerID
	Phone string // of the recipient; one that is none counts for nothing
}

// Border is what an order means at the market's border.
type Border struct {
	Verdict  tax.Verdict // "" where nothing of the order is taxed there, or the market has no rules
	Dutiable money.Money
	Limits   tax.Limits
	Source   tax.Source // that the limits come from
	YearUsed money.Money
	Known    bool       // the person is known, so that YearUsed means something
	Parts    []Proposal // how to order what does not fit into one order; none if it fits
}

// Proposal is one of the orders that an order above a limit could become.
type Proposal struct {
	Lines    []Line
	Dutiable money.Money
	Verdict  tax.Verdict
}

// offer is an offer with what its tax follows from.
type offer struct {
	catalog.Offer
	shopper bool // the shopper pays the tax of its way in
	route   string
	tax     tax.Line // without price and quantity
	code    string   // of the tariff, "" where nobody named one
}

// border finds for offers what they are called in the market, as it was approved, and how they
// are taxed: by the way and the code that were approved, and otherwise by the market's first
// way and what is usual for such goods.
func (o *offers) border(ctx context.Context, v *db.View, found map[pavilion.SKUID]catalog.Offer) (map[pavilion.SKUID]offer, error) {
	out := make(map[pavilion.SKUID]offer, len(found))
	if o.pack == nil {
		for id, f := range found {
			out[id] = offer{Offer: f}
		}
		return out, nil
	}
	products := make([]pavilion.ProductID, 0, len(found))
	for _, f := range found {
		products = append(products, f.Product)
	}
	approved, err := tailoring.Approved(ctx, v, products, o.pack.Market)
	if err != nil {
		return nil, err
	}
	categories, err := catalog.Categories(ctx, v)
	if err != nil {
		return nil, err
	}
	goods := make(map[string]catalog.Goods, len(categories))
	for _, c := range categories {
		goods[c.Key] = c.Goods
	}
	on := pavilion.DateOf(o.d.Now(), o.pack.Zone)
	for id, f := range found {
		kind := goods[f.Category]
		if kind == "" {
			kind = catalog.GoodsFood
		}
		a := approved[f.Product].Content
		f.Name = f.Name.With(o.labels.Language, a.Name)
		out[id] = o.taxed(f, kind, a.Route, a.SKUs[id].HSCode, on)
	}
	return out, nil
}

func (o *offers) taxed(f catalog.Offer, kind catalog.Goods, route, code string, on pavilion.Date) offer {
	if route == "" {
		route = o.pack.Routes[0]
	}
	out := offer{Offer: f, route: route, code: code}
	regime, known := o.pack.Regime(route, on)
	out.shopper = known && regime.Payer == tax.PayerShopper
	out.tax.Content = ContentOf(f.Net)
	if row, ok := o.pack.Find(code); ok {
		out.tax.Rates = row.Rates(on)
	} else {
		out.code = ""
		out.tax.Rates, _ = o.pack.UsualRates(string(kind))
	}
	return out
}

// ContentOf is a net content as tax asks: grams, millilitres or pieces.
func ContentOf(m catalog.Measure) tax.Content {
	scale, mark := int32(0), ""
	switch m.Unit {
	case catalog.Milligram:
		scale, mark = -6, "g"
	case catalog.Gram:
		scale, mark = -3, "g"
	case catalog.Kilogram:
		scale, mark = 0, "g"
	case catalog.Millilitre:
		scale, mark = -3, "ml"
	case catalog.Centilitre:
		scale, mark = -2, "ml"
	case catalog.Litre:
		scale, mark = 0, "ml"
	case catalog.Piece:
		scale, mark = -3, "piece"
	default:
		return tax.Content{}
	}
	return tax.Content{Mark: mark, Net: decimal.New(m.Milli, scale)}
}

// levy fills in what the lines of a quote bear at the border, and what its limits say.
func (s *Shop) levy(q *Quote, offers map[pavilion.SKUID]offer, added bool, used money.Money, known bool) error {
	if s.pack == nil {
		return nil
	}
	var of []int // the lines the shopper pays tax on
	in := tax.Order{On: pavilion.DateOf(s.d.Now(), s.pack.Zone), Freight: q.Delivery, YearUsed: used}
	for i, l := range q.Lines {
		o := offers[l.SKU]
		if !l.OnSale || !o.shopper {
			continue
		}
		line := o.tax
		line.Unit, line.Quantity = l.Unit, l.Quantity
		in.Route = o.route
		if !added {
			parts, err := s.pack.Included(l.Unit, o.route, in.On, line.Rates, line.Content)
			if err != nil {
				return err
			}
			line.Unit = parts.Dutiable
		}
		of, in.Lines = append(of, i), append(in.Lines, line)
	}
	if len(of) == 0 {
		return nil
	}
	if !added {
		var err error
		if in.Freight, err = untaxed(q, in.Lines, of); err != nil {
			return err
		}
	}
	return s.assess(q, in, of, added, known)
}

// untaxed is the delivery without the tax it holds: in the proportion of the goods.
func untaxed(q *Quote, lines []tax.Line, of []int) (money.Money, error) {
	var with, without int64
	for k, i := range of {
		with += q.Lines[i].Unit.Minor() * q.Lines[i].Quantity
		without += lines[k].Unit.Minor() * lines[k].Quantity
	}
	if with == 0 {
		return q.Delivery, nil
	}
	return q.Delivery.Scale(decimal.NewFromInt(without).Div(decimal.NewFromInt(with)), money.HalfUp)
}

// freight is what delivery of a part of a quote's taxed lines, which stand at of, costs without tax.
func (s *Shop) freight(q *Quote, in tax.Order, of []int, quantities []int64) (money.Money, error) {
	part := Quote{FreeFrom: q.FreeFrom, Goods: money.New(0, s.market.Currency), fee: q.fee}
	var lines []tax.Line
	var at []int
	for k, n := range quantities {
		if n == 0 {
			continue
		}
		ordered, taxed := q.Lines[of[k]], in.Lines[k]
		ordered.Quantity, taxed.Quantity = n, n
		value, err := ordered.Unit.Times(n)
		if err != nil {
			return money.Money{}, err
		}
		if part.Goods, err = part.Goods.Add(value); err != nil {
			return money.Money{}, err
		}
		at, part.Lines, lines = append(at, len(part.Lines)), append(part.Lines, ordered), append(lines, taxed)
	}
	if err := s.deliver(&part); err != nil || q.TaxAdded {
		return part.Delivery, err
	}
	return untaxed(&part, lines, at)
}

// assess asks the pack about the taxed lines of a quote, which stand at of.
func (s *Shop) assess(q *Quote, in tax.Order, of []int, added, known bool) error {
	a, err := s.pack.Quote(in)
	if err != nil {
		return err
	}
	q.TaxAdded = added
	q.Border = Border{Verdict: a.Verdict, Dutiable: a.Dutiable, Limits: a.Limits, YearUsed: in.YearUsed, Known: known}
	q.Border.Source, _ = s.pack.Source(a.Regime.Source)
	for k := range a.Lines {
		l := &q.Lines[of[k]]
		if l.Border = a.Lines[k]; !added {
			continue
		}
		l.Tax = l.Border.Tax
		if l.Total, err = l.Total.Add(l.Tax); err != nil {
			return err
		}
		if q.Tax, err = q.Tax.Add(l.Tax); err != nil {
			return err
		}
	}
	if a.Verdict.Taxed() {
		if !added {
			q.Included = a.Tax
		}
		return nil
	}
	parts, err := s.pack.Split(in, func(quantities []int64) (money.Money, error) { return s.freight(q, in, of, quantities) })
	if err != nil {
		return err
	}
	for _, part := range parts {
		proposal := Proposal{Dutiable: part.Dutiable, Verdict: part.Verdict}
		for k, n := range part.Quantities {
			if n > 0 {
				proposal.Lines = append(proposal.Lines, Line{SKU: q.Lines[of[k]].SKU, Quantity: n})
			}
		}
		q.Border.Parts = append(q.Border.Parts, proposal)
	}
	return nil
}

// YearUsed is how much of the year's limit a person has used up here: the dutiable value of
// what was ordered and not given back. Nobody can see what was ordered elsewhere.
func (s *Shop) YearUsed(ctx context.Context, who Person) (money.Money, error) {
	used := money.New(0, s.market.Currency)
	if s.pack == nil {
		return used, nil
	}
	key := ""
	if phone, err := ParsePhone(s.market.Country, who.Phone); err == nil {
		key = s.phoneKey(phone)
	}
	from, to := s.pack.Year(s.d.Now())
	var bought []order.Bought
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		bought, err = order.BoughtBy(ctx, v, string(who.Buyer), key, from, to)
		return err
	})
	if err != nil || len(bought) == 0 {
		return used, err
	}
	lines := make([]Line, len(bought))
	for i, b := range bought {
		lines[i].SKU = b.SKU
	}
	offers, err := s.offers.of(ctx, lines)
	if err != nil {
		return used, err
	}
	delivered := map[pavilion.OrderID]bool{}
	for _, b := range bought {
		if b.Dutiable.Currency() == used.Currency() { // delivery was shared among such lines
			delivered[b.Order] = true
			if used, err = used.Add(b.Dutiable); err != nil {
				return used, err
			}
			continue
		}
		o, known := offers[b.SKU]
		if known && !o.shopper {
			continue
		}
		unit := b.Unit
		if b.Tax.IsZero() && known {
			parts, err := s.pack.Included(unit, o.route, pavilion.DateOf(s.d.Now(), s.pack.Zone), o.tax.Rates, o.tax.Content)
			if err != nil {
				return used, err
			}
			unit = parts.Dutiable
		}
		value, err := unit.Times(b.Quantity)
		if err == nil && !delivered[b.Order] {
			delivered[b.Order] = true
			value, err = value.Add(b.Delivery)
		}
		if err == nil {
			used, err = used.Add(value)
		}
		if err != nil {
			return used, err
		}
	}
	return used, nil
}

// refusal is why an order cannot be placed that is above a limit of the border, nil if it is
// not. Errors: Conflict checkout.over_single {limit}, checkout.over_year {limit}.
func (b Border) refusal() error {
	switch b.Verdict {
	case tax.OverSingle:
		return stale("checkout.over_single", pavilion.Args{"limit": b.Limits.Single})
	case tax.OverYear:
		return stale("checkout.over_year", pavilion.Args{"limit": b.Limits.Yearly})
	}
	return nil
}

// YearLeft is what is left of the limit of the person's year.
func (b Border) YearLeft() money.Money {
	return money.New(max(0, b.Limits.Yearly.Minor()-b.YearUsed.Minor()), b.Limits.Yearly.Currency())
}

// added tells whether tax is put on top of prices.
func added(v setting.Values) bool { return v.Flag(setting.TaxAdded) }
