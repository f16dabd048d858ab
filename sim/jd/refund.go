package jd

import (
	"slices"
	"strings"
	"time"

	"pavilion"
)

var refundMethods = map[string]method{
	"jingdong.pop.afs.soa.refundapply.queryPageList":    {do: (*call).refunds},
	"jingdong.pop.afs.soa.refundapply.queryById":        {do: (*call).refundByID},
	"jingdong.pop.afs.soa.refundapply.getWaitRefundNum": {do: (*call).refundsWaiting},
	"jingdong.pop.afs.soa.refundapply.replyRefund":      {do: (*call).replyRefund},
}

// The states of a refund before shipping, as the wire numbers them.
const (
	RefundWaiting     = 0
	RefundAgreed      = 1
	RefundRefused     = 2
	RefundDone        = 3
	RefundNotPaid     = 4 // finance refused
	RefundIntercept   = 6
	RefundIntercepted = 7
	RefundMissed      = 8
	RefundForced      = 9
	RefundPending     = 10
	RefundWithdrawn   = 11
)

// refund is a shopper's wish to have the money back before the goods have come.
type refund struct {
	ID        ID
	Order     ID
	Status    int64
	Fen       int64
	Reason    string
	Remark    string // the shop's
	Checker   string
	AppliedAt time.Time
	CheckedAt time.Time
	NextAt    time.Time
}

func (r *refund) key() string    { return r.ID.String() }
func (r *refund) due() time.Time { return r.NextAt }

// ApplyRefund has the shopper ask for the money back before the goods have come; the order is
// locked. Errors: as of Receive.
func (s *Simulator) ApplyRefund(id ID, reason string) (refundID ID, err error) {
	err = s.move(id, func(c *change, o order) {
		refundID = c.newID()
		c.putRefund(refund{ID: refundID, Order: o.ID, Fen: o.payable(), Reason: reason, AppliedAt: c.now})
		s.lock(c, o)
	}, WaitStockOut, WaitReceive, WaitDelivery)
	return refundID, err
}

// ResolveRefund has the platform, or the shopper, move a refund: RefundDone, RefundNotPaid,
// RefundMissed, RefundWithdrawn. Errors: NotFound sim.refund_unknown, Conflict
// sim.refund_state, Unavailable sim.state_unwritable.
func (s *Simulator) ResolveRefund(id ID, status int64) error {
	return s.do(func(c *change) error {
		old := c.refunds.get(id.String())
		if old == nil {
			return pavilion.E(pavilion.NotFound, "sim.refund_unknown", nil)
		}
		if !slices.Contains(refundMoves[old.Status], status) || status == RefundRefused {
			return pavilion.E(pavilion.Conflict, "sim.refund_state", pavilion.Args{"state": old.Status})
		}
		s.refundBecomes(c, *old, status)
		return nil
	})
}

// refundMoves are the states that follow each other.
var refundMoves = map[int64][]int64{
	RefundWaiting:     {RefundAgreed, RefundRefused, RefundIntercept, RefundForced, RefundPending, RefundWithdrawn},
	RefundAgreed:      {RefundDone, RefundNotPaid, RefundWithdrawn},
	RefundIntercept:   {RefundIntercepted, RefundWithdrawn},
	RefundIntercepted: {RefundDone, RefundMissed, RefundWithdrawn},
	RefundPending:     {RefundAgreed, RefundRefused, RefundForced, RefundWithdrawn},
}

// refundBecomes keeps a refund in another state, and what that means for its order. What
// follows by itself comes after the delay of refunds.
func (s *Simulator) refundBecomes(c *change, r refund, status int64) {
	r.Status, r.NextAt = status, time.Time{}
	if status == RefundAgreed || status == RefundIntercept || status == RefundIntercepted {
		r.NextAt = c.now.Add(s.o.RefundDelay)
	}
	c.putRefund(r)
	o := c.orders.get(r.Order.String())
	switch status {
	case RefundDone, RefundForced:
		if o.State != Cancelled {
			s.cancel(c, *o)
		}
	case RefundRefused, RefundNotPaid, RefundMissed, RefundWithdrawn:
		if o.State == Locked {
			s.unlock(c, *o)
		}
	}
	if s.o.RefundDelay == 0 && !r.NextAt.IsZero() {
		s.refundDue(c, r)
	}
}

// refundDue does what happens to a refund by itself.
func (s *Simulator) refundDue(c *change, r refund) {
	next := int64(RefundDone)
	if r.Status == RefundIntercept {
		next = RefundIntercepted
	}
	s.refundBecomes(c, r, next)
}

func (c *change) toldRefund(r *refund) obj {
	return obj{
		"id": r.ID, "orderId": r.Order.String(), "status": r.Status, "buyerId": "sim***", "buyerName": maskName(shopperOf(c.orders.get(r.Order.String()).Buyer).name),
		"applyTime": dateText(r.AppliedAt), "checkTime": dateText(r.CheckedAt), "applyRefundSum": r.Fen, "checkUserName": r.Checker,
		"checkRemark": r.Remark, "reason": r.Reason, "systemId": 28, "partRefundType": 0,
	}
}

func (c *call) refunds() (obj, *failure) {
	p := c.p
	p.require("pageIndex", "pageSize")
	ids, status, order := p.ids("ids"), p.number("status", -1), p.text("orderId")
	applied, checked := span{p.moment("applyTimeStart"), p.moment("applyTimeEnd")}, span{p.moment("checkTimeStart"), p.moment("checkTimeEnd")}
	page, size := p.within("pageIndex", 1, 1, 100), p.within("pageSize", 10, 1, 50)
	if f := p.wrong(); f != nil {
		return nil, f
	}
	var found []*refund
	for _, r := range c.change.refunds.list {
		if (len(ids) == 0 || slices.Contains(ids, r.ID)) && (status < 0 || r.Status == status) &&
			(order == "" || r.Order.String() == order) && applied.holds(r.AppliedAt.Truncate(time.Second)) &&
			checked.holds(r.CheckedAt.Truncate(time.Second)) {
			found = append(found, r)
		}
	}
	list := []any{}
	for _, r := range paged(found, page, size) {
		list = append(list, c.toldRefund(r))
	}
	return c.foundRefunds(len(found), list), nil
}

func (c *call) foundRefunds(total int, list []any) obj {
	return obj{"queryResult": obj{"success": true, "errorCode": "", "errorMsg": "", "totalCount": total, "result": list}}
}

func (c *call) refundByID() (obj, *failure) {
	c.p.require("id")
	id := c.p.id("id")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	r := c.change.refunds.get(id.String())
	if r == nil {
		return c.foundRefunds(0, []any{}), nil
	}
	return c.foundRefunds(1, []any{c.toldRefund(r)}), nil
}

func (c *call) refundsWaiting() (obj, *failure) {
	n := 0
	for _, r := range c.change.refunds.list {
		if r.Status == RefundWaiting {
			n++
		}
	}
	return c.foundRefunds(n, []any{}), nil
}

func (c *call) replyRefund() (obj, *failure) {
	p := c.p
	p.require("id", "status", "checkUserName")
	id, status := p.id("id"), p.number("status", -1)
	checker, remark := p.text("checkUserName"), p.shortText("remark", 500)
	if status != RefundForced {
		p.require("remark")
	}
	if !slices.Contains([]int64{RefundAgreed, RefundRefused, RefundIntercept, RefundForced, RefundPending}, status) {
		p.refuse("61", "status")
	}
	if kind := p.within("rejectType", 0, 0, 5); kind != 0 && status != RefundRefused {
		p.refuse("61", "rejectType")
	}
	p.within("outWareStatus", 1, 1, 2)
	if f := p.wrong(); f != nil {
		return nil, f
	}
	r := c.change.refunds.get(id.String())
	if r == nil || !slices.Contains(refundMoves[r.Status], status) {
		return obj{"replyResult": obj{"success": false, "errorCode": afterSaleLate, "errorMsg": "退款申请不存在或已处理"}}, nil
	}
	replied := *r
	replied.Checker, replied.Remark, replied.CheckedAt = checker, strings.TrimSpace(remark), c.now
	c.s.refundBecomes(c.change, replied, status)
	return obj{"replyResult": obj{"success": true, "errorCode": "", "errorMsg": ""}}, nil
}

// Refund is what somebody in the back office sees of a refund.
type Refund struct {
	ID     ID     `json:"refund"`
	Order  ID     `json:"order"`
	Status int64  `json:"status"`
	Fen    int64  `json:"fen"`
	Reason string `json:"reason"`
}

// Refunds are all refunds before shipping, oldest first.
func (s *Simulator) Refunds() []Refund {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	out := []Refund{}
	for _, r := range s.begin().refunds.list {
		out = append(out, Refund{r.ID, r.Order, r.Status, r.Fen, r.Reason})
	}
	return out
}
