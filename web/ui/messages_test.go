package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pavilion"
)

// spoken is what the sources of the program say about messages.
type spoken struct {
	words    map[string]bool   // every string written out: a key may be among them
	families map[string]bool   // beginnings of keys that are put together, such as "category."
	reasons  map[string]string // reasons of errors and findings, with where they are raised
	keys     map[string]string // keys given to a printer, with where
	raised   []raised
}

// raised is one place where a reason is raised with values that can be read off.
type raised struct {
	reason, at string
	names      map[string]bool
}

var (
	familyForm = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*\.$`)
	keyForm    = regexp.MustCompile(`^[a-z_]+(\.[a-z0-9_]+)+$`)
	// templateKey finds keys in templates: {{t "…"}} and {{t (print "…." .X)}}.
	templateKey = regexp.MustCompile(`"([a-z_]+(?:\.[a-z0-9_]+)*\.?)"`)
)

// ownWords are simulated platforms: what they say is no word of ours.
var ownWords = map[string]bool{"sim/jd": true, "sim/douyin": true}

// listen reads all sources of the program, without its tests.
func listen(t *testing.T) *spoken {
	t.Helper()
	s := spoken{words: map[string]bool{}, families: map[string]bool{}, reasons: map[string]string{}, keys: map[string]string{}}
	files := token.NewFileSet()
	var sources []*ast.File
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") || ownWords[path] {
				return fs.SkipDir
			}
		case strings.HasSuffix(path, ".html"):
			raw, err := fs.ReadFile(root, path)
			for _, m := range templateKey.FindAllStringSubmatch(string(raw), -1) {
				s.note(m[1])
			}
			return err
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.Contains(path, "test/"):
			file, err := parser.ParseFile(files, filepath.Join("../..", path), nil, parser.SkipObjectResolution)
			sources = append(sources, file)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	takes := map[string]int{} // functions with a parameter "reason", and which one it is
	for _, file := range sources {
		ast.Inspect(file, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok {
				at := 0
				for _, field := range f.Type.Params.List {
					for _, name := range field.Names {
						if name.Name == "reason" {
							takes[f.Name.Name] = at
						}
						at++
					}
				}
			}
			return true
		})
	}
	for _, file := range sources {
		ast.Inspect(file, func(n ast.Node) bool { s.hear(n, files, takes); return true })
	}
	return &s
}

// hear notes what a node says.
func (s *spoken) hear(n ast.Node, files *token.FileSet, takes map[string]int) {
	reason := func(e ast.Expr) {
		if w, ok := literal(e); ok && keyForm.MatchString(w) {
			s.reasons[w] = files.Position(e.Pos()).String()
		}
	}
	switch n := n.(type) {
	case *ast.BasicLit:
		if w, ok := literal(n); ok {
			s.note(w)
		}
	case *ast.CallExpr:
		name := called(n)
		if at, ok := takes[name]; ok && at < len(n.Args) {
			reason(n.Args[at])
			if w, ok := literal(n.Args[at]); ok {
				for _, a := range n.Args {
					if names, ok := argNames(a); ok {
						s.raised = append(s.raised, raised{w, files.Position(n.Pos()).String(), names})
					}
				}
			}
		}
		if name == "T" && len(n.Args) > 0 {
			if w, ok := literal(n.Args[0]); ok && keyForm.MatchString(w) {
				s.keys[w] = files.Position(n.Pos()).String()
			}
		}
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Reason" || k.Name == "reason") {
			reason(n.Value)
		}
	}
}

// argNames returns the names of the values an expression holds, if it is a literal of
// pavilion.Args with some of them in it.
func argNames(e ast.Expr) (map[string]bool, bool) {
	l, ok := e.(*ast.CompositeLit)
	if !ok || len(l.Elts) == 0 {
		return nil, false // none in it: they are added later
	}
	names := map[string]bool{}
	for _, e := range l.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil, false
		}
		w, ok := literal(kv.Key)
		if !ok {
			return nil, false
		}
		names[w] = true
	}
	return names, true
}

func (s *spoken) note(w string) {
	if familyForm.MatchString(w) {
		s.families[w] = true
	}
	s.words[w] = true
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	w, err := strconv.Unquote(l.Value)
	return w, err == nil
}

// called returns the name of a called function or method, without what it belongs to.
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func testBooks(t *testing.T) *books {
	t.Helper()
	b, err := openBooks()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMessagesExistInEveryLanguage(t *testing.T) {
	t.Parallel()
	b := testBooks(t)
	all := map[string]bool{}
	for _, lang := range pavilion.Langs {
		for key := range b.forms[lang] {
			all[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		var names []string
		for i, lang := range pavilion.Langs {
			got, ok := b.names(lang, key)
			if !ok {
				t.Errorf("%s has no words in %s", key, lang)
				continue
			}
			for i, name := range got {
				got[i] = strings.TrimSuffix(name, "_"+string(lang)) // words that come in every language
			}
			slices.Sort(got)
			got = slices.Compact(got)
			if i == 0 {
				names = got
			} else if !slices.Equal(got, names) {
				t.Errorf("%s names the values %v in %s, but %v in %s", key, got, lang, names, pavilion.Langs[0])
			}
		}
	}
}

func TestPluralsHaveTheFormsOfTheirLanguage(t *testing.T) {
	t.Parallel()
	b := testBooks(t)
	want := map[pavilion.Lang]int{pavilion.Chinese: 1, pavilion.English: 2, pavilion.Russian: 4, pavilion.Belarusian: 4}
	for key := range b.counted {
		for _, lang := range pavilion.Langs {
			if got := len(b.forms[lang][key]); got != want[lang] {
				t.Errorf("%s has %d plural forms in %s, want %d", key, got, lang, want[lang])
			}
		}
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	t.Parallel()
	b, s := testBooks(t), listen(t)
	for _, reason := range slices.Sorted(maps.Keys(s.reasons)) {
		for _, lang := range pavilion.Langs {
			if _, ok := b.names(lang, "reason."+reason); !ok {
				t.Errorf("%s: there is no sentence for %s in %s", s.reasons[reason], reason, lang)
			}
		}
	}
}

func TestReasonsBringTheValuesOfTheirSentences(t *testing.T) {
	t.Parallel()
	b, s := testBooks(t), listen(t)
	for _, r := range s.raised {
		names, _ := b.names(pavilion.Langs[0], "reason."+r.reason)
		for _, name := range names {
			name = strings.TrimSuffix(name, "_"+string(pavilion.Langs[0]))
			if !r.names[name] && !(name == "n" && r.names["count"]) {
				t.Errorf("%s: %s is raised without %s, which its sentence needs", r.at, r.reason, name)
			}
		}
	}
}

func TestEveryKeyIsThereAndUsed(t *testing.T) {
	t.Parallel()
	b, s := testBooks(t), listen(t)
	for key, at := range s.keys {
		if _, ok := b.names(pavilion.Langs[0], key); !ok {
			t.Errorf("%s: there is no message %s", at, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b.forms[pavilion.Langs[0]])) {
		used := s.words[key] || s.reasons[strings.TrimPrefix(key, "reason.")] != "" || s.words[strings.TrimPrefix(key, "reason.")]
		for family := range s.families {
			used = used || family != "reason." && strings.HasPrefix(strings.TrimPrefix(key, "reason."), family)
		}
		for at := strings.LastIndexByte(key, '.'); at > 0 && !used; at = strings.LastIndexByte(key[:at], '.') {
			used = strings.Contains(key[:at], ".") && s.words[key[:at]]
		}
		for w := range s.words { // or it stands inside a statement
			used = used || strings.Contains(w, strings.TrimPrefix(key, "reason."))
		}
		if !used {
			t.Errorf("nothing uses the message %s", key)
		}
	}
}
