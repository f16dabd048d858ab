package douyin

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func (x *outside) refresh(token string) string {
	return `{"grant_type":"refresh_token","refresh_token":"` + token + `"}`
}

func TestTokens(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	self := `{"grant_type":"authorization_self","code":"","shop_id":"4463798"}`
	x.clock.pass(time.Hour)
	first := x.ok("token.create", self)
	if first.str("access_token") != x.token || first.num("expires_in") != 7*24*3600-3600 {
		t.Errorf("creating again: got %v, want the same pair with an hour less", first.m)
	}

	// Early it does nothing.
	early := x.ok("token.refresh", x.refresh(first.str("refresh_token")))
	if early.str("access_token") != x.token || early.num("expires_in") != first.num("expires_in") {
		t.Errorf("an early refresh gave %v", early.m)
	}

	// In the last hour there is a new pair, and the old one lives an hour more.
	x.clock.pass(7*24*time.Hour - 90*time.Minute)
	late := x.ok("token.refresh", x.refresh(first.str("refresh_token")))
	if late.str("access_token") == x.token || late.num("expires_in") != 7*24*3600 {
		t.Fatalf("a late refresh gave %v", late.m)
	}
	x.no("token.refresh", x.refresh(first.str("refresh_token")), 50002, "isv.business-failed:31012")
	x.clock.pass(time.Minute)
	if again := x.ok("token.refresh", x.refresh(first.str("refresh_token"))); again.str("access_token") != late.str("access_token") {
		t.Error("the old pair was refreshed twice")
	}
	x.ok("shop.brandList", "{}")
	x.clock.pass(time.Hour)
	x.no("shop.brandList", "{}", 40003, "isv.access-token-expired")
	x.token = late.str("access_token")
	x.ok("shop.brandList", "{}")
	x.no("token.refresh", x.refresh(first.str("refresh_token")), 50001, "dop.token-generate-failed:token-expired")

	// After its end the pair is dead at once.
	x.must(x.s.ExpireTokens(testShop, false))
	x.no("shop.brandList", "{}", 40003, "isv.access-token-expired")
	x.restart()
	third := x.ok("token.refresh", x.refresh(late.str("refresh_token")))
	x.clock.pass(time.Minute)
	x.no("token.refresh", x.refresh(late.str("refresh_token")), 50001, "dop.token-generate-failed:token-expired")
	x.no("token.refresh", x.refresh("nothing"), 50001, "dop.token-generate-failed:token-invalid")
	x.token = third.str("access_token")
	x.ok("shop.brandList", "{}")
	x.clock.pass(15 * 24 * time.Hour)
	x.no("token.refresh", x.refresh(third.str("refresh_token")), 50001, "dop.token-generate-failed:token-expired")

	x.token = x.ok("token.create", self).str("access_token")
	x.must(x.s.ExpireTokens(testShop, true))
	x.no("shop.brandList", "{}", 30001, "dop.authorization-no-existed")
	x.no("token.create", `{"grant_type":"authorization_self","shop_id":5}`, 50001, "dop.token-generate-failed:no-authorization")
	x.no("token.create", `{"grant_type":"x"}`, 50001, "dop.token-generate-failed:grant-type-invalid")
}

func TestConsent(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	w := httptest.NewRecorder()
	x.s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/authorize?service_id=77&state=abc", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "白俄罗斯国家馆") {
		t.Fatalf("the page: got %d %s", w.Code, w.Body)
	}
	ask := func() string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/authorize?service_id=77&state=abc", strings.NewReader("shop=4463798"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		x.s.ServeHTTP(w, r)
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil || w.Code != http.StatusSeeOther || to.Query().Get("state") != "abc" || to.Query().Get("x") != "1" || to.Host != "pavilion.example" {
			t.Fatalf("sent to %v, %d", to, w.Code)
		}
		return to.Query().Get("code")
	}
	use := func(code string) string { return `{"grant_type":"authorization_code","code":"` + code + `"}` }
	code := ask()
	if x.ok("token.create", use(code)).num("shop_id") != testShop {
		t.Error("the token is for another shop")
	}
	x.no("token.create", use(code), 50001, "dop.token-generate-failed:code-invalid")
	old := ask()
	x.clock.pass(11 * time.Minute)
	x.no("token.create", use(old), 50001, "dop.token-generate-failed:code-expired")

	w = httptest.NewRecorder()
	x.s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/authorize?service_id=78", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("an unknown service: got %d", w.Code)
	}
}
