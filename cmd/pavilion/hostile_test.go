package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"
)

// poison is text that tries to leave whatever it is put into: attributes, elements, titles,
// scripts, comments, templates and XML.
const poison = `x"'><script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>{{.}}{{printf "%s" .}}</title></script></textarea><!--]]>&lt;script&gt;javascript:alert(1)`

// TestHostileTextsStayTexts brings poison in by every way texts come in, and looks for any of
// it that became more than a text, on every page, in structured data, pictures and the API.
func TestHostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if exit := startDemo(t, folder).stop(); exit != 0 {
		t.Fatalf("got exit code %d, want 0", exit)
	}
	gtin := importPoison(t, folder)
	d := startDemo(t, folder, "--rate-limit", "0")
	v := d.visitor(t)

	list := v.get("/zh/search?q=" + url.QueryEscape("onerror")).is(http.StatusOK)
	product := list.link("/zh/p/")
	page := v.get(product).is(http.StatusOK).says(`<script>alert(1)</script>`, `{{.}}`, gtin)
	producer := page.link("/zh/producer/")
	sku := page.input("sku")
	v.post("/zh/basket", "sku", sku, "then", "stay").is(http.StatusSeeOther)
	order := v.placeOrder("name", poison[:40], "phone", "13911110021", "province", "四川省", "city", "成都市", "district", poison[:40], "street", poison[:100], "accept", "1")
	v.signIn("13911110021")
	v.post("/zh/favourites", "product", strings.TrimPrefix(product, "/zh/p/"), "add", "1")
	token := d.makeToken(t, "catalog:read")
	staff := d.visitor(t)
	staff.get(d.ownerLink(t)).is(http.StatusOK)

	q := url.QueryEscape(poison)
	answers := []*answer{list, page, staff.post("/console/tokens", "name", poison, "scope", "catalog:read"), staff.get("/console/")}
	for _, lang := range []string{"/zh", "/en", "/ru", "/be"} {
		for _, path := range []string{
			product[3:], producer[3:], order[3:], order[3:] + "/pay", "/", "/producers", "/basket", "/checkout", "/account", "/favourites", "/search?q=onerror&sort=price",
			"/search?q=" + q, "/search?sort=" + q + "&category=" + q + "&min=" + q + "&after=" + q, "/c/" + url.PathEscape(poison), "/" + url.PathEscape(poison),
			"/account?next=" + q, "/account?next=" + url.QueryEscape("javascript:alert(1)"), product[3:] + "?sku=" + q, "/stories/" + url.PathEscape(poison),
		} {
			answers = append(answers, v.get(lang+path))
		}
		answers = append(answers,
			v.post(lang+"/find-order", "number", poison, "phone", poison), v.post(lang+"/account/code", "phone", poison, "next", poison),
			v.post(lang+"/account/signin", "phone", poison, "code", poison, "next", "javascript:alert(1)"),
			v.post(lang+"/basket", "sku", poison, "back", poison), v.post(lang+"/checkout", "line", poison, "seen", poison),
			v.send(v.get(lang+"/checkout?sku="+sku), lang+"/checkout", address(poison, poison)...),
			v.get(lang+"/", "Accept-Language", poison, "X-Forwarded-Host", "evil.example", "X-Forwarded-For", poison, "Referer", poison, "User-Agent", poison))
	}
	answers = append(answers, v.get("/sitemap.xml"), v.get("/api/"), v.get("/console/sign-in?lang="+q), v.post("/console/sign-in", "login", poison, "password", poison))
	for n := range page.page().Descendants() {
		if src := attr(n, "src"); strings.HasPrefix(src, "/drawing/") {
			answers = append(answers, v.get(src).is(http.StatusOK))
		}
	}
	for _, path := range []string{
		"/products?q=onerror", "/products/" + strings.TrimPrefix(product, "/zh/p/"), "/products/" + url.PathEscape(poison[:30]), "/products?sort=" + q, "/prices?sku=" + q, "/categories",
	} {
		answers = append(answers, v.get("/api/v1"+path, "Authorization", "Bearer "+token))
	}
	shown := 0
	for _, a := range answers {
		if a.status >= 500 {
			t.Errorf("%.80s: got status %d", a.path, a.status)
		}
		for _, fault := range escaped(a) {
			t.Errorf("%.80s: %s", a.path, fault)
		}
		if strings.Contains(string(a.body), "alert(1)") {
			shown++
		}
	}
	if shown < len(answers)/2 {
		t.Errorf("got poison on %d of %d answers: too few to show anything", shown, len(answers))
	}
}

// importPoison takes in a producer and a product whose every text is poison, and puts it on
// sale. It returns the product's number.
func importPoison(t *testing.T, folder string) (gtin string) {
	t.Helper()
	gtin = "4819990000015"
	file := filepath.Join(t.TempDir(), "poison.xlsx")
	row := map[string]any{
		"GTIN": gtin, "Producer code": poison[:100], "Brand": poison[:100], "Category": "chocolate", "Net content": "90 g", "Shelf life (days)": 365,
		"Storage conditions": poison, "Country of origin": "BY", "Allergens": "milk",
	}
	for _, lang := range []string{"en", "ru", "be", "zh"} {
		row["Name ("+lang+")"], row["Description ("+lang+")"], row["Ingredients ("+lang+")"] = poison+" "+lang, poison, poison
	}
	f := excelize.NewFile()
	col := 1
	for heading, value := range row {
		for r, v := range []any{heading, value} {
			cell, err := excelize.CoordinatesToCellName(col, r+1)
			if err := errors.Join(err, f.SetCellValue("Sheet1", cell, v)); err != nil {
				t.Fatal(err)
			}
		}
		col++
	}
	if err := f.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	data := []string{"--data", folder}
	do := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if exit := run(context.Background(), append(args, data...), &out, &out); exit != 0 {
			t.Fatalf("pavilion %s: got exit code %d: %s", args, exit, out.String())
		}
		return strings.TrimSpace(out.String())
	}
	producer := do("producer", "add", "799900490", "--name", "ru="+poison, "--name", "zh="+poison, "--address", "ru="+poison, "--prefix", "4819990")
	said := do("import", "products", file, "--producer", producer, "--marked", filepath.Join(t.TempDir(), "marked.xlsx"))
	if !strings.Contains(said, "new 1") {
		t.Fatalf("got %s, want one new product", said)
	}
	do("price", gtin, "19.90")
	do("receive", gtin, "50", "--lot", poison, "--produced", "2026-06-01", "--best-before", "2099-01-01", "--warehouse", "CTU1", "--note", poison)
	return gtin
}

// escaped returns what of an answer is more than text and may come from data.
func escaped(a *answer) []string {
	if a.header.Get("X-Content-Type-Options") != "nosniff" {
		return []string{"got no X-Content-Type-Options: nosniff"}
	}
	if to := a.header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) && !strings.HasPrefix(to, "http://127.0.0.1:") && !strings.HasPrefix(to, "http://localhost:") {
		return []string{"got sent to " + to}
	}
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil && len(a.body) > 0 {
		return []string{"got a body without a type"}
	}
	switch kind {
	case "text/html":
		return escapedHTML(a.page())
	case "application/json", "application/problem+json":
		if !json.Valid(a.body) {
			return []string{fmt.Sprintf("got JSON that is none: %.200s", a.body)}
		}
	case "application/xml", "image/svg+xml":
		return escapedXML(a.body)
	case "application/pdf":
		if !strings.HasPrefix(string(a.body), "%PDF-") {
			return []string{"got a PDF that does not begin like one"}
		}
	case "text/plain", "":
	default:
		return []string{"got a body of type " + kind}
	}
	return nil
}

// dataScript is a script that browsers do not run.
const dataScript = "application/ld+json"

// ownAddress is an address our pages may lead to or load from.
var ownAddress = regexp.MustCompile(`^(/([^/\\]|$)|#|http://(127\.0\.0\.1|localhost):\d+/|https?://[a-z.]+/|$)`)

func escapedHTML(page *html.Node) (faults []string) {
	for n := range page.Descendants() {
		switch {
		case n.Type == html.CommentNode:
			faults = append(faults, "got a comment: "+n.Data)
		case n.Type != html.ElementNode:
			continue
		case n.Data == "script" && attr(n, "type") == dataScript:
			if n.FirstChild == nil || !json.Valid([]byte(n.FirstChild.Data)) {
				faults = append(faults, "got structured data that is no JSON")
			}
		case n.Data == "script" && (n.FirstChild != nil || !strings.HasPrefix(attr(n, "src"), "/static/")):
			faults = append(faults, "got a script")
		case n.Data == "iframe", n.Data == "object", n.Data == "embed", n.Data == "base", n.Data == "style", n.Data == "meta" && has(n, "http-equiv"):
			faults = append(faults, "got an element "+n.Data)
		}
		for _, at := range n.Attr {
			switch {
			case strings.HasPrefix(at.Key, "on"), at.Key == "style", at.Key == "srcdoc", strings.ContainsAny(at.Key, `"'<>=`):
				faults = append(faults, fmt.Sprintf("got an attribute %s on %s", at.Key, n.Data))
			case at.Key == "href", at.Key == "src", at.Key == "action", at.Key == "formaction", at.Key == "poster", at.Key == "data-watch":
				if !ownAddress.MatchString(at.Val) {
					faults = append(faults, fmt.Sprintf("got the address %q on %s", at.Val, n.Data))
				}
			}
		}
	}
	return faults
}

func escapedXML(body []byte) (faults []string) {
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return faults
		}
		if err != nil {
			return append(faults, "got XML that is none: "+err.Error())
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if name := strings.ToLower(e.Name.Local); name == "script" || name == "foreignobject" || name == "iframe" || name == "image" || name == "a" {
			faults = append(faults, "got an element "+name)
		}
		for _, at := range e.Attr {
			if strings.HasPrefix(strings.ToLower(at.Name.Local), "on") || strings.Contains(at.Value, "javascript:") {
				faults = append(faults, fmt.Sprintf("got an attribute %s=%q", at.Name.Local, at.Value))
			}
		}
	}
}

// TestPoisonIsFound makes sure that the test above would see poison that took effect.
func TestPoisonIsFound(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"<p>" + poison + "</p>", `<p title="` + poison + `">`, `<a href="javascript:alert(1)">x</a>`, `<a href="//evil.example">x</a>`, `<a href="/\evil.example">x</a>`,
		`<script type="application/ld+json">{"name":"` + poison + `"}</script>`, `<form action="https://evil.example"></form>`, `<p style="x">`, `<base href="/">`,
	} {
		a := &answer{t: t, header: http.Header{"Content-Type": {"text/html"}, "X-Content-Type-Options": {"nosniff"}}, body: []byte(raw)}
		if len(escaped(a)) == 0 {
			t.Errorf("got nothing wrong with %s", raw)
		}
	}
	for _, raw := range []string{`<svg><text>` + poison + `</text></svg>`, `<svg><script/></svg>`, `<svg onload="alert(1)"/>`, `<urlset><loc>` + poison + `</loc></urlset>`} {
		if len(escapedXML([]byte(raw))) == 0 {
			t.Errorf("got nothing wrong with %s", raw)
		}
	}
}
