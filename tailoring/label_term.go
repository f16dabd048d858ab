package tailoring

import (
	"context"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rules"
)

// LabelTerm is what a person decided about an ingredient the market's glossary does not know.
type LabelTerm struct {
	Market    string
	Source    string // as the maker writes it
	Term      label.Term
	DecidedBy pavilion.Actor
	UpdatedAt time.Time
	Version   int64
}

const (
	mostLabelTerms = 20_000

	termColumns = `market, source, name, class, ins, allergens, decided_by, updated_at, version`
	selectTerms = `select ` + termColumns + ` from label_term where market = $1 order by source_key limit $2`
	selectTerm  = `select ` + termColumns + ` from label_term where market = $1 and source_key = $2`
	insertTerm  = `insert into label_term (market, source_key, source, name, class, ins, allergens, decided_by, updated_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) on conflict (market, source_key) do nothing`
	updateTerm = `update label_term set name = $1, class = $2, ins = $3, allergens = $4, decided_by = $5, updated_at = $6, version = version + 1
		where market = $7 and source_key = $8 and version = $9`
	deleteTerm = `delete from label_term where market = $1 and source_key = $2 and version = $3`
)

// Terms returns what people decided about ingredients for a market, in the order of the
// makers' words.
func Terms(ctx context.Context, r db.Reader, market string) ([]LabelTerm, error) {
	return db.All(ctx, r, scanTerm, selectTerms, market, mostLabelTerms)
}

// Decide keeps what a person decided about an ingredient, if it still has the version the
// form was drawn from; 0 is one that nobody decided about. Errors: Invalid name.missing at
// source or name, label.class, label.allergen and label.text_too_long {most}; Conflict
// label.changed_meanwhile.
func Decide(ctx context.Context, tx *db.Tx, pack *label.Pack, t LabelTerm) error {
	key := label.SourceKey(t.Source)
	t.Term.Name = strings.TrimSpace(t.Term.Name)
	for field, text := range map[string]string{"source": key, "name": t.Term.Name} {
		if text == "" {
			return pavilion.E(pavilion.Invalid, "name.missing", nil).At(field)
		}
	}
	if err := short(map[string]string{"source": t.Source, "name": t.Term.Name, "ins": t.Term.INS}); err != nil {
		return err
	}
	if _, known := pack.Glossary.Class(t.Term.Class); !known && t.Term.Class != "" {
		return pavilion.E(pavilion.Invalid, "label.class", nil).At("class")
	}
	for _, code := range t.Term.Allergens {
		if !slices.ContainsFunc(pack.Allergens, func(g label.Group) bool { return g.Code == code }) {
			return pavilion.E(pavilion.Invalid, "label.allergen", nil).At("allergens")
		}
	}
	before, _, err := db.One(ctx, tx, scanTerm, selectTerm, t.Market, key)
	if err != nil {
		return err
	}
	allergens, by, now := strings.Join(t.Term.Allergens, " "), tx.Actor().String(), db.Micros(tx.Now())
	var n int64
	if t.Version == 0 {
		n, err = tx.Exec(ctx, insertTerm, t.Market, key, strings.TrimSpace(t.Source), t.Term.Name, t.Term.Class, t.Term.INS, allergens, by, now)
	} else {
		n, err = tx.Exec(ctx, updateTerm, t.Term.Name, t.Term.Class, t.Term.INS, allergens, by, now, t.Market, key, t.Version)
	}
	if err == nil && n == 0 {
		err = labelChangedMeanwhile()
	}
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	if err := judgeSoon(ctx, tx, t.Market); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "label.term_decided", "market_"+t.Market,
		[]staff.FieldChange{{Field: key, Before: termWords(before.Term), After: termWords(t.Term)}})
}

// Forget takes away what a person decided about an ingredient. Error: Conflict
// label.changed_meanwhile.
func Forget(ctx context.Context, tx *db.Tx, market, source string, version int64) error {
	key := label.SourceKey(source)
	before, _, err := db.One(ctx, tx, scanTerm, selectTerm, market, key)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, deleteTerm, market, key, version)
	if err == nil && n == 0 {
		err = labelChangedMeanwhile()
	}
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	if err := judgeSoon(ctx, tx, market); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "label.term_forgotten", "market_"+market, []staff.FieldChange{{Field: key, Before: termWords(before.Term)}})
}

// termWords is a term on one line.
func termWords(t label.Term) string {
	return strings.Join(strings.Fields(strings.Join([]string{t.Name, t.Class, t.INS, strings.Join(t.Allergens, " ")}, " ")), " ")
}

func scanTerm(row db.Scanner) (t LabelTerm, err error) {
	var allergens, by string
	var updated int64
	if err = row.Scan(&t.Market, &t.Source, &t.Term.Name, &t.Term.Class, &t.Term.INS, &allergens, &by, &updated, &t.Version); err != nil {
		return t, err
	}
	t.Term.Sources, t.Term.Allergens, t.Term.Verified = []string{t.Source}, strings.Fields(allergens), rules.Ours
	t.UpdatedAt = db.Time(updated)
	t.DecidedBy, _ = pavilion.ParseActor(by)
	return t, nil
}
