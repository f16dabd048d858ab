package stock

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Summary is where the units of a SKU are: OnHand is the sum of all others, so that it
// shows why no more is for sale.
type Summary struct {
	SKU      pavilion.SKUID
	OnHand   int64
	Reserved int64 // promised to orders, wherever they lie
	Held     int64 // free, in quarantine
	Expired  int64 // free, past their date
	Resting  int64 // free, in a warehouse that does not sell
	Late     int64 // free, with fewer days left than the channel asks for
	Sellable int64 // free, and for sale
	Lots     int   // balances with something on hand
	MinDays  int   // what the channel asks for
}

var selectSummaries = &db.Keyed{Text: `select ` + lotBalanceColumns + ` from balance b join lot l on l.id = b.lot_id join warehouse w on w.id = b.warehouse_id
where b.on_hand > 0 and b.sku_id in (%s)`}

// Summaries tells where the units of each SKU are, as the channel sees them; "" is a
// channel that sells up to the last day. A SKU without stock is in the map with zeros.
func Summaries(ctx context.Context, r db.Reader, channel string, skus []pavilion.SKUID) (map[pavilion.SKUID]Summary, error) {
	skus = inOrder(skus)
	rs, err := readRules(ctx, r, []string{channel}, skus)
	if err != nil {
		return nil, err
	}
	found, err := db.AllKeyed(ctx, r, scanLotBalance(r), selectSummaries, skus)
	if err != nil {
		return nil, err
	}
	out := make(map[pavilion.SKUID]Summary, len(skus))
	for _, sku := range skus {
		out[sku] = Summary{SKU: sku, MinDays: rs.of(channel, sku).minDays}
	}
	for _, b := range found {
		s := out[b.SKU]
		s.add(b)
		out[b.SKU] = s
	}
	return out, nil
}

func (s *Summary) add(b LotBalance) {
	s.OnHand += b.OnHand
	s.Reserved += b.Reserved
	s.Lots++
	switch free := b.Free(); {
	case b.Held:
		s.Held += free
	case b.Expired():
		s.Expired += free
	case !b.Sells:
		s.Resting += free
	case !b.Sellable(s.MinDays):
		s.Late += free
	default:
		s.Sellable += free
	}
}

// SKUFilter chooses SKUs of the catalogue.
type SKUFilter struct {
	Producer pavilion.ProducerID
	GTIN     string // what the GTIN begins with
	State    State  // "" for all, StateSellable for those with something on hand, StateHeld, or StateEmpty
}

// ListSKUs lists the SKUs of the filter in the order in which they came into the catalogue,
// after one, at most limit of them. [Summaries] tells where their units are.
func ListSKUs(ctx context.Context, r db.Reader, f SKUFilter, after pavilion.SKUID, limit int) ([]pavilion.SKUID, error) {
	id, from, w := f.where()
	w.And(id+" > $1", after)
	query, args := w.SQL(`select distinct `+id+from, `order by `+id+` limit $1`, limit)
	return db.All(ctx, r, scanOne[pavilion.SKUID], query, args...)
}

// CountSKUs counts the SKUs of the filter, and stops at most.
func CountSKUs(ctx context.Context, r db.Reader, f SKUFilter, most int64) (n int64, err error) {
	id, from, w := f.where()
	query, args := w.SQL(`select count(*) from (select distinct `+id+from, `limit $1) few`, most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

const (
	fromSKUs    = ` from sku s`
	fromMadeBy  = ` from product p cross join sku s`
	fromStocked = ` from balance b`
)

// where is the filter as the column of the SKU's id, the tables to read and the conditions.
// What is in stock or held, of all producers, is read from the balances and not looked for
// among all SKUs.
func (f SKUFilter) where() (id, from string, w db.Where) {
	if f.Producer == "" && f.GTIN == "" {
		switch f.State {
		case StateSellable:
			w.And("b.on_hand > 0")
			return "b.sku_id", fromStocked, w
		case StateHeld:
			w.And("b.held")
			return "b.sku_id", fromStocked, w
		}
	}
	from = fromSKUs
	if f.Producer != "" {
		from = fromMadeBy
		w.And("p.producer_id = $1 and s.product_id = p.id", f.Producer)
	}
	if f.GTIN != "" {
		w.And("s.gtin >= $1 and s.gtin < $2", f.GTIN, f.GTIN+":")
	}
	switch f.State {
	case StateSellable:
		w.And("exists (select 1 from balance b where b.sku_id = s.id and b.on_hand > 0)")
	case StateHeld:
		w.And("exists (select 1 from balance b where b.sku_id = s.id and b.held)")
	case StateEmpty:
		w.And("not exists (select 1 from balance b where b.sku_id = s.id and b.on_hand > 0)")
	}
	return "s.id", from, w
}
