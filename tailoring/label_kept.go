package tailoring

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
)

// LabelFacts are all that the label of a SKU is made from but its lot. Those of an approved
// version are kept with it: the label stays as it was approved, whatever a laboratory, the
// maker or the glossary says later, until another version is approved.
type LabelFacts struct {
	Input         label.Input            // without what the lot adds
	Registrations []catalog.Registration `json:",omitempty"` // of the maker, in registers the label prints
	WidthMM       int64                  `json:",omitempty"`
	HeightMM      int64                  `json:",omitempty"`
}

// Of is what the label of a lot is made from. The maker's number is one that held when the
// goods were made, "" if there is none.
func (f LabelFacts) Of(lot LabelLot) label.Input {
	in := f.Input
	in.ProducedOn, in.BestBefore = lot.ProducedOn, lot.BestBefore
	for _, g := range f.Registrations {
		ended := lot.ProducedOn != "" && (g.ValidUntil != "" && g.ValidUntil < lot.ProducedOn || g.ValidFrom > lot.ProducedOn)
		if !ended {
			in.Registration = g.Number
			break
		}
	}
	return in
}

const (
	insertKept = `insert into label_approved (variant_id, number, sku_id, facts) values ($1, $2, $3, $4) on conflict do nothing`
	forgetKept = `delete from label_approved where variant_id = $1 and number = $2`
	selectKept = `select sku_id, facts from label_approved where variant_id = $1 and number = $2 and sku_id = $3`
)

var selectKeptOf = &db.Keyed{Text: `select k.variant_id, k.sku_id, k.facts from label_approved k join variant v on v.id = k.variant_id and v.approved = k.number where v.id in (%s)`}

var selectHandedOf = &db.Keyed{Text: `select k.variant_id, k.sku_id, k.facts from label_approved k join variant v on v.id = k.variant_id and v.version = k.number and v.state = 'checked' where v.id in (%s)`}

// keptLabel is a row of what was kept.
type keptLabel struct {
	variant pavilion.VariantID
	sku     pavilion.SKUID
	facts   LabelFacts
}

func scanKept(row db.Scanner) (k keptLabel, err error) {
	var facts string
	if err = row.Scan(&k.sku, &facts); err == nil {
		err = json.Unmarshal([]byte(facts), &k.facts)
	}
	return k, err
}

func scanKeptOf(row db.Scanner) (k keptLabel, err error) {
	var of pavilion.VariantID
	k, err = scanKept(prefixed{row, []any{&of}})
	k.variant = of
	return k, err
}

// keptLabels returns what is kept of the labels of those variants, by SKU: with what was
// approved, or with what was handed in.
func keptLabels(ctx context.Context, r db.Reader, query *db.Keyed, ids []pavilion.VariantID) (map[pavilion.VariantID]map[pavilion.SKUID]LabelFacts, error) {
	rows, err := db.AllKeyed(ctx, r, scanKeptOf, query, ids)
	out := map[pavilion.VariantID]map[pavilion.SKUID]LabelFacts{}
	for _, k := range rows {
		if out[k.variant] == nil {
			out[k.variant] = map[pavilion.SKUID]LabelFacts{}
		}
		out[k.variant][k.sku] = k.facts
	}
	return out, err
}

// ApprovedLabel returns what the label of a SKU was made from when a version was approved. A
// version that was approved before labels were kept has the label it would have now, until it
// is looked at again. registrations are the maker's. Error: NotFound sku.unknown for a unit
// that is newer than the version.
func ApprovedLabel(ctx context.Context, r db.Reader, pack *label.Pack, a Approval, sku pavilion.SKUID, registrations []catalog.Registration) (LabelFacts, error) {
	k, found, err := db.One(ctx, r, scanKept, selectKept, string(a.Variant), a.Number, string(sku))
	if err != nil || found {
		return k.facts, err
	}
	book, err := ReadLabels(ctx, r, pack, []pavilion.SKUID{sku})
	if err != nil {
		return LabelFacts{}, err
	}
	confirmed, err := Confirmations(ctx, r, a.Variant)
	if err != nil {
		return LabelFacts{}, err
	}
	return book.Facts(a.Source, sku, a.Content, registrations, a.Source.measured(sku, confirmed))
}

// measured tells whether a laboratory measured the nutrients that are stated of a SKU.
func (s Source) measured(id pavilion.SKUID, confirmed []Confirmation) bool {
	i := slices.IndexFunc(s.SKUs, func(u SourceSKU) bool { return u.ID == id })
	return i >= 0 && Confirmed(confirmed, id, Laboratory, NutritionMark(s.SKUs[i].Facts.Nutrition))
}

// labelled tells whether the goods have a label in the market.
func (s *subject) labelled(m *Market) bool {
	return s.goods == catalog.GoodsFood && len(m.Labels.Editions) > 0
}

// labelFacts are those of a unit by the latest words and all that is known now.
func (s *subject) labelFacts(m *Market, source Source, id pavilion.SKUID) (LabelFacts, error) {
	c := s.version.Content
	if c.Route == "" {
		c.Route = m.Route[0].Key
	}
	return s.labels.Facts(source, id, c, s.page.Registrations, source.measured(id, s.confirmed))
}

// keepLabels keeps what the labels of an approved version are made from, if nothing of it is
// kept yet.
func (s *subject) keepLabels(ctx context.Context, tx *db.Tx, m *Market) error {
	if !s.settled() || len(s.kept) > 0 {
		return nil
	}
	return s.keep(ctx, tx, m, s.variant.Approved)
}

// keep keeps with a version what its labels are made from.
func (s *subject) keep(ctx context.Context, tx *db.Tx, m *Market, number int64) error {
	if !s.labelled(m) {
		return nil
	}
	for _, u := range s.version.Source.SKUs {
		facts, err := s.labelFacts(m, s.version.Source, u.ID)
		if err != nil {
			return err
		}
		text, err := json.Marshal(facts)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertKept, string(s.variant.ID), number, string(u.ID), string(text)); err != nil {
			return err
		}
	}
	return nil
}

// keepHandedIn keeps what the labels of a version are made from as it is handed in: that, and
// nothing else, is what a second person approves.
func keepHandedIn(ctx context.Context, tx *db.Tx, m *Market, v Variant) error {
	subjects, err := readSubjects(ctx, tx, m, []Variant{v})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, forgetKept, string(v.ID), v.Version); err != nil {
		return err
	}
	return subjects[0].keep(ctx, tx, m, v.Version)
}

// handInVoid tells whether the labels of what was handed in would be made from something else
// now, such as a laboratory's new value.
func handInVoid(ctx context.Context, r db.Reader, m *Market, v Variant) (bool, error) {
	subjects, err := readSubjects(ctx, r, m, []Variant{v})
	if err != nil {
		return false, err
	}
	return subjects[0].handInVoid(m)
}

func (s *subject) handInVoid(m *Market) (bool, error) {
	for sku, was := range s.handed {
		is, err := s.labelFacts(m, s.version.Source, sku)
		if err != nil {
			return false, err
		}
		before, err := json.Marshal(was)
		if err != nil {
			return false, err
		}
		now, err := json.Marshal(is)
		if err != nil || !bytes.Equal(before, now) {
			return true, err
		}
	}
	return false, nil
}

// settled tells whether the latest version is the one that was approved.
func (s *subject) settled() bool {
	return s.hasVersion && s.variant.Approved > 0 && s.variant.Approved == s.variant.Version
}

// labelChanges says what would be different on the labels of an approved version if they were
// made now.
func (s *subject) labelChanges(m *Market) (changes []staff.FieldChange) {
	if !s.settled() || !s.labelled(m) {
		return nil
	}
	for _, u := range s.version.Source.SKUs {
		was, kept := s.kept[u.ID]
		is, err := s.labelFacts(m, s.version.Source, u.ID)
		if !kept || err != nil {
			continue
		}
		found, err := LabelChanges(m.Labels, was, is)
		if err != nil { // a label that cannot be made: the rules say why
			continue
		}
		for _, c := range found {
			if len(s.version.Source.SKUs) > 1 {
				c.Field = string(u.GTIN) + "." + c.Field
			}
			changes = append(changes, c)
		}
	}
	return changes
}

// LabelChanges returns what differs from one label to the next as people read them, named as
// the items of a label behind "label.".
func LabelChanges(pack *label.Pack, before, after LabelFacts) (changes []staff.FieldChange, err error) {
	was, err := pack.Lay(before.Of(LabelLot{}))
	if err != nil {
		return nil, err
	}
	is, err := pack.Lay(after.Of(LabelLot{}))
	if err != nil {
		return nil, err
	}
	add := func(key, was, is string) {
		if was != is {
			changes = append(changes, staff.FieldChange{Field: labelPrefix + key, Before: was, After: is})
		}
	}
	add("edition", was.Edition.Key, is.Edition.Key)
	add("size", LabelDesign{WidthMM: before.WidthMM, HeightMM: before.HeightMM}.size(), LabelDesign{WidthMM: after.WidthMM, HeightMM: after.HeightMM}.size())
	for _, it := range was.Items {
		now, _ := is.Item(it.Key)
		add(it.Key, itemWords(it), itemWords(now))
	}
	for _, it := range is.Items {
		if _, there := was.Item(it.Key); !there {
			add(it.Key, "", itemWords(it))
		}
	}
	for _, code := range rowCodes(was) {
		add("nutrition", rowWords(was, code), rowWords(is, code))
	}
	for _, code := range rowCodes(is) {
		if _, there := was.Table.Row(code); !there {
			add("nutrition", "", rowWords(is, code))
		}
	}
	return changes, nil
}

// labelPrefix stands before the items of a label where a change of them is noted.
const labelPrefix = "label."

// itemWords is an item on one line; what stands out in it stands in brackets.
func itemWords(it label.Item) string {
	text := it.Heading + " "
	for _, r := range it.Runs {
		if r.Strong {
			text += "【" + r.Text + "】"
		} else {
			text += r.Text
		}
	}
	return strings.TrimSpace(text)
}

// rowCodes are the nutrients of a table.
func rowCodes(l label.Label) (codes []nutrition.Code) {
	for _, row := range l.Table.Rows {
		codes = append(codes, row.Nutrient.Code)
	}
	return codes
}

// rowWords is the row of a nutrient with what it is the content of, "" if there is none.
func rowWords(l label.Label, code nutrition.Code) string {
	row, found := l.Table.Row(code)
	if !found {
		return ""
	}
	return l.RowName(row) + " " + row.Value + " " + l.Unit(row) + " " + l.Percent(row) + " (" + l.Amount() + ")"
}
