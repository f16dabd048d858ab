package tailoring

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"pavilion"
	"pavilion/db"
)

// What rules find is kept by rule with each verdict: what they find today, and what each coming
// day on which rules change adds, as if the goods were made on that day. So a product that is
// edited is seen at once, and what is listed is what is counted.

// Foresight is what a coming day changes for a variant.
type Foresight struct {
	Variant pavilion.VariantID
	Blocks  int64    // new findings that block
	Rules   []string // that find something they do not find today
}

const (
	selectTally     = `select rule, count(*) from rule_finding where market = $1 and on_date = $2 group by rule order by rule limit 5000`
	selectForesight = `select variant_id, blocks, rules from rule_foresight where market = $1 and on_date = $2 order by blocks desc, variant_id desc limit $3`
	countForesight  = `select count(*), coalesce(sum(case when blocks > 0 then 1 else 0 end), 0) from rule_foresight where market = $1 and on_date = $2`
	deleteMarks     = `delete from rule_finding where variant_id = $1`
	deleteForesight = `delete from rule_foresight where variant_id = $1`
	countJudged     = `select count(*) from variant where market = $1 and judged_at > 0`
)

var (
	selectMarks     = &db.Keyed{Text: `select variant_id, on_date, rule, blocks from rule_finding where variant_id in (%s)`}
	insertMarks     = db.Insert{Table: "rule_finding", Columns: []string{"market", "on_date", "rule", "variant_id", "blocks"}, Suffix: "on conflict (market, on_date, rule, variant_id) do nothing"}
	insertForesight = db.Insert{Table: "rule_foresight", Columns: []string{"market", "on_date", "variant_id", "blocks", "rules"}, Suffix: "on conflict (market, on_date, variant_id) do nothing"}
)

// mark is that a rule finds something in a variant: today, which is "", or new on a coming day.
type mark struct {
	variant pavilion.VariantID
	on      pavilion.Date
	rule    string
	blocks  bool
}

func (a mark) compare(b mark) int {
	return cmp.Or(cmp.Compare(a.variant, b.variant), cmp.Compare(a.on, b.on), cmp.Compare(a.rule, b.rule))
}

// marks are what the rules find in a variant, in what was written last and in what counts:
// found is that of today.
func (s *subject) marks(m *Market, today pavilion.Date, found []Finding) (out []mark) {
	now := map[string]bool{}
	add := func(on pavilion.Date, seen map[string]bool, all []Finding) {
		for _, f := range all {
			if !now[f.Rule] && !seen[f.Rule] {
				seen[f.Rule] = true
				out = append(out, mark{s.variant.ID, on, f.Rule, f.Severity == pavilion.Blocks})
			}
		}
	}
	add("", now, found)
	standing, stands := s.standing()
	for _, day := range m.Rules.Turns(today) {
		seen := map[string]bool{}
		add(day, seen, s.judge(m, day).Findings)
		if stands {
			add(day, seen, standing.judge(m, day).Findings)
		}
	}
	return out
}

// keepMarks stores what the rules find in variants where it is not what is stored.
func keepMarks(ctx context.Context, tx *db.Tx, m *Market, subjects []*subject, marks []mark) error {
	ids := make([]pavilion.VariantID, len(subjects))
	for i, s := range subjects {
		ids[i] = s.variant.ID
	}
	stored, err := db.AllKeyed(ctx, tx, func(row db.Scanner) (k mark, err error) {
		err = row.Scan(&k.variant, &k.on, &k.rule, &k.blocks)
		return k, err
	}, selectMarks, ids)
	if err != nil {
		return err
	}
	slices.SortFunc(stored, mark.compare)
	slices.SortFunc(marks, mark.compare)
	of := func(all []mark, id pavilion.VariantID) []mark {
		from, _ := slices.BinarySearchFunc(all, mark{variant: id}, mark.compare)
		to := from
		for to < len(all) && all[to].variant == id {
			to++
		}
		return all[from:to]
	}
	ids = slices.DeleteFunc(ids, func(id pavilion.VariantID) bool { return slices.Equal(of(stored, id), of(marks, id)) })
	if len(ids) == 0 {
		return nil
	}
	var found, coming []any
	for _, id := range ids {
		for _, forget := range []string{deleteMarks, deleteForesight} {
			if _, err := tx.Exec(ctx, forget, string(id)); err != nil {
				return err
			}
		}
		days := map[pavilion.Date]*Foresight{}
		var order []pavilion.Date
		for _, k := range of(marks, id) {
			found = append(found, m.Key, string(k.on), k.rule, string(id), k.blocks)
			if k.on == "" {
				continue
			}
			if days[k.on] == nil {
				days[k.on], order = &Foresight{}, append(order, k.on)
			}
			days[k.on].Rules = append(days[k.on].Rules, k.rule)
			if k.blocks {
				days[k.on].Blocks++
			}
		}
		for _, on := range order {
			words, err := json.Marshal(days[on].Rules)
			if err != nil {
				return err
			}
			coming = append(coming, m.Key, string(on), string(id), days[on].Blocks, string(words))
		}
	}
	if _, err := insertMarks.Rows(ctx, tx, found); err != nil {
		return err
	}
	_, err = insertForesight.Rows(ctx, tx, coming)
	return err
}

// CountJudged is how many variants of a market were judged, and so looked at for coming days.
func CountJudged(ctx context.Context, r db.Reader, market string) (n int64, err error) {
	return n, r.QueryRow(ctx, countJudged, market).Scan(&n)
}

// Tally is how many variants of a market each rule finds something in: today, which is "", or
// new on a coming day on which rules change.
func Tally(ctx context.Context, r db.Reader, market string, on pavilion.Date) (map[string]int64, error) {
	type count struct {
		rule string
		n    int64
	}
	all, err := db.All(ctx, r, func(row db.Scanner) (c count, err error) {
		err = row.Scan(&c.rule, &c.n)
		return c, err
	}, selectTally, market, string(on))
	of := make(map[string]int64, len(all))
	for _, c := range all {
		of[c.rule] = c.n
	}
	return of, err
}

// Coming lists the variants for which a coming day brings something new, those with the most
// to mend first, and counts them all and those that will be blocked by it.
func Coming(ctx context.Context, r db.Reader, market string, on pavilion.Date, limit int) (list []Foresight, all, blocked int64, err error) {
	list, err = db.All(ctx, r, func(row db.Scanner) (f Foresight, err error) {
		var rules string
		if err = row.Scan(&f.Variant, &f.Blocks, &rules); err == nil {
			err = json.Unmarshal([]byte(rules), &f.Rules)
		}
		return f, err
	}, selectForesight, market, string(on), limit)
	if err != nil {
		return nil, 0, 0, err
	}
	return list, all, blocked, r.QueryRow(ctx, countForesight, market, string(on)).Scan(&all, &blocked)
}
