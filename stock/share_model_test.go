package stock_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

// grantee is a shop and what it was granted units of.
type grantee struct {
	channel, shop string
	sku           pavilion.SKUID
}

// missing is how many granted units of a SKU, of those that must have at least so many days
// left, do not lie there.
func (m *model) missing(sku pavilion.SKUID, days int) int64 {
	var granted, lying int64
	for g, n := range m.grants {
		if g.sku == sku && lookup(m.fresh, g.channel, sku) >= days {
			granted += n
		}
	}
	for p, h := range m.piles {
		if m.lots[p.lot].SKU == sku && m.sells[p.warehouse] && !h.held && m.daysLeft(p) >= max(0, days) {
			lying += h.onHand - m.reserved(p)
		}
	}
	return max(0, granted-lying)
}

// shortages are what is missing for each number of days.
func (m *model) shortages(sku pavilion.SKUID) (all []int64) {
	for days := range 15 {
		all = append(all, m.missing(sku, days))
	}
	return all
}

func worse(before, after []int64) bool {
	for i := range before {
		if after[i] > before[i] {
			return true
		}
	}
	return false
}

// could tells whether a shop may sell so many units of a SKU without taking away what others
// were granted. It tries: it takes them and looks.
func (m *model) could(g grantee, units int64) bool {
	before, left := m.shortages(g.sku), units
	taken := map[pile]int64{}
	for _, p := range m.sellable(g.channel, g.sku) {
		n := min(left, m.piles[p].onHand-m.reserved(p))
		taken[p] = n
		m.piles[p].onHand -= n
		left -= n
	}
	own := m.grants[g]
	m.grants[g] = max(0, own-units)
	after := m.shortages(g.sku)
	m.grants[g] = own
	for p, n := range taken {
		m.piles[p].onHand += n
	}
	return left == 0 && (units <= own || !worse(before, after))
}

// raise grants up to so many more units.
func (m *model) raise(g grantee, by int64) (granted int64) {
	for ; granted < by; granted++ {
		m.grants[g]++
		for days := range lookup(m.fresh, g.channel, g.sku) + 1 {
			if m.missing(g.sku, days) > 0 {
				m.grants[g]--
				return granted
			}
		}
	}
	return granted
}

func (m *machine) grantee(rt *rapid.T) grantee {
	return grantee{m.prefix + "jd", rapid.SampledFrom([]string{"", "two"}).Draw(rt, "shop"), m.sku(rt)}
}

func (m *machine) doRaise(rt *rapid.T) {
	g, by := m.grantee(rt), quantity(rt)*2
	m.must(rt, func(tx *db.Tx) error {
		got, err := stock.Raise(m.ctx, tx, g.channel, g.shop, g.sku, by)
		if want := m.raise(g, by); err == nil && got != want {
			rt.Fatalf("raise %+v by %d: got %d, want %d", g, by, got, want)
		}
		return err
	})
}

func (m *machine) doLower(rt *rapid.T) {
	g, by := m.grantee(rt), quantity(rt)
	want := "stock.not_granted"
	if m.grants[g] >= by {
		want = ""
		m.grants[g] -= by
	}
	m.same(rt, want, func(tx *db.Tx) error { return stock.Lower(m.ctx, tx, g.channel, g.shop, g.sku, by) })
}

func (m *machine) doRegrant(rt *rapid.T) {
	order := m.orderWith(rt, stock.Active)
	held := m.of(order, stock.Active)
	want := m.release([]pavilion.OrderID{order})
	shop := m.prefix + "jd"
	if want == "" {
		for _, r := range held {
			m.grants[grantee{shop, "two", r.SKU}] += r.Quantity
		}
	}
	m.same(rt, want, func(tx *db.Tx) error { return stock.Regrant(m.ctx, tx, shop, "two", order) })
}

// checkShares compares what is granted.
func (m *machine) checkShares(rt *rapid.T, v *db.View, sku pavilion.SKUID) {
	all, err := stock.Shares(m.ctx, v, []pavilion.SKUID{sku})
	if err != nil {
		rt.Fatal(err)
	}
	for g, want := range m.grants {
		at := slices.IndexFunc(all[sku], func(s stock.Share) bool { return s.Channel == g.channel && s.Shop == g.shop })
		if g.sku == sku && (at < 0 && want > 0 || at >= 0 && all[sku][at].Granted != want) {
			rt.Fatalf("shares: got %+v, want %d of %+v", all[sku], want, g)
		}
	}
	got, err := stock.Uncovered(m.ctx, v, []pavilion.SKUID{sku})
	if err != nil {
		rt.Fatal(err)
	}
	if want := slices.Max(m.shortages(sku)); got[sku] != want {
		rt.Fatalf("uncovered %s: got %d, want %d", sku, got[sku], want)
	}
}

// TestGrantedOnce has many grant and promise the last units at the same time.
func TestGrantedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("choc", "2023-03-01", 30)
		h.receive("choc", "2023-04-01", 30)
		done := make(chan int64)
		for worker := range 8 {
			go func() {
				var mine int64
				for n := range 10 {
					err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
						if worker%2 == 0 {
							got, err := stock.Raise(t.Context(), tx, "jd", "", "choc", 2)
							mine += got
							return err
						}
						g, err := stock.Reserve(t.Context(), tx, []stock.Claim{claim(string(rune('a'+worker))+string(rune('a'+n)), "choc", 2)})
						if err == nil && g[0].Err == nil {
							mine += 2
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
				done <- mine
			}()
		}
		var total int64
		for range 8 {
			total += <-done
		}
		if total != 60 {
			t.Errorf("granted and promised: got %d units, want the 60 that are there", total)
		}
		h.clean()
	})
}

func TestVerifyFindsSharesOfWhatIsGone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		lot := h.receive("choc", "2023-03-01", 10)
		h.must(func(ctx context.Context, tx *db.Tx) error {
			if _, err := stock.Raise(ctx, tx, "jd", "1", "choc", 6); err != nil {
				return err
			}
			_, err := stock.Raise(ctx, tx, "douyin", "1", "choc", 9)
			return err
		})
		h.clean()
		h.must(h.handle(stock.WriteOff, lot, 3))
		if diff := cmp.Diff([]string{"stock.verify_granted: stored 10, counted 7 in channel_share douyin 1 choc, channel_share jd 1 choc"}, h.verify()); diff != "" {
			t.Errorf("differences, - want, + got:\n%s", diff)
		}
		h.must(func(ctx context.Context, tx *db.Tx) error { return stock.Lower(ctx, tx, "jd", "1", "choc", 3) })
		h.clean()
	})
}
