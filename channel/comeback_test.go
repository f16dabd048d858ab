package channel_test

import (
	"context"
	"testing"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/stock"
)

// returns reads the returns of every shop, and does what follows.
func (m *mall) returns() {
	m.t.Helper()
	if err := m.engine.ReturnsAll(m.t.Context(), m.run()); err != nil {
		m.t.Fatal(err)
	}
	m.polls()
}

func (m *mall) back(id string) (k channel.KeptReturn) {
	m.t.Helper()
	if err := m.d.Read(m.t.Context(), func(v *db.View) (err error) {
		k, err = m.engine.ReturnOf(m.t.Context(), v, m.shops[0], id)
		return err
	}); err != nil {
		m.t.Fatal(err)
	}
	return k
}

func (m *mall) says(id, answer, why string) error {
	m.t.Helper()
	k := m.back(id)
	return m.d.Write(m.t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		return m.engine.AnswerReturn(m.t.Context(), tx, m.shops[0], id, k.State, answer, why)
	})
}

// eachReturning is a mall that hears of returns.
func eachReturning(t *testing.T, test func(t *testing.T, m *mall)) {
	eachMarket(t, func(t *testing.T, m *mall) {
		job.On(m.flow, "tell the platform what was shipped", m.engine.Dispatch)
		job.Task(m.flow, channel.ReturnsJob, m.engine.WorkReturns)
		job.Task(m.flow, channel.ReturnJob, m.engine.WorkReturn)
		test(t, m)
	})
}

// sent is an order of a platform that we shipped.
func (m *mall) sent(units int64) (string, order.Order) {
	m.t.Helper()
	number := m.buys(0, "sku_a", units)
	m.polls()
	_, ours := m.kept(0, number)
	m.ships(ours.ID, parcel("SF1111111111111", shipment.Line{Line: 1, Quantity: units}))
	m.polls()
	return number, ours
}

// TestGoodsComeBack has goods come back through every state, with answers lost on the way: money
// is given back once on both sides, and the goods lie held until somebody looked at them.
func TestGoodsComeBack(t *testing.T) {
	eachReturning(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		number, ours := m.sent(3)
		id, err := p.AskBack(number, "", true)
		if err != nil {
			t.Fatal(err)
		}
		m.returns()
		if k := m.back(id); k.State != channel.ReturnAsked || k.Ours != ours.ID || !k.Goods || k.Due.IsZero() {
			t.Fatalf("asked: %+v", k)
		}
		if err := m.says(id, channel.ReturnRefuse, ""); pavilion.ReasonOf(err) != "channel.return_why" {
			t.Errorf("a no without a reason: %v", err)
		}
		p.Fail("AnswerReturn", channeltest.LostAnswer, channeltest.TooOften)
		if err := m.says(id, channel.ReturnAgree, ""); err != nil {
			t.Fatal(err)
		}
		m.returns()
		if err := p.SendBack(id, "SF9999999999999"); err != nil {
			t.Fatalf("after our yes: %v", err)
		}
		if err := p.ArriveBack(id); err != nil {
			t.Fatal(err)
		}
		m.returns()
		receive := func() error {
			return m.d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
				place, err := stock.AddWarehouse(t.Context(), tx, stock.Warehouse{Code: "RET", Country: "CN", TimeZone: "Asia/Shanghai"})
				if err != nil {
					return err
				}
				return m.engine.ReceiveReturn(t.Context(), tx, m.shops[0], id, place)
			})
		}
		if err := receive(); err != nil {
			t.Fatal(err)
		}
		if err := receive(); err == nil {
			t.Error("goods came back twice")
		}
		p.Fail("AnswerReturn", channeltest.LostRequest, channeltest.LostAnswer)
		if err := m.says(id, channel.ReturnAgree, ""); err != nil {
			t.Fatal(err)
		}
		m.returns()
		m.returns()
		k := m.back(id)
		_, ours = m.kept(0, number)
		if k.State != channel.ReturnPaid || !k.Settled || k.Received != 3 || ours.Refunded != ours.Total || ours.Lines[0].Refunded != 3 {
			t.Errorf("paid: %+v, ours %v of %v", k, ours.Refunded, ours.Total)
		}
		if err := m.d.Read(t.Context(), func(v *db.View) error {
			lots, err := stock.Lots(t.Context(), v, "sku_a")
			var held int64
			for _, l := range lots {
				if l.Held {
					held += l.OnHand
				}
			}
			if held != 3 {
				t.Errorf("%d units lie held, want 3", held)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		m.settles()
		m.mustBeClean()
	})
}

// TestMoneyBackBeforeShipping goes through the order: its units are offered again there, and
// are no longer ours to send.
func TestMoneyBackBeforeShipping(t *testing.T) {
	eachReturning(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		number := m.buys(0, "sku_a", 2)
		m.polls()
		_, before := m.kept(0, number)
		if err := m.d.Read(t.Context(), func(v *db.View) error { return channel.CallOff(t.Context(), v, before.ID) }); pavilion.ReasonOf(err) != "channel.only_buyer" {
			t.Errorf("called off by us: %v", err)
		}
		id, err := p.AskBack(number, "", false)
		if err != nil {
			t.Fatal(err)
		}
		m.returns()
		if err := m.says(id, channel.ReturnAgree, ""); err != nil {
			t.Fatal(err)
		}
		m.returns()
		m.returns()
		_, ours := m.kept(0, number)
		if k := m.back(id); k.State != channel.ReturnPaid || !k.Settled || ours.State != order.StateCancelled {
			t.Errorf("%+v, ours %s", k, ours.State)
		}
		m.settles()
		m.mustBeClean()
	})
}

// TestRefusedReturn says no with a reason, and gives no money back.
func TestRefusedReturn(t *testing.T) {
	eachReturning(t, func(t *testing.T, m *mall) {
		p := m.platforms[0]
		number, _ := m.sent(1)
		id, err := p.AskBack(number, "", true)
		if err != nil {
			t.Fatal(err)
		}
		m.returns()
		if err := m.says(id, channel.ReturnRefuse, "商品已拆封"); err != nil {
			t.Fatal(err)
		}
		m.returns()
		_, ours := m.kept(0, number)
		if k := m.back(id); k.State != channel.ReturnRefused || k.Settled || !ours.Refunded.IsZero() && ours.Refunded.Sign() > 0 {
			t.Errorf("%+v, ours %v", k, ours.Refunded)
		}
		if err := m.d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			return m.engine.AnswerReturn(context.Background(), tx, m.shops[0], id, channel.ReturnAsked, channel.ReturnAgree, "")
		}); pavilion.ReasonOf(err) != "channel.return_moved" {
			t.Errorf("an answer too late: %v", err)
		}
	})
}

// TestPlatformHearsOfReceipt: a platform that asks for it hears that goods are here, once.
func TestPlatformHearsOfReceipt(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	kind := channeltest.Options{Name: "market", Traits: func(tr *channel.Traits) { tr.Receipts = true }}
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		m := newMall(t, d, clock, kind)
		job.Task(m.flow, channel.ReturnsJob, m.engine.WorkReturns)
		job.Task(m.flow, channel.ReturnJob, m.engine.WorkReturn)
		m.receive("sku_a", 9)
		m.sells(0, "sku_a")
		m.settles()
		p := m.platforms[0]
		number, _ := m.sent(1)
		placed, _ := p.Placed(number)
		if err := p.Ship(t.Context(), channel.Access{Shop: p.Token().Shop, Token: p.Token().Access}, []channel.Dispatch{{Order: number, Key: "k", Carrier: "SF", Waybill: "SF1", Last: true}}); err != nil {
			t.Fatal(err, placed.State)
		}
		id, err := p.AskBack(number, "", true)
		if err != nil {
			t.Fatal(err)
		}
		m.returns()
		if err := m.says(id, channel.ReturnAgree, ""); err != nil {
			t.Fatal(err)
		}
		m.returns()
		m.must(func(ctx context.Context, tx *db.Tx) error {
			place, err := stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "RET", Country: "CN", TimeZone: "Asia/Shanghai"})
			if err != nil {
				return err
			}
			return m.engine.ReceiveReturn(ctx, tx, m.shops[0], id, place)
		})
		if k := m.back(id); k.Answer != channel.ReturnAgree || k.State != channel.ReturnSending || k.Received != 1 {
			t.Errorf("received: %+v", k)
		}
		m.returns()
		asked := 0
		for _, call := range p.Calls() {
			if call == "AnswerReturn" {
				asked++
			}
		}
		if asked < 2 {
			t.Errorf("the platform heard %d answers, want the yes and the receipt", asked)
		}
	})
}
