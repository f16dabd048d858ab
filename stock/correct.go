package stock

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Correction is new dates of a lot that were mistyped.
type Correction struct {
	Lot        pavilion.LotID
	ProducedOn pavilion.Date
	BestBefore pavilion.Date
	Version    int64 // of the lot as it was seen
}

const (
	updateDates = `update lot set produced_on = $1, best_before = $2, version = version + 1
where id = $3 and version = $4`
	updateBestBefore = `update balance set best_before = $1, changed_at = $2 where lot_id = $3`
)

// Correct gives a lot its right dates, wherever it lies, and notes it in the trail. Promises
// stay as they are, see [Misfits]. Errors: Invalid as in [Receive]; NotFound
// stock.lot_unknown; Conflict stock.lot_changed_meanwhile when somebody else corrected it.
func Correct(ctx context.Context, tx *db.Tx, c Correction) error {
	if err := checkDates(c.ProducedOn, c.BestBefore); err != nil {
		return err
	}
	was, err := GetLot(ctx, tx, c.Lot)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, updateDates, c.ProducedOn, c.BestBefore, c.Lot, c.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.Conflict, "stock.lot_changed_meanwhile", nil)
	}
	if _, err := tx.Exec(ctx, updateBestBefore, c.BestBefore, db.Micros(tx.Now()), c.Lot); err != nil {
		return err
	}
	tx.Signal("stock")
	var changes []staff.FieldChange
	if was.ProducedOn != c.ProducedOn {
		changes = append(changes, staff.FieldChange{Field: "produced_on", Before: string(was.ProducedOn), After: string(c.ProducedOn)})
	}
	if was.BestBefore != c.BestBefore {
		changes = append(changes, staff.FieldChange{Field: "best_before", Before: string(was.BestBefore), After: string(c.BestBefore)})
	}
	return staff.NoteChanges(ctx, tx, "stock.lot_corrected", string(c.Lot), changes)
}

// Misfit says why a promise would not be made like that any more.
type Misfit struct {
	Reservation
	Channel  string
	Why      string // MisfitExpired, MisfitLate or MisfitOrder
	DaysLeft int    // of the lot where it lies
	MinDays  int    // what the channel asks for
}

// The ways in which a promise may not fit.
const (
	MisfitExpired = "expired" // its lot would be past its date
	MisfitLate    = "late"    // its lot would have fewer days left than the channel asks for
	MisfitOrder   = "order"   // free units of another lot would expire earlier
)

const misfitLimit = 1000 // promises looked at of each balance

// Misfits lists the promises that fit now and would not fit with another best-before date of
// the lot: of this lot, and of other lots of the SKU that would no longer be the first to
// expire. [Rebook] gives them other units.
func Misfits(ctx context.Context, r db.Reader, id pavilion.LotID, bestBefore pavilion.Date) ([]Misfit, error) {
	l, err := GetLot(ctx, r, id)
	if err != nil {
		return nil, err
	}
	now, err := Lots(ctx, r, l.SKU)
	if err != nil {
		return nil, err
	}
	then := slices.Clone(now)
	days, err := readCalendar(ctx, r)
	if err != nil {
		return nil, err
	}
	for i := range then {
		if b := &then[i]; b.Lot == id {
			b.BestBefore, b.DaysLeft = bestBefore, 0
			if bestBefore != "" {
				b.DaysLeft = days.days[b.zone].DaysUntil(bestBefore)
			}
		}
	}
	asked := map[string]int{} // days, by channel
	var out []Misfit
	for i, b := range now {
		if b.Reserved == 0 {
			continue
		}
		ps, err := db.All(ctx, r, scanPromise, selectPromised, b.Lot, b.Warehouse, "", 0, misfitLimit)
		if err != nil {
			return nil, err
		}
		for _, p := range ps {
			minDays, known := asked[p.channel]
			if !known {
				rs, err := readRules(ctx, r, []string{p.channel}, []pavilion.SKUID{p.SKU})
				if err != nil {
					return nil, err
				}
				minDays = rs.of(p.channel, p.SKU).minDays
				asked[p.channel] = minDays
			}
			if why := misfit(then, i, minDays); why != "" && misfit(now, i, minDays) == "" {
				out = append(out, Misfit{p.Reservation, p.channel, why, then[i].DaysLeft, minDays})
			}
		}
	}
	return out, nil
}

// misfit says why units of a balance would not be promised on a channel that asks for so
// many days; "" if they would.
func misfit(all []LotBalance, i, minDays int) string {
	b := all[i]
	switch {
	case b.Expired():
		return MisfitExpired
	case b.BestBefore != "" && b.DaysLeft < minDays:
		return MisfitLate
	}
	for _, o := range all {
		if o.Free() > 0 && o.Sellable(minDays) && o.sortDate() < b.sortDate() {
			return MisfitOrder
		}
	}
	return ""
}
