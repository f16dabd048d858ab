package price

import (
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/money"
)

// KeptSheet is the sheet by which somebody set a price, as it was then.
type KeptSheet struct {
	ID     pavilion.SheetID
	Sheet  Sheet
	MadeBy pavilion.Actor
	MadeAt time.Time
}

const (
	insertSheet = `insert into price_sheet (id, sku_id, market, channel, route, body, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`
	selectKept  = `select id, body, made_by, made_at from price_sheet where sku_id = $1 and channel = $2 order by id desc limit $3`
)

// SetPrice sets the price of a SKU on a channel and keeps the sheet that explains it. A price
// below cost is set too, if somebody says so: knowing. Errors: Invalid price.incomplete for a
// sheet that does not say what the goods cost; Conflict price.below_cost {floor} unless
// knowing; those of catalog.SetPrice.
func SetPrice(ctx context.Context, tx *db.Tx, s Sheet, price money.Money, knowing bool) error {
	if !s.Complete {
		return pavilion.E(pavilion.Invalid, "price.incomplete", nil).At("price")
	}
	if s.BelowCost() && !knowing {
		return pavilion.E(pavilion.Conflict, "price.below_cost", pavilion.Args{"floor": s.Floor}).At("price")
	}
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	id := pavilion.NewID[pavilion.SheetID](pavilion.PrefixSheet, tx.Now())
	_, err = tx.Exec(ctx, insertSheet, string(id), string(s.SKU), s.Market, s.Channel, s.Route, string(body), tx.Actor().String(), db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	return catalog.SetPrice(ctx, tx, s.SKU, s.Channel, price)
}

// Kept returns the sheets by which a SKU's prices on a channel were set, the latest first.
func Kept(ctx context.Context, r db.Reader, sku pavilion.SKUID, channel string, limit int) ([]KeptSheet, error) {
	return db.All(ctx, r, scanKept, selectKept, string(sku), channel, limit)
}

func scanKept(row db.Scanner) (k KeptSheet, err error) {
	var body, by string
	var at int64
	if err = row.Scan(&k.ID, &body, &by, &at); err != nil {
		return k, err
	}
	if err = json.Unmarshal([]byte(body), &k.Sheet); err != nil {
		return k, err
	}
	k.MadeAt = db.Time(at)
	k.MadeBy, _ = pavilion.ParseActor(by)
	return k, nil
}
