package main

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pavilion/channel/own"
	"pavilion/db/dbtest"
	"pavilion/web/console"
	"pavilion/web/ui"
)

// TestForgedFormsAreRefused posts to every address that changes something as the page of
// another site would. The addresses are read from the route tables and from the API's own
// description, so that a new one is tested by being there.
func TestForgedFormsAreRefused(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	v := d.visitor(t)
	v.signIn("13911110011")
	routes := changingRoutes(t)
	if len(routes) < 15 {
		t.Errorf("got %d routes that change something: %q, want those of the shop and the console", len(routes), routes)
	}
	var document struct {
		Paths map[string]map[string]any
	}
	if err := json.Unmarshal(v.get("/api/v1/openapi.json").is(http.StatusOK).body, &document); err != nil {
		t.Fatal(err)
	}
	for path, methods := range document.Paths {
		for method := range methods {
			if m := strings.ToUpper(method); m != http.MethodGet {
				routes = append(routes, m+" /api/v1"+path)
			}
		}
	}
	ourselves := []string{"Origin", d.base, "Sec-Fetch-Site", "same-origin"}
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		path = strings.Replace(path, "{lang}", "zh", 1)
		path = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, "x")
		for name, headers := range map[string][]string{
			"another site":               {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
			"another site's old browser": {"Origin", "https://evil.example"},
			"a frame without an origin":  {"Origin", "null"},
			"a neighbouring host":        {"Origin", "https://other.shop.example", "Sec-Fetch-Site", "same-site"},
			"the same host, other port":  {"Origin", "http://127.0.0.1:1"},
		} {
			a := v.ask(method, path, strings.NewReader("x=1"), append(headers, formType...)...)
			if a.status != http.StatusForbidden {
				t.Errorf("%s from %s: got status %d, want 403", route, name, a.status)
			}
			if len(a.header["Set-Cookie"]) > 0 {
				t.Errorf("%s from %s: got a cookie", route, name)
			}
		}
		if strings.HasSuffix(path, "/signout") || strings.HasSuffix(path, "/close") {
			continue // would work
		}
		a := v.ask(method, path, strings.NewReader("x=1"), append(ourselves, formType...)...)
		if a.status == http.StatusForbidden || a.status == http.StatusMethodNotAllowed || a.status >= 500 {
			t.Errorf("%s from our own page: got status %d, want it heard", route, a.status)
		}
	}
	if got := v.get("/zh/account"); !strings.Contains(textOf(got.page()), "退出登录") {
		t.Error("got signed out by another site")
	}
}

// changingRoutes are the patterns of the route tables that do more than read.
func changingRoutes(t *testing.T) []string {
	t.Helper()
	pattern := regexp.MustCompile(`"((?:POST|PUT|PATCH|DELETE) (?:/[^"]*)?)"( \+ own\.NoticePath \+ "\{provider\}")?`)
	var found []string
	root := filepath.Join("..", "..", "web")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "console" { // it knows its own
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
			if m[2] != "" {
				m[1] += own.NoticePath + "{provider}"
			}
			found = append(found, m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.SQLite(t)
	site, err := ui.New(ui.Options{BaseURL: "http://127.0.0.1", Clock: d.Now})
	if err != nil {
		t.Fatal(err)
	}
	c, err := console.New(http.NewServeMux(), console.Options{DB: d, Site: site, Sealer: dbtest.Sealer(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Routes() {
		if !strings.HasPrefix(r.Pattern, "GET ") {
			found = append(found, r.Pattern)
		}
	}
	return found
}
