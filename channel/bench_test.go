package channel_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// BenchmarkPlace has two thousand shoppers at a time order one unit of one SKU, durably.
func BenchmarkPlace(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, soldOut := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/soldout=%v", engine, soldOut), func(b *testing.B) {
				url := filepath.Join(b.TempDir(), "pavilion.db")
				if engine == "postgres" {
					url = dbtest.PostgreSQL(b)
				}
				benchmarkPlace(b, url, soldOut)
			})
		}
	}
}

func benchmarkPlace(b *testing.B, url string, soldOut bool) {
	w := newWorld(b, openLive(b, url), channel.Options{})
	if !soldOut {
		w.receive("sku_a", int64(b.N))
	}
	b.SetParallelism(1000)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			key := string(pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, w.d.Now()))
			if o, err := w.place(key, "sku_a"); err != nil || (o.Err == nil) == soldOut {
				b.Errorf("place: got %v, %v", err, o.Err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
}

// openLive opens a database whose clock runs, as ids in order of time need it.
func openLive(b *testing.B, url string) *db.DB {
	b.Helper()
	d, err := db.Open(b.Context(), db.Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	if err := d.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return d
}
