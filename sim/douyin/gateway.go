package douyin

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const bodyMost = 16 << 20 // a picture of 10 MB in base 64 fits

// obj is an object of an answer.
type obj = map[string]any

// call is a call that passed the gateway.
type call struct {
	app  *App
	shop int64 // 0 without a token
	args
}

// method is what the platform can be asked.
type method struct {
	open bool // needs no token
	do   func(t *tx, c *call) (any, error)
}

// request is a call as it came.
type request struct {
	appKey, method, timestamp, v, sign, signMethod, token string
	param                                                 string // the JSON of the parameters
}

// readRequest takes the parameters from wherever a client may have put them: the public
// ones from the query or a form, param_json from the query, a form or the body.
func readRequest(r *http.Request) (request, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, bodyMost+1))
	if err != nil {
		return request{}, err
	}
	if len(raw) > bodyMost {
		return request{}, errors.New("the body is too large")
	}
	query := r.URL.Query()
	form := url.Values{}
	isForm := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if isForm {
		if form, err = url.ParseQuery(string(raw)); err != nil {
			return request{}, err
		}
	}
	get := func(name string) string {
		if query.Has(name) {
			return query.Get(name)
		}
		return form.Get(name)
	}
	q := request{
		appKey: get("app_key"), method: get("method"), timestamp: get("timestamp"), v: get("v"),
		sign: get("sign"), signMethod: get("sign_method"), token: get("access_token"), param: get("param_json"),
	}
	if q.param == "" && !isForm {
		q.param = string(raw)
	}
	if q.param == "" {
		q.param = "{}"
	}
	return q, nil
}

// readTimestamp reads the three encodings that clients use.
func readTimestamp(s string) (time.Time, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if len(s) >= len("1700000000000") {
			return time.UnixMilli(n), nil
		}
		return time.Unix(n, 0), nil
	}
	return time.ParseInLocation(time.DateTime, s, beijing)
}

// serveCall answers a call.
func (s *Simulator) serveCall(w http.ResponseWriter, r *http.Request) {
	q, err := readRequest(r)
	if err != nil {
		s.answer(w, r, nil, gateWrong("isv.parameter-format-invalid", "请求体无法读取"))
		return
	}
	f := s.faults.take(q.method, s.o.Clock())
	if f != nil && f.Kind == Late {
		s.faults.keepLate(lateCall{r.Clone(context.WithoutCancel(r.Context())), q, s.o.Clock().Add(f.Wait)})
		panic(http.ErrAbortHandler)
	}
	if f.instead(w) {
		return
	}
	if f != nil && f.Kind == Refuse {
		s.answer(w, r, nil, problemOf(f.Code, f.Sub))
		return
	}
	data, err := s.pass(r, q)
	for _, late := range s.faults.takeLate(s.o.Clock()) {
		_, _ = s.pass(late.r, late.q) // its caller is gone
	}
	s.poke()
	if !f.afterwards(w) {
		s.answer(w, r, data, err)
	}
}

// pass lets a call through the gateway and does it.
func (s *Simulator) pass(r *http.Request, q request) (any, error) {
	app, m, err := s.admit(r.URL.Path, q)
	if err != nil {
		return nil, err
	}
	c := &call{app: app}
	var data any
	err = s.do(func(t *tx) error {
		if !m.open {
			if c.shop, err = t.identify(app, q.token); err != nil {
				return err
			}
		}
		if err := s.allow(r, c, q.method, s.now()); err != nil {
			return err
		}
		v, err := readJSON(q.param)
		if err != nil {
			return gateWrong("isv.parameter-format-invalid", "param_json 不是合法的 JSON")
		}
		m, ok := v.(map[string]any)
		if !ok {
			return gateWrong("isv.parameter-format-invalid", "param_json 不是 JSON 对象")
		}
		c.args = newArgs(m)
		if data, err = methods[q.method].do(t, c); err != nil {
			return err
		}
		if *c.wrong != "" {
			return invalid(0, *c.wrong+" 格式错误")
		}
		return nil
	})
	return data, err
}

// admit checks app, method, timestamp and signature.
func (s *Simulator) admit(path string, q request) (*App, method, error) {
	app := s.app(q.appKey)
	m, known := methods[q.method]
	switch {
	case q.appKey == "":
		return nil, m, gateMissing("isv.app-id-missing", "缺少 app_key")
	case app == nil:
		return nil, m, gateWrong("isv.app-id-invalid", "app_key 不存在")
	case q.method == "":
		return nil, m, gateMissing("isv.parameter-missing", "缺少 method")
	case !known || path != "/"+strings.ReplaceAll(q.method, ".", "/"):
		return nil, m, problemOf(70000, "isp.api-service-off")
	case q.timestamp == "":
		return nil, m, gateMissing("isv.parameter-missing", "缺少 timestamp")
	case q.v == "":
		return nil, m, gateMissing("isv.parameter-missing", "缺少 v")
	case q.v != "2":
		return nil, m, gateWrong("isv.parameter-invalid", "v 只能为 2")
	}
	at, err := readTimestamp(q.timestamp)
	if err != nil {
		return nil, m, gateWrong("isv.timestamp-format-error", "timestamp 格式错误")
	}
	if s.Now().Sub(at).Abs() > s.rules.Skew {
		return nil, m, gateWrong("isv.timestamp-invalid", "timestamp 与服务器时间相差过大")
	}
	if q.sign == "" {
		return nil, m, gateMissing("isv.signature-missing", "缺少 sign")
	}
	if !s.signed(app, q) {
		return nil, m, gateWrong("isv.signature-invalid", "签名错误")
	}
	return app, m, nil
}

// signed tells whether the signature is one of those the call can have.
func (s *Simulator) signed(app *App, q request) bool {
	for _, param := range forms(q.param, s.rules.Strict, s.rules.RawSign) {
		want := signAPI(q.signMethod, app.Secret, q.appKey, q.method, param, q.timestamp, q.v)
		if want != "" && hmac.Equal([]byte(want), []byte(q.sign)) {
			return true
		}
	}
	return false
}

// allow checks permission, address and rate.
func (s *Simulator) allow(r *http.Request, c *call, name string, now time.Time) error {
	if slices.Contains(c.app.Denied, name) {
		return forbidden("isv.app-permissions-insufficient", "应用没有该接口的权限")
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if len(c.app.IPs) > 0 && (err != nil || !slices.Contains(c.app.IPs, host)) {
		return &problem{code: 30002, msg: "IP不可信", sub: "isv.invalid_ip", subMsg: "IP 不在白名单内"}
	}
	limit, own := s.rules.Limits[name]
	if !own {
		limit = s.rules.Limit
	}
	if !s.limits.take(limited{c.app.Key, c.shop, name}, limit, now) {
		return &problem{code: 60000, msg: "服务限流", sub: "isv.traffic-limited", subMsg: "请求过于频繁"}
	}
	return nil
}

// answer sends the envelope: the new one, with the old one beside it unless the caller
// says that it knows the new one.
func (s *Simulator) answer(w http.ResponseWriter, r *http.Request, data any, err error) {
	p, told := data.(*problem) // one whose change counts
	if !told {
		p = &problem{code: 10000, msg: "success", data: data}
	}
	if err != nil && !errors.As(err, &p) {
		s.o.Log.Error("call not answered", "err", err)
		p = problemOf(20000, "dop.service-error")
	}
	id := fmt.Sprintf("%s%018X", s.o.Clock().In(beijing).Format("20060102150405"), s.calls.Add(1))
	out := obj{"log_id": id, "code": p.code, "msg": p.msg, "sub_code": p.sub, "sub_msg": p.subMsg, "data": p.data}
	if r.Header.Get("X-Open-No-Old-Err-Code") != "1" {
		out["err_no"], out["message"] = p.code, p.msg
		if p.code == 10000 {
			out["err_no"] = 0
		}
	}
	sendJSON(w, http.StatusOK, out)
}

func sendJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(v); err != nil {
		http.Error(w, "the answer cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n"))) // whoever does not listen any more asks again
}
