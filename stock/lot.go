package stock

import (
	"context"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
)

// MaxQuantity is the most units one call may name; more is a slip of the finger.
const MaxQuantity = 1_000_000_000

// Receipt is a delivery of one lot into one warehouse.
type Receipt struct {
	SKU        pavilion.SKUID
	LotCode    string        // the producer's lot number, as printed on the pack
	ProducedOn pavilion.Date // "" when not stated
	BestBefore pavilion.Date // the last day it is good; "" for goods that do not expire
	Warehouse  pavilion.WarehouseID
	Quantity   int64
	Cause      string // the paper or event behind it, such as a delivery note
	Note       string
}

// Receive takes goods into a warehouse and returns their lot. The same lot code of a SKU is
// the same lot. If the lot is held in this warehouse, what arrives is held too. Errors:
// Invalid for what is missing or malformed; NotFound for the warehouse; Conflict
// stock.lot_differs when the lot is known with other dates.
func Receive(ctx context.Context, tx *db.Tx, r Receipt) (pavilion.LotID, error) {
	r.LotCode = strings.TrimSpace(r.LotCode)
	if err := r.check(); err != nil {
		return "", err
	}
	if err := checkWarehouse(ctx, tx, r.Warehouse); err != nil {
		return "", err
	}
	l, err := openLot(ctx, tx, r)
	if err != nil {
		return "", err
	}
	if err := openBalance(ctx, tx, l, r.Warehouse); err != nil {
		return "", err
	}
	h := Handling{Lot: l.ID, Warehouse: r.Warehouse, Quantity: r.Quantity, Cause: r.Cause, Note: r.Note}
	if err := post(ctx, tx, []Movement{h.movement(KindReceive, r.Quantity)}); err != nil {
		return "", err
	}
	return l.ID, h.note(ctx, tx, KindReceive)
}

func (r Receipt) check() error {
	if r.SKU == "" {
		return pavilion.E(pavilion.Invalid, "stock.sku_missing", nil).At("sku")
	}
	if r.LotCode == "" {
		return pavilion.E(pavilion.Invalid, "stock.lot_code_missing", nil).At("lot_code")
	}
	if err := checkDates(r.ProducedOn, r.BestBefore); err != nil {
		return err
	}
	return checkHandling(r.Quantity, r.Cause)
}

// checkDates refuses what is no date, and a lot that ends before it was made.
func checkDates(producedOn, bestBefore pavilion.Date) error {
	if err := checkDate(producedOn, "produced_on"); err != nil {
		return err
	}
	if err := checkDate(bestBefore, "best_before"); err != nil {
		return err
	}
	if bestBefore != "" && bestBefore < producedOn {
		return pavilion.E(pavilion.Invalid, "stock.dates_crossed", pavilion.Args{"produced_on": producedOn, "best_before": bestBefore}).At("best_before")
	}
	return nil
}

func checkDate(d pavilion.Date, field string) error {
	if _, err := pavilion.ParseDate(string(d)); d != "" && err != nil {
		return pavilion.E(pavilion.Invalid, "stock.date_malformed", pavilion.Args{"value": string(d)}).At(field)
	}
	return nil
}

// checkHandling refuses a quantity below 1 or absurd, and work without a cause.
func checkHandling(quantity int64, cause string) error {
	if err := checkQuantity(quantity); err != nil {
		return err
	}
	return checkCause(cause)
}

func checkQuantity(quantity int64) error {
	if quantity < 1 || quantity > MaxQuantity {
		return pavilion.E(pavilion.Invalid, "stock.quantity", pavilion.Args{"quantity": quantity, "max": MaxQuantity}).At("quantity")
	}
	return nil
}

func checkCause(cause string) error {
	if cause == "" {
		return pavilion.E(pavilion.Invalid, "stock.cause_missing", nil).At("cause")
	}
	return nil
}

// Lot is units of one SKU made together.
type Lot struct {
	ID         pavilion.LotID
	SKU        pavilion.SKUID
	Code       string
	ProducedOn pavilion.Date // "" when not stated
	BestBefore pavilion.Date // "" for goods that do not expire
	Version    int64         // rises with every correction
}

// lotColumns are those of the table lot. A statement that changes a lot in nothing keeps
// others from correcting its dates until the transaction ends, so that a balance it opens
// repeats the right one.
const lotColumns = `id, sku_id, code, produced_on, best_before, version`

const insertLot = `insert into lot (id, sku_id, code, code_key, produced_on, best_before, created_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (sku_id, code) do update set version = lot.version returning ` + lotColumns

// openLot finds or makes the lot of a receipt, and locks it.
func openLot(ctx context.Context, tx *db.Tx, r Receipt) (Lot, error) {
	id := pavilion.NewID[pavilion.LotID](pavilion.PrefixLot, tx.Now())
	l, err := scanLot(tx.QueryRow(ctx, insertLot, id, r.SKU, r.LotCode, codeKey(r.LotCode), r.ProducedOn, r.BestBefore, db.Micros(tx.Now())))
	if err != nil {
		return Lot{}, err
	}
	if l.ProducedOn != r.ProducedOn || l.BestBefore != r.BestBefore {
		return Lot{}, pavilion.E(pavilion.Conflict, "stock.lot_differs", pavilion.Args{
			"code": r.LotCode, "produced_on": l.ProducedOn, "best_before": l.BestBefore,
		}).At("lot_code")
	}
	return l, nil
}

const (
	selectLot = `select ` + lotColumns + ` from lot where id = $1`
	touchLot  = `update lot set version = version where id = $1 returning ` + lotColumns
)

// GetLot returns a lot. Errors: NotFound stock.lot_unknown.
func GetLot(ctx context.Context, r db.Reader, id pavilion.LotID) (Lot, error) {
	return lotBy(ctx, r, selectLot, id)
}

// lockLot returns a lot and locks it.
func lockLot(ctx context.Context, tx *db.Tx, id pavilion.LotID) (Lot, error) {
	return lotBy(ctx, tx, touchLot, id)
}

func lotBy(ctx context.Context, r db.Reader, query string, id pavilion.LotID) (Lot, error) {
	l, found, err := db.One(ctx, r, scanLot, query, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "stock.lot_unknown", pavilion.Args{"lot": id}).At("lot")
	}
	return l, err
}

func scanLot(row db.Scanner) (l Lot, err error) {
	return l, row.Scan(&l.ID, &l.SKU, &l.Code, &l.ProducedOn, &l.BestBefore, &l.Version)
}

const insertBalance = `insert into balance (lot_id, warehouse_id, sku_id, best_before, on_hand, reserved, held, movements)
values ($1, $2, $3, $4, 0, 0, false, 0) on conflict (lot_id, warehouse_id) do nothing`

// openBalance makes an empty balance for the lot in the warehouse if there is none.
func openBalance(ctx context.Context, tx *db.Tx, l Lot, w pavilion.WarehouseID) error {
	n, err := tx.Exec(ctx, insertBalance, l.ID, w, l.SKU, l.BestBefore)
	if err == nil && n > 0 {
		_, err = tx.Exec(ctx, insertPool, l.SKU)
	}
	return err
}

const lotLimit = 10_000

const (
	selectLotBalances = `select ` + lotBalanceColumns + ` from balance b join lot l on l.id = b.lot_id join warehouse w on w.id = b.warehouse_id
where b.sku_id = $1 order by ` + dated + `, b.lot_id, b.warehouse_id limit $2`
	selectPlaces = `select ` + lotBalanceColumns + ` from balance b join lot l on l.id = b.lot_id join warehouse w on w.id = b.warehouse_id
where b.lot_id = $1 order by b.warehouse_id limit $2`
)

// Lots lists what lies of a SKU and what has lain, first to expire first, at most ten
// thousand balances.
func Lots(ctx context.Context, r db.Reader, sku pavilion.SKUID) ([]LotBalance, error) {
	return db.All(ctx, r, scanLotBalance(r), selectLotBalances, sku, lotLimit)
}

// Places lists the warehouses where a lot lies or has lain. Errors: NotFound
// stock.lot_unknown.
func Places(ctx context.Context, r db.Reader, id pavilion.LotID) ([]LotBalance, error) {
	if _, err := GetLot(ctx, r, id); err != nil {
		return nil, err
	}
	return db.All(ctx, r, scanLotBalance(r), selectPlaces, id, lotLimit)
}

const selectLotsByCode = `select ` + lotColumns + ` from lot where code_key = $1 order by id limit $2`

// FindLots lists the lots with a code, whatever its case, blanks and hyphens; several SKUs
// may have the same. At most limit of them.
func FindLots(ctx context.Context, r db.Reader, code string, limit int) ([]Lot, error) {
	return db.All(ctx, r, scanLot, selectLotsByCode, codeKey(code), limit)
}

const selectLotOf = `select ` + lotColumns + ` from lot where sku_id = $1 and code_key = $2 order by code <> $3, id limit 1`

// LotOf returns the lot of a SKU with a code, whatever its case, blanks and hyphens; the one
// written just so before others. Error: NotFound stock.lot_unknown, also for the code of another
// SKU's lot.
func LotOf(ctx context.Context, r db.Reader, sku pavilion.SKUID, code string) (Lot, error) {
	l, found, err := db.One(ctx, r, scanLot, selectLotOf, sku, codeKey(code), code)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "stock.lot_unknown", pavilion.Args{"lot": code}).At("lot")
	}
	return l, err
}

var selectLotCodes = &db.Keyed{Text: `select id, code from lot where id in (%s)`}

// LotCodes are the codes of lots. One that is not known is not in the map. No id may stand in
// the list twice.
func LotCodes(ctx context.Context, r db.Reader, ids []pavilion.LotID) (map[pavilion.LotID]string, error) {
	codes := make(map[pavilion.LotID]string, len(ids))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.LotID
		var code string
		err = s.Scan(&id, &code)
		codes[id] = code
		return none, err
	}, selectLotCodes, ids)
	return codes, err
}

var selectLastLots = &db.Keyed{Text: `select l.sku_id, l.best_before, l.created_at from lot l where l.best_before <> '' and l.sku_id in (%s)
  and not exists (select 1 from lot n where n.sku_id = l.sku_id and n.best_before <> '' and n.id > l.id)`}

// LeftOnArrival is how many days were left of the lot of each SKU that came last, on the day it
// came in that zone. Goods that do not expire, or never came, are not in the map. No SKU may
// stand in the list twice.
func LeftOnArrival(ctx context.Context, r db.Reader, zone *time.Location, skus []pavilion.SKUID) (map[pavilion.SKUID]int, error) {
	left := make(map[pavilion.SKUID]int, len(skus))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.SKUID
		var best pavilion.Date
		var came int64
		err = s.Scan(&id, &best, &came)
		if err == nil {
			left[id] = pavilion.DateOf(db.Time(came), zone).DaysUntil(best)
		}
		return none, err
	}, selectLastLots, skus)
	return left, err
}
