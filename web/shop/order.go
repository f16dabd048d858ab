package shop

import (
	"fmt"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/web/ui"
)

// orderView is the page of one order for its shopper.
type orderView struct {
	Number    string
	State     string
	Text      string
	Tone      ui.Tone
	Simulated bool
	Guest     bool // the order is found again only by its number
	Steps     []ui.Step
	Lines     []orderLine
	Sums      sums
	Refund    string
	ShipTo    []string
	ShipLang  pavilion.Lang // of the address
	Placed    string
	Pay       string // label of the button to pay, "" if there is nothing to pay
	PayURL    string
	Cancel    cancelForm
	Find      string
	Told      toldBefore
	Parcels   []ui.Fact // that are on their way, with where to follow them
}

// orderLine is one SKU of an order as it was sold.
type orderLine struct {
	URL      string // "" if it is no longer sold
	Picture  ui.Picture
	Name     string
	Lang     pavilion.Lang // of the name: that of the shopper who ordered
	Quantity string
	Refunded string
	Goods    ui.Price // without tax that is on top
	Tax      string   // in that or on top of it
}

// cancelForm asks before an order is called off. Without scripts it is opened in place.
type cancelForm struct {
	Action  string // "" if the order cannot be called off any more
	Open    string
	Title   string
	Text    string
	Confirm string
}

// orderOf reads the order of the address for its shopper. Error: NotFound order.unknown, also
// when the order is somebody else's.
func (s *Shop) orderOf(r *http.Request) (order.Order, error) {
	id := pavilion.OrderID(r.PathValue("order"))
	if !pavilion.CheckID(pavilion.PrefixOrder, string(id)) {
		return order.Order{}, pavilion.E(pavilion.NotFound, "order.unknown", nil)
	}
	viewer, err := s.viewer(r, id)
	if err != nil {
		return order.Order{}, err
	}
	return s.own.Order(r.Context(), id, viewer)
}

func (s *Shop) order(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	o, err := s.orderOf(r)
	if err != nil {
		return err
	}
	viewer, err := s.viewer(r, o.ID)
	if err != nil {
		return err
	}
	events, err := s.own.Events(r.Context(), o.ID, viewer)
	if err != nil {
		return fmt.Errorf("read the history of %s: %w", o.ID, err)
	}
	offers, err := s.offersOf(r, o)
	if err != nil {
		return err
	}
	var parcels []shipment.Parcel
	var told order.Notice
	err = s.db.Read(r.Context(), func(v *db.View) (err error) {
		if parcels, err = shipment.Of(r.Context(), v, o.ID); err != nil {
			return err
		}
		told, err = order.ReadNotice(r.Context(), v, o.Notice)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what belongs to %s: %w", o.ID, err)
	}
	head := ui.Head{Title: p.T("shop.order.number_of", "number", o.Number), NoIndex: true, Active: "account"}
	view := orderPage(p, o, events, offers, viewer.Buyer == "")
	view.Parcels, view.Told = onTheWay(p, parcels), acceptedBy(p, o, told)
	return s.pages.order.Write(w, r, head, view)
}

// offersOf are the SKUs of an order that are still in the catalogue.
func (s *Shop) offersOf(r *http.Request, orders ...order.Order) (map[pavilion.SKUID]catalog.Offer, error) {
	var skus []pavilion.SKUID
	for _, o := range orders {
		for _, l := range o.Lines {
			skus = append(skus, l.SKU)
		}
	}
	var offers map[pavilion.SKUID]catalog.Offer
	err := s.db.Read(r.Context(), func(v *db.View) error {
		var err error
		offers, err = catalog.Prices(r.Context(), v, own.Name, skus)
		return err
	})
	return offers, err
}

// orderPage is the view of an order.
func orderPage(p *ui.Printer, o order.Order, events []order.Event, offers map[pavilion.SKUID]catalog.Offer, guest bool) orderView {
	view := orderView{
		Number: o.Number, State: p.T("shop.order.state_" + string(o.State)), Tone: orderTone(o.State),
		Text: orderText(p, o), Simulated: o.Simulated, Guest: guest,
		Steps: orderSteps(p, o, events), Sums: orderSums(p, o), Placed: p.Moment(o.PlacedAt),
		ShipTo: p.Address(ui.Address(o.ShipTo)), ShipLang: languageOf[o.ShipTo.Country], Cancel: cancelOf(p, o),
	}
	for _, l := range o.Lines {
		view.Lines = append(view.Lines, orderLineOf(p, o, l, offers))
	}
	if !o.Refunded.IsZero() {
		view.Refund = p.T("shop.order.refund_wait")
	}
	if o.State == order.StateUnpaid {
		view.Pay, view.PayURL = p.T("shop.payment.pay_amount", "amount", o.Total), orderHref(p, o.ID)+"/pay"
	}
	return view
}

func orderLineOf(p *ui.Printer, o order.Order, l order.Line, offers map[pavilion.SKUID]catalog.Offer) orderLine {
	line := orderLine{
		Name: l.Name, Lang: o.Lang, Quantity: p.T("shop.order.quantity", "count", l.Quantity),
		Goods: ui.Price{Amount: beforeTax(l.Total, l.Tax)}, Tax: taxOn(p, l.Quantity, l.Tax),
	}
	if offer, ok := offers[l.SKU]; ok {
		line.URL = productHref(p, offer.Product) + "?sku=" + string(l.SKU)
		line.Picture = drawing(offer.Product, l.SKU)
	}
	if l.Refunded > 0 {
		line.Refunded = p.T("shop.order.refunded_quantity", "count", l.Refunded)
	}
	return line
}

// onTheWay are the parcels that a carrier has: what is packed only is nothing to follow yet.
func onTheWay(p *ui.Printer, parcels []shipment.Parcel) []ui.Fact {
	var facts []ui.Fact
	for _, parcel := range parcels {
		if c, ok := shipment.CarrierOf(parcel.Carrier); ok && parcel.State != shipment.StatePacked {
			facts = append(facts, ui.Fact{Label: p.Text(c.Name), Text: parcel.Waybill, URL: c.TrackURL(parcel.Waybill)})
		}
	}
	return facts
}

func orderTone(s order.State) ui.Tone {
	switch s {
	case order.StateUnpaid, order.StateParked:
		return ui.Careful
	case order.StateExpired, order.StateCancelled:
		return ui.Neutral
	}
	return ui.Good
}

// orderText says in one sentence what happens next.
func orderText(p *ui.Printer, o order.Order) string {
	if !o.Refunded.IsZero() && o.Refunded == o.Total {
		return p.T("shop.order.text_refunded")
	}
	return p.T("shop.order.text_"+string(o.State), "time", o.PayBy)
}

// ahead are the steps that still lie before an order.
var ahead = map[order.State][]string{
	order.StateUnpaid:  {"next_pay", "next_ship", "next_deliver"},
	order.StatePaid:    {"next_ship", "next_deliver"},
	order.StateShipped: {"next_deliver"},
}

// orderSteps is the timeline: what happened, then what lies ahead.
func orderSteps(p *ui.Printer, o order.Order, events []order.Event) []ui.Step {
	var steps []ui.Step
	for _, e := range events {
		steps = append(steps, ui.Step{Title: p.T("shop.order.step_" + string(e.Step)), At: p.Moment(e.At), Done: true})
	}
	for i, key := range ahead[o.State] {
		steps = append(steps, ui.Step{Title: p.T("shop.order." + key), Current: i == 0})
	}
	return steps
}

func orderSums(p *ui.Printer, o order.Order) sums {
	held, err := o.TaxHeld()
	if err != nil {
		held = money.New(0, o.Total.Currency()) // the page says nothing rather than something wrong
	}
	out := sumsOf(p, own.Quote{Goods: o.Goods, Delivery: o.Delivery, Tax: o.Tax, TaxAdded: !o.Tax.IsZero(), Included: held, Total: o.Total})
	if !o.Refunded.IsZero() {
		out.Since = append(out.Since, ui.Fact{Label: p.T("shop.order.refunded"), Text: p.Money(o.Refunded)})
	}
	if back, err := o.TaxRefunded(); err == nil && !back.IsZero() {
		out.Since = append(out.Since, ui.Fact{Label: p.T("shop.order.tax_refunded"), Text: p.Money(back)})
	}
	return out
}

// cancelOf is how an order is called off: before payment it is cancelled, after it and
// before shipping the money goes back too.
func cancelOf(p *ui.Printer, o order.Order) cancelForm {
	word := "cancel"
	switch o.State {
	case order.StateUnpaid:
	case order.StatePaid:
		word = "refund"
	default:
		return cancelForm{}
	}
	return cancelForm{
		Action: orderHref(p, o.ID) + "/cancel", Open: p.T("shop.order." + word),
		Title: p.T("shop.order." + word + "_title"), Text: p.T("shop.order." + word + "_text"), Confirm: p.T("shop.order." + word + "_confirm"),
	}
}

func (s *Shop) cancelOrder(w http.ResponseWriter, r *http.Request) error {
	o, err := s.orderOf(r)
	if err != nil {
		return err
	}
	viewer, err := s.viewer(r, o.ID)
	if err != nil {
		return err
	}
	err = s.own.Cancel(r.Context(), o.ID, viewer)
	if err != nil && pavilion.KindOf(err) != pavilion.Conflict { // it moved on meanwhile: its page shows where to
		return fmt.Errorf("cancel %s: %w", o.ID, err)
	}
	http.Redirect(w, r, orderHref(ui.PrinterOf(r), o.ID), http.StatusSeeOther)
	return nil
}
