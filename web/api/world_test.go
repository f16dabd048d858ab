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
	t      testing.TB
	d      *db.DB
	intake *channel.Intake
	sealer *db.Sealer
	api    *api.API
	url    string
	log    *safeLog
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

func newWorld(t testing.TB) *world {
	t.Helper()
	clock := dbtest.NewClock()
	return newWorldOn(t, dbtest.Open(t, t.TempDir()+"/pavilion.db", clock), clock)
}

func newWorldOn(t testing.TB, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
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
	a, err := api.New(mux, site, d, shop, api.Options{Version: "test", BaseURL: server.URL, Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t, d, intake, sealer, a, server.URL, log}
}

func newProvider(t testing.TB, clock *dbtest.Clock) payment.Provider {
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

// told is the id of what the market has shoppers told before they order.
const told = "NEPDYTGYGE4PY46M"

func body(sku string, quantity int) string {
	return fmt.Sprintf(`{"lines":[{"sku":%q,"quantity":%d}],"ship_to":%s,"notice":%q}`, sku, quantity, recipient, told)
}
