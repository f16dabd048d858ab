package tailoring

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

// Foresight is what a coming day changes for a variant.
type Foresight struct {
	Variant pavilion.VariantID
	Blocks  int64    // new findings that block
	Rules   []string // that find something they do not find today
}

// Foreseen is when and by which rules was worked out what coming days change.
type Foreseen struct {
	Pack     string
	On       pavilion.Date
	Variants int64 // that were judged
	At       time.Time
}

const (
	deleteTally     = `delete from rule_tally where market = $1`
	deleteForesight = `delete from rule_foresight where market = $1`
	selectForeseen  = `select pack, judged_on, variants, foreseen_at from rule_foreseen where market = $1`
	upsertForeseen  = `insert into rule_foreseen (market, pack, judged_on, variants, foreseen_at) values ($1, $2, $3, $4, $5)
		on conflict (market) do update set pack = excluded.pack, judged_on = excluded.judged_on, variants = excluded.variants, foreseen_at = excluded.foreseen_at`
	selectTally     = `select rule, variants from rule_tally where market = $1 and on_date = $2 order by rule limit 5000`
	selectForesight = `select variant_id, blocks, rules from rule_foresight where market = $1 and on_date = $2 order by blocks desc, variant_id desc limit $3`
	countForesight  = `select count(*), coalesce(sum(case when blocks > 0 then 1 else 0 end), 0) from rule_foresight where market = $1 and on_date = $2`
	selectAfter     = `select ` + variantColumns + ` from variant v where v.market = $1 and v.id > $2 order by v.id limit $3`
)

var (
	insertTally     = db.Insert{Table: "rule_tally", Columns: []string{"market", "on_date", "rule", "variants"}}
	insertForesight = db.Insert{Table: "rule_foresight", Columns: []string{"market", "on_date", "variant_id", "blocks", "rules"}, Suffix: "on conflict (market, on_date, variant_id) do nothing"}
)

// Foresee works out what coming rules will do: it judges every variant by the rules of today
// and by those of each coming day on which they change, as if its goods were made on that day.
// It does so again when the rules changed or the day did, and otherwise nothing; what it
// writes counts when it is done.
func Foresee(ctx context.Context, d *db.DB, markets []*Market) error {
	for _, m := range markets {
		if err := foresee(ctx, d, m); err != nil {
			return err
		}
	}
	return nil
}

func foresee(ctx context.Context, d *db.DB, m *Market) error {
	var today pavilion.Date
	var variants int64
	done := false
	if err := d.Read(ctx, func(v *db.View) error {
		was, found, err := LastForeseen(ctx, v, m.Key)
		if err != nil {
			return err
		}
		today = m.Today(v.Now())
		variants, err = Count(ctx, v, Filter{Market: m.Key}, 1<<40)
		// A few more or fewer variants wait for the next day.
		done = found && was.Pack == m.Rules.Version && was.On == today && max(variants-was.Variants, was.Variants-variants)*10 <= was.Variants
		return err
	}); err != nil || done {
		return err
	}
	write := func(do func(tx *db.Tx) error) error { return d.Write(ctx, pavilion.System(Topic), do) }
	if err := write(func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, deleteForesight, m.Key)
		return err
	}); err != nil {
		return err
	}
	days := m.Rules.Turns(today)
	tally := map[[2]string]int64{}
	judged := int64(0)
	for after, more := pavilion.VariantID(""), true; more; {
		var subjects []*subject
		if err := d.Read(ctx, func(v *db.View) error {
			found, err := db.All(ctx, v, scanVariant, selectAfter, m.Key, string(after), reviewAtOnce)
			if err != nil {
				return err
			}
			if more = len(found) == reviewAtOnce; len(found) > 0 {
				after = found[len(found)-1].ID
			}
			subjects, err = readSubjects(ctx, v, m, found)
			return err
		}); err != nil {
			return err
		}
		var rows []any
		for _, s := range subjects {
			judged++
			rows = append(rows, s.foresee(m, today, days, tally)...)
		}
		if len(rows) == 0 {
			continue
		}
		if err := write(func(tx *db.Tx) error {
			_, err := insertForesight.Rows(ctx, tx, rows)
			return err
		}); err != nil {
			return err
		}
	}
	return write(func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, deleteTally, m.Key); err != nil {
			return err
		}
		var rows []any
		for _, key := range slices.SortedFunc(maps.Keys(tally), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
			rows = append(rows, m.Key, key[0], key[1], tally[key])
		}
		if _, err := insertTally.Rows(ctx, tx, rows); err != nil {
			return err
		}
		tx.Signal(Topic)
		_, err := tx.Exec(ctx, upsertForeseen, m.Key, m.Rules.Version, string(today), judged, db.Micros(tx.Now()))
		return err
	})
}

// foresee judges a variant today and on each coming day. It counts in tally what each rule
// finds, and returns the rows of the days that bring something new.
func (s *subject) foresee(m *Market, today pavilion.Date, days []pavilion.Date, tally map[[2]string]int64) (rows []any) {
	now := map[string]bool{}
	for _, f := range s.judge(m, today).Findings {
		if !now[f.Rule] {
			now[f.Rule] = true
			tally[[2]string{"", f.Rule}]++
		}
	}
	for _, day := range days {
		var fresh []string
		var blocks int64
		seen := map[string]bool{}
		for _, f := range s.judge(m, day).Findings {
			if seen[f.Rule] {
				continue
			}
			seen[f.Rule] = true
			tally[[2]string{string(day), f.Rule}]++
			if now[f.Rule] {
				continue
			}
			fresh = append(fresh, f.Rule)
			if f.Severity == pavilion.Blocks {
				blocks++
			}
		}
		if len(fresh) == 0 {
			continue
		}
		words, err := json.Marshal(fresh)
		if err != nil {
			continue // identifiers of rules always marshal
		}
		rows = append(rows, m.Key, string(day), string(s.variant.ID), blocks, string(words))
	}
	return rows
}

// LastForeseen says when it was last worked out what coming days change; found is false
// before it was.
func LastForeseen(ctx context.Context, r db.Reader, market string) (f Foreseen, found bool, err error) {
	return db.One(ctx, r, func(row db.Scanner) (f Foreseen, err error) {
		var at int64
		err = row.Scan(&f.Pack, &f.On, &f.Variants, &at)
		f.At = db.Time(at)
		return f, err
	}, selectForeseen, market)
}

// Tally is how many variants of a market each rule finds something in: today, which is "", or
// on a coming day on which rules change.
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
