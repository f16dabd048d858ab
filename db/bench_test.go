package db_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

var factRow = db.Insert{
	Table:   "fact",
	Columns: []string{"id", "kind", "about", "body", "actor", "happened_at", "fanned"},
}

func factArgs(n int) []any {
	id := pavilion.NewID[string](pavilion.PrefixFact, dbtest.Start.Add(time.Duration(n)*time.Microsecond))
	return []any{id, "order.accepted", "ord_" + strconv.Itoa(n), `{"Order":"ord_0123456789abcdefghjkmnpqrs","Total":1200}`, "channel:own", int64(n), false}
}

// waiting is how many writers wait at a time in the benchmarks: a crowd before one intake.
const waiting = 64

// BenchmarkWrite has 64 callers write one row each, over and over: every one of them waits
// until its row is on disk.
func BenchmarkWrite(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			d := openFresh(b, engine)
			work := make(chan int)
			var wait sync.WaitGroup
			for range waiting {
				wait.Go(func() {
					for n := range work {
						err := d.Write(context.Background(), tester, func(tx *db.Tx) error {
							_, err := factRow.Rows(context.Background(), tx, factArgs(n))
							return err
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
			}
			for n := 0; b.Loop(); n++ {
				work <- n
			}
			close(work)
			wait.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}

// BenchmarkBareDriver is the limit of BenchmarkWrite: the driver alone, with the same
// durability, 64 rows to a commit.
func BenchmarkBareDriver(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			c := bare(b, engine)
			insert, err := c.PrepareContext(b.Context(), "insert into fact (id, kind, about, body, actor, happened_at, fanned) values ($1, $2, $3, $4, $5, $6, $7)")
			if err != nil {
				b.Fatal(err)
			}
			exec := func(q string) {
				if _, err := c.ExecContext(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
			exec("begin")
			for n := 0; b.Loop(); n++ {
				if _, err := insert.ExecContext(context.Background(), factArgs(n)...); err != nil {
					b.Fatal(err)
				}
				if n%waiting == waiting-1 {
					exec("commit")
					exec("begin")
				}
			}
			exec("commit")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}

// BenchmarkInsert shows what many rows to a statement save: rows per second, 128 rows to a
// transaction.
func BenchmarkInsert(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		for _, size := range []int{1, 2, 8, 32, 128} {
			b.Run(string(engine)+"/"+strconv.Itoa(size), func(b *testing.B) {
				d := openFresh(b, engine)
				n := 0
				for b.Loop() {
					err := d.Write(b.Context(), tester, func(tx *db.Tx) error {
						for range 128 / size {
							var args []any
							for range size {
								n++
								args = append(args, factArgs(n)...)
							}
							if _, err := factRow.Rows(b.Context(), tx, args); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(128*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

func freshURL(b *testing.B, engine db.Engine) string {
	if engine == db.PostgreSQL {
		return dbtest.PostgreSQL(b)
	}
	return filepath.Join(b.TempDir(), "pavilion.db")
}

func openFresh(b *testing.B, engine db.Engine) *db.DB {
	return dbtest.Open(b, freshURL(b, engine), dbtest.NewClock())
}

// bare returns a connection of the driver to a migrated database, as durable as ours.
func bare(b *testing.B, engine db.Engine) *sql.Conn {
	where := freshURL(b, engine)
	if err := dbtest.Open(b, where, dbtest.NewClock()).Close(); err != nil {
		b.Fatal(err)
	}
	driver := "pgx"
	if engine == db.SQLite {
		driver, where = "sqlite", "file:"+where+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	}
	pool, err := sql.Open(driver, where)
	if err != nil {
		b.Fatal(err)
	}
	c, err := pool.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close(); pool.Close() })
	return c
}
