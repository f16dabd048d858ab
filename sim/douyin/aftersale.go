package douyin

import (
	"slices"
	"strconv"
	"time"

	"pavilion"
)

// The sorts of after-sales.
const (
	returnGoods    = 0
	refundOnly     = 1
	beforeShipping = 2
	exchange       = 3
)

// The states of after-sales.
const (
	caseAsked       = 6
	caseAgreed      = 7
	caseReturned    = 11
	caseDone        = 12
	caseSent        = 13
	caseExchanged   = 14
	caseRefused     = 27
	caseClosed      = 28
	caseRefusedLate = 29
)

// The states of the money of an after-sale.
const (
	refundWaits = 1
	refundDone  = 3
)

const caseEnds = "aftersale"

// aftersale is what a buyer asks for after an order: for one of its lines.
type aftersale struct {
	ID                          int64
	Order, Line                 string
	Shop, Type, Status, Refund  int64
	Num, Amount, Post, Tax      int64
	Reason                      string
	Got                         bool
	Applied, Updated, Deadline  time.Time
	ReturnCompany, ReturnNumber string
	ReturnAddress               int64
	SentCompany, SentNumber     string
	Refused                     string
	Log                         []happened
}

type happened struct {
	At   time.Time
	What string
}

func (a aftersale) copied() aftersale {
	a.Log = slices.Clone(a.Log)
	return a
}

// open tells whether the after-sale is not over.
func (a *aftersale) open() bool {
	return a.Status == caseAsked || a.Status == caseAgreed || a.Status == caseReturned || a.Status == caseSent
}

// cases returns the after-sales of an order, oldest first.
func (t *tx) cases(order string) []int64 {
	out := t.casesOf[order]
	for _, id := range t.aftersales.came {
		if t.aftersales.get(id).Order == order {
			out = append(slices.Clip(out), id)
		}
	}
	return out
}

// Ask is an after-sale that a simulated shopper asks for.
type Ask struct {
	Order  string `json:"order"`
	Line   string `json:"line"` // a SKU order; "" is the first
	Type   int64  `json:"type"` // 0 return and refund, 1 refund only, 2 before shipping, 3 exchange
	Num    int64  `json:"num"`  // 0 are all
	Amount int64  `json:"amount"`
	Reason string `json:"reason"`
	Got    bool   `json:"got"` // the buyer has the goods
}

// Ask lets a shopper ask for money or other goods. An amount of 0 is what was paid for the
// units. Errors: NotFound sim.order_unknown; Conflict sim.order_state; Invalid sim.ask.
func (s *Simulator) Ask(q Ask) (int64, error) {
	var id int64
	err := s.changeOrder(q.Order, func(t *tx, o *order) error {
		a, err := t.ask(o, q)
		if err == nil {
			id = a.ID
		}
		return err
	})
	return id, err
}

func (t *tx) ask(o *order, q Ask) (*aftersale, error) {
	if q.Line == "" {
		q.Line = o.Lines[0].ID
	}
	l := o.line(q.Line)
	if l == nil || q.Type < returnGoods || q.Type > exchange {
		return nil, pavilion.E(pavilion.Invalid, "sim.ask", nil)
	}
	whole := l.Num - t.returned(o.ID, l.ID)
	if q.Num == 0 {
		q.Num = whole
	}
	early := q.Type == beforeShipping
	switch {
	case o.Paid.IsZero(), l.Status == cancelled, early && l.Sent > 0, !early && l.Sent < l.Num, t.busy(o.ID, l.ID):
		return nil, errState
	case q.Num < 1 || q.Num > whole, early && q.Num != whole, q.Amount < 0:
		return nil, pavilion.E(pavilion.Invalid, "sim.ask", nil)
	}
	most := share(l.pays(), q.Num, l.Num)
	if q.Amount == 0 {
		q.Amount = most
	}
	a := &aftersale{
		ID: t.id(firstAftersale), Order: o.ID, Line: l.ID, Shop: o.Shop, Type: q.Type, Status: caseAsked, Refund: refundWaits, Num: q.Num,
		Amount: min(q.Amount, most), Tax: share(l.Tax, q.Num, l.Num), Reason: q.Reason, Got: q.Got, Applied: t.now,
	}
	if early && !slices.ContainsFunc(o.Lines, func(other line) bool { return other.ID != l.ID && other.Status != cancelled }) {
		a.Post = o.Postage // the last of the order
	}
	t.aftersales.put(a.ID, a)
	t.step(a, "200", caseAsked, t.s.rules.DecideIn, obj{"apply_time": t.now.Unix()}, "买家申请售后")
	o.Updated = t.now
	return a, nil
}

// returned are the units of a line that were refunded.
func (t *tx) returned(order, line string) int64 {
	n := int64(0)
	for _, id := range t.cases(order) {
		if a := t.aftersales.get(id); a.Line == line && a.Status == caseDone {
			n += a.Num
		}
	}
	return n
}

// busy tells whether a line has an after-sale that is not over.
func (t *tx) busy(order, line string) bool {
	return slices.ContainsFunc(t.cases(order), func(id int64) bool {
		a := t.aftersales.get(id)
		return a.Line == line && a.open()
	})
}

// step moves an after-sale on and tells it. The time to go on ends after within; 0 is never.
func (t *tx) step(a *aftersale, tag string, status int64, within time.Duration, with obj, what string) {
	a.Status, a.Updated, a.Deadline = status, t.now, time.Time{}
	if within > 0 {
		a.Deadline = t.now.Add(within)
		t.later(within, caseEnds, strconv.FormatInt(a.ID, 10), nil)
	}
	a.Log = append(a.Log, happened{t.now, what})
	if o := t.orders.edit(a.Order); o != nil {
		o.Updated = t.now
	}
	order, _ := strconv.ParseInt(a.Order, 10, 64) // ours
	line, _ := strconv.ParseInt(a.Line, 10, 64)
	data := obj{
		"aftersale_id": a.ID, "aftersale_status": a.Status, "aftersale_type": a.Type, "p_id": order, "s_id": line, "shop_id": a.Shop,
		"reason_code": 0, "refund_amount": a.Amount + a.Post, "refund_post_amount": a.Post, "refund_voucher_num": 0, "update_time": t.now.Unix(),
	}
	for k, v := range with {
		data[k] = v
	}
	t.push(a.Shop, tag, strconv.FormatInt(a.ID, 10), data)
}

// endCase does what the platform does when a time is over: it agrees for the merchant, and
// closes what a buyer does not go on with.
func (t *tx) endCase(alarm *alarm) error {
	id, err := strconv.ParseInt(alarm.Of, 10, 64)
	if err != nil {
		return err
	}
	if a := t.aftersales.get(id); a == nil || !a.open() || !a.Deadline.Equal(t.now) {
		return nil
	}
	a := t.aftersales.edit(id)
	switch {
	case a.Status == caseAsked && (a.Type == refundOnly || a.Type == beforeShipping), a.Status == caseReturned && a.Type == returnGoods:
		t.refund(a, "超时未处理，平台自动退款")
	case a.Status == caseAsked:
		t.agree(a, 0)
	case a.Status == caseAgreed:
		t.closeCase(a, "买家超时未退货")
	}
	return nil
}

// agree lets the buyer send the goods back.
func (t *tx) agree(a *aftersale, address int64) {
	a.ReturnAddress = address
	t.step(a, "202", caseAgreed, buyerReturnsIn, obj{"agree_time": t.now.Unix()}, "商家同意退货")
}

const buyerReturnsIn = 7 * 24 * time.Hour

// refuse says no, at the first decision or after the goods came back.
func (t *tx) refuse(a *aftersale, why string) {
	a.Refused = why
	tag, status := "204", int64(caseRefused)
	if a.Status == caseReturned {
		tag, status = "205", caseRefusedLate
	}
	t.step(a, tag, status, 0, obj{"refuse_time": t.now.Unix()}, "商家拒绝："+why)
}

// closeCase ends an after-sale without money: refund_status stays where it was.
func (t *tx) closeCase(a *aftersale, why string) {
	t.step(a, "207", caseClosed, 0, obj{"close_time": t.now.Unix()}, why)
}

// refund gives the money back.
func (t *tx) refund(a *aftersale, why string) {
	a.Refund = refundDone
	t.step(a, "206", caseDone, 0, obj{"success_time": t.now.Unix()}, why)
	o := t.orders.edit(a.Order)
	l := o.line(a.Line)
	switch {
	case a.Type == beforeShipping:
		t.letGo(l, l.Num-l.Sent, t.s.rules.CancelledReturn)
		l.Status, l.Main = cancelled, refunded
	case t.returned(o.ID, l.ID) == l.Num:
		if l.Main = afterShip; o.Status == finished {
			l.Main = afterTaken
		}
	}
	if t.wholly(o) {
		o.Main = l.Main
		if o.Main == refunded {
			o.Status, o.CancelReason = cancelled, "退款成功"
		}
	} else if a.Type == beforeShipping {
		t.countSent(o)
	}
	t.billRefund(o, a)
}

// wholly tells whether every line of an order was refunded.
func (t *tx) wholly(o *order) bool {
	return !slices.ContainsFunc(o.Lines, func(l line) bool { return l.Main != refunded && l.Main != afterShip && l.Main != afterTaken })
}

// changeCase does something to an after-sale. The errors are those of f and NotFound
// sim.aftersale_unknown.
func (s *Simulator) changeCase(id int64, f func(t *tx, a *aftersale) error) error {
	err := s.do(func(t *tx) error {
		a := t.aftersales.edit(id)
		if a == nil {
			return pavilion.E(pavilion.NotFound, "sim.aftersale_unknown", nil)
		}
		return f(t, a)
	})
	s.poke()
	return err
}

// Withdraw lets the shopper take an after-sale back.
func (s *Simulator) Withdraw(id int64) error {
	return s.changeCase(id, func(t *tx, a *aftersale) error {
		if !a.open() {
			return errState
		}
		t.closeCase(a, "买家撤销")
		return nil
	})
}

// SendBack lets the shopper send the goods of an agreed after-sale back.
func (s *Simulator) SendBack(id int64, company, number string) error {
	return s.changeCase(id, func(t *tx, a *aftersale) error {
		if a.Status != caseAgreed {
			return errState
		}
		a.ReturnCompany, a.ReturnNumber = company, number
		t.step(a, "203", caseReturned, t.s.rules.DecideIn, obj{"logistics_code": number}, "买家已退货")
		return nil
	})
}

// TakeExchange lets the shopper confirm that the other goods arrived.
func (s *Simulator) TakeExchange(id int64) error {
	return s.changeCase(id, func(t *tx, a *aftersale) error {
		if a.Status != caseSent {
			return errState
		}
		t.step(a, "211", caseExchanged, 0, obj{}, "换货完成")
		return nil
	})
}
