package catalog

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pavilion"
)

// Unit is a unit of net content.
type Unit string

const (
	Milligram  Unit = "mg"
	Gram       Unit = "g"
	Kilogram   Unit = "kg"
	Millilitre Unit = "ml"
	Centilitre Unit = "cl"
	Litre      Unit = "l"
	Millimetre Unit = "mm"
	Centimetre Unit = "cm"
	Metre      Unit = "m"
	Piece      Unit = "pcs"
)

// spellings are the ways people write each unit, lower case and without a full stop, in
// English, Russian, Belarusian and Chinese.
var spellings = map[Unit]string{
	Milligram:  "mg milligram milligrams мг миллиграмм миллиграмма миллиграммов міліграм міліграма міліграмаў 毫克",
	Gram:       "g gr gram grams gramme grammes г гр грамм грамма граммов грам грама грамы грамаў 克 公克",
	Kilogram:   "kg kilo kilogram kilograms кг килограмм килограмма килограммов кілаграм кілаграма кілаграмы кілаграмаў 千克 公斤",
	Millilitre: "ml millilitre millilitres milliliter milliliters мл миллилитр миллилитра миллилитров мілілітр мілілітра мілілітры мілілітраў 毫升",
	Centilitre: "cl centilitre centilitres centiliter centiliters сл сантилитр сантилитра сантилитров сантылітр сантылітра сантылітраў 厘升",
	Litre:      "l litre litres liter liters л литр литра литров літр літра літры літраў 升 公升",
	Millimetre: "mm millimetre millimetres millimeter millimeters мм миллиметр миллиметра миллиметров міліметр міліметра міліметраў 毫米",
	Centimetre: "cm centimetre centimetres centimeter centimeters см сантиметр сантиметра сантиметров сантыметр сантыметра сантыметраў 厘米 公分",
	Metre:      "m metre metres meter meters м метр метра метров метраў 米 公尺",
	Piece:      "pcs pc piece pieces шт штука штуки штук штукі штукаў 个 個 件 只 枚 片",
}

var unitOf = func() map[string]Unit {
	of := map[string]Unit{}
	for unit, words := range spellings {
		for w := range strings.FieldsSeq(words) {
			of[w] = unit
		}
	}
	return of
}()

// ParseUnit reads a unit in any spelling people use. Error: Invalid unit.unknown {value}.
func ParseUnit(s string) (Unit, error) {
	key := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))), ".")
	if u, ok := unitOf[key]; ok {
		return u, nil
	}
	return "", pavilion.E(pavilion.Invalid, "unit.unknown", pavilion.Args{"value": s}).At("net")
}

// Measure is an amount with its unit, as the package states it: 1.5 l is {1500, Litre}. The
// zero Measure is not stated.
type Measure struct {
	Milli int64 // thousandths of the unit
	Unit  Unit
}

// mostDigits bounds the whole part of an amount, so that no sum over amounts overflows.
const mostDigits = 9

// ParseMeasure reads an amount as people write it in Russian, Belarusian, English or
// Chinese: "90 г", "1,5 л", "0.5 kg", "1 000 г", "500克", "10 шт." A comma or point is the
// decimal mark, never a thousands separator. Errors, all Invalid: measure.malformed
// {value}, measure.too_fine {value} for more than three decimals, measure.zero, and
// unit.unknown {value}.
func ParseMeasure(s string) (Measure, error) {
	text := strings.TrimSpace(norm.NFKC.String(s)) // full-width digits and all kinds of spaces become plain ones
	end := strings.LastIndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' }) + 1
	milli, err := parseMilli(text[:end])
	if err != nil {
		return Measure{}, err.At("net")
	}
	unit, uerr := ParseUnit(text[end:])
	if uerr != nil {
		return Measure{}, uerr
	}
	return Measure{Milli: milli, Unit: unit}, nil
}

// parseMilli reads a decimal number as thousandths.
func parseMilli(s string) (int64, *pavilion.Error) {
	malformed := pavilion.E(pavilion.Invalid, "measure.malformed", pavilion.Args{"value": s})
	whole, fraction, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	whole, ok := ungroup(whole)
	if !ok || len(whole) > mostDigits || !digitsOnly(whole) || !digitsOnly(fraction) && fraction != "" {
		return 0, malformed
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > 3 {
		return 0, pavilion.E(pavilion.Invalid, "measure.too_fine", pavilion.Args{"value": s})
	}
	milli, err := strconv.ParseInt(whole+fraction+"000"[len(fraction):], 10, 64)
	if err != nil {
		return 0, malformed
	}
	if milli == 0 {
		return 0, pavilion.E(pavilion.Invalid, "measure.zero", nil)
	}
	return milli, nil
}

// ungroup takes the spaces out of a number written in groups of three digits.
func ungroup(s string) (string, bool) {
	groups := strings.FieldsFunc(s, unicode.IsSpace)
	for i, g := range groups {
		if len(groups) > 1 && (i == 0 && len(g) > 3 || i > 0 && len(g) != 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String returns the amount as data, such as "1.5 l"; pages write it in their language. A
// measure that is not stated is "".
func (m Measure) String() string {
	if m == (Measure{}) {
		return ""
	}
	return decimal(m.Milli) + " " + string(m.Unit)
}

// decimal writes thousandths with a point.
func decimal(milli int64) string {
	whole := strconv.FormatInt(milli/1000, 10)
	if rest := milli % 1000; rest != 0 {
		whole += strings.TrimRight("."+strconv.FormatInt(1000+rest, 10)[1:], "0")
	}
	return whole
}
