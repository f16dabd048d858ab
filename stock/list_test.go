package stock_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

// read runs fn on one picture of the database.
func (h *house) read(fn func(ctx context.Context, r db.Reader) error) {
	h.t.Helper()
	if err := h.d.Read(h.t.Context(), func(v *db.View) error { return fn(h.t.Context(), v) }); err != nil {
		h.t.Fatal(err)
	}
}

// listed is the codes of the lots that the filter finds, read two at a time, and checks
// that Count counts them.
func (h *house) listed(f stock.Filter) (codes []string) {
	h.t.Helper()
	h.read(func(ctx context.Context, r db.Reader) error {
		after := ""
		for {
			page, err := stock.List(ctx, r, f, after, 2)
			if err != nil {
				return err
			}
			for _, b := range page {
				codes = append(codes, b.Code)
				after = b.Key()
			}
			if len(page) < 2 {
				break
			}
		}
		n, err := stock.Count(ctx, r, f, 100)
		if n != int64(len(codes)) {
			h.t.Errorf("count of %+v: got %d, want %d", f, n, len(codes))
		}
		return err
	})
	return codes
}

func TestList(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock() // 6 July 2022, 10 o'clock in Shanghai, still 5 July in Los Angeles
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		lax := h.addWarehouse("LAX", "America/Los_Angeles", true)
		rest := h.addWarehouse("RET", "Asia/Shanghai", false)
		lots := map[string]pavilion.LotID{}
		in := func(w pavilion.WarehouseID, sku pavilion.SKUID, code string, date pavilion.Date) {
			clock.Advance(time.Microsecond) // lots of one date are listed in the order in which they came
			h.must(func(ctx context.Context, tx *db.Tx) (err error) {
				lots[code], err = stock.Receive(ctx, tx, stock.Receipt{SKU: sku, LotCode: code, BestBefore: date, Warehouse: w, Quantity: 4, Cause: "delivery"})
				return err
			})
		}
		in(h.id, "choc", "gone", "2022-07-05")
		in(lax, "choc", "last day", "2022-07-05")
		in(h.id, "choc", "soon", "2022-08-04")
		in(h.id, "choc", "fresh", "2022-08-05")
		in(lax, "milk", "soon there", "2022-08-03")
		in(lax, "milk", "fresh there", "2022-08-04")
		in(rest, "milk", "resting", "2022-07-20")
		in(h.id, "linen", "L-2022/07 Б", "")
		in(h.id, "linen", "spent", "2023-01-01")
		h.must(h.handle(stock.WriteOff, lots["spent"], 4))
		in(h.id, "milk", "kept", "2022-09-01")
		h.must(h.handle(stock.Hold, lots["kept"], 0))
		in(h.id, "choc", "promised", "2022-12-01")
		h.granted(h.reserve(claim("o1", "choc", 8))) // "last day", "soon"
		for _, c := range []struct {
			name string
			f    stock.Filter
			want []string
		}{
			{"all", stock.Filter{}, []string{"gone", "last day", "resting", "soon there", "soon", "fresh there", "fresh", "kept", "promised", "L-2022/07 Б"}},
			{"sellable", stock.Filter{State: stock.StateSellable}, []string{"soon there", "fresh there", "fresh", "promised", "L-2022/07 Б"}},
			{"ending", stock.Filter{State: stock.StateEnding}, []string{"soon there"}},
			{"expired", stock.Filter{State: stock.StateExpired}, []string{"gone"}},
			{"held", stock.Filter{State: stock.StateHeld}, []string{"kept"}},
			{"empty", stock.Filter{State: stock.StateEmpty}, []string{"spent"}},
			{"SKU", stock.Filter{SKU: "milk"}, []string{"resting", "soon there", "fresh there", "kept"}},
			{"warehouse", stock.Filter{Warehouse: lax}, []string{"last day", "soon there", "fresh there"}},
			{"warehouse and SKU", stock.Filter{Warehouse: lax, SKU: "milk", State: stock.StateEnding}, []string{"soon there"}},
			{"code", stock.Filter{Code: "l 2022-07б"}, []string{"L-2022/07 Б"}},
			{"code begins", stock.Filter{Code: "FRESH"}, []string{"fresh there", "fresh"}},
			{"ends by", stock.Filter{EndsBy: "2022-07-20"}, []string{"gone", "last day", "resting"}},
			{"producer of none", stock.Filter{Producer: "pdr_none"}, nil},
		} {
			if diff := cmp.Diff(c.want, h.listed(c.f)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
	})
}
