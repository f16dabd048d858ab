package console

import (
	"net/url"
	"testing"
)

func TestHarmlessSheetText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Milk":              "Milk",
		"":                  "",
		"-5":                "-5",
		"-5.25":             "-5.25",
		"=1+1":              "'=1+1",
		"  =1+1":            "'  =1+1",
		"@SUM(A1)":          "'@SUM(A1)",
		"+375 17 123-45-67": "'+375 17 123-45-67",
		"-2+3+cmd|' /C x'!": "'-2+3+cmd|' /C x'!",
		"\t=1":              "'\t=1",
		"＝1+1":              "'＝1+1",
	} {
		if got := harmless(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestActNarrows: an act that makes sense for some rows only is done to those, and to none
// when the list shows others.
func TestActNarrows(t *testing.T) {
	t.Parallel()
	act := bulkAct{only: map[string]string{"state": "parked"}}
	for _, c := range []struct {
		filters, want string
		some          bool
	}{
		{"", "state=parked", true},
		{"kind=k&state=parked", "kind=k&state=parked", true},
		{"state=done", "state=done", false},
	} {
		values, err := url.ParseQuery(c.filters)
		if err != nil {
			t.Fatal(err)
		}
		if some := act.narrow(values); some != c.some || values.Encode() != c.want {
			t.Errorf("%q: got %q, %v, want %q, %v", c.filters, values.Encode(), some, c.want, c.some)
		}
	}
}
