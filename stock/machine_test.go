package stock_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

// TestMain runs fewer random histories than rapid would, each against a real database, and
// longer ones; -rapid.checks and -rapid.steps ask for others.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "20", "rapid.steps": "60"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestLikeTheModel does random things to the stock and to the model and wants the same
// answers, the same piles and a clean verify.
func TestLikeTheModel(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	run := 0
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			run++
			newMachine(t, rt, d, clock, fmt.Sprint("run", run, "-")).run(rt)
		})
	})
}

// machine is the stock and its model side by side. Names begin with the run's own prefix, so
// that runs share a database and not their goods.
type machine struct {
	*model
	ctx        context.Context
	d          *db.DB
	clock      *dbtest.Clock
	prefix     string
	warehouses []pavilion.WarehouseID
	received   int64
}

func newMachine(t *testing.T, rt *rapid.T, d *db.DB, clock *dbtest.Clock, prefix string) *machine {
	m := &machine{ctx: t.Context(), d: d, clock: clock, prefix: prefix, model: &model{
		now: clock.Now(), zones: map[pavilion.WarehouseID]*time.Location{}, sells: map[pavilion.WarehouseID]bool{},
		lots: map[pavilion.LotID]stock.Receipt{}, piles: map[pile]*heap{},
		fresh: map[rule]int{}, limits: map[rule]limit{}, caps: map[string][2]int64{},
		versions: map[pavilion.LotID]int64{}, reversed: map[string]bool{}, counting: map[pavilion.WarehouseID]*countingSheet{}, grants: map[grantee]int64{},
	}}
	for _, w := range []stock.Warehouse{
		{Code: prefix + "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true},
		{Code: prefix + "LAX", Country: "US", TimeZone: "America/Los_Angeles", Sells: true},
		{Code: prefix + "RET", Country: "CN", TimeZone: "UTC"},
	} {
		m.must(rt, func(tx *db.Tx) (err error) {
			w.ID, err = stock.AddWarehouse(m.ctx, tx, w)
			return err
		})
		zone, err := time.LoadLocation(w.TimeZone)
		if err != nil {
			rt.Fatal(err)
		}
		m.warehouses = append(m.warehouses, w.ID)
		m.zones[w.ID], m.sells[w.ID] = zone, w.Sells
	}
	return m
}

// run begins with goods and rules, since most histories are too short to come to both.
func (m *machine) run(rt *rapid.T) {
	own := m.prefix + "own"
	m.limits[rule{own, ""}] = limit{9, 24 * time.Hour}
	m.caps[own] = [2]int64{2, 20}
	m.must(rt, func(tx *db.Tx) error {
		if err := stock.SetBuyerLimit(m.ctx, tx, own, "", 9, 24*time.Hour); err != nil {
			return err
		}
		return stock.SetUnpaidCap(m.ctx, tx, own, 2, 20)
	})
	today := pavilion.DateOf(m.now, time.UTC)
	for i, name := range []string{"choc", "choc", "choc", "milk", "milk"} {
		m.receive(rt, stock.Receipt{
			SKU: pavilion.SKUID(m.prefix + name), LotCode: string(rune('A' + i%3)), BestBefore: today.AddDays(i * 2),
			Warehouse: m.warehouses[i%2], Quantity: 16, Cause: "delivery",
		})
	}
	if rapid.Bool().Draw(rt, "wide") {
		m.sellWide(rt)
	}
	rt.Repeat(map[string]func(*rapid.T){
		"receive": m.doReceive, "reserve": m.doReserve, "reserve more": m.doReserve,
		"confirm": m.doConfirm, "release": m.doRelease, "release line": m.doReleaseLine,
		"take": m.doTake, "take more": m.doTake, "return": m.doReturn, "return more": m.doReturn, "adjust": m.doAdjust, "write off": m.doWriteOff,
		"transfer": m.doTransfer, "hold": m.doHold, "rule": m.doRule, "time": m.doTime,
		"correct": m.doCorrect, "rebook": m.doRebook, "reverse": m.doReverse,
		"draw sheet": m.doDrawSheet, "count": m.doCount, "count more": m.doCount, "end sheet": m.doEndSheet,
		"raise": m.doRaise, "raise more": m.doRaise, "lower": m.doLower, "regrant": m.doRegrant,
		"": m.check,
	})
	err := m.d.Read(m.ctx, func(v *db.View) error {
		found, err := differences(m.ctx, v)
		found = slices.DeleteFunc(found, func(d string) bool { return strings.HasPrefix(d, "stock.verify_granted") }) // see checkShares
		if len(found) > 0 {
			rt.Fatalf("verify: got %v, want nothing", found)
		}
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
}

// sellWide sells an order whose lines are each of several lots, which random claims seldom
// are: what is returned, corrected and given other units is then of many parts.
func (m *machine) sellWide(rt *rapid.T) {
	c := stock.Claim{Order: pavilion.OrderID(m.prefix + "wide"), Channel: m.prefix + "jd", Lines: []stock.Want{
		{Line: 1, SKU: pavilion.SKUID(m.prefix + "choc"), Quantity: rapid.Int64Range(17, 32).Draw(rt, "choc")},
		{Line: 2, SKU: pavilion.SKUID(m.prefix + "milk"), Quantity: rapid.Int64Range(17, 24).Draw(rt, "milk")},
	}}
	m.must(rt, func(tx *db.Tx) error {
		_, err := stock.Reserve(m.ctx, tx, []stock.Claim{c})
		return err
	})
	m.reserve(c)
	if rapid.IntRange(1, 4).Draw(rt, "taken") > 1 {
		m.same(rt, m.take(c.Order), func(tx *db.Tx) error { return stock.Take(m.ctx, tx, c.Order) })
	}
}

func (m *machine) write(fn func(tx *db.Tx) error) error {
	return m.d.Write(m.ctx, pavilion.System("test"), fn)
}

func (m *machine) must(rt *rapid.T, fn func(tx *db.Tx) error) {
	if err := m.write(fn); err != nil {
		rt.Fatal(err)
	}
}

// same runs a transaction that must be refused for the model's reason, or succeed like it.
func (m *machine) same(rt *rapid.T, want string, fn func(tx *db.Tx) error) {
	rt.Helper()
	got := ""
	if err := m.write(fn); err != nil {
		got = pavilion.ReasonOf(err)
	}
	if got != want {
		rt.Fatalf("got %q, want %q", got, want)
	}
}

func (m *machine) sku(rt *rapid.T) pavilion.SKUID {
	return pavilion.SKUID(m.prefix + rapid.SampledFrom([]string{"choc", "milk"}).Draw(rt, "sku"))
}

func (m *machine) channel(rt *rapid.T) string {
	return m.prefix + rapid.SampledFrom([]string{"own", "jd"}).Draw(rt, "channel")
}

func (m *machine) order(rt *rapid.T) pavilion.OrderID {
	return pavilion.OrderID(fmt.Sprintf("%so%02d", m.prefix, rapid.IntRange(1, 20).Draw(rt, "order")))
}

// orderWith picks an order that has a reservation in the state, if there is one.
func (m *machine) orderWith(rt *rapid.T, state stock.ReservationState) pavilion.OrderID {
	var orders []pavilion.OrderID
	for _, r := range m.promises {
		if r.State == state && !slices.Contains(orders, r.Order) {
			orders = append(orders, r.Order)
		}
	}
	if len(orders) == 0 || rapid.IntRange(1, 8).Draw(rt, "any") == 1 {
		return m.order(rt)
	}
	return rapid.SampledFrom(orders).Draw(rt, "order")
}

func (m *machine) warehouse(rt *rapid.T) pavilion.WarehouseID {
	return rapid.SampledFrom(m.warehouses).Draw(rt, "warehouse")
}

// pile picks a lot that was received and a warehouse, mostly one where it lies.
func (m *machine) pile(rt *rapid.T) pile {
	piles := slices.SortedFunc(maps.Keys(m.piles), func(a, b pile) int {
		return cmp.Or(cmp.Compare(a.lot, b.lot), cmp.Compare(a.warehouse, b.warehouse))
	})
	p := rapid.SampledFrom(piles).Draw(rt, "pile")
	if rapid.IntRange(1, 8).Draw(rt, "elsewhere") == 8 {
		p.warehouse = m.warehouse(rt)
	}
	return p
}

func (m *machine) code(rt *rapid.T) string {
	return rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "code")
}

func quantity(rt *rapid.T) int64 { return rapid.Int64Range(1, 6).Draw(rt, "quantity") }

func (m *machine) doReceive(rt *rapid.T) {
	r := stock.Receipt{SKU: m.sku(rt), LotCode: m.code(rt), Warehouse: m.warehouse(rt), Quantity: quantity(rt) * 4, Cause: "delivery"}
	if days := rapid.IntRange(-1, 12).Draw(rt, "days"); days < 12 {
		r.BestBefore = pavilion.DateOf(m.now, time.UTC).AddDays(days)
	}
	for _, l := range m.lots {
		if l.SKU == r.SKU && l.LotCode == r.LotCode && rapid.IntRange(1, 4).Draw(rt, "dates") < 4 {
			r.BestBefore = l.BestBefore
		}
	}
	m.receive(rt, r)
}

func (m *machine) receive(rt *rapid.T, r stock.Receipt) {
	want, known := "", pavilion.LotID("")
	for id, l := range m.lots {
		if l.SKU == r.SKU && l.LotCode == r.LotCode {
			known = id
			if r.BestBefore != l.BestBefore {
				want = "stock.lot_differs"
			}
		}
	}
	var lot pavilion.LotID
	m.same(rt, want, func(tx *db.Tx) (err error) {
		lot, err = stock.Receive(m.ctx, tx, r)
		return err
	})
	if want != "" {
		return
	}
	if known != "" && lot != known {
		rt.Fatalf("got lot %s, want %s", lot, known)
	}
	m.lots[lot] = r
	if m.versions[lot] == 0 {
		m.versions[lot] = 1
	}
	m.arrive(pile{lot, r.Warehouse}, r.Quantity, false)
	m.received += r.Quantity
}

func (m *machine) doReserve(rt *rapid.T) {
	claims := make([]stock.Claim, rapid.IntRange(1, 4).Draw(rt, "claims"))
	for i := range claims {
		c := stock.Claim{Order: m.order(rt), Channel: m.channel(rt)}
		if strings.HasSuffix(c.Channel, "jd") {
			c.Shop = rapid.SampledFrom([]string{"", "two"}).Draw(rt, "shop")
		}
		c.Buyer = rapid.SampledFrom([]string{"", "anna", "boris"}).Draw(rt, "buyer")
		c.Holders = rapid.SliceOfN(rapid.SampledFrom([]string{"", "phone 1", "phone 2", "address"}), 1, 3).Draw(rt, "holders")
		for line := range rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(rt, "lines") {
			c.Lines = append(c.Lines, stock.Want{Line: line + 1, SKU: m.sku(rt), Quantity: quantity(rt)})
		}
		if rapid.Bool().Draw(rt, "unpaid") {
			c.ExpiresAt = m.now.Add(30 * time.Minute)
		}
		claims[i] = c
	}
	had := map[pavilion.OrderID]bool{} // their claims are repeats
	for _, c := range claims {
		had[c.Order] = len(m.of(c.Order, stock.Active, stock.Taken)) > 0
	}
	var grants []stock.Grant
	m.must(rt, func(tx *db.Tx) (err error) {
		grants, err = stock.Reserve(m.ctx, tx, claims)
		return err
	})
	for i, g := range grants {
		got := ""
		if g.Err != nil {
			got = g.Err.Error()
		}
		for _, r := range g.Reservations {
			got += sayReservation(r)
		}
		if want := m.reserve(claims[i]); got != want {
			rt.Fatalf("claim %d of %+v: got %s, want %s", i, claims, got, want)
		}
	}
	for i, g := range grants {
		if !had[claims[i].Order] {
			m.soldRight(rt, claims[i].Channel, g.Reservations)
		}
	}
}

// soldRight looks at what was promised just now without asking the model: no lot is held,
// expired or too near its date, and nothing that expires earlier was passed over.
func (m *machine) soldRight(rt *rapid.T, channel string, rs []stock.Reservation) {
	for _, r := range rs {
		err := m.d.Read(m.ctx, func(v *db.View) error {
			lots, err := stock.Lots(m.ctx, v, r.SKU)
			at := slices.IndexFunc(lots, func(b stock.LotBalance) bool { return b.Lot == r.Lot && b.Warehouse == r.Warehouse })
			minDays := lookup(m.fresh, channel, r.SKU)
			if b := lots[at]; b.Held || !b.Sells || b.BestBefore != "" && b.DaysLeft < minDays {
				rt.Fatalf("promised %+v, which %s may not sell with %d days", b, channel, minDays)
			}
			for _, b := range lots[:at] { // those that expire first stand first
				if b.Free() > 0 && b.Sellable(minDays) && b.BestBefore != lots[at].BestBefore {
					rt.Fatalf("promised %+v, passed over %+v", lots[at], b)
				}
			}
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
	}
}

func (m *machine) doConfirm(rt *rapid.T) {
	orders := []pavilion.OrderID{m.orderWith(rt, stock.Active), m.orderWith(rt, stock.Active)}[:rapid.IntRange(1, 2).Draw(rt, "orders")]
	m.same(rt, m.confirm(orders), func(tx *db.Tx) error { return stock.Confirm(m.ctx, tx, orders...) })
}

func (m *machine) doRelease(rt *rapid.T) {
	orders := []pavilion.OrderID{m.orderWith(rt, stock.Active), m.orderWith(rt, stock.Active)}[:rapid.IntRange(1, 2).Draw(rt, "orders")]
	m.same(rt, m.release(orders), func(tx *db.Tx) error { return stock.Release(m.ctx, tx, orders...) })
}

func (m *machine) doReleaseLine(rt *rapid.T) {
	order, line, n := m.orderWith(rt, stock.Active), rapid.SampledFrom([]int{1, 1, 2}).Draw(rt, "line"), rapid.Int64Range(1, 4).Draw(rt, "quantity")
	m.same(rt, m.releaseLine(order, line, n), func(tx *db.Tx) error { return stock.ReleaseLine(m.ctx, tx, order, line, n) })
}

func (m *machine) doTake(rt *rapid.T) {
	order := m.orderWith(rt, stock.Active)
	m.same(rt, m.take(order), func(tx *db.Tx) error { return stock.Take(m.ctx, tx, order) })
}

func (m *machine) doReturn(rt *rapid.T) {
	c := stock.Comeback{Order: m.orderWith(rt, stock.Taken), Line: 1, Quantity: rapid.Int64Range(1, 4).Draw(rt, "quantity")}
	if rs := m.of(c.Order, stock.Taken); len(rs) > 0 {
		r := rapid.SampledFrom(rs).Draw(rt, "reservation")
		c.Line = r.Line
		switch rapid.SampledFrom([]string{"nobody looked", "lot read", "all of the line"}).Draw(rt, "how") {
		case "lot read":
			c.Lot = r.Lot
		case "all of the line":
			c.Quantity = 0
			for _, r := range rs {
				if r.Line == c.Line {
					c.Quantity += r.Quantity - r.Returned
				}
			}
			c.Quantity = max(1, c.Quantity)
		}
	}
	c.Held = rapid.Bool().Draw(rt, "held")
	if rapid.Bool().Draw(rt, "moved") {
		c.Warehouse = m.warehouse(rt)
	}
	m.same(rt, m.comeBack(c), func(tx *db.Tx) error { return stock.Return(m.ctx, tx, c) })
}

func (m *machine) handling(rt *rapid.T) stock.Handling {
	p := m.pile(rt)
	return stock.Handling{Lot: p.lot, Warehouse: p.warehouse, Quantity: quantity(rt), Cause: "count"}
}

func (m *machine) doAdjust(rt *rapid.T) {
	h := m.handling(rt)
	if rapid.Bool().Draw(rt, "fewer") {
		h.Quantity = -h.Quantity
	}
	m.same(rt, m.adjust(pile{h.Lot, h.Warehouse}, h.Quantity), func(tx *db.Tx) error { return stock.Adjust(m.ctx, tx, h) })
}

func (m *machine) doWriteOff(rt *rapid.T) {
	h := m.handling(rt)
	m.same(rt, m.remove(pile{h.Lot, h.Warehouse}, h.Quantity), func(tx *db.Tx) error { return stock.WriteOff(m.ctx, tx, h) })
}

func (m *machine) doTransfer(rt *rapid.T) {
	p := m.pile(rt)
	v := stock.Move{Lot: p.lot, From: p.warehouse, To: m.warehouse(rt), Quantity: quantity(rt), Cause: "truck"}
	m.same(rt, m.transfer(v.Lot, v.From, v.To, v.Quantity), func(tx *db.Tx) error { return stock.Transfer(m.ctx, tx, v) })
}

func (m *machine) doHold(rt *rapid.T) {
	h, held := m.handling(rt), rapid.Bool().Draw(rt, "held")
	m.same(rt, m.hold(pile{h.Lot, h.Warehouse}, held), func(tx *db.Tx) error {
		if held {
			return stock.Hold(m.ctx, tx, h)
		}
		return stock.Unhold(m.ctx, tx, h)
	})
}

func (m *machine) doRule(rt *rapid.T) {
	channel, sku := m.channel(rt), rapid.SampledFrom([]pavilion.SKUID{"", m.sku(rt)}).Draw(rt, "of")
	n := rapid.IntRange(0, 8).Draw(rt, "n")
	m.must(rt, func(tx *db.Tx) error {
		switch rapid.IntRange(1, 3).Draw(rt, "kind") {
		case 1:
			m.fresh[rule{channel, sku}] = n
			return stock.SetFreshness(m.ctx, tx, channel, sku, n)
		case 2:
			window := time.Duration(rapid.IntRange(1, 48).Draw(rt, "hours")) * time.Hour
			m.limits[rule{channel, sku}] = limit{int64(n), window}
			return stock.SetBuyerLimit(m.ctx, tx, channel, sku, int64(n), window)
		default:
			m.caps[channel] = [2]int64{int64(n / 2), int64(n * 2)}
			return stock.SetUnpaidCap(m.ctx, tx, channel, int64(n/2), int64(n*2))
		}
	})
}

// doTime lets time pass and ends what has expired, as the order book does.
func (m *machine) doTime(rt *rapid.T) {
	m.clock.Advance(rapid.SampledFrom([]time.Duration{time.Minute, 20 * time.Minute, 5 * time.Hour, 30 * time.Hour}).Draw(rt, "passed"))
	m.now = m.clock.Now()
	want := map[pavilion.OrderID]bool{}
	for _, r := range m.promises {
		if r.State == stock.Active && !r.ExpiresAt.IsZero() && !r.ExpiresAt.After(m.now) {
			want[r.Order] = true
		}
	}
	m.must(rt, func(tx *db.Tx) error {
		expired, err := stock.Expired(m.ctx, tx, tx.Now(), 10_000)
		if err != nil {
			return err
		}
		var ours []pavilion.OrderID
		for _, o := range expired {
			if strings.HasPrefix(string(o), m.prefix) {
				ours = append(ours, o)
			}
			if strings.HasPrefix(string(o), m.prefix) && !want[o] {
				rt.Fatalf("got %s expired, want only %v", o, want)
			}
		}
		if len(ours) != len(want) {
			rt.Fatalf("got %v expired, want %v", ours, want)
		}
		m.release(ours)
		return stock.Release(m.ctx, tx, ours...)
	})
}

// check compares every pile and what is for sale, and that no unit came or went unseen.
func (m *machine) check(rt *rapid.T) {
	err := m.d.Read(m.ctx, func(v *db.View) error {
		var total int64
		for _, name := range []string{"choc", "milk"} {
			sku := pavilion.SKUID(m.prefix + name)
			lots, err := stock.Lots(m.ctx, v, sku)
			if err != nil {
				return err
			}
			for _, l := range lots {
				p := pile{l.Lot, l.Warehouse}
				total += l.OnHand
				if h := m.piles[p]; h == nil && l.OnHand != 0 || h != nil && (h.onHand != l.OnHand || h.held != l.Held || m.reserved(p) != l.Reserved) {
					rt.Fatalf("got %+v, want %+v with %d reserved", l, h, m.reserved(p))
				}
				if l.Reserved < 0 || l.OnHand < l.Reserved {
					rt.Fatalf("got %+v: promised more than there is", l)
				}
			}
			m.checkShares(rt, v, sku)
			for _, channel := range []string{m.prefix + "own", m.prefix + "jd"} {
				got, err := stock.Available(m.ctx, v, channel, []pavilion.SKUID{sku})
				if err != nil {
					return err
				}
				want := m.available(channel, "", sku)
				if got[sku].Quantity != want {
					rt.Fatalf("available of %s on %s: got %d, want %d", sku, channel, got[sku].Quantity, want)
				}
				sums, err := stock.Summaries(m.ctx, v, channel, []pavilion.SKUID{sku})
				if err != nil {
					return err
				}
				var free int64
				for _, p := range m.sellable(channel, sku) {
					free += m.piles[p].onHand - m.reserved(p)
				}
				if s := sums[sku]; s.Sellable != free || s.OnHand != s.Reserved+s.Held+s.Expired+s.Resting+s.Late+s.Sellable {
					rt.Fatalf("summary of %s on %s: got %+v, want parts that add up and %d to sell", sku, channel, s, free)
				}
			}
		}
		if want := m.received - m.sold - m.lost; total != want {
			rt.Fatalf("got %d units on hand, want %d", total, want)
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
}
