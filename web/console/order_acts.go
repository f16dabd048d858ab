package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/web/ui"
)

// act does something to the order as the reader saw it, and shows the order. Where it is
// refused the page is drawn again, with the reason, what happened meanwhile and what was
// typed.
func (g *orders) act(w http.ResponseWriter, r *http.Request, said string, do func(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	id := pavilion.OrderID(r.PathValue("order"))
	err := g.write(r, func(tx *db.Tx) error {
		if err := order.Unchanged(r.Context(), tx, id, seenAt(r)); err != nil {
			return err
		}
		return do(r.Context(), tx, id)
	})
	if refusal(err) {
		return g.draw(w, r, false, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T(said), ui.Link{})
	redirect(w, r, orderURL(id))
	return nil
}

// refusal tells whether a page explains the error beside what was typed.
func refusal(err error) bool {
	kind := pavilion.KindOf(err)
	return err != nil && (kind == pavilion.Invalid || kind == pavilion.Conflict)
}

// note adds a note. It does not matter what happened meanwhile: a note changes nothing.
func (g *orders) note(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	id := pavilion.OrderID(r.PathValue("order"))
	err := g.write(r, func(tx *db.Tx) error {
		return order.WriteNote(r.Context(), tx, g.sealer, id, r.PostFormValue("note"))
	})
	if refusal(err) {
		return g.draw(w, r, false, err)
	}
	if err != nil {
		return err
	}
	redirect(w, r, orderURL(id)+"#story")
	return nil
}

// readdress gives the order another recipient. Only those who may see recipients do.
func (g *orders) readdress(w http.ResponseWriter, r *http.Request) error {
	if !member(r).May(staff.SeeRecipients) {
		return pavilion.E(pavilion.Forbidden, "console.right_missing", pavilion.Args{"right": string(staff.SeeRecipients)})
	}
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, id := r.Context(), pavilion.OrderID(r.PathValue("order"))
	text := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	err := g.write(r, func(tx *db.Tx) error {
		o, err := order.Get(ctx, tx, g.sealer, id)
		if err != nil {
			return err
		}
		to := order.ShipTo{
			Name: text("name"), Country: o.ShipTo.Country, Province: text("province"), City: text("city"),
			District: text("district"), Street: text("street"), Postcode: text("postcode"),
		}
		if to.Phone, err = own.ParsePhone(to.Country, text("phone")); err != nil {
			return err
		}
		return shipment.Redirect(ctx, tx, g.sealer, id, seenAt(r), to)
	})
	if refusal(err) {
		return g.drawRecipient(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("orders.said.readdressed"), ui.Link{})
	redirect(w, r, orderURL(id))
	return nil
}

// errNoReason asks for the reason that an act is noted with.
var errNoReason = pavilion.E(pavilion.Invalid, "order.reason_missing", nil).At("reason")

func (g *orders) cancel(w http.ResponseWriter, r *http.Request) error {
	return g.act(w, r, "orders.said.cancelled", func(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
		reason := typedReason(r)
		if reason == "" {
			return errNoReason
		}
		if err := channel.CallOff(ctx, tx, id); err != nil {
			return err
		}
		if err := order.Cancel(ctx, tx, id, reason); err != nil {
			return err
		}
		if err := shipment.Fit(ctx, tx, id); err != nil {
			return err
		}
		return staff.Note(ctx, tx, "order.cancel", string(id), map[string]any{"reason": reason})
	})
}

// refundView says what a refund will do before it is done.
type refundView struct {
	ID     pavilion.OrderID
	Number string
	Seen   string
	Amount string
	Says   []string // what will happen
	Lines  []ui.Fact
	Fields []keptValue // what was typed, to be sent again
	Back   string
}

// payBack gives money back: first it says how much and what follows, then it does it.
func (g *orders) payBack(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	if r.PostFormValue("go") == "1" {
		return g.act(w, r, "orders.said.refunded", func(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
			amount, _, err := refund(ctx, tx, id, r)
			if err != nil {
				return err
			}
			return staff.Note(ctx, tx, "order.refund", string(id), map[string]any{"reason": typedReason(r), "amount": amount.String()})
		})
	}
	ctx, p, id := r.Context(), ui.PrinterOf(r), pavilion.OrderID(r.PathValue("order"))
	v := refundView{ID: id, Seen: r.PostFormValue("seen"), Back: orderURL(id)}
	err := g.try(r, func(tx *db.Tx) error {
		v.Says, v.Lines = nil, nil
		if err := order.Unchanged(ctx, tx, id, seenAt(r)); err != nil {
			return err
		}
		before, err := order.Get(ctx, tx, nil, id)
		if err != nil {
			return err
		}
		amount, after, err := refund(ctx, tx, id, r)
		if err != nil {
			return err
		}
		v.Number, v.Amount = before.Number, p.Money(amount)
		v.Says = refundSays(p, before, after, amount, r.PostFormValue("restock") != "")
		for i, l := range after.Lines {
			if n := l.Refunded - before.Lines[i].Refunded; n > 0 {
				v.Lines = append(v.Lines, ui.Fact{Label: l.Name, Text: "× " + p.Number(n)})
			}
		}
		return nil
	})
	if refusal(err) {
		return g.draw(w, r, false, err)
	}
	if err != nil {
		return err
	}
	for name, values := range r.PostForm {
		if strings.HasPrefix(name, "back_") || name == "all" || name == "restock" || name == "reason" {
			v.Fields = append(v.Fields, keptValue{name, values[0]})
		}
	}
	return g.refundPage.Write(w, r, g.head(p.T("orders.refund_title", "number", v.Number), ordersPath), v)
}

// refund gives back what the form says and returns how much that is, and the order after it.
func refund(ctx context.Context, tx *db.Tx, id pavilion.OrderID, r *http.Request) (amount money.Money, after order.Order, err error) {
	reason := typedReason(r)
	if reason == "" {
		return amount, after, errNoReason
	}
	before, err := order.Get(ctx, tx, nil, id)
	if err != nil {
		return amount, after, err
	}
	var lines []order.RefundLine // nil: everything that is left
	if r.PostFormValue("all") == "" {
		if lines, err = backLines(r, before); err != nil {
			return amount, after, err
		}
	}
	if err := channel.CallOff(ctx, tx, id); err != nil {
		return amount, after, err
	}
	if err := order.Refund(ctx, tx, id, lines, reason, r.PostFormValue("restock") != ""); err != nil {
		return amount, after, err
	}
	if err := shipment.Fit(ctx, tx, id); err != nil {
		return amount, after, err
	}
	if after, err = order.Get(ctx, tx, nil, id); err != nil {
		return amount, after, err
	}
	amount, err = after.Refunded.Sub(before.Refunded)
	return amount, after, err
}

// backLines reads how much of each line is paid back.
func backLines(r *http.Request, o order.Order) ([]order.RefundLine, error) {
	var lines []order.RefundLine
	for _, l := range o.Lines {
		name := "back_" + strconv.Itoa(l.Number)
		text := strings.TrimSpace(r.PostFormValue(name))
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, pavilion.E(pavilion.Invalid, "order.refund_line", pavilion.Args{"line": l.Number, "left": l.Quantity - l.Refunded}).At(name)
		}
		if n != 0 {
			lines = append(lines, order.RefundLine{Line: l.Number, Quantity: n})
		}
	}
	if len(lines) == 0 {
		return nil, pavilion.E(pavilion.Invalid, "order.refund_nothing", nil)
	}
	return lines, nil
}

// taxBack is how much of what is given back is import tax.
func taxBack(before, after order.Order) money.Money {
	was, err := before.TaxRefunded()
	if err != nil {
		return money.Money{}
	}
	is, err := after.TaxRefunded()
	if err != nil {
		return money.Money{}
	}
	back, _ := is.Sub(was) // of one order, so of one currency
	return back
}

// refundSays is what a refund will do, in sentences.
func refundSays(p *ui.Printer, before, after order.Order, amount money.Money, restock bool) []string {
	var says []string
	if before.PaidBy == "" {
		says = append(says, p.T("orders.refund_channel", "amount", amount))
	} else {
		says = append(says, p.T("orders.refund_money", "amount", amount))
	}
	if tax := taxBack(before, after); !tax.IsZero() {
		says = append(says, p.T("orders.refund_tax", "amount", tax))
	}
	switch {
	case after.State == order.StateCancelled:
		says = append(says, p.T("orders.refund_cancels"))
	case before.State == order.StatePaid:
		says = append(says, p.T("orders.refund_releases"))
	case restock:
		says = append(says, p.T("orders.refund_restocks"))
	default:
		says = append(says, p.T("orders.refund_keeps_out"))
	}
	return says
}
