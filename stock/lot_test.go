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

// TestLeftOnArrival: of the lot that came last, on the day it came, however long ago.
func TestLeftOnArrival(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		today := pavilion.DateOf(d.Now(), time.UTC)
		h.receive("choc", today.AddDays(300), 4)
		h.receive("soap", "", 4)
		clock.Advance(48 * time.Hour)
		h.receive("choc", today.AddDays(102), 4)
		clock.Advance(48 * time.Hour)
		err := d.Read(t.Context(), func(v *db.View) error {
			got, err := stock.LeftOnArrival(t.Context(), v, time.UTC, []pavilion.SKUID{"choc", "soap", "never"})
			if diff := cmp.Diff(map[pavilion.SKUID]int{"choc": 100}, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestLotOf: a code finds the lot of its own SKU, however it is typed, and never that of another.
func TestLotOf(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		receive := func(sku pavilion.SKUID, code string) (id pavilion.LotID) {
			clock.Advance(time.Second) // of two that fit, the older one is meant
			h.must(func(ctx context.Context, tx *db.Tx) (err error) {
				id, err = stock.Receive(ctx, tx, stock.Receipt{SKU: sku, LotCode: code, Warehouse: h.id, Quantity: 1, Cause: "test"})
				return err
			})
			return id
		}
		hyphen, plain, other := receive("choc", "A-7"), receive("choc", "A7"), receive("soap", "A7")
		receive("soap", "S1")
		for _, c := range []struct {
			sku  pavilion.SKUID
			code string
			want pavilion.LotID
		}{{"choc", "A7", plain}, {"choc", "A-7", hyphen}, {"choc", "a 7", hyphen}, {"soap", "a-7", other}, {"choc", "S1", ""}, {"choc", "", ""}} {
			var got stock.Lot
			err := d.Read(t.Context(), func(v *db.View) (err error) {
				got, err = stock.LotOf(t.Context(), v, c.sku, c.code)
				return err
			})
			if got.ID != c.want || (c.want == "") != (pavilion.ReasonOf(err) == "stock.lot_unknown") {
				t.Errorf("%s %q: got %s, %v, want %s", c.sku, c.code, got.ID, err, c.want)
			}
		}
	})
}
