package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pavilion/staff"
)

// TestFaultsAreLogged looks for the cause of an answer that does not tell it.
func TestFaultsAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(staff.ReadCatalog)
	if w.call("GET", "/api/v1/products?after=x", token, "", ""); w.log.String() != "" {
		t.Errorf("a slip of the caller: got %q in the log, want nothing", w.log)
	}
	if err := w.d.Close(); err != nil {
		t.Fatal(err)
	}
	got := w.call("GET", "/api/v1/categories", token, "", "")
	if got.status < 500 || !strings.Contains(w.log.String(), "route=list-categories") {
		t.Errorf("without a database: got %d with %q in the log, want a fault and its cause", got.status, w.log)
	}
}

func TestSameKeyIsOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(staff.ReadCatalog, staff.PlaceOrders)
	_, sku := w.sku(token)
	first := w.call("POST", "/api/v1/orders", token, "same-key-1", body(sku, 1))
	again := w.call("POST", "/api/v1/orders", token, "same-key-1", body(sku, 1))
	if first.status != 201 || again.status != 201 || first.body["id"] != again.body["id"] {
		t.Errorf("again: got %d %v, want the first order %d %v", again.status, again.body["id"], first.status, first.body["id"])
	}
	other := w.call("POST", "/api/v1/orders", token, "same-key-1", body(sku, 2))
	if other.status != http.StatusConflict {
		t.Errorf("the same key for something else: got %d %s, want 409", other.status, other.text)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reader, placer, other := w.token(staff.ReadCatalog), w.token(staff.ReadCatalog, staff.PlaceOrders, staff.ReadOrders), w.token(staff.ReadOrders, staff.PlaceOrders)
	_, sku := w.sku(reader)
	placed := w.call("POST", "/api/v1/orders", placer, "of-the-placer", body(sku, 1))
	order := "/api/v1/orders/" + fmt.Sprint(placed.body["id"])
	for _, c := range []struct {
		name, method, path, token, body, reason string
		status                                  int
	}{
		{"no token", "GET", "/api/v1/products", "", "", "token.missing", 401},
		{"unknown token", "GET", "/api/v1/products", "pvt_nonsense", "", "", 401},
		{"wrong scope", "POST", "/api/v1/orders", reader, body(sku, 1), "token.scope", 403},
		{"somebody else's order", "GET", order, other, "", "order.unknown", 404},
		{"somebody else's payment", "POST", order + "/payment", other, "", "order.unknown", 404},
		{"an order there is not", "GET", "/api/v1/orders/ord_00000000000000000000000000", placer, "", "order.unknown", 404},
		{"its own order", "GET", order, placer, "", "", 200},
	} {
		got := w.call(c.method, c.path, c.token, "tokens-test", c.body)
		if got.status != c.status || c.reason != "" && got.body["reason"] != c.reason {
			t.Errorf("%s: got %d %s, want %d %s", c.name, got.status, got.text, c.status, c.reason)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(staff.ReadCatalog, staff.PlaceOrders)
	_, sku := w.sku(token)
	if got := w.call("POST", "/api/v1/orders", token, "problems-0", body(sku, 99)); got.status != http.StatusCreated {
		t.Fatalf("place: got %d %s, want 201", got.status, got.text)
	}
	for _, c := range []struct {
		name, key, body, reason, field string
		status                         int
	}{
		{"no key", "", body(sku, 1), "request.malformed", "", 422},
		{"not JSON", "problems-1", `{"lines":`, "request.malformed", "", 400},
		{"no lines", "problems-2", `{"lines":[],"ship_to":` + recipient + `}`, "request.malformed", "", 422},
		{"unknown SKU", "problems-3", body("sku_00000000000000000000000000", 1), "", "", 0},
		{"more than one buyer may hold unpaid", "problems-4", body(sku, 99), "stock.unpaid_units", "", 429},
		{"a phone that is none", "problems-5", strings.Replace(body(sku, 1), "13800138000", "12345", 1), "", "phone", 422},
		{"an amount that is none", "problems-6", strings.Replace(body(sku, 1), `"lines"`, `"total":{"amount":"x","currency":"CNY"},"lines"`, 1), "", "", 422},
		{"a price the shopper did not see", "problems-7", strings.Replace(body(sku, 1), `"lines"`, `"total":{"amount":"0.01","currency":"CNY"},"lines"`, 1), "checkout.price_changed", "", 409},
		{"a body without end", "problems-8", strings.Replace(body(sku, 1), "王芳", strings.Repeat("王", 100_000), 1), "", "", 413},
	} {
		got := w.call("POST", "/api/v1/orders", token, c.key, c.body)
		if c.status != 0 && got.status != c.status || got.status < 400 || got.status >= 500 {
			t.Errorf("%s: got %d %s, want %d", c.name, got.status, got.text, c.status)
		}
		if c.reason != "" && got.body["reason"] != c.reason || c.field != "" && got.body["field"] != c.field {
			t.Errorf("%s: got %s, want reason %q at %q", c.name, got.text, c.reason, c.field)
		}
		if kind := got.header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("%s: got content type %q, want application/problem+json", c.name, kind)
		}
	}
}
