package console

import (
	"context"
	"net/http"
	"net/url"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const (
	stockPath     = "/console/stock"
	lotsPath      = "/console/lots"
	movementsPath = "/console/movements"
	countsPath    = "/console/counts"

	latestMovements = 15 // on the page of a SKU or lot
	promisedShown   = 20 // orders of one lot in one warehouse
)

// goodsInStock is the pages about where the units of a SKU are.
type goodsInStock struct {
	*desk
	list *lister[skuRow]
	page *ui.Page[skuView]
}

// skuRow is a SKU with where its units are.
type skuRow struct {
	catalog.SKUName
	stock.Summary
}

// skuView is a SKU: what there is, why no more can be sold, and what it is made of.
type skuView struct {
	Name     catalog.SKUName
	Sum      []part // of the whole, as the own shop sees it
	OnHand   part
	Channels []channelRow
	Lots     []lotRow
	Promised []promisedRow
	Latest   []movementRow
	All      string // address of all movements
	Receive  string // address, "" for those who may not
	Shares   string // of the page of its shares, "" for those who may not see it
	Empty    ui.Empty
}

// part is a number and the way to what it is made of.
type part struct {
	Label string
	Units int64
	URL   string
}

// channelRow says how much of a SKU a channel can sell, and why no more.
type channelRow struct {
	Channel string
	MinDays int
	Parts   []part // Sellable first
}

// promisedRow is units of a lot that an order was promised.
type promisedRow struct {
	Order, Lot, Warehouse string // numbers and codes people know
	OrderURL, LotURL      string
	ID                    pavilion.OrderID
	Units                 int64
	Why                   string // it would no longer be promised like that, "" if it would
}

func newGoodsInStock(d *desk) *goodsInStock {
	g := &goodsInStock{desk: d, page: ui.NewPage(d.area, "stock-sku", map[string]skuView{}).Samples(sampleSKUs)}
	g.list = newList(d, list[skuRow]{
		path: stockPath, title: "stock.title", right: staff.SeeStock,
		columns: []column[skuRow]{
			{key: "name", label: "stock.product", value: func(s skuRow) any { return s.Name }, show: func(p *ui.Printer, s skuRow, c *cell) { c.Note = p.Measure(s.Net) }},
			{key: "gtin", label: "stock.gtin", value: func(s skuRow) any { return string(s.GTIN) }},
			{key: "on_hand", label: "stock.on_hand", value: func(s skuRow) any { return s.OnHand }, show: linked(func(s skuRow) string { return lotsOf(s.Summary.SKU, "") })},
			{key: "reserved", label: "stock.reserved", value: func(s skuRow) any { return s.Reserved }, show: linked(func(s skuRow) string { return stockPath + "/" + string(s.Summary.SKU) + "#promised" })},
			{key: "held", label: "stock.held", value: func(s skuRow) any { return s.Held }, show: linked(func(s skuRow) string { return lotsOf(s.Summary.SKU, stock.StateHeld) })},
			{key: "expired", label: "stock.expired", value: func(s skuRow) any { return s.Expired }, show: linked(func(s skuRow) string { return lotsOf(s.Summary.SKU, stock.StateExpired) })},
			{key: "late", label: "stock.late", off: true, value: func(s skuRow) any { return s.Late }},
			{key: "resting", label: "stock.resting", off: true, value: func(s skuRow) any { return s.Resting }},
			{key: "sellable", label: "stock.sellable", value: func(s skuRow) any { return s.Sellable }, show: linked(func(s skuRow) string { return lotsOf(s.Summary.SKU, stock.StateSellable) })},
			{key: "lots", label: "stock.lots", off: true, value: func(s skuRow) any { return s.Lots }},
		},
		filters: []filter{
			{key: "gtin", label: "stock.gtin_begins", kind: filterText},
			{key: "producer", label: "stock.producer", kind: filterChoice, choices: producerChoices},
			{key: "state", label: "stock.state", kind: filterChoice, options: func(p *ui.Printer) []ui.Option {
				return []ui.Option{{Value: string(stock.StateSellable), Label: p.T("stock.state.there")}, {Value: string(stock.StateHeld), Label: p.T("stock.state.held")}, {Value: string(stock.StateEmpty), Label: p.T("stock.state.empty")}}
			}},
		},
		add:   &listAdd{"stock.receive", receivePath, staff.MoveStock},
		empty: noStock,
		rows:  skuRows,
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return stock.CountSKUs(ctx, v, skuFilter(q), most)
		},
		id:  func(s skuRow) string { return string(s.Summary.SKU) },
		key: func(s skuRow) string { return string(s.Summary.SKU) },
		url: func(s skuRow) string { return stockPath + "/" + string(s.Summary.SKU) },
	})
	return g
}

func (g *goodsInStock) routes() []route {
	return append(g.list.routes(), route{"GET " + stockPath + "/{sku}", staff.SeeStock, g.show})
}

// noStock says what to do while nothing was ever received.
func noStock(p *ui.Printer) ui.Empty {
	return ui.Empty{Title: p.T("stock.none"), Text: p.T("stock.none_text"), Action: ui.Link{URL: receivePath, Label: p.T("stock.receive")}}
}

// linked has a number lead to what it is made of, unless it is 0.
func linked[T any](url func(T) string) func(*ui.Printer, T, *cell) {
	return func(_ *ui.Printer, row T, c *cell) {
		if c.Text != "0" {
			c.URL = url(row)
		}
	}
}

// lotsOf is the address of the lots of a SKU in a state.
func lotsOf(sku pavilion.SKUID, state stock.State) string {
	q := url.Values{"sku": {string(sku)}}
	if state != "" {
		q.Set("state", string(state))
	}
	return address(lotsPath, q.Encode())
}

func skuFilter(q query) stock.SKUFilter {
	return stock.SKUFilter{Producer: pavilion.ProducerID(q.text("producer")), GTIN: q.text("gtin"), State: stock.State(q.text("state"))}
}

func skuRows(ctx context.Context, v *db.View, q query) ([]skuRow, error) {
	ids, err := stock.ListSKUs(ctx, v, skuFilter(q), pavilion.SKUID(q.after), q.limit)
	if err != nil {
		return nil, err
	}
	sums, err := stock.Summaries(ctx, v, own.Name, ids)
	if err != nil {
		return nil, err
	}
	names, err := catalog.SKUNames(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	out := make([]skuRow, len(ids))
	for i, id := range ids {
		out[i] = skuRow{names[id], sums[id]}
	}
	return out, nil
}

func (g *goodsInStock) show(w http.ResponseWriter, r *http.Request) error {
	ctx, p, sku := r.Context(), ui.PrinterOf(r), pavilion.SKUID(r.PathValue("sku"))
	var v skuView
	err := g.read(r, func(view *db.View) (err error) {
		names, err := catalog.SKUNames(ctx, view, []pavilion.SKUID{sku})
		if err != nil {
			return err
		}
		name, known := names[sku]
		if !known {
			return pavilion.E(pavilion.NotFound, "sku.unknown", nil)
		}
		v.Name = name
		channels, err := stock.Channels(ctx, view)
		if err != nil {
			return err
		}
		for _, channel := range withOwn(channels) {
			sums, err := stock.Summaries(ctx, view, channel, []pavilion.SKUID{sku})
			if err != nil {
				return err
			}
			parts := partsOf(p, sums[sku])
			v.Channels = append(v.Channels, channelRow{channel, sums[sku].MinDays, parts})
			if channel == own.Name {
				v.Sum, v.OnHand = parts, part{p.T("stock.on_hand"), sums[sku].OnHand, lotsOf(sku, "")}
			}
		}
		if v.Lots, err = lotRows(ctx, view, func() ([]stock.LotBalance, error) { return stock.Lots(ctx, view, sku) }); err != nil {
			return err
		}
		if v.Promised, err = promisedRows(ctx, view, v.Lots); err != nil {
			return err
		}
		v.Latest, err = latest(ctx, view, p, stock.MovementFilter{SKU: sku})
		return err
	})
	if err != nil {
		return err
	}
	v.All = address(movementsPath, url.Values{"sku": {string(sku)}}.Encode())
	if member(r).May(staff.MoveStock) {
		v.Receive = address(receivePath, url.Values{"sku": {string(sku)}}.Encode())
	}
	if member(r).May(staff.SeeShops) {
		v.Shares = sharesPath + "/" + string(sku)
	}
	if len(v.Lots) == 0 {
		v.Empty = ui.Empty{Title: p.T("stock.never"), Text: p.T("stock.never_text"), Action: ui.Link{URL: v.Receive, Label: p.T("stock.receive")}}
	}
	return g.page.Write(w, r, g.head(p.Text(v.Name.Name), stockPath), v)
}

// withOwn is channels with the pavilion's own shop first.
func withOwn(channels []string) []string {
	out := []string{own.Name}
	for _, c := range channels {
		if c != own.Name {
			out = append(out, c)
		}
	}
	return out
}

// partsOf are the parts that the units on hand are made of.
func partsOf(p *ui.Printer, s stock.Summary) []part {
	return []part{
		{p.T("stock.sellable"), s.Sellable, lotsOf(s.SKU, stock.StateSellable)},
		{p.T("stock.reserved"), s.Reserved, stockPath + "/" + string(s.SKU) + "#promised"},
		{p.T("stock.held"), s.Held, lotsOf(s.SKU, stock.StateHeld)},
		{p.T("stock.expired"), s.Expired, lotsOf(s.SKU, stock.StateExpired)},
		{p.T("stock.late"), s.Late, lotsOf(s.SKU, stock.StateSellable)},
		{p.T("stock.resting"), s.Resting, lotsOf(s.SKU, "")},
	}
}

// promisedRows are the orders that hold units of the lots, the first few of each.
func promisedRows(ctx context.Context, v *db.View, lots []lotRow) (out []promisedRow, err error) {
	for _, l := range lots {
		if l.Reserved == 0 {
			continue
		}
		held, err := stock.Promised(ctx, v, l.Lot, l.LotBalance.Warehouse, "", 0, promisedShown)
		if err != nil {
			return nil, err
		}
		for _, h := range held {
			row, err := promisedTo(ctx, v, h, l)
			if err != nil {
				return nil, err
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// promisedTo is a reservation with what people call its order and lot.
func promisedTo(ctx context.Context, v *db.View, h stock.Reservation, l lotRow) (promisedRow, error) {
	row := promisedRow{ID: h.Order, Order: string(h.Order), Lot: l.Code, Warehouse: l.At.Code, LotURL: l.URL(), OrderURL: "/console/orders/" + string(h.Order), Units: h.Quantity}
	o, err := order.Get(ctx, v, nil, h.Order)
	if pavilion.KindOf(err) == pavilion.NotFound && err != nil {
		return row, nil // an order of a channel's own books
	}
	row.Order = o.Number
	return row, err
}

// sampleSKUs are the states of the page for the gallery.
func sampleSKUs(p *ui.Printer) map[string]skuView {
	name := catalog.SKUName{SKU: "sku_1", GTIN: "4810000000018", Name: pavilion.Text{pavilion.Chinese: "亚麻桌布", pavilion.English: "Linen tablecloth", pavilion.Russian: "Скатерть льняная", pavilion.Belarusian: "Абрус ільняны"}}
	s := stock.Summary{SKU: "sku_1", OnHand: 120, Reserved: 30, Held: 12, Sellable: 78}
	lot := lotRow{LotBalance: stock.LotBalance{Lot: "lot_1", SKU: "sku_1", Code: "L2022-07", BestBefore: "2023-01-31", OnHand: 120, Reserved: 30, DaysLeft: 100, Sells: true}, At: stock.Warehouse{Code: "SHA"}}
	return map[string]skuView{
		"full": {
			Name: name, OnHand: part{p.T("stock.on_hand"), 120, lotsPath}, Sum: partsOf(p, s), Channels: []channelRow{{own.Name, 20, partsOf(p, s)}},
			Lots: []lotRow{lot}, Promised: []promisedRow{{Order: "2022070600012", Lot: "L2022-07", Warehouse: "SHA", OrderURL: "/console/orders/1", LotURL: lotsPath, Units: 30}}, All: movementsPath, Receive: receivePath,
		},
		"never received": {Name: name, Empty: ui.Empty{Title: p.T("stock.never"), Text: p.T("stock.never_text")}},
	}
}
