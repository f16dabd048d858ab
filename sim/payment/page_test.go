package payment

import (
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"pavilion"
)

// browse opens an address as a browser does and returns status, header and text; it does
// not follow where it is sent.
func (w *world) browse(method, address string, form url.Values, header ...string) (int, http.Header, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := *w.server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	out, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Body.Close()
	b, err := io.ReadAll(out.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return out.StatusCode, out.Header, string(b)
}

func wantText(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s: no %q in\n%s", what, p, text)
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	address := w.start("pay_1")
	for l, amount := range map[pavilion.Lang]string{"zh": "¥12.34", "en": "¥12.34", "ru": "12,34\u00a0CNY", "be": "12,34\u00a0CNY"} {
		status, header, text := w.browse("GET", address+"?lang="+string(l), nil)
		if status != 200 {
			t.Errorf("%s: got %d, want 200", l, status)
		}
		wantText(t, string(l), text, `<html lang="`+string(l)+`">`, texts[l].Simulated, texts[l].NoMoney, amount, "order 1",
			`value="pay"`, `value="decline"`, `value="later"`, `value="twice"`, `value="before"`, `value="never"`,
			`href="`+w.shop.URL+`/back?order=1"`)
		if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' "+w.shop.URL+";") || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: got policy %q", l, csp)
		}
		if strings.Contains(text, "<script") || strings.Contains(text, "style=") {
			t.Errorf("%s: the page holds a script or an inline style", l)
		}
	}
	_, _, text := w.browse("GET", address, nil, "Accept-Language", "en")
	wantText(t, "as the merchant said", text, `<html lang="ru">`)
	status, _, text := w.browse("GET", w.server.URL+"/sim/pay/none", nil, "Accept-Language", "de, be-BY;q=0.8")
	wantText(t, "unknown", text, `<html lang="be">`, texts["be"].Unknown)
	if status != 404 {
		t.Errorf("unknown: got %d, want 404", status)
	}
	status, header, text := w.browse("GET", w.server.URL+"/sim/pay.css", nil)
	if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "text/css") || !strings.Contains(text, ":focus-visible") {
		t.Errorf("style: got %d %s", status, header.Get("Content-Type"))
	}
}

func TestPageEscapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	body := strings.Replace(w.intent("pay_1", "12.34"), "order 1", `<script>alert(1)</script>`, 1)
	body = strings.Replace(body, "/back?order=1", `/back?a=\"><script>`, 1)
	status, told := w.call("POST", "/v1/intents", body)
	if status != 201 {
		t.Fatalf("start: got %d %v", status, told)
	}
	_, _, text := w.browse("GET", told["pay_url"].(string), nil)
	if strings.Contains(text, "<script") {
		t.Errorf("a script on the page:\n%s", text)
	}
}

func TestPageChoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	pay := func(address string, form url.Values, header ...string) (int, string) {
		t.Helper()
		status, h, _ := w.browse("POST", address, form, header...)
		return status, h.Get("Location")
	}
	for id, c := range map[string]struct {
		form  url.Values
		state string
	}{
		"pay_pay":     {url.Values{"way": {"pay"}}, paid},
		"pay_decline": {url.Values{"way": {"decline"}}, declined},
		"pay_later":   {url.Values{"way": {"later"}, "seconds": {" 60 "}}, pending},
		"pay_never":   {url.Values{"way": {"never"}, "seconds": {"rubbish"}}, paid},
	} {
		address := w.start(id)
		status, to := pay(address, c.form)
		if status != 303 || to != w.shop.URL+"/back?order=1" {
			t.Errorf("%s: got %d to %q, want 303 to the shop", id, status, to)
		}
		if got := w.state(id); got != c.state {
			t.Errorf("%s: got %s, want %s", id, got, c.state)
		}
		_, _, text := w.browse("GET", address+"?lang=en", nil)
		wantText(t, id, text, texts["en"].states[c.state], texts["en"].Back)
		if strings.Contains(text, "<form") {
			t.Errorf("%s: the page still lets choose", id)
		}
		if status, to := pay(address+"?lang=en", url.Values{"way": {"pay"}}); status != 303 || to != address+"?lang=en" {
			t.Errorf("%s, chosen again: got %d to %q, want 303 to the page", id, status, to)
		}
	}
	address := w.start("pay_bad")
	for name, form := range map[string]url.Values{
		"nothing": {}, "no such way": {"way": {"steal"}}, "no seconds": {"way": {"later"}},
		"too late": {"way": {"later"}, "seconds": {"86401"}}, "in the past": {"way": {"later"}, "seconds": {"-1"}},
	} {
		status, _, text := w.browse("POST", address+"?lang=en", form)
		if status != 422 {
			t.Errorf("%s: got %d, want 422", name, status)
		}
		wantText(t, name, text, `role="alert"`, texts["en"].Wrong)
	}
	if status, _ := pay(address, url.Values{"way": {"pay"}}, "Sec-Fetch-Site", "cross-site"); status != 403 {
		t.Errorf("from another site: got %d, want 403", status)
	}
	if status, _ := pay(w.server.URL+"/sim/pay/none", url.Values{"way": {"pay"}}); status != 404 {
		t.Errorf("unknown: got %d, want 404", status)
	}
	w.set(noon.Add(time.Hour))
	_, _, text := w.browse("GET", address+"?lang=en", nil)
	wantText(t, "expired", text, texts["en"].states[expired])
}

// TestWordsAreComplete looks for texts that are missing in a language.
func TestWordsAreComplete(t *testing.T) {
	t.Parallel()
	for _, l := range pavilion.Langs {
		v := reflect.ValueOf(texts[l])
		for i := range v.NumField() {
			name, f := v.Type().Field(i).Name, v.Field(i)
			if f.Kind() == reflect.String && f.String() == "" {
				t.Errorf("%s: %s is empty", l, name)
			}
		}
		for _, state := range []string{open, pending, paid, declined, expired} {
			if texts[l].states[state] == "" {
				t.Errorf("%s: state %s is empty", l, state)
			}
		}
		for _, way := range []Way{Later, Twice, Before, Never} {
			if w := texts[l].ways[way]; w.label == "" || w.hint == "" {
				t.Errorf("%s: way %s is empty", l, way)
			}
		}
	}
}
