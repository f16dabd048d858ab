package dbtest

import (
	"database/sql"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pavilion/db"
)

// Prepare has both engines prepare every SQL statement in the Go files of the folders,
// tests left out, against freshly migrated tables: a misspelt column fails here and not in
// front of a shopper. It also checks the rules that make one text run on both. A statement
// is a constant string that has a name, stands in a field, or goes straight to the
// database. What is put together when the program runs is not seen, and neither are its
// parts: texts that end in a space, a comma or a bracket, or have a bare ?.
func Prepare(t *testing.T, folders ...string) {
	t.Helper()
	var statements []statement
	for _, folder := range folders {
		statements = append(statements, statementsIn(t, folder)...)
	}
	for _, s := range statements {
		if broken := brokenRule(s.text); broken != "" {
			t.Errorf("%s: %s:\n%s", s.at, broken, s.text)
		}
	}
	EachURL(t, func(t *testing.T, url string) {
		pool, err := sql.Open(driverOf(Open(t, url, NewClock())), url)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		for _, s := range statements {
			prepared, err := pool.PrepareContext(t.Context(), s.text)
			if err != nil {
				t.Errorf("%s: %v:\n%s", s.at, err, s.text)
				continue
			}
			if err := prepared.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func driverOf(d *db.DB) string {
	if d.Engine() == db.SQLite {
		return "sqlite"
	}
	return "pgx"
}

// statement is one text of SQL and where it stands.
type statement struct {
	at   token.Position
	text string
}

var isPart = regexp.MustCompile(`[\s,(]$|\?`)

var beginsLikeSQL = regexp.MustCompile(`^\s*(select\s|insert into \w+ \(|update \w+ set\s|delete from \w+\b|with \w+ as \()`)

// statementsIn reads the Go files of a folder and returns their statements, each once.
func statementsIn(t *testing.T, folder string) (found []statement) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	positions := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(positions, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	texts := constants(files)
	seen := map[string]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, e := range mayBeSQL(n) {
				if text, known := texts.value(e, 0); known && beginsLikeSQL.MatchString(text) && !isPart.MatchString(text) && !seen[text] {
					seen[text] = true
					found = append(found, statement{positions.Position(e.Pos()), withKeys(text)})
				}
			}
			return true
		})
	}
	return found
}

// runsSQL are the functions of package db that take a statement.
var runsSQL = map[string]bool{"Exec": true, "Query": true, "QueryRow": true, "All": true, "One": true}

// mayBeSQL returns the expressions of a node at which a whole statement may stand.
func mayBeSQL(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.ValueSpec:
		return n.Values
	case *ast.KeyValueExpr:
		return []ast.Expr{n.Value}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && runsSQL[f.Sel.Name] {
			return n.Args
		}
	}
	return nil
}

// named are the constants and variables of a package by name, as they are written.
type named map[string]ast.Expr

func constants(files []*ast.File) named {
	all := named{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Names) == len(spec.Values) {
				for i, name := range spec.Names {
					all[name.Name] = spec.Values[i]
				}
			}
			return true
		})
	}
	return all
}

// value works out a constant string expression.
func (all named) value(e ast.Expr, depth int) (text string, known bool) {
	if depth > 20 {
		return "", false
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return all.value(e.X, depth+1)
	case *ast.Ident:
		written, ok := all[e.Name]
		if !ok {
			return "", false
		}
		return all.value(written, depth+1)
	case *ast.BinaryExpr:
		x, knownX := all.value(e.X, depth+1)
		y, knownY := all.value(e.Y, depth+1)
		return x + y, knownX && knownY && e.Op == token.ADD
	default:
		return "", false
	}
}

// withKeys fills the list of a db.Keyed with one key.
func withKeys(text string) string {
	last := 0
	for _, n := range numbers(text) {
		last = max(last, n)
	}
	return strings.ReplaceAll(text, "in (%s)", fmt.Sprintf("in ($%d)", last+1))
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// numbers are the placeholders of a statement in the order in which they stand.
func numbers(text string) (all []int) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		if err == nil {
			all = append(all, n)
		}
	}
	return all
}

// notOnBoth are the words of one engine only, and those that read more than they say.
var notOnBoth = regexp.MustCompile(`(?i)= any\b|\bilike\b|::|\bdistinct on\b|\bfor update\b|\bskip locked\b|select \*|\bnow\(\)|current_timestamp`)

// brokenRule returns the rule that a statement breaks, or "".
func brokenRule(text string) string {
	if word := notOnBoth.FindString(text); word != "" {
		return fmt.Sprintf("%q does not stand in a text for both engines", strings.TrimSpace(word))
	}
	next := 1
	for _, n := range numbers(text) {
		if n > next {
			return fmt.Sprintf("$%d stands before $%d is used; placeholders are first used in rising order", n, next)
		}
		if n == next {
			next++
		}
	}
	return ""
}
