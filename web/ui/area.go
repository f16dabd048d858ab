package ui

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"

	"pavilion"
)

// Area is a part of the site with its own templates, pages and routes: the shop, the
// console. Its files hold templates/*.html, which see the components of this package and
// may replace "top" and "bottom", and static/*, of which <name>.css and <name>.js are linked
// by every page.
type Area struct {
	Name string
	// Frame fills in what every page of the area shows around its content.
	Frame func(r *http.Request, s *Shell)
	// Home is where a page about a failure leads back to, "" for the first page of the shop.
	Home string

	site   *Site
	sets   map[pavilion.Lang]*template.Template
	pages  []galleryPage
	routes []Route
	failed *Page[ErrorView]
	errs   []error
}

// Route is one line of an area's route table.
type Route struct {
	Pattern string // as net/http: "GET /{lang}/p/{product}"
	Do      func(w http.ResponseWriter, r *http.Request) error
	// Tags make the answer a public page, kept for every reader of its address until one of
	// the tags is dropped: "catalog", "stock". Its handler sees no cookies and no headers.
	Tags []string
	// Query names the parameters the page depends on; a kept page ignores all others.
	Query []string
}

// Area makes an area out of its files. Call Err when its pages are declared. Areas are made
// one after the other, before the first request.
func (s *Site) Area(name string, files fs.FS) *Area {
	if err := s.assets.add(files); err != nil {
		return &Area{Name: name, site: s, errs: []error{err}}
	}
	a := s.newArea(name, files)
	s.areas = append(s.areas, a)
	return a
}

// newArea reads the templates of an area.
func (s *Site) newArea(name string, files fs.FS) *Area {
	a := &Area{Name: name, site: s, sets: map[pavilion.Lang]*template.Template{}}
	for _, lang := range pavilion.Langs {
		t, err := s.base[lang].Clone()
		if err == nil && len(subFiles(files, "templates")) > 0 {
			t, err = t.ParseFS(files, "templates/*.html")
		}
		if err != nil {
			a.errs = append(a.errs, fmt.Errorf("templates of %s: %w", name, err))
			return a
		}
		a.sets[lang] = t
	}
	for _, part := range []string{"open", "close"} {
		if err := check(a.sets[pavilion.Langs[0]], s.funcs(s.Printer(pavilion.Langs[0])), part, reflect.TypeFor[Shell](), s.books); err != nil {
			a.errs = append(a.errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	a.failed = NewPage[ErrorView](a, "error", nil).Samples(a.sampleErrors)
	return a
}

// Err returns what is wrong with the pages of the area, nil if nothing is.
func (a *Area) Err() error { return errors.Join(a.errs...) }

// Route adds routes to the area.
func (a *Area) Route(routes ...Route) { a.routes = append(a.routes, routes...) }

// Mount puts the routes of the area on a mux. A route below {lang} is put there once for
// each language, so that no other word can be taken for one and no other address clashes.
func (a *Area) Mount(mux *http.ServeMux) {
	for _, route := range a.routes {
		h := a.handler(route)
		method, below, localized := strings.Cut(route.Pattern, "/{lang}")
		if !localized {
			mux.Handle(route.Pattern, h)
			continue
		}
		for _, lang := range pavilion.Langs {
			mux.HandleFunc(method+"/"+string(lang)+below, func(w http.ResponseWriter, r *http.Request) {
				r.SetPathValue("lang", string(lang))
				h.ServeHTTP(w, r)
			})
		}
	}
}

// handler wraps a route: the reader's language is found, public pages come out of the
// cache, and an error becomes a page.
func (a *Area) handler(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang, err := a.lang(r)
		r = r.WithContext(context.WithValue(r.Context(), printerKey{}, a.site.Printer(lang)))
		switch {
		case err != nil:
		case len(route.Tags) > 0:
			err = a.site.cache.serve(w, r, route, safely(route.Do))
		default:
			err = safely(route.Do)(w, r)
		}
		if err != nil {
			a.Fail(w, r, err)
		}
	})
}

// safely turns a panic of a handler into an error, so that its reader gets a page too.
func safely(do func(w http.ResponseWriter, r *http.Request) error) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p) // the way to drop a connection
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return do(w, r)
	}
}

// lang returns the language of a request: the {lang} of its pattern, which must be one of
// ours. Where the pattern has none, it is the parameter lang, the cookie lang, or what the
// browser prefers.
func (a *Area) lang(r *http.Request) (pavilion.Lang, error) {
	tag := pavilion.Lang(r.PathValue("lang"))
	if tag == "" {
		if asked := pavilion.Lang(r.URL.Query().Get("lang")); a.site.books.nearest(asked) == asked {
			return asked, nil
		}
		if kept, err := r.Cookie("lang"); err == nil && a.site.books.nearest(pavilion.Lang(kept.Value)) == pavilion.Lang(kept.Value) {
			return pavilion.Lang(kept.Value), nil
		}
		return Preferred(r), nil
	}
	if a.site.books.nearest(tag) != tag {
		return Preferred(r), pavilion.E(pavilion.NotFound, "page.not_found", nil)
	}
	return tag, nil
}

type printerKey struct{}

// PrinterOf returns the printer for the reader of a request that came through a Route.
func PrinterOf(r *http.Request) *Printer {
	p, ok := r.Context().Value(printerKey{}).(*Printer)
	if !ok {
		return PrinterFor(Preferred(r))
	}
	return p
}

// LangOf returns the language of the reader of a request.
func LangOf(r *http.Request) pavilion.Lang { return PrinterOf(r).Lang }

// Preferred returns the language the browser asks for, the first language if it asks for
// none of ours.
func Preferred(r *http.Request) pavilion.Lang {
	return pavilion.Preferred(r.Header.Get("Accept-Language"), pavilion.Langs[0])
}
