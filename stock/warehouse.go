package stock

import (
	"context"
	"errors"

	"pavilion"
	"pavilion/db"
)

var errSkeleton = errors.New("stock: not built")

// Warehouse is a place where goods lie.
type Warehouse struct {
	ID       pavilion.WarehouseID
	Code     string // short name people use, unique
	Name     pavilion.Text
	Country  string // ISO 3166-1 alpha-2
	TimeZone string // IANA name, such as Asia/Shanghai: decides which day it is for best-before dates
	Sells    bool   // whether goods may be sold from here
}

// AddWarehouse adds a warehouse and returns its id.
func AddWarehouse(ctx context.Context, tx *db.Tx, w Warehouse) (pavilion.WarehouseID, error) {
	return "", errSkeleton
}

// Warehouses lists the warehouses by code.
func Warehouses(ctx context.Context, r db.Reader) ([]Warehouse, error) { return nil, errSkeleton }
