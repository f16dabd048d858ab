package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestNothingPersonalIsLogged sells, searches, signs in and fails with everything logged, and
// reads the log afterwards. One-time codes go out by the notifier, as in a real shop.
func TestNothingPersonalIsLogged(t *testing.T) {
	t.Parallel()
	const buyerPhone, payerPhone = "13911110051", "13911110052"
	var sent inbox
	gateway := httptest.NewServer(&sent)
	defer gateway.Close()
	d := sharedDemo(t)
	merchant, err := os.ReadFile(filepath.Join(d.folder, "payment.key"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if exit := startDemo(t, folder).stop(); exit != 0 { // for its goods
		t.Fatalf("got exit code %d, want 0", exit)
	}
	password, err := os.ReadFile(filepath.Join(folder, "console-password.txt"))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, folder, "serve", "--log-level", "debug", "--log-format", "text", "--rate-limit", "0", "--notify-url", gateway.URL, "--notify-secret", "notify-secret-9",
		"--payment-url", d.pay, "--payment-merchant", demoMerchant, "--payment-secret", strings.TrimSpace(string(merchant)))
	v := s.visitor(t)

	v.get("/zh/search?q=" + url.QueryEscape("低糖巧克力给外婆")).is(http.StatusOK)
	order := v.placeOrder("name", "赵钱孙李", "phone", buyerPhone, "province", "四川省", "city", "成都市", "district", "武侯区", "street", "玉林西路77号", "postcode", "610041", "accept", "1")
	number := orderNumber.FindString(textOf(v.get(order).is(http.StatusOK).page()))
	v.send(v.get(order+"/pay").is(http.StatusOK), order+"/pay").is(http.StatusSeeOther)
	v.post("/zh/find-order", "number", number, "phone", payerPhone)
	v.post("/zh/find-order", "number", number, "phone", buyerPhone).is(http.StatusSeeOther)
	asked := v.send(v.get("/zh/account"), "/zh/account/code", "phone", payerPhone).is(http.StatusOK)
	code := sent.code(t, "+86"+payerPhone)
	v.send(asked, "/zh/account/signin", "code", wrong(code))
	v.send(asked, "/zh/account/signin", "code", code).is(http.StatusSeeOther)
	v.get("/zh/account").is(http.StatusOK)
	v.post("/zh/order/ord_none/cancel")
	staff := s.visitor(t)
	staff.post("/console/sign-in", "login", demoLogin, "password", "a wrong password 5")
	staff.signInByCode(folder)
	token := apiToken.FindString(textOf(staff.post("/console/tokens", "name", "for a test", "scope", "orders:place").is(http.StatusOK).page()))
	v.placeByAPI(token, "key-that-nobody-knows").is(http.StatusCreated)
	v.get("/api/v1/orders/ord_none?secret=query-of-api", "Authorization", "Bearer "+token)
	v.ask(http.MethodPost, "/api/v1/orders", strings.NewReader(`{"ship_to":{"name":"赵钱孙李"`), "Authorization", "Bearer "+token, "Idempotency-Key", "another-key-of-ours", "Content-Type", "application/json")
	v.post("/console/claim/secret-of-a-claim", "name", "x", "login", "login-of-somebody", "password", "password-of-somebody")
	v.ask(http.MethodPost, "/payment/notice/simpay", strings.NewReader("body of a notice"), "X-Signature", "signature-of-a-notice")
	if exit := s.stop(); exit != 0 {
		t.Fatalf("got exit code %d, want 0", exit)
	}

	log := s.printed.String()
	for _, needed := range []string{"level=DEBUG", `route="GET /zh/search"`, `route="POST /zh/checkout"`, "route=\"POST /zh/find-order\""} {
		if !strings.Contains(log, needed) {
			t.Errorf("got no %s in the log: too little was logged to show anything", needed)
		}
	}
	secrets := []string{
		buyerPhone, payerPhone, "139 1111 0051", "1111 005", "13911110005", "赵钱孙李", "玉林西路", "610041", "武侯区", "低糖巧克力", url.QueryEscape("低糖巧克力"), code,
		token, "pavilion_", strings.TrimSpace(string(password)), "a wrong password 5", "notify-secret-9", strings.TrimSpace(string(merchant)), "query-of-api",
		"key-that-nobody-knows", "another-key-of-ours", "secret-of-a-claim", "login-of-somebody", "password-of-somebody", "body of a notice", "signature-of-a-notice", "127.0.0.1:",
	}
	u, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range append(v.client.Jar.Cookies(u), staff.client.Jar.Cookies(u)...) {
		if len(k.Value) > 10 {
			secrets = append(secrets, k.Value)
		}
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, "msg=open") {
			continue // says where we listen
		}
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("got %q in the log: %s", secret, line)
			}
		}
	}
}

// inbox is the operator's gateway for text messages.
type inbox struct {
	mu    sync.Mutex
	codes map[string]string // by phone, under mu
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m struct{ Phone, Code string }
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Header.Get("Authorization") != "Bearer notify-secret-9" {
		http.Error(w, "not for us", http.StatusBadRequest)
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.codes == nil {
		i.codes = map[string]string{}
	}
	i.codes[m.Phone] = m.Code
}

func (i *inbox) code(t *testing.T, phone string) string {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.codes[phone] == "" {
		t.Fatalf("got no code for %s", phone)
	}
	return i.codes[phone]
}

// TestCookiesKeepToThemselves looks at every cookie the shop and the console set when the
// world reaches them by HTTPS.
func TestCookiesKeepToThemselves(t *testing.T) {
	t.Parallel()
	d := startDemo(t, t.TempDir(), "--base-url", "https://shop.example", "--rate-limit", "0")
	v := d.visitor(t)
	v.client.Jar = nil // a jar would keep secure cookies from a test without TLS
	sku := v.findSKU()
	order := v.get("/zh/checkout?sku=" + sku).is(http.StatusOK)
	asked := v.send(v.get("/zh/account"), "/zh/account/code", "phone", "13911110061").is(http.StatusOK)
	found := map[string]bool{}
	for _, a := range []*answer{
		v.post("/zh/basket", "sku", sku, "then", "stay").is(http.StatusSeeOther),
		v.send(order, "/zh/checkout", address("收货人", "13911110062")...).is(http.StatusSeeOther),
		v.send(asked, "/zh/account/signin", "code", oneTimeCode.FindStringSubmatch(textOf(asked.page()))[1]).is(http.StatusSeeOther),
		v.post("/zh/account/signout").is(http.StatusSeeOther),
		v.get(d.ownerLink(t)).is(http.StatusOK),
		v.post("/console/sign-out").is(http.StatusSeeOther),
	} {
		for _, line := range a.header["Set-Cookie"] {
			k, err := http.ParseSetCookie(line)
			if err != nil {
				t.Fatal(err)
			}
			found[k.Name] = true
			if !k.HttpOnly || !k.Secure || k.SameSite != http.SameSiteLaxMode && k.SameSite != http.SameSiteStrictMode || k.Path != "/" || k.Domain != "" {
				t.Errorf("%s: got cookie %s, want it HttpOnly, Secure, SameSite and ours alone", a.path, line)
			}
			if k.Name != "basket_count" && !strings.HasPrefix(k.Name, "__Host-") {
				t.Errorf("%s: got cookie %s, want its name locked to the host", a.path, k.Name)
			}
		}
	}
	for _, name := range []string{"__Host-basket", "basket_count", "__Host-passes", "__Host-buyer", "__Host-staff"} {
		if !found[name] {
			t.Errorf("got cookies %v, want %s among them", found, name)
		}
	}
}

// TestHeadersGuardEveryAnswer looks at the headers of answers of every kind.
func TestHeadersGuardEveryAnswer(t *testing.T) {
	t.Parallel()
	d := startDemo(t, t.TempDir(), "--base-url", "https://shop.example", "--rate-limit", "0")
	v := d.visitor(t)
	home := v.get("/zh/")
	answers := []*answer{
		home, v.get("/"), v.get("/zh/no-such-page"), v.get("/api/"), v.get("/api/v1/openapi.json"), v.get("/api/v1/products"), v.get("/console/sign-in"), v.get("/console/"),
		v.get("/zh/gallery"), v.get("/sitemap.xml"), v.get("/robots.txt"), v.get("/healthz"), v.get("/metrics"), v.get("/static/none.css"), v.get("/picture/none/320"),
		v.get(home.link("/static/")), v.get(drawingOn(home)), v.ask(http.MethodPost, "/zh/basket", nil, "Sec-Fetch-Site", "cross-site"),
		v.ask(http.MethodPost, "/zh/basket", strings.NewReader(strings.Repeat("a", 2<<20))), v.ask(http.MethodDelete, "/zh/", nil),
		v.post("/zh/find-order"), v.get("/zh/", "If-None-Match", home.header.Get("Etag")),
	}
	for _, a := range answers {
		h := a.header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self' " + d.pay} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: got policy %q, want %s in it", a.path, policy, part)
			}
		}
		for _, part := range []string{"unsafe", "*", "https:;", "http:;"} {
			if strings.Contains(policy, part) {
				t.Errorf("%s: got policy %q, want no %s in it", a.path, policy, part)
			}
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "origin", "Strict-Transport-Security": "max-age=", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := h.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: got %s %q, want %s in it", a.path, name, got, want)
			}
		}
		for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
			if got := h.Get(name); got != "" {
				t.Errorf("%s: got %s: %s, want none", a.path, name, got)
			}
		}
	}
	for _, path := range []string{"/zh/basket", "/zh/checkout", "/zh/account", "/zh/find-order", "/console/sign-in"} {
		if got := v.get(path).header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
			t.Errorf("%s: got Cache-Control %q, want no-store", path, got)
		}
	}
}

func drawingOn(a *answer) string {
	for n := range a.page().Descendants() {
		if src := attr(n, "src"); strings.HasPrefix(src, "/drawing/") {
			return src
		}
	}
	a.t.Fatalf("%s: got no drawing", a.path)
	return ""
}

// TestMetricsStayInside asks for the metrics as the world would, through a proxy on this
// machine.
func TestMetricsStayInside(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	v := d.visitor(t)
	v.get("/zh/search?q=query-that-is-nobodys-business").is(http.StatusOK)
	inside := string(v.get("/metrics").is(http.StatusOK).body)
	if !strings.Contains(inside, `pavilion_http_request_seconds_count{route="GET /zh/search",status="200"}`) {
		t.Error("got no count of searches in the metrics")
	}
	if strings.Contains(inside, "nobodys-business") {
		t.Error("got a query in the metrics")
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		a := v.get("/metrics", name, "203.0.113.9")
		if a.status != http.StatusNotFound || strings.Contains(string(a.body), "pavilion_") {
			t.Errorf("got status %d with %s, want 404", a.status, name)
		}
	}
}
