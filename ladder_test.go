package pavilion_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rungs are the packages of the house, lowest first. A package may import packages on
// lower rungs; folders on one rung are siblings and do not import each other, but for a
// folder below its parent, which may import it or be imported by it as the list says.
var rungs = [][]string{
	{""}, // the root package
	{"money"},
	{"pdf"},
	{"db"},
	{"job"},
	{"staff"},
	{"setting"},
	{"catalog"},
	{"tailoring/rules"},
	{"tailoring/nutrition", "tailoring/tax", "tailoring/rule", "tailoring/bank"},
	{"tailoring/label", "tailoring/price"},
	{"tailoring"},
	{"stock"},
	{"payment"},
	{"payment/simpay"},
	{"order"},
	{"shipment"},
	{"channel"},
	{"channel/own", "channel/jd", "channel/douyin"},
	{"report"},
	{"web/ui"},
	{"web/shop", "web/api", "web/console"},
	{"web"},
	{"cmd/pavilion/demo", "cmd/pavilion/demo/gen"},
	{"cmd/pavilion/bench"},
	{"cmd/pavilion"},
}

// outside is the simulated world: it may import the root, money and what its simulators share,
// nothing else, and only cmd and tests may import it.
const (
	outside       = "sim/"
	outsideShared = outside + "simkit"
)

// folders that hold no package of the program.
var otherFolders = []string{"docs"}

// forTests tells a folder with helpers of tests, such as db/dbtest: only tests import it.
func forTests(folder string) bool { return strings.HasSuffix(path.Base(folder), "test") }

// doors are functions with exactly one calling package, so that "where does this come
// from?" has a one-line answer.
var doors = map[string]string{
	"order.Accept":    "channel",
	"stock.Reserve":   "order",
	"order.Ship":      "shipment",
	"order.Deliver":   "shipment",
	"order.Readdress": "shipment",
}

// translators know a wire format and no table.
var translators = []string{"payment/simpay", "tailoring/bank", "channel/jd", "channel/douyin"}

// translatorImports is all of the program a translator may know.
var translatorImports = []string{"", "money", "payment", "channel"}

// banned calls and the packages that may use them all the same.
var banned = []struct {
	call, instead string
	allowed       []string
}{
	{"time.Now", "use tx.Now or the clock handed in", []string{"db", "cmd/", "sim/"}},
	{"sql.Open", "only package db opens databases", []string{"db", "cmd/pavilion/bench"}},
	{"fmt.Println", "log it or return it", []string{"cmd/"}},
	{"fmt.Printf", "log it or return it", []string{"cmd/"}},
	{"http.Get", "use the client handed in", nil},
	{"http.Post", "use the client handed in", nil},
	{"context.Background", "take ctx from the caller", []string{"cmd/", "db"}},
}

type source struct {
	folder, name string // slash-separated, relative to the root of the module
	test         bool
	file         *ast.File
	imports      map[string]string // name in the file → import path
}

func (s source) pos() string { return path.Join(s.folder, s.name) }

// sources parses every Go file of the module. It reads the files itself, so that the test
// cache sees what it depends on.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(set, p, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s := source{folder: path.Dir(filepath.ToSlash(p)), name: d.Name(), test: strings.HasSuffix(p, "_test.go"), file: f, imports: map[string]string{}}
		if s.folder == "." {
			s.folder = ""
		}
		for _, im := range f.Imports {
			to, err := strconv.Unquote(im.Path.Value)
			if err != nil {
				return err
			}
			name := path.Base(to)
			if im.Name != nil {
				name = im.Name.Name
			}
			s.imports[name] = to
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ours returns the folder of an import path of this module.
func ours(importPath string) (folder string, ok bool) {
	if importPath == "pavilion" {
		return "", true
	}
	return strings.CutPrefix(importPath, "pavilion/")
}

func rung(folder string) int {
	return slices.IndexFunc(rungs, func(r []string) bool { return slices.Contains(r, folder) })
}

func TestLadder(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || forTests(s.folder) {
			continue
		}
		if strings.HasPrefix(s.folder, outside) {
			for _, to := range s.imports {
				if f, ok := ours(to); ok && f != "" && f != "money" && f != outsideShared {
					t.Errorf("%s imports %q: the simulated world knows only the root package, money and what it shares", s.pos(), f)
				}
			}
			continue
		}
		from := rung(s.folder)
		if from < 0 {
			t.Errorf("%s: the folder %q is not on the ladder in ladder_test.go", s.pos(), s.folder)
			continue
		}
		for _, to := range s.imports {
			f, ok := ours(to)
			if !ok {
				continue
			}
			switch {
			case forTests(f):
				t.Errorf("%s imports %s outside a test", s.pos(), f)
			case strings.HasPrefix(f, outside):
				if !strings.HasPrefix(s.folder, "cmd/") {
					t.Errorf("%s imports %q: only cmd and tests may know the simulated world", s.pos(), f)
				}
			case rung(f) < 0:
				t.Errorf("%s imports %q, which is not on the ladder", s.pos(), f)
			case rung(f) >= from:
				t.Errorf("%s imports %q: calls go down the ladder, facts go up", s.pos(), f)
			}
		}
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		known := e.Name()+"/" == outside || slices.Contains(otherFolders, e.Name()) ||
			slices.ContainsFunc(rungs, func(r []string) bool {
				return slices.ContainsFunc(r, func(f string) bool { return f == e.Name() || strings.HasPrefix(f, e.Name()+"/") })
			})
		if !known {
			t.Errorf("the folder %q is not on the ladder in ladder_test.go", e.Name())
		}
	}
}

func TestDoors(t *testing.T) {
	t.Parallel()
	calls := map[string][]string{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			if f, ok := ours(s.imports[x.Name]); ok && f != "" {
				door := f + "." + sel.Sel.Name
				if caller, isDoor := doors[door]; isDoor {
					calls[door] = append(calls[door], s.folder)
					if s.folder != caller {
						t.Errorf("%s calls %s: only package %s may", s.pos(), door, caller)
					}
				}
			}
			return true
		})
	}
	for door := range doors {
		if len(calls[door]) == 0 {
			t.Errorf("nobody calls %s: the door in ladder_test.go leads nowhere", door)
		}
	}
}

func TestTranslators(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || !slices.Contains(translators, s.folder) {
			continue
		}
		for _, to := range s.imports {
			if f, ok := ours(to); ok && !slices.Contains(translatorImports, f) {
				t.Errorf("%s imports %q: a translator knows a wire format and nothing else", s.pos(), f)
			}
			if to == "database/sql" {
				t.Errorf("%s imports database/sql: a translator touches no table", s.pos())
			}
		}
	}
}

func TestBannedCalls(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || forTests(s.folder) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok || s.imports[x.Name] == "" {
				return true
			}
			call := path.Base(s.imports[x.Name]) + "." + sel.Sel.Name
			for _, b := range banned {
				if call == b.call && !slices.ContainsFunc(b.allowed, func(a string) bool {
					return s.folder == a || strings.HasSuffix(a, "/") && strings.HasPrefix(s.folder, a)
				}) {
					t.Errorf("%s uses %s: %s", s.pos(), call, b.instead)
				}
			}
			return true
		})
	}
}
