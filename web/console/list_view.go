package console

import (
	"context"
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/web/ui"
)

// listView is a list as its page shows it.
type listView struct {
	Title   string
	Path    string
	Add     ui.Link
	Ways    []ui.Link
	Filters []ui.Field
	Choice  []ui.Option // the columns
	Columns []string    // chosen in the address, to be carried on
	Views   []savedView
	Chips   []chip
	Acts    []ui.Option
	Heads   []listHead
	Rows    []listRow
	Empty   ui.Empty

	Query    string // the filters, as an address has them
	Filtered bool
	OnFirst  bool
	Total    int64
	More     bool // there are more than Total

	First, Next, CSV, XLSX string // addresses
}

type listHead struct {
	Label   string
	Numeric bool
}

type listRow struct {
	ID    string
	URL   string
	Cells []cell
}

type savedView struct {
	staff.View
	URL     string
	Current bool
	Own     bool // may be ended by the reader
}

// confirmView asks before something is done to many things.
type confirmView struct {
	Title  string
	Action string
	Act    string
	Query  string
	IDs    []string
	All    bool
	Total  int64
	Batch  pavilion.BatchID // so that a form sent twice starts one batch
	Undo   bool
	Fields []ui.Field
	Back   string
	Failed ui.Notice
}

// views are the reader's saved views of the list and those that colleagues share.
func (l *lister[T]) views(ctx context.Context, v *db.View, p *ui.Printer, r *http.Request) ([]savedView, error) {
	stored, err := staff.Views(ctx, v, member(r).ID, l.path)
	var out []savedView
	for _, s := range stored {
		out = append(out, savedView{View: s, URL: address(l.path, s.Query), Current: s.Query == withoutPosition(r), Own: s.Staff == member(r).ID})
	}
	return out, err
}

// withoutPosition is the query of an address as a view keeps it.
func withoutPosition(r *http.Request) string {
	q := r.URL.Query()
	q.Del("after")
	return q.Encode()
}

func (l *lister[T]) saveView(w http.ResponseWriter, r *http.Request) error {
	if err := l.parse(w, r); err != nil {
		return err
	}
	shared := r.PostFormValue("shared") == "1"
	query := strings.TrimPrefix(r.PostFormValue("query"), "?")
	err := l.write(r, func(tx *db.Tx) error {
		return staff.SaveView(r.Context(), tx, staff.View{Staff: member(r).ID, List: l.path, Name: r.PostFormValue("name"), Query: query, Shared: shared})
	})
	if err != nil {
		return err
	}
	l.said(w, ui.PrinterOf(r).T("console.list.view_saved"), ui.Link{})
	redirect(w, r, address(l.path, query))
	return nil
}

func (l *lister[T]) endView(w http.ResponseWriter, r *http.Request) error {
	err := l.write(r, func(tx *db.Tx) error {
		return staff.EndView(r.Context(), tx, member(r).ID, pavilion.ViewID(r.PathValue("view")))
	})
	if err != nil {
		return err
	}
	redirect(w, r, l.path)
	return nil
}

// said puts a value into the reader's words.
func said(p *ui.Printer, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case word:
		return p.T(string(v))
	case int64:
		return p.Number(v)
	case int:
		return p.Number(int64(v))
	case bool:
		return p.T(map[bool]string{true: "console.yes", false: "console.no"}[v])
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return p.Moment(v)
	case pavilion.Date:
		if v == "" {
			return ""
		}
		return p.Date(v)
	case pavilion.Text:
		return p.Text(v)
	case money.Money:
		if v.Currency() == "" {
			return ""
		}
		return p.Money(v)
	}
	panic("a column of a list holds a value of a type that cannot be shown")
}

// isNumber tells whether a value stands to the right.
func isNumber(value any) bool {
	switch value.(type) {
	case int64, int, money.Money:
		return true
	}
	return false
}

// sampleLists are the states of a list for the gallery.
func sampleLists(p *ui.Printer) map[string]listView {
	fields := []ui.Field{{Name: "q", Label: p.T("console.list.words"), Type: "text", Required: true}}
	none := ui.Empty{Title: p.T("console.list.none"), Text: p.T("console.list.none_text")}
	return map[string]listView{
		"empty":    {Title: p.T("console.menu.products"), Path: "/console/products", Filters: fields, OnFirst: true, Empty: none},
		"no match": {Title: p.T("console.menu.products"), Path: "/console/products", Filters: fields, OnFirst: true, Filtered: true, First: "/console/products"},
	}
}
