package ui_test

import (
	"net/http"
	"testing"
	"time"

	"pavilion"
	"pavilion/web/ui"
	"pavilion/web/ui/uitest"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	s, err := ui.New(ui.Options{
		BaseURL: "https://shop.example", Demo: true,
		Name:  pavilion.Text{pavilion.Chinese: "白俄罗斯国家馆"},
		Clock: func() time.Time { return time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	if err := s.Mount(mux); err != nil {
		t.Fatal(err)
	}
	uitest.Pages(t, s, mux)
}

func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"a style":            `<main><h1>a</h1><p style="color:red">a</p></main>`,
		"a handler":          `<main><h1 onclick="a()">a</h1></main>`,
		"a script":           `<main><h1>a</h1><script>a()</script></main>`,
		"no alt":             `<main><h1>a</h1><img src="/a" width="1" height="1"></main>`,
		"an id twice":        `<main><h1 id="a">a</h1><p id="a"></p></main>`,
		"a label for none":   `<main><h1>a</h1><label for="b">b</label></main>`,
		"a control unnamed":  `<main><h1>a</h1><input name="b"></main>`,
		"a silent button":    `<main><h1>a</h1><button><svg></svg></button></main>`,
		"a skipped heading":  `<main><h1>a</h1><h3>b</h3></main>`,
		"no heading":         `<main></main>`,
		"a message's key":    `<main><h1>ui.nav.home</h1></main>`,
		"a link to nowhere":  `<main><h1>a</h1><a href="">b</a></main>`,
		"a link to no place": `<main><h1>a</h1><a href="#b">b</a></main>`,
	} {
		if got := uitest.Faults([]byte(page)); len(got) != 1 {
			t.Errorf("%s: got %q, want one fault", name, got)
		}
	}
	if got := uitest.Faults([]byte(`<main><h1 id="a">a</h1><a href="#a">b</a></main>`)); len(got) > 0 {
		t.Errorf("got %q, want no fault", got)
	}
}
