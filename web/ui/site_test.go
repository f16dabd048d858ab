package ui

import (
	"embed"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pavilion"
)

func newSite(t *testing.T) *Site {
	t.Helper()
	s, err := New(Options{
		BaseURL: "https://shop.example",
		Name:    pavilion.Text{pavilion.Chinese: "白俄罗斯国家馆", pavilion.English: "Belarus National Pavilion"},
		Clock:   func() time.Time { return time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFailingHandlerShowsAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.Area("shop", embed.FS{})
	a.Route(Route{Pattern: "GET /{lang}/p/{product}", Do: func(http.ResponseWriter, *http.Request) error {
		return pavilion.E(pavilion.NotFound, "product.not_found", nil)
	}})
	if err := a.Err(); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	a.Mount(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/ru/p/x", nil))
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Такой страницы нет") {
		t.Errorf("got %d %s, want 404 with the Russian page", w.Code, w.Body)
	}
}
