package catalog

import (
	"context"
	"io"

	"pavilion"
)

// ProductRow is one row of a producer's spreadsheet, read and checked. Amounts are integers
// in the unit the name ends with; 0 is "not stated" unless the field is a pointer.
type ProductRow struct {
	Number       int // row in the sheet, from 1
	GTIN         GTIN
	ProducerCode string // the producer's own article number
	Brand        string
	Category     string // key of a category, such as "chocolate"

	Name            pavilion.Text
	Description     pavilion.Text
	IngredientsText pavilion.Text // as the producer wrote them; Facts.Ingredients are read from it
	Storage         pavilion.Text

	Net           Measure
	GrossWeightG  int64
	LengthMM      int64
	WidthMM       int64
	HeightMM      int64
	CasePack      int64 // units in one transport case
	ShelfLifeDays int64
	StorageMinC   *int64
	StorageMaxC   *int64

	Facts  Facts
	Origin string // ISO 3166-1 alpha-2, such as "BY"

	// Hash is the same for two rows that say the same, whatever their order of columns.
	Hash     string
	Findings []pavilion.Finding // of this row; one that Blocks means: do not take the row
}

// SheetInfo is what ReadSheet learned about the workbook apart from its rows.
type SheetInfo struct {
	Sheet        string        // name of the sheet that was read
	Header       map[Field]int // column of each field, from 1
	HeaderRow    int           // from 1
	Lang         pavilion.Lang // language most headings are written in
	Rows         int           // product rows handed to each
	ProducerName string        // stated above the header, "" if not
	TaxNumber    string        // stated above the header, "" if not
	Findings     []pavilion.Finding
}

// ReadSheet reads the products of an .xlsx workbook row by row.
func ReadSheet(ctx context.Context, src io.ReaderAt, size int64, each func(ProductRow) error) (SheetInfo, error) {
	return SheetInfo{}, pavilion.E(pavilion.Invalid, "sheet.not_xlsx", nil)
}
