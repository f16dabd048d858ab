package ui

import (
	"context"
	"html/template"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pavilion"
)

// Options are what the installation decides about all its pages.
type Options struct {
	// BaseURL is the address the world sees, without a slash at the end, such as
	// "https://shop.example". Canonical links and sitemaps start with it.
	BaseURL string
	Name    pavilion.Text // of the pavilion
	// Called returns names that go before Name, in the languages that it has them in; it may
	// be nil.
	Called func(context.Context) pavilion.Text
	About  pavilion.Text // one sentence about it, for the foot of every page
	// Demo shows the gallery and marks every page as a demonstration.
	Demo bool
	// Zone is the time zone of the shop's readers.
	Zone  *time.Location
	Clock func() time.Time
	Log   *slog.Logger
}

// Site holds what the pages of all areas share. It is made once at start and safe for
// concurrent use after that.
type Site struct {
	options Options
	books   *books
	assets  *assets
	base    map[pavilion.Lang]*template.Template
	areas   []*Area
	cache   *Cache
}

// New reads the messages, style sheets and components that are built into the program. An
// error means that the program was built wrong.
func New(o Options) (*Site, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	if _, err := url.Parse(o.BaseURL); err != nil {
		return nil, pavilion.E(pavilion.Invalid, "site.base_url", pavilion.Args{"value": o.BaseURL}).Because(err)
	}
	s := &Site{options: o, cache: newCache(o.Clock)}
	var err error
	if s.books, err = openBooks(); err != nil {
		return nil, err
	}
	if s.assets, err = readAssets(); err != nil {
		return nil, err
	}
	s.base = make(map[pavilion.Lang]*template.Template, len(pavilion.Langs))
	for _, lang := range pavilion.Langs {
		t := template.New("").Option("missingkey=error").Funcs(s.funcs(s.Printer(lang)))
		if s.base[lang], err = t.ParseFS(files, "templates/*.html"); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Printer returns the printer of a language; of the first language if it is not one of ours.
func (s *Site) Printer(lang pavilion.Lang) *Printer {
	return &Printer{Lang: s.books.nearest(lang), books: s.books, zone: s.options.Zone, now: s.options.Clock}
}

// name is what the pavilion is called now.
func (s *Site) name(ctx context.Context) pavilion.Text {
	if s.options.Called == nil {
		return s.options.Name
	}
	called := maps.Clone(s.options.Name)
	maps.Copy(called, s.options.Called(ctx))
	return called
}

// Mount puts the files every page needs, and in a demonstration the gallery, on a mux.
func (s *Site) Mount(mux *http.ServeMux) error {
	mux.Handle("GET /static/", s.assets)
	if s.options.Demo {
		return s.showGallery(mux)
	}
	return nil
}

// Cache returns the cache of public pages, so that the wiring can tell it what changed.
func (s *Site) Cache() *Cache { return s.cache }

// subFiles returns the files below dir, or nothing if there is no such folder.
func subFiles(f fs.FS, dir string) []string {
	names, err := fs.Glob(f, dir+"/*")
	if err != nil {
		return nil // the pattern is a constant
	}
	return names
}
