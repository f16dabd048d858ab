package ui

import (
	"pavilion"
	"pavilion/catalog"
	"pavilion/money"
)

// The components. Each type below has a template of the same name in lower case with
// hyphens, and its part in css/components.css: a page draws a Card with
// {{template "card" .Card}}. Words in them are already in the reader's language, except
// pavilion.Text, which the template resolves.

// Link is somewhere to go.
type Link struct {
	URL     string
	Label   string
	Current bool // this is where the reader is
}

// Picture is an image with its sizes. A picture without Src is drawn as an empty ground.
type Picture struct {
	Src    string
	SrcSet string // candidates with widths, "" for one size
	Alt    string
	Width  int // of the original, for the aspect ratio before it arrives
	Height int
	Eager  bool // load at once: the first picture of a page
}

// Card is a product in a list.
type Card struct {
	URL     string
	Picture Picture
	Name    pavilion.Text
	Brand   pavilion.Text
	Net     catalog.Measure
	Price   Price
	Badges  []Badge
	SoldOut bool
}

// Price is an amount to pay, in red.
type Price struct {
	Amount money.Money
	Was    money.Money // struck out beside it; zero if none
	PerOf  catalog.Measure
	Large  bool
}

// Tone says what a badge or notice means; it is always said in words too.
type Tone string

const (
	Neutral  Tone = ""
	Good     Tone = "good"
	Careful  Tone = "careful"
	Bad      Tone = "bad"
	National Tone = "national" // authorised by the country
)

// Badge is one short word about a thing.
type Badge struct {
	Tone Tone
	Text string
}

// Field is a form field with its label, hint and error.
type Field struct {
	Name         string
	Label        string
	Value        string
	Type         string // as input type: text, tel, search, email, number, checkbox; or "textarea", "select", "choice"
	Hint         string
	Error        string // why the value was refused, "" if it was not
	Required     bool
	Need         string // what cannot be done without it, where the form is saved all the same
	Checked      bool   // for a checkbox
	Autocomplete string // as HTML's autocomplete
	InputMode    string // as HTML's inputmode
	Placeholder  string
	MaxLength    int
	Autofocus    bool          // where the reader begins: one field of a page at most
	Options      []Option      // for select and choice; suggestions for text
	Lang         pavilion.Lang // of the values, "" for the language of the page
}

// Option is one of several values.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Group    string // options of one group stand together
	Selected bool
	Disabled bool
}

// Stepper changes a quantity: one less, a number, one more.
type Stepper struct {
	Name  string // of the number field
	Label string // what is counted, for those who do not see the page
	Value int64
	Min   int64
	Max   int64
}

// Step is one moment of a timeline.
type Step struct {
	Title   string
	Note    string
	At      string // when, in words
	Done    bool
	Current bool
}

// Notice is something to know before going on.
type Notice struct {
	Tone   Tone
	Title  string
	Text   string
	Action Link
}

// Toast is a short answer to what the reader just did.
type Toast struct {
	Tone   Tone
	Text   string
	Action Link
}

// Empty says that there is nothing here and where to go instead.
type Empty struct {
	Title  string
	Text   string
	Action Link
}

// Gallery is the pictures of one thing, to swipe through.
type Gallery struct {
	Label    string
	Pictures []Picture
}

// BuyBar sticks to the bottom of a product page on a phone.
type BuyBar struct {
	Action   string // where the form goes
	SKU      pavilion.SKUID
	Price    Price
	Disabled string // why nothing can be bought now, "" if it can
}

// Chip is one filter or choice in a row of them.
type Chip struct {
	URL    string
	Label  string
	Count  int64
	Active bool
}

// Pager goes through a long list.
type Pager struct {
	First string // address of the first page, "" when on it
	Next  string // address of the next page, "" at the end
	Shown int
	Total int
}

// Progress is how much of something is reached.
type Progress struct {
	Label string
	Text  string
	Value int64
	Max   int64
}

// Table is rows under headings. Numeric columns stand to the right.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
}

// Column is the heading of a table column.
type Column struct {
	Label   string
	Numeric bool
}

// Cell is one value of a table.
type Cell struct {
	Text  string
	URL   string
	Badge Badge
}

// Chart is bars of one measure.
type Chart struct {
	Title string
	Unit  string
	Bars  []Bar
}

// DayChart is bars of one measure over the days of a period, side by side.
type DayChart struct {
	Title       string
	From, Until string // the first and the last day, in words
	Most        string // the largest value, in words: the height of the chart
	Bars        []Bar  // one a day
}

// Bar is one value of a chart.
type Bar struct {
	Label string
	Value int64
	Text  string // the value in words
}

// Dialog asks before something happens. Without scripts it is a section of the page.
type Dialog struct {
	ID      string
	Title   string
	Text    string
	Confirm string // the label of the button: what happens
	Action  string // where the form goes
}

// Section is a heading with an optional way to more of the same.
type Section struct {
	Title string
	Lead  string
	More  Link
}

// Fact is one line of a list of what is known about a thing.
type Fact struct {
	Label string
	Text  string
	URL   string
	Lang  pavilion.Lang // of the text, where it is not the page's
}
