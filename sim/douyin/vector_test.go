package douyin

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// vector is one case of the file; it lists every field a case may have, so that one nobody
// judges fails the test.
type vector struct {
	ID           string          `json:"id"`
	AppKey       string          `json:"app_key"`
	AppID        string          `json:"app_id"`
	Secret       string          `json:"secret"`
	ClientSecret string          `json:"client_secret"`
	Method       string          `json:"method"`
	Param        json.RawMessage `json:"param_json"`
	RawParam     string          `json:"param_json_raw_unsorted"`
	Timestamp    string          `json:"timestamp"`
	V            string          `json:"v"`
	SignMethod   string          `json:"sign_method"`
	How          string          `json:"canonicalisation"`
	Canonical    string          `json:"canonical"`
	Sign         string          `json:"expected_sign"`
	RawBody      string          `json:"raw_body"`
	Header       string          `json:"header"`
	Algorithm    string          `json:"algorithm"`
	Expected     string          `json:"expected"`
	By           any             `json:"produced_by"`
	Checked      any             `json:"cross_checked_by"`
	Verified     any             `json:"verified_by"`
	Note         string          `json:"note"`
}

// divergence is a text that serialisers write differently.
type divergence struct {
	ID      string `json:"id"`
	Input   string `json:"input"`
	Go      string `json:"go_official"`
	Java    string `json:"java_official"`
	PHP     string `json:"php"`
	Python  string `json:"python_minibear"`
	GoNew   string `json:"go_official_built_with_go1_22_or_newer"`
	GoOld   string `json:"go_before_1_22"`
	Shipped string `json:"python_minibear_as_shipped"`
	Raw     string `json:"python_ensure_ascii_false"`
	GoPHP   string `json:"go_java_php"`
	GoPHPy  string `json:"go_php_python"`
	Rule    string `json:"rule"`
}

func TestVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/douyin.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Note        string       `json:"note"`
		API         []vector     `json:"api"`
		SPI         []vector     `json:"spi"`
		Push        []vector     `json:"push"`
		Webhook     []vector     `json:"open_douyin_webhook"`
		Divergences []divergence `json:"serializer_divergences"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	if len(all.API) == 0 || len(all.SPI) == 0 || len(all.Push) == 0 || len(all.Webhook) == 0 || len(all.Divergences) == 0 {
		t.Fatalf("a section without cases: %d %d %d %d %d", len(all.API), len(all.SPI), len(all.Push), len(all.Webhook), len(all.Divergences))
	}
	for _, v := range all.API {
		t.Run(v.ID, v.api)
	}
	for _, v := range all.SPI {
		t.Run(v.ID, v.spi)
	}
	for _, v := range all.Push {
		t.Run(v.ID, v.push)
	}
	for _, v := range all.Webhook {
		t.Run(v.ID, func(t *testing.T) {
			// It is the other platform's, which nothing here makes: the case itself is checked.
			sum := sha1.Sum([]byte(v.ClientSecret + v.RawBody))
			if got := hex.EncodeToString(sum[:]); got != v.Expected {
				t.Errorf("got %s, want %s", got, v.Expected)
			}
		})
	}
	for _, v := range all.Divergences {
		t.Run(v.ID, v.check)
	}
}

func (v vector) html() bool {
	return strings.Contains(v.How, "escaped") && !strings.Contains(v.How, "coincide")
}

func (v vector) api(t *testing.T) {
	for _, param := range []string{v.RawParam, string(v.Param)} {
		parsed, err := readJSON(param)
		if err != nil {
			t.Fatal(err)
		}
		if got := canonical(parsed, v.html()); got != v.Canonical {
			t.Errorf("canonical: got %s, want %s", got, v.Canonical)
		}
	}
	if got := signAPI(v.SignMethod, v.Secret, v.AppKey, v.Method, v.Canonical, v.Timestamp, v.V); got != v.Sign {
		t.Errorf("sign: got %s, want %s", got, v.Sign)
	}
	s := &Simulator{rules: Usual()}
	app := &App{Key: v.AppKey, Secret: v.Secret}
	q := request{appKey: v.AppKey, method: v.Method, timestamp: v.Timestamp, v: v.V, sign: v.Sign, signMethod: v.SignMethod, param: v.RawParam}
	if !s.signed(app, q) {
		t.Error("the gateway refuses the call")
	}
	if s.rules.Strict = true; s.signed(app, q) != (canonicalText(t, v.RawParam) == v.Canonical) {
		t.Error("the strict gateway judges the call wrongly")
	}
	q.timestamp += "0"
	if s.signed(app, q) {
		t.Error("the gateway accepts another timestamp")
	}
}

func canonicalText(t *testing.T, param string) string {
	t.Helper()
	v, err := readJSON(param)
	if err != nil {
		t.Fatal(err)
	}
	return canonical(v, false)
}

func (v vector) spi(t *testing.T) {
	parsed, err := readJSON(string(v.Param))
	if err != nil {
		t.Fatal(err)
	}
	if got := canonical(parsed, strings.HasSuffix(v.ID, "-html")); got != v.Canonical {
		t.Errorf("canonical: got %s, want %s", got, v.Canonical)
	}
	if got := signSPI(v.SignMethod, v.Secret, v.AppKey, v.Canonical, v.Timestamp); got != v.Sign {
		t.Errorf("sign: got %s, want %s", got, v.Sign)
	}
}

func (v vector) push(t *testing.T) {
	got := signPush(v.Secret, v.AppID, v.RawBody)
	if strings.HasPrefix(v.Algorithm, signHMAC) { // one source's claim, which the platform does not follow
		if got == v.Expected || digest(signHMAC, v.Secret, v.AppID+v.RawBody+v.Secret) != v.Expected {
			t.Errorf("the variant is not what it is said to be")
		}
		return
	}
	if v.Header != "event-sign" || got != v.Expected {
		t.Errorf("%s: got %s, want %s", v.Header, got, v.Expected)
	}
}

// check compares what a text says of the official Go client with ours, and sees that the
// gateway knows the forms of all clients as the same call.
func (v divergence) check(t *testing.T) {
	known := []string{"D1", "D2", "D3", "D4", "D5", "D6", "D7"}
	if !slices.Contains(known, v.ID) {
		t.Fatal("nobody says how to judge this one")
	}
	for input, want := range map[string]string{
		"D1": v.Go, "D2": v.Go, "D5": v.Go,
		"D3": `"\b\f"`, "D4": `"\u2028\u2029"`, "D6": `"中"`, "D7": `"\u0001"`,
	} {
		if input != v.ID {
			continue
		}
		text := v.Input
		switch v.ID {
		case "D3":
			text = `"\u0008\u000c"`
		case "D4":
			text = "\"\u2028\u2029\""
		case "D7":
			text = `"\u0001"`
		}
		if got := canonicalText(t, text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
