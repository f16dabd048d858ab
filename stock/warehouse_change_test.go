package stock_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

func TestChangeWarehouse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(fn func(tx *db.Tx) error) error { return d.Write(t.Context(), pavilion.System("test"), fn) }
		seen := stock.Warehouse{Code: "CTU1", Name: pavilion.Text{"en": "Chengdu"}, Country: "CN", TimeZone: "Asia/Shanghai", Sells: true}
		if err := write(func(tx *db.Tx) (err error) { seen.ID, err = stock.AddWarehouse(t.Context(), tx, seen); return err }); err != nil {
			t.Fatal(err)
		}
		name := pavilion.Text{"en": "Chengdu", "zh": "成都保税仓"}
		change := func() error {
			return write(func(tx *db.Tx) error { return stock.ChangeWarehouse(t.Context(), tx, seen, name, false) })
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if err := change(); !errors.Is(err, pavilion.E(pavilion.Conflict, "stock.warehouse_changed", nil)) {
			t.Errorf("seen before it was changed: got %v, want stock.warehouse_changed", err)
		}
		var got stock.Warehouse
		if err := d.Read(t.Context(), func(v *db.View) (err error) { got, err = stock.WarehouseOf(t.Context(), v, seen.ID); return err }); err != nil {
			t.Fatal(err)
		}
		want := seen
		want.Name, want.Sells = name, false
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
