package stock_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

const workers = 64

// reserver is a way to reserve that the races are run with.
type reserver func(ctx context.Context, d *db.DB, claims []stock.Claim) ([]stock.Grant, error)

func reserve(ctx context.Context, d *db.DB, claims []stock.Claim) (grants []stock.Grant, err error) {
	err = write(ctx, d, func(ctx context.Context, tx *db.Tx) (err error) {
		grants, err = stock.Reserve(ctx, tx, claims)
		return err
	})
	return grants, err
}

// race has every worker place its claims one after the other, all at the same time, and
// returns how many units were granted and how many claims refused for each reason.
func race(t *testing.T, d *db.DB, by reserver, each int, claimOf func(worker, n int) stock.Claim) (units int64, refused map[string]int) {
	t.Helper()
	refused = map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for n := range each {
				grants, err := by(t.Context(), d, []stock.Claim{claimOf(w, n)})
				mu.Lock()
				switch {
				case err != nil:
					refused[err.Error()]++
				case grants[0].Err != nil:
					refused[grants[0].Err.Reason]++
				}
				for _, g := range grants {
					for _, r := range g.Reservations {
						units += r.Quantity
					}
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return units, refused
}

// drop races 64 workers for the units of one SKU in three lots and tells whatever is wrong.
func drop(t *testing.T, d *db.DB, by reserver) (wrong []string) {
	h := newHouse(t, d)
	h.receive("choc", "2022-09-01", 100)
	h.receive("choc", "2022-10-01", 50)
	h.receive("choc", "2022-11-01", 50)
	units, refused := race(t, d, by, 5, func(worker, n int) stock.Claim {
		return claim(fmt.Sprintf("o-%d-%d", worker, n), "choc", 1)
	})
	if units != 200 {
		wrong = append(wrong, fmt.Sprintf("granted %d units, want 200", units))
	}
	if want := workers*5 - 200; len(refused) != 1 || refused["stock.short"] != want {
		wrong = append(wrong, fmt.Sprintf("refused %v, want %d stock.short", refused, want))
	}
	if left := h.available("own", "choc").Quantity; left != 0 {
		wrong = append(wrong, fmt.Sprintf("%d units left, want none", left))
	}
	return append(wrong, h.verify()...)
}

func TestNeverOversold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, w := range drop(t, d, reserve) {
			t.Error(w)
		}
	})
}

// TestNeverOversoldCanFail shows that the test above is able to find what it looks for.
func TestNeverOversoldCanFail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		wrong := drop(t, d, stock.ReserveReadThenWrite)
		if len(wrong) == 0 {
			t.Error("a reserve that looks first and writes later was not noticed")
		}
	})
}

func TestBuyerLimitHoldsWhenOneBuyerClaimsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("choc", "2022-09-01", 1000)
		h.must(func(ctx context.Context, tx *db.Tx) error {
			return stock.SetBuyerLimit(ctx, tx, "own", "choc", 7, time.Hour)
		})
		units, refused := race(t, d, reserve, 1, func(worker, _ int) stock.Claim {
			c := claim(fmt.Sprintf("o-%d", worker), "choc", 2)
			c.Buyer = "anna"
			return c
		})
		if units != 6 || refused["stock.buyer_limit"] != workers-3 || len(refused) != 1 {
			t.Errorf("got %d units and refusals %v, want 6 units and %d stock.buyer_limit", units, refused, workers-3)
		}
		h.clean()
	})
}

func TestUnpaidCapHoldsWhenOneHolderClaimsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("choc", "2022-09-01", 1000)
		h.must(func(ctx context.Context, tx *db.Tx) error { return stock.SetUnpaidCap(ctx, tx, "own", 3, 100) })
		units, refused := race(t, d, reserve, 1, func(worker, _ int) stock.Claim {
			c := claim(fmt.Sprintf("o-%d", worker), "choc", 1)
			c.Holders = []string{fmt.Sprintf("phone %d", worker), "address"}
			c.ExpiresAt = d.Now().Add(time.Hour)
			return c
		})
		if units != 3 || refused["stock.unpaid_cap"] != workers-3 || len(refused) != 1 {
			t.Errorf("got %d units and refusals %v, want 3 units and %d stock.unpaid_cap", units, refused, workers-3)
		}
		h.clean()
	})
}

func TestOneOrderClaimedAtOnceIsReservedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.receive("choc", "2022-09-01", 100)
		units, refused := race(t, d, reserve, 1, func(int, int) stock.Claim { return claim("o1", "choc", 2) })
		if got := h.lots("choc")[0].Reserved; got != 2 || units != 2*workers || len(refused) != 0 {
			t.Errorf("got %d reserved, %d granted, refusals %v; want 2 reserved and the same grant for everyone", got, units, refused)
		}
		h.clean()
	})
}

// TestSetsInAnyOrderDoNotOversell races sets whose claims name the same few SKUs in different
// orders, so that transactions want the same rows the other way round.
func TestSetsInAnyOrderDoNotOversell(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		skus := []pavilion.SKUID{"choc", "milk", "rye", "flax"}
		for _, sku := range skus {
			h.receive(sku, "2022-09-01", 40)
			h.receive(sku, "2022-10-01", 40)
		}
		var mu sync.Mutex
		var units int64
		var all sync.WaitGroup
		for w := range 16 {
			all.Go(func() {
				claims := make([]stock.Claim, 24)
				for n := range claims {
					claims[n] = claim(fmt.Sprintf("o-%d-%d", w, n), skus[(n+w)%4], 1)
					claims[n].Lines = append(claims[n].Lines, stock.Want{Line: 2, SKU: skus[(n*w+1)%4], Quantity: 1})
				}
				grants, err := reserve(t.Context(), d, claims)
				if err != nil {
					t.Errorf("got %v, want answers", err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, g := range grants {
					for _, r := range g.Reservations {
						units += r.Quantity
					}
				}
			})
		}
		all.Wait()
		var left int64
		for _, sku := range skus {
			left += h.available("own", sku).Quantity
		}
		if units+left != 320 {
			t.Errorf("got %d units granted and %d left, want 320 together", units, left)
		}
		h.clean()
	})
}

// TestEndsRace confirms, releases and takes the same orders at once: each ends one way only
// and nothing is counted twice.
func TestEndsRace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		lot := h.receive("choc", "2022-09-01", 100)
		h.must(func(ctx context.Context, tx *db.Tx) error {
			if err := stock.SetBuyerLimit(ctx, tx, "own", "choc", 100, time.Hour); err != nil {
				return err
			}
			return stock.SetUnpaidCap(ctx, tx, "own", 100, 100)
		})
		const orders = 12
		for n := range orders {
			c := claim(fmt.Sprintf("o-%02d", n), "choc", 2)
			c.Buyer, c.Holders, c.ExpiresAt = "anna", []string{"anna"}, d.Now().Add(time.Hour)
			h.granted(h.reserve(c))
		}
		var all sync.WaitGroup
		for w := range workers {
			all.Go(func() {
				order := pavilion.OrderID(fmt.Sprintf("o-%02d", w%orders))
				var err error
				switch w / orders % 4 {
				case 0:
					err = h.do(confirm(order))
				case 1:
					err = h.do(release(order))
				case 2:
					err = h.do(take(order))
				case 3:
					err = h.do(h.handle(stock.Adjust, lot, 1))
				}
				if kind := pavilion.KindOf(err); err != nil && kind != pavilion.Conflict && kind != pavilion.Unavailable {
					t.Errorf("got %v, want nothing or a conflict", err)
				}
			})
		}
		all.Wait()
		h.clean()
	})
}
