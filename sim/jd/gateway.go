package jd

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// bodyMost is what a call may weigh: a picture of one megabyte grows on the wire.
const bodyMost = 4 << 20

// obj is a JSON object of an answer.
type obj = map[string]any

// call is a call that passed the gateway.
type call struct {
	*change
	s      *Simulator
	p      *params
	method string
}

// method is what a name does. It looks at all its parameters before it changes anything.
type method struct {
	do   func(*call) (obj, *failure)
	open bool   // needs no authorisation
	root string // of the answer, where it is not made of the name
}

// methods are all the platform knows, by name.
var methods = merged(shopMethods, categoryMethods, wareMethods, wareReadMethods, stockMethods, pictureMethods,
	orderMethods, shipMethods, buyerMethods, refundMethods, serviceMethods, billMethods, customsMethods)

func merged(groups ...map[string]method) map[string]method {
	all := map[string]method{}
	for _, group := range groups {
		for name, m := range group {
			all[name] = m
		}
	}
	return all
}

// root is the only key of an answer.
func root(name string, m method) string {
	if m.root != "" {
		return m.root
	}
	if old, ok := strings.CutPrefix(name, "360buy."); ok {
		return strings.ReplaceAll(old, ".", "_") + "_response"
	}
	return strings.ReplaceAll(name, ".", "_") + "_responce"
}

// readCall is what was sent as parameters, from the address and the body together; the body
// wins. A body in another form than a web form is not looked at.
func readCall(r *http.Request) (map[string]string, error) {
	sent := map[string]string{}
	take := func(text string) {
		values, _ := url.ParseQuery(text) // what can be read counts
		for _, name := range append(slices.Clone(system), "sign") {
			if v, ok := values[name]; ok {
				sent[name] = v[0]
			}
		}
	}
	take(r.URL.RawQuery)
	if r.Method != http.MethodPost {
		return sent, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyMost+1))
	if err != nil {
		return nil, err
	}
	if len(body) > bodyMost {
		return nil, errTooLarge
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "application/x-www-form-urlencoded" {
		take(string(body))
	}
	return sent, nil
}

var errTooLarge = errors.New("a call weighs at most 4 MiB")

// gateway answers /routerjson.
func (s *Simulator) gateway(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
		return
	}
	sent, err := readCall(r)
	if errors.Is(err, errTooLarge) {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		panic(http.ErrAbortHandler) // the client broke off
	}
	answer, delay := s.answer(sent)
	if delay > 0 {
		s.o.Sleep(r.Context(), delay)
	}
	answer.write(w)
}

// reply is what goes over the wire.
type reply struct {
	body []byte
	html bool
	cut  bool // the connection breaks instead
}

func (a reply) write(w http.ResponseWriter) {
	if a.cut {
		panic(http.ErrAbortHandler)
	}
	kind := "application/json;charset=utf-8"
	if a.html {
		kind = "text/html;charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(a.body) // whoever does not listen any more asks again
}

// answer does a call, with what goes wrong on the way.
func (s *Simulator) answer(sent map[string]string) (reply, time.Duration) {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	f := s.faults.take(sent["method"], s.o.Clock())
	late := s.faults.late
	s.faults.late = nil
	defer func() {
		for _, sent := range late { // calls that were held back on the way arrive now
			s.perform(sent, Fault{})
		}
	}()
	switch f.Kind {
	case LostCall:
		return reply{cut: true}, f.Delay
	case Late:
		s.faults.late = append(s.faults.late, sent)
		return reply{cut: true}, f.Delay
	case HTML:
		return reply{body: []byte(htmlPage), html: true}, f.Delay
	case Coded:
		return failed(s.coded(f.Code, sent)), f.Delay
	case Repeat:
		s.perform(sent, Fault{})
	}
	out := s.perform(sent, f)
	switch f.Kind {
	case LostReply:
		out = reply{cut: true}
	case HTMLReply:
		out = reply{body: []byte(htmlPage), html: true}
	case Dirty:
		out.body = append(bytes.TrimSuffix(out.body, []byte("}")), ",}"...)
	}
	return out, f.Delay
}

// coded is the error of a fault, as the gateway would tell it.
func (s *Simulator) coded(code string, sent map[string]string) *failure {
	if code == "19" {
		return tokenInvalid(sent["access_token"])
	}
	return fail(code)
}

// tokenInvalid tells the token, as the platform does.
func tokenInvalid(token string) *failure {
	f := fail("19")
	f.zh += " " + token
	return f
}

const htmlPage = "<!DOCTYPE html><html><head><title>京东</title></head><body><h1>系统繁忙，请稍后再试</h1></body></html>"

// perform checks a call and does it.
func (s *Simulator) perform(sent map[string]string, f Fault) reply {
	c := s.begin()
	p, wrong := s.check(c, sent)
	if wrong != nil {
		return failed(wrong)
	}
	name := sent["method"]
	m := methods[name]
	s.faults.moves = f.Kind == Moving
	body, wrong := m.do(&call{c, s, p, name})
	if wrong != nil {
		c.takeBack()
		return failed(wrong)
	}
	if err := c.commit(); err != nil {
		s.o.Log.Error("state not written", "err", err)
		return failed(fail("1"))
	}
	if f.Kind == InnerCode {
		return succeeded(root(name, m), obj{"code": f.Code, "error_description": fail(f.Code).zh})
	}
	f.spoil(body)
	if _, ok := body["code"]; !ok {
		body["code"] = "0"
	}
	return succeeded(root(name, m), body)
}

func failed(f *failure) reply {
	return succeeded("error_response", obj{"code": f.code, "zh_desc": f.zh, "en_desc": f.en})
}

func succeeded(root string, body obj) reply {
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(obj{root: body}); err != nil {
		panic(err) // answers are made of texts, numbers and what was read as JSON
	}
	return reply{body: bytes.TrimSpace(b.Bytes())}
}

// check is what the gateway looks at before a method, in the order the documents propose; the
// real one is unknown.
func (s *Simulator) check(c *change, sent map[string]string) (*params, *failure) {
	name := sent["method"]
	m, known := methods[name]
	blank := func(name string) bool { return strings.TrimSpace(sent[name]) == "" }
	switch {
	case blank("method"):
		return nil, fail("14")
	case !known:
		return nil, failAt("15", name)
	case blank("app_key"):
		return nil, fail("20")
	case sent["app_key"] != s.o.AppKey:
		return nil, fail("21")
	case blank("v"):
		return nil, fail("4")
	case sent["v"] != "2.0":
		return nil, fail(versionCode(sent["v"]))
	case sent["format"] != "" && sent["format"] != "json":
		return nil, fail("13")
	case blank("timestamp"):
		return nil, fail("7")
	case !s.timely(sent["timestamp"], c.now):
		return nil, fail("8")
	case blank("sign"):
		return nil, fail("11")
	case !signed(s.o.AppSecret, sent, sent["sign"]):
		return nil, fail("12")
	}
	if !m.open {
		if blank("access_token") {
			return nil, fail("18")
		}
		if c.granted(sent["access_token"]) == nil {
			return nil, tokenInvalid(sent["access_token"])
		}
	}
	if code := s.o.Forbidden[name]; code != "" {
		return nil, fail(code)
	}
	if !s.bucket.take(s.o.Clock(), s.o.Rate, s.o.Burst) {
		return nil, fail("2")
	}
	text, ok := sent[business]
	if !ok && s.o.ParamJSON {
		text, ok = sent[otherBusiness]
	}
	if !ok {
		return nil, failAt("60", business)
	}
	return readParams(text)
}

// versionCode tells a version there never was from one that is not answered here.
func versionCode(v string) string {
	for _, c := range v {
		if (c < '0' || c > '9') && c != '.' {
			return "6"
		}
	}
	return "5"
}

// timely tells whether a time of sending is in one of the two forms and not too wrong.
func (s *Simulator) timely(text string, now time.Time) bool {
	at, err := time.ParseInLocation(time.DateTime, text, beijing)
	if err != nil {
		if at, err = time.Parse("2006-01-02 15:04:05.000-0700", text); err != nil {
			return false
		}
	}
	return now.Sub(at).Abs() <= s.o.Skew
}

// bucket is what is left of the calls that may be made.
type bucket struct {
	left float64
	at   time.Time
}

// take takes a call out, if there is one.
func (b *bucket) take(now time.Time, rate float64, burst int) bool {
	if rate <= 0 {
		return true
	}
	if b.at.IsZero() {
		b.left = float64(burst)
	} else {
		b.left = min(float64(burst), b.left+rate*max(0, now.Sub(b.at).Seconds()))
	}
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
