package shop

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/web/ui"
)

// paymentView is where a shopper comes back to from the payment provider, and where an order
// that is not paid yet can be paid.
type paymentView struct {
	State  string // waiting, to_pay, declined, paid, expired, cancelled: also what the script asks for
	Notice ui.Notice
	Number string
	Order  string // address of the order
	Amount ui.Price
	Pay    string // label of the button that leads to the provider, "" if there is nothing to pay
	Action string // where that button goes
	Watch  string // address that tells the state, "" when it will not change by itself
	Steps  []ui.Step
}

// payment asks the provider when no notice came yet, and says how the payment stands.
func (s *Shop) payment(w http.ResponseWriter, r *http.Request) error {
	o, err := s.orderOf(r)
	if err != nil {
		return err
	}
	if o.State == order.StateUnpaid {
		if o, err = s.askedOrder(r, o); err != nil {
			return err
		}
	}
	last, err := s.lastIntent(r, o.ID)
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	view := paymentPage(p, o, last)
	head := ui.Head{Title: p.T("shop.payment.title"), NoIndex: true, Plain: true}
	if r.URL.Query().Has("unreachable") && view.State != "paid" {
		view.Notice = ui.Notice{Tone: ui.Careful, Title: p.T("shop.order.placed_title"), Text: p.T("shop.payment.unreachable")}
	}
	return s.pages.payment.Write(w, r, head, view)
}

// askedOrder asks the provider about the order's open payments and reads it again. A provider
// that does not answer leaves the order as it is.
func (s *Shop) askedOrder(r *http.Request, o order.Order) (order.Order, error) {
	err := s.own.AskOrder(r.Context(), o.ID)
	if kind := pavilion.KindOf(err); err != nil && kind != pavilion.Unavailable && kind != pavilion.NotFound {
		return o, fmt.Errorf("ask about the payment of %s: %w", o.ID, err)
	}
	return s.orderOf(r)
}

// lastIntent is the try to pay an order that is still open, else the last one; empty if
// there is none.
func (s *Shop) lastIntent(r *http.Request, id pavilion.OrderID) (payment.Intent, error) {
	var all []payment.Intent
	err := s.db.Read(r.Context(), func(v *db.View) error {
		var err error
		all, err = payment.ForPurpose(r.Context(), v, string(id))
		return err
	})
	if err != nil || len(all) == 0 {
		return payment.Intent{}, err
	}
	open := func(i payment.Intent) bool {
		return i.State == payment.StateCreated || i.State == payment.StateStarted
	}
	if i := slices.IndexFunc(all, open); i >= 0 {
		return all[i], nil
	}
	return slices.MaxFunc(all, func(a, b payment.Intent) int { return a.CreatedAt.Compare(b.CreatedAt) }), nil
}

// paymentPage is the view of how the payment of an order stands.
func paymentPage(p *ui.Printer, o order.Order, last payment.Intent) paymentView {
	view := paymentView{
		State: paymentState(o, last), Number: o.Number, Order: orderHref(p, o.ID), Amount: ui.Price{Amount: o.Total, Large: true},
		Action: orderHref(p, o.ID) + "/pay",
		Steps: []ui.Step{
			{Title: p.T("shop.checkout.step_details"), Done: true},
			{Title: p.T("shop.checkout.step_pay"), Current: true},
			{Title: p.T("shop.order.next_ship")},
		},
	}
	tell := func(tone ui.Tone, key string, args ...any) {
		view.Notice = ui.Notice{Tone: tone, Title: p.T("shop.payment." + key + "_title"), Text: p.T("shop.payment."+key+"_text", args...)}
	}
	switch view.State {
	case "to_pay":
		tell(ui.Neutral, "to_pay", "time", o.PayBy)
		view.Pay = p.T("shop.payment.pay_amount", "amount", o.Total)
	case "waiting":
		tell(ui.Neutral, "waiting")
		view.Pay = p.T("shop.payment.pay_now")
		view.Watch = orderHref(p, o.ID) + "/state"
	case "declined":
		tell(ui.Bad, "declined", "time", o.PayBy)
		view.Pay = p.T("shop.payment.again")
	case "expired":
		tell(ui.Careful, "expired")
	case "cancelled":
		tell(ui.Careful, "cancelled")
	default:
		tell(ui.Good, "paid", "amount", o.Total)
		view.Steps[1] = ui.Step{Title: p.T("shop.checkout.step_pay"), Done: true}
		view.Steps[2].Current = true
	}
	return view
}

// paymentState puts the states of an order and of the last try to pay it into one word.
func paymentState(o order.Order, last payment.Intent) string {
	switch o.State {
	case order.StateUnpaid:
		switch last.State {
		case payment.StateStarted:
			return "waiting"
		case payment.StateDeclined:
			return "declined"
		}
		return "to_pay"
	case order.StateExpired:
		return "expired"
	case order.StateCancelled:
		return "cancelled"
	}
	return "paid"
}

// orderState answers a script that waits for the payment with the state in one word.
func (s *Shop) orderState(w http.ResponseWriter, r *http.Request) error {
	o, err := s.orderOf(r)
	if err != nil {
		return err
	}
	last, err := s.lastIntent(r, o.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err = io.WriteString(w, paymentState(o, last))
	return err
}

// startPayment sends the shopper to the provider.
func (s *Shop) startPayment(w http.ResponseWriter, r *http.Request) error {
	o, err := s.orderOf(r)
	if err != nil {
		return err
	}
	return s.toPayment(w, r, o.ID)
}

// toPayment sends the shopper where the order is paid. Where there is nothing to pay, or the
// provider does not answer, the payment page says so.
func (s *Shop) toPayment(w http.ResponseWriter, r *http.Request, id pavilion.OrderID) error {
	p := ui.PrinterOf(r)
	next, err := s.own.StartPayment(r.Context(), id, p.Lang)
	switch pavilion.KindOf(err) {
	case pavilion.Unavailable:
		s.log.WarnContext(r.Context(), "payment provider unreachable", "order", id, "err", err)
		next, err = orderHref(p, id)+"/pay?unreachable", nil
	case pavilion.Conflict:
		next, err = orderHref(p, id)+"/pay", nil
	}
	if err != nil {
		return fmt.Errorf("start payment of %s: %w", id, err)
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// maxNotice is how much of a provider's notice is read.
const maxNotice = 64 << 10

// notice takes in what a payment provider sends. It answers 204 when the word is on disk.
func (s *Shop) notice(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxNotice))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return pavilion.E(pavilion.Invalid, "payment.notice_too_long", nil)
		}
		return pavilion.E(pavilion.Unavailable, "payment.notice_cut", nil).Because(err)
	}
	if err := s.own.Notice(r.Context(), r.PathValue("provider"), r.Header, body); err != nil {
		return fmt.Errorf("hear notice of %s: %w", r.PathValue("provider"), err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
