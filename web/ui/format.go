package ui

import (
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/money"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// style is how a language writes values.
type style struct {
	point     string // between whole and fraction
	group     string // between groups of three digits
	groupFrom int    // numbers with fewer digits are not grouped
	signFirst bool   // a currency's sign stands before the amount
	percent   string // after the number
	units     map[catalog.Unit]string
	// counts are the words for rounded large numbers, the largest first.
	counts []magnitude
}

type magnitude struct {
	from int64
	word string
}

var styles = map[pavilion.Lang]style{
	pavilion.Chinese: {
		point: ".", group: ",", groupFrom: 5, signFirst: true, percent: "%",
		units: map[catalog.Unit]string{
			catalog.Milligram: "毫克", catalog.Gram: "克", catalog.Kilogram: "千克", catalog.Millilitre: "毫升", catalog.Centilitre: "厘升",
			catalog.Litre: "升", catalog.Millimetre: "毫米", catalog.Centimetre: "厘米", catalog.Metre: "米", catalog.Piece: "件",
		},
		counts: []magnitude{{1e8, "亿"}, {1e4, "万"}},
	},
	pavilion.English: {
		point: ".", group: ",", groupFrom: 4, signFirst: true, percent: "%",
		units: map[catalog.Unit]string{
			catalog.Milligram: "mg", catalog.Gram: "g", catalog.Kilogram: "kg", catalog.Millilitre: "ml", catalog.Centilitre: "cl",
			catalog.Litre: "l", catalog.Millimetre: "mm", catalog.Centimetre: "cm", catalog.Metre: "m", catalog.Piece: "pcs",
		},
		counts: []magnitude{{1e6, nbsp + "million"}, {1e4, "k"}},
	},
	pavilion.Russian:    cyrillic,
	pavilion.Belarusian: cyrillic,
}

// cyrillic is shared: Russian and Belarusian write values alike.
var cyrillic = style{
	point: ",", group: nbsp, groupFrom: 5, percent: nbsp + "%",
	units: map[catalog.Unit]string{
		catalog.Milligram: "мг", catalog.Gram: "г", catalog.Kilogram: "кг", catalog.Millilitre: "мл", catalog.Centilitre: "сл",
		catalog.Litre: "л", catalog.Millimetre: "мм", catalog.Centimetre: "см", catalog.Metre: "м", catalog.Piece: "шт.",
	},
	counts: []magnitude{{1e6, nbsp + "млн"}, {1e4, nbsp + "тыс."}},
}

// signs are the currencies with a sign of their own; others show their code.
var signs = map[money.Currency]string{"CNY": "¥", "BYN": "Br", "RUB": "₽", "USD": "$", "EUR": "€"}

// amountPart is a piece of an amount, for setting them in different sizes.
type amountPart struct{ class, text string }

// moneyParts returns the sign, the whole and the fraction of an amount in the order the
// language writes them.
func (p *Printer) moneyParts(m money.Money) []amountPart {
	st := styles[p.Lang]
	whole, fraction, _ := strings.Cut(m.Decimal(), ".")
	whole, negative := strings.CutPrefix(whole, "-")
	whole = st.grouped(whole)
	sign, known := signs[m.Currency()]
	if !known {
		sign = string(m.Currency())
	}
	var parts []amountPart
	if negative {
		parts = append(parts, amountPart{"sign", "−"})
	}
	if st.signFirst && sign != "" {
		if len(sign) > 1 && sign[0] < 0x80 {
			sign += nbsp // a code of letters needs a gap, a sign does not
		}
		parts = append(parts, amountPart{"sign", sign})
	}
	parts = append(parts, amountPart{"whole", whole})
	if fraction != "" {
		parts = append(parts, amountPart{"cents", st.point + fraction})
	}
	if !st.signFirst && sign != "" {
		parts = append(parts, amountPart{"sign", nbsp + sign})
	}
	return parts
}

// Money returns an amount: ¥12.50, and 12,50 ¥ in Russian and Belarusian.
func (p *Printer) Money(m money.Money) string {
	var b strings.Builder
	for _, part := range p.moneyParts(m) {
		b.WriteString(part.text)
	}
	return b.String()
}

// Number returns a whole number, grouped as the language does.
func (p *Printer) Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n < 0 {
		return "−" + styles[p.Lang].grouped(s[1:])
	}
	return styles[p.Lang].grouped(s)
}

func (st style) grouped(digits string) string {
	if len(digits) < st.groupFrom {
		return digits
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(st.group)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Count returns a number the way a person says it: exact below ten thousand, then rounded
// down to one decimal of 万, thousand or million, so that it never claims too much.
func (p *Printer) Count(n int64) string {
	st := styles[p.Lang]
	for _, m := range st.counts {
		if n >= m.from {
			whole, tenth := n/m.from, n%m.from/(m.from/10)
			if m.from == 1e4 && m.word != "万" { // thousands begin at ten of them
				whole, tenth = n/1000, n%1000/100
			}
			s := st.grouped(strconv.FormatInt(whole, 10))
			if tenth > 0 {
				s += st.point + strconv.FormatInt(tenth, 10)
			}
			return s + m.word
		}
	}
	return p.Number(n)
}

// Measure returns an amount with its unit: 90 克, 1,5 л, 0.5 kg. It is "" for one that is
// not stated.
func (p *Printer) Measure(m catalog.Measure) string {
	if m.Milli == 0 {
		return ""
	}
	st := styles[p.Lang]
	unit, ok := st.units[m.Unit]
	if !ok {
		unit = string(m.Unit)
	}
	return st.milli(m.Milli) + nbsp + unit
}

// milli writes thousandths as a decimal without needless zeros.
func (st style) milli(n int64) string {
	s := st.grouped(strconv.FormatInt(n/1000, 10))
	if rest := n % 1000; rest != 0 {
		s += st.point + strings.TrimRight(strconv.FormatInt(1000+rest, 10)[1:], "0")
	}
	return s
}

// PerUnit returns the price of 100 g or 100 ml, and of one piece where there are several in
// a package: ¥13.89/100 克, 13,89 ¥ за 100 г. It is "" where the net content does not say.
func (p *Printer) PerUnit(price money.Money, net catalog.Measure) string {
	per, of, ok := catalog.UnitPrice(price, net)
	if !ok || price.IsZero() {
		return ""
	}
	return p.T("ui.price.per", "price", per, "of", of)
}

// Percent returns a decimal with a point, such as "12.5", as a percentage; "" stays "".
func (p *Printer) Percent(decimal string) string {
	if decimal == "" {
		return ""
	}
	st := styles[p.Lang]
	return strings.Replace(decimal, ".", st.point, 1) + st.percent
}
