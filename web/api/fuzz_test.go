package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"pavilion/staff"
)

// FuzzBodies sends anything as the body of operations that write: the answer is a success or
// a problem in our words, never a fault.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `{"quantity":1.0}`, `{"version":1e400}`, `{"name":{"en":"\u0000"}}`, `{"name":{"xx":"?"}}`, "{\"name\":{\"en\":\"\xff\"}}",
		`{"lines":[{"line":1,"quantity":1}],"reason":"x"}`, `{"lines":[{"line":-1,"quantity":1e9}],"all":true,"reason":"x"}`,
		`{"gtin":"4819999000017","storage_min_c":5,"storage_max_c":1}`, `{"text":"` + strings.Repeat("я", 700) + `"}`,
		`{"version":1,"name":{"en":"x"},"version":2}`, `{"Version":1,"NAME":{"en":"x"}}`, strings.Repeat(`{"a":`, 5000),
	} {
		f.Add(seed)
	}
	world := newWorld(f)
	made, token := world.things(1, ""), world.token(staff.Scopes...)
	var calls atomic.Int64
	f.Fuzz(func(t *testing.T, body string) {
		w := *world
		w.t = t
		for _, o := range []struct{ method, path string }{
			{"POST", "/products"}, {"PUT", "/products/" + string(made.product)}, {"POST", "/products/" + string(made.product) + "/skus"},
			{"PUT", "/skus/" + string(made.sku)}, {"POST", "/stock/receipts"}, {"POST", "/orders/" + string(made.order) + "/refunds"},
			{"POST", "/orders/" + string(made.order) + "/notes"}, {"POST", "/orders/" + string(made.order) + "/parcels"},
		} {
			got := w.call(o.method, "/api/v1/office"+o.path, token, fmt.Sprint("fuzz-call-", calls.Add(1)), body)
			if got.status >= 500 {
				t.Errorf("%s %s: got %d %s", o.method, o.path, got.status, got.text)
			}
			var p struct{ Reason string }
			if got.status >= 400 && (json.Unmarshal([]byte(got.text), &p) != nil || p.Reason == "" || got.header.Get("Content-Type") != "application/problem+json") {
				t.Errorf("%s %s: got %d %s %s, want a problem", o.method, o.path, got.status, http.StatusText(got.status), got.text)
			}
		}
	})
}
