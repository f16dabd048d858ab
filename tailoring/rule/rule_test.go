package rule_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pavilion"
	"pavilion/tailoring/rule"
)

// words are the same in every language; what they say does not matter to most tests.
func words(s string) string {
	return `{ zh = "` + s + `", en = "` + s + `", ru = "` + s + `", be = "` + s + `" }`
}

const market = `key = "xx"
language = "en"
[[route]]
key = "sea"
[[route]]
key = "air"
`

func head() string {
	return `[text]
cannot = ` + words("cannot: {reason}") + `
too_large = ` + words("too large: {fact}") + `
[facts.cake]
goods = "food"
route = "sea"
name = "Best cake"
nutrients = { fat = "12.5", sugar = "20" }
[[source]]
key = "act"
kind = "law"
ref = "Act 1"
title = ` + words("On cakes") + `
verified = "seen"
`
}

func one(id, more string) string {
	return `[[rule]]
id = "` + id + `"
severity = "blocks"
field = "name"
source = "act"
article = "art. 2"
verified = "recalled"
title = ` + words("title") + `
message = ` + words("message") + `
fix = ` + words("fix") + `
example = "cake"
passes = [{}]
fails = [{ name = "" }]
` + more + "\n"
}

func load(t testing.TB, texts ...string) (*rule.Pack, error) {
	t.Helper()
	return rule.Load(fstest.MapFS{
		"xx/market.toml":  {Data: []byte(market)},
		"xx/rules-a.toml": {Data: []byte(strings.Join(texts, ""))},
	}, "xx")
}

func TestLoadAndJudge(t *testing.T) {
	t.Parallel()
	p, err := load(t, head(), one("label.name", `must = 'name != ""'`))
	if err != nil {
		t.Fatal(err)
	}
	if ran, wrong := p.Test(); ran != 3 || wrong != nil {
		t.Errorf("got %d examples, %v", ran, wrong)
	}
	v := p.Judge(&rule.Facts{Goods: "food"}, "2026-11-23")
	if !v.Blocked || v.Judged != 1 || len(v.Findings) != 1 || v.Findings[0].Text[pavilion.Russian] != "message" || v.Findings[0].Source["en"] != "Act 1 On cakes, art. 2" {
		t.Errorf("got %+v", v)
	}
}

// TestCodesHaveNames: what a sentence says of a code is what people call it, in each language.
func TestCodesHaveNames(t *testing.T) {
	t.Parallel()
	lacks := strings.Replace(one("label.table", `must = '"fat" in nutrients'`), words("message"), words("lacks {what}"), 1)
	lacks = strings.Replace(lacks, `fails = [{ name = "" }]`, `fails = [{ nutrients = {} }]`, 1) + `values = { what = '["fat", "salt"]' }` + "\n"
	p, err := load(t, head(), `[name]`+"\n"+`fat = { zh = "脂肪", en = "fats", ru = "жиры", be = "тлушчы" }`+"\n", lacks)
	if err != nil {
		t.Fatal(err)
	}
	v := p.Judge(&rule.Facts{Goods: "food"}, "2026-11-23")
	if len(v.Findings) != 1 || v.Findings[0].Text[pavilion.Russian] != "lacks жиры, salt" || v.Findings[0].Text[pavilion.Chinese] != "lacks 脂肪、salt" {
		t.Errorf("got %+v, want the names of codes that have one", v.Findings)
	}
}
