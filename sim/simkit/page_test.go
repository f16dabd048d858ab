package simkit

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestColoursContrast measures the colours of the style against WCAG 2.2, 1.4.3 (text,
// 4.5 to 1) and 1.4.11 (lines of controls, 3 to 1).
func TestColoursContrast(t *testing.T) {
	t.Parallel()
	light, dark, _ := strings.Cut(baseCSS, "prefers-color-scheme: dark")
	variable := regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)
	colours := map[string]string{}
	for scheme, css := range map[string]string{"light": light, "dark": dark} {
		if scheme == "dark" {
			for _, m := range variable.FindAllStringSubmatch(light, -1) {
				colours[m[1]] = m[2]
			}
		}
		for _, m := range variable.FindAllStringSubmatch(css, -1) {
			colours[m[1]] = m[2]
		}
		for _, c := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "paper", 4.5}, {"ink", "ground", 4.5}, {"quiet", "paper", 4.5}, {"main", "paper", 4.5}, {"main", "ground", 4.5},
			{"on-main", "main", 4.5}, {"on-warn", "warn", 4.5}, {"wrong", "paper", 4.5}, {"line", "paper", 3},
		} {
			a, b := luminance(t, colours[c.front]), luminance(t, colours[c.back])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < c.least {
				t.Errorf("%s, %s on %s: got %.2f, want %.1f", scheme, c.front, c.back, ratio, c.least)
			}
		}
	}
}

// luminance is the relative luminance of WCAG 2.2 of a colour in hexadecimal.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(channel uint64) float64 {
		c := float64(channel&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
