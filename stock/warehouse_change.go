package stock

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

const (
	readWarehouse = `select id, code, name_text, country, time_zone, sells from warehouse where id = $1`

	updateWarehouse = `update warehouse set name_text = $1, sells = $2 where id = $3 and name_text = $4 and sells = $5`
)

// WarehouseOf finds a warehouse. Error: NotFound stock.warehouse_unknown.
func WarehouseOf(ctx context.Context, r db.Reader, id pavilion.WarehouseID) (Warehouse, error) {
	w, found, err := db.One(ctx, r, scanWarehouse, readWarehouse, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "stock.warehouse_unknown", pavilion.Args{"warehouse": id}).At("warehouse")
	}
	return w, err
}

// ChangeWarehouse gives a warehouse, as somebody saw it, another name and says whether goods
// are sold from it. Its code, country and time zone stay: lots and their dates stand on them.
// Errors: NotFound stock.warehouse_unknown; Conflict stock.warehouse_changed when it is not
// as it was seen.
func ChangeWarehouse(ctx context.Context, tx *db.Tx, seen Warehouse, name pavilion.Text, sells bool) error {
	if _, err := WarehouseOf(ctx, tx, seen.ID); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, updateWarehouse, name.JSON(), sells, seen.ID, seen.Name.JSON(), seen.Sells)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.Conflict, "stock.warehouse_changed", nil)
	}
	tx.Signal("stock")
	return staff.NoteChanges(ctx, tx, "warehouse.changed", string(seen.ID), warehouseChanges(seen, Warehouse{Name: name, Sells: sells}))
}

func warehouseChanges(before, after Warehouse) (changes []staff.FieldChange) {
	for _, lang := range pavilion.Langs {
		if before.Name[lang] != after.Name[lang] {
			changes = append(changes, staff.FieldChange{Field: "name." + string(lang), Before: before.Name[lang], After: after.Name[lang]})
		}
	}
	if before.Sells != after.Sells {
		changes = append(changes, staff.FieldChange{Field: "sells", Before: yesNo(before.Sells), After: yesNo(after.Sells)})
	}
	return changes
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
