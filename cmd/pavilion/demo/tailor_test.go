package demo

import (
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/tailoring"
	"pavilion/tailoring/rules"
)

// TestTailoring: at least ten goods are approved by a second person, and every product has a
// verdict.
func TestTailoring(t *testing.T) {
	t.Parallel()
	markets, err := tailoring.Load(rules.Files)
	if err != nil {
		t.Fatal(err)
	}
	var cn *tailoring.Market
	if cn, err = tailoring.MarketOf(markets, "cn"); err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, err := Load(t.Context(), d, "2026-11-23"); err != nil {
			t.Fatal(err)
		}
		if err := (Tailoring{DB: d, Markets: []*tailoring.Market{cn}, Author: "stf_author", Approver: "stf_approver"}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), func(v *db.View) error {
			all, err := tailoring.List(t.Context(), v, tailoring.Filter{Market: "cn"}, "", 200)
			if err != nil {
				return err
			}
			var products []pavilion.ProductID
			for _, one := range all {
				products = append(products, one.Product)
				verdict, found, err := tailoring.LatestVerdict(t.Context(), v, one.ID)
				if err != nil {
					return err
				}
				if !found || one.JudgedAt.IsZero() {
					t.Errorf("%s has no verdict", one.Product)
				}
				if one.State == tailoring.StateTranslated {
					for _, f := range verdict.Findings {
						t.Logf("%s: %s %s: %s", one.Product, f.Severity, f.Rule, f.Text["en"])
					}
				}
			}
			approved, err := tailoring.Approved(t.Context(), v, products, "cn")
			if len(approved) < 10 || len(all) < 60 {
				t.Errorf("got %d approved of %d, want ten at least of all", len(approved), len(all))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
