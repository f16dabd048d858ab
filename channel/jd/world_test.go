package jd

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testKey    = "TESTAPPKEY00000000000000000000A1"
	testSecret = "jd-test-secret-5f1c"
	testToken  = "tok-7d3e9a52c1f04b6e"
)

// noon is 12:00 in Greenwich, 20:00 on JD's wire.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// sent is one call as the platform got it.
type sent struct {
	method string
	form   url.Values
	asked  map[string]any // of 360buy_param_json, with numbers as they were written
}

// platform answers calls by their method, one answer after another, the last one for ever.
type platform struct {
	t       *testing.T
	shop    *Shop
	mu      sync.Mutex
	answers map[string][]string // under mu
	calls   []sent              // under mu
}

// jd is a platform that answers as told, and a shop of it.
func newPlatform(t *testing.T, facts Facts, answers map[string][]string) *platform {
	t.Helper()
	p := &platform{t: t, answers: answers}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	c, err := New(Options{
		AppKey: testKey, AppSecret: testSecret, BaseURL: server.URL + "/routerjson", OAuthURL: server.URL,
		Doer: server.Client(), Clock: func() time.Time { return noon }, Facts: facts,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.shop = c.Shop(testToken)
	return p
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.t.Error(err)
	}
	call := sent{method: r.Form.Get("method"), form: r.PostForm}
	if call.method == "" {
		call.method, call.form = r.URL.Path, r.Form
	} else {
		if r.Method != http.MethodPost || r.URL.RawQuery != "" {
			p.t.Errorf("%s came as %s %s, want everything in the body", call.method, r.Method, r.URL)
		}
		params := map[string]string{}
		for key, values := range r.PostForm {
			params[key] = values[0]
			if strings.TrimSpace(values[0]) == "" || len(values) != 1 {
				p.t.Errorf("%s sends %s as %q, want one value that is not blank", call.method, key, values)
			}
		}
		if got, want := r.PostForm.Get("sign"), sign(testSecret, params); got != want {
			p.t.Errorf("%s is signed %s, want %s", call.method, got, want)
		}
		d := json.NewDecoder(strings.NewReader(r.PostForm.Get("360buy_param_json")))
		d.UseNumber()
		if err := d.Decode(&call.asked); err != nil {
			p.t.Errorf("%s sends no JSON: %v", call.method, err)
		}
	}
	p.mu.Lock()
	p.calls = append(p.calls, call)
	left := p.answers[call.method]
	if len(left) > 1 {
		p.answers[call.method] = left[1:]
	}
	p.mu.Unlock()
	if len(left) == 0 {
		p.t.Errorf("nobody said what to answer to %s", call.method)
		return
	}
	if left[0] == hangUp {
		panic(http.ErrAbortHandler)
	}
	if _, err := io.WriteString(w, left[0]); err != nil {
		p.t.Error(err)
	}
}

// hangUp is the answer of a connection that breaks.
const hangUp = "hang up"

// asked is what the n-th call from the end had as the parameters of its method.
func (p *platform) asked(fromEnd int) map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[len(p.calls)-1-fromEnd].asked
}

// methods are those called, in order.
func (p *platform) methods() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, c := range p.calls {
		out = append(out, c.method)
	}
	return out
}

// one answers one method in one way.
func one(method, answer string) map[string][]string { return map[string][]string{method: {answer}} }

// refusing is the gateway's refusal.
func refusing(code string) string {
	return `{"error_response":{"code":"` + code + `","zh_desc":"不行","en_desc":"no"}}`
}
