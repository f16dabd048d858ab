package catalog

import (
	"context"
	"regexp"

	"pavilion"
	"pavilion/db"
)

// mostCategories bounds the tree of categories.
const mostCategories = 1000

var categoryKey = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)

const (
	upsertCategory = `insert into category (key, parent, position, name_text) values ($1, $2, $3, $4)
		on conflict (key) do update set parent = excluded.parent, position = excluded.position, name_text = excluded.name_text`
	selectCategories = `select key, parent, position, name_text from category order by position, key limit $1`

	selectCategoryProducts = `select id from product where category = $1 order by id`
)

// SetCategory creates a category, or changes the one with its key. Errors: Invalid
// category.key_malformed {key}, name.missing and category.parent {parent} when the parent
// does not exist or stands below the category itself.
func SetCategory(ctx context.Context, tx *db.Tx, c Category) error {
	if !categoryKey.MatchString(c.Key) {
		return pavilion.E(pavilion.Invalid, "category.key_malformed", pavilion.Args{"key": c.Key}).At("key")
	}
	if c.Name.Best(pavilion.English) == "" {
		return pavilion.E(pavilion.Invalid, "name.missing", nil).At("name")
	}
	all, err := Categories(ctx, tx)
	if err != nil {
		return err
	}
	parents := make(map[string]string, len(all))
	for _, other := range all {
		parents[other.Key] = other.Parent
	}
	for key := c.Parent; key != ""; key = parents[key] {
		if _, exists := parents[key]; !exists || key == c.Key {
			return pavilion.E(pavilion.Invalid, "category.parent", pavilion.Args{"parent": c.Parent}).At("parent")
		}
	}
	if _, err := tx.Exec(ctx, upsertCategory, c.Key, c.Parent, c.Position, c.Name.JSON()); err != nil {
		return err
	}
	products, err := db.All(ctx, tx, scanProductID, selectCategoryProducts, c.Key)
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	return indexWords(ctx, tx, products)
}

// Categories returns all categories in the order they are shown among their siblings.
func Categories(ctx context.Context, r db.Reader) ([]Category, error) {
	return db.All(ctx, r, scanCategory, selectCategories, mostCategories)
}

func scanCategory(row db.Scanner) (c Category, err error) {
	err = row.Scan(&c.Key, &c.Parent, &c.Position, text{&c.Name})
	return c, err
}
