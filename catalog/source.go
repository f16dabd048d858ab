package catalog

import (
	"context"
	"encoding/json"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Source is the row of a workbook that something was taken from.
type Source struct {
	// From is the id of a workbook that was handed in, or the name of a file that an operator
	// imported; "" when it was not said.
	From string
	Row  int // of its sheet
}

// noted is the source as the trail keeps it.
func (s Source) noted() map[string]any { return map[string]any{"import": s.From, "row": s.Row} }

// SourceOf is the source that an entry of the trail tells of, zero if it tells of none.
func SourceOf(e staff.Entry) Source {
	var told struct {
		Import string
		Row    int
	}
	if err := json.Unmarshal([]byte(e.Detail), &told); err != nil {
		return Source{} // what others told has other words
	}
	return Source{told.Import, told.Row}
}

var selectSources = &db.Keyed{Text: `select id, import_from, import_row from sku where import_row > 0 and id in (%s)`}

// Sources tells of SKUs which row of a workbook they were last taken from. One that no import
// has touched is not in the map. No id may stand in the list twice.
func Sources(ctx context.Context, r db.Reader, skus []pavilion.SKUID) (map[pavilion.SKUID]Source, error) {
	return keyedBy(ctx, r, func(row db.Scanner) (id pavilion.SKUID, s Source, err error) {
		return id, s, row.Scan(&id, &s.From, &s.Row)
	}, selectSources, skus)
}

// keyedBy reads rows by their keys into a map.
func keyedBy[K ~string, V any](ctx context.Context, r db.Reader, scan func(db.Scanner) (K, V, error), query *db.Keyed, keys []K, args ...any) (map[K]V, error) {
	found := make(map[K]V, len(keys))
	_, err := db.AllKeyed(ctx, r, func(row db.Scanner) (none struct{}, err error) {
		k, v, err := scan(row)
		found[k] = v
		return none, err
	}, query, keys, args...)
	return found, err
}
