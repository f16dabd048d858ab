package ui

import (
	"bytes"
	"context"
	"encoding/hex"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// keepFor is how long a public page is kept at most, for what no tag announces: time
	// passing, mostly.
	keepFor = 30 * time.Second
	// settle is how long a page is kept at least: a crowd that buys changes the stock many
	// times a second, and drawing a page as often would help nobody.
	settle = 200 * time.Millisecond
	// keepBytes bounds the memory of all kept pages.
	keepBytes = 32 << 20
	// longestQuery is the longest search that is kept; longer ones are drawn each time.
	longestQuery = 200
)

// Cache keeps public pages in memory, by address. What depends on the reader is not in
// them: their handlers see no cookies, and the basket count is spliced in as they are sent.
type Cache struct {
	now    func() time.Time
	flight singleflight.Group

	mu          sync.RWMutex
	pages       map[string]*kept
	bytes       int
	generations map[string]uint64 // by tag; a page is as old as its tags were when it was begun
}

// kept is a page ready to be sent.
type kept struct {
	body    cut
	header  http.Header // Content-Type and what else the handler said about the page
	etag    string      // without the basket count
	made    time.Time
	tags    []string
	stamped []uint64 // generations of tags
}

func newCache(now func() time.Time) *Cache {
	return &Cache{now: now, pages: map[string]*kept{}, generations: map[string]uint64{}}
}

// Drop makes every page with the tag be drawn anew.
func (c *Cache) Drop(tag string) {
	c.mu.Lock()
	c.generations[tag]++
	c.mu.Unlock()
}

// Watch drops the tag whenever something arrives on changed, such as the channel db.DB.Listen
// returns, until quit is closed.
func (c *Cache) Watch(tag string, changed, quit <-chan struct{}) {
	for {
		select {
		case <-changed:
			c.Drop(tag)
		case <-quit:
			return
		}
	}
}

// find returns the page of a key if it is still good.
func (c *Cache) find(key string) *kept {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k := c.pages[key]
	if k == nil {
		return nil
	}
	age := c.now().Sub(k.made)
	if age < settle {
		return k
	}
	if age >= keepFor {
		return nil
	}
	for i, tag := range k.tags {
		if c.generations[tag] != k.stamped[i] {
			return nil
		}
	}
	return k
}

// stamp returns the generations of tags.
func (c *Cache) stamp(tags []string) []uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	at := make([]uint64, len(tags))
	for i, tag := range tags {
		at[i] = c.generations[tag]
	}
	return at
}

// keep stores a page and makes room for it.
func (c *Cache) keep(key string, k *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.pages[key]; old != nil {
		c.bytes -= old.body.size()
	}
	c.pages[key] = k
	c.bytes += k.body.size()
	for other, old := range c.pages { // in no order: whichever comes makes room
		if c.bytes <= keepBytes {
			return
		}
		if other != key {
			delete(c.pages, other)
			c.bytes -= old.body.size()
		}
	}
}

// serve answers a request for a public page: from memory, or by calling draw, once for all
// who wait for the same page. It returns the error of draw.
func (c *Cache) serve(w http.ResponseWriter, r *http.Request, route Route, draw func(w http.ResponseWriter, r *http.Request) error) error {
	query := relevant(r.URL.RawQuery, route.Query)
	key := string(LangOf(r)) + r.URL.Path + "?" + query // some addresses do not name their language
	if k := c.find(key); k != nil {
		k.send(w, r)
		return nil
	}
	got, err, _ := c.flight.Do(key, func() (any, error) {
		if k := c.find(key); k != nil {
			return k, nil // drawn while we were on our way here
		}
		stamped := c.stamp(route.Tags)
		public := r.Clone(context.WithoutCancel(r.Context())) // the first to ask may leave, the others wait
		public.URL.RawQuery = query
		public.Header = http.Header{}
		rec := &recorder{header: http.Header{}, status: http.StatusOK}
		if err := draw(rec, public); err != nil {
			return nil, err
		}
		if rec.status == http.StatusOK {
			k := &kept{body: cutPage(rec.body.Bytes()), header: rec.header, made: c.now(), tags: route.Tags, stamped: stamped}
			k.etag = etagOf(rec.body.Bytes())
			if len(query) <= longestQuery {
				c.keep(key, k)
			}
			return k, nil
		}
		return rec, nil
	})
	if err != nil {
		return err
	}
	switch answer := got.(type) {
	case *kept:
		answer.send(w, r)
	case *recorder:
		answer.replay(w)
	}
	return nil
}

// relevant returns the parameters a page depends on, in their order, so that neither the
// order nor strange ones make another page.
func relevant(raw string, names []string) string {
	if raw == "" || len(names) == 0 {
		return ""
	}
	all, err := url.ParseQuery(raw)
	if err != nil {
		return ""
	}
	kept := url.Values{}
	for _, name := range names {
		if v := strings.TrimSpace(all.Get(name)); v != "" {
			kept.Set(name, v)
		}
	}
	return kept.Encode()
}

// send answers with the page, the reader's basket count in its place.
func (k *kept) send(w http.ResponseWriter, r *http.Request) {
	tally := ""
	if k.body.marks() > 0 {
		tally = basketTally(r)
	}
	h := w.Header()
	for name, v := range k.header {
		h[name] = v
	}
	etag := k.etag
	if tally != "" {
		etag = strings.TrimSuffix(etag, `"`) + "-" + strconv.Itoa(BasketCount(r)) + `"`
	}
	h.Set("Etag", etag)
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache") // kept by the browser, asked for each time
	}
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		k.body.sendZipped(w, tally)
		return
	}
	k.body.send(w, tally)
}

// matches tells whether a validator is among those of If-None-Match.
func matches(header, etag string) bool {
	if header == "" {
		return false
	}
	return header == etag || slices.ContainsFunc(strings.Split(header, ","), func(s string) bool { return strings.TrimSpace(s) == etag })
}

// etagOf names a content. It is weak because the same page is sent plain and compressed.
func etagOf(body []byte) string {
	h := fnv.New64a()
	h.Write(body)
	return `W/"` + hex.EncodeToString(h.Sum(nil)) + `"`
}

// recorder takes an answer down instead of sending it.
type recorder struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// replay sends what was taken down: an answer that is no page, such as a redirect.
func (r *recorder) replay(w http.ResponseWriter) {
	for name, v := range r.header {
		w.Header()[name] = v
	}
	w.WriteHeader(r.status)
	w.Write(r.body.Bytes())
}

// basketCookie holds how many units are in the reader's basket, so that the count can be
// shown without asking the database. It is no secret and decides nothing.
const basketCookie = "basket_count"

// SetBasketCount tells the reader's browser how many units are in the basket. With secure the
// browser sends the count back by HTTPS only.
func SetBasketCount(w http.ResponseWriter, units int64, secure bool) {
	http.SetCookie(w, &http.Cookie{
		Name: basketCookie, Value: strconv.FormatInt(units, 10), Path: "/",
		MaxAge: int((30 * 24 * time.Hour).Seconds()), Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// BasketCount returns how many units the reader's browser says are in the basket, 0 to 999.
func BasketCount(r *http.Request) int {
	c, err := r.Cookie(basketCookie)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(c.Value)
	if err != nil || n < 0 {
		return 0
	}
	return min(n, 999)
}

// basketTally returns the mark on the basket's icon for the reader of a request, "" for an
// empty basket.
func basketTally(r *http.Request) string {
	n := BasketCount(r)
	if n == 0 {
		return ""
	}
	shown := strconv.Itoa(n)
	if n > 99 {
		shown = "99+"
	}
	return `<span class="tally">` + shown + `</span>`
}
