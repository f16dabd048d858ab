package nutrition

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
)

// Amount is how much of a nutrient there is in 100 g or 100 ml, in the unit of the standard.
type Amount struct {
	Value decimal.Decimal
	// Rounded says that the value was taken from another country's label and not from a
	// laboratory or the recipe.
	Rounded bool
}

// Content is what 100 g or 100 ml of a food hold, before any rounding. Energy is not part of
// it: the table works it out.
type Content map[Code]Amount

// Basis is what the table gives the content of.
type Basis string

// The bases.
const (
	Grams       Basis = "g"
	Millilitres Basis = "ml"
)

// Rounding is what becomes of a half. A product keeps to one of them.
type Rounding string

// The ways of rounding.
const (
	HalfUp   Rounding = "half-up"   // 12.45 becomes 12.5
	HalfEven Rounding = "half-even" // 12.45 becomes 12.4: GB/T 8170
)

// Options say how a table is drawn. The zero value is one of 100 g with halves rounded up.
type Options struct {
	Basis    Basis           // Grams if ""
	Serving  decimal.Decimal // grams or millilitres; zero: the table is of 100
	Rounding Rounding        // HalfUp if ""
}

// Table is a nutrition table as it is printed.
type Table struct {
	Standard *Standard
	Basis    Basis
	Serving  decimal.Decimal // zero: of 100
	Rows     []Row

	// Missing are the rows the standard demands and the content does not give.
	Missing []Code
	// Rounded are the rows that rest on another country's rounded label although the
	// standard demands a laboratory's value.
	Rounded []Code
}

// Row is one line of the table.
type Row struct {
	Nutrient Nutrient
	Amount   decimal.Decimal // as it is printed
	Value    string          // Amount with the decimals of its step, "0" for none
	Percent  int64           // of the reference value, where HasNRV
	HasNRV   bool
}

var (
	hundred = decimal.NewFromInt(100)
	most    = decimal.NewFromInt(1_000_000)
)

// mostDigits bounds the digits of an amount after the point.
const mostDigits = 6

// ParseAmount reads an amount of a nutrient as people type it. Errors are Invalid:
// nutrition.malformed {value} and those of money.Typed.
func ParseAmount(s string) (decimal.Decimal, error) {
	text, err := money.Typed(s)
	if err != nil {
		return decimal.Zero, err
	}
	whole, fraction, point := strings.Cut(text, ".")
	malformed := pavilion.E(pavilion.Invalid, "nutrition.malformed", pavilion.Args{"value": s})
	if !digits(whole) || point && !digits(fraction) || len(whole) > 7 || len(fraction) > mostDigits {
		return decimal.Zero, malformed
	}
	d, err := decimal.NewFromString(text)
	if err != nil || d.GreaterThan(most) {
		return decimal.Zero, malformed
	}
	return d, nil
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Table makes the table of a food. What the standard demands and the content lacks stands in
// Missing; the rows that can be made are made. Errors, all Invalid: nutrition.unknown {code}
// for content the standard has no word for, nutrition.out_of_range {code} for an amount that
// is negative or beyond all reason, nutrition.serving for such a serving, and
// nutrition.rounding for an unknown way of rounding.
func (s *Standard) Table(c Content, o Options) (Table, error) {
	if err := s.check(c, o); err != nil {
		return Table{}, err
	}
	t := Table{Standard: s, Basis: o.Basis, Serving: o.Serving}
	if t.Basis == "" {
		t.Basis = Grams
	}
	energy, per100, whole := decimal.Zero, decimal.Zero, true
	for _, n := range s.Nutrients {
		if n.Code == Energy {
			continue
		}
		a, given := c[n.Code]
		if !given {
			if n.Core {
				t.Missing = append(t.Missing, n.Code)
				whole = whole && n.KJ.Sign() == 0
			}
			continue
		}
		if n.Laboratory && a.Rounded {
			t.Rounded = append(t.Rounded, n.Code)
		}
		row := n.row(n.labelled(a.Value, o))
		energy = energy.Add(row.Amount.Mul(n.KJ))
		per100 = per100.Add(n.labelled(a.Value, Options{Rounding: o.Rounding}).Mul(n.KJ))
		if !n.CountedOnly {
			t.Rows = append(t.Rows, row)
		}
	}
	n, counted := s.Nutrient(Energy)
	switch {
	case !counted:
	case !whole:
		t.Missing = append([]Code{Energy}, t.Missing...)
	default:
		if per100.LessThanOrEqual(n.Zero) {
			energy = decimal.Zero
		}
		at := slices.IndexFunc(t.Rows, func(r Row) bool { return s.place(r.Nutrient.Code) > s.place(Energy) })
		if at < 0 {
			at = len(t.Rows)
		}
		t.Rows = slices.Insert(t.Rows, at, n.row(o.round(energy, n.Step)))
	}
	return t, nil
}

// Complete tells whether the table may be printed.
func (t Table) Complete() bool { return len(t.Missing) == 0 && len(t.Rounded) == 0 }

// Amount is what the table gives the content of, such as "100 g".
func (t Table) Amount() string {
	amount := hundred
	if t.Serving.Sign() > 0 {
		amount = t.Serving
	}
	return amount.String() + " " + string(t.Basis)
}

// Row returns the row of a nutrient.
func (t Table) Row(c Code) (Row, bool) {
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Nutrient.Code == c })
	if i < 0 {
		return Row{}, false
	}
	return t.Rows[i], true
}

func (s *Standard) check(c Content, o Options) error {
	if o.Rounding != "" && o.Rounding != HalfUp && o.Rounding != HalfEven {
		return pavilion.E(pavilion.Invalid, "nutrition.rounding", nil).At("rounding")
	}
	if o.Basis != "" && o.Basis != Grams && o.Basis != Millilitres {
		return pavilion.E(pavilion.Invalid, "nutrition.basis", nil).At("basis")
	}
	if !within(o.Serving) {
		return pavilion.E(pavilion.Invalid, "nutrition.serving", nil).At("serving")
	}
	for code, a := range c {
		if n, known := s.Nutrient(code); !known || n.Code == Energy {
			return pavilion.E(pavilion.Invalid, "nutrition.unknown", pavilion.Args{"code": string(code)}).At(string(code))
		}
		if !within(a.Value) {
			return pavilion.E(pavilion.Invalid, "nutrition.out_of_range", pavilion.Args{"code": string(code)}).At(string(code))
		}
	}
	return nil
}

// within tells whether an amount is one that ParseAmount would read.
func within(d decimal.Decimal) bool {
	return d.Sign() >= 0 && d.Exponent() >= -mostDigits && d.Exponent() <= mostDigits && d.LessThanOrEqual(most)
}

// place is where the standard has the row.
func (s *Standard) place(c Code) int {
	return slices.IndexFunc(s.Nutrients, func(n Nutrient) bool { return n.Code == c })
}

// labelled is what the table says of a content of 100: none up to the threshold, otherwise
// scaled to the serving and rounded.
func (n Nutrient) labelled(per100 decimal.Decimal, o Options) decimal.Decimal {
	if per100.LessThanOrEqual(n.Zero) {
		return decimal.Zero
	}
	if o.Serving.Sign() > 0 {
		per100 = per100.Mul(o.Serving).Shift(-2)
	}
	return o.round(per100, n.Step)
}

// round rounds to a multiple of the step.
func (o Options) round(d, step decimal.Decimal) decimal.Decimal {
	steps := d.DivRound(step, 3*mostDigits)
	if o.Rounding == HalfEven {
		return steps.RoundBank(0).Mul(step)
	}
	return steps.Round(0).Mul(step)
}

// row is the line of an amount that is rounded already.
func (n Nutrient) row(amount decimal.Decimal) Row {
	r := Row{Nutrient: n, Amount: amount, Value: "0", HasNRV: n.NRV.Sign() > 0}
	if amount.Sign() > 0 {
		r.Value = amount.StringFixed(max(0, -n.Step.Exponent()))
	}
	if r.HasNRV {
		r.Percent = amount.Mul(hundred).DivRound(n.NRV, 3*mostDigits).Round(0).IntPart()
	}
	return r
}

// FromLabel adds to a content what another country's label says, as far as the standard
// allows it: amounts of the standard's own nutrients as they stand, others by its
// conversions. They are marked as rounded unless a laboratory confirmed them; what the content
// has already stays. Amounts the standard cannot use are left out.
func (s *Standard) FromLabel(c Content, label map[Code]decimal.Decimal, confirmed bool) Content {
	out := make(Content, len(c)+len(label))
	for code, a := range c {
		if n, known := s.Nutrient(code); known && n.Code != Energy {
			out[code] = a
		}
	}
	put := func(code Code, value decimal.Decimal) {
		if _, there := out[code]; !there {
			out[code] = Amount{Value: value, Rounded: !confirmed}
		}
	}
	for code, value := range label {
		if n, known := s.Nutrient(code); known && n.Code != Energy {
			put(code, value)
		}
	}
	for _, v := range s.Conversions {
		if value, there := label[v.From]; there {
			put(v.To, value.Mul(v.Factor))
		}
	}
	return out
}
