package jd

import (
	"context"
	"time"

	"pavilion"
	"pavilion/money"
)

// RefundStatus is where a request for the money before shipping stands.
type RefundStatus int

// The places of a request.
const (
	RefundWaiting         RefundStatus = 0
	RefundAgreed          RefundStatus = 1
	RefundRefused         RefundStatus = 2
	RefundDone            RefundStatus = 3 // the money is on its way back
	RefundFinanceRefused  RefundStatus = 4
	RefundManual          RefundStatus = 5
	RefundIntercepting    RefundStatus = 6 // agreed, and JD stops the parcel
	RefundIntercepted     RefundStatus = 7
	RefundInterceptFailed RefundStatus = 8
	RefundForced          RefundStatus = 9  // closed by force, with the money back
	RefundLogistics       RefundStatus = 10 // waits for the carrier
	RefundWithdrawn       RefundStatus = 11
)

// Refund is a buyer's request for the money before the order is shipped. JD locks the order
// while it waits.
type Refund struct {
	ID      int64
	Order   int64
	Status  RefundStatus
	Amount  money.Money
	Applied time.Time
	Checked time.Time
	Reason  string
	Remark  string // of whoever answered
	System  int    // where it was asked for: 10 service desk, 11 site, 12 refused at the door, 28 app …
	Partial int
}

// RefundQuery says which requests are wanted; what is not stated does not matter.
type RefundQuery struct {
	Order       int64
	AppliedFrom time.Time
	AppliedTo   time.Time
	CheckedFrom time.Time
	CheckedTo   time.Time
	Page        int // 1 to 100
	Size        int // 50 at most, and if 0
}

const (
	refundPageMost = 50
	refundLastPage = 100
)

// Refunds reads one page of requests. JD has no feed of those that changed: one asks by the
// time of the request and by that of the answer.
func (s *Shop) Refunds(ctx context.Context, q RefundQuery) (Page[Refund], error) {
	if q.Page > refundLastPage {
		return Page[Refund]{}, pavilion.E(pavilion.Invalid, "jd.page", pavilion.Args{"most": refundLastPage}).At("page")
	}
	a, err := s.ask(ctx, "jingdong.pop.afs.soa.refundapply.queryPageList", fields{
		"pageIndex": max(q.Page, 1), "pageSize": pageSize(q.Size, refundPageMost),
	}.digits("orderId", q.Order).moment("applyTimeStart", q.AppliedFrom).moment("applyTimeEnd", q.AppliedTo).
		moment("checkTimeStart", q.CheckedFrom).moment("checkTimeEnd", q.CheckedTo))
	if err != nil {
		return Page[Refund]{}, err
	}
	r, err := a.result("queryResult")
	if err != nil {
		return Page[Refund]{}, err
	}
	return pageOf(r.at("result"), r.at("totalCount").number(), "id", s.readRefund), a.whole()
}

// Refund reads one request.
func (s *Shop) Refund(ctx context.Context, id int64) (Refund, error) {
	a, err := s.ask(ctx, "jingdong.pop.afs.soa.refundapply.queryById", fields{"id": id})
	if err != nil {
		return Refund{}, err
	}
	r, err := a.result("queryResult")
	if err != nil {
		return Refund{}, err
	}
	entries := r.at("result")
	if !entries.isObject() { // the one request comes alone or as a list of one
		list := entries.items()
		if len(list) != 1 {
			return Refund{}, a.refused("71", "")
		}
		entries = list[0]
	}
	return s.readRefund(entries), a.whole()
}

func (c *Client) readRefund(t tree) Refund {
	r := Refund{
		ID: t.at("id").number(), Order: t.at("orderId").number(), Status: RefundStatus(t.at("status").small()),
		Amount: t.at("applyRefundSum").money(c.facts.RefundSum), Applied: t.at("applyTime").moment(), Checked: t.at("checkTime").moment(),
		Reason: t.at("reason").text(), Remark: t.at("checkRemark").text(), System: t.at("systemId").code(), Partial: t.at("partRefundType").code(),
	}
	if r.ID <= 0 {
		t.at("id").fail("number of a request")
	}
	if r.Order <= 0 {
		t.at("orderId").fail("number of an order")
	}
	return r
}

// RejectType is why a refund is refused.
type RejectType int

// The reasons JD knows.
const (
	RejectOnItsWay RejectType = 1
	RejectReceived RejectType = 2
	RejectDeclared RejectType = 3 // a bonded order that customs know of
	RejectAgreed   RejectType = 4 // the buyer agreed by telephone to take the goods
	RejectOther    RejectType = 5
)

// RefundReply answers a request.
type RefundReply struct {
	ID        int64
	Status    RefundStatus // RefundAgreed, RefundRefused, RefundIntercepting, RefundForced or RefundLogistics
	Who       string       // the name JD notes
	Remark    string       // must be there but for RefundForced
	Reject    RejectType   // of RefundRefused
	OutWare   bool         // whether the goods have left the warehouse, if WareKnown
	WareKnown bool
}

// ReplyRefund answers a request. After channel.outcome_unknown read the request: an answer given
// twice is refused.
func (s *Shop) ReplyRefund(ctx context.Context, r RefundReply) error {
	f := fields{"id": r.ID, "status": int(r.Status), "checkUserName": r.Who}.text("remark", r.Remark)
	if r.Status == RefundRefused {
		f.number("rejectType", int64(r.Reject))
	}
	if r.WareKnown {
		f["outWareStatus"] = 2
		if r.OutWare {
			f["outWareStatus"] = 1
		}
	}
	a, err := s.tell(ctx, "jingdong.pop.afs.soa.refundapply.replyRefund", f)
	if err != nil {
		return err
	}
	_, err = a.result("replyResult")
	return err
}
