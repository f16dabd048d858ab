package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"pavilion"
	"pavilion/tailoring/rules"
)

// place is where something is written in a pack.
type place struct {
	file  *rules.File
	table string
	n     int
}

func (p place) fault(format string, args ...any) error {
	return p.file.Fault(p.table, p.n, format, args...)
}

// packFile is a file of a pack as it is written.
type packFile struct {
	Text   map[string]pavilion.Text `toml:"text"`
	Name   map[string]pavilion.Text `toml:"name"`
	Facts  map[string]table         `toml:"facts"`
	Source []sourceFile             `toml:"source"`
	Words  []wordsFile              `toml:"words"`
	Rule   []ruleFile               `toml:"rule"`

	Document []DocumentKind `toml:"document"`
	Claim    []Claim        `toml:"claim"`
}

// ReadsLater says which keys are products, whose names are checked when they are read.
func (*packFile) ReadsLater(key []string) bool {
	return key[0] == "facts" || len(key) > 1 && key[0] == "rule" && slices.Contains([]string{"passes", "fails", "skips"}, key[1])
}

type sourceFile struct {
	Key      string         `toml:"key"`
	Kind     string         `toml:"kind"`
	Ref      string         `toml:"ref"`
	Title    pavilion.Text  `toml:"title"`
	From     string         `toml:"from"`
	Until    string         `toml:"until"`
	Note     pavilion.Text  `toml:"note"`
	Verified rules.Verified `toml:"verified"`
}

type wordsFile struct {
	Key   string        `toml:"key"`
	Title pavilion.Text `toml:"title"`
	Word  []Word        `toml:"word"`
	Allow []string      `toml:"allow"`
}

type ruleFile struct {
	ID       string            `toml:"id"`
	Goods    []string          `toml:"goods"`
	Routes   []string          `toml:"routes"`
	Channels []string          `toml:"channels"`
	From     string            `toml:"from"`
	Until    string            `toml:"until"`
	By       string            `toml:"by"` // "sold", which is "", or "made"
	Severity pavilion.Severity `toml:"severity"`
	Field    string            `toml:"field"`
	Source   string            `toml:"source"`
	Article  string            `toml:"article"`
	Verified rules.Verified    `toml:"verified"`
	Title    pavilion.Text     `toml:"title"`
	Message  pavilion.Text     `toml:"message"`
	Fix      pavilion.Text     `toml:"fix"`
	When     string            `toml:"when"`
	Must     string            `toml:"must"`
	Words    string            `toml:"words"`
	Values   map[string]string `toml:"values"`
	Example  string            `toml:"example"` // the product its examples change
	Passes   []table           `toml:"passes"`
	Fails    []table           `toml:"fails"`
	Skips    []table           `toml:"skips"` // products it is not about
}

// The sentences every pack has: why a rule that could not be evaluated blocks, and why a
// product that is too large to be judged does.
var packTexts = map[string][]string{"cannot": {"reason"}, "too_large": {"fact"}}

var ruleID = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

// Load reads the rules of a market, the files rules-*.toml of its folder, and checks them:
// every expression is type-checked and its worst cost known. An error names the file and
// the line and says what to do.
func Load(files fs.FS, market string) (*Pack, error) {
	m, err := rules.ReadMarket(files, market)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, market+"/rules-*.toml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: there is no file rules-*.toml: a market without rules would let everything pass", market)
	}
	l := loader{pack: &Pack{Market: m, texts: map[string]text{}, names: map[string]pavilion.Text{}, examples: map[string]table{}}}
	hash := sha256.New()
	for _, name := range append([]string{market + "/market.toml"}, names...) {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(raw))
		hash.Write(raw)
	}
	l.pack.Version = hex.EncodeToString(hash.Sum(nil))[:12]
	for _, name := range names {
		r := &written{}
		if r.file, err = rules.Read(files, name, &r.packFile); err != nil {
			return nil, err
		}
		if err := l.facts(r); err != nil {
			return nil, err
		}
		l.files = append(l.files, r)
	}
	return l.load()
}

type written struct {
	file *rules.File
	packFile
}

type loader struct {
	pack  *Pack
	files []*written
	*compiler
}

// facts takes in what rules refer to: sources, words, sentences and example products.
func (l *loader) facts(w *written) error {
	p := l.pack
	for key, words := range w.Text {
		names, known := packTexts[key]
		t, err := readText(words)
		switch {
		case !known:
			return fmt.Errorf("%s: [text.%s] is no sentence of a pack", w.file.Name, key)
		case err == nil && !slices.Equal(t.names, names):
			err = fmt.Errorf("it must name the values %v", names)
		}
		if err != nil {
			return fmt.Errorf("%s: [text.%s]: %w", w.file.Name, key, err)
		}
		p.texts[key] = t
	}
	for code, name := range w.Name {
		if _, err := readText(name); err != nil {
			return fmt.Errorf("%s: [name.%s]: %w", w.file.Name, code, err)
		}
		p.names[code] = name
	}
	for key, facts := range w.Facts {
		if p.examples[key] != nil {
			return fmt.Errorf("%s: [facts.%s] stands in another file too", w.file.Name, key)
		}
		p.examples[key] = facts
	}
	for i, s := range w.Source {
		if err := l.source(s); err != nil {
			return w.file.Fault("source", i, "source %s: %w", s.Key, err)
		}
	}
	for i, s := range w.Words {
		if err := l.words(s); err != nil {
			return w.file.Fault("words", i, "words %s: %w", s.Key, err)
		}
	}
	return l.offers(w)
}

func (l *loader) source(s sourceFile) error {
	title, err := readText(s.Title)
	switch {
	case s.Key == "" || (s.Ref == "") != (s.Kind == kindHouse):
		return fmt.Errorf("give it a key, and a ref unless it is of the house")
	case l.pack.source(s.Key) != nil:
		return fmt.Errorf("the key is taken")
	case !slices.Contains(SourceKinds, s.Kind):
		return fmt.Errorf("the kind %q must be one of %v", s.Kind, SourceKinds)
	case !s.Verified.Known():
		return fmt.Errorf("say how it is known: verified = \"seen\", \"recalled\" or \"ours\"")
	case err != nil:
		return fmt.Errorf("title: %w", err)
	case len(title.names) > 0:
		return fmt.Errorf("a title has no values")
	}
	if s.Note != nil {
		if _, err := readText(s.Note); err != nil {
			return fmt.Errorf("note: %w", err)
		}
	}
	from, until, err := window(s.From, s.Until)
	if err != nil {
		return err
	}
	l.pack.Sources = append(l.pack.Sources, &Source{s.Key, s.Kind, s.Ref, s.Title, from, until, s.Note, s.Verified})
	return nil
}

func (p *Pack) source(key string) *Source {
	for _, s := range p.Sources {
		if s.Key == key {
			return s
		}
	}
	return nil
}

func (l *loader) words(s wordsFile) error {
	if _, err := readText(s.Title); err != nil {
		return fmt.Errorf("title: %w", err)
	}
	if s.Key == "" || l.pack.wordList(s.Key) != nil {
		return fmt.Errorf("give it a key of its own")
	}
	seen := map[string]bool{}
	for _, w := range s.Word {
		if folded := fold(w.Say); folded == "" || seen[folded] {
			return fmt.Errorf("the word %q is empty or stands twice", w.Say)
		} else {
			seen[folded] = true
		}
		if !w.Verified.Known() && w.Verified != "" {
			return fmt.Errorf("the word %q: verified is \"seen\", \"recalled\", \"ours\" or not stated", w.Say)
		}
	}
	l.pack.Words = append(l.pack.Words, &WordList{Key: s.Key, Title: s.Title, Words: s.Word, Allow: s.Allow})
	return nil
}

func (p *Pack) wordList(key string) *WordList {
	for _, w := range p.Words {
		if w.Key == key {
			return w
		}
	}
	return nil
}

// load compiles the rules of all files.
func (l *loader) load() (*Pack, error) {
	p := l.pack
	for key := range packTexts {
		if p.texts[key].words == nil {
			return nil, fmt.Errorf("%s: no file has the sentence [text.%s]", p.Market.Key, key)
		}
	}
	p.scanner = newScanner(p.Words)
	var err error
	if l.compiler, err = newCompiler(p.wordList, func() *scanner { return p.scanner }); err != nil {
		return nil, err
	}
	for _, w := range l.files {
		for i, r := range w.Rule {
			at := place{w.file, "rule", i}
			made, err := l.rule(r, at)
			if err != nil {
				return nil, at.fault("rule %s: %w", r.ID, err)
			}
			p.Rules = append(p.Rules, made)
		}
	}
	p.index = newIndex(p.Rules)
	return p, nil
}

func (l *loader) rule(r ruleFile, at place) (*Rule, error) {
	if err := l.check(r); err != nil {
		return nil, err
	}
	from, until, err := window(r.From, r.Until)
	if err != nil {
		return nil, err
	}
	out := &Rule{
		ID: r.ID, Goods: r.Goods, Routes: r.Routes, Channels: r.Channels, From: from, Until: until, ByMade: r.By == "made",
		Severity: r.Severity, Field: r.Field, Title: r.Title, Fix: r.Fix, Source: l.pack.source(r.Source), Article: r.Article, Verified: r.Verified,
		When: r.When, Must: r.Must, WordList: l.pack.wordList(r.Words),
		place: at, values: map[string]program{}, examples: examples{r.Example, r.Passes, r.Fails, r.Skips},
	}
	out.written = citation(out.Source, out.Article)
	if out.say, err = readText(r.Message); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	if out.mend, err = readText(r.Fix); err != nil {
		return nil, fmt.Errorf("fix: %w", err)
	}
	if err := l.expressions(r, out); err != nil {
		return nil, err
	}
	return out, nil
}

// check looks at everything but the expressions.
func (l *loader) check(r ruleFile) error {
	_, title := readText(r.Title)
	switch {
	case !ruleID.MatchString(r.ID):
		return fmt.Errorf("the id %q must be lower-case words with points between, such as \"label.name\"", r.ID)
	case l.pack.Rule(r.ID) != nil:
		return fmt.Errorf("the id is taken")
	case r.Severity != pavilion.Blocks && r.Severity != pavilion.Warns && r.Severity != pavilion.Informs:
		return fmt.Errorf("the severity %q must be %q, %q or %q", r.Severity, pavilion.Blocks, pavilion.Warns, pavilion.Informs)
	case r.By != "" && r.By != "sold" && r.By != "made":
		return fmt.Errorf("by = %q must be \"sold\" or \"made\"", r.By)
	case l.pack.source(r.Source) == nil:
		return fmt.Errorf("there is no [[source]] with the key %q", r.Source)
	case !r.Verified.Known():
		return fmt.Errorf("say how it is known: verified = \"seen\", \"recalled\" or \"ours\"")
	case title != nil:
		return fmt.Errorf("title: %w", title)
	case (r.Must == "") == (r.Words == ""):
		return fmt.Errorf("say either what must hold (must) or which words must not stand there (words)")
	case r.Words != "" && l.pack.wordList(r.Words) == nil:
		return fmt.Errorf("there is no [[words]] with the key %q", r.Words)
	case r.Words == "" && !slices.Contains(Fields, r.Field):
		return fmt.Errorf("the field %q must be one of %v", r.Field, Fields)
	case len(r.Passes) == 0 || len(r.Fails) == 0:
		return fmt.Errorf("give it an example that passes and one that fails")
	}
	for _, route := range r.Routes {
		if !l.pack.Market.HasRoute(route) {
			return fmt.Errorf("the market has no route %q", route)
		}
	}
	return nil
}

// expressions compiles those of a rule.
func (l *loader) expressions(r ruleFile, out *Rule) (err error) {
	if r.When != "" {
		if out.when, err = l.condition(r.When); err != nil {
			return fmt.Errorf("when: %w", err)
		}
	}
	if r.Must != "" {
		if out.must, err = l.condition(r.Must); err != nil {
			return fmt.Errorf("must: %w", err)
		}
	}
	names := []string{}
	if r.Words != "" {
		names = append(names, "instead", "words")
	}
	for _, expression := range []string{r.When, r.Must} {
		if err := l.asks(expression, out); err != nil {
			return err
		}
	}
	for name, expression := range r.Values {
		if out.values[name], err = l.compile(expression, valueTypes...); err != nil {
			return fmt.Errorf("value %s: %w", name, err)
		}
		names = append(names, name)
	}
	for _, name := range slices.Concat(out.say.names, out.mend.names) {
		if !slices.Contains(names, name) {
			return fmt.Errorf("the message names {%s}, which is no value", name)
		}
	}
	return nil
}

// window reads the days from and until which something holds.
func window(from, until string) (a, b pavilion.Date, err error) {
	if from != "" {
		if a, err = pavilion.ParseDate(from); err != nil {
			return "", "", fmt.Errorf("from = %q must be a date such as \"2027-03-16\"", from)
		}
	}
	if until != "" {
		if b, err = pavilion.ParseDate(until); err != nil {
			return "", "", fmt.Errorf("until = %q must be a date such as \"2027-03-15\"", until)
		}
	}
	if a != "" && b != "" && b < a {
		return "", "", fmt.Errorf("it ends before it begins")
	}
	return a, b, nil
}

// citation is how people say where a rule is written.
func citation(s *Source, article string) pavilion.Text {
	out := make(pavilion.Text, len(s.Title))
	for lang, title := range s.Title {
		out[lang] = strings.TrimSpace(s.Ref + " " + title)
		if lang == pavilion.Chinese && s.Ref != "" {
			out[lang] = s.Ref + "《" + title + "》"
		}
		if article != "" {
			out[lang] += ", " + article
		}
	}
	return out
}
