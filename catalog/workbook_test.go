package catalog

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
)

var hand = pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_hand"}

// handIn hands in a workbook of rows below usual headings.
func handIn(t *testing.T, d *db.DB, producer pavilion.ProducerID, rows ...[]any) pavilion.ImportID {
	t.Helper()
	id, err := tryHandIn(t, d, producer, rows...)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func tryHandIn(t *testing.T, d *db.DB, producer pavilion.ProducerID, rows ...[]any) (pavilion.ImportID, error) {
	t.Helper()
	head := []any{"Штрихкод", "Наименование", "Масса нетто", "Категория"}
	file := bookOf(append([][]any{head}, rows...)...).bytes()
	return HandIn(t.Context(), d, hand, producer, `C:\goods\Товары "2022".xlsx`, bytes.NewReader(file), int64(len(file)))
}

func irises(n int) []any { return []any{string(gtin("4810067", n)), "Ирис", "200 г"} }

// workers does the work of workbooks, and what before wants done first in each attempt.
func workers(t *testing.T, d *db.DB, before func(context.Context, *job.Run, pavilion.ImportID) error) {
	t.Helper()
	f := job.NewFlow()
	job.Task(f, WorkbookJob, func(ctx context.Context, run *job.Run, id pavilion.ImportID) error {
		if before != nil {
			if err := before(ctx, run, id); err != nil {
				return err
			}
		}
		return WorkWorkbook(ctx, run, id)
	})
	if _, err := job.NewRunner(d, f, job.Options{}).RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func workbook(t *testing.T, d *db.DB, id pavilion.ImportID) (w Workbook) {
	t.Helper()
	read(t, d, func(ctx context.Context, v *db.View) (err error) {
		w, err = GetWorkbook(ctx, v, id)
		return err
	})
	return w
}

// in checks the state of a workbook and what was counted.
func in(t *testing.T, d *db.DB, id pavilion.ImportID, state WorkbookState, checked, taken Tally) Workbook {
	t.Helper()
	w := workbook(t, d, id)
	if w.State != state {
		t.Errorf("got %s because of %s, want %s", w.State, w.Reason, state)
	}
	if diff := cmp.Diff([]Tally{checked, taken}, []Tally{w.Report.Checked, w.Report.Taken}); diff != "" {
		t.Errorf("checked and taken (-want +got):\n%s", diff)
	}
	return w
}

func maker(t *testing.T, d *db.DB) pavilion.ProducerID {
	t.Helper()
	return addProducer(t, d, Producer{Country: "BY", TaxNumber: "400078265", LegalName: pavilion.Text{"ru": "Спартак"}, Prefixes: []string{"4810067"}}).ID
}

// TestWorkbookFromHandToCatalogue: handed in with a mistake, checked, mended, handed in
// again, given on, imported.
func TestWorkbookFromHandToCatalogue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		producer := maker(t, d)
		first := handIn(t, d, producer, irises(1), []any{"4810067000012", "Зефир", "300 г"}, []any{"9521234567899", "Пример", "1 г"})
		if w := workbook(t, d, first); w.State != WorkbookChecking || w.Name != "Товары 2022.xlsx" || w.HandedBy != hand || w.ProducerName["ru"] != "Спартак" {
			t.Errorf("got %+v", w)
		}
		workers(t, d, nil)
		w := in(t, d, first, WorkbookChecked, Tally{Rows: 2, New: 1, Bad: 1}, Tally{})
		var found []pavilion.Finding
		var changes []Change
		read(t, d, func(ctx context.Context, v *db.View) (err error) {
			var next int64
			if found, next, err = WorkbookFindings(ctx, v, first, 0, 1); err != nil || next != 1 {
				t.Errorf("first finding: next is %d, %v", next, err)
			}
			more, next, err := WorkbookFindings(ctx, v, first, 1, 10)
			if found = append(found, more...); err != nil || next != 0 {
				t.Errorf("more findings: next is %d, %v", next, err)
			}
			changes, _, err = WorkbookChanges(ctx, v, first, 0, 10)
			return err
		})
		if diff := cmp.Diff([]string{"informs sheet.example_row A4", "blocks gtin.check_digit A3"}, reasons(found)); diff != "" {
			t.Errorf("findings (-want +got):\n%s", diff)
		}
		if len(changes) != 1 || !changes[0].New || changes[0].Name["ru"] != "Ирис" || w.Report.Info.Headings[1] != "Штрихкод" {
			t.Errorf("got changes %+v and headings %v", changes, w.Report.Info.Headings)
		}
		for field, want := range map[Field]string{FieldName.In(pavilion.Russian): "Наименование", FieldBrand: "Brand", "tax_number": ""} {
			if got := w.Report.Info.Heading(field, pavilion.English); got != want {
				t.Errorf("heading of %s: got %q, want %q", field, got, want)
			}
		}
		start := func(id pavilion.ImportID, onlyGood bool) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { return StartImport(ctx, tx, id, onlyGood) }
		}
		if got := refused(t, d, start(first, false)); got != "import.has_bad_rows" {
			t.Errorf("got %s, want import.has_bad_rows", got)
		}
		second := handIn(t, d, producer, irises(1), irises(2))
		workers(t, d, nil)
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return GiveOn(ctx, tx, second) })
		in(t, d, second, WorkbookHandedIn, Tally{Rows: 2, New: 2}, Tally{})
		if got := refused(t, d, func(ctx context.Context, tx *db.Tx) error { return GiveOn(ctx, tx, second) }); got != "import.not_ready" {
			t.Errorf("given on twice: got %s, want import.not_ready", got)
		}
		write(t, d, start(second, false))
		if got := refused(t, d, start(second, false)); got != "import.not_ready" {
			t.Errorf("imported twice: got %s, want import.not_ready", got)
		}
		workers(t, d, nil)
		in(t, d, second, WorkbookImported, Tally{Rows: 2, New: 2}, Tally{Rows: 2, New: 2})
		write(t, d, start(first, true))
		workers(t, d, nil)
		in(t, d, first, WorkbookImported, Tally{Rows: 2, New: 1, Bad: 1}, Tally{Rows: 2, Same: 1, Bad: 1})
	})
}

// TestWorkbookImportInterrupted: the process dies after the rows were written and before that
// was written down. The next one finds every row as it is and says so.
func TestWorkbookImportInterrupted(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		id := handIn(t, d, maker(t, d), irises(1), irises(2), irises(3))
		workers(t, d, nil)
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return StartImport(ctx, tx, id, false) })
		workers(t, d, func(ctx context.Context, run *job.Run, id pavilion.ImportID) error {
			w := workbook(t, run.DB, id)
			file, err := OpenWorkbook(ctx, run.DB, id)
			if err != nil {
				return err
			}
			defer file.Close()
			if _, err := Import(ctx, run.DB, hand, file, file.Size, ImportOptions{Producer: w.Producer, Progress: func(step Step, rows int) { w.progress(ctx, run.DB, step, rows) }}); err != nil {
				return err
			}
			return pavilion.E(pavilion.Unavailable, "test.killed", nil)
		})
		if w := in(t, d, id, WorkbookImporting, Tally{Rows: 3, New: 3}, Tally{}); w.Step != Writing || w.StepRows != 3 {
			t.Errorf("got %d rows in step %q, want 3 of writing", w.StepRows, w.Step)
		}
		clock.Advance(time.Minute)
		workers(t, d, nil)
		in(t, d, id, WorkbookImported, Tally{Rows: 3, New: 3}, Tally{Rows: 3, Same: 3})
	})
}

// TestWorkbookRefused: what cannot be taken is said when it is handed in, and the rest by
// the check.
func TestWorkbookRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		producer := maker(t, d)
		for name, c := range map[string]struct {
			file []byte
			size int64
			want string
		}{
			"no workbook":       {file: []byte("<html>this is a page</html>"), want: "sheet.not_xlsx"},
			"too big":           {file: nil, size: MostHandedIn + 1, want: "sheet.too_big"},
			"another's":         {file: bookOf([]any{"УНП 799900490"}, []any{"Штрихкод", "Наименование", "Масса нетто"}).bytes(), want: "import.other_producer"},
			"without a heading": {file: bookOf([]any{"a", "b"}).bytes(), want: "sheet.no_header"},
		} {
			if c.size == 0 {
				c.size = int64(len(c.file))
			}
			_, err := HandIn(t.Context(), d, hand, producer, name, bytes.NewReader(c.file), c.size)
			if got := pavilion.ReasonOf(err); got != c.want {
				t.Errorf("%s: got %s, want %s", name, got, c.want)
			}
		}
		if _, err := tryHandIn(t, d, "pdr_none", irises(1)); pavilion.ReasonOf(err) != "producer.unknown" {
			t.Errorf("got %v, want producer.unknown", err)
		}
		empty := handIn(t, d, producer, []any{"9521234567899", "Пример", "1 г"})
		workers(t, d, nil)
		if w := in(t, d, empty, WorkbookRefused, Tally{}, Tally{}); w.Reason != "import.no_rows" || w.Report.Findings != 1 {
			t.Errorf("got %s with %d findings, want import.no_rows and the example", w.Reason, w.Report.Findings)
		}
		bad := handIn(t, d, producer, []any{"4810067000012", "Зефир", "300 г"})
		workers(t, d, nil)
		if got := refused(t, d, func(ctx context.Context, tx *db.Tx) error { return StartImport(ctx, tx, bad, true) }); got != "import.nothing_good" {
			t.Errorf("got %s, want import.nothing_good", got)
		}
	})
}

// TestWorkbookBytes come back as they were, and go when their time is over; what was found
// stays.
func TestWorkbookBytes(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		producer := maker(t, d)
		book := bookOf([]any{"Штрихкод", "Наименование", "Масса нетто"}, irises(1))
		file := append(book.bytes(), make([]byte, 0)...)
		id, err := HandIn(t.Context(), d, hand, producer, "a.xlsx", bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		workers(t, d, nil)
		open := func() ([]byte, error) {
			f, err := OpenWorkbook(t.Context(), d, id)
			if err != nil {
				return nil, err
			}
			defer f.Close()
			return io.ReadAll(io.NewSectionReader(f, 0, f.Size))
		}
		if got, err := open(); err != nil || !bytes.Equal(got, file) {
			t.Errorf("got %d bytes and %v, want the %d handed in", len(got), err, len(file))
		}
		sweep := func(ctx context.Context, tx *db.Tx) error { return SweepWorkbooks(ctx, tx, 10) }
		write(t, d, sweep)
		if _, err := open(); err != nil {
			t.Errorf("swept too early: %v", err)
		}
		clock.Advance(keepBytes + time.Hour)
		write(t, d, sweep)
		if _, err := open(); pavilion.ReasonOf(err) != "import.file_gone" {
			t.Errorf("got %v, want import.file_gone", err)
		}
		in(t, d, id, WorkbookChecked, Tally{Rows: 1, New: 1}, Tally{})
		if got := refused(t, d, func(ctx context.Context, tx *db.Tx) error { return StartImport(ctx, tx, id, true) }); got != "import.file_gone" {
			t.Errorf("got %s, want import.file_gone", got)
		}
	})
}

func TestWorkbookList(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		producer := maker(t, d)
		old := handIn(t, d, producer, irises(1))
		workers(t, d, nil)
		clock.Advance(time.Second)
		fresh := handIn(t, d, producer, irises(1))
		for name, c := range map[string]struct {
			filter WorkbookFilter
			after  pavilion.ImportID
			want   []pavilion.ImportID
		}{
			"all":     {want: []pavilion.ImportID{fresh, old}},
			"after":   {after: fresh, want: []pavilion.ImportID{old}},
			"own":     {filter: WorkbookFilter{Producer: producer, State: WorkbookChecked}, want: []pavilion.ImportID{old}},
			"other's": {filter: WorkbookFilter{Producer: "pdr_other"}},
		} {
			var got []pavilion.ImportID
			read(t, d, func(ctx context.Context, v *db.View) error {
				all, err := Workbooks(ctx, v, c.filter, c.after, 10)
				for _, w := range all {
					got = append(got, w.ID)
				}
				if n, err := CountWorkbooks(ctx, v, c.filter, 10); c.after == "" && (err != nil || n != int64(len(c.want))) {
					t.Errorf("%s: counted %d, %v", name, n, err)
				}
				return err
			})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}
