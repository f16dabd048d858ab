package db_test

import (
	"testing"

	"go.uber.org/goleak"

	"pavilion"
	"pavilion/db"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tester = pavilion.System("test")

// put writes a fact with the id.
func put(t testing.TB, tx *db.Tx, id string) error {
	t.Helper()
	_, err := tx.Exec(t.Context(), "insert into fact (id, kind, about, body, actor, happened_at, fanned) values ($1, 'k', 'a', '{}', 's', 1, true)", id)
	return err
}

// ids returns the ids of all facts in order.
func ids(t testing.TB, d *db.DB) (out []string) {
	t.Helper()
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		out, err = db.All(t.Context(), v, func(row db.Scanner) (id string, err error) {
			return id, row.Scan(&id)
		}, "select id from fact order by id limit 1000")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// wantError checks kind and reason.
func wantError(t testing.TB, err error, kind pavilion.Kind, reason string) {
	t.Helper()
	if pavilion.KindOf(err) != kind || pavilion.ReasonOf(err) != reason {
		t.Errorf("got %v (%v %s), want %v %s", err, pavilion.KindOf(err), pavilion.ReasonOf(err), kind, reason)
	}
}
