package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
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
	return v.ask(http.MethodPost, path, strings.NewReader(form.Encode()), formType...)
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
		a.t.Fatalf("%s: got status %d, want %d: %.3000s", a.path, a.status, status, textOf(a.page()))
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

// send sends the form of the page that goes to an action, with what stands in it but for the
// fields named, which are names and values in turn.
func (v *visitor) send(a *answer, action string, fields ...string) *answer {
	v.t.Helper()
	for n := range a.page().Descendants() {
		if n.Data != "form" || attr(n, "action") != action {
			continue
		}
		form := url.Values{}
		for in := range n.Descendants() {
			name, kind := attr(in, "name"), attr(in, "type")
			if in.Data != "input" || name == "" || (kind == "radio" || kind == "checkbox") && !has(in, "checked") {
				continue
			}
			form.Add(name, attr(in, "value"))
		}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return v.ask(http.MethodPost, action, strings.NewReader(form.Encode()), formType...)
	}
	v.t.Fatalf("%s: got no form that goes to %s", a.path, action)
	return nil
}

// formType is the header of a form.
var formType = []string{"Content-Type", "application/x-www-form-urlencoded"}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// address is what a shopper fills in at the checkout. No two phones live in one house: there
// is a limit on unpaid orders to one.
func address(name, phone string) []string {
	return []string{"name", name, "phone", phone, "province", "四川省", "city", "成都市", "district", "武侯区", "street", testStreet + " " + phone, "accept", "1"}
}

// plentiful returns the page of a product in a language of which there is plenty, so that
// tests do not buy each other's goods away.
func (v *visitor) plentiful(lang string) (path string) {
	v.t.Helper()
	list := v.get("/" + lang + "/search?q=" + url.QueryEscape("巧克力")).is(http.StatusOK)
	for n := range list.page().Descendants() {
		path := attr(n, "href")
		if !strings.HasPrefix(path, "/"+lang+"/p/") {
			continue
		}
		for in := range v.get(path).is(http.StatusOK).page().Descendants() {
			if n, err := strconv.Atoi(attr(in, "max")); attr(in, "name") == "quantity" && err == nil && n >= 50 {
				return path
			}
		}
	}
	v.t.Fatal("got no product of which there is plenty")
	return ""
}

// findSKU returns a SKU of which there is plenty.
func (v *visitor) findSKU() string {
	v.t.Helper()
	return v.get(v.plentiful("zh")).is(http.StatusOK).input("sku")
}

// placeOrder orders one unit and returns the order's path.
func (v *visitor) placeOrder(to ...string) (path string) {
	v.t.Helper()
	form := v.get("/zh/checkout?sku=" + v.findSKU()).is(http.StatusOK)
	sent := v.send(form, "/zh/checkout", to...).is(http.StatusSeeOther)
	page := v.get(sent.header.Get("Location")).is(http.StatusOK) // the provider's, with a way back
	for n := range page.page().Descendants() {
		if at := strings.Index(attr(n, "href"), "/zh/order/"); at >= 0 {
			return strings.TrimSuffix(attr(n, "href")[at:], "/pay")
		}
	}
	v.t.Fatalf("got no way back from %s", sent.header.Get("Location"))
	return ""
}

// signIn signs in with a phone, as the demo shows the code.
func (v *visitor) signIn(phone string) {
	v.t.Helper()
	asked := v.send(v.get("/zh/account"), "/zh/account/code", "phone", phone).is(http.StatusOK)
	code := oneTimeCode.FindStringSubmatch(textOf(asked.page()))
	if code == nil {
		v.t.Fatalf("got no code: %s", textOf(asked.page()))
	}
	v.send(asked, "/zh/account/signin", "code", code[1]).is(http.StatusSeeOther)
}

var oneTimeCode = regexp.MustCompile(`验证码是 (\d{6})`)

// makeToken makes a token for the API in the console.
func (r *running) makeToken(t testing.TB, scopes ...string) string {
	t.Helper()
	v := r.visitor(t)
	v.get(r.ownerLink(t)).is(http.StatusOK)
	fields := []string{"name", t.Name()}
	for _, s := range scopes {
		fields = append(fields, "scope", s)
	}
	made := v.post("/console/tokens", fields...).is(http.StatusOK)
	token := apiToken.FindString(textOf(made.page()))
	if token == "" {
		t.Fatalf("got no token: %s", textOf(made.page()))
	}
	return token
}

var apiToken = regexp.MustCompile(`\bpavilion_[A-Z2-7]{26}\b`)

// told is the id of what the market has shoppers told before they order.
const told = "NEPDYTGYGE4PY46M"
