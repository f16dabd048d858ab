package order

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pavilion/db"
	"pavilion/db/dbtest"
)

// TestListsAreReadInOrder looks at SQLite's plans: a list that sorts what matches, or that
// goes through all orders, gets slower with every order there ever was. Words match few.
func TestListsAreReadInOrder(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for _, f := range []Filter{
		{}, {State: StatePaid}, {State: StateCompleted}, {Channel: "jd"}, {State: StateCompleted, Channel: "jd"},
		{SKU: "sku"}, {SKU: "sku", State: StateCompleted}, {SKU: "sku", State: StatePaid}, {SKU: "sku", Channel: "jd"},
		{From: time.Unix(1, 0)}, {Until: time.Unix(1, 0), State: StateShipped}, {Simulated: SimulatedOnly},
		{ToPack: true}, {ToPack: true, Channel: "jd"}, {ToPack: true, ShipUntil: time.Unix(1, 0)},
	} {
		t.Run(fmt.Sprintf("%+v", f), func(t *testing.T) {
			t.Parallel()
			from, id, w := f.where()
			tail := "order by " + id + " desc limit $1"
			if f.ToPack {
				tail = "order by o.ship_by, o.id limit $1"
			}
			query, args := w.SQL("explain query plan select "+listColumns+from, tail, 50)
			err := d.Read(t.Context(), func(v *db.View) error {
				steps, err := db.All(t.Context(), v, func(s db.Scanner) (step string, err error) {
					var ignored int
					return step, s.Scan(&ignored, &ignored, &ignored, &step)
				}, query, args...)
				for _, step := range steps {
					if strings.Contains(step, "TEMP B-TREE") || step == "SCAN o" {
						t.Errorf("the plan says %q", step)
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
