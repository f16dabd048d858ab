package order_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion/order"
)

var update = flag.Bool("update", false, "write docs/order-states.md")

// TestStatesPage keeps the drawing of an order's life the same as the table in the code.
func TestStatesPage(t *testing.T) {
	t.Parallel()
	const path = "../docs/order-states.md"
	want := statesPage(constantComments(t, "state.go"))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not what the code says; run go generate ./order (-want +got):\n%s", path, diff)
	}
}

// constantComments reads what a source file says beside each of its constants, by the
// constant's value.
func constantComments(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	says := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Comment == nil {
			return true
		}
		if value, ok := spec.Values[0].(*ast.BasicLit); ok {
			says[strings.Trim(value.Value, `"`)] = strings.TrimSpace(spec.Comment.Text())
		}
		return true
	})
	return says
}

func statesPage(says map[string]string) string {
	var b strings.Builder
	b.WriteString(`# The life of an order

Drawn from the table ` + "`order.Moves`" + ` by ` + "`go generate ./order`" + `; do not edit. What the table does
not list is refused with ` + "`order.wrong_state`" + `.

` + "```mermaid" + `
stateDiagram-v2
`)
	for _, m := range order.Moves {
		if m.From == "" {
			fmt.Fprintf(&b, "    [*] --> %s: %s\n", m.To, m.Step)
			continue
		}
		fmt.Fprintf(&b, "    %s --> %s: %s\n", m.From, m.To, m.Step)
	}
	b.WriteString("```\n\nA cell says where the step in its row leads from the state in its column; a dot means that the\nstep is refused.\n\n| step |")
	froms := append([]order.State{""}, order.States...)
	for _, from := range froms {
		fmt.Fprintf(&b, " %s |", nameOf(from))
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(froms)) + "\n")
	for _, step := range order.Steps {
		fmt.Fprintf(&b, "| **%s** |", step)
		for _, from := range froms {
			cell := "·"
			if to, ok := lead(from, step); ok {
				cell = string(to)
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n| step | what it means |\n|---|---|\n")
	for _, step := range order.Steps {
		fmt.Fprintf(&b, "| **%s** | %s |\n", step, says[string(step)])
	}
	b.WriteString("\n| state | what it means |\n|---|---|\n")
	for _, state := range order.States {
		fmt.Fprintf(&b, "| **%s** | %s |\n", state, says[string(state)])
	}
	return b.String()
}

func nameOf(s order.State) string {
	if s == "" {
		return "(none)"
	}
	return string(s)
}

func lead(from order.State, step order.Step) (order.State, bool) {
	i := slices.IndexFunc(order.Moves, func(m order.Move) bool { return m.From == from && m.Step == step })
	if i < 0 {
		return "", false
	}
	return order.Moves[i].To, true
}

// TestMovesAreATable checks that the table answers each question once, and that every state
// can be reached and every step taken.
func TestMovesAreATable(t *testing.T) {
	t.Parallel()
	seen := map[order.Move]bool{}
	reached := map[order.State]bool{}
	taken := map[order.Step]bool{}
	for _, m := range order.Moves {
		question := order.Move{From: m.From, Step: m.Step}
		if seen[question] {
			t.Errorf("%s in %s is listed twice", m.Step, m.From)
		}
		seen[question], reached[m.To], taken[m.Step] = true, true, true
		if m.From != "" && !slices.Contains(order.States, m.From) || !slices.Contains(order.States, m.To) || !slices.Contains(order.Steps, m.Step) {
			t.Errorf("%v uses a word that is not listed", m)
		}
	}
	for _, s := range order.States {
		if !reached[s] {
			t.Errorf("no step leads to %s", s)
		}
	}
	for _, s := range order.Steps {
		if !taken[s] {
			t.Errorf("%s is never taken", s)
		}
	}
}
