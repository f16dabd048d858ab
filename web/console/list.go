package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
	"pavilion/web/ui"
)

// list is a page of many things of one kind: what its columns are, how it can be narrowed,
// where its rows come from, and what can be done to many of them. The engine around it adds
// paging, the choice of columns, saved views, selection, bulk acts and export.
type list[T any] struct {
	path  string // its address: "/console/orders"
	title string // key of its heading
	right staff.Right

	columns []column[T]
	filters []filter
	// acts can be done to many rows at once; each needs its right.
	acts []bulkAct
	// add is a way to make a new one, nil if there is none; shown to those with the right.
	add *listAdd
	// ways lead to pages around the list, for those with their rights.
	ways []listAdd
	// chips lead to parts of the list with how many rows each has, nil for none.
	chips func(ctx context.Context, v *db.View, p *ui.Printer, q query) ([]chip, error)
	// empty says what to do when there is nothing at all.
	empty func(p *ui.Printer) ui.Empty

	// rows returns what the query matches after its position, in the order of the list, at
	// most q.limit of them.
	rows func(ctx context.Context, v *db.View, q query) ([]T, error)
	// count counts what the query matches and stops at most.
	count func(ctx context.Context, v *db.View, q query, most int64) (int64, error)
	// id is what acts and selections name a row by, key its position in the order.
	id, key func(T) string
	// url is where a row leads, "" if nowhere.
	url func(T) string
}

// column is one column of a list.
type column[T any] struct {
	key   string // in the address and in saved views
	label string // key of its heading
	off   bool   // shown only when chosen
	// value is what the cell holds, for the page and for export: string, word, int64, bool,
	// time.Time, pavilion.Date, pavilion.Text, money.Money. Its type decides how it is shown.
	value func(T) any
	// show adds to the cell what an export leaves out: a link, a badge, a note, a picture.
	show func(p *ui.Printer, row T, c *cell)
}

// word is a value that is said by the message of this key.
type word string

// cell is one value as it stands on the page.
type cell struct {
	Text    string
	Note    string // a second, quieter line
	URL     string
	Badge   ui.Badge
	Picture string // address of a small picture
	Numeric bool
}

// filter narrows a list. Its value stands in the address under its key.
type filter struct {
	key   string
	label string // key of its words
	kind  filterKind
	// options are the values of a choice; the first, empty one is added.
	options func(p *ui.Printer) []ui.Option
	// choices is as options, for values that stand in the database.
	choices func(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error)
}

type filterKind string

const (
	filterText   filterKind = "text"
	filterChoice filterKind = "select"
	filterDate   filterKind = "date"
	filterFlag   filterKind = "checkbox"
)

// bulkAct is something that can be done to many rows.
type bulkAct struct {
	name  string // of the job.Act
	label string // key of its words, as a button says it
	right staff.Right
	undo  bool   // it can be undone afterwards
	list  string // the address of its list, filled in by the engine
	// only are the values that filters must have when it is done to all that match: the act
	// makes no sense for other rows.
	only map[string]string
	// open answers at once with something about the chosen rows, such as a document, in place
	// of an act.
	open func(w http.ResponseWriter, r *http.Request, ids []string) error
	// ask are the fields that it needs to be told, such as a percentage.
	ask func(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Field, error)
	// check refuses what it was told before anything is begun; nil for what cannot be wrong.
	check func(told map[string]string) error
}

// chip is a way to a part of a list.
type chip struct {
	ui.Link
	Count int64
}

type listAdd struct {
	label string
	url   string
	right staff.Right
}

// query is what a reader asks of a list.
type query struct {
	values url.Values // of the filters, nothing else
	who    staff.Member
	after  string // position, "" for the beginning
	limit  int
	zone   *time.Location // in which the reader's days begin; nil for UTC
}

// text returns the value of a filter.
func (q query) text(key string) string { return strings.TrimSpace(q.values.Get(key)) }

// flag tells whether a filter is ticked.
func (q query) flag(key string) bool { return q.values.Get(key) == "1" }

// date returns the value of a filter, zero if there is none or it is no date.
func (q query) date(key string) pavilion.Date {
	d, _ := pavilion.ParseDate(q.values.Get(key))
	return d
}

// start returns the moment at which the day of a filter begins, or begins n days later; zero
// if there is none or it is no date.
func (q query) start(key string, n int) time.Time {
	return q.date(key).AddDays(n).Start(q.in())
}

// in is the zone in which the reader's days begin.
func (q query) in() *time.Location { return cmp.Or(q.zone, time.UTC) }

// queryOf reads back the query of a stored filter, for bulk acts.
func queryOf(stored string) query {
	values, _ := url.ParseQuery(stored)
	return query{values: values}
}

const (
	pageRows   = 50
	countMost  = 10_000 // rows are counted up to here: "10,000+"
	selectMost = 500    // rows that can be named one by one
	valueMost  = 200    // bytes of a filter
)

// lister is a list with its engine.
type lister[T any] struct {
	*desk
	list[T]
}

func newList[T any](d *desk, l list[T]) *lister[T] {
	for _, a := range l.acts {
		a.list = l.path
		d.known[a.name] = a
	}
	return &lister[T]{d, l}
}

// routes are the list's page, its export, its saved views and its bulk acts.
func (l *lister[T]) routes() []route {
	all := []route{
		{"GET " + l.path, l.right, l.show},
		{"GET " + l.path + "/export", l.right, l.export},
		{"POST " + l.path + "/views", l.right, l.saveView},
		{"POST " + l.path + "/views/{view}/end", l.right, l.endView},
	}
	if len(l.acts) > 0 {
		all = append(all, route{"POST " + l.path + "/bulk", l.right, l.bulk})
	}
	return all
}

// query takes the query out of an address: only the filters' own keys count.
func (l *lister[T]) query(r *http.Request, from url.Values) query {
	q := query{values: url.Values{}, who: member(r), limit: pageRows, zone: ui.PrinterOf(r).Zone()}
	for _, f := range l.filters {
		if v := from.Get(f.key); v != "" && len(v) <= valueMost {
			q.values.Set(f.key, v)
		}
	}
	if after := from.Get("after"); len(after) <= valueMost {
		q.after = after
	}
	return q
}

// chosen returns the columns to show: those named in the address, or those that are on.
func (l *lister[T]) chosen(from url.Values) []column[T] {
	var some []column[T]
	asked := from["col"]
	for _, c := range l.columns {
		if slices.Contains(asked, c.key) || len(asked) == 0 && !c.off {
			some = append(some, c)
		}
	}
	if len(some) == 0 {
		return l.columns
	}
	return some
}

// address is the list with a query, the columns and more parameters.
func (l *lister[T]) address(below string, q query, columns []string, more ...string) string {
	values := url.Values{}
	for k, v := range q.values {
		values[k] = v
	}
	if len(columns) > 0 {
		values["col"] = columns
	}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return address(l.path+below, values.Encode())
}

func (l *lister[T]) show(w http.ResponseWriter, r *http.Request) error {
	p, from := ui.PrinterOf(r), r.URL.Query()
	q, columns := l.query(r, from), l.chosen(from)
	v := listView{
		Title: p.T(l.title), Path: l.path, Columns: from["col"],
		First: l.address("", q, from["col"]), CSV: l.address("/export", q, from["col"], "as", "csv"), XLSX: l.address("/export", q, from["col"], "as", "xlsx"),
		Filtered: len(q.values) > 0, Query: q.values.Encode(), OnFirst: q.after == "",
	}
	for _, way := range l.ways {
		if member(r).May(way.right) {
			v.Ways = append(v.Ways, ui.Link{URL: way.url, Label: p.T(way.label)})
		}
	}
	if l.add != nil && member(r).May(l.add.right) {
		v.Add = ui.Link{URL: l.add.url, Label: p.T(l.add.label)}
	}
	for _, c := range l.columns {
		on := slices.ContainsFunc(columns, func(o column[T]) bool { return o.key == c.key })
		v.Choice = append(v.Choice, ui.Option{Value: c.key, Label: p.T(c.label), Selected: on})
	}
	for _, a := range l.acts {
		if member(r).May(a.right) {
			v.Acts = append(v.Acts, ui.Option{Value: a.name, Label: p.T(a.label)})
		}
	}
	var rows []T
	err := l.read(r, func(view *db.View) (err error) {
		ctx := r.Context()
		ask := q
		ask.limit++ // one more tells whether there is a next page
		if rows, err = l.rows(ctx, view, ask); err != nil {
			return err
		}
		if v.Total, err = l.count(ctx, view, q, countMost+1); err != nil {
			return err
		}
		if v.Filters, err = l.fields(ctx, view, p, q); err != nil {
			return err
		}
		if l.chips != nil {
			if v.Chips, err = l.chips(ctx, view, p, q); err != nil {
				return err
			}
		}
		v.Views, err = l.views(ctx, view, p, r)
		return err
	})
	if err != nil {
		return err
	}
	if len(rows) > q.limit {
		rows = rows[:q.limit]
		v.Next = l.address("", q, from["col"], "after", l.key(rows[len(rows)-1]))
	}
	v.Total, v.More = min(v.Total, countMost), v.Total > countMost
	for _, c := range columns {
		v.Heads = append(v.Heads, listHead{p.T(c.label), numeric[T](c, rows)})
	}
	for _, row := range rows {
		v.Rows = append(v.Rows, l.draw(p, columns, row))
	}
	if len(v.Rows) == 0 && !v.Filtered && v.OnFirst && l.empty != nil {
		v.Empty = l.empty(p)
	}
	return l.listPage.Write(w, r, l.head(v.Title, l.path), v)
}

// openRows opens the chosen rows, or the first of all that match.
func (l *lister[T]) openRows(w http.ResponseWriter, r *http.Request, act bulkAct, q query, v confirmView) error {
	if !v.All {
		return act.open(w, r, v.IDs)
	}
	if v.Total > selectMost {
		return pavilion.E(pavilion.Invalid, "console.too_many_selected", pavilion.Args{"most": selectMost})
	}
	q.after, q.limit = "", selectMost
	var ids []string
	if err := l.read(r, func(view *db.View) error {
		rows, err := l.rows(r.Context(), view, q)
		for _, row := range rows {
			ids = append(ids, l.id(row))
		}
		return err
	}); err != nil {
		return err
	}
	return act.open(w, r, ids)
}

// numeric tells whether a column holds numbers.
func numeric[T any](c column[T], rows []T) bool {
	return len(rows) > 0 && isNumber(c.value(rows[0]))
}

// draw makes one row of the page.
func (l *lister[T]) draw(p *ui.Printer, columns []column[T], row T) listRow {
	out := listRow{ID: l.id(row)}
	if l.url != nil {
		out.URL = l.url(row)
	}
	for i, c := range columns {
		value := c.value(row)
		one := cell{Text: said(p, value), Numeric: isNumber(value)}
		if i == 0 {
			one.URL = out.URL
		}
		if c.show != nil {
			c.show(p, row, &one)
		}
		out.Cells = append(out.Cells, one)
	}
	return out
}

// fields are the filters as form fields.
func (l *lister[T]) fields(ctx context.Context, v *db.View, p *ui.Printer, q query) ([]ui.Field, error) {
	var out []ui.Field
	for _, f := range l.filters {
		field := ui.Field{Name: f.key, Label: p.T(f.label), Type: string(f.kind), Value: q.values.Get(f.key), MaxLength: valueMost, Required: true}
		switch f.kind {
		case filterChoice:
			field.MaxLength = 0
			options := []ui.Option{{Label: p.T("console.list.any")}}
			if f.options != nil {
				options = append(options, f.options(p)...)
			}
			if f.choices != nil {
				more, err := f.choices(ctx, v, p)
				if err != nil {
					return nil, err
				}
				options = append(options, more...)
			}
			for i := range options {
				options[i].Selected = options[i].Value == field.Value
			}
			field.Options = options
		case filterFlag:
			field.Checked = q.flag(f.key)
		}
		out = append(out, field)
	}
	return out, nil
}

// narrow sets the filters as the act needs them, and tells whether they may match anything.
func (a bulkAct) narrow(filters url.Values) bool {
	for key, value := range a.only {
		if asked := filters.Get(key); asked != "" && asked != value {
			return false
		}
		filters.Set(key, value)
	}
	return true
}

// bulk asks whether to do an act to many rows, and when told to go on starts the batch.
func (l *lister[T]) bulk(w http.ResponseWriter, r *http.Request) error {
	if err := l.parse(w, r); err != nil {
		return err
	}
	at := slices.IndexFunc(l.acts, func(a bulkAct) bool { return a.name == r.PostFormValue("act") })
	if at < 0 {
		return pavilion.E(pavilion.Invalid, "console.act_unknown", nil)
	}
	act := l.acts[at]
	if !member(r).May(act.right) {
		return pavilion.E(pavilion.Forbidden, "console.right_missing", pavilion.Args{"right": string(act.right)})
	}
	stored, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		return pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	q, ids := l.query(r, stored), r.PostForm["id"]
	if len(ids) > selectMost {
		return pavilion.E(pavilion.Invalid, "console.too_many_selected", pavilion.Args{"most": selectMost})
	}
	p := ui.PrinterOf(r)
	v := confirmView{Title: p.T(act.label), Action: l.path + "/bulk", Act: act.name, Query: q.values.Encode(), IDs: ids, All: r.PostFormValue("all") == "1", Undo: act.undo, Back: l.address("", q, nil)}
	if v.Total = int64(len(ids)); v.All {
		v.IDs, v.Total = nil, 0
		some := act.narrow(q.values)
		v.Query = q.values.Encode()
		if err := l.read(r, func(view *db.View) (err error) {
			if some {
				v.Total, err = l.count(r.Context(), view, q, 1<<40)
			}
			return err
		}); err != nil {
			return err
		}
	}
	if act.open != nil && v.Total > 0 {
		return l.openRows(w, r, act, q, v)
	}
	if v.Total == 0 {
		l.said(w, p.T("console.list.nothing_selected"), ui.Link{})
		redirect(w, r, v.Back)
		return nil
	}
	params := map[string]string{}
	if act.ask != nil {
		if err := l.read(r, func(view *db.View) (err error) {
			v.Fields, err = act.ask(r.Context(), view, p)
			return err
		}); err != nil {
			return err
		}
		for i := range v.Fields {
			one := &v.Fields[i]
			one.Value = r.PostFormValue(one.Name)
			one.Options = chosen(one.Options, one.Value)
			params[one.Name] = strings.TrimSpace(one.Value)
		}
	}
	v.Batch = pavilion.BatchID(r.PostFormValue("batch"))
	told, _ := strconv.ParseInt(r.PostFormValue("total"), 10, 64)
	switch {
	case r.PostFormValue("go") != "1" || !pavilion.CheckID(pavilion.PrefixBatch, string(v.Batch)):
		v.Batch = pavilion.NewID[pavilion.BatchID](pavilion.PrefixBatch, l.db.Now())
		return l.confirmPage.Write(w, r, l.head(v.Title, l.path), v)
	case v.Total > told: // more match than was agreed to
		v.Failed = ui.Notice{Tone: ui.Careful, Text: p.T("console.confirm.more", "count", v.Total-told)}
		return l.confirmPage.Write(w, r, l.head(v.Title, l.path), v)
	}
	if act.check != nil {
		if err := act.check(params); refused(err) {
			return l.confirmAgain(w, r, v, err)
		} else if err != nil {
			return err
		}
	}
	start := job.BatchStart{ID: v.Batch, Act: act.name, All: v.All, Filter: v.Query, IDs: v.IDs, Params: params, Total: v.Total}
	id, twice := v.Batch, false
	err = l.write(r, func(tx *db.Tx) error {
		twice = false // the transaction may run again
		if _, err := job.GetBatch(r.Context(), tx, id); err == nil {
			twice = true
			return nil
		}
		if _, err := job.StartBatch(r.Context(), tx, start); err != nil {
			return err
		}
		return staff.Note(r.Context(), tx, "batch.started", string(id), map[string]any{"act": act.name, "filter": v.Query, "total": strconv.FormatInt(v.Total, 10)})
	})
	if pavilion.KindOf(err) == pavilion.Invalid && err != nil {
		return l.confirmAgain(w, r, v, err)
	}
	if err != nil {
		return err
	}
	if twice {
		l.toast(w, ui.Toast{Tone: ui.Careful, Text: p.T("console.confirm.twice")})
	}
	redirect(w, r, "/console/batches/"+string(id))
	return nil
}

// confirmAgain asks once more, with what was wrong beside the field it is about.
func (l *lister[T]) confirmAgain(w http.ResponseWriter, r *http.Request, v confirmView, failure error) error {
	p := ui.PrinterOf(r)
	if at := slices.IndexFunc(v.Fields, func(f ui.Field) bool { return f.Name == field(failure) }); at >= 0 {
		v.Fields[at].Error, v.Fields[at].Autofocus = p.Error(failure), true
	} else {
		v.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
	}
	head := l.head(v.Title, l.path)
	head.Status = ui.Status(failure)
	return l.confirmPage.Write(w, r, head, v)
}
