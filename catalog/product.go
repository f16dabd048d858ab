package catalog

import (
	"context"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// mostSKUs bounds the SKUs of one product.
const mostSKUs = 200

const (
	productColumns = `id, producer_id, brand_id, category, name_text, description_text, ingredients_text, storage_text, origin, created_at, updated_at, version`
	updateProduct  = `update product set brand_id = $1, category = $2, name_text = $3, description_text = $4, ingredients_text = $5, storage_text = $6, origin = $7, updated_at = $8,
		version = version + 1 where id = $9 and producer_id = $10`

	skuColumns    = `id, product_id, gtin, producer_code, net_milli, net_unit, gross_weight_g, length_mm, width_mm, height_mm, case_pack, shelf_life_days, storage_min_c, storage_max_c, facts, on_sale, created_at, updated_at, version`
	selectProduct = `select ` + productColumns + ` from product where id = $1`
	selectSKU     = `select ` + skuColumns + ` from sku where id = $1`
	selectSKUs    = `select ` + skuColumns + ` from sku where product_id = $1 order by id limit $2`
	updateSKU     = `update sku set producer_code = $1, net_milli = $2, net_unit = $3, gross_weight_g = $4, length_mm = $5, width_mm = $6, height_mm = $7, case_pack = $8,
		shelf_life_days = $9, storage_min_c = $10, storage_max_c = $11, facts = $12, updated_at = $13, version = version + 1`

	updateComposition = `update sku set facts = $1, updated_at = $2, version = version + 1 where id = $3`

	selectProductPrices = `select c.sku_id, c.currency, c.minor from price c join sku s on s.id = c.sku_id
		where c.channel = $1 and s.product_id = $2 order by c.sku_id limit $3`
	selectBrandByID = selectBrand + `where id = $1`
)

var (
	selectProducts = &db.Keyed{Text: `select ` + productColumns + ` from product where id in (%s)`}
	selectByGTIN   = &db.Keyed{Text: `select ` + skuColumns + ` from sku where gtin in (%s)`}

	insertProducts = db.Insert{Table: "product", Columns: []string{
		"id", "producer_id", "brand_id", "category", "name_text", "description_text", "ingredients_text", "storage_text", "origin", "missing", "created_at", "updated_at"}}
	insertSKUs = db.Insert{Table: "sku", Columns: []string{
		"id", "product_id", "gtin", "producer_code", "net_milli", "net_unit", "gross_weight_g", "length_mm", "width_mm", "height_mm", "case_pack",
		"shelf_life_days", "storage_min_c", "storage_max_c", "facts", "import_hash", "import_from", "import_row", "on_sale", "created_at", "updated_at"},
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
	var err error
	if page.Product, err = getProduct(ctx, r, id); err != nil {
		return Page{}, err
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

// GetSKU returns a SKU. Error: NotFound sku.unknown.
func GetSKU(ctx context.Context, r db.Reader, id pavilion.SKUID) (SKU, error) {
	s, found, err := db.One(ctx, r, scanSKU, selectSKU, string(id))
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "sku.unknown", nil).At("sku")
	}
	return s, err
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

// getProduct returns a product. Error: NotFound product.unknown.
func getProduct(ctx context.Context, r db.Reader, id pavilion.ProductID) (Product, error) {
	p, found, err := db.One(ctx, r, scanProduct, selectProduct, string(id))
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "product.unknown", nil)
	}
	return p, err
}

// changedMeanwhile says that a thing is no longer what a form was drawn from. Whoever shows
// the form again reads the thing and puts both side by side.
func changedMeanwhile() error {
	return pavilion.E(pavilion.Conflict, "catalog.changed_meanwhile", nil)
}

// SaveProduct creates a product, or changes the one with its ID if that still has its
// Version; it never moves to another producer. What changed is noted about the product, and
// the composition of its SKUs follows its ingredients. Errors: Invalid name.missing,
// text.too_long {length, limit} and country.malformed; NotFound producer.unknown, brand.unknown
// and product.unknown; Conflict catalog.changed_meanwhile.
func SaveProduct(ctx context.Context, tx *db.Tx, p Product) (pavilion.ProductID, error) {
	if err := p.check(ctx, tx); err != nil {
		return "", err
	}
	tx.Signal(Topic)
	p.UpdatedAt = tx.Now()
	if p.ID == "" {
		return createProduct(ctx, tx, p)
	}
	before, err := getProduct(ctx, tx, p.ID)
	if err != nil {
		return "", err
	}
	if before.Producer != p.Producer {
		return "", pavilion.E(pavilion.NotFound, "product.unknown", nil)
	}
	n, err := tx.Exec(ctx, updateProduct+` and version = $11`, append(p.update(), p.Version)...)
	if err == nil && n == 0 {
		err = changedMeanwhile()
	}
	if err != nil {
		return "", err
	}
	if err := compose(ctx, tx, before, p); err != nil {
		return "", err
	}
	if err := renameProduct(ctx, tx, p.ID, before.Name, p.Name); err != nil {
		return "", err
	}
	if err := listAgain(ctx, tx, []pavilion.ProductID{p.ID}); err != nil {
		return "", err
	}
	if err := staff.NoteChanges(ctx, tx, "product.changed", string(p.ID), ProductChanges(before, p)); err != nil {
		return "", err
	}
	return p.ID, indexWords(ctx, tx, []pavilion.ProductID{p.ID})
}

func (p Product) check(ctx context.Context, tx *db.Tx) error {
	if p.Name.Best(pavilion.English) == "" {
		return pavilion.E(pavilion.Invalid, "name.missing", nil).At("name")
	}
	for _, t := range []struct {
		field Field
		text  pavilion.Text
		most  int
	}{{FieldName, p.Name, maxName}, {FieldDescription, p.Description, maxDescription}, {FieldIngredients, p.IngredientsText, maxIngredients}, {FieldStorage, p.Storage, maxStorage}} {
		for _, lang := range pavilion.Langs {
			if n := utf8.RuneCountInString(t.text[lang]); n > t.most {
				return pavilion.E(pavilion.Invalid, "text.too_long", pavilion.Args{"length": n, "limit": t.most}).At(string(t.field.In(lang)))
			}
		}
	}
	if p.Origin != "" && !isCountry(p.Origin) {
		return pavilion.E(pavilion.Invalid, "country.malformed", pavilion.Args{"value": p.Origin}).At("origin")
	}
	if _, err := GetProducer(ctx, tx, p.Producer); err != nil || p.Brand == "" {
		return err
	}
	b, err := GetBrand(ctx, tx, p.Brand)
	if err == nil && (b.Producer != p.Producer || b.MergedInto != "") {
		err = brandUnknown()
	}
	return err
}

func createProduct(ctx context.Context, tx *db.Tx, p Product) (pavilion.ProductID, error) {
	p.ID, p.CreatedAt = pavilion.NewID[pavilion.ProductID](pavilion.PrefixProduct, tx.Now()), tx.Now()
	if _, err := insertProducts.Rows(ctx, tx, p.row(gaps(p, nil, nil))); err != nil {
		return "", err
	}
	if err := rename(ctx, tx, p.ID, nil, p.Name); err != nil {
		return "", err
	}
	if err := recordChanged(ctx, tx, []pavilion.ProductID{p.ID}); err != nil {
		return "", err
	}
	return p.ID, staff.Note(ctx, tx, "product.created", string(p.ID), nil)
}

// compose has the composition of a product's SKUs follow its ingredients, as an import does.
func compose(ctx context.Context, tx *db.Tx, before, after Product) error {
	if before.IngredientsText.JSON() == after.IngredientsText.JSON() {
		return nil
	}
	skus, err := db.All(ctx, tx, scanSKU, selectSKUs, string(after.ID), mostSKUs)
	if err != nil {
		return err
	}
	for _, s := range skus {
		s.Facts.Ingredients = Composition(after.IngredientsText)
		if _, err := tx.Exec(ctx, updateComposition, s.Facts.JSON(), db.Micros(tx.Now()), string(s.ID)); err != nil {
			return err
		}
	}
	return nil
}

// SaveSKU creates a SKU, or changes the one with its ID if that still has its Version; its
// product, GTIN and OnSale stay as they are. What changed is noted about the product.
// Errors: those of ParseGTIN; Invalid storage.reversed {min, max}; Conflict
// gtin.foreign_prefix {prefix, producer}, gtin.taken {gtin} and catalog.changed_meanwhile;
// NotFound product.unknown and sku.unknown.
func SaveSKU(ctx context.Context, tx *db.Tx, s SKU) (pavilion.SKUID, error) {
	gtin, err := ParseGTIN(string(s.GTIN))
	if err != nil {
		return "", err
	}
	if s.StorageMinC != nil && s.StorageMaxC != nil && *s.StorageMinC > *s.StorageMaxC {
		return "", pavilion.E(pavilion.Invalid, "storage.reversed", pavilion.Args{"min": *s.StorageMinC, "max": *s.StorageMaxC}).At(string(FieldStorageMin))
	}
	s.GTIN, s.UpdatedAt = gtin, tx.Now()
	tx.Signal(Topic)
	changes := []staff.FieldChange{{Field: string(FieldGTIN), After: string(gtin)}}
	if s.ID == "" {
		s.ID, err = createSKU(ctx, tx, s)
	} else {
		changes, err = changeSKU(ctx, tx, s)
	}
	if err != nil {
		return "", err
	}
	if err := staff.NoteChanges(ctx, tx, "product.changed", string(s.Product), changes); err != nil {
		return "", err
	}
	return s.ID, listAgain(ctx, tx, []pavilion.ProductID{s.Product})
}

func changeSKU(ctx context.Context, tx *db.Tx, s SKU) ([]staff.FieldChange, error) {
	before, found, err := db.One(ctx, tx, scanSKU, selectSKU, string(s.ID))
	if err == nil && (!found || before.Product != s.Product || before.GTIN != s.GTIN) {
		err = pavilion.E(pavilion.NotFound, "sku.unknown", nil)
	}
	if err != nil {
		return nil, err
	}
	n, err := tx.Exec(ctx, updateSKU+` where id = $14 and version = $15`, append(s.update(), string(s.ID), s.Version)...)
	if err == nil && n == 0 {
		err = changedMeanwhile()
	}
	return SKUChanges(before, s), err
}

func createSKU(ctx context.Context, tx *db.Tx, s SKU) (pavilion.SKUID, error) {
	product, err := getProduct(ctx, tx, s.Product)
	if err != nil {
		return "", err
	}
	all, err := allPrefixes(ctx, tx)
	if err != nil {
		return "", err
	}
	if prefix, owner := all.owner(s.GTIN); owner != "" && owner != product.Producer {
		other, err := GetProducer(ctx, tx, owner)
		if err != nil {
			return "", err
		}
		return "", pavilion.E(pavilion.Conflict, "gtin.foreign_prefix", pavilion.Args{"prefix": prefix, "producer": other.LegalName}).At("gtin")
	}
	s.ID, s.CreatedAt, s.OnSale = pavilion.NewID[pavilion.SKUID](pavilion.PrefixSKU, tx.Now()), tx.Now(), false
	n, err := insertSKUs.Rows(ctx, tx, s.row("", Source{}))
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "gtin.taken", pavilion.Args{"gtin": string(s.GTIN)}).At("gtin")
	}
	return s.ID, err
}

// row is the product in the order of insertProducts.
func (p Product) row(missing Gap) []any {
	return []any{string(p.ID), string(p.Producer), orNull(p.Brand), p.Category, p.Name.JSON(), p.Description.JSON(), p.IngredientsText.JSON(),
		p.Storage.JSON(), p.Origin, int64(missing), db.Micros(p.CreatedAt), db.Micros(p.UpdatedAt)}
}

// update is the product in the order of updateProduct.
func (p Product) update() []any {
	return []any{orNull(p.Brand), p.Category, p.Name.JSON(), p.Description.JSON(), p.IngredientsText.JSON(),
		p.Storage.JSON(), p.Origin, db.Micros(p.UpdatedAt), string(p.ID), string(p.Producer)}
}

// row is the SKU in the order of insertSKUs.
func (s SKU) row(importHash string, from Source) []any {
	return []any{string(s.ID), string(s.Product), string(s.GTIN), s.ProducerCode, s.Net.Milli, string(s.Net.Unit), s.GrossWeightG, s.LengthMM, s.WidthMM,
		s.HeightMM, s.CasePack, s.ShelfLifeDays, s.StorageMinC, s.StorageMaxC, s.Facts.JSON(), importHash, from.From, from.Row, s.OnSale, db.Micros(s.CreatedAt), db.Micros(s.UpdatedAt)}
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
		&p.Origin, moment{&p.CreatedAt}, moment{&p.UpdatedAt}, &p.Version)
	if brand != nil {
		p.Brand = pavilion.BrandID(*brand)
	}
	return p, err
}

func scanSKU(row db.Scanner) (s SKU, err error) {
	err = row.Scan(&s.ID, &s.Product, &s.GTIN, &s.ProducerCode, &s.Net.Milli, &s.Net.Unit, &s.GrossWeightG, &s.LengthMM, &s.WidthMM, &s.HeightMM,
		&s.CasePack, &s.ShelfLifeDays, &s.StorageMinC, &s.StorageMaxC, facts{&s.Facts}, &s.OnSale, moment{&s.CreatedAt}, moment{&s.UpdatedAt}, &s.Version)
	return s, err
}
