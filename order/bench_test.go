package order_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/order"
)

// BenchmarkAccept accepts orders of one unit of one SKU in sets, durably; an op is an order.
func BenchmarkAccept(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, set := range []int{1, 64, 512} {
			b.Run(fmt.Sprintf("%s/set=%d", engine, set), func(b *testing.B) { benchmarkAccept(b, benchURL(b, engine), set) })
		}
	}
}

func benchURL(b *testing.B, engine string) string {
	b.Helper()
	if engine == "postgres" {
		return dbtest.PostgreSQL(b)
	}
	return filepath.Join(b.TempDir(), "pavilion.db")
}

func benchmarkAccept(b *testing.B, url string, set int) {
	clock := dbtest.NewClock()
	w := newWorld(b, dbtest.Open(b, url, clock), clock)
	sku := w.goods(int64(b.N))
	requests := make([]order.Request, b.N)
	for i := range requests {
		clock.Advance(50 * time.Microsecond) // or all would be made in one moment, and ids in no order
		requests[i] = w.request(line(sku, 1))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for left := requests; len(left) > 0; {
		n := min(set, len(left))
		for _, o := range w.accept(left[:n]...) {
			if o.Err != nil {
				b.Fatal(o.Err)
			}
		}
		left = left[n:]
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

// BenchmarkBareRows inserts the rows that BenchmarkAccept leaves behind, and nothing else:
// the limit that acceptance is measured against.
func BenchmarkBareRows(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine+"/set=512", func(b *testing.B) { benchmarkBareRows(b, benchURL(b, engine), 512) })
	}
}

func benchmarkBareRows(b *testing.B, url string, set int) {
	clock := dbtest.NewClock()
	w := newWorld(b, dbtest.Open(b, url, clock), clock)
	sku := w.goods(int64(b.N) + 1)
	w.place(line(sku, 1))
	tables := sampleRows(b, w)
	b.ResetTimer()
	for done := 0; done < b.N; done += set {
		n := min(set, b.N-done)
		w.must(func(ctx context.Context, tx *db.Tx) error {
			for _, t := range tables {
				if _, err := t.insert.Rows(ctx, tx, t.rows(n, done)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

// sample is a table and a row that an order leaves in it.
type sample struct {
	insert *db.Insert
	row    []any
	unique map[int]bool // columns that every row needs a value of its own in
}

// rows are n rows like the sample's, numbered on from first.
func (s *sample) rows(n, first int) []any {
	args := make([]any, 0, n*len(s.row))
	for i := range n {
		for c, v := range s.row {
			switch {
			case !s.unique[c]:
			case s.insert.Columns[c] == "number":
				v = fmt.Sprintf("%012d", (first+i)*7_777_777_777%1_000_000_000_000)
				if s.insert.Table == "movement" {
					v = int64(first + i + 100)
				}
			default:
				v = fmt.Sprintf("ord_%026d", first+i)
			}
			args = append(args, v)
		}
	}
	return args
}

func sampleRows(b *testing.B, w *world) []sample {
	b.Helper()
	unique := map[string][]string{
		"sale_order": {"id", "number", "external_no"}, "order_line": {"order_id"}, "order_event": {"order_id"},
		"payment_intent": {"id", "purpose"}, "fact": {"id", "about"}, "reservation": {"order_id"}, "movement": {"number"},
	}
	var samples []sample
	ctx := b.Context()
	for _, table := range []string{"sale_order", "order_line", "order_event", "payment_intent", "fact", "reservation", "movement"} {
		err := w.d.Read(ctx, func(v *db.View) error {
			rows, err := v.Query(ctx, "select * from "+table+" limit 1")
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			rows.Next()
			s := sample{insert: &db.Insert{Table: table, Columns: columns}, row: make([]any, len(columns)), unique: map[int]bool{}}
			into := make([]any, len(columns))
			for i := range into {
				into[i] = &s.row[i]
			}
			for i, c := range columns {
				for _, u := range unique[table] {
					s.unique[i] = s.unique[i] || c == u
				}
			}
			samples = append(samples, s)
			return rows.Scan(into...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return samples
}
