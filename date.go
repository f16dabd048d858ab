package pavilion

import "time"

// Date is a calendar day without a zone, in the form 2006-01-02, so that dates compare and
// sort as text on every engine. The zero Date is "" and means "not stated".
type Date string

const dateLayout = "2006-01-02"

// ParseDate reads a day in the form 2006-01-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return "", E(Invalid, "date.malformed", Args{"value": s})
	}
	return Date(s), nil
}

// DateOf returns the day it is in the zone at that moment.
func DateOf(t time.Time, zone *time.Location) Date { return Date(t.In(zone).Format(dateLayout)) }

// Time returns midnight UTC of the day, or the zero time for a zero Date.
func (d Date) Time() time.Time {
	t, err := time.Parse(dateLayout, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Start returns the moment at which the day begins in the zone, or the zero time for a zero
// Date.
func (d Date) Start(zone *time.Location) time.Time {
	t := d.Time()
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
}

// AddDays returns the day n days later (earlier if n is negative). A zero Date stays zero.
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return Date(d.Time().AddDate(0, 0, n).Format(dateLayout))
}

// DaysUntil returns how many days lie between d and other; negative if other is earlier.
func (d Date) DaysUntil(other Date) int {
	return int(other.Time().Sub(d.Time()) / (24 * time.Hour))
}
