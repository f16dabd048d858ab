package price

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// oldRate is after how many days a sheet says that an exchange rate is old.
const oldRate = 14

// Way is how an exchange rate came in.
type Way string

// The ways.
const (
	ByHand  Way = "hand"
	ByFile  Way = "file"
	Fetched Way = "fetched"
)

// Quoted is an exchange rate as somebody said it: what one unit of From costs in To.
type Quoted struct {
	ID     pavilion.RateID
	From   money.Currency
	To     money.Currency
	Value  decimal.Decimal
	Source string // who said so, such as a bank
	Way    Way
	On     pavilion.Date
	SetBy  pavilion.Actor
	SetAt  time.Time
}

// reversed digits are enough that an amount of a hundred million converted there and back is
// the same to the minor unit.
const reversed = 16

// Rate is the rate for amounts of a currency, which is one of the two of the quote.
func (q Quoted) Rate(from money.Currency) money.Rate {
	r := money.Rate{From: q.From, To: q.To, Value: q.Value, Source: q.Source, At: q.On.Time()}
	if from == q.To {
		r.From, r.To, r.Value = q.To, q.From, one.DivRound(q.Value, reversed)
	}
	return r
}

// Rates are the exchange rates that count on a day, the latest of each pair.
type Rates []Quoted

// Between finds what turns one currency into another: a quote of the pair, said in whichever
// direction; of two the later.
func (r Rates) Between(from, to money.Currency) (Quoted, bool) {
	var best Quoted
	for _, q := range r {
		if (q.From == from && q.To == to || q.From == to && q.To == from) && (best.ID == "" || q.On > best.On || q.On == best.On && q.ID > best.ID) {
			best = q
		}
	}
	return best, best.ID != ""
}

const (
	rateColumns = `id, from_currency, to_currency, value, source, way, valid_on, set_by, set_at`

	selectRatesOn = `select ` + rateColumns + ` from exchange_rate e where valid_on <= $1
		and not exists (select 1 from exchange_rate l where l.from_currency = e.from_currency and l.to_currency = e.to_currency and l.valid_on <= $2
			and (l.valid_on > e.valid_on or (l.valid_on = e.valid_on and l.id > e.id)))
		order by from_currency, to_currency limit $3`
	selectRates = `select ` + rateColumns + ` from exchange_rate order by valid_on desc, id desc limit $1`
	selectSame  = `select ` + rateColumns + ` from exchange_rate where from_currency = $1 and to_currency = $2 and valid_on = $3 order by id desc limit 1`
)

var insertRates = db.Insert{Table: "exchange_rate", Columns: []string{"id", "from_currency", "to_currency", "value", "source", "way", "valid_on", "set_by", "set_at"}}

const mostPairs = 1000

// RatesOn returns the rates that count on a day.
func RatesOn(ctx context.Context, r db.Reader, on pavilion.Date) (Rates, error) {
	return db.All(ctx, r, scanRate, selectRatesOn, string(on), string(on), mostPairs)
}

// LatestRates returns the rates that were said, the latest day first.
func LatestRates(ctx context.Context, r db.Reader, limit int) (Rates, error) {
	return db.All(ctx, r, scanRate, selectRates, limit)
}

// SetRates keeps exchange rates; those that say what is known already are passed over. It
// returns how many were new. Errors: Invalid money.unknown_currency, money.rate_malformed,
// price.same_currency, price.source_missing, date.malformed, price.rate_ahead for a day that
// has not come.
func SetRates(ctx context.Context, tx *db.Tx, rates ...Quoted) (int, error) {
	var rows []any
	var deeds []staff.Deed
	tomorrow := pavilion.DateOf(tx.Now(), time.UTC).AddDays(1) // it is tomorrow already in the east
	for _, q := range rates {
		if err := q.check(); err != nil {
			return 0, err
		}
		if q.On > tomorrow {
			return 0, pavilion.E(pavilion.Invalid, "price.rate_ahead", pavilion.Args{"on": q.On}).At("on")
		}
		before, known, err := db.One(ctx, tx, scanRate, selectSame, string(q.From), string(q.To), string(q.On))
		if err != nil {
			return 0, err
		}
		if known && before.Value.Equal(q.Value) && before.Source == q.Source {
			continue
		}
		q.ID = pavilion.NewID[pavilion.RateID](pavilion.PrefixRate, tx.Now())
		rows = append(rows, string(q.ID), string(q.From), string(q.To), q.Value.String(), q.Source, string(q.Way), string(q.On), tx.Actor().String(), db.Micros(tx.Now()))
		change := q.change()
		if known {
			change.Before = before.change().After
		}
		deeds = append(deeds, staff.Deed{Act: "price.rate_set", About: "rates", Changes: []staff.FieldChange{change}})
	}
	if len(deeds) == 0 {
		return 0, nil
	}
	if _, err := insertRates.Rows(ctx, tx, rows); err != nil {
		return 0, err
	}
	tx.Signal(Topic)
	return len(deeds), staff.NoteSet(ctx, tx, deeds)
}

// change is the rate as the trail has it.
func (q Quoted) change() staff.FieldChange {
	return staff.FieldChange{Field: string(q.From) + "." + string(q.To), After: q.Value.String() + " " + string(q.On) + " (" + q.Source + ")"}
}

func (q Quoted) check() error {
	if q.From == q.To {
		return pavilion.E(pavilion.Invalid, "price.same_currency", nil).At("to")
	}
	if _, err := money.ParseRate(q.From, q.To, q.Value.String(), q.Source, time.Time{}); err != nil {
		return err
	}
	if q.Source == "" || utf8.RuneCountInString(q.Source) > longestSource {
		return pavilion.E(pavilion.Invalid, "price.source_missing", nil).At("rate_source")
	}
	_, err := pavilion.ParseDate(string(q.On))
	return err
}

// Bounds of a file of rates.
const (
	MostRateBytes = 1 << 20
	mostRates     = 10_000
)

// ReadRates reads a file of exchange rates: comma-separated lines with the day, the two
// currencies, how many units of the second one or more units of the first cost, how many
// those are, and the source, such as
//
//	2026-11-20,CNY,BYN,4.4865,10,National Bank of the Republic of Belarus
//
// Lines that begin with # and a first line of names are passed over. The error is Invalid,
// price.rates_malformed {line}, or that of the value with the line as its cause.
func ReadRates(text string) (Rates, error) {
	var rates Rates
	number := 0
	malformed := func() error {
		return pavilion.E(pavilion.Invalid, "price.rates_malformed", pavilion.Args{"line": number}).At("file")
	}
	if len(text) > MostRateBytes || !utf8.ValidString(text) {
		return nil, malformed()
	}
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || number == 1 && strings.HasPrefix(line, "on,") {
			continue
		}
		cells := strings.SplitN(line, ",", 6)
		if len(cells) != 6 || len(rates) == mostRates {
			return nil, malformed()
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(pavilion.Visible(cells[i]))
		}
		units, err := strconv.ParseInt(cells[4], 10, 32)
		if err != nil || units < 1 {
			return nil, malformed()
		}
		q := Quoted{From: money.Currency(cells[1]), To: money.Currency(cells[2]), Source: cells[5], On: pavilion.Date(cells[0]), Way: ByFile}
		stated, err := money.ParseRate(q.From, q.To, cells[3], cells[5], time.Time{})
		if err != nil {
			return nil, malformed()
		}
		q.Value = stated.Value
		if units > 1 {
			q.Value = stated.Value.DivRound(decimal.NewFromInt(units), reversed)
		}
		if q.check() != nil {
			return nil, malformed()
		}
		rates = append(rates, q)
	}
	return rates, nil
}

func scanRate(row db.Scanner) (q Quoted, err error) {
	var value, by string
	var at int64
	if err = row.Scan(&q.ID, &q.From, &q.To, &value, &q.Source, &q.Way, &q.On, &by, &at); err != nil {
		return q, err
	}
	if q.Value, err = decimal.NewFromString(value); err != nil {
		return q, err
	}
	q.SetAt = db.Time(at)
	q.SetBy, _ = pavilion.ParseActor(by)
	return q, nil
}
