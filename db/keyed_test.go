package db_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

var (
	selectKeyed = &db.Keyed{Text: "select subject from attempt where failures >= $1 and subject in (%s)", Args: 1}
	updateKeyed = &db.Keyed{Text: "update attempt set failures = $1 where subject in (%s) returning subject", Args: 1}
)

func TestKeyed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var names []string
		for n := range 1200 {
			names = append(names, fmt.Sprintf("n%04d", n))
		}
		err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			for _, name := range names {
				if _, err := tx.Exec(t.Context(), "insert into attempt (subject, failures, blocked_until, updated_at) values ($1, $2, 0, 0)", name, 1); err != nil {
					return err
				}
			}
			for _, size := range []int{0, 1, 2, 4, 63, 512, 513, 1200} {
				for what, get := range map[string]func(context.Context, db.Reader, []string) ([]string, error){
					"select": func(ctx context.Context, r db.Reader, keys []string) ([]string, error) {
						return db.AllKeyed(ctx, r, scanName, selectKeyed, keys, 1)
					},
					"update": func(ctx context.Context, r db.Reader, keys []string) ([]string, error) {
						return db.AllKeyed(ctx, r, scanName, updateKeyed, keys, 2)
					},
				} {
					got, err := get(t.Context(), tx, names[:size])
					if err != nil {
						return fmt.Errorf("%s of %d: %w", what, size, err)
					}
					slices.Sort(got)
					if !slices.Equal(got, names[:size]) {
						t.Errorf("%s of %d: got %d names, want them all", what, size, len(got))
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func scanName(row db.Scanner) (name string, err error) { return name, row.Scan(&name) }
