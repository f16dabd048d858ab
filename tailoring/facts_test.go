package tailoring

import (
	"slices"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

// TestChosenPictures: all by default, otherwise those and in that order that the market shows.
func TestChosenPictures(t *testing.T) {
	t.Parallel()
	all := []catalog.Picture{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	for name, test := range map[string]struct{ chosen, want []pavilion.PictureID }{
		"all":                {nil, []pavilion.PictureID{"a", "b", "c"}},
		"another main one":   {[]pavilion.PictureID{"c", "a"}, []pavilion.PictureID{"c", "a"}},
		"one is gone since":  {[]pavilion.PictureID{"x", "b"}, []pavilion.PictureID{"b"}},
		"none that is there": {[]pavilion.PictureID{"x"}, nil},
	} {
		var got []pavilion.PictureID
		for _, pic := range (Content{Pictures: test.chosen}).Chosen(all) {
			got = append(got, pic.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// TestNoticeToShoppers: the own shop shows what a route asks for, elsewhere the description
// must say it, all of it, whatever the line ends.
func TestNoticeToShoppers(t *testing.T) {
	t.Parallel()
	markets, err := Load(rules.Files)
	if err != nil {
		t.Fatal(err)
	}
	m, err := MarketOf(markets, "cn")
	if err != nil {
		t.Fatal(err)
	}
	notice := m.Notice("cbec")
	for name, test := range map[string]struct {
		facts rule.Facts
		want  bool
	}{
		"own shop":            {rule.Facts{Channel: OwnChannel, Route: "cbec"}, true},
		"nothing to show":     {rule.Facts{Channel: OwnChannel, Route: "general"}, false},
		"elsewhere":           {rule.Facts{Channel: "jd", Route: "cbec"}, false},
		"elsewhere, and said": {rule.Facts{Channel: "jd", Route: "cbec", Description: "牛奶巧克力\n\n" + WriteBlocks(ReadBlocks(notice))}, true},
		"half of it said":     {rule.Facts{Channel: "jd", Route: "cbec", Description: notice[:len(notice)/2]}, false},
	} {
		if got := noticeShown(m, test.facts); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
