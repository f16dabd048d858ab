package payment

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"pavilion"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStartIntent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	payURL := w.start("pay_1")
	status, again := w.call("POST", "/v1/intents", w.intent("pay_1", "12.34"))
	want := map[string]any{
		"id": "pay_1", "ref": again["ref"], "state": "open", "amount": "12.34", "currency": "CNY",
		"pay_url": payURL, "expires_at": noon.Add(time.Hour).Format(time.RFC3339),
	}
	if d := cmp.Diff(want, again); d != "" || status != http.StatusOK {
		t.Errorf("again: %d (-want +got):\n%s", status, d)
	}
	for name, c := range map[string]struct {
		status int
		word   string
		change func(m map[string]any)
	}{
		"another amount":    {409, "intent_differs", func(m map[string]any) { m["amount"] = "12.35" }},
		"another currency":  {409, "intent_differs", func(m map[string]any) { m["currency"] = "BYN" }},
		"no id":             {400, "malformed", func(m map[string]any) { m["id"] = "" }},
		"a path as id":      {400, "malformed", func(m map[string]any) { m["id"] = "../x" }},
		"amount of nothing": {400, "malformed", func(m map[string]any) { m["amount"] = "0.00" }},
		"a number":          {400, "malformed", func(m map[string]any) { m["amount"] = 12.34 }},
		"no subject":        {400, "malformed", func(m map[string]any) { m["subject"] = "" }},
		"a script":          {400, "malformed", func(m map[string]any) { m["return_url"] = "javascript:alert(1)" }},
		"no host":           {400, "malformed", func(m map[string]any) { m["notify_url"] = "https:///x" }},
		"language":          {400, "malformed", func(m map[string]any) { m["lang"] = "de" }},
		"too late":          {400, "malformed", func(m map[string]any) { m["id"], m["expires_at"] = "pay_2", noon }},
		"unknown field":     {400, "malformed", func(m map[string]any) { m["tip"] = "1" }},
		"too large":         {413, "too_large", func(m map[string]any) { m["subject"] = strings.Repeat("x", bodyMost) }},
	} {
		var m map[string]any
		if err := json.Unmarshal([]byte(w.intent("pay_1", "12.34")), &m); err != nil {
			t.Fatal(err)
		}
		c.change(m)
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if status, told := w.call("POST", "/v1/intents", string(b)); status != c.status || told["error"] != c.word {
			t.Errorf("%s: got %d %v, want %d %s", name, status, told, c.status, c.word)
		}
	}
	if status, told := w.call("GET", "/v1/intents/pay_none", ""); status != 404 || told["error"] != "intent_unknown" {
		t.Errorf("unknown: got %d %v, want 404 intent_unknown", status, told)
	}
	if status, _ := w.call("GET", "/elsewhere", ""); status != 404 {
		t.Errorf("no such path: got %d, want 404", status)
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.start("pay_1")
	const path = "/v1/intents/pay_1"
	for name, c := range map[string]struct {
		status         int
		merchant, path string
		at             time.Time
		method, body   string
	}{
		"right":              {200, "pavilion", path, noon, "GET", ""},
		"just fresh enough":  {200, "pavilion", path, noon.Add(-freshness), "GET", ""},
		"too old":            {401, "pavilion", path, noon.Add(-freshness - time.Second), "GET", ""},
		"from the future":    {401, "pavilion", path, noon.Add(freshness + time.Second), "GET", ""},
		"another merchant":   {401, "other", path, noon, "GET", ""},
		"over another path":  {401, "pavilion", "/v1/intents/pay_2", noon, "GET", ""},
		"over the full path": {401, "pavilion", "/sim" + path, noon, "GET", ""},
		"over another verb":  {401, "pavilion", path, noon, "POST", ""},
		"over another body":  {401, "pavilion", path, noon, "GET", "{}"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", w.server.URL+"/sim"+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		stamp := strconv.FormatInt(c.at.Unix(), 10)
		r.Header.Set("Simpay-Merchant", c.merchant)
		r.Header.Set("Simpay-Timestamp", stamp)
		r.Header.Set("Simpay-Signature", w.sim.sign(c.method, c.path, stamp, c.body))
		if status, _ := w.do(r); status != c.status {
			t.Errorf("%s: got %d, want %d", name, status, c.status)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", w.server.URL+"/sim"+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if status, told := w.do(r); status != 401 || told["error"] != "signature" {
		t.Errorf("unsigned: got %d %v, want 401 signature", status, told)
	}
}

// TestSignatureExample pins the text of protocol.md to bytes made by openssl:
//
//	printf 'GET\n/v1/intents/pay_1\n1783310400\n' | openssl dgst -sha256 -hmac 0123456789abcdef
func TestSignatureExample(t *testing.T) {
	t.Parallel()
	s := &Simulator{o: Options{Key: key}}
	if got := s.sign("GET", "/v1/intents/pay_1", "1783310400", ""); got != "336bbb2502db256ee182d6a577bcae75fcc06589fa13acb0d59cda1e95672b38" {
		t.Errorf("got %s", got)
	}
}

func TestWays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		way     Way
		state   string
		notices int
	}{{Pay, paid, 1}, {Decline, declined, 1}, {Later, paid, 1}, {Twice, paid, 2}, {Before, paid, 1}, {Never, paid, 0}} {
		t.Run(string(c.way), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			w.start("pay_1")
			w.choose("pay_1", Choice{Way: c.way})
			if c.way == Before && len(w.notices) != 1 {
				t.Errorf("notices before the choice returned: got %d, want 1", len(w.notices))
			}
			var ids []any
			for range c.notices {
				n := w.notice()
				if n["intent"] != "pay_1" || n["state"] != c.state || n["amount"] != "12.34" || n["currency"] != "CNY" {
					t.Errorf("notice: got %v", n)
				}
				ids = append(ids, n["notice"])
			}
			if len(ids) == 2 && ids[0] != ids[1] {
				t.Errorf("notices: got %v, want the same twice", ids)
			}
			if got := w.state("pay_1"); got != c.state {
				t.Errorf("state: got %s, want %s", got, c.state)
			}
			if pavilion.ReasonOf(w.sim.Choose(t.Context(), "pay_1", Choice{Way: Pay})) != "sim.decided" {
				t.Error("chosen again: got none, want sim.decided")
			}
			w.stop()
			if len(w.notices) != 0 {
				t.Errorf("further notices: got %d, want none", len(w.notices))
			}
		})
	}
}

func TestLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.start("pay_1")
	w.choose("pay_1", Choice{Way: Later, After: 2 * time.Hour})
	w.set(noon.Add(2*time.Hour - time.Second))
	w.sim.poke()
	if got := w.state("pay_1"); got != pending {
		t.Errorf("before its time, after the intent's: got %s, want %s", got, pending)
	}
	w.set(noon.Add(2 * time.Hour))
	w.sim.poke()
	w.notice()
	if got := w.state("pay_1"); got != paid {
		t.Errorf("at its time: got %s, want %s", got, paid)
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.start("pay_1")
	w.set(noon.Add(time.Hour))
	if got := w.state("pay_1"); got != expired {
		t.Errorf("got %s, want %s", got, expired)
	}
	if err := w.sim.Choose(t.Context(), "pay_1", Choice{Way: Pay}); pavilion.ReasonOf(err) != "sim.decided" {
		t.Errorf("paid too late: got %v, want sim.decided", err)
	}
}

func TestNoticeIsRepeatedUntilReceived(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.start("pay_1")
	w.refuseNext(http.StatusInternalServerError, http.StatusFound, http.StatusBadRequest)
	w.choose("pay_1", Choice{Way: Pay})
	first := w.notice()
	for range 3 {
		if again := w.notice(); again["notice"] != first["notice"] {
			t.Errorf("notice: got %v, want %v", again["notice"], first["notice"])
		}
	}
	w.stop()
	if d := cmp.Diff([]Sent{{first["notice"].(string), paid, 4, 1}}, w.sim.Notices("pay_1")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestNoticeIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.start("pay_1")
	w.refuseNext(slices.Repeat([]int{http.StatusTeapot}, triesMost)...)
	w.choose("pay_1", Choice{Way: Pay})
	for range triesMost {
		w.notice()
	}
	w.stop()
	if sent := w.sim.Notices("pay_1"); len(w.notices) != 0 || sent[0].Tries != triesMost || sent[0].Receipts != 0 {
		t.Errorf("notices: got %+v and %d more, want %d tries", sent, len(w.notices), triesMost)
	}
}

func TestUsualBackoff(t *testing.T) {
	t.Parallel()
	for try, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 11: 10 * time.Minute, 1000: 10 * time.Minute} {
		if got := usualBackoff(try); got != want {
			t.Errorf("after try %d: got %v, want %v", try, got, want)
		}
	}
}

func TestRefunds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.start("pay_1")
	refund := func(id, intent, amount string) (int, map[string]any) {
		t.Helper()
		b, err := json.Marshal(refundAsked{id, intent, amount, "CNY", "returned"})
		if err != nil {
			t.Fatal(err)
		}
		return w.call("POST", "/v1/refunds", string(b))
	}
	want := func(what string, status int, word string) func(int, map[string]any) {
		return func(got int, told map[string]any) {
			t.Helper()
			if said := told["error"]; got != status || said != word && told["state"] != word {
				t.Errorf("%s: got %d %v, want %d %s", what, got, told, status, word)
			}
		}
	}
	want("not paid", 409, "not_paid")(refund("rfd_1", "pay_1", "1.00"))
	w.choose("pay_1", Choice{Way: Never})
	want("too much", 409, "exceeds_paid")(refund("rfd_1", "pay_1", "12.35"))
	want("a part", 201, done)(refund("rfd_1", "pay_1", "10.00"))
	want("again", 200, done)(refund("rfd_1", "pay_1", "10.00"))
	want("the same with another amount", 409, "refund_differs")(refund("rfd_1", "pay_1", "10.01"))
	want("more than is left", 409, "exceeds_paid")(refund("rfd_2", "pay_1", "2.35"))
	want("unknown intent", 404, "intent_unknown")(refund("rfd_2", "pay_2", "1.00"))
	want("nothing", 400, "malformed")(refund("rfd_2", "pay_1", "0"))
	want("asked", 200, done)(w.call("GET", "/v1/refunds/rfd_1", ""))
	want("unknown", 404, "refund_unknown")(w.call("GET", "/v1/refunds/rfd_2", ""))

	for _, f := range []Fault{Refused, Pending} {
		if err := w.sim.AddFault("POST /v1/refunds", f, 1); err != nil {
			t.Fatal(err)
		}
		want(string(f), 201, string(f))(refund("rfd_"+string(f), "pay_1", "2.34"))
	}
	want("pending, asked about", 200, done)(w.call("GET", "/v1/refunds/rfd_pending", ""))
	want("refused stays so", 200, refused)(refund("rfd_refused", "pay_1", "2.34"))
	want("nothing is left", 409, "exceeds_paid")(refund("rfd_3", "pay_1", "0.01"))
}

// TestStateSurvives stops the provider with a notice owed and a payment to be confirmed,
// and starts another on the same file.
func TestStateSurvives(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "simpay.jsonl")
	w := newWorld(t, file)
	for _, id := range []string{"pay_owed", "pay_late", "pay_open", "pay_back"} {
		w.start(id)
	}
	w.choose("pay_back", Choice{Way: Never})
	if status, _ := w.call("POST", "/v1/refunds", `{"id":"rfd_1","intent":"pay_back","amount":"12.34","currency":"CNY","reason":""}`); status != 201 {
		t.Fatalf("refund: got %d, want 201", status)
	}
	w.pause = time.Minute
	w.refuseNext(http.StatusServiceUnavailable)
	w.choose("pay_owed", Choice{Way: Pay})
	w.notice()
	w.choose("pay_late", Choice{Way: Later, After: time.Minute})
	if err := w.sim.Stop(); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.call("POST", "/v1/intents", w.intent("pay_lost", "1.00")); status != http.StatusServiceUnavailable {
		t.Errorf("start after the stop: got %d, want 503", status)
	}

	next := newWorld(t, file)
	next.set(noon.Add(time.Minute))
	next.sim.poke()
	// The shop of before still listens; the addresses of its notices are in the file.
	heard := []any{w.notice()["intent"], w.notice()["intent"]}
	if !slices.Contains(heard, any("pay_owed")) || !slices.Contains(heard, any("pay_late")) {
		t.Errorf("notices after the restart: got %v, want pay_owed and pay_late", heard)
	}
	for id, want := range map[string]string{"pay_owed": paid, "pay_late": paid, "pay_open": open, "pay_back": paid, "pay_lost": ""} {
		if got := next.state(id); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if status, told := next.call("GET", "/v1/refunds/rfd_1", ""); status != 200 || told["state"] != done {
		t.Errorf("refund: got %d %v, want it done", status, told)
	}
}

func TestStateFile(t *testing.T) {
	t.Parallel()
	options := func(file string) Options {
		return Options{BaseURL: "http://sim.example", Key: key, Clock: time.Now, StateFile: file}
	}
	dir := t.TempDir()
	torn := filepath.Join(dir, "torn")
	if err := os.WriteFile(torn, []byte(`{"Intent":{"ID":"pay_1","Ref":"sp1","State":"open"}}`+"\n"+`{"Intent":{"ID":"pay_2`), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := New(options(torn))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.memory.intents) != 1 {
		t.Errorf("after a torn line: got %d intents, want 1", len(s.memory.intents))
	}
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	broken := filepath.Join(dir, "broken")
	if err := os.WriteFile(broken, []byte("{}\nrubbish\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(options(broken)); pavilion.ReasonOf(err) != "sim.state_malformed" {
		t.Errorf("a broken file: got %v, want sim.state_malformed", err)
	}
	if _, err := New(options(filepath.Join(dir, "none", "file"))); pavilion.ReasonOf(err) != "sim.state_unreadable" {
		t.Errorf("no folder: got %v, want sim.state_unreadable", err)
	}
	for _, bad := range []Options{{}, {BaseURL: "http://x/", Key: key, Clock: time.Now}, {BaseURL: "http://x", Key: key[1:], Clock: time.Now}, {BaseURL: "http://x", Key: key}} {
		if _, err := New(bad); pavilion.ReasonOf(err) != "sim.options" {
			t.Errorf("%+v: got %v, want sim.options", bad, err)
		}
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.start("pay_1")
	control := func(key, method, path, body string) (status int, text string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, w.server.URL+"/sim"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		out, err := w.server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Body.Close()
		b, err := io.ReadAll(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		return out.StatusCode, string(b)
	}
	for _, c := range []struct {
		key, method, path, body string
		status                  int
	}{
		{"wrong", "POST", "/control/intents/pay_1", `{"choice":"pay"}`, 401},
		{"", "GET", "/control/notices/pay_1", ``, 401},
		{"steer", "POST", "/control/intents/pay_1", `{"choice":"dance"}`, 400},
		{"steer", "POST", "/control/intents/pay_1", `{"choice":"pay","amount":"x","currency":"CNY"}`, 400},
		{"steer", "POST", "/control/intents/pay_1", `{"choice":"later","after_ms":-1}`, 400},
		{"steer", "POST", "/control/intents/pay_2", `{"choice":"pay"}`, 404},
		{"steer", "POST", "/control/intents/pay_1", `{"choice":"pay","amount":"1.00","currency":"BYN"}`, 204},
		{"steer", "POST", "/control/intents/pay_1", `{"choice":"pay"}`, 409},
		{"steer", "POST", "/control/faults", `{"at":"notice","fault":"slow"}`, 400},
		{"steer", "POST", "/control/faults", `{"at":"nowhere","fault":"slow"}`, 400},
		{"steer", "POST", "/control/faults", `{"at":"GET /v1/intents/{id}","fault":"unavailable","times":2}`, 204},
	} {
		if status, text := control(c.key, c.method, c.path, c.body); status != c.status {
			t.Errorf("%s %s: got %d %s, want %d", c.path, c.body, status, text, c.status)
		}
	}
	if n := w.notice(); n["amount"] != "1.00" || n["currency"] != "BYN" {
		t.Errorf("notice: got %v, want 1.00 BYN", n)
	}
	for _, want := range []int{503, 503, 200} {
		if status, _ := w.call("GET", "/v1/intents/pay_1", ""); status != want {
			t.Errorf("asked: got %d, want %d", status, want)
		}
	}
	w.stop()
	if status, text := control("steer", "GET", "/control/notices/pay_1", ""); status != 200 || !strings.Contains(text, `"tries":1,"receipts":1`) {
		t.Errorf("notices: got %d %s", status, text)
	}
	none, err := New(Options{BaseURL: "http://sim.example", Key: key, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/control/notices/pay_1", nil)
	r.Header.Set("Authorization", "Bearer ")
	none.ServeHTTP(rec, r)
	if rec.Code != 401 {
		t.Errorf("without a control key: got %d, want 401", rec.Code)
	}
	if err := w.sim.Start(context.Background()); err == nil {
		t.Error("started twice: got none, want an error")
	}
}
