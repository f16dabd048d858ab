package money_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	. "pavilion/money"
)

func minors(ms []Money) []int64 {
	out := make([]int64, len(ms))
	for i, m := range ms {
		out[i] = m.Minor()
	}
	return out
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor int64
		n     int
		want  []int64
	}{
		{10, 3, []int64{4, 3, 3}},
		{-10, 3, []int64{-4, -3, -3}},
		{2, 3, []int64{1, 1, 0}},
		{0, 2, []int64{0, 0}},
		{7, 1, []int64{7}},
		{math.MinInt64, 2, []int64{math.MinInt64 / 2, math.MinInt64 / 2}},
	} {
		got, err := New(c.minor, CNY).Split(c.n)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, minors(got)); d != "" {
			t.Errorf("%d in %d parts (-want +got):\n%s", c.minor, c.n, d)
		}
	}
	for _, n := range []int{0, -1} {
		if _, err := New(1, CNY).Split(n); pavilion.ReasonOf(err) != "money.parts" {
			t.Errorf("in %d parts: got %v, want money.parts", n, err)
		}
	}
}

func TestSplitAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		parts, err := m.Split(rapid.IntRange(1, 200).Draw(t, "n"))
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := Sum(m.Currency(), parts...); err != nil || sum != m {
			t.Fatalf("sum: got %v, %v, want %v", sum, err, m)
		}
		most, least := slices.Max(minors(parts)), slices.Min(minors(parts))
		if most-least > 1 {
			t.Fatalf("parts: got from %d to %d, want at most one apart", least, most)
		}
	})
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		minor   int64
		weights []int64
		want    []int64
	}{
		{"even", 100, []int64{1, 1}, []int64{50, 50}},
		{"the earlier of equals gets the unit", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"the largest remainder gets the unit", 10, []int64{1, 1, 5}, []int64{2, 1, 7}},
		{"the order of weights does not matter to it", 11, []int64{70, 10, 20}, []int64{8, 1, 2}},
		{"nothing for nothing", 5, []int64{0, 1, 0}, []int64{0, 5, 0}},
		{"negative amounts mirror positive ones", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"less than the parts", 1, []int64{1, 1, 1}, []int64{1, 0, 0}},
		{"the smallest amount", math.MinInt64, []int64{1}, []int64{math.MinInt64}},
		{"the largest weight", math.MaxInt64, []int64{math.MaxInt64 - 1, 1}, []int64{math.MaxInt64 - 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := New(c.minor, CNY).Allocate(c.weights)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, minors(got)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	for name, weights := range map[string][]int64{
		"none": nil, "all zero": {0, 0}, "negative": {2, -1}, "too many": {math.MaxInt64, 1},
	} {
		if _, err := New(1, CNY).Allocate(weights); pavilion.ReasonOf(err) != "money.weights" {
			t.Errorf("%s: got %v, want money.weights", name, err)
		}
	}
}

// TestAllocateProperties holds for every amount and all weights: the parts add up, keep
// the sign, none is a whole unit from its exact share, and no part that was cut more than
// another got less of the rest.
func TestAllocateProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 10), rapid.Int64Range(0, math.MaxInt64/50)), 1, 50).
			Filter(func(w []int64) bool { return slices.Max(w) > 0 }).Draw(t, "weights")
		parts, err := m.Allocate(weights)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := Sum(m.Currency(), parts...); err != nil || sum != m {
			t.Fatalf("sum: got %v, %v, want %v", sum, err, m)
		}
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		cut := make([]*big.Rat, len(parts))  // the exact share less its whole units, as a magnitude
		over := make([]*big.Rat, len(parts)) // what the part has beyond its exact share, as a magnitude
		for i, p := range parts {
			if p.Sign()*m.Sign() < 0 {
				t.Fatalf("part %d: got %v of %v, want the same sign", i, p, m)
			}
			share := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(m.Minor()), big.NewInt(weights[i])), total)
			share.Abs(share)
			whole := new(big.Rat).SetInt(new(big.Int).Quo(share.Num(), share.Denom()))
			cut[i] = new(big.Rat).Sub(share, whole)
			part := new(big.Rat).SetInt64(p.Minor())
			over[i] = part.Abs(part).Sub(part, share)
			if new(big.Rat).Abs(over[i]).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("part %d: got %v, want less than a unit from %v", i, p, share)
			}
		}
		for i := range parts {
			for j := range parts {
				if cut[i].Cmp(cut[j]) > 0 && over[i].Sign() < 0 && over[j].Sign() > 0 {
					t.Fatalf("part %d was cut by %v and got no unit, part %d by %v and got one", i, cut[i], j, cut[j])
				}
			}
		}
	})
}

func BenchmarkAllocate(b *testing.B) {
	m := New(123457, CNY)
	weights := []int64{1990, 2590, 890}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Allocate(weights); err != nil {
			b.Fatal(err)
		}
	}
}
