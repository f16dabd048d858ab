package catalog

import (
	"context"
	"slices"
	"unicode"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

const (
	mostBrands     = 10_000 // that are listed
	productsAtOnce = 5_000  // of a brand that are read at once
)

const (
	updateBrand = `update brand set name_text = $1, merged_into = $2, version = version + 1 where id = $3 and version = $4`
	selectBrand = `select id, producer_id, key, name_text, merged_into, version from brand `

	moveBrands   = `update brand set merged_into = $1 where producer_id = $2 and merged_into = $3`
	moveProducts = `update product set brand_id = $1, updated_at = $2, version = version + 1 where brand_id = $3`

	// holdBrand keeps a brand in use as it is until the transaction ends.
	holdBrand = `update brand set version = version where id = $1 and merged_into = ''`

	selectBrandProducts = `select id from product where producer_id = $1 and brand_id = $2 and id > $3 order by id limit $4`
)

var insertBrands = db.Insert{Table: "brand", Columns: []string{"id", "producer_id", "key", "name_text"}, Suffix: "on conflict (producer_id, key) do nothing"}

// SaveBrand creates a brand, or changes the one with its ID if that still has its Version: it
// names it anew wherever it stands, and with MergedInto hands its goods over to that brand of
// the same producer, for good. Errors: Invalid name.missing and text.too_long; Conflict brand.taken {name} when
// the producer has a brand of that key, and catalog.changed_meanwhile; NotFound brand.unknown.
func SaveBrand(ctx context.Context, tx *db.Tx, b Brand) (pavilion.BrandID, error) {
	name := b.Name.Best(pavilion.English)
	if b.Key == "" {
		b.Key = nameKey(name)
	}
	if nameKey(name) == "" {
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
		return b.ID, noteBrand(ctx, tx, "brand.added", nil, b)
	}
	return b.ID, changeBrand(ctx, tx, b)
}

func changeBrand(ctx context.Context, tx *db.Tx, b Brand) error {
	before, err := GetBrand(ctx, tx, b.ID)
	if err != nil {
		return err
	}
	if before.Producer != b.Producer || before.MergedInto != "" {
		return brandUnknown()
	}
	for lang, name := range b.Name {
		if n := utf8.RuneCountInString(name); n > longest[FieldBrand] {
			return pavilion.E(pavilion.Invalid, "text.too_long", pavilion.Args{"length": n, "limit": longest[FieldBrand]}).At(string(FieldName.In(lang)))
		}
	}
	if b.MergedInto != "" {
		if err := holdBrands(ctx, tx, b.ID, b.MergedInto); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, updateBrand, b.Name.JSON(), string(b.MergedInto), string(b.ID), b.Version)
	if err == nil && n == 0 {
		err = changedMeanwhile()
	}
	if err != nil {
		return err
	}
	products, err := brandProducts(ctx, tx, b)
	if err != nil {
		return err
	}
	if err := noteBrand(ctx, tx, "brand.renamed", before.Name, b); err != nil {
		return err
	}
	if b.MergedInto != "" {
		if err := mergeBrand(ctx, tx, b, len(products)); err != nil {
			return err
		}
	}
	tx.Signal(Topic)
	if err := recordChanged(ctx, tx, products); err != nil {
		return err
	}
	return indexWords(ctx, tx, products)
}

// holdBrands holds both brands of a merge, in the order of their ids: of two opposite merges at
// once the second finds its target merged. Error: NotFound brand.unknown.
func holdBrands(ctx context.Context, tx *db.Tx, ids ...pavilion.BrandID) error {
	slices.Sort(ids)
	for _, id := range ids {
		n, err := tx.Exec(ctx, holdBrand, string(id))
		if err == nil && n == 0 {
			err = brandUnknown()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// brandProducts are all products of a brand.
func brandProducts(ctx context.Context, r db.Reader, b Brand) (all []pavilion.ProductID, err error) {
	for after := pavilion.ProductID(""); ; after = all[len(all)-1] {
		some, err := db.All(ctx, r, scanProductID, selectBrandProducts, string(b.Producer), string(b.ID), string(after), productsAtOnce)
		all = append(all, some...)
		if err != nil || len(some) < productsAtOnce {
			return all, err
		}
	}
}

// noteBrand notes about its producer how a brand was called and is called now.
func noteBrand(ctx context.Context, tx *db.Tx, act string, before pavilion.Text, b Brand) error {
	var c changes
	c.texts(FieldBrand, before, b.Name)
	return staff.NoteChanges(ctx, tx, act, string(b.Producer), c.noted())
}

// mergeBrand hands what belongs to a brand over to the one it is merged into.
func mergeBrand(ctx context.Context, tx *db.Tx, b Brand, products int) error {
	into, err := GetBrand(ctx, tx, b.MergedInto)
	if err != nil {
		return err
	}
	if into.ID == b.ID || into.Producer != b.Producer || into.MergedInto != "" {
		return brandUnknown()
	}
	if _, err := tx.Exec(ctx, moveBrands, string(into.ID), string(b.Producer), string(b.ID)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, moveProducts, string(into.ID), db.Micros(tx.Now()), string(b.ID)); err != nil {
		return err
	}
	return staff.NoteSet(ctx, tx, []staff.Deed{{Act: "brand.merged", About: string(b.Producer), Detail: map[string]any{"products": products},
		Changes: []staff.FieldChange{{Field: string(FieldBrand), Before: string(b.ID), After: string(into.ID)}}}})
}

func brandUnknown() error {
	return pavilion.E(pavilion.NotFound, "brand.unknown", nil).At(string(FieldBrand))
}

// GetBrand returns a brand, also one that was merged into another. Error: NotFound
// brand.unknown.
func GetBrand(ctx context.Context, r db.Reader, id pavilion.BrandID) (Brand, error) {
	b, found, err := db.One(ctx, r, scanBrand, selectBrandByID, string(id))
	if err == nil && !found {
		err = brandUnknown()
	}
	return b, err
}

// Brands returns all brands in use, those of the first producer first.
func Brands(ctx context.Context, r db.Reader) ([]Brand, error) {
	return db.All(ctx, r, scanBrand, selectBrand+`where merged_into = '' order by producer_id, id limit $1`, mostBrands)
}

// brandsOf returns the brands of a producer by the keys of all their names. The names of one
// that was merged lead to the other.
func brandsOf(ctx context.Context, r db.Reader, producer pavilion.ProducerID) (map[string]Brand, error) {
	brands, err := db.All(ctx, r, scanBrand, selectBrand+`where producer_id = $1 order by id limit $2`, string(producer), mostBrands)
	if err != nil {
		return nil, err
	}
	used := make(map[pavilion.BrandID]Brand, len(brands))
	for _, b := range brands {
		used[b.ID] = b
	}
	for _, b := range brands {
		if b.MergedInto != "" {
			used[b.ID] = used[b.MergedInto]
		}
	}
	by := make(map[string]Brand, len(brands))
	for _, b := range brands {
		for _, name := range b.Name {
			by[nameKey(name)] = used[b.ID]
		}
	}
	for _, b := range brands {
		by[b.Key] = used[b.ID] // the key a brand was made with wins over a name it got later
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
	err = row.Scan(&b.ID, &b.Producer, &b.Key, text{&b.Name}, &b.MergedInto, &b.Version)
	return b, err
}

func scanProductID(row db.Scanner) (id pavilion.ProductID, err error) {
	err = row.Scan(&id)
	return id, err
}
