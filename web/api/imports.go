package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// workbook is an Excel file of a producer that was handed in, and what became of it.
type workbook struct {
	ID        pavilion.ImportID     `json:"id"`
	Producer  pavilion.ProducerID   `json:"producer"`
	Name      string                `json:"name" example:"autumn.xlsx" doc:"Of the file."`
	Size      int64                 `json:"size" example:"48211" doc:"In bytes."`
	State     catalog.WorkbookState `json:"state"`
	Reason    string                `json:"reason,omitempty" example:"sheet.no_header" doc:"Why it was refused, or could not be imported: a machine word."`
	Detail    string                `json:"detail,omitempty" example:"No row of the sheet looks like a header." doc:"The reason as a sentence, in the language of Accept-Language."`
	Checked   rowCount              `json:"checked" doc:"What it would change."`
	Taken     rowCount              `json:"taken" doc:"What the import did."`
	Findings  int                   `json:"findings" example:"3" doc:"How many findings are listed."`
	HandedAt  time.Time             `json:"handed_at"`
	UpdatedAt time.Time             `json:"updated_at"`
}

// rowCount counts the rows of a sheet.
type rowCount struct {
	Rows    int `json:"rows" example:"120" doc:"All rows."`
	New     int `json:"new" example:"20" doc:"Rows with a SKU that is not known."`
	Changed int `json:"changed" example:"30" doc:"Rows that change a SKU."`
	Same    int `json:"same" example:"67" doc:"Rows that change nothing."`
	Bad     int `json:"bad" example:"3" doc:"Rows that cannot be taken."`
}

type workbooks struct {
	Imports []workbook `json:"imports" doc:"One page of them, the newest first."`
	Next    string     `json:"next,omitempty" example:"imp_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

type workbooksInput struct {
	Paged
	Producer pavilion.ProducerID   `query:"producer"`
	State    catalog.WorkbookState `query:"state"`
}

type workbookInput struct {
	Speaks
	Import pavilion.ImportID `path:"import"`
}

type handInInput struct {
	Keyed
	Producer pavilion.ProducerID `query:"producer" required:"true" doc:"Whose goods they are. A sheet that names the tax number of another producer is refused."`
	Name     string              `query:"name" required:"true" minLength:"1" maxLength:"200" example:"autumn.xlsx" doc:"Name of the file."`
	RawBody  upload              `contentType:"application/octet-stream"`
}

type startInput struct {
	Keyed
	Import pavilion.ImportID `path:"import"`
	Body   struct {
		OnlyGood bool `json:"only_good" doc:"Leave bad rows out. Otherwise there must be none."`
	}
}

type findingsInput struct {
	Paged
	Import pavilion.ImportID `path:"import"`
}

type finding struct {
	Severity pavilion.Severity `json:"severity"`
	Reason   string            `json:"reason" example:"gtin.check_digit" doc:"The machine word."`
	Detail   string            `json:"detail" example:"The last digit should be 4." doc:"The reason as a sentence, in the language of Accept-Language."`
	Field    string            `json:"field,omitempty" example:"gtin" doc:"The fact it is about; missing if it is about the sheet."`
	Sheet    string            `json:"sheet,omitempty" example:"Товары" doc:"Name of the sheet."`
	Cell     string            `json:"cell,omitempty" example:"D12" doc:"The cell or, without a letter, the row."`
}

type findings struct {
	Findings []finding `json:"findings" doc:"One page of them, in the order of the rows."`
	Next     string    `json:"next,omitempty" example:"50" doc:"Value of “after” for the next page; missing on the last one."`
}

// imports registers the operations on workbooks of producers.
func (a *API) imports() {
	unknown := refuses(pavilion.NotFound, "import.unknown")
	handIn := operation{
		method: http.MethodPost, path: "/office/imports", id: "hand-in-workbook", tag: officeImports, scope: staff.ImportCatalog, status: http.StatusCreated,
		file: "An Excel workbook (.xlsx) of at most 32 MB.", most: UploadBytes,
		summary: "Hand in a workbook of a producer",
		about: "The body is the file itself. It is checked in the background and changes nothing: ask how it stands until its state is “checked” or “refused”, " +
			"look at what was found, and start the import.",
		refuses: append([]refusal{
			refuses(pavilion.NotFound, "producer.unknown"), refuses(pavilion.Conflict, "import.other_producer"),
			refuses(pavilion.Invalid, "sheet.not_xlsx"), refuses(pavilion.Invalid, "sheet.too_big"), refuses(pavilion.Invalid, "sheet.no_header"),
		}, onWriting...),
	}
	run(a, handIn, func(ctx context.Context, in *handInInput) (workbook, error) {
		h, err := catalog.ReadHanded(in.Name, bytes.NewReader(in.RawBody), int64(len(in.RawBody)))
		if err != nil {
			return workbook{}, err
		}
		return once(ctx, a, handIn.id, *in, func(tx *db.Tx) (workbook, error) {
			id, err := catalog.KeepHanded(ctx, tx, in.Producer, h)
			if err != nil {
				return workbook{}, err
			}
			return workbookAs(ctx, tx, id, in.lang())
		})
	})
	read(a, operation{
		method: http.MethodGet, path: "/office/imports", id: "list-imports", tag: officeImports, scope: staff.ImportCatalog,
		summary: "List workbooks that were handed in", about: "The newest first.",
	}, a.listImports)
	read(a, operation{
		method: http.MethodGet, path: "/office/imports/{import}", id: "get-import", tag: officeImports, scope: staff.ImportCatalog,
		summary: "How a workbook stands", about: "“checking” becomes “checked” or “refused”, “importing” becomes “imported” or, if it could not be done, “checked” again with a reason.",
		refuses: []refusal{unknown},
	}, func(ctx context.Context, v *db.View, in *workbookInput) (workbook, error) {
		return workbookAs(ctx, v, in.Import, in.lang())
	})
	read(a, operation{
		method: http.MethodGet, path: "/office/imports/{import}/findings", id: "list-findings", tag: officeImports, scope: staff.ImportCatalog,
		summary: "What was found in a workbook", about: "First what is about the whole sheet, then by row.", refuses: []refusal{unknown, refuses(pavilion.Invalid, "cursor.malformed")},
	}, a.listFindings)
	write(a, operation{
		method: http.MethodPost, path: "/office/imports/{import}/start", id: "start-import", tag: officeImports, scope: staff.ImportCatalog,
		summary: "Import a workbook that was checked", about: "The work is done in the background; its rows count as written by this token.",
		refuses: []refusal{
			unknown, refuses(pavilion.Conflict, "import.not_ready"), refuses(pavilion.Conflict, "import.nothing_good"),
			refuses(pavilion.Conflict, "import.has_bad_rows"), refuses(pavilion.Conflict, "import.file_gone"),
		},
	}, func(ctx context.Context, tx *db.Tx, in *startInput) (workbook, error) {
		if err := catalog.StartImport(ctx, tx, in.Import, in.Body.OnlyGood); err != nil {
			return workbook{}, err
		}
		return workbookAs(ctx, tx, in.Import, in.lang())
	})
}

// workbookAs reads how a workbook stands. Error: NotFound import.unknown.
func workbookAs(ctx context.Context, r db.Reader, id pavilion.ImportID, lang pavilion.Lang) (workbook, error) {
	w, err := catalog.GetWorkbook(ctx, r, id)
	return workbookOf(w, lang), err
}

func workbookOf(w catalog.Workbook, lang pavilion.Lang) workbook {
	out := workbook{
		ID: w.ID, Producer: w.Producer, Name: w.Name, Size: w.Size, State: w.State, Reason: w.Reason,
		Checked: rowCount(w.Report.Checked), Taken: rowCount(w.Report.Taken), Findings: w.Report.Findings, HandedAt: w.HandedAt, UpdatedAt: w.UpdatedAt,
	}
	if w.Reason != "" {
		out.Detail = ui.Say(lang, pavilion.E(pavilion.Invalid, w.Reason, w.Args))
	}
	return out
}

func (a *API) listImports(ctx context.Context, v *db.View, in *workbooksInput) (workbooks, error) {
	found, err := catalog.Workbooks(ctx, v, catalog.WorkbookFilter{Producer: in.Producer, State: in.State}, pavilion.ImportID(in.After), in.more())
	few, next := cut(in.Paged, found, func(w catalog.Workbook) string { return string(w.ID) })
	return workbooks{each(few, func(w catalog.Workbook) workbook { return workbookOf(w, in.lang()) }), next}, err
}

func (a *API) listFindings(ctx context.Context, v *db.View, in *findingsInput) (findings, error) {
	if _, err := catalog.GetWorkbook(ctx, v, in.Import); err != nil {
		return findings{}, err
	}
	var place int64
	if in.After != "" {
		var err error
		if place, err = strconv.ParseInt(in.After, 10, 64); err != nil {
			return findings{}, pavilion.E(pavilion.Invalid, "cursor.malformed", nil).At("after")
		}
	}
	found, next, err := catalog.WorkbookFindings(ctx, v, in.Import, place, in.Limit)
	out := findings{Findings: each(found, func(f pavilion.Finding) finding {
		cell := ""
		if f.Place.Row > 0 {
			cell = catalog.CellName(f.Place.Column, f.Place.Row)
		}
		return finding{f.Severity, f.Reason, ui.SayFinding(in.lang(), f), f.Field, f.Place.Sheet, cell}
	})}
	if next > 0 {
		out.Next = strconv.FormatInt(next, 10)
	}
	return out, err
}
