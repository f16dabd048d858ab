package console

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

// called is what people call things, by their identifiers: orders by number, goods and
// producers by name, lots and warehouses by code, workbooks by file.
type called map[string]pavilion.Text

// callThings finds out what things are called, with one query for each kind there is. What is
// no identifier, or has no name, is left out.
func callThings(ctx context.Context, v db.Reader, ids []string) (called, error) {
	names := called{}
	people, err := staff.Names(ctx, v, ids)
	for id, name := range people {
		names[id] = plainly(name)
	}
	same := func(t pavilion.Text) pavilion.Text { return t }
	return names, errors.Join(err,
		callKind(ctx, v, names, ids, pavilion.PrefixOrder, order.Numbers, plainly),
		callKind(ctx, v, names, ids, pavilion.PrefixProduct, catalog.ProductNames, same),
		callKind(ctx, v, names, ids, pavilion.PrefixSKU, catalog.SKUNames, func(n catalog.SKUName) pavilion.Text { return n.Name }),
		callKind(ctx, v, names, ids, pavilion.PrefixBrand, catalog.BrandNames, same),
		callKind(ctx, v, names, ids, pavilion.PrefixProducer, catalog.ProducerNames, same),
		callKind(ctx, v, names, ids, pavilion.PrefixImport, catalog.WorkbookNames, plainly),
		callKind(ctx, v, names, ids, pavilion.PrefixVariant, tailoring.Names, same),
		callKind(ctx, v, names, ids, pavilion.PrefixLot, stock.LotCodes, plainly),
		callKind(ctx, v, names, ids, pavilion.PrefixWarehouse, warehouseNames, same),
	)
}

// callKind adds the names of those things whose identifiers have the prefix.
func callKind[K ~string, V any](ctx context.Context, v db.Reader, names called, ids []string, prefix string,
	find func(context.Context, db.Reader, []K) (map[K]V, error), say func(V) pavilion.Text) error {
	var some []K
	for _, id := range ids {
		if pavilion.CheckID(prefix, id) {
			some = append(some, K(id))
		}
	}
	if len(some) == 0 {
		return nil
	}
	slices.Sort(some)
	found, err := find(ctx, v, slices.Compact(some))
	for id, one := range found {
		names[string(id)] = say(one)
	}
	return err
}

// plainly is a name that is the same in all languages.
func plainly(name string) pavilion.Text { return pavilion.Text{pavilion.Langs[0]: name} }

// warehouseNames are the names of all warehouses, which are few.
func warehouseNames(ctx context.Context, v db.Reader, _ []pavilion.WarehouseID) (map[pavilion.WarehouseID]pavilion.Text, error) {
	all, err := stock.Warehouses(ctx, v)
	names := make(map[pavilion.WarehouseID]pavilion.Text, len(all))
	for _, w := range all {
		names[w.ID] = w.Name
	}
	return names, err
}

// entryIDs are the texts of trail entries that may be identifiers: who acted, what it was
// about, and what was told and changed.
func entryIDs(entries []staff.Entry) (ids []string) {
	for _, e := range entries {
		ids = append(ids, e.Actor.ID, e.About)
		var detail map[string]any
		if json.Unmarshal([]byte(e.Detail), &detail) == nil {
			for _, value := range detail {
				if text, ok := value.(string); ok {
					ids = append(ids, text)
				}
			}
		}
		for _, c := range e.Changes {
			ids = append(ids, c.Before, c.After)
		}
	}
	return ids
}

// value says the value of a field: what an identifier names, or the words of valueWords.
func (c called) value(p *ui.Printer, field, value string) string {
	if name := p.Text(c[value]); name != "" {
		return name
	}
	return valueWords(p, field, value)
}
