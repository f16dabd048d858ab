package stock_test

import (
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
