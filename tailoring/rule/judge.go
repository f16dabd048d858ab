package rule

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"pavilion"
)

// Fields are what a finding can be about; a page shows it beside that.
var Fields = []string{
	"name", "short_name", "points", "description", "claims", "ingredients", "allergens", "nutrition", "net", "shelf_life", "dates",
	"storage", "origin", "producer", "importer", "registration", "hs", "list", "pictures", "documents", "notice", "label", "category", "route",
}

var stringsType = reflect.TypeFor[[]string]()

// subjects are reused: a judgement needs one.
var subjects = sync.Pool{New: func() any { return &subject{known: make([]ref.Val, len(variables))} }}

// Judge applies the rules that hold on the day to a product. A rule that cannot be
// evaluated blocks and says why; so does a product that says more than can be judged.
func (p *Pack) Judge(f *Facts, on pavilion.Date) Verdict {
	v := Verdict{On: on, Pack: p.Version}
	if fact := f.outsize(); fact != "" {
		v.Findings = []Finding{{Rule: "too_large", Severity: pavilion.Blocks, Field: fact, Text: p.texts["too_large"].with(map[string]value{"fact": {fact}}, p.names), Failed: true}}
		v.Blocked = true
		return v
	}
	s := subjects.Get().(*subject)
	defer subjects.Put(s)
	s.begin(f, on)
	frame, err := interpreter.NewExecutionFrame(s)
	if err != nil {
		v.Findings, v.Blocked = []Finding{p.failed(&Rule{ID: "cannot"}, err)}, true
		return v
	}
	defer frame.Close()
	for _, r := range p.index.about(f) {
		if !r.Holds(s.on, s.made) {
			continue
		}
		found, about, err := p.apply(r, s, frame)
		if err != nil {
			found, about = []Finding{p.failed(r, err)}, true
		}
		if about {
			v.Judged++
		}
		v.Findings = append(v.Findings, found...)
	}
	slices.SortStableFunc(v.Findings, func(a, b Finding) int { return severity(a.Severity) - severity(b.Severity) })
	v.Blocked = len(v.Findings) > 0 && v.Findings[0].Severity == pavilion.Blocks
	return v
}

func severity(s pavilion.Severity) int {
	return slices.Index([]pavilion.Severity{pavilion.Blocks, pavilion.Warns, pavilion.Informs}, s)
}

// apply is one rule and one product: what it finds, and whether it is about it at all.
func (p *Pack) apply(r *Rule, s *subject, frame *interpreter.ExecutionFrame) (found []Finding, about bool, err error) {
	if r.when != nil {
		if about, err = run(r.when, frame); err != nil || !about {
			return nil, false, err
		}
	}
	if r.WordList != nil {
		found, err = p.lookFor(r, s, frame)
		return found, true, err
	}
	holds, err := run(r.must, frame)
	if err != nil || holds {
		return nil, true, err
	}
	finding, err := p.finding(r, r.Field, frame, nil)
	return []Finding{finding}, true, err
}

// lookFor finds the words of a rule in the texts shoppers read, one finding for each text.
func (p *Pack) lookFor(r *Rule, s *subject, frame *interpreter.ExecutionFrame) (out []Finding, err error) {
	for _, text := range s.words(p.scanner) {
		var words, instead value
		for _, h := range text.hits {
			if h.list != r.WordList.number {
				continue
			}
			words = append(words, h.word.Say)
			if h.word.Instead != "" {
				instead = append(instead, h.word.Say+" → "+h.word.Instead)
			}
		}
		if words == nil {
			continue
		}
		finding, err := p.finding(r, text.field, frame, map[string]value{"words": words, "instead": instead})
		if err != nil {
			return nil, err
		}
		out = append(out, finding)
	}
	return out, nil
}

// finding fills the message of a rule.
func (p *Pack) finding(r *Rule, field string, frame *interpreter.ExecutionFrame, values map[string]value) (Finding, error) {
	for name, program := range r.values {
		v, err := evaluate(program, frame)
		if err != nil {
			return Finding{}, fmt.Errorf("value %s: %w", name, err)
		}
		if values == nil {
			values = make(map[string]value, len(r.values))
		}
		values[name] = v
	}
	return Finding{
		Rule: r.ID, Severity: r.Severity, Field: field, Text: r.say.with(values, p.names), Fix: r.mend.with(values, p.names), Source: r.written, Verified: r.Verified,
	}, nil
}

// failed is the finding of a rule that could not be evaluated.
func (p *Pack) failed(r *Rule, err error) Finding {
	reason := value{strings.TrimSpace(err.Error())}
	field := r.Field
	if field == "" {
		field = Fields[0] // a rule about words: the first text that shoppers read
	}
	return Finding{
		Rule: r.ID, Severity: pavilion.Blocks, Field: field, Text: p.texts["cannot"].with(map[string]value{"reason": reason}, nil),
		Fix: r.Fix, Source: r.written, Verified: r.Verified, Failed: true,
	}
}

// words are what the scanner found in each text that shoppers read; it looks once.
func (s *subject) words(by *scanner) []found {
	if s.told != nil {
		return s.told
	}
	if len(s.skip) < by.lists {
		s.skip = make([]int, by.lists)
	}
	s.told = []found{}
	look := func(field string, texts ...string) {
		start := len(s.hits)
		for _, t := range texts {
			// What was found in this text so far, so that a word counts once in it.
			s.hits = append(s.hits[:start], by.find(fold(t), s.skip[:by.lists], s.hits[start:])...)
		}
		if len(s.hits) > start {
			s.told = append(s.told, found{field, slices.Clone(s.hits[start:])})
		}
	}
	look("name", s.f.Name)
	look("short_name", s.f.ShortName)
	look("points", s.f.Points...)
	look("description", s.f.Description)
	return s.told
}

// index leads from a product to the rules that may be about it.
type index struct {
	goods, routes, channels map[string]bool // those that some rule names
	rules                   map[[3]string][]*Rule
}

func newIndex(all []*Rule) index {
	i := index{map[string]bool{"": true}, map[string]bool{"": true}, map[string]bool{"": true}, map[[3]string][]*Rule{}}
	for _, r := range all {
		for _, g := range r.Goods {
			i.goods[g] = true
		}
		for _, way := range r.Routes {
			i.routes[way] = true
		}
		for _, c := range r.Channels {
			i.channels[c] = true
		}
	}
	for goods := range i.goods {
		for route := range i.routes {
			for channel := range i.channels {
				key := [3]string{goods, route, channel}
				for _, r := range all {
					if names(r.Goods, goods) && names(r.Routes, route) && names(r.Channels, channel) {
						i.rules[key] = append(i.rules[key], r)
					}
				}
			}
		}
	}
	return i
}

// names tells whether a rule that names these is about that one; naming none is all.
func names(of []string, one string) bool { return len(of) == 0 || slices.Contains(of, one) }

func (i index) about(f *Facts) []*Rule {
	key := [3]string{f.Goods, f.Route, f.Channel}
	for n, known := range []map[string]bool{i.goods, i.routes, i.channels} {
		if !known[key[n]] {
			key[n] = ""
		}
	}
	return i.rules[key]
}

// shortNumber writes a number with two decimals at most.
func shortNumber(f float64) string {
	return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64)
}
