package console_test

import (
	"net/http"
	"strings"
	"testing"

	"pavilion/staff"
)

// TestRulesSayWhereTheyAreWritten: the list, a rule with its words, and what coming rules do.
func TestRulesSayWhereTheyAreWritten(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	addLinen(t, d, 0)
	signInAs(t, d, v, "reader", staff.Offer{Roles: []staff.Role{staff.Tailoring}})
	v.has("/console/rules?lang=en&market=cn&q=superlatives", "Superlatives", "From memory", "广告法")
	v.has("/console/rules?lang=en&verified=seen&when=coming", "GB 28050-2025", "Coming")
	v.has("/console/rules/cn/ad.superlative?lang=en", "优质", "leave it out", "Advertising must not use superlatives: …")
	v.has("/console/rules/coming?lang=en", "Worked out for 1 product", "2027")
	v.has("/console/rules/cn/hs.stated?lang=en", "Linen tablecloth", "rule=hs.stated")
	v.has("/console/tailoring?lang=en&rule=hs.stated", "Linen tablecloth")
	if _, _, page := v.get("/console/tailoring?lang=en&rule=jd.title"); strings.Contains(page, "Linen tablecloth") {
		t.Error("a rule lists what it finds nothing in")
	}
	for _, path := range []string{"/console/rules/cn/nothing", "/console/rules/nowhere/label.name"} {
		if status, _, _ := v.get(path); status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, status)
		}
	}
}
