package report_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pavilion/report"
)

// TestGuard looks for rows that tell too much and for figures that got lost.
func TestGuard(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []report.Row
		var total report.Figures
		for i, orders := range rapid.SliceOfN(rapid.Int64Range(1, 12), 0, 8).Draw(t, "orders") {
			rows = append(rows, row(fmt.Sprint(i), orders, 2*orders, 100*orders, orders-1, 7*orders))
			total.Orders, total.Units = total.Orders+orders, total.Units+2*orders
		}
		guarded := report.Guard(slices.Clone(rows))
		for i, r := range guarded {
			total.Orders, total.Units = total.Orders-r.Orders, total.Units-r.Units
			if r.Orders < report.Fewest && len(guarded) > 1 {
				t.Errorf("row %s of %d orders stands beside others", r.Key, r.Orders)
			}
			if at := slices.IndexFunc(rows, func(o report.Row) bool { return o.Key == r.Key }); at >= 0 && rows[at] != r || at < 0 && r.Key != report.Others {
				t.Errorf("row %d: got %+v, want one of %+v", i, r, rows)
			}
			if r.Key != report.Others && r.Orders < report.Fewest {
				t.Errorf("row %s tells of %d orders", r.Key, r.Orders)
			}
		}
		if total.Orders != 0 || total.Units != 0 {
			t.Errorf("got %d orders and %d units too few", total.Orders, total.Units)
		}
	})
}
