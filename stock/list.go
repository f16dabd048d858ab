package stock

import (
	"cmp"
	"context"
	"strings"
	"time"
	"unicode"

	"pavilion"
	"pavilion/db"
)

// EndingDays is how many days before its best-before date a lot is said to end soon.
const EndingDays = 30

// State sorts what lies somewhere by what can be done with it.
type State string

const (
	StateSellable State = "sellable" // some of it may be sold
	StateEnding   State = "ending"   // of that, what has less than EndingDays left
	StateExpired  State = "expired"  // past its date: to be moved or written off
	StateHeld     State = "held"     // in quarantine: to be decided about
	StateEmpty    State = "empty"    // nothing is left
)

// States are all states, in the order in which they are offered.
var States = []State{StateSellable, StateEnding, StateHeld, StateExpired, StateEmpty}

// Filter chooses balances. The zero filter is every lot in every warehouse where something
// of it lies.
type Filter struct {
	SKU       pavilion.SKUID
	GTIN      string // whole, instead of the SKU
	Warehouse pavilion.WarehouseID
	Producer  pavilion.ProducerID
	Code      string        // what the lot's code begins with, whatever the case, blanks and hyphens
	EndsBy    pavilion.Date // with this best-before date or an earlier one
	State     State
}

const (
	lotBalanceColumns = `l.id, l.sku_id, l.code, l.produced_on, l.best_before, b.warehouse_id, b.on_hand, b.reserved, b.held, w.time_zone, w.sells`

	// The tables are named in the order in which they are to be read. "cross join" keeps
	// SQLite from choosing another; PostgreSQL chooses by its statistics.
	fromBalances  = ` from balance b cross join lot l cross join warehouse w`
	fromCodes     = ` from lot l cross join balance b cross join warehouse w`
	fromProducers = ` from product p cross join sku s cross join balance b cross join lot l cross join warehouse w`

	orderBalances = `order by ` + dated + `, b.lot_id, b.warehouse_id limit $1`
)

// What few balances have is read first and sorted; what many have is looked for along the
// dates, where a page is soon full.
const (
	fewMost       = 2000
	countCodes    = `select count(*) from (select 1 from lot l where l.code_key >= $1 and l.code_key < $2 limit $3) few`
	countProducts = `select count(*) from (select 1 from product p where p.producer_id = $1 limit $2) few`
)

// fewer tells whether a query counts at most fewMost.
func fewer(ctx context.Context, r db.Reader, query string, args ...any) (bool, error) {
	var n int64
	err := r.QueryRow(ctx, query, append(args, fewMost+1)...).Scan(&n)
	return n <= fewMost, err
}

// List lists balances, those that end first first, then by lot and warehouse, beginning
// after the balance whose [LotBalance.Key] is given, at most limit of them.
func List(ctx context.Context, r db.Reader, f Filter, after string, limit int) ([]LotBalance, error) {
	from, w, err := f.where(ctx, r)
	if err != nil {
		return nil, err
	}
	if after != "" {
		date, rest, _ := strings.Cut(after, ".")
		lot, warehouse, _ := strings.Cut(rest, ".")
		w.And(`(`+dated+`, b.lot_id, b.warehouse_id) > ($1, $2, $3)`, date, lot, warehouse)
	}
	query, args := w.SQL(`select `+lotBalanceColumns+from, orderBalances, limit)
	return db.All(ctx, r, scanLotBalance(r), query, args...)
}

// Count counts the balances of the filter, and stops at most.
func Count(ctx context.Context, r db.Reader, f Filter, most int64) (n int64, err error) {
	from, w, err := f.where(ctx, r)
	if err != nil {
		return 0, err
	}
	query, args := w.SQL(`select count(*) from (select 1`+from, `limit $1) few`, most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// where is the filter as the tables to read, in their order, and the conditions.
func (f Filter) where(ctx context.Context, r db.Reader) (from string, w db.Where, err error) {
	days, err := readCalendar(ctx, r)
	if err != nil {
		return "", w, err
	}
	from = fromBalances
	w.And("l.id = b.lot_id and w.id = b.warehouse_id")
	if f.Code != "" {
		key := codeKey(f.Code)
		few, err := fewer(ctx, r, countCodes, key, key+lastRune)
		if err != nil {
			return "", w, err
		}
		if few {
			from = fromCodes
		}
		w.And("l.code_key >= $1 and l.code_key < $2", key, key+lastRune)
	}
	if f.Producer != "" {
		few, err := fewer(ctx, r, countProducts, f.Producer)
		if err != nil {
			return "", w, err
		}
		if few && from == fromBalances && f.SKU == "" {
			from = fromProducers
			w.And("p.producer_id = $1 and s.product_id = p.id and b.sku_id = s.id", f.Producer)
		} else {
			w.And("exists (select 1 from sku s join product p on p.id = s.product_id where s.id = b.sku_id and p.producer_id = $1)", f.Producer)
		}
	}
	if f.SKU != "" {
		w.And("b.sku_id = $1", f.SKU)
	}
	if f.GTIN != "" {
		w.And("b.sku_id in (select s.id from sku s where s.gtin = $1)", f.GTIN)
	}
	if f.Warehouse != "" {
		w.And("b.warehouse_id = $1", f.Warehouse)
	}
	if f.EndsBy != "" {
		w.And(dated+" <= $1", f.EndsBy)
	}
	f.State.where(&w, days)
	return from, w, nil
}

func (s State) where(w *db.Where, days calendar) {
	if s == StateEmpty {
		w.And("b.on_hand = 0")
		return
	}
	w.And("b.on_hand > 0")
	switch s {
	case StateSellable, StateEnding:
		w.And("b.on_hand > b.reserved and not b.held and w.sells")
		days.from(w, 0)
		if s == StateEnding {
			days.before(w, EndingDays)
		}
	case StateExpired:
		days.before(w, 0)
	case StateHeld:
		w.And("b.held")
	}
}

// lastRune sorts after everything that a code may go on with.
const lastRune = "\U0010ffff"

// codeKey is a lot's code as it is searched for: its letters and digits in lower case.
func codeKey(code string) string {
	return strings.ToLower(strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, code))
}

// LotBalance is what lies of one lot in one warehouse.
type LotBalance struct {
	Lot        pavilion.LotID
	SKU        pavilion.SKUID
	Code       string
	ProducedOn pavilion.Date
	BestBefore pavilion.Date
	Warehouse  pavilion.WarehouseID
	OnHand     int64
	Reserved   int64
	Held       bool
	Sells      bool // the warehouse sells
	DaysLeft   int  // until BestBefore where it lies, less than 0 once it has expired; 0 if it does not expire

	zone string // of the warehouse
}

// Key is where a list goes on after this balance.
func (b LotBalance) Key() string {
	return string(b.sortDate()) + "." + string(b.Lot) + "." + string(b.Warehouse)
}

// sortDate is the date the balance is listed by.
func (b LotBalance) sortDate() pavilion.Date { return cmp.Or(b.BestBefore, undated) }

// Free is how many units are not promised to an order.
func (b LotBalance) Free() int64 { return b.OnHand - b.Reserved }

// Expired tells whether the lot is past its best-before date where it lies.
func (b LotBalance) Expired() bool { return b.BestBefore != "" && b.DaysLeft < 0 }

// Sellable tells whether free units, if there are any, may be sold on a channel that asks
// for so many days.
func (b LotBalance) Sellable(minDays int) bool {
	return b.Sells && !b.Held && (b.BestBefore == "" || b.DaysLeft >= minDays)
}

// State is the state by which the balance would be found; StateSellable also for what is
// promised to the last unit, or lies where nothing is sold.
func (b LotBalance) State() State {
	switch {
	case b.OnHand == 0:
		return StateEmpty
	case b.Held:
		return StateHeld
	case b.Expired():
		return StateExpired
	case b.BestBefore != "" && b.DaysLeft < EndingDays:
		return StateEnding
	}
	return StateSellable
}

// scanLotBalance scans lotBalanceColumns and works out the days left.
func scanLotBalance(r db.Reader) func(db.Scanner) (LotBalance, error) {
	return func(row db.Scanner) (b LotBalance, err error) {
		err = row.Scan(&b.Lot, &b.SKU, &b.Code, &b.ProducedOn, &b.BestBefore, &b.Warehouse, &b.OnHand, &b.Reserved, &b.Held, &b.zone, &b.Sells)
		if err != nil {
			return b, err
		}
		return b, b.age(r.Now())
	}
}

// age works out the days left where the balance is.
func (b *LotBalance) age(now time.Time) error {
	if b.BestBefore == "" {
		return nil
	}
	day, err := today(now, b.zone)
	b.DaysLeft = day.DaysUntil(b.BestBefore)
	return err
}
