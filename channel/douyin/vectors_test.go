package douyin

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// vector is a case of any group; which fields it must have depends on the group.
type vector struct {
	ID         string          `json:"id"`
	AppKey     string          `json:"app_key"`
	AppID      string          `json:"app_id"`
	Secret     Secret          `json:"secret"`
	Client     string          `json:"client_secret"`
	Method     string          `json:"method"`
	Params     json.RawMessage `json:"param_json"`
	Unsorted   string          `json:"param_json_raw_unsorted"`
	Timestamp  string          `json:"timestamp"`
	V          string          `json:"v"`
	SignMethod string          `json:"sign_method"`
	Family     string          `json:"canonicalisation"`
	Canonical  string          `json:"canonical"`
	Sign       string          `json:"expected_sign"`
	Body       string          `json:"raw_body"`
	Header     string          `json:"header"`
	Algorithm  string          `json:"algorithm"`
	Expected   string          `json:"expected"`
	Input      string          `json:"input"`
	Go         string          `json:"go_official"`
	GoNew      string          `json:"go_official_built_with_go1_22_or_newer"`
	GoOld      string          `json:"go_before_1_22"`
	Java       string          `json:"java_official"`
	PHP        string          `json:"php"`
	GoJavaPHP  string          `json:"go_java_php"`
	GoPHPPy    string          `json:"go_php_python"`
	Python     string          `json:"python_minibear"`
	PythonRaw  string          `json:"python_minibear_as_shipped"`
	PythonNo   string          `json:"python_ensure_ascii_false"`
	Rule       string          `json:"rule"`
	ProducedBy string          `json:"produced_by"`
	CheckedBy  []string        `json:"cross_checked_by"`
	VerifiedBy []string        `json:"verified_by"`
	Note       string          `json:"note"`
}

// TestVectors judges every case of every group of the file, and fails on a group or a field
// that nobody here knows how to judge.
func TestVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/douyin.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	delete(file, "note")
	judges := map[string]func(*testing.T, vector){
		"api": judgeCall, "spi": judgeSPI, "push": judgePush, "open_douyin_webhook": judgeWebhook, "serializer_divergences": judgeSerializer,
	}
	if got, want := slices.Sorted(maps.Keys(file)), slices.Sorted(maps.Keys(judges)); !slices.Equal(got, want) {
		t.Fatalf("got the groups %v, want %v", got, want)
	}
	for group, judge := range judges {
		d := json.NewDecoder(bytes.NewReader(file[group]))
		d.DisallowUnknownFields()
		var cases []vector
		if err := d.Decode(&cases); err != nil {
			t.Fatalf("%s: %v", group, err)
		}
		if len(cases) == 0 {
			t.Errorf("%s has no cases", group)
		}
		for _, v := range cases {
			t.Run(group+"/"+v.ID, func(t *testing.T) { t.Parallel(); judge(t, v) })
		}
	}
}

// escaped tells which family of clients a canonical form is of.
func (v vector) escaped() bool { return strings.Contains(v.Canonical, `\u0026`) }

func judgeCall(t *testing.T, v vector) {
	for name, params := range map[string][]byte{"param_json": v.Params, "unsorted": []byte(v.Unsorted)} {
		got, err := canonical(params, v.escaped())
		if err != nil || string(got) != v.Canonical {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, v.Canonical)
		}
	}
	if v.V != version {
		t.Errorf("got version %s, want %s", v.V, version)
	}
	if got := signCall(v.SignMethod, v.AppKey, v.Secret, v.Method, v.Timestamp, []byte(v.Canonical)); got != v.Sign {
		t.Errorf("got %s, want %s", got, v.Sign)
	}
	if v.escaped() {
		return
	}
	// What we send of the same parameters is the same text.
	if got, err := outgoing(v.Params); err != nil || string(got) != v.Canonical {
		t.Errorf("sent: got %s, %v, want %s", got, err, v.Canonical)
	}
}

func judgeSPI(t *testing.T, v vector) {
	params, err := canonical(v.Params, v.escaped())
	if err != nil || string(params) != v.Canonical {
		t.Errorf("got %s, %v, want %s", params, err, v.Canonical)
	}
	if got := signSPI(v.SignMethod, v.AppKey, v.Secret, v.Timestamp, params); got != v.Sign {
		t.Errorf("got %s, want %s", got, v.Sign)
	}
	c := testClient(t, Options{AppKey: v.AppKey, Secret: v.Secret, Clock: func() time.Time { return readTime(v.Timestamp) }})
	for _, where := range []string{"sign", "sign_v2"} {
		q := url.Values{"app_key": {v.AppKey}, "timestamp": {v.Timestamp}, "sign_method": {v.SignMethod}, where: {v.Sign}}
		if _, err := c.ReadSPI(q, v.Params); err != nil {
			t.Errorf("%s in the body: got %v, want none", where, err)
		}
		q.Set("param_json", string(v.Params))
		if _, err := c.ReadSPI(q, nil); err != nil {
			t.Errorf("%s in the query: got %v, want none", where, err)
		}
	}
}

func judgePush(t *testing.T, v vector) {
	way := SignMD5
	if strings.HasPrefix(v.Algorithm, SignHMAC) {
		way = SignHMAC
	}
	if got := signPush(way, v.AppID, v.Secret, []byte(v.Body)); got != v.Expected {
		t.Errorf("got %s, want %s", got, v.Expected)
	}
	header := http.Header{}
	header.Set("app-id", v.AppID)
	header.Set(v.Header, v.Expected)
	for _, set := range []string{SignMD5, SignHMAC} {
		c := testClient(t, Options{AppKey: v.AppID, Secret: v.Secret, Facts: Facts{PushSign: set}})
		if _, err := c.ReadPush(header, []byte(v.Body)); (err == nil) != (set == way) {
			t.Errorf("with %s: got %v", set, err)
		}
	}
	if verified := len(v.VerifiedBy) > 0; verified != (way == (Facts{}).withDefaults().PushSign) {
		t.Errorf("verified by %v: the default is another", v.VerifiedBy)
	}
}

// judgeWebhook has a signature of the sister platform, which some take for the shop's: it is
// what its documents say, and opens nothing here.
func judgeWebhook(t *testing.T, v vector) {
	sum := sha1.Sum([]byte(v.Client + v.Body))
	if got := hex.EncodeToString(sum[:]); got != v.Expected {
		t.Errorf("got %s, want %s", got, v.Expected)
	}
	c := testClient(t, Options{Secret: Secret(v.Client)})
	header := http.Header{}
	header.Set("app-id", testKey)
	for _, name := range []string{v.Header, "event-sign"} {
		header.Set(name, v.Expected)
	}
	if _, err := c.ReadPush(header, []byte(v.Body)); err == nil {
		t.Error("it was taken for a push of the shop")
	}
}

// judgeSerializer has what clients write in different ways: ours must write what the rule says.
func judgeSerializer(t *testing.T, v vector) {
	special := map[string]struct{ input, want string }{
		"string with U+0008 and U+000C": {"{\"s\":\"a\\b\\fc\"}", `{"s":"ac"}`},
		"string with U+2028/U+2029":     {"{\"s\":\"a\u2028\u2029c\"}", `{"s":"ac"}`},
		"U+0001":                        {"{\"s\":\"a\\u0001c\"}", `{"s":"ac"}`},
		`"中"`:                           {"{\"s\":\"\\u4e2d\"}", `{"s":"中"}`},
	}
	input, want := v.Input, v.Go
	switch s, ok := special[v.Input]; {
	case ok:
		input, want = s.input, s.want
	case strings.Contains(v.Rule, "integral floats"):
		want = v.PHP
	}
	if v.Rule == "" || want == "" {
		t.Fatal("it says no rule")
	}
	if got, err := outgoing(json.RawMessage(input)); err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
