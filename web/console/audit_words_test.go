package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"pavilion"
	"pavilion/web/ui"
)

// TestEveryActHasWords finds the acts that the program notes in the trail and asks for words
// in every language: nobody reads "staff.totp_set_up" with pleasure.
func TestEveryActHasWords(t *testing.T) {
	t.Parallel()
	site, err := ui.New(ui.Options{BaseURL: "http://localhost", Name: pavilion.Text{"en": "Test"}, About: pavilion.Text{"en": "Test"}})
	if err != nil {
		t.Fatal(err)
	}
	acts := noted(t)
	if len(acts) < 20 {
		t.Fatalf("found %d acts in the sources, want 20 or more", len(acts))
	}
	for _, lang := range pavilion.Langs {
		p := site.Printer(lang)
		for act, at := range acts {
			if actWords(p, act) == act {
				t.Errorf("%s: the act %s has no words in %s: add audit.act.%s", at, act, lang, act)
			}
		}
	}
}

// noted returns the acts in the sources with where they stand: what is given to functions as
// "act", and what fields of that name hold.
func noted(t *testing.T) map[string]string {
	t.Helper()
	set := token.NewFileSet()
	var files []*ast.File
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "sim/") {
			return nil
		}
		f, err := parser.ParseFile(set, "../../"+path, nil, parser.SkipObjectResolution)
		files = append(files, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]int{} // of the parameter "act", by the name of the function
	each(files, func(n ast.Node) {
		if f, ok := n.(*ast.FuncDecl); ok {
			at := 0
			for _, field := range f.Type.Params.List {
				for _, name := range field.Names {
					if name.Name == "act" {
						places[f.Name.Name] = at
					}
					at++
				}
			}
		}
	})
	acts := map[string]string{}
	add := func(e ast.Expr) {
		l, ok := e.(*ast.BasicLit)
		if !ok || l.Kind != token.STRING {
			return
		}
		if act, err := strconv.Unquote(l.Value); err == nil && strings.Contains(act, ".") {
			acts[act] = set.Position(e.Pos()).String()
		}
	}
	each(files, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if at, takes := places[name]; takes && at < len(n.Args) {
				add(n.Args[at])
			}
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Act" {
				add(n.Value)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if id, ok := left.(*ast.Ident); ok && id.Name == "act" && i < len(n.Rhs) {
					add(n.Rhs[i])
				}
			}
		}
	})
	return acts
}

func each(files []*ast.File, do func(ast.Node)) {
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			do(n)
			return true
		})
	}
}
