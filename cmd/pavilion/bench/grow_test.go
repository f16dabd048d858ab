package bench

import (
	"testing"
	"time"

	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/order"
	"pavilion/report"
	"pavilion/stock"
)

// TestGrownWorldHoldsTogether copies a small world and has the program verify all of it.
func TestGrownWorldHoldsTogether(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx, p := t.Context(), place{folder: t.TempDir(), db: url}
		if db.EngineOf(url) == db.PostgreSQL {
			p.schema = "theirs"
		}
		e := Env{}
		if err := e.live(ctx, p, 400, 100); err != nil {
			t.Fatal(err)
		}
		if err := e.grow(ctx, p, 3); err != nil {
			t.Fatal(err)
		}
		d, err := p.open(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := report.Rebuild(ctx, d, actor, time.UTC, func(int) {}); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(v *db.View) error {
			if n, err := order.Count(ctx, v, order.Filter{}, 10_000); err != nil || n != 1200 {
				t.Errorf("orders: got %d, %v, want 1200", n, err)
			}
			if err := stock.Verify(ctx, v, func(d stock.Difference) error { t.Errorf("stock: %s", d); return nil }); err != nil {
				return err
			}
			return order.Verify(ctx, v, func(d order.Difference) error { t.Errorf("order: %v", d); return nil })
		}); err != nil {
			t.Fatal(err)
		}
	})
}
