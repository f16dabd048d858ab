package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	"pavilion/report"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const (
	taskRows  = 5              // things named under a task
	taskMost  = 1000           // things are counted up to here: "more than 1,000"
	shipAhead = 24 * time.Hour // orders to be shipped sooner are marked
	lowOf     = 100            // of the goods that sold best on a day, those that run low are looked for
)

// start is the page with what needs a person today.
type start struct {
	*desk
	page *ui.Page[startView]
}

type startView struct {
	Tiles []tile
	Tasks []task
	Empty ui.Empty
}

// task is something that waits for a person: how much of it, the first few, and the way to
// all of it.
type task struct {
	Title string
	Count int64
	More  bool // there are more than Count
	Note  ui.Badge
	Rows  []taskRow
	All   ui.Link
}

// Longer tells whether there is more to see than the rows.
func (t task) Longer() bool { return t.All.URL != "" && t.Count > int64(len(t.Rows)) }

type taskRow struct {
	Name  string
	Note  string
	Badge ui.Badge
	URL   string
}

// work is how the start page finds a task, for members with the right. A task of nothing is
// left out.
type work struct {
	right staff.Right
	find  func(ctx context.Context, v *db.View, p *ui.Printer, who staff.Member) (task, error)
}

// works are all tasks, the most pressing first. Each looks at a few rows of an index.
var works = []work{
	{staff.SeeOrders, ordersToShip},
	{staff.SeeOrders, ordersParked},
	{staff.SeeJobs, jobsParked},
	{staff.ImportProducts, workbooksIn(catalog.WorkbookHandedIn, "start.task.handed_in")},
	{staff.ImportProducts, workbooksIn(catalog.WorkbookChecked, "start.task.checked")},
	{staff.SeeStock, goodsLow},
	{staff.SeeStock, lotsIn(stock.StateExpired, "start.task.expired")},
	{staff.SeeStock, lotsIn(stock.StateHeld, "start.task.held")},
	{staff.SeeStock, lotsIn(stock.StateEnding, "start.task.ending")},
	{staff.SeeCosts, ratesHeld},
	{staff.SeeProducers, papersEnding},
}

func newStart(d *desk) *start {
	return &start{d, ui.NewPage(d.area, "start", map[string]startView{}).Samples(sampleStart)}
}

func (g *start) routes() []route {
	return []route{{"GET /console/{$}", staff.Membership, g.show}}
}

func (g *start) show(w http.ResponseWriter, r *http.Request) error {
	ctx, p, who := r.Context(), ui.PrinterOf(r), member(r)
	if who.May(staff.SeeOwn) {
		redirect(w, r, ownPath)
		return nil
	}
	var v startView
	err := g.read(r, func(view *db.View) (err error) {
		if who.May(staff.SeeFigures) {
			if v.Tiles, err = g.todayTiles(ctx, view, p); err != nil {
				return err
			}
		}
		for _, one := range works {
			if !who.May(one.right) {
				continue
			}
			t, err := one.find(ctx, view, p, who)
			if err != nil {
				return err
			}
			if t.Count > 0 {
				v.Tasks = append(v.Tasks, t)
			}
		}
		if len(v.Tasks) > 0 {
			return nil
		}
		v.Empty, err = nothingToDo(ctx, view, p, who)
		return err
	})
	if err != nil {
		return err
	}
	return g.page.Write(w, r, g.head(p.T("console.start.title"), ""), v)
}

// nothingToDo says that nothing waits, or, while the pavilion has no producer, where it begins.
func nothingToDo(ctx context.Context, v *db.View, p *ui.Printer, who staff.Member) (ui.Empty, error) {
	nothing := ui.Empty{Title: p.T("start.nothing"), Text: p.T("start.nothing_text")}
	if !who.May(staff.EditProducers) {
		return nothing, nil
	}
	producers, err := catalog.Producers(ctx, v)
	if err != nil || len(producers) > 0 {
		return nothing, err
	}
	return ui.Empty{Title: p.T("start.begin"), Text: p.T("start.begin_text"), Action: ui.Link{URL: producersPath + "/new", Label: p.T("goods.producer.add")}}, nil
}

// todayTiles are today's figures with yesterday's beside them.
func (d *desk) todayTiles(ctx context.Context, v *db.View, p *ui.Printer) ([]tile, error) {
	today := p.Today()
	now, err := report.Totals(ctx, v, report.Everything, d.lately(today, today))
	if err != nil {
		return nil, err
	}
	before, err := report.Totals(ctx, v, report.Everything, d.lately(today.AddDays(-1), today.AddDays(-1)))
	if err != nil {
		return nil, err
	}
	return besides(p, today, now, before), nil
}

// besides puts the sums of two days side by side, for each currency that one of them has.
func besides(p *ui.Printer, today pavilion.Date, now, before []report.Row) []tile {
	ofNow, ofBefore := byCurrency(now), byCurrency(before)
	made := address(figuresPath, url.Values{"from": {string(today)}, "until": {string(today)}}.Encode())
	var orders, ordersBefore int64
	var tiles []tile
	for _, c := range currenciesOf(now, before) {
		orders, ordersBefore = orders+ofNow[c].Orders, ordersBefore+ofBefore[c].Orders
		tiles = append(tiles, tile{
			Label: p.T("start.sum_today"), Text: p.Money(money.New(ofNow[c].Sum.Minor(), c)),
			Note: p.T("start.yesterday", "value", p.Money(money.New(ofBefore[c].Sum.Minor(), c))), URL: made,
		})
	}
	return append([]tile{{
		Label: p.T("start.orders_today"), Text: p.Number(orders), Note: p.T("start.yesterday", "value", p.Number(ordersBefore)), URL: made,
	}}, tiles...)
}

func byCurrency(rows []report.Row) map[money.Currency]report.Figures {
	of := map[money.Currency]report.Figures{}
	for _, r := range rows {
		of[r.Sum.Currency()] = r.Figures
	}
	return of
}

func currenciesOf(rows ...[]report.Row) (all []money.Currency) {
	for _, r := range slices.Concat(rows...) {
		if c := r.Sum.Currency(); !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// ordersToShip are the paid orders, those to be shipped soonest first; one whose time is near
// or over says so.
func ordersToShip(ctx context.Context, v *db.View, p *ui.Printer, who staff.Member) (task, error) {
	paid := order.Filter{ToPack: true}
	found, err := order.List(ctx, v, paid, "", taskRows)
	if err != nil {
		return task{}, err
	}
	t := task{Title: p.T("start.task.ship"), All: ui.Link{URL: "/console/orders?state=paid", Label: p.T("start.all")}}
	if who.May(staff.PackOrders) {
		t.All.URL = "/console/packing"
	}
	for _, o := range found {
		row := orderRow(p, o, p.T("start.ship_by", "at", o.ShipBy))
		switch {
		case o.ShipBy.Before(v.Now()):
			row.Badge = ui.Badge{Tone: ui.Bad, Text: p.T("start.late")}
		case o.ShipBy.Before(v.Now().Add(shipAhead)):
			row.Badge = ui.Badge{Tone: ui.Careful, Text: p.T("start.soon")}
		}
		t.Rows = append(t.Rows, row)
	}
	if err := t.counts(order.Count(ctx, v, paid, taskMost+1)); err != nil {
		return t, err
	}
	late, err := order.Count(ctx, v, order.Filter{ToPack: true, ShipUntil: v.Now()}, taskMost)
	if late > 0 {
		t.Note = ui.Badge{Tone: ui.Bad, Text: p.T("start.late_count", "count", late)}
	}
	return t, err
}

// counts takes what a function counted that stops above taskMost.
func (t *task) counts(n int64, err error) error {
	t.Count, t.More = min(n, taskMost), n > taskMost
	return err
}

func orderRow(p *ui.Printer, o order.Order, note string) taskRow {
	row := taskRow{Name: o.Number, Note: note, URL: "/console/orders/" + string(o.ID)}
	if o.Simulated {
		row.Badge = ui.Badge{Text: p.T("console.order.simulated")}
	}
	return row
}

// ordersParked are the orders that wait for a person.
func ordersParked(ctx context.Context, v *db.View, p *ui.Printer, _ staff.Member) (task, error) {
	parked := order.Filter{State: order.StateParked}
	found, err := order.List(ctx, v, parked, "", taskRows)
	if err != nil {
		return task{}, err
	}
	t := task{Title: p.T("start.task.parked"), All: ui.Link{URL: "/console/orders?state=parked", Label: p.T("start.all")}}
	for _, o := range found {
		t.Rows = append(t.Rows, orderRow(p, o, p.Moment(o.UpdatedAt)+" · "+p.Money(o.Total)))
	}
	return t, t.counts(order.Count(ctx, v, parked, taskMost+1))
}

// jobsParked are the jobs about which a person decides.
func jobsParked(ctx context.Context, v *db.View, p *ui.Printer, _ staff.Member) (task, error) {
	parked := job.Filter{State: job.Parked}
	found, err := job.Latest(ctx, v, parked, "", taskRows)
	if err != nil {
		return task{}, err
	}
	t := task{Title: p.T("start.task.jobs"), All: ui.Link{URL: "/console/jobs?state=parked", Label: p.T("start.all")}}
	for _, j := range found {
		t.Rows = append(t.Rows, taskRow{
			Name: j.Kind, Note: p.Finding(pavilion.Finding{Reason: j.Reason, Args: j.Args}), URL: "/console/jobs/" + string(j.ID),
		})
	}
	return t, t.counts(job.Count(ctx, v, parked, taskMost+1))
}

// workbooksIn finds the workbooks in a state.
func workbooksIn(state catalog.WorkbookState, title string) func(context.Context, *db.View, *ui.Printer, staff.Member) (task, error) {
	return func(ctx context.Context, v *db.View, p *ui.Printer, _ staff.Member) (task, error) {
		return workbookTask(ctx, v, p, catalog.WorkbookFilter{State: state}, p.T(title), "/console/imports")
	}
}

// workbookTask is the task of the workbooks that the filter finds, whose pages lie below a
// path.
func workbookTask(ctx context.Context, v *db.View, p *ui.Printer, f catalog.WorkbookFilter, title, path string) (task, error) {
	found, err := catalog.Workbooks(ctx, v, f, "", taskRows)
	if err != nil {
		return task{}, err
	}
	t := task{Title: title, All: ui.Link{URL: path + "?state=" + string(f.State), Label: p.T("start.all")}}
	for _, w := range found {
		row := taskRow{Name: w.Name, Note: p.T("start.workbook", "of", w.ProducerName, "at", w.HandedAt, "count", w.Report.Checked.Rows), URL: path + "/" + string(w.ID)}
		if bad := w.Report.Checked.Bad; bad > 0 {
			row.Badge = ui.Badge{Tone: ui.Careful, Text: p.T("start.bad_rows", "count", bad)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, t.counts(catalog.CountWorkbooks(ctx, v, f, taskMost+1))
}

// lotsIn finds the lots in a state, those that end first first.
func lotsIn(state stock.State, title string) func(context.Context, *db.View, *ui.Printer, staff.Member) (task, error) {
	return func(ctx context.Context, v *db.View, p *ui.Printer, _ staff.Member) (task, error) {
		t, err := lotTask(ctx, v, p, stock.Filter{State: state}, p.T(title), func(b stock.LotBalance, _ catalog.SKUName) string { return "/console/lots/" + string(b.Lot) })
		t.All.URL = "/console/lots?state=" + string(state)
		return t, err
	}
}

// lotTask is the task of the lots that the filter finds, each with its page.
func lotTask(ctx context.Context, v *db.View, p *ui.Printer, f stock.Filter, title string, url func(stock.LotBalance, catalog.SKUName) string) (task, error) {
	found, err := stock.List(ctx, v, f, "", taskRows)
	if err != nil {
		return task{}, err
	}
	names, err := skuNames(ctx, v, found, func(b stock.LotBalance) pavilion.SKUID { return b.SKU })
	if err != nil {
		return task{}, err
	}
	t := task{Title: title, All: ui.Link{Label: p.T("start.all")}}
	for _, b := range found {
		name := names[b.SKU]
		t.Rows = append(t.Rows, taskRow{Name: p.Text(name.Name), Note: p.T("start.lot", "code", b.Code, "count", b.OnHand), Badge: daysLeft(p, b), URL: url(b, name)})
	}
	return t, t.counts(stock.Count(ctx, v, f, taskMost+1))
}

// daysLeft says how long a lot may still be sold.
func daysLeft(p *ui.Printer, b stock.LotBalance) ui.Badge {
	switch {
	case b.BestBefore == "":
		return ui.Badge{}
	case b.Expired():
		return ui.Badge{Tone: ui.Bad, Text: p.T("start.expired")}
	case b.DaysLeft < stock.EndingDays:
		return ui.Badge{Tone: ui.Careful, Text: p.T("start.days_left", "count", b.DaysLeft)}
	}
	return ui.Badge{Text: p.T("start.days_left", "count", b.DaysLeft)}
}

// papersEnding are the papers that end soon or have ended.
func papersEnding(ctx context.Context, v *db.View, p *ui.Printer, _ staff.Member) (task, error) {
	found, err := catalog.PapersEnding(ctx, v, p.Today().AddDays(papersAhead), taskMost+1)
	t := task{Title: p.T("start.task.papers"), All: ui.Link{URL: "/console/producers", Label: p.T("start.all")}}
	for _, paper := range found[:min(len(found), taskRows)] {
		row := paperRow(p, paper)
		row.URL = "/console/producers/" + string(paper.Producer)
		t.Rows = append(t.Rows, row)
	}
	return t, t.counts(int64(len(found)), err)
}

// goodsLow are the goods that sold since yesterday of which less is left than was sold. Of
// each day, the lowOf that sold for most are looked at.
func goodsLow(ctx context.Context, v *db.View, p *ui.Printer, _ staff.Member) (task, error) {
	var sold []report.Row
	at := map[string]int{} // where a SKU is in sold
	for _, day := range []pavilion.Date{p.Today(), p.Today().AddDays(-1)} {
		best, err := report.Best(ctx, v, day, false, lowOf)
		if err != nil {
			return task{}, err
		}
		for _, r := range best {
			if i, known := at[r.Key]; known {
				sold[i].Units += r.Units
				continue
			}
			at[r.Key] = len(sold)
			sold = append(sold, r)
		}
	}
	skus := make([]pavilion.SKUID, len(sold))
	for i, r := range sold {
		skus[i] = pavilion.SKUID(r.Key)
	}
	left, err := stock.Available(ctx, v, own.Name, skus)
	if err != nil {
		return task{}, err
	}
	t := task{Title: p.T("start.task.low"), All: ui.Link{URL: "/console/stock", Label: p.T("start.all")}}
	var low []report.Row
	for _, r := range sold {
		if left[pavilion.SKUID(r.Key)].Quantity < r.Units {
			low = append(low, r)
		}
	}
	t.Count = int64(len(low))
	low = low[:min(len(low), taskRows)]
	names, err := skuNames(ctx, v, low, func(r report.Row) pavilion.SKUID { return pavilion.SKUID(r.Key) })
	for _, r := range low {
		sku := pavilion.SKUID(r.Key)
		row := taskRow{Name: p.Text(names[sku].Name), Note: p.T("start.sold_left", "sold", r.Units, "count", left[sku].Quantity), URL: "/console/stock/" + r.Key}
		if left[sku].Quantity == 0 {
			row.Badge = ui.Badge{Tone: ui.Bad, Text: p.T("start.sold_out")}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, err
}

// skuNames are the names of the products of SKUs.
func skuNames[T any](ctx context.Context, v *db.View, rows []T, of func(T) pavilion.SKUID) (map[pavilion.SKUID]catalog.SKUName, error) {
	var skus []pavilion.SKUID
	for _, row := range rows {
		if sku := of(row); !slices.Contains(skus, sku) {
			skus = append(skus, sku)
		}
	}
	return catalog.SKUNames(ctx, v, skus)
}

// sampleStart are the states of the page for the gallery.
func sampleStart(p *ui.Printer) map[string]startView {
	sold := []report.Row{{Figures: report.Figures{Orders: 12, Sum: money.New(123450, money.CNY)}}}
	tiles := besides(p, "2026-11-23", sold, nil)
	return map[string]startView{
		"begin": {Tiles: tiles, Empty: ui.Empty{Title: p.T("start.begin"), Text: p.T("start.begin_text"), Action: ui.Link{URL: producersPath + "/new", Label: p.T("goods.producer.add")}}},
		"empty": {Tiles: tiles, Empty: ui.Empty{Title: p.T("start.nothing"), Text: p.T("start.nothing_text")}},
		"full": {Tiles: tiles, Tasks: []task{
			{
				Title: p.T("start.task.ship"), Count: 7, Note: ui.Badge{Tone: ui.Bad, Text: p.T("start.late_count", "count", 1)},
				Rows: []taskRow{{Name: "482913057726", Note: p.T("start.ship_by", "at", time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)), Badge: ui.Badge{Tone: ui.Bad, Text: p.T("start.late")}, URL: "/console/orders/482913057726"}},
				All:  ui.Link{URL: "/console/packing", Label: p.T("start.all")},
			},
			{Title: p.T("start.task.jobs"), Count: taskMost, More: true, All: ui.Link{URL: "/console/jobs?state=parked", Label: p.T("start.all")}},
		}},
	}
}
