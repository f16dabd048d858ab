package douyin

import (
	"context"

	"pavilion"
)

// Stock is what the platform holds of a SKU. Sellable is the number we set; the platform
// counts what buyers hold in Held beside it.
type Stock struct {
	Sellable Int            `json:"stock_num"`
	Held     Int            `json:"prehold_stock_num"` // by orders not yet paid or shipped
	Campaign Int            `json:"prom_stock_num"`
	ByStore  map[string]Int `json:"stock_num_map"`
}

// Stock asks for the numbers of a SKU.
func (s Shop) Stock(ctx context.Context, sku ID) (Stock, error) {
	var told Stock
	err := s.ask(ctx, "sku.stockNum", struct {
		SKU ID `json:"sku_id"`
	}{sku}, &told)
	return told, err
}

// SKUStock is a SKU of a listing with its numbers.
type SKUStock struct {
	ID   ID   `json:"id"`
	Code Text `json:"code"`
	Stock
}

// Stocks asks for the numbers of all SKUs of a listing.
func (s Shop) Stocks(ctx context.Context, product ID) ([]SKUStock, error) {
	var told []SKUStock
	err := s.ask(ctx, "sku.list", struct {
		Product string `json:"product_id"`
	}{string(product)}, &told)
	return told, err
}

// StockChange is one SKU of a listing and its new number, or what is added to it.
type StockChange struct {
	SKU    ID
	Number int64
}

// AddStock adds to the platform's number of a SKU, or takes away. The key makes it happen
// once: a key the platform has seen is no error, so that the call may be repeated whatever
// became of the first. What would make the number negative changes nothing: Conflict
// channel.stock_short.
func (s Shop) AddStock(ctx context.Context, product ID, c StockChange, key string) error {
	return s.syncStock(ctx, product, c, key)
}

// SetStock replaces the platform's number of a SKU. It races with orders that have not been
// read yet: prefer [Shop.AddStock].
func (s Shop) SetStock(ctx context.Context, product ID, c StockChange) error {
	return s.syncStock(ctx, product, c, "")
}

// syncStock adds under a key, and replaces without one.
func (s Shop) syncStock(ctx context.Context, product ID, c StockChange, key string) error {
	err := s.act(ctx, "sku.syncStock", struct {
		Product     ID     `json:"product_id"`
		SKU         ID     `json:"sku_id"`
		Number      int64  `json:"stock_num"`
		Incremental bool   `json:"incremental"`
		Key         string `json:"idempotent_id,omitempty"`
	}{product, c.SKU, c.Number, key != "", key}, nil)
	return applied(err, "40010")
}

// AddStocks adds to the numbers of several SKUs of one listing, all or none, once per key.
func (s Shop) AddStocks(ctx context.Context, product ID, changes []StockChange, key string) error {
	return s.syncStocks(ctx, product, changes, key)
}

// SetStocks replaces the numbers of several SKUs of one listing, all or none.
func (s Shop) SetStocks(ctx context.Context, product ID, changes []StockChange) error {
	return s.syncStocks(ctx, product, changes, "")
}

func (s Shop) syncStocks(ctx context.Context, product ID, changes []StockChange, key string) error {
	type line struct {
		SKU    ID    `json:"sku_id"`
		Kind   int   `json:"sku_type"` // 0 ordinary
		Number int64 `json:"stock_num"`
	}
	lines := make([]line, len(changes))
	for n, c := range changes {
		lines[n] = line{SKU: c.SKU, Number: c.Number}
	}
	err := s.act(ctx, "sku.syncStockBatch", struct {
		Product     ID     `json:"product_id"`
		Incremental bool   `json:"incremental"`
		Key         string `json:"idempotent_id,omitempty"`
		Lines       []line `json:"sku_sync_list"`
	}{product, key != "", key, lines}, nil)
	return applied(err, "2010021")
}

// applied takes a key that was used before for what it says: the change has been made.
func applied(err error, number string) error {
	if refused(err, number) || pavilion.ReasonOf(err) == "douyin.repeated" {
		return nil
	}
	return err
}

// SetPrice changes the price of a SKU. It may be repeated.
func (s Shop) SetPrice(ctx context.Context, product, sku ID, price Fen) error {
	return s.act(ctx, "sku.editPrice", struct {
		Product ID  `json:"product_id"`
		SKU     ID  `json:"sku_id"`
		Price   Fen `json:"price"`
	}{product, sku, price}, nil)
}
