package stock_test

import (
	"context"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

func (h *house) handle(do func(context.Context, *db.Tx, stock.Handling) error, lot pavilion.LotID, quantity int64) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		return do(ctx, tx, stock.Handling{Lot: lot, Warehouse: h.id, Quantity: quantity, Cause: "count"})
	}
}

func (h *house) transfer(lot pavilion.LotID, from, to pavilion.WarehouseID, quantity int64) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		return stock.Transfer(ctx, tx, stock.Move{Lot: lot, From: from, To: to, Quantity: quantity, Cause: "truck"})
	}
}

func take(order pavilion.OrderID) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error { return stock.Take(ctx, tx, order) }
}

func release(orders ...pavilion.OrderID) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error { return stock.Release(ctx, tx, orders...) }
}

func confirm(orders ...pavilion.OrderID) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error { return stock.Confirm(ctx, tx, orders...) }
}

func comeBack(c stock.Comeback) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error { return stock.Return(ctx, tx, c) }
}

func TestAdjustAndWriteOffKeepWhatIsPromised(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		lot := h.receive("choc", "2023-03-01", 10)
		h.granted(h.reserve(claim("o1", "choc", 6)))
		for _, do := range []func(context.Context, *db.Tx) error{
			h.handle(stock.Adjust, lot, -5), h.handle(stock.WriteOff, lot, 5), h.transfer(lot, h.id, h.addWarehouse("BJS", "Asia/Shanghai", true), 5),
		} {
			err := h.do(do)
			if got, want := err.Error(), "stock.below_reserved at quantity free=4 on_hand=10 reserved=6"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		h.must(h.handle(stock.Adjust, lot, -1))
		h.must(h.handle(stock.Adjust, lot, 2))
		h.must(h.handle(stock.WriteOff, lot, 5))
		h.refused("stock.below_reserved", h.handle(stock.WriteOff, lot, 1))
		h.refused("stock.quantity", h.handle(stock.Adjust, lot, 0))
		h.refused("stock.quantity", h.handle(stock.WriteOff, lot, -1))
		h.refused("stock.lot_absent", h.handle(stock.Adjust, "lot_none", 1))
		if got := h.lots("choc")[0]; got.OnHand != 6 || got.Reserved != 6 {
			t.Errorf("got %+v, want 6 on hand, all reserved", got)
		}
		h.clean()
	})
}

func TestExpiredLotsDoNotSellButMove(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		samples := h.addWarehouse("SMP", "Asia/Shanghai", false)
		lot := h.receive("kefir", "2022-07-08", 10)
		h.granted(h.reserve(claim("o1", "kefir", 1)))
		clock.Advance(3 * 24 * time.Hour)
		if g := h.reserve(claim("o2", "kefir", 1)); reason(g[0]) != "stock.short" || g[0].Err.Args["available"] != int64(0) {
			t.Errorf("reserve: got %+v, want stock.short with 0", g[0])
		}
		h.refused("stock.expired", take("o1"))
		h.must(h.handle(stock.Adjust, lot, -1))
		h.must(h.transfer(lot, h.id, samples, 2))
		h.must(h.handle(stock.WriteOff, lot, 6))
		h.must(release("o1"))
		h.clean()
	})
}

func TestHeldLotsNeitherSellNorShip(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		lot := h.receive("choc", "2023-03-01", 10)
		other := h.receive("choc", "2023-04-01", 10)
		h.granted(h.reserve(claim("o1", "choc", 3), claim("o2", "choc", 1)))
		h.must(h.handle(stock.Hold, lot, 0))
		h.must(h.handle(stock.Hold, lot, 0)) // again: nothing
		h.refused("stock.held", take("o1"))
		h.must(func(ctx context.Context, tx *db.Tx) error {
			orders, err := stock.Holding(ctx, tx, lot, h.id, "o1", 10)
			if len(orders) != 1 || orders[0] != "o2" {
				t.Errorf("holding after o1: got %v, want o2", orders)
			}
			return err
		})
		if got := h.available("own", "choc").Quantity; got != 10 {
			t.Errorf("available: got %d, want 10", got)
		}
		h.must(func(ctx context.Context, tx *db.Tx) error { // from other lots instead
			if err := stock.Release(ctx, tx, "o1"); err != nil {
				return err
			}
			g, err := stock.Reserve(ctx, tx, []stock.Claim{claim("o1", "choc", 3)})
			if err == nil && g[0].Reservations[0].Lot != other {
				t.Errorf("got lot %s, want %s", g[0].Reservations[0].Lot, other)
			}
			return err
		})
		h.must(take("o1"))
		h.must(h.handle(stock.Unhold, lot, 0))
		h.must(h.handle(stock.Unhold, lot, 0))
		h.must(take("o2"))
		h.refused("stock.cause_missing", func(ctx context.Context, tx *db.Tx) error {
			return stock.Hold(ctx, tx, stock.Handling{Lot: lot, Warehouse: h.id})
		})
		h.refused("stock.lot_absent", h.handle(stock.Hold, "lot_none", 0))
		h.clean()
	})
}

func TestTransferKeepsLotAndQuarantine(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		south := h.addWarehouse("CAN", "Asia/Shanghai", true)
		lot := h.receive("choc", "2023-03-01", 10)
		h.must(h.transfer(lot, h.id, south, 4))
		h.must(h.handle(stock.Hold, lot, 0))
		h.refused("stock.hold_differs", h.transfer(lot, h.id, south, 1)) // held units would lie with 4 that sell
		h.must(h.transfer(lot, south, h.id, 4))                          // units that sell may join held ones
		h.must(h.transfer(lot, h.id, south, 7))                          // an empty place takes held ones over
		if got := h.available("own", "choc").Quantity; got != 0 {
			t.Errorf("available: got %d, want 0: all is held", got)
		}
		for _, l := range h.lots("choc") {
			if l.Lot != lot || l.BestBefore != "2023-03-01" || !l.Held {
				t.Errorf("got %+v, want the same lot, held", l)
			}
		}
		h.refused("stock.same_warehouse", h.transfer(lot, south, south, 1))
		h.refused("stock.lot_unknown", h.transfer("lot_none", h.id, south, 1))
		h.refused("stock.warehouse_unknown", h.transfer(lot, south, "whs_none", 1))
		h.refused("stock.below_reserved", h.transfer(lot, south, h.id, 8))
		h.clean()
	})
}

func TestReverseTransferOfUnitsHeldSince(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		south := h.addWarehouse("CAN", "Asia/Shanghai", true)
		lot := h.receive("choc", "2023-03-01", 10)
		h.must(h.transfer(lot, h.id, south, 10))
		h.must(func(ctx context.Context, tx *db.Tx) error {
			return stock.Hold(ctx, tx, stock.Handling{Lot: lot, Warehouse: south, Cause: "count"})
		})
		back := func(ctx context.Context, tx *db.Tx) error { return stock.Reverse(ctx, tx, lot, h.id, 2) }
		h.must(back) // the empty place they come back to is held from then on
		h.must(h.transfer(lot, h.id, south, 10))
		h.refused("stock.reversed_already", back)
		h.clean()
	})
}

func TestReturn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		returns := h.addWarehouse("RET", "Asia/Shanghai", false)
		early := h.receive("choc", "2022-09-01", 2)
		late := h.receive("choc", "2023-03-01", 2)
		h.granted(h.reserve(claim("o1", "choc", 4)))
		h.refused("stock.line_short", comeBack(stock.Comeback{Order: "o1", Line: 1, Quantity: 1}))
		h.must(take("o1"))
		h.must(comeBack(stock.Comeback{Order: "o1", Line: 1, Lot: late, Quantity: 1}))
		h.refused("stock.line_short", comeBack(stock.Comeback{Order: "o1", Line: 1, Lot: late, Quantity: 2}))
		h.refused("stock.hold_differs", comeBack(stock.Comeback{Order: "o1", Line: 1, Lot: late, Quantity: 1, Held: true}))
		h.must(comeBack(stock.Comeback{Order: "o1", Line: 1, Warehouse: returns, Quantity: 3, Held: true, Note: "box torn"}))
		h.refused("stock.line_short", comeBack(stock.Comeback{Order: "o1", Line: 1, Quantity: 1}))
		want := map[stock.LotBalance]bool{
			{Lot: early, SKU: "choc", Code: "lot 2022-09-01", BestBefore: "2022-09-01", Warehouse: h.id}:                           true,
			{Lot: early, SKU: "choc", Code: "lot 2022-09-01", BestBefore: "2022-09-01", Warehouse: returns, OnHand: 2, Held: true}: true,
			{Lot: late, SKU: "choc", Code: "lot 2023-03-01", BestBefore: "2023-03-01", Warehouse: h.id, OnHand: 1}:                 true,
			{Lot: late, SKU: "choc", Code: "lot 2023-03-01", BestBefore: "2023-03-01", Warehouse: returns, OnHand: 1, Held: true}:  true,
		}
		for _, got := range h.lots("choc") {
			got := stock.LotBalance{Lot: got.Lot, SKU: got.SKU, Code: got.Code, BestBefore: got.BestBefore, Warehouse: got.Warehouse, OnHand: got.OnHand, Held: got.Held}
			if !want[got] {
				t.Errorf("got %+v, want one of %v", got, want)
			}
		}
		h.clean()
	})
}

func TestLifeOfAReservation(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("choc", "2023-03-01", 10)
		unpaid := claim("o1", "choc", 3)
		unpaid.ExpiresAt = d.Now().Add(15 * time.Minute)
		h.granted(h.reserve(unpaid, claim("o2", "choc", 3)))
		expired := func() (orders []pavilion.OrderID) {
			err := d.Read(t.Context(), func(v *db.View) (err error) {
				orders, err = stock.Expired(t.Context(), v, v.Now(), 10)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return orders
		}
		if got := expired(); len(got) != 0 {
			t.Errorf("at once: got %v expired, want none", got)
		}
		h.refused("stock.unpaid", take("o1"))
		clock.Advance(15 * time.Minute)
		if got := expired(); len(got) != 1 || got[0] != "o1" {
			t.Errorf("after 15 minutes: got %v expired, want o1", got)
		}
		h.must(confirm("o1")) // the money came after all
		h.must(confirm("o1", "o2"))
		if got := expired(); len(got) != 0 {
			t.Errorf("confirmed: got %v expired, want none", got)
		}
		h.must(take("o1"))
		h.must(take("o1"))
		h.must(confirm("o1"))
		h.refused("stock.taken", release("o1"))
		h.must(release("o2", "o2", "never"))
		h.must(release("o2"))
		h.refused("stock.not_reserved", confirm("o2"))
		h.refused("stock.not_reserved", take("o2"))
		h.refused("stock.not_reserved", take("never"))
		if got := h.lots("choc")[0]; got.OnHand != 7 || got.Reserved != 0 {
			t.Errorf("got %+v, want 7 on hand, none reserved", got)
		}
		h.clean()
	})
}

func TestReleaseLine(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		early := h.receive("choc", "2022-09-01", 2)
		h.receive("choc", "2023-03-01", 3)
		h.receive("milk", "2022-09-01", 1)
		h.must(func(ctx context.Context, tx *db.Tx) error {
			if err := stock.SetBuyerLimit(ctx, tx, "own", "choc", 5, time.Hour); err != nil {
				return err
			}
			return stock.SetUnpaidCap(ctx, tx, "own", 1, 10)
		})
		c := claim("o1", "choc", 5)
		c.Lines = append(c.Lines, stock.Want{Line: 2, SKU: "milk", Quantity: 1})
		c.Buyer, c.Holders, c.ExpiresAt = "anna", []string{"anna"}, d.Now().Add(time.Minute)
		h.granted(h.reserve(c))
		part := func(line int, quantity int64) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { return stock.ReleaseLine(ctx, tx, "o1", line, quantity) }
		}
		h.must(part(1, 4))
		h.clean()
		for _, l := range h.lots("choc") {
			if want := map[bool]int64{true: 1, false: 0}[l.Lot == early]; l.Reserved != want {
				t.Errorf("lot %s: got %d reserved, want %d", l.Code, l.Reserved, want)
			}
		}
		h.refused("stock.line_short", part(1, 2))
		second := claim("o2", "choc", 1)
		second.Holders, second.ExpiresAt = c.Holders, c.ExpiresAt
		if g := h.reserve(second); reason(g[0]) != "stock.unpaid_cap" {
			t.Errorf("while o1 is unpaid: got %v, want stock.unpaid_cap", g[0].Err)
		}
		h.must(part(1, 1))
		h.must(part(2, 1))
		h.granted(h.reserve(second))
		h.clean()
	})
}

func TestAddWarehouseRefuses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for reason, w := range map[string]stock.Warehouse{
			"stock.code_missing":      {Country: "CN", TimeZone: "UTC"},
			"stock.country_malformed": {Code: "A", Country: "cn", TimeZone: "UTC"},
			"stock.zone_unknown":      {Code: "A", Country: "CN", TimeZone: "Asia/Nowhere"},
			"stock.code_taken":        {Code: "SHA", Country: "CN", TimeZone: "UTC"},
		} {
			h.refused(reason, func(ctx context.Context, tx *db.Tx) error {
				_, err := stock.AddWarehouse(ctx, tx, w)
				return err
			})
		}
		err := d.Read(t.Context(), func(v *db.View) error {
			ws, err := stock.Warehouses(t.Context(), v)
			if len(ws) != 1 || ws[0].Code != "SHA" || !ws[0].Sells {
				t.Errorf("got %+v, want SHA", ws)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
