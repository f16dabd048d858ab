package catalog

import (
	"context"
	"io"
	"slices"

	"pavilion"
)

// ProductRow is one row of a producer's workbook, read and checked. Amounts are integers
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
	Sheet        string         // name of the sheet that was read
	Header       map[Field]int  // column of each field, from 1
	HeaderRow    int            // from 1; of a header in two rows the second
	Headings     map[int]string // by column, as they stand there
	Lang         pavilion.Lang  // language most headings are written in
	Rows         int            // product rows handed to each
	ProducerName string         // stated above the header, "" if not
	TaxNumber    string         // stated above the header, "" if not; it is a valid UNP
	Findings     []pavilion.Finding
}

// Heading is what people call a field: the heading it has in the sheet, or else the one the
// template has in the language, "" if it is not a column.
func (i SheetInfo) Heading(f Field, lang pavilion.Lang) string {
	plain, _ := f.Lang() // a column that does not say its language
	for _, column := range []int{i.Header[f], i.Header[plain]} {
		if heading := i.Headings[column]; heading != "" {
			return heading
		}
	}
	return f.Heading(lang)
}

// maxSheetFindings bounds SheetInfo.Findings; rows keep their own.
const maxSheetFindings = 1000

// ReadSheet reads the products of an .xlsx workbook row by row and hands each to each, in
// their order. It finds the sheet and its header by the words of headings in Russian,
// Belarusian, English and Chinese, in any order of columns. A row is checked by itself and
// for a GTIN that an earlier row has; memory grows by some 30 bytes a row for that and for
// nothing else, whatever the size of the file.
//
// What is wrong with a row stands in its findings. An error means that the file cannot be
// read at all and is of kind Invalid with a reason sheet.… (see openBook, readable and the
// header's refusal), or is the one that each, ctx or src returned. The rows handed over
// before an error may have been good; take none of them.
func ReadSheet(ctx context.Context, src io.ReaderAt, size int64, each func(ProductRow) error) (SheetInfo, error) {
	r, err := readHead(src, size)
	if err != nil {
		return SheetInfo{}, err
	}
	defer r.texts.close()
	err = r.readProducts(ctx, each)
	return r.info, err
}

// readHead reads what a workbook says before its first product. Its texts must be closed.
func readHead(src io.ReaderAt, size int64) (*reading, error) {
	b, err := openBook(src, size)
	if err != nil {
		return nil, err
	}
	r := &reading{book: b}
	if r.texts, err = b.loadStrings(); err != nil {
		return nil, err
	}
	if r.styles, err = b.loadStyles(); err == nil {
		err = r.findProducts()
	}
	if err != nil {
		r.texts.close()
		return nil, err
	}
	return r, nil
}

// reading is one run of ReadSheet.
type reading struct {
	book   *book
	texts  *sharedStrings
	styles []numberStyle

	sheet  sheetPart
	header *header
	info   SheetInfo
}

// findProducts chooses the first visible sheet with all the columns a product needs.
func (r *reading) findProducts() error {
	var refusal error
	for _, sheet := range r.book.sheets {
		if sheet.hidden {
			continue
		}
		rows, err := r.firstRows(sheet)
		if err != nil {
			return err
		}
		h := findHeader(rows)
		switch {
		case h == nil:
		case h.refusal() != nil:
			if refusal == nil {
				refusal = h.refusal()
			}
		case r.header != nil:
			r.add(pavilion.Finding{Severity: pavilion.Informs, Reason: "sheet.another_sheet",
				Place: pavilion.Place{Sheet: sheet.name}, Args: pavilion.Args{"sheet": sheet.name, "read": r.sheet.name}})
		default:
			r.take(sheet, h, readStatement(rows, h.last))
		}
	}
	if r.header == nil && refusal == nil {
		refusal = refuse("sheet.no_header", headerArgs())
	}
	if r.header == nil {
		return refusal
	}
	return nil
}

// firstRows returns the rows that may hold the header.
func (r *reading) firstRows(sheet sheetPart) ([]sheetRow, error) {
	var rows []sheetRow
	err := r.book.read(sheet.part, func(x *xmlReader) error {
		cells := sheetReader(x, r.texts, r.styles)
		for len(rows) < headerRows {
			number, row, err := cells.next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			rows = append(rows, sheetRow{number, slices.Clone(row)})
		}
		return nil
	})
	return rows, err
}

// take notes what the chosen sheet says before its first product.
func (r *reading) take(sheet sheetPart, h *header, s statement) {
	r.sheet, r.header = sheet, h
	r.info.Sheet, r.info.HeaderRow, r.info.Lang = sheet.name, h.last, h.lang()
	r.info.Header, r.info.Headings = map[Field]int{}, map[int]string{}
	for field, c := range h.columns {
		r.info.Header[field], r.info.Headings[c.number] = c.number, c.title
	}
	for _, f := range h.findings(sheet.name) {
		r.add(f)
	}
	r.info.ProducerName = s.name
	if s.taxNumber == "" {
		return
	}
	if err := CheckUNP(s.taxNumber); err != nil {
		s.place.Sheet = sheet.name
		r.add(pavilion.Finding{Severity: pavilion.Warns, Reason: pavilion.ReasonOf(err), Field: "tax_number",
			Place: s.place, Args: pavilion.Args{"value": short(s.taxNumber)}})
		return
	}
	r.info.TaxNumber = s.taxNumber
}

func (r *reading) add(f pavilion.Finding) {
	if len(r.info.Findings) < maxSheetFindings {
		r.info.Findings = append(r.info.Findings, f)
	}
}

// readProducts goes through the rows below the header.
func (r *reading) readProducts(ctx context.Context, each func(ProductRow) error) error {
	tail, err := r.book.checkSheet(r.sheet.part)
	if err != nil {
		return err
	}
	parser, filler := newRowParser(r.sheet.name, r.header), newFiller(tail.merges, r.header)
	var stopped error // by the caller, and so not to be taken for a fault of the file
	err = r.book.read(r.sheet.part, func(x *xmlReader) error {
		rows := sheetReader(x, r.texts, r.styles)
		for {
			number, cells, err := rows.next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if stopped = ctx.Err(); stopped != nil {
				return stopped
			}
			if number <= r.header.last {
				continue
			}
			row, verdict := parser.parse(number, filler.fill(number, cells))
			switch verdict {
			case exampleRow:
				r.add(pavilion.Finding{Severity: pavilion.Informs, Reason: "sheet.example_row", Field: string(FieldGTIN),
					Place: pavilion.Place{Sheet: r.sheet.name, Row: number, Column: r.info.Header[FieldGTIN]}, Args: pavilion.Args{"row": number}})
			case otherRow:
				r.add(pavilion.Finding{Severity: pavilion.Informs, Reason: "sheet.other_row",
					Place: pavilion.Place{Sheet: r.sheet.name, Row: number}, Args: pavilion.Args{"row": number}})
			case productRow:
				r.info.Rows++
				if stopped = each(row); stopped != nil {
					return stopped
				}
			}
		}
	})
	if stopped != nil {
		return stopped
	}
	return err
}

// filler repeats the value of a cell that is merged over several rows in each of them.
type filler struct {
	merges []mergedRows // of the columns we read, by their first row
	active []filling
	cells  []cell
}

// filling is a merge that reaches over the present row, and its value.
type filling struct {
	mergedRows
	value cell
}

func newFiller(merges []mergedRows, h *header) *filler {
	f := &filler{}
	for _, m := range merges {
		for _, c := range h.columns {
			if c.number == m.column && m.from > h.last {
				f.merges = append(f.merges, m)
			}
		}
	}
	slices.SortFunc(f.merges, func(a, b mergedRows) int { return a.from - b.from })
	return f
}

// fill returns the cells of the row with those that merged ranges put there.
func (f *filler) fill(number int, cells []cell) []cell {
	for len(f.merges) > 0 && f.merges[0].from <= number {
		if m := f.merges[0]; m.from == number {
			if value := cellIn(cells, m.column); value.column != 0 {
				f.active = append(f.active, filling{m, value})
			}
		}
		f.merges = f.merges[1:]
	}
	if len(f.active) == 0 {
		return cells
	}
	f.cells = append(f.cells[:0], cells...)
	f.active = slices.DeleteFunc(f.active, func(a filling) bool { return a.to < number })
	for _, a := range f.active {
		if cellIn(cells, a.column).column == 0 {
			f.cells = append(f.cells, a.value)
		}
	}
	return f.cells
}
