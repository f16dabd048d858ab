package tax_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/rules"
	"pavilion/tailoring/tax"
)

// day is one on which both ways of the market have a rule and the tariff is current.
const day = pavilion.Date("2026-11-23")

func load(t testing.TB) *tax.Pack {
	t.Helper()
	p, err := tax.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// vector is one worked case of testdata/cbec-tax.json.
type vector struct {
	ID, Note, Kind string
	Input          struct {
		Lines []struct {
			Price, CIF string
			Qty        *int64
			VAT, Duty  string
			Cosmetic   *struct{ Mark, NetPerUnit string }
		}
		Freight, Insured, Discount, AnnualUsed string
		TaxIncluded, VAT, CT                   string
		Returned                               []int64
	}
	Expect map[string]any
}

func amount(t *testing.T, s string) money.Money {
	t.Helper()
	if s == "" {
		return money.New(0, money.CNY)
	}
	m, err := money.Parse(s, money.CNY)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func number(t *testing.T, s string) decimal.Decimal {
	t.Helper()
	if s == "" {
		return decimal.Zero
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (v vector) order(t *testing.T, p *tax.Pack) tax.Order {
	in := v.Input
	o := tax.Order{
		Route: "cbec", On: day, Freight: amount(t, in.Freight), Insurance: amount(t, in.Insured),
		Discount: amount(t, in.Discount), YearUsed: amount(t, in.AnnualUsed),
	}
	if v.Kind == "general" {
		o.Route = "general"
	}
	for _, l := range in.Lines {
		line := tax.Line{Unit: amount(t, l.Price), Quantity: 1, Rates: tax.Rates{Duty: number(t, l.Duty), VAT: number(t, l.VAT)}}
		if l.Qty != nil {
			line.Quantity = *l.Qty
		}
		if l.Cosmetic != nil {
			line.Rates.Consumption = "cosmetics"
			line.Content = tax.Content{Mark: l.Cosmetic.Mark, Net: number(t, l.Cosmetic.NetPerUnit)}
		}
		if l.CIF != "" { // the value of the whole line: one parcel of so many times the content
			line.Unit, line.Content.Net = amount(t, l.CIF), line.Content.Net.Mul(decimal.NewFromInt(line.Quantity))
			line.Quantity = 1
		}
		o.Lines = append(o.Lines, line)
	}
	return o
}

// TestVectors works out every case of the file and compares all that it expects.
func TestVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/cbec-tax.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) == 0 {
		t.Fatal("the file holds no cases")
	}
	p := load(t)
	for _, v := range file.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			var got map[string]any
			switch v.Kind {
			case "cbec", "general":
				got = assessed(t, p, v.order(t, p))
			case "inverse":
				got = apart(t, p, v)
			case "refund":
				got = refunded(t, p, v)
			default:
				t.Fatalf("%s: nobody knows cases of the kind %q", v.ID, v.Kind)
			}
			for name, want := range v.Expect {
				if name == "lines" {
					compareLines(t, v, got, want.([]any))
				} else if got[name] != want {
					t.Errorf("%s (%s): %s: got %v, want %v", v.ID, v.Note, name, got[name], want)
				}
			}
		})
	}
}

func compareLines(t *testing.T, v vector, got map[string]any, want []any) {
	t.Helper()
	lines := got["lines"].([]map[string]any)
	if len(lines) != len(want) {
		t.Fatalf("%s: got %d lines, want %d", v.ID, len(lines), len(want))
	}
	for i, w := range want {
		for name, value := range w.(map[string]any) {
			if lines[i][name] != value {
				t.Errorf("%s (%s): line %d: %s: got %v, want %v", v.ID, v.Note, i+1, name, lines[i][name], value)
			}
		}
	}
}

func assessed(t *testing.T, p *tax.Pack, o tax.Order) map[string]any {
	t.Helper()
	a, err := p.Quote(o)
	if err != nil {
		t.Fatal(err)
	}
	lines := []map[string]any{}
	for _, l := range a.Lines {
		lines = append(lines, map[string]any{
			"freightShare": l.FreightShare.Decimal(), "discountShare": l.DiscountShare.Decimal(), "dutiable": l.Dutiable.Decimal(),
			"consumptionApplies": l.HasConsumption,
			"duty":               l.Duty.Decimal(), "consumption": l.Consumption.Decimal(), "vat": l.VAT.Decimal(),
		})
	}
	return map[string]any{
		"verdict": string(a.Verdict), "dutiableTotal": a.Dutiable.Decimal(), "lines": lines, "taxTotal": a.Tax.Decimal(),
		"acturalPaid": a.Paid.Decimal(), "annualAfter": a.YearAfter.Decimal(),
	}
}

func apart(t *testing.T, p *tax.Pack, v vector) map[string]any {
	t.Helper()
	rates, content := tax.Rates{VAT: number(t, v.Input.VAT)}, tax.Content{}
	if v.Input.CT != "" {
		rates.Consumption, content = "cosmetics", tax.Content{Mark: "g", Net: decimal.NewFromInt(1)}
		if class := p.Classes[0]; !class.Rate.Equal(number(t, v.Input.CT)) {
			t.Fatalf("the pack's consumption tax is %s, the case has %s", class.Rate, v.Input.CT)
		}
	}
	parts, err := p.Included(amount(t, v.Input.TaxIncluded), "cbec", day, rates, content)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"verdict": "inverse", "dutiable": parts.Dutiable.Decimal(), "tax": parts.Tax.Decimal(),
		"compositeRate": parts.Composite.StringFixed(6), "exact": parts.Exact,
	}
}

func refunded(t *testing.T, p *tax.Pack, v vector) map[string]any {
	t.Helper()
	r, err := p.Refund(v.order(t, p), v.Input.Returned)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"verdict": "refund", "taxCharged": r.Charged.Decimal(), "taxRemaining": r.Remaining.Decimal(),
		"taxRefund": r.Refund.Decimal(), "annualRestored": r.YearRestored.Decimal(),
	}
}
