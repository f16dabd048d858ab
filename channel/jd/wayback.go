package jd

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/channel"
)

// A return is one of two things at JD: a request for the money before shipping, named
// "refund:<number>", or an after-sale service, named "service:<number>:<order>".
const (
	refundMark  = "refund:"
	serviceMark = "service:"
)

// ListReturns asks three lists, one after the other: requests by when they were made, requests
// by when they were answered, and services by when they changed.
func (c *Connector) ListReturns(ctx context.Context, a channel.Access, q channel.Asked) (channel.ReturnPage, error) {
	list, turn, _ := strings.Cut(cmp.Or(q.Page, "applied.1"), ".")
	page, err := strconv.Atoi(turn)
	if err != nil || page < 1 {
		return channel.ReturnPage{}, wrongPage()
	}
	var out channel.ReturnPage
	more, next := false, ""
	switch list {
	case "applied", "checked":
		ask := RefundQuery{AppliedFrom: q.From, AppliedTo: q.To, Page: page}
		next = "checked.1"
		if list == "checked" {
			ask, next = RefundQuery{CheckedFrom: q.From, CheckedTo: q.To, Page: page}, "service.1"
		}
		got, err := c.shop(a).Refunds(ctx, ask)
		if err != nil {
			return channel.ReturnPage{}, err
		}
		for _, r := range got.Items {
			out.Returns = append(out.Returns, r.neutral())
		}
		out.Returns = append(out.Returns, unreadReturns(refundMark, got.Unread)...)
		more = len(got.Items)+len(got.Unread) == refundPageMost
	case "service":
		got, err := c.shop(a).Services(ctx, c.clerk(a), ServiceQuery{From: q.From, To: q.To, Page: page})
		if err != nil {
			return channel.ReturnPage{}, err
		}
		for _, v := range got.Items {
			out.Returns = append(out.Returns, v.neutral())
		}
		out.Returns = append(out.Returns, unreadReturns(serviceMark, got.Unread)...)
		more = len(got.Items)+len(got.Unread) == servicePageMost
	default:
		return channel.ReturnPage{}, wrongPage()
	}
	if out.Next = next; more {
		out.Next = list + "." + strconv.Itoa(page+1)
	}
	return out, nil
}

// unreadReturns are those that could not be read, for a person.
func unreadReturns(mark string, unread []Unread) []channel.Return {
	var out []channel.Return
	for _, u := range unread {
		out = append(out, channel.Return{ID: mark + u.ID, State: channel.ReturnOther, Word: u.Err.Error()})
	}
	return out
}

// GetReturn reads one return.
func (c *Connector) GetReturn(ctx context.Context, a channel.Access, id string) (channel.Return, error) {
	if number, ok := strings.CutPrefix(id, refundMark); ok {
		n, err := wireNumber("ID", number)
		if err != nil {
			return channel.Return{}, err
		}
		r, err := c.shop(a).Refund(ctx, n)
		return r.neutral(), err
	}
	v, err := c.service(ctx, a, id)
	return v.neutral(), err
}

// service reads the service of a return.
func (c *Connector) service(ctx context.Context, a channel.Access, id string) (Service, error) {
	rest, _ := strings.CutPrefix(id, serviceMark)
	number, order, _ := strings.Cut(rest, ":")
	n, err := wireNumber("ID", number)
	if err != nil {
		return Service{}, err
	}
	o, err := wireNumber("ID", order)
	if err != nil {
		return Service{}, err
	}
	return c.shop(a).Service(ctx, c.clerk(a), n, o)
}

// refundStates gives our word for JD's. Between our yes and the money there is nothing to do:
// the goods may be on their way back from the carrier.
var refundStates = map[RefundStatus]channel.ReturnState{
	RefundWaiting: channel.ReturnAsked, RefundAgreed: channel.ReturnSending, RefundManual: channel.ReturnSending,
	RefundIntercepting: channel.ReturnSending, RefundIntercepted: channel.ReturnSending, RefundLogistics: channel.ReturnSending,
	RefundRefused: channel.ReturnRefused, RefundDone: channel.ReturnPaid, RefundForced: channel.ReturnPaid, RefundWithdrawn: channel.ReturnClosed,
}

func (r Refund) neutral() channel.Return {
	out := channel.Return{
		ID: refundMark + decimalText(r.ID), Order: decimalText(r.Order), State: refundStates[r.Status], Word: strconv.Itoa(int(r.Status)),
		Amount: stated(r.Amount), Reason: r.Reason, Asked: r.Applied, Modified: r.Applied,
	}
	if r.Checked.After(out.Modified) {
		out.Modified = r.Checked
	}
	if out.State == "" {
		out.State = channel.ReturnOther
	}
	return out
}

var serviceStates = map[ServiceStatus]channel.ReturnState{
	ServicePickUp: channel.ReturnAsked, ServiceToAudit: channel.ReturnAsked, ServiceBuyerAnswered: channel.ReturnAsked,
	ServiceToReceive: channel.ReturnSending, ServicePickUpHandling: channel.ReturnArrived, ServiceToHandle: channel.ReturnArrived,
	ServiceRefused: channel.ReturnRefused, ServiceCancelled: channel.ReturnClosed, ServiceDone: channel.ReturnClosed,
}

const resultRefunded = 100

// neutral is the service in the engine's words. What is no wish for money is for a person.
func (v Service) neutral() channel.Return {
	out := channel.Return{
		ID: serviceMark + decimalText(v.ID) + ":" + decimalText(v.Order), Order: decimalText(v.Order), Word: strconv.Itoa(int(v.Status)),
		State: serviceStates[v.Status], Goods: v.Wish == WishReturn, Amount: stated(v.Paid), Asked: v.Applied, Modified: v.Updated, Version: v.Version,
		Lines: []channel.DispatchLine{{Line: decimalText(v.SKU), Quantity: max(1, v.Count)}},
	}
	switch {
	case v.Wish != WishReturn && v.Wish != WishRefundOnly:
		out.State, out.Word = channel.ReturnOther, out.Word+"/"+strconv.Itoa(int(v.Wish))
	case v.Status == ServiceDone && v.Result == resultRefunded:
		out.State = channel.ReturnPaid
	case out.State == "":
		out.State = channel.ReturnOther
	}
	return out
}

// AnswerReturn says yes or no. A yes to a service has steps: the goods are asked back, and
// when they are here JD is told so and pays. What JD has no public call for is Conflict
// jd.return_by_hand; a return that changed meanwhile is Conflict jd.return_changed.
func (c *Connector) AnswerReturn(ctx context.Context, a channel.Access, answer channel.ReturnAnswer) error {
	if number, ok := strings.CutPrefix(answer.ID, refundMark); ok {
		id, err := wireNumber("ID", number)
		if err != nil {
			return err
		}
		reply := RefundReply{ID: id, Status: RefundAgreed, Who: c.settings.Nick, Remark: cmp.Or(answer.Reason, "同意")}
		if !answer.Agree {
			reply.Status, reply.Reject, reply.Remark = RefundRefused, RejectOther, cmp.Or(answer.Reason, "不同意")
		}
		return c.shop(a).ReplyRefund(ctx, reply)
	}
	v, err := c.service(ctx, a, answer.ID)
	if err != nil {
		return err
	}
	if v.Version != answer.Version {
		return pavilion.E(pavilion.Conflict, "jd.return_changed", nil)
	}
	return c.answerService(ctx, a, v, answer)
}

func (c *Connector) answerService(ctx context.Context, a channel.Access, v Service, answer channel.ReturnAnswer) error {
	s, clerk := c.shop(a), c.clerk(a)
	act := Act{Service: v.ID, Order: v.Order, Version: v.Version, Note: cmp.Or(answer.Reason, "同意")}
	switch state := v.neutral().State; {
	case state == channel.ReturnAsked && !answer.Agree:
		return s.RefuseService(ctx, clerk, act, c.settings.RefuseReason, "")
	case state == channel.ReturnAsked && v.Wish == WishRefundOnly:
		return s.RefundOnly(ctx, clerk, act)
	case state == channel.ReturnAsked:
		detail := v.ID
		if c.settings.ReturnDetail == DetailApply {
			detail = v.Apply
		}
		return s.SendBack(ctx, clerk, act, c.settings.AgreeReason, c.settings.ReturnTo, []int64{detail})
	case v.Status == ServiceToReceive && answer.Agree:
		receipt := c.settings.Receipt
		receipt.Pin, receipt.Name = cmp.Or(receipt.Pin, c.settings.Pin), cmp.Or(receipt.Name, c.settings.Nick)
		receipt.Remark = cmp.Or(receipt.Remark, act.Note)
		return s.RegisterReceipt(ctx, clerk, act, receipt)
	}
	return pavilion.E(pavilion.Conflict, "jd.return_by_hand", pavilion.Args{"state": int64(v.Status)})
}

// ListBills reads what JD charged, each charge as it came.
func (c *Connector) ListBills(ctx context.Context, a channel.Access, q channel.Asked) (channel.BillPage, error) {
	got, err := c.shop(a).Charges(ctx, BillQuery{Kind: c.settings.BillKind, From: q.From, To: q.To})
	if err != nil {
		return channel.BillPage{}, err
	}
	if len(got.Unread) > 0 {
		return channel.BillPage{}, answerOf("jingdong.pop.taurus.queryBillChargeListByCondition").lost(got.Unread[0].Err)
	}
	var out channel.BillPage
	for _, charge := range got.Items {
		out.Bills = append(out.Bills, channel.Bill{
			ID:    strings.Join([]string{decimalText(charge.Order), strconv.Itoa(charge.Business), decimalText(charge.Made.UnixMilli())}, "-"),
			Order: decimalText(charge.Order), At: charge.Made, Raw: charge.Raw,
		})
	}
	return out, nil
}

// answerOf is the answer to a call that changes nothing.
func answerOf(method string) answer { return answer{call: call{method: method}} }
