package catalog

import (
	"context"
	"io"

	"pavilion"
	"pavilion/db"
)

var errUnwritten = pavilion.E(pavilion.Internal, "catalog.unwritten", nil)

// ImportOptions say how to import.
type ImportOptions struct {
	Producer pavilion.ProducerID
	DryRun   bool           // say what would change, write nothing
	OnlyGood bool           // take the good rows; otherwise one bad row stops all
	Progress func(rows int) // called now and then with the rows done so far; may be nil
}

// Report is what an import did, or would do.
type Report struct {
	Info     SheetInfo
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
	Fields []FieldChange // what differs, empty for a new SKU
}

// FieldChange is one value before and after.
type FieldChange struct {
	Field         Field
	Before, After string
}

// Import takes a producer's spreadsheet into the catalogue.
func Import(ctx context.Context, d *db.DB, actor pavilion.Actor, src io.ReaderAt, size int64, o ImportOptions) (Report, error) {
	return Report{}, errUnwritten
}
