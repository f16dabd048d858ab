package catalog

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"

	"pavilion"
	"pavilion/db"
)

// What a report holds at most; the counts are always whole.
const (
	mostChanges  = 1_000
	mostFindings = 10_000
)

// batchRows is how many rows are compared and written at once. It sets for how long an import
// keeps the one SQLite writer from others: some ten milliseconds.
const batchRows = 512

// ImportOptions say how to import.
type ImportOptions struct {
	Producer pavilion.ProducerID
	DryRun   bool   // say what would change, write nothing
	OnlyGood bool   // take the good rows; otherwise one bad row stops all
	From     string // what history calls the workbook: see Source
	// Progress is called now and then with the rows done so far in a step; it may be nil.
	Progress func(step Step, rows int)
}

// Step is a step of an import.
type Step string

const (
	Checking Step = "checking" // all rows of the sheet
	Writing  Step = "writing"  // the new and changed ones
)

// Report is what an import did, or would do.
type Report struct {
	Info     SheetInfo
	Written  bool // false after a dry run, and when a bad row stopped all
	Rows     int
	New      int
	Changed  int
	Same     int
	Bad      int
	Changes  []Change           // the first of them
	Findings []pavilion.Finding // the first of them, in the order of the rows
	More     int                // findings beyond those
}

// Change is what a row does to the catalogue.
type Change struct {
	Row    int
	GTIN   GTIN
	Name   pavilion.Text
	New    bool
	Fields []FieldChange // what differs; empty for a new SKU
}

// FieldChange is one value before and after.
type FieldChange struct {
	Field         Field
	Before, After string
}

// Import takes a producer's workbook into the catalogue: each row is a product with one
// SKU, found again by its GTIN. It goes through the rows twice. The first time it checks
// them and compares them with the catalogue, which is all a dry run does; if one is bad and
// OnlyGood is not set, nothing is written. The second time it writes what is new or changed,
// some hundred rows in a transaction, so that a row is there whole or not at all, and a run
// that was interrupted is completed by running it again.
//
// A sheet adds and changes, it takes nothing away: an empty cell or a missing column says
// nothing, words in other languages stay, and so do prices and what is on sale. The same
// row a second time changes nothing, even if the product was edited since.
//
// Errors: the refusals of ReadSheet; Invalid import.no_rows {sheet, row} when there is no
// product below the headings, and import.no_producer when neither the options nor the sheet
// say whose products they are; NotFound producer.unknown, and
// import.unknown_producer {number} when nobody has the sheet's tax number; Conflict
// import.other_producer {stated, number} when the sheet names another tax number, and
// import.changed_meanwhile {row} when a row became bad after it was checked; Unavailable
// import.overtaken when others kept writing the same rows, and import.spool {folder}. What
// is wrong with rows is in the report.
func Import(ctx context.Context, d *db.DB, actor pavilion.Actor, src io.ReaderAt, size int64, o ImportOptions) (Report, error) {
	if o.Producer == "" {
		var err error
		if o.Producer, err = statedProducer(ctx, d, src, size); err != nil {
			return Report{}, err
		}
	}
	return importRows(ctx, d, actor, o, func(ctx context.Context, each func(ProductRow) error) (SheetInfo, error) {
		return ReadSheet(ctx, src, size, each)
	})
}

const selectProducerByNumber = `select id from producer where tax_number = $1 order by id limit 1`

// statedProducer finds the producer whose tax number stands above the sheet's headings.
func statedProducer(ctx context.Context, d *db.DB, src io.ReaderAt, size int64) (id pavilion.ProducerID, err error) {
	r, err := readHead(src, size)
	if err != nil {
		return "", err
	}
	r.texts.close()
	number := r.info.TaxNumber
	if number == "" {
		return "", pavilion.E(pavilion.Invalid, "import.no_producer", nil).At("producer")
	}
	err = d.Read(ctx, func(v *db.View) error {
		var found bool
		id, found, err = db.One(ctx, v, func(s db.Scanner) (id pavilion.ProducerID, err error) { return id, s.Scan(&id) }, selectProducerByNumber, number)
		if err == nil && !found {
			err = pavilion.E(pavilion.NotFound, "import.unknown_producer", pavilion.Args{"number": number}).At("producer")
		}
		return err
	})
	return id, err
}

// readRows reads a sheet. Among rows without a finding that blocks, no GTIN comes twice.
type readRows func(ctx context.Context, each func(ProductRow) error) (SheetInfo, error)

func importRows(ctx context.Context, d *db.DB, actor pavilion.Actor, o ImportOptions, read readRows) (report Report, err error) {
	m, err := newImporter(ctx, d, actor, o)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, m.spool.close()) }()
	var info SheetInfo
	err = pipe(ctx, func(ctx context.Context, hand func([]ProductRow) error) (err error) {
		info, err = inBatches(hand, func(each func(ProductRow) error) (SheetInfo, error) { return read(ctx, each) })
		return err
	}, m.check)
	if err != nil {
		return Report{}, err
	}
	m.place(info)
	if m.report.Rows == 0 {
		return m.report, pavilion.E(pavilion.Invalid, "import.no_rows", pavilion.Args{"sheet": info.Sheet, "row": info.HeaderRow})
	}
	if err := m.producer.mustOwn(info.TaxNumber); err != nil {
		return m.report, err
	}
	if o.DryRun || m.report.Bad > 0 && !o.OnlyGood {
		return m.report, nil
	}
	if err := m.makeBrands(ctx); err != nil {
		return m.report, err
	}
	m.report.Written, m.report.New, m.report.Changed, m.report.Changes = true, 0, 0, nil
	err = pipe(ctx, func(ctx context.Context, hand func(*batch) error) error {
		_, err := inBatches(func(rows []ProductRow) error {
			b, err := m.prepare(ctx, rows)
			if err != nil {
				return err
			}
			return hand(b)
		}, m.spool.rows)
		return err
	}, m.write)
	m.place(info)
	return m.report, err
}

// pipe runs two goroutines: one makes things and hands them on, the other takes them.
func pipe[T any](ctx context.Context, produce func(ctx context.Context, hand func(T) error) error, take func(context.Context, T) error) error {
	things := make(chan T, 1)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(things)
		return produce(ctx, func(thing T) error {
			select {
			case things <- thing:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	})
	group.Go(func() error {
		for thing := range things {
			if err := take(ctx, thing); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// inBatches hands on the rows that read reads, some hundred at a time.
func inBatches(hand func([]ProductRow) error, read func(each func(ProductRow) error) (SheetInfo, error)) (SheetInfo, error) {
	rows := make([]ProductRow, 0, batchRows)
	info, err := read(func(row ProductRow) error {
		rows = append(rows, row)
		if len(rows) < batchRows {
			return nil
		}
		full := rows
		rows = make([]ProductRow, 0, batchRows)
		return hand(full)
	})
	if err == nil && len(rows) > 0 {
		err = hand(rows)
	}
	return info, err
}
