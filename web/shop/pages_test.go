package shop

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pavilion"
)

// TestEverySampleInEveryLanguage draws every page in every state the samples have and looks
// whether it is whole: no missing words, no word of another language's key, and what WCAG
// asks of any page.
func TestEverySampleInEveryLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, lang := range pavilion.Langs {
		t.Run(string(lang), func(t *testing.T) {
			v := w.visitor()
			v.t = t
			prefix := "/" + string(lang) + "/gallery/shop/"
			seen := 0
			for _, link := range v.get("/" + string(lang) + "/gallery").is(http.StatusOK).links() {
				if !strings.HasPrefix(link, prefix) {
					continue
				}
				seen++
				p := v.get(link)
				if !strings.Contains(link, "/error/") {
					p.is(http.StatusOK)
				}
				p.whole(lang)
			}
			if seen < 50 {
				t.Errorf("got %d samples, want at least 50", seen)
			}
		})
	}
}

// rawKey is a message key or a reason that has no words.
var rawKey = regexp.MustCompile(`\b(shop|ui|reason|country|value|address|phone|order|own|stock|quote|checkout|payment|page)\.[a-z_]+(\.[a-z_]+)*\b`)

// whole fails the test if something is missing in the page.
func (p *page) whole(lang pavilion.Lang) {
	p.t.Helper()
	text := p.text()
	for _, bad := range []string{"<no value>", "ZgotmplZ", "%!", "{{"} {
		if strings.Contains(p.body, bad) {
			p.t.Errorf("%s: got %q in the page", p.at, bad)
		}
	}
	if key := rawKey.FindString(text); key != "" {
		p.t.Errorf("%s: got the key %s, want its words", p.at, key)
	}
	ids := map[string]bool{}
	labelled := map[string]bool{}
	var headings int
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "label" {
			labelled[attr(n, "for")] = true
		}
	}
	last := 0
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				p.t.Errorf("%s: got the id %s twice", p.at, id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "html":
			if attr(n, "lang") != string(lang) {
				p.t.Errorf("%s: got lang %q, want %s", p.at, attr(n, "lang"), lang)
			}
		case "h1":
			headings++
			last = 1
		case "h2", "h3", "h4":
			level := int(n.Data[1] - '0')
			if level > last+1 {
				p.t.Errorf("%s: got a %s after an h%d", p.at, n.Data, last)
			}
			last = level
		case "img":
			if !hasAttr(n, "alt") {
				p.t.Errorf("%s: got a picture without alt: %s", p.at, attr(n, "src"))
			}
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" && !labelled[attr(n, "id")] && !hasAttr(n, "aria-label") && !insideLabel(n) {
				p.t.Errorf("%s: got the field %s without a label", p.at, attr(n, "name"))
			}
		case "button", "a":
			if strings.TrimSpace(textOf(n)) == "" && !hasAttr(n, "aria-label") {
				p.t.Errorf("%s: got a %s that says nothing: %s", p.at, n.Data, attr(n, "href"))
			}
		case "script":
			if strings.Contains(textOf(n), "alert(") && attr(n, "type") != "application/ld+json" {
				p.t.Errorf("%s: got a script out of the goods", p.at)
			}
		}
	}
	if headings != 1 {
		p.t.Errorf("%s: got %d headings of the first level, want 1", p.at, headings)
	}
}

func insideLabel(n *html.Node) bool {
	for up := range n.Ancestors() {
		if up.Data == "label" {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}
