package catalog

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/staff"
)

// A brand is renamed wherever it stands: goods are found by the new name and no longer by the
// old one. Merged into another, its goods go over, workbooks that name it find the other, and
// nothing can be put under it again.
func TestBrandsAreRenamedAndMerged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, other := addProducer(t, d, spartak), addProducer(t, d, krasny)
		addCategory(t, d, "chocolate")
		row := fullRow("4810067", 1)
		row.Brand = "Алёнка"
		importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(rehash(row)))
		entry := catalogue(t, d, row.GTIN)[row.GTIN]
		var foreign pavilion.BrandID
		brands := map[string]Brand{}
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			if err := SetPrice(ctx, tx, entry.SKU.ID, "own", money.New(100, "CNY")); err != nil {
				return err
			}
			if err := SetOnSale(ctx, tx, true, entry.SKU.ID); err != nil {
				return err
			}
			if _, err := SaveBrand(ctx, tx, Brand{Producer: p.ID, Name: pavilion.Text{"ru": "Спартак"}}); err != nil {
				return err
			}
			foreign, err = SaveBrand(ctx, tx, Brand{Producer: other.ID, Name: pavilion.Text{"ru": "Грильяж"}})
			return err
		})
		listed := func() {
			read(t, d, func(ctx context.Context, v *db.View) error {
				all, err := Brands(ctx, v)
				clear(brands)
				for _, b := range all {
					brands[b.Name["ru"]] = b
				}
				return err
			})
		}
		finds := func(want string) {
			t.Helper()
			read(t, d, func(ctx context.Context, v *db.View) error {
				got := ""
				for _, words := range []string{"алёнка", "любимая", "спартак"} {
					_, _, total, err := Cards(ctx, v, Query{Channel: "own", Words: words})
					if err != nil {
						return err
					}
					got += fmt.Sprint(words, "=", total, " ")
				}
				if got != want {
					t.Errorf("found %s, want %s", got, want)
				}
				return nil
			})
		}
		save := func(b Brand) string {
			return refused(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := SaveBrand(ctx, tx, b); return err })
		}
		listed()
		finds("алёнка=1 любимая=0 спартак=0 ")

		first := brands["Алёнка"]
		renamed := first
		renamed.Name = pavilion.Text{"ru": " "}
		if got := save(renamed); got != "name.missing" {
			t.Errorf("without a name: got %q", got)
		}
		renamed.Name = pavilion.Text{"ru": strings.Repeat("ы", 101)}
		if got := save(renamed); got != "text.too_long" {
			t.Errorf("a name too long: got %q", got)
		}
		renamed.Name = pavilion.Text{"ru": "Любимая"}
		if got := save(renamed); got != "" {
			t.Fatal(got)
		}
		finds("алёнка=0 любимая=1 спартак=0 ")
		if got := save(renamed); got != "catalog.changed_meanwhile" {
			t.Errorf("from an old page: got %q", got)
		}
		importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(rehash(row))) // still knows it by the old name
		finds("алёнка=0 любимая=1 спартак=0 ")

		listed()
		merged := brands["Любимая"]
		for _, into := range []pavilion.BrandID{merged.ID, foreign, "brn_0"} {
			if merged.MergedInto = into; save(merged) != "brand.unknown" {
				t.Errorf("merged into %s: want it refused", into)
			}
		}
		merged.MergedInto = brands["Спартак"].ID
		if got := save(merged); got != "" {
			t.Fatal(got)
		}
		finds("алёнка=0 любимая=0 спартак=1 ")
		row.CasePack++
		importInto(t, d, ImportOptions{Producer: p.ID}, sheetOf(rehash(row)))
		after := catalogue(t, d, row.GTIN)[row.GTIN].Product
		if after.Brand != merged.MergedInto {
			t.Errorf("a workbook with the old name: got %s, want %s", after.Brand, merged.MergedInto)
		}
		after.Brand = merged.ID
		if got := refused(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := SaveProduct(ctx, tx, after); return err }); got != "brand.unknown" {
			t.Errorf("a product under a merged brand: got %q", got)
		}
		if listed(); len(brands) != 2 {
			t.Errorf("brands: got %v, want two in use", brands)
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			for act, want := range map[string]staff.FieldChange{
				"brand.renamed": {Field: "brand.ru", Before: "Алёнка", After: "Любимая"},
				"brand.merged":  {Field: "brand", Before: string(merged.ID), After: string(merged.MergedInto)},
			} {
				found, err := staff.SearchTrail(ctx, v, staff.TrailFilter{About: string(p.ID), Act: act}, "", 9)
				if err != nil {
					return err
				}
				if len(found) != 1 || len(found[0].Changes) != 1 || found[0].Changes[0] != want {
					t.Errorf("%s: got %+v, want %v once", act, found, want)
				}
			}
			return nil
		})
	})
}

// Of two opposite merges at once one is done: the brand it keeps is not merged away.
func TestOppositeMergesKeepABrand(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		for try := range 10 {
			var one, two Brand
			write(t, d, func(ctx context.Context, tx *db.Tx) error {
				for i, b := range []*Brand{&one, &two} {
					id, err := SaveBrand(ctx, tx, Brand{Producer: p.ID, Name: pavilion.Text{"en": fmt.Sprint("b", try, i)}})
					if err != nil {
						return err
					}
					if *b, err = GetBrand(ctx, tx, id); err != nil {
						return err
					}
				}
				return nil
			})
			var at sync.WaitGroup
			for _, b := range []Brand{{ID: one.ID, MergedInto: two.ID, Name: one.Name, Version: one.Version}, {ID: two.ID, MergedInto: one.ID, Name: two.Name, Version: two.Version}} {
				b.Producer = p.ID
				at.Go(func() {
					_ = d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { _, err := SaveBrand(t.Context(), tx, b); return err })
				})
			}
			at.Wait()
			read(t, d, func(ctx context.Context, v *db.View) error {
				left := 0
				for _, id := range []pavilion.BrandID{one.ID, two.ID} {
					b, err := GetBrand(ctx, v, id)
					if err != nil {
						return err
					}
					if b.MergedInto == "" {
						left++
					}
				}
				if left != 1 {
					t.Errorf("got %d brands left of two, want 1", left)
				}
				return nil
			})
		}
	})
}
