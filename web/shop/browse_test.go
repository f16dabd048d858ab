package shop

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is what a visitor sees: an answer and its parsed content.
type page struct {
	*visitor
	status   int
	at       string // the address after redirects
	location string // where a redirect leads that was not followed
	header   http.Header
	body     string
	root     *html.Node
}

// get opens an address of the shop.
func (v *visitor) get(path string) *page {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(r)
}

// post sends a form to an address of the shop, as a browser on its own pages does.
func (v *visitor) post(path string, form url.Values) *page {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

func (v *visitor) do(r *http.Request) *page {
	v.t.Helper()
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		v.t.Fatal(err)
	}
	return &page{
		visitor: v, status: answer.StatusCode, at: strings.TrimPrefix(answer.Request.URL.String(), v.url),
		location: answer.Header.Get("Location"), header: answer.Header, body: string(body), root: root,
	}
}

// is fails the test if the page does not have the status.
func (p *page) is(status int) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s: got status %d, want %d\n%s", p.at, p.status, status, p.text())
	}
	return p
}

// says fails the test if the page does not show the words.
func (p *page) says(words ...string) *page {
	p.t.Helper()
	for _, w := range words {
		if !strings.Contains(p.text(), w) {
			p.t.Errorf("%s: got %q, want %q in it", p.at, p.text(), w)
		}
	}
	return p
}

// keepsQuietAbout fails the test if the page holds any of the words, anywhere.
func (p *page) keepsQuietAbout(words ...string) *page {
	p.t.Helper()
	for _, w := range words {
		if strings.Contains(p.body, w) {
			p.t.Errorf("%s: got %q in the page, want nothing of it", p.at, w)
		}
	}
	return p
}

// text is what the page shows inside main, in one line.
func (p *page) text() string {
	var b strings.Builder
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "main" {
			for d := range n.Descendants() {
				if d.Type == html.TextNode {
					b.WriteString(d.Data + " ")
				}
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// links are the addresses the page leads to.
func (p *page) links() []string {
	var all []string
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" {
			all = append(all, attr(n, "href"))
		}
	}
	return all
}

// link is the first address that begins so.
func (p *page) link(prefix string) string {
	p.t.Helper()
	for _, l := range p.links() {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	p.t.Fatalf("%s: got no link to %s", p.at, prefix)
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// send fills in the first posting form that goes to the address and has the fields, and
// presses its button. Fields are name and value in turn; a button is a field too.
func (p *page) send(action string, fields ...string) *page {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || attr(n, "action") != action || attr(n, "method") != "post" {
			continue
		}
		values := filledIn(n)
		for i := 0; i+1 < len(fields); i += 2 {
			values.Set(fields[i], fields[i+1])
		}
		return p.post(action, values)
	}
	p.t.Fatalf("%s: got no form that goes to %s", p.at, action)
	return nil
}

// filledIn is what a form would send as it stands, without its buttons.
func filledIn(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch kind := attr(n, "type"); {
		case n.Data == "input" && (kind == "radio" || kind == "checkbox") && !hasAttr(n, "checked"):
		case n.Data == "input":
			values.Add(attr(n, "name"), attr(n, "value"))
		case n.Data == "option" && hasAttr(n, "selected"):
			values.Add(attr(choice(n), "name"), attr(n, "value"))
		}
	}
	return values
}

// choice is the select an option belongs to.
func choice(option *html.Node) *html.Node {
	n := option.Parent
	for n.Data != "select" {
		n = n.Parent
	}
	return n
}
