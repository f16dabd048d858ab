package db_test

import (
	"fmt"
	"testing"

	"pavilion/db"
	"pavilion/db/dbtest"
)

// TestInsertRows writes sets of many sizes, each with one row that is there already.
func TestInsertRows(t *testing.T) {
	t.Parallel()
	insert := db.Insert{Table: "attempt", Columns: []string{"subject", "failures", "blocked_until", "updated_at"}, Suffix: "on conflict do nothing"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		total := 1
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			_, err := insert.Rows(t.Context(), tx, []any{"there", 0, 0, 0})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{0, 1, 2, 3, 7, 8, 31, 128, 300} {
			args := []any{"there", 9, 9, 9}
			for n := range size {
				args = append(args, fmt.Sprintf("%d/%d", size, n), n, size, 0)
			}
			var inserted int64
			err := d.Write(t.Context(), tester, func(tx *db.Tx) (err error) {
				inserted, err = insert.Rows(t.Context(), tx, args)
				return err
			})
			if err != nil || inserted != int64(size) {
				t.Errorf("%d rows: got %d inserted and %v", size, inserted, err)
			}
			total += size
		}
		if got := rows(t, d, "select count(*), sum(case when failures = 9 and blocked_until = 9 then 1 else 0 end) from attempt"); got[0][0] != int64(total) || got[0][1] != int64(0) {
			t.Errorf("got %v, want %d rows and the first one untouched", got[0], total)
		}
		err = d.Write(t.Context(), tester, func(tx *db.Tx) error {
			_, err := insert.Rows(t.Context(), tx, []any{"a", 1, 2})
			return err
		})
		if err == nil {
			t.Error("three values for four columns: got nil, want an error")
		}
	})
}
