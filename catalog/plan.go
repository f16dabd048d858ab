package catalog

import (
	"context"
	"maps"
	"slices"

	"pavilion"
	"pavilion/db"
)

const (
	selectBrandByKey = selectBrand + `where producer_id = $1 and key = $2`

	importProduct = updateProduct + ` and updated_at = $11`
	importSKU     = updateSKU + `, import_hash = $14 where id = $15 and updated_at = $16`
)

var selectKnown = &db.Keyed{Text: `select s.gtin, p.id, p.producer_id, s.import_hash from sku s join product p on p.id = s.product_id where s.gtin in (%s)`}

// plan is what a batch of rows does to the catalogue.
type plan struct {
	rows []plannedRow // new and changed, in the order of the sheet
	same int
	bad  []pavilion.Finding // one for each row that another producer's SKU stands against
}

// plannedRow is a row with what it makes of a product and its SKU.
type plannedRow struct {
	row     ProductRow
	product Product // as it will be, but for UpdatedAt, which is as it was read
	sku     SKU     // likewise; without ID if it is new
	brand   string  // key of a brand that is to be made first, "" if none
	hash    string  // what says later that this row was taken
	fields  []FieldChange
}

func (p plannedRow) isNew() bool { return p.sku.ID == "" }

// plan compares rows with the catalogue.
func (m *importer) plan(ctx context.Context, rows []ProductRow) (plan, error) {
	stored, err := m.stored(ctx, rows)
	if err != nil {
		return plan{}, err
	}
	var out plan
	for _, row := range rows {
		p := plannedRow{row: row, hash: importHash(row)}
		has, known := stored[row.GTIN]
		switch {
		case !known:
			p.product, p.sku = Product{Producer: m.producer.ID}, SKU{GTIN: row.GTIN}
		case has.producer != m.producer.ID:
			out.bad = append(out.bad, finding(row, pavilion.Blocks, "gtin.taken_by", FieldGTIN, pavilion.Args{"producer": m.names[has.producer]}))
			continue
		case has.hash == p.hash:
			out.same++
			continue
		default:
			p.product, p.sku = has.full, has.sku
		}
		p.fields = m.applyBrand(&p)
		p.fields = append(p.fields, row.apply(&p.product, &p.sku)...)
		switch {
		case p.isNew():
			p.fields = nil
		case len(p.fields) == 0:
			out.same++
			continue
		}
		out.rows = append(out.rows, p)
	}
	return out, nil
}

// importHash says what a row said when it was taken, with the category it was taken into:
// a category that is only known later makes the row another one.
func importHash(row ProductRow) string { return row.Hash + " " + row.Category }

// applyBrand finds the brand a row states among the producer's, or notes that it is to be
// made.
func (m *importer) applyBrand(p *plannedRow) []FieldChange {
	key := nameKey(p.row.Brand)
	if key == "" {
		return nil
	}
	b, known := m.brands[key]
	if known && b.ID == p.product.Brand {
		return nil
	}
	change := FieldChange{FieldBrand, m.brandName(p.product.Brand), p.row.Brand}
	p.product.Brand = b.ID
	if !known {
		p.brand = key
	}
	return []FieldChange{change}
}

func (m *importer) brandName(id pavilion.BrandID) string {
	for _, b := range m.brands {
		if b.ID == id {
			return b.Name.Best(pavilion.Russian)
		}
	}
	return ""
}

// stored is what the catalogue has under a GTIN. The product and the SKU are read only if
// the row must be compared with them.
type stored struct {
	gtin     GTIN
	product  pavilion.ProductID
	producer pavilion.ProducerID
	hash     string
	full     Product
	sku      SKU
}

func (m *importer) stored(ctx context.Context, rows []ProductRow) (map[GTIN]stored, error) {
	hashes := make(map[GTIN]string, len(rows))
	gtins := make([]GTIN, len(rows))
	for i, row := range rows {
		gtins[i], hashes[row.GTIN] = row.GTIN, importHash(row)
	}
	out := map[GTIN]stored{}
	err := m.d.Read(ctx, func(v *db.View) error {
		found, err := db.AllKeyed(ctx, v, scanStored, selectKnown, gtins)
		if err != nil {
			return err
		}
		var differ []GTIN
		var products []pavilion.ProductID
		for _, s := range found {
			out[s.gtin] = s
			if s.producer == m.producer.ID && s.hash != hashes[s.gtin] {
				differ, products = append(differ, s.gtin), append(products, s.product)
			}
		}
		skus, err := FindGTINs(ctx, v, differ...)
		if err != nil {
			return err
		}
		full, err := db.AllKeyed(ctx, v, scanProduct, selectProducts, products)
		if err != nil {
			return err
		}
		by := make(map[pavilion.ProductID]Product, len(full))
		for _, p := range full {
			by[p.ID] = p
		}
		for gtin, sku := range skus {
			s := out[gtin]
			s.full, s.sku = by[sku.Product], sku
			out[gtin] = s
		}
		return nil
	})
	return out, err
}

// carryOut writes what a plan says in one transaction. It returns errOvertaken, and has
// written nothing, if a row is no longer what it was when the plan was made.
func (m *importer) carryOut(ctx context.Context, p plan) error {
	if len(p.rows) == 0 {
		return nil
	}
	var made map[string]Brand
	err := m.d.Write(ctx, m.actor, func(tx *db.Tx) (err error) {
		if made, err = m.makeBrands(ctx, tx, p); err != nil {
			return err
		}
		for i, row := range p.rows {
			if row.brand != "" {
				p.rows[i].product.Brand = made[row.brand].ID
			}
		}
		if err := insertNew(ctx, tx, p.rows); err != nil {
			return err
		}
		tx.Signal(Topic)
		return updateChanged(ctx, tx, p.rows)
	})
	if err == nil {
		maps.Copy(m.brands, made)
	}
	return err
}

// makeBrands makes the brands that are to be made and returns them by key. Another run may
// have made one meanwhile, and then it is that one.
func (m *importer) makeBrands(ctx context.Context, tx *db.Tx, p plan) (map[string]Brand, error) {
	names := map[string]string{}
	for _, row := range p.rows {
		if _, has := names[row.brand]; row.brand != "" && !has {
			names[row.brand] = row.row.Brand
		}
	}
	made := make(map[string]Brand, len(names))
	for _, key := range slices.Sorted(maps.Keys(names)) {
		name := pavilion.Text{langOf(names[key]): names[key]}
		id := pavilion.NewID[pavilion.BrandID](pavilion.PrefixBrand, tx.Now())
		if _, err := tx.Exec(ctx, insertBrand, string(id), string(m.producer.ID), key, name.JSON()); err != nil {
			return nil, err
		}
		b, _, err := db.One(ctx, tx, scanBrand, selectBrandByKey, string(m.producer.ID), key)
		if err != nil {
			return nil, err
		}
		made[key] = b
	}
	return made, nil
}

func insertNew(ctx context.Context, tx *db.Tx, rows []plannedRow) error {
	var products, skus []any
	var want int64
	for _, p := range rows {
		if !p.isNew() {
			continue
		}
		p.product.ID = pavilion.NewID[pavilion.ProductID](pavilion.PrefixProduct, tx.Now())
		p.sku.ID = pavilion.NewID[pavilion.SKUID](pavilion.PrefixSKU, tx.Now())
		p.sku.Product = p.product.ID
		p.product.CreatedAt, p.product.UpdatedAt = tx.Now(), tx.Now()
		p.sku.CreatedAt, p.sku.UpdatedAt = tx.Now(), tx.Now()
		products = append(products, p.product.row()...)
		skus = append(skus, p.sku.row(p.hash)...)
		want++
	}
	if _, err := insertProducts.Rows(ctx, tx, products); err != nil {
		return err
	}
	if n, err := insertSKUs.Rows(ctx, tx, skus); err != nil || n == want {
		return err
	}
	return errOvertaken
}

func updateChanged(ctx context.Context, tx *db.Tx, rows []plannedRow) error {
	var products []pavilion.ProductID
	for _, p := range rows {
		if p.isNew() {
			continue
		}
		read := [...]int64{db.Micros(p.product.UpdatedAt), db.Micros(p.sku.UpdatedAt)}
		p.product.UpdatedAt, p.sku.UpdatedAt = tx.Now(), tx.Now()
		n, err := tx.Exec(ctx, importProduct, append(p.product.update(), read[0])...)
		if err != nil {
			return err
		}
		m, err := tx.Exec(ctx, importSKU, append(p.sku.update(), p.hash, string(p.sku.ID), read[1])...)
		if err != nil {
			return err
		}
		if n == 0 || m == 0 {
			return errOvertaken
		}
		products = append(products, p.product.ID)
	}
	return indexWords(ctx, tx, products)
}

func scanStored(row db.Scanner) (s stored, err error) {
	err = row.Scan(&s.gtin, &s.product, &s.producer, &s.hash)
	return s, err
}
