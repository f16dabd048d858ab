package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// assets are the style sheets, scripts and drawings, each under an address that names its
// content, so that it can be kept for ever.
type assets struct {
	byName map[string]asset // "pavilion.css"
	byPath map[string]asset // "/static/pavilion.3fa9c1d2.css"
}

type asset struct {
	url  string
	body []byte
}

// sheets are the parts of the style sheet, in the order of their layers.
var sheets = []string{"reset", "tokens", "base", "components", "utilities"}

func readAssets() (*assets, error) {
	a := &assets{byName: map[string]asset{}, byPath: map[string]asset{}}
	css := []byte("@layer reset, tokens, base, components, pages, utilities;\n")
	for _, name := range sheets {
		b, err := files.ReadFile("css/" + name + ".css")
		if err != nil {
			return nil, err
		}
		css = append(css, b...)
	}
	for name, figure := range map[string]Motif{"band": tile(), "divider": divider(), "star": star, "tree": tree} {
		a.put("ornament-"+name+".svg", figure.drawing())
	}
	if err := a.add(files); err != nil {
		return nil, err
	}
	a.put("mark.svg", bytes.Replace(star.drawing(), []byte("<path"), []byte(`<path fill="#C8313E"`), 1))
	a.put("pavilion.css", a.link(css))
	return a, nil
}

// add takes the static files of an area.
func (a *assets) add(f fs.FS) error {
	for _, name := range subFiles(f, "static") {
		b, err := fs.ReadFile(f, name)
		if err != nil {
			return err
		}
		a.put(path.Base(name), b)
	}
	return nil
}

func (a *assets) put(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	it := asset{url: "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext, body: body}
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
