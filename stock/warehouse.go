package stock

import (
	"context"
	"sync"
	"time"
	_ "time/tzdata" // a bare machine has no time zones

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Warehouse is a place where goods lie.
type Warehouse struct {
	ID       pavilion.WarehouseID
	Code     string // short name people use, unique
	Name     pavilion.Text
	Country  string // ISO 3166-1 alpha-2
	TimeZone string // IANA name, such as Asia/Shanghai: decides which day it is for best-before dates
	Sells    bool   // whether goods may be sold from here; a place for returns or samples does not sell
}

const insertWarehouse = `insert into warehouse (id, code, name_text, country, time_zone, sells, created_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing`

// AddWarehouse adds a warehouse and returns its id; w.ID is ignored. Errors: Invalid when
// the code is missing, the country is not two capital letters or the zone is unknown;
// Conflict when another warehouse has the code.
func AddWarehouse(ctx context.Context, tx *db.Tx, w Warehouse) (pavilion.WarehouseID, error) {
	if w.Code == "" {
		return "", pavilion.E(pavilion.Invalid, "stock.code_missing", nil).At("code")
	}
	if len(w.Country) != 2 || w.Country[0] < 'A' || w.Country[0] > 'Z' || w.Country[1] < 'A' || w.Country[1] > 'Z' {
		return "", pavilion.E(pavilion.Invalid, "stock.country_malformed", pavilion.Args{"country": w.Country}).At("country")
	}
	if _, err := zone(w.TimeZone); err != nil {
		return "", err
	}
	id := pavilion.NewID[pavilion.WarehouseID](pavilion.PrefixWarehouse, tx.Now())
	n, err := tx.Exec(ctx, insertWarehouse, id, w.Code, w.Name.JSON(), w.Country, w.TimeZone, w.Sells, db.Micros(tx.Now()))
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", pavilion.E(pavilion.Conflict, "stock.code_taken", pavilion.Args{"code": w.Code}).At("code")
	}
	tx.Signal("stock")
	return id, staff.Note(ctx, tx, "warehouse.added", string(id), map[string]any{"code": w.Code})
}

const warehouseLimit = 1000

const selectWarehouses = `select id, code, name_text, country, time_zone, sells from warehouse order by code limit $1`

// Warehouses lists the warehouses by code, at most a thousand.
func Warehouses(ctx context.Context, r db.Reader) ([]Warehouse, error) {
	return db.All(ctx, r, scanWarehouse, selectWarehouses, warehouseLimit)
}

func scanWarehouse(row db.Scanner) (w Warehouse, err error) {
	var name string
	if err := row.Scan(&w.ID, &w.Code, &name, &w.Country, &w.TimeZone, &w.Sells); err != nil {
		return w, err
	}
	w.Name, err = pavilion.ParseText(name)
	return w, err
}

const selectWarehouse = `select id from warehouse where id = $1`

// checkWarehouse refuses a warehouse that does not exist.
func checkWarehouse(ctx context.Context, r db.Reader, id pavilion.WarehouseID) error {
	_, found, err := db.One(ctx, r, scanOne[string], selectWarehouse, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "stock.warehouse_unknown", pavilion.Args{"warehouse": id}).At("warehouse")
	}
	return err
}

func scanOne[T any](row db.Scanner) (v T, err error) { return v, row.Scan(&v) }

// zones keeps the zones that were read, by name: they do not change while the program runs
// and reading one takes longer than a whole claim.
var zones sync.Map

func zone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, pavilion.E(pavilion.Invalid, "stock.zone_unknown", pavilion.Args{"zone": name}).At("time_zone").Because(err)
	}
	zones.Store(name, z)
	return z, nil
}

// today is the day it is in the zone.
func today(now time.Time, zoneName string) (pavilion.Date, error) {
	z, err := zone(zoneName)
	if err != nil {
		return "", err
	}
	return pavilion.DateOf(now, z), nil
}
