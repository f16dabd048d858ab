package jd

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
)

// vectorFile is testdata/jd.json: signatures that official and other SDKs made, and calls
// caught from them.
type vectorFile struct {
	Title      string            `json:"title"`
	Algorithm  string            `json:"algorithm"`
	Synthetic  bool              `json:"all_data_is_synthetic"`
	ProducedBy map[string]string `json:"produced_by"`
	ProducedAt string            `json:"produced_at"`
	Vectors    []struct {
		ID                string            `json:"id"`
		Desc              string            `json:"desc"`
		Secret            string            `json:"app_secret"`
		Params            map[string]string `json:"params"`
		StringToSign      string            `json:"string_to_sign"`
		Sign              string            `json:"expected_sign"`
		Divergent         bool              `json:"divergent"`
		Alternative       string            `json:"alternative_sign_if_blank_values_are_included"`
		AlternativeString string            `json:"alternative_string_to_sign"`
		Results           map[string]string `json:"results"`
		Note              string            `json:"note"`
	} `json:"vectors"`
	Captures []struct {
		SDK         string            `json:"source_sdk"`
		Secret      string            `json:"app_secret"`
		RequestLine string            `json:"request_line"`
		Headers     [][2]string       `json:"headers"`
		Body        string            `json:"body"`
		Params      map[string]string `json:"decoded_params"`
		Sign        string            `json:"sign"`
	} `json:"wire_captures"`
}

// TestVectors judges every case of the file, and every field of it: a field that is new here
// is a fact nobody has judged.
func TestVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/jd.json")
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) == 0 || len(file.Captures) == 0 || !file.Synthetic {
		t.Fatalf("got %d vectors and %d captures, synthetic %v; want some of both, made up", len(file.Vectors), len(file.Captures), file.Synthetic)
	}
	for _, v := range file.Vectors {
		if got := sign(v.Secret, v.Params); got != v.Sign {
			t.Errorf("%s: got %s, want %s", v.ID, got, v.Sign)
		}
		params := withSign(v.Params)
		if got := sign(v.Secret, params); got != v.Sign {
			t.Errorf("%s with a sign among the parameters: got %s, want %s", v.ID, got, v.Sign)
		}
		if !strings.HasPrefix(v.StringToSign, v.Secret) || !strings.HasSuffix(v.StringToSign, v.Secret) {
			t.Errorf("%s: the text that is signed is not between the secrets", v.ID)
		}
		if v.Divergent != (v.Alternative != "" && v.AlternativeString != "") || v.Divergent && v.Alternative == v.Sign {
			t.Errorf("%s: divergent %v, but the other sign is %q", v.ID, v.Divergent, v.Alternative)
		}
		agreed := 0
		for sdk, got := range v.Results {
			switch {
			case got == v.Sign:
				agreed++
			case v.Divergent && got == v.Alternative:
			case strings.HasPrefix(got, "ERROR"), strings.Contains(got, "rror"): // an SDK that cannot sign Chinese
			default:
				t.Errorf("%s: %s made %s, which nothing explains", v.ID, sdk, got)
			}
		}
		if agreed == 0 {
			t.Errorf("%s: no SDK agrees with the sign", v.ID)
		}
	}
	for i, c := range file.Captures {
		if got := sign(c.Secret, c.Params); got != c.Sign {
			t.Errorf("capture %d of %s: got %s, want %s", i, c.SDK, got, c.Sign)
		}
		parts := strings.Fields(c.RequestLine)
		if len(parts) != 3 || len(c.Headers) == 0 {
			t.Fatalf("capture %d: request line %q with %d headers", i, c.RequestLine, len(c.Headers))
		}
		u, err := url.Parse(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		sent := u.Query()
		form, err := url.ParseQuery(c.Body)
		if err != nil {
			t.Fatal(err)
		}
		for key, values := range form {
			sent[key] = values
		}
		for key, want := range c.Params {
			if got := sent.Get(key); got != want {
				t.Errorf("capture %d: %s is %q on the wire, want %q", i, key, got, want)
			}
		}
		if sent.Get("sign") != c.Sign || len(sent) != len(c.Params)+1 {
			t.Errorf("capture %d: got sign %s among %d parameters, want %s among %d", i, sent.Get("sign"), len(sent), c.Sign, len(c.Params)+1)
		}
	}
}

func withSign(params map[string]string) map[string]string {
	out := map[string]string{"sign": "of another call"}
	for key, value := range params {
		out[key] = value
	}
	return out
}
