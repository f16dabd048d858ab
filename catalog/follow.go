package catalog

import (
	"context"
	"maps"
	"slices"
	"unicode"

	"pavilion"
	"pavilion/db"
)

// What the list of products is filtered by follows from products, SKUs and pictures, and is
// written with them: whether one of its SKUs is on sale, what is missing, and the words of
// its name.
var (
	selectSKUsOf    = &db.Keyed{Text: `select ` + skuColumns + ` from sku where product_id in (%s) order by product_id, id`}
	selectAlts      = &db.Keyed{Text: `select product_id, alt_text from picture where product_id in (%s)`}
	insertNameWords = db.Insert{Table: "name_word", Columns: []string{"word", "product_id"}, Suffix: "on conflict do nothing"}
)

const (
	updateListed = `update product set on_sale = $1, missing = case when missing < 0 then missing else $2 end
		where id = $3 and (on_sale <> $1 or missing >= 0 and missing <> $2)`
	enterList       = `update product set missing = 0 where id = $1`
	deleteNameWord  = `delete from name_word where word = $1 and product_id = $2`
	selectNotListed = `select ` + productColumns + ` from product where missing < 0 order by id limit $1`
)

// notListed is the gap of a product whose words and gaps nobody has written yet: an import
// leaves them to ListNew, for they would cost it as much as all the rest.
const notListed Gap = -1

// listAgain writes what the list knows of products, which are locked, and records that they
// changed. One that was not listed yet stays so.
func listAgain(ctx context.Context, tx *db.Tx, ids []pavilion.ProductID) error {
	products, err := db.AllKeyed(ctx, tx, scanProduct, selectProducts, ids)
	if err != nil {
		return err
	}
	skus, err := skusOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	pictures, err := altsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, p := range products {
		onSale := slices.ContainsFunc(skus[p.ID], func(s SKU) bool { return s.OnSale })
		if _, err := tx.Exec(ctx, updateListed, onSale, int64(gaps(p, skus[p.ID], pictures[p.ID])), string(p.ID)); err != nil {
			return err
		}
	}
	return recordChanged(ctx, tx, ids)
}

// skusOf returns the SKUs of products, the oldest of each first.
func skusOf(ctx context.Context, r db.Reader, ids []pavilion.ProductID) (map[pavilion.ProductID][]SKU, error) {
	all, err := db.AllKeyed(ctx, r, scanSKU, selectSKUsOf, ids)
	of := map[pavilion.ProductID][]SKU{}
	for _, s := range all {
		of[s.Product] = append(of[s.Product], s)
	}
	return of, err
}

// altsOf returns the pictures of products as far as completeness asks: what they show.
func altsOf(ctx context.Context, r db.Reader, ids []pavilion.ProductID) (map[pavilion.ProductID][]Picture, error) {
	type picture struct {
		of pavilion.ProductID
		Picture
	}
	all, err := db.AllKeyed(ctx, r, func(row db.Scanner) (p picture, err error) {
		err = row.Scan(&p.of, text{&p.Alt})
		return p, err
	}, selectAlts, ids)
	of := map[pavilion.ProductID][]Picture{}
	for _, p := range all {
		of[p.of] = append(of[p.of], p.Picture)
	}
	return of, err
}

// rename writes the words a product is found by in the console, as far as they differ: one of
// its names was changed, and the others stay.
func rename(ctx context.Context, tx *db.Tx, id pavilion.ProductID, before, after pavilion.Text, others ...pavilion.Text) error {
	old, now := nameWords(before), nameWords(after)
	for _, other := range others {
		now = append(now, nameWords(other)...)
	}
	for _, word := range old {
		if !slices.Contains(now, word) {
			if _, err := tx.Exec(ctx, deleteNameWord, word, string(id)); err != nil {
				return err
			}
		}
	}
	var rows []any
	for _, word := range now {
		if !slices.Contains(old, word) {
			rows = append(rows, word, string(id))
		}
	}
	_, err := insertNameWords.Rows(ctx, tx, rows)
	return err
}

const selectCalled = `select lang, name from market_name where product_id = $1 order by market limit $2`

// marketsMost is in how many markets a product has a name.
const marketsMost = 100

// called are the names a product has in markets.
func called(ctx context.Context, r db.Reader, id pavilion.ProductID) ([]pavilion.Text, error) {
	return db.All(ctx, r, func(row db.Scanner) (pavilion.Text, error) {
		var lang pavilion.Lang
		var name string
		err := row.Scan(&lang, &name)
		return pavilion.Text{lang: name}, err
	}, selectCalled, string(id), marketsMost)
}

// renameProduct is [rename] after its maker's name changed, if it did.
func renameProduct(ctx context.Context, tx *db.Tx, id pavilion.ProductID, before, after pavilion.Text) error {
	if maps.Equal(before, after) {
		return nil
	}
	names, err := called(ctx, tx, id)
	if err != nil {
		return err
	}
	return rename(ctx, tx, id, before, after, names...)
}

// mostNameWords is how many words of its names a product is found by in the console.
const mostNameWords = 60

// nameWords returns the words of a name in all languages, each once. A search compares
// beginnings, so of Chinese the pairs of characters do, and the last character of a run.
func nameWords(name pavilion.Text) []string {
	var out []string
	for _, lang := range pavilion.Langs {
		out = append(out, pavilion.WordsSought(name[lang])...)
		for run := range pavilion.Stretches(name[lang]) {
			if unicode.Is(unicode.Han, run[0]) && len(run) > 1 {
				out = append(out, string(run[len(run)-1:]))
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), mostNameWords)]
}

// ListNew enters products into the list that an import made, or that were there before the
// list was kept, some hundred in a transaction. Until then they stand in the list, but are
// found neither by words nor by what they lack.
func ListNew(ctx context.Context, d *db.DB) error {
	for more := true; more; {
		err := d.Write(ctx, pavilion.System("catalog"), func(tx *db.Tx) error {
			products, err := db.All(ctx, tx, scanProduct, selectNotListed, batchRows)
			if err != nil {
				return err
			}
			more = len(products) == batchRows
			ids := make([]pavilion.ProductID, len(products))
			for i, p := range products {
				ids[i] = p.ID
				if _, err := tx.Exec(ctx, enterList, string(p.ID)); err != nil {
					return err
				}
				names, err := called(ctx, tx, p.ID)
				if err != nil {
					return err
				}
				if err := rename(ctx, tx, p.ID, nil, p.Name, names...); err != nil {
					return err
				}
			}
			return listAgain(ctx, tx, ids)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
