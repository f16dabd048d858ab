package tailoring

import (
	"context"

	"pavilion"
	"pavilion/db"
)

var selectVariantNames = &db.Keyed{Text: `select v.id, p.name_text from variant v join product p on p.id = v.product_id where v.id in (%s)`}

// Names are the names of the products that variants are of. A variant there is not is not in
// the map. No id may stand in the list twice.
func Names(ctx context.Context, r db.Reader, ids []pavilion.VariantID) (map[pavilion.VariantID]pavilion.Text, error) {
	names := make(map[pavilion.VariantID]pavilion.Text, len(ids))
	_, err := db.AllKeyed(ctx, r, func(s db.Scanner) (none struct{}, err error) {
		var id pavilion.VariantID
		var name string
		if err := s.Scan(&id, &name); err != nil {
			return none, err
		}
		names[id], err = pavilion.ParseText(name)
		return none, err
	}, selectVariantNames, ids)
	return names, err
}
