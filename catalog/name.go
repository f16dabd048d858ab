package catalog

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// SKUName is what people know a SKU by.
type SKUName struct {
	SKU      pavilion.SKUID
	Product  pavilion.ProductID
	Producer pavilion.ProducerID
	GTIN     GTIN
	Name     pavilion.Text // of the product
	Net      Measure
}

var selectSKUNames = &db.Keyed{Text: `select s.id, p.id, p.producer_id, s.gtin, p.name_text, s.net_milli, s.net_unit
	from sku s join product p on p.id = s.product_id where s.id in (%s)`}

// SKUNames names SKUs. One that is not in the catalogue is not in the map. No id may stand in
// the list twice.
func SKUNames(ctx context.Context, r db.Reader, skus []pavilion.SKUID) (map[pavilion.SKUID]SKUName, error) {
	found, err := db.AllKeyed(ctx, r, func(s db.Scanner) (n SKUName, err error) {
		return n, s.Scan(&n.SKU, &n.Product, &n.Producer, &n.GTIN, text{&n.Name}, &n.Net.Milli, &n.Net.Unit)
	}, selectSKUNames, skus)
	names := make(map[pavilion.SKUID]SKUName, len(found))
	for _, n := range found {
		names[n.SKU] = n
	}
	return names, err
}

var selectMarketNames = &db.Keyed{Args: 1, Text: `select product_id, lang, name from market_name where market = $1 and product_id in (%s)`}

// MarketName is what a product is called in a market, in the market's language.
type MarketName struct {
	Lang pavilion.Lang
	Name string
}

// MarketNames returns what products are called in a market, those that have a name there.
func MarketNames(ctx context.Context, r db.Reader, market string, products []pavilion.ProductID) (map[pavilion.ProductID]MarketName, error) {
	names := make(map[pavilion.ProductID]MarketName, len(products))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.ProductID
		var n MarketName
		err = s.Scan(&id, &n.Lang, &n.Name)
		names[id] = n
		return none, err
	}, selectMarketNames, products, market)
	return names, err
}

const (
	upsertMarketName = `insert into market_name (product_id, market, lang, name) values ($1, $2, $3, $4)
		on conflict (product_id, market) do update set lang = excluded.lang, name = excluded.name`
	deleteMarketName = `delete from market_name where product_id = $1 and market = $2`
)

// SetMarketName says what a product is called in a market, in the market's language; "" leaves
// it its maker's name. Shoppers of the market see it in lists and find the product by it.
func SetMarketName(ctx context.Context, tx *db.Tx, product pavilion.ProductID, market string, lang pavilion.Lang, name string) error {
	var err error
	if name == "" {
		_, err = tx.Exec(ctx, deleteMarketName, string(product), market)
	} else {
		_, err = tx.Exec(ctx, upsertMarketName, string(product), market, string(lang), name)
	}
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	return indexWords(ctx, tx, []pavilion.ProductID{product})
}

const selectNamedDocuments = `select ` + documentColumns + ` from document where name >= $1 and name < $2 and superseded_at is null order by name, id limit $3`

// DocumentsNamed lists documents in use whose file name begins so, by name.
func DocumentsNamed(ctx context.Context, r db.Reader, beginning string, limit int) ([]Document, error) {
	return db.All(ctx, r, scanDocument, selectNamedDocuments, beginning, beginning+afterAll, limit)
}
