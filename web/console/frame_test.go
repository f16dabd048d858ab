package console_test

import (
	"net/http"
	"strings"
	"testing"

	"pavilion/staff"
	"pavilion/web/console"
)

// TestFailuresAreToldInTheFrame asks for what is not there, or not for the asker, and wants
// the menu and the search around a sentence of the console.
func TestFailuresAreToldInTheFrame(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Support)
	for path, want := range map[string]struct {
		status   int
		sentence string
	}{
		"/console/nowhere":             {http.StatusNotFound, "no such page in the console"},
		"/console/orders/a/b/c":        {http.StatusNotFound, "no such page in the console"},
		"/console/orders/ord_0":        {http.StatusNotFound, "<h1>There is no such order</h1>"},
		"/console/products/prd_0":      {http.StatusNotFound, "<h1>There is no such product</h1>"},
		"/console/settings":            {http.StatusForbidden, "the right “Change the settings”"},
		"/console/producers/prr_0/pay": {http.StatusNotFound, "no such page in the console"},
	} {
		status, _, page := v.get(path)
		if status != want.status || !strings.Contains(page, want.sentence) {
			t.Errorf("%s: got %d without “%s”, want %d with it", path, status, want.sentence, want.status)
		}
		for _, part := range []string{`class="desk-nav"`, `action="/console/search"`, `class="button" href="/console/"`, "Member support"} {
			if !strings.Contains(page, part) {
				t.Errorf("%s: the answer has no %s", path, part)
			}
		}
	}
	if _, path, _ := newVisitor(t, v.url).get("/console/nowhere"); path != "/console/sign-in" {
		t.Errorf("a stranger asks for a page there is not: got %s, want the way in", path)
	}
}

// TestUsedLinksSayIt opens links that hold no longer: an invitation and one to a new password.
func TestUsedLinksSayIt(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	used := console.ClaimPath(invite(t, d, staff.Support))
	if status, _, page := v.post(used, person("used")); status != http.StatusOK {
		t.Fatalf("the invitation: got %d: %s", status, page)
	}
	for path, heading := range map[string]string{
		used:                       "This invitation no longer holds",
		console.ClaimPath("guess"): "This invitation no longer holds",
		console.ResetPath("guess"): "This link no longer holds",
	} {
		status, _, page := newVisitor(t, v.url).get(path)
		if status != http.StatusNotFound || !strings.Contains(page, "<h1>"+heading+"</h1>") {
			t.Errorf("%s: got %d without the heading “%s”", path, status, heading)
		}
	}
}
