package catalog

import (
	"context"
	"unicode"

	"pavilion"
	"pavilion/db"
)

// mostBrands bounds the list of brands.
const mostBrands = 10_000

const (
	updateBrand = `update brand set name_text = $1 where id = $2`
	selectBrand = `select id, producer_id, key, name_text from brand `

	selectBrandProducts = `select id from product where producer_id = $1 and brand_id = $2 order by id`
)

var insertBrands = db.Insert{Table: "brand", Columns: []string{"id", "producer_id", "key", "name_text"}, Suffix: "on conflict (producer_id, key) do nothing"}

// SaveBrand creates a brand, or changes the names of the one with its ID. Errors: Invalid
// name.missing; Conflict brand.taken {name} when the producer has a brand of that key;
// NotFound brand.unknown.
func SaveBrand(ctx context.Context, tx *db.Tx, b Brand) (pavilion.BrandID, error) {
	name := b.Name.Best(pavilion.English)
	if b.Key == "" {
		b.Key = nameKey(name)
	}
	if b.Key == "" {
		return "", pavilion.E(pavilion.Invalid, "name.missing", nil).At("name")
	}
	if b.ID == "" {
		b.ID = pavilion.NewID[pavilion.BrandID](pavilion.PrefixBrand, tx.Now())
		n, err := insertBrands.Rows(ctx, tx, []any{string(b.ID), string(b.Producer), b.Key, b.Name.JSON()})
		if err != nil {
			return "", err
		}
		if n == 0 {
			return "", pavilion.E(pavilion.Conflict, "brand.taken", pavilion.Args{"name": name}).At("name")
		}
		tx.Signal(Topic)
		return b.ID, nil
	}
	n, err := tx.Exec(ctx, updateBrand, b.Name.JSON(), string(b.ID))
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", pavilion.E(pavilion.NotFound, "brand.unknown", nil)
	}
	products, err := db.All(ctx, tx, scanProductID, selectBrandProducts, string(b.Producer), string(b.ID))
	if err != nil {
		return "", err
	}
	tx.Signal(Topic)
	return b.ID, indexWords(ctx, tx, products)
}

// Brands returns all brands, those of the first producer first.
func Brands(ctx context.Context, r db.Reader) ([]Brand, error) {
	return db.All(ctx, r, scanBrand, selectBrand+`order by producer_id, id limit $1`, mostBrands)
}

// brandsOf returns the brands of a producer by the keys of all their names.
func brandsOf(ctx context.Context, r db.Reader, producer pavilion.ProducerID) (map[string]Brand, error) {
	brands, err := db.All(ctx, r, scanBrand, selectBrand+`where producer_id = $1 order by id limit $2`, string(producer), mostBrands)
	if err != nil {
		return nil, err
	}
	by := make(map[string]Brand, len(brands))
	for _, b := range brands {
		for _, name := range b.Name {
			by[nameKey(name)] = b
		}
	}
	for _, b := range brands {
		by[b.Key] = b // the key a brand was made with wins over a name it got later
	}
	return by, nil
}

// langOf guesses from its letters which language a name is written in.
func langOf(name string) pavilion.Lang {
	l := pavilion.English
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Han, r):
			return pavilion.Chinese
		case unicode.Is(unicode.Cyrillic, r):
			if r == 'ў' || r == 'Ў' || r == 'і' || r == 'І' {
				return pavilion.Belarusian
			}
			l = pavilion.Russian
		}
	}
	return l
}

func scanBrand(row db.Scanner) (b Brand, err error) {
	err = row.Scan(&b.ID, &b.Producer, &b.Key, text{&b.Name})
	return b, err
}

func scanProductID(row db.Scanner) (id pavilion.ProductID, err error) {
	err = row.Scan(&id)
	return id, err
}
