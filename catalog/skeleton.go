package catalog

import (
	"context"
	"io"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

var errUnwritten = pavilion.E(pavilion.Internal, "catalog.unwritten", nil)

// Page is everything about one product.
type Page struct {
	Product       Product
	SKUs          []SKU
	Prices        map[pavilion.SKUID]money.Money // on the channel asked for
	Producer      Producer
	Brand         Brand // zero if the product has none
	Pictures      []Picture
	Registrations []Registration
}

// Query says which cards to list. Zero fields do not restrict.
type Query struct {
	Lang     pavilion.Lang
	Channel  string
	Words    string // what a shopper typed
	Category string
	Producer pavilion.ProducerID
	Brand    pavilion.BrandID
	Sort     string // SortRelevance, SortPrice, SortPriceDesc or SortNew
	PriceMin int64  // minor units
	PriceMax int64  // minor units, 0 is without limit
	After    string // what the page before returned as next
	Limit    int
}

// The orders a list can have.
const (
	SortRelevance = "" // best match first; without words, oldest first
	SortPrice     = "price"
	SortPriceDesc = "price_desc"
	SortNew       = "new"
)

// Card is a product as a list shows it, with its cheapest SKU on sale.
type Card struct {
	Product  pavilion.ProductID
	SKU      pavilion.SKUID
	GTIN     GTIN
	Name     pavilion.Text
	Brand    pavilion.Text
	Producer pavilion.ProducerID
	Category string
	Net      Measure
	Price    money.Money
	Picture  pavilion.PictureID // "" if there is none
}

// Offer is what a checkout freezes about a SKU.
type Offer struct {
	SKU      pavilion.SKUID
	Product  pavilion.ProductID
	Category string
	Name     pavilion.Text
	Net      Measure
	Price    money.Money
	OnSale   bool
}

// Cards lists products on sale that have a price on the channel.
func Cards(ctx context.Context, r db.Reader, q Query) (cards []Card, next string, total int, err error) {
	return nil, "", 0, errUnwritten
}

// Suggest returns words near to those of the query that would find something.
func Suggest(ctx context.Context, r db.Reader, words string) ([]string, error) {
	return nil, errUnwritten
}

// Lookup returns a product with everything about it, and its prices on the channel.
func Lookup(ctx context.Context, r db.Reader, product pavilion.ProductID, channel string) (Page, error) {
	return Page{}, errUnwritten
}

// Prices returns what a checkout freezes, for the SKUs that have a price on the channel.
func Prices(ctx context.Context, r db.Reader, channel string, skus []pavilion.SKUID) (map[pavilion.SKUID]Offer, error) {
	return nil, errUnwritten
}

// FindGTINs returns the SKUs of those GTINs that are known.
func FindGTINs(ctx context.Context, r db.Reader, gtins ...GTIN) (map[GTIN]SKU, error) {
	return nil, errUnwritten
}

func SaveProducer(ctx context.Context, tx *db.Tx, p Producer) (pavilion.ProducerID, error) {
	return "", errUnwritten
}

func GetProducer(ctx context.Context, r db.Reader, id pavilion.ProducerID) (Producer, error) {
	return Producer{}, errUnwritten
}

func Producers(ctx context.Context, r db.Reader) ([]Producer, error) { return nil, errUnwritten }

func SaveRegistration(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, g Registration) error {
	return errUnwritten
}

func SaveBrand(ctx context.Context, tx *db.Tx, b Brand) (pavilion.BrandID, error) {
	return "", errUnwritten
}

func Brands(ctx context.Context, r db.Reader) ([]Brand, error) { return nil, errUnwritten }

func SetCategory(ctx context.Context, tx *db.Tx, c Category) error { return errUnwritten }

func Categories(ctx context.Context, r db.Reader) ([]Category, error) { return nil, errUnwritten }

// SaveProduct creates a product, or changes the one with its ID.
func SaveProduct(ctx context.Context, tx *db.Tx, p Product) (pavilion.ProductID, error) {
	return "", errUnwritten
}

// SaveSKU creates a SKU, or changes the one with its ID. It does not touch OnSale.
func SaveSKU(ctx context.Context, tx *db.Tx, s SKU) (pavilion.SKUID, error) {
	return "", errUnwritten
}

// SetPrice sets the price of a SKU on a channel.
func SetPrice(ctx context.Context, tx *db.Tx, sku pavilion.SKUID, channel string, price money.Money) error {
	return errUnwritten
}

// SetOnSale puts SKUs on the shelf or takes them down.
func SetOnSale(ctx context.Context, tx *db.Tx, on bool, skus ...pavilion.SKUID) error {
	return errUnwritten
}

// Picture is a picture of a product, without its bytes.
type Picture struct {
	ID     pavilion.PictureID
	Alt    pavilion.Text
	Widths []int64 // stored widths, rising
	Height int64   // of the widest
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
