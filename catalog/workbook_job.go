package catalog

import (
	"context"
	"encoding/json"
	"errors"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
)

// WorkWorkbook does what a workbook waits for: it checks it, or imports it. It may be
// interrupted at any point and run again: a check writes nothing but its result, and a row
// that was imported before changes nothing the second time, because the catalogue keeps the
// hash of what each row said.
func WorkWorkbook(ctx context.Context, run *job.Run, id pavilion.ImportID) error {
	var w Workbook
	err := run.DB.Read(ctx, func(v *db.View) (err error) {
		w, err = GetWorkbook(ctx, v, id)
		return err
	})
	if err != nil || w.State != WorkbookChecking && w.State != WorkbookImporting {
		return err
	}
	file, err := OpenWorkbook(ctx, run.DB, id)
	if err != nil {
		return err
	}
	actor := w.ImportedBy
	if w.State == WorkbookChecking {
		actor = w.HandedBy
	}
	report, failure := Import(ctx, run.DB, actor, file, file.Size, ImportOptions{
		Producer: w.Producer, DryRun: w.State == WorkbookChecking, OnlyGood: w.OnlyGood, From: string(id),
		Progress: func(step Step, rows int) { w.progress(ctx, run.DB, step, rows) },
	})
	if err := file.Close(); err != nil {
		return errors.Join(failure, err)
	}
	switch pavilion.KindOf(failure) {
	case pavilion.Invalid, pavilion.NotFound, pavilion.Conflict: // said to the people, who mend it
	default:
		if failure != nil {
			return failure
		}
	}
	return run.DB.Write(ctx, actor, func(tx *db.Tx) error {
		if err := w.finish(ctx, tx, report, failure); err != nil {
			return err
		}
		return run.Done(ctx, tx)
	})
}

const setProgress = `update sheet_import set step = $1, step_rows = $2, updated_at = $3 where id = $4 and state in ('checking', 'importing')`

// progress writes down how far the work has come; that it cannot does not matter.
func (w Workbook) progress(ctx context.Context, d *db.DB, step Step, rows int) {
	_ = d.Write(ctx, pavilion.System("import"), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, setProgress, step, rows, db.Micros(tx.Now()), w.ID)
		return err
	})
}

const (
	finishWorkbook = `update sheet_import set state = $1, step = '', step_rows = 0, reason = $2, reason_args = $3, report = $4, updated_at = $5 where id = $6 and state = $7`
	forgetFindings = `delete from sheet_import_finding where import_id = $1`
	forgetChanges  = `delete from sheet_import_change where import_id = $1`
)

// finish writes down what became of the workbook. After a check that is all that was found;
// after an import only what is new to say, for what was changed was shown before.
func (w Workbook) finish(ctx context.Context, tx *db.Tx, report Report, failure error) error {
	was := w.State
	if was == WorkbookChecking {
		w.State = WorkbookChecked
		w.Report = WorkbookReport{Info: report.Info, Checked: tally(report), More: report.More}
		w.Report.Info.Findings = nil
		if err := w.keepResult(ctx, tx, report); err != nil {
			return err
		}
	} else {
		w.State, w.Report.Taken = WorkbookImported, tally(report)
	}
	args := pavilion.Args{}
	if e, is := errors.AsType[*pavilion.Error](failure); is {
		w.Reason, args = e.Reason, e.Args
		w.State = WorkbookRefused
		if was == WorkbookImporting {
			w.State = WorkbookChecked
		}
	}
	if was == WorkbookImporting && failure == nil && !report.Written { // a row became bad since the check
		w.State, w.Reason, args = WorkbookChecked, "import.has_bad_rows", pavilion.Args{"count": report.Bad}
	}
	said, err := json.Marshal(args)
	if err != nil {
		return err
	}
	text, err := json.Marshal(w.Report)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, finishWorkbook, w.State, w.Reason, string(said), string(text), db.Micros(tx.Now()), w.ID, was)
	return err
}

var (
	findingRows = db.Insert{
		Table:   "sheet_import_finding",
		Columns: []string{"import_id", "seq", "severity", "reason", "reason_args", "field", "sheet", "row_number", "column_number"},
	}
	changeRows = db.Insert{
		Table:   "sheet_import_change",
		Columns: []string{"import_id", "seq", "row_number", "gtin", "name_text", "is_new", "fields"},
	}
)

// keepResult replaces the findings and changes of an earlier check.
func (w *Workbook) keepResult(ctx context.Context, tx *db.Tx, report Report) error {
	for _, forget := range []string{forgetFindings, forgetChanges} {
		if _, err := tx.Exec(ctx, forget, w.ID); err != nil {
			return err
		}
	}
	var args []any
	for _, findings := range [][]pavilion.Finding{report.Info.Findings, report.Findings} {
		for _, f := range findings {
			if f.Args == nil {
				f.Args = pavilion.Args{}
			}
			said, err := json.Marshal(f.Args)
			if err != nil {
				return err
			}
			w.Report.Findings++
			args = append(args, w.ID, w.Report.Findings, f.Severity, f.Reason, string(said), f.Field, f.Place.Sheet, f.Place.Row, f.Place.Column)
		}
	}
	if _, err := findingRows.Rows(ctx, tx, args); err != nil {
		return err
	}
	args = nil
	for _, c := range report.Changes {
		name, err := json.Marshal(c.Name)
		if err != nil {
			return err
		}
		fields, err := json.Marshal(c.Fields)
		if err != nil {
			return err
		}
		w.Report.Changes++
		args = append(args, w.ID, w.Report.Changes, c.Row, string(c.GTIN), string(name), c.New, string(fields))
	}
	_, err := changeRows.Rows(ctx, tx, args)
	return err
}
