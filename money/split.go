package money

import (
	"cmp"
	"math/bits"
	"slices"

	"pavilion"
)

// Split divides m into n parts that differ by at most one minor unit and add up to m; the
// larger parts come first. The error is Invalid, money.parts, when n is not positive.
func (m Money) Split(n int) ([]Money, error) {
	if n <= 0 {
		return nil, pavilion.E(pavilion.Invalid, "money.parts", nil)
	}
	each, rest := m.minor/int64(n), m.minor%int64(n)
	parts := make([]Money, n)
	for i := range parts {
		part := each
		switch {
		case int64(i) < rest:
			part++
		case int64(i) < -rest:
			part--
		}
		parts[i] = Money{part, m.currency}
	}
	return parts, nil
}

// Allocate divides m in proportion to the weights by the method of the largest remainder:
// each part is the exact share cut towards zero, and the minor units left over go one each
// to the parts that lost most, the earlier of equals first. The parts add up to m, none is
// a whole unit away from its exact share, and a weight of zero gets nothing. Errors are
// Invalid: money.weights when a weight is negative or their sum is not between 1 and the
// largest int64.
func (m Money) Allocate(weights []int64) ([]Money, error) {
	var total int64
	for _, w := range weights {
		if w < 0 || total+w < total {
			return nil, pavilion.E(pavilion.Invalid, "money.weights", nil)
		}
		total += w
	}
	if total == 0 {
		return nil, pavilion.E(pavilion.Invalid, "money.weights", nil)
	}
	whole := magnitude(m.minor)
	parts := make([]uint64, len(weights))
	lost := make([]uint64, len(weights)) // remainder of each share, in 1/total of a unit
	byLoss := make([]int, len(weights))
	left := whole
	for i, w := range weights {
		hi, lo := bits.Mul64(whole, uint64(w))
		parts[i], lost[i] = bits.Div64(hi, lo, uint64(total)) // w ≤ total, so hi < total
		left -= parts[i]
		byLoss[i] = i
	}
	slices.SortStableFunc(byLoss, func(a, b int) int { return cmp.Compare(lost[b], lost[a]) })
	for _, i := range byLoss[:left] {
		parts[i]++
	}
	out := make([]Money, len(parts))
	for i, p := range parts {
		part, err := signed(p, m.minor < 0, m.currency)
		if err != nil {
			return nil, err
		}
		out[i] = part
	}
	return out, nil
}
