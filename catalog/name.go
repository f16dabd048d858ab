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
	return keyedBy(ctx, r, func(s db.Scanner) (_ pavilion.SKUID, n SKUName, err error) {
		err = s.Scan(&n.SKU, &n.Product, &n.Producer, &n.GTIN, text{&n.Name}, &n.Net.Milli, &n.Net.Unit)
		return n.SKU, n, err
	}, selectSKUNames, skus)
}

var (
	selectProductNames  = &db.Keyed{Text: `select id, name_text from product where id in (%s)`}
	selectProducerNames = &db.Keyed{Text: `select id, legal_name_text from producer where id in (%s)`}
	selectBrandNames    = &db.Keyed{Text: `select id, name_text from brand where id in (%s)`}
	selectWorkbookNames = &db.Keyed{Text: `select id, file_name from sheet_import where id in (%s)`}
)

func scanName[K ~string](row db.Scanner) (id K, name pavilion.Text, err error) {
	return id, name, row.Scan(&id, text{&name})
}

// ProductNames names products. One that is not in the catalogue is not in the map, and so
// with the functions below. No id may stand in the list twice.
func ProductNames(ctx context.Context, r db.Reader, ids []pavilion.ProductID) (map[pavilion.ProductID]pavilion.Text, error) {
	return keyedBy(ctx, r, scanName, selectProductNames, ids)
}

// ProducerNames are the legal names of producers.
func ProducerNames(ctx context.Context, r db.Reader, ids []pavilion.ProducerID) (map[pavilion.ProducerID]pavilion.Text, error) {
	return keyedBy(ctx, r, scanName, selectProducerNames, ids)
}

// BrandNames names brands.
func BrandNames(ctx context.Context, r db.Reader, ids []pavilion.BrandID) (map[pavilion.BrandID]pavilion.Text, error) {
	return keyedBy(ctx, r, scanName, selectBrandNames, ids)
}

// WorkbookNames are the file names of workbooks that were handed in.
func WorkbookNames(ctx context.Context, r db.Reader, ids []pavilion.ImportID) (map[pavilion.ImportID]string, error) {
	return keyedBy(ctx, r, func(row db.Scanner) (id pavilion.ImportID, name string, err error) {
		return id, name, row.Scan(&id, &name)
	}, selectWorkbookNames, ids)
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
// it its maker's name. Shoppers of the market see it in lists, and they and staff find the product
// by it.
func SetMarketName(ctx context.Context, tx *db.Tx, product pavilion.ProductID, market string, lang pavilion.Lang, name string) error {
	before, err := called(ctx, tx, product)
	if err != nil {
		return err
	}
	if name == "" {
		_, err = tx.Exec(ctx, deleteMarketName, string(product), market)
	} else {
		_, err = tx.Exec(ctx, upsertMarketName, string(product), market, string(lang), name)
	}
	if err != nil {
		return err
	}
	names, err := called(ctx, tx, product)
	if err != nil {
		return err
	}
	own, err := ProductNames(ctx, tx, []pavilion.ProductID{product})
	if err != nil {
		return err
	}
	for _, was := range before {
		if err := rename(ctx, tx, product, was, own[product], names...); err != nil {
			return err
		}
	}
	if err := rename(ctx, tx, product, nil, nil, names...); err != nil {
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
