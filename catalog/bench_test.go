package catalog

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
)

// benchEngines runs a benchmark on each engine there is.
func benchEngines(b *testing.B, run func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) {
		run(b, dbtest.Open(b, filepath.Join(b.TempDir(), "pavilion.db"), dbtest.NewClock()))
	})
	if os.Getenv("PAVILION_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) { run(b, dbtest.Open(b, dbtest.PostgreSQL(b), dbtest.NewClock())) })
	}
}

// sellRows imports so many products and puts them on sale.
func sellRows(b *testing.B, d *db.DB, rows int) []pavilion.SKUID {
	b.Helper()
	p := addProducer(b, d, spartak)
	importInto(b, d, ImportOptions{Producer: p.ID}, fullRows(rows))
	var gtins []GTIN
	for i := range rows {
		gtins = append(gtins, gtin("4810067", i))
	}
	var ids []pavilion.SKUID
	write(b, d, func(ctx context.Context, tx *db.Tx) error {
		skus, err := FindGTINs(ctx, tx, gtins...)
		if err != nil {
			return err
		}
		for i, g := range gtins {
			ids = append(ids, skus[g].ID)
			if err := SetPrice(ctx, tx, skus[g].ID, "own", money.New(1000+int64(i%500), "CNY")); err != nil {
				return err
			}
		}
		return SetOnSale(ctx, tx, true, ids...)
	})
	return ids
}

func BenchmarkCards(b *testing.B) {
	queries := map[string]Query{
		"plain": {}, "price": {Sort: SortPrice}, "words": {Words: "горький шоколад"}, "han": {Words: "黑巧"}, "one": {Words: "шоколад 777"},
	}
	benchEngines(b, func(b *testing.B, d *db.DB) {
		sellRows(b, d, 2000)
		for name, q := range queries {
			q.Channel = "own"
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					read(b, d, func(ctx context.Context, v *db.View) error {
						_, _, _, err := Cards(ctx, v, q)
						return err
					})
				}
			})
		}
	})
}

func BenchmarkPrices(b *testing.B) {
	benchEngines(b, func(b *testing.B, d *db.DB) {
		ids := sellRows(b, d, 600)
		for name, set := range map[string][]pavilion.SKUID{"1": ids[:1], "3": ids[:3], "500": ids[:500]} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					read(b, d, func(ctx context.Context, v *db.View) error {
						_, err := Prices(ctx, v, "own", set)
						return err
					})
				}
			})
		}
	})
}

// BenchmarkImport measures from the workbook to the last durable row, as new and again.
func BenchmarkImport(b *testing.B) {
	const rows = 10_000
	file, err := os.ReadFile(writeBigBook(b, rows))
	if err != nil {
		b.Fatal(err)
	}
	run := func(b *testing.B, before, after func(d *db.DB, p Producer)) {
		benchEngines(b, func(b *testing.B, d *db.DB) {
			addCategory(b, d, "chocolate")
			p := addProducer(b, d, Producer{Country: "BY", TaxNumber: "400078265", LegalName: spartak.LegalName})
			before(d, p)
			for b.Loop() {
				importBook(b, d, p, file)
				b.StopTimer()
				after(d, p)
				b.StartTimer()
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	nothing := func(*db.DB, Producer) {}
	b.Run("new", func(b *testing.B) {
		run(b, nothing, func(d *db.DB, _ Producer) {
			write(b, d, func(ctx context.Context, tx *db.Tx) error {
				for _, table := range []string{"name_word", "sku", "product", "brand"} {
					if _, err := tx.Exec(ctx, "delete from "+table); err != nil {
						return err
					}
				}
				return nil
			})
		})
	})
	b.Run("again", func(b *testing.B) {
		run(b, func(d *db.DB, p Producer) { importBook(b, d, p, file) }, nothing)
	})
}

func importBook(b *testing.B, d *db.DB, p Producer, file []byte) {
	b.Helper()
	if _, err := Import(b.Context(), d, pavilion.System("bench"), bytes.NewReader(file), int64(len(file)), ImportOptions{Producer: p.ID}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkImportRows measures an import without the reading of a spreadsheet.
func BenchmarkImportRows(b *testing.B) {
	const rows = 10_000
	for b.Loop() {
		b.StopTimer()
		d := dbtest.Open(b, filepath.Join(b.TempDir(), "pavilion.db"), dbtest.NewClock())
		p := addProducer(b, d, spartak)
		b.StartTimer()
		if r := importInto(b, d, ImportOptions{Producer: p.ID}, fullRows(rows)); r.New != rows {
			b.Fatalf("got %d new, want %d", r.New, rows)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkListProducts measures a page of the list and its count in a world of a real size:
// one producer has all of it, a tenth is on sale.
func BenchmarkListProducts(b *testing.B) {
	on := true
	filters := map[string]ProductFilter{
		"all": {}, "word": {Words: "шоколад"}, "words": {Words: "горький 7777"}, "nothing": {Words: "зефир"}, "gtin": {Words: string(gtin("4810067", 500))},
		"code": {Words: "A-777"}, "sale": {OnSale: &on}, "missing": {Missing: FieldStorage.In("be")}, "rare": {Missing: FieldNet, OnSale: &on},
		"category": {Category: "chocolate"}, "shelf": {Channel: "own"}, "since": {UpdatedSince: dbtest.Start.AddDate(1, 0, 0)},
	}
	rows := 100_000
	if testing.Short() {
		rows = 5_000
	}
	benchEngines(b, func(b *testing.B, d *db.DB) {
		addCategory(b, d, "chocolate")
		p := addProducer(b, d, spartak)
		importInto(b, d, ImportOptions{Producer: p.ID}, fullRows(rows))
		if err := ListNew(b.Context(), d); err != nil {
			b.Fatal(err)
		}
		filters["producer"] = ProductFilter{Producer: p.ID}
		for name, f := range filters {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					read(b, d, func(ctx context.Context, v *db.View) error {
						if _, err := ListProducts(ctx, v, f, "own", "", 50); err != nil {
							return err
						}
						_, err := CountProducts(ctx, v, f, 10_001)
						return err
					})
				}
			})
		}
	})
}
