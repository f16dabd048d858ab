package console

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/web/ui"
)

const (
	exportRows = 1000      // read at a time
	exportMost = 1_000_000 // rows of one export; a sheet holds 1,048,576
)

// export sends the whole list, as narrowed, as CSV or XLSX. It reads page by page, so that
// its memory does not grow with the list (a workbook is spooled to disk by its writer).
func (l *lister[T]) export(w http.ResponseWriter, r *http.Request) error {
	from := r.URL.Query()
	q, columns := l.query(r, from), l.chosen(from)
	q.after, q.limit = "", exportRows
	var total int64
	if err := l.read(r, func(v *db.View) (err error) {
		total, err = l.count(r.Context(), v, q, exportMost+1)
		return err
	}); err != nil {
		return err
	}
	if total > exportMost {
		return pavilion.E(pavilion.Invalid, "console.export_too_long", pavilion.Args{"most": exportMost})
	}
	if err := l.write(r, func(tx *db.Tx) error {
		return staff.Note(r.Context(), tx, "list.exported", l.path, map[string]any{"filter": q.values.Encode(), "rows": total})
	}); err != nil {
		return err
	}
	var out sheet
	name := strings.ReplaceAll(strings.TrimPrefix(l.path, "/console/"), "/", "-") + "-" + l.db.Now().UTC().Format("20060102-1504")
	switch from.Get("as") {
	case "xlsx":
		out = newWorkbook(w, name)
	default:
		out = newCSV(w, name)
	}
	// A long list takes longer than other answers may.
	if err := patient(w); err != nil {
		return err
	}
	err := l.fill(r, q, columns, out)
	if _, sent := out.(*csvSheet); sent && err != nil {
		// Half a file must not look like a whole one: the connection breaks.
		l.site.LogFailure(r.Context(), l.path+"/export", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

// fill writes the headings and all rows of the list into a sheet.
func (l *lister[T]) fill(r *http.Request, q query, columns []column[T], out sheet) error {
	p := ui.PrinterOf(r)
	heads := make([]any, len(columns))
	for i, c := range columns {
		heads[i] = p.T(c.label)
	}
	if err := out.row(heads); err != nil {
		return err
	}
	for {
		var rows []T
		if err := l.read(r, func(v *db.View) (err error) {
			rows, err = l.rows(r.Context(), v, q)
			return err
		}); err != nil {
			return err
		}
		for _, row := range rows {
			values := make([]any, len(columns))
			for i, c := range columns {
				values[i] = exported(p, c.value(row))
			}
			if err := out.row(values); err != nil {
				return err
			}
		}
		if len(rows) < q.limit {
			return out.end()
		}
		q.after = l.key(rows[len(rows)-1])
	}
}

// exported is a value as a sheet holds it: numbers stay numbers, words are in the reader's
// language, moments are UTC.
func exported(p *ui.Printer, value any) any {
	switch v := value.(type) {
	case int64, int, string:
		return v
	case money.Money:
		if v.Currency() == "" {
			return ""
		}
		return decimal(v.Decimal())
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format("2006-01-02 15:04:05")
	case pavilion.Date:
		return string(v)
	}
	return said(p, value)
}

// decimal is a number with its digits after the point.
type decimal string

// sheet takes rows of string, int, int64 and decimal.
type sheet interface {
	row(values []any) error
	end() error
}

type csvSheet struct {
	w   http.ResponseWriter
	out *csv.Writer
}

// newCSV begins a file by RFC 4180 in UTF-8, with the mark by which Excel knows that.
func newCSV(w http.ResponseWriter, name string) sheet {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
	_, _ = io.WriteString(w, "\ufeff")
	return &csvSheet{w, csv.NewWriter(w)}
}

func (s *csvSheet) row(values []any) error {
	fields := make([]string, len(values))
	for i, v := range values {
		fields[i] = fmt.Sprint(v)
		if text, ok := v.(string); ok {
			fields[i] = harmless(text)
		}
	}
	return s.out.Write(fields)
}

func (s *csvSheet) end() error {
	s.out.Flush()
	return s.out.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula: what begins like one gets
// an apostrophe before it (OWASP, CSV injection). A plain negative number stays.
func harmless(text string) string {
	first := strings.TrimLeft(text, " ")
	if first == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0]) || plainNumber(first) {
		return text
	}
	return "'" + text
}

func plainNumber(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return digits != "" && strings.Trim(digits, "0123456789.") == "" && strings.Count(digits, ".") <= 1
}

type workbook struct {
	w      http.ResponseWriter
	name   string
	file   *excelize.File
	stream *excelize.StreamWriter
	rows   int
	err    error
}

// newWorkbook begins a workbook. Its cells are typed, so that no text can be a formula.
func newWorkbook(w http.ResponseWriter, name string) sheet {
	f := excelize.NewFile()
	stream, err := f.NewStreamWriter(f.GetSheetName(0))
	return &workbook{w: w, name: name, file: f, stream: stream, err: err}
}

func (s *workbook) row(values []any) error {
	if s.err != nil {
		return s.err
	}
	s.rows++
	for i, v := range values {
		if d, ok := v.(decimal); ok {
			// The numbers of a workbook are binary floats by its format (ECMA-376); with two
			// digits after the point they read back as they were up to 10 to the 13th.
			number, err := strconv.ParseFloat(string(d), 64)
			if err != nil {
				return err
			}
			values[i] = number
		}
	}
	at, err := excelize.CoordinatesToCellName(1, s.rows)
	if err != nil {
		return err
	}
	return s.stream.SetRow(at, values)
}

func (s *workbook) end() error {
	defer s.file.Close()
	if s.err != nil {
		return s.err
	}
	if err := s.stream.Flush(); err != nil {
		return err
	}
	s.w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	s.w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", s.name+".xlsx"))
	return s.file.Write(s.w)
}
