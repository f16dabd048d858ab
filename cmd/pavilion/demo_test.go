package main

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// TestDemoOpens starts the demo on nothing, reads all its pages in all languages, and finds
// the same world when it starts again.
func TestDemoOpens(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		folder := t.TempDir()
		first := startDemo(t, folder, "--db", url, "--rate-limit", "0")
		before := first.sitemap(t)
		if len(before) < 4*(62+20) {
			t.Errorf("got %d addresses in the sitemap, want those of 62 products and their makers in four languages", len(before))
		}
		langs := pavilion.Langs
		if db.EngineOf(url) == db.PostgreSQL {
			langs = langs[:1] // the words are the same: one language shows the engine
		}
		first.crawl(t, before, langs)
		if exit := first.stop(); exit != 0 {
			t.Fatalf("got exit code %d, want 0:\n%s", exit, first.printed)
		}

		second := startDemo(t, folder, "--db", url)
		if after := second.sitemap(t); !slices.Equal(before, after) {
			t.Errorf("got other pages after a second start: %d, want %d", len(after), len(before))
		}
		v := second.visitor(t)
		v.get(second.ownerLink(t)).is(http.StatusOK)
		v.get("/console/").is(http.StatusOK)
		second.visitor(t).signInByCode(folder)
	})
}

// TestDemoStops asks a demo to stop that has shoppers and open connections.
func TestDemoStops(t *testing.T) {
	t.Parallel()
	d := startDemo(t, t.TempDir())
	d.visitor(t).get("/zh/").is(http.StatusOK)
	if exit := d.stop(); exit != 0 {
		t.Errorf("got exit code %d, want 0", exit)
	}
	printed := d.printed.String()
	if !strings.Contains(printed, "msg=closed") {
		t.Errorf("got no word of closing: %s", printed)
	}
	for _, level := range []string{"level=WARN", "level=ERROR"} {
		if strings.Contains(printed, level) {
			t.Errorf("got %s in a quiet run: %s", level, printed)
		}
	}
	if answers(d.base + "/healthz") {
		t.Error("got an answer of a stopped demo, want none")
	}
}

// sitemap returns the paths of all public pages.
func (r *running) sitemap(t *testing.T) []string {
	t.Helper()
	var set struct {
		URLs []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(r.visitor(t).get("/sitemap.xml").is(http.StatusOK).body, &set); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, u := range set.URLs {
		path, ok := strings.CutPrefix(u.Loc, r.base)
		if !ok {
			t.Errorf("got %s in the sitemap, want an address of %s", u.Loc, r.base)
		}
		paths = append(paths, path)
	}
	return paths
}

// ownPages are pages no sitemap lists, below a language.
var ownPages = []string{
	"/basket", "/checkout", "/find-order", "/account", "/favourites", "/gallery",
	"/search?q=" + url.QueryEscape("巧克力"), "/search?q=" + url.QueryEscape("шоколад"), "/search?q=chocolate", "/search?q=nothing-is-called-so",
}

// otherPages are in no language or in that of the browser.
var otherPages = []string{
	"/robots.txt", "/sitemap.xml", "/api/", "/api/v1/openapi.json", "/console/sign-in", "/healthz", "/readyz", "/metrics",
}

// crawl reads the pages of a sitemap and all others, and every address they lead to, as far
// as they are in some of the languages.
func (r *running) crawl(t *testing.T, public []string, langs []pavilion.Lang) {
	t.Helper()
	v := r.visitor(t)
	product := v.get("/zh/search?q=" + url.QueryEscape("巧克力")).is(http.StatusOK).link("/zh/p/")
	v.post("/zh/basket", "sku", v.get(product).is(http.StatusOK).input("sku"), "then", "stay").is(http.StatusSeeOther)

	wanted := func(path string) bool {
		lang := langOf(path)
		return lang == "" || slices.Contains(langs, pavilion.Lang(lang))
	}
	todo := slices.Concat(public, otherPages)
	for _, lang := range langs {
		for _, p := range ownPages {
			todo = append(todo, "/"+string(lang)+p)
		}
	}
	todo = slices.DeleteFunc(todo, func(path string) bool { return !wanted(path) })
	seen := map[string]bool{}
	for _, p := range todo {
		seen[p] = true
	}
	linked := map[string]string{} // address → a page that leads there
	for _, p := range todo {
		a := v.get(p).is(http.StatusOK)
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			continue
		}
		page := a.page()
		for _, fault := range faults(a.path, page) {
			t.Errorf("%s: %s", p, fault)
		}
		for _, to := range leadsTo(page) {
			if to = r.inside(to); to != "" && !seen[to] && wanted(to) {
				linked[to] = p
			}
		}
	}
	for to, from := range linked {
		if a := v.get(to); a.status != http.StatusOK && a.header.Get("Location") != "/console/sign-in" {
			t.Errorf("%s leads to %s: got status %d, want 200", from, to, a.status)
		}
	}
	t.Logf("%d pages and %d more addresses", len(todo), len(linked))
}

// inside is the path of an address of ours, "" for any other.
func (r *running) inside(address string) string {
	address = strings.TrimPrefix(address, r.base)
	address, _, _ = strings.Cut(address, "#")
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return ""
	}
	return address
}

// leadsTo are the addresses on a page that a browser or a reader may follow.
func leadsTo(page *html.Node) []string {
	var all []string
	for n := range page.Descendants() {
		for _, name := range []string{"href", "src"} {
			if a := attr(n, name); a != "" {
				all = append(all, a)
			}
		}
		for one := range strings.SplitSeq(attr(n, "srcset"), ",") {
			if f := strings.Fields(one); len(f) > 0 {
				all = append(all, f[0])
			}
		}
		if n.Data == "form" && attr(n, "method") != "post" {
			all = append(all, attr(n, "action"))
		}
	}
	return all
}

// readable are the attributes a reader sees or hears.
var readable = []string{"alt", "title", "placeholder", "aria-label", "content", "label"}

var messageKey = regexp.MustCompile(`\b(shop|ui|console|reason|category|country|value)\.[a-z_]+(\.[a-z_]+)*\b|<no value>|%!|\{\{`)

// ownWords are pages with words of another language: samples, what was looked for, stories
// with names and headlines as they are at home, and examples of Chinese addresses.
var ownWords = regexp.MustCompile(`/gallery|\?q=|/stories/|/checkout`)

// faults are what is wrong with the language of a page: the attribute, a message without
// words, or words in the letters of another language.
func faults(path string, page *html.Node) []string {
	var found []string
	lang := ""
	for n := range page.Descendants() {
		if n.Data == "html" {
			lang = attr(n, "lang")
		}
	}
	if want := langOf(path); want != "" && lang != want {
		found = append(found, fmt.Sprintf("got language %q, want %q", lang, want))
	}
	say := func(where, text string) {
		if key := messageKey.FindString(text); key != "" {
			found = append(found, fmt.Sprintf("got the key %s in %s, want words", key, where))
		}
		if r := foreign(lang, text); r != 0 && !ownWords.MatchString(path) {
			found = append(found, fmt.Sprintf("got %q in %s %q of a page in %s", r, where, text, lang))
		}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Data == "script" || n.Data == "style":
			return
		case n.Data != "html" && attr(n, "lang") != "":
			return // says itself which language it is in
		}
		if n.Type == html.TextNode {
			say("text", n.Data)
		}
		for _, name := range readable {
			say(name, attr(n, name))
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(page)
	return found
}

// langOf is the language an address asks for, "" if it asks for none.
func langOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return ""
	}
	if lang := u.Query().Get("lang"); lang != "" {
		return lang
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if slices.Contains(pavilion.Langs, pavilion.Lang(first)) {
		return first
	}
	return ""
}

// foreign returns the first letter of a text that no text in the language has, 0 if there is
// none.
func foreign(lang, text string) rune {
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r) && lang != "zh", unicode.Is(unicode.Cyrillic, r) && (lang == "zh" || lang == "en"):
			return r
		}
	}
	return 0
}
