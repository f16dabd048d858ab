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
	n := 0
	claims := make([]stock.Claim, size)
	for b.Loop() {
		for i := range claims {
			n++
			order := pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, d.Now().Add(time.Duration(n)*time.Microsecond))
			claims[i] = claim(string(order), "choc", 1)
			claims[i].ExpiresAt = d.Now().Add(15 * time.Minute)
			claims[i].Buyer = fmt.Sprintf("byr_%026d", n)
			claims[i].Holders = []string{claims[i].Buyer, fmt.Sprintf("phone_%026d", n), fmt.Sprintf("address_%026d", n)}
		}
		grants, err := reserve(b.Context(), d, claims)
		if err != nil || grants[0].Err != nil {
			b.Fatal(err, grants[0].Err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "claims/s")
}
