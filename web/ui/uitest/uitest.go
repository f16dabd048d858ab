// Package uitest checks drawn pages: that they are whole, that they can be used without a
// mouse and without seeing, and that they obey the content security policy. Start with
// [Pages], which draws every sample of every area in every language.
package uitest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pavilion"
	"pavilion/web/ui"
)

// Pages draws every sample page of the site through h, on which the site and its areas are
// mounted, in every language, and fails on what [Faults] finds.
func Pages(t *testing.T, site *ui.Site, h http.Handler) {
	t.Helper()
	for _, lang := range pavilion.Langs {
		links := append(site.Samples(lang), ui.Link{URL: "/" + string(lang) + "/gallery"})
		for _, link := range links {
			t.Run(link.URL, func(t *testing.T) {
				t.Parallel()
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, link.URL, nil))
				if w.Code != http.StatusOK {
					t.Fatalf("got %d, want 200", w.Code)
				}
				for _, fault := range Faults(w.Body.Bytes()) {
					t.Error(fault)
				}
			})
		}
	}
}

// page is what is collected from one page.
type page struct {
	faults   []string
	ids      map[string]bool
	wanted   map[string]string // id → who points at it
	headings []int
	mains    int
}

// messageKey is how a message looks that has no words: its key is printed.
var messageKey = regexp.MustCompile(`^(ui|shop|reason|console|goods|audit|figures|own|start|find|category|country|api)\.[a-z_.]+$`)

// Faults returns what is wrong with an HTML page: style or script in the page, pictures
// without alt, controls without a name, ids that are missing or there twice, headings that
// skip a level, words that are the key of a message.
func Faults(body []byte) []string {
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return []string{err.Error()}
	}
	p := &page{ids: map[string]bool{}, wanted: map[string]string{}}
	p.walk(root)
	for id, from := range p.wanted {
		if !p.ids[id] {
			p.fault("%s points at #%s, which is not there", from, id)
		}
	}
	if p.mains != 1 {
		p.fault("got %d main elements, want 1", p.mains)
	}
	ones := 0
	for i, level := range p.headings {
		if level == 1 {
			ones++
		}
		if i > 0 && level > p.headings[i-1]+1 {
			p.fault("a heading of level %d follows one of level %d", level, p.headings[i-1])
		}
	}
	if ones != 1 {
		p.fault("got %d headings of level 1, want 1", ones)
	}
	return p.faults
}

func (p *page) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

func (p *page) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if w := strings.TrimSpace(n.Data); messageKey.MatchString(w) {
			p.fault("the message %s has no words", w)
		}
		if strings.Contains(n.Data, "%!") || strings.Contains(n.Data, "ZgotmplZ") || strings.Contains(n.Data, "<no value>") {
			p.fault("got %q in the text", strings.TrimSpace(n.Data))
		}
	case html.ElementNode:
		p.element(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c)
	}
}

func (p *page) element(n *html.Node) {
	attr := map[string]string{}
	for _, a := range n.Attr {
		attr[a.Key] = a.Val
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			p.fault("<%s> has the attribute %s, which the policy forbids", n.Data, a.Key)
		case strings.Contains(a.Val, "ZgotmplZ"):
			p.fault("<%s %s> was refused by the template engine", n.Data, a.Key)
		}
	}
	if id := attr["id"]; id != "" {
		if p.ids[id] {
			p.fault("the id %s is there twice", id)
		}
		p.ids[id] = true
	}
	for _, key := range []string{"for", "aria-describedby", "aria-labelledby", "list"} {
		for id := range strings.FieldsSeq(attr[key]) {
			p.wanted[id] = "<" + n.Data + " " + key + ">"
		}
	}
	if href := attr["href"]; n.Data == "a" && len(href) > 1 && href[0] == '#' {
		p.wanted[href[1:]] = "a link"
	}
	switch n.Data {
	case "main":
		p.mains++
	case "h1", "h2", "h3", "h4":
		p.headings = append(p.headings, int(n.Data[1]-'0'))
		if named(n) == "" {
			p.fault("<%s> is empty", n.Data)
		}
	case "img":
		if _, ok := attr["alt"]; !ok {
			p.fault("a picture %s has no alt", attr["src"])
		}
		if attr["width"] == "" || attr["height"] == "" {
			p.fault("a picture %s does not say its size", attr["src"])
		}
	case "script":
		if _, ok := attr["src"]; !ok && attr["type"] != "application/ld+json" {
			p.fault("there is a script in the page")
		}
	case "a", "button":
		if named(n) == "" && attr["aria-label"] == "" {
			p.fault("<%s> says nothing", n.Data)
		}
		if n.Data == "a" && attr["href"] == "" {
			p.fault("a link %q leads nowhere", named(n))
		}
	case "input", "select", "textarea":
		if kind := attr["type"]; kind != "hidden" && kind != "submit" && attr["aria-label"] == "" && attr["id"] == "" && !within(n, "label") {
			p.fault("<%s name=%s> has no label", n.Data, attr["name"])
		}
	}
}

// named returns the words a screen reader says for an element: its text and its pictures' alt.
func named(n *html.Node) string {
	var b strings.Builder
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for _, a := range n.Attr {
			if n.Data == "img" && a.Key == "alt" {
				b.WriteString(a.Val)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(n)
	return strings.TrimSpace(b.String())
}

// within tells whether an element stands in another.
func within(n *html.Node, tag string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == tag {
			return true
		}
	}
	return false
}
