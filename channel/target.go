package channel

import "slices"

// asker is who would sell units of a SKU: a shop on a platform with one of its units, or the
// pavilion's own shop.
type asker struct {
	Policy         // of the own shop none
	own     bool   // asks for each order by itself, and gets what is left
	each    int64  // units of the SKU in one of its units
	granted int64  // to it now, in units of the SKU
	most    int64  // that it could have
	sold    int64  // lately
	why     string // the reason for what it gets
}

// The reasons for what a shop gets.
const (
	whyPool     = "channel.why.pool"
	whyFixed    = "channel.why.fixed"
	whyPercent  = "channel.why.percent"
	whyRing     = "channel.why.ring"
	whyNone     = "channel.why.none"
	whyOffSale  = "channel.why.off_sale" // somebody took it off sale
	whyUnlisted = "channel.why.unlisted" // it is not on the platform's shelf
	whyKept     = "channel.why.kept"     // it is near enough to what it would get
	whyShort    = "channel.why.short"    // there are fewer
)

// nearEnough is by which part of what a shop would get it may be off without a call.
const nearEnough = 10

// share says how many units of a SKU each asker shall be granted, of so many that lie there and
// are not reserved. The fenced come first, then the fixed, then percentages; what is left is
// spread over the pools and the own shop, half of it evenly and half by what they sold lately: it
// goes where it sells, and who sold nothing can begin to. A pool that is near what it would get stays as it is.
func share(units int64, askers []asker) (wants []int64) {
	wants = make([]int64, len(askers))
	left := units
	give := func(i int, n int64, why string) {
		got := max(0, min(n, left, askers[i].most))
		if got < n {
			why = whyShort
		}
		got -= got % max(1, askers[i].each)
		wants[i], askers[i].why = got, why
		left -= got
	}
	pool, reserve, weights, evenly := []int{}, int64(0), int64(0), int64(0)
	for _, kind := range []PolicyKind{Ring, Fixed, Percent, Pool, None} {
		for i, a := range askers {
			switch {
			case a.own || a.Kind != kind:
			case kind == Ring:
				give(i, a.Quantity*a.each, whyRing)
			case kind == Fixed:
				give(i, a.Quantity*a.each, whyFixed)
			case kind == Percent:
				give(i, units*a.Quantity/100, whyPercent)
			case kind == None:
				askers[i].why = whyNone
			default:
				pool, reserve, weights, evenly = append(pool, i), max(reserve, a.Reserve), weights+a.sold+1, evenly+1
			}
		}
	}
	for _, a := range askers {
		if a.own {
			weights, evenly = weights+a.sold+1, evenly+1
		}
	}
	left = max(0, left-reserve)
	spread := left
	for _, i := range pool {
		give(i, (spread/evenly+spread*(askers[i].sold+1)/weights)/2, whyPool)
	}
	kept := slices.Clone(wants)
	var more int64
	for _, i := range pool {
		a := &askers[i]
		if off := a.granted - wants[i]; off != 0 && a.granted > 0 && wants[i] > 0 && a.granted <= a.most &&
			max(off, -off) <= max(a.each, wants[i]/nearEnough) {
			kept[i], a.why = a.granted, whyKept
			more += off
		}
	}
	if more <= left {
		return kept
	}
	for _, i := range pool {
		askers[i].why = whyPool
	}
	return wants
}
