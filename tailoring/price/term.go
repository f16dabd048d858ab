package price

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// Kind is a part of a price.
type Kind string

// The parts of a price, in the order of the goods' way. What the state takes comes from the
// market's pack; all others are terms that people enter.
const (
	ExWorks     Kind = "ex_works"    // at the factory's gate
	Freight     Kind = "freight"     // to the market's border
	Insurance   Kind = "insurance"   // on the way, a share of what the goods cost so far
	Duty        Kind = "duty"        // what the state takes
	Consumption Kind = "consumption" // tax
	VAT         Kind = "vat"
	Warehouse   Kind = "warehouse"  // keeping, packing and sending one unit in the market
	Commission  Kind = "commission" // of the channel, a share of the price without the shopper's tax
	Other       Kind = "other"      // what else is taken of a sale in the market, a share of the same price
	Margin      Kind = "margin"     // what is to be earned, a share of the same price
)

// Kinds are all parts in the order of the goods' way.
var Kinds = []Kind{ExWorks, Freight, Insurance, Duty, Consumption, VAT, Warehouse, Commission, Other, Margin}

// Entered are the parts that people enter, and for what each may be said.
var Entered = map[Kind][]Per{
	ExWorks: {Unit}, Freight: {Kilogram, Unit}, Insurance: {Share}, Warehouse: {Unit, Kilogram},
	Commission: {Share}, Other: {Share}, Margin: {Share},
}

// Per is for what a term is said.
type Per string

// What terms are said for.
const (
	Unit     Per = "unit"
	Kilogram Per = "kg" // of gross weight
	Share    Per = "share"
)

// TermID is the identifier of a term.
type TermID = pavilion.CostTermID

// Term is what somebody said a part of the price costs, for some goods, by some way, on some
// channel.
type Term struct {
	ID      TermID
	Market  string
	Kind    Kind
	About   string // a SKU, the key of a category, or "" for all goods
	Route   string // "" for all
	Channel string // "" for all
	Per     Per
	Amount  money.Money     // in any currency; zero Money of a share
	Share   decimal.Decimal // below one
	Source  string          // who says so: an invoice, a contract, an offer
	From    pavilion.Date   // from which day on
	SetBy   pavilion.Actor
	SetAt   time.Time
}

// Choose picks from a market's terms those that apply to goods, by a way, on a channel, on a
// day. About are what terms may be about, the most particular first: the SKU, its category,
// the categories above. A term about less goes before one about more, then one for a channel
// before one for all, then one for a way; of equals the one that holds from the latest day.
func Choose(terms []Term, about []string, route, channel string, on pavilion.Date) map[Kind]Term {
	chosen := map[Kind]Term{}
	rank := func(t Term) int {
		place := slices.Index(about, t.About)
		switch {
		case t.From > on || t.Route != "" && t.Route != route || t.Channel != "" && t.Channel != channel:
			return 0
		case t.About == "":
			place = len(about)
		case place < 0:
			return 0
		}
		rank := 4 * (len(about) - place)
		if t.Channel != "" {
			rank += 2
		}
		if t.Route != "" {
			rank++
		}
		return rank + 1
	}
	for _, t := range terms {
		r := rank(t)
		if r == 0 {
			continue
		}
		best, any := chosen[t.Kind]
		if old := rank(best); !any || r > old || r == old && (t.From > best.From || t.From == best.From && t.ID > best.ID) {
			chosen[t.Kind] = t
		}
	}
	return chosen
}

// mostTerms bounds the terms of one market that are read at once: those about all goods and
// categories, and those about the SKUs asked for.
const mostTerms = 5000

const (
	termColumns = `id, market, kind, about, route, channel, per, minor, currency, share, source, valid_from, set_by, set_at`

	selectTerms = `select ` + termColumns + ` from cost_term where market = $1 and ended_at = 0 and about not like 'sku\_%' escape '\' order by about, id limit $2`
	selectAbout = `select ` + termColumns + ` from cost_term where market = $1 and ended_at = 0 and about = $2 order by id limit $3`
	selectTerm  = `select ` + termColumns + ` from cost_term where id = $1 and ended_at = 0`
	insertTerm  = `insert into cost_term (id, market, kind, about, route, channel, per, minor, currency, share, source, valid_from, set_by, set_at, ended_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0)`
	endTerm = `update cost_term set ended_at = $1 where id = $2 and ended_at = 0`
)

// Terms returns what was said about a market's goods in general and about one SKU, without
// what was ended; sku may be "".
func Terms(ctx context.Context, r db.Reader, market string, sku pavilion.SKUID) ([]Term, error) {
	general, err := db.All(ctx, r, scanTerm, selectTerms, market, mostTerms)
	if err != nil || sku == "" {
		return general, err
	}
	particular, err := db.All(ctx, r, scanTerm, selectAbout, market, string(sku), mostTerms)
	return append(general, particular...), err
}

// GetTerm returns a term that was not ended. Error: NotFound price.term_unknown.
func GetTerm(ctx context.Context, r db.Reader, id TermID) (Term, error) {
	t, found, err := db.One(ctx, r, scanTerm, selectTerm, string(id))
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "price.term_unknown", nil)
	}
	return t, err
}

// SetTerm keeps what somebody said. It ends the term that said it before for the same goods,
// way and channel from the same day or later, and leaves earlier days as they were. Errors:
// Invalid price.kind_unknown, price.per_unknown, price.amount, price.share, currency.unknown,
// price.source_missing, date.malformed, each with its field.
func SetTerm(ctx context.Context, tx *db.Tx, t Term) (TermID, error) {
	t.Source = strings.TrimSpace(t.Source)
	if err := t.check(); err != nil {
		return "", err
	}
	before, err := db.All(ctx, tx, scanTerm, selectAbout, t.Market, t.About, mostTerms)
	if err != nil {
		return "", err
	}
	was := ""
	for _, b := range before {
		if b.Kind == t.Kind && b.Route == t.Route && b.Channel == t.Channel && b.From >= t.From {
			was = b.Said()
			if _, err := tx.Exec(ctx, endTerm, db.Micros(tx.Now()), string(b.ID)); err != nil {
				return "", err
			}
		}
	}
	t.ID = pavilion.NewID[TermID](pavilion.PrefixCostTerm, tx.Now())
	_, err = tx.Exec(ctx, insertTerm, string(t.ID), t.Market, string(t.Kind), t.About, t.Route, t.Channel, string(t.Per),
		t.Amount.Minor(), string(t.Amount.Currency()), t.Share.String(), t.Source, string(t.From), tx.Actor().String(), db.Micros(tx.Now()))
	if err != nil {
		return "", err
	}
	return t.ID, staff.NoteChanges(ctx, tx, "price.term_set", t.about(), []staff.FieldChange{{Field: string(t.Kind), Before: was, After: t.Said()}})
}

// EndTerm takes a term back. Error: NotFound price.term_unknown.
func EndTerm(ctx context.Context, tx *db.Tx, id TermID) error {
	t, err := GetTerm(ctx, tx, id)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, endTerm, db.Micros(tx.Now()), string(id))
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.NotFound, "price.term_unknown", nil)
	}
	if err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "price.term_ended", t.about(), []staff.FieldChange{{Field: string(t.Kind), Before: t.Said()}})
}

// about is what the trail has a term stand with.
func (t Term) about() string {
	if t.About == "" {
		return "costs." + t.Market
	}
	return t.About
}

// Said is a term as the trail and exports have it, such as "5.20 BYN/unit from 2026-01-01".
func (t Term) Said() string {
	amount := t.Share.String()
	if t.Per != Share {
		amount = t.Amount.String() + "/" + string(t.Per)
	}
	for _, word := range []string{t.Route, t.Channel} {
		if word != "" {
			amount += " " + word
		}
	}
	return amount + " from " + string(t.From) + " (" + t.Source + ")"
}

// longestSource is how many characters may say where a figure comes from.
const longestSource = 200

func (t Term) check() error {
	invalid := func(reason, field string) error { return pavilion.E(pavilion.Invalid, reason, nil).At(field) }
	pers, ok := Entered[t.Kind]
	switch {
	case !ok:
		return invalid("price.kind_unknown", "kind")
	case !slices.Contains(pers, t.Per):
		return invalid("price.per_unknown", "per")
	case t.Per == Share && (t.Share.IsNegative() || t.Share.GreaterThanOrEqual(one) || t.Share.Exponent() < -6):
		return invalid("price.share", "amount")
	case t.Per != Share && t.Amount.Sign() < 0:
		return invalid("price.amount", "amount")
	case t.Per != Share && !t.Amount.Currency().Known():
		return pavilion.E(pavilion.Invalid, "currency.unknown", pavilion.Args{"currency": string(t.Amount.Currency())}).At("currency")
	case t.Source == "" || utf8.RuneCountInString(t.Source) > longestSource:
		return invalid("price.source_missing", "source")
	}
	if _, err := pavilion.ParseDate(string(t.From)); err != nil {
		return pavilion.E(pavilion.Invalid, "date.malformed", pavilion.Args{"value": string(t.From)}).At("from")
	}
	return nil
}

func scanTerm(row db.Scanner) (t Term, err error) {
	var minor, at int64
	var currency money.Currency
	var share, by string
	err = row.Scan(&t.ID, &t.Market, &t.Kind, &t.About, &t.Route, &t.Channel, &t.Per, &minor, &currency, &share, &t.Source, &t.From, &by, &at)
	if err != nil {
		return t, err
	}
	if t.Per != Share {
		t.Amount = money.New(minor, currency)
	}
	if t.Share, err = decimal.NewFromString(share); err != nil {
		return t, err
	}
	t.SetAt = db.Time(at)
	t.SetBy, _ = pavilion.ParseActor(by)
	return t, nil
}
