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

const selectNamedDocuments = `select ` + documentColumns + ` from document where name >= $1 and name < $2 and superseded_at is null order by name, id limit $3`

// DocumentsNamed lists documents in use whose file name begins so, by name.
func DocumentsNamed(ctx context.Context, r db.Reader, beginning string, limit int) ([]Document, error) {
	return db.All(ctx, r, scanDocument, selectNamedDocuments, beginning, beginning+afterAll, limit)
}
