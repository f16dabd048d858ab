package tailoring

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/tailoring/rule"
)

// TestWhatRulesFindIsListed: by rule, today and on coming days, as soon as words are saved.
func TestWhatRulesFindIsListed(t *testing.T) {
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
		const day pavilion.Date = "2199-01-01"
		var now, then map[string]int64
		var list []Foresight
		var all, blocked, listed, judged int64
		read := func() {
			t.Helper()
			err := d.Read(t.Context(), func(v *db.View) (err error) {
				if now, err = Tally(t.Context(), v, m.Key, ""); err != nil {
					return err
				}
				if then, err = Tally(t.Context(), v, m.Key, day); err != nil {
					return err
				}
				if listed, err = Count(t.Context(), v, Filter{Market: m.Key, Rule: "name.best"}, 10); err != nil {
					return err
				}
				if judged, err = CountJudged(t.Context(), v, m.Key); err != nil {
					return err
				}
				list, all, blocked, err = Coming(t.Context(), v, m.Key, day, 10)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		read()
		if now["name.best"] != 1 || listed != 1 || len(then) != 0 || all != 0 || judged != 2 {
			t.Errorf("got %v today, %d listed, %v then, %d; %d judged", now, listed, then, all, judged)
		}

		// The rule holds from a day far ahead, and the words are saved again.
		m.Rules = comingFrom(t, m.Rules, day)
		for id, name := range map[pavilion.VariantID]string{best.ID: "最好的巧克力", plain.ID: "黑巧克力"} {
			if reason := save(t, d, m, author, id, 1, said(name)); reason != "" {
				t.Fatal(reason)
			}
		}
		read()
		if len(now) != 0 || listed != 0 || then["name.best"] != 1 || all != 1 || blocked != 1 {
			t.Errorf("got %v today, %d listed, %v then, %d and %d", now, listed, then, all, blocked)
		}
		if diff := cmp.Diff([]Foresight{{best.ID, 1, []string{"name.best"}}}, list); diff != "" {
			t.Error(diff)
		}
		if reason := save(t, d, m, author, best.ID, 2, said("巧克力")); reason != "" {
			t.Fatal(reason)
		}
		if read(); len(then) != 0 || all != 0 {
			t.Errorf("got %v then, %d: what was mended is still listed", then, all)
		}
	})
}

// TestWhatCountsIsJudgedWhileADraftStands: a rule that comes into force is applied to what
// shoppers see, whatever is being written meanwhile.
func TestWhatCountsIsJudgedWhileADraftStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, `true`)
		_, _, v := addProduct(t, d, m, 1)
		for _, reason := range []string{
			save(t, d, m, author, v.ID, 0, said("最好巧克力")), handIn(t, d, m, author, v.ID), approve(t, d, m, approver, v.ID),
			save(t, d, m, author, v.ID, 1, said("巧克力")),
		} {
			if reason != "" {
				t.Fatal(reason)
			}
		}
		judge := func(m *Market) (v2 Variant, standing Verdict, found bool) {
			t.Helper()
			must(t, d, house, func(ctx context.Context, tx *db.Tx) error { return Judge(ctx, tx, m, v.ID) })
			if err := d.Read(t.Context(), func(r *db.View) (err error) {
				standing, found, err = StandingVerdict(t.Context(), r, v.ID)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return get(t, d, v.ID), standing, found
		}
		now, standing, found := judge(m)
		if a, _ := approved(t, d, v); now.ApprovedReason != "" || !found || len(standing.Findings) != 0 || a.Again {
			t.Errorf("before the rule: got %q, %v, %v", now.ApprovedReason, standing.Findings, a.Again)
		}

		now, standing, _ = judge(testMarket(t, noBest))
		a, _ := approved(t, d, v)
		if now.State != StateTranslated || now.Blocks != 0 || now.ApprovedReason != RuleChanged || now.ApprovedBlocks != 1 {
			t.Errorf("under the rule: got %s, %d and %d findings, %q", now.State, now.Blocks, now.ApprovedBlocks, now.ApprovedReason)
		}
		if len(standing.Findings) != 1 || standing.Findings[0].Rule != "name.best" || !a.Again {
			t.Errorf("under the rule: got %v, again %v", standing.Findings, a.Again)
		}

		// The draft is approved: what counts stands again.
		for _, reason := range []string{handIn(t, d, m, author, v.ID), approve(t, d, m, approver, v.ID)} {
			if reason != "" {
				t.Fatal(reason)
			}
		}
		now, _, found = judge(testMarket(t, noBest))
		if a, _ := approved(t, d, v); now.ApprovedReason != "" || now.ApprovedBlocks != 0 || found || a.Again {
			t.Errorf("after the approval: got %q, %v, %v", now.ApprovedReason, found, a.Again)
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
