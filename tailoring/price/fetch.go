package price

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// Ask asks somewhere outside what currencies cost on a day, or on the last day before it that
// anything was published for.
type Ask func(ctx context.Context, on pavilion.Date) ([]money.Rate, error)

// farOff is the part of itself by which a rate may move from the last one and still be taken
// without a person.
var farOff = decimal.New(5, -2)

// Why is why a fetched rate was not taken.
type Why string

// The reasons.
const (
	Far     Why = "far"     // too far from the last one
	Another Why = "by_hand" // somebody said another one for the same day
)

// HeldRate is a rate that was fetched and waits for a person.
type HeldRate struct {
	Quoted // its SetBy and SetAt are zero
	Why    Why
	HeldAt time.Time
}

// Topic is what every change of exchange rates signals after its commit.
const Topic = "rates"

const (
	selectCurrencies = `select distinct currency from cost_term where ended_at = 0 and per <> 'share' order by currency limit $1`

	insertHeld = `insert into rate_held (id, from_currency, to_currency, value, source, valid_on, why, held_at, settled_by, settled_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, '', 0) on conflict do nothing`
	heldColumns = `id, from_currency, to_currency, value, source, valid_on, why, held_at`
	selectHeld  = `select ` + heldColumns + ` from rate_held where settled_at = 0 order by id desc limit $1`
	selectOne   = `select ` + heldColumns + ` from rate_held where id = $1 and settled_at = 0`
	settleHeld  = `update rate_held set settled_by = $1, settled_at = $2 where id = $3 and settled_at = 0`
)

// Fetch asks for the rates of the day and takes those between the currencies that costs are
// stated in and the others given. It may run any number of times.
func Fetch(ctx context.Context, d *db.DB, ask Ask, currencies ...money.Currency) error {
	rates, err := ask(ctx, pavilion.DateOf(d.Now(), time.UTC))
	if err != nil {
		return err
	}
	return d.Write(ctx, pavilion.System(Topic), func(tx *db.Tx) error {
		stated, err := db.All(ctx, tx, scanCurrency, selectCurrencies, mostPairs)
		if err != nil {
			return err
		}
		used := map[money.Currency]bool{}
		for _, c := range append(stated, currencies...) {
			used[c] = true
		}
		for _, r := range rates {
			if !used[r.From] || !used[r.To] {
				continue
			}
			q := Quoted{From: r.From, To: r.To, Value: r.Value, Source: r.Source, Way: Fetched, On: pavilion.DateOf(r.At, time.UTC)}
			if err := take(ctx, tx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

// take keeps a fetched rate, or holds it back for a person.
func take(ctx context.Context, tx *db.Tx, q Quoted) error {
	rates, err := RatesOn(ctx, tx, q.On)
	if err != nil {
		return err
	}
	last, known := rates.Between(q.From, q.To)
	is := last.Rate(q.From).Value
	switch {
	case known && last.On == q.On && last.Way != Fetched:
		if !is.Equal(q.Value) {
			return hold(ctx, tx, q, Another)
		}
		return nil
	case known && q.Value.Sub(is).Abs().GreaterThan(is.Mul(farOff)):
		return hold(ctx, tx, q, Far)
	}
	_, err = SetRates(ctx, tx, q)
	return err
}

// hold keeps a rate for a person, once.
func hold(ctx context.Context, tx *db.Tx, q Quoted, why Why) error {
	if err := q.check(); err != nil {
		return err
	}
	id := pavilion.NewID[pavilion.RateID](pavilion.PrefixRate, tx.Now())
	n, err := tx.Exec(ctx, insertHeld, string(id), string(q.From), string(q.To), q.Value.String(), q.Source, string(q.On), string(why), db.Micros(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	tx.Signal(Topic)
	return staff.NoteSet(ctx, tx, []staff.Deed{{Act: "price.rate_held", About: "rates", Detail: map[string]any{"why": string(why)}, Changes: []staff.FieldChange{q.change()}}})
}

// HeldRates returns the rates that wait for a person, the latest first.
func HeldRates(ctx context.Context, r db.Reader, limit int) ([]HeldRate, error) {
	return db.All(ctx, r, scanHeld, selectHeld, limit)
}

// SettleRate takes a held rate, which counts from then on, or leaves it. Error: Conflict
// price.rate_settled.
func SettleRate(ctx context.Context, tx *db.Tx, id pavilion.RateID, wanted bool) error {
	q, found, err := db.One(ctx, tx, scanHeld, selectOne, string(id))
	if err != nil {
		return err
	}
	settled := pavilion.E(pavilion.Conflict, "price.rate_settled", nil)
	if !found {
		return settled
	}
	n, err := tx.Exec(ctx, settleHeld, tx.Actor().String(), db.Micros(tx.Now()), string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return settled
	}
	tx.Signal(Topic)
	if wanted {
		_, err = SetRates(ctx, tx, q.Quoted)
		return err
	}
	return staff.NoteSet(ctx, tx, []staff.Deed{{Act: "price.rate_left", About: "rates", Changes: []staff.FieldChange{q.change()}}})
}

func scanCurrency(row db.Scanner) (c money.Currency, err error) {
	err = row.Scan(&c)
	return c, err
}

func scanHeld(row db.Scanner) (h HeldRate, err error) {
	var value string
	var at int64
	if err = row.Scan(&h.ID, &h.From, &h.To, &value, &h.Source, &h.On, &h.Why, &at); err != nil {
		return h, err
	}
	h.Way, h.HeldAt = Fetched, db.Time(at)
	h.Value, err = decimal.NewFromString(value)
	return h, err
}
