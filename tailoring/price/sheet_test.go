package price_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/price"
	"pavilion/tailoring/rules"
	"pavilion/tailoring/tax"
)

const day = pavilion.Date("2026-11-23")

func load(t testing.TB) *tax.Pack {
	t.Helper()
	p, err := tax.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func cny(fen int64) money.Money     { return money.New(fen, money.CNY) }
func byn(kopecks int64) money.Money { return money.New(kopecks, money.BYN) }
func dec(s string) decimal.Decimal  { return decimal.RequireFromString(s) }

func rate(from, to money.Currency, value string, on pavilion.Date) price.Quoted {
	return price.Quoted{ID: pavilion.RateID("rat_" + string(on)), From: from, To: to, Value: dec(value), Source: "a bank", Way: price.ByHand, On: on}
}

// example is a bar of chocolate on its way: 4.00 BYN at the gate, at 2.2 CNY for a rouble.
func example(t testing.TB, route string) price.Input {
	t.Helper()
	share := func(k price.Kind, s string) price.Term {
		return price.Term{ID: price.TermID(k), Kind: k, Per: price.Share, Share: dec(s), Source: "an offer", From: "2026-01-01"}
	}
	return price.Input{
		Pack: load(t), Route: route, Channel: "own", On: day,
		Goods: price.Goods{SKU: "sku_1", Kind: "food", Code: "1806.3200", Confirmed: true, GrossWeight: 100},
		Rates: price.Rates{rate(money.BYN, money.CNY, "2.2", day)},
		Terms: map[price.Kind]price.Term{
			price.ExWorks:    {ID: "1", Kind: price.ExWorks, Per: price.Unit, Amount: byn(400), Source: "invoice 7", From: "2026-10-01"},
			price.Freight:    {ID: "2", Kind: price.Freight, Per: price.Kilogram, Amount: cny(1200), Source: "an offer", From: "2026-09-01"},
			price.Insurance:  share(price.Insurance, "0.01"),
			price.Warehouse:  {ID: "3", Kind: price.Warehouse, Per: price.Unit, Amount: cny(350), Source: "a contract", From: "2026-01-01"},
			price.Commission: share(price.Commission, "0.05"),
			price.Margin:     share(price.Margin, "0.20"),
		},
	}
}

func work(t interface {
	Fatal(...any)
	Helper()
}, in price.Input) price.Sheet {
	t.Helper()
	s, err := price.Work(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func amounts(s price.Sheet) map[price.Kind]string {
	out := map[price.Kind]string{}
	for _, step := range s.Steps {
		out[step.Kind] = step.Amount.Decimal()
	}
	return out
}

func reasons(s price.Sheet) []string {
	out := []string{}
	for _, f := range s.Findings {
		out = append(out, string(f.Severity)+" "+f.Reason)
	}
	return out
}

// TestExample is worked out by hand. Cross-border: 8.80 + 1.20 + 0.10 + 3.50 = 13.60, of a
// price without tax 75 % are left, so it is 18.14 with 0.91 commission and 3.63 margin, and
// 9.1 % tax on top. In general trade the duty of 10 % and the tax of 13 % are on 10.10.
func TestExample(t *testing.T) {
	t.Parallel()
	s := work(t, example(t, "cbec"))
	want := map[price.Kind]string{
		price.ExWorks: "8.80", price.Freight: "1.20", price.Insurance: "0.10", price.Warehouse: "3.50",
		price.Commission: "0.91", price.Margin: "3.63", price.Duty: "0.00", price.VAT: "1.65",
	}
	if diff := cmp.Diff(want, amounts(s)); diff != "" || s.Shelf != cny(1979) || s.Net != cny(1814) {
		t.Errorf("shelf %s, net %s (-want +got):\n%s", s.Shelf, s.Net, diff)
	}
	if s.FloorNet != cny(1432) || s.Floor != cny(1562) || s.BelowCost() {
		t.Errorf("floor: got %s and %s, want 14.32 and 15.62", s.FloorNet, s.Floor)
	}
	if diff := cmp.Diff([]string{}, reasons(s)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if step := s.Step(price.ExWorks); step.Stated != byn(400) || !step.Rate.Value.Equal(dec("2.2")) || step.Source != "invoice 7" || step.Since != "2026-10-01" {
		t.Errorf("ex works: got %+v", step)
	}

	s = work(t, example(t, "general"))
	want = map[price.Kind]string{
		price.ExWorks: "8.80", price.Freight: "1.20", price.Insurance: "0.10", price.Duty: "1.01", price.VAT: "1.44", price.Warehouse: "3.50",
		price.Commission: "1.07", price.Other: "0.00", price.Margin: "4.28",
	}
	if diff := cmp.Diff(want, amounts(s)); diff != "" || s.Shelf != cny(2140) || s.Shelf != s.Net {
		t.Errorf("general trade: shelf %s (-want +got):\n%s", s.Shelf, diff)
	}
	if diff := cmp.Diff([]string{"warns price.other_missing"}, reasons(s)); diff != "" {
		t.Errorf("general trade: findings (-want +got):\n%s", diff)
	}
}

// TestFindings says for each thing that can be missing what a sheet says about it.
func TestFindings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*price.Input)
		want  []string
	}{
		{"no price at the gate", func(in *price.Input) { delete(in.Terms, price.ExWorks) }, []string{"blocks price.ex_works_missing"}},
		{"no exchange rate", func(in *price.Input) { in.Rates = nil }, []string{"blocks price.rate_missing"}},
		{"a rate the other way round", func(in *price.Input) { in.Rates = price.Rates{rate(money.CNY, money.BYN, "0.45", day)} }, []string{}},
		{"an old rate", func(in *price.Input) { in.Rates = price.Rates{rate(money.BYN, money.CNY, "2.2", "2026-10-01")} }, []string{"warns price.rate_old"}},
		{"no weight", func(in *price.Input) { in.Goods.GrossWeight = 0 }, []string{"blocks price.weight_missing"}},
		{"no gross weight", func(in *price.Input) {
			in.Goods.GrossWeight, in.Goods.Content = 0, tax.Content{Mark: "g", Net: dec("90")}
		}, []string{"warns price.weight_net"}},
		{"no freight", func(in *price.Input) { delete(in.Terms, price.Freight) }, []string{"warns price.freight_missing"}},
		{"no code", func(in *price.Input) { in.Goods.Code = "" }, []string{"warns price.usual_rates"}},
		{"no code in general trade", func(in *price.Input) {
			in.Goods.Code, in.Route = "", "general"
			in.Terms[price.Other] = in.Terms[price.Commission]
		}, []string{"blocks price.code_missing"}},
		{"code not confirmed", func(in *price.Input) { in.Goods.Confirmed = false }, []string{"warns price.code_unconfirmed"}},
		{"not on the list", func(in *price.Input) { in.Goods.Code = "5309.11" }, []string{"warns price.not_listed"}},
		{"last year's tariff", func(in *price.Input) {
			in.On = "2027-02-01"
			in.Rates[0].On = "2027-01-31"
		}, []string{"warns price.tariff_old"}},
		{"below cost", func(in *price.Input) { in.Price, in.Included = cny(1561), true }, []string{"warns price.below_cost"}},
		{"at cost", func(in *price.Input) { in.Price, in.Included = cny(1562), true }, []string{}},
		{"too dear for the way", func(in *price.Input) { in.Price = cny(2_600_000) }, []string{"blocks price.not_importable"}},
	} {
		in := example(t, "cbec")
		c.spoil(&in)
		s := work(t, in)
		if diff := cmp.Diff(c.want, reasons(s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		blocked := len(c.want) > 0 && c.want[0][:6] == "blocks"
		if s.Complete == blocked {
			t.Errorf("%s: complete is %v", c.name, s.Complete)
		}
	}
	in := example(t, "cbec")
	in.Terms[price.Commission] = price.Term{Kind: price.Commission, Per: price.Share, Share: dec("0.85")}
	if _, err := price.Work(in); pavilion.ReasonOf(err) != "price.shares" {
		t.Errorf("shares of more than all: got %v, want price.shares", err)
	}
}

// anyInput draws goods, terms and a price that may be too low.
func anyInput(t *rapid.T, p *tax.Pack) price.Input {
	share := func(k price.Kind, most int64) price.Term {
		return price.Term{ID: price.TermID(k), Kind: k, Per: price.Share, Share: decimal.New(rapid.Int64Range(0, most).Draw(t, string(k)), -3), Source: "s", From: "2026-01-01"}
	}
	in := price.Input{
		Pack: p, Route: rapid.SampledFrom([]string{"cbec", "general"}).Draw(t, "route"), Channel: "own", On: day,
		Goods: price.Goods{
			SKU: "sku_1", Kind: "food", Confirmed: true, GrossWeight: rapid.Int64Range(1, 5000).Draw(t, "weight"),
			Code:    rapid.SampledFrom([]string{"18063200", "04012000", "33049900", "33051000", "6302"}).Draw(t, "code"),
			Content: tax.Content{Mark: "ml", Net: decimal.NewFromInt(rapid.Int64Range(1, 200).Draw(t, "net"))},
		},
		Rates: price.Rates{rate(money.BYN, money.CNY, "2.2371", day)},
		Terms: map[price.Kind]price.Term{
			price.ExWorks:    {ID: "1", Kind: price.ExWorks, Per: price.Unit, Amount: byn(rapid.Int64Range(0, 20_000).Draw(t, "ex works")), Source: "s", From: "2026-01-01"},
			price.Freight:    {ID: "2", Kind: price.Freight, Per: price.Kilogram, Amount: cny(rapid.Int64Range(0, 5000).Draw(t, "freight")), Source: "s", From: "2026-01-01"},
			price.Warehouse:  {ID: "3", Kind: price.Warehouse, Per: price.Unit, Amount: cny(rapid.Int64Range(0, 2000).Draw(t, "warehouse")), Source: "s", From: "2026-01-01"},
			price.Insurance:  share(price.Insurance, 50),
			price.Commission: share(price.Commission, 250),
			price.Other:      share(price.Other, 150),
			price.Margin:     share(price.Margin, 400),
		},
	}
	if rapid.Bool().Draw(t, "a price is given") {
		in.Price = cny(rapid.Int64Range(1, 100_000).Draw(t, "price"))
		in.Included = rapid.Bool().Draw(t, "included")
	}
	return in
}

// TestEveryYuanIsExplained: the steps add up to the price to the fen, a hundred yuan to a
// hundred, and a given price that holds its tax stays as it was given.
func TestEveryYuanIsExplained(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t, p)
		s := work(t, in)
		if !s.Complete {
			return
		}
		var sum int64
		for _, step := range s.Steps {
			sum += step.Amount.Minor()
			if step.Kind != price.Margin && step.Amount.Sign() < 0 {
				t.Fatalf("%s is %s", step.Kind, step.Amount)
			}
		}
		if sum != s.Shelf.Minor() {
			t.Fatalf("the steps add up to %d, the price is %s: %v", sum, s.Shelf, amounts(s))
		}
		if in.Included && s.Shelf != in.Price {
			t.Fatalf("the price is %s, given was %s", s.Shelf, in.Price)
		}
		if s.Shelf.IsZero() {
			return
		}
		parts, err := s.Hundred()
		if err != nil {
			t.Fatal(err)
		}
		all, err := money.Sum(money.CNY, parts...)
		if err != nil || all != cny(10_000) {
			t.Fatalf("a hundred yuan are %s, %v", all, err)
		}
	})
}

// TestFloor: at the floor nothing is lost, a fen below something is.
func TestFloor(t *testing.T) {
	t.Parallel()
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t, p)
		in.Price = money.Money{}
		floor := work(t, in).FloorNet
		if floor.IsZero() || floor.Minor() > 400_000 {
			return
		}
		at := func(net money.Money) price.Sheet {
			in.Price, in.Included = net, false
			return work(t, in)
		}
		if s := at(floor); !s.Complete || s.Step(price.Margin).Amount.Sign() < 0 || s.BelowCost() {
			t.Fatalf("at %s the margin is %s", floor, s.Step(price.Margin).Amount)
		}
		if floor.Minor() == 1 {
			return
		}
		if s := at(cny(floor.Minor() - 1)); !s.BelowCost() || !slices.Contains(reasons(s), "warns price.below_cost") {
			t.Fatalf("a fen below %s the margin is %s and nobody is warned", floor, s.Step(price.Margin).Amount)
		}
	})
}

// TestChoose: what is said about less goes before what is said about more.
func TestChoose(t *testing.T) {
	t.Parallel()
	term := func(id, about, route, channel string, from pavilion.Date) price.Term {
		return price.Term{ID: price.TermID(id), Kind: price.Margin, About: about, Route: route, Channel: channel, From: from}
	}
	terms := []price.Term{
		term("all", "", "", "", "2026-01-01"), term("later", "", "", "", "2026-06-01"), term("ahead", "", "", "", "2027-01-01"),
		term("own", "", "", "own", "2025-01-01"), term("general", "", "general", "", "2026-01-01"), term("own general", "", "general", "own", "2026-01-01"),
		term("sweet", "sweets", "", "", "2024-01-01"), term("bar", "chocolate", "", "", "2024-01-01"), term("sku", "sku_1", "", "own", "2024-01-01"),
	}
	for _, c := range []struct {
		about          []string
		route, channel string
		want           price.TermID
	}{
		{nil, "cbec", "jd", "later"},
		{nil, "cbec", "own", "own"},
		{nil, "general", "jd", "general"},
		{nil, "general", "own", "own general"},
		{[]string{"sku_2", "chocolate", "sweets"}, "general", "own", "bar"},
		{[]string{"sku_2", "sweets"}, "cbec", "own", "sweet"},
		{[]string{"sku_1", "chocolate", "sweets"}, "cbec", "own", "sku"},
		{[]string{"sku_1", "chocolate", "sweets"}, "cbec", "jd", "bar"},
	} {
		if got := price.Choose(terms, c.about, c.route, c.channel, day)[price.Margin].ID; got != c.want {
			t.Errorf("%v by %s on %s: got %q, want %q", c.about, c.route, c.channel, got, c.want)
		}
	}
}
