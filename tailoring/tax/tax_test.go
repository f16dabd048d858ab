package tax_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/tax"
)

func cny(fen int64) money.Money { return money.New(fen, money.CNY) }

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// anyLine draws goods of a shop: cheap and dear, with and without consumption tax.
func anyLine() *rapid.Generator[tax.Line] {
	return rapid.Custom(func(t *rapid.T) tax.Line {
		l := tax.Line{
			Unit:     cny(rapid.OneOf(rapid.Int64Range(0, 30_000), rapid.Int64Range(0, 3_000_000)).Draw(t, "unit")),
			Quantity: rapid.Int64Range(1, 20).Draw(t, "quantity"),
			Rates: tax.Rates{
				Duty: dec(rapid.SampledFrom([]string{"0", "0.01", "0.065", "0.08", "0.15"}).Draw(t, "duty")),
				VAT:  dec(rapid.SampledFrom([]string{"0.09", "0.13"}).Draw(t, "vat")),
			},
		}
		if rapid.Bool().Draw(t, "cosmetics") {
			l.Rates.Consumption = "cosmetics"
			l.Content = tax.Content{Mark: rapid.SampledFrom([]string{"g", "ml", "piece", ""}).Draw(t, "mark"), Net: decimal.NewFromInt(rapid.Int64Range(0, 500).Draw(t, "net"))}
		}
		return l
	})
}

func anyOrder() *rapid.Generator[tax.Order] {
	return rapid.Custom(func(t *rapid.T) tax.Order {
		return tax.Order{
			Route: rapid.SampledFrom([]string{"cbec", "general"}).Draw(t, "route"), On: day,
			Lines:     rapid.SliceOfN(anyLine(), 1, 8).Draw(t, "lines"),
			Freight:   cny(rapid.Int64Range(0, 5000).Draw(t, "freight")),
			Insurance: cny(rapid.Int64Range(0, 500).Draw(t, "insurance")),
			YearUsed:  cny(rapid.Int64Range(0, 2_700_000).Draw(t, "used")),
		}
	})
}

func quote(t interface {
	Fatal(...any)
	Helper()
}, p *tax.Pack, o tax.Order) tax.Assessment {
	t.Helper()
	a, err := p.Quote(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestSharesAddUp: what is divided among lines is what there was, no tax is negative, and no
// line is a minor unit away from its exact share of the freight.
func TestSharesAddUp(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyOrder().Draw(t, "order")
		goods := int64(0)
		for _, l := range o.Lines {
			goods += l.Unit.Minor() * l.Quantity
		}
		o.Discount = cny(rapid.Int64Range(0, goods).Draw(t, "discount"))
		a := quote(t, p, o)
		freight := o.Freight.Minor() + o.Insurance.Minor()
		if got := a.Dutiable.Minor(); got != goods+freight {
			t.Fatalf("dutiable: got %d, want %d", got, goods+freight)
		}
		if !a.Verdict.Taxed() {
			if len(a.Lines) != 0 || !a.Tax.IsZero() {
				t.Fatalf("%s bears tax: %v", a.Verdict, a)
			}
			return
		}
		var shares, discounts, dutiable, taxes int64
		for _, l := range a.Lines {
			shares += l.FreightShare.Minor()
			discounts += l.DiscountShare.Minor()
			dutiable += l.Dutiable.Minor()
			taxes += l.Tax.Minor()
			if l.Duty.Sign() < 0 || l.Consumption.Sign() < 0 || l.VAT.Sign() < 0 || l.Tax.Minor() != l.Duty.Minor()+l.Consumption.Minor()+l.VAT.Minor() {
				t.Fatalf("a line's taxes are %v", l)
			}
			if goods > 0 {
				off := decimal.NewFromInt(l.FreightShare.Minor()).Sub(decimal.NewFromInt(freight).Mul(decimal.NewFromInt(l.Value.Minor())).Div(decimal.NewFromInt(goods)))
				if off.Abs().GreaterThanOrEqual(decimal.NewFromInt(1)) {
					t.Fatalf("a share is %s from its exact part", off)
				}
			}
		}
		if shares != freight || discounts != o.Discount.Minor() || dutiable != a.Dutiable.Minor() || taxes != a.Tax.Minor() {
			t.Fatalf("sums: freight %d of %d, discount %d of %s, dutiable %d of %s, tax %d of %s", shares, freight, discounts, o.Discount, dutiable, a.Dutiable, taxes, a.Tax)
		}
		if want := a.Dutiable.Minor() + a.Tax.Minor() - o.Discount.Minor(); a.Paid.Minor() != want {
			t.Fatalf("paid: got %s, want %d", a.Paid, want)
		}
	})
}

// TestPartsAndWhole: goods ordered in parts bear the tax of the whole, but for the rounding
// of each tax: half a fen for every part and for the whole. That holds while the same taxes
// apply to them, which is not so where freight or price lifts one over a threshold.
func TestPartsAndWhole(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		l := anyLine().Draw(t, "line")
		l.Unit = cny(l.Unit.Minor() % 20_000) // twenty of them are below the limit
		l.Quantity = rapid.Int64Range(2, 20).Draw(t, "quantity of all")
		route := rapid.SampledFrom([]string{"cbec", "general"}).Draw(t, "route")
		n := rapid.Int64Range(1, l.Quantity-1).Draw(t, "in the first part")
		of := func(quantity int64) tax.LineTax {
			l.Quantity = quantity
			return quote(t, p, tax.Order{Route: route, On: day, Lines: []tax.Line{l}}).Lines[0]
		}
		all := l.Quantity
		whole, a, b := of(all), of(n), of(all-n)
		const roundings = 3 // the two parts and the whole
		most := decimal.NewFromInt(roundings).Div(decimal.NewFromInt(2))
		if route == "general" { // rounded figures enter the next base, once or twice
			most = most.Mul(decimal.NewFromInt(2))
		}
		for name, off := range map[string]int64{
			"duty":        a.Duty.Minor() + b.Duty.Minor() - whole.Duty.Minor(),
			"consumption": a.Consumption.Minor() + b.Consumption.Minor() - whole.Consumption.Minor(),
			"vat":         a.VAT.Minor() + b.VAT.Minor() - whole.VAT.Minor(),
		} {
			if decimal.NewFromInt(off).Abs().GreaterThan(most) {
				t.Fatalf("%s of parts is %d fen from that of the whole, at most %s", name, off, most)
			}
		}
	})
}

// TestMonotone: goods that are worth more bear no less tax.
func TestMonotone(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyOrder().Draw(t, "order")
		o.YearUsed, o.Lines = cny(0), o.Lines[:1]
		dearer := o
		dearer.Lines = []tax.Line{o.Lines[0]}
		dearer.Lines[0].Unit = cny(o.Lines[0].Unit.Minor() + rapid.Int64Range(0, 500).Draw(t, "more"))
		a, b := quote(t, p, o), quote(t, p, dearer)
		if a.Verdict.Taxed() && b.Verdict.Taxed() && b.Tax.Minor() < a.Tax.Minor() {
			t.Fatalf("tax of %s is %s, of %s only %s", a.Dutiable, a.Tax, b.Dutiable, b.Tax)
		}
	})
}

// TestIncluded: taken apart, a price is whole again, and the tax of its part is at most a fen
// from what was taken.
func TestIncluded(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		l := anyLine().Draw(t, "line")
		price := cny(rapid.Int64Range(0, 500_000).Draw(t, "price"))
		parts, err := p.Included(price, "cbec", day, l.Rates, l.Content)
		if err != nil {
			t.Fatal(err)
		}
		if sum, _ := parts.Dutiable.Add(parts.Tax); sum != price || parts.Tax.Sign() < 0 {
			t.Fatalf("%s came apart into %s and %s", price, parts.Dutiable, parts.Tax)
		}
		if !parts.Exact && !l.Content.Net.IsPositive() && parts.HasConsumption {
			return
		}
		l.Unit, l.Quantity = parts.Dutiable, 1
		a := quote(t, p, tax.Order{Route: "cbec", On: day, Lines: []tax.Line{l}})
		if off := a.Tax.Minor() - parts.Tax.Minor(); parts.Exact && off != 0 || a.Lines[0].HasConsumption == parts.HasConsumption && (off > 1 || off < -1) {
			t.Fatalf("%s: taken %s, levied %s, exact %v", price, parts.Tax, a.Tax, parts.Exact)
		}
	})
}

// TestRefundInSteps: what comes back adds up, however the goods go back.
func TestRefundInSteps(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyOrder().Draw(t, "order")
		a := quote(t, p, o)
		if !a.Verdict.Taxed() {
			return
		}
		some, all := make([]int64, len(o.Lines)), make([]int64, len(o.Lines))
		for i, l := range o.Lines {
			all[i] = l.Quantity
			some[i] = rapid.Int64Range(0, l.Quantity).Draw(t, "returned")
		}
		part, err := p.Refund(o, some)
		if err != nil {
			t.Fatal(err)
		}
		if part.Refund.Sign() < 0 || part.YearRestored.Sign() < 0 || part.Refund.Minor()+part.Remaining.Minor() != a.Tax.Minor() {
			t.Fatalf("part: %v of %s", part, a.Tax)
		}
		whole, err := p.Refund(o, all)
		if err != nil || whole.Refund != a.Tax || whole.YearRestored != a.Dutiable {
			t.Fatalf("all: got %v, %v, want %s and %s", whole, err, a.Tax, a.Dutiable)
		}
	})
	if _, err := p.Refund(tax.Order{Route: "cbec", On: day, Lines: []tax.Line{{Unit: cny(100), Quantity: 1}}}, []int64{2}); pavilion.ReasonOf(err) != "tax.malformed" {
		t.Errorf("more than was ordered: got %v, want tax.malformed", err)
	}
}

// freightOf has every part of an order pay for delivery what the whole pays.
func freightOf(o tax.Order) tax.Freight {
	return func([]int64) (money.Money, error) { return cny(o.Freight.Minor()), nil }
}

// TestSplit: the parts are the order, and each may come in or says why not.
func TestSplit(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyOrder().Draw(t, "order")
		o.Route = "cbec"
		parts, err := p.Split(o, freightOf(o))
		if err != nil {
			t.Fatal(err)
		}
		used, sum := o.YearUsed, make([]int64, len(o.Lines))
		for _, part := range parts {
			sub := tax.Order{Route: o.Route, On: o.On, Freight: o.Freight, Insurance: o.Insurance, YearUsed: used}
			for i, n := range part.Quantities {
				sum[i] += n
				if n > 0 {
					l := o.Lines[i]
					l.Quantity = n
					sub.Lines = append(sub.Lines, l)
				}
			}
			a := quote(t, p, sub)
			if a.Verdict != part.Verdict || a.Dutiable != part.Dutiable {
				t.Fatalf("a part says %s for %s, asked it is %s for %s", part.Verdict, part.Dutiable, a.Verdict, a.Dutiable)
			}
			if a.Verdict == tax.OverSingle {
				if len(sub.Lines) != 1 || sub.Lines[0].Quantity != 1 {
					t.Fatalf("a part of %v could have been split", part.Quantities)
				}
			}
			if a.Verdict.Taxed() {
				used = a.YearAfter
			}
		}
		for i, l := range o.Lines {
			if sum[i] != l.Quantity {
				t.Fatalf("line %d: the parts have %d, want %d", i, sum[i], l.Quantity)
			}
		}
		whole := quote(t, p, o)
		if (len(parts) == 1) != (whole.Verdict != tax.OverSingle || len(o.Lines) == 1 && o.Lines[0].Quantity == 1) {
			t.Fatalf("%d parts of an order that is %s", len(parts), whole.Verdict)
		}
	})
}

func TestSplitAnExample(t *testing.T) {
	t.Parallel()
	p := load(t)
	o := tax.Order{Route: "cbec", On: day, Freight: cny(1000), YearUsed: cny(1_200_000), Lines: []tax.Line{
		{Unit: cny(0), Quantity: 1}, {Unit: cny(100_000), Quantity: 6}, {Unit: cny(600_000), Quantity: 1}, {Unit: cny(2_600_000), Quantity: 1},
	}}
	parts, err := p.Split(o, freightOf(o))
	want := []tax.Part{
		{Quantities: []int64{0, 0, 0, 1}, Freight: cny(1000), Dutiable: cny(2_601_000), Verdict: tax.OverSingle},
		{Quantities: []int64{0, 0, 1, 0}, Freight: cny(1000), Dutiable: cny(601_000), Verdict: tax.Full},
		{Quantities: []int64{1, 4, 0, 0}, Freight: cny(1000), Dutiable: cny(401_000), Verdict: tax.Reduced},
		{Quantities: []int64{0, 2, 0, 0}, Freight: cny(1000), Dutiable: cny(201_000), Verdict: tax.Reduced},
	}
	if diff := cmp.Diff(want, parts, cmp.AllowUnexported(money.Money{})); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestSplitIntoTheFewest compares the number of parts with that of every way to divide an order.
func TestSplitIntoTheFewest(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		o := tax.Order{Route: "cbec", On: day, Freight: cny(rapid.Int64Range(0, 2000).Draw(t, "freight"))}
		units := rapid.SliceOfN(rapid.SampledFrom([]int64{0, 120_000, 150_000, 160_000, 200_000, 249_000, 250_000, 300_000, 498_000, 500_000, 700_000}), 1, 8).Draw(t, "units")
		for _, fen := range units {
			o.Lines = append(o.Lines, tax.Line{Unit: cny(fen), Quantity: 1})
		}
		parts, err := p.Split(o, freightOf(o))
		if err != nil {
			t.Fatal(err)
		}
		if want := fewestParts(units, nil, 500_000-o.Freight.Minor()); len(parts) != want {
			t.Fatalf("got %d parts of %v, want %d: %v", len(parts), units, want, parts)
		}
	})
}

// fewestParts tries every way to divide units into parts that may come in; what is dearer than a
// part stands alone.
func fewestParts(units, sums []int64, limit int64) int {
	if len(units) == 0 {
		return len(sums)
	}
	u, best := units[0], fewestParts(units[1:], append(slices.Clone(sums), units[0]), limit)
	for k, sum := range sums {
		if u+sum <= limit && sum <= limit {
			more := slices.Clone(sums)
			more[k] += u
			best = min(best, fewestParts(units[1:], more, limit))
		}
	}
	return best
}

// TestSplitBeatsFirstFit: from the dearest, first-fit makes three parts of what fits into two; a
// basket too large to try every way is divided all the same.
func TestSplitBeatsFirstFit(t *testing.T) {
	t.Parallel()
	p := load(t)
	for quantity, want := range map[int64]int{1: 2, 300: 0} {
		lines := []tax.Line{{Unit: cny(0), Quantity: 1}, {Unit: cny(200_000), Quantity: 2 * quantity}, {Unit: cny(150_000), Quantity: 4 * quantity}}
		o := tax.Order{Route: "cbec", On: day, Lines: lines}
		parts, err := p.Split(o, freightOf(o))
		if err != nil || want != 0 && len(parts) != want {
			t.Errorf("got %d parts, %v, want %d", len(parts), err, want)
		}
		var got [3]int64
		for _, part := range parts {
			for i, n := range part.Quantities {
				got[i] += n
			}
		}
		if want := [3]int64{1, 2 * quantity, 4 * quantity}; got != want {
			t.Errorf("got %v units in all parts, want %v", got, want)
		}
	}
}

func TestRefusedOrders(t *testing.T) {
	t.Parallel()
	p := load(t)
	good := tax.Order{Route: "cbec", On: day, Lines: []tax.Line{{Unit: cny(100), Quantity: 1}}}
	for _, c := range []struct {
		name, reason string
		spoil        func(*tax.Order)
	}{
		{"unknown route", "tax.no_regime", func(o *tax.Order) { o.Route = "river" }},
		{"before any rule", "tax.no_regime", func(o *tax.Order) { o.On = "2015-01-01" }},
		{"no lines", "tax.malformed", func(o *tax.Order) { o.Lines = nil }},
		{"no units", "tax.malformed", func(o *tax.Order) { o.Lines = []tax.Line{{Unit: cny(100)}} }},
		{"negative price", "tax.malformed", func(o *tax.Order) { o.Lines = []tax.Line{{Unit: cny(-1), Quantity: 1}} }},
		{"negative freight", "tax.malformed", func(o *tax.Order) { o.Freight = cny(-1) }},
		{"more discount than goods", "tax.malformed", func(o *tax.Order) { o.Discount = cny(101) }},
		{"other currency", "money.currencies_differ", func(o *tax.Order) { o.Freight = money.New(1, money.BYN) }},
		{"unknown class", "tax.consumption_unknown", func(o *tax.Order) {
			o.Lines = []tax.Line{{Unit: cny(100), Quantity: 1, Rates: tax.Rates{Consumption: "yachts"}}}
		}},
		{"too much", "money.overflow", func(o *tax.Order) {
			o.Lines = []tax.Line{{Unit: cny(1 << 62), Quantity: 4}}
		}},
	} {
		o := good
		c.spoil(&o)
		if _, err := p.Quote(o); pavilion.ReasonOf(err) != c.reason {
			t.Errorf("%s: got %v, want %s", c.name, err, c.reason)
		}
	}
}

func TestTariff(t *testing.T) {
	t.Parallel()
	p := load(t)
	for _, c := range []struct {
		code, found, duty string
		on                pavilion.Date
		provisional       bool
	}{
		{"1806.3100", "18063100", "0.08", day, false},
		{"1806 3100 00", "18063100", "0.08", day, false},
		{"63022920", "6302", "0.06", day, false},
		{"0406.2000", "04062000", "0.08", "2025-06-01", true},
		{"0406.2000", "04062000", "0.12", day, false},
		{"9999", "", "", day, false},
		{"18", "", "", day, false},
		{"", "", "", day, false},
	} {
		row, ok := p.Find(c.code)
		if row.Code != c.found || ok != (c.found != "") {
			t.Errorf("%s: got %q, want %q", c.code, row.Code, c.found)
			continue
		}
		if duty, provisional := row.Duty(c.on); ok && (!duty.Equal(dec(c.duty)) || provisional != c.provisional) {
			t.Errorf("%s on %s: got %s, provisional %v, want %s, %v", c.code, c.on, duty, provisional, c.duty, c.provisional)
		}
	}
	if p.Edition.Current("2027-01-01") || !p.Edition.Current(day) {
		t.Error("the tariff of one year is current in another")
	}
}

// TestYear: a year begins with midnight of the market, not of Greenwich.
func TestYear(t *testing.T) {
	t.Parallel()
	from, to := load(t).Year(time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC))
	if from.UTC() != time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC) || to.UTC() != time.Date(2027, 12, 31, 16, 0, 0, 0, time.UTC) {
		t.Errorf("got %s to %s", from.UTC(), to.UTC())
	}
}
