package rule_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	good := one("label.name", `must = 'name != ""'`)
	loops := `must = 'ingredients.all(a, ingredients.all(b, ingredients.all(c, a.name == b.name && b.name == c.name)))'`
	for name, test := range map[string]struct{ text, want string }{
		"no such variable":   {one("label.name", `must = 'nmae != ""'`), "undeclared reference"},
		"wrong type":         {one("label.name", `must = 'name > 3'`), "no matching overload"},
		"gives no truth":     {one("label.name", `must = 'name'`), "must give"},
		"no such field":      {one("label.name", `must = 'ingredients.all(i, i.colour == "")'`), "undefined field"},
		"too expensive":      {one("label.name", loops), "may cost"},
		"too long":           {one("label.name", `must = 'name == "`+strings.Repeat("a", 5000)+`"'`), "size exceeds limit"},
		"taken id":           {good + good, "the id is taken"},
		"no source":          {strings.Replace(good, `source = "act"`, `source = "law"`, 1), "no [[source]]"},
		"not said how known": {strings.Replace(good, `verified = "recalled"`, `verified = "sure"`, 1), "say how it is known"},
		"no such severity":   {strings.Replace(good, `severity = "blocks"`, `severity = "kills"`, 1), "the severity"},
		"a language missing": {strings.Replace(good, `be = "message"`, `be = ""`, 1), `the words in "be" are missing`},
		"an unknown value":   {strings.Replace(good, words("message"), words("{what}"), 1), "{what}, which is no value"},
		"no examples":        {strings.Replace(good, "fails = [{ name = \"\" }]", "", 1), "one that fails"},
		"ends before it begins": {one("label.name", "must = 'true'\nfrom = \"2027-01-02\"\nuntil = \"2027-01-01\""),
			"ends before"},
		"no such date":            {one("label.name", "must = 'true'\nfrom = \"2027-02-30\""), "must be a date"},
		"no such route":           {one("label.name", "must = 'true'\nroutes = [\"rail\"]"), "no route"},
		"a paper nobody can add":  {one("label.name", `must = 'documents.exists(d, d.kind == "visa")'`), `it asks for "visa", of which there is no [[document]]`},
		"a claim nobody can tick": {one("label.name", `must = '!("magic" in claims)'`), `it asks for "magic", of which there is no [[claim]]`},
		"mistyped key":            {one("label.name", "musst = 'true'"), "means nothing here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, head(), test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "xx/rules-a.toml:") {
				t.Errorf("got %v, want %q with its file and line", err, test.want)
			}
		})
	}
	if _, err := rule.Load(fstest.MapFS{"xx/market.toml": {Data: []byte(market)}}, "xx"); err == nil {
		t.Error("a market without rules was taken")
	}
}

// TestWrongExamplesAreTold: a rule that lets its bad example pass is found out.
func TestWrongExamplesAreTold(t *testing.T) {
	t.Parallel()
	p, err := load(t, head(), one("label.name", `must = 'true'`))
	if err != nil {
		t.Fatal(err)
	}
	_, wrong := p.Test()
	if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), "fails, example 1: the rule lets it pass") {
		t.Errorf("got %v", wrong)
	}
}

func TestWhatCannotBeJudgedBlocks(t *testing.T) {
	t.Parallel()
	p, err := load(t, head(), strings.Replace(one("label.fat", `must = 'nutrients.fat < 100.0'`), `fails = [{ name = "" }]`, `fails = [{ nutrients = { fat = "200" } }]`, 1))
	if err != nil {
		t.Fatal(err)
	}
	v := p.Judge(&rule.Facts{Goods: "food"}, "2026-11-23")
	if !v.Blocked || len(v.Findings) != 1 || !v.Findings[0].Failed || !strings.Contains(v.Findings[0].Text["en"], "no such key: fat") {
		t.Errorf("got %+v, want a block with the reason", v)
	}
	for name, f := range map[string]rule.Facts{
		"name":        {Name: strings.Repeat("长", 501)},
		"description": {Description: strings.Repeat("a", 20_001)},
		"ingredients": {Ingredients: make([]rule.Ingredient, 201)},
		"nutrients":   {Nutrients: map[string]rule.Nutrient{"fat": {Amount: decimal.New(1, 1<<30)}}},
	} {
		if v := p.Judge(&f, "2026-11-23"); !v.Blocked || v.Findings[0].Field != name || !v.Findings[0].Failed {
			t.Errorf("%s too large: got %+v, want a block about it", name, v)
		}
	}
}

func TestRulesHoldByTheirDays(t *testing.T) {
	t.Parallel()
	p, err := load(t, head(), one("a.made", "must = 'false'\nfrom = \"2027-03-16\"\nby = \"made\""), one("a.sold", "must = 'false'\nuntil = \"2027-03-15\""))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		on, made pavilion.Date
		want     []string
	}{
		{"2027-03-15", "", []string{"a.sold"}},
		{"2027-03-16", "", []string{"a.made"}},
		{"2027-06-01", "2027-03-15", nil},
		{"2027-03-15", "2027-03-16", []string{"a.made", "a.sold"}},
	} {
		var got []string
		for _, f := range p.Judge(&rule.Facts{ProducedOn: test.made}, test.on).Findings {
			got = append(got, f.Rule)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("sold %s, made %q: %s", test.on, test.made, diff)
		}
	}
	if got := p.Turns("2026-11-23"); !slices.Equal(got, []pavilion.Date{"2027-03-16"}) || len(p.Coming("2026-11-23")) != 1 {
		t.Errorf("turns %v", got)
	}
}

// TestWordsAreFound: neither spaces nor wide letters hide a word, and a longer word that is
// allowed hides it.
func TestWordsAreFound(t *testing.T) {
	t.Parallel()
	p := china(t)
	for name, bad := range map[string]bool{
		"最好的巧克力": true, "最 好 的巧克力": true, "最\u200b好": true, "ＮＯ．１巧克力": true, "No.1 巧克力": true,
		"最佳食用期12个月": false, "巧克力No.12": false, "牛奶巧克力": false, "最近上新": false,
	} {
		f, _, err := p.Example("chocolate", map[string]any{"name": name})
		if err != nil {
			t.Fatal(err)
		}
		v := p.Judge(f, "2026-11-23")
		if got := slices.ContainsFunc(v.Findings, func(f rule.Finding) bool { return f.Rule == "ad.superlative" }); got != bad {
			t.Errorf("%q: got found %v, want %v", name, got, bad)
		}
	}
}

// TestTheDocumentNamesEveryVariable keeps docs/markets.md true: what it names can be used.
func TestTheDocumentNamesEveryVariable(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/markets.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range rule.VariableNames() {
		if !strings.Contains(string(raw), "`"+name+"`") {
			t.Errorf("docs/markets.md does not name %s", name)
		}
	}
}

func china(t testing.TB) *rule.Pack {
	t.Helper()
	p, err := rule.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestJudgeIsAFunction: the same product on the same day has the same verdict, whoever judges
// it at the same time, and a verdict blocks when a finding does.
func TestJudgeIsAFunction(t *testing.T) {
	t.Parallel()
	p := china(t)
	rapid.Check(t, func(t *rapid.T) {
		f, _, err := p.Example(rapid.SampledFrom(p.Examples()).Draw(t, "product"), nil)
		if err != nil {
			t.Fatal(err)
		}
		f.Name = rapid.SampledFrom([]string{f.Name, "", "最好", "无糖低脂高钙", rapid.String().Draw(t, "name")}).Draw(t, "which")
		f.Route = rapid.SampledFrom([]string{"cbec", "general", "", "rail"}).Draw(t, "route")
		f.Channel = rapid.SampledFrom([]string{"own", "jd", "douyin", "other"}).Draw(t, "channel")
		for code := range f.Nutrients {
			f.Nutrients[code] = rule.Nutrient{Amount: decimal.New(rapid.Int64Range(-10, 100_000).Draw(t, code), -2), Measured: rapid.Bool().Draw(t, "measured")}
		}
		on := pavilion.Date(rapid.SampledFrom([]string{"2026-11-23", "2027-03-15", "2027-03-16", "1999-01-01"}).Draw(t, "on"))
		one, two := p.Judge(f, on), p.Judge(f, on)
		if diff := cmp.Diff(one, two); diff != "" {
			t.Error(diff)
		}
		blocks := one.Count(pavilion.Blocks) > 0
		if blocks != one.Blocked {
			t.Errorf("blocked %v with findings %+v", one.Blocked, one.Findings)
		}
		for _, found := range one.Findings {
			if found.Failed {
				t.Errorf("%s could not be evaluated: %s", found.Rule, found.Text["en"])
			}
			for _, l := range pavilion.Langs {
				if found.Text[l] == "" || found.Source[l] == "" || strings.ContainsAny(found.Text[l], "{}") && !strings.ContainsAny(f.Name, "{}") {
					t.Errorf("%s says %q in %s", found.Rule, found.Text[l], l)
				}
			}
		}
	})
}

func FuzzJudge(f *testing.F) {
	p := china(f)
	f.Add("牛奶巧克力", "описание", "白砂糖", "44", int64(335), int32(-1), "2026-11-23")
	f.Add("最 好\u200b", "\xff\xfe", "大豆", "1e9", int64(-1), int32(40), "not a date")
	f.Fuzz(func(t *testing.T, name, description, ingredient, percent string, amount int64, exp int32, day string) {
		facts := &rule.Facts{
			Goods: "food", Route: "general", Channel: "jd", Category: "chocolate", Name: name, Description: description, Points: []string{name, description},
			Ingredients: []rule.Ingredient{{Name: ingredient, Source: name, Percent: percent}}, NutritionBasis: "g",
			Nutrients:     map[string]rule.Nutrient{"fat": {Amount: decimal.New(amount, exp)}, ingredient: {Amount: decimal.New(amount, 0)}},
			Registrations: []rule.Registration{{Authority: "GACC", Number: name, Until: pavilion.Date(day)}}, ProducedOn: pavilion.Date(day),
		}
		v := p.Judge(facts, "2027-04-01")
		if v.Blocked != (v.Count(pavilion.Blocks) > 0) {
			t.Errorf("blocked %v: %+v", v.Blocked, v.Findings)
		}
	})
}

func FuzzRule(f *testing.F) {
	for _, seed := range []string{`name != ""`, `ingredients.all(i, i.name.matches(name))`, `nutrients.fat / 0.0 > 1.0`, `days(on, name) > 0`, `mentions(name, name)`,
		`[1, 2].map(x, x * 9223372036854775807).exists(y, y < 0)`, `points.map(p, p + p + p).size() > 0`, `1/0 == 1`, `descending([0.0])`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if strings.Contains(expression, "'''") || strings.HasSuffix(expression, "'") {
			return
		}
		p, err := load(t, head(), one("a.b", "must = '''"+expression+"'''"))
		if err != nil {
			return
		}
		facts := &rule.Facts{Name: strings.Repeat("(a*)*", 100), Description: strings.Repeat("长", 20_000), Points: slices.Repeat([]string{strings.Repeat("b", 500)}, 50),
			Ingredients: slices.Repeat([]rule.Ingredient{{Name: strings.Repeat("糖", 120)}}, 200)}
		began := time.Now()
		v := p.Judge(facts, "2026-11-23")
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%q took %v", expression, took)
		}
		for _, found := range v.Findings {
			if found.Failed && (!v.Blocked || found.Text["en"] == "") {
				t.Errorf("%q failed and does not block: %+v", expression, v)
			}
		}
	})
}
