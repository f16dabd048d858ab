package shop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/money"
	"pavilion/order"
	"pavilion/web/ui"
)

// checkoutView is the one page on which an order is placed.
type checkoutView struct {
	Key      string // made once per page, so that the same form sent twice is one order
	Seen     string // the total shown, in minor units: a higher one is asked about again
	Lines    []checkoutLine
	Basket   bool // the lines are those of the basket
	Address  []ui.Field
	Payment  ui.Field
	Told     toldBefore
	Accept   ui.Field // that the shopper accepts what is told
	Sums     sums
	Tax      taxView
	Place    string // the label of the button, with the amount; "" while the order must be split
	Errors   []formError
	Notice   ui.Notice
	Demo     bool
	Products int64
}

// checkoutLine is one SKU that will be ordered. Code is how the form sends it back.
type checkoutLine struct {
	Code     string
	Picture  ui.Picture
	Name     pavilion.Text
	Net      string
	Quantity int64
	Goods    money.Money // without tax that is on top
	Tax      string      // in that or on top of it
}

// formError is one thing to mend, with the field it is about.
type formError struct {
	Field string
	Text  string
}

// form is what a checkout was sent with, or starts with.
type form struct {
	key      string
	lines    []own.Line
	basket   bool // the lines are those of the basket
	seen     money.Money
	shipTo   order.ShipTo
	provider string
	notice   string // id of the notice that was shown
	accepted bool
	errors   map[string]string // by field; "" is the whole form
	changed  bool              // the amount is another than the one seen
	status   int               // of the answer, 0 is 200
}

// checkout shows the form: for the basket, or for one thing bought at once.
func (s *Shop) checkout(w http.ResponseWriter, r *http.Request) error {
	f := form{key: rand.Text()}
	var err error
	if f.provider, err = s.firstProvider(r.Context()); err != nil {
		return err
	}
	if asked := linesAsked(r.URL.Query()["line"]); len(asked) > 0 {
		f.lines, f.basket = asked, r.URL.Query().Has("basket")
	} else if sku := r.URL.Query().Get("sku"); pavilion.CheckID(pavilion.PrefixSKU, sku) {
		n := min(max(quantity(r.URL.Query().Get("quantity"), 1), 1), own.MaxQuantity)
		f.lines = []own.Line{{SKU: pavilion.SKUID(sku), Quantity: n}}
	} else {
		b, err := s.own.Basket(r.Context(), s.basketID(r))
		if err != nil {
			return fmt.Errorf("read basket: %w", err)
		}
		f.lines, f.basket = b.Lines, true
	}
	buyer, err := s.buyerOrGuest(r)
	if err != nil {
		return err
	}
	f.shipTo = order.ShipTo{Country: s.own.Market().Country}
	if buyer.ID != "" {
		f.shipTo.Phone = buyer.Phone
		kept, err := s.own.Addresses(r.Context(), buyer.ID)
		if err != nil {
			return fmt.Errorf("read addresses: %w", err)
		}
		if len(kept) > 0 {
			f.shipTo = kept[0].ShipTo
		}
	}
	return s.showCheckout(w, r, f)
}

func (s *Shop) firstProvider(ctx context.Context) (string, error) {
	names, err := s.own.Providers(ctx)
	if len(names) == 0 {
		return "", err
	}
	return names[0], err
}

// showCheckout draws the form with what was filled in and what is wrong with it.
func (s *Shop) showCheckout(w http.ResponseWriter, r *http.Request, f form) error {
	p := ui.PrinterOf(r)
	head := ui.Head{Title: p.T("shop.checkout.title"), NoIndex: true, Plain: true, Status: f.status}
	var q own.Quote
	buyer, err := s.buyerOrGuest(r)
	if err != nil {
		return err
	}
	who := own.Person{Buyer: buyer.ID} // what is known of a phone alone is nobody else's to read
	if len(f.lines) > 0 {
		if q, err = s.own.QuoteFor(r.Context(), who, f.lines); err != nil {
			return fmt.Errorf("quote checkout: %w", err)
		}
		if lines := orderable(q); len(lines) > 0 && len(lines) < len(f.lines) {
			f.lines = lines // what is gone is not part of the sums, and not of the order either
			if q, err = s.own.QuoteFor(r.Context(), who, lines); err != nil {
				return fmt.Errorf("quote checkout: %w", err)
			}
		}
	}
	if len(orderable(q)) == 0 {
		return s.pages.checkout.Write(w, r, head, checkoutView{})
	}
	providers, err := s.own.Providers(r.Context())
	if err != nil {
		return err
	}
	return s.pages.checkout.Write(w, r, head, s.checkoutPage(p, providers, f, q))
}

// checkoutPage is the view of the form with what the order would cost now.
func (s *Shop) checkoutPage(p *ui.Printer, providers []string, f form, q own.Quote) checkoutView {
	view := checkoutView{
		Key: f.key, Basket: f.basket, Seen: q.Total.Decimal(), Sums: sumsOf(p, q), Tax: taxOf(p, q, f.basket),
		Address: addressFields(p, s.own.Market(), f.shipTo, f.errors),
		Payment: paymentField(p, providers, f.provider, f.errors["provider"]),
		Place:   p.T("shop.checkout.place", "amount", q.Total),
		Demo:    s.demo,
	}
	if len(view.Tax.Parts) > 0 {
		view.Place = ""
	}
	if len(q.Notice.Texts) > 0 {
		view.Told = toldFrom(p, q.Notice)
		same := f.notice == q.Notice.ID()
		view.Accept = ui.Field{
			Name: "accept", Label: p.T("shop.checkout.notice_accept"), Type: "checkbox", Required: true,
			Checked: f.accepted && same, Error: f.errors["accept"],
		}
	}
	if len(providers) == 0 {
		view.Notice = ui.Notice{Tone: ui.Careful, Title: p.T("shop.checkout.closed_title"), Text: p.T("shop.checkout.closed_text")}
	}
	for _, l := range q.Lines {
		view.Lines = append(view.Lines, checkoutLine{
			Code: fmt.Sprintf("%s:%d", l.SKU, l.Quantity), Picture: linePicture(l),
			Name: l.Name, Net: p.Measure(l.Net), Quantity: l.Quantity, Goods: beforeTax(l.Total, l.Tax), Tax: lineTax(p, q, l),
		})
		view.Products += l.Quantity
		if problem := lineProblem(p, l); problem != "" {
			view.Errors = append(view.Errors, formError{Field: "items", Text: p.Text(l.Name) + ": " + problem})
		}
	}
	if f.changed {
		view.Notice = ui.Notice{Tone: ui.Careful, Title: p.T("shop.checkout.changed_title"), Text: p.T("shop.checkout.changed_text")}
		if !f.seen.IsZero() {
			view.Notice.Text += " " + p.T("shop.checkout.changed_was", "amount", f.seen)
		}
	}
	for _, field := range append(view.Address, view.Payment, view.Accept) {
		if field.Error != "" {
			view.Errors = append(view.Errors, formError{Field: field.Name, Text: field.Label + ": " + field.Error})
		}
	}
	if whole := f.errors[""]; whole != "" && len(view.Errors) == 0 {
		view.Errors = append(view.Errors, formError{Field: "items", Text: whole})
	}
	return view
}

// paymentField is the choice of who collects the money.
func paymentField(p *ui.Printer, providers []string, chosen, problem string) ui.Field {
	field := ui.Field{Name: "provider", Label: p.T("shop.checkout.payment"), Type: "choice", Required: true, Error: problem}
	for _, name := range providers {
		field.Options = append(field.Options, ui.Option{
			Value: name, Label: p.T("shop.checkout.provider_" + name), Hint: p.T("shop.checkout.provider_" + name + "_hint"),
			Selected: name == chosen,
		})
	}
	return field
}

// readForm reads what the checkout was sent with. The lines stand in the form and not in the
// basket: what is ordered is what the page showed, also when it is sent twice.
func (s *Shop) readForm(r *http.Request) (form, error) {
	if err := r.ParseForm(); err != nil {
		return form{}, pavilion.E(pavilion.Invalid, "page.form_malformed", nil).Because(err)
	}
	get := func(name string) string { return clip(r.PostForm.Get(name), 200) }
	f := form{
		key: get("key"), basket: get("basket") != "", provider: get("provider"), notice: get("notice"), accepted: get("accept") != "",
		shipTo: order.ShipTo{
			Name: get("name"), Phone: get("phone"), Country: s.own.Market().Country, Province: get("province"),
			City: get("city"), District: get("district"), Street: get("street"), Postcode: get("postcode"),
		},
	}
	for _, code := range r.PostForm["line"] {
		sku, n, _ := strings.Cut(code, ":")
		if !pavilion.CheckID(pavilion.PrefixSKU, sku) || len(f.lines) == own.MaxLines {
			return form{}, pavilion.E(pavilion.Invalid, "page.form_malformed", nil)
		}
		f.lines = append(f.lines, own.Line{SKU: pavilion.SKUID(sku), Quantity: quantity(n, 1)})
	}
	seen, err := money.Parse(get("seen"), s.own.Market().Currency)
	if err != nil || len(f.lines) == 0 {
		return form{}, pavilion.E(pavilion.Invalid, "page.form_malformed", nil).Because(err)
	}
	f.seen = seen
	return f, nil
}

// place places the order and sends the shopper to pay.
func (s *Shop) place(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	f, err := s.readForm(r)
	if err != nil {
		return err
	}
	shipTo, findings := s.own.CheckShipTo(f.shipTo)
	f.errors = map[string]string{}
	for _, finding := range findings {
		if finding.Severity == pavilion.Blocks {
			f.errors[finding.Field] = p.Finding(finding)
		}
	}
	providers, err := s.own.Providers(r.Context())
	if err != nil {
		return err
	}
	if !slices.Contains(providers, f.provider) {
		f.errors["provider"] = p.T("shop.checkout.provider_choose")
	}
	notice, err := s.own.NoticeOf(r.Context(), f.lines)
	if err != nil {
		return err
	}
	if err := notice.Accepted(f.acceptance()); err != nil {
		f.errors["accept"] = p.Error(err)
	}
	if len(f.errors) > 0 {
		f.status = http.StatusUnprocessableEntity
		return s.showCheckout(w, r, f)
	}
	f.shipTo = shipTo
	buyer, err := s.buyerOrGuest(r)
	if err != nil {
		return err
	}
	out, err := s.own.Place(r.Context(), own.Checkout{
		Key: f.key, Buyer: buyer.ID, Lines: f.lines, Seen: f.seen, ShipTo: f.shipTo,
		Lang: p.Lang, Provider: f.provider, Notice: f.acceptance(), Simulated: s.demo,
	})
	if err != nil {
		return s.refused(w, r, f, err)
	}
	s.afterPlacing(w, r, buyer, out.Order, f)
	return s.toPayment(w, r, out.Order.ID)
}

// refused shows the form again with the reason why the order was not placed.
func (s *Shop) refused(w http.ResponseWriter, r *http.Request, f form, err error) error {
	e, ok := errors.AsType[*pavilion.Error](err)
	if !ok || !slices.Contains([]pavilion.Kind{pavilion.Invalid, pavilion.Conflict, pavilion.Limited}, e.Kind) {
		return err
	}
	f.status = ui.Status(err)
	switch e.Reason {
	case "checkout.price_changed":
		f.changed = true
	case "checkout.key_used":
		f.key = rand.Text() // that key is an order already; another try is another order
		f.errors[""] = ui.PrinterOf(r).Error(err)
	default:
		f.errors[formField(e.Field)] = ui.PrinterOf(r).Error(err)
	}
	return s.showCheckout(w, r, f)
}

// acceptance is the id of the notice that the shopper accepted, "" for none.
func (f form) acceptance() string {
	if !f.accepted {
		return ""
	}
	return f.notice
}

// formField is the field of the form an error is about, "" if the form has none such.
func formField(name string) string {
	if name == "notice" {
		return "accept"
	}
	if slices.Contains([]string{"name", "phone", "province", "city", "district", "street", "postcode", "provider"}, name) {
		return name
	}
	return ""
}

// afterPlacing does what is only for comfort once the order is on disk; what fails here is
// logged and never tells the shopper that there is no order.
func (s *Shop) afterPlacing(w http.ResponseWriter, r *http.Request, buyer own.Buyer, o order.Order, f form) {
	s.givePass(w, r, o.ID)
	if id := s.basketID(r); f.basket && id != "" {
		if err := s.own.EmptyBasket(r.Context(), id, f.lines); err != nil {
			s.log.WarnContext(r.Context(), "basket was not emptied", "order", o.ID, "err", err)
		} else if b, err := s.own.Basket(r.Context(), id); err == nil {
			s.keepBasket(w, b)
		}
	}
	if buyer.ID != "" {
		if err := s.own.KeepAddress(r.Context(), buyer.ID, f.shipTo); err != nil {
			s.log.WarnContext(r.Context(), "address was not kept", "order", o.ID, "err", err)
		}
	}
}
