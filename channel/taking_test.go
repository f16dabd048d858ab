package channel_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
)

// asks has one order of a shop read.
func (m *mall) asks(on int, number string) error {
	return m.engine.WorkOrder(m.t.Context(), m.run(), channel.OrderNumber{Shop: m.shops[on], Number: number})
}

func TestAnOrderCancelledBeforeWeKeptItIsCancelled(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		number := m.buys(0, "sku_a", 2)
		r := m.request(number, "sku_a", 2) // we took it in, and died before we wrote down that we did
		r.Channel, r.Shop, r.External, r.PayBy, r.Provider = p.Name(), string(m.shops[0]), number, time.Time{}, ""
		if out, err := m.intake.Place(t.Context(), r); err != nil || out.Err != nil {
			t.Fatal(err, out.Err)
		}
		if err := p.GiveUp(number); err != nil {
			t.Fatal(err)
		}
		m.polls()
		if k, ours := m.kept(0, number); k.Order == "" || ours.State != order.StateCancelled || k.Reason != "" {
			t.Errorf("got %+v and %+v, want it found and cancelled", k, ours)
		}
		m.settles()
		if got := m.share(0, "sku_a"); got.Granted != 30 || p.Offered(got.UnitID) != 30 {
			t.Errorf("got %d granted and %d offered, want 30", got.Granted, p.Offered(got.UnitID))
		}
		m.mustBeClean()
	})
}

func TestTwoWhoTakeAnOrderInCountItOnce(t *testing.T) {
	eachMall(t, twoPlatforms[:1], func(t *testing.T, m *mall) {
		m.receive("sku_a", 400)
		m.receive("sku_b", 400)
		box := m.sellsAs(0, "box", channel.Part{SKU: "sku_a", Quantity: 3}, channel.Part{SKU: "sku_b", Quantity: 2})
		m.policy(0, "box", channel.Policy{Kind: channel.Ring, Quantity: 50, Until: m.clock.Now().Add(24 * time.Hour)})
		m.settles()
		for range 10 {
			number := m.buys(0, "box", 1)
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if err := m.asks(0, number); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		if got := m.share(0, "sku_a"); got.Granted != 40 || m.platforms[0].Offered(box) != 40 || m.orders() != 10 {
			t.Errorf("got %d granted, %d offered and %d orders, want 40, 40 and 10", got.Granted, m.platforms[0].Offered(box), m.orders())
		}
		m.mustBeClean()
	})
}

func TestTheClockToShipIsThePlatforms(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		p, paid := m.platforms[0], m.clock.Now()
		number, silent := m.buys(0, "sku_a", 1), m.buys(0, "sku_a", 1)
		if err := p.Edit(silent, func(o *channel.PlatformOrder) { o.ShipBy = time.Time{} }); err != nil {
			t.Fatal(err)
		}
		m.clock.Advance(5 * time.Hour) // we were away
		m.polls()
		for _, n := range []string{number, silent} {
			if _, ours := m.kept(0, n); !ours.ShipBy.Equal(paid.Add(p.Traits().ShipIn)) {
				t.Errorf("got %v, want it counted from %v when it was paid", ours.ShipBy, paid)
			}
		}
		later := paid.Add(96 * time.Hour)
		if err := p.Edit(number, func(o *channel.PlatformOrder) { o.ShipBy = later }); err != nil {
			t.Fatal(err)
		}
		m.polls()
		if _, ours := m.kept(0, number); !ours.ShipBy.Equal(later) {
			t.Errorf("got %v, want the longer time the platform gave: %v", ours.ShipBy, later)
		}
		m.mustBeClean()
	})
}

func TestWhatWaitedForALiveShopComesInAtOnce(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		m.mode(0, channel.Watching)
		var numbers []string
		for range 10 {
			numbers = append(numbers, m.buys(0, "sku_a", 1))
		}
		m.clock.Advance(12 * 24 * time.Hour) // nobody looked
		m.polls()
		m.mode(0, channel.Live)
		m.work(2)
		for _, number := range numbers {
			if k, ours := m.kept(0, number); k.Reason != "" || ours.State != order.StatePaid {
				t.Fatalf("live for two minutes: got %+v and %+v, want it in", k, ours)
			}
		}
		m.mustBeClean()
	})
}

func TestParkedOrdersDoNotKeepOthersFromTheirTurn(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		id := p.Sell("", money.New(500, money.CNY))
		p.EditStock(id, 100)
		unknown := func() string {
			number, err := p.Order(channeltest.Purchase{Lines: []channeltest.PurchaseLine{{Unit: id, Quantity: 1}}})
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
		for range 60 {
			unknown()
		}
		m.clock.Advance(10 * 24 * time.Hour) // these are old when they are first heard of
		m.polls()
		last := unknown()
		m.polls()
		m.receive("sku_b", 100)
		m.must(func(ctx context.Context, tx *db.Tx) error {
			return channel.Bind(ctx, tx, channel.Unit{Shop: m.shops[0], Ref: "sku_b", UnitID: id, Parts: []channel.Part{{SKU: "sku_b", Quantity: 1}}})
		})
		for range 3 {
			m.clock.Advance(10 * time.Minute)
			if err := m.engine.RereadParked(t.Context(), m.run()); err != nil {
				t.Fatal(err)
			}
			m.work(2)
		}
		if k, ours := m.kept(0, last); k.Reason != "" || ours.State != order.StatePaid {
			t.Errorf("half an hour after the mend: got %+v and %+v, want it in", k, ours)
		}
	})
}

func TestOddOrdersWaitAlone(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		odd := map[string]func(o *channel.PlatformOrder){
			"a zero byte in the buyer":  func(o *channel.PlatformOrder) { o.Buyer = "a\x00b" },
			"a broken letter in a name": func(o *channel.PlatformOrder) { o.Lines[0].Name = "a\xff" },
			"no lines":                  func(o *channel.PlatformOrder) { o.Lines = nil },
			"nothing of a line":         func(o *channel.PlatformOrder) { o.Lines[0].Quantity = 0 },
			"less than nothing paid":    func(o *channel.PlatformOrder) { o.Lines[0].Paid = money.New(-5, money.CNY) },
			"no money":                  func(o *channel.PlatformOrder) { o.Lines[0].Paid = money.Money{} },
			"two currencies":            func(o *channel.PlatformOrder) { o.Freight = money.New(5, money.EUR) },
			"a unit without an id":      func(o *channel.PlatformOrder) { o.Lines[0].Unit, o.Lines[0].Ref = channel.UnitID{}, "" },
			"a zero byte in a unit": func(o *channel.PlatformOrder) {
				o.Lines[0].Unit, o.Lines[0].Ref = channel.UnitID{Listing: "\x00"}, "\x00"
			},
			"a zero byte in a line's id": func(o *channel.PlatformOrder) { o.Lines[0].ID = "1\x00" },
			"a word of another world":    func(o *channel.PlatformOrder) { o.State, o.Word = "\x00", "\xff\x00" },
			"so many":                    func(o *channel.PlatformOrder) { o.Lines[0].Quantity = 1 << 62 },
			"a year that is none":        func(o *channel.PlatformOrder) { o.Placed = time.Time{} },
		}
		p := m.platforms[0]
		for what, edit := range odd {
			number := m.buys(0, "sku_a", 1)
			if err := p.Edit(number, edit); err != nil {
				t.Fatal(err)
			}
			if err := m.asks(0, number); err != nil {
				t.Errorf("%s: got %v, which keeps all others out", what, err)
			}
		}
		good := m.buys(0, "sku_a", 1)
		m.polls()
		if k, ours := m.kept(0, good); k.Reason != "" || ours.State != order.StatePaid {
			t.Errorf("got %+v and %+v, want the good one in", k, ours)
		}
		m.mustBeClean()
	})
}

func TestWhatWasSentThereWithoutUsIsShownToAPerson(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		number := m.buys(0, "sku_a", 1)
		m.polls()
		if err := p.Edit(number, func(o *channel.PlatformOrder) { o.State = channel.OrderShipped }); err != nil {
			t.Fatal(err)
		}
		m.polls()
		if k, ours := m.kept(0, number); k.Reason != "channel.sent_there" || ours.State != order.StatePaid {
			t.Errorf("got %+v and %+v, want somebody to look", k, ours)
		}
	})
}

func TestAllGoesOnWhenTheBrakeIsReleasedOrTheOwnerConsentsAgain(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		for what, stop := range map[string]struct {
			stop, mend func(ctx context.Context, tx *db.Tx) error
		}{
			"a brake": {
				func(ctx context.Context, tx *db.Tx) error { return channel.PullBrake(ctx, tx, "", "we look") },
				func(ctx context.Context, tx *db.Tx) error { return channel.ReleaseBrake(ctx, tx, "") },
			},
			"a consent that is over": {
				func(ctx context.Context, tx *db.Tx) error {
					t := m.platforms[0].Token()
					t.AccessUntil, t.RefreshUntil, t.Refresh = tx.Now(), tx.Now(), ""
					_, err := channel.Join(ctx, tx, m.sealer, m.platforms[0].Name(), t)
					return err
				},
				func(ctx context.Context, tx *db.Tx) error {
					_, err := channel.Join(ctx, tx, m.sealer, m.platforms[0].Name(), m.platforms[0].Token())
					return err
				},
			},
		} {
			m.must(stop.stop)
			m.receive("sku_a", 90)
			number := m.buys(0, "sku_a", 1)
			m.settles()
			m.polls()
			m.must(stop.mend)
			if err := m.engine.PollAll(t.Context(), m.run()); err != nil {
				t.Fatal(err)
			}
			m.work(30)
			if got := m.share(0, "sku_a"); got.Call.Key != "" || got.Granted != m.platforms[0].Offered(got.UnitID) || got.Granted < 40 {
				t.Errorf("after %s: got %d granted and %d offered, under way %+v", what, got.Granted, m.platforms[0].Offered(got.UnitID), got.Call)
			}
			if k, ours := m.kept(0, number); k.Reason != "" || ours.State != order.StatePaid {
				t.Errorf("after %s: got %+v and %+v, want it in", what, k, ours)
			}
		}
	})
}
