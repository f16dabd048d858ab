package report

import (
	"cmp"
	"slices"

	"pavilion/money"
)

// Fewest is the least number of orders a row of a breakdown tells of to readers who may not
// see orders.
const Fewest = 5

// Others is the key of the row in which [Guard] puts small rows together.
const Others = "…"

// Guard makes a breakdown by category or producer fit for readers who may not see orders.
// No figure names a shopper; but who knows that somebody bought that day could read from a
// row of one order what it was. So rows of fewer than Fewest orders stand together in one,
// with the key Others, and as long as that has too few itself, the smallest other row joins
// it: what is left out cannot be found by taking the rows from their total. A day as a whole,
// and the total, say nothing about what somebody bought and need no guard. An order that has
// a part in several rows counts in each.
func Guard(rows []Row) []Row {
	var out []Row
	for _, c := range currencies(rows) {
		out = append(out, guard(slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Sum.Currency() != c }))...)
	}
	return out
}

func currencies(rows []Row) (all []money.Currency) {
	for _, r := range rows {
		if !slices.Contains(all, r.Sum.Currency()) {
			all = append(all, r.Sum.Currency())
		}
	}
	return all
}

// guard guards rows of one currency and keeps the order of those that stay.
func guard(rows []Row) []Row {
	smallest := slices.Clone(rows)
	slices.SortStableFunc(smallest, func(a, b Row) int { return cmp.Compare(a.Orders, b.Orders) })
	others := Row{Key: Others}
	joined := map[string]bool{}
	for _, r := range smallest {
		if r.Orders >= Fewest && (others.Orders == 0 || others.Orders >= Fewest) {
			break
		}
		joined[r.Key], others.Figures = true, others.plus(r.Figures, 1)
	}
	if len(joined) == 0 {
		return rows
	}
	return append(slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return joined[r.Key] }), others)
}
