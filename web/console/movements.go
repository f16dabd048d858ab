package console

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

// movements is the pages of what was moved.
type movements struct {
	*desk
	list *lister[movementRow]
	page *ui.Page[stockForm]
}

// movementRow is a movement with what people call its things.
type movementRow struct {
	stock.Entry
	Name catalog.SKUName
	At   stock.Warehouse
	To   stock.Warehouse // of a transfer: the other side
	Who  string
}

// URL is the page of the movement.
func (m movementRow) URL() string { return movementURL(m.Entry) }

// by names who did it.
func (m movementRow) by(p *ui.Printer) string {
	a, _ := pavilion.ParseActor(m.Actor)
	return who(p, a, m.Who)
}

// LotURL is the page of its lot.
func (m movementRow) LotURL() string { return lotsPath + "/" + string(m.Lot) }

func movementURL(e stock.Entry) string {
	return fmt.Sprintf("%s/%s/%s/movements/%d", lotsPath, e.Lot, e.Warehouse, e.Number)
}

// CauseURL leads to what caused the movement, "" if that is no page of ours.
func (m movementRow) CauseURL() string {
	switch {
	case strings.HasPrefix(m.Cause, pavilion.PrefixOrder+"_"):
		return "/console/orders/" + m.Cause
	case strings.HasPrefix(m.Cause, "count:"):
		return countsPath + "/" + strings.TrimPrefix(m.Cause, "count:")
	case strings.HasPrefix(m.Cause, "undo:"):
		at, number, _ := strings.Cut(strings.TrimPrefix(m.Cause, "undo:"), ":")
		return fmt.Sprintf("%s/%s/%s/movements/%s", lotsPath, m.Lot, at, number)
	}
	return ""
}

// why says the cause in words.
func (m movementRow) why(p *ui.Printer) string {
	word, _, _ := strings.Cut(m.Cause, ":")
	switch {
	case strings.HasPrefix(m.Cause, pavilion.PrefixOrder+"_"):
		return p.T("stock.by_order")
	case word == "count" && word != m.Cause:
		return p.T("stock.by_count")
	case word == "undo":
		return p.T("stock.by_undo")
	}
	for _, reason := range stock.Reasons {
		if m.Cause == reason && (m.Kind == stock.KindAdjust || m.Kind == stock.KindWriteOff) {
			return p.T("stock.reason." + reason)
		}
	}
	return m.Cause
}

func newMovements(d *desk) *movements {
	g := &movements{desk: d, page: ui.NewPage(d.area, "stock-movement", map[string]stockForm{}).Samples(sampleMovements)}
	g.list = newList(d, list[movementRow]{
		path: movementsPath, title: "stock.movements", right: staff.SeeStock,
		columns: []column[movementRow]{
			{key: "at", label: "stock.moved_at", value: func(m movementRow) any { return m.MovedAt }},
			{key: "kind", label: "stock.kind", value: func(m movementRow) any { return word("stock.kind." + string(m.Kind)) }},
			{key: "lot", label: "stock.lot", value: func(m movementRow) any { return m.Code }, show: func(p *ui.Printer, m movementRow, c *cell) { c.URL, c.Note = m.LotURL(), p.Text(m.Name.Name) }},
			{key: "warehouse", label: "stock.warehouse", value: func(m movementRow) any { return m.At.Code }, show: func(_ *ui.Printer, m movementRow, c *cell) {
				if m.To.Code != "" {
					c.Note = "⇄ " + m.To.Code
				}
			}},
			{key: "on_hand", label: "stock.on_hand", value: func(m movementRow) any { return m.OnHandChange }, show: withSign},
			{key: "reserved", label: "stock.reserved", value: func(m movementRow) any { return m.ReservedChange }, show: withSign},
			{key: "cause", label: "stock.cause", value: func(m movementRow) any { return m.Cause }, show: func(p *ui.Printer, m movementRow, c *cell) { c.Text, c.URL, c.Note = m.why(p), m.CauseURL(), m.Note }},
			{key: "who", label: "stock.who", value: func(m movementRow) any { return m.Who }, show: func(p *ui.Printer, m movementRow, c *cell) { c.Text = m.by(p) }},
		},
		filters: []filter{
			{key: "kind", label: "stock.kind", kind: filterChoice, options: movementKinds},
			{key: "warehouse", label: "stock.warehouse", kind: filterChoice, choices: warehouseChoices},
			{key: "who", label: "stock.who", kind: filterChoice, choices: memberChoices},
			{key: "from", label: "stock.from", kind: filterDate},
			{key: "until", label: "stock.until", kind: filterDate},
			{key: "sku", label: "stock.sku", kind: filterText},
			{key: "lot", label: "stock.lot_id", kind: filterText},
		},
		empty: noStock,
		rows: func(ctx context.Context, v *db.View, q query) ([]movementRow, error) {
			return movementRows(ctx, v, movementFilter(q), q.after, q.limit)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return stock.CountMovements(ctx, v, movementFilter(q), most)
		},
		id:  func(m movementRow) string { return m.Key() },
		key: func(m movementRow) string { return m.Key() },
		url: movementRow.URL,
	})
	return g
}

// withSign shows what was added with its sign.
func withSign(_ *ui.Printer, _ movementRow, c *cell) {
	switch {
	case c.Text == "0":
		c.Text = ""
	case !strings.HasPrefix(c.Text, "-") && !strings.HasPrefix(c.Text, "−"):
		c.Text = "+" + c.Text
	}
}

func movementKinds(p *ui.Printer) (out []ui.Option) {
	for _, k := range stock.Kinds {
		out = append(out, ui.Option{Value: string(k), Label: p.T("stock.kind." + string(k))})
	}
	return out
}

func memberChoices(ctx context.Context, v *db.View, _ *ui.Printer) (out []ui.Option, err error) {
	all, err := staff.Members(ctx, v)
	for _, m := range all {
		out = append(out, ui.Option{Value: string(m.ID), Label: m.Name})
	}
	return out, err
}

func movementFilter(q query) stock.MovementFilter {
	f := stock.MovementFilter{
		SKU: pavilion.SKUID(q.text("sku")), Lot: pavilion.LotID(q.text("lot")), Warehouse: pavilion.WarehouseID(q.text("warehouse")), Kind: stock.MovementKind(q.text("kind")),
		From: q.start("from", 0), Until: q.start("until", 1),
	}
	if who := q.text("who"); who != "" {
		f.Actor = pavilion.Actor{Kind: pavilion.ByStaff, ID: who}.String()
	}
	return f
}

func (g *movements) routes() []route {
	one := lotsPath + "/{lot}/{warehouse}/movements/{number}"
	return append(g.list.routes(),
		route{"GET " + one, staff.SeeStock, g.show},
		route{"POST " + one, staff.MoveStock, g.takeBack},
	)
}

// latest are the newest movements, with who did them in words.
func latest(ctx context.Context, v *db.View, p *ui.Printer, f stock.MovementFilter) ([]movementRow, error) {
	rows, err := movementRows(ctx, v, f, "", latestMovements)
	for i := range rows {
		rows[i].Who = rows[i].by(p)
	}
	return rows, err
}

// movementRows lists movements with what people call their things.
func movementRows(ctx context.Context, v *db.View, f stock.MovementFilter, after string, limit int) ([]movementRow, error) {
	found, err := stock.ListMovements(ctx, v, f, after, limit)
	if err != nil {
		return nil, err
	}
	names, err := skuNames(ctx, v, found, func(e stock.Entry) pavilion.SKUID { return e.SKU })
	if err != nil {
		return nil, err
	}
	at, err := warehousesByID(ctx, v)
	if err != nil {
		return nil, err
	}
	actors := make([]string, len(found))
	for i, e := range found {
		a, _ := pavilion.ParseActor(e.Actor)
		actors[i] = a.ID
	}
	called, err := staff.Names(ctx, v, actors)
	out := make([]movementRow, len(found))
	for i, e := range found {
		out[i] = movementRow{e, names[e.SKU], at[e.Warehouse], at[e.PairWarehouse], called[actors[i]]}
	}
	return out, err
}

func (g *movements) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, nil) }

func (g *movements) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	number, _ := number(r.PathValue("number"))
	f := stockForm{Action: r.URL.Path}
	err := g.read(r, func(v *db.View) error {
		m, err := stock.GetMovement(ctx, v, pavilion.LotID(r.PathValue("lot")), pavilion.WarehouseID(r.PathValue("warehouse")), number)
		if err != nil {
			return err
		}
		l, err := placeOf(ctx, v, r)
		if err != nil {
			return err
		}
		f.Title, f.Back = p.T("stock.kind."+string(m.Kind)), ui.Link{URL: l.History(), Label: p.T("stock.movements")}
		row := movementRow{Entry: stock.Entry{Movement: m, Code: l.Code}}
		f.About = []ui.Fact{
			{Label: p.T("stock.product"), Text: p.Text(l.Name.Name), URL: stockPath + "/" + string(l.SKU)},
			{Label: p.T("stock.lot"), Text: l.Code, URL: l.URL()},
			{Label: p.T("stock.warehouse"), Text: warehouseName(p, l.At)},
			{Label: p.T("stock.moved_at"), Text: p.Moment(m.MovedAt.In(time.UTC))},
			{Label: p.T("stock.on_hand"), Text: fmt.Sprintf("%+d", m.OnHandChange)},
			{Label: p.T("stock.reserved"), Text: fmt.Sprintf("%+d", m.ReservedChange)},
			{Label: p.T("stock.cause"), Text: row.why(p), URL: row.CauseURL()},
		}
		if m.Note != "" {
			f.About = append(f.About, ui.Fact{Label: p.T("stock.note"), Text: m.Note})
		}
		if m.Reversible() && member(r).May(undoRight(m.Kind)) {
			f.Go = p.T("stock.undo_go")
		}
		if failure != nil {
			f.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
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
	head := g.head(f.Title, movementsPath)
	if failure != nil {
		head.Status = ui.Status(failure)
	}
	return g.page.Write(w, r, head, f)
}

// undoRight is the right to take back what was done with the same right.
func undoRight(k stock.MovementKind) staff.Right {
	switch k {
	case stock.KindReceive, stock.KindTransferIn, stock.KindTransferOut:
		return staff.MoveStock
	}
	return staff.AdjustStock
}

func (g *movements) takeBack(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	number, _ := number(r.PathValue("number"))
	lot, warehouse := pavilion.LotID(r.PathValue("lot")), pavilion.WarehouseID(r.PathValue("warehouse"))
	err := g.write(r, func(tx *db.Tx) error {
		m, err := stock.GetMovement(ctx, tx, lot, warehouse, number)
		if err != nil {
			return err
		}
		if needs := undoRight(m.Kind); !member(r).May(needs) {
			return pavilion.E(pavilion.Forbidden, "console.right_missing", pavilion.Args{"right": string(needs)})
		}
		return stock.Reverse(ctx, tx, lot, warehouse, number)
	})
	if refused(err) {
		return g.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("stock.done.undo"), ui.Link{})
	redirect(w, r, lotsPath+"/"+string(lot))
	return nil
}

// sampleMovements are the states of the page for the gallery.
func sampleMovements(p *ui.Printer) map[string]stockForm {
	f := sampleForms(p)["empty"]
	f.Title, f.Fields, f.Go = p.T("stock.kind.receive"), nil, p.T("stock.undo_go")
	refused := f
	refused.Failed = sampleForms(p)["refused"].Failed
	refused.InWay = sampleForms(p)["refused"].InWay
	return map[string]stockForm{"to be taken back": f, "refused": refused}
}
