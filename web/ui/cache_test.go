package ui

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"pavilion"

	"pgregory.net/rapid"
)

// clock is a time a test moves by hand.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time       { return time.Unix(0, c.at.Load()) }
func (c *clock) pass(d time.Duration) { c.at.Add(int64(d)) }

type counted struct{ Words string }

// countingShop is an area with one public page that says how often it was drawn.
func countingShop(t *testing.T) (mux *http.ServeMux, site *Site, time *clock, drawn *atomic.Int64) {
	t.Helper()
	time, drawn = &clock{}, new(atomic.Int64)
	site, err := New(Options{BaseURL: "https://shop.example", Name: pavilion.Text{pavilion.Chinese: "馆"}, Clock: time.now})
	if err != nil {
		t.Fatal(err)
	}
	a := site.Area("shop", fstest.MapFS{"templates/list.html": {Data: []byte(`{{define "list"}}<h1>{{.Words}}</h1>{{end}}`)}})
	page := NewPage(a, "list", map[string]counted{})
	a.Route(Route{Pattern: "GET /{lang}/list", Tags: []string{"catalog", "stock"}, Query: []string{"q"}, Do: func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Query().Get("q") == "fail" {
			return pavilion.E(pavilion.Unavailable, "page.not_found", nil)
		}
		return page.Write(w, r, Head{Title: "list"}, counted{fmt.Sprintf("drawn %d %s %s", drawn.Add(1), r.URL.RawQuery, r.Header.Get("Cookie"))})
	}})
	if err := a.Err(); err != nil {
		t.Fatal(err)
	}
	mux = http.NewServeMux()
	a.Mount(mux)
	return mux, site, time, drawn
}

func get(t *testing.T, h http.Handler, url string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", url, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestCacheKeepsPublicPages(t *testing.T) {
	t.Parallel()
	mux, site, time_, drawn := countingShop(t)
	want := func(n int64) {
		t.Helper()
		if got := drawn.Load(); got != n {
			t.Fatalf("got %d drawings, want %d", got, n)
		}
	}
	get(t, mux, "/zh/list")
	get(t, mux, "/zh/list", "Cookie", "basket_count=3; secret=1")
	get(t, mux, "/zh/list?utm=1&q=")
	want(1)
	get(t, mux, "/ru/list")
	want(2)
	get(t, mux, "/zh/list?q=a")
	get(t, mux, "/zh/list?x=1&q=a")
	want(3)
	site.Cache().Drop("stock")
	get(t, mux, "/zh/list")
	want(3) // not settled yet
	time_.pass(settle)
	get(t, mux, "/zh/list")
	want(4)
	time_.pass(settle)
	site.Cache().Drop("other")
	get(t, mux, "/zh/list")
	want(4)
	time_.pass(keepFor)
	get(t, mux, "/zh/list")
	want(5)
	for range 2 {
		if w := get(t, mux, "/zh/list?q=fail"); w.Code != http.StatusServiceUnavailable {
			t.Errorf("got %d for a failing page, want 503 each time", w.Code)
		}
	}
	long := "/zh/list?q=" + strings.Repeat("a", longestQuery)
	get(t, mux, long)
	get(t, mux, long)
	want(7)
}

func TestCacheKnowsNoReader(t *testing.T) {
	t.Parallel()
	mux, _, _, _ := countingShop(t)
	w := get(t, mux, "/zh/list", "Cookie", "session=secret; basket_count=7")
	if strings.Contains(w.Body.String(), "session") {
		t.Error("the handler of a public page saw a cookie")
	}
	if got := strings.Count(w.Body.String(), `<span class="tally">7</span>`); got != 2 {
		t.Errorf("got %d counts on the page, want 2", got)
	}
	if w := get(t, mux, "/zh/list"); strings.Contains(w.Body.String(), "tally") || strings.Contains(w.Body.String(), basketMark) {
		t.Error("the next reader sees somebody's basket or the mark for it")
	}
}

func TestCacheSendsTheSamePageCompressed(t *testing.T) {
	t.Parallel()
	mux, _, _, _ := countingShop(t)
	for _, cookie := range []string{"", "basket_count=1", "basket_count=250", "basket_count=-4", "basket_count=x"} {
		plain := get(t, mux, "/be/list", "Cookie", cookie)
		zipped := get(t, mux, "/be/list", "Cookie", cookie, "Accept-Encoding", "br, gzip")
		if got := zipped.Header().Get("Content-Encoding"); got != "gzip" {
			t.Fatalf("got encoding %q, want gzip", got)
		}
		if got, want := zipped.Header().Get("Content-Length"), fmt.Sprint(zipped.Body.Len()); got != want {
			t.Errorf("got length %s, want %s", got, want)
		}
		z, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false) // browsers read one member
		got, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != plain.Body.String() {
			t.Errorf("with %q the compressed page differs from the plain one", cookie)
		}
		if got, want := plain.Header().Get("Content-Length"), fmt.Sprint(plain.Body.Len()); got != want {
			t.Errorf("got length %s, want %s", got, want)
		}
	}
}

func TestCutPageZipsAnyPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.StringN(0, 400, 2000), 1, 5).Draw(t, "pieces")
		tally := rapid.StringN(0, 30, 60).Draw(t, "tally")
		for i := range pieces {
			pieces[i] = strings.ReplaceAll(pieces[i], basketMark, "")
		}
		var b strings.Builder
		c := cutPage([]byte(strings.Join(pieces, basketMark)))
		w := httptest.NewRecorder()
		c.sendZipped(w, tally)
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, z); err != nil {
			t.Fatal(err)
		}
		if want := strings.Join(pieces, tally); b.String() != want {
			t.Fatalf("got %q, want %q", b.String(), want)
		}
	})
}

func TestCacheAnswersNotModified(t *testing.T) {
	t.Parallel()
	mux, _, _, _ := countingShop(t)
	one := get(t, mux, "/en/list").Header().Get("Etag")
	if w := get(t, mux, "/en/list", "If-None-Match", `W/"x", `+one); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("got %d with %d bytes, want 304 with none", w.Code, w.Body.Len())
	}
	w := get(t, mux, "/en/list", "If-None-Match", one, "Cookie", "basket_count=2")
	if w.Code != http.StatusOK || w.Header().Get("Etag") == one {
		t.Errorf("got %d %s for another basket, want 200 and another validator", w.Code, w.Header().Get("Etag"))
	}
}

func TestCacheDrawsOnceForACrowd(t *testing.T) {
	t.Parallel()
	mux, _, _, drawn := countingShop(t)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if w := get(t, mux, "/zh/list"); w.Code != http.StatusOK {
				t.Errorf("got %d, want 200", w.Code)
			}
		})
	}
	all.Wait()
	if got := drawn.Load(); got != 1 {
		t.Errorf("got %d drawings for 64 readers at once, want 1", got)
	}
}

func TestCacheStaysWithinItsMemory(t *testing.T) {
	t.Parallel()
	c := newCache((&clock{}).now)
	page := cutPage(make([]byte, 1<<20))
	for i := range 100 {
		c.keep(fmt.Sprint(i), &kept{body: page})
	}
	if c.bytes > keepBytes || len(c.pages)*page.size() != c.bytes {
		t.Errorf("got %d bytes in %d pages, want at most %d", c.bytes, len(c.pages), keepBytes)
	}
}
