package catalog

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// mostSKUs bounds the SKUs of one product.
const mostSKUs = 200

const (
	productColumns = `id, producer_id, brand_id, category, name_text, description_text, ingredients_text, storage_text, origin, created_at, updated_at`
	updateProduct  = `update product set brand_id = $1, category = $2, name_text = $3, description_text = $4, ingredients_text = $5, storage_text = $6, origin = $7, updated_at = $8 where id = $9 and producer_id = $10`

	skuColumns    = `id, product_id, gtin, producer_code, net_milli, net_unit, gross_weight_g, length_mm, width_mm, height_mm, case_pack, shelf_life_days, storage_min_c, storage_max_c, facts, on_sale, created_at, updated_at`
	selectProduct = `select ` + productColumns + ` from product where id = $1`
	selectSKUs    = `select ` + skuColumns + ` from sku where product_id = $1 order by id limit $2`
	updateSKU     = `update sku set producer_code = $1, net_milli = $2, net_unit = $3, gross_weight_g = $4, length_mm = $5, width_mm = $6, height_mm = $7, case_pack = $8,
		shelf_life_days = $9, storage_min_c = $10, storage_max_c = $11, facts = $12, updated_at = $13`

	selectProductPrices = `select c.sku_id, c.currency, c.minor from price c join sku s on s.id = c.sku_id
		where c.channel = $1 and s.product_id = $2 order by c.sku_id limit $3`
	selectBrandByID = selectBrand + `where id = $1`
)

var (
	selectProducts = &db.Keyed{Text: `select ` + productColumns + ` from product where id in (%s)`}
	selectByGTIN   = &db.Keyed{Text: `select ` + skuColumns + ` from sku where gtin in (%s)`}

	insertProducts = db.Insert{Table: "product", Columns: []string{
		"id", "producer_id", "brand_id", "category", "name_text", "description_text", "ingredients_text", "storage_text", "origin", "created_at", "updated_at"}}
	insertSKUs = db.Insert{Table: "sku", Columns: []string{
		"id", "product_id", "gtin", "producer_code", "net_milli", "net_unit", "gross_weight_g", "length_mm", "width_mm", "height_mm", "case_pack",
		"shelf_life_days", "storage_min_c", "storage_max_c", "facts", "import_hash", "on_sale", "created_at", "updated_at"},
		Suffix: "on conflict (gtin) do nothing"}
)

// Page is everything about one product.
type Page struct {
	Product       Product
	SKUs          []SKU
	Prices        map[pavilion.SKUID]money.Money // on the channel asked for
	Producer      Producer
	Brand         Brand // zero if the product has none
	Pictures      []Picture
	Registrations []Registration
}

// Lookup returns a product, on sale or not, with everything about it and its prices on the
// channel. Error: NotFound product.unknown.
func Lookup(ctx context.Context, r db.Reader, id pavilion.ProductID, channel string) (Page, error) {
	var page Page
	var found bool
	var err error
	if page.Product, found, err = db.One(ctx, r, scanProduct, selectProduct, string(id)); err != nil {
		return Page{}, err
	}
	if !found {
		return Page{}, pavilion.E(pavilion.NotFound, "product.unknown", nil)
	}
	if page.SKUs, err = db.All(ctx, r, scanSKU, selectSKUs, string(id), mostSKUs); err != nil {
		return Page{}, err
	}
	prices, err := db.All(ctx, r, scanPrice, selectProductPrices, channel, string(id), mostSKUs)
	if err != nil {
		return Page{}, err
	}
	page.Prices = make(map[pavilion.SKUID]money.Money, len(prices))
	for _, p := range prices {
		page.Prices[p.sku] = p.price
	}
	if page.Producer, err = GetProducer(ctx, r, page.Product.Producer); err != nil {
		return Page{}, err
	}
	if page.Product.Brand != "" {
		if page.Brand, _, err = db.One(ctx, r, scanBrand, selectBrandByID, string(page.Product.Brand)); err != nil {
			return Page{}, err
		}
	}
	if page.Pictures, err = Pictures(ctx, r, id); err != nil {
		return Page{}, err
	}
	page.Registrations, err = Registrations(ctx, r, page.Product.Producer)
	return page, err
}

// FindGTINs returns the SKUs of those GTINs that are known.
func FindGTINs(ctx context.Context, r db.Reader, gtins ...GTIN) (map[GTIN]SKU, error) {
	skus, err := db.AllKeyed(ctx, r, scanSKU, selectByGTIN, gtins)
	if err != nil {
		return nil, err
	}
	found := make(map[GTIN]SKU, len(skus))
	for _, s := range skus {
		found[s.GTIN] = s
	}
	return found, nil
}

// SaveProduct creates a product, or changes the one with its ID; it never moves to another
// producer. Errors: Invalid name.missing and country.malformed; NotFound producer.unknown,
// brand.unknown and product.unknown.
func SaveProduct(ctx context.Context, tx *db.Tx, p Product) (pavilion.ProductID, error) {
	if p.Name.Best(pavilion.English) == "" {
		return "", pavilion.E(pavilion.Invalid, "name.missing", nil).At("name")
	}
	if p.Origin != "" && !isCountry(p.Origin) {
		return "", pavilion.E(pavilion.Invalid, "country.malformed", pavilion.Args{"value": p.Origin}).At("origin")
	}
	if _, err := GetProducer(ctx, tx, p.Producer); err != nil {
		return "", err
	}
	if p.Brand != "" {
		b, found, err := db.One(ctx, tx, scanBrand, selectBrandByID, string(p.Brand))
		if err != nil {
			return "", err
		}
		if !found || b.Producer != p.Producer {
			return "", pavilion.E(pavilion.NotFound, "brand.unknown", nil).At("brand")
		}
	}
	tx.Signal(Topic)
	p.UpdatedAt = tx.Now()
	if p.ID == "" {
		p.ID, p.CreatedAt = pavilion.NewID[pavilion.ProductID](pavilion.PrefixProduct, tx.Now()), tx.Now()
		_, err := insertProducts.Rows(ctx, tx, p.row())
		return p.ID, err
	}
	n, err := tx.Exec(ctx, updateProduct, p.update()...)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", pavilion.E(pavilion.NotFound, "product.unknown", nil)
	}
	return p.ID, indexWords(ctx, tx, []pavilion.ProductID{p.ID})
}

// SaveSKU creates a SKU, or changes the one with its ID; its product, GTIN and OnSale stay
// as they are. Errors: those of ParseGTIN; Conflict gtin.foreign_prefix {prefix, producer}
// and gtin.taken {gtin}; NotFound product.unknown and sku.unknown.
func SaveSKU(ctx context.Context, tx *db.Tx, s SKU) (pavilion.SKUID, error) {
	gtin, err := ParseGTIN(string(s.GTIN))
	if err != nil {
		return "", err
	}
	s.GTIN, s.UpdatedAt = gtin, tx.Now()
	tx.Signal(Topic)
	if s.ID != "" {
		n, err := tx.Exec(ctx, updateSKU+` where id = $14 and product_id = $15 and gtin = $16`, append(s.update(), string(s.ID), string(s.Product), string(s.GTIN))...)
		if err == nil && n == 0 {
			err = pavilion.E(pavilion.NotFound, "sku.unknown", nil)
		}
		return s.ID, err
	}
	product, found, err := db.One(ctx, tx, scanProduct, selectProduct, string(s.Product))
	if err != nil {
		return "", err
	}
	if !found {
		return "", pavilion.E(pavilion.NotFound, "product.unknown", nil).At("product")
	}
	all, err := allPrefixes(ctx, tx)
	if err != nil {
		return "", err
	}
	if prefix, owner := all.owner(gtin); owner != "" && owner != product.Producer {
		other, err := GetProducer(ctx, tx, owner)
		if err != nil {
			return "", err
		}
		return "", pavilion.E(pavilion.Conflict, "gtin.foreign_prefix", pavilion.Args{"prefix": prefix, "producer": other.LegalName}).At("gtin")
	}
	s.ID, s.CreatedAt, s.OnSale = pavilion.NewID[pavilion.SKUID](pavilion.PrefixSKU, tx.Now()), tx.Now(), false
	n, err := insertSKUs.Rows(ctx, tx, s.row(""))
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "gtin.taken", pavilion.Args{"gtin": string(gtin)}).At("gtin")
	}
	return s.ID, err
}

// row is the product in the order of insertProducts.
func (p Product) row() []any {
	return []any{string(p.ID), string(p.Producer), orNull(p.Brand), p.Category, p.Name.JSON(), p.Description.JSON(), p.IngredientsText.JSON(),
		p.Storage.JSON(), p.Origin, db.Micros(p.CreatedAt), db.Micros(p.UpdatedAt)}
}

// update is the product in the order of updateProduct.
func (p Product) update() []any {
	return []any{orNull(p.Brand), p.Category, p.Name.JSON(), p.Description.JSON(), p.IngredientsText.JSON(),
		p.Storage.JSON(), p.Origin, db.Micros(p.UpdatedAt), string(p.ID), string(p.Producer)}
}

// row is the SKU in the order of insertSKUs.
func (s SKU) row(importHash string) []any {
	return []any{string(s.ID), string(s.Product), string(s.GTIN), s.ProducerCode, s.Net.Milli, string(s.Net.Unit), s.GrossWeightG, s.LengthMM, s.WidthMM,
		s.HeightMM, s.CasePack, s.ShelfLifeDays, s.StorageMinC, s.StorageMaxC, s.Facts.JSON(), importHash, s.OnSale, db.Micros(s.CreatedAt), db.Micros(s.UpdatedAt)}
}

// update is the SKU in the order of updateSKU, without what says which.
func (s SKU) update() []any {
	return []any{s.ProducerCode, s.Net.Milli, string(s.Net.Unit), s.GrossWeightG, s.LengthMM, s.WidthMM, s.HeightMM, s.CasePack,
		s.ShelfLifeDays, s.StorageMinC, s.StorageMaxC, s.Facts.JSON(), db.Micros(s.UpdatedAt)}
}

// orNull is the stored form of an identifier that may be missing.
func orNull[T ~string](id T) any {
	if id == "" {
		return nil
	}
	return string(id)
}

func scanProduct(row db.Scanner) (p Product, err error) {
	var brand *string
	err = row.Scan(&p.ID, &p.Producer, &brand, &p.Category, text{&p.Name}, text{&p.Description}, text{&p.IngredientsText}, text{&p.Storage},
		&p.Origin, moment{&p.CreatedAt}, moment{&p.UpdatedAt})
	if brand != nil {
		p.Brand = pavilion.BrandID(*brand)
	}
	return p, err
}

func scanSKU(row db.Scanner) (s SKU, err error) {
	err = row.Scan(&s.ID, &s.Product, &s.GTIN, &s.ProducerCode, &s.Net.Milli, &s.Net.Unit, &s.GrossWeightG, &s.LengthMM, &s.WidthMM, &s.HeightMM,
		&s.CasePack, &s.ShelfLifeDays, &s.StorageMinC, &s.StorageMaxC, facts{&s.Facts}, &s.OnSale, moment{&s.CreatedAt}, moment{&s.UpdatedAt})
	return s, err
}
