package main

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// TestPoisonThroughEveryForm walks the console as its owner and sends every form with poison
// in every field that takes text: once where it leaves what must have a form of its own alone,
// so that it is taken, and once everywhere. Afterwards no page of the console or the shop may
// show any of it as more than a text, and no browser may complain.
func TestPoisonThroughEveryForm(t *testing.T) {
	t.Parallel()
	d := startDemo(t, t.TempDir(), "--rate-limit", "0")
	v := d.visitor(t)
	v.get(d.ownerLink(t)).is(http.StatusOK)
	c := crawler{v: v, pages: map[string]*answer{}}
	c.crawl("/console/")
	forms := c.forms()
	if len(c.pages) < 40 || len(forms) < 40 {
		t.Errorf("got %d pages and %d forms, want those of the whole console", len(c.pages), len(forms))
	}
	sent := map[string]int{}
	for _, everywhere := range []bool{false, true} {
		for _, pattern := range slices.Backward(slices.Sorted(maps.Keys(forms))) { // what ends and cancels comes last
			a := forms[pattern].send(v, everywhere)
			if a.status >= 500 {
				t.Errorf("%s: got status %d", pattern, a.status)
			}
			if a.status < 400 {
				sent[pattern]++
			}
			if a.header.Get("Content-Type") == "application/pdf" { // a packing slip
				continue
			}
			for _, fault := range escaped(a) {
				t.Errorf("%s: %s", pattern, fault)
			}
			if a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/console/sign-in") {
				t.Fatalf("%s: got signed out by it", pattern)
			}
		}
	}
	if len(sent) < len(forms)*2/3 {
		t.Errorf("got %d of %d forms taken: too few to show anything: %q", len(sent), len(forms), slices.Sorted(maps.Keys(sent)))
	}

	c = crawler{v: v, pages: map[string]*answer{}}
	c.crawl("/console/")
	for _, lang := range []string{"/zh/", "/en/", "/ru/", "/be/"} {
		c.crawl(lang)
	}
	var poisoned []string
	for path, a := range c.pages {
		if a.status >= 500 {
			t.Errorf("%s: got status %d", path, a.status)
		}
		for _, fault := range escaped(a) {
			t.Errorf("%s: %s", path, fault)
		}
		if strings.Contains(string(a.body), "alert(1)") {
			poisoned = append(poisoned, path)
		}
	}
	if len(poisoned) < 20 {
		t.Errorf("got poison on %d of %d pages: too few to show anything: %q", len(poisoned), len(c.pages), poisoned)
	}

	b := d.tab(t, desktop)
	b.comeIn(d)
	slices.Sort(poisoned)
	for i := 0; i < len(poisoned); i += max(1, len(poisoned)/16) {
		b.open(poisoned[i])
		for _, fault := range b.complaints() {
			t.Errorf("%s: %s", poisoned[i], fault)
		}
	}
}

// crawler follows the links of pages, and looks at a few of each kind.
type crawler struct {
	v     *visitor
	pages map[string]*answer
}

const ofAKind = 2 // pages that differ in an id only

var (
	idInPath = regexp.MustCompile(`[a-z]{3}_[0-9a-z]{26}|\d+$`)
	// noPages leads out, does something, or to files.
	noPages = regexp.MustCompile(`^/console/(enter|sign-in)|/(export|file|marked|template)(\?|$)|^/console/documents/|[?&]lang=|^/(static|picture|drawing|api)/|^/../(gallery|order)`)
)

func (c crawler) crawl(from string) {
	kinds := map[string]int{}
	area := from[:strings.Index(from[1:], "/")+2]
	for todo := []string{from}; len(todo) > 0; todo = todo[1:] {
		path, _, _ := strings.Cut(todo[0], "#")
		at, query, _ := strings.Cut(path, "?")
		kind := idInPath.ReplaceAllString(at, "x")
		if query != "" {
			kind += "?"
		}
		if c.pages[path] != nil || kinds[kind] >= ofAKind || !strings.HasPrefix(path, area) || noPages.MatchString(path) {
			continue
		}
		kinds[kind]++
		a := c.v.get(path)
		c.pages[path] = a
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			continue
		}
		for n := range a.page().Descendants() {
			for _, name := range []string{"href", "data-url"} {
				if to := attr(n, name); to != "" {
					todo = append(todo, to)
				}
			}
		}
	}
}

// formOnPage is a form that is sent, and the page it stands on.
type formOnPage struct {
	page, action string
	node         *html.Node
}

// forms are the forms of the pages that change something, one for each address that differs in
// more than ids.
func (c crawler) forms() map[string]formOnPage {
	all := map[string]formOnPage{}
	for _, path := range slices.Sorted(maps.Keys(c.pages)) {
		for n := range c.pages[path].page().Descendants() {
			if n.Data != "form" || !strings.EqualFold(attr(n, "method"), "post") {
				continue
			}
			at, _, _ := strings.Cut(path, "?")
			f := formOnPage{path, attr(n, "action"), n}
			if f.action == "" {
				f.action = at
			}
			if f.action == "/console/sign-out" {
				continue
			}
			all[idInPath.ReplaceAllString(f.action, "x")+" of "+idInPath.ReplaceAllString(at, "x")] = f
		}
	}
	return all
}

// send sends the form as its page would, with poison in its texts. Everywhere means in place of
// what stands in them, of choices and of what is hidden, too.
func (f formOnPage) send(v *visitor, everywhere bool) *answer {
	form, files := url.Values{}, []string{}
	for n := range f.node.Descendants() {
		name, value := attr(n, "name"), attr(n, "value")
		if name == "" {
			continue
		}
		switch n.Data {
		case "textarea":
			form.Add(name, poisonFor(n))
		case "select":
			chosen := ""
			for o := range n.Descendants() {
				if o.Data == "option" && (has(o, "selected") || chosen == "" && attr(o, "value") != "") {
					chosen = attr(o, "value")
				}
			}
			if everywhere {
				chosen = poison
			}
			form.Add(name, chosen)
		case "button":
			if !form.Has(name) {
				form.Add(name, value)
			}
		case "input":
			switch attr(n, "type") {
			case "file":
				files = append(files, name)
			case "checkbox", "radio":
				if has(n, "checked") || !form.Has(name) && (attr(n, "type") == "radio" || name == "scope" || name == "role") {
					form.Add(name, value)
				}
			case "hidden":
				if everywhere && !strings.Contains(name, "version") && name != "seen" {
					value = poison
				}
				form.Add(name, value)
			case "date":
				form.Add(name, or(value, "2099-01-01"))
			case "number":
				form.Add(name, or(strings.TrimPrefix(value, "0"), "1"))
			case "password":
				form.Add(name, value)
			default:
				switch known := ofAForm[name]; {
				case everywhere:
					value = poisonFor(n)
				case value == "":
					value = or(known, shortPoison)
				}
				form.Add(name, value)
			}
		}
	}
	if attr(f.node, "enctype") != "multipart/form-data" {
		return v.ask(http.MethodPost, f.action, strings.NewReader(form.Encode()), formType...)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	for _, name := range files {
		part, err := w.CreateFormFile(name, `"><img src=x onerror=alert(1)>.png`)
		if err != nil {
			v.t.Fatal(err)
		}
		if _, err := io.WriteString(part, "<!doctype html><script>alert(1)</script>"); err != nil {
			v.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.ask(http.MethodPost, f.action, &body, "Content-Type", w.FormDataContentType())
}

// shortPoison is for names, which are short.
const shortPoison = `"><img src=x onerror=alert(1)>`

// ofAForm are values of fields that take nothing but their own form.
var ofAForm = map[string]string{
	"country": "BY", "origin": "BY", "tax_number": "799900490", "prefix": "4819990", "key": "poison", "time_zone": "Asia/Shanghai",
	"gtin": "4819990000015", "net.value": "90", "price": "9.90",
}

// poisonFor is as much poison as the field takes, with a beginning that works by itself.
func poisonFor(n *html.Node) string {
	text := shortPoison + poison
	if most, err := strconv.Atoi(attr(n, "maxlength")); err == nil && utf8.RuneCountInString(text) > most {
		return string([]rune(text)[:most])
	}
	return text
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
