package rule

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/ast"

	"pavilion"
)

// DocumentKind is a kind of document that rules ask for.
type DocumentKind struct {
	Key   string        `toml:"key"` // as package catalog keeps it
	Title pavilion.Text `toml:"title"`
}

// Claim is something texts may claim, which people tick so that rules know.
type Claim struct {
	Key   string        `toml:"key"`
	Title pavilion.Text `toml:"title"`
	Needs pavilion.Text `toml:"needs"` // what must be true of goods that claim it
}

// AboutClaim are the rules that look at whether something is claimed.
func (p *Pack) AboutClaim(key string) (out []*Rule) {
	for _, r := range p.Rules {
		if slices.Contains(r.Claims, key) {
			out = append(out, r)
		}
	}
	return out
}

// offers takes in the kinds of documents and the claims that a file names.
func (l *loader) offers(w *written) error {
	p := l.pack
	for i, d := range w.Document {
		_, err := readText(d.Title)
		switch {
		case d.Key == "" || p.documentKind(d.Key):
			err = fmt.Errorf("give it a key of its own")
		case err != nil:
			err = fmt.Errorf("title: %w", err)
		}
		if err != nil {
			return w.file.Fault("document", i, "document %s: %w", d.Key, err)
		}
		p.Documents = append(p.Documents, d)
	}
	for i, c := range w.Claim {
		_, title := readText(c.Title)
		_, needs := readText(c.Needs)
		var err error
		switch {
		case c.Key == "" || p.claim(c.Key):
			err = fmt.Errorf("give it a key of its own")
		case title != nil:
			err = fmt.Errorf("title: %w", title)
		case needs != nil:
			err = fmt.Errorf("needs: %w", needs)
		}
		if err != nil {
			return w.file.Fault("claim", i, "claim %s: %w", c.Key, err)
		}
		p.Claims = append(p.Claims, c)
	}
	return nil
}

func (p *Pack) documentKind(key string) bool {
	return slices.ContainsFunc(p.Documents, func(d DocumentKind) bool { return d.Key == key })
}

func (p *Pack) claim(key string) bool {
	return slices.ContainsFunc(p.Claims, func(c Claim) bool { return c.Key == key })
}

// asks notes which facts, kinds of documents and claims an expression of a rule names. A
// document that nobody could hand in, or a claim that nobody could tick, is an error: the
// rule could not be satisfied.
func (l *loader) asks(expression string, r *Rule) error {
	parsed, issues := l.env.Parse(expression)
	if issues.Err() != nil || expression == "" {
		return nil // told where it is compiled
	}
	var err error
	note := func(key string, known bool, table string, keys *[]string) {
		if !known {
			err = fmt.Errorf("it asks for %q, of which there is no [[%s]]: people could not give it", key, table)
		}
		if !slices.Contains(*keys, key) {
			*keys = append(*keys, key)
		}
	}
	ast.PostOrderVisit(parsed.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.IdentKind {
			if _, known := numbers[e.AsIdent()]; known && !slices.Contains(r.Facts, e.AsIdent()) {
				r.Facts = append(r.Facts, e.AsIdent())
			}
		}
		if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 {
			return
		}
		left, right := e.AsCall().Args()[0], e.AsCall().Args()[1]
		switch e.AsCall().FunctionName() {
		case "_==_":
			if key, is := literal(right); is && left.Kind() == ast.SelectKind && left.AsSelect().FieldName() == "kind" {
				note(key, l.pack.documentKind(key), "document", &r.Documents)
			}
		case "@in":
			if key, is := literal(left); is && right.Kind() == ast.IdentKind && right.AsIdent() == "claims" {
				note(key, l.pack.claim(key), "claim", &r.Claims)
			}
		}
	}))
	return err
}

// literal is the text an expression is, if it is one.
func literal(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	text, is := e.AsLiteral().Value().(string)
	return text, is
}
