package stock

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
)

// The acts that are done to many balances at once. The id of a balance is its lot and its
// warehouse with a dot between, see [LotBalance.ID].
const (
	ActHold     = "stock.hold"
	ActRelease  = "stock.unhold"
	ActWriteOff = "stock.write_off_expired"
)

// Acts are what a [job.Runner] must know to do them. Each can be taken back.
func Acts() []job.Act {
	return []job.Act{
		{Name: ActHold, Pick: pick, Do: doHold, Undo: undo},
		{Name: ActRelease, Pick: pick, Do: doUnhold, Undo: undo},
		{Name: ActWriteOff, Pick: pick, Do: doWriteOff, Undo: undo},
	}
}

// ID is the balance as acts name it.
func (b LotBalance) ID() string { return string(b.Lot) + "." + string(b.Warehouse) }

func parsePlace(id string) place {
	lot, warehouse, _ := strings.Cut(id, ".")
	return place{pavilion.LotID(lot), pavilion.WarehouseID(warehouse)}
}

// FilterOf is the filter whose values a function returns by their names in an address. A
// SKU may be named by its GTIN.
func FilterOf(get func(name string) string) Filter {
	f := Filter{
		Warehouse: pavilion.WarehouseID(get("warehouse")), Producer: pavilion.ProducerID(get("producer")),
		Code: get("code"), EndsBy: pavilion.Date(get("ends_by")), State: State(get("state")),
	}
	if sku := get("sku"); strings.Trim(sku, "0123456789") == "" {
		f.GTIN = sku
	} else {
		f.SKU = pavilion.SKUID(sku)
	}
	return f
}

func pick(ctx context.Context, r db.Reader, filter, after string, limit int) (ids []string, next string, err error) {
	query, err := url.ParseQuery(filter)
	if err != nil {
		return nil, "", pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	found, err := List(ctx, r, FilterOf(query.Get), after, limit)
	for _, b := range found {
		ids, next = append(ids, b.ID()), b.Key()
	}
	if len(found) < limit {
		next = ""
	}
	return ids, next, err
}

func doHold(ctx context.Context, tx *db.Tx, id string, params map[string]string) (string, error) {
	return holdPlace(ctx, tx, id, KindHold, params)
}

func doUnhold(ctx context.Context, tx *db.Tx, id string, params map[string]string) (string, error) {
	return holdPlace(ctx, tx, id, KindUnhold, params)
}

// holdPlace begins or ends the quarantine of one balance.
func holdPlace(ctx context.Context, tx *db.Tx, id string, kind MovementKind, params map[string]string) (string, error) {
	p := parsePlace(id)
	n, err := Handling{Lot: p.lot, Warehouse: p.warehouse, Cause: params["cause"], Note: params["note"]}.hold(ctx, tx, kind)
	if err != nil || n == 0 {
		return "", err
	}
	return strconv.FormatInt(n, 10), nil
}

// doWriteOff writes off what is free of an expired balance.
func doWriteOff(ctx context.Context, tx *db.Tx, id string, params map[string]string) (string, error) {
	p := parsePlace(id)
	all, err := Places(ctx, tx, p.lot)
	if err != nil {
		return "", err
	}
	for _, b := range all {
		if b.Warehouse != p.warehouse {
			continue
		}
		if !b.Expired() {
			return "", pavilion.E(pavilion.Conflict, "stock.not_expired", pavilion.Args{"code": b.Code, "best_before": b.BestBefore})
		}
		if b.Free() == 0 {
			return "", pavilion.E(pavilion.Conflict, "stock.nothing_free", pavilion.Args{"code": b.Code, "reserved": b.Reserved})
		}
		h := Handling{Lot: p.lot, Warehouse: p.warehouse, Quantity: b.Free(), Cause: ReasonExpired, Note: params["note"]}
		ms := []Movement{h.movement(KindWriteOff, -b.Free())}
		if err := explain(ctx, tx, post(ctx, tx, ms)); err != nil {
			return "", err
		}
		return strconv.FormatInt(ms[0].Number, 10), h.note(ctx, tx, KindWriteOff)
	}
	return "", pavilion.E(pavilion.NotFound, "stock.lot_absent", pavilion.Args{"lot": p.lot, "warehouse": p.warehouse})
}

// undo takes back the movement whose number Do returned.
func undo(ctx context.Context, tx *db.Tx, id, before string) error {
	number, err := strconv.ParseInt(before, 10, 64)
	if err != nil { // nothing had to be done
		return nil
	}
	p := parsePlace(id)
	return Reverse(ctx, tx, p.lot, p.warehouse, number)
}
