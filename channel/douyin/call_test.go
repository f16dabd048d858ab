package douyin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
)

// TestKinds has every code of the platform's table, for a read and for a write.
func TestKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer       string
		read, write  pavilion.Kind
		reason, sure string // of the read; of the write if it is another
	}{
		{no(10001, "isv.business-part-failed", "part"), pavilion.Conflict, pavilion.Conflict, "douyin.partly", ""},
		{no(20000, "dop.service-error", "x"), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{no(20000, "isp.service-error:20005", "x"), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{no(20001, "", "x"), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{no(30001, "isv.app-permissions-insufficient", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.permission", ""},
		{no(30001, "dop.no-permissions", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.permission", ""},
		{no(30001, "dop.authorization-no-existed", "x"), pavilion.Unauthenticated, pavilion.Unauthenticated, "douyin.consent", ""},
		{no(30001, "dop.authorization-closed", "x"), pavilion.Unauthenticated, pavilion.Unauthenticated, "douyin.consent", ""},
		{no(30001, "dop.app-forbidden", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.permission", ""},
		{no(30002, "isv.invalid_ip", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.caller_address", ""},
		{no(40001, "isv.parameter-missing", "x"), pavilion.Invalid, pavilion.Invalid, "douyin.refused", ""},
		{no(40001, "isv.access-token-missing", "x"), pavilion.Unauthenticated, pavilion.Unauthenticated, "douyin.token", ""},
		{no(40001, "isv.signature-missing", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.key", ""},
		{no(40002, "isv.missing-parameter:2", "x"), pavilion.Invalid, pavilion.Invalid, "douyin.refused", ""},
		{no(40002, "isv.parameter-missing:2", "x"), pavilion.Invalid, pavilion.Invalid, "douyin.refused", ""},
		{no(40003, "isv.signature-invalid", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.key", ""},
		{no(40003, "isv.access-token-expired", "x"), pavilion.Unauthenticated, pavilion.Unauthenticated, "douyin.token", ""},
		{no(40003, "isv.access-token-no-existed", "x"), pavilion.Unauthenticated, pavilion.Unauthenticated, "douyin.token", ""},
		{no(40003, "isv.app-id-expired", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.key", ""},
		{no(40003, "isv.timestamp-invalid", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.clock", ""},
		{no(40003, "isv.parameter-format-invalid", "x"), pavilion.Invalid, pavilion.Invalid, "douyin.refused", ""},
		{no(40003, "isv.idempotent-id-existed", "x"), pavilion.Conflict, pavilion.Conflict, "douyin.repeated", ""},
		{no(40004, "isv.parameter-invalid:999", "x"), pavilion.Invalid, pavilion.Invalid, "douyin.refused", ""},
		{no(40004, "isv.parameter-invalid:5", "x"), pavilion.NotFound, pavilion.NotFound, "douyin.not_found", ""},
		{no(40004, "isv.parameter-invalid:40004", "x"), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", ""},
		{no(50001, "dop.token-generate-failed:x", "x"), pavilion.Conflict, pavilion.Conflict, "douyin.refused", ""},
		{no(50002, "isv.business-failed:999", "x"), pavilion.Conflict, pavilion.Conflict, "douyin.refused", ""},
		{no(50002, "isv.business-failed:2010012", "x"), pavilion.Conflict, pavilion.Conflict, "channel.stock_short", ""},
		{no(50002, "isv.business-failed:-20001", "x"), pavilion.Conflict, pavilion.Conflict, "channel.stock_short", ""},
		{no(50002, "isv.business-failed:2010401", "x"), pavilion.Limited, pavilion.Limited, "douyin.busy", ""},
		{no(60000, "isv.traffic-limited", "x"), pavilion.Limited, pavilion.Limited, "douyin.busy", ""},
		{no(60000, "isp.traffic-limited:2010067", "x"), pavilion.Limited, pavilion.Limited, "douyin.busy", ""},
		{no(70000, "isp.api-service-off", "x"), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", ""},
		{no(80000, "", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.security", ""},
		{no(90000, "isv.env-suspected", "x"), pavilion.Forbidden, pavilion.Forbidden, "douyin.security", ""},
		{no(90000, "dop.unknown-error", "x"), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{no(12345, "", "nobody has seen it"), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{`{"err_no":7,"message":"old","data":null,"log_id":"1"}`, pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{`<html><body>502</body></html>`, pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{`{}`, pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{`null`, pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{"", pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{yes(`"no object"`), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{yes(`null`), pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{"cut", pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{"gone", pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{"502", pavilion.Unavailable, pavilion.Unavailable, "douyin.unavailable", "channel.outcome_unknown"},
		{"429", pavilion.Limited, pavilion.Limited, "douyin.busy", ""},
	} {
		w := newWorld(t, Facts{})
		w.told("sku.x", c.answer)
		var told struct{ A Int }
		err := w.shop.ask(t.Context(), "sku.x", nil, &told)
		if pavilion.KindOf(err) != c.read || pavilion.ReasonOf(err) != c.reason {
			t.Errorf("%s read: got %v %v, want %v %s", c.answer, pavilion.KindOf(err), err, c.read, c.reason)
		}
		err = w.shop.act(t.Context(), "sku.x", nil, &told)
		if pavilion.KindOf(err) != c.write || pavilion.ReasonOf(err) != firstOf(c.sure, c.reason) {
			t.Errorf("%s write: got %v %v, want %v %s", c.answer, pavilion.KindOf(err), err, c.write, firstOf(c.sure, c.reason))
		}
		if channel.Unknown(err) != (c.sure != "") {
			t.Errorf("%s write: got unknown %v", c.answer, channel.Unknown(err))
		}
		if e, ok := errors.AsType[*pavilion.Error](err); c.answer == "429" && (!ok || e.RetryAfter != 7*time.Second) {
			t.Errorf("429: got %v, want to wait 7 s", err)
		}
	}
}

// TestEnvelopes has every form of success.
func TestEnvelopes(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		yes(`{"a":"7"}`),
		`{"err_no":0,"message":"success","data":{"a":7},"log_id":"1"}`,
		`{"err_no":0,"message":"success","log_id":"1","code":10000,"msg":"success","sub_code":"","sub_msg":"","data":{"a":7.0}}`,
		`{"code":"10000","msg":"success","data":{"a":7},"unheard_of":{}}`,
	} {
		w := newWorld(t, Facts{})
		w.told("x.y", answer)
		var told struct{ A Int }
		if err := w.shop.ask(t.Context(), "x.y", nil, &told); err != nil || told.A != 7 {
			t.Errorf("%s: got %d, %v, want 7", answer, told.A, err)
		}
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

// TestNothingLeaks has the platform and the network repeat what nobody may read.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	const phone, card, cipher = "13812345678", "11010519491231002X", "#ML3B#0BB1W4ad+/x=#1##"
	secrets := []string{string(testToken), string(testSecret), "ref-resh", phone, card, cipher}
	check := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Fatalf("%s: got none, want an error", what)
		}
		shown := fmt.Sprintf("%v %+v %#v", err, err, err)
		for e := err; e != nil; e = errors.Unwrap(e) {
			shown += e.Error() + fmt.Sprintf("%+v", e)
		}
		for _, s := range secrets {
			if strings.Contains(shown, s) {
				t.Errorf("%s: %s is in %s", what, s, shown)
			}
		}
	}
	message := func(own Secret) string {
		return "token " + string(own) + " of " + string(testSecret) + ", tel:" + phone + " id " + card + " " + cipher
	}
	answers := func(m string) []string {
		return []string{no(50002, "isv.business-failed:60110", m), no(20000, m, m), no(40003, "isv.access-token-expired", m), m}
	}
	for n := range answers("") {
		var answer string
		c := testClient(t, Options{BaseURL: "http://douyin.example", Doer: doer(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(answer)), Header: http.Header{}}, nil
		})})
		answer = answers(message(testToken))[n]
		check("answer", c.Shop(testToken).ShipWhole(t.Context(), "1", Pack{}, false))
		answer = answers(message("ref-resh"))[n]
		_, err := c.Refresh(t.Context(), "ref-resh")
		check("refresh", err)
	}
	c := testClient(t, Options{BaseURL: "http://douyin.example", Doer: doer(func(r *http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New("dial " + r.URL.RawQuery)}
	})})
	check("network", c.Shop(testToken).SetPrice(t.Context(), "1", "2", 3))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", testToken, "shop", Token{Access: testToken})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", testToken, "shop", Token{Access: testToken})
	if shown := log.String() + fmt.Sprintf("%s %v %+v %#v %x %+v", testToken, testToken, Token{Refresh: testToken}, c.Shop(testToken), testToken, c); strings.Contains(shown, string(testToken)) {
		t.Errorf("the token is in %s", shown)
	}
}

func TestEndOfContext(t *testing.T) {
	t.Parallel()
	c := testClient(t, Options{BaseURL: "http://douyin.example", Timeout: time.Millisecond, Doer: doer(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: r.Context().Err()}
	})})
	err := c.Shop(testToken).SetPrice(t.Context(), "1", "2", 3)
	if !errors.Is(err, context.DeadlineExceeded) || !channel.Unknown(err) {
		t.Errorf("got %v, want an unknown outcome by the deadline", err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	good := Options{AppKey: testKey, ServiceID: "33", Secret: testSecret, Doer: http.DefaultClient, Clock: func() time.Time { return noon }}
	c, err := New(good)
	if err != nil {
		t.Fatal(err)
	}
	if f := c.o.Facts; f.PushSign != "md5" || f.OnShelf != "product.launchProduct" || f.SPIRefused != 100001 || c.o.Timeout != 12*time.Second ||
		c.Operations() != (Operations{AgreeReturn: 101, AcceptReturn: 111, AgreeRefund: 201, RefuseRefund: 202, AgreeExchange: 301, ShipExchange: 311}) {
		t.Errorf("got %+v, want the defaults of the package's comment", c.o)
	}
	for field, change := range map[string]func(*Options){
		"AppKey": func(o *Options) { o.AppKey = "" }, "Secret": func(o *Options) { o.Secret = "" },
		"BaseURL": func(o *Options) { o.BaseURL = "douyin.example" }, "ConsentURL": func(o *Options) { o.ConsentURL = "http://x/" },
		"ServiceID": func(o *Options) { o.ServiceID = "" }, "Doer": func(o *Options) { o.Doer = nil }, "Clock": func(o *Options) { o.Clock = nil },
		"PushSign": func(o *Options) { o.Facts.PushSign = "sha1" }, "OnShelf": func(o *Options) { o.Facts.OnShelf = "product.x" },
	} {
		o := good
		change(&o)
		_, err := New(o)
		if e, ok := errors.AsType[*pavilion.Error](err); !ok || e.Field != field || e.Reason != "douyin.options" {
			t.Errorf("%s: got %v, want douyin.options at it", field, err)
		}
	}
}

// FuzzAnswer: whatever the platform answers is an error or a value, and what nobody can read
// leaves the outcome of a write unknown.
func FuzzAnswer(f *testing.F) {
	for _, a := range []string{yes(`{"product_id":3472490447010721067}`), no(50002, "isv.business-failed:2010041", "x"), "<html>", `{"err_no":0}`, `{"code":1e4}`, `{"code":10000,"data":{"product_id":{}}}`} {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		c := testClient(t, Options{BaseURL: "http://douyin.example", Doer: doer(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(answer)), Header: http.Header{}}, nil
		})})
		s := c.Shop(testToken)
		added, err := s.Add(t.Context(), goodDraft())
		if err == nil && added.Product.None() {
			t.Errorf("got %+v without an error, want a number", added)
		}
		if pavilion.KindOf(err) == pavilion.Internal && err != nil {
			t.Errorf("got %v, want no fault of ours", err)
		}
		for _, err := range []error{
			func() error { _, err := s.Order(t.Context(), "1"); return err }(),
			func() error { _, err := s.AfterSale(t.Context(), "1"); return err }(),
			func() error { _, err := s.Listing(t.Context(), "1", false); return err }(),
			func() error { _, err := s.Decrypt(t.Context(), "1", "", []Secret{"#x"}); return err }(),
			func() error { _, err := c.Refresh(t.Context(), "r"); return err }(),
		} {
			if err != nil && pavilion.KindOf(err) == pavilion.Internal {
				t.Errorf("got %v, want no fault of ours", err)
			}
		}
	})
}
