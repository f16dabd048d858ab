package stock_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pavilion"
	"pavilion/stock"
)

// model is the stock as one would write it down on paper: no tables, no sums that are kept,
// everything looked up from the list of reservations whenever it is asked for. Its methods
// return the reason of a refusal, "" if there is none.
type model struct {
	now        time.Time
	zones      map[pavilion.WarehouseID]*time.Location // of the warehouses
	sells      map[pavilion.WarehouseID]bool
	lots       map[pavilion.LotID]stock.Receipt // SKU, code and dates
	piles      map[pile]*heap
	promises   []*promised
	fresh      map[rule]int
	limits     map[rule]limit
	caps       map[string][2]int64 // orders and units a channel allows unpaid
	versions   map[pavilion.LotID]int64
	reversed   map[string]bool                         // movements that were taken back, by pile and number
	counting   map[pavilion.WarehouseID]*countingSheet // open sheets
	grants     map[grantee]int64
	sold, lost int64
}

type pile struct {
	lot       pavilion.LotID
	warehouse pavilion.WarehouseID
}

type heap struct {
	onHand int64
	held   bool
}

type promised struct {
	stock.Reservation
	claim       stock.Claim
	capped      bool      // it counts as unpaid while it is
	countsUntil time.Time // zero: it does not count
}

type rule struct {
	channel string
	sku     pavilion.SKUID
}

type limit struct {
	quantity int64
	window   time.Duration
}

func lookup[V any](rules map[rule]V, channel string, sku pavilion.SKUID) V {
	if v, ok := rules[rule{channel, sku}]; ok {
		return v
	}
	return rules[rule{channel, ""}]
}

func (m *model) reserved(p pile) (units int64) {
	for _, r := range m.promises {
		if r.State == stock.Active && (pile{r.Lot, r.Warehouse}) == p {
			units += r.Quantity
		}
	}
	return units
}

// daysLeft is negative when the lot has expired where it lies.
func (m *model) daysLeft(p pile) int {
	best := m.lots[p.lot].BestBefore
	if best == "" {
		return 1_000_000
	}
	return pavilion.DateOf(m.now, m.zones[p.warehouse]).DaysUntil(best)
}

// sellable lists the piles a channel may sell a SKU from, in the order in which they sell.
func (m *model) sellable(channel string, sku pavilion.SKUID) []pile {
	var ps []pile
	for p, h := range m.piles {
		if m.lots[p.lot].SKU == sku && m.sells[p.warehouse] && !h.held && m.daysLeft(p) >= lookup(m.fresh, channel, sku) && h.onHand > m.reserved(p) {
			ps = append(ps, p)
		}
	}
	slices.SortFunc(ps, func(a, b pile) int {
		dateA, dateB := m.lots[a.lot].BestBefore, m.lots[b.lot].BestBefore
		return cmp.Or(
			cmp.Compare(cmp.Or(dateA, "never"), cmp.Or(dateB, "never")),
			cmp.Compare(m.daysLeft(a), m.daysLeft(b)),
			cmp.Compare(a.lot, b.lot), cmp.Compare(a.warehouse, b.warehouse),
		)
	})
	return ps
}

// available is the most a shop may sell.
func (m *model) available(channel, shop string, sku pavilion.SKUID) (units int64) {
	for m.could(grantee{channel, shop, sku}, units+1) {
		units++
	}
	return units
}

func (m *model) of(order pavilion.OrderID, states ...stock.ReservationState) (rs []*promised) {
	for _, r := range m.promises {
		if r.Order == order && slices.Contains(states, r.State) {
			rs = append(rs, r)
		}
	}
	return rs
}

// reserve answers a claim with a line of text: the refusal, or what is reserved.
func (m *model) reserve(c stock.Claim) string {
	if had := m.of(c.Order, stock.Active, stock.Taken); len(had) > 0 {
		want, has := map[string]int64{}, map[string]int64{}
		for _, w := range c.Lines {
			want[fmt.Sprint(w.Line, w.SKU)] += w.Quantity
		}
		for _, r := range had {
			has[fmt.Sprint(r.Line, r.SKU)] += r.Quantity
		}
		if fmt.Sprint(want) != fmt.Sprint(has) {
			return fmt.Sprintf("stock.claim_differs order=%s", c.Order)
		}
		return m.say(had)
	}
	wants := map[pavilion.SKUID]int64{}
	var skus []pavilion.SKUID
	var units int64
	for _, w := range c.Lines {
		if wants[w.SKU] == 0 {
			skus = append(skus, w.SKU)
		}
		wants[w.SKU] += w.Quantity
		units += w.Quantity
	}
	for _, sku := range skus {
		if free := m.available(c.Channel, c.Shop, sku); free < wants[sku] {
			return fmt.Sprintf("stock.short available=%d sku=%s", free, sku)
		}
	}
	for _, sku := range skus {
		l := lookup(m.limits, c.Channel, sku)
		if left := max(0, l.quantity-m.took(c, sku)); c.Buyer != "" && l.quantity > 0 && wants[sku] > left {
			return fmt.Sprintf("stock.buyer_limit left=%d limit=%d sku=%s", left, l.quantity, sku)
		}
	}
	capped := !c.ExpiresAt.IsZero() && m.caps[c.Channel] != [2]int64{}
	if capped {
		for _, holder := range c.Holders {
			orders, held := m.unpaid(c.Channel, holder)
			if most := m.caps[c.Channel][0]; holder != "" && most > 0 && orders >= most {
				return fmt.Sprintf("stock.unpaid_cap cap=%d", most)
			}
			if most := m.caps[c.Channel][1]; holder != "" && most > 0 && held+units > most {
				return fmt.Sprintf("stock.unpaid_units cap=%d", most)
			}
		}
	}
	var granted []*promised
	for _, w := range c.Lines {
		for _, p := range m.sellable(c.Channel, w.SKU) {
			n := min(w.Quantity, m.piles[p].onHand-m.reserved(p))
			if n == 0 {
				break
			}
			w.Quantity -= n
			r := &promised{claim: c, capped: capped, Reservation: stock.Reservation{
				Order: c.Order, Line: w.Line, SKU: w.SKU, Lot: p.lot, Warehouse: p.warehouse, Quantity: n,
				State: stock.Active, ExpiresAt: c.ExpiresAt,
			}}
			if l := lookup(m.limits, c.Channel, w.SKU); l.quantity > 0 && c.Buyer != "" {
				r.countsUntil = m.now.Add(l.window)
			}
			m.promises = append(m.promises, r)
			granted = append(granted, r)
		}
	}
	for _, sku := range skus {
		g := grantee{c.Channel, c.Shop, sku}
		m.grants[g] = max(0, m.grants[g]-wants[sku])
	}
	return m.say(granted)
}

func (m *model) say(rs []*promised) (text string) {
	for _, r := range rs {
		text += sayReservation(r.Reservation)
	}
	return text
}

func sayReservation(r stock.Reservation) string {
	return fmt.Sprintf("[%d %s %s %s %d]", r.Line, r.SKU, r.Lot, r.Warehouse, r.Quantity)
}

// took is how many units of a SKU count against the claim's buyer.
func (m *model) took(c stock.Claim, sku pavilion.SKUID) (units int64) {
	for _, r := range m.promises {
		if r.claim.Channel == c.Channel && r.claim.Buyer == c.Buyer && r.SKU == sku && r.State != stock.Released && r.countsUntil.After(m.now) {
			units += r.Quantity
		}
	}
	return units
}

// unpaid is how many orders, and units in them, count as unpaid for a holder.
func (m *model) unpaid(channel, holder string) (orders, units int64) {
	seen := map[pavilion.OrderID]bool{}
	for _, r := range m.promises {
		if r.State == stock.Active && r.capped && !r.ExpiresAt.IsZero() && r.claim.Channel == channel && slices.Contains(r.claim.Holders, holder) {
			seen[r.Order] = true
			units += r.Quantity
		}
	}
	return int64(len(seen)), units
}

func (m *model) confirm(orders []pavilion.OrderID) string {
	for _, o := range orders {
		if len(m.of(o, stock.Active, stock.Taken)) == 0 {
			return "stock.not_reserved"
		}
	}
	for _, o := range orders {
		for _, r := range m.of(o, stock.Active) {
			r.ExpiresAt = time.Time{}
		}
	}
	return ""
}

func (m *model) release(orders []pavilion.OrderID) string {
	for _, o := range orders {
		if len(m.of(o, stock.Taken)) > 0 {
			return "stock.taken"
		}
	}
	for _, o := range orders {
		for _, r := range m.of(o, stock.Active) {
			r.State = stock.Released
		}
	}
	return ""
}

func (m *model) releaseLine(order pavilion.OrderID, line int, quantity int64) string {
	rs := m.of(order, stock.Active)
	rs = slices.DeleteFunc(rs, func(r *promised) bool { return r.Line != line })
	var there int64
	for _, r := range rs {
		there += r.Quantity
	}
	if there < quantity {
		return "stock.line_short"
	}
	for _, r := range slices.Backward(rs) {
		if n := min(quantity, r.Quantity); n == r.Quantity {
			r.State = stock.Released
			quantity -= n
		} else {
			r.Quantity -= n
			quantity -= n
		}
	}
	return ""
}

func (m *model) take(order pavilion.OrderID) string {
	if len(m.of(order, stock.Active, stock.Taken)) == 0 {
		return "stock.not_reserved"
	}
	rs := m.of(order, stock.Active)
	for _, r := range rs {
		p := pile{r.Lot, r.Warehouse}
		switch {
		case !r.ExpiresAt.IsZero():
			return "stock.unpaid"
		case m.piles[p].held:
			return "stock.held"
		case m.daysLeft(p) < 0:
			return "stock.expired"
		}
	}
	for _, r := range rs {
		r.State = stock.Taken
		m.piles[pile{r.Lot, r.Warehouse}].onHand -= r.Quantity
		m.sold += r.Quantity
	}
	return ""
}

func (m *model) comeBack(c stock.Comeback) string {
	rs := slices.DeleteFunc(m.of(c.Order, stock.Taken), func(r *promised) bool {
		return r.Line != c.Line || c.Lot != "" && r.Lot != c.Lot
	})
	var there int64
	for _, r := range rs {
		there += r.Quantity - r.Returned
	}
	if there < c.Quantity {
		return "stock.line_short"
	}
	left := c.Quantity
	back := map[*promised]int64{}
	for _, r := range rs {
		n := min(left, r.Quantity-r.Returned)
		back[r] = n
		left -= n
		if to := (pile{r.Lot, cmp.Or(c.Warehouse, r.Warehouse)}); n > 0 && c.Held && !m.takesHeld(to) {
			return "stock.hold_differs"
		}
	}
	for _, r := range rs {
		if n := back[r]; n > 0 {
			r.Returned += n
			m.arrive(pile{r.Lot, cmp.Or(c.Warehouse, r.Warehouse)}, n, c.Held)
			m.sold -= n
		}
	}
	return ""
}

// takesHeld tells whether held units may be put there.
func (m *model) takesHeld(p pile) bool {
	h := m.piles[p]
	return h == nil || h.held || h.onHand == 0
}

func (m *model) arrive(p pile, units int64, held bool) {
	if m.piles[p] == nil {
		m.piles[p] = &heap{}
	}
	m.piles[p].held = m.piles[p].held || held
	m.piles[p].onHand += units
}

// remove takes units away that are not promised; a negative number adds.
func (m *model) remove(p pile, units int64) string {
	h := m.piles[p]
	if h == nil {
		return "stock.lot_absent"
	}
	if h.onHand-units < m.reserved(p) {
		return "stock.below_reserved"
	}
	h.onHand -= units
	m.lost += units
	return ""
}

func (m *model) transfer(lot pavilion.LotID, from, to pavilion.WarehouseID, units int64) string {
	source := pile{lot, from}
	if from == to {
		return "stock.same_warehouse"
	}
	if why := m.remove(source, units); why != "" {
		return why
	}
	m.lost -= units
	held := m.piles[source].held
	if held && !m.takesHeld(pile{lot, to}) {
		m.piles[source].onHand += units
		return "stock.hold_differs"
	}
	m.arrive(pile{lot, to}, units, held)
	return ""
}

func (m *model) hold(p pile, held bool) string {
	if m.piles[p] == nil {
		return "stock.lot_absent"
	}
	m.piles[p].held = held
	return ""
}
