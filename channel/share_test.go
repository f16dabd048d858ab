package channel_test

import (
	"context"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// twoPlatforms are one that knows increments and one that only takes absolute numbers.
var twoPlatforms = []channeltest.Options{{Name: "inc", Shop: "1", Increments: true}, {Name: "abs", Shop: "2"}}

func eachMall(t *testing.T, kinds []channeltest.Options, test func(t *testing.T, m *mall)) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) { test(t, newMall(t, d, clock, kinds...)) })
}

func TestPlatformsAreToldWhatTheyMaySell(t *testing.T) {
	eachMall(t, twoPlatforms, func(t *testing.T, m *mall) {
		m.receive("sku_a", 90)
		a, b := m.sells(0, "sku_a"), m.sells(1, "sku_a")
		m.settles()
		for i, id := range []channel.UnitID{a, b} {
			if got := m.share(i, "sku_a"); got.Granted != 30 || m.platforms[i].Offered(id) != 30 || got.Wanted != 30 || got.Why != "channel.why.pool" {
				t.Errorf("platform %d: got %d granted and %d offered, want a third", i, got.Granted, m.platforms[i].Offered(id))
			}
		}
		m.policy(0, "", channel.Policy{Kind: channel.Percent, Quantity: 50})
		m.policy(1, "sku_a", channel.Policy{Kind: channel.Fixed, Quantity: 7})
		m.settles()
		for i, want := range []int64{45, 7} {
			if got := m.share(i, "sku_a"); got.Granted != want || m.platforms[i].Offered([]channel.UnitID{a, b}[i]) != want {
				t.Errorf("by policy, platform %d: got %d granted and %d offered, want %d", i, got.Granted, m.platforms[i].Offered([]channel.UnitID{a, b}[i]), want)
			}
		}
		m.mustBeClean()
	})
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	eachMall(t, twoPlatforms, func(t *testing.T, m *mall) {
		m.receive("sku_a", 90)
		a, b := m.sells(0, "sku_a"), m.sells(1, "sku_a")
		for _, p := range m.platforms {
			p.Fail("ChangeStock", channeltest.LostAnswer, channeltest.LostRequest, channeltest.TooOften, channeltest.Down, channeltest.TokenOver, channeltest.Late)
		}
		for range 12 {
			m.settles()
			for _, p := range m.platforms {
				p.Arrive()
			}
		}
		for i, id := range []channel.UnitID{a, b} {
			if got := m.share(i, "sku_a"); got.Granted != 30 || m.platforms[i].Offered(id) != 30 {
				t.Errorf("platform %d: got %d granted and %d offered, want 30", i, got.Granted, m.platforms[i].Offered(id))
			}
		}
		m.mustBeClean()
	})
}

func TestWhatAHandPutThereIsCoveredOrTakenOff(t *testing.T) {
	eachMall(t, twoPlatforms, func(t *testing.T, m *mall) {
		m.receive("sku_a", 30)
		a, b := m.sells(0, "sku_a"), m.sells(1, "sku_a")
		m.platforms[0].EditStock(a, 500) // before we came
		m.platforms[1].EditStock(b, 500)
		m.settles()
		for i, id := range []channel.UnitID{a, b} {
			if got := m.share(i, "sku_a"); got.Granted != 10 || m.platforms[i].Offered(id) != 10 {
				t.Errorf("platform %d: got %d granted and %d offered, want 10", i, got.Granted, m.platforms[i].Offered(id))
			}
			m.platforms[i].EditStock(id, 25)
		}
		for range 3 {
			m.clock.Advance(10 * time.Minute)
			if err := m.engine.LookOver(t.Context(), m.run()); err != nil {
				t.Fatal(err)
			}
			m.settles()
		}
		for i, id := range []channel.UnitID{a, b} {
			if got := m.share(i, "sku_a"); got.Granted != 10 || m.platforms[i].Offered(id) != 10 {
				t.Errorf("edited again, platform %d: got %d granted and %d offered, want 10", i, got.Granted, m.platforms[i].Offered(id))
			}
		}
		m.mustBeClean()
	})
}

func TestBundlesSellFromTheirParts(t *testing.T) {
	eachMall(t, twoPlatforms[:1], func(t *testing.T, m *mall) {
		m.receive("sku_a", 40)
		m.receive("sku_b", 9)
		box := m.sellsAs(0, "box", channel.Part{SKU: "sku_a", Quantity: 3}, channel.Part{SKU: "sku_b", Quantity: 2})
		m.policy(0, "box", channel.Policy{Kind: channel.Fixed, Quantity: 100})
		m.settles()
		if got := m.share(0, "sku_a"); got.Granted != 4 || m.platforms[0].Offered(box) != 4 {
			t.Errorf("got %d granted and %d offered, want four boxes of nine units", got.Granted, m.platforms[0].Offered(box))
		}
		m.mustBeClean()
	})
}

func TestNothingIsToldWhereItMustNotBe(t *testing.T) {
	eachMall(t, twoPlatforms[:1], func(t *testing.T, m *mall) {
		m.receive("sku_a", 30)
		a := m.sells(0, "sku_a")
		m.must(func(ctx context.Context, tx *db.Tx) error { return channel.PullBrake(ctx, tx, "", "a test") })
		m.settles()
		if n := m.platforms[0].Offered(a); n != 0 {
			t.Errorf("with the brake on: got %d offered, want none", n)
		}
		m.must(func(ctx context.Context, tx *db.Tx) error { return channel.ReleaseBrake(ctx, tx, "") })
		m.mode(0, channel.Watching)
		m.settles()
		if n := m.platforms[0].Offered(a); n != 0 {
			t.Errorf("watched: got %d offered, want none", n)
		}
		plan, err := m.engine.PlanShares(t.Context(), m.shops[0], "", 10)
		if err != nil || len(plan) != 1 || plan[0].Offered != 0 || plan[0].Wanted != 15 {
			t.Errorf("the plan: got %+v, %v, want 15 of 30", plan, err)
		}
		m.mode(0, channel.Live)
		m.work(3)
		if n := m.platforms[0].Offered(a); n != 15 {
			t.Errorf("live: got %d offered, want 15", n)
		}
	})
}

func (m *mall) mode(on int, mode channel.Mode) {
	m.t.Helper()
	m.must(func(ctx context.Context, tx *db.Tx) error {
		shop, err := channel.ShopOf(ctx, tx, m.shops[on])
		if err != nil {
			return err
		}
		return channel.SetMode(ctx, tx, shop, mode)
	})
}

func TestPolicies(t *testing.T) {
	eachMall(t, twoPlatforms[:1], func(t *testing.T, m *mall) {
		set := func(p channel.Policy) string {
			p.Shop = m.shops[0]
			return pavilion.ReasonOf(m.d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return channel.SetPolicy(t.Context(), tx, p) }))
		}
		for reason, p := range map[string]channel.Policy{
			"internal":                 {Kind: channel.Ring, Quantity: 3, Until: m.clock.Now().Add(time.Hour)}, // no error
			"channel.policy_malformed": {Kind: channel.Percent, Quantity: 101},
		} {
			if got := set(p); got != reason {
				t.Errorf("%+v: got %s, want %s", p, got, reason)
			}
		}
		for _, p := range []channel.Policy{{Kind: "most"}, {Kind: channel.Fixed, Quantity: -1}, {Kind: channel.Ring, Until: m.clock.Now()}, {Kind: channel.Pool, Reserve: -1}} {
			if got := set(p); got != "channel.policy_malformed" {
				t.Errorf("%+v: got %s", p, got)
			}
		}
		if got := set(channel.Policy{Kind: channel.Pool, Version: 9}); got != "channel.policy_changed" {
			t.Errorf("of an older one: got %s", got)
		}
		m.receive("sku_a", 30)
		a := m.sells(0, "sku_a")
		m.settles()
		if n := m.platforms[0].Offered(a); n != 3 {
			t.Errorf("fenced: got %d offered, want 3", n)
		}
		m.clock.Advance(time.Hour)
		m.settles()
		if n := m.platforms[0].Offered(a); n != 15 {
			t.Errorf("after the fence: got %d offered, want 15", n)
		}
	})
}
