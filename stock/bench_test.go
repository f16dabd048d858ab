package stock_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

// BenchmarkReserve reserves one unit of one SKU in sets, one transaction each, on disk. It
// reports claims per second; with counts, every claim also counts against a buyer's limit
// and three holders' unpaid orders.
func BenchmarkReserve(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, counts := range []bool{false, true} {
			for _, size := range []int{1, 64, 512} {
				b.Run(fmt.Sprintf("%s/counts=%v/set=%d", engine, counts, size), func(b *testing.B) {
					benchmarkReserve(b, openEngine(b, engine), counts, size)
				})
			}
		}
	}
}

func openEngine(b *testing.B, engine string) *db.DB {
	b.Helper()
	url := filepath.Join(b.TempDir(), "pavilion.db")
	if engine == "postgres" {
		url = dbtest.PostgreSQL(b)
	}
	return dbtest.Open(b, url, dbtest.NewClock())
}

func benchmarkReserve(b *testing.B, d *db.DB, counts bool, size int) {
	fill(b, d, counts)
	n := 0
	for b.Loop() {
		reserveSet(b, d, n, size)
		n += size
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "claims/s")
}

// fill brings in plenty of one SKU.
func fill(b *testing.B, d *db.DB, counts bool) {
	b.Helper()
	err := write(b.Context(), d, func(ctx context.Context, tx *db.Tx) error {
		w, err := stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		if err != nil {
			return err
		}
		if counts {
			if err := stock.SetBuyerLimit(ctx, tx, "own", "choc", 2, time.Hour); err != nil {
				return err
			}
			if err := stock.SetUnpaidCap(ctx, tx, "own", 3, 30); err != nil {
				return err
			}
		}
		_, err = stock.Receive(ctx, tx, stock.Receipt{
			SKU: "choc", LotCode: "A", BestBefore: "2023-01-01", Warehouse: w, Quantity: stock.MaxQuantity, Cause: "bench",
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// reserveSet places a set of claims of different buyers, whose numbers begin at n.
func reserveSet(b *testing.B, d *db.DB, n, size int) {
	b.Helper()
	claims := make([]stock.Claim, size)
	for i := range claims {
		n++
		order := pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, d.Now().Add(time.Duration(n)*time.Microsecond))
		buyer := fmt.Sprintf("byr_%026d", n)
		claims[i] = stock.Claim{
			Order: order, Channel: "own", Buyer: buyer,
			Holders:   []string{buyer, fmt.Sprintf("phone_%026d", n), fmt.Sprintf("address_%026d", n)},
			Lines:     []stock.Want{{Line: 1, SKU: "choc", Quantity: 1}},
			ExpiresAt: d.Now().Add(15 * time.Minute),
		}
	}
	grants, err := reserve(b.Context(), d, claims)
	if err != nil {
		b.Fatal(err)
	}
	for _, g := range grants {
		if g.Err != nil {
			b.Fatal(g.Err)
		}
	}
}

// BenchmarkVerify verifies 51,200 orders, each with its reservation, movement and counts.
func BenchmarkVerify(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			d := openEngine(b, engine)
			fill(b, d, true)
			const sets, size = 100, 512
			for set := range sets {
				reserveSet(b, d, set*size, size)
			}
			for b.Loop() {
				err := d.Read(b.Context(), func(v *db.View) error {
					found, err := differences(b.Context(), v)
					if len(found) > 0 {
						b.Fatalf("got %v, want no difference", found)
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*sets*size)/b.Elapsed().Seconds(), "orders/s")
		})
	}
}
