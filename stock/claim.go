package stock

import (
	"slices"
	"time"

	"pavilion"
)

// Claim asks for the units of one order, all or nothing.
type Claim struct {
	Order     pavilion.OrderID
	Channel   string
	Shop      string    // of the channel: what was granted to it covers the claim first, see [Share]
	Buyer     string    // whom the buyer limit counts: the buyer, or a guest's phone key; "" is not limited
	Holders   []string  // whom the cap on unpaid orders counts: buyer, phone key, address key; "" and repeats are ignored
	Lines     []Want    // at least one
	ExpiresAt time.Time // when the promise ends unless it is confirmed; zero: paid already
}

// Want is the units one order line asks for.
type Want struct {
	Line     int
	SKU      pavilion.SKUID
	Quantity int64
}

// Grant is the answer to a claim: either reservations for every line, or the refusal:
//
//   - Conflict stock.short{sku,available}: so many units are left that the channel may sell;
//   - Limited stock.buyer_limit{sku,limit,left}: RetryAfter says when the first units stop to count;
//   - Limited stock.unpaid_cap{cap}: the holder has as many unpaid orders as may be;
//   - Limited stock.unpaid_units{cap}: or as many units in them;
//   - Conflict stock.claim_differs{order}: the order holds other units already;
//   - Invalid stock.no_lines, stock.quantity{quantity,max}.
type Grant struct {
	Err          *pavilion.Error
	Reservations []Reservation
}

// check refuses a claim that can never be granted.
func (c Claim) check() *pavilion.Error {
	if len(c.Lines) == 0 {
		return pavilion.E(pavilion.Invalid, "stock.no_lines", nil).At("lines")
	}
	for _, w := range c.Lines {
		if w.Quantity < 1 || w.Quantity > MaxQuantity {
			return pavilion.E(pavilion.Invalid, "stock.quantity", pavilion.Args{"quantity": w.Quantity, "max": MaxQuantity}).At("quantity")
		}
	}
	return nil
}

// grantee is whose share covers the claim.
func (c Claim) grantee() grantee { return grantee{c.Channel, c.Shop} }

// bySKU are the units of the claim, each SKU once, in the order of the lines.
func (c Claim) bySKU() []Want {
	if len(c.Lines) == 1 {
		return c.Lines
	}
	sums := make([]Want, 0, len(c.Lines))
	for _, w := range c.Lines {
		sums = addWant(sums, Want{SKU: w.SKU, Quantity: w.Quantity})
	}
	return sums
}

// units are all units of the claim.
func (c Claim) units() (n int64) {
	for _, w := range c.Lines {
		n += w.Quantity
	}
	return n
}

// holders are the holders without "" and repeats.
func (c Claim) holders() []string {
	out := make([]string, 0, len(c.Holders))
	for _, h := range c.Holders {
		if h != "" && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

// addWant adds units to those of the same line and SKU.
func addWant(sums []Want, w Want) []Want {
	for i := range sums {
		if sums[i].Line == w.Line && sums[i].SKU == w.SKU {
			sums[i].Quantity += w.Quantity
			return sums
		}
	}
	return append(sums, w)
}
