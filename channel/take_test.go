package channel_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/staff"
)

// polls has every shop asked for what changed, and does what follows.
func (m *mall) polls() {
	m.t.Helper()
	m.clock.Advance(time.Minute)
	if err := m.engine.PollAll(m.t.Context(), m.run()); err != nil {
		m.t.Fatal(err)
	}
	m.work(3)
}

// buys has a shopper buy on a platform.
func (m *mall) buys(on int, ref string, quantity int64) string {
	m.t.Helper()
	number, err := m.platforms[on].Buy(ref, quantity)
	if err != nil {
		m.t.Fatal(err)
	}
	return number
}

// kept is what is known of a platform's order, and ours.
func (m *mall) kept(on int, number string) (k channel.KeptOrder, ours order.Order) {
	m.t.Helper()
	if err := m.d.Read(m.t.Context(), func(v *db.View) (err error) {
		if k, err = channel.OrderOf(m.t.Context(), v, m.shops[on], number); err != nil || k.Order == "" {
			return err
		}
		ours, err = order.Get(m.t.Context(), v, m.sealer, k.Order)
		return err
	}); err != nil {
		m.t.Fatal(err)
	}
	return k, ours
}

// sealed is a world whose intake and engine share a key.
func eachMarket(t *testing.T, test func(t *testing.T, m *mall)) {
	eachMall(t, twoPlatforms, func(t *testing.T, m *mall) {
		m.receive("sku_a", 90)
		m.sells(0, "sku_a")
		m.sells(1, "sku_a")
		m.settles()
		test(t, m)
	})
}

func TestOrdersOfPlatformsComeInOnce(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		for i, p := range m.platforms {
			p.Fail("ListOrders", channeltest.LostAnswer, channeltest.TokenOver, channeltest.TooOften)
			number := m.buys(i, "sku_a", 3)
			for range 6 {
				m.polls()
			}
			k, ours := m.kept(i, number)
			if k.Reason != "" || ours.State != order.StatePaid || ours.External != number || ours.Shop != string(m.shops[i]) || ours.Lines[0].Quantity != 3 {
				t.Errorf("platform %d: got %+v and %+v, want it in", i, k, ours)
			}
			if got := m.share(i, "sku_a"); got.Granted < 27 || got.Granted > 30 || m.platforms[i].Offered(got.UnitID) != got.Granted {
				t.Errorf("platform %d: got %d granted and %d offered", i, got.Granted, m.platforms[i].Offered(got.UnitID))
			}
		}
		if n := m.orders(); n != 2 {
			t.Errorf("got %d orders, want 2", n)
		}
		m.mustBeClean()
	})
}

func TestAPlatformsOrderIsSentOnlyWhenPaidAndGivenBackWhenCancelled(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		number, err := p.Order(channeltest.Purchase{Lines: []channeltest.PurchaseLine{{Ref: "sku_a", Quantity: 5}}, Unpaid: true})
		if err != nil {
			t.Fatal(err)
		}
		m.polls()
		if k, _ := m.kept(0, number); k.Order != "" || k.State != channel.OrderUnpaid {
			t.Errorf("unpaid: got %+v, want it known and not in", k)
		}
		if err := p.Pay(number); err != nil {
			t.Fatal(err)
		}
		m.polls()
		if _, ours := m.kept(0, number); ours.State != order.StatePaid {
			t.Errorf("paid: got %+v", ours)
		}
		if err := p.GiveUp(number); err != nil {
			t.Fatal(err)
		}
		m.polls()
		if k, ours := m.kept(0, number); ours.State != order.StateCancelled || k.Reason != "" {
			t.Errorf("cancelled: got %+v and %+v", k, ours)
		}
		m.settles()
		if got := m.share(0, "sku_a"); got.Granted != 30 || p.Offered(got.UnitID) != 30 {
			t.Errorf("in the end: got %d granted and %d offered, want 30", got.Granted, p.Offered(got.UnitID))
		}
		m.mustBeClean()
	})
}

func TestAnOrderThatCannotComeInWaits(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		id := p.Sell("", money.New(500, money.CNY)) // by hand, in the platform's back office
		p.EditStock(id, 10)
		number, err := p.Order(channeltest.Purchase{Lines: []channeltest.PurchaseLine{{Unit: id, Quantity: 2}}})
		if err != nil {
			t.Fatal(err)
		}
		m.polls()
		if k, _ := m.kept(0, number); k.Reason != "channel.unit_unknown" {
			t.Errorf("got %+v, want it to wait for its unit", k)
		}
		m.receive("sku_b", 1)
		m.must(func(ctx context.Context, tx *db.Tx) error {
			return channel.Bind(ctx, tx, channel.Unit{Shop: m.shops[0], Ref: "sku_b", UnitID: id, Parts: []channel.Part{{SKU: "sku_b", Quantity: 1}}})
		})
		again := func() {
			m.clock.Advance(time.Hour)
			if err := m.engine.RereadParked(t.Context(), m.run()); err != nil {
				t.Fatal(err)
			}
			m.work(2)
		}
		again()
		if k, _ := m.kept(0, number); k.Reason != "stock.short" {
			t.Errorf("more was sold than there is: got %+v, want it to wait for stock", k)
		}
		m.receive("sku_b", 5)
		again()
		if k, ours := m.kept(0, number); k.Reason != "" || ours.State != order.StatePaid {
			t.Errorf("after the mend: got %+v and %+v, want it in", k, ours)
		}
		m.mustBeClean()
	})
}

func TestAWatchedShopIsOnlyRead(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		m.mode(0, channel.Watching)
		number := m.buys(0, "sku_a", 1)
		m.polls()
		if k, _ := m.kept(0, number); k.Reason != "channel.watched" || m.orders() != 0 {
			t.Errorf("got %+v, want it to wait", k)
		}
		m.must(func(ctx context.Context, tx *db.Tx) error {
			return channel.Dismiss(ctx, tx, m.shops[0], number, "sent by hand")
		})
		if k, _ := m.kept(0, number); k.Reason != "" {
			t.Errorf("dismissed: got %+v", k)
		}
		other := m.buys(0, "sku_a", 1)
		m.polls()
		m.mode(0, channel.Live)
		m.clock.Advance(time.Hour)
		if err := m.engine.RereadParked(t.Context(), m.run()); err != nil {
			t.Fatal(err)
		}
		m.work(2)
		if k, ours := m.kept(0, other); k.Reason != "" || ours.State != order.StatePaid {
			t.Errorf("live: got %+v and %+v, want it in", k, ours)
		}
		m.mustBeClean()
	})
}

func TestLinesPaidBackThereAreNotSent(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		m.receive("sku_b", 90)
		m.sells(0, "sku_b")
		m.settles()
		number, err := p.Order(channeltest.Purchase{Lines: []channeltest.PurchaseLine{{Ref: "sku_a", Quantity: 2}, {Ref: "sku_b", Quantity: 1}}})
		if err != nil {
			t.Fatal(err)
		}
		m.polls()
		placed, _ := p.Placed(number)
		if err := p.RefundLine(number, placed.Lines[0].ID); err != nil {
			t.Fatal(err)
		}
		m.polls()
		m.polls()
		if k, ours := m.kept(0, number); k.Reason != "" || ours.Lines[0].Refunded != 2 || ours.Lines[1].Refunded != 0 || ours.State != order.StatePaid {
			t.Errorf("got %+v and %+v, want the first line given back", k, ours)
		}
		m.settles()
		m.mustBeClean()
	})
}

func TestAPushIsOnlyAHint(t *testing.T) {
	kinds := []channeltest.Options{{Name: "inc", Shop: "1", Increments: true, Pushes: true}}
	eachMall(t, kinds, func(t *testing.T, m *mall) {
		m.receive("sku_a", 9)
		m.sells(0, "sku_a")
		m.settles()
		m.buys(0, "sku_a", 1)
		m.clock.Advance(time.Minute)
		for _, push := range m.platforms[0].Pushes() {
			for range 3 { // they repeat them
				if _, err := m.engine.Push(t.Context(), "inc", push.Header, push.Body); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := m.engine.Push(t.Context(), "inc", nil, push.Body[1:]); err == nil {
				t.Error("a push that is broken: got no error")
			}
		}
		m.work(2)
		if n := m.orders(); n != 1 {
			t.Errorf("got %d orders, want 1", n)
		}
		m.mustBeClean()
	})
}

func TestGapsAreFound(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		number := m.buys(0, "sku_a", 1)
		m.must(func(ctx context.Context, tx *db.Tx) error { // we believed to have read everything
			_, err := tx.Exec(ctx, `insert into channel_cursor (shop_id, what, until) values ($1, 'order', $2)`, string(m.shops[0]), db.Micros(m.clock.Now().Add(2*time.Hour)))
			return err
		})
		m.clock.Advance(time.Hour)
		m.polls()
		if n := m.orders(); n != 0 {
			t.Fatalf("got %d orders, want the gap", n)
		}
		if err := m.engine.GapsAll(t.Context(), m.run()); err != nil {
			t.Fatal(err)
		}
		m.work(2)
		if k, ours := m.kept(0, number); k.Reason != "" || ours.State != order.StatePaid {
			t.Errorf("got %+v and %+v, want it in", k, ours)
		}
	})
}

func TestWhoBoughtIsReadByRightAndCounted(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		number := m.buys(0, "sku_a", 1)
		m.polls()
		k, ours := m.kept(0, number)
		if text := fmt.Sprint(ours.ShipTo); strings.Contains(text, channeltest.BuyerPhone) || strings.Contains(text, channeltest.BuyerName) {
			t.Errorf("got %s in our order, want it masked", text)
		}
		got, err := m.engine.Decrypt(t.Context(), pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_a"}, k.Order)
		if err != nil || got["phone"] != channeltest.BuyerPhone {
			t.Errorf("got %v, %v", got, err)
		}
		if _, err := m.engine.Decrypt(t.Context(), pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_a"}, k.Order); pavilion.ReasonOf(err) != "channel.decrypted_enough" || m.platforms[0].Decrypted() != 3 {
			t.Errorf("beyond the day's number: got %v, %d fields read there, want it refused and 3", err, m.platforms[0].Decrypted())
		}
		if err := m.d.Read(t.Context(), func(v *db.View) error {
			shop, err := channel.ShopOf(t.Context(), v, m.shops[0])
			if err != nil {
				return err
			}
			if n, err := m.engine.Decrypted(t.Context(), v, shop); n != 3 || err != nil {
				t.Errorf("got %d counted, %v", n, err)
			}
			calls, err := channel.Calls(t.Context(), v, channel.CallFilter{}, "", 1000)
			if text := fmt.Sprint(calls); strings.Contains(text, channeltest.BuyerPhone) || strings.Contains(text, channeltest.Secret) {
				t.Error("the calls tell who bought, or a secret")
			}
			if err != nil {
				return err
			}
			deeds, err := staff.Trail(t.Context(), v, string(k.Order), "", 10)
			if len(deeds) == 0 {
				t.Error("the trail does not say who looked")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
