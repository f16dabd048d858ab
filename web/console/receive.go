package console

import (
	"context"
	"net/http"
	"net/url"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const (
	receivePath = stockPath + "/receive"
	chooseMost  = 20 // products to choose from
)

// receiving is the pages on which goods are taken in, by somebody with a scanner in one hand
// and a phone in the other: what is scanned, then the lot, then the next.
type receiving struct {
	*desk
	page *ui.Page[stockForm]
}

func newReceiving(d *desk) *receiving {
	return &receiving{d, ui.NewPage(d.area, "stock-receive", map[string]stockForm{}).Samples(sampleReceiving)}
}

func (g *receiving) routes() []route {
	return []route{
		{"GET " + receivePath, staff.MoveStock, g.show},
		{"POST " + receivePath, staff.MoveStock, g.take},
	}
}

// goods is the SKU that is taken in.
type goods struct {
	catalog.SKU
	name catalog.SKUName
}

func (g *receiving) show(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Get("sku") != "" {
		return g.draw(w, r, nil)
	}
	ctx, p, find := r.Context(), ui.PrinterOf(r), r.URL.Query().Get("find")
	f := stockForm{Title: p.T("stock.receive"), Action: receivePath, Back: ui.Link{URL: stockPath, Label: p.T("stock.title")}, Go: p.T("stock.find")}
	f.Fields = []ui.Field{{Name: "find", Label: p.T("stock.scan"), Hint: p.T("stock.scan_hint"), Type: "search", Value: find, Required: true, Autofocus: true, Autocomplete: "off", MaxLength: 80}}
	for _, kept := range []string{"warehouse", "cause"} {
		if value := r.URL.Query().Get(kept); value != "" {
			f.Hidden = append(f.Hidden, keptValue{kept, value})
		}
	}
	if find != "" {
		var products []catalog.Listing
		if err := g.read(r, func(v *db.View) (err error) {
			products, err = catalog.ListProducts(ctx, v, catalog.ProductFilter{Words: find}, own.Name, "", chooseMost)
			return err
		}); err != nil {
			return err
		}
		gtin, _ := catalog.ParseGTIN(find)
		for _, one := range products {
			for _, s := range one.SKUs {
				if s.GTIN == gtin {
					redirect(w, r, g.address(r, s.ID))
					return nil
				}
				f.Choice = append(f.Choice, ui.Link{URL: g.address(r, s.ID), Label: p.Text(one.Product.Name) + ", " + p.Measure(s.Net) + ", " + string(s.GTIN)})
			}
		}
		if len(f.Choice) == 0 {
			f.Fields[0].Error = p.T("stock.not_found")
		}
	}
	return g.page.Write(w, r, g.head(f.Title, receivePath), f)
}

// address is the form for a SKU, with what stays the same from lot to lot.
func (g *receiving) address(r *http.Request, sku pavilion.SKUID) string {
	q := url.Values{"sku": {string(sku)}}
	for _, kept := range []string{"warehouse", "cause"} {
		if value := r.FormValue(kept); value != "" {
			q.Set(kept, value)
		}
	}
	return address(receivePath, q.Encode())
}

// goods returns the SKU of the address or form.
func (g *receiving) goods(ctx context.Context, v *db.View, sku pavilion.SKUID) (one goods, err error) {
	names, err := catalog.SKUNames(ctx, v, []pavilion.SKUID{sku})
	if err != nil {
		return one, err
	}
	name, known := names[sku]
	if !known {
		return one, pavilion.E(pavilion.NotFound, "sku.unknown", nil)
	}
	found, err := catalog.FindGTINs(ctx, v, name.GTIN)
	return goods{found[name.GTIN], name}, err
}

func (g *receiving) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	f := stockForm{Title: p.T("stock.receive"), Action: receivePath, Back: ui.Link{URL: receivePath, Label: p.T("stock.scan_other")}, Go: p.T("stock.check")}
	err := g.read(r, func(v *db.View) error {
		one, err := g.goods(ctx, v, pavilion.SKUID(r.FormValue("sku")))
		if err != nil {
			return err
		}
		f.About = one.about(p)
		f.Fields, err = g.fields(ctx, v, p, one)
		return err
	})
	if err != nil {
		return err
	}
	for i := range f.Fields {
		if one := &f.Fields[i]; one.Value == "" {
			one.Value = r.URL.Query().Get(one.Name)
			one.Options = chosen(one.Options, one.Value)
		}
	}
	f.keep(p, r, failure)
	f.Hidden = []keptValue{{"sku", r.FormValue("sku")}}
	head := g.head(f.Title, receivePath)
	if failure != nil {
		head.Status = ui.Status(failure)
	}
	return g.page.Write(w, r, head, f)
}

func (s goods) about(p *ui.Printer) []ui.Fact {
	facts := []ui.Fact{
		{Label: p.T("stock.product"), Text: p.Text(s.name.Name) + ", " + p.Measure(s.Net), URL: stockPath + "/" + string(s.ID)},
		{Label: p.T("stock.gtin"), Text: string(s.GTIN)},
	}
	if s.ShelfLifeDays > 0 {
		facts = append(facts, ui.Fact{Label: p.T("stock.shelf_life"), Text: p.T("stock.days", "count", s.ShelfLifeDays)})
	}
	return facts
}

func (g *receiving) fields(ctx context.Context, v *db.View, p *ui.Printer, s goods) ([]ui.Field, error) {
	in, err := warehouseChoices(ctx, v, p)
	if len(in) != 1 {
		in = append([]ui.Option{{Label: p.T("stock.choose")}}, in...)
	}
	end := ui.Field{Name: "best_before", Label: p.T("stock.best_before"), Type: "date", Hint: p.T("stock.best_before_none")}
	if s.ShelfLifeDays > 0 {
		end.Hint = p.T("stock.best_before_made", "count", s.ShelfLifeDays)
	}
	fields := []ui.Field{
		{Name: "lot_code", Label: p.T("stock.lot_code"), Hint: p.T("stock.lot_code_hint"), Required: true, Autofocus: true, Autocomplete: "off", MaxLength: 80},
		{Name: "produced_on", Label: p.T("stock.produced_on"), Type: "date"},
		end,
		{Name: "quantity", Label: p.T("stock.quantity"), Type: "number", InputMode: "numeric", Required: true},
	}
	if s.CasePack > 1 {
		fields = append(fields, ui.Field{Name: "in", Label: p.T("stock.counted_in"), Type: "choice", Options: []ui.Option{
			{Value: "units", Label: p.T("stock.in_units"), Selected: true},
			{Value: "cases", Label: p.T("stock.in_cases"), Hint: p.T("stock.case_of", "count", s.CasePack)},
		}})
	}
	return append(fields,
		ui.Field{Name: "warehouse", Label: p.T("stock.warehouse"), Type: "select", Required: true, Options: in},
		causeField(p), noteField(p)), err
}

// receipt is what was typed; a missing best-before date is worked out from the shelf life.
func receipt(r *http.Request, s goods) (stock.Receipt, error) {
	in := stock.Receipt{
		SKU: s.ID, LotCode: typed(r, "lot_code"), ProducedOn: pavilion.Date(typed(r, "produced_on")), BestBefore: pavilion.Date(typed(r, "best_before")),
		Warehouse: pavilion.WarehouseID(typed(r, "warehouse")), Cause: typed(r, "cause"), Note: typed(r, "note"),
	}
	if in.BestBefore == "" && in.ProducedOn != "" && s.ShelfLifeDays > 0 {
		if _, err := pavilion.ParseDate(string(in.ProducedOn)); err == nil {
			in.BestBefore = in.ProducedOn.AddDays(int(s.ShelfLifeDays))
		}
	}
	units, err := typedUnits(r, "quantity")
	in.Quantity = units
	if typed(r, "in") == "cases" && units <= stock.MaxQuantity {
		in.Quantity *= s.CasePack
	}
	return in, err
}

// take shows what will be, and when told to go on takes the goods in and asks for the next.
func (g *receiving) take(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, p := r.Context(), ui.PrinterOf(r)
	var one goods
	if err := g.read(r, func(v *db.View) (err error) {
		one, err = g.goods(ctx, v, pavilion.SKUID(r.PostFormValue("sku")))
		return err
	}); err != nil {
		return err
	}
	in, err := receipt(r, one)
	if err != nil {
		return g.draw(w, r, err)
	}
	if in.BestBefore == "" && one.ShelfLifeDays > 0 {
		return g.draw(w, r, pavilion.E(pavilion.Invalid, "stock.best_before_missing", nil).At("best_before"))
	}
	var lot pavilion.LotID
	receive := func(tx *db.Tx) (err error) {
		lot, err = stock.Receive(ctx, tx, in)
		return err
	}
	if !agreed(r) {
		if err := g.try(r, receive); refused(err) {
			return g.draw(w, r, err)
		} else if err != nil {
			return err
		}
		return g.confirm(w, r, one, in)
	}
	next := address(receivePath, url.Values{"warehouse": {string(in.Warehouse)}, "cause": {in.Cause}}.Encode())
	switch again, err := g.once(w, r, receive); {
	case refused(err):
		return g.draw(w, r, err)
	case err != nil:
		return err
	case again:
		redirect(w, r, next)
		return nil
	}
	undo, err := g.lastMove(r, stock.MovementFilter{Lot: lot, Warehouse: in.Warehouse, Actor: g.actor(r).String()})
	if err != nil {
		return err
	}
	g.said(w, p.T("stock.done.receive", "count", in.Quantity, "code", in.LotCode), ui.Link{URL: undo, Label: p.T("stock.undo")})
	redirect(w, r, next)
	return nil
}

func (g *receiving) confirm(w http.ResponseWriter, r *http.Request, one goods, in stock.Receipt) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	f := stockForm{Title: p.T("stock.receive"), Action: receivePath, Back: ui.Link{URL: g.address(r, one.ID), Label: p.T("stock.back")}, Go: p.T("stock.receive_go"), About: one.about(p)}
	f.Will = []ui.Fact{{Label: p.T("stock.lot"), Text: in.LotCode}, {Label: p.T("stock.units"), Text: p.Number(in.Quantity)}}
	if in.Quantity != one.CasePack && typed(r, "in") == "cases" {
		f.Will[1].Text = p.T("stock.cases_make", "cases", typed(r, "quantity"), "pack", one.CasePack, "count", in.Quantity)
	}
	err := g.read(r, func(v *db.View) error {
		at, err := warehousesByID(ctx, v)
		if err != nil {
			return err
		}
		f.Will = append(f.Will, ui.Fact{Label: p.T("stock.warehouse"), Text: warehouseName(p, at[in.Warehouse])},
			ui.Fact{Label: p.T("stock.produced_on"), Text: dateOrNone(p, in.ProducedOn)})
		end := dateOrNone(p, in.BestBefore)
		if in.BestBefore != "" {
			left := p.Today().DaysUntil(in.BestBefore)
			end += ", " + daysLeft(p, stock.LotBalance{BestBefore: in.BestBefore, DaysLeft: left}).Text
			sums, err := stock.Summaries(ctx, v, own.Name, []pavilion.SKUID{one.ID})
			if err != nil {
				return err
			}
			switch least := sums[one.ID].MinDays; {
			case left < 0:
				f.Warning = ui.Notice{Tone: ui.Careful, Text: p.T("stock.received_late")}
			case left < least:
				f.Warning = ui.Notice{Tone: ui.Careful, Text: p.T("stock.will_not_sell", "count", least)}
			}
		}
		if in.ProducedOn > p.Today() {
			f.Warning = ui.Notice{Tone: ui.Careful, Text: p.T("stock.produced_later")}
		}
		f.Will = append(f.Will, ui.Fact{Label: p.T("stock.best_before"), Text: end}, ui.Fact{Label: p.T("stock.cause"), Text: in.Cause})
		f.Fields, err = g.fields(ctx, v, p, one)
		return err
	})
	if err != nil {
		return err
	}
	f.hide(r)
	f.Hidden = append(f.Hidden, keptValue{"sku", string(one.ID)})
	return g.page.Write(w, r, g.head(f.Title, receivePath), f)
}

// sampleReceiving are the states of the page for the gallery.
func sampleReceiving(p *ui.Printer) map[string]stockForm {
	scan := stockForm{Title: p.T("stock.receive"), Action: receivePath, Back: ui.Link{URL: stockPath, Label: p.T("stock.title")}, Go: p.T("stock.find")}
	scan.Fields = []ui.Field{{Name: "find", Label: p.T("stock.scan"), Hint: p.T("stock.scan_hint"), Type: "search", Required: true}}
	many := scan
	many.Choice = []ui.Link{{URL: receivePath, Label: p.Text(sampleSKUs(p)["full"].Name.Name)}}
	return map[string]stockForm{"scan": scan, "several found": many}
}
