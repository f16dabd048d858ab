package label_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rules"
)

// TestEditionByDay chooses by the day the goods were made.
func TestEditionByDay(t *testing.T) {
	t.Parallel()
	p := pack(t)
	for _, test := range []struct {
		day     pavilion.Date
		allowed []string
	}{
		{"2010-01-01", nil},
		{"2024-12-31", []string{"GB 7718-2011"}},
		{"2026-11-23", []string{"GB 7718-2025", "GB 7718-2011"}},
		{"2027-03-15", []string{"GB 7718-2025", "GB 7718-2011"}},
		{"2027-03-16", []string{"GB 7718-2025"}},
		{"", []string{"GB 7718-2025"}},
	} {
		var got []string
		for _, e := range p.For(test.day) {
			got = append(got, e.Key)
		}
		if diff := cmp.Diff(test.allowed, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.day, diff)
		}
		in := chocolate()
		in.ProducedOn, in.Edition = test.day, "GB 7718-2011"
		over := slices.ContainsFunc(lay(t, p, in).Findings, func(f pavilion.Finding) bool { return f.Reason == "label.edition_over" })
		if want := !slices.Contains(test.allowed, "GB 7718-2011"); over != want {
			t.Errorf("%s by GB 7718-2011: over %t, want %t", test.day, over, want)
		}
	}
}

// TestEveryMandatoryItemIsMissed takes one fact away at a time: the label must say so and not
// be ready.
func TestEveryMandatoryItemIsMissed(t *testing.T) {
	t.Parallel()
	p := pack(t)
	if l := lay(t, p, chocolate()); !l.Ready() {
		t.Fatalf("the whole label: got %v, want it ready", l.Findings)
	}
	for field, take := range map[string]func(in *label.Input){
		"name":         func(in *label.Input) { in.Name = "" },
		"ingredients":  func(in *label.Input) { in.Ingredients = nil },
		"allergens":    func(in *label.Input) { in.Contains, in.MayContain = nil, nil },
		"net":          func(in *label.Input) { in.NetUnit = "" },
		"origin":       func(in *label.Input) { in.Origin = "" },
		"registration": func(in *label.Input) { in.Registration = "" },
		"agent":        func(in *label.Input) { in.Agent.Name = "" },
		"shelf_life":   func(in *label.Input) { in.ShelfLifeDays = 0 },
		"storage":      func(in *label.Input) { in.Storage = "" },
		"nutrition":    func(in *label.Input) { delete(in.Content, "sugar") },
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			in := chocolate()
			take(&in)
			l := lay(t, p, in)
			if l.Ready() || !slices.ContainsFunc(l.Findings, func(f pavilion.Finding) bool { return f.Field == field && f.Severity == pavilion.Blocks }) {
				t.Errorf("ready %t, got %v, want one about %s that blocks", l.Ready(), l.Findings, field)
			}
		})
	}
}

// TestOlderEditionAsksForLess: the older edition does without saturated fat, sugar and the
// allergens.
func TestOlderEditionAsksForLess(t *testing.T) {
	t.Parallel()
	in := chocolate()
	in.Edition, in.Contains, in.MayContain = "GB 7718-2011", nil, nil
	in.Ingredients = []label.Ingredient{ru("сахар"), ru("какао тертое")}
	delete(in.Content, "sugar")
	delete(in.Content, "satFat")
	if l := lay(t, pack(t), in); !l.Ready() {
		t.Errorf("got %v, want it ready", l.Findings)
	}
}

func TestGlossary(t *testing.T) {
	t.Parallel()
	p := pack(t)
	for name, want := range map[string]string{
		"Какао тёртое": "可可液块",
		"сахар":        "白砂糖",
		"эмульгатор - лецитин соевый": "磷脂 emulsifier 322",
		"Эмульгаторы: E476":           "聚甘油蓖麻醇酯 emulsifier 476",
		"Е 322":                       "磷脂 emulsifier 322", // a Cyrillic letter
		"антиокислитель E306":         "维生素E antioxidant 307",
		"регулятор кислотности — лимонная кислота":  "柠檬酸 acidity 330",
		"антиокислитель лимонная кислота":           "柠檬酸 antioxidant 330", // as the maker uses it
		"ароматизатор натуральный «Ваниль»":         "食用香精",
		"агент антислеживающий - ферроцианид калия": "亚铁氰化钾 anticaking 536",
		"wheat flour":            "小麦粉",
		"эмульгатор":             "",
		"молоко":                 "",
		"сахарозаменитель":       "",
		"лецитин соевый E476":    "", // a comma is missing: two things, or one?
		"эмульгатор: чудо-смесь": "",
		"":      "",
		"e":     "",
		"E9999": "",
	} {
		term, found := p.Glossary.Find(pavilion.Text{pavilion.Russian: name})
		got := strings.TrimSpace(term.Name + " " + strings.TrimSpace(term.Class+" "+term.INS))
		if got != want || found != (want != "") {
			t.Errorf("%q: got %q %t, want %q", name, got, found, want)
		}
	}
}

// TestPeopleKnowMore: a term that a person decided counts before the pack's.
func TestPeopleKnowMore(t *testing.T) {
	t.Parallel()
	p, in := pack(t), chocolate()
	in.Ingredients = []label.Ingredient{ru("молоко коровье"), ru("сахар")}
	if got := len(p.Unknown(in.Ingredients, nil)); got != 1 {
		t.Errorf("unknown: got %d, want 1", got)
	}
	in.Terms = []label.Term{
		{Name: "生牛乳", Sources: []string{"Молоко коровье"}, Allergens: []string{"milk"}, Verified: rules.Ours},
		{Name: "甜菜糖", Sources: []string{"сахар"}, Verified: rules.Ours},
	}
	it, _ := lay(t, p, in).Item("ingredients")
	if got, want := it.Text(), "生牛乳、甜菜糖"; got != want || !it.Runs[0].Strong {
		t.Errorf("got %q (strong %t), want %q, the milk standing out", got, it.Runs[0].Strong, want)
	}
	if got := len(p.Unknown(in.Ingredients, in.Terms)); got != 0 {
		t.Errorf("unknown: got %d, want none", got)
	}
}

// TestAnotherMarketNeedsNoLabel: a pack without label files loads and says so.
func TestAnotherMarketNeedsNoLabel(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"xx/market.toml": {Data: []byte("key = \"xx\"\ncountry = \"XX\"\nlanguage = \"en\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n[[route]]\nkey = \"post\"\n")}}
	p, err := label.Load(files, "xx")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Lay(chocolate()); pavilion.ReasonOf(err) != "label.no_editions" {
		t.Errorf("got %v, want label.no_editions", err)
	}
}

// TestLoadNamesTheFault breaks one file in one place each.
func TestLoadNamesTheFault(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, old, with, want string }{
		"an unknown item":       {"label-2025.toml", `key = "storage"`, `key = "poem"`, `cannot fill "poem"`},
		"an unknown route":      {"label-2025.toml", `required = ["general"]`, `required = ["post"]`, `"post" is no route`},
		"an unknown table":      {"label-2025.toml", `nutrition = "GB 28050-2025"`, `nutrition = "GB 1"`, `nutrition is "GB 1"`},
		"no day":                {"label-2025.toml", `from = "2025-03-27"`, `from = "soon"`, `"soon" is no day`},
		"a date without months": {"label-2025.toml", `date = "2006年01月02日"`, `date = "2006年02日"`, "date must hold"},
		"a height in words":     {"label-2025.toml", `height_mm = "1.8"`, `height_mm = "small"`, "height_mm"},
		"a twice taken name":    {"ingredients.toml", `"cocoa butter"`, `"sugar"`, `"sugar" stands at`},
		"an unknown allergen":   {"ingredients.toml", `allergens = ["milk"]`, `allergens = ["gold"]`, `no group "gold"`},
		"an unknown class":      {"ingredients.toml", `class = "emulsifier"`, `class = "magic"`, `no class "magic"`},
		"an unknown edition":    {"ingredients.toml", `exempt = ["GB 7718-2025"]`, `exempt = ["GB 1"]`, `no edition "GB 1"`},
		"a doubled group":       {"allergens.toml", `code = "fish"`, `code = "eggs"`, "no other group"},
		"words without a value": {"label-words.toml", `{amount}{unit}`, `{amount}`, "net must hold {unit}"},
		"an unknown script":     {"label-words.toml", `script = "Han"`, `script = "Runes of old"`, "script is"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{}
			entries, err := rules.Files.ReadDir("cn")
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				raw, err := rules.Files.ReadFile("cn/" + e.Name())
				if err != nil {
					t.Fatal(err)
				}
				if e.Name() == test.file {
					raw = []byte(strings.Replace(string(raw), test.old, test.with, 1))
				}
				files["cn/"+e.Name()] = &fstest.MapFile{Data: raw}
			}
			_, err = label.Load(files, "cn")
			if err == nil || !strings.HasPrefix(err.Error(), "cn/"+test.file+":") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want cn/%s:… %s", err, test.file, test.want)
			}
		})
	}
}

// TestHostileWords lays out and draws whatever people may type: nothing may panic, nothing
// printed may stick out of the label unless the art says that it does not fit, and letters
// are never smaller than allowed.
func TestHostileWords(t *testing.T) {
	t.Parallel()
	p := pack(t)
	word := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("巧克力，。（）、1kg ёЎ«»\u00a0\u200b\t\n[]<&\""))))
	rapid.Check(t, func(t *rapid.T) {
		in := chocolate()
		in.Edition = rapid.SampledFrom([]string{"", "GB 7718-2011", "GB 7718-2025"}).Draw(t, "edition")
		in.Route = rapid.SampledFrom([]string{"cbec", "general", "", "smuggling"}).Draw(t, "route")
		in.Name, in.Storage, in.Agent.Name = word.Draw(t, "name"), word.Draw(t, "storage"), word.Draw(t, "agent")
		in.IngredientsText = word.Draw(t, "text")
		in.Ingredients = nil
		for range rapid.IntRange(0, 5).Draw(t, "ingredients") {
			in.Ingredients = append(in.Ingredients, label.Ingredient{Name: pavilion.Text{"ru": word.Draw(t, "ingredient")}, Percent: word.Draw(t, "percent"),
				Parts: []label.Ingredient{ru(word.Draw(t, "part"))}})
		}
		in.FaceMM2 = rapid.Int64Range(-1, 1<<40).Draw(t, "face")
		in.GTIN = rapid.SampledFrom([]string{"", "4810067000341", "1", "abc"}).Draw(t, "gtin")
		l, err := p.Lay(in)
		if err != nil {
			t.Fatal(err)
		}
		size := label.Size{Width: rapid.Float64Range(label.LeastMM, 200).Draw(t, "width"), Height: rapid.Float64Range(label.LeastMM, 200).Draw(t, "height")}
		art, err := label.Draw(l, size)
		if err != nil {
			t.Fatal(err)
		}
		small := slices.ContainsFunc(art.Findings, func(f pavilion.Finding) bool { return f.Reason == "label.too_small" })
		narrow := slices.ContainsFunc(art.Findings, func(f pavilion.Finding) bool { return strings.HasPrefix(f.Reason, "label.too_narrow") })
		for _, x := range art.Texts {
			if !small && x.Y > size.Height {
				t.Errorf("%q stands below the label", x.Words)
			}
			if !narrow && x.X+x.Width > size.Width+0.5 && len([]rune(x.Words)) > 1 {
				t.Errorf("%q runs to %.1f of %.1f mm", x.Words, x.X+x.Width, size.Width)
			}
		}
		if in.FaceMM2 > 3500 && art.LetterMM < 1.8 {
			t.Errorf("letters of %.2f mm, want at least 1.8", art.LetterMM)
		}
		art.SVG(in.Name)
	})
}

func FuzzGlossary(f *testing.F) {
	p := pack(f)
	for _, s := range []string{"сахар", "E476", "эмульгатор: ", "Е 322(i)", "e", "\x00", "ароматизатор"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if label.SourceKey(label.SourceKey(s)) != label.SourceKey(s) {
			t.Errorf("%q: the key of %q is another one", s, label.SourceKey(s))
		}
		term, found := p.Glossary.Find(pavilion.Text{pavilion.Russian: s})
		if found != (term.Name != "") {
			t.Errorf("%q: found %t, name %q", s, found, term.Name)
		}
	})
}
