package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/web/ui"
)

const (
	maxReason  = 200 // bytes of a reason
	drawingURL = "/drawing/"
)

// orderView is the page of an order: what it is, what happened to it, and what the reader
// may do to it now.
type orderView struct {
	ID        pavilion.OrderID
	Number    string
	Seen      string // the version the page shows; acts are refused on another one
	State     ui.Badge
	Late      ui.Badge
	Simulated bool
	Why       string // why it was cancelled or parked, and what can be done about it
	Failed    ui.Notice
	Since     []ui.Step // what happened since the page was opened, when an act came too late

	Facts    []ui.Fact
	Lines    []orderLine
	Sums     []ui.Fact
	Border   borderView
	To       recipientView
	Parcels  []parcelView
	Carriers []ui.Option
	Story    []ui.Step
	Note     ui.Field
	Cancel   cancelView
	Back     ui.Field // why money goes back

	MayNote, MayPack, MayShip, MaySlip, MayDeliver, MayComplete, MayRefund bool
	NotYet                                                                 string // why it cannot be shipped yet
}

// orderLine is an order line with the field that says how much of it is paid back.
type orderLine struct {
	order.Line
	URL     string
	Picture string
	Left    int64 // units that can be paid back
	Back    string
}

// recipientView is who gets the goods: masked, or as it is for those who asked to see.
type recipientView struct {
	Lines   []string
	Lang    pavilion.Lang
	Shown   bool
	May     bool
	Fields  []ui.Field // to change it; none if it cannot be changed
	Because string     // why not
}

// parcelView is a parcel of the order's page.
type parcelView struct {
	shipment.Parcel
	State    ui.Badge
	Carrier  string
	Track    string
	Contents []ui.Fact
	Weight   string
	Choice   []ui.Option
	Typed    string // the waybill in the form that mends it
	Open     bool   // the form is shown
	MayMend  bool   // its waybill
	MayOpen  bool   // and unpack
}

// cancelView asks before an order is called off.
type cancelView struct {
	May    bool
	Text   string // what will happen
	Reason ui.Field
}

// orderFacts is all that the page of an order reads.
type orderFacts struct {
	order   order.Order
	parcels []shipment.Parcel
	offers  map[pavilion.SKUID]catalog.Offer
	notice  order.Notice
	story   story
}

// readOrder reads an order with its recipient and everything that happened to it.
func (g *orders) readOrder(ctx context.Context, v *db.View, id pavilion.OrderID) (f orderFacts, err error) {
	if f.order, err = order.Get(ctx, v, g.sealer, id); err != nil {
		return f, err
	}
	if f.parcels, err = shipment.Of(ctx, v, id); err != nil {
		return f, err
	}
	if f.offers, err = offersOf(ctx, v, f.order); err != nil {
		return f, err
	}
	if f.notice, err = order.ReadNotice(ctx, v, f.order.Notice); err != nil {
		return f, err
	}
	f.story, err = g.readStory(ctx, v, f.order)
	return f, err
}

func (g *orders) show(w http.ResponseWriter, r *http.Request) error {
	return g.draw(w, r, false, nil)
}

func (g *orders) showRecipient(w http.ResponseWriter, r *http.Request) error {
	return g.drawRecipient(w, r, nil)
}

// drawRecipient is draw with the recipient, and leaves in the trail who looked.
func (g *orders) drawRecipient(w http.ResponseWriter, r *http.Request, failure error) error {
	id := pavilion.OrderID(r.PathValue("order"))
	err := g.write(r, func(tx *db.Tx) error {
		if _, err := order.Get(r.Context(), tx, nil, id); err != nil {
			return err
		}
		return staff.Note(r.Context(), tx, "order.recipient_seen", string(id), nil)
	})
	if err != nil {
		return err
	}
	return g.draw(w, r, true, failure)
}

// draw draws the page. After a failure it says why, keeps what was typed, and says what
// happened meanwhile.
func (g *orders) draw(w http.ResponseWriter, r *http.Request, shown bool, failure error) error {
	ctx, p, who := r.Context(), ui.PrinterOf(r), member(r)
	var f orderFacts
	err := g.read(r, func(view *db.View) (err error) {
		f, err = g.readOrder(ctx, view, pavilion.OrderID(r.PathValue("order")))
		return err
	})
	if err != nil {
		return err
	}
	v := orderPage(p, who, f, shown && who.May(staff.SeeRecipients))
	head := g.head(p.T("orders.order", "number", f.order.Number), ordersPath)
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		v.keep(p, r, failure)
		if seen := seenAt(r); pavilion.ReasonOf(failure) == "order.changed_meanwhile" && !seen.IsZero() {
			v.Since = f.story.since(p, seen)
		}
	}
	return g.page.Write(w, r, head, v)
}

// keep puts what was typed back into the fields.
func (v *orderView) keep(p *ui.Printer, r *http.Request, failure error) {
	v.Note.Value, v.Back.Value, v.Cancel.Reason.Value = r.PostFormValue("note"), r.PostFormValue("reason"), r.PostFormValue("reason")
	if field(failure) == "note" {
		v.Note.Error = p.Error(failure)
	}
	for i := range v.Lines {
		if back := r.PostFormValue("back_" + strconv.Itoa(v.Lines[i].Number)); back != "" {
			v.Lines[i].Back = back
		}
	}
	for i := range v.To.Fields {
		f := &v.To.Fields[i]
		if _, sent := r.PostForm[f.Name]; sent {
			f.Value = r.PostFormValue(f.Name)
		}
		if field(failure) == f.Name {
			f.Error = p.Error(failure)
		}
	}
}

// orderPage makes the view. The recipient is masked unless it is shown.
func orderPage(p *ui.Printer, who staff.Member, f orderFacts, shown bool) orderView {
	o := f.order
	v := orderView{
		ID: o.ID, Number: o.Number, Seen: strconv.FormatInt(db.Micros(o.UpdatedAt), 10), Simulated: o.Simulated,
		State: ui.Badge{Tone: stateTone(o.State), Text: p.T("console.state." + string(o.State))}, Late: lateness(p, o),
		Facts: factsOf(p, o), Story: f.story.tell(p),
		Note:    ui.Field{Name: "note", Label: p.T("orders.note"), Type: "textarea", Required: true, MaxLength: 600},
		Back:    ui.Field{Name: "reason", Label: p.T("orders.reason"), Required: true, MaxLength: maxReason},
		MayNote: who.May(staff.HandleOrders),
		MayPack: who.May(staff.PackOrders) && order.Allows(o.State, order.StepShip),
		MaySlip: who.May(staff.PackOrders) && (order.Allows(o.State, order.StepShip) || o.State == order.StateShipped),

		MayDeliver:  who.May(staff.HandleOrders) && order.Allows(o.State, order.StepDeliver),
		MayComplete: who.May(staff.HandleOrders) && order.Allows(o.State, order.StepComplete),
	}
	if o.Reason != "" {
		v.Why = sentence(p, o.Reason, nil)
	}
	if o.State == order.StateParked {
		v.Why += " " + p.T("orders.parked_ways")
	}
	for _, l := range o.Lines {
		line := orderLine{Line: l, Left: l.Quantity - l.Refunded, Back: "0"}
		if offer, ok := f.offers[l.SKU]; ok {
			line.Picture = drawingURL + string(offer.Product) + "/" + string(l.SKU)
			if who.May(staff.SeeProducts) {
				line.URL = "/console/products/" + string(offer.Product)
			}
		}
		v.Lines = append(v.Lines, line)
		v.MayRefund = v.MayRefund || line.Left > 0 && who.May(staff.RefundOrders) && order.Allows(o.State, order.StepRefund)
	}
	if left, err := o.Total.Sub(o.Refunded); err == nil && left.Sign() > 0 && who.May(staff.RefundOrders) && order.Allows(o.State, order.StepRefund) {
		v.MayRefund = true
	}
	v.Sums = sumsOf(p, o)
	v.Border = borderOf(p, o, f.notice)
	v.To = recipientOf(p, who, o, f.parcels, shown)
	for _, parcel := range f.parcels {
		v.Parcels = append(v.Parcels, parcelOf(p, who, o, parcel))
	}
	if v.MayPack && len(f.parcels) > 0 {
		if err := shipment.Ready(o, f.parcels); err != nil {
			v.NotYet = p.Error(err)
		} else {
			v.MayShip = true
		}
	}
	v.Cancel = cancelOf(p, who, o, len(f.parcels))
	return v
}

func factsOf(p *ui.Printer, o order.Order) []ui.Fact {
	facts := []ui.Fact{
		{Label: p.T("orders.placed"), Text: p.Moment(o.PlacedAt)},
		{Label: p.T("orders.channel"), Text: channelName(p, o.Channel), URL: address(ordersPath, "channel="+o.Channel)},
	}
	switch o.State {
	case order.StatePaid:
		facts = append(facts, ui.Fact{Label: p.T("orders.ship_by"), Text: whenAndLeft(p, o.ShipBy)})
	case order.StateUnpaid:
		facts = append(facts, ui.Fact{Label: p.T("orders.pay_by"), Text: whenAndLeft(p, o.PayBy)})
	}
	return facts
}

// whenAndLeft is a moment, and how far away it is if that is not far.
func whenAndLeft(p *ui.Printer, at time.Time) string {
	when, left := p.Moment(at), p.Ago(at)
	if when == left {
		return when
	}
	return when + " · " + left
}

func sumsOf(p *ui.Printer, o order.Order) []ui.Fact {
	sums := []ui.Fact{{Label: p.T("orders.goods"), Text: p.Money(o.Goods)}, {Label: p.T("orders.delivery"), Text: p.Money(o.Delivery)}}
	if !o.Tax.IsZero() {
		sums = append(sums, ui.Fact{Label: p.T("orders.tax"), Text: p.Money(o.Tax)})
	}
	if held, err := o.TaxHeld(); err == nil && !held.IsZero() {
		sums = append(sums, ui.Fact{Label: p.T("orders.tax_held"), Text: p.Money(held)})
	}
	sums = append(sums, ui.Fact{Label: p.T("orders.total"), Text: p.Money(o.Total)})
	if !o.Refunded.IsZero() {
		sums = append(sums, ui.Fact{Label: p.T("orders.refunded"), Text: p.Money(o.Refunded)})
	}
	if back, err := o.TaxRefunded(); err == nil && !back.IsZero() {
		sums = append(sums, ui.Fact{Label: p.T("orders.tax_refunded"), Text: p.Money(back)})
	}
	return sums
}

func recipientOf(p *ui.Printer, who staff.Member, o order.Order, parcels []shipment.Parcel, shown bool) recipientView {
	to := o.ShipTo
	v := recipientView{Shown: shown, May: who.May(staff.SeeRecipients) && to != order.ShipTo{}}
	if to.Country == "CN" {
		v.Lang = pavilion.Chinese
	}
	if to != (order.ShipTo{}) {
		v.Lines = addressLines(p, to, !shown)
	}
	switch {
	case !shown || !who.May(staff.HandleOrders):
	case o.State != order.StateUnpaid && o.State != order.StatePaid && o.State != order.StateParked:
		v.Because = p.T("orders.address_late")
	case len(parcels) > 0:
		v.Because = p.Error(pavilion.E(pavilion.Conflict, "shipment.packed", nil))
	default:
		v.Fields = addressFields(p, o.ShipTo)
	}
	return v
}

// addressLines are the lines of a recipient, masked or as they are.
func addressLines(p *ui.Printer, to order.ShipTo, masked bool) []string {
	if !masked {
		return p.Address(ui.Address(to))
	}
	phone := p.MaskedPhone(to.Phone) // grouped as it is read; Address would group the stars away
	to = to.Masked()
	to.Phone = ""
	return append(p.Address(ui.Address(to)), phone)
}

// addressFields are the parts of a recipient that can be changed; the country stays.
func addressFields(p *ui.Printer, to order.ShipTo) []ui.Field {
	var fields []ui.Field
	for _, f := range []struct {
		name, value, kind string
		required          bool
	}{
		{"name", to.Name, "text", true}, {"phone", to.Phone, "tel", true}, {"province", to.Province, "text", false}, {"city", to.City, "text", false},
		{"district", to.District, "text", false}, {"street", to.Street, "text", true}, {"postcode", to.Postcode, "text", false},
	} {
		fields = append(fields, ui.Field{Name: f.name, Label: p.T("orders.to." + f.name), Type: f.kind, Value: f.value, Required: f.required, MaxLength: 160, Autocomplete: "off"})
	}
	return fields
}

func parcelOf(p *ui.Printer, who staff.Member, o order.Order, parcel shipment.Parcel) parcelView {
	v := parcelView{
		Parcel: parcel, Typed: parcel.Waybill, State: parcelBadge(p, parcel.State), Carrier: carrierName(p, parcel.Carrier), Choice: carrierOptions(p),
		MayMend: who.May(staff.PackOrders) && parcel.State != shipment.StateDelivered,
		MayOpen: who.May(staff.PackOrders) && parcel.State == shipment.StatePacked,
	}
	for i := range v.Choice {
		v.Choice[i].Selected = v.Choice[i].Value == parcel.Carrier
	}
	if c, ok := shipment.CarrierOf(parcel.Carrier); ok {
		v.Track = c.TrackURL(parcel.Waybill)
	}
	if parcel.WeightG > 0 {
		v.Weight = p.T("orders.grams", "weight", parcel.WeightG)
	}
	for _, l := range parcel.Lines {
		if l.Line >= 1 && l.Line <= len(o.Lines) {
			v.Contents = append(v.Contents, ui.Fact{Label: o.Lines[l.Line-1].Name, Text: "× " + p.Number(l.Quantity)})
		}
	}
	return v
}

func cancelOf(p *ui.Printer, who staff.Member, o order.Order, parcels int) cancelView {
	v := cancelView{
		May:    who.May(staff.HandleOrders) && order.Allows(o.State, order.StepCancel),
		Reason: ui.Field{Name: "reason", Label: p.T("orders.reason"), Required: true, MaxLength: maxReason},
	}
	left, err := o.Total.Sub(o.Refunded)
	switch {
	case o.State != order.StatePaid || err != nil:
		v.Text = p.T("orders.cancel_unpaid")
	case o.PaidBy == "":
		v.Text = p.T("orders.cancel_channel", "amount", left)
	default:
		v.Text = p.T("orders.cancel_paid", "amount", left)
	}
	if parcels > 0 {
		v.Text += " " + p.T("orders.cancel_parcels")
	}
	return v
}

// seenAt is the version of the order that a form was drawn from.
func seenAt(r *http.Request) time.Time {
	us, err := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return db.Time(us)
}

// typedReason is why a person does something, cut to what is stored.
func typedReason(r *http.Request) string {
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "")
	}
	return reason
}
