package rule

import (
	"slices"

	"pavilion"
	"pavilion/tailoring/rules"
)

// Pack is the rules of a market, ready to judge. It is safe for use by many at once.
type Pack struct {
	Market  rules.Market
	Version string // changes whenever a file of the pack does
	Rules   []*Rule
	Sources []*Source
	Words   []*WordList
	// What people can give so that rules are satisfied, in the order of the pack.
	Documents []DocumentKind
	Claims    []Claim

	texts    map[string]text          // the pack's own sentences, by key
	names    map[string]pavilion.Text // what people call the codes that values are
	examples map[string]table         // whole products that examples of rules change
	index    index
	scanner  *scanner
}

// Rule is one rule of a market.
type Rule struct {
	ID       string
	Goods    []string // kinds of goods it is about; none is all
	Routes   []string
	Channels []string
	From     pavilion.Date // first day it holds, "" is always
	Until    pavilion.Date // last day it holds, "" is without end
	ByMade   bool          // its days are those on which goods are made, not sold
	Severity pavilion.Severity
	Field    string // the fact it is about: where a page shows its findings
	Title    pavilion.Text
	Fix      pavilion.Text
	Source   *Source
	Article  string
	Verified rules.Verified
	When     string // its expressions as written, for those who want to know exactly
	Must     string
	WordList *WordList // words it looks for, instead of Must
	// What its expressions name: facts, kinds of documents and claims.
	Facts     []string
	Documents []string
	Claims    []string

	place    place // where it is written
	say      text
	mend     text
	written  pavilion.Text // source and article
	when     program       // nil is always
	must     program
	values   map[string]program
	examples examples
}

// Source is a law, a document of a platform or a decision of the house.
type Source struct {
	Key      string
	Kind     string        // one of SourceKinds
	Ref      string        // as people cite it, such as "GB 7718-2011"; "" of the house's own
	Title    pavilion.Text // the market's language as it is titled, others as we translate it
	From     pavilion.Date // in force since, "" if not known
	Until    pavilion.Date // last day in force, "" is without end
	Note     pavilion.Text // what of it was not seen
	Verified rules.Verified
}

// SourceKinds are what a source can be: a law or standard, a document of a platform, or a
// decision of the house.
var SourceKinds = []string{"law", "platform", kindHouse}

const kindHouse = "house"

// Finding is what a rule has to say about a product.
type Finding struct {
	Rule     string            `json:"rule"`
	Severity pavilion.Severity `json:"severity"`
	Field    string            `json:"field"` // the fact it is about, such as "name"
	Text     pavilion.Text     `json:"text"`  // the message, with its values filled in
	Fix      pavilion.Text     `json:"fix"`
	Source   pavilion.Text     `json:"source"` // where it is written
	Verified rules.Verified    `json:"verified"`
	Failed   bool              `json:"failed,omitempty"` // the rule could not be evaluated; it blocks for that
}

// Verdict is what all rules of a market that hold on a day say about a product.
type Verdict struct {
	On       pavilion.Date `json:"on"`
	Pack     string        `json:"pack"`     // version of the pack
	Judged   int           `json:"judged"`   // how many rules were about the product
	Findings []Finding     `json:"findings"` // those that block first, otherwise in the order of the pack
	Blocked  bool          `json:"blocked"`
}

// Count is how many findings of a severity there are.
func (v Verdict) Count(s pavilion.Severity) (n int) {
	for _, f := range v.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// About are the findings about a fact.
func (v Verdict) About(field string) (out []Finding) {
	for _, f := range v.Findings {
		if f.Field == field {
			out = append(out, f)
		}
	}
	return out
}

// Rule is the rule with that ID, nil if there is none.
func (p *Pack) Rule(id string) *Rule {
	for _, r := range p.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Coming are the rules that begin to hold after the day, the nearest first.
func (p *Pack) Coming(on pavilion.Date) (out []*Rule) {
	for _, r := range p.Rules {
		if r.From > on {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *Rule) int { return cmpDate(a.From, b.From) })
	return out
}

// Turns are the days after the given one on which the rules change: the first day of each
// rule that begins, the day after the last of each that ends. In order, each once.
func (p *Pack) Turns(on pavilion.Date) (out []pavilion.Date) {
	for _, r := range p.Rules {
		if r.From > on {
			out = append(out, r.From)
		}
		if end := r.Until.AddDays(1); end > on {
			out = append(out, end)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Holds tells whether the rule holds for goods sold and made on those days.
func (r *Rule) Holds(sold, made pavilion.Date) bool {
	if r.ByMade {
		sold = made
	}
	return (r.From == "" || r.From <= sold) && (r.Until == "" || sold <= r.Until)
}

// Message is what the rule says, with the names of its values in braces.
func (r *Rule) Message() pavilion.Text { return r.say.words }

// Written says where the rule is written: its source and the article.
func (r *Rule) Written() pavilion.Text { return r.written }

func cmpDate(a, b pavilion.Date) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
