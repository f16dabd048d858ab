package report_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/report"
)

// TestWholeWeeks: what is told of any two periods differs by whole weeks that are over.
func TestWholeWeeks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := func(what string) pavilion.Date {
			return pavilion.Date("2022-07-06").AddDays(rapid.IntRange(-40, 40).Draw(t, what))
		}
		today := day("today")
		got := report.WholeWeeks(report.Period{From: day("from"), Until: day("until"), Channel: "own"}, today)
		if got.From.Time().Weekday() != time.Monday || got.Until.Time().Weekday() != time.Sunday || got.Until >= today || got.Channel != "own" {
			t.Fatalf("on %s got %+v, want Monday to Sunday before today", today, got)
		}
	})
	for _, c := range []struct{ from, until, wantFrom, wantUntil pavilion.Date }{
		{"2022-07-06", "2022-07-06", "2022-07-04", "2022-07-10"}, // the day's week
		{"", "2022-07-21", "", "2022-07-17"},                     // the week of today is not over
		{"2022-07-19", "", "2022-07-18", "2022-07-17"},           // nothing is over
	} {
		got := report.WholeWeeks(report.Period{From: c.from, Until: c.until}, "2022-07-20")
		if got.From != c.wantFrom || got.Until != c.wantUntil {
			t.Errorf("%s to %s: got %s to %s, want %s to %s", c.from, c.until, got.From, got.Until, c.wantFrom, c.wantUntil)
		}
	}
}
