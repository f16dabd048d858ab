package ui

import (
	"regexp"
	"strings"
	"testing"
)

var (
	tokenPair    = regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\)`)
	single       = regexp.MustCompile(`--([a-z-]+): (#[0-9A-F]{6});`)
	variable     = regexp.MustCompile(`var\(--([a-z0-9-]+)`)
	declaredName = regexp.MustCompile(`--([a-z0-9-]+):`)
)

// TestColoursCanBeRead computes the contrast of every pair that words, icons or edges are
// set in, in both schemes: WCAG 2.2, 1.4.3 asks 4.5 of words, 1.4.11 asks 3 of the rest.
func TestColoursCanBeRead(t *testing.T) {
	t.Parallel()
	raw, err := files.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string][2]string{}
	for _, m := range tokenPair.FindAllStringSubmatch(string(raw), -1) {
		colours[m[1]] = [2]string{m[2], m[3]}
	}
	for _, m := range single.FindAllStringSubmatch(string(raw), -1) {
		colours[m[1]] = [2]string{m[2], m[2]}
	}
	for _, pair := range []struct {
		ink, ground string
		least       float64
	}{
		{"ink", "linen", 7}, {"ink", "paper", 7}, {"ink", "sunk", 7},
		{"ink-soft", "linen", 4.5}, {"ink-soft", "paper", 4.5}, {"ink-soft", "sunk", 4.5},
		{"blue-ink", "linen", 4.5}, {"blue-ink", "paper", 4.5}, {"blue-ink", "sunk", 4.5}, {"blue-ink", "blue-wash", 4.5}, {"ink", "blue-wash", 7},
		{"red-ink", "linen", 4.5}, {"red-ink", "paper", 4.5}, {"red-ink", "red-wash", 4.5}, {"ink", "red-wash", 7},
		{"on-red", "red-fill", 4.5}, {"on-red", "red-press", 4.5},
		{"rye-ink", "rye-wash", 4.5}, {"ink", "rye-wash", 7}, {"ink-soft", "red-wash", 4.5},
		{"green-ink", "green-wash", 4.5}, {"ink", "green-wash", 7},
		{"edge", "paper", 3}, {"edge", "linen", 3}, {"blue", "linen", 3}, {"blue", "paper", 3}, {"red", "linen", 3}, {"red", "paper", 3}, {"red", "sunk", 3},
	} {
		for scheme, name := range [...]string{"light", "dark"} {
			ink, ground := colours[pair.ink][scheme], colours[pair.ground][scheme]
			if ink == "" || ground == "" {
				t.Fatalf("there is no colour %s or %s", pair.ink, pair.ground)
			}
			if got := contrast(ink, ground); got < pair.least {
				t.Errorf("%s on %s in %s: got contrast %.2f, want at least %.1f", pair.ink, pair.ground, name, got, pair.least)
			}
		}
	}
}

func TestContrastKnowsItsEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#FFFFFF", 21}, {"#FFFFFF", "#FFFFFF", 1}, {"#777777", "#FFFFFF", 4.48}} {
		if got := contrast(c.a, c.b); got < c.want-.01 || got > c.want+.01 {
			t.Errorf("%s on %s: got %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

// TestStyleUsesItsTokens fails on a variable nobody set, a token nobody uses, and a file of
// our own that is named and not there.
func TestStyleUsesItsTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	css := string(s.assets.byName["pavilion.css"].body)
	used, set := map[string]bool{}, map[string]bool{}
	for _, m := range variable.FindAllStringSubmatch(css, -1) {
		used[m[1]] = true
	}
	for _, m := range declaredName.FindAllStringSubmatch(css, -1) {
		set[m[1]] = true
	}
	for name := range used {
		if !set[name] {
			t.Errorf("--%s is used and never set", name)
		}
	}
	if strings.Contains(css, "asset:") || strings.Contains(css, "url()") {
		t.Error("the style sheet names a file that is not there")
	}
	if strings.Count(css, "{") != strings.Count(css, "}") {
		t.Error("the braces of the style sheet do not match")
	}
	if z := len(s.assets.byName["pavilion.css"].zipped()); z > 10<<10 {
		t.Errorf("got a style sheet of %d bytes compressed, want at most 10 KiB", z)
	}
}
