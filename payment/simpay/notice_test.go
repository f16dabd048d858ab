package simpay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/money"
	"pavilion/payment"
)

var (
	noticeNoon = time.Date(2026, 7, 6, 4, 0, 0, 0, time.UTC)
	noticeKey  = []byte("0123456789abcdef")
)

const goodNotice = `{"notice":"sn1","intent":"pay_1","ref":"sp1","state":"paid","amount":"12.34","currency":"CNY","happened_at":"2026-07-06T04:00:00Z"}`

func noticeClient(t testing.TB) *Client {
	t.Helper()
	c, err := New(Options{BaseURL: "https://pay.example", Merchant: "m", Key: noticeKey, Clock: func() time.Time { return noticeNoon }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signedHeader signs a notice by the words of the protocol, not by the code under test.
func signedHeader(at time.Time, body string) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, noticeKey)
	mac.Write([]byte("NOTICE\n" + stamp + "\n" + body))
	return http.Header{"Simpay-Timestamp": {stamp}, "Simpay-Signature": {hex.EncodeToString(mac.Sum(nil))}}
}

func TestReadNotice(t *testing.T) {
	t.Parallel()
	c := noticeClient(t)
	got, err := c.ReadNotice(signedHeader(noticeNoon, goodNotice), []byte(goodNotice))
	want := payment.Word{NoticeID: "notice:sn1", Intent: "pay_1", State: payment.StatePaid, Amount: money.New(12_34, money.CNY), ProviderRef: "sp1"}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(money.Money{})); d != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, d)
	}
	for _, edge := range []time.Duration{-freshness, freshness} {
		if _, err := c.ReadNotice(signedHeader(noticeNoon.Add(edge), goodNotice), []byte(goodNotice)); err != nil {
			t.Errorf("%v away: got %v, want none", edge, err)
		}
	}

	forged := signedHeader(noticeNoon, goodNotice)
	forged.Set("Simpay-Timestamp", strconv.FormatInt(noticeNoon.Unix()+1, 10))
	for name, c := range map[string]struct {
		header http.Header
		body   string
		reason string
	}{
		"another time than signed": {forged, goodNotice, "payment.notice_forged"},
		"another body than signed": {signedHeader(noticeNoon, goodNotice), strings.Replace(goodNotice, "12.34", "1.34", 1), "payment.notice_forged"},
		"no header":                {http.Header{}, goodNotice, "payment.notice_forged"},
		"signature of nothing":     {http.Header{"Simpay-Timestamp": {"1"}, "Simpay-Signature": {""}}, goodNotice, "payment.notice_forged"},
		"no hexadecimal":           {http.Header{"Simpay-Timestamp": {"1"}, "Simpay-Signature": {"zz"}}, goodNotice, "payment.notice_forged"},
		"old":                      {signedHeader(noticeNoon.Add(-freshness-time.Second), goodNotice), goodNotice, "payment.notice_stale"},
		"from the future":          {signedHeader(noticeNoon.Add(freshness+time.Second), goodNotice), goodNotice, "payment.notice_stale"},
	} {
		if _, err := noticeClient(t).ReadNotice(c.header, []byte(c.body)); pavilion.ReasonOf(err) != c.reason || pavilion.KindOf(err) != pavilion.Forbidden {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
	for name, body := range map[string]string{
		"no JSON": "paid", "a list": "[]", "empty": "{}", "null": "null",
		"no such state":       strings.Replace(goodNotice, `"paid"`, `"payed"`, 1),
		"an amount as number": strings.Replace(goodNotice, `"12.34"`, `12.34`, 1),
		"too precise":         strings.Replace(goodNotice, `12.34`, `12.345`, 1),
		"no intent":           strings.Replace(goodNotice, `"pay_1"`, `""`, 1),
		"no number":           strings.Replace(goodNotice, `"sn1"`, `""`, 1),
		"too large":           strings.Replace(goodNotice, `sp1`, strings.Repeat("x", answerMost), 1),
	} {
		if _, err := c.ReadNotice(signedHeader(noticeNoon, body), []byte(body)); pavilion.ReasonOf(err) != "payment.notice_malformed" {
			t.Errorf("%s: got %v, want payment.notice_malformed", name, err)
		}
	}
}

// FuzzReadNotice: without the key nothing is believed; with it, whatever is read is whole.
func FuzzReadNotice(f *testing.F) {
	f.Add([]byte(goodNotice), "1783310400", "00")
	f.Add([]byte(`{"notice":"x","intent":"y","state":"declined","amount":"-0","currency":"JPY"}`), "", "")
	f.Add([]byte("\xff{"), "-1", strings.Repeat("0", 64))
	f.Fuzz(func(t *testing.T, body []byte, stamp, signature string) {
		c := noticeClient(t)
		stranger := http.Header{"Simpay-Timestamp": {stamp}, "Simpay-Signature": {signature}}
		if w, err := c.ReadNotice(stranger, body); err == nil {
			t.Fatalf("a stranger's notice was believed: %+v", w)
		}
		w, err := c.ReadNotice(signedHeader(noticeNoon, string(body)), body)
		if err != nil {
			if pavilion.KindOf(err) != pavilion.Invalid {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			return
		}
		if w.Intent == "" || w.NoticeID == "notice:" || w.State == "" || !w.Amount.Currency().Known() {
			t.Fatalf("got %+v, want every field", w)
		}
	})
}
