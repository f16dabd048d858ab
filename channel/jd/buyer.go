package jd

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// Sealed names a recipient whom only JD can open.
type Sealed struct {
	Order int64
	OAID  string
}

// Recipient is a person in the clear, or with numbers that reach the person only for a time.
// It is personal data: nothing here writes it anywhere.
type Recipient struct {
	Order   int64
	Name    string
	Mobile  string
	Phone   string
	Address string
	Until   time.Time // numbers that are not the person's own work until then
}

// String keeps the person out of whatever prints a recipient.
func (r Recipient) String() string { return "jd.Recipient of " + strconv.FormatInt(r.Order, 10) }

// GoString does the same for %#v.
func (r Recipient) GoString() string { return r.String() }

// Recipients opens the recipients of orders. JD counts what is opened, may refuse an app that
// does not run in its own cloud (jd.environment, jd.permission), and leaves out those it
// does not open.
func (s *Shop) Recipients(ctx context.Context, sealed []Sealed) ([]Recipient, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	infos := make([]fields, len(sealed))
	for i, o := range sealed {
		infos[i] = fields{"orderId": o.Order, "oaid": o.OAID}
	}
	how := s.facts.OAID
	a, err := s.ask(ctx, "jingdong.jos.order.oaid.decrypt", fields{
		"getReceiverInfoListReqVO": fields{"orderInfos": infos}.text("orderType", how.OrderType).text("appName", how.AppName).
			text("scenesType", how.ScenesType).text("region", how.Region).number("expiration", how.Expiration),
	})
	if err != nil {
		return nil, err
	}
	r := a.at("returnType")
	if !r.isObject() {
		return nil, a.lost(errors.New("the answer has no returnType"))
	}
	if code := r.at("code").text(); code != "0" && code != "200" {
		return nil, a.refused(code, r.at("message").text())
	}
	return each(r.at("data"), func(t tree) Recipient {
		return Recipient{
			Order: t.at("orderId").number(), Name: t.at("customerName").text(), Mobile: t.at("consMobilePhone").text(),
			Phone: t.at("customerPhone").text(), Address: t.at("address").text(), Until: t.at("expiration").moment(),
		}
	}), a.whole()
}

// VirtualNumber asks for numbers that reach the buyer of an order for a time. What cannot be
// had is Invalid, jd.refused, with JD's code (406: the balance is used up).
func (s *Shop) VirtualNumber(ctx context.Context, order int64) (Recipient, error) {
	how := s.facts.OAID
	a, err := s.ask(ctx, "jingdong.pop.order.getmobilelist", fields{"orderId": order}.
		text("appName", how.AppName).text("region", how.Region).number("expiration", how.Expiration).text("orderType", how.OrderType))
	if err != nil {
		return Recipient{}, err
	}
	r := a.at("result")
	if !r.isObject() {
		return Recipient{}, a.lost(errors.New("the answer has no result"))
	}
	if code := r.at("code").text(); code != "200" {
		return Recipient{}, a.refused("result "+code, r.at("message").text()) // codes of its own, not the gateway's
	}
	t := r.at("data").at(strconv.FormatInt(order, 10))
	got := Recipient{Order: order, Mobile: t.at("consMobilePhone").text(), Phone: t.at("customerPhone").text(), Until: t.at("expiration").moment()}
	if got.Mobile == "" && got.Phone == "" {
		t.fail("answer with a number")
	}
	return got, a.whole()
}
