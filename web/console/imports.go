package console

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// imports is producers' workbooks: handed in, looked at, imported. It has two doors: the
// operator's, for all producers, and the producer's own.
type imports struct {
	*desk
	form *ui.Page[handInView]
	page *ui.Page[importView]
}

// importDoor is one of the two ways to the workbooks.
type importDoor struct {
	*imports
	path  string
	right staff.Right
	own   bool // of the reader's producer only
	list  *lister[catalog.Workbook]
}

// handInView is the form to hand in a workbook.
type handInView struct {
	Path      string
	Failed    ui.Notice
	Producer  ui.Field // none to choose for a producer
	Templates []ui.Link
	Limit     int
}

func newImports(d *desk) *imports {
	return &imports{
		desk: d,
		form: ui.NewPage(d.area, "import-new", map[string]handInView{}).Samples(sampleHandIns),
		page: ui.NewPage(d.area, "import", map[string]importView{}).Samples(sampleImports),
	}
}

func (g *imports) routes() []route {
	all := g.door("/console/imports", staff.ImportProducts, false).routes()
	return append(all, g.door("/console/own/imports", staff.SeeOwn, true).routes()...)
}

func (g *imports) door(path string, right staff.Right, own bool) *importDoor {
	o := &importDoor{imports: g, path: path, right: right, own: own}
	o.list = newList(g.desk, list[catalog.Workbook]{
		path: path, title: "imports.title", right: right,
		columns: o.columns(), filters: o.filters(),
		add: &listAdd{label: "imports.hand_in", url: path + "/new", right: right},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("imports.none"), Text: p.T("imports.none_text"), Action: ui.Link{URL: path + "/new", Label: p.T("imports.hand_in")}}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]catalog.Workbook, error) {
			return catalog.Workbooks(ctx, v, o.filter(q), pavilion.ImportID(q.after), q.limit)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return catalog.CountWorkbooks(ctx, v, o.filter(q), most)
		},
		id: func(w catalog.Workbook) string { return string(w.ID) }, key: func(w catalog.Workbook) string { return string(w.ID) },
		url: func(w catalog.Workbook) string { return path + "/" + string(w.ID) },
	})
	return o
}

func (o *importDoor) columns() []column[catalog.Workbook] {
	all := []column[catalog.Workbook]{
		{key: "file", label: "imports.file", value: func(w catalog.Workbook) any { return w.Name }},
		{key: "state", label: "imports.state", value: func(w catalog.Workbook) any { return word("imports.state." + string(w.State)) }, show: func(p *ui.Printer, w catalog.Workbook, c *cell) {
			c.Text, c.Badge, c.Note = "", workbookBadge(p, w), workbookReason(p, w)
		}},
	}
	if !o.own {
		all = append(all, column[catalog.Workbook]{key: "producer", label: "imports.producer", value: func(w catalog.Workbook) any { return w.ProducerName }})
	}
	for _, n := range tallyColumns {
		all = append(all, column[catalog.Workbook]{key: n.key, label: "imports.tally." + n.key, value: func(w catalog.Workbook) any { return int64(n.of(w.Report.Checked)) }})
	}
	return append(all,
		column[catalog.Workbook]{key: "handed", label: "imports.handed", value: func(w catalog.Workbook) any { return w.HandedAt }},
		column[catalog.Workbook]{key: "updated", label: "imports.updated", off: true, value: func(w catalog.Workbook) any { return w.UpdatedAt }},
		column[catalog.Workbook]{key: "sha256", label: "imports.sha256", off: true, value: func(w catalog.Workbook) any { return w.SHA256 }},
	)
}

// tallyColumns are what is counted in a workbook, in the order in which it is shown.
var tallyColumns = []struct {
	key string
	of  func(catalog.Tally) int
}{
	{"rows", func(t catalog.Tally) int { return t.Rows }},
	{"new", func(t catalog.Tally) int { return t.New }},
	{"changed", func(t catalog.Tally) int { return t.Changed }},
	{"same", func(t catalog.Tally) int { return t.Same }},
	{"bad", func(t catalog.Tally) int { return t.Bad }},
}

func (o *importDoor) filters() []filter {
	all := []filter{{key: "state", label: "imports.state", kind: filterChoice, options: func(p *ui.Printer) (options []ui.Option) {
		for _, s := range catalog.WorkbookStates {
			options = append(options, ui.Option{Value: string(s), Label: p.T("imports.state." + string(s))})
		}
		return options
	}}}
	if !o.own {
		all = append(all, filter{key: "producer", label: "imports.producer", kind: filterChoice, choices: producerChoices})
	}
	return all
}

func (o *importDoor) filter(q query) catalog.WorkbookFilter {
	f := catalog.WorkbookFilter{State: catalog.WorkbookState(q.text("state")), Producer: pavilion.ProducerID(q.text("producer"))}
	if o.own {
		f.Producer = ownOf(q.who)
	}
	return f
}

func (o *importDoor) routes() []route {
	return append(o.list.routes(),
		route{"GET " + o.path + "/new", o.right, o.showForm},
		route{"POST " + o.path, o.right, o.handIn},
		route{"GET " + o.path + "/template", o.right, o.template},
		route{"GET " + o.path + "/{import}", o.right, o.show},
		route{"GET " + o.path + "/{import}/marked", o.right, o.marked},
		route{"GET " + o.path + "/{import}/file", o.right, o.file},
		o.decision(),
	)
}

// decision is the word that only one side has: the producer gives a workbook on, the operator
// has it imported.
func (o *importDoor) decision() route {
	if o.own {
		return route{"POST " + o.path + "/{import}/give-on", o.right, o.giveOn}
	}
	return route{"POST " + o.path + "/{import}/import", o.right, o.start}
}

func (o *importDoor) showForm(w http.ResponseWriter, r *http.Request) error {
	return o.drawForm(w, r, r.URL.Query().Get("producer"), nil)
}

// drawForm shows the form, with the producer that was chosen and what went wrong.
func (o *importDoor) drawForm(w http.ResponseWriter, r *http.Request, producer string, failure error) error {
	p := ui.PrinterOf(r)
	v := handInView{Path: o.path, Limit: catalog.MostHandedIn >> 20}
	if !o.own {
		v.Producer = ui.Field{Name: "producer", Label: p.T("imports.producer"), Type: "select", Required: true}
		err := o.read(r, func(view *db.View) error {
			options, err := producerChoices(r.Context(), view, p)
			v.Producer.Options = append([]ui.Option{{Label: p.T("imports.choose")}}, options...)
			return err
		})
		if err != nil {
			return err
		}
		for i := range v.Producer.Options {
			v.Producer.Options[i].Selected = v.Producer.Options[i].Value == producer
		}
	}
	for _, lang := range templateLangs {
		v.Templates = append(v.Templates, ui.Link{URL: o.path + "/template?for=" + string(lang), Label: p.T("imports.template." + string(lang))})
	}
	head := o.head(p.T("imports.hand_in"), o.path)
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Title: p.T("imports.not_taken"), Text: p.Error(failure)}
	}
	return o.form.Write(w, r, head, v)
}

// templateLangs are the languages of templates, those of producers first.
var templateLangs = []pavilion.Lang{pavilion.Russian, pavilion.Belarusian, pavilion.English, pavilion.Chinese}

func sampleHandIns(p *ui.Printer) map[string]handInView {
	refused := handInView{Path: "/console/own/imports", Limit: 32, Failed: ui.Notice{Tone: ui.Bad, Title: p.T("imports.not_taken"), Text: p.Error(pavilion.E(pavilion.Invalid, "sheet.not_xlsx", nil))}}
	return map[string]handInView{"refused": refused}
}

const (
	memoryBytes = 1 << 20 // of an upload; the rest is kept in a file until it was read
	// An upload that is too large is read up to here, so that the browser hears why it was
	// refused.
	uploadBytes = 4 * catalog.MostHandedIn
)

func (o *importDoor) handIn(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, uploadBytes)
	if err := patient(w); err != nil {
		return err
	}
	err := r.ParseMultipartForm(memoryBytes)
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		return o.drawForm(w, r, "", pavilion.E(pavilion.Invalid, "sheet.too_big", pavilion.Args{"megabytes": r.ContentLength >> 20, "limit": catalog.MostHandedIn >> 20}))
	}
	if err != nil {
		return pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	producer := pavilion.ProducerID(r.PostFormValue("producer"))
	if o.own {
		producer = ownOf(member(r))
	}
	id, err := o.take(r, producer)
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict, pavilion.NotFound:
		return o.drawForm(w, r, string(producer), err)
	}
	if err != nil {
		return err
	}
	redirect(w, r, o.path+"/"+string(id))
	return nil
}

func (o *importDoor) take(r *http.Request, producer pavilion.ProducerID) (pavilion.ImportID, error) {
	file, head, err := r.FormFile("workbook")
	if err != nil {
		return "", pavilion.E(pavilion.Invalid, "import.no_file", nil).At("workbook").Because(err)
	}
	defer func(f multipart.File) { _ = f.Close() }(file)
	return catalog.HandIn(r.Context(), o.db, o.actor(r), producer, head.Filename, file, head.Size)
}

// template sends an empty workbook in a language.
func (o *importDoor) template(w http.ResponseWriter, r *http.Request) error {
	for _, lang := range templateLangs {
		if string(lang) == r.URL.Query().Get("for") {
			attach(w, "pavilion-"+string(lang)+".xlsx")
			return catalog.Template(w, lang)
		}
	}
	return pavilion.E(pavilion.NotFound, "page.not_found", nil)
}
