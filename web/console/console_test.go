package console_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/rules"
	"pavilion/web/console"
	"pavilion/web/ui"
)

// visitor is a browser before the console.
type visitor struct {
	t      *testing.T
	url    string
	client *http.Client
}

func open(t *testing.T) (*db.DB, *visitor) {
	t.Helper()
	d := dbtest.SQLite(t)
	return d, openWith(t, d, dbtest.Sealer(t))
}

// openAt is open with the clock by which the console goes.
func openAt(t *testing.T) (*db.DB, *dbtest.Clock, *visitor) {
	t.Helper()
	clock := dbtest.NewClock()
	d := dbtest.Open(t, filepath.Join(t.TempDir(), "pavilion.db"), clock)
	return d, clock, openWith(t, d, dbtest.Sealer(t))
}

// openWith is open for a database and the keys that its rows are sealed with.
func openWith(t *testing.T, d *db.DB, sealer *db.Sealer) *visitor {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(noting(t, d, mux))
	t.Cleanup(server.Close)
	site, err := ui.New(ui.Options{BaseURL: server.URL, Name: pavilion.Text{"en": "Test"}, About: pavilion.Text{"en": "Test"}, Clock: d.Now})
	if err != nil {
		t.Fatal(err)
	}
	gate, err := staff.NewGate(d, sealer, staff.GateOptions{BaseURL: server.URL, Name: "Test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := console.New(mux, console.Options{DB: d, Site: site, Sealer: sealer, Gate: gate, BaseURL: server.URL, Engine: channel.NewEngine(d, channel.EngineOptions{Sealer: sealer, Own: "own"}), Country: "CN", Currency: "CNY", Book: testBook(d), Markets: testMarkets(t)}); err != nil {
		t.Fatal(err)
	}
	return newVisitor(t, server.URL)
}

// testMarkets are the markets whose packs are shipped.
func testMarkets(t *testing.T) []*tailoring.Market {
	t.Helper()
	all, err := tailoring.Load(rules.Files)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func newVisitor(t *testing.T, url string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, url, &http.Client{Jar: jar}}
}

// get and post return the status, the path the answer came from, and the page.
func (v *visitor) get(path string) (int, string, string) {
	v.t.Helper()
	return v.do(http.MethodGet, path, nil)
}

func (v *visitor) post(path string, form url.Values) (int, string, string) {
	v.t.Helper()
	return v.do(http.MethodPost, path, form)
}

func (v *visitor) do(method, path string, form url.Values) (int, string, string) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, answer.Request.URL.Path, string(body)
}

func invite(t *testing.T, d *db.DB, role staff.Role) (secret string) {
	t.Helper()
	err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		var err error
		secret, err = staff.Invite(t.Context(), tx, staff.Offer{Roles: []staff.Role{role}}, time.Hour)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// signIn makes a member with the role and has the visitor come in as it, past all factors.
func signIn(t *testing.T, d *db.DB, v *visitor, role staff.Role) staff.Member {
	t.Helper()
	return signInAs(t, d, v, string(role), staff.Offer{Roles: []staff.Role{role}})
}

// signInAs is signIn for a member with several roles, or one of a producer.
func signInAs(t *testing.T, d *db.DB, v *visitor, login string, o staff.Offer) staff.Member {
	t.Helper()
	gate, err := staff.NewGate(d, dbtest.Sealer(t), staff.GateOptions{BaseURL: v.url})
	if err != nil {
		t.Fatal(err)
	}
	var invitation, link string
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) (err error) {
		invitation, err = staff.Invite(t.Context(), tx, o, time.Hour)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	m, err := staff.Claim(t.Context(), d, invitation, "Member "+login, login, password)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) (err error) {
		link, err = staff.OfferEntry(t.Context(), tx, m.ID, time.Hour)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	pass, err := gate.Enter(t.Context(), link, staff.Place{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(v.url)
	if err != nil {
		t.Fatal(err)
	}
	v.client.Jar.SetCookies(at, []*http.Cookie{{Name: "staff", Value: pass.Secret, Path: "/"}})
	return m
}

const password = "a linen cloth with a red band"

func person(login string) url.Values {
	return url.Values{"name": {"Owner"}, "login": {login}, "password": {password}}
}

func TestOnlyOwnersManageTokens(t *testing.T) {
	t.Parallel()
	d, owner := open(t)
	signIn(t, d, owner, staff.Owner)
	observer := newVisitor(t, owner.url)
	signIn(t, d, observer, staff.Observer)
	form := url.Values{"name": {"till"}, "scope": {string(staff.ReadCatalog)}}
	if status, _, page := observer.get("/console/"); status != http.StatusOK || strings.Contains(page, "/console/tokens") {
		t.Errorf("observer's start page: got %d with tokens on it", status)
	}
	if status, _, _ := observer.post("/console/tokens", form); status != http.StatusForbidden {
		t.Errorf("observer makes a token: got %d, want 403", status)
	}
	stranger := newVisitor(t, owner.url)
	if _, path, _ := stranger.post("/console/tokens", form); path != "/console/tokens" {
		t.Errorf("a stranger makes a token: got %s, want the sign-in page", path)
	}
	status, _, page := owner.post("/console/tokens", form)
	if status != http.StatusOK || !strings.Contains(page, "not shown again") {
		t.Fatalf("owner makes a token: got %d: %s", status, page)
	}
	var tokens []staff.Token
	if err := d.Read(t.Context(), func(r *db.View) error {
		var err error
		tokens, err = staff.ListTokens(t.Context(), r)
		return err
	}); err != nil || len(tokens) != 1 {
		t.Fatalf("tokens: got %v %v, want one", tokens, err)
	}
	end := "/console/tokens/" + string(tokens[0].ID) + "/end"
	if status, _, _ := observer.post(end, url.Values{}); status != http.StatusForbidden {
		t.Errorf("observer ends a token: got %d, want 403", status)
	}
	if status, _, page := owner.post(end, url.Values{}); status != http.StatusOK || !strings.Contains(page, "ended") {
		t.Errorf("owner ends a token: got %d: %s", status, page)
	}
}
