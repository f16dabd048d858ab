package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

// lots is the pages of lots.
type lots struct {
	*desk
	list *lister[lotRow]
	page *ui.Page[lotView]
}

// lotRow is what lies of a lot somewhere, with what people call it.
type lotRow struct {
	stock.LotBalance
	Name catalog.SKUName
	At   stock.Warehouse
}

// URL is the page of the lot.
func (l lotRow) URL() string { return lotsPath + "/" + string(l.Lot) }

// Do is the address of something done to what lies here.
func (l lotRow) Do(act string) string {
	return l.URL() + "/" + string(l.LotBalance.Warehouse) + "/" + act
}

// lotView is a lot: where it lies, who was promised units of it, and what it went through.
type lotView struct {
	Lot      stock.Lot
	Name     catalog.SKUName
	Places   []lotRow
	Promised []promisedRow
	Latest   []movementRow
	All      string
	Changes  []dateChange // of its dates
	Moves    bool         // the reader may transfer
	Adjusts  bool         // and adjust, hold, write off
	Correct  string       // address, "" for those who may not
}

// dateChange is a field of the lot as it was corrected.
type dateChange struct {
	At                   string
	Field, Before, After string
}

func newLots(d *desk) *lots {
	g := &lots{desk: d, page: ui.NewPage(d.area, "stock-lot", map[string]lotView{}).Samples(sampleLots)}
	g.list = newList(d, list[lotRow]{
		path: lotsPath, title: "stock.lots", right: staff.SeeStock,
		columns: []column[lotRow]{
			{key: "code", label: "stock.lot", value: func(l lotRow) any { return l.Code }},
			{key: "name", label: "stock.product", value: func(l lotRow) any { return l.Name.Name }, show: func(_ *ui.Printer, l lotRow, c *cell) { c.URL = stockPath + "/" + string(l.SKU) }},
			{key: "gtin", label: "stock.gtin", off: true, value: func(l lotRow) any { return string(l.Name.GTIN) }},
			{key: "warehouse", label: "stock.warehouse", value: func(l lotRow) any { return l.At.Code }, show: func(p *ui.Printer, l lotRow, c *cell) { c.Note = p.Text(l.At.Name) }},
			{key: "state", label: "stock.state", value: func(l lotRow) any { return word("stock.state." + string(l.State())) }, show: func(_ *ui.Printer, l lotRow, c *cell) {
				c.Badge, c.Text = ui.Badge{Tone: lotTone(l.State()), Text: c.Text}, ""
			}},
			{key: "produced_on", label: "stock.produced_on", off: true, value: func(l lotRow) any { return l.ProducedOn }},
			{key: "best_before", label: "stock.best_before", value: func(l lotRow) any { return l.BestBefore }},
			{key: "days_left", label: "stock.days_left", value: daysLeftValue},
			{key: "on_hand", label: "stock.on_hand", value: func(l lotRow) any { return l.OnHand }, show: linked(func(l lotRow) string { return l.History() })},
			{key: "reserved", label: "stock.reserved", value: func(l lotRow) any { return l.Reserved }, show: linked(func(l lotRow) string { return l.URL() + "#promised" })},
			{key: "free", label: "stock.free", value: func(l lotRow) any { return l.Free() }},
		},
		filters: []filter{
			{key: "code", label: "stock.code_begins", kind: filterText},
			{key: "sku", label: "stock.sku_or_gtin", kind: filterText},
			{key: "warehouse", label: "stock.warehouse", kind: filterChoice, choices: warehouseChoices},
			{key: "state", label: "stock.state", kind: filterChoice, options: lotStates},
			{key: "ends_by", label: "stock.ends_by", kind: filterDate},
			{key: "producer", label: "stock.producer", kind: filterChoice, choices: producerChoices},
		},
		acts: []bulkAct{
			{name: stock.ActHold, label: "stock.hold", right: staff.AdjustStock, undo: true, ask: asking(reasonFields)},
			{name: stock.ActRelease, label: "stock.unhold", right: staff.AdjustStock, undo: true, ask: asking(reasonFields)},
			{name: stock.ActWriteOff, label: "stock.write_off_expired", right: staff.AdjustStock, undo: true, ask: asking(noteFields)},
		},
		add:   &listAdd{"stock.receive", receivePath, staff.MoveStock},
		empty: noStock,
		rows: func(ctx context.Context, v *db.View, q query) ([]lotRow, error) {
			return lotRows(ctx, v, func() ([]stock.LotBalance, error) {
				return stock.List(ctx, v, stock.FilterOf(q.text), q.after, q.limit)
			})
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return stock.Count(ctx, v, stock.FilterOf(q.text), most)
		},
		id:  func(l lotRow) string { return l.ID() },
		key: func(l lotRow) string { return l.Key() },
		url: lotRow.URL,
	})
	return g
}

func (g *lots) routes() []route {
	return append(g.list.routes(), route{"GET " + lotsPath + "/{lot}", staff.SeeStock, g.show})
}

// daysLeftValue is nothing for goods that do not expire.
func daysLeftValue(l lotRow) any {
	if l.BestBefore == "" {
		return "—"
	}
	return l.DaysLeft
}

// History is the address of the movements that the units on hand are the sum of.
func (l lotRow) History() string {
	return address(movementsPath, url.Values{"lot": {string(l.Lot)}, "warehouse": {string(l.LotBalance.Warehouse)}}.Encode())
}

func lotTone(s stock.State) ui.Tone {
	switch s {
	case stock.StateSellable:
		return ui.Good
	case stock.StateEnding, stock.StateHeld:
		return ui.Careful
	case stock.StateExpired:
		return ui.Bad
	}
	return ui.Neutral
}

// Tone is that of the state.
func (l lotRow) Tone() ui.Tone { return lotTone(l.State()) }

// Days is how many days are left.
func (l lotRow) Days() int64 { return int64(l.DaysLeft) }

func lotStates(p *ui.Printer) (out []ui.Option) {
	for _, s := range stock.States {
		out = append(out, ui.Option{Value: string(s), Label: p.T("stock.state." + string(s))})
	}
	return out
}

func warehouseChoices(ctx context.Context, v *db.View, p *ui.Printer) (out []ui.Option, err error) {
	all, err := stock.Warehouses(ctx, v)
	for _, w := range all {
		out = append(out, ui.Option{Value: string(w.ID), Label: warehouseName(p, w)})
	}
	return out, err
}

// warehouseName is a warehouse's code and name.
func warehouseName(p *ui.Printer, w stock.Warehouse) string {
	if name := p.Text(w.Name); name != "" && name != w.Code {
		return w.Code + " " + name
	}
	return w.Code
}

// asking is the fields of an act that need nothing from the database.
func asking(fields func(p *ui.Printer) []ui.Field) func(context.Context, *db.View, *ui.Printer) ([]ui.Field, error) {
	return func(_ context.Context, _ *db.View, p *ui.Printer) ([]ui.Field, error) { return fields(p), nil }
}

// reasonFields are what people say about a quarantine.
func reasonFields(p *ui.Printer) []ui.Field {
	return []ui.Field{{Name: "cause", Label: p.T("stock.why"), Required: true, MaxLength: causeMost}, noteField(p)}
}

func noteFields(p *ui.Printer) []ui.Field { return []ui.Field{noteField(p)} }

func noteField(p *ui.Printer) ui.Field {
	return ui.Field{Name: "note", Label: p.T("stock.note"), MaxLength: noteMost}
}

// lotRows adds to balances what people call them.
func lotRows(ctx context.Context, v *db.View, find func() ([]stock.LotBalance, error)) ([]lotRow, error) {
	found, err := find()
	if err != nil {
		return nil, err
	}
	names, err := skuNames(ctx, v, found, func(b stock.LotBalance) pavilion.SKUID { return b.SKU })
	if err != nil {
		return nil, err
	}
	at, err := warehousesByID(ctx, v)
	if err != nil {
		return nil, err
	}
	out := make([]lotRow, len(found))
	for i, b := range found {
		out[i] = lotRow{b, names[b.SKU], at[b.Warehouse]}
	}
	return out, nil
}

func warehousesByID(ctx context.Context, v *db.View) (map[pavilion.WarehouseID]stock.Warehouse, error) {
	all, err := stock.Warehouses(ctx, v)
	out := make(map[pavilion.WarehouseID]stock.Warehouse, len(all))
	for _, w := range all {
		out[w.ID] = w
	}
	return out, err
}

func (g *lots) show(w http.ResponseWriter, r *http.Request) error {
	ctx, p, id := r.Context(), ui.PrinterOf(r), pavilion.LotID(r.PathValue("lot"))
	v := lotView{Moves: member(r).May(staff.MoveStock), Adjusts: member(r).May(staff.AdjustStock)}
	err := g.read(r, func(view *db.View) (err error) {
		if v.Lot, err = stock.GetLot(ctx, view, id); err != nil {
			return err
		}
		if v.Places, err = lotRows(ctx, view, func() ([]stock.LotBalance, error) { return stock.Places(ctx, view, id) }); err != nil {
			return err
		}
		if len(v.Places) > 0 {
			v.Name = v.Places[0].Name
		}
		if v.Promised, err = promisedRows(ctx, view, v.Places); err != nil {
			return err
		}
		if v.Latest, err = latest(ctx, view, p, stock.MovementFilter{Lot: id}); err != nil {
			return err
		}
		entries, err := staff.Trail(ctx, view, string(id), "", 100)
		for _, e := range entries {
			for _, c := range e.Changes {
				v.Changes = append(v.Changes, dateChange{p.Moment(e.HappenedAt), p.T("stock." + c.Field), c.Before, c.After})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	v.All = address(movementsPath, url.Values{"lot": {string(id)}}.Encode())
	if v.Adjusts {
		v.Correct = lotsPath + "/" + string(id) + "/correct"
	}
	return g.page.Write(w, r, g.head(p.T("stock.lot_title", "code", v.Lot.Code), lotsPath), v)
}

// sampleLots are the states of the page for the gallery.
func sampleLots(p *ui.Printer) map[string]lotView {
	full := sampleSKUs(p)["full"]
	v := lotView{Lot: stock.Lot{ID: "lot_1", Code: "L2022-07", ProducedOn: "2022-02-01", BestBefore: "2023-01-31"}, Name: full.Name, Places: full.Lots, Promised: full.Promised, All: movementsPath, Moves: true, Adjusts: true, Correct: lotsPath}
	v.Changes = []dateChange{{p.Date(p.Today()), p.T("stock.best_before"), "2023-01-30", "2023-01-31"}}
	held := v
	held.Places = []lotRow{full.Lots[0]}
	held.Places[0].Held, held.Changes, held.Moves, held.Adjusts, held.Correct = true, nil, false, false, ""
	return map[string]lotView{"full": v, "held, only to look at": held}
}

// number reads a whole number that a person typed; ok is false for anything else.
func number(text string) (n int64, ok bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
