package stock

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// ReserveReadThenWrite is Reserve as it must not be: it looks in one transaction and writes
// what it worked out in another, without guards. The tests show that they would notice.
func ReserveReadThenWrite(ctx context.Context, d *db.DB, claims []Claim) ([]Grant, error) {
	var s *shelf
	reserved := map[place]int64{}
	err := d.Read(ctx, func(v *db.View) (err error) {
		if s, err = readShelf(ctx, v, claims); err != nil {
			return err
		}
		for _, of := range s.stacks {
			for _, st := range of {
				b, err := readBalance(ctx, v, st.place)
				if err != nil {
					return err
				}
				reserved[st.place] = b.reserved
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	grants := make([]Grant, len(claims))
	for i, c := range claims {
		grants[i] = s.answer(c)
	}
	return grants, d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error {
		for _, p := range s.promised {
			reserved[p.place()] += p.Quantity
			_, err := tx.Exec(ctx, `update balance set reserved = $1 where lot_id = $2 and warehouse_id = $3`, reserved[p.place()], p.Lot, p.Warehouse)
			if err != nil {
				return err
			}
		}
		if err := s.counts.write(ctx, tx); err != nil {
			return err
		}
		return insertPromises(ctx, tx, s.promised)
	})
}

// VerifyPage is how many rows Verify reads at a time.
const VerifyPage = verifyPage
