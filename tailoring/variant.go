package tailoring

import (
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/catalog"
)

// Variant is a product as one market sees it: where its work stands. Its words are in the
// versions of its [Content].
type Variant struct {
	ID       pavilion.VariantID
	Product  pavilion.ProductID
	Market   string // key of a market's pack, such as the folder in tailoring/rules
	State    State
	Version  int64  // number of the latest version, 0 if nothing was written yet
	Approved int64  // number of the version that counts, 0 if none was approved
	Reason   Reason // why it must be approved again or was sent back, "" otherwise
	Note     string // and in the words of the person who sent it back
	Blocks   int64  // findings of the latest verdict that block
	Warns    int64  // and that warn
	// What was approved is judged too while a newer version is written: why it does not stand
	// any more, "" while it does, and how many findings block it.
	ApprovedReason Reason
	ApprovedBlocks int64
	JudgedAt       time.Time
	UpdatedAt      time.Time
}

// State is how far a variant has come.
type State string

// The states, in the order a variant goes through them. Whatever the state, what was
// approved last stays what is shown until another version is approved.
const (
	StateTodo       State = "todo"       // nothing was written yet
	StateTranslated State = "translated" // somebody wrote a version that was not handed in
	StateChecked    State = "checked"    // handed in: no rule blocks it, a second person must approve
	StateApproved   State = "approved"   // its latest version was approved
	StateOnSale     State = "on_sale"    // and one of its SKUs is on sale
	StateAgain      State = "again"      // approved, but the source or a rule changed since
)

// States are all states in the order they are shown.
var States = []State{StateTodo, StateTranslated, StateChecked, StateApproved, StateOnSale, StateAgain}

// Reason is why a variant came back to people.
type Reason string

const (
	SourceChanged Reason = "source"    // the product is no longer what it was when this was approved
	RuleChanged   Reason = "rule"      // a rule of the market blocks what was approved
	LabelChanged  Reason = "label"     // its label would say something else now, such as a laboratory's new value
	SentBack      Reason = "sent_back" // who was to approve it asks for changes; see Variant.Note
)

// Content is what people write: the product in the words of the market. It is stored as JSON
// that SQL never looks into, and never changed: a change is a new version.
type Content struct {
	Route    string   `json:"route,omitempty"`    // key of a route of the market's pack, "" is its first
	Channels []string `json:"channels,omitempty"` // where it is meant to be offered, such as "own"
	Claims   []string `json:"claims,omitempty"`   // what the texts claim, by the codes of the market's rules

	// Texts in the market's language.
	Name          string   `json:"name,omitempty"`         // on the shelf
	ShortName     string   `json:"short_name,omitempty"`   // where there is little room
	Denomination  string   `json:"denomination,omitempty"` // what the goods are by the market's standards; stands on the label
	SellingPoints []string `json:"selling_points,omitempty"`
	Description   []Block  `json:"description,omitempty"`
	Ingredients   string   `json:"ingredients,omitempty"` // as a person wrote them for the label; "" leaves them to the glossary of the pack
	Allergens     string   `json:"allergens,omitempty"`   // the allergen statement, if it differs from the facts' own
	Storage       string   `json:"storage,omitempty"`
	Directions    string   `json:"directions,omitempty"` // how it is eaten or used
	Warnings      string   `json:"warnings,omitempty"`
	Maker         string   `json:"maker,omitempty"` // the producer's name
	MakerAddress  string   `json:"maker_address,omitempty"`

	// Pictures of the product that the market shows, in their order; nil shows all.
	Pictures []pavilion.PictureID `json:"pictures,omitempty"`
	// SKUs holds what differs from one sellable unit to another.
	SKUs map[pavilion.SKUID]Unit `json:"skus,omitempty"`
	// Wording says whose words the texts are.
	Wording Wording `json:"wording,omitempty"`
}

// Block is a piece of the description.
type Block struct {
	Heading string `json:"heading,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Unit is what a market wants to know about a SKU.
type Unit struct {
	HSCode    string `json:"hs_code,omitempty"`     // digits of the market's customs tariff; see Confirmation
	Pack      string `json:"pack,omitempty"`        // how the unit is called, such as the word for a bar or a box
	SurfaceMM int64  `json:"surface_mm2,omitempty"` // largest side of the package, in square millimetres
}

// Wording is whose words a text is.
type Wording string

const (
	Ours    Wording = "ours"    // translated by the pavilion's own people
	Makers  Wording = "maker"   // the producer's own
	Agency  Wording = "agency"  // translated by an agency
	Machine Wording = "machine" // translated by a machine and read by a person
)

// Wordings are all of them in the order they are shown.
var Wordings = []Wording{Ours, Makers, Agency, Machine}

// JSON returns the form that is stored; the same content is always the same bytes.
func (c Content) JSON() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "{}" // strings, integers, lists and maps of strings always marshal
	}
	return string(b)
}

// ParseContent reads what JSON wrote.
func ParseContent(s string) (Content, error) {
	var c Content
	if err := json.Unmarshal([]byte(s), &c); err != nil {
		return Content{}, pavilion.E(pavilion.Internal, "variant.malformed", nil).Because(err)
	}
	return c, nil
}

// Version is what somebody wrote, with the product as it stood then.
type Version struct {
	Number    int64
	Content   Content
	Source    Source
	Author    pavilion.Actor
	WrittenAt time.Time
	// ApprovedBy and ApprovedAt are zero unless the version was approved.
	ApprovedBy pavilion.Actor
	ApprovedAt time.Time
}

// Source is the product as its country makes it, with all a variant is made from. A variant
// must be approved again when this is no longer what it was.
type Source struct {
	Producer    pavilion.Text `json:"producer"`
	Address     pavilion.Text `json:"address"`
	Brand       pavilion.Text `json:"brand,omitempty"`
	Category    string        `json:"category"`
	Name        pavilion.Text `json:"name"`
	Description pavilion.Text `json:"description"`
	Ingredients pavilion.Text `json:"ingredients"`
	Storage     pavilion.Text `json:"storage"`
	Origin      string        `json:"origin"`
	SKUs        []SourceSKU   `json:"skus"`
}

// SourceSKU is one sellable unit of the product.
type SourceSKU struct {
	ID            pavilion.SKUID  `json:"id"`
	GTIN          catalog.GTIN    `json:"gtin"`
	Net           catalog.Measure `json:"net"`
	ShelfLifeDays int64           `json:"shelf_life_days"`
	StorageMinC   *int64          `json:"storage_min_c,omitempty"`
	StorageMaxC   *int64          `json:"storage_max_c,omitempty"`
	Facts         catalog.Facts   `json:"facts"`
}

// Approval is a version that was approved by a second person: all a market is ever shown.
type Approval struct {
	Variant    pavilion.VariantID
	Product    pavilion.ProductID
	Market     string
	Number     int64 // of the version
	Content    Content
	Source     Source // the product as it stood when this was approved
	Author     pavilion.Actor
	ApprovedBy pavilion.Actor
	ApprovedAt time.Time
	// Again tells that the source or a rule changed since: the words stand as they were
	// approved, and nothing new should be promised on them.
	Again bool
}

// Confirmation is what a person confirmed of a SKU for a market, with the document that says
// so. It counts for the value it was given for and no other.
type Confirmation struct {
	ID          pavilion.ConfirmationID
	Variant     pavilion.VariantID
	SKU         pavilion.SKUID
	Kind        ConfirmationKind
	Value       string // such as the HS code
	Document    pavilion.DocumentID
	ConfirmedBy pavilion.Actor
	ConfirmedAt time.Time
}

// ConfirmationKind is what is confirmed.
type ConfirmationKind string

const (
	HSCode       ConfirmationKind = "hs_code"       // Value is the code
	PositiveList ConfirmationKind = "positive_list" // the code may come in by the variant's route; Value is the code
	Laboratory   ConfirmationKind = "laboratory"    // a laboratory measured the nutrients; Value is the hash of the facts
)

// ConfirmationKinds are all kinds in the order they are shown.
var ConfirmationKinds = []ConfirmationKind{HSCode, PositiveList, Laboratory}
