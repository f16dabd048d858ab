package main

import (
	_ "embed"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"pavilion"
)

//go:embed testdata/look.js
var lookScript string

//go:embed testdata/fits.js
var fitsScript string

// TestEveryPageIsWhole opens the main pages in every language, on a phone and on a desktop:
// nothing sticks out, every picture and word is there, everything is named, and the browser
// has nothing to complain about.
func TestEveryPageIsWhole(t *testing.T) {
	d := sharedDemo(t)
	for _, lang := range pavilion.Langs {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			b := d.tab(t, phone)
			for _, path := range d.mainPages(t, b, lang) {
				b.looksWhole(path)
			}
		})
	}
}

// TestEveryStateIsWhole does the same with the samples of the gallery, which show every page
// in each of its states, in the language with the longest words.
func TestEveryStateIsWhole(t *testing.T) {
	d := sharedDemo(t)
	below := "/" + string(pavilion.Russian) + "/gallery/"
	var paths []string
	for n := range d.visitor(t).get(below[:len(below)-1]).is(http.StatusOK).page().Descendants() {
		if path := attr(n, "href"); strings.HasPrefix(path, below) && !strings.HasPrefix(path, below+"console/") { // staff sees it below
			paths = append(paths, path)
		}
	}
	if len(paths) < 40 {
		t.Errorf("got %d samples, want those of every page", len(paths))
	}
	b := d.tab(t, phone)
	for _, path := range paths {
		b.looksWhole(path)
	}
}

// TestConsoleIsWhole does the same with the console, as the owner of a shop that sold
// something and whose machines have a token.
func TestConsoleIsWhole(t *testing.T) {
	d := sharedDemo(t)
	d.visitor(t).placeOrder(address("收货人", "13911110071")...)
	d.makeToken(t, "catalog:read", "orders:read")
	b := d.tab(t, phone)
	b.comeIn(d)
	b.open("/console/?lang=ru")
	order := ask[string](b, `document.querySelector("a[href^='/console/orders/']").pathname`)
	pages := []string{"/console/?lang=zh", "/console/?lang=ru", order + "?lang=zh", order + "?lang=ru", "/console/account?lang=ru", "/console/account/totp?lang=zh", "/console/staff/invite?lang=ru", "/console/staff/rights?lang=zh"}
	for _, list := range []string{"orders", "packing", "parcels", "products", "producers", "imports", "stock", "lots", "movements", "counts", "figures", "jobs", "staff", "tokens", "trail", "settings", "stock/receive", "products/new"} {
		pages = append(pages, "/console/"+list+"?lang=ru")
	}
	for _, path := range pages {
		b.looksWhole(path)
	}
}

// looksWhole opens a page on a phone and looks at it, then widens the window to a desktop's
// and looks again.
func (b *tab) looksWhole(path string) {
	b.t.Helper()
	status := b.open(path)
	if missing := strings.HasSuffix(path, "/no-such-page"); missing != (status == http.StatusNotFound) {
		b.t.Errorf("%s: got status %d", path, status)
	}
	faults := append(ask[[]string](b, lookScript), ask[[]string](b, fitsScript)...)
	b.resize(desktop)
	for _, f := range ask[[]string](b, fitsScript) {
		faults = append(faults, "on a desktop: "+f)
	}
	b.resize(phone)
	for _, f := range b.complaints() {
		if status == http.StatusOK || !strings.Contains(f, strconv.Itoa(status)) {
			faults = append(faults, f)
		}
	}
	for _, f := range faults {
		b.t.Errorf("%s: %s", path, f)
	}
}

// TestBrowserComplains makes sure that the other tests would hear of what goes wrong: it does
// on purpose what no page may do.
func TestBrowserComplains(t *testing.T) {
	d := sharedDemo(t)
	b := d.tab(t, phone)
	b.open("/zh/find-order")
	for _, c := range []struct {
		wrong string
		want  []string
	}{
		{`const s = document.createElement("script"); s.textContent = "1"; document.body.append(s)`, []string{"Content Security Policy"}},
		{`document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>red</p>")`, []string{"Content Security Policy", "inline style"}},
		{`const i = new Image(); i.src = "/picture/none/320"; document.body.append(i)`, []string{"404", "picture does not load", "picture without alt"}},
		{`setTimeout(() => { throw new Error("thrown") })`, []string{"exception"}},
		{`document.body.insertAdjacentHTML("beforeend", "<p>shop.basket.total</p><h1>Again</h1><input><a href='/'></a>")`,
			[]string{"message without words", "2 headings h1", "field without a label", "without a name"}},
	} {
		b.complaints()
		ask[chromedp.Void](b, c.wrong)
		faults := ask[[]string](b, lookScript)
		found := strings.Join(append(faults, b.complaints()...), "\n")
		for _, want := range c.want {
			if !strings.Contains(found, want) {
				t.Errorf("%s: got %q, want a word of %q", c.wrong, found, want)
			}
		}
	}
	ask[chromedp.Void](b, `document.querySelector("h1").style.inlineSize = "1000px"`)
	if faults := ask[[]string](b, fitsScript); len(faults) == 0 {
		t.Error("got no complaint of a heading wider than the window")
	}
}

// mainPages are the pages of a language: the public ones, and those of a shopper with goods
// in the basket and an order placed, which the tab becomes.
func (d *running) mainPages(t testing.TB, b *tab, lang pavilion.Lang) []string {
	t.Helper()
	below := "/" + string(lang)
	v := d.visitor(t)
	first := func(page, prefix string) string { return v.get(page).is(http.StatusOK).link(below + prefix) }
	list := below + "/search?q=" + url.QueryEscape("Spartak")
	product := v.plentiful(string(lang))

	b.open(product)
	b.press("#buy button[value=stay]")
	b.open(below + "/checkout")
	b.fillAddress()
	b.press(".buybar button")
	b.press("button[value=pay]")
	b.press(`.pay a.button[href^="` + below + `/order/"]:last-of-type`)
	order := b.path()
	b.open(product)
	b.press("#buy button[value=stay]")

	return []string{
		below + "/", below + "/categories", first(below+"/categories", "/c/"), list, below + "/search?q=nothing-is-called-so",
		product, below + "/basket", below + "/checkout", order, order + "/pay", below + "/find-order", below + "/account", below + "/favourites",
		below + "/producers", first(below+"/producers", "/producer/"), below + "/stories", first(below+"/stories", "/stories/"),
		below + "/about", below + "/privacy", below + "/no-such-page", below + "/gallery", "/console/sign-in?lang=" + string(lang), "/api/?lang=" + string(lang),
	}
}

// TestKeyboardShowsWhereItIs walks through pages by the tab key: whatever has the focus
// shows it.
func TestKeyboardShowsWhereItIs(t *testing.T) {
	d := sharedDemo(t)
	b := d.tab(t, desktop)
	for _, path := range []string{"/zh/", "/zh/search?q=Spartak", "/zh/find-order"} {
		b.open(path)
		stops := map[string]bool{}
		for range 25 {
			b.do(chromedp.KeyEvent(kb.Tab))
			at := ask[struct {
				At    string
				Shown bool
			}](b, `(() => {
				const el = document.activeElement;
				const ringed = (e, part) => {
					const style = e && getComputedStyle(e, part);
					return !!style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
				};
				return { At: el.outerHTML.slice(0, 120), Shown: ringed(el) || ringed(el, "::after") || ringed(el.closest("form:focus-within, article:focus-within")) };
			})()`)
			if !at.Shown {
				t.Errorf("%s: the focus is not to be seen on %s", path, at.At)
			}
			stops[at.At] = true
		}
		if len(stops) < 10 {
			t.Errorf("%s: got %d stops of the tab key, want a way through the page", path, len(stops))
		}
	}
}
