package stock

import (
	"cmp"
	"context"
	"errors"

	"pavilion"
	"pavilion/db"
)

// Reserve promises units to a set of orders, each claim all or nothing, and answers each
// claim by itself; the claims are answered in their order, as if one after the other. Units
// come from the lots that expire first, of those that are fresh enough for the channel, not
// held, and lie in warehouses that sell. The set takes a handful of statements, whatever its
// size.
//
// A claim of an order that has its units already gets the same reservations again, within
// one set and later, so that a repeat is harmless; see [Grant] for the refusals. An error
// is Unavailable stock.busy when other transactions changed the same rows again and again,
// or a failure of the database.
func Reserve(ctx context.Context, tx *db.Tx, claims []Claim) ([]Grant, error) {
	grants := make([]Grant, len(claims))
	err := retry(ctx, tx, func() error {
		if err := takeTurn(ctx, tx, wanted(claims)); err != nil {
			return err
		}
		s, err := readShelf(ctx, tx, claims)
		if err != nil {
			return err
		}
		for i, c := range claims {
			grants[i] = s.answer(c)
		}
		return s.write(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return grants, nil
}

// tries bounds how often a set is worked out again after another transaction was faster.
// Each time one of the others has got on.
const tries = 16

// retry runs fn, which reads, works out and writes guarded. If a guard missed, what fn wrote
// is undone and fn runs again on what is there now. On SQLite, where one transaction writes
// at a time, it never does.
func retry(ctx context.Context, tx *db.Tx, fn func() error) error {
	for range tries {
		if _, err := tx.Exec(ctx, "savepoint attempt"); err != nil {
			return err
		}
		err := fn()
		_, again := errors.AsType[missed](err)
		if err != nil && !again {
			return err
		}
		if again {
			if _, err := tx.Exec(ctx, "rollback to savepoint attempt"); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "release savepoint attempt"); err != nil || !again {
			return err
		}
	}
	return pavilion.E(pavilion.Unavailable, "stock.busy", nil)
}

// wanted are the SKUs of claims.
func wanted(claims []Claim) (skus []pavilion.SKUID) {
	for _, c := range claims {
		for _, w := range c.Lines {
			skus = append(skus, w.SKU)
		}
	}
	return inOrder(skus)
}

// readShelf reads what the claims need to know.
func readShelf(ctx context.Context, r db.Reader, claims []Claim) (*shelf, error) {
	var orders []pavilion.OrderID
	var channels []string
	skus := wanted(claims)
	for _, c := range claims {
		orders = append(orders, c.Order)
		channels = append(channels, c.Channel)
	}
	orders = inOrder(orders)
	channels = inOrder(channels)
	s := &shelf{now: r.Now(), counts: newCounts()}
	var err error
	if s.earlier, err = readEarlier(ctx, r, orders); err != nil {
		return nil, err
	}
	if s.pool, err = readPool(ctx, r, channels, skus); err != nil {
		return nil, err
	}
	for _, c := range claims {
		s.wantCounts(c)
	}
	return s, s.counts.read(ctx, r)
}

// write writes what was promised: movements and balances, counts, reservations.
func (s *shelf) write(ctx context.Context, tx *db.Tx) error {
	if len(s.promised) == 0 {
		return nil
	}
	if err := post(ctx, tx, movementsOf(KindReserve, 0, 1, s.promised)); err != nil {
		return err
	}
	for _, of := range s.spent {
		if done, err := lower(ctx, tx, of); err != nil || !done {
			return cmp.Or(err, error(missed{table: "channel_share"}))
		}
	}
	if err := s.counts.write(ctx, tx); err != nil {
		return err
	}
	return insertPromises(ctx, tx, s.promised)
}

var selectEarlier = &db.Keyed{Text: `select ` + promiseColumns + ` from reservation where order_id in (%s) order by order_id, number`}

func readEarlier(ctx context.Context, r db.Reader, orders []pavilion.OrderID) (map[pavilion.OrderID][]promise, error) {
	ps, err := db.AllKeyed(ctx, r, scanPromise, selectEarlier, orders)
	earlier := make(map[pavilion.OrderID][]promise, len(orders))
	for _, p := range ps {
		earlier[p.Order] = append(earlier[p.Order], p)
	}
	return earlier, err
}

// selectStacks leaves out what expired everywhere on earth; the exact day is worked out per
// warehouse.
var selectStacks = &db.Keyed{
	Text: `select b.lot_id, b.warehouse_id, b.sku_id, b.best_before, b.on_hand - b.reserved, w.time_zone
from balance b join warehouse w on w.id = b.warehouse_id
where w.sells and not b.held and b.on_hand > b.reserved and (b.best_before = '' or b.best_before >= $1) and b.sku_id in (%s)`,
	Args: 1,
}

// readStacks reads what is free of the SKUs, first to expire first. What has less than no
// days left is among it: every rule asks for at least none.
func readStacks(ctx context.Context, r db.Reader, skus []pavilion.SKUID) (map[pavilion.SKUID][]*stack, error) {
	yesterday, err := today(r.Now().AddDate(0, 0, -1), "UTC")
	if err != nil {
		return nil, err
	}
	found, err := db.AllKeyed(ctx, r, func(row db.Scanner) (*stack, error) {
		st, zone := &stack{daysLeft: neverExpires}, ""
		if err := row.Scan(&st.lot, &st.warehouse, &st.sku, &st.bestBefore, &st.free, &zone); err != nil {
			return nil, err
		}
		if st.bestBefore != "" {
			day, err := today(r.Now(), zone)
			if err != nil {
				return nil, err
			}
			st.daysLeft = day.DaysUntil(st.bestBefore)
		}
		return st, nil
	}, selectStacks, skus, yesterday)
	if err != nil {
		return nil, err
	}
	stacks := map[pavilion.SKUID][]*stack{}
	for _, st := range found {
		stacks[st.sku] = append(stacks[st.sku], st)
	}
	for _, of := range stacks {
		sortFEFO(of)
	}
	return stacks, nil
}
