package catalog

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

// What shoppers see follows from products, SKUs and prices, and is written with them: the
// shelf, which has one card a product and channel, and the words a product is found by.
// Both are only of SKUs on sale, so that an import, which sells nothing, costs neither.
var (
	lockProduct = &db.Keyed{Text: `update product set updated_at = updated_at where id in (%s) returning id`}

	clearShelf  = &db.Keyed{Text: `delete from shelf where product_id in (%s) returning product_id`}
	insertShelf = &db.Keyed{Text: `insert into shelf (product_id, channel, sku_id, currency, minor)
		select s.product_id, c.channel, s.id, c.currency, c.minor from sku s join price c on c.sku_id = s.id
		where s.on_sale and s.product_id in (%s)
			and not exists (select 1 from sku s2 join price c2 on c2.sku_id = s2.id and c2.channel = c.channel
				where s2.product_id = s.product_id and s2.on_sale and (c2.minor < c.minor or (c2.minor = c.minor and s2.id < s.id)))
		returning product_id`}

	selectFindable = &db.Keyed{Text: `select p.id, s.gtin, p.name_text, p.ingredients_text, coalesce(b.name_text, ''), coalesce(g.name_text, ''), coalesce(n.name, '')
		from sku s join product p on p.id = s.product_id
		left join brand b on b.id = p.brand_id left join category g on g.key = p.category
		left join market_name n on n.product_id = p.id
		where s.on_sale and p.id in (%s) order by p.id, s.id`}
	clearWords  = &db.Keyed{Text: `delete from search_word where product_id in (%s) returning product_id`}
	insertWords = db.Insert{Table: "search_word", Columns: []string{"word", "product_id", "weight"}}
)

// lockProducts keeps others from writing what follows from the products until the
// transaction ends. Without it two that change SKUs of one product would, on PostgreSQL,
// each not see what the other changed.
func lockProducts(ctx context.Context, tx *db.Tx, products []pavilion.ProductID) error {
	_, err := db.AllKeyed(ctx, tx, scanProductID, lockProduct, products)
	return err
}

// fillShelf writes the cards of products, which are locked.
func fillShelf(ctx context.Context, tx *db.Tx, products []pavilion.ProductID) error {
	if _, err := db.AllKeyed(ctx, tx, scanProductID, clearShelf, products); err != nil {
		return err
	}
	_, err := db.AllKeyed(ctx, tx, scanProductID, insertShelf, products)
	return err
}

// indexWords writes the words products are found by: those of their names, here and in markets,
// brands, categories and ingredients in all languages, and their GTINs.
func indexWords(ctx context.Context, tx *db.Tx, products []pavilion.ProductID) error {
	const atOnce = 512 // so that the words of a large category do not all stand in memory
	for part := range slices.Chunk(products, atOnce) {
		if err := lockProducts(ctx, tx, part); err != nil {
			return err
		}
		if _, err := db.AllKeyed(ctx, tx, scanProductID, clearWords, part); err != nil {
			return err
		}
		found, err := db.AllKeyed(ctx, tx, scanFindable, selectFindable, part)
		if err != nil {
			return err
		}
		if _, err := insertWords.Rows(ctx, tx, wordRows(found)); err != nil {
			return err
		}
	}
	return nil
}

// wordRows returns the rows of insertWords; the SKUs of a product stand together.
func wordRows(found []findable) []any {
	var rows []any
	var words weighted
	for i, f := range found {
		words.add(weightName, string(f.gtin))
		words.addText(weightName, f.name)
		words.add(weightName, f.called)
		words.addText(weightBrand, f.brand)
		words.addText(weightCategory, f.category)
		words.addText(weightIngredients, f.ingredients)
		if i+1 < len(found) && found[i+1].product == f.product {
			continue
		}
		for _, word := range words.order {
			rows = append(rows, word, string(f.product), words.weight[word])
		}
		words = weighted{}
	}
	return rows
}

// findable is a SKU on sale with what its product is found by.
type findable struct {
	product                            pavilion.ProductID
	gtin                               GTIN
	name, ingredients, brand, category pavilion.Text
	called                             string // in a market
}

func scanFindable(row db.Scanner) (f findable, err error) {
	err = row.Scan(&f.product, &f.gtin, text{&f.name}, text{&f.ingredients}, text{&f.brand}, text{&f.category}, &f.called)
	return f, err
}
