package db_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion/db"
)

func TestWhere(t *testing.T) {
	t.Parallel()
	var w db.Where
	query, args := w.SQL("select id from lot", "order by id limit $1", 5)
	if want := "select id from lot\norder by id limit $1"; query != want || !cmp.Equal(args, []any{5}) {
		t.Errorf("no condition: got %q %v, want %q [5]", query, args, want)
	}
	w.And("state = $1", "paid")
	w.And("(channel, shop) = ($1, $2)", "own", "")
	query, args = w.SQL("select id from sale_order", "order by id limit $1", 5)
	want := "select id from sale_order\nwhere state = $1 and (channel, shop) = ($2, $3)\norder by id limit $4"
	if query != want || !cmp.Equal(args, []any{"paid", "own", "", 5}) {
		t.Errorf("two conditions: got %q %v, want %q", query, args, want)
	}
}
