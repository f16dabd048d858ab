package console_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/db"
	"pavilion/staff"
)

// hidden collects the hidden fields of the form that goes to an address.
func hidden(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, rest, found := strings.Cut(page, `action="`+action+`"`)
	if !found {
		t.Fatalf("the page has no form for %s:\n%s", action, page)
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(rest, -1) {
		values.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return values
}

func countTokens(t *testing.T, d *db.DB) int {
	t.Helper()
	var tokens []staff.Token
	if err := d.Read(t.Context(), func(v *db.View) (err error) {
		tokens, err = staff.ListTokens(t.Context(), v)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return len(tokens)
}

// TestFormOutlivesSession sends a form when the session has idled out: it waits on the way
// in, past a mistyped password and the second factor, is offered to the one who filled it in,
// and does its act when it is sent, once.
func TestFormOutlivesSession(t *testing.T) {
	t.Parallel()
	d, clock, v := openAt(t)
	signIn(t, d, v, staff.Owner)
	_, _, page := v.get("/console/account/totp")
	secret := found(t, secretShown, page)
	v.post("/console/account/totp", url.Values{"ceremony": {found(t, ceremonyShown, page)}, "code": {code(t, secret, d.Now())}})
	typed := url.Values{"name": {`till "2" <Minsk>`}, "scope": {"catalog:read", "orders:read"}, "discount_code": {"typed, no secret"}}

	clock.Advance(staff.SessionIdle)
	status, path, page := v.post("/console/tokens", typed)
	if status != http.StatusUnauthorized || path != "/console/tokens" || strings.Contains(page, "Minsk") {
		t.Fatalf("session over: got %d at %s, want 401 and the form sealed", status, path)
	}
	step := hidden(t, page, "/console/sign-in")
	if step.Get("kept") == "" {
		t.Fatal("session over: the page keeps no form")
	}
	step.Set("login", "owner")
	step.Set("password", "mistyped")
	if status, _, page = v.post("/console/sign-in", step); status != http.StatusUnauthorized {
		t.Fatalf("mistyped password: got %d, want 401", status)
	}
	step = hidden(t, page, "/console/sign-in")
	step.Set("login", "owner")
	step.Set("password", password)
	_, _, page = v.post("/console/sign-in", step)
	step = hidden(t, page, "/console/sign-in/factor")
	step.Set("code", code(t, secret, d.Now()))
	status, _, page = v.post("/console/sign-in/factor", step)
	if status != http.StatusOK || !strings.Contains(page, "till &#34;2&#34; &lt;Minsk&gt;") {
		t.Fatalf("signed in: got %d, want what was typed offered: %s", status, page)
	}
	if n := countTokens(t, d); n != 0 {
		t.Fatalf("offered: got %d tokens made, want none before it is sent", n)
	}
	again := hidden(t, page, "/console/tokens")
	for name := range typed {
		if got, want := strings.Join(again[name], "|"), strings.Join(typed[name], "|"); got != want {
			t.Errorf("%s: got %q offered, want %q", name, got, want)
		}
	}
	if status, _, _ := v.post("/console/tokens", again); status != http.StatusOK {
		t.Errorf("sent again: got %d", status)
	}
	if n := countTokens(t, d); n != 1 {
		t.Errorf("sent again: got %d tokens, want 1", n)
	}
}

// TestKeptFormIsItsMembers has a colleague sign in at the same machine, and the member itself
// only when the form is too old: neither is offered it.
func TestKeptFormIsItsMembers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who, login string
		later      time.Duration
		offered    bool
	}{
		{"the member", "support", 0, true},
		{"the member, too late", "support", time.Hour, false},
		{"a colleague", "warehouse", 0, false},
	} {
		t.Run(c.who, func(t *testing.T) {
			t.Parallel()
			d, clock, v := openAt(t)
			signIn(t, d, newVisitor(t, v.url), staff.Warehouse)
			signIn(t, d, v, staff.Support)
			clock.Advance(staff.SessionIdle)
			_, _, page := v.post("/console/orders/ord_none/note", url.Values{"note": {"Call Chen tomorrow"}})
			step := hidden(t, page, "/console/sign-in")
			clock.Advance(c.later)
			step.Set("login", c.login)
			step.Set("password", password)
			status, path, page := v.post("/console/sign-in", step)
			if got := strings.Contains(page, "Call Chen tomorrow"); status != http.StatusOK || got != c.offered {
				t.Errorf("got %d at %s, the form offered: %v, want %v", status, path, got, c.offered)
			}
		})
	}
}

// TestSecretsAreNotKept sends what holds passwords and codes when the session is over.
func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	d, clock, v := openAt(t)
	signIn(t, d, v, staff.Support)
	clock.Advance(staff.SessionIdle)
	_, path, page := v.post("/console/account/password", url.Values{"old": {password}, "password": {"another long password"}})
	if path != "/console/sign-in" || strings.Contains(page, `name="kept"`) {
		t.Errorf("a change of password: got to %s with a form kept, want it dropped", path)
	}
	_, _, page = v.post("/console/tokens", url.Values{"name": {"till"}, "again_password": {password}, "again_code": {"123456"}})
	step := hidden(t, page, "/console/sign-in")
	step.Set("login", "support")
	step.Set("password", password)
	if _, _, page = v.post("/console/sign-in", step); !strings.Contains(page, "till") || strings.Contains(page, "again_") {
		t.Errorf("a form with factors: got %s, want it offered without them", page)
	}
}
