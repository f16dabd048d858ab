package catalog

import (
	"context"
	"regexp"
	"slices"
	"strconv"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// mostCategories bounds the tree of categories.
const mostCategories = 1000

var categoryKey = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)

const (
	upsertCategory = `insert into category (key, parent, position, name_text, goods) values ($1, $2, $3, $4, $5)
		on conflict (key) do update set parent = excluded.parent, position = excluded.position, name_text = excluded.name_text, goods = excluded.goods,
		version = category.version + 1 where category.version = $6 or $6 = 0`
	selectCategories = `select key, parent, position, name_text, goods, version from category order by position, key limit $1`

	selectCategoryProducts = `select id from product where category = $1 order by id`
)

// NewCategory as a Version has SetCategory create a category and change none.
const NewCategory = -1

// SetCategory creates a category, or changes the one with its key if that still has its
// Version; Version 0 changes whatever there is. Errors: Invalid category.key_malformed
// {key}, category.goods_unknown {value}, name.missing and category.parent {parent} when the
// parent does not exist or stands below the category itself; Conflict category.taken {key}
// and catalog.changed_meanwhile.
func SetCategory(ctx context.Context, tx *db.Tx, c Category) error {
	if !categoryKey.MatchString(c.Key) {
		return pavilion.E(pavilion.Invalid, "category.key_malformed", pavilion.Args{"key": c.Key}).At("key")
	}
	if c.Name.Best(pavilion.English) == "" {
		return pavilion.E(pavilion.Invalid, "name.missing", nil).At("name")
	}
	if c.Goods == "" {
		c.Goods = GoodsFood
	}
	if !slices.Contains(AllGoods, c.Goods) {
		return pavilion.E(pavilion.Invalid, "category.goods_unknown", pavilion.Args{"value": string(c.Goods)}).At("goods")
	}
	all, err := Categories(ctx, tx)
	if err != nil {
		return err
	}
	var before Category
	parents := make(map[string]string, len(all))
	for _, other := range all {
		parents[other.Key] = other.Parent
		if other.Key == c.Key {
			before = other
		}
	}
	for key := c.Parent; key != ""; key = parents[key] {
		if _, exists := parents[key]; !exists || key == c.Key {
			return pavilion.E(pavilion.Invalid, "category.parent", pavilion.Args{"parent": c.Parent}).At("parent")
		}
	}
	n, err := tx.Exec(ctx, upsertCategory, c.Key, c.Parent, c.Position, c.Name.JSON(), string(c.Goods), c.Version)
	if err == nil && n == 0 {
		err = changedMeanwhile()
		if c.Version == NewCategory {
			err = pavilion.E(pavilion.Conflict, "category.taken", pavilion.Args{"key": c.Key}).At("key")
		}
	}
	if err != nil {
		return err
	}
	if err := staff.NoteChanges(ctx, tx, "category.changed", c.Key, categoryChanges(before, c)); err != nil {
		return err
	}
	products, err := db.All(ctx, tx, scanProductID, selectCategoryProducts, c.Key)
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	return indexWords(ctx, tx, products)
}

func categoryChanges(before, after Category) []staff.FieldChange {
	var c changes
	c.texts("name", before.Name, after.Name)
	c.words("parent", before.Parent, after.Parent)
	c.words("position", strconv.FormatInt(before.Position, 10), strconv.FormatInt(after.Position, 10))
	c.words("goods", string(before.Goods), string(after.Goods))
	return c.noted()
}

// Categories returns all categories in the order they are shown among their siblings.
func Categories(ctx context.Context, r db.Reader) ([]Category, error) {
	return db.All(ctx, r, scanCategory, selectCategories, mostCategories)
}

func scanCategory(row db.Scanner) (c Category, err error) {
	err = row.Scan(&c.Key, &c.Parent, &c.Position, text{&c.Name}, &c.Goods, &c.Version)
	return c, err
}
