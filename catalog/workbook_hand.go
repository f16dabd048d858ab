package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
)

const (
	// MostHandedIn is how large a workbook may be that is handed in over the web, in bytes:
	// some 300,000 rows. Larger ones are imported on the command line.
	MostHandedIn = 32 << 20

	pieceBytes = 1 << 20
	keepBytes  = 90 * 24 * time.Hour // how long the bytes of a workbook are kept
)

// WorkbookJob is the kind of the job that checks and imports a workbook.
const WorkbookJob = "catalog.workbook"

const insertWorkbook = `insert into sheet_import (id, producer_id, file_name, size, sha256, state, only_good, step, step_rows, reason, reason_args, report,
  created_by, created_at, imported_by, updated_at)
values ($1, $2, $3, $4, $5, 'checking', false, 'checking', 0, '', '{}', '{}', $6, $7, '', $7)`

var pieceRows = db.Insert{Table: "sheet_import_piece", Columns: []string{"import_id", "seq", "bytes"}}

// Handed is a workbook that can be kept: what can be said about the file without its rows was
// said.
type Handed struct {
	name, sum string
	taxNumber string // that it names, "" if none
	all       []byte
}

// ReadHanded reads a file that somebody hands in. Errors: Invalid sheet.too_big {megabytes,
// limit} and the refusals of ReadSheet.
func ReadHanded(name string, src io.ReaderAt, size int64) (Handed, error) {
	if size > MostHandedIn {
		return Handed{}, refuse("sheet.too_big", pavilion.Args{"megabytes": (size + 1<<20 - 1) >> 20, "limit": MostHandedIn >> 20})
	}
	head, err := readHead(src, size)
	if err != nil {
		return Handed{}, err
	}
	head.texts.close()
	all, err := io.ReadAll(io.NewSectionReader(src, 0, size))
	sum := sha256.Sum256(all)
	return Handed{fileName(name, ".xlsx"), hex.EncodeToString(sum[:]), head.info.TaxNumber, all}, err
}

// HandIn keeps a workbook for a producer and has it checked by a job. Errors: those of
// ReadHanded and KeepHanded.
func HandIn(ctx context.Context, d *db.DB, actor pavilion.Actor, producer pavilion.ProducerID, name string, src io.ReaderAt, size int64) (id pavilion.ImportID, err error) {
	h, err := ReadHanded(name, src, size)
	if err != nil {
		return "", err
	}
	return id, d.Write(ctx, actor, func(tx *db.Tx) error {
		id, err = KeepHanded(ctx, tx, producer, h)
		return err
	})
}

// KeepHanded keeps a workbook for a producer and has it checked by a job. Errors: Invalid
// import.no_producer; NotFound producer.unknown; Conflict import.other_producer {stated,
// number} when the sheet names another tax number.
func KeepHanded(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, h Handed) (pavilion.ImportID, error) {
	if producer == "" {
		return "", pavilion.E(pavilion.Invalid, "import.no_producer", nil).At("producer")
	}
	p, err := GetProducer(ctx, tx, producer)
	if err != nil {
		return "", err
	}
	if err := p.mustOwn(h.taxNumber); err != nil {
		return "", err
	}
	id := pavilion.NewID[pavilion.ImportID](pavilion.PrefixImport, tx.Now())
	if _, err := tx.Exec(ctx, insertWorkbook, id, producer, h.name, len(h.all), h.sum, tx.Actor().String(), db.Micros(tx.Now())); err != nil {
		return "", err
	}
	for seq, rest := 0, h.all; len(rest) > 0; seq++ {
		n := min(len(rest), pieceBytes)
		if _, err := pieceRows.Rows(ctx, tx, []any{id, seq, rest[:n]}); err != nil {
			return "", err
		}
		rest = rest[n:]
	}
	if err := job.Enqueue(ctx, tx, WorkbookJob, string(id), id, 0); err != nil {
		return "", err
	}
	return id, staff.Note(ctx, tx, "import.uploaded", string(id), map[string]any{"producer": producer, "file": h.name, "sha256": h.sum})
}

const (
	giveOn      = `update sheet_import set state = 'handed_in', updated_at = $1 where id = $2 and state = 'checked'`
	beginImport = `update sheet_import set state = 'importing', only_good = $1, step = 'checking', step_rows = 0, reason = '', reason_args = '{}', imported_by = $2, updated_at = $3
where id = $4 and state in ('checked', 'handed_in')`
)

// GiveOn is the producer's word that the operator may import a workbook. Errors: NotFound
// import.unknown; Conflict import.not_ready {state}, and import.nothing_good when no row
// would be taken.
func GiveOn(ctx context.Context, tx *db.Tx, id pavilion.ImportID) error {
	return move(ctx, tx, id, "import.handed_in", func() (int64, error) { return tx.Exec(ctx, giveOn, db.Micros(tx.Now()), id) })
}

// StartImport has a job import a workbook that was checked; onlyGood leaves the bad rows out,
// otherwise there must be none. The rows count as written by the transaction's actor. Errors:
// NotFound import.unknown; Conflict import.not_ready {state}, import.nothing_good when no row
// would be taken, import.has_bad_rows {count} without onlyGood, and import.file_gone when its
// bytes are kept no longer.
func StartImport(ctx context.Context, tx *db.Tx, id pavilion.ImportID, onlyGood bool) error {
	w, err := GetWorkbook(ctx, tx, id)
	if err != nil {
		return err
	}
	if bad := w.Report.Checked.Bad; bad > 0 && !onlyGood {
		return pavilion.E(pavilion.Conflict, "import.has_bad_rows", pavilion.Args{"count": bad})
	}
	if kept, err := w.kept(ctx, tx); err != nil || !kept {
		return errors.Join(err, goneUnless(kept))
	}
	err = move(ctx, tx, id, "import.started", func() (int64, error) {
		return tx.Exec(ctx, beginImport, onlyGood, tx.Actor().String(), db.Micros(tx.Now()), id)
	})
	if err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, WorkbookJob, string(id), id, 0)
}

func goneUnless(kept bool) error {
	if kept {
		return nil
	}
	return pavilion.E(pavilion.Conflict, "import.file_gone", nil)
}

// move changes the state of a workbook by a guarded statement and notes it.
func move(ctx context.Context, tx *db.Tx, id pavilion.ImportID, act string, change func() (int64, error)) error {
	w, err := GetWorkbook(ctx, tx, id)
	if err != nil {
		return err
	}
	if w.Report.Checked.good() == 0 && (w.State == WorkbookChecked || w.State == WorkbookHandedIn) {
		return pavilion.E(pavilion.Conflict, "import.nothing_good", nil)
	}
	switch n, err := change(); {
	case err != nil:
		return err
	case n == 0:
		return pavilion.E(pavilion.Conflict, "import.not_ready", pavilion.Args{"state": string(w.State)})
	}
	return staff.Note(ctx, tx, act, string(id), map[string]any{"producer": w.Producer, "file": w.Name})
}

// good is how many rows can be taken.
func (t Tally) good() int { return t.New + t.Changed + t.Same }

const selectPiece = `select bytes from sheet_import_piece where import_id = $1 and seq = $2`

// kept tells whether the workbook's bytes are still there.
func (w Workbook) kept(ctx context.Context, r db.Reader) (bool, error) {
	_, found, err := db.One(ctx, r, scanPiece, selectPiece, w.ID, 0)
	return found, err
}

func scanPiece(row db.Scanner) (piece []byte, err error) { return piece, row.Scan(&piece) }

// OpenWorkbook returns the bytes of a workbook in a temporary file; closing it removes it.
// Errors: Conflict import.file_gone; Unavailable import.spool {folder}.
func OpenWorkbook(ctx context.Context, d *db.DB, id pavilion.ImportID) (*WorkbookFile, error) {
	file, err := os.CreateTemp("", "pavilion-workbook-*")
	if err != nil {
		return nil, noSpool(err)
	}
	f := &WorkbookFile{File: file}
	for seq := 0; ; seq++ {
		var piece []byte
		found := false
		err := d.Read(ctx, func(v *db.View) (err error) {
			piece, found, err = db.One(ctx, v, scanPiece, selectPiece, id, seq)
			return err
		})
		if err == nil && found {
			if _, err = file.Write(piece); err != nil {
				err = noSpool(err)
			}
		}
		if err == nil && !found && seq == 0 {
			err = goneUnless(false)
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if !found {
			return f, nil
		}
		f.Size += int64(len(piece))
	}
}

// WorkbookFile is the bytes of a workbook.
type WorkbookFile struct {
	*os.File
	Size int64
}

// Close closes the file and removes it.
func (f *WorkbookFile) Close() error { return errors.Join(f.File.Close(), os.Remove(f.Name())) }

const sweepPieces = `delete from sheet_import_piece where import_id in (select distinct p.import_id from sheet_import_piece p join sheet_import w on w.id = p.import_id
  where w.id < $1 and w.state not in ('checking', 'importing') order by p.import_id limit $2)`

// SweepWorkbooks forgets the bytes of workbooks that were handed in three months ago; what
// was found in them stays. It deletes those of at most limit workbooks.
func SweepWorkbooks(ctx context.Context, tx *db.Tx, limit int) error {
	_, err := tx.Exec(ctx, sweepPieces, pavilion.NewID[pavilion.ImportID](pavilion.PrefixImport, tx.Now().Add(-keepBytes)), limit)
	return err
}
