package console

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

// lotActs is the pages on which something is done to what lies of a lot in a warehouse.
type lotActs struct {
	*desk
	page *ui.Page[stockForm]
}

// lotAct is one thing that can be done.
type lotAct struct {
	word   string // in the address; "stock.<word>" is what it is called
	right  staff.Right
	fields func(ctx context.Context, v *db.View, p *ui.Printer, l lotRow) ([]ui.Field, error)
	// do does what was typed; quantity is 0 for acts on the whole lot.
	do func(ctx context.Context, tx *db.Tx, l lotRow, r *http.Request, quantity int64) error
	// on and whole say how much is on hand here afterwards, and whether a quantity is asked for.
	on    func(l lotRow, quantity int64) int64
	whole bool
}

var lotActsAll = []lotAct{
	{
		word: "transfer", right: staff.MoveStock,
		fields: func(ctx context.Context, v *db.View, p *ui.Printer, l lotRow) ([]ui.Field, error) {
			to, err := warehouseChoices(ctx, v, p)
			options := []ui.Option{{Label: p.T("stock.choose")}}
			for _, o := range to {
				if o.Value != string(l.LotBalance.Warehouse) {
					options = append(options, o)
				}
			}
			quantity := quantityField(p)
			quantity.Value = strconv.FormatInt(l.Free(), 10)
			return []ui.Field{quantity, {Name: "to", Label: p.T("stock.to"), Type: "select", Required: true, Options: options}, causeField(p), noteField(p)}, err
		},
		do: func(ctx context.Context, tx *db.Tx, l lotRow, r *http.Request, quantity int64) error {
			return stock.Transfer(ctx, tx, stock.Move{Lot: l.Lot, From: l.LotBalance.Warehouse, To: pavilion.WarehouseID(typed(r, "to")), Quantity: quantity, Cause: typed(r, "cause"), Note: typed(r, "note")})
		},
		on: func(l lotRow, quantity int64) int64 { return l.OnHand - quantity },
	},
	{
		word: "adjust", right: staff.AdjustStock,
		fields: func(_ context.Context, _ *db.View, p *ui.Printer, _ lotRow) ([]ui.Field, error) {
			quantity := quantityField(p)
			quantity.Label, quantity.Hint, quantity.InputMode = p.T("stock.difference"), p.T("stock.difference_hint"), ""
			return []ui.Field{quantity, reasonField(p), noteField(p)}, nil
		},
		do: func(ctx context.Context, tx *db.Tx, l lotRow, r *http.Request, quantity int64) error {
			return stock.Adjust(ctx, tx, handling(l, r, quantity))
		},
		on: func(l lotRow, quantity int64) int64 { return l.OnHand + quantity },
	},
	{
		word: "write_off", right: staff.AdjustStock,
		fields: func(_ context.Context, _ *db.View, p *ui.Printer, l lotRow) ([]ui.Field, error) {
			quantity, why := quantityField(p), reasonField(p)
			quantity.Value = strconv.FormatInt(l.Free(), 10)
			if l.Expired() {
				why.Value = stock.ReasonExpired
			}
			return []ui.Field{quantity, why, noteField(p)}, nil
		},
		do: func(ctx context.Context, tx *db.Tx, l lotRow, r *http.Request, quantity int64) error {
			return stock.WriteOff(ctx, tx, handling(l, r, quantity))
		},
		on: func(l lotRow, quantity int64) int64 { return l.OnHand - quantity },
	},
	{
		word: "hold", right: staff.AdjustStock, whole: true, fields: whyFields,
		do: func(ctx context.Context, tx *db.Tx, l lotRow, r *http.Request, _ int64) error {
			return stock.Hold(ctx, tx, handling(l, r, 0))
		},
	},
	{
		word: "unhold", right: staff.AdjustStock, whole: true, fields: whyFields,
		do: func(ctx context.Context, tx *db.Tx, l lotRow, r *http.Request, _ int64) error {
			return stock.Unhold(ctx, tx, handling(l, r, 0))
		},
	},
}

func handling(l lotRow, r *http.Request, quantity int64) stock.Handling {
	return stock.Handling{Lot: l.Lot, Warehouse: l.LotBalance.Warehouse, Quantity: quantity, Cause: typed(r, "cause"), Note: typed(r, "note")}
}

func whyFields(_ context.Context, _ *db.View, p *ui.Printer, _ lotRow) ([]ui.Field, error) {
	fields := reasonFields(p)
	fields[0].Autofocus = true
	return fields, nil
}

// causeField asks for the paper or event behind a movement.
func causeField(p *ui.Printer) ui.Field {
	return ui.Field{Name: "cause", Label: p.T("stock.cause"), Hint: p.T("stock.cause_hint"), Required: true, MaxLength: causeMost}
}

func newLotActs(d *desk) *lotActs {
	return &lotActs{d, ui.NewPage(d.area, "stock-form", map[string]stockForm{}).Samples(sampleForms)}
}

func (g *lotActs) routes() (all []route) {
	for _, a := range lotActsAll {
		pattern := lotsPath + "/{lot}/{warehouse}/" + a.word
		all = append(all,
			route{"GET " + pattern, a.right, func(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, a, nil) }},
			route{"POST " + pattern, a.right, func(w http.ResponseWriter, r *http.Request) error { return g.act(w, r, a) }},
		)
	}
	return append(all,
		route{"POST " + lotsPath + "/{lot}/{warehouse}/rebook", staff.AdjustStock, g.rebook},
		route{"GET " + lotsPath + "/{lot}/correct", staff.AdjustStock, g.showCorrect},
		route{"POST " + lotsPath + "/{lot}/correct", staff.AdjustStock, g.correct},
	)
}

// placeOf returns what lies of the lot in the warehouse of the address.
func placeOf(ctx context.Context, v *db.View, r *http.Request) (lotRow, error) {
	lot, warehouse := pavilion.LotID(r.PathValue("lot")), pavilion.WarehouseID(r.PathValue("warehouse"))
	rows, err := lotRows(ctx, v, func() ([]stock.LotBalance, error) { return stock.Places(ctx, v, lot) })
	for _, l := range rows {
		if l.LotBalance.Warehouse == warehouse {
			return l, nil
		}
	}
	if err == nil {
		err = pavilion.E(pavilion.NotFound, "stock.lot_absent", pavilion.Args{"lot": lot, "warehouse": warehouse})
	}
	return lotRow{}, err
}

// about says what lies of a lot somewhere.
func (l lotRow) about(p *ui.Printer) []ui.Fact {
	facts := []ui.Fact{
		{Label: p.T("stock.product"), Text: p.Text(l.Name.Name), URL: stockPath + "/" + string(l.SKU)},
		{Label: p.T("stock.lot"), Text: l.Code, URL: l.URL()},
		{Label: p.T("stock.warehouse"), Text: warehouseName(p, l.At)},
		{Label: p.T("stock.on_hand"), Text: p.Number(l.OnHand), URL: l.History()},
		{Label: p.T("stock.reserved"), Text: p.Number(l.Reserved), URL: l.URL() + "#promised"},
		{Label: p.T("stock.free"), Text: p.Number(l.Free())},
	}
	if l.BestBefore != "" {
		facts = append(facts, ui.Fact{Label: p.T("stock.best_before"), Text: p.Date(l.BestBefore) + ", " + daysLeft(p, l.LotBalance).Text})
	}
	return facts
}

func (g *lotActs) draw(w http.ResponseWriter, r *http.Request, a lotAct, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	f := stockForm{Title: p.T("stock." + a.word), Action: r.URL.Path, Go: p.T("stock.check")}
	err := g.read(r, func(v *db.View) error {
		l, err := placeOf(ctx, v, r)
		if err != nil {
			return err
		}
		f.Back, f.About = ui.Link{URL: l.URL(), Label: p.T("stock.lot_title", "code", l.Code)}, l.about(p)
		if f.Fields, err = a.fields(ctx, v, p, l); err != nil {
			return err
		}
		switch pavilion.ReasonOf(failure) {
		case "stock.below_reserved", "stock.held":
			f.InWay, err = promisedRows(ctx, v, []lotRow{l})
			if member(r).May(staff.AdjustStock) {
				f.Rebook = l.Do("rebook")
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	f.keep(p, r, failure)
	head := g.head(f.Title, lotsPath)
	if failure != nil {
		head.Status = ui.Status(failure)
	}
	return g.page.Write(w, r, head, f)
}

// act shows what will be, and when told to go on does it.
func (g *lotActs) act(w http.ResponseWriter, r *http.Request, a lotAct) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, p := r.Context(), ui.PrinterOf(r)
	var l lotRow
	var quantity int64
	err := g.read(r, func(v *db.View) (err error) {
		l, err = placeOf(ctx, v, r)
		return err
	})
	if err != nil {
		return err
	}
	if !a.whole {
		if quantity, err = typedUnits(r, "quantity"); err != nil {
			return g.draw(w, r, a, err)
		}
	}
	change := func(tx *db.Tx) error { return a.do(ctx, tx, l, r, quantity) }
	if !agreed(r) {
		if err := g.try(r, change); refused(err) {
			return g.draw(w, r, a, err)
		} else if err != nil {
			return err
		}
		return g.confirm(w, r, a, l, quantity)
	}
	switch again, err := g.once(w, r, change); {
	case refused(err):
		return g.draw(w, r, a, err)
	case err != nil:
		return err
	case again:
		redirect(w, r, l.URL())
		return nil
	}
	undo, err := g.lastMove(r, stock.MovementFilter{Lot: l.Lot, Warehouse: l.LotBalance.Warehouse, Actor: g.actor(r).String()})
	if err != nil {
		return err
	}
	g.said(w, p.T("stock.done."+a.word, "code", l.Code), ui.Link{URL: undo, Label: p.T("stock.undo")})
	redirect(w, r, l.URL())
	return nil
}

// lastMove is the address of the newest movement, where it can be taken back.
func (d *desk) lastMove(r *http.Request, f stock.MovementFilter) (url string, err error) {
	err = d.read(r, func(v *db.View) error {
		last, err := stock.ListMovements(r.Context(), v, f, "", 1)
		for _, e := range last {
			url = movementURL(e)
		}
		return err
	})
	return url, err
}

// confirm shows what will be.
func (g *lotActs) confirm(w http.ResponseWriter, r *http.Request, a lotAct, l lotRow, quantity int64) error {
	p := ui.PrinterOf(r)
	f := stockForm{Title: p.T("stock." + a.word), Action: r.URL.Path, Back: ui.Link{URL: r.URL.Path, Label: p.T("stock.back")}, Go: p.T("stock." + a.word), About: l.about(p)}
	var err error
	if err := g.read(r, func(v *db.View) error {
		f.Fields, err = a.fields(r.Context(), v, p, l)
		return err
	}); err != nil {
		return err
	}
	if a.whole {
		f.Will = []ui.Fact{{Label: p.T("stock.state"), Text: p.T("stock.will." + a.word)}}
		if l.Reserved > 0 && a.word == "hold" {
			f.Warning = ui.Notice{Tone: ui.Careful, Text: p.T("stock.hold_promised", "count", l.Reserved)}
		}
	} else {
		f.Will = []ui.Fact{
			{Label: p.T("stock.on_hand"), Text: change(p, l.OnHand, a.on(l, quantity))},
			{Label: p.T("stock.free"), Text: change(p, l.Free(), a.on(l, quantity)-l.Reserved)},
		}
	}
	for _, one := range f.Fields {
		if value := typed(r, one.Name); value != "" && one.Name != "quantity" {
			for _, o := range one.Options {
				if o.Value == value {
					value = o.Label
				}
			}
			f.Will = append(f.Will, ui.Fact{Label: one.Label, Text: value})
		}
	}
	f.hide(r)
	return g.page.Write(w, r, g.head(f.Title, lotsPath), f)
}

// change says a number before and after.
func change(p *ui.Printer, before, after int64) string {
	return fmt.Sprintf("%s → %s", p.Number(before), p.Number(after))
}

// rebook gives an order other units than those of the lot here.
func (g *lotActs) rebook(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, p := r.Context(), ui.PrinterOf(r)
	lot, warehouse, order := pavilion.LotID(r.PathValue("lot")), pavilion.WarehouseID(r.PathValue("warehouse")), pavilion.OrderID(typed(r, "order"))
	err := g.write(r, func(tx *db.Tx) error {
		if err := stock.Rebook(ctx, tx, lot, warehouse, order); err != nil {
			return err
		}
		return staff.Note(ctx, tx, "stock.rebook", string(order), map[string]any{"lot": lot, "warehouse": warehouse})
	})
	switch {
	case err == nil:
		g.said(w, p.T("stock.done.rebook"), ui.Link{})
	case refused(err):
		g.refused(w, p.T("stock.not_rebooked", "why", p.Error(err)))
	default:
		return err
	}
	redirect(w, r, lotsPath+"/"+string(lot)+"#promised")
	return nil
}
