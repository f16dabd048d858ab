package tailoring

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
)

// The translation memory learns from what a second person approved and from nothing else.
// What it says is a proposal: a person reads it, changes it and stands for it.

// FieldTerm is the field of pairs that are single terms, not whole texts.
const FieldTerm Field = "term"

// Remembered are the fields of which there are pairs, in the order they are shown.
var Remembered = []Field{FieldTerm, FieldName, FieldDescription, FieldIngredients, FieldStorage, FieldMaker, FieldMakerAddress}

// What is kept and looked for at most.
const (
	longestPair  = 4000 // characters of a source that is worth remembering
	mostLearnt   = 64   // words a pair is found by
	mostSaid     = 256  // words of what it became that it is found by
	leastAlike   = 50   // percent two sources must be alike to be worth showing
	mostProposed = 3    // a field
	mostTerms    = 30
)

const insertMemory = `insert into variant_memory (id, market, field, lang, source_key, source, target, variant_id, number, learnt_at)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (market, field, lang, source_key, target) do nothing`

var (
	insertMemoryWords = db.Insert{Table: "variant_memory_word", Columns: []string{"word", "memory_id"}, Suffix: "on conflict do nothing"}
	insertMemorySaid  = db.Insert{Table: "variant_memory_said", Columns: []string{"word", "memory_id"}, Suffix: "on conflict do nothing"}

	selectAlike = &db.Keyed{Args: 3, Text: `select m.field, m.lang, m.source, m.target, m.variant_id, m.number, count(*) as words
		from variant_memory_word w join variant_memory m on m.id = w.memory_id
		where m.market = $1 and m.field = $2 and m.lang = $3 and w.word in (%s)
		group by m.id, m.field, m.lang, m.source, m.target, m.variant_id, m.number order by words desc, m.id desc limit 50`}
)

// pair is a text and what it became.
type pair struct {
	field  Field
	lang   pavilion.Lang
	source string
	target string
}

// Proposal is what an approved text said for a source that is the same or alike. It is
// nobody's decision until a person takes it over.
type Proposal struct {
	Field   Field
	Lang    pavilion.Lang // of the source
	Source  string        // as it stood where this was approved
	Target  string
	Alike   int // percent; 100 is the same words
	Variant pavilion.VariantID
	Number  int64
}

// pairs are what a version teaches: text by text in each language of the source, and term by
// term where a list of ingredients has as many in both languages.
func (v Version) pairs(market pavilion.Lang) []pair {
	s, c := v.Source, v.Content
	var out []pair
	add := func(f Field, source pavilion.Text, target string) {
		for _, lang := range pavilion.Langs {
			if lang != market && source[lang] != "" && target != "" && len([]rune(source[lang])) <= longestPair {
				out = append(out, pair{f, lang, source[lang], target})
			}
		}
	}
	add(FieldName, s.Name, c.Name)
	add(FieldDescription, s.Description, c.DescriptionText())
	add(FieldIngredients, s.Ingredients, c.Ingredients)
	add(FieldStorage, s.Storage, c.Storage)
	add(FieldMaker, s.Producer, c.Maker)
	add(FieldMakerAddress, s.Address, c.MakerAddress)
	for _, lang := range pavilion.Langs {
		from, to := terms(s.Ingredients[lang]), terms(c.Ingredients)
		if lang == market || len(from) != len(to) {
			continue
		}
		for i := range from {
			out = append(out, pair{FieldTerm, lang, from[i], to[i]})
		}
	}
	return out
}

// terms splits a list of ingredients into its entries, without what stands in brackets and
// without amounts.
func terms(list string) (out []string) {
	var one strings.Builder
	depth := 0
	end := func() {
		if s := strings.Trim(one.String(), " .。:：;；%0123456789,"); s != "" {
			out = append(out, s)
		}
		one.Reset()
	}
	for _, r := range list {
		switch {
		case strings.ContainsRune("(（[【", r):
			depth++
		case strings.ContainsRune(")）]】", r):
			depth = max(0, depth-1)
		case depth > 0:
		case strings.ContainsRune(",，、;；\n", r):
			end()
		default:
			one.WriteRune(r)
		}
	}
	end()
	return out
}

// learn remembers the pairs of a version that was approved.
func learn(ctx context.Context, tx *db.Tx, m *Market, v Variant, version Version) error {
	for _, p := range version.pairs(m.Language) {
		id := pavilion.NewID[pavilion.MemoryID](pavilion.PrefixMemory, tx.Now())
		n, err := tx.Exec(ctx, insertMemory, string(id), m.Key, string(p.field), string(p.lang), sourceKey(p.source), p.source, p.target, string(v.ID), version.Number, db.Micros(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		var rows []any
		for _, word := range wordsOf(p.source) {
			rows = append(rows, word, string(id))
		}
		if _, err := insertMemoryWords.Rows(ctx, tx, rows); err != nil {
			return err
		}
		var said []any
		words := pavilion.Words(p.target)
		for _, word := range words[:min(len(words), mostSaid)] {
			said = append(said, word, string(id))
		}
		if _, err := insertMemorySaid.Rows(ctx, tx, said); err != nil {
			return err
		}
	}
	return nil
}

// sourceKey is the form in which two ways to write the same source are equal.
func sourceKey(s string) string {
	var words []string
	for run := range pavilion.Stretches(s) {
		words = append(words, string(run))
	}
	return strings.Join(words, " ")
}

func wordsOf(s string) []string {
	words := pavilion.WordsSought(s)
	return words[:min(len(words), mostLearnt)]
}

// Propose returns what approved texts of the market say for the texts of a source, the most
// alike first, by field; and the terms that stand in the source. except is the variant that
// is being written, which does not propose to itself.
func Propose(ctx context.Context, r db.Reader, m *Market, s Source, except pavilion.VariantID) (map[Field][]Proposal, []Proposal, error) {
	out := map[Field][]Proposal{}
	var found []Proposal
	for _, of := range []struct {
		field  Field
		source pavilion.Text
	}{{FieldName, s.Name}, {FieldDescription, s.Description}, {FieldIngredients, s.Ingredients}, {FieldStorage, s.Storage}, {FieldMaker, s.Producer}, {FieldMakerAddress, s.Address}} {
		for _, lang := range pavilion.Langs {
			if lang == m.Language || of.source[lang] == "" {
				continue
			}
			alike, err := alike(ctx, r, m, of.field, lang, of.source[lang])
			if err != nil {
				return nil, nil, err
			}
			out[of.field] = append(out[of.field], without(alike, except)...)
			if of.field == FieldName || of.field == FieldIngredients || of.field == FieldDescription {
				terms, err := termsIn(ctx, r, m, lang, of.source[lang])
				if err != nil {
					return nil, nil, err
				}
				found = append(found, terms...)
			}
		}
		out[of.field] = best(out[of.field], mostProposed)
	}
	return out, best(found, mostTerms), nil
}

func without(all []Proposal, id pavilion.VariantID) []Proposal {
	return slices.DeleteFunc(all, func(p Proposal) bool { return p.Variant == id })
}

// best keeps the most alike proposals, each target once.
func best(all []Proposal, most int) []Proposal {
	slices.SortStableFunc(all, func(a, b Proposal) int { return cmp.Compare(b.Alike, a.Alike) })
	var out []Proposal
	for _, p := range all {
		if len(out) < most && !slices.ContainsFunc(out, func(o Proposal) bool { return o.Target == p.Target }) {
			out = append(out, p)
		}
	}
	return out
}

// alike finds pairs whose source is like a text.
func alike(ctx context.Context, r db.Reader, m *Market, f Field, lang pavilion.Lang, source string) ([]Proposal, error) {
	all, err := db.AllKeyed(ctx, r, scanProposal, selectAlike, wordsOf(source), m.Key, string(f), string(lang))
	for i, p := range all {
		all[i].Alike = likeness(p.Source, source)
	}
	return slices.DeleteFunc(all, func(p Proposal) bool { return p.Alike < leastAlike }), err
}

// termsIn finds terms all of whose words stand in a text.
func termsIn(ctx context.Context, r db.Reader, m *Market, lang pavilion.Lang, text string) ([]Proposal, error) {
	words := wordsOf(text)
	all, err := db.AllKeyed(ctx, r, scanProposal, selectAlike, words, m.Key, string(FieldTerm), string(lang))
	all = slices.DeleteFunc(all, func(p Proposal) bool {
		return slices.ContainsFunc(wordsOf(p.Source), func(w string) bool { return !slices.Contains(words, w) })
	})
	for i := range all {
		all[i].Alike = 100
	}
	return all, err
}

// likeness is how many of the words of two texts are the same, in percent (Dice).
func likeness(a, b string) int {
	if sourceKey(a) == sourceKey(b) {
		return 100
	}
	x, y := wordsOf(a), wordsOf(b)
	if len(x)+len(y) == 0 {
		return 0
	}
	same := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			same++
		}
	}
	return min(99, 200*same/(len(x)+len(y)))
}

func scanProposal(row db.Scanner) (p Proposal, err error) {
	var words int64
	err = row.Scan(&p.Field, &p.Lang, &p.Source, &p.Target, &p.Variant, &p.Number, &words)
	return p, err
}

// Translator is a machine that translates. None comes with the program; whoever has one puts
// it in where the program is wired. What it says is a proposal like that of the memory.
type Translator interface {
	// Name is what people call it, such as that of the service.
	Name() string
	// Translate returns the texts in the language to, in their order. It is called outside of
	// any transaction. Errors: Unavailable, Limited.
	Translate(ctx context.Context, from, to pavilion.Lang, texts []string) ([]string, error)
}

// Translate asks a machine for the texts of a source that the memory has no equal for.
func Translate(ctx context.Context, t Translator, m *Market, from pavilion.Lang, s Source) (map[Field]string, error) {
	fields := []Field{FieldName, FieldDescription, FieldIngredients, FieldStorage}
	texts := []string{s.Name[from], s.Description[from], s.Ingredients[from], s.Storage[from]}
	for i := len(texts) - 1; i >= 0; i-- {
		if texts[i] == "" {
			fields, texts = slices.Delete(fields, i, i+1), slices.Delete(texts, i, i+1)
		}
	}
	if len(texts) == 0 {
		return nil, nil
	}
	said, err := t.Translate(ctx, from, m.Language, texts)
	if err != nil {
		return nil, err
	}
	if len(said) != len(texts) {
		return nil, pavilion.E(pavilion.Unavailable, "variant.translator_confused", pavilion.Args{"name": t.Name()})
	}
	out := map[Field]string{}
	for i, f := range fields {
		out[f] = said[i]
	}
	return out, nil
}
