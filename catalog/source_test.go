package catalog

import (
	"context"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/staff"
)

// What an import writes can be traced: the SKU and the entry of the trail name the workbook
// and the row. A row that changes nothing leaves the source as it was.
func TestImportSaysWhereThingsCameFrom(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		addCategory(t, d, "chocolate")
		kept, changed := fullRow("4810067", 1), fullRow("4810067", 2)
		importInto(t, d, ImportOptions{Producer: p.ID, From: "first.xlsx"}, sheetOf(kept, changed))
		changed.CasePack = 24
		importInto(t, d, ImportOptions{Producer: p.ID, From: "second.xlsx"}, sheetOf(rehash(changed), kept))
		var made pavilion.SKUID
		s := catalogue(t, d, kept.GTIN)[kept.GTIN].SKU
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			s.ID, s.GTIN = "", gtin("4810067", 3)
			made, err = SaveSKU(ctx, tx, s)
			return err
		})
		read(t, d, func(ctx context.Context, v *db.View) error {
			skus, err := FindGTINs(ctx, v, kept.GTIN, changed.GTIN)
			if err != nil {
				return err
			}
			got, err := Sources(ctx, v, []pavilion.SKUID{skus[kept.GTIN].ID, skus[changed.GTIN].ID, made})
			if err != nil {
				return err
			}
			if want := (Source{"first.xlsx", 2}); got[skus[kept.GTIN].ID] != want {
				t.Errorf("the row that stayed: got %v, want %v", got[skus[kept.GTIN].ID], want)
			}
			want := Source{"second.xlsx", 2}
			if got[skus[changed.GTIN].ID] != want {
				t.Errorf("the row that changed: got %v, want %v", got[skus[changed.GTIN].ID], want)
			}
			if from, has := got[made]; has {
				t.Errorf("a unit made by hand: got %v, want no source", from)
			}
			entries, err := staff.SearchTrail(ctx, v, staff.TrailFilter{About: string(skus[changed.GTIN].Product), Act: "product.imported"}, "", 9)
			if err != nil {
				return err
			}
			if len(entries) != 1 || SourceOf(entries[0]) != want {
				t.Errorf("the trail: got %v, want one entry from %v", entries, want)
			}
			return nil
		})
	})
}
