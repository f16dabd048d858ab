// Package setting keeps what an operator decides in the console while the pavilion runs: the
// delivery fee, how long an unpaid order is kept, what the shop says about returns. Each
// setting has a value from the configuration or the program, which a stored one overrides.
// Start with [Change] and [Book].
package setting

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// Key names a setting.
type Key string

const (
	Name             Key = "name"               // of the pavilion; in a language without one its own
	Contact          Key = "contact"            // how shoppers reach people: a page of the shop
	Returns          Key = "returns"            // what may be sent back and how: a page of the shop
	Open             Key = "open"               // whether the own shop takes orders
	DeliveryFee      Key = "delivery_fee"       // of the own shop, in the market's currency
	FreeDeliveryFrom Key = "free_delivery_from" // zero: never
	TaxAdded         Key = "tax_added"          // whether import tax is put on top of prices, which otherwise hold it
	PayWithin        Key = "pay_within"         // how long an unpaid order keeps its goods
	KeepBaskets      Key = "keep_baskets"       // how long a basket that nobody touches is kept
	KeepCodes        Key = "keep_codes"         // how long the times of one-time codes are kept
)

// Kind is the form of a value.
type Kind string

const (
	Words    Kind = "words"    // pavilion.Text as JSON
	Flag     Kind = "flag"     // "yes" or "no"
	Amount   Kind = "amount"   // as money.Money.Decimal has it, without currency
	Duration Kind = "duration" // as time.ParseDuration reads it
)

// Definition says what a setting can be.
type Definition struct {
	Key         Key
	Kind        Kind
	Least, Most time.Duration // of a duration
	Longest     int           // characters of words in one language
}

// Definitions are all settings, in the order in which people read them.
var Definitions = []Definition{
	{Key: Name, Kind: Words, Longest: 60},
	{Key: Contact, Kind: Words, Longest: 2000},
	{Key: Returns, Kind: Words, Longest: 4000},
	{Key: Open, Kind: Flag},
	{Key: DeliveryFee, Kind: Amount},
	{Key: FreeDeliveryFrom, Kind: Amount},
	{Key: TaxAdded, Kind: Flag},
	{Key: PayWithin, Kind: Duration, Least: 5 * time.Minute, Most: 7 * 24 * time.Hour},
	{Key: KeepBaskets, Kind: Duration, Least: 24 * time.Hour, Most: 365 * 24 * time.Hour},
	{Key: KeepCodes, Kind: Duration, Least: 24 * time.Hour, Most: 30 * 24 * time.Hour}, // a day: codes are counted by day
}

// definition finds a setting by its key.
func definition(k Key) (Definition, bool) {
	i := slices.IndexFunc(Definitions, func(d Definition) bool { return d.Key == k })
	if i < 0 {
		return Definition{}, false
	}
	return Definitions[i], true
}

// check brings a value into its stored form. Errors are Invalid, at the key:
// setting.malformed, setting.too_long {most}, setting.out_of_range {least, most}.
func (d Definition) check(value string, currency money.Currency) (string, error) {
	malformed := pavilion.E(pavilion.Invalid, "setting.malformed", nil).At(string(d.Key))
	switch d.Kind {
	case Words:
		text, err := pavilion.ParseText(value)
		if err != nil {
			return "", malformed.Because(err)
		}
		for lang, words := range text {
			words = strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n"))
			if utf8.RuneCountInString(words) > d.Longest {
				return "", pavilion.E(pavilion.Invalid, "setting.too_long", pavilion.Args{"most": d.Longest}).At(string(d.Key) + "." + string(lang))
			}
			if text[lang] = words; words == "" {
				delete(text, lang)
			}
		}
		return text.JSON(), nil
	case Flag:
		if value != "yes" && value != "no" {
			return "", malformed
		}
		return value, nil
	case Amount:
		m, err := money.Parse(value, currency)
		if err != nil || m.Sign() < 0 {
			return "", malformed.Because(err)
		}
		return m.Decimal(), nil
	case Duration:
		length, err := time.ParseDuration(value)
		if err != nil {
			return "", malformed.Because(err)
		}
		if length < d.Least || length > d.Most {
			return "", pavilion.E(pavilion.Invalid, "setting.out_of_range", pavilion.Args{"least": d.Least, "most": d.Most}).At(string(d.Key))
		}
		return length.String(), nil
	}
	return "", malformed
}

// Stored is a setting as somebody decided it.
type Stored struct {
	Key       Key
	Value     string
	Version   int64 // counts its changes, from 1
	ChangedAt time.Time
	ChangedBy pavilion.Actor
}

const sqlSettings = `select key, value, version, changed_at, changed_by from setting order by key limit $1`

// All lists what was decided. A setting that is not among it is as configured.
func All(ctx context.Context, r db.Reader) (map[Key]Stored, error) {
	scan := func(s db.Scanner) (x Stored, err error) {
		var at int64
		var by string
		err = s.Scan(&x.Key, &x.Value, &x.Version, &at, &by)
		x.ChangedAt = db.Time(at)
		x.ChangedBy, _ = pavilion.ParseActor(by)
		return x, err
	}
	list, err := db.All(ctx, r, scan, sqlSettings, 2*len(Definitions))
	all := make(map[Key]Stored, len(list))
	for _, x := range list {
		all[x.Key] = x
	}
	return all, err
}

// Decision is one setting as somebody wants it, made while looking at a version of it.
type Decision struct {
	Key     Key
	Value   string
	Version int64 // 0 where nothing was decided before
}

const (
	sqlDecide = `insert into setting (key, value, version, changed_at, changed_by) values ($1, $2, 1, $3, $4) on conflict do nothing`

	sqlChange = `update setting set value = $1, version = version + 1, changed_at = $2, changed_by = $3 where key = $4 and version = $5`
)

// Signal is the topic on which changes of settings are signalled.
const Signal = "setting"

// Change makes decisions, all or none; those that change nothing are passed over. What it was
// before, and if nothing was decided the configured value, stands in the trail. Errors:
// Invalid as the setting's form asks, at its key; Conflict setting.changed_meanwhile, at its
// key, when somebody else decided since the version.
func (b *Book) Change(ctx context.Context, tx *db.Tx, decisions []Decision) error {
	before, err := All(ctx, tx)
	if err != nil {
		return err
	}
	var changes []staff.FieldChange
	for _, d := range decisions {
		def, known := definition(d.Key)
		if !known {
			return pavilion.E(pavilion.Invalid, "setting.unknown", pavilion.Args{"key": string(d.Key)})
		}
		value, err := def.check(d.Value, b.currency)
		if err != nil {
			return err
		}
		was := b.configured[d.Key]
		if s, decided := before[d.Key]; decided {
			was = s.Value
		}
		if value == was {
			continue
		}
		if err := decide(ctx, tx, d.Key, value, d.Version); err != nil {
			return err
		}
		changes = append(changes, def.changes(was, value)...)
	}
	tx.Signal(Signal)
	return staff.NoteChanges(ctx, tx, "settings.changed", "settings", changes)
}

func decide(ctx context.Context, tx *db.Tx, k Key, value string, version int64) error {
	at, by := db.Micros(tx.Now()), tx.Actor().String()
	var n int64
	var err error
	if version == 0 {
		n, err = tx.Exec(ctx, sqlDecide, k, value, at, by)
	} else {
		n, err = tx.Exec(ctx, sqlChange, value, at, by, k, version)
	}
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "setting.changed_meanwhile", nil).At(string(k))
	}
	return err
}

// changes are what differs, for words in each language.
func (d Definition) changes(before, after string) []staff.FieldChange {
	if d.Kind != Words {
		return []staff.FieldChange{{Field: string(d.Key), Before: before, After: after}}
	}
	was, _ := pavilion.ParseText(before) // both were checked
	is, _ := pavilion.ParseText(after)
	var out []staff.FieldChange
	for _, lang := range pavilion.Langs {
		if was[lang] != is[lang] {
			out = append(out, staff.FieldChange{Field: string(d.Key) + "." + string(lang), Before: was[lang], After: is[lang]})
		}
	}
	return out
}

func flag(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}
