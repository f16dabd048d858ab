package jd

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/channel"
)

const infoMethod = "jingdong.seller.vender.info.get"

const info = `{"jingdong_seller_vender_info_get_responce":{"code":"0","vender_info_result":{"vender_id":10001,"shop_id":9007199254740993,"shop_name":"白俄罗斯国家馆"}}}`

func TestCallGoesAsJDWantsIt(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, one(infoMethod, info))
	got, err := p.shop.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := (ShopInfo{Vender: 10001, Shop: 9007199254740993, Name: "白俄罗斯国家馆"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	form := p.calls[0].form
	form.Del("sign")
	want := url.Values{
		"method": {infoMethod}, "app_key": {testKey}, "access_token": {testToken}, "v": {"2.0"}, "format": {"json"},
		"timestamp": {"2026-11-23 20:00:00"}, "360buy_param_json": {"{}"},
	}
	if d := cmp.Diff(want, form); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestFailures: whatever comes back, a read and a write say what it means to us.
func TestFailures(t *testing.T) {
	t.Parallel()
	const unknown = "channel.outcome_unknown"
	inner := func(code string) string {
		return `{"x_responce":{"code":"` + code + `","error_description":"不行"}}`
	}
	for name, c := range map[string]struct {
		answer      string
		read, write string
		kind        pavilion.Kind // of the read
	}{
		"a page of HTML":          {"<html>busy</html>", "jd.unavailable", unknown, pavilion.Unavailable},
		"malformed":               {`{"x_responce":{"code":"0",}}`, "jd.unavailable", unknown, pavilion.Unavailable},
		"nothing":                 {"", "jd.unavailable", unknown, pavilion.Unavailable},
		"hung up":                 {hangUp, "jd.unavailable", unknown, pavilion.Unavailable},
		"two roots":               {`{"a":{},"b":{}}`, "jd.unavailable", unknown, pavilion.Unavailable},
		"a list":                  {`[]`, "jd.unavailable", unknown, pavilion.Unavailable},
		"two values":              {`{"a":{"code":"0"}}{}`, "jd.unavailable", unknown, pavilion.Unavailable},
		"a root with a text":      {`{"x_responce":"ok"}`, "jd.unavailable", unknown, pavilion.Unavailable},
		"no result":               {`{"x_responce":{"code":"0"}}`, "jd.unavailable", unknown, pavilion.Unavailable},
		"service down":            {refusing("1"), "jd.unavailable", unknown, pavilion.Unavailable},
		"back-end time-out":       {refusing("65"), "jd.unavailable", unknown, pavilion.Unavailable},
		"back-end unknown":        {refusing("67"), "jd.unavailable", unknown, pavilion.Unavailable},
		"too often":               {refusing("2"), "jd.busy", "jd.busy", pavilion.Limited},
		"this merchant too often": {refusing("32"), "jd.busy", "jd.busy", pavilion.Limited},
		"clock":                   {refusing("8"), "jd.clock", "jd.clock", pavilion.Unavailable},
		"signature":               {refusing("12"), "jd.app", "jd.app", pavilion.Forbidden},
		"token":                   {refusing("19"), "jd.token", "jd.token", pavilion.Unauthenticated},
		"permission":              {refusing("24"), "jd.permission", "jd.permission", pavilion.Forbidden},
		"white list":              {refusing("74"), "jd.environment", "jd.environment", pavilion.Forbidden},
		"stopped":                 {refusing("23"), "jd.stopped", "jd.stopped", pavilion.Forbidden},
		"no such method":          {refusing("15"), "jd.call_wrong", "jd.call_wrong", pavilion.Internal},
		"parameter":               {refusing("61"), "jd.refused", "jd.refused", pavilion.Invalid},
		"never heard of":          {refusing("424242"), "jd.refused", "jd.refused", pavilion.Invalid},
		"a number as code":        {`{"error_response":{"code":12}}`, "jd.app", "jd.app", pavilion.Forbidden},
		"no code":                 {`{"error_response":{}}`, "jd.refused", "jd.refused", pavilion.Invalid},
		"done before":             {refusing("10400001"), "jd.already_done", "jd.already_done", pavilion.Conflict},
		"being shipped":           {refusing("70"), "jd.locked", "jd.locked", pavilion.Conflict},
		"not ours":                {refusing("71"), "jd.unknown", "jd.unknown", pavilion.NotFound},
		"refused inside":          {inner("400"), "jd.refused", "jd.refused", pavilion.Invalid},
		"away inside":             {inner("500"), "jd.unavailable", unknown, pavilion.Unavailable},
		"slow down":               {inner("503"), "jd.busy", "jd.busy", pavilion.Limited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, Facts{}, map[string][]string{infoMethod: {c.answer}, "jingdong.ware.write.upOrDown": {c.answer}})
			_, err := p.shop.Info(t.Context())
			if got := pavilion.ReasonOf(err); got != c.read || pavilion.KindOf(err) != c.kind {
				t.Errorf("a read: got %v %v, want %v %s", pavilion.KindOf(err), err, c.kind, c.read)
			}
			if channel.Unknown(err) {
				t.Errorf("a read has an unknown outcome: %v", err)
			}
			err = p.shop.PutUp(t.Context(), 9001)
			if got := pavilion.ReasonOf(err); got != c.write || channel.Unknown(err) != (c.write == unknown) {
				t.Errorf("a write: got %v, want %s", err, c.write)
			}
		})
	}
}

// TestThirdLayer: the gateway and the method are content, and the result is not.
func TestThirdLayer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ answer, reason string }{
		"yes":         {`{"x":{"code":"0","success":true}}`, "internal"},
		"yes as text": {`{"x":{"code":0,"success":"true"}}`, "internal"},
		"no":          {`{"x":{"code":"0","success":false,"errorMsg":"类目未授权"}}`, "jd.refused"},
		"no as text":  {`{"x":{"code":"0","success":"false"}}`, "jd.refused"},
		"neither":     {`{"x":{"code":"0","success":"perhaps"}}`, "jd.refused"},
		"not said":    {`{"x":{"code":"0"}}`, "channel.outcome_unknown"},
		"null":        {`{"x":{"code":"0","success":null}}`, "channel.outcome_unknown"},
	} {
		p := newPlatform(t, Facts{}, one("jingdong.ware.write.upOrDown", c.answer))
		if err := p.shop.PutUp(t.Context(), 1); pavilion.ReasonOf(err) != c.reason || (err == nil) != (c.reason == "internal") {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
}

// doer is a way to JD.
type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func testClient(t testing.TB, d channel.Doer) *Client {
	t.Helper()
	c, err := New(Options{AppKey: testKey, AppSecret: testSecret, Doer: d, Clock: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestNoSecretInErrors: whatever JD or the way to it repeats, no error repeats it.
func TestNoSecretInErrors(t *testing.T) {
	t.Parallel()
	const refresh, code = "refresh-1f2e3d4c5b6a79880123456789", "code-9a8b7c6d5e4f30211234567890"
	private := []string{testToken, testSecret, refresh, code, "13800138000", "+8613800138000", "110101199003078515", "0512-62571234", "zhang@example.com", "AbCdEfGhIjKlMnOpQrStUvWxYz012345"}
	say := strings.Join(private, " ")
	ways := map[string]doer{
		"error 19": answering(`{"error_response":{"code":"19","zh_desc":"token已过期或者不存在，请重新授权访问 another-token-short"}}`),
		"refusal":  answering(`{"error_response":{"code":"424242","zh_desc":"` + say + `"}}`),
		"inside":   answering(`{"x":{"code":"` + say + `","error_description":"` + say + `"}}`),
		"grant":    answering(`{"code":400,"msg":"` + say + `"}`),
		"the way": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: r.Method, URL: r.URL.String(), Err: errors.New("cannot send " + say)}
		},
		"garbage": answering(`{"x":` + say),
		"a field": answering(`{"x":{"code":"0","vender_info_result":{"vender_id":"` + say + `"}}}`),
		"status":  func(*http.Request) (*http.Response, error) { return httptest.NewRecorder().Result(), nil },
	}
	for name, way := range ways {
		c := testClient(t, way)
		_, readErr := c.Shop(testToken).Info(t.Context())
		writeErr := c.Shop(testToken).PutUp(t.Context(), 1)
		_, refreshErr := c.Refresh(t.Context(), refresh)
		_, exchangeErr := c.Exchange(t.Context(), code)
		for _, err := range []error{readErr, writeErr, refreshErr, exchangeErr} {
			if err == nil {
				t.Fatalf("%s: want an error", name)
			}
			for _, p := range append(private, "another-token-short") {
				if strings.Contains(err.Error(), p) || strings.Contains(err.Error(), url.QueryEscape(p)) {
					t.Errorf("%s: the error says %q: %v", name, p, err)
				}
			}
		}
	}
}

func answering(body string) doer {
	return func(*http.Request) (*http.Response, error) {
		r := httptest.NewRecorder()
		_, err := r.WriteString(body)
		return r.Result(), err
	}
}

// TestWordsOfARefusalStay: what a person needs of a refusal is passed on.
func TestWordsOfARefusalStay(t *testing.T) {
	t.Parallel()
	c := testClient(t, answering(`{"error_response":{"code":"10400001","zh_desc":"订单250000000001已出库"}}`))
	_, err := c.Shop(testToken).Info(t.Context())
	e, ok := errors.AsType[*pavilion.Error](err)
	if !ok || e.Args["words"] != "订单250000000001已出库" || e.Args["code"] != "10400001" {
		t.Errorf("got %v, want JD's words", err)
	}
}

func TestCallsEnd(t *testing.T) {
	t.Parallel()
	hangs := doer(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, &url.Error{Op: "Post", URL: "…", Err: r.Context().Err()}
	})
	c, err := New(Options{AppKey: testKey, AppSecret: testSecret, Doer: hangs, Clock: func() time.Time { return noon }, Timeout: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Shop(testToken).PutUp(t.Context(), 1); !channel.Unknown(err) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want an unknown outcome because of the deadline", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := testClient(t, hangs).Shop(testToken).Info(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	endless := doer(func(*http.Request) (*http.Response, error) {
		r := httptest.NewRecorder()
		r.Body.Grow(answerMost + 1)
		r.Body.Write(make([]byte, answerMost+1))
		return r.Result(), nil
	})
	if _, err := testClient(t, endless).Shop(testToken).Info(t.Context()); pavilion.ReasonOf(err) != "jd.unavailable" {
		t.Errorf("an endless answer: got %v, want jd.unavailable", err)
	}
}

func TestNoTokenNoCall(t *testing.T) {
	t.Parallel()
	c := testClient(t, doer(func(*http.Request) (*http.Response, error) { t.Error("a call went out"); return nil, errors.New("no") }))
	if _, err := c.Shop(" ").Info(t.Context()); pavilion.ReasonOf(err) != "jd.token" {
		t.Errorf("got %v, want jd.token", err)
	}
	if _, err := c.Refresh(t.Context(), ""); pavilion.ReasonOf(err) != "jd.grant" {
		t.Errorf("got %v, want jd.grant", err)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	good := Options{AppKey: "k", AppSecret: "s", Doer: http.DefaultClient, Clock: time.Now}
	for option, spoil := range map[string]func(*Options){
		"AppKey":       func(o *Options) { o.AppKey = " " },
		"AppSecret":    func(o *Options) { o.AppSecret = "" },
		"BaseURL":      func(o *Options) { o.BaseURL = "api.jd.com" },
		"OAuthURL":     func(o *Options) { o.OAuthURL = "https://open-oauth.jd.com/" },
		"Doer":         func(o *Options) { o.Doer = nil },
		"Clock":        func(o *Options) { o.Clock = nil },
		"Timeout":      func(o *Options) { o.Timeout = -1 },
		"Facts.TaxFee": func(o *Options) { o.Facts.TaxFee = "jiao" },
		"Facts.Stock":  func(o *Options) { o.Facts.Stock = "newest" },
		"Facts.Orders": func(o *Options) { o.Facts.Orders = "open" },
	} {
		o := good
		spoil(&o)
		var e *pavilion.Error
		if _, err := New(o); !errors.As(err, &e) || e.Reason != "jd.options" || e.Field != option {
			t.Errorf("%s: got %v, want jd.options at it", option, err)
		}
	}
	c, err := New(good)
	if err != nil || c.o.BaseURL != "https://api.jd.com/routerjson" || c.o.OAuthURL != "https://open-oauth.jd.com" {
		t.Errorf("got %v and %v, want JD's own addresses", err, c)
	}
}

func TestGrants(t *testing.T) {
	t.Parallel()
	const answer = `{"access_token":"a1","expires_in":86399,"refresh_token":"r1","scope":"snsapi_base","open_id":"o","uid":4242,"time":"1795435200000","token_type":"bearer","code":0}`
	p := newPlatform(t, Facts{}, map[string][]string{
		"/oauth2/access_token":  {answer},
		"/oauth2/refresh_token": {strings.Replace(answer, `"1795435200000"`, `1795435200001`, 1), `{"code":401,"msg":"refresh_token invalid"}`, hangUp, `{"code":0}`},
	})
	issued := time.UnixMilli(1795435200000).UTC()
	want := Grant{AccessToken: "a1", RefreshToken: "r1", OpenID: "o", UID: "4242", Scope: "snsapi_base", IssuedAt: issued, ExpiresAt: issued.Add(86399 * time.Second)}
	got, err := p.shop.Exchange(t.Context(), "c0de")
	if err != nil || got != want {
		t.Fatalf("got %v %v, want %v", got, err, want)
	}
	if d := cmp.Diff(url.Values{"app_key": {testKey}, "app_secret": {testSecret}, "grant_type": {"authorization_code"}, "code": {"c0de"}}, p.calls[0].form); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	got, err = p.shop.Refresh(t.Context(), "r0")
	if err != nil || !got.ExpiresAt.Equal(want.ExpiresAt.Add(time.Millisecond)) {
		t.Errorf("got %v %v, want the same tokens, a millisecond later", got, err)
	}
	for i, reason := range []string{"jd.grant", "channel.outcome_unknown", "channel.outcome_unknown"} {
		if _, err := p.shop.Refresh(t.Context(), "r0"); pavilion.ReasonOf(err) != reason {
			t.Errorf("answer %d: got %v, want %s", i, err, reason)
		}
	}
	u, err := url.Parse(p.shop.AuthoriseURL("https://pavilion.example/back?x=1", "st&te"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(url.Values{"app_key": {testKey}, "response_type": {"code"}, "redirect_uri": {"https://pavilion.example/back?x=1"}, "state": {"st&te"}, "scope": {"snsapi_base"}}, u.Query()); d != "" || u.Path != "/oauth2/to_login" {
		t.Errorf("%s -want +got:\n%s", u.Path, d)
	}
}
