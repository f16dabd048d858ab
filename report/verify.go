package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
)

// Reaction is the name of the reactions to the facts of an order that call [Count].
const Reaction = "figures"

// Difference is one place where the figures are not what the orders add up to.
type Difference struct {
	Reason  string           // machine word, such as "report.verify_sum"
	Order   pavilion.OrderID // it is about, "" for a sum
	About   Subject          // whose sum
	Day     pavilion.Date
	Stored  int64 // amounts in minor units, goods in units
	Counted int64
}

const (
	// What waits to be counted is no difference: its reaction is still to run, or waits for
	// a person who sees it among the parked jobs.
	waitingSQL = `select about from fact where not fanned and kind in ('order.paid', 'order.refunded', 'order.cancelled')
		union select about from job where state in ('queued', 'running', 'parked')
			and kind in ('order.paid/figures', 'order.refunded/figures', 'order.cancelled/figures')`
	uncountedSQL = `select e.order_id from order_event e left join sales_counted c on c.order_id = e.order_id
		where e.step in ('pay', 'place_paid') and c.order_id is null`
	countedDaysSQL = `select day from sales_counted union select day from sales_day order by day`
	countedOnSQL   = `select order_id from sales_counted where day = $1 and order_id > $2 order by order_id limit $3`
	storedOnSQL    = `select key, channel, currency, simulated, orders, units, minor, refunded_units, refunded_minor
		from sales_day where kind = $1 and day = $2`
)

// Verify counts the figures anew from the orders, a day at a time, and reports each
// difference. An order whose reaction has not run yet is no difference. It changes nothing;
// report must not use r.
func Verify(ctx context.Context, r db.Reader, report func(Difference) error) error {
	v := verifier{r: r, report: report, waiting: map[pavilion.OrderID]bool{}}
	waiting, err := db.All(ctx, r, scanID[pavilion.OrderID], waitingSQL)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		v.waiting[id] = true
	}
	uncounted, err := db.All(ctx, r, scanID[pavilion.OrderID], uncountedSQL)
	if err != nil {
		return err
	}
	for _, id := range uncounted {
		if v.waiting[id] {
			continue
		}
		if err := report(Difference{Reason: "report.verify_uncounted", Order: id, Counted: 1}); err != nil {
			return err
		}
	}
	days, err := db.All(ctx, r, scanID[pavilion.Date], countedDaysSQL)
	if err != nil {
		return err
	}
	for _, day := range days {
		if err := v.day(ctx, day); err != nil {
			return fmt.Errorf("figures of %s: %w", day, err)
		}
	}
	return nil
}

func scanID[T ~string](s db.Scanner) (id T, err error) { return id, s.Scan(&id) }

// verifier is one run of Verify.
type verifier struct {
	r       db.Reader
	report  func(Difference) error
	waiting map[pavilion.OrderID]bool
}

// day adds up what is counted of the orders of a day and compares it with what is stored.
func (v *verifier) day(ctx context.Context, day pavilion.Date) error {
	want := sums{}
	for last := pavilion.OrderID(""); ; {
		ids, err := db.All(ctx, v.r, scanID[pavilion.OrderID], countedOnSQL, day, last, rebuildSet)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		if err := v.recount(ctx, ids, want); err != nil {
			return err
		}
		last = ids[len(ids)-1]
	}
	has := sums{}
	for _, kind := range kinds {
		err := v.stored(ctx, kind, day, has)
		if err != nil {
			return err
		}
	}
	return v.compare(has, want)
}

// recount adds what the marks say is counted of the orders, and reports those of which not
// everything is.
func (v *verifier) recount(ctx context.Context, ids []pavilion.OrderID, want sums) error {
	sales, err := order.Sales(ctx, v.r, ids)
	if err != nil {
		return err
	}
	marks, err := marksOf(ctx, v.r, sales)
	if err != nil {
		return err
	}
	goods, err := goodsOf(ctx, v.r, sales)
	if err != nil {
		return err
	}
	for _, s := range sales {
		is := marks[s.Order]
		if err := want.addSale(s, is, goods, 1); err != nil {
			return err
		}
		should := markOf(s, is.Day, goods, is)
		if v.waiting[s.Order] || plausible(is.Day, s.PaidAt) && is.stored() == should.stored() {
			continue
		}
		if err := v.report(Difference{Reason: "report.verify_counted", Order: s.Order, Day: is.Day, Stored: is.refunded(), Counted: should.refunded()}); err != nil {
			return err
		}
	}
	return nil
}

// plausible tells whether it was that day at the moment somewhere on earth: the market's zone
// is a setting, and whoever verifies need not know it.
func plausible(day pavilion.Date, at time.Time) bool {
	off := pavilion.DateOf(at, time.UTC).DaysUntil(day)
	return -1 <= off && off <= 1
}

// refunded is how many units were given back.
func (m mark) refunded() (units int64) {
	for _, l := range m.Lines {
		units += l.Refunded
	}
	return units
}

// stored reads the sums of a day.
func (v *verifier) stored(ctx context.Context, kind Kind, day pavilion.Date, has sums) error {
	_, err := db.All(ctx, v.r, func(s db.Scanner) (none struct{}, err error) {
		c := cell{Subject: Subject{Kind: kind}, day: day}
		var orders, units, minor, refundedUnits, refunded int64
		err = s.Scan(&c.Key, &c.channel, &c.currency, &c.simulated, &orders, &units, &minor, &refundedUnits, &refunded)
		has.add(c, Figures{
			Orders: orders, Units: units, Sum: money.New(minor, c.currency),
			RefundedUnits: refundedUnits, Refunded: money.New(refunded, c.currency),
		}, 1)
		return none, err
	}, storedOnSQL, string(kind), day)
	return err
}

// compare reports every sum that differs, by its first number that does.
func (v *verifier) compare(has, want sums) error {
	both := maps.Clone(want)
	maps.Copy(both, has)
	for _, c := range slices.SortedFunc(maps.Keys(both), cell.compare) {
		for _, n := range [][2]int64{
			{has[c].Orders, want[c].Orders},
			{has[c].Units, want[c].Units},
			{has[c].Sum.Minor(), want[c].Sum.Minor()},
			{has[c].RefundedUnits, want[c].RefundedUnits},
			{has[c].Refunded.Minor(), want[c].Refunded.Minor()},
		} {
			if n[0] == n[1] {
				continue
			}
			if err := v.report(Difference{Reason: "report.verify_sum", About: c.Subject, Day: c.day, Stored: n[0], Counted: n[1]}); err != nil {
				return err
			}
			break
		}
	}
	return nil
}
