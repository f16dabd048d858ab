package channel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestShare(t *testing.T) {
	t.Parallel()
	own := asker{own: true, each: 1, most: 1000}
	pool := func(granted, sold int64) asker {
		return asker{Policy: Policy{Kind: Pool}, each: 1, most: 1000, granted: granted, sold: sold}
	}
	of := func(kind PolicyKind, quantity int64) asker {
		return asker{Policy: Policy{Kind: kind, Quantity: quantity}, each: 1, most: 1000}
	}
	for what, c := range map[string]struct {
		units  int64
		askers []asker
		want   []int64
	}{
		"evenly at first":             {90, []asker{own, pool(0, 0), pool(0, 0)}, []int64{0, 30, 30}},
		"half of it where it sells":   {100, []asker{own, pool(0, 8), pool(0, 0)}, []int64{0, 57, 21}},
		"the fenced first":            {10, []asker{own, of(Fixed, 8), of(Ring, 6)}, []int64{0, 4, 6}},
		"a percentage of all":         {200, []asker{own, of(Percent, 25), of(Fixed, 20)}, []int64{0, 50, 20}},
		"nothing":                     {200, []asker{own, of(None, 25)}, []int64{0, 0}},
		"near enough stays":           {90, []asker{own, pool(32, 0), pool(29, 0)}, []int64{0, 32, 29}},
		"far off moves":               {90, []asker{own, pool(50, 0), pool(29, 0)}, []int64{0, 30, 29}},
		"whole bundles":               {10, []asker{own, {Policy: Policy{Kind: Fixed, Quantity: 5}, each: 3, most: 1000}}, []int64{0, 9}},
		"what others hold":            {90, []asker{own, {Policy: Policy{Kind: Fixed, Quantity: 50}, each: 1, most: 12}}, []int64{0, 12}},
		"a reserve is kept":           {90, []asker{own, {Policy: Policy{Kind: Pool, Reserve: 30}, each: 1, most: 1000}}, []int64{0, 30}},
		"less than there was, enough": {3, []asker{own, pool(2, 0), pool(2, 0)}, []int64{0, 1, 1}},
	} {
		if got := share(c.units, c.askers); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", what, got, c.want)
		}
	}
}

// TestSharesAddUp: whatever is asked, never more is promised than lies there, nobody gets more
// than it could have, and bundles are whole.
func TestSharesAddUp(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	kinds := []PolicyKind{Pool, Fixed, Percent, Ring, None}
	for range 20_000 {
		units, askers := random.Int64N(200), []asker{{own: true, each: 1, most: 200, sold: random.Int64N(50)}}
		for range random.IntN(5) {
			a := asker{Policy: Policy{Kind: kinds[random.IntN(len(kinds))], Quantity: random.Int64N(100), Reserve: random.Int64N(20)},
				each: 1 + random.Int64N(3), most: random.Int64N(200), granted: random.Int64N(100), sold: random.Int64N(50)}
			a.granted -= a.granted % a.each
			askers = append(askers, a)
		}
		var sum int64
		for i, n := range share(units, askers) {
			sum += n
			if a := askers[i]; n < 0 || n > a.most && n != 0 || n%max(1, a.each) != 0 || a.own && n != 0 {
				t.Fatalf("%d units among %+v: got %d for %d", units, askers, n, i)
			}
		}
		if sum > units {
			t.Fatalf("%d units among %+v: got %d in all", units, askers, sum)
		}
	}
}

func TestCarriersAreKnownByName(t *testing.T) {
	t.Parallel()
	theirs := []Carrier{{"1", "顺丰快递"}, {"2", "中国邮政"}, {"3", "中国邮政EMS"}, {"4", "中通"}, {"5", "圆通速递"}}
	for name, want := range map[string]string{"顺丰速运": "1", "中国邮政 EMS": "", "中国邮政": "2", "中通快递": "4", "圆通速递": "5", "极兔速递": "", "": ""} {
		if got := codeOf(name, theirs); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
