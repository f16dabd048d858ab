package shop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/web/ui"
)

// Where pictures of goods are: picturePath + picture id + "/" + width, and where goods that
// nobody photographed are drawn: drawingPath + product id + "/" + SKU id.
const (
	picturePath = "/picture/"
	drawingPath = "/drawing/"
)

// widths are the sizes asked for; the catalogue answers with the next it has.
var widths = []int64{320, 640, 1280}

func pictureURL(id pavilion.PictureID, width int64) string {
	return picturePath + string(id) + "/" + strconv.FormatInt(width, 10)
}

func sourceSet(id pavilion.PictureID) string {
	var set []string
	for _, w := range widths {
		set = append(set, fmt.Sprintf("%s %dw", pictureURL(id, w), w))
	}
	return strings.Join(set, ", ")
}

// cardPicture is the picture of a card, or the drawing of it.
func cardPicture(c catalog.Card) ui.Picture {
	if c.Picture == "" {
		return drawing(c.Product, c.SKU)
	}
	return ui.Picture{Src: pictureURL(c.Picture, widths[0]), SrcSet: sourceSet(c.Picture), Width: 320, Height: 320}
}

// drawing is the program's own picture of goods that nobody photographed. It has no words:
// the name always stands beside it.
func drawing(product pavilion.ProductID, sku pavilion.SKUID) ui.Picture {
	return ui.Picture{Src: drawingPath + string(product) + "/" + string(sku), Width: 800, Height: 800}
}

// linePicture is the picture of a line of a quote.
func linePicture(l own.QuoteLine) ui.Picture { return drawing(l.Product, l.SKU) }

// pictures are all pictures of a product, large.
func pictures(p *ui.Printer, pics []catalog.Picture) []ui.Picture {
	var out []ui.Picture
	for i, pic := range pics {
		out = append(out, ui.Picture{
			Src: pictureURL(pic.ID, pic.Width), SrcSet: sourceSet(pic.ID), Alt: p.Text(pic.Alt),
			Width: int(pic.Width), Height: int(pic.Height), Eager: i == 0,
		})
	}
	return out
}

// picture sends a picture. Its address names bytes that never change.
func (s *Shop) picture(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("picture")
	width, err := strconv.ParseInt(r.PathValue("width"), 10, 64)
	if err != nil || !pavilion.CheckID(pavilion.PrefixPicture, id) {
		http.NotFound(w, r)
		return
	}
	var out catalog.Rendition
	err = s.db.Read(r.Context(), func(v *db.View) error {
		out, err = catalog.GetPicture(r.Context(), v, pavilion.PictureID(id), width)
		return err
	})
	s.sendPicture(w, r, out.MediaType, "public, max-age=31536000, immutable", out.Bytes, err)
}

// draw sends the drawing of a SKU.
func (s *Shop) draw(w http.ResponseWriter, r *http.Request) {
	product, sku := r.PathValue("product"), pavilion.SKUID(r.PathValue("sku"))
	if !pavilion.CheckID(pavilion.PrefixProduct, product) {
		http.NotFound(w, r)
		return
	}
	var page catalog.Page
	err := s.db.Read(r.Context(), func(v *db.View) error {
		if s.demo && product == string(sampleProduct) { // of the gallery
			page = sampleGoods(ui.PrinterOf(r)).page
			return nil
		}
		var err error
		page, err = catalog.Lookup(r.Context(), v, pavilion.ProductID(product), own.Name)
		return err
	})
	var svg bytes.Buffer
	if err == nil {
		i := slices.IndexFunc(page.SKUs, func(k catalog.SKU) bool { return k.ID == sku || page.Product.ID == sampleProduct })
		if i < 0 {
			http.NotFound(w, r)
			return
		}
		err = ui.Illustrate(&svg, ui.Pack{
			Brand: page.Brand.Name, Name: page.Product.Name, Category: page.Product.Category,
			Net: page.SKUs[i].Net, Seed: string(page.SKUs[i].GTIN),
		})
	}
	s.sendPicture(w, r, "image/svg+xml", "public, max-age=86400", svg.Bytes(), err)
}

func (s *Shop) sendPicture(w http.ResponseWriter, r *http.Request, mediaType, keep string, body []byte, err error) {
	if err != nil {
		if pavilion.KindOf(err) == pavilion.Internal && !errors.Is(err, context.Canceled) {
			s.log.ErrorContext(r.Context(), "picture failed", "route", r.Pattern, "err", err)
		}
		http.Error(w, http.StatusText(ui.Status(err)), ui.Status(err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", keep)
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body) // a reader who left misses nothing
}
