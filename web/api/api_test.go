package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/cmd/pavilion/demo"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/payment"
	"pavilion/payment/simpay"
	simulated "pavilion/sim/payment"
	"pavilion/staff"
	"pavilion/web/api"
	"pavilion/web/ui"
)

// world is the API of a shop with the demo's goods and the simulated provider.
type world struct {
	t   *testing.T
	d   *db.DB
	url string
	log *safeLog
}

// safeLog keeps what handlers log.
type safeLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *safeLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type noPhone struct{}

func (noPhone) SendCode(context.Context, string, string, pavilion.Lang) error { return nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := dbtest.NewClock()
	d := dbtest.Open(t, t.TempDir()+"/pavilion.db", clock)
	if _, err := demo.Load(t.Context(), d, pavilion.DateOf(d.Now(), time.UTC)); err != nil {
		t.Fatal(err)
	}
	sealer := dbtest.Sealer(t)
	intake := channel.NewIntake(d, sealer, channel.Options{})
	if err := intake.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(intake.Stop)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	shop, err := own.New(d, intake, sealer, noPhone{}, map[string]payment.Provider{simpay.Name: newProvider(t, clock)}, own.Settings{
		Market: "cn", FreeDeliveryFrom: money.New(9900, "CNY"), DeliveryFee: money.New(1200, "CNY"), PayWithin: 15 * time.Minute, BaseURL: server.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	log := &safeLog{}
	site, err := ui.New(ui.Options{
		BaseURL: server.URL, Name: pavilion.Text{"en": "Test"}, About: pavilion.Text{"en": "Test"}, Clock: clock.Now,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.New(mux, site, d, shop, api.Options{Version: "test", BaseURL: server.URL}); err != nil {
		t.Fatal(err)
	}
	return &world{t, d, server.URL, log}
}

func newProvider(t *testing.T, clock *dbtest.Clock) payment.Provider {
	t.Helper()
	key := []byte("a key of a test, long enough")
	var provider http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { provider.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	sim, err := simulated.New(simulated.Options{BaseURL: server.URL, Merchant: "test", Key: key, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	provider = sim
	client, err := simpay.New(simpay.Options{BaseURL: server.URL, Merchant: "test", Key: key, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (w *world) token(scopes ...staff.Scope) (secret string) {
	w.t.Helper()
	err := w.d.Write(w.t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		var err error
		secret, _, err = staff.MakeToken(w.t.Context(), tx, "test", scopes, time.Time{})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// answer is a decoded answer.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	text   string
}

func (w *world) call(method, path, token, key, body string) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	a := answer{status: got.StatusCode, header: got.Header, text: string(text)}
	if bytes.HasPrefix(text, []byte("{")) {
		if err := json.Unmarshal(text, &a.body); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return a
}

// sku returns a SKU of which there is plenty.
func (w *world) sku(token string) (product, sku string) {
	w.t.Helper()
	got := w.call("GET", "/api/v1/products?q=%E5%B7%A7%E5%85%8B%E5%8A%9B&limit=50", token, "", "")
	list, _ := got.body["products"].([]any)
	for _, item := range list {
		card, _ := item.(map[string]any)
		product, sku = fmt.Sprint(card["product"]), fmt.Sprint(card["sku"])
		var left []struct{ Quantity int64 }
		text := w.call("GET", "/api/v1/availability?sku="+sku, token, "", "").text
		if err := json.Unmarshal([]byte(text), &left); err != nil {
			w.t.Fatal(err)
		}
		if left[0].Quantity > 150 {
			return product, sku
		}
	}
	w.t.Fatalf("no product of which there is plenty: %d %s", got.status, got.text)
	return "", ""
}

const recipient = `{"name":"王芳","phone":"13800138000","country":"CN","province":"四川省","city":"成都市","district":"武侯区","street":"天府大道1号"}`

func body(sku string, quantity int) string {
	return fmt.Sprintf(`{"lines":[{"sku":%q,"quantity":%d}],"ship_to":%s}`, sku, quantity, recipient)
}

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

// TestEveryOperation calls every operation of the document and wants the status it
// promises.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(staff.ReadCatalog, staff.ReadOrders, staff.PlaceOrders)
	product, sku := w.sku(token)
	placed := w.call("POST", "/api/v1/orders", token, "every-operation", body(sku, 1))
	if placed.status != http.StatusCreated {
		t.Fatalf("place: got %d %s, want 201", placed.status, placed.text)
	}
	order := fmt.Sprint(placed.body["id"])
	calls := map[string]answer{
		"list-categories":   w.call("GET", "/api/v1/categories", token, "", ""),
		"list-products":     w.call("GET", "/api/v1/products", token, "", ""),
		"get-product":       w.call("GET", "/api/v1/products/"+product, token, "", ""),
		"list-prices":       w.call("GET", "/api/v1/prices?sku="+sku, token, "", ""),
		"list-availability": w.call("GET", "/api/v1/availability?sku="+sku, token, "", ""),
		"place-order":       placed,
		"get-order":         w.call("GET", "/api/v1/orders/"+order, token, "", ""),
		"start-payment":     w.call("POST", "/api/v1/orders/"+order+"/payment", token, "", ""),
	}
	document := w.call("GET", "/api/v1/openapi.json", "", "", "")
	if document.body["openapi"] != "3.1.0" {
		t.Errorf("openapi: got %v, want 3.1.0", document.body["openapi"])
	}
	paths, _ := document.body["paths"].(map[string]any)
	count := 0
	for path, item := range paths {
		for method, op := range item.(map[string]any) {
			count++
			id := fmt.Sprint(op.(map[string]any)["operationId"])
			got, called := calls[id]
			if !called {
				t.Errorf("%s %s (%s) is not called by this test", method, path, id)
				continue
			}
			responses := op.(map[string]any)["responses"].(map[string]any)
			if _, promised := responses[fmt.Sprint(got.status)]; !promised || got.status >= 300 {
				t.Errorf("%s: got %d %s, want a success the document promises", id, got.status, got.text)
			}
		}
	}
	if count != len(calls) {
		t.Errorf("operations: got %d in the document, want %d", count, len(calls))
	}
	if url := fmt.Sprint(calls["start-payment"].body["pay_url"]); !strings.HasPrefix(url, "http://127.0.0.1") {
		t.Errorf("pay_url: got %q", url)
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
