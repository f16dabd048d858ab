package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/report"
	"pavilion/staff"
	"pavilion/web/ui"
)

const (
	figuresPath  = "/console/figures"
	figureDays   = 30  // the period shown unless another is asked for, today included
	figuresMost  = 366 // days of a chart
	figuresShown = 20  // rows of a breakdown on the page; its list has them all
)

// figures is what was sold: counts and sums, nothing about one person.
type figures struct {
	*desk
	ranges     rangesKept
	page       *ui.Page[figuresView]
	days       *lister[report.Row]
	categories *lister[named]
	producers  *lister[named]
}

type figuresView struct {
	Filters    []ui.Field
	Tiles      []tile
	Charts     []ui.DayChart
	Rehearsal  ui.Notice
	Breakdowns []breakdown
	Empty      ui.Empty
}

// tile is one number with what it says.
type tile struct {
	Label string
	Text  string
	Note  string // a second, quieter line
	URL   string // what it is made of
}

// breakdown is figures by the names of a kind.
type breakdown struct {
	Title string
	Rows  []figureLine
	Notes []string
	More  ui.Link
}

type figureLine struct {
	Name string
	URL  string
	report.Figures
	Share string // of the sum that was given back
}

// named is a row of a breakdown with the name that people read.
type named struct {
	report.Row
	Name pavilion.Text
}

func newFigures(d *desk) *figures {
	g := &figures{desk: d, page: ui.NewPage(d.area, "figures", map[string]figuresView{}).Samples(sampleFigures)}
	g.days = newList(d, list[report.Row]{
		path: figuresPath + "/days", title: "figures.days", right: staff.SeeFigures, filters: figureFilters(),
		columns: figureColumns(dayColumn, func(r report.Row) report.Figures { return r.Figures }),
		rows: func(ctx context.Context, v *db.View, q query) ([]report.Row, error) {
			all, err := dayRows(ctx, v, q)
			return page(all, q, dayKey), err
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			all, err := dayRows(ctx, v, q)
			return min(int64(len(all)), most), err
		},
		id: dayKey, key: dayKey,
	})
	breakdown := func(path, title, label string, kind report.Kind) *lister[named] {
		return newList(d, list[named]{
			path: figuresPath + path, title: title, right: staff.SeeFigures, filters: figureFilters(),
			columns: figureColumns(column[named]{key: "name", label: label, value: named.called}, func(n named) report.Figures { return n.Figures }),
			rows: func(ctx context.Context, v *db.View, q query) ([]named, error) {
				all, err := subjectRows(ctx, v, kind, q)
				return page(all, q, namedKey), err
			},
			count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
				all, err := subjectRows(ctx, v, kind, q)
				return min(int64(len(all)), most), err
			},
			id: namedKey, key: namedKey,
		})
	}
	g.categories = breakdown("/categories", "figures.categories", "figures.category", report.Categories)
	g.producers = breakdown("/producers", "figures.producers", "figures.producer", report.Producers)
	return g
}

// figureFilters narrow figures.
func figureFilters() []filter {
	return []filter{
		{key: "from", label: "figures.from", kind: filterDate},
		{key: "until", label: "figures.until", kind: filterDate},
		{key: "channel", label: "figures.channel", kind: filterChoice, choices: soldThrough},
		{key: "rehearsal", label: "figures.rehearsal", kind: filterFlag},
	}
}

var dayColumn = column[report.Row]{key: "day", label: "figures.day", value: func(r report.Row) any { return pavilion.Date(r.Key) }}

// figureColumns are the columns of a list of figures after its first.
func figureColumns[T any](first column[T], of func(T) report.Figures) []column[T] {
	return []column[T]{
		first,
		{key: "orders", label: "figures.orders", value: func(row T) any { return of(row).Orders }},
		{key: "units", label: "figures.units", value: func(row T) any { return of(row).Units }},
		{key: "sum", label: "figures.sum", value: func(row T) any { return of(row).Sum }},
		{key: "refunded_units", label: "figures.refunded_units", value: func(row T) any { return of(row).RefundedUnits }},
		{key: "refunded", label: "figures.refunded", value: func(row T) any { return of(row).Refunded }},
	}
}

func (g *figures) routes() []route {
	all := []route{{"GET " + figuresPath, staff.SeeFigures, g.show}}
	return slices.Concat(all, g.days.routes(), g.categories.routes(), g.producers.routes())
}

func dayKey(r report.Row) string { return r.Key + string(r.Sum.Currency()) }

func namedKey(n named) string { return dayKey(n.Row) }

// page is the part of a list that is short enough to be read as a whole which a query asks
// for; nothing after a row that is not there any more.
func page[T any](all []T, q query, key func(T) string) []T {
	if q.after != "" {
		at := slices.IndexFunc(all, func(row T) bool { return key(row) == q.after })
		if at < 0 {
			return nil
		}
		all = all[at+1:]
	}
	return all[:min(len(all), q.limit)]
}

// period is what the filters of figures ask for.
func period(q query) report.Period {
	return report.Period{From: q.date("from"), Until: q.date("until"), Channel: q.text("channel"), Simulated: q.flag("rehearsal")}
}

// lately is the time from a day until another; in a demonstration it is its rehearsals.
func (d *desk) lately(from, until pavilion.Date) report.Period {
	return report.Period{From: from, Until: until, Simulated: d.demo}
}

// dayRows are the figures by day, the last day first.
func dayRows(ctx context.Context, v *db.View, q query) ([]report.Row, error) {
	all, err := report.Days(ctx, v, report.Everything, period(q))
	slices.Reverse(all)
	return all, err
}

// subjectRows are the figures of the subjects of a kind with their names, as the reader may
// see them.
func subjectRows(ctx context.Context, v *db.View, kind report.Kind, q query) ([]named, error) {
	p := period(q)
	guarded := !q.who.May(staff.SeeOrders)
	if guarded {
		p = report.WholeWeeks(p, pavilion.DateOf(v.Now(), q.in()))
	}
	rows, err := report.Subjects(ctx, v, kind, p, 5000)
	if err != nil {
		return nil, err
	}
	if guarded {
		rows = report.Guard(rows)
	}
	names, err := namesOf(ctx, v, kind)
	if err != nil {
		return nil, err
	}
	out := make([]named, len(rows))
	for i, r := range rows {
		out[i] = named{r, names[r.Key]}
	}
	return out, nil
}

// namesOf are the names of all subjects of a kind by key.
func namesOf(ctx context.Context, v *db.View, kind report.Kind) (map[string]pavilion.Text, error) {
	names := map[string]pavilion.Text{}
	if kind == report.Categories {
		all, err := catalog.Categories(ctx, v)
		for _, c := range all {
			names[c.Key] = c.Name
		}
		return names, err
	}
	all, err := catalog.Producers(ctx, v)
	for _, p := range all {
		names[string(p.ID)] = p.LegalName
	}
	return names, err
}

// soldThrough are the channels that anything was sold through.
func soldThrough(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error) {
	rows, err := report.Channels(ctx, v, report.Everything, report.Period{})
	var options []ui.Option
	for _, r := range rows {
		options = append(options, ui.Option{Value: r.Key, Label: channelName(p, r.Key)})
	}
	return slices.CompactFunc(options, func(a, b ui.Option) bool { return a.Value == b.Value }), err
}

func (g *figures) show(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	if g.demo && r.URL.RawQuery == "" { // it has nothing else to show at first
		redirect(w, r, figuresPath+"?rehearsal=1")
		return nil
	}
	q := g.days.query(r, r.URL.Query())
	if q.date("until") == "" {
		q.values.Set("until", string(p.Today()))
	}
	if q.date("from") == "" {
		q.values.Set("from", string(q.date("until").AddDays(1-figureDays)))
	}
	var v figuresView
	if q.flag("rehearsal") {
		v.Rehearsal = ui.Notice{Tone: ui.Careful, Text: p.T("figures.rehearsal_only")}
	}
	err := g.read(r, func(view *db.View) error {
		totals, err := report.Totals(ctx, view, report.Everything, period(q))
		if err != nil {
			return err
		}
		rng, err := g.ranges.of(ctx, view, p.Zone(), period(q))
		if err != nil {
			return err
		}
		v.Tiles = figureTiles(p, q, totals, rng)
		days, err := report.Days(ctx, view, report.Everything, period(q))
		if err != nil {
			return err
		}
		for _, t := range totals {
			v.Charts = append(v.Charts, dayChart(p, days, t.Figures, period(q)))
		}
		for _, of := range []struct {
			kind report.Kind
			list *lister[named]
		}{{report.Categories, g.categories}, {report.Producers, g.producers}} {
			b, err := g.breakdown(ctx, view, p, q, of.kind, of.list)
			if err != nil {
				return err
			}
			v.Breakdowns = append(v.Breakdowns, b)
		}
		channels, err := report.Channels(ctx, view, report.Everything, period(q))
		if err != nil {
			return err
		}
		b := breakdown{Title: p.T("figures.channels")}
		for _, c := range channels {
			b.Rows = append(b.Rows, figureLine{Name: channelName(p, c.Key), Figures: c.Figures, Share: share(p, c.Figures)})
		}
		v.Breakdowns = append(v.Breakdowns, b)
		if len(totals) == 0 {
			v.Breakdowns = nil
			v.Empty = ui.Empty{Title: p.T("figures.none"), Text: p.T("figures.none_text")}
		}
		v.Filters, err = g.days.fields(ctx, view, p, q)
		return err
	})
	if err != nil {
		return err
	}
	return g.page.Write(w, r, g.head(p.T("figures.title"), ""), v)
}

const (
	rangeLives = time.Minute
	rangesMost = 100
)

// rangesKept keeps what report.RangeOf found for a minute: it counts all goods on sale and all
// lots of the period.
type rangesKept struct {
	mu   sync.Mutex
	kept map[report.Period]rangeKept
}

type rangeKept struct {
	report.Range
	until time.Time
}

func (k *rangesKept) of(ctx context.Context, v *db.View, zone *time.Location, p report.Period) (report.Range, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if one, known := k.kept[p]; known && v.Now().Before(one.until) {
		return one.Range, nil
	}
	found, err := report.RangeOf(ctx, v, zone, p)
	if err != nil {
		return found, err
	}
	if k.kept == nil || len(k.kept) >= rangesMost {
		k.kept = map[report.Period]rangeKept{}
	}
	k.kept[p] = rangeKept{found, v.Now().Add(rangeLives)}
	return found, nil
}

// channelName is a channel as people call it: a marketplace has a name of its own.
func channelName(p *ui.Printer, channel string) string {
	if channel == own.Name {
		return p.T("figures.own_shop")
	}
	return channel
}

// breakdown is the largest rows of a kind, and the way to all of them.
func (g *figures) breakdown(ctx context.Context, v *db.View, p *ui.Printer, q query, kind report.Kind, all *lister[named]) (breakdown, error) {
	rows, err := subjectRows(ctx, v, kind, q)
	b := breakdown{Title: p.T(all.title), More: ui.Link{URL: all.address("", q, nil), Label: p.T("figures.all")}}
	for _, n := range rows[:min(len(rows), figuresShown)] {
		line := figureLine{Name: said(p, n.called()), Figures: n.Figures, Share: share(p, n.Figures)}
		if kind == report.Producers && n.Key != report.Others && q.who.May(staff.SeeProducers) {
			line.URL = "/console/producers/" + url.PathEscape(n.Key)
		}
		b.Rows = append(b.Rows, line)
	}
	if !q.who.May(staff.SeeOrders) {
		b.Notes = guardNotes(p, report.WholeWeeks(period(q), p.Today()))
	}
	return b, err
}

// guardNotes say what of the figures is told to who may not see orders.
func guardNotes(p *ui.Printer, weeks report.Period) []string {
	guard := p.T("figures.guard", "count", report.Fewest)
	switch {
	case weeks.Until < weeks.From:
		return []string{p.T("figures.weeks_none")}
	case weeks.From == "":
		return []string{p.T("figures.weeks", "until", weeks.Until), guard}
	}
	return []string{p.T("figures.weeks_from", "from", weeks.From, "until", weeks.Until), guard}
}

// The words for what has no name of its own.
const (
	othersTogether word = "figures.others"
	unsorted       word = "figures.unsorted"
)

// called is the name of a row: a text, or the word for what has none.
func (n named) called() any {
	switch {
	case n.Key == report.Others:
		return othersTogether
	case len(n.Name) > 0:
		return n.Name
	case n.Key == "":
		return unsorted
	}
	return n.Key
}

// figureTiles are the numbers on top of the page.
func figureTiles(p *ui.Printer, q query, totals []report.Row, rng report.Range) []tile {
	days := address(figuresPath+"/days", q.values.Encode())
	var tiles []tile
	if len(totals) == 0 {
		tiles = append(tiles, tile{Label: p.T("figures.orders"), Text: p.Number(0)})
	}
	for _, t := range totals {
		tiles = append(tiles,
			tile{Label: p.T("figures.sum"), Text: p.Money(t.Sum), Note: p.T("figures.sum_note"), URL: days},
			tile{Label: p.T("figures.orders"), Text: p.Number(t.Orders), Note: p.T("figures.units_count", "count", t.Units), URL: days},
			tile{Label: p.T("figures.refunded"), Text: share(p, t.Figures), Note: p.Money(t.Refunded), URL: days},
		)
	}
	on := tile{Label: p.T("figures.on_sale"), Text: p.Number(rng.Products), Note: p.T("figures.of_producers", "count", rng.Producers)}
	in := tile{Label: p.T("figures.lots"), Text: p.Number(rng.Lots), Note: p.T("figures.lots_note")}
	if q.who.May(staff.SeeProducts) {
		on.URL = "/console/products"
	}
	if q.who.May(staff.SeeStock) {
		in.URL = "/console/lots"
	}
	return append(tiles, on, in)
}

// share is the part of the sum that was given back, in percent with one decimal.
func share(p *ui.Printer, f report.Figures) string {
	sum := f.Sum.Minor()
	if sum == 0 {
		return p.Percent("0")
	}
	// Half a step is added, so that it is rounded and not cut; sums of a pavilion times a
	// thousand fit into 63 bits.
	tenths := (f.Refunded.Minor()*1000 + sum/2) / sum
	return p.Percent(strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10))
}

// dayChart draws the days of one currency, those without sales too.
func dayChart(p *ui.Printer, rows []report.Row, total report.Figures, of report.Period) ui.DayChart {
	byDay := map[string]report.Figures{}
	largest := money.New(0, total.Sum.Currency())
	for _, r := range rows {
		if r.Sum.Currency() != total.Sum.Currency() {
			continue
		}
		byDay[r.Key] = r.Figures
		if r.Sum.Minor() > largest.Minor() {
			largest = r.Sum
		}
	}
	if days := of.From.DaysUntil(of.Until); days >= figuresMost {
		of.From = of.Until.AddDays(1 - figuresMost)
	}
	c := ui.DayChart{Title: p.T("figures.by_day"), From: p.Date(of.From), Until: p.Date(of.Until), Most: p.Money(largest)}
	for day := of.From; day <= of.Until; day = day.AddDays(1) {
		f := byDay[string(day)]
		text := p.T("figures.day_none")
		if f.Orders > 0 {
			text = p.T("figures.day_says", "sum", f.Sum, "count", f.Orders)
		}
		c.Bars = append(c.Bars, ui.Bar{Label: p.Day(day), Value: f.Sum.Minor(), Text: text})
	}
	return c
}

// sampleFigures are the states of the page for the gallery.
func sampleFigures(p *ui.Printer) map[string]figuresView {
	sold := report.Figures{Orders: 12, Units: 30, Sum: money.New(123450, money.CNY), RefundedUnits: 1, Refunded: money.New(4100, money.CNY)}
	days := []report.Row{{Key: "2026-11-22", Figures: sold}}
	q := query{values: url.Values{}}
	lines := []figureLine{{Name: p.T("figures.others"), Figures: sold, Share: share(p, sold)}}
	return map[string]figuresView{
		"empty": {Tiles: figureTiles(p, q, nil, report.Range{}), Empty: ui.Empty{Title: p.T("figures.none"), Text: p.T("figures.none_text")}},
		"full": {
			Tiles:      figureTiles(p, q, []report.Row{{Figures: sold}}, report.Range{Products: 62, Producers: 9, Lots: 4}),
			Charts:     []ui.DayChart{dayChart(p, days, sold, report.Period{From: "2026-11-20", Until: "2026-11-23"})},
			Rehearsal:  ui.Notice{Tone: ui.Careful, Text: p.T("figures.rehearsal_only")},
			Breakdowns: []breakdown{{Title: p.T("figures.categories"), Rows: lines, Notes: guardNotes(p, report.Period{From: "2022-07-04", Until: "2022-07-10"})}},
		},
	}
}
