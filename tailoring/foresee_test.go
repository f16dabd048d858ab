package tailoring

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/tailoring/rule"
)

func TestForeseeComingRules(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		_, _, best := addProduct(t, d, m, 1)
		_, _, plain := addProduct(t, d, m, 2)
		for id, name := range map[pavilion.VariantID]string{best.ID: "最好巧克力", plain.ID: "巧克力"} {
			if reason := save(t, d, m, author, id, 0, said(name)); reason != "" {
				t.Fatal(reason)
			}
		}
		// The rule holds from a day far ahead.
		const day pavilion.Date = "2199-01-01"
		m.Rules = comingFrom(t, m.Rules, day)
		foreseen := func() (f Foreseen, now, then map[string]int64, list []Foresight, all, blocked int64) {
			if err := Foresee(t.Context(), d, []*Market{m}); err != nil {
				t.Fatal(err)
			}
			err := d.Read(t.Context(), func(v *db.View) (err error) {
				if f, _, err = LastForeseen(t.Context(), v, m.Key); err != nil {
					return err
				}
				if now, err = Tally(t.Context(), v, m.Key, ""); err != nil {
					return err
				}
				if then, err = Tally(t.Context(), v, m.Key, day); err != nil {
					return err
				}
				list, all, blocked, err = Coming(t.Context(), v, m.Key, day, 10)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return f, now, then, list, all, blocked
		}
		f, now, then, list, all, blocked := foreseen()
		if len(now) != 0 || then["name.best"] != 1 || all != 1 || blocked != 1 || f.Variants != 2 {
			t.Errorf("got %v today, %v then, %d and %d of %d", now, then, all, blocked, f.Variants)
		}
		if diff := cmp.Diff([]Foresight{{best.ID, 1, []string{"name.best"}}}, list); diff != "" {
			t.Error(diff)
		}
		if again, _, _, _, _, _ := foreseen(); !again.At.Equal(f.At) {
			t.Errorf("worked it out again at %v although nothing changed", again.At)
		}
	})
}

// comingFrom is the pack with all its rules beginning on a day.
func comingFrom(t testing.TB, p *rule.Pack, day pavilion.Date) *rule.Pack {
	t.Helper()
	for _, r := range p.Rules {
		r.From = day
	}
	return p
}
