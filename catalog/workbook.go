package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"pavilion"
	"pavilion/db"
)

// Workbook is an Excel file of a producer that was handed in, and what became of it. It is kept
// with its bytes, so that it can be checked, looked at, imported and given back marked, by
// people who are not there at the same time.
//
//	checking → checked → (handed in →) importing → imported
//	         ↘ refused                 ↘ checked, with the reason
type Workbook struct {
	ID           pavilion.ImportID
	Producer     pavilion.ProducerID
	ProducerName pavilion.Text
	Name         string // of the file
	Size         int64  // bytes
	SHA256       string
	State        WorkbookState
	OnlyGood     bool          // bad rows are left out
	Step         Step          // of the work under way
	StepRows     int64         // rows done in it
	Reason       string        // why it was refused, or could not be imported: the key of a sentence
	Args         pavilion.Args // what the sentence needs
	Report       WorkbookReport
	HandedBy     pavilion.Actor
	HandedAt     time.Time
	ImportedBy   pavilion.Actor
	UpdatedAt    time.Time
}

// WorkbookState says how far a workbook has come.
type WorkbookState string

const (
	WorkbookChecking  WorkbookState = "checking"  // a job compares it with the catalogue
	WorkbookChecked   WorkbookState = "checked"   // a person looks at what it would change
	WorkbookHandedIn  WorkbookState = "handed_in" // the producer looked and gave it on
	WorkbookImporting WorkbookState = "importing" // a job writes it
	WorkbookImported  WorkbookState = "imported"
	WorkbookRefused   WorkbookState = "refused" // it cannot be read, or is not this producer's
)

// WorkbookStates are all of them, in the order in which a workbook comes to them.
var WorkbookStates = []WorkbookState{WorkbookChecking, WorkbookChecked, WorkbookHandedIn, WorkbookImporting, WorkbookImported, WorkbookRefused}

// WorkbookReport is what was learned about a workbook. Its findings and changes are rows of
// their own: see WorkbookFindings and WorkbookChanges.
type WorkbookReport struct {
	Info    SheetInfo // without its findings
	Checked Tally     // what it would change
	// Taken is what the import found and did. After an import that was interrupted, rows that
	// were written before count as the same.
	Taken    Tally
	Findings int // that are kept
	More     int // found beyond those
	Changes  int // that are kept
}

// Tally counts the rows of a sheet.
type Tally struct{ Rows, New, Changed, Same, Bad int }

func tally(r Report) Tally { return Tally{r.Rows, r.New, r.Changed, r.Same, r.Bad} }

const workbookColumns = `w.id, w.producer_id, p.legal_name_text, w.file_name, w.size, w.sha256, w.state, w.only_good, w.step, w.step_rows, w.reason, w.reason_args, w.report,
  w.created_by, w.created_at, w.imported_by, w.updated_at`

const (
	selectWorkbooks = "select " + workbookColumns + " from sheet_import w join producer p on p.id = w.producer_id"
	getWorkbook     = selectWorkbooks + " where w.id = $1"
)

func scanWorkbook(row db.Scanner) (Workbook, error) {
	var w Workbook
	var args, report, by, importedBy string
	var created, updated int64
	err := row.Scan(&w.ID, &w.Producer, text{&w.ProducerName}, &w.Name, &w.Size, &w.SHA256, &w.State, &w.OnlyGood, &w.Step, &w.StepRows, &w.Reason, &args, &report,
		&by, &created, &importedBy, &updated)
	if err != nil {
		return Workbook{}, err
	}
	w.HandedBy, _ = pavilion.ParseActor(by)
	w.ImportedBy, _ = pavilion.ParseActor(importedBy)
	w.HandedAt, w.UpdatedAt = db.Time(created), db.Time(updated)
	if err := json.Unmarshal([]byte(args), &w.Args); err != nil {
		return Workbook{}, fmt.Errorf("read the arguments of %s: %w", w.ID, err)
	}
	if err := json.Unmarshal([]byte(report), &w.Report); err != nil {
		return Workbook{}, fmt.Errorf("read the report of %s: %w", w.ID, err)
	}
	return w, nil
}

// GetWorkbook returns one workbook. Error: NotFound import.unknown.
func GetWorkbook(ctx context.Context, r db.Reader, id pavilion.ImportID) (Workbook, error) {
	w, found, err := db.One(ctx, r, scanWorkbook, getWorkbook, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "import.unknown", nil)
	}
	return w, err
}

// WorkbookFilter narrows a list of workbooks; its zero value does not.
type WorkbookFilter struct {
	Producer pavilion.ProducerID
	State    WorkbookState
}

func (f WorkbookFilter) where() (w db.Where) {
	if f.Producer != "" {
		w.And("w.producer_id = $1", f.Producer)
	}
	if f.State != "" {
		w.And("w.state = $1", f.State)
	}
	return w
}

// Workbooks lists workbooks, the newest first, after the one with the id, "" for the
// beginning.
func Workbooks(ctx context.Context, r db.Reader, f WorkbookFilter, after pavilion.ImportID, limit int) ([]Workbook, error) {
	w := f.where()
	if after != "" {
		w.And("w.id < $1", after)
	}
	query, args := w.SQL(selectWorkbooks, "order by w.id desc limit $1", limit)
	return db.All(ctx, r, scanWorkbook, query, args...)
}

// CountWorkbooks counts workbooks and stops at most.
func CountWorkbooks(ctx context.Context, r db.Reader, f WorkbookFilter, most int64) (n int64, err error) {
	query, args := f.where().SQL("select count(*) from (select 1 as one from sheet_import w", "limit $1) as found", most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

const (
	listFindings = `select severity, reason, reason_args, field, sheet, row_number, column_number, seq from sheet_import_finding
where import_id = $1 and seq > $2 order by seq limit $3`
	listChanges = `select row_number, gtin, name_text, is_new, fields, seq from sheet_import_change where import_id = $1 and seq > $2 order by seq limit $3`
)

// WorkbookFindings lists what was found in a workbook, after a place in the list: first what
// is about the whole sheet, then in the order of the rows. next is the place of the last one,
// 0 when there are no more.
func WorkbookFindings(ctx context.Context, r db.Reader, id pavilion.ImportID, after int64, limit int) (found []pavilion.Finding, next int64, err error) {
	scan := func(row db.Scanner) (f pavilion.Finding, err error) {
		var args string
		if err := row.Scan(&f.Severity, &f.Reason, &args, &f.Field, &f.Place.Sheet, &f.Place.Row, &f.Place.Column, &next); err != nil {
			return f, err
		}
		return f, json.Unmarshal([]byte(args), &f.Args)
	}
	found, err = db.All(ctx, r, scan, listFindings, id, after, limit)
	if len(found) < limit {
		next = 0
	}
	return found, next, err
}

// WorkbookChanges lists what a workbook changes in the catalogue, as WorkbookFindings does.
func WorkbookChanges(ctx context.Context, r db.Reader, id pavilion.ImportID, after int64, limit int) (changes []Change, next int64, err error) {
	scan := func(row db.Scanner) (c Change, err error) {
		var fields string
		if err := row.Scan(&c.Row, &c.GTIN, text{&c.Name}, &c.New, &fields, &next); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(fields), &c.Fields)
	}
	changes, err = db.All(ctx, r, scan, listChanges, id, after, limit)
	if len(changes) < limit {
		next = 0
	}
	return changes, next, err
}

// CellName is what people call a cell, such as "D12"; without a column it is the row's number,
// and "" is the whole sheet.
func CellName(column, row int) string {
	switch {
	case row == 0:
		return ""
	case column == 0:
		return strconv.Itoa(row)
	}
	return position{row, column}.String()
}
