package channel_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
	"pavilion/order"
	"pavilion/stock"
)

var (
	simLives = flag.Int("sim.lives", 2, "how many random lives of an engine are lived on each database")
	simLife  = flag.Uint64("sim.life", 0, "live only this one, and tell it step by step")
)

// TestEnginesNeverOversell lives random lives of an engine with its database: two platforms and
// the own shop sell the same goods, alone and in bundles, while calls are lost, late, done
// twice or refused. After every step no platform may sell more than was kept for it; in the end
// every order is in once, and what platforms offer is what they were granted. A life that fails
// is lived again by -sim.life.
func TestEnginesNeverOversell(t *testing.T) {
	t.Parallel()
	first, last := uint64(1), uint64(*simLives)
	if *simLife != 0 {
		first, last = *simLife, *simLife
	}
	for seed := first; seed <= last; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			clock := dbtest.NewClock()
			dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
				l := &life{mall: newMall(t, d, clock, twoPlatforms...), random: rand.New(rand.NewPCG(seed, 1))}
				l.live(seed)
			})
		})
	}
}

type life struct {
	*mall
	random *rand.Rand
	ids    [][]channel.UnitID // by platform, as goods
}

var (
	skus  = []pavilion.SKUID{"sku_a", "sku_b"}
	goods = []struct {
		ref   string
		parts []channel.Part
	}{
		{"sku_a", []channel.Part{{SKU: "sku_a", Quantity: 1}}},
		{"sku_b", []channel.Part{{SKU: "sku_b", Quantity: 1}}},
		{"box", []channel.Part{{SKU: "sku_a", Quantity: 2}, {SKU: "sku_b", Quantity: 1}}},
	}
)

func (l *life) live(seed uint64) {
	l.t.Helper()
	bundles := seed%2 == 0
	for _, sku := range skus {
		l.receive(sku, 40)
	}
	for i, p := range l.platforms {
		l.ids = append(l.ids, nil)
		for _, g := range goods {
			if len(g.parts) == 1 || bundles {
				l.ids[i] = append(l.ids[i], l.sellsAs(i, g.ref, g.parts...))
			}
		}
		faults := rand.New(rand.NewPCG(seed, uint64(i)+2)) // of its own, for a platform's calls follow one another
		p.FailBy(func(string) channeltest.Fault {
			if faults.IntN(6) > 0 {
				return channeltest.Fine
			}
			return channeltest.Faults[faults.IntN(len(channeltest.Faults))]
		})
	}
	l.looks()
	for range 120 {
		did := l.step()
		if *simLife != 0 {
			l.t.Log(did)
		}
		if l.keepsTheRule(); l.t.Failed() {
			l.t.Fatalf("after: %s", did)
		}
	}
	l.ends()
}

// step does one thing that happens.
func (l *life) step() string {
	i := l.random.IntN(len(l.platforms))
	p, unit := l.platforms[i], l.random.IntN(len(l.ids[i]))
	switch l.random.IntN(16) {
	case 0, 1, 2, 3:
		lines := []channeltest.PurchaseLine{{Ref: goods[unit].ref, Quantity: 1 + l.random.Int64N(3)}}
		if l.random.IntN(3) == 0 {
			lines = append(lines, channeltest.PurchaseLine{Ref: goods[l.random.IntN(2)].ref, Quantity: 1})
		}
		number, err := p.Order(channeltest.Purchase{Lines: lines, Unpaid: l.random.IntN(4) == 0})
		return fmt.Sprint(p.Name(), " sells ", lines, " as ", number, ": ", err)
	case 4:
		return l.any(i, "paid", p.Pay)
	case 5:
		return l.any(i, "given up", p.GiveUp)
	case 6:
		return l.any(i, "paid back in part", func(number string) error { return p.RefundLine(number, "1") })
	case 7:
		out, err := l.intake.Place(l.t.Context(), l.request(fmt.Sprint("own", l.random.Uint64()), skus[l.random.IntN(2)], 1+l.random.Int64N(3)))
		return fmt.Sprint("the own shop sells: ", out.Err, err)
	case 8:
		sku, n := skus[l.random.IntN(2)], 1+l.random.Int64N(8)
		l.receive(sku, n)
		return fmt.Sprint("received ", n, " ", sku)
	case 9:
		policy := []channel.Policy{{Kind: channel.Pool}, {Kind: channel.Pool, Reserve: 5}, {Kind: channel.Fixed, Quantity: l.random.Int64N(12)}, {Kind: channel.Percent, Quantity: 30}, {Kind: channel.None}}[l.random.IntN(5)]
		ref := goods[unit].ref
		l.must(func(ctx context.Context, tx *db.Tx) error {
			was, err := channel.PolicyOf(ctx, tx, l.shops[i], ref)
			if err != nil {
				return err
			}
			policy.Shop, policy.Ref = l.shops[i], ref
			if was.Ref == ref {
				policy.Version = was.Version
			}
			return channel.SetPolicy(ctx, tx, policy)
		})
		return fmt.Sprint(p.Name(), " has ", policy)
	case 10:
		p.Arrive()
		return p.Name() + " does what was late"
	case 11:
		d := time.Duration(1+l.random.IntN(12)) * time.Minute
		l.clock.Advance(d)
		return fmt.Sprint(d, " pass")
	case 12, 13:
		l.hears()
		return "we ask for orders"
	case 14:
		if err := l.engine.LookOver(l.t.Context(), l.run()); err != nil {
			l.t.Fatal(err)
		}
		return "we look over"
	default:
		l.looks()
		return "we look at all shares"
	}
}

// any does something to an order there is, if it can be done.
func (l *life) any(on int, what string, do func(number string) error) string {
	all := l.platforms[on].Orders()
	if len(all) == 0 {
		return "nothing"
	}
	number := all[l.random.IntN(len(all))].Number
	return fmt.Sprint(l.platforms[on].Name(), ": ", number, " is ", what, ": ", do(number))
}

func (l *life) hears() {
	if err := l.engine.PollAll(l.t.Context(), l.run()); err != nil {
		l.t.Fatal(err)
	}
	l.work(1)
}

func (l *life) looks() {
	l.must(func(ctx context.Context, tx *db.Tx) error {
		for _, id := range l.shops {
			if err := job.Enqueue(ctx, tx, channel.SharesJob, string(id), channel.ShareOrder{Shop: id}, 0); err != nil {
				return err
			}
		}
		return nil
	})
	l.work(2)
}

// keepsTheRule: what a platform offers and what stands in its orders is no more than what was
// granted to it and what we reserved for its orders.
func (l *life) keepsTheRule() {
	l.t.Helper()
	const reserved = `select coalesce(sum(r.quantity), 0) from reservation r join sale_order o on o.id = r.order_id where r.sku_id = $1 and o.shop = $2 and r.state = 'active'`
	if err := l.d.Read(l.t.Context(), func(v *db.View) error {
		shares, err := stock.Shares(l.t.Context(), v, skus)
		if err != nil {
			return err
		}
		for i, p := range l.platforms {
			for _, sku := range skus {
				var kept, promised int64
				if err := v.QueryRow(l.t.Context(), reserved, string(sku), string(l.shops[i])).Scan(&kept); err != nil {
					return err
				}
				for _, s := range shares[sku] {
					if s.Shop == string(l.shops[i]) {
						kept += s.Granted
					}
				}
				for n, id := range l.ids[i] {
					for _, part := range goods[n].parts {
						if part.SKU == sku {
							promised += part.Quantity * (p.Offered(id) + p.Held(id))
						}
					}
				}
				if promised > kept {
					l.t.Errorf("%s of %s: got %d offered or sold, and %d kept for it", p.Name(), sku, promised, kept)
				}
			}
		}
		return nil
	}); err != nil {
		l.t.Fatal(err)
	}
	l.mustBeClean()
}

// ends mends the network, and looks whether all is as it should be when all is done.
func (l *life) ends() {
	l.t.Helper()
	for i, p := range l.platforms {
		p.FailBy(nil)
		p.Arrive()
		for _, o := range p.Orders() {
			if o.State == channel.OrderUnpaid {
				if err := p.Pay(o.Number); err != nil {
					l.t.Fatal(i, err)
				}
			}
		}
	}
	for range 8 {
		l.clock.Advance(12 * time.Minute)
		l.hears()
		for _, all := range []func(context.Context, *job.Run) error{l.engine.RereadParked, l.engine.LookOver} {
			if err := all(l.t.Context(), l.run()); err != nil {
				l.t.Fatal(err)
			}
		}
		l.looks()
		if l.keepsTheRule(); l.t.Failed() {
			l.t.Fatal("in the end")
		}
	}
	for i, p := range l.platforms {
		for _, o := range p.Orders() {
			k, ours := l.kept(i, o.Number)
			if o.State == channel.OrderCancelled {
				if k.Order != "" && ours.State != order.StateCancelled {
					l.t.Errorf("%s %s was cancelled: got %+v", p.Name(), o.Number, ours)
				}
				continue
			}
			want, got := map[pavilion.SKUID]int64{}, map[pavilion.SKUID]int64{}
			for _, line := range o.Lines {
				for _, g := range goods {
					for _, part := range g.parts {
						if g.ref == line.Ref && !line.Refunded {
							want[part.SKU] += part.Quantity * line.Quantity
						}
					}
				}
			}
			for _, line := range ours.Lines {
				got[line.SKU] += line.Quantity - line.Refunded
			}
			if k.Reason != "" || ours.State != order.StatePaid || got["sku_a"] != want["sku_a"] || got["sku_b"] != want["sku_b"] {
				l.t.Errorf("%s %s: got %v (%s, waits for %q), want %v", p.Name(), o.Number, got, ours.State, k.Reason, want)
			}
		}
		for n, id := range l.ids[i] {
			row := l.shareOfUnit(i, goods[n].ref, goods[n].parts[0].SKU)
			if row.Granted != p.Offered(id) || row.Call.Key != "" {
				l.t.Errorf("%s of %s in the end: got %d granted, %d wanted (%s) and %d offered, under way %+v, by %+v", p.Name(), goods[n].ref, row.Granted, row.Wanted, row.Why, p.Offered(id), row.Call, l.jobOf(i, goods[n].ref))
			}
		}
	}
}

func (l *life) shareOfUnit(on int, ref string, sku pavilion.SKUID) (row channel.ShareRow) {
	l.t.Helper()
	if err := l.d.Read(l.t.Context(), func(v *db.View) error {
		rows, err := channel.ShareRows(l.t.Context(), v, sku)
		for _, r := range rows {
			if r.Of.ID == l.shops[on] && r.Ref == ref {
				row = r
			}
		}
		return err
	}); err != nil {
		l.t.Fatal(err)
	}
	return row
}

// jobOf is the job that sees to a share.
func (l *life) jobOf(on int, ref string) (j job.Info) {
	l.t.Helper()
	if err := l.d.Read(l.t.Context(), func(v *db.View) (err error) {
		j, _, err = job.ByKey(l.t.Context(), v, channel.ShareJob, string(l.shops[on])+"/"+ref)
		return err
	}); err != nil {
		l.t.Fatal(err)
	}
	return j
}
