package report

import (
	"time"

	"pavilion"
)

// WholeWeeks is the part of a period that breakdowns for readers who may not see orders tell
// of: weeks from Monday to Sunday that are over on the day. The week a period ends in counts
// whole if it is over. Two periods that differ by a day would otherwise tell, by the
// difference of their rows, what was bought on that day. Until is before From where no week
// is over.
func WholeWeeks(p Period, today pavilion.Date) Period {
	if p.From != "" {
		p.From = monday(p.From)
	}
	if p.Until == "" || p.Until > today {
		p.Until = today
	}
	if p.Until = monday(p.Until).AddDays(6); p.Until >= today {
		p.Until = p.Until.AddDays(-7)
	}
	return p
}

// monday is the first day of the week a day is in.
func monday(d pavilion.Date) pavilion.Date {
	return d.AddDays(-(int(d.Time().Weekday()-time.Monday) + 7) % 7)
}
