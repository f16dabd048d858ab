package console

import (
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
