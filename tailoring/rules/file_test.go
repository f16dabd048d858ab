package rules_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pavilion/tailoring/rules"
)

func TestReadNamesTheLine(t *testing.T) {
	t.Parallel()
	type pack struct {
		Key  string
		Item []struct{ Name string }
	}
	for name, test := range map[string]struct{ text, want string }{
		"whole":     {"key = \"a\"\n[[item]]\nname = \"b\"\n", ""},
		"not toml":  {"key = \"a\"\nitem = [\n", "cn/a.toml:"},
		"bad type":  {"\nkey = 3\n", "cn/a.toml: toml: line 2"},
		"unknown":   {"key = \"a\"\n\nnmae = \"b\"\n", `cn/a.toml:3: the key "nmae" means nothing here`},
		"in a list": {"[[item]]\nname = \"b\"\nnrv = 4\n", "cn/a.toml:3:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p pack
			_, err := rules.Read(fstest.MapFS{"cn/a.toml": {Data: []byte(test.text)}}, "cn/a.toml", &p)
			if (err == nil) != (test.want == "") || err != nil && !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestFaultNamesTheTable(t *testing.T) {
	t.Parallel()
	var p struct{ Item []struct{ Name string } }
	f, err := rules.Read(fstest.MapFS{"a.toml": {Data: []byte("[[item]]\nname = \"b\"\n[[item]]\nname = \"c\"\n")}}, "a.toml", &p)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.Fault("item", 1, "%s is taken", "c").Error(), "a.toml:3: c is taken"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := f.Fault("item", 2, "none").Error(), "a.toml: none"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
