package console

import (
	"context"
	"net/http"
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
	ordersPath  = "/console/orders"
	packingPath = "/console/packing"
	parcelsPath = "/console/parcels"
	soon        = 12 * time.Hour // an order to be shipped sooner is marked
)

// orders is the pages of orders, of packing and of parcels.
type orders struct {
	*desk
	list       *lister[order.Order]
	packing    *lister[order.Order]
	parcels    *lister[parcelRow]
	page       *ui.Page[orderView]
	refundPage *ui.Page[refundView]
	packPage   *ui.Page[packView]
}

func newOrders(d *desk) *orders {
	g := &orders{
		desk:       d,
		page:       ui.NewPage(d.area, "order", map[string]orderView{}).Samples(sampleOrders),
		refundPage: ui.NewPage(d.area, "order-refund", map[string]refundView{"empty": {}}),
		packPage:   ui.NewPage(d.area, "order-pack", map[string]packView{}).Samples(samplePacks),
	}
	g.list, g.packing, g.parcels = newList(d, g.orderList()), newList(d, g.packingList()), newList(d, parcelList())
	return g
}

func (g *orders) routes() []route {
	one := ordersPath + "/{order}"
	all := []route{
		{"GET " + one, staff.SeeOrders, g.show},
		{"POST " + one + "/recipient", staff.SeeRecipients, g.showRecipient},
		{"POST " + one + "/address", staff.HandleOrders, g.readdress},
		{"POST " + one + "/note", staff.HandleOrders, g.note},
		{"POST " + one + "/cancel", staff.HandleOrders, g.cancel},
		{"POST " + one + "/refund", staff.RefundOrders, g.fresh(g.payBack)},
		{"POST " + one + "/deliver", staff.HandleOrders, g.step(shipment.Deliver, "orders.said.delivered")},
		{"POST " + one + "/complete", staff.HandleOrders, g.step(complete, "orders.said.completed")},
		{"GET " + one + "/pack", staff.PackOrders, g.showPack},
		{"POST " + one + "/pack", staff.PackOrders, g.doPack},
		{"POST " + one + "/ship", staff.PackOrders, g.ship},
		{"POST " + one + "/slip", staff.PackOrders, g.slip},
		{"POST " + parcelsPath + "/{parcel}/waybill", staff.PackOrders, g.setWaybill},
		{"POST " + parcelsPath + "/{parcel}/unpack", staff.PackOrders, g.unpack},
	}
	all = append(all, g.list.routes()...)
	all = append(all, g.packing.routes()...)
	return append(all, g.parcels.routes()...)
}

func orderURL(id pavilion.OrderID) string { return ordersPath + "/" + string(id) }

// orderFilter is the filter that the address of a list of orders says.
func orderFilter(q query, zone *time.Location) order.Filter { return order.FilterOf(q.text, zone) }

func (g *orders) orderList() list[order.Order] {
	return list[order.Order]{
		path: ordersPath, title: "orders.title", right: staff.SeeOrders,
		columns: append(orderColumns(), column[order.Order]{key: "external", label: "orders.external", off: true, value: func(o order.Order) any { return o.External }}),
		filters: []filter{
			{key: "q", label: "orders.words", kind: filterText},
			{key: "state", label: "orders.state", kind: filterChoice, options: stateOptions},
			{key: "channel", label: "orders.channel", kind: filterChoice, choices: soldThrough},
			{key: "from", label: "orders.from", kind: filterDate},
			{key: "until", label: "orders.until", kind: filterDate},
			{key: "simulated", label: "orders.simulated", kind: filterChoice, options: simulatedOptions},
			{key: "sku", label: "orders.sku", kind: filterText},
		},
		acts: []bulkAct{
			{name: "slips", label: "orders.slips", right: staff.PackOrders, open: g.slips},
			{name: shipment.ActDeliver, label: "orders.deliver_many", right: staff.HandleOrders},
		},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("orders.none"), Text: p.T("orders.none_text")}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]order.Order, error) {
			return order.List(ctx, v, orderFilter(q, g.zone), pavilion.OrderID(q.after), q.limit)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return order.Count(ctx, v, orderFilter(q, g.zone), most)
		},
		id: orderID, key: orderID, url: func(o order.Order) string { return orderURL(o.ID) },
	}
}

// packingList is what waits to be packed, the most pressing first.
func (g *orders) packingList() list[order.Order] {
	asked := func(v *db.View, q query) order.Filter {
		f := order.Filter{ToPack: true, Channel: q.text("channel")}
		if q.flag("late") {
			f.ShipUntil = v.Now()
		}
		return f
	}
	return list[order.Order]{
		path: packingPath, title: "orders.packing", right: staff.PackOrders,
		columns: orderColumns(),
		filters: []filter{
			{key: "channel", label: "orders.channel", kind: filterChoice, choices: soldThrough},
			{key: "late", label: "orders.late_only", kind: filterFlag},
		},
		acts: []bulkAct{{name: "slips", label: "orders.slips", right: staff.PackOrders, open: g.slips}},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("orders.packed_all"), Text: p.T("orders.packed_all_text")}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]order.Order, error) {
			return order.List(ctx, v, asked(v, q), pavilion.OrderID(q.after), q.limit)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return order.Count(ctx, v, asked(v, q), most)
		},
		id: orderID, key: orderID, url: func(o order.Order) string { return orderURL(o.ID) + "/pack" },
	}
}

func orderID(o order.Order) string { return string(o.ID) }

func orderColumns() []column[order.Order] {
	return []column[order.Order]{
		{key: "number", label: "orders.number", value: func(o order.Order) any { return o.Number }, show: func(p *ui.Printer, o order.Order, c *cell) {
			if o.Simulated {
				c.Badge = ui.Badge{Text: p.T("console.order.simulated")}
			}
		}},
		{key: "state", label: "orders.state", value: func(o order.Order) any { return word("console.state." + string(o.State)) }, show: func(p *ui.Printer, o order.Order, c *cell) {
			c.Badge, c.Text = ui.Badge{Tone: stateTone(o.State), Text: c.Text}, ""
		}},
		{key: "ship_by", label: "orders.ship_by", value: func(o order.Order) any {
			if o.State != order.StatePaid {
				return time.Time{}
			}
			return o.ShipBy
		}, show: func(p *ui.Printer, o order.Order, c *cell) {
			if o.State == order.StatePaid {
				c.Text, c.Badge = p.Ago(o.ShipBy), lateness(p, o)
			}
		}},
		{key: "goods", label: "orders.goods", value: func(o order.Order) any { return firstGoods(o) }, show: func(p *ui.Printer, o order.Order, c *cell) {
			if n := len(o.Lines) - 1; n > 0 {
				c.Note = p.T("orders.more_lines", "count", n)
			}
		}},
		{key: "units", label: "orders.units", value: func(o order.Order) any { return unitsOf(o) }},
		{key: "total", label: "orders.total", value: func(o order.Order) any { return o.Total }, show: func(p *ui.Printer, o order.Order, c *cell) {
			if !o.Refunded.IsZero() {
				c.Note = p.T("orders.refunded_note", "amount", o.Refunded)
			}
		}},
		{key: "channel", label: "orders.channel", value: func(o order.Order) any { return o.Channel }, show: func(p *ui.Printer, o order.Order, c *cell) {
			c.Text = channelName(p, o.Channel)
		}},
		{key: "placed", label: "orders.placed", value: func(o order.Order) any { return o.PlacedAt }},
	}
}

func firstGoods(o order.Order) string {
	if len(o.Lines) == 0 {
		return ""
	}
	return o.Lines[0].Name
}

// unitsOf is how many units an order still sends or has sent.
func unitsOf(o order.Order) (n int64) {
	for _, l := range o.Lines {
		n += l.Quantity - l.Refunded
	}
	return n
}

func stateOptions(p *ui.Printer) (options []ui.Option) {
	for _, s := range order.States {
		options = append(options, ui.Option{Value: string(s), Label: p.T("console.state." + string(s))})
	}
	return options
}

func simulatedOptions(p *ui.Printer) []ui.Option {
	return []ui.Option{
		{Value: string(order.SimulatedNot), Label: p.T("orders.simulated_not")},
		{Value: string(order.SimulatedOnly), Label: p.T("orders.simulated_only")},
	}
}

func stateTone(s order.State) ui.Tone {
	switch s {
	case order.StatePaid, order.StateUnpaid:
		return ui.Careful
	case order.StateParked:
		return ui.Bad
	case order.StateShipped, order.StateDelivered, order.StateCompleted:
		return ui.Good
	}
	return ui.Neutral
}

// lateness says how pressing a paid order is.
func lateness(p *ui.Printer, o order.Order) ui.Badge {
	if o.State != order.StatePaid {
		return ui.Badge{}
	}
	switch left := o.ShipBy.Sub(p.Now()); {
	case left < 0:
		return ui.Badge{Tone: ui.Bad, Text: p.T("orders.overdue")}
	case left < soon:
		return ui.Badge{Tone: ui.Careful, Text: p.T("orders.soon")}
	}
	return ui.Badge{}
}

// parcelRow is a parcel with the number of its order.
type parcelRow struct {
	shipment.Parcel
	order string
}

func parcelList() list[parcelRow] {
	asked := func(q query) shipment.Filter {
		return shipment.Filter{State: shipment.State(q.text("state")), Carrier: q.text("carrier"), Words: q.text("q")}
	}
	return list[parcelRow]{
		path: parcelsPath, title: "orders.parcels", right: staff.SeeOrders,
		columns: []column[parcelRow]{
			{key: "waybill", label: "orders.waybill", value: func(r parcelRow) any { return r.Waybill }, show: func(p *ui.Printer, r parcelRow, c *cell) {
				if r.Waybill == "" {
					c.Text = p.T("orders.no_waybill")
				}
			}},
			{key: "carrier", label: "orders.carrier", value: func(r parcelRow) any { return r.Carrier }, show: func(p *ui.Printer, r parcelRow, c *cell) {
				c.Text = carrierName(p, r.Carrier)
			}},
			{key: "state", label: "orders.state", value: func(r parcelRow) any { return word("orders.parcel_state." + string(r.State)) }, show: func(p *ui.Printer, r parcelRow, c *cell) {
				c.Badge, c.Text = parcelBadge(p, r.State), ""
			}},
			{key: "order", label: "orders.number", value: func(r parcelRow) any { return r.order }, show: func(p *ui.Printer, r parcelRow, c *cell) {
				c.URL = orderURL(r.Order)
			}},
			{key: "parcel", label: "orders.parcel_number", value: func(r parcelRow) any { return int64(r.Number) }},
			{key: "units", label: "orders.units", value: func(r parcelRow) any { return r.Units() }},
			{key: "weight", label: "orders.weight_g", value: func(r parcelRow) any { return r.WeightG }, off: true},
			{key: "packed", label: "orders.packed_at", value: func(r parcelRow) any { return r.PackedAt }},
			{key: "shipped", label: "orders.shipped_at", value: func(r parcelRow) any { return r.ShippedAt }},
			{key: "delivered", label: "orders.delivered_at", value: func(r parcelRow) any { return r.DeliveredAt }, off: true},
		},
		filters: []filter{
			{key: "q", label: "orders.parcel_words", kind: filterText},
			{key: "state", label: "orders.state", kind: filterChoice, options: func(p *ui.Printer) (options []ui.Option) {
				for _, s := range shipment.States {
					options = append(options, ui.Option{Value: string(s), Label: p.T("orders.parcel_state." + string(s))})
				}
				return options
			}},
			{key: "carrier", label: "orders.carrier", kind: filterChoice, options: carrierOptions},
		},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("orders.no_parcels"), Text: p.T("orders.no_parcels_text")}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]parcelRow, error) {
			return parcelRows(ctx, v, asked(q), q)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return shipment.Count(ctx, v, asked(q), most)
		},
		id:  func(r parcelRow) string { return string(r.ID) },
		key: func(r parcelRow) string { return string(r.ID) },
		url: func(r parcelRow) string { return orderURL(r.Order) + "#parcel-" + string(r.ID) },
	}
}

func parcelRows(ctx context.Context, v *db.View, f shipment.Filter, q query) ([]parcelRow, error) {
	parcels, err := shipment.List(ctx, v, f, pavilion.ParcelID(q.after), q.limit)
	if err != nil {
		return nil, err
	}
	rows := make([]parcelRow, len(parcels))
	var ids []pavilion.OrderID
	for i, p := range parcels {
		rows[i].Parcel = p
		ids = append(ids, p.Order)
	}
	numbers, err := order.Numbers(ctx, v, ids)
	for i := range rows {
		rows[i].order = numbers[rows[i].Order]
	}
	return rows, err
}

func parcelBadge(p *ui.Printer, s shipment.State) ui.Badge {
	tone := ui.Careful
	if s != shipment.StatePacked {
		tone = ui.Good
	}
	return ui.Badge{Tone: tone, Text: p.T("orders.parcel_state." + string(s))}
}

func carrierName(p *ui.Printer, code string) string {
	c, _ := shipment.CarrierOf(code)
	return p.Text(c.Name)
}

func carrierOptions(p *ui.Printer) (options []ui.Option) {
	for _, c := range shipment.Carriers() {
		options = append(options, ui.Option{Value: c.Code, Label: p.Text(c.Name)})
	}
	return options
}

// offersOf are the SKUs of an order as its channel sells them now.
func offersOf(ctx context.Context, v *db.View, o order.Order) (map[pavilion.SKUID]catalog.Offer, error) {
	var skus []pavilion.SKUID
	seen := map[pavilion.SKUID]bool{}
	for _, l := range o.Lines {
		if !seen[l.SKU] {
			seen[l.SKU] = true
			skus = append(skus, l.SKU)
		}
	}
	return catalog.Prices(ctx, v, o.Channel, skus)
}

// step takes a step that asks nothing.
func (g *orders) step(do func(context.Context, *db.Tx, pavilion.OrderID) error, said string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error { return g.act(w, r, said, do) }
}

func complete(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	if err := order.Complete(ctx, tx, id); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "order.complete", string(id), nil)
}
