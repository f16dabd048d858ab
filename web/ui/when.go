package ui

import (
	"fmt"
	"strconv"
	"time"

	"pavilion"
)

// months are the names of months as they stand in a date: in the genitive where there is one.
var months = map[pavilion.Lang][12]string{
	pavilion.English:    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	pavilion.Russian:    {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
	pavilion.Belarusian: {"студзеня", "лютага", "сакавіка", "красавіка", "мая", "чэрвеня", "ліпеня", "жніўня", "верасня", "кастрычніка", "лістапада", "снежня"},
}

// Date returns a day: 2026年11月23日, 23 ноября 2026 г., 23 лістапада 2026 г., 23 November
// 2026. A day that is not stated is "".
func (p *Printer) Date(d pavilion.Date) string {
	if d == "" {
		return ""
	}
	t := d.Time()
	year := strconv.Itoa(t.Year())
	switch p.Lang {
	case pavilion.Chinese:
		return year + "年" + p.Day(d)
	case pavilion.English:
		return p.Day(d) + " " + year
	}
	return p.Day(d) + " " + year + nbsp + "г."
}

// Day returns a day without its year: 11月23日, 23 ноября.
func (p *Printer) Day(d pavilion.Date) string {
	if d == "" {
		return ""
	}
	t := d.Time()
	if p.Lang == pavilion.Chinese {
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	return strconv.Itoa(t.Day()) + nbsp + months[p.Lang][t.Month()-1]
}

// Today is the day it is in the shop's zone.
func (p *Printer) Today() pavilion.Date { return pavilion.DateOf(p.now(), p.zone) }

// Now is the moment by which pages are drawn.
func (p *Printer) Now() time.Time { return p.now() }

// Zone is the shop's zone.
func (p *Printer) Zone() *time.Location { return p.zone }

// Clock returns the time of day in the shop's zone: 17:30.
func (p *Printer) Clock(t time.Time) string { return t.In(p.zone).Format("15:04") }

// Moment returns a day and the time in the shop's zone; the year is left out when it is
// this year.
func (p *Printer) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := pavilion.DateOf(t, p.zone)
	day := p.Date(d)
	if now := p.now(); now.In(p.zone).Year() == t.In(p.zone).Year() {
		day = p.Day(d)
	}
	if p.Lang == pavilion.Chinese {
		return day + " " + p.Clock(t)
	}
	return day + ", " + p.Clock(t)
}

// Ago returns how long ago a moment was or how far ahead it is, within a day; further away
// it is a Moment.
func (p *Printer) Ago(t time.Time) string {
	past := p.now().Sub(t)
	minutes := int(past.Abs() / time.Minute)
	switch {
	case minutes == 0:
		return p.T("ui.ago.now")
	case minutes < 60 && past > 0:
		return p.T("ui.ago.minutes", "count", minutes)
	case minutes < 24*60 && past > 0:
		return p.T("ui.ago.hours", "count", minutes/60)
	case minutes < 60:
		return p.T("ui.ahead.minutes", "count", minutes)
	case minutes < 24*60:
		return p.T("ui.ahead.hours", "count", minutes/60)
	}
	return p.Moment(t)
}

// Duration returns a length of time in its two largest units, seconds only below a minute:
// 2 小时 5 分钟, 2 часа 5 минут.
func (p *Printer) Duration(d time.Duration) string {
	d = d.Abs().Round(time.Second)
	if d < time.Minute {
		return p.T("ui.duration.seconds", "count", int(d/time.Second))
	}
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	var out string
	say := func(part string) {
		if out != "" {
			out += " "
		}
		out += part
	}
	if days > 0 {
		say(p.T("ui.duration.days", "count", days))
	}
	if hours > 0 {
		say(p.T("ui.duration.hours", "count", hours))
	}
	if minutes > 0 && days == 0 {
		say(p.T("ui.duration.minutes", "count", minutes))
	}
	return out
}
