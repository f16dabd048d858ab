package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor is somebody with a browser without scripts: it keeps cookies and does not follow
// redirects by itself.
type visitor struct {
	t      testing.TB
	base   string
	client *http.Client
}

func (r *running) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	t.Cleanup(transport.CloseIdleConnections)
	return &visitor{t: t, base: r.base, client: &http.Client{
		Jar: jar, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is what came back.
type answer struct {
	t      testing.TB
	path   string
	status int
	header http.Header
	body   []byte
}

// get asks for a path. Headers are names and values in turn.
func (v *visitor) get(path string, headers ...string) *answer {
	v.t.Helper()
	return v.ask(http.MethodGet, path, nil, headers...)
}

// post sends a form. Fields are names and values in turn.
func (v *visitor) post(path string, fields ...string) *answer {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return v.ask(http.MethodPost, path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

func (v *visitor) ask(method, path string, body io.Reader, headers ...string) *answer {
	v.t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = v.base + path
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, address, body)
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	got, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	return &answer{v.t, path, got.StatusCode, got.Header, text}
}

// is fails the test unless the answer has the status.
func (a *answer) is(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: got status %d, want %d: %.2000s", a.path, a.status, status, a.body)
	}
	return a
}

// says fails the test unless all the words are on the page.
func (a *answer) says(words ...string) *answer {
	a.t.Helper()
	text := textOf(a.page())
	for _, w := range words {
		if !strings.Contains(text, w) {
			a.t.Fatalf("%s: got %q, want %q in it", a.path, text, w)
		}
	}
	return a
}

// page parses the answer as HTML.
func (a *answer) page() *html.Node {
	a.t.Helper()
	n, err := html.Parse(bytes.NewReader(a.body))
	if err != nil {
		a.t.Fatalf("%s: %v", a.path, err)
	}
	return n
}

// link returns the first address on the page that begins so.
func (a *answer) link(prefix string) string {
	a.t.Helper()
	for n := range a.page().Descendants() {
		if href := attr(n, "href"); strings.HasPrefix(href, prefix) {
			return href
		}
	}
	a.t.Fatalf("%s: got no link to %s", a.path, prefix)
	return ""
}

// input returns the value of the first input of a name on the page.
func (a *answer) input(name string) string {
	a.t.Helper()
	for n := range a.page().Descendants() {
		if n.Data == "input" && attr(n, "name") == name {
			return attr(n, "value")
		}
	}
	a.t.Fatalf("%s: got no input %s", a.path, name)
	return ""
}

// attr returns an attribute of an element, "" if it has none such.
func attr(n *html.Node, name string) string {
	if n.Type == html.ElementNode {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
	}
	return ""
}

// textOf is the text of a page as a reader sees it, spaces folded.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
			b.WriteByte(' ')
		case n.Data == "script" || n.Data == "style":
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}
