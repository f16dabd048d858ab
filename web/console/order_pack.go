package console

import (
	"net/http"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/web/ui"
)

// packView is the page at the packing bench, made for a phone: what goes into the next
// parcel, and the number on its label.
type packView struct {
	ID      pavilion.OrderID
	Number  string
	Seen    string
	Late    ui.Badge
	Failed  ui.Notice
	Since   []ui.Step
	Notes   []string // of staff: packers should read them
	Lines   []packLine
	Parcels []parcelView
	Waybill ui.Field
	Carrier ui.Field
	Weight  ui.Field
	Next    int // the number of the next parcel
	Ready   bool
	Why     string // why it cannot be packed or shipped
}

// packLine is what is left of a line to be packed.
type packLine struct {
	Name    string
	Picture string
	Left    int64
	Field   string
	Value   string
	Lots    []string // which to take, with their dates
}

func (g *orders) showPack(w http.ResponseWriter, r *http.Request) error {
	return g.drawPack(w, r, nil)
}

func (g *orders) drawPack(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	var f orderFacts
	var lots map[int][]pick
	err := g.read(r, func(v *db.View) (err error) {
		if f, err = g.readOrder(ctx, v, pavilion.OrderID(r.PathValue("order"))); err != nil {
			return err
		}
		lots, err = picks(ctx, v, f.order.ID)
		return err
	})
	if err != nil {
		return err
	}
	v := packPage(p, f, lots)
	for _, parcel := range f.parcels {
		one := parcelOf(p, member(r), f.order, parcel)
		if failure != nil && r.PathValue("parcel") == string(parcel.ID) {
			one.Typed, one.Choice, one.Open = r.PostFormValue("waybill"), chosen(one.Choice, r.PostFormValue("carrier")), true
		}
		v.Parcels = append(v.Parcels, one)
	}
	head := g.head(p.T("orders.pack_title", "number", f.order.Number), packingPath)
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		v.keep(p, r, failure)
		if seen := seenAt(r); pavilion.ReasonOf(failure) == "order.changed_meanwhile" && !seen.IsZero() {
			v.Since = f.story.since(p, seen)
		}
	}
	return g.packPage.Write(w, r, head, v)
}

// keep puts what was typed back into the fields.
func (v *packView) keep(p *ui.Printer, r *http.Request, failure error) {
	v.Waybill.Value, v.Weight.Value = r.PostFormValue("waybill"), r.PostFormValue("weight")
	for i := range v.Carrier.Options {
		v.Carrier.Options[i].Selected = v.Carrier.Options[i].Value == r.PostFormValue("carrier")
	}
	for i := range v.Lines {
		if typed, sent := r.PostForm[v.Lines[i].Field]; sent {
			v.Lines[i].Value = typed[0]
		}
	}
	for _, f := range []*ui.Field{&v.Waybill, &v.Carrier, &v.Weight} {
		if field(failure) == f.Name {
			f.Error = p.Error(failure)
		}
	}
}

func packPage(p *ui.Printer, f orderFacts, lots map[int][]pick) packView {
	o := f.order
	v := packView{
		ID: o.ID, Number: o.Number, Seen: strconv.FormatInt(db.Micros(o.UpdatedAt), 10), Late: lateness(p, o), Next: 1,
		Waybill: ui.Field{Name: "waybill", Label: p.T("orders.waybill"), Hint: p.T("orders.waybill_hint"), Type: "text", MaxLength: 60, Autocomplete: "off", InputMode: "text"},
		Carrier: ui.Field{Name: "carrier", Label: p.T("orders.carrier"), Type: "select", Options: append([]ui.Option{{Label: p.T("orders.carrier_guess")}}, carrierOptions(p)...)},
		Weight:  ui.Field{Name: "weight", Label: p.T("orders.weight_g"), Type: "number", InputMode: "numeric"},
	}
	for _, n := range f.story.notes {
		if n.Text != "" {
			v.Notes = append(v.Notes, n.Text)
		}
	}
	for _, parcel := range f.parcels {
		v.Next = max(v.Next, parcel.Number+1)
	}
	if err := shipment.Ready(o, f.parcels); err != nil {
		v.Why = p.Error(err)
	} else {
		v.Ready = true
	}
	if !order.Allows(o.State, order.StepShip) {
		return v
	}
	left := shipment.Left(o, f.parcels)
	for _, l := range o.Lines {
		n := left[l.Number]
		if n <= 0 {
			continue
		}
		line := packLine{Name: l.Name, Left: n, Field: "units_" + strconv.Itoa(l.Number), Value: strconv.FormatInt(n, 10)}
		if offer, ok := f.offers[l.SKU]; ok {
			line.Picture = drawingURL + string(offer.Product) + "/" + string(l.SKU)
		}
		for _, pick := range lots[l.Number] {
			line.Lots = append(line.Lots, pick.words(p))
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// doPack packs one parcel, and ships the order if the button says so.
func (g *orders) doPack(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, p, id := r.Context(), ui.PrinterOf(r), pavilion.OrderID(r.PathValue("order"))
	ships := r.PostFormValue("then") == "ship"
	err := g.write(r, func(tx *db.Tx) error {
		if err := order.Unchanged(ctx, tx, id, seenAt(r)); err != nil {
			return err
		}
		o, err := order.Get(ctx, tx, nil, id)
		if err != nil {
			return err
		}
		d, err := packDraft(r, o)
		if err != nil {
			return err
		}
		if _, err := shipment.Pack(ctx, tx, id, d); err != nil {
			return err
		}
		if !ships {
			return nil
		}
		return shipment.Ship(ctx, tx, id)
	})
	if refusal(err) {
		return g.drawPack(w, r, err)
	}
	if err != nil {
		return err
	}
	if ships {
		g.said(w, p.T("orders.said.shipped"), ui.Link{URL: packingPath, Label: p.T("orders.next_to_pack")})
		redirect(w, r, orderURL(id))
		return nil
	}
	g.said(w, p.T("orders.said.packed"), ui.Link{})
	redirect(w, r, orderURL(id)+"/pack")
	return nil
}

// packDraft reads the parcel from the form. A carrier that was not chosen is known by the
// waybill, where its numbers begin in a way of their own.
func packDraft(r *http.Request, o order.Order) (shipment.Draft, error) {
	d := shipment.Draft{Carrier: carrierIn(r), Waybill: r.PostFormValue("waybill")}
	number := func(name, reason string) (int64, error) {
		text := strings.TrimSpace(r.PostFormValue(name))
		if text == "" {
			return 0, nil
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0, pavilion.E(pavilion.Invalid, reason, nil).At(name)
		}
		return n, nil
	}
	var err error
	if d.WeightG, err = number("weight", "shipment.weight"); err != nil {
		return d, err
	}
	for _, l := range o.Lines {
		n, err := number("units_"+strconv.Itoa(l.Number), "shipment.nothing")
		if err != nil {
			return d, err
		}
		d.Lines = append(d.Lines, shipment.Line{Line: l.Number, Quantity: n})
	}
	return d, nil
}

func carrierIn(r *http.Request) string {
	if code := r.PostFormValue("carrier"); code != "" {
		return code
	}
	c, _ := shipment.Guess(r.PostFormValue("waybill"))
	return c.Code
}

// ship lets an order go whose parcels are packed.
func (g *orders) ship(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, id := r.Context(), pavilion.OrderID(r.PathValue("order"))
	err := g.write(r, func(tx *db.Tx) error {
		if err := order.Unchanged(ctx, tx, id, seenAt(r)); err != nil {
			return err
		}
		return shipment.Ship(ctx, tx, id)
	})
	if refusal(err) {
		return g.drawPack(w, r, err)
	}
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	g.said(w, p.T("orders.said.shipped"), ui.Link{URL: packingPath, Label: p.T("orders.next_to_pack")})
	redirect(w, r, orderURL(id))
	return nil
}

// onParcel does something to a parcel and returns to where it was done.
func (g *orders) onParcel(w http.ResponseWriter, r *http.Request, said string, do func(tx *db.Tx, id pavilion.ParcelID) error) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	var parcel shipment.Parcel
	err := g.write(r, func(tx *db.Tx) (err error) {
		if parcel, err = shipment.Get(r.Context(), tx, pavilion.ParcelID(r.PathValue("parcel"))); err != nil {
			return err
		}
		return do(tx, parcel.ID)
	})
	if refusal(err) && parcel.Order != "" {
		r.SetPathValue("order", string(parcel.Order))
		return g.drawPack(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T(said), ui.Link{})
	if parcel.State == shipment.StatePacked {
		redirect(w, r, orderURL(parcel.Order)+"/pack")
	} else {
		redirect(w, r, orderURL(parcel.Order))
	}
	return nil
}

func (g *orders) setWaybill(w http.ResponseWriter, r *http.Request) error {
	return g.onParcel(w, r, "orders.said.waybill", func(tx *db.Tx, id pavilion.ParcelID) error {
		if err := shipment.WaybillUnchanged(r.Context(), tx, id, r.PostFormValue("seen_carrier"), r.PostFormValue("seen_waybill")); err != nil {
			return err
		}
		return shipment.SetWaybill(r.Context(), tx, id, carrierIn(r), r.PostFormValue("waybill"))
	})
}

func (g *orders) unpack(w http.ResponseWriter, r *http.Request) error {
	return g.onParcel(w, r, "orders.said.unpacked", func(tx *db.Tx, id pavilion.ParcelID) error {
		return shipment.Unpack(r.Context(), tx, id)
	})
}
