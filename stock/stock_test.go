package stock_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

// house is a database with one warehouse in Shanghai that sells.
type house struct {
	t  *testing.T
	d  *db.DB
	id pavilion.WarehouseID
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, d: d}
	h.id = h.addWarehouse("SHA", "Asia/Shanghai", true)
	return h
}

func (h *house) addWarehouse(code, zone string, sells bool) (id pavilion.WarehouseID) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: code, Country: "CN", TimeZone: zone, Sells: sells})
		return err
	})
	return id
}

// do runs one transaction.
func (h *house) do(fn func(ctx context.Context, tx *db.Tx) error) error {
	return write(h.t.Context(), h.d, fn)
}

func write(ctx context.Context, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) error {
	return d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error { return fn(ctx, tx) })
}

func (h *house) must(fn func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.do(fn); err != nil {
		h.t.Fatal(err)
	}
}

// refused runs one transaction that must fail for the reason.
func (h *house) refused(reason string, fn func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.do(fn); pavilion.ReasonOf(err) != reason || err == nil {
		h.t.Errorf("got %v, want %s", err, reason)
	}
}

// receive takes in a lot whose code is its best-before date.
func (h *house) receive(sku pavilion.SKUID, bestBefore pavilion.Date, quantity int64) (id pavilion.LotID) {
	h.t.Helper()
	return h.receiveIn(h.id, sku, bestBefore, quantity)
}

func (h *house) receiveIn(w pavilion.WarehouseID, sku pavilion.SKUID, bestBefore pavilion.Date, quantity int64) (id pavilion.LotID) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = stock.Receive(ctx, tx, stock.Receipt{
			SKU: sku, LotCode: "lot " + string(bestBefore), BestBefore: bestBefore, Warehouse: w, Quantity: quantity, Cause: "delivery",
		})
		return err
	})
	return id
}

// claim asks for units of one SKU, paid already.
func claim(order string, sku pavilion.SKUID, quantity int64) stock.Claim {
	return stock.Claim{Order: pavilion.OrderID(order), Channel: "own", Lines: []stock.Want{{Line: 1, SKU: sku, Quantity: quantity}}}
}

func (h *house) reserve(claims ...stock.Claim) (grants []stock.Grant) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx *db.Tx) (err error) {
		grants, err = stock.Reserve(ctx, tx, claims)
		return err
	})
	return grants
}

// granted fails unless each grant is granted.
func (h *house) granted(grants []stock.Grant) {
	h.t.Helper()
	for i, g := range grants {
		if g.Err != nil {
			h.t.Errorf("claim %d: got %v, want a grant", i, g.Err)
		}
	}
}

// verify returns every difference as text.
func (h *house) verify() []string {
	h.t.Helper()
	var found []string
	err := h.d.Read(h.t.Context(), func(v *db.View) (err error) {
		found, err = differences(h.t.Context(), v)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

func differences(ctx context.Context, r db.Reader) (found []string, err error) {
	err = stock.Verify(ctx, r, func(d stock.Difference) error {
		found = append(found, d.String())
		return nil
	})
	return found, err
}

func (h *house) clean() {
	h.t.Helper()
	for _, d := range h.verify() {
		h.t.Errorf("verify: %s", d)
	}
}

func (h *house) available(channel string, sku pavilion.SKUID) (a stock.Availability) {
	h.t.Helper()
	err := h.d.Read(h.t.Context(), func(v *db.View) error {
		m, err := stock.Available(h.t.Context(), v, channel, []pavilion.SKUID{sku, "other", sku})
		a = m[sku]
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h *house) lots(sku pavilion.SKUID) (lots []stock.LotBalance) {
	h.t.Helper()
	err := h.d.Read(h.t.Context(), func(v *db.View) (err error) {
		lots, err = stock.Lots(h.t.Context(), v, sku)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return lots
}

func reason(g stock.Grant) string {
	if g.Err == nil {
		return ""
	}
	return g.Err.Reason
}

func TestReserveTakesWhatExpiresFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		late := h.receive("choc", "2023-03-01", 5)
		never := h.receive("choc", "", 5)
		early := h.receive("choc", "2022-09-01", 5)
		grants := h.reserve(claim("o1", "choc", 7), claim("o2", "choc", 7), claim("o3", "choc", 2))
		got := map[string]int64{}
		for _, g := range grants {
			for _, r := range g.Reservations {
				got[fmt.Sprint(r.Order, " ", r.Lot)] = r.Quantity
			}
		}
		want := map[string]int64{
			fmt.Sprint("o1 ", early): 5, fmt.Sprint("o1 ", late): 2, fmt.Sprint("o2 ", late): 3, fmt.Sprint("o2 ", never): 4,
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if got, want := grants[2].Err.Error(), "stock.short available=1 sku=choc"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		h.clean()
	})
}

func TestFreshnessPerChannelAndSKU(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("milk", "2022-07-16", 3) // the clock stands at 6 July
		h.receive("milk", "2022-10-16", 4)
		h.must(func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(stock.SetFreshness(ctx, tx, "jd", "", 30), stock.SetFreshness(ctx, tx, "jd", "tvorog", 5))
		})
		for _, c := range []struct {
			channel string
			want    stock.Availability
		}{
			{"own", stock.Availability{Quantity: 7, BestBefore: "2022-07-16", DaysLeft: 10}},
			{"jd", stock.Availability{Quantity: 4, BestBefore: "2022-10-16", DaysLeft: 102}},
		} {
			if got := h.available(c.channel, "milk"); got != c.want {
				t.Errorf("%s: got %+v, want %+v", c.channel, got, c.want)
			}
		}
		h.receive("tvorog", "2022-07-11", 2)
		if got := h.available("jd", "tvorog").Quantity; got != 2 {
			t.Errorf("override: got %d, want 2", got)
		}
		clock.Advance(24 * time.Hour)
		if got := h.available("jd", "tvorog").Quantity; got != 0 {
			t.Errorf("a day later: got %d, want 0", got)
		}
	})
}

// The clock stands at 02:00 UTC on 6 July: in Shanghai it is the 6th, in Los Angeles still the 5th.
func TestTodayIsTheWarehousesDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		west := h.addWarehouse("LAX", "America/Los_Angeles", true)
		h.receive("kefir", "2022-07-05", 3)
		h.receiveIn(west, "kefir", "2022-07-05", 4)
		if got, want := h.available("own", "kefir"), (stock.Availability{Quantity: 4, BestBefore: "2022-07-05"}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		g := h.reserve(claim("o1", "kefir", 4), claim("o2", "kefir", 1))
		if reason(g[0]) != "" || g[0].Reservations[0].Warehouse != west || reason(g[1]) != "stock.short" {
			t.Errorf("got %+v, want the western units for o1 and none for o2", g)
		}
	})
}

func TestReceiveKnowsItsLots(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		receipt := stock.Receipt{SKU: "choc", LotCode: "L1", ProducedOn: "2022-01-01", BestBefore: "2023-01-01", Warehouse: h.id, Quantity: 5, Cause: "note 1"}
		receive := func(change func(r *stock.Receipt)) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				r := receipt
				change(&r)
				_, err := stock.Receive(ctx, tx, r)
				return err
			}
		}
		h.must(receive(func(*stock.Receipt) {}))
		h.must(receive(func(r *stock.Receipt) { r.LotCode, r.Cause = " L1 ", "note 2" }))
		h.refused("stock.lot_differs", receive(func(r *stock.Receipt) { r.BestBefore = "2023-01-02" }))
		h.refused("stock.lot_differs", receive(func(r *stock.Receipt) { r.ProducedOn = "" }))
		h.refused("stock.quantity", receive(func(r *stock.Receipt) { r.Quantity = 0 }))
		h.refused("stock.quantity", receive(func(r *stock.Receipt) { r.Quantity = stock.MaxQuantity + 1 }))
		h.refused("stock.cause_missing", receive(func(r *stock.Receipt) { r.Cause = "" }))
		h.refused("stock.lot_code_missing", receive(func(r *stock.Receipt) { r.LotCode = " " }))
		h.refused("stock.sku_missing", receive(func(r *stock.Receipt) { r.SKU = "" }))
		h.refused("stock.date_malformed", receive(func(r *stock.Receipt) { r.BestBefore = "2023-13-01" }))
		h.refused("stock.dates_crossed", receive(func(r *stock.Receipt) { r.BestBefore = "2021-12-31" }))
		h.refused("stock.warehouse_unknown", receive(func(r *stock.Receipt) { r.Warehouse = "whs_none" }))
		lots := h.lots("choc")
		if len(lots) != 1 || lots[0].OnHand != 10 || lots[0].Code != "L1" {
			t.Errorf("got %+v, want one lot L1 with 10 units", lots)
		}
		h.clean()
	})
}

func TestRepeatedClaim(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("choc", "2023-03-01", 5)
		first := h.reserve(claim("o1", "choc", 3), claim("o1", "choc", 3), claim("o1", "choc", 2))
		if reason(first[0]) != "" || fmt.Sprint(first[1].Reservations) != fmt.Sprint(first[0].Reservations) || reason(first[2]) != "stock.claim_differs" {
			t.Errorf("in one set: got %+v, want a grant, the same again, and stock.claim_differs", first)
		}
		again := h.reserve(claim("o1", "choc", 3))
		if fmt.Sprint(again[0].Reservations) != fmt.Sprint(first[0].Reservations) {
			t.Errorf("later: got %+v, want %+v", again[0], first[0])
		}
		h.must(func(ctx context.Context, tx *db.Tx) error { return stock.Release(ctx, tx, "o1") })
		anew := h.reserve(claim("o1", "choc", 5))
		h.must(func(ctx context.Context, tx *db.Tx) error {
			rs, err := stock.Reservations(ctx, tx, "o1")
			if len(rs) != 2 || rs[0].State != stock.Released || rs[1].State != stock.Active {
				t.Errorf("got reservations %+v, want one released and one active", rs)
				return err
			}
			ms, err := stock.Movements(ctx, tx, rs[0].Lot, h.id, 1, 10)
			got := ""
			for _, m := range ms {
				got += fmt.Sprint(m.Number, m.Kind, m.ReservedChange, m.Cause, m.Actor, " ")
			}
			if want := "2reserve3o1system:test 3release-3o1system:test 4reserve5o1system:test "; got != want {
				t.Errorf("movements after the first: got %s, want %s", got, want)
			}
			return err
		})
		if reason(anew[0]) != "" || anew[0].Reservations[0].Number != 2 {
			t.Errorf("after release: got %+v, want reservation 2 of 5 units", anew[0])
		}
		h.clean()
	})
}
