package console

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const linesShown = 100 // lines of a count sheet on a page

// counts is the pages on which people count what is really there.
type counts struct {
	*desk
	list  *lister[countRow]
	begin *ui.Page[stockForm]
	sheet *ui.Page[sheetView]
}

// countRow is a sheet with how far it has come.
type countRow struct {
	stock.Sheet
	At  stock.Warehouse
	Sum stock.SheetTotals
}

// sheetView is a count sheet.
type sheetView struct {
	Sheet  stock.Sheet
	At     string
	Sum    stock.SheetTotals
	Lines  []sheetRow
	Open   bool // and the reader may write on it
	Posts  bool // and bring it into the books
	Show   []ui.Chip
	Path   string
	Post   string // where the form goes, the part of the sheet that is shown with it
	Next   string
	Failed ui.Notice
	InWay  []promisedRow
	Rebook string
	Add    ui.Field
}

// sheetRow is a line with the field for what was found.
type sheetRow struct {
	stock.SheetLine
	Name  catalog.SKUName
	Field string
	Value string
	Wrong bool
}

// Counted tells whether somebody counted the line.
func (s sheetRow) Counted() bool { return s.SheetLine.Found != nil }

func newCounts(d *desk) *counts {
	g := &counts{desk: d,
		begin: ui.NewPage(d.area, "stock-count-begin", map[string]stockForm{}).Samples(sampleForms),
		sheet: ui.NewPage(d.area, "stock-count", map[string]sheetView{}).Samples(sampleSheets),
	}
	g.list = newList(d, list[countRow]{
		path: countsPath, title: "stock.counts", right: staff.SeeStock,
		columns: []column[countRow]{
			{key: "drawn_at", label: "stock.drawn_at", value: func(c countRow) any { return c.DrawnAt }},
			{key: "warehouse", label: "stock.warehouse", value: func(c countRow) any { return c.At.Code }, show: func(p *ui.Printer, c countRow, l *cell) { l.Note = p.Text(c.At.Name) }},
			{key: "state", label: "stock.state", value: func(c countRow) any { return word("stock.sheet." + string(c.State)) }},
			{key: "lines", label: "stock.lots", value: func(c countRow) any { return c.Sum.Lines }},
			{key: "counted", label: "stock.counted", value: func(c countRow) any { return c.Sum.Counted }},
			{key: "different", label: "stock.different", value: func(c countRow) any { return c.Sum.Different }},
			{key: "more", label: "stock.more", value: func(c countRow) any { return c.Sum.More }},
			{key: "fewer", label: "stock.fewer", value: func(c countRow) any { return c.Sum.Fewer }},
			{key: "note", label: "stock.note", value: func(c countRow) any { return c.Note }},
		},
		filters: []filter{{key: "state", label: "stock.state", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, s := range []stock.SheetState{stock.SheetOpen, stock.SheetPosted, stock.SheetDropped} {
				out = append(out, ui.Option{Value: string(s), Label: p.T("stock.sheet." + string(s))})
			}
			return out
		}}},
		add: &listAdd{"stock.count_begin", countsPath + "/new", staff.MoveStock},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("stock.no_counts"), Text: p.T("stock.no_counts_text"), Action: ui.Link{URL: countsPath + "/new", Label: p.T("stock.count_begin")}}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]countRow, error) {
			found, err := stock.Sheets(ctx, v, stock.SheetState(q.text("state")), stock.SheetID(q.after), q.limit)
			if err != nil {
				return nil, err
			}
			at, err := warehousesByID(ctx, v)
			if err != nil {
				return nil, err
			}
			ids := make([]stock.SheetID, len(found))
			for i, s := range found {
				ids[i] = s.ID
			}
			sums, err := stock.Totals(ctx, v, ids...)
			out := make([]countRow, len(found))
			for i, s := range found {
				out[i] = countRow{Sheet: s, At: at[s.Warehouse], Sum: sums[s.ID]}
			}
			return out, err
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return stock.CountSheets(ctx, v, stock.SheetState(q.text("state")), most)
		},
		id:  func(c countRow) string { return string(c.ID) },
		key: func(c countRow) string { return string(c.ID) },
		url: func(c countRow) string { return countsPath + "/" + string(c.ID) },
	})
	return g
}

func (g *counts) routes() []route {
	one := countsPath + "/{count}"
	return append(g.list.routes(),
		route{"GET " + countsPath + "/new", staff.MoveStock, g.showBegin},
		route{"POST " + countsPath + "/new", staff.MoveStock, g.doBegin},
		route{"GET " + one, staff.SeeStock, g.show},
		route{"POST " + one, staff.MoveStock, g.enter},
		route{"POST " + one + "/add", staff.MoveStock, g.add},
		route{"POST " + one + "/post", staff.AdjustStock, g.end(stock.Post, "stock.done.count_posted")},
		route{"POST " + one + "/drop", staff.MoveStock, g.end(stock.Drop, "stock.done.count_dropped")},
	)
}

func (g *counts) showBegin(w http.ResponseWriter, r *http.Request) error {
	return g.drawBegin(w, r, nil)
}

func (g *counts) drawBegin(w http.ResponseWriter, r *http.Request, failure error) error {
	p := ui.PrinterOf(r)
	f := stockForm{Title: p.T("stock.count_begin"), Action: countsPath + "/new", Back: ui.Link{URL: countsPath, Label: p.T("stock.counts")}, Go: p.T("stock.count_begin")}
	err := g.read(r, func(v *db.View) error {
		in, err := warehouseChoices(r.Context(), v, p)
		if len(in) != 1 {
			in = append([]ui.Option{{Label: p.T("stock.choose")}}, in...)
		}
		f.Fields = []ui.Field{
			{Name: "warehouse", Label: p.T("stock.warehouse"), Type: "select", Required: true, Options: in},
			{Name: "sku", Label: p.T("stock.only_gtin"), Hint: p.T("stock.only_hint"), InputMode: "numeric", MaxLength: 40},
			{Name: "code", Label: p.T("stock.only_code"), MaxLength: 80},
			noteField(p),
		}
		return err
	})
	if err != nil {
		return err
	}
	f.keep(p, r, failure)
	head := g.head(f.Title, countsPath)
	if failure != nil {
		head.Status = ui.Status(failure)
	}
	return g.begin.Write(w, r, head, f)
}

func (g *counts) doBegin(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	f := stock.FilterOf(func(name string) string { return typed(r, name) })
	f.State, f.EndsBy, f.Producer = "", "", ""
	var id stock.SheetID
	err := g.write(r, func(tx *db.Tx) (err error) {
		id, err = stock.DrawSheet(r.Context(), tx, f, typed(r, "note"))
		return err
	})
	if refused(err) {
		return g.drawBegin(w, r, err)
	}
	if err != nil {
		return err
	}
	redirect(w, r, countsPath+"/"+string(id))
	return nil
}

func sheetOf(r *http.Request) stock.SheetID { return stock.SheetID(r.PathValue("count")) }

func (g *counts) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, nil) }

// draw shows a part of the sheet; after a refusal what was typed stands in its fields.
func (g *counts) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p, id, q := r.Context(), ui.PrinterOf(r), sheetOf(r), r.URL.Query()
	after, _ := number(q.Get("after"))
	show := q.Get("show")
	path := countsPath + "/" + string(id)
	v := sheetView{Path: path, Post: address(path, r.URL.RawQuery)}
	err := g.read(r, func(view *db.View) (err error) {
		if v.Sheet, err = stock.GetSheet(ctx, view, id); err != nil {
			return err
		}
		at, err := warehousesByID(ctx, view)
		if err != nil {
			return err
		}
		v.At = warehouseName(p, at[v.Sheet.Warehouse])
		sums, err := stock.Totals(ctx, view, id)
		if err != nil {
			return err
		}
		v.Sum = sums[id]
		lines, err := stock.SheetLines(ctx, view, id, stock.LineFilter{Code: q.Get("code"), Uncounted: show == "uncounted", Different: show == "different"}, int(after), linesShown+1)
		if err != nil {
			return err
		}
		if len(lines) > linesShown {
			lines = lines[:linesShown]
			v.Next = address(path, "show="+show+"&after="+strconv.Itoa(lines[linesShown-1].Number))
		}
		names, err := skuNames(ctx, view, lines, func(l stock.SheetLine) pavilion.SKUID { return l.SKU })
		if err != nil {
			return err
		}
		for _, l := range lines {
			row := sheetRow{SheetLine: l, Name: names[l.SKU], Field: "found_" + strconv.Itoa(l.Number)}
			if l.Found != nil {
				row.Value = strconv.FormatInt(*l.Found, 10)
			}
			if failure != nil && r.PostForm.Has(row.Field) {
				row.Value = r.PostFormValue(row.Field)
				row.Wrong = field(failure) == row.Field
			}
			v.Lines = append(v.Lines, row)
		}
		return g.inWay(ctx, view, r, failure, &v)
	})
	if err != nil {
		return err
	}
	v.Open = v.Sheet.State == stock.SheetOpen && member(r).May(staff.MoveStock)
	v.Posts = v.Open && member(r).May(staff.AdjustStock)
	for _, s := range []struct {
		show  string
		count int64
	}{{"", v.Sum.Lines}, {"uncounted", v.Sum.Lines - v.Sum.Counted}, {"different", v.Sum.Different}} {
		v.Show = append(v.Show, ui.Chip{URL: address(path, "show="+s.show), Label: p.T("stock.show." + cmp.Or(s.show, "all")), Count: s.count, Active: show == s.show})
	}
	v.Add = ui.Field{Name: "code", Label: p.T("stock.add_lot"), Hint: p.T("stock.add_lot_hint"), Required: true, MaxLength: 80}
	head := g.head(p.T("stock.count_title", "warehouse", v.At), countsPath)
	if failure != nil {
		v.Failed, head.Status = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}, ui.Status(failure)
	}
	return g.sheet.Write(w, r, head, v)
}

// inWay finds the orders that hold what a count did not find.
func (g *counts) inWay(ctx context.Context, view *db.View, r *http.Request, failure error, v *sheetView) error {
	e, ok := asError(failure)
	if !ok || e.Reason != "stock.count_below_reserved" {
		return nil
	}
	line, _ := e.Args["line"].(int)
	found, err := stock.SheetLines(ctx, view, v.Sheet.ID, stock.LineFilter{}, line-1, 1)
	if err != nil || len(found) == 0 {
		return err
	}
	rows, err := lotRows(ctx, view, func() ([]stock.LotBalance, error) { return []stock.LotBalance{found[0].LotBalance}, nil })
	if err != nil {
		return err
	}
	v.InWay, err = promisedRows(ctx, view, rows)
	if member(r).May(staff.AdjustStock) {
		v.Rebook = rows[0].Do("rebook")
	}
	return err
}

// enter writes down what was typed and shows the same part again.
func (g *counts) enter(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	var found []stock.Found
	for name, values := range r.PostForm {
		line, ok := strings.CutPrefix(name, "found_")
		if !ok || values[0] == r.PostFormValue("was_"+line) {
			continue // as it was
		}
		n, ok := number(line)
		if !ok {
			return pavilion.E(pavilion.Invalid, "form.malformed", nil)
		}
		units := int64(-1)
		if text := strings.TrimSpace(values[0]); text != "" {
			if units, ok = number(text); !ok || units < 0 {
				return g.draw(w, r, pavilion.E(pavilion.Invalid, "stock.not_a_number", nil).At(name))
			}
		}
		found = append(found, stock.Found{Line: int(n), Units: units})
	}
	err := g.write(r, func(tx *db.Tx) error { return stock.Enter(r.Context(), tx, sheetOf(r), found...) })
	if refused(err) {
		return g.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("stock.done.entered", "count", len(found)), ui.Link{})
	redirect(w, r, r.URL.RequestURI())
	return nil
}

// add puts a lot on the sheet that turned up.
func (g *counts) add(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, id := r.Context(), sheetOf(r)
	err := g.write(r, func(tx *db.Tx) error {
		lots, err := stock.FindLots(ctx, tx, typed(r, "code"), chooseMost)
		switch {
		case err != nil:
			return err
		case len(lots) != 1:
			return pavilion.E(pavilion.NotFound, "stock.code_unclear", pavilion.Args{"code": typed(r, "code"), "found": len(lots)})
		}
		return stock.AddLine(ctx, tx, id, lots[0].ID)
	})
	if refused(err) {
		return g.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	redirect(w, r, address(countsPath+"/"+string(id), "show=uncounted"))
	return nil
}

// end closes a sheet in one of its ways.
func (g *counts) end(do func(context.Context, *db.Tx, stock.SheetID) error, said string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := g.parse(w, r); err != nil {
			return err
		}
		err := g.write(r, func(tx *db.Tx) error { return do(r.Context(), tx, sheetOf(r)) })
		if refused(err) {
			return g.draw(w, r, err)
		}
		if err != nil {
			return err
		}
		g.said(w, ui.PrinterOf(r).T(said), ui.Link{})
		redirect(w, r, countsPath+"/"+string(sheetOf(r)))
		return nil
	}
}

// sampleSheets are the states of a sheet for the gallery.
func sampleSheets(p *ui.Printer) map[string]sheetView {
	lot := sampleSKUs(p)["full"].Lots[0]
	found := int64(118)
	v := sheetView{
		Sheet: stock.Sheet{ID: "cnt_1", State: stock.SheetOpen, DrawnAt: p.Today().Time()}, At: "SHA", Path: countsPath, Post: countsPath, Open: true, Posts: true,
		Sum: stock.SheetTotals{Lines: 2, Counted: 1, Different: 1, Fewer: 2},
		Lines: []sheetRow{
			{SheetLine: stock.SheetLine{LotBalance: lot.LotBalance, Number: 1, Book: 121, BookThen: 120, Found: &found}, Name: sampleSKUs(p)["full"].Name, Field: "found_1", Value: "118"},
			{SheetLine: stock.SheetLine{LotBalance: lot.LotBalance, Number: 2, Book: 7}, Name: sampleSKUs(p)["full"].Name, Field: "found_2"},
		},
		Show: []ui.Chip{{URL: countsPath, Label: p.T("stock.show.all"), Count: 2, Active: true}},
		Add:  ui.Field{Name: "code", Label: p.T("stock.add_lot"), Required: true},
	}
	refused := v
	refused.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(pavilion.E(pavilion.Conflict, "stock.count_below_reserved", pavilion.Args{"code": "L2022-07", "line": 1, "reserved": 119, "left": 118}))}
	refused.InWay, refused.Rebook = sampleSKUs(p)["full"].Promised, lotsPath
	posted := v
	posted.Sheet.State, posted.Open, posted.Posts = stock.SheetPosted, false, false
	return map[string]sheetView{"open": v, "refused": refused, "posted": posted}
}
