package jd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// vectorsFile is what testdata/jd.json holds. Unknown fields fail: nothing in it may go by
// unjudged.
type vectorsFile struct {
	Title      string            `json:"title"`
	Algorithm  string            `json:"algorithm"`
	Synthetic  bool              `json:"all_data_is_synthetic"`
	ProducedBy map[string]string `json:"produced_by"`
	ProducedAt string            `json:"produced_at"`
	Vectors    []struct {
		ID              string            `json:"id"`
		Desc            string            `json:"desc"`
		Secret          string            `json:"app_secret"`
		Params          map[string]string `json:"params"`
		Text            string            `json:"string_to_sign"`
		Sign            string            `json:"expected_sign"`
		Results         map[string]string `json:"results"`
		Divergent       bool              `json:"divergent"`
		AlternativeSign string            `json:"alternative_sign_if_blank_values_are_included"`
		AlternativeText string            `json:"alternative_string_to_sign"`
	} `json:"vectors"`
	Captures []struct {
		SDK     string            `json:"source_sdk"`
		Secret  string            `json:"app_secret"`
		Line    string            `json:"request_line"`
		Headers [][2]string       `json:"headers"`
		Body    string            `json:"body"`
		Params  map[string]string `json:"decoded_params"`
		Sign    string            `json:"sign"`
	} `json:"wire_captures"`
}

func TestVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/jd.json")
	if err != nil {
		t.Fatal(err)
	}
	var file vectorsFile
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) == 0 || len(file.Captures) == 0 {
		t.Fatal("the file holds no vectors or no captures")
	}
	for _, v := range file.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			if got := base(v.Secret, v.Params, leaving[0]); got != v.Text {
				t.Errorf("got text %q, want %q", got, v.Text)
			}
			if got := seal(base(v.Secret, v.Params, leaving[0])); got != v.Sign {
				t.Errorf("got %s, want %s", got, v.Sign)
			}
			if got := base(v.Secret, v.Params, leaving[1]); v.Divergent && got != v.AlternativeText {
				t.Errorf("with blank values: got text %q, want %q", got, v.AlternativeText)
			}
			for _, sdk := range slices.Sorted(maps.Keys(v.Results)) {
				sign := v.Results[sdk]
				if !signed(v.Secret, v.Params, sign) {
					t.Errorf("the signature of %s is refused", sdk)
				}
				if sign != v.Sign && (!v.Divergent || sign != v.AlternativeSign) {
					t.Errorf("%s: got %s, want %s or, where they differ, %s", sdk, sign, v.Sign, v.AlternativeSign)
				}
			}
			if signed(v.Secret, v.Params, strings.ToLower(v.Sign)) || signed(v.Secret+" ", v.Params, v.Sign) || signed(v.Secret, v.Params, "") {
				t.Error("a wrong signature is taken")
			}
		})
	}
	for i, v := range file.Captures {
		t.Run(fmt.Sprintf("capture %d %s", i, v.SDK), func(t *testing.T) {
			t.Parallel()
			received := func() *http.Request {
				var b strings.Builder
				b.WriteString(v.Line + "\r\n")
				for _, h := range v.Headers {
					b.WriteString(h[0] + ": " + h[1] + "\r\n")
				}
				b.WriteString("\r\n" + v.Body)
				r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(b.String())))
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			sent, err := readCall(received())
			if err != nil {
				t.Fatal(err)
			}
			want := maps.Clone(v.Params)
			want["sign"] = v.Sign
			if diff := cmp.Diff(want, sent); diff != "" {
				t.Fatalf("read otherwise (-want +got):\n%s", diff)
			}
			w := newRig(t, Options{AppKey: sent["app_key"], AppSecret: v.Secret, Skew: 24 * time.Hour})
			w.now = time.Date(2026, 11, 23, 10, 0, 0, 0, beijing)
			w.grantAs(sent["access_token"])
			rec := httptest.NewRecorder()
			w.sim.ServeHTTP(rec, received())
			if code := gatewayCode(t, rec.Body.Bytes()); slices.Contains([]string{"7", "8", "11", "12", "15", "18", "19", "21", "62", "63"}, code) {
				t.Errorf("got code %s: %s", code, rec.Body)
			}
			changed := received()
			changed.URL.RawQuery += "&jos_result_fuzz=2"
			rec = httptest.NewRecorder()
			w.sim.ServeHTTP(rec, changed)
			if code := gatewayCode(t, rec.Body.Bytes()); code != "12" {
				t.Errorf("changed on the way: got code %s, want 12", code)
			}
		})
	}
}

func gatewayCode(t *testing.T, body []byte) string {
	t.Helper()
	var a struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error_response"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return a.Error.Code
}
