package stock_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
)

// The part of the model and its machine about what people mend: counts, dates, promises of
// lots that do not do any more, and their own slips.

// countingSheet is a sheet on paper.
type countingSheet struct {
	id    stock.SheetID
	lines []*countingLine
}

type countingLine struct {
	pile     pile
	counted  bool
	found    int64
	then     int64 // what the books said when it was counted
	adjusted bool  // since it was counted
}

// adjust corrects the books by a difference.
func (m *model) adjust(p pile, by int64) string {
	why := m.remove(p, -by)
	if s := m.counting[p.warehouse]; why == "" && s != nil {
		for _, l := range s.lines {
			l.adjusted = l.adjusted || l.pile == p
		}
	}
	return why
}

func (m *model) post(s *countingSheet) string {
	lines := slices.DeleteFunc(slices.Clone(s.lines), func(l *countingLine) bool { return !l.counted || l.found == l.then })
	slices.SortFunc(lines, func(a, b *countingLine) int { return cmp.Compare(a.pile.lot, b.pile.lot) })
	for _, l := range lines {
		if m.piles[l.pile].onHand+l.found-l.then < m.reserved(l.pile) {
			return "stock.count_below_reserved"
		}
		if l.adjusted {
			return "stock.counted_before"
		}
	}
	for _, l := range lines {
		m.remove(l.pile, l.then-l.found)
	}
	return ""
}

// rebook gives an order other units for those of a pile.
func (m *model) rebook(p pile, order pavilion.OrderID) string {
	old := slices.DeleteFunc(m.of(order, stock.Active), func(r *promised) bool { return (pile{r.Lot, r.Warehouse}) != p })
	if len(old) == 0 {
		return "stock.not_reserved"
	}
	others := func() []pile {
		return slices.DeleteFunc(m.sellable(old[0].claim.Channel, old[0].SKU), func(o pile) bool { return o == p })
	}
	var want, free int64
	for _, r := range old {
		want += r.Quantity
	}
	for _, o := range others() {
		free += m.piles[o].onHand - m.reserved(o)
	}
	if free < want {
		return "stock.short"
	}
	before, promises := m.shortages(old[0].SKU), len(m.promises)
	for _, r := range old {
		for left := r.Quantity; left > 0; {
			o := others()[0]
			n := min(left, m.piles[o].onHand-m.reserved(o))
			left -= n
			part := *r
			part.Lot, part.Warehouse, part.Quantity = o.lot, o.warehouse, n
			m.promises = append(m.promises, &part)
		}
		r.State = stock.Released
	}
	if after := m.shortages(old[0].SKU); slices.Max(after) > slices.Max(before) {
		m.promises = m.promises[:promises]
		for _, r := range old {
			r.State = stock.Active
		}
		return "stock.short"
	}
	return ""
}

// misfits says of every promise whether it would be made again.
func (m *model) misfits() map[*promised]string {
	out := map[*promised]string{}
	for _, r := range m.promises {
		if r.State != stock.Active {
			continue
		}
		p, channel := pile{r.Lot, r.Warehouse}, r.claim.Channel
		first := m.sellable(channel, r.SKU)
		switch {
		case m.daysLeft(p) < 0:
			out[r] = stock.MisfitExpired
		case m.daysLeft(p) < lookup(m.fresh, channel, r.SKU):
			out[r] = stock.MisfitLate
		case len(first) > 0 && cmp.Or(m.lots[first[0].lot].BestBefore, "never") < cmp.Or(m.lots[p.lot].BestBefore, "never"):
			out[r] = stock.MisfitOrder
		}
	}
	return out
}

// reverse takes back a movement.
func (m *model) reverse(e stock.Movement) string {
	p, before, lost := pile{e.Lot, e.Warehouse}, map[pile]heap{}, m.lost
	for k, h := range m.piles {
		before[k] = *h
	}
	key := fmt.Sprint(p, e.Number)
	var why string
	switch e.Kind {
	case stock.KindReceive, stock.KindAdjust, stock.KindWriteOff:
		if m.reversed[key] {
			why = m.remove(p, e.OnHandChange)
		} else {
			why = m.adjust(p, -e.OnHandChange)
		}
	case stock.KindTransferOut:
		why = m.transfer(e.Lot, e.PairWarehouse, e.Warehouse, -e.OnHandChange)
	case stock.KindTransferIn:
		key = fmt.Sprint(pile{e.Lot, e.PairWarehouse}, e.PairNumber)
		why = m.transfer(e.Lot, e.Warehouse, e.PairWarehouse, e.OnHandChange)
	case stock.KindHold, stock.KindUnhold:
		if to := e.Kind == stock.KindUnhold; m.piles[p].held == to {
			return ""
		} else {
			m.piles[p].held = to
		}
	default:
		return "stock.not_reversible"
	}
	if why == "" && m.reversed[key] {
		m.piles, m.lost = map[pile]*heap{}, lost
		for k, h := range before {
			m.piles[k] = &h
		}
		return "stock.reversed_already"
	}
	if why == "" {
		m.reversed[key] = true
	}
	return why
}

func (m *machine) doCorrect(rt *rapid.T) {
	lot := m.pile(rt).lot
	c := stock.Correction{Lot: lot, Version: m.versions[lot] + rapid.SampledFrom([]int64{0, 0, 0, 0, 1}).Draw(rt, "seen")}
	if days := rapid.IntRange(-1, 12).Draw(rt, "days"); days < 12 {
		c.BestBefore = pavilion.DateOf(m.now, m.zones[m.warehouses[0]]).AddDays(days)
	}
	fits, was := m.misfits(), m.lots[lot]
	now := was
	now.BestBefore = c.BestBefore
	m.lots[lot] = now
	var want, got []string
	for r, why := range m.misfits() {
		if fits[r] == "" && r.SKU == was.SKU {
			want = append(want, why+string(r.Order)+sayReservation(r.Reservation))
		}
	}
	err := m.d.Read(m.ctx, func(v *db.View) error {
		found, err := stock.Misfits(m.ctx, v, lot, c.BestBefore)
		for _, f := range found {
			got = append(got, f.Why+string(f.Order)+sayReservation(f.Reservation))
		}
		return err
	})
	slices.Sort(want)
	slices.Sort(got)
	if err != nil || !slices.Equal(got, want) {
		rt.Fatalf("misfits of %s until %q: got %v %v, want %v", lot, c.BestBefore, got, err, want)
	}
	refusal := ""
	if c.Version != m.versions[lot] {
		refusal = "stock.lot_changed_meanwhile"
		m.lots[lot] = was
	} else {
		m.versions[lot]++
	}
	m.same(rt, refusal, func(tx *db.Tx) error { return stock.Correct(m.ctx, tx, c) })
}

func (m *machine) doRebook(rt *rapid.T) {
	order := m.orderWith(rt, stock.Active)
	p := m.pile(rt)
	if rs := m.of(order, stock.Active); len(rs) > 0 {
		r := rapid.SampledFrom(rs).Draw(rt, "reservation")
		p = pile{r.Lot, r.Warehouse}
	}
	m.same(rt, m.rebook(p, order), func(tx *db.Tx) error { return stock.Rebook(m.ctx, tx, p.lot, p.warehouse, order) })
}

func (m *machine) doReverse(rt *rapid.T) {
	var all []stock.Entry
	err := m.d.Read(m.ctx, func(v *db.View) (err error) {
		all, err = stock.ListMovements(m.ctx, v, stock.MovementFilter{Lot: m.pile(rt).lot}, "", 12)
		return err
	})
	if err != nil || len(all) == 0 {
		rt.Fatalf("movements: got %v %v, want some", all, err)
	}
	slices.SortFunc(all, func(a, b stock.Entry) int {
		return cmp.Or(cmp.Compare(a.Warehouse, b.Warehouse), cmp.Compare(a.Number, b.Number))
	})
	e := rapid.SampledFrom(all).Draw(rt, "movement")
	m.same(rt, m.reverse(e.Movement), func(tx *db.Tx) error { return stock.Reverse(m.ctx, tx, e.Lot, e.Warehouse, e.Number) })
}

func (m *machine) doDrawSheet(rt *rapid.T) {
	w := m.warehouse(rt)
	s := &countingSheet{}
	for _, p := range slices.SortedFunc(maps.Keys(m.piles), func(a, b pile) int {
		return cmp.Or(strings.Compare(string(a.lot), string(b.lot)), strings.Compare(string(a.warehouse), string(b.warehouse)))
	}) {
		if p.warehouse == w && m.piles[p].onHand > 0 {
			s.lines = append(s.lines, &countingLine{pile: p})
		}
	}
	want := ""
	switch open := m.counting[w]; {
	case len(s.lines) == 0:
		want = "stock.sheet_empty"
	case open != nil && slices.ContainsFunc(open.lines, func(l *countingLine) bool { return m.piles[l.pile].onHand > 0 }):
		want = "stock.sheet_overlaps"
	case open != nil:
		return // it would be a second sheet beside one whose lots are all gone
	}
	m.same(rt, want, func(tx *db.Tx) (err error) {
		s.id, err = stock.DrawSheet(m.ctx, tx, stock.Filter{Warehouse: w}, "")
		return err
	})
	if want == "" {
		m.counting[w] = s
	}
}

// sheet picks an open sheet, nil if there is none.
func (m *machine) sheet(rt *rapid.T) (w pavilion.WarehouseID, s *countingSheet) {
	var open []pavilion.WarehouseID
	for _, w := range m.warehouses {
		if m.counting[w] != nil {
			open = append(open, w)
		}
	}
	if len(open) == 0 {
		return "", nil
	}
	w = rapid.SampledFrom(open).Draw(rt, "sheet")
	return w, m.counting[w]
}

func (m *machine) doCount(rt *rapid.T) {
	_, s := m.sheet(rt)
	if s == nil {
		return
	}
	l := rapid.SampledFrom(s.lines).Draw(rt, "line")
	m.adjustSometimes(rt, l.pile)
	l.then = m.piles[l.pile].onHand
	l.counted, l.adjusted = true, false
	l.found = max(0, l.then+rapid.Int64Range(-3, 2).Draw(rt, "found"))
	m.must(rt, func(tx *db.Tx) error {
		lines, err := stock.SheetLines(m.ctx, tx, s.id, stock.LineFilter{}, 0, 100)
		at := slices.IndexFunc(lines, func(x stock.SheetLine) bool { return x.Lot == l.pile.lot })
		if err != nil || len(lines) != len(s.lines) || at < 0 {
			rt.Fatalf("sheet: got %d lines %v, want %d", len(lines), err, len(s.lines))
		}
		return stock.Enter(m.ctx, tx, s.id, stock.Found{Line: lines[at].Number, Units: l.found})
	})
	m.adjustSometimes(rt, l.pile)
}

// adjustSometimes corrects a pile by hand, before or after it is counted.
func (m *machine) adjustSometimes(rt *rapid.T, p pile) {
	if rapid.IntRange(1, 5).Draw(rt, "adjust too") == 1 {
		h := stock.Handling{Lot: p.lot, Warehouse: p.warehouse, Quantity: 1, Cause: stock.ReasonCount}
		m.same(rt, m.adjust(p, 1), func(tx *db.Tx) error { return stock.Adjust(m.ctx, tx, h) })
	}
}

func (m *machine) doEndSheet(rt *rapid.T) {
	w, s := m.sheet(rt)
	if s == nil {
		return
	}
	if rapid.IntRange(1, 4).Draw(rt, "drop") == 1 {
		m.same(rt, "", func(tx *db.Tx) error { return stock.Drop(m.ctx, tx, s.id) })
		delete(m.counting, w)
		return
	}
	want := m.post(s)
	m.same(rt, want, func(tx *db.Tx) error { return stock.Post(m.ctx, tx, s.id) })
	if want == "" {
		delete(m.counting, w)
		m.same(rt, "stock.sheet_closed", func(tx *db.Tx) error { return stock.Post(m.ctx, tx, s.id) })
	}
}
