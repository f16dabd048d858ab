package douyin

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

const (
	testKey    = "7000000000000000001"
	testSecret = "11111111-2222-3333-4444-555555555555"
	testShop   = 4463798
)

// outside is a shop that talks to the platform.
type outside struct {
	t     *testing.T
	s     *Simulator
	clock *clock
	o     Options
	token string
}

// newOutside starts a platform with a state file; change may be nil.
func newOutside(t *testing.T, change func(o *Options, r *Rules)) *outside {
	t.Helper()
	c := &clock{at: time.Date(2026, 11, 11, 12, 0, 0, 0, time.UTC)}
	rules := Usual()
	o := Options{
		BaseURL: "http://doudian.example", Clock: c.now, Rules: &rules, Seed: 1, ControlKey: "let me in",
		StateFile: filepath.Join(t.TempDir(), "state"),
		Shops:     []Shop{{testShop, "白俄罗斯国家馆"}, {99, "别家"}},
		Apps:      []App{{Key: testKey, Secret: testSecret, SelfUse: true, ServiceID: "77", Redirect: "http://pavilion.example/back?x=1"}, {Key: "8", Secret: "other"}},
	}
	if change != nil {
		change(&o, &rules)
	}
	x := &outside{t: t, clock: c, o: o}
	x.start()
	x.login()
	return x
}

func (x *outside) login() {
	x.t.Helper()
	x.token = x.ok("token.create", `{"grant_type":"authorization_self","code":"","shop_id":`+strconv.Itoa(testShop)+`}`).str("access_token")
}

func (x *outside) start() {
	x.t.Helper()
	s, err := New(x.o)
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { _ = s.Close() })
	x.s = s
}

// restart kills the platform and starts it again from its state file.
func (x *outside) restart() {
	x.t.Helper()
	if err := x.s.Close(); err != nil {
		x.t.Fatal(err)
	}
	x.start()
}

// request makes a signed call, independently of the package's own signing.
func (x *outside) request(method, param string) *http.Request {
	x.t.Helper()
	stamp := strconv.FormatInt(x.s.Now().Unix(), 10)
	var v any
	d := json.NewDecoder(strings.NewReader(param))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		x.t.Fatalf("%s: %v", param, err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		x.t.Fatal(err)
	}
	param = strings.TrimSpace(b.String())
	mac := hmac.New(sha256.New, []byte(testSecret))
	io.WriteString(mac, testSecret+"app_key"+testKey+"method"+method+"param_json"+param+"timestamp"+stamp+"v2"+testSecret)
	q := url.Values{
		"app_key": {testKey}, "method": {method}, "timestamp": {stamp}, "v": {"2"}, "sign_method": {"hmac-sha256"},
		"sign": {hex.EncodeToString(mac.Sum(nil))}, "access_token": {x.token},
	}
	r, err := http.NewRequestWithContext(x.t.Context(), http.MethodPost, x.o.BaseURL+"/"+strings.ReplaceAll(method, ".", "/")+"?"+q.Encode(), strings.NewReader(param))
	if err != nil {
		x.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "Content-Type: application/json") // as the official Go client does
	r.Header.Set("X-Open-No-Old-Err-Code", "1")
	return r
}

// envelope is an answer.
type envelope struct {
	Code   int             `json:"code"`
	Sub    string          `json:"sub_code"`
	SubMsg string          `json:"sub_msg"`
	Data   json.RawMessage `json:"data"`
	ErrNo  *int            `json:"err_no"`
}

func (x *outside) send(r *http.Request) envelope {
	x.t.Helper()
	answer, err := x.s.RoundTrip(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer answer.Body.Close()
	var e envelope
	if err := json.NewDecoder(answer.Body).Decode(&e); err != nil {
		x.t.Fatal(err)
	}
	return e
}

func (x *outside) call(method, param string) envelope {
	x.t.Helper()
	return x.send(x.request(method, param))
}

// ok calls and wants success; the data is an object, or a list under "list".
func (x *outside) ok(method, param string) args {
	x.t.Helper()
	e := x.call(method, param)
	if e.Code != 10000 {
		x.t.Fatalf("%s %s: got %d %s %s, want success", method, param, e.Code, e.Sub, e.SubMsg)
	}
	return read(x.t, e.Data)
}

func read(t *testing.T, raw []byte) args {
	t.Helper()
	v, err := readJSON(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := v.(map[string]any); ok {
		return newArgs(m)
	}
	return newArgs(map[string]any{"list": v})
}

// no calls and wants a refusal.
func (x *outside) no(method, param string, code int, sub string) {
	x.t.Helper()
	if e := x.call(method, param); e.Code != code || e.Sub != sub {
		x.t.Errorf("%s %s: got %d %s %s, want %d %s", method, param, e.Code, e.Sub, e.SubMsg, code, sub)
	}
}

// good puts goods on sale in the back office.
func (x *outside) good(stock int64) Good {
	x.t.Helper()
	g, err := x.s.AddGood(NewGood{Name: "白俄罗斯黑巧克力 100g", Code: "BY-1", Price: 1990, Stock: stock})
	if err != nil {
		x.t.Fatal(err)
	}
	return g
}

func (x *outside) place(p Placement) string {
	x.t.Helper()
	id, err := x.s.PlaceOrder(p)
	if err != nil {
		x.t.Fatal(err)
	}
	return id
}

func (x *outside) stock(sku, sellable, held int64) {
	x.t.Helper()
	s, h, err := x.s.Stock(sku)
	if err != nil || s != sellable || h != held {
		x.t.Errorf("stock: got %d sellable, %d held, %v; want %d and %d", s, h, err, sellable, held)
	}
}

func (x *outside) order(id string) args {
	x.t.Helper()
	return x.ok("order.orderDetail", `{"shop_order_id":"`+id+`"}`).part("shop_order_detail")
}

func (x *outside) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

func one(sku, n int64) Placement { return Placement{Lines: []PlacementLine{{SKU: sku, Num: n}}} }
