package pavilion_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pavilion"
)

func TestPreferred(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]pavilion.Lang{
		"":                              pavilion.English,
		"zh-CN,zh;q=0.9,en;q=0.8":       pavilion.Chinese,
		"fr-FR, be-BY;q=0.7, ru;q=0.5":  pavilion.Belarusian,
		"RU":                            pavilion.Russian,
		"de, fr;q=0.5":                  pavilion.English,
		";;;,,,-":                       pavilion.English,
		"en-GB;q=0.9;nonsense, zh;q=no": pavilion.English,
	} {
		if got := pavilion.Preferred(header, pavilion.English); got != want {
			t.Errorf("Preferred(%q): got %q, want %q", header, got, want)
		}
	}
}

func TestTextFallsBackToTheNearestLanguage(t *testing.T) {
	t.Parallel()
	text := pavilion.Text{pavilion.Russian: "Шоколад", pavilion.English: "Chocolate"}
	for lang, want := range map[pavilion.Lang]string{
		pavilion.Chinese: "Chocolate", pavilion.English: "Chocolate", pavilion.Russian: "Шоколад", pavilion.Belarusian: "Шоколад",
	} {
		if got := text.Best(lang); got != want {
			t.Errorf("in %s: got %q, want %q", lang, got, want)
		}
	}
	if got, lang := (pavilion.Text{}).In(pavilion.Chinese); got != "" || lang != "" {
		t.Errorf("no words: got %q in %q, want none", got, lang)
	}
}

func TestTextSurvivesStorage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := pavilion.Text(rapid.MapOf(rapid.SampledFrom(pavilion.Langs), rapid.StringN(1, 30, 200)).Draw(t, "text"))
		back, err := pavilion.ParseText(text.JSON())
		if err != nil {
			t.Fatal(err)
		}
		for l, s := range text {
			if back[l] != s {
				t.Fatalf("%s: got %q, want %q", l, back[l], s)
			}
		}
	})
}

func TestIDsSortByTimeAndCheck(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	last := pavilion.OrderID("")
	seen := map[pavilion.OrderID]bool{}
	for i := range 10_000 {
		id := pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, at.Add(time.Duration(i)*time.Microsecond))
		if id <= last || seen[id] {
			t.Fatalf("id %d: got %s after %s, want a later and new one", i, id, last)
		}
		if !pavilion.CheckID(pavilion.PrefixOrder, string(id)) {
			t.Fatalf("CheckID(%s): got false", id)
		}
		last, seen[id] = id, true
	}
	for _, s := range []string{"", "ord_", "lot_" + string(last[4:]), string(last) + "0", "ord_" + string(last[4:29]) + "u"} {
		if pavilion.CheckID(pavilion.PrefixOrder, s) {
			t.Errorf("CheckID(%q): got true, want false", s)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2026-2-3", "2026-02-30", "1800-01-01", "20260203", "2026-02-03T00:00"} {
		if d, err := pavilion.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q): got %v, want an error", s, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := pavilion.DateOf(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "unix"), 0), time.UTC)
		n := rapid.IntRange(-4000, 4000).Draw(t, "days")
		if got := d.DaysUntil(d.AddDays(n)); got != n {
			t.Fatalf("%s and %d days: got %d days apart", d, n, got)
		}
		if other := d.AddDays(n); (n > 0) != (other > d) && n != 0 {
			t.Fatalf("%s and %d days is %s: dates do not sort as text", d, n, other)
		}
	})
}

func TestErrorsCompareByKindAndReason(t *testing.T) {
	t.Parallel()
	err := pavilion.E(pavilion.Conflict, "stock.short", pavilion.Args{"available": 3}).At("quantity")
	if !err.Is(pavilion.E(pavilion.Conflict, "", nil)) || !err.Is(pavilion.E(pavilion.Conflict, "stock.short", nil)) {
		t.Error("Is: got false for its own kind and reason")
	}
	if err.Is(pavilion.E(pavilion.Conflict, "order.unknown", nil)) || err.Is(pavilion.E(pavilion.Invalid, "", nil)) {
		t.Error("Is: got true for another reason or kind")
	}
	if got, want := err.Error(), "stock.short at quantity available=3"; got != want {
		t.Errorf("Error: got %q, want %q", got, want)
	}
}

// TestArgsKeepTheirValues: what a sentence needs comes back from JSON as it was.
func TestArgsKeepTheirValues(t *testing.T) {
	t.Parallel()
	want := pavilion.Args{"row": int64(7), "name": "=1+1", "producer": pavilion.Text{"ru": "Спартак", "en": "Spartak"}, "share": 0.5, "none": nil, "list": []any{"a"}}
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got pavilion.Args
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"牛奶巧克力 ёж аб’ём 🍫\n\tdark":   "牛奶巧克力 ёж аб’ём 🍫\n\tdark",
		"a\x00b\x07c\x1b[2Jd\u0085e": "abc[2Jde",
		"gnp\u202efdp.\u202c\u2066x": "gnpfdp.x",
		"最\u200b好\ufeff\u00ad\u200d": "最好",
		"\xff\xfe\ue000x\xc3":        "x",
	} {
		if got := pavilion.Visible(text); got != want {
			t.Errorf("Visible(%q): got %q, want %q", text, got, want)
		}
	}
}
