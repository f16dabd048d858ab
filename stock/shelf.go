package stock

import (
	"cmp"
	"slices"
	"time"

	"pavilion"
)

// shelf is all that a set of claims needs to know, and what was promised from it. It holds
// no database: Reserve fills it, has it answer the claims one after the other, and writes
// what it promised.
type shelf struct {
	pool
	now     time.Time
	counts  counts
	earlier map[pavilion.OrderID][]promise // what orders of the set have or had before

	promised []promise // what is to be written
	spent    []Share   // and what shares were spent on it
}

// stack is the free units of a lot in a warehouse.
type stack struct {
	place
	sku        pavilion.SKUID
	bestBefore pavilion.Date
	daysLeft   int // until best-before in the warehouse's zone; neverExpires for goods that do not
	free       int64
}

const neverExpires = 1 << 30

// sortFEFO puts what expires first first, which of one date is where the day began earlier, then
// the older lot.
func sortFEFO(stacks []*stack) {
	slices.SortFunc(stacks, func(a, b *stack) int {
		return cmp.Or(
			cmp.Compare(a.sortDate(), b.sortDate()),
			cmp.Compare(a.daysLeft, b.daysLeft),
			a.place.compare(b.place),
		)
	})
}

// sortDate is the best-before date, with goods that do not expire after all others.
func (s *stack) sortDate() pavilion.Date { return cmp.Or(s.bestBefore, undated) }

// answer grants the claim or says why not. What it grants is gone for the claims after it.
func (s *shelf) answer(c Claim) Grant {
	if g, ok := s.repeat(c); ok {
		return g
	}
	for _, refuse := range []func(Claim) *pavilion.Error{Claim.check, s.short, s.overLimit, s.overCap} {
		if err := refuse(c); err != nil {
			return Grant{Err: err}
		}
	}
	ps := s.allocate(c)
	for _, w := range c.bySKU() {
		if n := s.spend(c.grantee(), w.SKU, w.Quantity); n > 0 {
			s.spent = append(s.spent, Share{Channel: c.Channel, Shop: c.Shop, SKU: w.SKU, Granted: n})
		}
	}
	s.count(c)
	s.promised = append(s.promised, ps...)
	s.earlier[c.Order] = append(s.earlier[c.Order], ps...)
	return Grant{Reservations: reservations(ps)}
}

// repeat answers a claim of an order that has its units already, reserved or taken: the
// same units again are the same answer, whatever became of the limits since; other units
// are refused. An order whose reservations were all released claims anew.
func (s *shelf) repeat(c Claim) (Grant, bool) {
	var had []promise
	var sums []Want
	for _, p := range s.earlier[c.Order] {
		if p.State != Released {
			had = append(had, p)
			sums = addWant(sums, Want{p.Line, p.SKU, p.Quantity})
		}
	}
	if len(had) == 0 {
		return Grant{}, false
	}
	var wants []Want
	for _, w := range c.Lines {
		wants = addWant(wants, w)
	}
	for _, w := range wants {
		i := slices.Index(sums, w)
		if i < 0 {
			break
		}
		sums = slices.Delete(sums, i, i+1)
		wants = wants[1:]
	}
	if len(sums) > 0 || len(wants) > 0 {
		return Grant{Err: pavilion.E(pavilion.Conflict, "stock.claim_differs", pavilion.Args{"order": c.Order})}, true
	}
	return Grant{Reservations: reservations(had)}, true
}

// short refuses a claim for more than the channel may sell.
func (s *shelf) short(c Claim) *pavilion.Error {
	for _, w := range c.bySKU() {
		if free := s.available(c.grantee(), w.SKU); free < w.Quantity {
			return pavilion.E(pavilion.Conflict, "stock.short", pavilion.Args{"sku": w.SKU, "available": free})
		}
	}
	return nil
}

// overLimit refuses a claim for more than the buyer may take.
func (s *shelf) overLimit(c Claim) *pavilion.Error {
	for _, w := range c.bySKU() {
		limit := s.limit(c, w.SKU)
		if limit.quantity == 0 {
			continue
		}
		t := s.counts.takes[takeKey{c.Channel, w.SKU, c.Buyer}]
		left := max(0, limit.quantity-t.counted(s.now))
		if w.Quantity <= left {
			continue
		}
		err := pavilion.E(pavilion.Limited, "stock.buyer_limit", pavilion.Args{"sku": w.SKU, "limit": limit.quantity, "left": left})
		if w.Quantity <= limit.quantity {
			err.RetryAfter = t.freesAt(s.now).Sub(s.now)
		}
		return err
	}
	return nil
}

// limit is the buyer limit that applies to the claim for the SKU.
func (s *shelf) limit(c Claim, sku pavilion.SKUID) buyerLimit {
	if c.Buyer == "" {
		return buyerLimit{}
	}
	return s.rules.of(c.Channel, sku).buyer
}

// cap is the cap on unpaid orders that applies to the claim.
func (s *shelf) cap(c Claim) unpaidCap {
	if c.ExpiresAt.IsZero() {
		return unpaidCap{}
	}
	return s.rules.unpaidCap(c.Channel)
}

// overCap refuses a claim whose holders leave too much unpaid.
func (s *shelf) overCap(c Claim) *pavilion.Error {
	limit := s.cap(c)
	if !limit.set() {
		return nil
	}
	for _, holder := range c.holders() {
		h := s.counts.holds[holdKey{c.Channel, holder}]
		if limit.orders > 0 && h.orders+1 > limit.orders {
			return pavilion.E(pavilion.Limited, "stock.unpaid_cap", pavilion.Args{"cap": limit.orders})
		}
		if limit.units > 0 && h.units+c.units() > limit.units {
			return pavilion.E(pavilion.Limited, "stock.unpaid_units", pavilion.Args{"cap": limit.units})
		}
	}
	return nil
}

// allocate takes the units of a claim that fits from the stacks that expire first.
func (s *shelf) allocate(c Claim) []promise {
	number := 0
	for _, p := range s.earlier[c.Order] {
		number = max(number, p.Number)
	}
	var holders []string
	if s.cap(c).set() {
		holders = c.holders()
	}
	ps := make([]promise, 0, len(c.Lines))
	for _, w := range c.Lines {
		r := s.rules.of(c.Channel, w.SKU)
		var until time.Time
		if limit := s.limit(c, w.SKU); limit.quantity > 0 {
			until = s.now.Add(limit.window)
		}
		for _, st := range s.stacks[w.SKU] {
			n := min(w.Quantity, st.free)
			if n == 0 || st.daysLeft < r.minDays {
				continue
			}
			st.free -= n
			w.Quantity -= n
			number++
			ps = append(ps, promise{
				Reservation: Reservation{
					Order: c.Order, Number: number, Line: w.Line, SKU: w.SKU, Lot: st.lot, Warehouse: st.warehouse,
					Quantity: n, State: Active, ExpiresAt: c.ExpiresAt, CreatedAt: s.now,
				},
				channel: c.Channel, buyer: c.Buyer, holders: holders, countsUntil: until,
			})
			if w.Quantity == 0 {
				break
			}
		}
	}
	return ps
}

// count counts what a granted claim took.
func (s *shelf) count(c Claim) {
	for _, w := range c.bySKU() {
		if limit := s.limit(c, w.SKU); limit.quantity > 0 {
			s.counts.takes[takeKey{c.Channel, w.SKU, c.Buyer}].add(s.now, take{
				Order: c.Order, Quantity: w.Quantity, Until: s.now.Add(limit.window).UnixMicro(),
			})
		}
	}
	if s.cap(c).set() {
		for _, holder := range c.holders() {
			s.counts.holds[holdKey{c.Channel, holder}].add(1, c.units())
		}
	}
}

// wantCounts notes the counts that the claim is checked against. A claim that is short
// anyway needs none.
func (s *shelf) wantCounts(c Claim) {
	if _, ok := s.repeat(c); ok || c.check() != nil || s.short(c) != nil {
		return
	}
	for _, w := range c.bySKU() {
		if s.limit(c, w.SKU).quantity > 0 {
			s.counts.wantTake(takeKey{c.Channel, w.SKU, c.Buyer})
		}
	}
	if s.cap(c).set() {
		for _, holder := range c.holders() {
			s.counts.wantHold(holdKey{c.Channel, holder})
		}
	}
}
