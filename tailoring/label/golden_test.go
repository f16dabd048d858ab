package label_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// words writes a label as plain text, with what stands out between asterisks.
func words(l label.Label) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s\n\n", l.Edition.Key, l.Route)
	for _, it := range l.Items {
		fmt.Fprintf(&b, "%s: %s%s", it.Key, it.Heading, l.Colon())
		for _, r := range it.Runs {
			if r.Strong {
				fmt.Fprintf(&b, "*%s*", r.Text)
			} else {
				b.WriteString(r.Text)
			}
		}
		fmt.Fprintf(&b, " [%s]\n", it.Verified)
	}
	fmt.Fprintf(&b, "\n%s | %s | %s\n", l.Table.Standard.Column, l.Amount(), l.Table.Standard.Reference)
	for _, r := range l.Table.Rows {
		fmt.Fprintf(&b, "%s | %s %s | %s\n", l.RowName(r), r.Value, l.Unit(r), l.Percent(r))
	}
	fmt.Fprintf(&b, "%s\n\n", l.Table.Standard.Advice)
	for _, n := range l.Notices {
		fmt.Fprintf(&b, "notice: %s [%s]\n", n.Text, n.Verified)
	}
	for _, f := range l.Findings {
		fmt.Fprintf(&b, "%s %s at %s %v\n", f.Severity, f.Reason, f.Field, f.Args)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	p := pack(t)
	for name, test := range map[string]struct {
		change func(in *label.Input)
		size   label.Size
	}{
		"milk-chocolate-2025": {func(*label.Input) {}, label.Size{Width: 70, Height: 120}},
		"milk-chocolate-2011": {func(in *label.Input) { in.Edition = "GB 7718-2011" }, label.Size{Width: 120, Height: 70}},
		"cross-border": {func(in *label.Input) {
			in.Route, in.ProducedOn, in.BestBefore, in.Registration = "cbec", "", "", ""
			in.Agent, in.Seller = label.Party{}, label.Party{Role: "seller", Name: "示例国家馆", Address: "中国上海市", Contact: "service@example.org"}
		}, label.Size{Width: 90, Height: 110}},
		"small-bar": {func(in *label.Input) {
			in.FaceMM2, in.NetAmount, in.PageURL = 3900, amount("25"), ""
			in.Table = nutrition.Options{Serving: amount("25")}
		}, label.Size{Width: 60, Height: 100}},
		"compound-and-unknown": {func(in *label.Input) {
			in.Ingredients = []label.Ingredient{
				ru("шоколадная масса", ru("сахар"), ru("какао тертое")), {Name: pavilion.Text{"en": "wheat flour"}, Percent: "12.5"}, ru("чудо-порошок"),
			}
			in.Contains = []string{"milk"}
		}, label.Size{Width: 80, Height: 140}},
		"from-a-foreign-label": {func(in *label.Input) {
			in.Content = nutrition.Content{"protein": {Value: amount("7"), Rounded: true}, "fat": {Value: amount("32"), Rounded: true}, "sodium": {Value: amount("84"), Rounded: true}}
		}, label.Size{Width: 80, Height: 140}},
		"empty": {func(in *label.Input) { *in = label.Input{Route: "general"} }, label.Size{Width: 80, Height: 140}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := chocolate()
			test.change(&in)
			l := lay(t, p, in)
			golden(t, name+".txt", []byte(words(l)))
			art, err := label.Draw(l, test.size)
			if err != nil {
				t.Fatal(err)
			}
			if len(art.Findings) > 0 {
				t.Errorf("art: got %v, want no findings", art.Findings)
			}
			golden(t, name+".svg", append(art.SVG(in.Name), '\n'))
		})
	}
}
