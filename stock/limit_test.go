package stock_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

func TestBuyerLimitRunsWithTheWindow(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("choc", "2023-03-01", 100)
		h.receive("milk", "2023-03-01", 100)
		h.must(func(ctx context.Context, tx *db.Tx) error {
			if err := stock.SetBuyerLimit(ctx, tx, "own", "", 3, 10*time.Hour); err != nil {
				return err
			}
			return stock.SetBuyerLimit(ctx, tx, "own", "milk", 0, 0)
		})
		orders := 0
		buy := func(buyer string, sku pavilion.SKUID, quantity int64) *pavilion.Error {
			orders++
			c := claim(fmt.Sprint("o", orders), sku, quantity)
			c.Buyer = buyer
			return h.reserve(c)[0].Err
		}
		for i, step := range []struct {
			wait     time.Duration
			buyer    string
			sku      pavilion.SKUID
			quantity int64
			want     string
			retry    time.Duration
		}{
			{0, "anna", "choc", 2, "", 0},
			{4 * time.Hour, "anna", "choc", 2, "stock.buyer_limit left=1 limit=3 sku=choc", 6 * time.Hour},
			{0, "anna", "choc", 4, "stock.buyer_limit left=1 limit=3 sku=choc", 0}, // never allowed
			{0, "anna", "choc", 1, "", 0},
			{0, "boris", "choc", 3, "", 0},
			{0, "", "choc", 9, "", 0},
			{0, "anna", "milk", 9, "", 0},
			{6*time.Hour - time.Second, "anna", "choc", 1, "stock.buyer_limit left=0 limit=3 sku=choc", time.Second},
			{time.Second, "anna", "choc", 2, "", 0},
			{0, "anna", "choc", 1, "stock.buyer_limit left=0 limit=3 sku=choc", 4 * time.Hour},
		} {
			clock.Advance(step.wait)
			err := buy(step.buyer, step.sku, step.quantity)
			if got := fmt.Sprint(err); err != nil && (got != step.want || err.RetryAfter != step.retry) || err == nil && step.want != "" {
				t.Errorf("step %d: got %s retry after %v, want %s after %v", i, got, err.RetryAfter, step.want, step.retry)
			}
		}
		h.must(release("o4"))
		if err := buy("anna", "choc", 1); err != nil {
			t.Errorf("after a release: got %v, want a grant", err)
		}
		h.clean()
	})
}

// TestOneVisitorCannotLockTheShop has a visitor claim everything without paying, under many
// phone numbers but one address, and another who wants one piece.
func TestOneVisitorCannotLockTheShop(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		const skus = 20
		for n := range skus {
			h.receive(pavilion.SKUID(fmt.Sprint("sku", n)), "2023-03-01", 20)
		}
		h.must(func(ctx context.Context, tx *db.Tx) error { return stock.SetUnpaidCap(ctx, tx, "own", 3, 12) })
		unpaid := func(order string, sku int, quantity int64, holders ...string) stock.Claim {
			c := claim(order, pavilion.SKUID(fmt.Sprint("sku", sku)), quantity)
			c.Holders, c.ExpiresAt = holders, d.Now().Add(15*time.Minute)
			return c
		}
		held := int64(0)
		for round := range 4 { // all in one set, then again each time some orders expired
			var claims []stock.Claim
			for n := range skus {
				claims = append(claims, unpaid(fmt.Sprintf("h-%d-%d", round, n), n, 10, fmt.Sprintf("phone %d", n), "address", "", "address"))
			}
			for _, g := range h.reserve(claims...) {
				for _, r := range g.Reservations {
					held += r.Quantity
				}
				if why := reason(g); why != "" && why != "stock.unpaid_cap" && why != "stock.unpaid_units" {
					t.Errorf("got %s, want a refusal by the cap", why)
				}
			}
		}
		if held != 10 {
			t.Errorf("got %d units held by one visitor, want 10: one more order would be over 12", held)
		}
		for n := 1; n < skus; n++ {
			h.granted(h.reserve(unpaid(fmt.Sprint("g", n), n, 1, fmt.Sprint("guest ", n))))
		}
		h.must(confirm("h-0-0")) // who pays may go on
		h.granted(h.reserve(unpaid("h-9", 1, 2, "address"), unpaid("h-10", 2, 2, "address"), unpaid("h-11", 3, 2, "address")))
		if g := h.reserve(unpaid("h-12", 4, 1, "address")); reason(g[0]) != "stock.unpaid_cap" || g[0].Err.Args["cap"] != int64(3) {
			t.Errorf("fourth unpaid order: got %v, want stock.unpaid_cap of 3", g[0].Err)
		}
		paid := unpaid("h-13", 4, 1, "address")
		paid.ExpiresAt = time.Time{}
		h.granted(h.reserve(paid)) // what is paid is not capped
		h.must(release("h-9"))
		h.granted(h.reserve(unpaid("h-14", 4, 1, "address")))
		h.clean()
	})
}

func TestRulesRefuseNonsense(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.refused("stock.days", func(ctx context.Context, tx *db.Tx) error { return stock.SetFreshness(ctx, tx, "own", "", -1) })
		h.refused("stock.quantity", func(ctx context.Context, tx *db.Tx) error {
			return stock.SetBuyerLimit(ctx, tx, "own", "", -1, time.Hour)
		})
		h.refused("stock.window", func(ctx context.Context, tx *db.Tx) error { return stock.SetBuyerLimit(ctx, tx, "own", "", 1, 0) })
		h.refused("stock.cap", func(ctx context.Context, tx *db.Tx) error { return stock.SetUnpaidCap(ctx, tx, "own", -1, 0) })
		for want, c := range map[string]stock.Claim{
			"stock.no_lines": {Order: "o1", Channel: "own"},
			"stock.quantity": claim("o1", "choc", 0),
			"stock.short":    claim("o1", "unknown", 1),
		} {
			if got := reason(h.reserve(c)[0]); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	})
}
