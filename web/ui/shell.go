package ui

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"pavilion"
)

// langNames are the languages in their own words.
var langNames = map[pavilion.Lang]string{
	pavilion.Chinese:    "中文",
	pavilion.English:    "English",
	pavilion.Russian:    "Русский",
	pavilion.Belarusian: "Беларуская",
}

// shell fills in what stands around a page.
func (s *Site) shell(r *http.Request, lang pavilion.Lang, h Head, a *Area) Shell {
	path, inPath := strings.CutPrefix(r.URL.Path, "/"+string(lang)+"/")
	address := func(l pavilion.Lang) string {
		q := r.URL.Query()
		q.Set("lang", string(l))
		return r.URL.Path + "?" + q.Encode()
	}
	if path = "/" + strings.TrimPrefix(path, "/"); inPath {
		address = func(l pavilion.Lang) string { return "/" + string(l) + path }
	}
	sh := Shell{
		Head: h, Lang: lang, Path: path, Demo: s.options.Demo,
		Site: s.name(r.Context()), About: s.options.About, Basket: basketMark,
		Canonical: s.options.BaseURL + address(lang),
		Style:     []string{s.assets.url("pavilion.css")},
		Scripts:   []string{s.assets.url("pavilion.js")},
	}
	if u := s.assets.url(a.Name + ".css"); u != "" {
		sh.Style = append(sh.Style, u)
	}
	if u := s.assets.url(a.Name + ".js"); u != "" {
		sh.Scripts = append(sh.Scripts, u)
	}
	for _, l := range pavilion.Langs {
		sh.Alternates = append(sh.Alternates, Alternate{Lang: l, Name: langNames[l], URL: s.options.BaseURL + address(l), Path: address(l)})
	}
	if a.Frame != nil {
		a.Frame(r, &sh)
	}
	return sh
}

// JSONLD returns structured data as schema.org describes it, for Head.Data.
func JSONLD(v any) (template.HTML, error) {
	b, err := json.Marshal(v) // escapes <, > and &, so the script cannot be left
	if err != nil {
		return "", err
	}
	return template.HTML(`<script type="application/ld+json">` + string(b) + `</script>`), nil
}
