package order

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/stock"
)

// RefundLine is how many units of an order line are refunded.
type RefundLine struct {
	Line     int // Line.Number
	Quantity int64
}

const refundLineSQL = `update order_line set refunded_quantity = refunded_quantity + $1
	where order_id = $2 and line = $3 and refunded_quantity + $4 <= quantity`

// Refund gives money back for some units of some lines, or, if lines is nil, everything
// that is left, delivery included. What units are worth, see [Line.Worth], is such that it adds
// up to the line to the minor unit. Units that were not shipped yet are released; shipped ones
// return to stock if restock says that they came back fit for sale. An order that has no goods
// left to ship is cancelled, which gives its delivery back too.
//
// Errors: NotFound order.unknown; Conflict order.wrong_state, order.nothing_left; Invalid
// order.refund_line {line, left} for units that are not there or already refunded.
func Refund(ctx context.Context, tx *db.Tx, id pavilion.OrderID, lines []RefundLine, reason string, restock bool) error {
	o, err := Keep(ctx, tx, id)
	if err != nil {
		return err
	}
	if _, err := after(o.State, StepRefund); err != nil {
		return err
	}
	all := lines == nil
	if all {
		lines = o.unitsLeft()
	}
	amount, err := o.refundLines(ctx, tx, lines)
	if err != nil {
		return err
	}
	if o.State == StatePaid && len(o.unitsLeft()) == 0 {
		return o.cancel(ctx, tx, reason)
	}
	if all {
		if amount, err = o.Total.Sub(o.Refunded); err != nil {
			return err
		}
	}
	if amount.IsZero() && len(lines) == 0 {
		return pavilion.E(pavilion.Conflict, "order.nothing_left", nil)
	}
	if err := o.moveGoods(ctx, tx, lines, reason, restock); err != nil {
		return err
	}
	if o.Refunded, err = o.Refunded.Add(amount); err != nil {
		return err
	}
	if err := o.move(ctx, tx, StepRefund, reason); err != nil {
		return err
	}
	return o.repay(ctx, tx, amount, reason)
}

// unitsLeft are the units whose money was not given back yet.
func (o *Order) unitsLeft() []RefundLine {
	var left []RefundLine
	for _, l := range o.Lines {
		if l.Refunded < l.Quantity {
			left = append(left, RefundLine{l.Number, l.Quantity - l.Refunded})
		}
	}
	return left
}

// refundLines marks the units as refunded and returns what they are worth.
func (o *Order) refundLines(ctx context.Context, tx *db.Tx, lines []RefundLine) (money.Money, error) {
	sum := money.New(0, o.Total.Currency())
	for _, r := range lines {
		if r.Line < 1 || r.Line > len(o.Lines) {
			return sum, pavilion.E(pavilion.Invalid, "order.refund_line", pavilion.Args{"line": r.Line, "left": 0}).At("lines")
		}
		l := &o.Lines[r.Line-1]
		if left := l.Quantity - l.Refunded; r.Quantity <= 0 || r.Quantity > left {
			return sum, pavilion.E(pavilion.Invalid, "order.refund_line", pavilion.Args{"line": r.Line, "left": left}).At("lines")
		}
		before, err := l.Worth(l.Refunded)
		if err != nil {
			return sum, err
		}
		l.Refunded += r.Quantity
		now, err := l.Worth(l.Refunded)
		if err != nil {
			return sum, err
		}
		share, err := now.Sub(before)
		if err != nil {
			return sum, err
		}
		if sum, err = sum.Add(share); err != nil {
			return sum, err
		}
		if _, err := tx.Exec(ctx, refundLineSQL, r.Quantity, o.ID, r.Line, r.Quantity); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// Worth is what comes back for the first n units of the line: their price, and of the tax on
// top what [Line.TaxBack] says, or their part of it where nobody knows how it was worked out. It
// never falls as n grows and is the line's total for all of them, so that the refunds of its
// units add up exactly.
func (l *Line) Worth(n int64) (money.Money, error) {
	if l.Border.Asked() && !l.Tax.IsZero() {
		goods, err := l.Unit.Times(n)
		if err != nil {
			return money.Money{}, err
		}
		tax, err := l.TaxBack(n)
		if err != nil {
			return money.Money{}, err
		}
		return goods.Add(tax)
	}
	parts, err := l.Total.Allocate([]int64{n, l.Quantity - n})
	if err != nil {
		return money.Money{}, err
	}
	return parts[0], nil
}

// moveGoods releases units that were not shipped, and takes shipped ones back into stock if
// they came back.
func (o *Order) moveGoods(ctx context.Context, tx *db.Tx, lines []RefundLine, reason string, restock bool) error {
	for _, r := range lines {
		var err error
		switch {
		case o.State == StatePaid && o.Shop != "": // its platform offers them again by itself
			err = stock.RegrantLine(ctx, tx, o.Channel, o.Shop, o.ID, r.Line, r.Quantity)
		case o.State == StatePaid:
			err = stock.ReleaseLine(ctx, tx, o.ID, r.Line, r.Quantity)
		case restock:
			err = stock.Return(ctx, tx, stock.Comeback{Order: o.ID, Line: r.Line, Quantity: r.Quantity, Note: reason})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
