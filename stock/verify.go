package stock

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Difference is one place where what is stored is not what the rows add up to.
type Difference struct {
	Reason    string // machine word, such as "stock.verify_on_hand"
	Lot       pavilion.LotID
	Warehouse pavilion.WarehouseID
	Order     pavilion.OrderID
	SKU       pavilion.SKUID
	Channel   string
	Holder    string // the buyer or holder whose count it is
	Stored    int64
	Counted   int64
	Rows      []string // the rows it was seen in, as table and key
}

// Verify recomputes everything and reports each difference.
func Verify(ctx context.Context, r db.Reader, report func(Difference) error) error {
	return errSkeleton
}
