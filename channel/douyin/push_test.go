package douyin

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
)

func TestPush(t *testing.T) {
	t.Parallel()
	c := testClient(t, Options{})
	read := func(body string) ([]Push, error) {
		header := http.Header{}
		header.Set("app-id", testKey)
		header.Set("event-sign", signPush(SignMD5, testKey, testSecret, []byte(body)))
		return c.ReadPush(header, []byte(body))
	}
	got, err := read(`[{"tag":"0","msg_id":"0","data":"2026"},{"tag":"101","msg_id":"m1","data":"{\"p_id\":4781320682406083640,\"s_ids\":[1],\"shop_id\":4463798,\"pay_time\":1783310400}"},
		{"tag":206,"msgId":"m2","data":{"aftersale_id":"71","p_id":"478","update_time":"2026-07-06T12:00:00+08:00"}},{"tag":"400","msg_id":"m3","data":"{\"product_id\":3473196049974326153,\"update_time\":16189905872}"},
		{"tag":"137","msg_id":"m4","data":"{\"material_id\":\"7003\"}"},{"tag":"999","msg_id":"m5","data":"{}"},{"tag":"101","msg_id":"m6","data":"strange"},{"tag":"101","msg_id":"m7","data":"{\"p_id\":{}}"}]`)
	want := []Push{
		{Tag: "101", ID: "m1", Shop: "4463798", About: AboutOrder, Key: "4781320682406083640", Order: "4781320682406083640", At: At(noon)},
		{Tag: "206", ID: "m2", About: AboutAfterSale, Key: "71", Order: "478", At: At(noon)},
		{Tag: "400", ID: "m3", About: AboutListing, Key: "3473196049974326153"},
		{Tag: "137", ID: "m4", About: AboutPicture, Key: "7003"},
		{Tag: "999", ID: "m5"}, {Tag: "101", ID: "m6"}, {Tag: "101", ID: "m7"},
	}
	for n := range got {
		got[n].At = Moment{got[n].At.UTC()}
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	for _, body := range []string{"", "{}", `"x"`, "[1]", "[", strings.Repeat(" ", pushMost) + "[]"} {
		if _, err := read(body); pavilion.ReasonOf(err) != "douyin.push_malformed" {
			t.Errorf("%.20q: got %v, want douyin.push_malformed", body, err)
		}
	}
	if got, err := read(`[{"tag":0,"msg_id":0}]`); err != nil || len(got) != 0 {
		t.Errorf("probe: got %v, %v, want nothing", got, err)
	}
	for name, header := range map[string]http.Header{
		"no header": {}, "another app": {"App-Id": {"1"}, "Event-Sign": {signPush(SignMD5, testKey, testSecret, []byte("[]"))}},
		"another body": {"App-Id": {testKey}, "Event-Sign": {signPush(SignMD5, testKey, testSecret, []byte("[ ]"))}},
	} {
		if _, err := c.ReadPush(header, []byte("[]")); pavilion.ReasonOf(err) != "douyin.push_forged" {
			t.Errorf("%s: got %v, want douyin.push_forged", name, err)
		}
	}
}

// FuzzPush: nothing is believed without the secret; with it, whatever is read says where to
// look or that nobody knows.
func FuzzPush(f *testing.F) {
	f.Add([]byte(`[{"tag":"101","msg_id":"x","data":"{\"p_id\":1}"}]`), "00")
	f.Add([]byte(`[{"tag":206,"msgId":1,"data":{"aftersale_id":"71"}}]`), strings.Repeat("0", 32))
	f.Add([]byte("\xff["), "")
	f.Fuzz(func(t *testing.T, body []byte, sign string) {
		c := testClient(t, Options{})
		header := http.Header{}
		header.Set("app-id", testKey)
		header.Set("event-sign", sign)
		if got, err := c.ReadPush(header, body); err == nil {
			t.Fatalf("a stranger's push was believed: %+v", got)
		}
		header.Set("event-sign", signPush(SignMD5, testKey, testSecret, body))
		got, err := c.ReadPush(header, body)
		if err != nil && pavilion.KindOf(err) != pavilion.Invalid {
			t.Fatalf("got %v, want Invalid", err)
		}
		for _, p := range got {
			if p.About != AboutUnknown && (p.Key == "" || p.Key == "0") {
				t.Fatalf("got %+v, want a subject with its number", p)
			}
		}
	})
}

func TestSPI(t *testing.T) {
	t.Parallel()
	c := testClient(t, Options{})
	query := func(at time.Time, body string) map[string][]string {
		stamp := fmt.Sprint(at.Unix())
		return map[string][]string{"app_key": {testKey}, "timestamp": {stamp}, "sign": {signSPI(SignMD5, testKey, testSecret, stamp, []byte(body))}}
	}
	const body = `{"a":1}`
	for _, at := range []time.Time{noon, noon.Add(freshness), noon.Add(-freshness)} {
		if got, err := c.ReadSPI(query(at, body), []byte(body)); err != nil || string(got) != body {
			t.Errorf("%v: got %s, %v", at, got, err)
		}
	}
	for name, x := range map[string]struct {
		query        map[string][]string
		body, reason string
	}{
		"old": {query(noon.Add(-freshness-time.Second), body), body, "douyin.spi_stale"}, "future": {query(noon.Add(freshness+time.Second), body), body, "douyin.spi_stale"},
		"another body": {query(noon, body), `{"a":2}`, "douyin.spi_forged"}, "no sign": {map[string][]string{"app_key": {testKey}}, body, "douyin.spi_forged"},
		"empty": {query(noon, ""), "", "douyin.spi_malformed"}, "no JSON": {query(noon, "x"), "x", "douyin.spi_malformed"},
	} {
		_, err := c.ReadSPI(x.query, []byte(x.body))
		if pavilion.ReasonOf(err) != x.reason {
			t.Errorf("%s: got %v, want %s", name, err, x.reason)
		}
		answer, err := c.AnswerSPI(nil, err)
		if err != nil || !strings.HasPrefix(string(answer), `{"code":10000`) {
			t.Errorf("%s: answered %s, %v", name, answer, err)
		}
	}
	if got, err := c.AnswerSPI(map[string]string{"x": "&"}, nil); err != nil || string(got) != `{"code":0,"message":"","data":{"x":"&"}}` {
		t.Errorf("got %s, %v", got, err)
	}
}
