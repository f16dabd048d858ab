package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pavilion"
	"pavilion/channel"
	"pavilion/db/dbtest"
	"pavilion/staff"
	"pavilion/web/console"
	"pavilion/web/ui"
)

// openToAnyone are the addresses that open without signing in: the way in, and nothing else.
// Whoever adds a route without a right must come here and say so.
var openToAnyone = []string{
	"GET /console/claim/{secret}", "POST /console/claim/{secret}", "POST /console/claim/{secret}/ask", "POST /console/claim/{secret}/passkey",
	"GET /console/sign-in", "POST /console/sign-in", "POST /console/sign-in/ask", "POST /console/sign-in/passkey", "POST /console/sign-in/factor",
	"POST /console/sign-in/totp", "POST /console/sign-in/enrol/ask", "POST /console/sign-in/enrol/passkey",
	"GET /console/sign-in/provider", "GET /console/sign-in/provider/back", "GET /console/reset/{secret}", "POST /console/reset/{secret}",
	"POST /console/sign-out", "GET /console/enter/{secret}",
}

// openToMembers are the addresses that open to every member: its own account, its own
// batches, pages that show each what its rights open, and the word that a page is not there.
var openToMembers = regexp.MustCompile(`^(GET|POST) /console/(\{\$\}|account.*|again.*|kept|search.*|batches.*|.*/views.*|\{rest\.\.\.\})$`)

// narrower are addresses that ask for more than the right they name, by what they are about:
// here, a product.
var narrower = map[string]staff.Right{"POST /console/documents/new": staff.EditProducts}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// TestEveryRouteWithEveryRole walks all addresses of the console as nobody, as somebody who
// has not set up its second factor, and as every role. Those whose role holds the right of
// the address get in, and nobody else does.
func TestEveryRouteWithEveryRole(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	d := dbtest.Open(t, filepath.Join(t.TempDir(), "pavilion.db"), clock)
	sealer := dbtest.Sealer(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	site, err := ui.New(ui.Options{BaseURL: server.URL, Name: pavilion.Text{"en": "Test"}, About: pavilion.Text{"en": "Test"}, Clock: d.Now})
	if err != nil {
		t.Fatal(err)
	}
	gate, err := staff.NewGate(d, sealer, staff.GateOptions{BaseURL: "http://localhost", Name: "Test"}) // where there are passkeys
	if err != nil {
		t.Fatal(err)
	}
	c, err := console.New(mux, console.Options{DB: d, Site: site, Sealer: sealer, Gate: gate, BaseURL: server.URL, Engine: channel.NewEngine(d, channel.EngineOptions{Sealer: sealer, Own: "own"}), Country: "CN", Book: testBook(d), Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	routes := c.Routes()
	if len(routes) < 50 {
		t.Fatalf("got %d routes, want all of the console", len(routes))
	}
	for _, o := range routes {
		switch open := slices.Contains(openToAnyone, o.Pattern); {
		case o.Right == staff.Anyone && !open:
			t.Errorf("%s needs no right: name the right that opens it", o.Pattern)
		case o.Right != staff.Anyone && open:
			t.Errorf("%s: got the right %q, want it open to anyone", o.Pattern, o.Right)
		case o.Right == staff.Membership && !openToMembers.MatchString(o.Pattern):
			t.Errorf("%s opens to every member: name the right that opens it", o.Pattern)
		case o.Right != staff.Anyone && o.Right != staff.Membership && !slices.Contains(staff.Rights, o.Right):
			t.Errorf("%s: there is no right %q", o.Pattern, o.Right)
		}
	}

	nobody := newVisitor(t, server.URL)
	half := newVisitor(t, server.URL)
	half.post(console.ClaimPath(invite(t, d, staff.Owner)), person("half"))
	for name, v := range map[string]*visitor{"nobody": nobody, "an owner without a second factor": half} {
		for _, o := range routes {
			if status, in := v.tries(o.Pattern); in && o.Right != staff.Anyone {
				t.Errorf("%s as %s: got in with status %d", o.Pattern, name, status)
			}
		}
	}
	for _, role := range staff.Roles {
		v, offer := newVisitor(t, server.URL), staff.Offer{Roles: []staff.Role{role}}
		if role == staff.Producer {
			offer.Producer = pavilion.NewID[pavilion.ProducerID](pavilion.PrefixProducer, d.Now())
		}
		signInAs(t, d, v, "role-"+string(role), offer)
		for _, o := range routes {
			if o.Right == staff.Anyone { // opens as it does to nobody; some of them sign out
				continue
			}
			status, in := v.tries(o.Pattern)
			want := role.Has(o.Right)
			if more, asks := narrower[o.Pattern]; asks {
				want = want && role.Has(more)
			}
			if in != want {
				t.Errorf("%s as %s: got in %v with status %d, want %v", o.Pattern, role, in, status, want)
			}
		}
	}
}

// tries asks for an address with ids of nothing, and tells whether the door was open: what
// is behind it may well find nothing to do.
func (v *visitor) tries(pattern string) (status int, in bool) {
	v.t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	path = placeholder.ReplaceAllString(strings.ReplaceAll(path, "{$}", ""), "x")
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.url+path, strings.NewReader(url.Values{}.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := *v.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusInternalServerError {
		v.t.Errorf("%s: got status %d", pattern, answer.StatusCode)
	}
	switch answer.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return answer.StatusCode, false
	}
	return answer.StatusCode, !strings.HasPrefix(answer.Header.Get("Location"), "/console/sign-in")
}
