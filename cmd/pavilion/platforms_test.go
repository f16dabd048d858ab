package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion/channel/jd"
)

// TestPlatformFacts reads what is known better than the documents, and refuses what means nothing.
func TestPlatformFacts(t *testing.T) {
	t.Parallel()
	read := func(text string) (platformFacts, error) {
		file := filepath.Join(t.TempDir(), "facts.toml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return platforms{PlatformFacts: file}.facts()
	}
	facts, err := read("DecryptMost = 5\n[JD]\nPerSecond = 8.0\nLag = \"2m\"\n[JD.Facts]\nTaxFee = \"yuan\"\n[JD.ReturnTo]\nCity = 7\n[Douyin]\nReturnTo = { 4463798 = \"12\" }\n[Douyin.Facts]\nPushSign = \"hmac-sha256\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if facts.DecryptMost != 5 || facts.JD.PerSecond != 8 || facts.JD.Lag != 2*time.Minute || facts.JD.Facts.TaxFee != jd.Yuan || facts.JD.ReturnTo.City != 7 ||
		facts.Douyin.ReturnTo["4463798"] != "12" || facts.Douyin.Facts.PushSign != "hmac-sha256" {
		t.Errorf("got %+v", facts)
	}
	for _, text := range []string{"[JD]\nPerSecnd = 8.0\n", "DecryptMost"} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), "facts.toml") {
			t.Errorf("%q: got %v, want an error that names the file", text, err)
		}
	}
}
