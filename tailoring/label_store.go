package tailoring

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
)

// LabelDesign is how the label of a SKU is made for a market, and what a laboratory found in
// the food. The zero value with its SKU and market is that of a SKU nobody designed for.
type LabelDesign struct {
	SKU    pavilion.SKUID
	Market string

	Edition   string // key of an edition, "": the newest the goods may follow
	WidthMM   int64
	HeightMM  int64
	Table     nutrition.Options
	Content   map[nutrition.Code]decimal.Decimal // of a hundred, as the report says, nothing rounded
	Report    LabReport
	UpdatedAt time.Time
	Version   int64 // 0: not stored yet
}

// LabReport is where the content was measured.
type LabReport struct {
	Laboratory string
	Number     string
	Date       pavilion.Date
}

// Duty is what a party to labels does in a market.
type Duty string

// The duties.
const (
	DutyAgent  Duty = "agent"  // answers for goods of general trade: importer, agent or distributor
	DutySeller Duty = "seller" // sells to shoppers across the border
)

// Duties are all duties in the order they are shown.
var Duties = []Duty{DutyAgent, DutySeller}

// LabelParty is who does a duty in a market.
type LabelParty struct {
	Market string
	Duty   Duty
	label.Party
	Version int64
}

const (
	mostLabelText = 300 // characters of one field

	designColumns = `sku_id, market, edition, width_mm, height_mm, basis, serving, rounding, content, laboratory, report, reported_on, updated_at, version`
	insertDesign  = `insert into label_design (` + designColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1) on conflict (sku_id, market) do nothing`
	updateDesign  = `update label_design set edition = $1, width_mm = $2, height_mm = $3, basis = $4, serving = $5, rounding = $6, content = $7, laboratory = $8, report = $9,
		reported_on = $10, updated_at = $11, version = version + 1 where sku_id = $12 and market = $13 and version = $14`

	partyColumns  = `market, duty, role, name, address, contact, version`
	selectParties = `select ` + partyColumns + ` from label_party where market = $1 order by duty limit 10`
	insertParty   = `insert into label_party (market, duty, role, name, address, contact, updated_at, version) values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict (market, duty) do nothing`
	updateParty   = `update label_party set role = $1, name = $2, address = $3, contact = $4, updated_at = $5, version = version + 1 where market = $6 and duty = $7 and version = $8`
)

var selectDesigns = &db.Keyed{Args: 1, Text: `select ` + designColumns + ` from label_design where market = $1 and sku_id in (%s)`}

// Designs returns how the labels of those SKUs are made, of those that somebody designed for.
func Designs(ctx context.Context, r db.Reader, market string, skus []pavilion.SKUID) (map[pavilion.SKUID]LabelDesign, error) {
	rows, err := db.AllKeyed(ctx, r, scanDesign, selectDesigns, skus, market)
	out := make(map[pavilion.SKUID]LabelDesign, len(rows))
	for _, d := range rows {
		out[d.SKU] = d
	}
	return out, err
}

// SaveDesign keeps how a label is made, if it still has the version the form was drawn from.
// about is the product whose history says so. Errors: Invalid label.size {least, most},
// label.edition {edition}, date.malformed {value}, label.text_too_long {most} and those of
// the nutrition table; Conflict label.changed_meanwhile.
func SaveDesign(ctx context.Context, tx *db.Tx, pack *label.Pack, about pavilion.ProductID, d LabelDesign) error {
	if err := d.check(pack); err != nil {
		return err
	}
	stored, err := Designs(ctx, tx, d.Market, []pavilion.SKUID{d.SKU})
	if err != nil {
		return err
	}
	before := stored[d.SKU]
	values := []any{d.Edition, d.WidthMM, d.HeightMM, string(d.Table.Basis), d.serving(), string(d.Table.Rounding), d.content(),
		d.Report.Laboratory, d.Report.Number, string(d.Report.Date), db.Micros(tx.Now())}
	key := []any{string(d.SKU), d.Market}
	var n int64
	if d.Version == 0 {
		n, err = tx.Exec(ctx, insertDesign, append(key, values...)...)
	} else {
		n, err = tx.Exec(ctx, updateDesign, append(append(values, key...), d.Version)...)
	}
	if err == nil && n == 0 {
		err = labelChangedMeanwhile()
	}
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	return staff.NoteChanges(ctx, tx, "label.designed", string(about), d.changes(before))
}

func labelChangedMeanwhile() error {
	return pavilion.E(pavilion.Conflict, "label.changed_meanwhile", nil)
}

func (d LabelDesign) check(pack *label.Pack) error {
	if d.WidthMM != 0 || d.HeightMM != 0 {
		if err := (label.Size{Width: float64(d.WidthMM), Height: float64(d.HeightMM)}).Check(); err != nil {
			return err
		}
	}
	if _, known := pack.Edition(d.Edition); !known && d.Edition != "" {
		return pavilion.E(pavilion.Invalid, "label.edition", pavilion.Args{"edition": d.Edition}).At("edition")
	}
	if d.Report.Date != "" {
		if _, err := pavilion.ParseDate(string(d.Report.Date)); err != nil {
			return pavilion.E(pavilion.Invalid, "date.malformed", pavilion.Args{"value": string(d.Report.Date)}).At("reported_on")
		}
	}
	if err := short(map[string]string{"laboratory": d.Report.Laboratory, "report": d.Report.Number}); err != nil {
		return err
	}
	for _, s := range slices.Backward(pack.Standards) { // the newest knows the most nutrients
		_, err := s.Table(d.measured(), d.Table)
		return err
	}
	return nil
}

// short refuses texts that are too long for a label.
func short(texts map[string]string) error {
	for field, text := range texts {
		if utf8.RuneCountInString(text) > mostLabelText {
			return pavilion.E(pavilion.Invalid, "label.text_too_long", pavilion.Args{"most": mostLabelText}).At(field)
		}
	}
	return nil
}

// measured is the content of the report.
func (d LabelDesign) measured() nutrition.Content {
	c := nutrition.Content{}
	for code, amount := range d.Content {
		c[code] = nutrition.Amount{Value: amount}
	}
	return c
}

func (d LabelDesign) serving() string {
	if d.Table.Serving.Sign() == 0 {
		return ""
	}
	return d.Table.Serving.String()
}

func (d LabelDesign) content() string {
	b, err := json.Marshal(d.Content)
	if err != nil || d.Content == nil {
		return "{}" // decimals by words always marshal
	}
	return string(b)
}

func (d LabelDesign) changes(before LabelDesign) (changes []staff.FieldChange) {
	add := func(field, was, is string) {
		if was != is {
			changes = append(changes, staff.FieldChange{Field: field, Before: was, After: is})
		}
	}
	add("label_edition", before.Edition, d.Edition)
	add("label_size", before.size(), d.size())
	add("label_basis", string(before.Table.Basis), string(d.Table.Basis))
	add("label_serving", before.serving(), d.serving())
	add("label_rounding", string(before.Table.Rounding), string(d.Table.Rounding))
	add("label_content", before.content(), d.content())
	add("label_report", before.Report.words(), d.Report.words())
	return changes
}

func (d LabelDesign) size() string {
	if d.WidthMM == 0 {
		return ""
	}
	return strconv.FormatInt(d.WidthMM, 10) + " × " + strconv.FormatInt(d.HeightMM, 10) + " mm"
}

func (r LabReport) words() string {
	return strings.Join(strings.Fields(r.Laboratory+" "+r.Number+" "+string(r.Date)), " ")
}

// Parties returns who does which duty in a market, of those that are known.
func Parties(ctx context.Context, r db.Reader, market string) (map[Duty]LabelParty, error) {
	rows, err := db.All(ctx, r, scanParty, selectParties, market)
	out := make(map[Duty]LabelParty, len(rows))
	for _, p := range rows {
		out[p.Duty] = p
	}
	return out, err
}

// SaveParty keeps who does a duty, if it still has the version the form was drawn from.
// Errors: Invalid name.missing, label.role and label.text_too_long {most}; Conflict
// label.changed_meanwhile.
func SaveParty(ctx context.Context, tx *db.Tx, pack *label.Pack, p LabelParty) error {
	if p.Name = strings.TrimSpace(p.Name); p.Name == "" {
		return pavilion.E(pavilion.Invalid, "name.missing", nil).At("name")
	}
	if _, known := pack.Words.Roles[p.Role]; !known || !slices.Contains(Duties, p.Duty) {
		return pavilion.E(pavilion.Invalid, "label.role", nil).At("role")
	}
	if err := short(map[string]string{"name": p.Name, "address": p.Address, "contact": p.Contact}); err != nil {
		return err
	}
	all, err := Parties(ctx, tx, p.Market)
	if err != nil {
		return err
	}
	before, now := all[p.Duty], db.Micros(tx.Now())
	var n int64
	if p.Version == 0 {
		n, err = tx.Exec(ctx, insertParty, p.Market, string(p.Duty), p.Role, p.Name, p.Address, p.Contact, now)
	} else {
		n, err = tx.Exec(ctx, updateParty, p.Role, p.Name, p.Address, p.Contact, now, p.Market, string(p.Duty), p.Version)
	}
	if err == nil && n == 0 {
		err = labelChangedMeanwhile()
	}
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	if err := judgeSoon(ctx, tx, p.Market); err != nil {
		return err
	}
	var changes []staff.FieldChange
	for _, c := range []staff.FieldChange{
		{Field: "role", Before: before.Role, After: p.Role}, {Field: "name", Before: before.Name, After: p.Name},
		{Field: "address", Before: before.Address, After: p.Address}, {Field: "contact", Before: before.Contact, After: p.Contact},
	} {
		if c.Before != c.After {
			changes = append(changes, c)
		}
	}
	return staff.NoteChanges(ctx, tx, "label.party_changed", "market_"+p.Market, changes)
}

func scanDesign(row db.Scanner) (d LabelDesign, err error) {
	var serving, content string
	var updated int64
	err = row.Scan(&d.SKU, &d.Market, &d.Edition, &d.WidthMM, &d.HeightMM, &d.Table.Basis, &serving, &d.Table.Rounding, &content,
		&d.Report.Laboratory, &d.Report.Number, &d.Report.Date, &updated, &d.Version)
	if err != nil {
		return d, err
	}
	d.UpdatedAt = db.Time(updated)
	if serving != "" {
		if d.Table.Serving, err = nutrition.ParseAmount(serving); err != nil {
			return d, err
		}
	}
	return d, json.Unmarshal([]byte(content), &d.Content)
}

func scanParty(row db.Scanner) (p LabelParty, err error) {
	err = row.Scan(&p.Market, &p.Duty, &p.Role, &p.Name, &p.Address, &p.Contact, &p.Version)
	return p, err
}
