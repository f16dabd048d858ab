package jd

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const venderInfo = "jingdong.seller.vender.info.get"

// TestGatewayCodes changes one thing of a good call and looks for its code.
func TestGatewayCodes(t *testing.T) {
	t.Parallel()
	type change struct{ name, value string } // value "-" takes it away
	for want, changes := range map[string][]change{
		"0":  {{"v", "2.0"}, {"format", "json"}, {"sign_method", "md5"}, {"timestamp", "2026-11-23 12:00:00.000+0800"}, {"timestamp", "2026-11-23 04:09:00.000+0000"}, {"timestamp", "2026-11-23 11:50:00"}},
		"14": {{"method", "-"}, {"method", " "}},
		"15": {{"method", "jingdong.no.such"}, {"method", "jingdong.Seller.vender.info.get"}},
		"20": {{"app_key", "-"}},
		"21": {{"app_key", "OTHER"}},
		"4":  {{"v", "-"}},
		"5":  {{"v", "1.0"}},
		"6":  {{"v", "two"}},
		"13": {{"format", "xml"}},
		"7":  {{"timestamp", "-"}},
		"8":  {{"timestamp", "2026-11-23 04:00:00"}, {"timestamp", "now"}, {"timestamp", "2026-11-23 11:49:59"}, {"timestamp", "2026-11-23 12:10:01"}},
		"18": {{"access_token", "-"}, {"access_token", ""}},
		"19": {{"access_token", "other"}},
		"60": {{"360buy_param_json", "-"}},
		"62": {{"360buy_param_json", "[]"}, {"360buy_param_json", "1"}, {"360buy_param_json", "null"}},
		"63": {{"360buy_param_json", "{"}, {"360buy_param_json", ""}, {"360buy_param_json", "{}{}"}},
	} {
		for _, ch := range changes {
			t.Run(want+" "+ch.name+"="+ch.value, func(t *testing.T) {
				t.Parallel()
				w := newRig(t, Options{})
				p := w.sent(venderInfo, "{}")
				if p[ch.name] = ch.value; ch.value == "-" {
					delete(p, ch.name)
				}
				p["sign"] = seal(base(appSecret, p, leaving[0]))
				body, _ := w.post(p)
				n, root := w.read(body)
				if n.text("code") != want || (root == "error_response") != (want != "0") {
					t.Errorf("got %s, want code %s", body, want)
				}
				if want == "19" && !strings.Contains(n.text("zh_desc"), ch.value) {
					t.Errorf("got %s: the platform tells the token", body)
				}
			})
		}
	}
	w := newRig(t, Options{})
	p := w.sent(venderInfo, "{}")
	p["sign"] = "0C5C114F11CB1F2A8D475F5D29583786"
	if body, _ := w.post(p); !strings.Contains(body, `"code":"12"`) || !strings.Contains(body, "无效签名") {
		t.Errorf("got %s, want code 12", body)
	}
	delete(p, "sign")
	if body, _ := w.post(p); !strings.Contains(body, `"code":"11"`) {
		t.Errorf("got %s, want code 11", body)
	}
}

func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{Forbidden: map[string]string{venderInfo: "24"}, Rate: 1})
	p := map[string]string{}
	for _, step := range []struct{ code, name, value string }{
		{"14", "method", venderInfo},
		{"20", "app_key", appKey},
		{"4", "v", "2.0"},
		{"7", "timestamp", "2026-11-23 12:00:00"},
		{"11", "sign", "x"},
		{"12", "", ""},
	} {
		if body, _ := w.post(p); !strings.Contains(body, `"code":"`+step.code+`"`) {
			t.Errorf("got %s, want code %s", body, step.code)
		}
		p[step.name] = step.value
	}
	resign := func() { p["sign"] = seal(base(appSecret, p, leaving[1])) }
	delete(p, "")
	for _, step := range []struct{ code, name, value string }{
		{"18", "access_token", "wrong"},
		{"19", "access_token", w.token},
		{"24", "method", "jingdong.vender.shop.query"},
		{"60", business, "{"}, // this one takes what the limit allows
		{"2", business, "{"},
	} {
		resign()
		if body, _ := w.post(p); !strings.Contains(body, `"code":"`+step.code+`"`) {
			t.Errorf("got %s, want code %s", body, step.code)
		}
		p[step.name] = step.value
	}
	w.pass(time.Second)
	resign()
	if body, _ := w.post(p); !strings.Contains(body, `"code":"63"`) {
		t.Errorf("a second later: got %s, want code 63", body)
	}
}

func TestTransport(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	p := w.sent(venderInfo, "{}")
	wrong := w.sent(venderInfo, "{}")
	wrong["sign"], wrong["v"] = "x", "1.0"
	for name, r := range map[string]*http.Request{
		"GET":             httptest.NewRequest(http.MethodGet, "/routerjson?"+form(p).Encode(), nil),
		"GET with %20":    httptest.NewRequest(http.MethodGet, "/routerjson?"+strings.ReplaceAll(form(p).Encode(), "+", "%20"), nil),
		"POST query":      httptest.NewRequest(http.MethodPost, "/routerjson?"+form(p).Encode(), nil),
		"POST JSON body":  httptest.NewRequest(http.MethodPost, "/routerjson?"+form(p).Encode(), strings.NewReader(`{"v":"3.0"}`)),
		"body wins":       httptest.NewRequest(http.MethodPost, "/routerjson?"+form(wrong).Encode(), strings.NewReader(form(p).Encode())),
		"unknown is free": httptest.NewRequest(http.MethodGet, "/routerjson?other=1&"+form(p).Encode(), nil),
	} {
		if strings.HasPrefix(name, "body") {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
		}
		res, err := w.sim.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := res.Write(&b); err != nil || !strings.Contains(b.String(), `{"jingdong_seller_vender_info_get_responce":`) {
			t.Errorf("%s: got %s, %v", name, b.String(), err)
		}
	}
	for method, want := range map[string]int{http.MethodPut: 405, http.MethodHead: 405} {
		rec := httptest.NewRecorder()
		w.sim.ServeHTTP(rec, httptest.NewRequest(method, "/routerjson", nil))
		if rec.Code != want {
			t.Errorf("%s: got %d, want %d", method, rec.Code, want)
		}
	}
	rec := httptest.NewRecorder()
	w.sim.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/routerjson", strings.NewReader(strings.Repeat("x", bodyMost+1))))
	if rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body too large: got %d, want 413", rec.Code)
	}
}

func TestParamJSON(t *testing.T) {
	t.Parallel()
	for _, allowed := range []bool{false, true} {
		w := newRig(t, Options{ParamJSON: allowed})
		p := w.sent(venderInfo, "{}")
		p["param_json"] = p[business]
		delete(p, business)
		p["sign"] = seal(base(appSecret, p, leaving[0]))
		body, _ := w.post(p)
		if strings.Contains(body, "360buy_param_json") == allowed {
			t.Errorf("allowed %v: got %s", allowed, body)
		}
	}
}

func TestRoots(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	for method, want := range map[string]string{
		"jingdong.areas.province.get":            "jingdong_areas_province_get_responce",
		"360buy.get.vender.all.delivery.company": "get_vender_all_delivery_company_response",
		"360buy.delivery.logistics.get":          "delivery_logistics_get_response",
	} {
		if n, root := w.raw(method, "{}"); root != want || n.text("code") != "0" {
			t.Errorf("got %s %v, want %s", root, n.v, want)
		}
	}
	w.token = ""
	if n, _ := w.raw("jingdong.areas.city.get", `{"parent_id":1}`); n.text("baseAreaServiceResponse.data.0.areaName") == "" {
		t.Errorf("areas without a token: got %v", n.v)
	}
}

// TestLists has one list in every form that clients send.
func TestLists(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"x":"11,12"}`, `{"x":[11,12]}`, `{"x":["11","12"]}`, `{"x":"[11,12]"}`, `{"x":"[\"11\", \"12\"]"}`} {
		p, wrong := readParams(text)
		if wrong != nil {
			t.Fatal(wrong)
		}
		if ids := p.ids("x"); len(ids) != 2 || ids[0] != 11 || ids[1] != 12 || p.wrong() != nil {
			t.Errorf("%s: got %v, %v", text, ids, p.wrong())
		}
	}
	for _, text := range []string{`{"req":{"a":"9007199254740993"}}`, `{"req":"{\"a\":9007199254740993}"}`, `{"a":9007199254740993,"req":null}`} {
		p, wrong := readParams(text)
		if wrong != nil {
			t.Fatal(wrong)
		}
		if id := p.under("req").id("a"); id != 9007199254740993 || p.wrong() != nil {
			t.Errorf("%s: got %d, %v", text, id, p.wrong())
		}
	}
	for _, text := range []string{`{"x":"a"}`, `{"x":{}}`, `{"x":1.5}`, `{"x":"99999999999999999999"}`} {
		p, _ := readParams(text)
		if p.id("x"); p.wrong() == nil || p.wrong().code != "61" {
			t.Errorf("%s: got %v, want code 61", text, p.wrong())
		}
	}
}

func FuzzCall(f *testing.F) {
	f.Add("jingdong.ware.write.add", wareJSON)
	f.Add("jingdong.pop.order.search", `{"order_state":"ALL","page":"1","page_size":"100","optional_fields":"orderId","start_date":"2026-11-01 00:00:00","end_date":"2026-11-23 00:00:00"}`)
	f.Add("jingdong.ware.stock.sku.set", `{"req":{"updateModel":"incrStockIn","stockRfId":"r","skuStocks":[{"skuId":1,"incrStockNum":-1}]}}`)
	f.Add("jingdong.sku.read.searchSkuList", `{"page_size":"[50]","skuId":[1,"2"],"@type":"x"}`)
	f.Add("360buy.overseas.order.sop.delivery", `{"order_id":"1","waybill":"|,|","logistics_id":"467|467","trade_no":"1"}`)
	f.Add("jingdong.imgzone.picture.upload", `{"image_data":"iVBORwABAgM="}`)
	for name := range methods {
		f.Add(name, `{"wareId":1,"skuId":"9007199254740994","skus":[{}],"orderId":null}`)
	}
	f.Fuzz(func(t *testing.T, method, text string) {
		w := newRig(t, Options{})
		_, skus := w.goods()
		w.buy(skus[0], 1)
		before := w.sim.SKUs()
		body, lost := w.post(w.sent(method, text))
		if lost {
			t.Fatal("the connection broke")
		}
		n, root := w.read(body)
		if n.text("code") == "" || root == "" {
			t.Errorf("got %s", body)
		}
		if root == "error_response" {
			for i, k := range w.sim.SKUs() {
				if k != before[i] {
					t.Errorf("%s was refused and changed %v to %v", method, before[i], k)
				}
			}
		}
		for _, k := range w.sim.SKUs() {
			if k.Sellable < 0 || k.Stock < 0 {
				t.Errorf("%s: below zero: %v", method, k)
			}
		}
	})
}

func FuzzReadCall(f *testing.F) {
	f.Add("method=a&v=2.0", "v=3.0&sign=%zz")
	f.Add("a;b&method=%", "360buy_param_json=%7B%7D&360buy_param_json=2")
	f.Fuzz(func(t *testing.T, query, body string) {
		r := &http.Request{Method: http.MethodPost, URL: &url.URL{RawQuery: query}, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}
		r.Body = http.NoBody
		if body != "" {
			r = httptest.NewRequest(http.MethodPost, "/routerjson", strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		sent, err := readCall(r)
		if err != nil {
			t.Fatal(err)
		}
		signed("s", sent, sent["sign"])
	})
}
