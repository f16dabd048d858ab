package console

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/report"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const (
	ownPath     = "/console/own"
	papersAhead = 60  // days before a paper ends that it is told of
	ownLooked   = 200 // products that are looked through for what they lack
)

// owns is what a producer sees: its own products, lots, sales and papers, and what it must
// do next. Whose they are is read from the session and never from the address.
type owns struct {
	*desk
	page     *ui.Page[ownView]
	product  *ui.Page[ownProductView]
	products *lister[catalog.Listing]
	lots     *lister[ownLot]
	sales    *lister[report.Row]
}

type ownView struct {
	Name   pavilion.Text
	Tasks  []task
	Empty  ui.Empty
	Tiles  []tile
	Charts []ui.DayChart
}

// nobody is a producer that there is not.
const nobody pavilion.ProducerID = "nobody"

// ownOf is the producer whose goods the member sees as its own. For a member of none it is
// one that there is not: no filter may take the empty producer for all of them.
func ownOf(m staff.Member) pavilion.ProducerID {
	if m.Producer == "" {
		return nobody
	}
	return m.Producer
}

func newOwns(d *desk) *owns {
	g := &owns{
		desk:    d,
		page:    ui.NewPage(d.area, "own", map[string]ownView{}).Samples(sampleOwn),
		product: ui.NewPage(d.area, "own-product", map[string]ownProductView{}).Samples(sampleOwnProduct),
	}
	g.products, g.lots, g.sales = newOwnProducts(d), newOwnLots(d), newOwnSales(d)
	return g
}

func (g *owns) routes() []route {
	all := []route{
		{"GET " + ownPath, staff.SeeOwn, g.show},
		{"GET " + ownPath + "/products/{product}", staff.SeeOwn, g.showProduct},
	}
	return slices.Concat(all, g.products.routes(), g.lots.routes(), g.sales.routes())
}

func (g *owns) show(w http.ResponseWriter, r *http.Request) error {
	ctx, p, of := r.Context(), ui.PrinterOf(r), ownOf(member(r))
	var v ownView
	err := g.read(r, func(view *db.View) error {
		producer, err := catalog.GetProducer(ctx, view, of)
		if err != nil {
			return err
		}
		v.Name = producer.LegalName
		for _, find := range []func(context.Context, *db.View, *ui.Printer, pavilion.ProducerID) (task, error){
			ownWorkbooks(catalog.WorkbookChecked, "own.task.checked"), ownWorkbooks(catalog.WorkbookRefused, "own.task.refused"), ownGaps, ownPapers, ownEnding(stock.StateExpired, "own.task.expired"), ownEnding(stock.StateEnding, "own.task.ending"), ownSoldOut,
		} {
			t, err := find(ctx, view, p, of)
			if err != nil {
				return err
			}
			if t.Count > 0 {
				v.Tasks = append(v.Tasks, t)
			}
		}
		products, err := catalog.CountProducts(ctx, view, catalog.ProductFilter{Producer: of}, taskMost)
		if err != nil {
			return err
		}
		switch {
		case products == 0:
			v.Empty = ui.Empty{Title: p.T("own.begin"), Text: p.T("own.begin_text"), Action: ui.Link{URL: ownPath + "/imports", Label: p.T("own.hand_in")}}
		case len(v.Tasks) == 0:
			v.Empty = ui.Empty{Title: p.T("own.nothing"), Text: p.T("own.nothing_text")}
		}
		v.Tiles, v.Charts, err = g.ownSales(ctx, view, p, report.OfProducer(of), products)
		return err
	})
	if err != nil {
		return err
	}
	return g.page.Write(w, r, g.head(p.Text(v.Name), ownPath), v)
}

// ownSales are the sums of the last days, and a chart of them.
func (d *desk) ownSales(ctx context.Context, v *db.View, p *ui.Printer, about report.Subject, products int64) ([]tile, []ui.DayChart, error) {
	last := d.lately(p.Today().AddDays(1-figureDays), p.Today())
	totals, err := report.Totals(ctx, v, about, last)
	if err != nil {
		return nil, nil, err
	}
	days, err := report.Days(ctx, v, about, last)
	tiles := []tile{{Label: p.T("own.products"), Text: p.Number(products), URL: ownPath + "/products"}}
	var charts []ui.DayChart
	for _, t := range totals {
		tiles = append(tiles,
			tile{Label: p.T("own.units"), Text: p.Number(t.Units), Note: p.T("own.last_days", "count", figureDays), URL: ownPath + "/sales"},
			tile{Label: p.T("own.sum"), Text: p.Money(t.Sum), Note: p.T("figures.sum_note"), URL: ownPath + "/sales"},
			tile{Label: p.T("own.refunded"), Text: p.Number(t.RefundedUnits), Note: p.Money(t.Refunded), URL: ownPath + "/sales"})
		charts = append(charts, dayChart(p, days, t.Figures, last))
	}
	if len(totals) == 0 {
		tiles = append(tiles, tile{Label: p.T("own.units"), Text: p.Number(0), Note: p.T("own.last_days", "count", figureDays)})
	}
	return tiles, charts, err
}

// ownWorkbooks finds the workbooks in a state, if the latest is in it: what was refused before
// that one was put right since.
func ownWorkbooks(state catalog.WorkbookState, title string) func(context.Context, *db.View, *ui.Printer, pavilion.ProducerID) (task, error) {
	return func(ctx context.Context, v *db.View, p *ui.Printer, of pavilion.ProducerID) (task, error) {
		latest, err := catalog.Workbooks(ctx, v, catalog.WorkbookFilter{Producer: of}, "", 1)
		if err != nil || len(latest) == 0 || latest[0].State != state {
			return task{}, err
		}
		return workbookTask(ctx, v, p, catalog.WorkbookFilter{Producer: of, State: state}, p.T(title), ownPath+"/imports")
	}
}

// ownGaps are the products that lack facts, of the newest ones.
func ownGaps(ctx context.Context, v *db.View, p *ui.Printer, of pavilion.ProducerID) (task, error) {
	found, err := catalog.ListProducts(ctx, v, catalog.ProductFilter{Producer: of}, own.Name, "", ownLooked)
	t := task{Title: p.T("own.task.gaps"), All: ui.Link{URL: ownPath + "/products", Label: p.T("start.all")}}
	for _, l := range found {
		missing := l.Completeness.Missing()
		if len(missing) == 0 {
			continue
		}
		if t.Count++; t.Count <= taskRows {
			t.Rows = append(t.Rows, taskRow{Name: p.Text(l.Product.Name), Note: p.T("own.lacks", "what", lacks(p, missing)), URL: ownProduct(l.Product.ID)})
		}
	}
	return t, err
}

func ownProduct(id pavilion.ProductID) string { return ownPath + "/products/" + string(id) }

// lacks names facts, each once, with the languages in which they are missing unless that is
// all of them.
func lacks(p *ui.Printer, missing []catalog.Field) string {
	var names []string
	langs := map[string][]string{}
	for _, f := range missing {
		field, lang := f.Lang()
		name := p.T("own.field." + string(field))
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if lang != "" {
			langs[name] = append(langs[name], p.T("goods.lang."+string(lang)))
		}
	}
	for i, name := range names {
		if n := len(langs[name]); 0 < n && n < len(pavilion.Langs) {
			names[i] += " (" + strings.Join(langs[name], ", ") + ")"
		}
	}
	return strings.Join(names, "; ")
}

// ownPapers are the papers that end soon or have ended.
func ownPapers(ctx context.Context, v *db.View, p *ui.Printer, of pavilion.ProducerID) (task, error) {
	found, err := catalog.PapersOf(ctx, v, of, p.Today().AddDays(papersAhead), ownLooked)
	t := task{Title: p.T("own.task.papers"), Count: int64(len(found))}
	for _, paper := range found[:min(len(found), taskRows)] {
		t.Rows = append(t.Rows, paperRow(p, paper))
	}
	return t, err
}

// paperRow says what ends and when.
func paperRow(p *ui.Printer, paper catalog.Paper) taskRow {
	row := taskRow{Name: paper.Name, Note: p.T("own.paper", "of", p.Text(paper.Of), "until", paper.ValidUntil), Badge: ui.Badge{Tone: ui.Careful, Text: p.T("start.days_left", "count", p.Today().DaysUntil(paper.ValidUntil))}}
	if paper.ValidUntil < p.Today() {
		row.Badge = ui.Badge{Tone: ui.Bad, Text: p.T("start.expired")}
	}
	return row
}

// ownEnding finds lots in a state.
func ownEnding(state stock.State, title string) func(context.Context, *db.View, *ui.Printer, pavilion.ProducerID) (task, error) {
	return func(ctx context.Context, v *db.View, p *ui.Printer, of pavilion.ProducerID) (task, error) {
		t, err := lotTask(ctx, v, p, stock.Filter{State: state, Producer: of}, p.T(title), func(_ stock.LotBalance, n catalog.SKUName) string { return ownProduct(n.Product) })
		t.All.URL = ownPath + "/stock?state=" + string(state)
		return t, err
	}
}

// ownSoldOut are the SKUs of which nothing is in stock.
func ownSoldOut(ctx context.Context, v *db.View, p *ui.Printer, of pavilion.ProducerID) (task, error) {
	gone := stock.SKUFilter{Producer: of, State: stock.StateEmpty}
	found, err := stock.ListSKUs(ctx, v, gone, "", taskRows)
	if err != nil {
		return task{}, err
	}
	names, err := catalog.SKUNames(ctx, v, found)
	if err != nil {
		return task{}, err
	}
	t := task{Title: p.T("own.task.sold_out"), All: ui.Link{URL: ownPath + "/stock", Label: p.T("start.all")}}
	for _, sku := range found {
		t.Rows = append(t.Rows, taskRow{Name: p.Text(names[sku].Name), Note: string(names[sku].GTIN), URL: ownProduct(names[sku].Product)})
	}
	return t, t.counts(stock.CountSKUs(ctx, v, gone, taskMost+1))
}

// sampleOwn are the states of the page for the gallery.
func sampleOwn(p *ui.Printer) map[string]ownView {
	name := pavilion.Text{pavilion.Russian: "ОАО «Пример»", pavilion.English: "Example"}
	full := sampleFigures(p)["full"]
	return map[string]ownView{
		"new":  {Name: name, Empty: ui.Empty{Title: p.T("own.begin"), Text: p.T("own.begin_text"), Action: ui.Link{URL: ownPath + "/imports", Label: p.T("own.hand_in")}}},
		"full": {Name: name, Tasks: sampleStart(p)["full"].Tasks, Tiles: full.Tiles, Charts: full.Charts},
	}
}
