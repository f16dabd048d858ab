package catalog

import (
	"context"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// SplitField splits the field of a change that was noted about a product: "name.zh" is the
// product's own, "4810067073123.net" that of the SKU with the GTIN.
func SplitField(noted string) (GTIN, Field) {
	head, rest, _ := strings.Cut(noted, ".")
	if digitsOnly(head) {
		return GTIN(head), Field(rest)
	}
	return "", Field(noted)
}

// Restorable tells whether Restore can take a change back.
func Restorable(c staff.FieldChange) bool {
	if n := len([]rune(c.Before)); n > staff.LongestValue {
		return false
	}
	gtin, f := SplitField(c.Field)
	if gtin == "" {
		return slices.ContainsFunc(ProductFields, func(known ProductField) bool { return known.Name == f })
	}
	name, _ := f.Lang()
	return name == FieldPrice || f == FieldOnSale || slices.ContainsFunc(SKUFields, func(known SKUField) bool { return known.Name == f })
}

// Restore takes one change of an entry of a product's history back: the field gets the value
// it had before. That is a change like any other, and can be taken back itself. Errors:
// NotFound product.unknown, sku.unknown, staff.entry_unknown and history.unknown; Conflict
// history.changed_since when the field no longer has the value the change gave it, and
// history.not_kept when the value is not kept whole; and those of SaveProduct, SaveSKU,
// SetPrice and SetOnSale.
func Restore(ctx context.Context, tx *db.Tx, id pavilion.ProductID, entry int64, field string) error {
	e, err := staff.TrailEntry(ctx, tx, entry)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(e.Changes, func(c staff.FieldChange) bool { return c.Field == field })
	if at < 0 || e.About != string(id) {
		return pavilion.E(pavilion.NotFound, "history.unknown", nil)
	}
	if !Restorable(e.Changes[at]) {
		return pavilion.E(pavilion.Conflict, "history.not_kept", nil)
	}
	gtin, f := SplitField(field)
	if gtin == "" {
		return restoreProduct(ctx, tx, id, f, e.Changes[at])
	}
	found, err := FindGTINs(ctx, tx, gtin)
	if err != nil {
		return err
	}
	sku, known := found[gtin]
	if !known || sku.Product != id {
		return pavilion.E(pavilion.NotFound, "sku.unknown", nil)
	}
	name, channel := f.Lang()
	switch {
	case f == FieldOnSale:
		if yes(sku.OnSale) != e.Changes[at].After {
			return changedSince()
		}
		return SetOnSale(ctx, tx, e.Changes[at].Before != "", sku.ID)
	case name == FieldPrice:
		return restorePrice(ctx, tx, sku.ID, string(channel), e.Changes[at])
	}
	return restoreSKU(ctx, tx, sku, f, e.Changes[at])
}

func changedSince() error { return pavilion.E(pavilion.Conflict, "history.changed_since", nil) }

func restoreProduct(ctx context.Context, tx *db.Tx, id pavilion.ProductID, f Field, c staff.FieldChange) error {
	p, err := getProduct(ctx, tx, id)
	if err != nil {
		return err
	}
	field := ProductFields[slices.IndexFunc(ProductFields, func(known ProductField) bool { return known.Name == f })]
	if !same(field.Get(p), c.After) {
		return changedSince()
	}
	if err := field.Set(&p, c.Before); err != nil {
		return err
	}
	_, err = SaveProduct(ctx, tx, p)
	return err
}

func restoreSKU(ctx context.Context, tx *db.Tx, s SKU, f Field, c staff.FieldChange) error {
	field := SKUFields[slices.IndexFunc(SKUFields, func(known SKUField) bool { return known.Name == f })]
	if !same(field.Get(s), c.After) {
		return changedSince()
	}
	if err := field.Set(&s, c.Before); err != nil {
		return err
	}
	_, err := SaveSKU(ctx, tx, s)
	return err
}

func restorePrice(ctx context.Context, tx *db.Tx, sku pavilion.SKUID, channel string, c staff.FieldChange) error {
	now, found, err := db.One(ctx, tx, scanPrice, selectPriceOf, string(sku), channel)
	if err != nil {
		return err
	}
	if is := now.price.String(); found && is != c.After || !found && c.After != "" {
		return changedSince()
	}
	if c.Before == "" {
		return EndPrice(ctx, tx, sku, channel)
	}
	amount, currency, _ := strings.Cut(c.Before, " ")
	price, err := money.Parse(amount, money.Currency(currency))
	if err != nil {
		return err
	}
	return SetPrice(ctx, tx, sku, channel, price)
}

// same compares a value with one the trail noted, of which it may have the beginning only.
func same(value, noted string) bool {
	if beginning, cut := strings.CutSuffix(noted, "…"); cut && len([]rune(beginning)) == staff.LongestValue {
		return strings.HasPrefix(value, beginning)
	}
	return value == noted
}
