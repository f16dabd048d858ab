package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// assets are the style sheets, scripts and drawings, each under an address that names its
// content, so that browsers may keep it for ever.
type assets struct {
	byName map[string]asset // "pavilion.css"
	byPath map[string]asset // "/static/pavilion.3fa9c1d2e4b5.css"
}

// asset is one file. It is compressed when it is first asked for.
type asset struct {
	url, mediaType string
	body           []byte
	zipped         func() []byte
}

// mediaTypes are the kinds of files we serve, by extension.
var mediaTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".webp":  "image/webp",
	".jpg":   "image/jpeg",
	".woff2": "font/woff2",
	".txt":   "text/plain; charset=utf-8",
}

// sheets are the parts of the style sheet, in the order of their layers.
var sheets = []string{"reset", "tokens", "base", "components", "utilities"}

func readAssets() (*assets, error) {
	a := &assets{byName: map[string]asset{}, byPath: map[string]asset{}}
	for name, figure := range map[string]Motif{"band": tile(), "divider": divider(), "star": star, "tree": tree} {
		a.put("ornament-"+name+".svg", figure.drawing(""))
	}
	a.put("mark.svg", star.drawing("#C8313E"))
	a.put("landscape.svg", landscape())
	if err := a.add(files); err != nil {
		return nil, err
	}
	css := []byte("@layer reset, tokens, base, components, pages, utilities;\n")
	for _, name := range sheets {
		b, err := files.ReadFile("css/" + name + ".css")
		if err != nil {
			return nil, err
		}
		css = append(css, b...)
	}
	a.put("pavilion.css", css)
	return a, nil
}

// add takes the static files of an area. Style sheets come last, for they name the others.
func (a *assets) add(f fs.FS) error {
	names := subFiles(f, "static")
	for _, css := range []bool{false, true} {
		for _, name := range names {
			if css != (path.Ext(name) == ".css") {
				continue
			}
			b, err := fs.ReadFile(f, name)
			if err != nil {
				return err
			}
			a.put(path.Base(name), b)
		}
	}
	return nil
}

func (a *assets) put(name string, body []byte) {
	ext := path.Ext(name)
	if ext == ".css" {
		body = a.link(body)
	}
	sum := sha256.Sum256(body)
	it := asset{
		url:       "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		mediaType: mediaTypes[ext],
		body:      body,
		zipped:    sync.OnceValue(func() []byte { return zip(body) }),
	}
	a.byName[name], a.byPath[it.url] = it, it
}

// link puts the addresses of other files into a style sheet, where it says asset:name.
func (a *assets) link(css []byte) []byte {
	return assetName.ReplaceAllFunc(css, func(m []byte) []byte {
		return []byte(a.url(string(m[len("asset:"):])))
	})
}

var assetName = regexp.MustCompile(`asset:[a-z0-9.-]+`)

// url returns the address of a file, "" if there is none.
func (a *assets) url(name string) string { return a.byName[name].url }

// ServeHTTP sends a file. Its address changes with its content, so it never changes.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	it, ok := a.byPath[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", it.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := it.body
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = it.zipped()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

// zip compresses what is sent many times.
func zip(b []byte) []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(b)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return b // neither the level nor a buffer fails
	}
	return out.Bytes()
}

// acceptsGzip tells whether the reader's browser takes compressed answers. A browser that
// refuses gzip by name is obeyed; finer preferences do not occur.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" {
			return strings.TrimSpace(quality) != "q=0"
		}
	}
	return false
}
