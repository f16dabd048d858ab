package catalog

import (
	"context"
	"io"
	"time"

	"pavilion"
	"pavilion/db"
)

var errUnwritten = pavilion.E(pavilion.Internal, "catalog.unwritten", nil)

// Picture is a picture of a product, without its bytes.
type Picture struct {
	ID            pavilion.PictureID
	Alt           pavilion.Text
	Width, Height int64 // of the widest size
}

func Pictures(ctx context.Context, r db.Reader, product pavilion.ProductID) ([]Picture, error) {
	return nil, nil
}

// Rendition is a picture in one size, as a browser gets it.
type Rendition struct {
	Width, Height int64
	MediaType     string
	Bytes         []byte
}

// Image is a picture read by ReadImage, ready to be stored.
type Image struct {
	Hash       string // of the bytes it was read from
	Renditions []Rendition
}

// ReadImage checks, turns, resizes and re-encodes a picture. It takes long: call it outside
// any transaction.
func ReadImage(raw []byte) (Image, error) { return Image{}, errUnwritten }

// AddPicture adds a picture to a product, after those it has.
func AddPicture(ctx context.Context, tx *db.Tx, product pavilion.ProductID, img Image, alt pavilion.Text) (pavilion.PictureID, error) {
	return "", errUnwritten
}

// GetPicture returns the narrowest stored size that is at least as wide as asked, else the
// widest there is.
func GetPicture(ctx context.Context, r db.Reader, id pavilion.PictureID, width int64) (Rendition, error) {
	return Rendition{}, errUnwritten
}

// Document is a file about a producer or a product, without its bytes.
type Document struct {
	ID         pavilion.DocumentID
	About      string // a ProducerID or ProductID
	Kind       string // such as "certificate"
	Name       string // file name
	MediaType  string
	Size       int64
	ValidUntil pavilion.Date
	CreatedAt  time.Time
}

func AddDocument(ctx context.Context, tx *db.Tx, d Document, raw []byte) (pavilion.DocumentID, error) {
	return "", errUnwritten
}

func Documents(ctx context.Context, r db.Reader, about string) ([]Document, error) {
	return nil, errUnwritten
}

func GetDocument(ctx context.Context, r db.Reader, id pavilion.DocumentID) (Document, []byte, error) {
	return Document{}, nil, errUnwritten
}

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
