package rule

import (
	"github.com/shopspring/decimal"

	"pavilion"
)

// Facts are all that rules may look at: a product as it would be offered in one market, by
// one route and in one channel. Words are in the market's language unless said otherwise; a
// zero value is "not known", which is not the same as "none". Whoever fills them in has no
// opinion: what is missing is left out, and the rules say what that means.
type Facts struct {
	Goods    string // kind of goods, such as "food"
	Category string // key of the category it stands in, such as "chocolate"
	Route    string // how it comes in: a route of the market
	Channel  string // where it is offered, such as "own" or "jd"
	Origin   string // ISO 3166-1 alpha-2 of the country it is made in

	Name        string   // the name shoppers read, in a listing its title
	ShortName   string   // for receipts and small screens
	Points      []string // selling points
	Description string   // blocks of description, one a line
	Claims      []string // what is claimed, by code: "low_sugar", "whitening", "health_food" …

	Ingredients  []Ingredient // in the order of the package
	Contains     []string     // allergens, by code
	MayContain   []string     // traces of allergens, by code
	NoAllergens  bool         // somebody states that there are none
	HasTransFats bool         // made with hydrogenated or partly hydrogenated oil

	NutritionBasis string              // "g" or "ml": the 100 of what; "" if nothing is known
	Nutrients      map[string]Nutrient // by code: energy (kJ), protein, fat, satFat, carbohydrate, sugar, fibre (g), sodium (mg) …
	Kcal           *decimal.Decimal    // kilocalories, where the producer states them beside the kilojoules
	Salt           *decimal.Decimal    // g, where the producer states salt

	NetMilli      int64  // net content in thousandths of NetUnit
	NetUnit       string // "g", "ml" or "pc"
	ShelfLifeDays int64
	Storage       string // how to keep it
	StorageMinC   *int64
	StorageMaxC   *int64
	ProducedOn    pavilion.Date // of the lot that would be sold; "" is: made on the day it is judged
	DaysLeft      *int64        // days until best-before when it arrives in the market

	Producer        string // name of the maker
	ProducerAddress string
	Importer        string // importer, agent or distributor in the market
	ImporterAddress string
	ImporterContact string
	Registrations   []Registration // of the maker, in registers of the market

	HS            string // tariff code in the market
	HSConfirmed   bool   // ticked by a person with a document
	ListConfirmed bool   // its place on the market's list of what may come in by this route, ticked likewise
	Pictures      []Picture
	Documents     []Document // approved ones about the product and its maker
	NoticeShown   bool       // the notice to shoppers that the route asks for is shown
	LabelReady    bool       // a label in the market's language is laid out without problems
}

// Ingredient is one ingredient; what a compound one is made of follows it with Part set.
type Ingredient struct {
	Source   string // as the maker writes it, in whatever language
	Name     string // standard name in the market's language, "" if nobody knows it
	Percent  string // decimal, "" if not stated
	Additive bool
	Part     bool   // part of the compound ingredient before it
	Verified string // of its entry in the glossary: "seen", "recalled", "ours"; "" if unknown
}

// Nutrient is the content of 100 g or 100 ml.
type Nutrient struct {
	Amount   decimal.Decimal
	Measured bool // by a laboratory or from the recipe, not rounded for a label
}

// Registration is an entry of the maker in a register of the market.
type Registration struct {
	Authority string
	Number    string
	Category  string
	From      pavilion.Date
	Until     pavilion.Date // "" is without end
}

// Picture is one picture of the product.
type Picture struct {
	Width, Height int64 // pixels
	Bytes         int64
	Type          string // "jpeg", "png" …
}

// Document is a paper about the product or its maker that somebody approved.
type Document struct {
	Kind  string        // as package catalog names kinds
	Until pavilion.Date // "" is without end
}
