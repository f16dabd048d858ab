package catalog

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
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
	product *Product // as it will be, but for UpdatedAt, which is as it was read; rows of one product share it
	sku     SKU      // likewise; without ID if it is new
	brand   string   // key of a brand that is missing, "" if none is
	hash    string   // what says later that this row was taken
	fields  []FieldChange
	name    pavilion.Text       // of the product before
	noted   []staff.FieldChange // what the trail keeps of a changed one
}

func (p plannedRow) isNew() bool { return p.sku.ID == "" }

// source is where the row stands in the workbook that is imported.
func (p plannedRow) source(from string) Source { return Source{from, p.row.Number} }

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
			p.product, p.sku = &Product{Producer: m.producer.ID}, SKU{GTIN: row.GTIN}
		case has.producer != m.producer.ID:
			out.bad = append(out.bad, finding(row, pavilion.Blocks, "gtin.taken_by", FieldGTIN, pavilion.Args{"producer": m.names[has.producer]}))
			continue
		case has.hash == p.hash:
			out.same++
			continue
		default:
			p.product, p.sku = has.full, has.sku
		}
		product, sku := *p.product, p.sku // apply replaces what it changes, and changes nothing inside
		p.fields = m.applyBrand(&p)
		p.fields = append(p.fields, row.apply(p.product, &p.sku)...)
		switch {
		case p.isNew():
			p.fields = nil
		case len(p.fields) == 0:
			out.same++
			continue
		default:
			p.name, p.noted = product.Name, slices.Concat(ProductChanges(product, *p.product), SKUChanges(sku, p.sku))
		}
		out.rows = append(out.rows, p)
	}
	return out, nil
}

// importHash says what a row said when it was taken, with the category it was taken into:
// a category that is only known later makes the row another one.
func importHash(row ProductRow) string { return row.Hash + " " + row.Category }

// applyBrand finds the brand a row states among the producer's, or notes that it is
// missing.
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
	full     *Product
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
				differ = append(differ, s.gtin)
				if !slices.Contains(products, s.product) {
					products = append(products, s.product)
				}
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
		by := make(map[pavilion.ProductID]*Product, len(full))
		for i, p := range full {
			by[p.ID] = &full[i]
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

func scanStored(row db.Scanner) (s stored, err error) {
	err = row.Scan(&s.gtin, &s.product, &s.producer, &s.hash)
	return s, err
}
