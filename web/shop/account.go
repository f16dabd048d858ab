package shop

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/order"
	"pavilion/web/ui"
)

// signInView is how a shopper signs in: the phone first, then the code sent to it.
type signInView struct {
	Next    string // where to go afterwards
	Why     string // why the shopper was sent here
	Phone   ui.Field
	SentTo  string // the phone the code was sent to, as typed; "" in the first step
	Lead    string
	Code    ui.Field
	Shown   string // the code itself: the demo sends nothing
	Problem ui.Notice
}

// accountView is the page of a signed-in shopper.
type accountView struct {
	Hello  string
	Orders []orderCard
	Pager  ui.Pager
	Notice ui.Notice
	Demo   bool
}

// orderCard is an order in a list.
type orderCard struct {
	URL    string
	Number string
	State  ui.Badge
	Placed string
	Names  string
	Count  string
	Total  ui.Price
}

const (
	ordersShown = 20
	codeFor     = 10 * time.Minute // as channel/own keeps it
)

func (s *Shop) account(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	head := ui.Head{Title: p.T("shop.account.title"), NoIndex: true, Active: "account"}
	buyer, err := s.buyer(r)
	if pavilion.KindOf(err) == pavilion.Unauthenticated {
		view := s.signInPage(p, localPath(r.URL.Query().Get("next")), "")
		if r.URL.Query().Has("bye") {
			view.Problem = ui.Notice{Tone: ui.Good, Text: p.T("shop.account.signed_out")}
		}
		return s.pages.signIn.Write(w, r, head, view)
	}
	if err != nil {
		return err
	}
	before := r.URL.Query().Get("before")
	if before != "" && !pavilion.CheckID(pavilion.PrefixOrder, before) {
		return pavilion.E(pavilion.NotFound, "page.not_found", nil)
	}
	orders, err := s.own.Orders(r.Context(), buyer.ID, pavilion.OrderID(before), ordersShown+1)
	if err != nil {
		return fmt.Errorf("list orders: %w", err)
	}
	return s.pages.account.Write(w, r, head, accountPage(p, buyer, orders))
}

// accountPage is the view of an account with a part of its orders; one more than is shown
// says that there are earlier ones.
func accountPage(p *ui.Printer, buyer own.Buyer, orders []order.Order) accountView {
	view := accountView{Hello: p.T("shop.account.hello", "phone", p.MaskedPhone(buyer.Phone))}
	if len(orders) > ordersShown {
		orders = orders[:ordersShown]
		view.Pager.Next = href(p, "/account?before="+string(orders[ordersShown-1].ID))
	}
	for _, o := range orders {
		view.Orders = append(view.Orders, orderCardOf(p, o))
	}
	return view
}

func orderCardOf(p *ui.Printer, o order.Order) orderCard {
	card := orderCard{
		URL: orderHref(p, o.ID), Number: o.Number, Placed: p.Moment(o.PlacedAt), Total: ui.Price{Amount: o.Total},
		State: ui.Badge{Tone: orderTone(o.State), Text: p.T("shop.order.state_" + string(o.State))},
	}
	var n int64
	for i, l := range o.Lines {
		n += l.Quantity
		if i > 0 {
			card.Names += p.T("shop.account.names_between")
		}
		card.Names += l.Name
	}
	card.Count = p.T("shop.account.order_items", "count", n)
	return card
}

// toAccount brings back who left in the middle of signing in, by the way to another language.
func (s *Shop) toAccount(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, href(ui.PrinterOf(r), "/account"), http.StatusSeeOther)
	return nil
}

// signInPage is the first step of signing in.
func (s *Shop) signInPage(p *ui.Printer, next, phone string) signInView {
	view := signInView{Next: next, Phone: ui.Field{
		Name: "phone", Label: p.T("shop.account.phone"), Type: "tel", InputMode: "tel", Autocomplete: "tel", Required: true, MaxLength: 20,
		Value: phone, Placeholder: s.own.Market().Phone.Example,
	}}
	if next == href(p, "/favourites") {
		view.Why = p.T("shop.favourites.signin_text")
	}
	return view
}

// codePage is the second step: the code that was sent.
func (s *Shop) codePage(p *ui.Printer, next, phone string) signInView {
	view := s.signInPage(p, next, phone)
	view.SentTo = phone
	view.Lead = p.T("shop.account.code_lead", "phone", p.MaskedPhone(phone), "duration", codeFor)
	view.Code = ui.Field{Name: "code", Label: p.T("shop.account.code"), Hint: p.T("shop.account.code_hint"), InputMode: "numeric", Autocomplete: "one-time-code", Required: true, MaxLength: 8}
	if shown := s.shownCode(phone); shown != "" {
		view.Shown = p.T("shop.account.demo_code", "code", shown)
	}
	return view
}

// shownCode is the code of a phone where the demo shows it.
func (s *Shop) shownCode(phone string) string {
	e164, err := own.ParsePhone(s.own.Market().Country, phone)
	if err != nil {
		return ""
	}
	return s.codes.code(e164)
}

// sendCode sends a code to a phone and asks for it. The phone never stands in an address.
func (s *Shop) sendCode(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	phone, next := clip(r.PostFormValue("phone"), 40), localPath(r.PostFormValue("next"))
	head := ui.Head{Title: p.T("shop.account.signin_title"), NoIndex: true, Active: "account"}
	err := s.own.SendCode(r.Context(), phone, s.caller(r), p.Lang)
	e, ok := errors.AsType[*pavilion.Error](err)
	ui.RetryAfter(w, err)
	switch {
	case err == nil:
		return s.pages.signIn.Write(w, r, head, s.codePage(p, next, phone))
	case ok && e.Reason == "own.code_too_soon": // the last code is still good: ask for it
		view := s.codePage(p, next, phone)
		view.Problem = ui.Notice{Tone: ui.Careful, Text: p.Error(err)}
		head.Status = ui.Status(err)
		return s.pages.signIn.Write(w, r, head, view)
	case ok && (e.Kind == pavilion.Invalid || e.Kind == pavilion.Limited):
		view := s.signInPage(p, next, phone)
		view.Phone.Error = p.Error(err)
		head.Status = ui.Status(err)
		return s.pages.signIn.Write(w, r, head, view)
	}
	return fmt.Errorf("send code: %w", err)
}

// signIn checks the code, opens the session and gives the buyer the basket filled so far.
func (s *Shop) signIn(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	phone, code := clip(r.PostFormValue("phone"), 40), clip(r.PostFormValue("code"), 20)
	next := localPath(r.PostFormValue("next"))
	secret, buyer, err := s.own.SignIn(r.Context(), phone, code, s.caller(r))
	switch pavilion.KindOf(err) {
	case pavilion.Unauthenticated, pavilion.Invalid, pavilion.Limited:
		ui.RetryAfter(w, err)
		view := s.codePage(p, next, phone)
		view.Code.Error = p.Error(err)
		head := ui.Head{Title: p.T("shop.account.signin_title"), NoIndex: true, Status: ui.Status(err), Active: "account"}
		return s.pages.signIn.Write(w, r, head, view)
	}
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.cookies.set(w, sessionCookie, secret, sessionFor)
	b, err := s.own.ClaimBasket(r.Context(), s.basketID(r), buyer.ID)
	if err != nil {
		s.log.WarnContext(r.Context(), "basket was not claimed", "buyer", buyer.ID, "err", err)
	} else {
		s.keepBasket(w, b)
	}
	if next == "" {
		next = href(p, "/account")
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (s *Shop) signOut(w http.ResponseWriter, r *http.Request) error {
	if secret := s.cookies.get(r, sessionCookie); secret != "" {
		if err := s.own.SignOut(r.Context(), secret); err != nil {
			return fmt.Errorf("sign out: %w", err)
		}
	}
	s.forget(w)
	http.Redirect(w, r, href(ui.PrinterOf(r), "/account?bye"), http.StatusSeeOther)
	return nil
}

// forget removes everything the shop keeps at the visitor.
func (s *Shop) forget(w http.ResponseWriter) {
	for _, name := range []string{sessionCookie, basketCookie, passesCookie} {
		s.cookies.set(w, name, "", 0)
	}
	ui.SetBasketCount(w, 0, s.cookies.secure)
}

// closeAccount deletes what is personal about the buyer, on the buyer's word.
func (s *Shop) closeAccount(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	buyer, err := s.buyer(r)
	if err != nil {
		return err
	}
	if err := s.own.CloseAccount(r.Context(), buyer.ID); err != nil {
		return err
	}
	s.forget(w)
	http.Redirect(w, r, href(p, "/account?bye"), http.StatusSeeOther)
	return nil
}
