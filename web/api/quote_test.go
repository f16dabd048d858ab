package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pavilion/staff"
)

// TestQuoteThenOrder: a quote says what is taxed and what must be accepted, an order without it
// is refused, and the order says what it bears as the quote did.
func TestQuoteThenOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sku := string(w.things(1, "").sku)
	token := w.token(staff.PlaceOrders, staff.ReadOrders)
	quote := w.call("POST", "/api/v1/quotes", token, "", fmt.Sprintf(`{"lines":[{"sku":%q,"quantity":2}]}`, sku))
	if got := document(document{quote.body}).at("notice", "id"); quote.status != http.StatusOK || got != told {
		t.Fatalf("quote: got %d with the notice %v, want %s\n%s", quote.status, got, told, quote.text)
	}
	for _, without := range []string{"", "ANOTHER"} {
		got := w.call("POST", "/api/v1/orders", token, "unaccepted-"+without, strings.Replace(body(sku, 2), told, without, 1))
		if got.status != http.StatusUnprocessableEntity && got.status != http.StatusConflict || !strings.HasPrefix(fmt.Sprint(got.body["reason"]), "checkout.notice") {
			t.Errorf("accepted %q: got %d %s, want it refused", without, got.status, got.text)
		}
	}
	placed := w.call("POST", "/api/v1/orders", token, "accepted-it", body(sku, 2))
	lines, _ := placed.body["lines"].([]any)
	if placed.status != http.StatusCreated || placed.body["notice"] != told || len(lines) != 1 {
		t.Fatalf("order: got %d %s", placed.status, placed.text)
	}
	line, _ := lines[0].(map[string]any)
	quoted, _ := quote.body["lines"].([]any)
	asked, _ := quoted[0].(map[string]any)
	for _, field := range []string{"dutiable", "delivery_share", "duty", "consumption_tax", "vat", "tax"} {
		want := document{asked}.at("border", field, "amount")
		if got := (document{line}).at("border", field, "amount"); got == nil || got != want {
			t.Errorf("line, %s: got %v, want %v", field, got, want)
		}
		if got := (document{placed.body}).at("border", field, "amount"); got != want {
			t.Errorf("sum, %s: got %v, want %v", field, got, want)
		}
	}
	read := w.call("GET", fmt.Sprint("/api/v1/orders/", placed.body["id"], "/notice"), token, "", "")
	if texts, _ := read.body["texts"].([]any); read.status != http.StatusOK || len(texts) == 0 {
		t.Errorf("notice: got %d %s", read.status, read.text)
	}
}
