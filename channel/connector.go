package channel

import (
	"context"
	"errors"
	"net/http"
	"time"

	"pavilion"
	"pavilion/money"
)

// Connector translates between the engine and one platform. It knows the platform's wire
// format and nothing else: it reaches no database, keeps nothing between two calls but what
// it was made with, and logs nothing. The engine owns tokens, cursors, limits, repeats and
// what is done with an answer.
//
// Errors are of these kinds: Invalid for what a person must mend, with Field naming the part
// of our listing, parcel or answer it is about; NotFound; Conflict when the thing is in a state
// that does not allow it; Unauthenticated when the token is not known or not valid any more;
// Forbidden when the shop did not allow the call; Limited with RetryAfter if the platform says
// so; Unavailable for what may be tried again. After an error for which [Unknown] is true the
// call may have been carried out: it is looked up, or repeated with the same key, before
// anything else is done. No error holds a secret or a person's data.
type Connector interface {
	// Name is the channel's name in orders, prices and settings, such as "own".
	Name() string
	Traits() Traits
	Consents
	Listings
	Shelves
	Orders
	Parcels
	Returns
	// Redact takes secrets and personal data out of a request or an answer, so that people
	// may read what was said: the names and values it knows, wherever they stand.
	Redact(text string) string
}

// ErrUnknown is what became of a call nobody knows of: its answer was lost, late or no answer.
var ErrUnknown = pavilion.E(pavilion.Unavailable, "channel.outcome_unknown", nil)

// Unknown tells whether what failed with err may have been done all the same.
func Unknown(err error) bool { return errors.Is(err, ErrUnknown) }

// Doer sends a request. The engine's own counts, writes down and bounds what goes out.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Traits are what the engine must know of a platform. All of them are the platform's documented
// rules, or settings with a documented default where it documents none.
type Traits struct {
	Zone    *time.Location // in which the platform's people read times
	Country string         // ISO 3166-1 alpha-2 of where it delivers

	// Increments is true where stock is changed by a signed number under a key of ours, and
	// a key that was used is not carried out again. Where it is false only an absolute number
	// can be set.
	Increments bool
	// RequestLife is how long after it was sent a request may still be carried out: the
	// platform refuses those whose time is further back.
	RequestLife time.Duration

	Window  time.Duration // longest span of one question for orders
	Overlap time.Duration // how far such spans overlap, so that nothing falls between them
	Lag     time.Duration // how late an order may show in answers at most
	Depth   time.Duration // how far back orders can be asked for

	PerSecond float64       // calls to one shop a second, on average
	Burst     int           // and at once
	ShipIn    time.Duration // from payment to the carrier, where an order does not say
	Pushes    bool          // the platform tells us when to look
	Receipts  bool          // it wants to hear that returned goods are here, as a yes while they are sent

	TitleMost    int           // characters of a title by the platform's count; 0 for no limit
	PicturesMost int           // pictures of a listing
	TokenEarly   time.Duration // how long before its end a token is renewed
}

// Access is what a call to a shop is made with.
type Access struct {
	Shop  string // the shop's id on the platform
	Token string // secret
}

// Token is a shop's consent to be served by us.
type Token struct {
	Shop, ShopName string
	Access         string // secret
	Refresh        string // secret, "" if there is none
	AccessUntil    time.Time
	RefreshUntil   time.Time // zero if it is not known
	Scope          string
}

// Consents begin and prolong our access to a shop.
type Consents interface {
	// ConsentURL is where the shop's owner allows us in; the platform sends the browser back
	// to what is registered with it, or to back, with state and a code.
	ConsentURL(state, back string) string
	// Exchange turns the code into a token. After [ErrUnknown] the code may be used up.
	Exchange(ctx context.Context, code string) (Token, error)
	// Renew prolongs a token; the new one may have the same words. It is never called twice
	// at a time for a shop.
	Renew(ctx context.Context, t Token) (Token, error)
}

// Category is a place in the platform's own order of goods.
type Category struct {
	ID, Parent, Name string
	Leaf             bool // goods may stand in it
}

// Attribute is what a platform asks about goods of a category.
type Attribute struct {
	ID, Name string
	Required bool
	Many     bool     // several options may be chosen
	Free     bool     // text may be given where no option fits
	Options  []Option // none: text
}

// Option is one answer to an attribute.
type Option struct{ ID, Name string }

// AttributeValue is what goods have of an attribute: an option with its name, or text of ours.
type AttributeValue struct {
	Attribute string
	Option    string // "" for text of ours
	Text      string
}

// Listing is goods as we want a platform to show them.
type Listing struct {
	Ref         string // our name for it, by which it is found again
	ID          string // the platform's, "" before it has one
	Category    string
	Attributes  []AttributeValue
	Title       string
	ShortTitle  string
	Points      []string
	Description string   // plain text, blocks apart by empty lines
	Pictures    []string // as [Listings.AddPicture] named them, the main one first
	Brand       string   // the platform's id of it, "" for none
	Freight     string   // the platform's freight template, "" for its default
	Phone       string   // of the shop's service
	Units       []ListingUnit
	Extra       map[string]string // what only this platform asks for, by the names its connector documents
}

// ListingUnit is a SKU of a listing.
type ListingUnit struct {
	Ref     string // our name for it
	ID      string // the platform's, "" before it has one
	Barcode string // GTIN, "" if it has none
	Name    string // what tells it from the others, such as its weight
	Price   money.Money
	WeightG int64
	HSCode  string
}

// ListingState is where a listing stands on the platform.
type ListingState string

// The states of a listing.
const (
	ListingDraft   ListingState = "draft"
	ListingAudit   ListingState = "audit"   // the platform's people look at it
	ListingRefused ListingState = "refused" // they did not like it; see Refusals
	ListingOn      ListingState = "on"
	ListingOff     ListingState = "off"
	ListingBanned  ListingState = "banned"
	ListingGone    ListingState = "gone"
)

// Shown is a listing as the platform has it.
type Shown struct {
	ID, Ref      string
	State        ListingState
	NextInAudit  bool // a newer form of one that sells is looked at
	Refusals     []Refusal
	Category     string
	Attributes   []AttributeValue
	Title        string
	Description  string
	PictureCount int
	Units        []ShownUnit
	Modified     time.Time
}

// ShownUnit is a SKU of a listing as the platform has it.
type ShownUnit struct {
	ID, Ref string
	Price   money.Money
	On      bool
}

// Refusal is why the platform refused a listing.
type Refusal struct {
	Field  string        // of [Listing], "" if it is about no part of it
	Text   string        // the platform's words
	Reason string        // ours for it instead of words, with its arguments
	Args   pavilion.Args `json:",omitempty"`
}

// Listings show goods on the platform.
type Listings interface {
	Categories(ctx context.Context, a Access, parent string) ([]Category, error)
	Attributes(ctx context.Context, a Access, category string) ([]Attribute, error)
	// AddPicture hands in a JPEG and returns the platform's name for it. Conflict
	// channel.picture_in_audit while the platform has not decided about it.
	AddPicture(ctx context.Context, a Access, name string, jpeg []byte) (string, error)
	// Publish makes or changes a listing and hands it in for audit, with no stock. What it
	// returns has the ids of the platform.
	Publish(ctx context.Context, a Access, l Listing) (Shown, error)
	// Find returns listings by the platform's ids; those without an id by our names. What is
	// not found is not in the answer.
	Find(ctx context.Context, a Access, ids, refs []string) ([]Shown, error)
	SetPrice(ctx context.Context, a Access, u UnitID, price money.Money) error
	SetShelf(ctx context.Context, a Access, listing string, on bool) error
}

// UnitID names a SKU on the platform.
type UnitID struct{ Listing, Unit string }

// StockChange changes how many units the platform may sell.
type StockChange struct {
	UnitID
	By  int64  // signed, where the platform knows increments
	To  int64  // the absolute number otherwise
	Key string // the same for every repeat of this change
}

// StockReading is how many units the platform would sell.
type StockReading struct {
	UnitID
	Sellable int64
	Held     int64 // in orders it has not shipped, paid or not; -1 where it does not say
}

// Shelves are the platform's numbers of what it may sell.
type Shelves interface {
	// ChangeStock carries a change out once, however often it is asked for by one key.
	// Conflict channel.stock_short when the platform has fewer units than are to be taken away.
	ChangeStock(ctx context.Context, a Access, c StockChange) error
	ReadStock(ctx context.Context, a Access, units []UnitID) ([]StockReading, error)
}

// OrderState is where an order of a platform stands.
type OrderState string

// The states of a platform's order.
const (
	OrderUnpaid    OrderState = "unpaid"
	OrderWaiting   OrderState = "waiting" // paid, but not to be shipped yet: risk review, presale
	OrderToShip    OrderState = "to_ship"
	OrderPart      OrderState = "part_shipped"
	OrderShipped   OrderState = "shipped"
	OrderCompleted OrderState = "completed"
	OrderCancelled OrderState = "cancelled"
	OrderLocked    OrderState = "locked" // nothing may be done with it: somebody wants it back
)

// PlatformOrder is an order as the platform tells it.
type PlatformOrder struct {
	Number   string // of the platform, exact
	Parent   string // the order it was split from, "" if none
	State    OrderState
	Word     string // the platform's own word for the state
	Placed   time.Time
	Paid     time.Time // zero if it is not
	Modified time.Time
	Version  int64     // grows with every change, where the platform counts them; otherwise 0
	ShipBy   time.Time // zero where the platform does not say
	Lines    []PlatformLine
	Goods    money.Money // what the shopper pays for the lines
	Freight  money.Money
	Tax      money.Money
	Paying   money.Money // all that the shopper pays
	Funded   money.Money // of the discounts, what the platform pays us all the same
	Buyer    string      // the platform's lasting name for the buyer, "" if it gives none
	ShipTo   MaskedTo
	Ciphers  []Cipher
	Remark   string // of the shopper
	Presale  bool
	Parcels  []PlatformParcel
	Test     bool // a simulated shopper
}

// PlatformLine is a line of a platform's order.
type PlatformLine struct {
	ID       string
	Unit     UnitID
	Ref      string // our name for the unit, "" if the platform lost it
	Name     string
	Quantity int64
	Price    money.Money // of one unit, after discounts of the shop, rounded down
	Paid     money.Money // for the line
	Gift     bool
	Refunded bool // it will not be sent
}

// MaskedTo is where an order goes, as far as the platform lets everybody read it.
type MaskedTo struct {
	Name, Phone            string // masked
	Province, City, County string
	Town, Detail           string // Detail is masked
	PostalCode             string
}

// Cipher is one encrypted field of an order.
type Cipher struct {
	Field string // name, phone, address, id_number, id_name
	Text  string
}

// PlatformParcel is a parcel the platform knows of.
type PlatformParcel struct{ Carrier, Waybill string }

// Asked is a question for orders that changed within [From, To).
type Asked struct {
	From, To time.Time
	Page     string // "" for the first; as the answer before named the next
}

// OrderPage is an answer to it.
type OrderPage struct {
	Orders []PlatformOrder
	Next   string // "" after the last page
}

// Hint is that something happened; what it was is asked for.
type Hint struct {
	Key   string // of the message, by which a repeat is known
	Shop  string
	Order string // "" if it is about none
	Kind  string // the platform's word
	At    time.Time
}

// Orders are what shoppers bought on the platform.
type Orders interface {
	ListOrders(ctx context.Context, a Access, q Asked) (OrderPage, error)
	GetOrder(ctx context.Context, a Access, number string) (PlatformOrder, error)
	// Decrypt reads encrypted fields of an order, in their order; a field the platform did
	// not read for us is "".
	Decrypt(ctx context.Context, a Access, number string, fields []Cipher) ([]string, error)
	// ReadPush checks and reads what the platform sent to us, and says what to answer. It is
	// an error where the platform sends nothing.
	ReadPush(header http.Header, body []byte) (hints []Hint, answer []byte, err error)
}

// Carrier is a carrier by the platform's code.
type Carrier struct{ Code, Name string }

// Dispatch is a parcel that was handed to its carrier.
type Dispatch struct {
	Order   string
	Key     string // the same for every repeat
	Carrier string // code of the platform
	Waybill string
	Lines   []DispatchLine // all of the order if none
	Last    bool           // nothing of the order is left to send
}

// DispatchLine is how much of a line is in a parcel.
type DispatchLine struct {
	Line     string
	Quantity int64
}

// Parcels tell the platform what was sent.
type Parcels interface {
	Carriers(ctx context.Context, a Access) ([]Carrier, error)
	// Ship tells of all parcels of an order that were not told before. What is told already
	// is no error.
	Ship(ctx context.Context, a Access, parcels []Dispatch) error
	// Cancel gives an order up that was not shipped. Conflict where only the shopper may.
	Cancel(ctx context.Context, a Access, number, reason string) error
}

// ReturnState is where a wish for money back stands.
type ReturnState string

// The states of a return.
const (
	ReturnAsked   ReturnState = "asked"   // we must answer
	ReturnSending ReturnState = "sending" // the goods come back
	ReturnArrived ReturnState = "arrived" // we must answer again
	ReturnPaid    ReturnState = "paid"
	ReturnRefused ReturnState = "refused"
	ReturnClosed  ReturnState = "closed"
	ReturnOther   ReturnState = "other" // for a person to look at; see Word
)

// Return is a shopper's wish for money back.
type Return struct {
	ID       string
	Order    string
	State    ReturnState
	Word     string // the platform's own word for the state
	Goods    bool   // the goods come back too
	Lines    []DispatchLine
	Amount   money.Money
	Reason   string
	Waybill  string // of the goods that come back
	Asked    time.Time
	Modified time.Time
	Due      time.Time // when the platform decides for us, zero if never
	Version  int64
}

// ReturnPage is an answer to a question for returns.
type ReturnPage struct {
	Returns []Return
	Next    string
}

// ReturnAnswer is what we say to a return.
type ReturnAnswer struct {
	ID      string
	Agree   bool
	Reason  string // to the shopper, where we do not agree
	Version int64  // of the return as it was read
	State   ReturnState
}

// Bill is a row of what the platform settles with us, kept as it came.
type Bill struct {
	ID    string
	Order string
	At    time.Time
	Raw   []byte
}

// BillPage is an answer to a question for bills.
type BillPage struct {
	Bills []Bill
	Next  string
}

// Returns are the way back of goods and money, and the platform's bills.
type Returns interface {
	ListReturns(ctx context.Context, a Access, q Asked) (ReturnPage, error)
	GetReturn(ctx context.Context, a Access, id string) (Return, error)
	AnswerReturn(ctx context.Context, a Access, answer ReturnAnswer) error
	ListBills(ctx context.Context, a Access, q Asked) (BillPage, error)
}
