package console

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/pdf"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

// pick is units of a lot that lie ready for an order line.
type pick struct {
	units      int64
	lot        string
	bestBefore pavilion.Date
}

// words is what somebody at the shelf needs to know.
func (k pick) words(p *ui.Printer) string {
	if k.bestBefore == "" {
		return p.T("orders.pick", "units", k.units, "lot", k.lot)
	}
	return p.T("orders.pick_dated", "units", k.units, "lot", k.lot, "date", k.bestBefore)
}

// picks are the lots that are reserved or were taken for an order, by line.
func picks(ctx context.Context, r db.Reader, id pavilion.OrderID) (map[int][]pick, error) {
	reserved, err := stock.Reservations(ctx, r, id)
	if err != nil {
		return nil, err
	}
	lots := map[pavilion.LotID]stock.Lot{}
	of := map[int][]pick{}
	for _, s := range reserved {
		if s.State == stock.Released {
			continue
		}
		lot, known := lots[s.Lot]
		if !known {
			if lot, err = stock.GetLot(ctx, r, s.Lot); err != nil {
				return nil, err
			}
			lots[s.Lot] = lot
		}
		of[s.Line] = append(of[s.Line], pick{s.Quantity, lot.Code, lot.BestBefore})
	}
	return of, nil
}

// packingSlip is one order as its slip says it.
type packingSlip struct {
	order   order.Order
	parcels []shipment.Parcel
	picks   map[int][]pick
	masked  bool // the recipient
}

// slip prints the packing slip of one order.
func (g *orders) slip(w http.ResponseWriter, r *http.Request) error {
	return g.slips(w, r, []string{r.PathValue("order")})
}

// slips prints the packing slips of many orders, one after the other. Whose recipients it
// names stands in the trail; for those who may not see them they are masked.
func (g *orders) slips(w http.ResponseWriter, r *http.Request, ids []string) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	var slips []packingSlip
	var deeds []staff.Deed
	var now time.Time
	err := g.read(r, func(v *db.View) error {
		now = v.Now()
		for _, id := range ids {
			s, err := g.readSlip(ctx, v, pavilion.OrderID(id))
			if err != nil {
				return err
			}
			s.masked = !member(r).May(staff.SeeRecipients)
			slips = append(slips, s)
			deeds = append(deeds, staff.Deed{Act: "order.slip_printed", About: id})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := g.write(r, func(tx *db.Tx) error { return staff.NoteSet(ctx, tx, deeds) }); err != nil {
		return err
	}
	title := p.T("orders.slips")
	if len(slips) == 1 {
		title = p.T("orders.slip_title", "number", slips[0].order.Number)
	}
	raw, err := printSlips(p, title, now, slips)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `inline; filename="slips-`+strconv.Itoa(len(slips))+`.pdf"`)
	return ui.Send(w, r, http.StatusOK, "application/pdf", raw)
}

func (g *orders) readSlip(ctx context.Context, r db.Reader, id pavilion.OrderID) (s packingSlip, err error) {
	if s.order, err = order.Get(ctx, r, g.sealer, id); err != nil {
		return s, err
	}
	if s.parcels, err = shipment.Of(ctx, r, id); err != nil {
		return s, err
	}
	s.picks, err = picks(ctx, r, id)
	return s, err
}

// The slip's measures, in millimetres on A4.
const (
	slipLeft, slipRight, slipTop, slipBottom = 18.0, 192.0, 20.0, 275.0
	slipText, slipSmall                      = 10.0, 8.5 // points
)

// printSlips makes the document.
func printSlips(p *ui.Printer, title string, now time.Time, slips []packingSlip) ([]byte, error) {
	d, err := pdf.New(pdf.A4, title, now)
	if err != nil {
		return nil, err
	}
	for _, s := range slips {
		if err := printSlip(p, d, s); err != nil {
			return nil, err
		}
	}
	return d.Bytes()
}

func printSlip(p *ui.Printer, d *pdf.Document, s packingSlip) error {
	o := s.order
	head := func() (float64, error) {
		d.Page()
		d.Text(slipLeft, slipTop+4, 16, pdf.Strong, p.T("orders.slip_title", "number", o.Number))
		d.Text(slipLeft, slipTop+11, slipSmall, pdf.Regular, p.T("orders.slip_placed", "time", o.PlacedAt)+" · "+channelName(p, o.Channel))
		if o.Simulated {
			d.Text(slipLeft, slipTop+16, slipSmall, pdf.Strong, p.T("orders.slip_simulated"))
		}
		return slipTop + 24, d.Barcode(pdf.Code128, slipRight-62, slipTop-4, 62, 14, o.Number)
	}
	y, err := head()
	if err != nil {
		return err
	}
	d.Text(slipLeft+3, y+1, slipSmall, pdf.Strong, p.T("orders.recipient"))
	at := y + 7
	for _, line := range addressLines(p, o.ShipTo, s.masked) {
		at = d.Paragraph(slipLeft+3, at, slipRight-slipLeft-6, slipText, pdf.Regular, line)
	}
	d.Box(slipLeft, y-4, slipRight-slipLeft, at-y+3)
	y = at + 8
	columns := func() {
		d.Text(slipLeft, y, slipSmall, pdf.Strong, p.T("orders.goods"))
		d.Right(slipRight-12, y, slipSmall, pdf.Strong, p.T("orders.units"))
		d.Line(slipLeft, y+2, slipRight, y+2)
		y += 8
	}
	columns()
	for _, l := range o.Lines {
		units := l.Quantity - l.Refunded
		if units == 0 {
			continue
		}
		height := float64(len(d.Lines(130, slipText, pdf.Regular, l.Name)))*pdf.Leading(slipText) + float64(len(s.picks[l.Number]))*pdf.Leading(slipSmall) + 3
		if y+height > slipBottom {
			if y, err = head(); err != nil {
				return err
			}
			columns()
		}
		d.Right(slipRight-12, y, 12, pdf.Strong, p.Number(units))
		d.Box(slipRight-6, y-4, 5, 5) // to tick off
		y = d.Paragraph(slipLeft, y, 130, slipText, pdf.Regular, l.Name)
		for _, pick := range s.picks[l.Number] {
			d.Text(slipLeft+4, y, slipSmall, pdf.Regular, pick.words(p))
			y += pdf.Leading(slipSmall)
		}
		d.Line(slipLeft, y-1, slipRight, y-1)
		y += 4
	}
	printParcels(p, d, s, y+4)
	return nil
}

// printParcels names the parcels that are packed already.
func printParcels(p *ui.Printer, d *pdf.Document, s packingSlip, y float64) {
	for _, parcel := range s.parcels {
		if y > slipBottom {
			d.Page()
			y = slipTop
		}
		text := p.T("orders.slip_parcel", "parcel", parcel.Number, "units", parcel.Units()) + " · " + carrierName(p, parcel.Carrier) + " " + parcel.Waybill
		d.Text(slipLeft, y, slipSmall, pdf.Regular, text)
		y += pdf.Leading(slipSmall)
	}
}
