package ui

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"reflect"

	"pavilion"
)

// Page is a template together with the view it shows. The template sees the view as its
// dot; what stands around it (head, header, footer) is the Shell's.
type Page[V any] struct {
	area     *Area
	template string
}

// Head is what a page says about itself.
type Head struct {
	Title       string
	Description string
	Picture     string        // address for link previews, "" for none
	Data        template.HTML // structured data made with JSONLD
	NoIndex     bool
	Status      int    // 0 is 200
	Active      string // the entry of the navigation the page belongs to
	// Plain leaves out the bottom bar, where a page has its own.
	Plain bool
}

// Shell is everything around the content of a page.
type Shell struct {
	Head
	Lang       pavilion.Lang
	Path       string // without the language: "/basket"
	Canonical  string
	Alternates []Alternate
	Demo       bool
	Style      []string // addresses of style sheets
	Scripts    []string
	Query      string        // the words in the search field
	Basket     template.HTML // where the reader's basket count goes
	Site       pavilion.Text // the name of the pavilion
	About      pavilion.Text // one sentence about it
	Nav        []Link        // under the header, on wide screens
	Foot       []LinkGroup
	Menu       []LinkGroup // beside the content, for those who are signed in
	Person     string      // who is signed in
	Said       Toast       // what was just done
}

// LinkGroup is links under a heading.
type LinkGroup struct {
	Title string
	Links []Link
}

// Alternate is the same page in another language.
type Alternate struct {
	Lang pavilion.Lang
	Name string // the language in its own words
	URL  string // absolute
	Path string
}

// NewPage ties a view to a template of the area. The samples are fixed views by the name
// of the state they show; the gallery and the page tests draw them. What does not fit
// between view and template is reported by the area's Err.
func NewPage[V any](a *Area, name string, samples map[string]V) *Page[V] {
	p := &Page[V]{area: a, template: name}
	if len(a.errs) > 0 && len(a.sets) < len(pavilion.Langs) {
		return p
	}
	if err := check(a.sets[pavilion.Langs[0]], a.site.funcs(a.site.Printer(pavilion.Langs[0])), name, reflect.TypeFor[V](), a.site.books); err != nil {
		a.errs = append(a.errs, fmt.Errorf("%s: %w", a.Name, err))
	}
	for state, v := range samples {
		a.pages = append(a.pages, galleryPage{template: name, state: state, write: func(w http.ResponseWriter, r *http.Request) error {
			return p.Write(w, r, Head{Title: name + ": " + state, NoIndex: true}, v)
		}})
	}
	return p
}

// Samples adds samples whose words are in the reader's language already. Every language has
// the same states.
func (p *Page[V]) Samples(in func(*Printer) map[string]V) *Page[V] {
	for state := range in(p.area.site.Printer(pavilion.Langs[0])) {
		p.area.pages = append(p.area.pages, galleryPage{template: p.template, state: state, write: func(w http.ResponseWriter, r *http.Request) error {
			return p.Write(w, r, Head{Title: p.template + ": " + state, NoIndex: true}, in(PrinterOf(r))[state])
		}})
	}
	return p
}

// Write draws the page into the answer. Nothing is sent if drawing fails.
func (p *Page[V]) Write(w http.ResponseWriter, r *http.Request, h Head, v V) error {
	lang := LangOf(r)
	set := p.area.sets[lang]
	shell := p.area.site.shell(r, lang, h, p.area)
	buf := buffers.Get().(*bytes.Buffer)
	defer giveBack(buf)
	for _, part := range []struct {
		name string
		data any
	}{{"open", shell}, {p.template, v}, {"close", shell}} {
		if err := set.ExecuteTemplate(buf, part.name, part.data); err != nil {
			return fmt.Errorf("draw %s: %w", p.template, err)
		}
	}
	w.Header().Set("Content-Language", string(lang))
	if h.Status == 0 {
		h.Status = http.StatusOK
	}
	out := buf.Bytes()
	if _, kept := w.(*recorder); !kept {
		out = bytes.ReplaceAll(out, []byte(basketMark), []byte(basketTally(r)))
		if w.Header().Get("Cache-Control") == "" {
			w.Header().Set("Cache-Control", "private, no-store")
		}
	}
	return Send(w, r, h.Status, "text/html; charset=utf-8", out)
}

// galleryPage is one sample of a page.
type galleryPage struct {
	template, state string
	write           func(w http.ResponseWriter, r *http.Request) error
}
