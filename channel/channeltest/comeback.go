package channeltest

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pavilion"
	"pavilion/channel"
)

type comeback struct{ channel.Return }

// answerIn is when the platform agrees for us.
const answerIn = 48 * time.Hour

// AskBack has a shopper want the money of an order back: of a line, or of all of it for "";
// with the goods on their way back, or without.
func (p *Platform) AskBack(number, line string, goods bool) (id string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.numbered(number)
	if o == nil {
		return "", refused(pavilion.NotFound, "order")
	}
	if o.State == channel.OrderUnpaid || o.State == channel.OrderCancelled || goods && o.open() {
		return "", refused(pavilion.Conflict, "state")
	}
	r := &comeback{channel.Return{
		ID: p.id("R"), Order: number, State: channel.ReturnAsked, Word: "ASKED", Goods: goods, Amount: Yuan(0), Reason: "不想要了",
		Asked: p.o.Clock(), Due: p.o.Clock().Add(answerIn),
	}}
	for _, l := range o.Lines {
		if line != "" && l.ID != line || l.Refunded {
			continue
		}
		r.Lines = append(r.Lines, channel.DispatchLine{Line: l.ID, Quantity: l.Quantity})
		if r.Amount, err = r.Amount.Add(l.Paid); err != nil {
			return "", err
		}
	}
	p.returns = append(p.returns, r)
	p.moved(r, channel.ReturnAsked)
	if o.open() {
		o.State, o.Word = channel.OrderLocked, "LOCKED"
		p.changed(o, "locked")
	}
	return r.ID, nil
}

// moved notes where a return stands now. Under mu.
func (p *Platform) moved(r *comeback, to channel.ReturnState) {
	r.State, r.Word, r.Modified = to, string(to), p.o.Clock()
	r.Version++
	p.push("return", r.Order)
}

// SendBack has the shopper hand the goods in.
func (p *Platform) SendBack(id, waybill string) error {
	return p.back(id, channel.ReturnSending, func(r *comeback) {
		r.Waybill = waybill
		p.moved(r, channel.ReturnSending)
	})
}

// ArriveBack has the goods arrive with us, as the platform sees it.
func (p *Platform) ArriveBack(id string) error {
	return p.back(id, channel.ReturnSending, func(r *comeback) {
		p.moved(r, channel.ReturnArrived)
		r.Due = p.o.Clock().Add(answerIn)
	})
}

func (p *Platform) back(id string, in channel.ReturnState, do func(*comeback)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.returning(id)
	switch {
	case r == nil:
		return refused(pavilion.NotFound, "return")
	case r.State != in:
		return refused(pavilion.Conflict, "state")
	}
	do(r)
	return nil
}

func (p *Platform) returning(id string) *comeback {
	for _, r := range p.returns {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Return is a return as it stands.
func (p *Platform) Return(id string) (channel.Return, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.returning(id); r != nil {
		return r.Return, true
	}
	return channel.Return{}, false
}

// ListReturns lists by the time of the last change.
func (p *Platform) ListReturns(_ context.Context, a channel.Access, q channel.Asked) (out channel.ReturnPage, err error) {
	return out, p.talk("ListReturns", &a, func() error {
		found, next := page(p, q, p.returns, func(r *comeback) time.Time { return r.Modified })
		out = channel.ReturnPage{Next: next}
		for _, r := range found {
			out.Returns = append(out.Returns, r.Return)
		}
		return nil
	})
}

// GetReturn knows a return at once.
func (p *Platform) GetReturn(_ context.Context, a channel.Access, id string) (out channel.Return, err error) {
	return out, p.talk("GetReturn", &a, func() error {
		r := p.returning(id)
		if r == nil {
			return refused(pavilion.NotFound, "return")
		}
		out = r.Return
		return nil
	})
}

// AnswerReturn moves a return on, if it is as it was read. An answer it has is no error.
func (p *Platform) AnswerReturn(_ context.Context, a channel.Access, answer channel.ReturnAnswer) error {
	return p.talk("AnswerReturn", &a, func() error {
		r := p.returning(answer.ID)
		switch {
		case r == nil:
			return refused(pavilion.NotFound, "return")
		case r.Version != answer.Version, r.State != answer.State, r.State != channel.ReturnAsked && r.State != channel.ReturnArrived:
			return refused(pavilion.Conflict, "moved")
		case !answer.Agree:
			p.moved(r, channel.ReturnRefused)
			if o := p.numbered(r.Order); o.State == channel.OrderLocked {
				o.State, o.Word = channel.OrderToShip, "WAIT_SHIP"
				p.changed(o, "unlocked")
			}
		case r.Goods && r.State == channel.ReturnAsked:
			p.moved(r, channel.ReturnSending)
		default:
			p.moved(r, channel.ReturnPaid)
			p.payBack(r)
		}
		return nil
	})
}

// payBack pays a return: of an order that was not shipped, the units are offered again.
func (p *Platform) payBack(r *comeback) {
	o := p.numbered(r.Order)
	shipped, left := o.State != channel.OrderLocked, false
	for i := range o.Lines {
		l := &o.Lines[i]
		back := slices.ContainsFunc(r.Lines, func(d channel.DispatchLine) bool { return d.Line == l.ID })
		if back && !l.Refunded && !shipped {
			l.Refunded = true
			p.stock[l.Unit] += l.Quantity
		}
		left = left || !l.Refunded
	}
	switch {
	case shipped:
	case left:
		o.State, o.Word = channel.OrderToShip, "WAIT_SHIP"
	default:
		o.State, o.Word = channel.OrderCancelled, "CANCELLED"
	}
	p.changed(o, "refunded")
	p.bill(r.Order, "-"+r.Amount.Decimal())
}

// bill makes a row of what is settled. Under mu.
func (p *Platform) bill(number, amount string) {
	id := p.id("B")
	raw, err := json.Marshal(map[string]string{"id": id, "order": number, "amount": amount})
	if err != nil {
		panic(err) // of values of our own
	}
	p.bills = append(p.bills, channel.Bill{ID: id, Order: number, At: p.o.Clock(), Raw: raw})
}

// ListBills lists by when they were made.
func (p *Platform) ListBills(_ context.Context, a channel.Access, q channel.Asked) (out channel.BillPage, err error) {
	return out, p.talk("ListBills", &a, func() error {
		out.Bills, out.Next = page(p, q, p.bills, func(b channel.Bill) time.Time { return b.At })
		return nil
	})
}
