package channel

import (
	"cmp"
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

// Unit is what a shop sells under one id of its platform: a SKU, or a bundle that is sold from
// its parts.
type Unit struct {
	Shop pavilion.ShopID
	Ref  string // our name for it; of a plain unit the id of its SKU
	UnitID
	Parts []Part
}

// Part is how much of a SKU a unit holds.
type Part struct {
	SKU      pavilion.SKUID
	Quantity int64
}

// partsMost is how many SKUs a bundle holds at most.
const partsMost = 50

const (
	unitColumns = `u.shop_id, u.ref, u.listing_id, u.unit_id, p.sku_id, p.quantity`
	unitJoin    = ` from channel_unit u join channel_unit_part p on p.shop_id = u.shop_id and p.ref = u.ref`

	upsertUnit = `insert into channel_unit (shop_id, ref, listing_id, unit_id) values ($1, $2, $3, $4)
		on conflict (shop_id, ref) do update set listing_id = excluded.listing_id, unit_id = excluded.unit_id`
	insertPart  = `insert into channel_unit_part (shop_id, ref, sku_id, quantity) values ($1, $2, $3, $4)`
	deleteParts = `delete from channel_unit_part where shop_id = $1 and ref = $2`
	deleteUnit  = `delete from channel_unit where shop_id = $1 and ref = $2`

	selectUnitRef = `select ref from channel_unit where shop_id = $1 and listing_id = $2 and unit_id = $3`
	selectUnitOf  = `select ref from channel_unit where shop_id = $1 and unit_id = $2 order by ref limit 2`
	selectUnit    = `select ` + unitColumns + unitJoin + ` where u.shop_id = $1 and u.ref = $2 order by p.sku_id`
	selectUnits   = `select ` + unitColumns + unitJoin + `
		where u.shop_id = $1 and u.ref in (select ref from channel_unit where shop_id = $1 and ref > $2 order by ref limit $3)
		order by u.ref, p.sku_id`
)

var selectUnitsOf = &db.Keyed{Text: `select ` + unitColumns + unitJoin + `
		join channel_unit_part w on w.shop_id = u.shop_id and w.ref = u.ref and w.sku_id in (%s)
		order by u.shop_id, u.ref, p.sku_id`}

// scanUnit reads one part of a unit.
func scanUnit(row db.Scanner) (u Unit, err error) {
	var p Part
	err = row.Scan(&u.Shop, &u.Ref, &u.Listing, &u.Unit, &p.SKU, &p.Quantity)
	u.Parts = []Part{p}
	return u, err
}

// whole joins the parts of units that follow one another.
func whole(rows []Unit) (out []Unit) {
	for _, r := range rows {
		n := len(out) - 1
		switch {
		case n < 0 || out[n].Shop != r.Shop || out[n].Ref != r.Ref:
			out = append(out, r)
		case out[n].Parts[len(out[n].Parts)-1].SKU != r.Parts[0].SKU: // found by two of its SKUs, it comes twice
			out[n].Parts = append(out[n].Parts, r.Parts...)
		}
	}
	return out
}

// Bind says what a shop sells under an id of its platform, and forgets what was said of the
// unit before. Errors: Invalid channel.unit_malformed when it has no parts, or too many;
// Conflict channel.unit_taken when another unit has the id.
func Bind(ctx context.Context, tx *db.Tx, u Unit) error {
	if u.Ref == "" || u.Listing == "" || len(u.Parts) == 0 || len(u.Parts) > partsMost {
		return pavilion.E(pavilion.Invalid, "channel.unit_malformed", nil)
	}
	was, found, err := db.One(ctx, tx, scanText, selectUnitRef, string(u.Shop), u.Listing, u.Unit)
	if err != nil {
		return err
	}
	if found && was != u.Ref {
		return pavilion.E(pavilion.Conflict, "channel.unit_taken", pavilion.Args{"listing": u.Listing, "unit": u.Unit})
	}
	if _, err := tx.Exec(ctx, upsertUnit, string(u.Shop), u.Ref, u.Listing, u.Unit); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteParts, string(u.Shop), u.Ref); err != nil {
		return err
	}
	for _, p := range u.Parts {
		if p.Quantity < 1 {
			return pavilion.E(pavilion.Invalid, "channel.unit_malformed", nil)
		}
		if _, err := tx.Exec(ctx, insertPart, string(u.Shop), u.Ref, string(p.SKU), p.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// Unbind forgets what a shop sells under an id of its platform. It must have nothing granted.
func Unbind(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, ref string) error {
	if _, err := tx.Exec(ctx, deleteParts, string(shop), ref); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, deleteUnit, string(shop), ref)
	return err
}

// Units lists what a shop sells, by ref, after one.
func Units(ctx context.Context, r db.Reader, shop pavilion.ShopID, after string, limit int) ([]Unit, error) {
	rows, err := db.All(ctx, r, scanUnit, selectUnits, string(shop), after, limit)
	return whole(rows), err
}

// UnitsOf lists what holds any of some SKUs, alone or with others, in whatever shop.
func UnitsOf(ctx context.Context, r db.Reader, skus []pavilion.SKUID) ([]Unit, error) {
	rows, err := db.AllKeyed(ctx, r, scanUnit, selectUnitsOf, skus)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b Unit) int {
		return cmp.Or(cmp.Compare(a.Shop, b.Shop), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Parts[0].SKU, b.Parts[0].SKU))
	})
	return whole(rows), nil
}

// UnitOf returns a unit by our name for it.
func UnitOf(ctx context.Context, r db.Reader, shop pavilion.ShopID, ref string) (Unit, bool, error) {
	rows, err := db.All(ctx, r, scanUnit, selectUnit, string(shop), ref)
	if err != nil || len(rows) == 0 {
		return Unit{}, false, err
	}
	return whole(rows)[0], true, nil
}

// UnitBy returns a unit by the platform's id, as far as that goes, or else by our name for it,
// which platforms repeat in orders if they do not lose it.
func UnitBy(ctx context.Context, r db.Reader, shop pavilion.ShopID, id UnitID, ref string) (Unit, bool, error) {
	found, err := db.All(ctx, r, scanText, selectUnitRef, string(shop), id.Listing, id.Unit)
	if err == nil && len(found) == 0 && id.Unit != "" { // a platform whose orders do not name the listing
		found, err = db.All(ctx, r, scanText, selectUnitOf, string(shop), id.Unit)
	}
	if err != nil {
		return Unit{}, false, err
	}
	if len(found) == 1 {
		ref = found[0]
	}
	return UnitOf(ctx, r, shop, ref)
}

func scanText(row db.Scanner) (s string, err error) { return s, row.Scan(&s) }
