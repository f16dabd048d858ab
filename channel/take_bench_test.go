package channel_test

import (
	"path/filepath"
	"testing"
	"time"

	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db/dbtest"
)

// BenchmarkTakeIn reads a rush on a platform, a page of a hundred orders at a time, and takes
// all of it in, durably.
func BenchmarkTakeIn(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			url := filepath.Join(b.TempDir(), "pavilion.db")
			if engine == "postgres" {
				url = dbtest.PostgreSQL(b)
			}
			clock := dbtest.NewClock()
			m := newMall(b, dbtest.Open(b, url, clock), clock, channeltest.Options{PageSize: 100})
			units := int64(b.N)
			m.receive("sku_a", units)
			m.sells(0, "sku_a")
			m.policy(0, "sku_a", channel.Policy{Kind: channel.Fixed, Quantity: units})
			m.settles()
			for range b.N {
				m.buys(0, "sku_a", 1)
			}
			clock.Advance(time.Minute)
			b.ResetTimer()
			if err := m.engine.WorkPoll(b.Context(), m.run(), channel.OrderNumber{Shop: m.shops[0]}); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if n := m.orders(); n != b.N {
				b.Errorf("got %d orders, want %d", n, b.N)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
		})
	}
}
