package jd

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const loginURL = "/oauth2/to_login?app_key=" + appKey + "&response_type=code&redirect_uri=https%3A%2F%2Fpavilion.example%2Fback%3Fa%3D1&state=s%261&scope=snsapi_base"

func (w *rig) get(path string) (int, string) {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.sim.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec.Code, rec.Body.String()
}

func (w *rig) oauth(path string, more ...string) (Token, string) {
	w.t.Helper()
	q := url.Values{"app_key": {appKey}, "app_secret": {appSecret}}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	_, body := w.get("/oauth2/" + path + "?" + q.Encode())
	var told struct {
		Token
		Msg string `json:"msg"`
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		w.t.Fatalf("%v: %s", err, body)
	}
	return told.Token, told.Msg
}

func TestOAuth(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	if status, body := w.get(loginURL); status != http.StatusOK || !strings.Contains(body, "<button") || !strings.Contains(body, "模拟国家馆") {
		t.Fatalf("got %d %s", status, body)
	}
	for _, wrong := range []string{"app_key=" + appKey, "response_type=code", "scope=snsapi_base", "redirect_uri=https"} {
		path := strings.Replace(loginURL, wrong, wrong[:strings.Index(wrong, "=")+1]+"x", 1)
		if status, _ := w.get(path); status != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", path, status)
		}
	}
	consent := func() string {
		t.Helper()
		rec := httptest.NewRecorder()
		w.sim.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, loginURL, nil))
		to, err := url.Parse(rec.Header().Get("Location"))
		w.do(err)
		if rec.Code != http.StatusSeeOther || to.Host != "pavilion.example" || to.Query().Get("state") != "s&1" || to.Query().Get("a") != "1" {
			t.Fatalf("got %d %s", rec.Code, to)
		}
		return to.Query().Get("code")
	}
	code := consent()
	token, _ := w.oauth("access_token", "grant_type", "authorization_code", "code", code)
	if token.ExpiresIn != 86399 || token.Time != noon.UnixMilli() || token.Scope != "snsapi_base" {
		t.Fatalf("got %+v", token)
	}
	if again, msg := w.oauth("access_token", "grant_type", "authorization_code", "code", code); again.Access != "" || again.Code == 0 || msg == "" {
		t.Errorf("a code was good twice: %+v", again)
	}
	old := consent()
	w.pass(codeLife)
	if late, _ := w.oauth("access_token", "grant_type", "authorization_code", "code", old); late.Code == 0 {
		t.Error("an old code was taken")
	}
	w.token = token.Access
	w.call(venderInfo, "{}")

	next, _ := w.oauth("refresh_token", "grant_type", "refresh_token", "refresh_token", token.Refresh)
	if next.Access == token.Access || next.Access == "" {
		t.Errorf("got %+v", next)
	}
	w.refused("19", venderInfo, "{}") // the old value is none any more
	w.token = next.Access
	w.call(venderInfo, "{}")
	w.do(w.sim.Fail(Fault{Kind: TokenStays}))
	w.pass(23 * time.Hour)
	same, _ := w.oauth("refresh_token", "grant_type", "refresh_token", "refresh_token", next.Refresh)
	if same.Access != next.Access || same.Time == next.Time {
		t.Errorf("got %+v, want the value of %+v for longer", same, next)
	}
	w.pass(23 * time.Hour)
	w.call(venderInfo, "{}")
	w.do(w.sim.ExpireTokens())
	w.refused("19", venderInfo, "{}")
	if late, _ := w.oauth("refresh_token", "grant_type", "refresh_token", "refresh_token", same.Refresh); late.Code == 0 {
		t.Error("a token was refreshed after its end")
	}
	for _, wrong := range [][2]string{{"app_secret", "x"}, {"app_key", "x"}, {"grant_type", "x"}} {
		if got, _ := w.oauth("refresh_token", "grant_type", "refresh_token", wrong[0], wrong[1]); got.Code == 0 {
			t.Errorf("a wrong %s was taken", wrong[0])
		}
	}
}

func TestTokenEnds(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{TokenLife: time.Hour})
	w.pass(59 * time.Minute)
	w.call(venderInfo, "{}")
	w.do(w.sim.Shift(time.Minute)) // the platform's clock alone
	w.refused("19", venderInfo, "{}")
	w.do(w.sim.Shift(8 * time.Hour))
	w.refused("8", venderInfo, "{}")
}
