package jd

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, beijing)

const (
	appKey    = "TESTAPPKEY"
	appSecret = "test-secret"
	operator  = `"buId":"10001","operatePin":"p","operateNick":"n",`
)

// rig is a platform, a clock and an application with a token.
type rig struct {
	t     *testing.T
	sim   *Simulator
	o     Options
	mu    sync.Mutex
	now   time.Time
	token string
}

func newRig(t *testing.T, o Options) *rig {
	t.Helper()
	w := &rig{t: t, now: noon}
	o.AppKey, o.AppSecret, o.Clock = orElse(o.AppKey, appKey), orElse(o.AppSecret, appSecret), w.clock
	o.Seed = 7
	w.o = o
	w.open()
	token, err := w.sim.Authorize()
	if err != nil {
		t.Fatal(err)
	}
	w.token = token.Access
	return w
}

// open starts the platform, again after a crash where there is a state file.
func (w *rig) open() {
	w.t.Helper()
	sim, err := New(w.o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.sim = sim
	w.t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			w.t.Error(err)
		}
	})
}

func (w *rig) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *rig) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// grantAs gives the application a token of its choice.
func (w *rig) grantAs(token string) {
	w.t.Helper()
	w.token = token
	w.do(w.sim.do(func(c *change) error {
		c.putGrant(grant{ID: c.newID(), Access: token, IssuedAt: c.now, Until: c.now.Add(time.Hour)})
		return nil
	}))
}

func (w *rig) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// sent are the parameters of a call, signed.
func (w *rig) sent(method, business string) map[string]string {
	p := map[string]string{
		"method": method, "app_key": w.o.AppKey, "access_token": w.token, "v": "2.0",
		"timestamp": w.clock().In(beijing).Format(time.DateTime), "360buy_param_json": business,
	}
	p["sign"] = seal(base(w.o.AppSecret, p, leaving[0]))
	return p
}

func form(p map[string]string) url.Values {
	v := url.Values{}
	for name, value := range p {
		v.Set(name, value)
	}
	return v
}

// post sends parameters and gives the bytes of the answer; lost tells a connection that broke.
func (w *rig) post(p map[string]string) (body string, lost bool) {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "http://jd.test/routerjson", strings.NewReader(form(p).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := w.sim.RoundTrip(r)
	if err != nil {
		return "", true
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	w.do(err)
	return string(b), false
}

// raw makes a call and gives the object below the only key, and that key.
func (w *rig) raw(method, business string) (node, string) {
	w.t.Helper()
	body, lost := w.post(w.sent(method, business))
	if lost {
		w.t.Fatalf("%s: the connection broke", method)
	}
	return w.read(body)
}

func (w *rig) read(body string) (node, string) {
	w.t.Helper()
	var answer map[string]any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil || len(answer) != 1 {
		w.t.Fatalf("%v: %s", err, body)
	}
	for root, v := range answer {
		return node{w.t, v}, root
	}
	panic("not reached")
}

// call makes a call that must pass the gateway.
func (w *rig) call(method, business string) node {
	w.t.Helper()
	n, root := w.raw(method, business)
	if root == "error_response" || n.text("code") != "0" {
		w.t.Fatalf("%s %s: got %v", method, business, n.v)
	}
	return n
}

// refused makes a call that the gateway must refuse with a code.
func (w *rig) refused(code, method, business string) {
	w.t.Helper()
	n, root := w.raw(method, business)
	if root != "error_response" || n.text("code") != code {
		w.t.Errorf("%s %s: got %s %v, want code %s", method, business, root, n.v, code)
	}
}

// node is a place in an answer.
type node struct {
	t *testing.T
	v any
}

// at follows names, and numbers in lists.
func (n node) at(path string) node {
	n.t.Helper()
	v := n.v
	for name := range strings.SplitSeq(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[name]
		case []any:
			i := int(name[0] - '0')
			if len(name) != 1 || i >= len(here) {
				n.t.Fatalf("there is no %s of %s in %v", name, path, n.v)
			}
			v = here[i]
		default:
			n.t.Fatalf("there is no %s of %s in %v", name, path, n.v)
		}
	}
	return node{n.t, v}
}

// text is a text, a number or a truth as text.
func (n node) text(path string) string {
	n.t.Helper()
	switch v := n.at(path).v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	case nil:
		return ""
	}
	n.t.Fatalf("%s of %v is no text", path, n.v)
	return ""
}

func (n node) len(path string) int {
	n.t.Helper()
	list, ok := n.at(path).v.([]any)
	if !ok {
		n.t.Fatalf("%s of %v is no list", path, n.v)
	}
	return len(list)
}

// want compares texts at paths.
func (n node) want(pairs ...string) {
	n.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := n.text(pairs[i]); got != pairs[i+1] {
			n.t.Errorf("%s: got %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}

// wareJSON is a ware that can be; the words in it may be replaced.
const wareJSON = `{"ware":{"title":"白俄罗斯亚麻桌布","categoryId":1625,"transportId":77,"brandId":700002,"wareStatus":8,"introduction":"<p>亚麻</p>",
"multiCateProps":[{"attrId":"162501","attrValues":["16250101"]}],"features":[{"key":"k","value":"v","cn":"名"}],"outerId":"W-1",
"images":[{"colorId":"0000000000","imgIndex":1,"imgUrl":"jfs/t1/a.jpg","@type":"com.jd.pop.ware.ic.api.domain.Image"}]},
"skus":[{"jdPrice":19.90,"stockNum":5,"outerId":"BY-1","saleAttrs":[{"attrId":"162504","attrValues":["16250401"]}],"@type":"x"},
{"jdPrice":70.00,"stockNum":3,"outerId":"BY-2","saleAttrs":[{"attrId":"162504","attrValues":["16250402"]}]}]}`

// goods adds the ware and gives its number and those of its SKUs.
func (w *rig) goods() (ware string, skus [2]ID) {
	w.t.Helper()
	n := w.call("jingdong.ware.write.add", wareJSON)
	for i, outer := range []string{"BY-1", "BY-2"} {
		k, ok := w.sim.Find(outer)
		if !ok {
			w.t.Fatalf("no SKU %s", outer)
		}
		skus[i] = k.ID
	}
	return n.text("ware.wareId"), skus
}

// buy places an order for some units of an SKU.
func (w *rig) buy(sku ID, n int64) ID {
	w.t.Helper()
	id, err := w.sim.PlaceOrder(Purchase{Lines: []Line{{SKU: sku, Quantity: n}}})
	w.do(err)
	return id
}

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
