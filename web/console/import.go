package console

import (
	"bytes"
	"io"
	"iter"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
	"pavilion/web/ui"
)

// importView is one workbook: what it would change, what is wrong in it, and what can be done
// now.
type importView struct {
	Book      catalog.Workbook
	Path      string // of the list it is reached by
	State     ui.Badge
	By        string
	Imported  string // by whom, "" if it was not
	Running   bool
	Progress  ui.Progress // without a maximum where nobody knows it
	Said      []ui.Notice
	Tally     []ui.Fact
	Taken     string // what the import did
	Findings  []findingRow
	More      int // findings beyond those that are kept
	NextFound string
	Changes   []changeRow
	NextRows  string
	Shown     bool // not all changes are kept
	MayImport bool
	MayGiveOn bool
	Good      int // rows that can be taken
	Again     string
}

// findingRow is a remark with its place in the sheet.
type findingRow struct {
	Cell  string
	Badge ui.Badge
	Field string
	Text  string
}

// changeRow is what a row does to the catalogue.
type changeRow struct {
	Row    int
	GTIN   string
	Name   string
	New    bool
	Fields []told
}

const importRows = 200 // findings and changes on one page

// get returns a workbook that the reader may see.
func (o *importDoor) get(r *http.Request, v db.Reader) (catalog.Workbook, error) {
	w, err := catalog.GetWorkbook(r.Context(), v, pavilion.ImportID(r.PathValue("import")))
	if err == nil && o.own && w.Producer != ownOf(member(r)) {
		err = pavilion.E(pavilion.NotFound, "import.unknown", nil)
	}
	return w, err
}

func (o *importDoor) show(w http.ResponseWriter, r *http.Request) error { return o.draw(w, r, nil) }

func (o *importDoor) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p, here := r.Context(), ui.PrinterOf(r), r.URL.Query()
	found, _ := strconv.ParseInt(here.Get("found"), 10, 64) // rubbish is the beginning
	rows, _ := strconv.ParseInt(here.Get("rows"), 10, 64)
	var v importView
	err := o.read(r, func(view *db.View) error {
		book, err := o.get(r, view)
		if err != nil {
			return err
		}
		names, err := staff.Names(ctx, view, []string{book.HandedBy.ID, book.ImportedBy.ID})
		if err != nil {
			return err
		}
		findings, nextFound, err := catalog.WorkbookFindings(ctx, view, book.ID, found, importRows)
		if err != nil {
			return err
		}
		changes, nextRows, err := catalog.WorkbookChanges(ctx, view, book.ID, rows, importRows)
		if err != nil {
			return err
		}
		v = viewImport(p, o.path, o.own, book, findings, changes)
		v.By = who(p, book.HandedBy, names[book.HandedBy.ID])
		if book.State == catalog.WorkbookImported {
			v.Imported = who(p, book.ImportedBy, names[book.ImportedBy.ID])
		}
		at := o.path + "/" + string(book.ID)
		if nextFound > 0 {
			v.NextFound = address(at, "found="+strconv.FormatInt(nextFound, 10))
		}
		if nextRows > 0 {
			v.NextRows = address(at, "rows="+strconv.FormatInt(nextRows, 10))
		}
		if v.Running {
			worker, found, err := job.ByKey(ctx, view, catalog.WorkbookJob, string(book.ID))
			if err == nil && found && worker.State == job.Parked {
				v.Said = append(v.Said, ui.Notice{Tone: ui.Bad, Title: p.T("imports.stands"), Text: sentence(p, worker.Reason, worker.Args)})
			}
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	head := o.head(v.Book.Name, o.path)
	if failure != nil {
		head.Status = ui.Status(failure)
		v.Said = append(v.Said, ui.Notice{Tone: ui.Bad, Text: p.Error(failure)})
	}
	return o.page.Write(w, r, head, v)
}

// viewImport puts a workbook into words. own is the producer's side of it.
func viewImport(p *ui.Printer, path string, own bool, b catalog.Workbook, findings []pavilion.Finding, changes []catalog.Change) importView {
	t := b.Report.Checked
	v := importView{
		Book: b, Path: path, State: workbookBadge(p, b), Good: t.Rows - t.Bad, More: b.Report.More, Shown: b.Report.Changes < t.New+t.Changed,
		Running: b.State == catalog.WorkbookChecking || b.State == catalog.WorkbookImporting,
		Again:   path + "/new",
	}
	if !own {
		v.Again = address(v.Again, "producer="+string(b.Producer))
	}
	open := b.State == catalog.WorkbookChecked || b.State == catalog.WorkbookHandedIn
	v.MayImport, v.MayGiveOn = open && !own && v.Good > 0, own && b.State == catalog.WorkbookChecked && v.Good > 0
	v.say(p, own)
	for _, c := range tallyColumns {
		v.Tally = append(v.Tally, ui.Fact{Label: p.T("imports.tally." + c.key), Text: p.Number(int64(c.of(t)))})
	}
	if b.State == catalog.WorkbookImported {
		taken := b.Report.Taken
		v.Taken = p.T("imports.taken", "new", taken.New, "changed", taken.Changed, "same", taken.Same, "bad", taken.Bad)
	}
	if v.Running {
		v.Progress = ui.Progress{Label: p.T("imports.step." + string(b.Step)), Text: p.T("imports.rows_done", "count", b.StepRows), Value: b.StepRows}
		switch {
		case b.State == catalog.WorkbookImporting && b.Step == catalog.Writing:
			v.Progress.Max = int64(t.New + t.Changed)
		case b.State == catalog.WorkbookImporting:
			v.Progress.Max = int64(t.Rows)
		}
	}
	for _, f := range findings {
		v.Findings = append(v.Findings, sayFinding(p, b.Report.Info, f))
	}
	for _, c := range changes {
		row := changeRow{Row: c.Row, GTIN: string(c.GTIN), Name: p.Text(c.Name), New: c.New}
		for _, f := range c.Fields {
			row.Fields = append(row.Fields, told{Field: columnWords(p, b.Report.Info, f.Field), Before: f.Before, After: f.After})
		}
		v.Changes = append(v.Changes, row)
	}
	return v
}

// say tells what the reader must know first, and what to do next.
func (v *importView) say(p *ui.Printer, own bool) {
	b, t := v.Book, v.Book.Report.Checked
	switch {
	case b.Reason != "":
		v.Said = append(v.Said, ui.Notice{Tone: ui.Bad, Title: p.T(map[bool]string{true: "imports.not_taken", false: "imports.not_imported"}[b.State == catalog.WorkbookRefused]), Text: sentence(p, b.Reason, b.Args)})
	case b.State == catalog.WorkbookHandedIn && own:
		v.Said = append(v.Said, ui.Notice{Tone: ui.Good, Text: p.T("imports.waits_for_operator")})
	case b.State == catalog.WorkbookImported:
	case b.State != catalog.WorkbookChecked && b.State != catalog.WorkbookHandedIn:
	case v.Good == 0:
		v.Said = append(v.Said, ui.Notice{Tone: ui.Bad, Text: p.T("imports.all_bad")})
	case t.Bad > 0:
		v.Said = append(v.Said, ui.Notice{Tone: ui.Careful, Text: p.T("imports.some_bad", "count", t.Bad)})
	case t.New+t.Changed == 0:
		v.Said = append(v.Said, ui.Notice{Text: p.T("imports.nothing_new")})
	}
}

var workbookTones = map[catalog.WorkbookState]ui.Tone{
	catalog.WorkbookChecking: ui.Careful, catalog.WorkbookImporting: ui.Careful, catalog.WorkbookHandedIn: ui.National,
	catalog.WorkbookImported: ui.Good, catalog.WorkbookRefused: ui.Bad,
}

func workbookBadge(p *ui.Printer, w catalog.Workbook) ui.Badge {
	return ui.Badge{Tone: workbookTones[w.State], Text: p.T("imports.state." + string(w.State))}
}

// workbookReason says why a workbook was refused or not imported, "" if it was not.
func workbookReason(p *ui.Printer, w catalog.Workbook) string {
	if w.Reason == "" {
		return ""
	}
	return sentence(p, w.Reason, w.Args)
}

var severityTones = map[pavilion.Severity]ui.Tone{pavilion.Blocks: ui.Bad, pavilion.Warns: ui.Careful}

// sayFinding says a finding, with its cell and the heading as the sheet has it.
func sayFinding(p *ui.Printer, info catalog.SheetInfo, f pavilion.Finding) findingRow {
	row := findingRow{Cell: catalog.CellName(f.Place.Column, f.Place.Row), Badge: ui.Badge{Tone: severityTones[f.Severity], Text: p.T("imports.severity." + string(f.Severity))}, Text: p.Finding(f)}
	if row.Field = info.Headings[f.Place.Column]; row.Field == "" && f.Field != "" {
		row.Field = columnWords(p, info, catalog.Field(f.Field))
	}
	return row
}

// columnWords says a field of a sheet by the heading it has there, or else the template's.
func columnWords(p *ui.Printer, info catalog.SheetInfo, f catalog.Field) string {
	if heading := info.Heading(f, p.Lang); heading != "" {
		return heading
	}
	return fieldWords(p, string(f))
}

// sampleImports are states of the page of a workbook.
func sampleImports(p *ui.Printer) map[string]importView {
	book := catalog.Workbook{
		ID: "imp_00000000000000000000000000", Producer: "pdr_00000000000000000000000000", ProducerName: pavilion.Text{"ru": "ОАО «Пример»", "zh": "示例公司"},
		Name: "Товары 2022.xlsx", Size: 48_213, State: catalog.WorkbookChecked,
		Report: catalog.WorkbookReport{
			Info:    catalog.SheetInfo{Sheet: "Товары", Header: map[catalog.Field]int{catalog.FieldGTIN: 1, catalog.FieldNet: 4}, Headings: map[int]string{1: "Штрихкод", 4: "Масса нетто, г"}},
			Checked: catalog.Tally{Rows: 120, New: 90, Changed: 12, Same: 15, Bad: 3},
		},
	}
	findings := []pavilion.Finding{
		{Severity: pavilion.Blocks, Reason: "gtin.check_digit", Field: "gtin", Place: pavilion.Place{Sheet: "Товары", Row: 7, Column: 1}, Args: pavilion.Args{"value": "4810067000012", "expected": "9"}},
		{Severity: pavilion.Informs, Reason: "sheet.example_row", Field: "gtin", Place: pavilion.Place{Sheet: "Товары", Row: 6, Column: 1}, Args: pavilion.Args{"row": 6}},
	}
	changes := []catalog.Change{
		{Row: 8, GTIN: "4810067000349", Name: pavilion.Text{"ru": "Зефир", "zh": "泽菲尔软糖"}, New: true},
		{Row: 9, GTIN: "4810067000356", Name: pavilion.Text{"ru": "Ирис", "zh": "太妃糖"}, Fields: []catalog.FieldChange{{Field: catalog.FieldNet, Before: "200 g", After: "180 g"}}},
	}
	refused, checking, done := book, book, book
	refused.State, refused.Reason, refused.Args, refused.Report = catalog.WorkbookRefused, "import.no_rows", pavilion.Args{"sheet": "Товары", "row": 5}, catalog.WorkbookReport{}
	checking.State, checking.Step, checking.StepRows, checking.Report = catalog.WorkbookChecking, catalog.Checking, 5120, catalog.WorkbookReport{}
	done.State, done.Report.Taken = catalog.WorkbookImported, catalog.Tally{Rows: 120, New: 90, Changed: 12, Same: 15, Bad: 3}
	return map[string]importView{
		"checked":  viewImport(p, "/console/imports", false, book, findings, changes),
		"own":      viewImport(p, "/console/own/imports", true, book, findings, changes),
		"refused":  viewImport(p, "/console/imports", false, refused, nil, nil),
		"checking": viewImport(p, "/console/imports", false, checking, nil, nil),
		"imported": viewImport(p, "/console/imports", false, done, nil, changes),
	}
}

// start has a workbook imported.
func (o *importDoor) start(w http.ResponseWriter, r *http.Request) error {
	if err := o.parse(w, r); err != nil {
		return err
	}
	return o.decide(w, r, func(tx *db.Tx, id pavilion.ImportID) error {
		return catalog.StartImport(r.Context(), tx, id, r.PostFormValue("good") == "1")
	})
}

// giveOn is the producer's word that the operator may import it.
func (o *importDoor) giveOn(w http.ResponseWriter, r *http.Request) error {
	return o.decide(w, r, func(tx *db.Tx, id pavilion.ImportID) error { return catalog.GiveOn(r.Context(), tx, id) })
}

func (o *importDoor) decide(w http.ResponseWriter, r *http.Request, do func(*db.Tx, pavilion.ImportID) error) error {
	var id pavilion.ImportID
	err := o.write(r, func(tx *db.Tx) error {
		book, err := o.get(r, tx)
		if err != nil {
			return err
		}
		id = book.ID
		return do(tx, id)
	})
	if err != nil && pavilion.KindOf(err) == pavilion.Conflict {
		return o.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	redirect(w, r, o.path+"/"+string(id))
	return nil
}

// file sends the workbook as it was handed in.
func (o *importDoor) file(w http.ResponseWriter, r *http.Request) error {
	return o.send(w, r, "", func(book catalog.Workbook, f *catalog.WorkbookFile, out io.Writer) error {
		_, err := io.Copy(out, io.NewSectionReader(f, 0, f.Size))
		return err
	})
}

// marked sends the workbook with its cells marked, in the language of its headings: it goes
// back to who filled it in.
func (o *importDoor) marked(w http.ResponseWriter, r *http.Request) error {
	return o.send(w, r, ".marked", func(book catalog.Workbook, f *catalog.WorkbookFile, out io.Writer) error {
		findings, err := o.allFindings(r, book.ID)
		if err != nil {
			return err
		}
		say := func(f pavilion.Finding) string { return ui.SayFinding(book.Report.Info.Lang, f) }
		return catalog.MarkSheet(r.Context(), f, f.Size, findings, say, out)
	})
}

func (o *importDoor) allFindings(r *http.Request, id pavilion.ImportID) (iter.Seq[pavilion.Finding], error) {
	var all []pavilion.Finding
	err := o.read(r, func(v *db.View) error {
		for after := int64(0); ; {
			some, next, err := catalog.WorkbookFindings(r.Context(), v, id, after, 1000)
			if all = append(all, some...); err != nil || next == 0 {
				return err
			}
			after = next
		}
	})
	return func(yield func(pavilion.Finding) bool) {
		for _, f := range all {
			if !yield(f) {
				return
			}
		}
	}, err
}

// send writes a workbook into memory first, so that an error still becomes a page.
func (o *importDoor) send(w http.ResponseWriter, r *http.Request, ending string, write func(catalog.Workbook, *catalog.WorkbookFile, io.Writer) error) error {
	var book catalog.Workbook
	err := o.read(r, func(v *db.View) (err error) {
		book, err = o.get(r, v)
		return err
	})
	if err != nil {
		return err
	}
	f, err := catalog.OpenWorkbook(r.Context(), o.db, book.ID)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	var out bytes.Buffer
	if err := write(book, f, &out); err != nil {
		return err
	}
	attach(w, strings.TrimSuffix(book.Name, ".xlsx")+ending+".xlsx")
	_, err = out.WriteTo(w)
	return err
}

// attach says that the answer is a workbook to be saved under a name.
func attach(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}
