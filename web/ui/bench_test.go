package ui

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"testing"
	"testing/fstest"
	"time"
)

// BenchmarkPages compares a kept page behind the whole guard with a bare net/http server
// that sends the same bytes. The page is the gallery, about as large as a full list.
func BenchmarkPages(b *testing.B) {
	s, err := New(Options{BaseURL: "https://shop.example", Clock: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	a := s.Area("shop", fstest.MapFS{})
	page := NewPage[Parts](a, "gallery", nil)
	a.Route(Route{Pattern: "GET /{lang}/list", Tags: []string{"catalog"}, Do: func(w http.ResponseWriter, r *http.Request) error {
		return page.Write(w, r, Head{Title: "list"}, sampleParts(nil))
	}})
	if err := a.Err(); err != nil {
		b.Fatal(err)
	}
	mux := http.NewServeMux()
	a.Mount(mux)
	guard := Guard{PerSecond: 1e9, Burst: 1e9, Clock: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	for _, c := range []struct{ name, header string }{
		{"plain", ""},
		{"zipped", "Accept-Encoding: gzip\r\n"},
		{"zipped with basket", "Accept-Encoding: gzip\r\nCookie: basket_count=3\r\n"},
	} {
		request := "GET /zh/list HTTP/1.1\r\nHost: shop.example\r\n" + c.header + "\r\n"
		b.Run("kept/"+c.name, func(b *testing.B) { loop(b, guard.Wrap(mux), request) })
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader([]byte(request))))
		if err != nil {
			b.Fatal(err)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		body, header := w.Body.Bytes(), w.Header()
		b.Run("bare/"+c.name, func(b *testing.B) {
			loop(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", header.Get("Content-Type"))
				w.Header().Set("Content-Length", strconv.Itoa(len(body)))
				w.Write(body)
			}), request)
		})
	}
}

// loop sends a request over kept connections, as many at a time as there are processors.
func loop(b *testing.B, h http.Handler, request string) {
	server := httptest.NewServer(h)
	defer server.Close()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer c.Close()
		answers := bufio.NewReaderSize(c, 64<<10)
		for pb.Next() {
			if _, err := io.WriteString(c, request); err != nil {
				b.Error(err)
				return
			}
			answer, err := http.ReadResponse(answers, nil)
			if err != nil || answer.StatusCode != http.StatusOK {
				b.Errorf("got %v, want 200", err)
				return
			}
			if _, err := io.Copy(io.Discard, answer.Body); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
