package douyin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testKey    = "7000000000000000001"
	testSecret = Secret("11111111-2222-3333-4444-555555555555")
	testToken  = Secret("5f0c6a3e-token-9b1d")
)

var noon = time.Date(2026, 7, 6, 4, 0, 0, 0, time.UTC)

// testClient makes a client that can reach nothing unless the options say where.
func testClient(t testing.TB, o Options) *Client {
	t.Helper()
	o.AppKey, o.Secret = firstOf(o.AppKey, testKey), Secret(firstOf(string(o.Secret), string(testSecret)))
	o.ServiceID = "33"
	if o.Clock == nil {
		o.Clock = func() time.Time { return noon }
	}
	if o.Doer == nil {
		o.Doer = http.DefaultClient
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// world is a platform that gives the answers it was told, and remembers what it was asked. It
// checks every request as the documents say, without the code under test.
type world struct {
	t      testing.TB
	client *Client
	shop   Shop

	mu      sync.Mutex
	answers map[string][]string // by method; the last one is given again
	asked   []asked
}

type asked struct {
	method string
	params string
}

func newWorld(t testing.TB, facts Facts) *world {
	t.Helper()
	w := &world{t: t, answers: map[string][]string{}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.client = testClient(t, Options{BaseURL: server.URL, Doer: server.Client(), Facts: facts})
	w.shop = w.client.Shop(testToken)
	return w
}

// told sets the answers of a method, one after the other.
func (w *world) told(method string, answers ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[method] = answers
}

// yes is the answer of a success.
func yes(data string) string {
	return `{"log_id":"2026","code":10000,"msg":"success","sub_code":"","sub_msg":"","data":` + data + `}`
}

// no is the answer of a refusal.
func no(code int, sub, message string) string {
	return fmt.Sprintf(`{"log_id":"2026","code":%d,"msg":"failed","sub_code":%q,"sub_msg":%q,"data":null}`, code, sub, message)
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	body, err := io.ReadAll(r.Body)
	method := strings.ReplaceAll(strings.TrimPrefix(r.URL.Path, "/"), "/", ".")
	base := string(testSecret) + "app_key" + testKey + "method" + method + "param_json" + string(body) + "timestamp" + fmt.Sprint(noon.Unix()) + "v2" + string(testSecret)
	mac := hmac.New(sha256.New, []byte(string(testSecret)))
	mac.Write([]byte(base))
	if err != nil || r.Method != http.MethodPost || q.Get("sign") != hex.EncodeToString(mac.Sum(nil)) || q.Get("sign_method") != "hmac-sha256" ||
		q.Get("method") != method || q.Has("access_token") == strings.HasPrefix(method, "token.") || !json.Valid(body) {
		w.t.Errorf("%s: a bad request: %s?%s", method, body, r.URL.RawQuery)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, asked{method, string(body)})
	answers := w.answers[method]
	switch {
	case len(answers) == 0:
		w.t.Errorf("%s was asked: %s", method, body)
		rw.WriteHeader(http.StatusTeapot)
		return
	case len(answers) > 1:
		w.answers[method] = answers[1:]
	}
	switch a := answers[0]; a {
	case "cut":
		rw.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(rw, `{"code":10000`)
	case "gone":
		panic(http.ErrAbortHandler)
	case "429":
		rw.Header().Set("Retry-After", "7")
		rw.WriteHeader(http.StatusTooManyRequests)
	case "502":
		rw.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(rw, no(40004, "isv.parameter-invalid:1", "not from the platform"))
	default:
		_, _ = io.WriteString(rw, a)
	}
}

// wantAsked compares the calls of a method since the last look.
func (w *world) wantAsked(want ...asked) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	got := w.asked
	w.asked = nil
	if len(got) != len(want) {
		w.t.Fatalf("got %d calls %v, want %d", len(got), got, len(want))
	}
	for n := range want {
		if got[n] != want[n] {
			w.t.Errorf("call %d:\n got %s %s\nwant %s %s", n, got[n].method, got[n].params, want[n].method, want[n].params)
		}
	}
}
