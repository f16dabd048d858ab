package ui

import (
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/money"
)

// Money returns an amount in the form of the language.
func (p *Printer) Money(m money.Money) string {
	return "¥" + m.Decimal()
}

// Number returns a whole number with the language's grouping.
func (p *Printer) Number(n int64) string { return strconv.FormatInt(n, 10) }

// Count returns a number the way a person says it: exactly below ten thousand, then rounded.
func (p *Printer) Count(n int64) string { return p.Number(n) }

// Date returns a day in words.
func (p *Printer) Date(d pavilion.Date) string { return string(d) }

// Moment returns a day and time in the shop's zone.
func (p *Printer) Moment(t time.Time) string { return t.In(p.zone).Format("2006-01-02 15:04") }

// Clock returns the time of day in the shop's zone.
func (p *Printer) Clock(t time.Time) string { return t.In(p.zone).Format("15:04") }

// Ago returns how long ago or in how long a moment is.
func (p *Printer) Ago(t time.Time) string { return p.Moment(t) }

// Duration returns a length of time in its one or two largest units.
func (p *Printer) Duration(d time.Duration) string { return d.String() }

// Measure returns an amount with its unit.
func (p *Printer) Measure(m catalog.Measure) string {
	s := strconv.FormatInt(m.Milli/1000, 10)
	return s + " " + string(m.Unit)
}

// PerUnit returns the price of 100 g or 100 ml (of one piece, one metre), "" if the net
// content does not say.
func (p *Printer) PerUnit(price money.Money, net catalog.Measure) string { return "" }

// Percent returns a decimal with a point, such as "12.5", as a percentage.
func (p *Printer) Percent(decimal string) string { return decimal + "%" }

// Phone returns a telephone number grouped for reading.
func (p *Printer) Phone(number string) string { return number }

// MaskedPhone returns a telephone number with its middle hidden.
func (p *Printer) MaskedPhone(number string) string {
	if len(number) < 7 {
		return strings.Repeat("*", len(number))
	}
	return number[:3] + " **** " + number[len(number)-4:]
}

// Address is a postal address in its parts.
type Address struct {
	Name, Phone, Country, Province, City, District, Street, Postcode string
}

// Address returns the lines of an address in the order its country writes them.
func (p *Printer) Address(a Address) []string {
	return []string{a.Province + a.City + a.District + a.Street}
}
