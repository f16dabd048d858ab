package catalog

import (
	"encoding/json"
	"time"

	"pavilion"
)

// Producer is a company that makes goods.
type Producer struct {
	ID        pavilion.ProducerID
	Country   string // ISO 3166-1 alpha-2, upper case
	TaxNumber string // in Belarus the UNP, see CheckUNP
	LegalName pavilion.Text
	Address   pavilion.Text
	About     pavilion.Text // the producer's story for shoppers
	Prefixes  []string      // GS1 company prefixes, sorted
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64 // rises with every change
}

// Registration is a producer's entry in a register of a destination market, such as the
// register of foreign food producers of the General Administration of Customs of China.
type Registration struct {
	Authority  string
	Number     string
	Category   string        // what the registration covers, in the authority's words
	ValidFrom  pavilion.Date // "" is not stated
	ValidUntil pavilion.Date // "" is without end
}

// Brand is a name goods are sold under. It belongs to one producer.
type Brand struct {
	ID       pavilion.BrandID
	Producer pavilion.ProducerID
	Key      string // BrandKey of its first name: how an import finds it again
	Name     pavilion.Text
	// MergedInto is the brand that its goods went over to, "" of one in use. An import that
	// finds this one takes the other.
	MergedInto pavilion.BrandID
	Version    int64 // rises with every change
}

// Category is a shelf of the shop. Categories form a tree by Parent.
type Category struct {
	Key      string // such as "chocolate"
	Parent   string // key of the category above, "" at the top
	Position int64  // order among its siblings
	Name     pavilion.Text
	Goods    Goods // GoodsFood if ""
	Version  int64 // rises with every change
}

// Goods is a kind of goods: it says which facts they need.
type Goods string

// The kinds of goods.
const (
	GoodsFood      Goods = "food"
	GoodsCosmetics Goods = "cosmetics"
	GoodsHousehold Goods = "household"
)

// AllGoods are the kinds of goods in the order they are shown.
var AllGoods = []Goods{GoodsFood, GoodsCosmetics, GoodsHousehold}

// Product is what a shopper sees as one thing.
type Product struct {
	ID              pavilion.ProductID
	Producer        pavilion.ProducerID
	Brand           pavilion.BrandID // "" if none
	Category        string           // key of a Category, "" if not sorted yet
	Name            pavilion.Text
	Description     pavilion.Text
	IngredientsText pavilion.Text // as printed on the package
	Storage         pavilion.Text
	Origin          string // ISO 3166-1 alpha-2, upper case
	CreatedAt       time.Time
	UpdatedAt       time.Time
	Version         int64 // rises with every change; a form says from which it was drawn
}

// SKU is one sellable unit of a product. Amounts are integers in the unit their name ends
// with; 0 means "not stated" unless the field is a pointer.
type SKU struct {
	ID            pavilion.SKUID
	Product       pavilion.ProductID
	GTIN          GTIN
	ProducerCode  string // the producer's own article number
	Net           Measure
	GrossWeightG  int64
	LengthMM      int64
	WidthMM       int64
	HeightMM      int64
	CasePack      int64 // units in a case
	ShelfLifeDays int64
	StorageMinC   *int64 // degrees Celsius
	StorageMaxC   *int64
	Facts         Facts
	OnSale        bool
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Version       int64 // rises with every change of its facts
}

// Facts are what is in a product. They are stored as JSON that SQL never looks into.
type Facts struct {
	Ingredients []Ingredient `json:"ingredients,omitempty"`
	Allergens   []string     `json:"allergens,omitempty"`    // contains: codes out of Allergens
	MayContain  []string     `json:"may_contain,omitempty"`  // traces: codes out of Allergens
	NoAllergens bool         `json:"no_allergens,omitempty"` // the producer states that there are none
	Nutrition   *Nutrition   `json:"nutrition,omitempty"`
}

// Ingredient is one ingredient, in the order of the package.
type Ingredient struct {
	Name    pavilion.Text `json:"name"`
	Percent string        `json:"percent,omitempty"` // decimal with a point, "12.5", or "" if not stated
	Parts   []Ingredient  `json:"parts,omitempty"`   // what it is made of itself, in brackets on the package
}

// Nutrition is the content of 100 g or 100 ml. A nil value is not stated. Energy is in kJ
// and kcal, all else in milligrams.
type Nutrition struct {
	Basis        Unit   `json:"basis"` // Gram or Millilitre: the 100 of what
	KJ           *int64 `json:"kj,omitempty"`
	Kcal         *int64 `json:"kcal,omitempty"`
	Fat          *int64 `json:"fat_mg,omitempty"`
	Saturated    *int64 `json:"saturated_mg,omitempty"`
	Carbohydrate *int64 `json:"carbohydrate_mg,omitempty"`
	Sugars       *int64 `json:"sugars_mg,omitempty"`
	Fibre        *int64 `json:"fibre_mg,omitempty"`
	Protein      *int64 `json:"protein_mg,omitempty"`
	Salt         *int64 `json:"salt_mg,omitempty"`
	Source       string `json:"source,omitempty"` // who says so; "" is the producer
}

// Allergens are the codes Facts may use, in the order they are shown.
var Allergens = []string{
	"gluten", "milk", "soy", "nuts", "peanuts", "eggs", "fish", "crustaceans",
	"sesame", "sulphites", "celery", "mustard", "lupin", "molluscs",
}

// JSON returns the form that is stored.
func (f Facts) JSON() string {
	b, err := json.Marshal(f)
	if err != nil {
		return "{}" // strings, integers and maps of strings always marshal
	}
	return string(b)
}

// ParseFacts reads what JSON wrote.
func ParseFacts(s string) (Facts, error) {
	var f Facts
	if err := json.Unmarshal([]byte(s), &f); err != nil {
		return Facts{}, pavilion.E(pavilion.Internal, "facts.malformed", nil).Because(err)
	}
	return f, nil
}
