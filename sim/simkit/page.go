// Package simkit is what the simulators of the outside world share: the journal that keeps
// their state, and the frame of the pages on which people steer them. Start with OpenJournal
// and Page.
package simkit

import (
	"bytes"
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
)

//go:embed base.css
var baseCSS string

// Page writes a page. Browsers apply form-action also to where the answer to a form redirects:
// formsTo is the other origin, "" if there is none.
func Page(w http.ResponseWriter, log *slog.Logger, page *template.Template, name string, v any, status int, formsTo string) {
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, name, v); err != nil {
		log.Error("page not written", "err", err)
		http.Error(w, "the page cannot be written", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", strings.TrimSpace("default-src 'none'; style-src 'self'; form-action 'self' "+formsTo)+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // whoever left needs no page
}

// Stylesheet serves the colours and the banner that say "simulated", followed by the styles of
// one simulator.
func Stylesheet(own string) http.HandlerFunc {
	css := []byte(baseCSS + own)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=3600")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(css) // whoever left needs no style
	}
}
