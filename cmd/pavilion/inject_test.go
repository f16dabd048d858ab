package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"pavilion/db/dbtest"
)

// sqlTries are texts that a statement put together from strings would run, or choke on.
var sqlTries = []string{
	`'`, `' or '1'='1`, `') or 1=1 --`, `'; drop table sku; --`, `"; delete from orders`, `\`, `%`, `$1`, `x' and (select pg_sleep(5)) is null --`, `'||(select 1)||'`,
	`nan`, `9223372036854775808`, `-1`, "a\x00b", "\xff\xfe", "\u202e", strings.Repeat("蛋", 2000), "{{.}}", "null", "[]", " ", "\t\r\n", "𝕏😀",
}

// TestStrangeInputIsOnlyInput sends text that is nothing wherever text is taken, on both
// engines: nothing breaks, and nothing is found by it.
func TestStrangeInputIsOnlyInput(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, dbURL string) {
		t.Parallel()
		d := startDemo(t, t.TempDir(), "--db", dbURL, "--rate-limit", "0")
		v := d.visitor(t)
		token := d.makeToken(t, "catalog:read", "orders:read", "orders:place")
		bearer := []string{"Authorization", "Bearer " + token}
		sku := v.findSKU()
		product := v.get("/zh/search?q=" + url.QueryEscape("巧克力")).link("/zh/p/")
		staff := d.visitor(t)
		staff.get(d.ownerLink(t)).is(http.StatusOK)
		goods := len(d.sitemap(t))

		for _, text := range sqlTries {
			q, p := url.QueryEscape(text), url.PathEscape(text)
			var answers []*answer
			for _, name := range []string{"q", "category", "brand", "producer", "min", "max", "sort", "after"} {
				answers = append(answers, v.get("/zh/search?"+name+"="+q), v.get("/zh/c/chocolate?"+name+"="+q))
			}
			for _, path := range []string{"/zh/c/", "/zh/p/", "/zh/producer/", "/zh/stories/", "/zh/order/", "/zh/order/ord_", "/picture/", "/drawing/prd_1/", "/console/claim/"} {
				a := v.get(path + p)
				if a.status < 400 && !strings.HasPrefix(path, "/console/") && strings.Trim(text, " \t\r\n") != "" {
					t.Errorf("%s%q: got status %d, want nothing found", path, text, a.status)
				}
				answers = append(answers, a)
			}
			answers = append(answers,
				v.get(product+"?sku="+q), v.get("/picture/pic_1/"+p), v.get("/zh/checkout?sku="+q+"&quantity="+q), v.get("/zh/account?before="+q+"&next="+q), v.get("/zh/producer/x?after="+q),
				v.post("/zh/basket", "sku", text, "quantity", text), v.post("/zh/basket", "sku", sku, "quantity", text, "back", text), v.post("/zh/favourites", "product", text),
				v.post("/zh/find-order", "number", text, "phone", text), v.post("/zh/account/code", "phone", text), v.post("/zh/account/signin", "phone", text, "code", text),
				v.post("/zh/checkout", "key", text+"--------", "seen", "1.00", "line", sku+":"+text, "provider", text, "name", text, "phone", text, "province", text, "city", text, "district", text, "street", text, "postcode", text),
				v.send(v.get("/zh/checkout?sku="+sku), "/zh/checkout", "key", text+"--------", "name", text, "phone", testPhone, "province", "四川省", "city", "成都市", "district", "武侯区", "street", "1", "postcode", ""),
				v.post("/console/sign-in", "login", text, "password", text), v.post("/console/claim/x", "name", text, "login", text, "password", text),
				v.ask(http.MethodPost, "/payment/notice/simpay", strings.NewReader(text)),
				v.get("/zh/", "Cookie", "basket="+q+"; buyer="+q+"; passes="+q+"; basket_count="+q), v.get("/zh/basket", "Cookie", "basket=bsk_"+q),
				v.get("/console/", "Cookie", "staff="+q),
				v.get("/api/v1/products?q="+q+"&limit=1", bearer...), v.get("/api/v1/products?after="+q, bearer...), v.get("/api/v1/products?category="+q, bearer...), v.get("/api/v1/products?sort="+q, bearer...),
				v.get("/api/v1/products/"+p, bearer...), v.get("/api/v1/prices?sku="+q, bearer...), v.get("/api/v1/availability?sku="+q+","+sku, bearer...), v.get("/api/v1/orders/"+p, bearer...),
				v.get("/api/v1/categories", "Authorization", "Bearer "+strings.Map(printable, text)),
				v.ask(http.MethodPost, "/api/v1/orders", strings.NewReader(text), append(bearer, "Content-Type", "application/json", "Idempotency-Key", "strange-1")...),
				v.ask(http.MethodPost, "/api/v1/orders", orderJSON(t, sku, "simpay", text), append(bearer, "Content-Type", "application/json", "Idempotency-Key", "strange-"+strings.Map(printable, text))...),
				v.ask(http.MethodPost, "/api/v1/orders", orderJSON(t, text, text, "x"), append(bearer, "Content-Type", "application/json", "Idempotency-Key", "strange-"+strings.Map(header, text))...),
				staff.post("/console/tokens", "name", text, "scope", text), staff.post("/console/tokens", "name", text, "scope", "orders:read"), staff.post("/console/tokens/"+p+"/end"),
			)
			for _, a := range answers {
				if a.status >= 500 {
					t.Errorf("%.100q with %.40q: got status %d: %.300s", a.path, text, a.status, textOf(a.page()))
				}
			}
		}
		if got := len(d.sitemap(t)); got != goods {
			t.Errorf("got %d pages afterwards, want %d", got, goods)
		}
		if printed := d.printed.String(); strings.Contains(printed, "level=ERROR") {
			t.Errorf("got an error logged: %.2000s", printed[strings.Index(printed, "level=ERROR"):])
		}
	})
}

// header drops what Go's client would not send in a header; bytes that are no text remain.
func header(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// printable keeps what a header should hold.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

func orderJSON(t *testing.T, sku, provider, text string) *bytes.Reader {
	t.Helper()
	to := map[string]string{"phone": "+8613911110031", "country": "CN"}
	for _, name := range []string{"name", "province", "city", "district", "street", "postcode"} {
		to[name] = text
	}
	body, err := json.Marshal(map[string]any{"lines": []any{map[string]any{"sku": sku, "quantity": 1}}, "provider": provider, "ship_to": to, "total": map[string]string{"amount": text, "currency": text}})
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(body)
}

// TestPathsStayInside asks for files outside of what is served, as a browser would not.
func TestPathsStayInside(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	host := strings.TrimPrefix(d.base, "http://")
	var paths []string
	for _, below := range []string{"/static/", "/picture/", "/picture/pic_1/", "/drawing/prd_1/", "/zh/stories/", "/zh/p/", "/console/claim/", "/gallery/pack/", "/zh/gallery/shop/", "/api/v1/", "/"} {
		for _, up := range []string{
			"../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc%5cpasswd",
			"..%252f..%252fetc%252fpasswd", "....//....//etc/passwd", "%00/etc/passwd", "/etc/passwd", "../pavilion.key", "..%2fpavilion.db", "../shop.go", "",
		} {
			paths = append(paths, below+up)
		}
	}
	for _, path := range paths {
		text, err := rawGet(t, host, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for _, secret := range []string{"root:", "SQLite format", "package shop", "<pre>"} { // <pre> is a list of files
			if strings.Contains(text, secret) {
				t.Errorf("%s: got %q", path, secret)
			}
		}
		if status := text[9:12]; status[0] == '5' || status == "200" && strings.Contains(path, "passwd") && !strings.HasPrefix(path, "/console/claim/") {
			t.Errorf("%s: got status %s", path, status)
		}
		if i := strings.Index(text, "\r\nLocation: "); i >= 0 {
			if to, _, _ := strings.Cut(text[i+12:], "\r\n"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
				t.Errorf("%s: got sent to %s", path, to)
			}
		}
	}
}

// rawGet sends a request line as it is and returns the whole answer.
func rawGet(t *testing.T, host, path string) (string, error) {
	t.Helper()
	var dialer = &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	defer dialer.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/", nil)
	if err != nil {
		return "", err
	}
	r.URL.Opaque = path
	answer, err := dialer.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := httputil.DumpResponse(answer, true)
	return string(text), err
}

// TestRedirectsStayInside gives addresses to go to afterwards that lead out of the shop.
func TestRedirectsStayInside(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	for i, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\t/evil.example", "/%09/evil.example", "javascript:alert(1)", "\r\nSet-Cookie: x=1", "evil.example", "/\n/evil.example", "///evil.example"} {
		v := d.visitor(t)
		sku := v.findSKU()
		signed := v.get("/zh/account?next=" + url.QueryEscape(to)).is(http.StatusOK)
		asked := v.send(signed, "/zh/account/code", "phone", fmt.Sprintf("1391111%04d", 100+i), "next", to).is(http.StatusOK)
		code := oneTimeCode.FindStringSubmatch(textOf(asked.page()))[1]
		for _, a := range []*answer{
			v.send(asked, "/zh/account/signin", "code", code, "next", to),
			v.post("/zh/basket", "sku", sku, "then", "stay", "back", to),
		} {
			a.is(http.StatusSeeOther)
			at := a.header.Get("Location")
			u, err := url.Parse(at)
			if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(at, "/") || strings.HasPrefix(at, "//") || strings.HasPrefix(at, `/\`) {
				t.Errorf("%s with %q: got sent to %q, want a page of ours", a.path, to, at)
			}
		}
	}
}
