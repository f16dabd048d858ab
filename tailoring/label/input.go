package label

import (
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/tailoring/nutrition"
)

// Input is all a label is made from. Words are in the market's language unless said
// otherwise; a zero value is not known.
type Input struct {
	Edition string // key of an edition; "": the newest that goods of that day may follow
	Route   string // a route of the market

	Name     string // what the goods are
	Brand    string // printed as it is, in whatever letters
	Category string // key of the catalogue's category

	Ingredients     []Ingredient // in the order of the package
	IngredientsText string       // as a person wrote them for this label: stands instead of the list
	Terms           []Term       // what people decided about ingredients, before the pack's own glossary

	Contains    []string // allergens, by the codes of the catalogue
	MayContain  []string // traces of them
	NoAllergens bool     // the maker states that there are none
	// AllergensText is what a person wrote about them: it stands instead of the list.
	AllergensText string

	NetAmount decimal.Decimal
	NetUnit   string // a unit of the pack, such as "g"
	FaceMM2   int64  // largest side of the package

	Origin       string // ISO 3166-1 alpha-2
	Maker        Party
	Agent        Party // who answers for the goods in the market: importer, agent or distributor
	Seller       Party
	Registration string // the maker's number in the market's register

	ShelfLifeDays            int64
	ProducedOn, BestBefore   pavilion.Date // of the lot; "": they are printed when it is known
	Storage                  string
	StorageMinC, StorageMaxC *int64

	Content   nutrition.Content                  // from a laboratory or the recipe
	Stated    map[nutrition.Code]decimal.Decimal // on the maker's own label, for what Content lacks
	Confirmed bool                               // a laboratory measured what is stated
	Table     nutrition.Options

	GTIN    string // 13 digits, "" for a label without a barcode
	PageURL string // of the label in words: a QR leads there; "" for none
}

// Ingredient is one ingredient as the maker writes it.
type Ingredient struct {
	Name    pavilion.Text
	Percent string // decimal with a point, "" if not stated
	Parts   []Ingredient
}

// Party is a company the label names.
type Party struct {
	Role    string // a role of the pack, such as "importer"; "" for the maker
	Name    string
	Address string
	Contact string
}

// Label is what the label says. Pages draw it as it is.
type Label struct {
	Edition  *Edition
	Market   string
	Language pavilion.Lang
	Route    string
	Items    []Item          // in the order of the edition
	Table    nutrition.Table // its rows are empty if there is none
	Notices  []Notice        // what the shopper is told before buying
	GTIN     string
	PageURL  string
	// TableAsText says that the package is so small that the table may be a line of text.
	TableAsText bool
	Findings    []pavilion.Finding

	input Input
	pack  *Pack
}

// Item is one statement of the label.
type Item struct {
	Key      string // such as "ingredients"
	Heading  string // "" where the words say it themselves
	Runs     []Run
	Required bool
	Verified string // how sure the edition's demand for it is
}

// Run is words of an item.
type Run struct {
	Text   string
	Strong bool // stands out: an allergen
}

// Text is the words of the item without their emphasis.
func (i Item) Text() (s string) {
	for _, r := range i.Runs {
		s += r.Text
	}
	return s
}

// Item returns the item of a key.
func (l Label) Item(key string) (Item, bool) {
	for _, i := range l.Items {
		if i.Key == key {
			return i, true
		}
	}
	return Item{}, false
}

// Ready tells whether the label may be printed: nothing is wrong with it that blocks.
func (l Label) Ready() bool {
	for _, f := range l.Findings {
		if f.Severity == pavilion.Blocks {
			return false
		}
	}
	return true
}
