package douyin

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestControl(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(10)
	api := func(method, path, key, body string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+key)
		w := httptest.NewRecorder()
		x.s.ServeHTTP(w, r)
		raw, err := io.ReadAll(w.Body)
		x.must(err)
		return w.Code, string(raw)
	}
	for _, c := range []struct {
		path, body string
		want       int
	}{
		{"order", `{"sku":` + itoa(g.SKU) + `,"num":2}`, 200},
		{"order", `{"sku":` + itoa(g.SKU) + `,"num":20}`, 409},
		{"order", `{"sku":5}`, 404},
		{"stock", `{"sku":` + itoa(g.SKU) + `,"stock":"many"}`, 400},
		{"stock", `{"sku":` + itoa(g.SKU) + `,"stock":-1}`, 400},
		{"burst", `{"sku":` + itoa(g.SKU) + `,"n":3}`, 200},
		{"rush", `{"sku":` + itoa(g.SKU) + `,"n":2,"seconds":4}`, 200},
		{"fault", `{"at":"*","kind":"lose_reply"}`, 200},
		{"fault", `{"at":"*","kind":"lose"}`, 400},
		{"mend", ``, 200},
		{"probe", `{"app":"8"}`, 404},
		{"dance", `{}`, 404},
		{"stock", `[]`, 400},
	} {
		if got, said := api(http.MethodPost, "/sim/api/"+c.path, "let me in", c.body); got != c.want {
			t.Errorf("%s %s: got %d %s, want %d", c.path, c.body, got, said, c.want)
		}
	}
	x.clock.pass(5 * time.Second)
	x.stock(g.SKU, 3, 7)
	if got, said := api(http.MethodGet, "/sim/api/state", "let me in", ""); got != 200 || !strings.Contains(said, `"stock":3`) {
		t.Errorf("state: got %d %s", got, said)
	}
	if got, _ := api(http.MethodPost, "/sim/api/lag", "let me in", `{"seconds":0}`); got != 200 {
		t.Errorf("lag: got %d", got)
	}
	open := newOutside(t, func(o *Options, _ *Rules) { o.ControlKey, o.OpenControl = "", true })
	w := httptest.NewRecorder()
	open.s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sim/", nil))
	if !strings.Contains(w.Body.String(), texts["zh"].NoGoods) {
		t.Error("the open page asks for a key")
	}
	if got, _ := api(http.MethodGet, "/sim/api/state", "wrong", ""); got != http.StatusUnauthorized {
		t.Errorf("with a wrong key: got %d", got)
	}
}

func TestControlPage(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(5)
	id := x.place(one(g.SKU, 1))
	if _, err := x.s.Ask(Ask{Order: id, Type: beforeShipping}); err != nil {
		t.Fatal(err)
	}
	x.must(x.s.Fault(Fault{At: AnyCall, Kind: LoseReply}))
	go2 := func(method, path, body string, key bool) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if key {
			r.AddCookie(&http.Cookie{Name: keyCookie, Value: "let me in"})
		}
		w := httptest.NewRecorder()
		x.s.ServeHTTP(w, r)
		return w
	}
	if w := go2(http.MethodGet, "/sim/", "", false); strings.Contains(w.Body.String(), g.Name) {
		t.Error("the page shows goods to whoever has no key")
	}
	if w := go2(http.MethodGet, "/sim/?key=let+me+in", "", false); len(w.Result().Cookies()) != 1 { //nolint:bodyclose // a recorder
		t.Error("the key in the address is not taken")
	}
	for _, lang := range []string{"zh", "en"} {
		w := go2(http.MethodGet, "/sim/?lang="+lang, "", true)
		for _, want := range []string{g.Name, id, itoa(g.SKU), texts["zh"].Other} {
			if lang == "en" && want == texts["zh"].Other {
				want = texts["en"].Other
			}
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("the page in %s lacks %q", lang, want)
			}
		}
	}
	if w := go2(http.MethodGet, "/sim/?find=BY-1", "", true); !strings.Contains(w.Body.String(), g.Name+" ·") {
		t.Error("goods are not found by their code")
	}
	if w := go2(http.MethodGet, "/sim/?find=tea&lang=en", "", true); !strings.Contains(w.Body.String(), texts["en"].NotFound) {
		t.Error("nothing is found, and that is not told")
	}
	if found, err := x.s.FindGood("BY-1"); err != nil || found.SKU != g.SKU {
		t.Errorf("by its code: got %v, %v", found, err)
	}
	if w := go2(http.MethodPost, "/sim/do/price", "sku="+itoa(g.SKU)+"&yuan=12.50", true); w.Code != http.StatusSeeOther {
		t.Errorf("a price: got %d %s", w.Code, w.Body)
	}
	if w := go2(http.MethodPost, "/sim/do/price?lang=en", "sku="+itoa(g.SKU)+"&yuan=cheap", true); !strings.Contains(w.Body.String(), texts["en"].Wrong) {
		t.Error("a wrong price is not told")
	}
	goods, err := x.s.Goods()
	x.must(err)
	if goods[0].Price != 1250 {
		t.Errorf("price: got %d, want 1250", goods[0].Price)
	}
	if w := go2(http.MethodPost, "/sim/do/stock", "sku="+itoa(g.SKU)+"&stock=77", false); w.Code != http.StatusSeeOther {
		t.Errorf("without a key: got %d", w.Code)
	}
	x.stock(g.SKU, 4, 1)
}
