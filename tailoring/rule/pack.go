package rule

import (
	"io/fs"

	"pavilion"
)

// Pack is the rules of a market, ready to judge. It is safe for use by many at once.
type Pack struct {
	Market  string // key of the market, the name of its folder
	Name    pavilion.Text
	Lang    pavilion.Lang // of the market
	Routes  []string
	Version string // changes whenever a file of the pack does
	Rules   []*Rule
}

// Rule is one rule of a market.
type Rule struct {
	ID       string
	Goods    []string // kinds of goods it is about, none is all
	Routes   []string
	Channels []string
	From     pavilion.Date // first day it holds, "" is always
	Until    pavilion.Date // last day it holds, "" is without end
	Severity pavilion.Severity
	Field    string // the fact it is about: where a page shows its findings
	Title    pavilion.Text
	Message  pavilion.Text
	Fix      pavilion.Text
	Source   *Source
	Article  string
	Verified Verified
}

// Verified says how well a rule or its source is known.
type Verified string

// Ways of knowing.
const (
	Seen     Verified = "seen"     // somebody read a stored source
	Recalled Verified = "recalled" // from memory: to be checked before anybody relies on it
	Ours     Verified = "ours"     // our own choice, no official text asks for it
)

// Source is a law, a document of a platform or a decision of the house.
type Source struct {
	Key      string
	Kind     string // "law", "platform" or "house"
	Title    pavilion.Text
	From     pavilion.Date // in force since, "" if not known
	Until    pavilion.Date
	Verified Verified
}

// Finding is what a rule has to say about a product.
type Finding struct {
	Rule     string
	Severity pavilion.Severity
	Field    string        // the fact it is about, such as "name"
	Text     pavilion.Text // the message, with its values filled in
	Fix      pavilion.Text // what to do
	Source   pavilion.Text // where it is written, with the article
	Verified Verified
	Failed   bool // the rule could not be evaluated; it blocks for that
}

// Verdict is what all rules of a market that hold on a day say about a product.
type Verdict struct {
	On       pavilion.Date
	Pack     string // version of the pack
	Findings []Finding
	Blocked  bool
}

// Load reads the rules of a market and checks them: every expression is type-checked and
// its cost bounded. An error names the file and line and says what to do.
func Load(files fs.FS, market string) (*Pack, error) {
	return &Pack{Market: market}, nil
}

// Judge applies the rules that hold on the day to a product. A rule that cannot be
// evaluated blocks and says why.
func (p *Pack) Judge(f *Facts, on pavilion.Date) Verdict {
	return Verdict{On: on, Pack: p.Version}
}

// Coming are the rules that begin to hold after the day, the nearest first.
func (p *Pack) Coming(on pavilion.Date) []*Rule { return nil }
