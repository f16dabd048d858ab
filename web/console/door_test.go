package console_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"pavilion/staff"
	"pavilion/web/console"
)

var (
	secretShown   = regexp.MustCompile(`<code class="door-secret">([A-Z2-7 ]+)</code>`)
	ceremonyShown = regexp.MustCompile(`name="ceremony" value="([A-Z2-7]+)"`)
	codeShown     = regexp.MustCompile(`<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code></li>`)
	linkShown     = regexp.MustCompile(`<code class="door-secret">http://[^/<]*(/[^<]+)</code>`)
)

// found is the first group of a pattern on a page.
func found(t *testing.T, pattern *regexp.Regexp, page string) string {
	t.Helper()
	m := pattern.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no %v:\n%s", pattern, page)
	}
	return html.UnescapeString(m[1])
}

// code is what an authenticator app shows for a secret at a moment.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestFirstOwner walks from the link of the installation to the start page: a password is
// not enough for an owner, and what is asked at the door is asked again after signing out.
func TestFirstOwner(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	link := console.ClaimPath(invite(t, d, staff.Owner))
	if status, _, page := v.get(link); status != http.StatusOK || !strings.Contains(page, "Become the owner") {
		t.Fatalf("link: got %d %s", status, page)
	}
	weak := person("owner")
	weak.Set("password", "short")
	if status, _, page := v.post(link, weak); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="owner"`) {
		t.Errorf("weak password: got %d, want 422 with the login kept", status)
	}
	status, path, page := v.post(link, person("owner"))
	if status != http.StatusOK || path != "/console/sign-in" || !strings.Contains(page, "Set up a second factor") {
		t.Fatalf("claim: got %d at %s, want to set up a second factor", status, path)
	}
	if _, path, _ := v.get("/console/tokens"); path != "/console/sign-in" {
		t.Errorf("before the second factor: got %s, want the way in", path)
	}
	if status, _, _ := newVisitor(t, v.url).post(link, person("thief")); status != http.StatusNotFound {
		t.Errorf("the link again: got %d, want 404", status)
	}

	secret := found(t, secretShown, page)
	form := url.Values{"ceremony": {found(t, ceremonyShown, page)}, "code": {"000000"}}
	status, _, page = v.post("/console/sign-in/totp", form)
	if status != http.StatusUnprocessableEntity || found(t, secretShown, page) != secret {
		t.Fatalf("wrong code: got %d, want 422 and the same secret", status)
	}
	form.Set("code", code(t, secret, d.Now()))
	status, _, page = v.post("/console/sign-in/totp", form)
	codes := codeShown.FindAllStringSubmatch(page, -1)
	if status != http.StatusOK || len(codes) != 10 {
		t.Fatalf("right code: got %d with %d recovery codes, want 10", status, len(codes))
	}
	if status, path, page := v.post("/console/kept", nil); status != http.StatusOK || path != "/console/" || !strings.Contains(page, "What needs you") {
		t.Errorf("going on: got %d at %s, want the start page", status, path)
	}

	v.post("/console/sign-out", nil)
	if _, path, _ := v.get("/console/"); path != "/console/sign-in" {
		t.Errorf("after signing out: got %s, want the sign-in page", path)
	}
	if status, path, _ := v.post("/console/sign-in", url.Values{"login": {"owner"}, "password": {"wrong"}}); status != http.StatusUnauthorized || path != "/console/sign-in" {
		t.Errorf("wrong password: got %d at %s, want 401", status, path)
	}
	form = url.Values{"login": {"owner"}, "password": {password}, "then": {"/console/tokens"}}
	if status, path, page := v.post("/console/sign-in", form); status != http.StatusOK || path != "/console/sign-in" || !strings.Contains(page, "Second step") {
		t.Fatalf("password: got %d at %s, want the second step", status, path)
	}
	form = url.Values{"code": {code(t, secret, d.Now())}, "then": {"/console/tokens"}}
	if status, _, page := v.post("/console/sign-in/factor", form); status != http.StatusUnauthorized || !strings.Contains(page, "used already") {
		t.Errorf("the code of the set-up again: got %d, want 401", status)
	}
	form.Set("code", strings.ToUpper(codes[3][1]))
	if status, path, _ := v.post("/console/sign-in/factor", form); status != http.StatusOK || path != "/console/tokens" {
		t.Errorf("recovery code: got %d at %s, want the page that was asked for", status, path)
	}
}

// TestNewSessionWithNewRights: a session that somebody else planted in the browser opens
// nothing after its owner signs in, and neither does the one that waited for a factor.
func TestNewSessionWithNewRights(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Warehouse)
	at, err := url.Parse(v.url)
	if err != nil {
		t.Fatal(err)
	}
	session := func() string {
		t.Helper()
		for _, k := range v.client.Jar.Cookies(at) {
			if k.Name == "staff" {
				return k.Value
			}
		}
		return ""
	}
	planted := session()
	v.post("/console/sign-in", url.Values{"login": {"warehouse"}, "password": {password}})
	if session() == planted || session() == "" {
		t.Errorf("after signing in: got the session of before, want a new one")
	}
	before := session()
	_, _, page := v.get("/console/account/totp")
	v.post("/console/account/totp", url.Values{"ceremony": {found(t, ceremonyShown, page)}, "code": {code(t, found(t, secretShown, page), d.Now())}})
	if session() == before {
		t.Errorf("after a second factor: got the session of before, want a new one")
	}
	v.client.Jar.SetCookies(at, []*http.Cookie{{Name: "staff", Value: before, Path: "/"}})
	if _, path, _ := v.get("/console/"); path != "/console/sign-in" {
		t.Errorf("the session of before: got %s, want the sign-in page", path)
	}
}

// TestStaleFactorIsAskedAgain: a dangerous act waits for the factors, keeps what was typed,
// and is done with them in one go.
func TestStaleFactorIsAskedAgain(t *testing.T) {
	t.Parallel()
	d, clock, v := openAt(t)
	signIn(t, d, v, staff.Owner)
	clock.Advance(staff.FreshFor)
	form := url.Values{"role": {"warehouse", "support"}}
	status, _, page := v.post("/console/staff/invite", form)
	if status != http.StatusForbidden || !strings.Contains(page, "Is it still you?") || !strings.Contains(page, `name="role" value="support"`) {
		t.Fatalf("stale: got %d, want 403 with the form kept", status)
	}
	form.Set("again_password", "not the password")
	if status, _, page = v.post("/console/staff/invite", form); status != http.StatusUnauthorized || !strings.Contains(page, `name="role" value="support"`) {
		t.Fatalf("wrong password: got %d, want 401 with the form kept", status)
	}
	form.Set("again_password", password)
	status, _, page = v.post("/console/staff/invite", form)
	if status != http.StatusOK || !strings.Contains(page, "warehouse, support") {
		t.Fatalf("right password: got %d, want the invitation", status)
	}
	if status, _, _ := newVisitor(t, v.url).get(found(t, linkShown, page)); status != http.StatusOK {
		t.Errorf("the link: got %d, want 200", status)
	}
}

func TestResetLink(t *testing.T) {
	t.Parallel()
	d, owner := open(t)
	signIn(t, d, owner, staff.Owner)
	hand := newVisitor(t, owner.url)
	m := signIn(t, d, hand, staff.Warehouse)
	_, _, page := owner.post("/console/staff/"+string(m.ID)+"/reset", nil)
	link := found(t, linkShown, page)
	if status, _, page := hand.post(link, url.Values{"password": {"short"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "field-error") {
		t.Errorf("short password: got %d, want 422", status)
	}
	fresh := url.Values{"password": {"a rye loaf under a towel"}}
	if status, path, _ := hand.post(link, fresh); status != http.StatusOK || path != "/console/sign-in" {
		t.Errorf("reset: got %d at %s, want the sign-in page", status, path)
	}
	if status, _, _ := hand.post(link, fresh); status != http.StatusNotFound {
		t.Errorf("the link again: got %d, want 404", status)
	}
	fresh.Set("login", "warehouse")
	if status, path, _ := hand.post("/console/sign-in", fresh); status != http.StatusOK || path != "/console/" {
		t.Errorf("new password: got %d at %s, want the start page", status, path)
	}
}

// TestOnlyInside follows the address that signing in leads to: it is never another site's.
func TestOnlyInside(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Support)
	for then, want := range map[string]string{
		"/console/orders":               "/console/orders",
		"https://evil.example/console/": "/console/",
		"//evil.example/console/":       "/console/",
		`/\evil.example`:                "/console/",
		"/console/../../evil":           "/evil",
		"/console":                      "/console/",
		"javascript:alert(1)":           "/console/",
		"/console/\r\nX-Evil: 1":        "/console/  X-Evil: 1",
	} {
		v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.url+"/console/sign-in", strings.NewReader(url.Values{"login": {"support"}, "password": {password}, "then": {then}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := v.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		to, err := answer.Location()
		if err != nil {
			t.Fatalf("%q: %v", then, err)
		}
		if "http://"+to.Host != v.url || to.Path != want || answer.Header.Get("X-Evil") != "" {
			t.Errorf("%q: got sent to %s, want %s", then, to, want)
		}
	}
}

// TestRightsEndAtOnce takes a role away from a member who works, and ends another: the next
// request of each is refused, with the session it had.
func TestRightsEndAtOnce(t *testing.T) {
	t.Parallel()
	d, owner := open(t)
	signIn(t, d, owner, staff.Owner)
	hand, left := newVisitor(t, owner.url), newVisitor(t, owner.url)
	m := signIn(t, d, hand, staff.Warehouse)
	gone := signIn(t, d, left, staff.Support)
	if status, path, _ := hand.get("/console/stock/receive"); status != http.StatusOK || path != "/console/stock/receive" {
		t.Fatalf("a warehouse hand: got %d at %s", status, path)
	}
	form := url.Values{"role": {"content"}, "was_role": {"warehouse"}}
	if status, path, page := owner.post("/console/staff/"+string(m.ID)+"/roles", form); status != http.StatusOK {
		t.Fatalf("changing roles: got %d at %s: %s", status, path, page)
	}
	if status, path, _ := hand.get("/console/stock/receive"); status == http.StatusOK && path == "/console/stock/receive" {
		t.Errorf("without the role: got %d at %s, want to be out", status, path)
	}
	if status, _, _ := hand.post("/console/stock/receive", url.Values{"lot_code": {"L"}}); status != http.StatusUnauthorized && status != http.StatusForbidden {
		t.Errorf("without the role: got %d for goods received, want a refusal", status)
	}
	if status, _, _ := owner.post("/console/staff/"+string(gone.ID)+"/end", nil); status != http.StatusOK {
		t.Fatalf("ending a member: got %d", status)
	}
	if _, path, _ := left.get("/console/orders"); path != "/console/sign-in" {
		t.Errorf("a member that ended: got %s, want the way in", path)
	}
}
