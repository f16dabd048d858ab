package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

const (
	importProduct = updateProduct + ` and updated_at = $11`
	importSKU     = updateSKU + `, import_hash = $14, import_from = $15, import_row = $16 where id = $17 and updated_at = $18`
)

var selectBrandsByKey = &db.Keyed{Args: 1, Text: selectBrand + `where producer_id = $1 and key in (%s)`}

// errOvertaken says that a row was written by somebody else between being compared and
// being written.
var errOvertaken = errors.New("overtaken")

// batch is a plan that is ready to be written.
type batch struct {
	plan
	from     []ProductRow // what was planned
	source   string       // whose rows they are
	products []any        // values of insertProducts
	skus     []any        // values of insertSKUs
	made     int64        // rows of each
}

// prepare plans rows and does all that can be done before the writer is held.
func (m *importer) prepare(ctx context.Context, rows []ProductRow) (*batch, error) {
	p, err := m.plan(ctx, rows)
	if err != nil {
		return nil, err
	}
	b, now := &batch{plan: p, from: rows, source: m.o.From}, m.d.Now()
	products, skus := risingIDs[pavilion.ProductID](pavilion.PrefixProduct, now, len(p.rows)), risingIDs[pavilion.SKUID](pavilion.PrefixSKU, now, len(p.rows))
	for i, row := range p.rows {
		if !row.isNew() {
			continue
		}
		product, sku := *row.product, row.sku
		product.ID, product.CreatedAt, product.UpdatedAt = products[i], now, now
		sku.ID, sku.Product, sku.CreatedAt, sku.UpdatedAt = skus[i], products[i], now, now
		b.products = append(b.products, product.row(notListed)...)
		b.skus = append(b.skus, sku.row(row.hash, row.source(m.o.From))...)
		b.made++
	}
	return b, nil
}

// risingIDs makes identifiers in their order, so that products are in that of the sheet and
// the indexes of a database grow at their end.
func risingIDs[T ~string](prefix string, at time.Time, n int) []T {
	ids := make([]T, n)
	for i := range ids {
		ids[i] = pavilion.NewID[T](prefix, at)
	}
	slices.Sort(ids)
	return ids
}

// write writes the batch in one transaction. It returns errOvertaken, and has written
// nothing, if a row is no longer what it was when the plan was made.
func (b *batch) write(ctx context.Context, d *db.DB, actor pavilion.Actor) error {
	if len(b.rows) == 0 {
		return nil
	}
	return d.Write(ctx, actor, func(tx *db.Tx) error {
		if _, err := insertProducts.Rows(ctx, tx, b.products); err != nil {
			return err
		}
		if n, err := insertSKUs.Rows(ctx, tx, b.skus); err != nil {
			return err
		} else if n != b.made {
			return errOvertaken
		}
		tx.Signal(Topic)
		return updateChanged(ctx, tx, b.rows, b.source)
	})
}

func updateChanged(ctx context.Context, tx *db.Tx, rows []plannedRow, source string) error {
	var products []pavilion.ProductID
	var deeds []staff.Deed
	guarded := func(update string, args []any) error {
		n, err := tx.Exec(ctx, update, args...)
		if err == nil && n == 0 {
			err = errOvertaken
		}
		return err
	}
	for _, row := range rows {
		if row.isNew() {
			continue
		}
		product, sku, from := *row.product, row.sku, row.source(source)
		product.UpdatedAt, sku.UpdatedAt = tx.Now(), tx.Now()
		if !slices.Contains(products, product.ID) {
			if err := guarded(importProduct, append(product.update(), db.Micros(row.product.UpdatedAt))); err != nil {
				return err
			}
			products = append(products, product.ID)
		}
		if err := renameProduct(ctx, tx, product.ID, row.name, product.Name); err != nil {
			return err
		}
		if len(row.noted) > 0 {
			deeds = append(deeds, staff.Deed{Act: "product.imported", About: string(product.ID), Detail: from.noted(), Changes: row.noted})
		}
		if err := guarded(importSKU, append(sku.update(), row.hash, from.From, from.Row, string(sku.ID), db.Micros(row.sku.UpdatedAt))); err != nil {
			return err
		}
	}
	if err := listAgain(ctx, tx, products); err != nil {
		return err
	}
	if err := staff.NoteSet(ctx, tx, deeds); err != nil {
		return err
	}
	return indexWords(ctx, tx, products)
}

// makeBrands makes the brands that were found missing. Another run may have made one
// meanwhile, and then it is that one.
func (m *importer) makeBrands(ctx context.Context) error {
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(m.toMake)), batchRows) {
		var found []Brand
		err := m.d.Write(ctx, m.actor, func(tx *db.Tx) (err error) {
			var rows []any
			for _, key := range keys {
				name := m.toMake[key]
				id := pavilion.NewID[pavilion.BrandID](pavilion.PrefixBrand, tx.Now())
				rows = append(rows, string(id), string(m.producer.ID), key, pavilion.Text{langOf(name): name}.JSON())
			}
			if _, err := insertBrands.Rows(ctx, tx, rows); err != nil {
				return err
			}
			tx.Signal(Topic)
			found, err = db.AllKeyed(ctx, tx, scanBrand, selectBrandsByKey, keys, string(m.producer.ID))
			return err
		})
		if err != nil {
			return err
		}
		for _, b := range found {
			m.brands[b.Key] = b
		}
	}
	return nil
}
