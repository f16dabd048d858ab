package douyin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// signedCall is a call with all its parts in the hands of a test.
func (x *outside) signedCall(q request) envelope {
	x.t.Helper()
	if q.sign == "" {
		q.sign = signAPI(q.signMethod, testSecret, q.appKey, q.method, q.param, q.timestamp, q.v)
	}
	values := url.Values{}
	for name, v := range map[string]string{
		"app_key": q.appKey, "method": q.method, "timestamp": q.timestamp, "v": q.v, "sign": q.sign, "sign_method": q.signMethod, "access_token": q.token,
	} {
		if v != "" && v != "-" {
			values.Set(name, v)
		}
	}
	r := httptest.NewRequestWithContext(x.t.Context(), http.MethodPost, "http://doudian.example/"+strings.ReplaceAll(q.method, ".", "/")+"?"+values.Encode(), strings.NewReader(q.param))
	return x.send(r)
}

func (x *outside) usual() request {
	return request{
		appKey: testKey, method: "shop.brandList", timestamp: strconv.FormatInt(x.s.Now().Unix(), 10), v: "2",
		signMethod: signHMAC, token: x.token, param: "{}",
	}
}

func TestGatewayErrors(t *testing.T) {
	t.Parallel()
	x := newOutside(t, func(o *Options, _ *Rules) { o.Apps[0].Denied = []string{"product.del"} })
	other, _, err := x.s.Authorise("8", testShop)
	x.must(err)
	for name, c := range map[string]struct {
		change func(*request)
		code   int
		sub    string
	}{
		"fine":            {func(*request) {}, 10000, ""},
		"md5 is usual":    {func(q *request) { q.signMethod = "" }, 10000, ""},
		"milliseconds":    {func(q *request) { q.timestamp += "123" }, 10000, ""},
		"date":            {func(q *request) { q.timestamp = x.s.Now().In(beijing).Format(time.DateTime) }, 10000, ""},
		"nine minutes":    {func(q *request) { q.timestamp = strconv.FormatInt(x.s.Now().Unix()-540, 10) }, 10000, ""},
		"eleven minutes":  {func(q *request) { q.timestamp = strconv.FormatInt(x.s.Now().Unix()+660, 10) }, 40003, "isv.timestamp-invalid"},
		"no date":         {func(q *request) { q.timestamp = "yesterday" }, 40003, "isv.timestamp-format-error"},
		"no app":          {func(q *request) { q.appKey = "-" }, 40003, "isv.app-id-invalid"},
		"app unknown":     {func(q *request) { q.appKey = "9" }, 40003, "isv.app-id-invalid"},
		"method unknown":  {func(q *request) { q.method = "afterSale.Operate" }, 70000, "isp.api-service-off"},
		"sign wrong":      {func(q *request) { q.sign = "00" }, 40003, "isv.signature-invalid"},
		"sign way":        {func(q *request) { q.signMethod = "sha1"; q.sign = "00" }, 40003, "isv.signature-invalid"},
		"sign missing":    {func(q *request) { q.sign = "-" }, 40001, "isv.signature-missing"},
		"version":         {func(q *request) { q.v = "1" }, 40003, "isv.parameter-invalid"},
		"no token":        {func(q *request) { q.token = "" }, 40001, "isv.access-token-missing"},
		"token unknown":   {func(q *request) { q.token = "x" }, 40003, "isv.access-token-no-existed"},
		"token of others": {func(q *request) { q.token = other }, 40003, "isv.access-token-invalid"},
		"no permission":   {func(q *request) { q.method = "product.del" }, 30001, "isv.app-permissions-insufficient"},
		"no JSON":         {func(q *request) { q.param = "{" }, 40003, "isv.parameter-format-invalid"},
		"a list":          {func(q *request) { q.param = "[]" }, 40003, "isv.parameter-format-invalid"},
		"missing":         {func(q *request) { q.method = "order.orderDetail" }, 40002, "isv.missing-parameter:20000"},
		"wrong sort":      {func(q *request) { q.method = "shop.getShopCategory"; q.param = `{"cid":"x"}` }, 40004, "isv.parameter-invalid"},
	} {
		q := x.usual()
		c.change(&q)
		if q.appKey == "-" {
			c.code, c.sub = 40001, "isv.app-id-missing"
		}
		if e := x.signedCall(q); e.Code != c.code || e.Sub != c.sub {
			t.Errorf("%s: got %d %s %s, want %d %s", name, e.Code, e.Sub, e.SubMsg, c.code, c.sub)
		}
	}
}

func TestTrustedAddresses(t *testing.T) {
	t.Parallel()
	x := newOutside(t, func(o *Options, _ *Rules) { o.Apps[0].IPs = []string{"127.0.0.1"} })
	if e := x.call("shop.brandList", "{}"); e.Code != 10000 {
		t.Errorf("from the trusted address: got %d %s", e.Code, e.Sub)
	}
	r := x.request("shop.brandList", "{}")
	r.RemoteAddr = "192.0.2.7:1234"
	w := httptest.NewRecorder()
	x.s.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `"code":30002`) || !strings.Contains(w.Body.String(), "isv.invalid_ip") {
		t.Errorf("from elsewhere: got %s", w.Body)
	}
}

// What clients sign and what they send need not be the same text.
func TestForms(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	raw := `{"size":1,"page":1,"name":"a & <b> 中"}`
	for name, c := range map[string]struct{ sent, signed string }{
		"sorted":            {raw, `{"name":"a & <b> 中","page":1,"size":1}`},
		"sorted, escaped":   {raw, `{"name":"a \u0026 \u003cb\u003e 中","page":1,"size":1}`},
		"as it came":        {raw, raw},
		"ASCII as it came":  {`{"size":1,"page":1,"name":"\u4e2d"}`, `{"size":1,"page":1,"name":"\u4e2d"}`},
		"escaped, unsorted": {`{"size":1,"page":1,"name":"\u0026"}`, `{"name":"&","page":1,"size":1}`},
	} {
		q := x.usual()
		q.method, q.param = "product.listV2", c.sent
		q.sign = signAPI(q.signMethod, testSecret, q.appKey, q.method, c.signed, q.timestamp, q.v)
		if e := x.signedCall(q); e.Code != 10000 {
			t.Errorf("%s: got %d %s", name, e.Code, e.Sub)
		}
	}
}

// The older ways to send a call: the parameters in the query or in a form.
func TestLegacyForms(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	q := x.usual()
	q.method, q.param = "product.listV2", `{"page":1,"size":1}`
	values := url.Values{
		"app_key": {q.appKey}, "method": {q.method}, "timestamp": {q.timestamp}, "v": {"2"}, "access_token": {q.token}, "param_json": {q.param},
		"sign": {signAPI("", testSecret, q.appKey, q.method, q.param, q.timestamp, "2")},
	}
	form := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://doudian.example/product/listV2", strings.NewReader(values.Encode()))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, r := range map[string]*http.Request{
		"get":  httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://doudian.example/product/listV2?"+values.Encode(), nil),
		"post": httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://doudian.example/product/listV2?"+values.Encode(), nil),
		"form": form,
	} {
		if e := x.send(r); e.Code != 10000 || e.ErrNo == nil || *e.ErrNo != 0 {
			t.Errorf("%s: got %d %s, want success with the old envelope beside it", name, e.Code, e.Sub)
		}
	}
	if e := x.call("shop.brandList", "{}"); e.ErrNo != nil {
		t.Error("the old envelope came to a caller that knows the new one")
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	x := newOutside(t, func(_ *Options, r *Rules) { r.Limits = map[string]Limit{"shop.brandList": {PerSecond: 1, Burst: 2}} })
	x.ok("shop.brandList", "{}")
	x.ok("shop.brandList", "{}")
	x.no("shop.brandList", "{}", 60000, "isv.traffic-limited")
	x.ok("shop.getShopCategory", `{"cid":0}`)
	x.clock.pass(time.Second)
	x.ok("shop.brandList", "{}")
	x.no("shop.brandList", "{}", 60000, "isv.traffic-limited")
}

func TestFaultsOfCalls(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(10)
	add := func(id string) string {
		return `{"sku_id":` + itoa(g.SKU) + `,"incremental":true,"idempotent_id":"` + id + `","stock_num":1}`
	}
	x.must(x.s.Fault(Fault{At: "sku.syncStock", Kind: LoseRequest}))
	x.must(x.s.Fault(Fault{At: "sku.syncStock", Kind: LoseReply}))
	for _, want := range []int64{10, 11} {
		if answer, err := x.s.RoundTrip(x.request("sku.syncStock", add("a"))); err == nil {
			answer.Body.Close()
			t.Fatal("an answer came")
		}
		x.stock(g.SKU, want, 0)
	}
	x.no("sku.syncStock", add("a"), 40004, "isv.parameter-invalid:40010")
	x.stock(g.SKU, 11, 0)

	x.must(x.s.Fault(Fault{At: AnyCall, Kind: Refuse, Code: 20000, Skip: 1, Times: 2}))
	x.ok("shop.brandList", "{}")
	x.no("shop.brandList", "{}", 20000, "dop.service-error")
	x.no("sku.syncStock", add("b"), 20000, "dop.service-error")
	x.ok("sku.syncStock", add("b"))

	for kind, want := range map[Kind]int64{HTML: 12, HTMLAfter: 13} {
		before, _, err := x.s.Stock(g.SKU)
		x.must(err)
		x.must(x.s.Fault(Fault{At: "sku.syncStock", Kind: kind}))
		answer, err := x.s.RoundTrip(x.request("sku.syncStock", add(string(kind))))
		x.must(err)
		var e envelope
		if json.NewDecoder(answer.Body).Decode(&e) == nil {
			t.Errorf("%s: JSON came", kind)
		}
		answer.Body.Close()
		x.stock(g.SKU, before+want-12, 0)
	}

	// A call may be done long after its caller gave it up.
	before, _, err := x.s.Stock(g.SKU)
	x.must(err)
	x.must(x.s.Fault(Fault{At: "sku.syncStock", Kind: Late, Wait: time.Second}))
	if answer, err := x.s.RoundTrip(x.request("sku.syncStock", add("late"))); err == nil {
		answer.Body.Close()
		t.Error("an answer came")
	}
	x.ok("shop.brandList", "{}")
	x.stock(g.SKU, before, 0)
	x.clock.pass(time.Second)
	x.ok("sku.syncStock", add("soon"))
	x.stock(g.SKU, before+2, 0)
	x.no("sku.syncStock", add("late"), 40004, "isv.parameter-invalid:40010")

	id := x.place(one(g.SKU, 1))
	x.s.SetLag(time.Minute)
	search := fmt.Sprintf(`{"page":0,"size":10,"create_time_start":%d}`, x.s.Now().Unix()-9)
	if n := x.ok("order.searchList", search).num("total"); n != 0 {
		t.Errorf("a search that lags sees %d", n)
	}
	x.order(id)
	x.clock.pass(time.Minute)
	if n := x.ok("order.searchList", search).num("total"); n != 1 {
		t.Errorf("later it sees %d", n)
	}

	x.s.Break(time.Minute)
	if answer, err := x.s.RoundTrip(x.request("shop.brandList", "{}")); err == nil {
		answer.Body.Close()
		t.Error("an answer came through a broken network")
	}
	x.clock.pass(time.Minute)
	x.ok("shop.brandList", "{}")

	for _, wrong := range []Fault{{At: "nowhere", Kind: LoseReply}, {At: AtPush, Kind: LoseReply}, {At: AnyCall, Kind: Lose}, {At: AnyCall, Kind: Refuse}, {At: AnyCall, Kind: HTML, Skip: -1}} {
		if x.s.Fault(wrong) == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}

func FuzzCall(f *testing.F) {
	f.Add("order.searchList", "1700000000", `{"page":0,"size":10,"create_time_start":1}`, "x")
	f.Add("product.addV2", "2020-07-05 22:33:59", `{"spec_prices":"[{}]"}`, "application/x-www-form-urlencoded")
	f.Add("sku.syncStockBatch", "1700000000123", `{"sku_sync_list":[1,null,{"stock_map":{}}],"product_id":"9","incremental":1}`, "")
	f.Fuzz(func(t *testing.T, method, stamp, body, kind string) {
		x := newOutside(t, func(o *Options, r *Rules) { o.StateFile = ""; r.Skew = 1 << 62 })
		q := request{appKey: testKey, method: method, timestamp: stamp, v: "2", token: x.token, param: body}
		values := url.Values{
			"app_key": {testKey}, "method": {method}, "timestamp": {stamp}, "v": {"2"}, "access_token": {x.token},
			"sign": {signAPI("", testSecret, testKey, method, body, stamp, "2")},
		}
		if v, err := readJSON(body); err == nil {
			text := canonical(v, false)
			again, err := readJSON(text)
			if err != nil || canonical(again, false) != text {
				t.Errorf("canonical is not canonical: %q %v", text, err)
			}
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://doudian.example/", strings.NewReader(q.param))
		r.URL.Path, r.URL.RawQuery = "/"+strings.ReplaceAll(method, ".", "/"), values.Encode()
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		x.s.serveCall(w, r)
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("no JSON: %q", w.Body)
		}
	})
}
