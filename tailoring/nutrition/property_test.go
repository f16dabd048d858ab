package nutrition_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

// amounts are whole thousandths up to the content of 100.
var amounts = rapid.Custom(func(t *rapid.T) decimal.Decimal {
	return decimal.New(rapid.Int64Range(0, 100_000).Draw(t, "thousandths"), -3)
})

func contents(t *rapid.T, s *nutrition.Standard) nutrition.Content {
	c := nutrition.Content{}
	for _, n := range s.Nutrients {
		if n.Code != nutrition.Energy && (n.Core || rapid.Bool().Draw(t, string(n.Code))) {
			c[n.Code] = nutrition.Amount{Value: amounts.Draw(t, "amount of "+string(n.Code))}
		}
	}
	return c
}

func options(t *rapid.T) nutrition.Options {
	o := nutrition.Options{Rounding: rapid.SampledFrom([]nutrition.Rounding{"", nutrition.HalfUp, nutrition.HalfEven}).Draw(t, "rounding")}
	if rapid.Bool().Draw(t, "per serving") {
		o.Serving = decimal.New(rapid.Int64Range(1, 5000).Draw(t, "serving"), -1)
	}
	return o
}

func table(t *rapid.T, s *nutrition.Standard, c nutrition.Content, o nutrition.Options) nutrition.Table {
	got, err := s.Table(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestTableIsWhole checks what holds for every food: the rows in the order of the standard,
// each a multiple of its step, none of none, and the energy of what the table says.
func TestTableIsWhole(t *testing.T) {
	t.Parallel()
	for _, s := range standards(t) {
		t.Run(s.Key, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				c, o := contents(t, s), options(t)
				got := table(t, s, c, o)
				if len(got.Missing) > 0 {
					t.Fatalf("missing: got %v, want none", got.Missing)
				}
				last, energy := -1, decimal.Zero
				for _, r := range got.Rows {
					place := 0
					for s.Nutrients[place].Code != r.Nutrient.Code {
						place++
					}
					if place <= last {
						t.Errorf("%s stands in the wrong place", r.Nutrient.Code)
					}
					last = place
					if !r.Amount.Mod(r.Nutrient.Step).IsZero() {
						t.Errorf("%s is %s: no multiple of %s", r.Nutrient.Code, r.Amount, r.Nutrient.Step)
					}
					if r.Amount.IsZero() && (r.Value != "0" || r.Percent != 0) {
						t.Errorf("%s: nothing is printed as %s and %d%%", r.Nutrient.Code, r.Value, r.Percent)
					}
					if c[r.Nutrient.Code].Value.LessThanOrEqual(r.Nutrient.Zero) && r.Nutrient.Code != nutrition.Energy && r.Value != "0" {
						t.Errorf("%s of %s is printed as %s, want 0", r.Nutrient.Code, c[r.Nutrient.Code].Value, r.Value)
					}
					energy = energy.Add(r.Amount.Mul(r.Nutrient.KJ))
				}
				for _, n := range s.Nutrients {
					if n.CountedOnly && c[n.Code].Value.Sign() > 0 {
						return // gives energy that no row shows
					}
				}
				row, _ := got.Row(nutrition.Energy)
				if off := row.Amount.Sub(energy).Abs(); off.GreaterThan(decimal.New(5, -1)) && row.Value != "0" {
					t.Errorf("energy is %s, its rows make %s", row.Amount, energy)
				}
			})
		})
	}
}

// TestMoreIsNeverLess raises one nutrient: its amount and per cents must not fall, nor the
// energy.
func TestMoreIsNeverLess(t *testing.T) {
	t.Parallel()
	for _, s := range standards(t) {
		t.Run(s.Key, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				c, o := contents(t, s), options(t)
				n := rapid.SampledFrom(s.Nutrients[1:]).Draw(t, "nutrient")
				c[n.Code] = nutrition.Amount{Value: amounts.Draw(t, "less")}
				before := table(t, s, c, o)
				c[n.Code] = nutrition.Amount{Value: c[n.Code].Value.Add(amounts.Draw(t, "by"))}
				after := table(t, s, c, o)
				for _, code := range []nutrition.Code{n.Code, nutrition.Energy} {
					a, _ := before.Row(code)
					b, _ := after.Row(code)
					if b.Amount.LessThan(a.Amount) || b.Percent < a.Percent {
						t.Errorf("more %s: %s went from %s (%d%%) to %s (%d%%)", n.Code, code, a.Value, a.Percent, b.Value, b.Percent)
					}
				}
			})
		})
	}
}

// TestServingOfHundredIsHundred: a serving of 100 g is the table of 100 g.
func TestServingOfHundredIsHundred(t *testing.T) {
	t.Parallel()
	s := standards(t)[1]
	rapid.Check(t, func(t *rapid.T) {
		c := contents(t, s)
		plain, serving := table(t, s, c, nutrition.Options{}), table(t, s, c, nutrition.Options{Serving: decimal.NewFromInt(100)})
		for i, r := range plain.Rows {
			if serving.Rows[i].Value != r.Value {
				t.Errorf("%s: got %s, want %s", r.Nutrient.Code, serving.Rows[i].Value, r.Value)
			}
		}
	})
}

// TestFromLabel takes over what may be taken over, marked, and refuses to print what the
// newer edition wants from a laboratory.
func TestFromLabel(t *testing.T) {
	t.Parallel()
	all := standards(t)
	label := map[nutrition.Code]decimal.Decimal{
		nutrition.Protein: decimal.New(73, -1), nutrition.Fat: decimal.New(316, -1), nutrition.SatFat: decimal.New(195, -1),
		nutrition.Carbohydrate: decimal.New(567, -1), nutrition.Sugar: decimal.New(55, 0),
		nutrition.Salt: decimal.New(21, -2), nutrition.Energy: decimal.New(2300, 0),
	}
	for _, s := range all {
		c := s.FromLabel(nutrition.Content{nutrition.Fat: {Value: decimal.New(3162, -2)}}, label, false)
		if got, want := c[nutrition.Sodium], (nutrition.Amount{Value: decimal.New(84, 0), Rounded: true}); !got.Value.Equal(want.Value) || !got.Rounded {
			t.Errorf("%s: sodium: got %v, want %v", s.Key, got, want)
		}
		if got := c[nutrition.Fat]; got.Rounded || got.Value.String() != "31.62" {
			t.Errorf("%s: the laboratory's fat became %v", s.Key, got)
		}
		if _, there := c[nutrition.Energy]; there {
			t.Errorf("%s: energy was taken from the label", s.Key)
		}
		if c := s.FromLabel(nil, label, true); c[nutrition.Sodium].Rounded {
			t.Errorf("%s: a laboratory's sodium is taken for rounded", s.Key)
		}
		got, err := s.Table(c, nutrition.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := []nutrition.Code{nutrition.SatFat, nutrition.Sugar, nutrition.Sodium}
		if s.Until != "" { // the older one asks for sodium alone
			want = want[2:]
		}
		if diff := cmp.Diff(want, got.Rounded); diff != "" || got.Complete() {
			t.Errorf("%s: complete %t, rounded (-want +got):\n%s", s.Key, got.Complete(), diff)
		}
	}
}

func TestTableRefuses(t *testing.T) {
	t.Parallel()
	s := standards(t)[0]
	for name, test := range map[string]struct {
		content nutrition.Content
		options nutrition.Options
		reason  string
	}{
		"what it has no word for": {content: nutrition.Content{"gold": {}}, reason: "nutrition.unknown"},
		"energy":                  {content: nutrition.Content{nutrition.Energy: {}}, reason: "nutrition.unknown"},
		"less than nothing":       {content: nutrition.Content{nutrition.Fat: {Value: decimal.New(-1, 0)}}, reason: "nutrition.out_of_range"},
		"a mountain":              {content: nutrition.Content{nutrition.Fat: {Value: decimal.New(1, 1<<30)}}, reason: "nutrition.out_of_range"},
		"a hair":                  {content: nutrition.Content{nutrition.Fat: {Value: decimal.New(1, -1<<30)}}, reason: "nutrition.out_of_range"},
		"a serving below nothing": {options: nutrition.Options{Serving: decimal.New(-1, 0)}, reason: "nutrition.serving"},
		"an unknown basis":        {options: nutrition.Options{Basis: "oz"}, reason: "nutrition.basis"},
		"an unknown rounding":     {options: nutrition.Options{Rounding: "up"}, reason: "nutrition.rounding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := s.Table(test.content, test.options); pavilion.ReasonOf(err) != test.reason {
				t.Errorf("got %v, want %s", err, test.reason)
			}
		})
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"", "0", "12.45", "12,45", "1e9", "-1", "0.1234567", "4,212", ".5", "5.", "1.2.3", "９", " 7 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := nutrition.ParseAmount(s)
		if err != nil {
			if r := pavilion.ReasonOf(err); r != "nutrition.malformed" && r != "number.ambiguous" {
				t.Errorf("%q: got %v", s, err)
			}
			return
		}
		again, err := nutrition.ParseAmount(d.String())
		if err != nil || !again.Equal(d) || d.Sign() < 0 {
			t.Errorf("%q became %s, then %s %v", s, d, again, err)
		}
	})
}

// TestLoadNamesTheFault breaks the pack in one place each.
func TestLoadNamesTheFault(t *testing.T) {
	t.Parallel()
	raw, err := rules.Files.ReadFile("cn/nutrition-2025.toml")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ old, with, want string }{
		"a step that is no number": {`step = "0.1"`, `step = "a tenth"`, `step is "a tenth"`},
		"no step":                  {`step = "0.1"`, ``, "say the step"},
		"an unknown unit":          {`unit = "g"`, `unit = "oz"`, `measured in "oz"`},
		"an unknown key":           {`nrv = "60"`, `nrw = "60"`, `"nutrient.nrw" means nothing here`},
		"a doubled row":            {`code = "fat"`, `code = "protein"`, "protein stands here twice"},
		"an unknown mark":          {`verified = "recalled"`, `verified = "guessed"`, `verified is "guessed"`},
		"a name left out":          {`ru = "Белки", `, ``, "protein has no name in ru"},
		"a row above its parent":   {`under = "fat"`, `under = "sugar"`, "does not stand before it"},
		"no amount":                {`"每{amount}"`, `"每"`, "{amount}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(string(raw), test.old, test.with, 1)
			_, err := nutrition.Load(fstest.MapFS{"cn/nutrition-2025.toml": {Data: []byte(text)}}, "cn")
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "cn/nutrition-2025.toml:") {
				t.Errorf("got %v, want cn/nutrition-2025.toml:… %s", err, test.want)
			}
		})
	}
	if _, err := nutrition.Load(rules.Files, "elsewhere"); err != nil {
		t.Errorf("a market without standards: got %v, want none", err)
	}
}
