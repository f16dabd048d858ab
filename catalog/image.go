package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"pavilion"
)

// What a picture may be at most. A camera makes 12 to 40 million pixels; a file of a few
// bytes can claim billions.
const (
	mostImageBytes  = 20 << 20
	mostImagePixels = 40_000_000
	mostImageSide   = 16_384
	mostJPEGScans   = 256 // each scan of a progressive JPEG costs a pass over all pixels
)

// widths are the sizes the shop serves; the height follows.
var widths = []int{320, 640, 1280}

const jpegQuality = 85

// Image is a picture read by ReadImage, ready to be stored.
type Image struct {
	Hash       string      // SHA-256 of the bytes it was read from, hexadecimal
	Renditions []Rendition // the narrowest first
}

// Rendition is a picture in one size, as a browser gets it.
type Rendition struct {
	Width, Height int64  // pixels
	MediaType     string // image/jpeg, or image/png where something is transparent
	Bytes         []byte
}

type format struct {
	magic  func(raw []byte) bool
	config func(io.Reader) (image.Config, error)
	decode func(raw []byte) (image.Image, error)
	exif   func(raw []byte) []byte
}

// formats are the kinds of picture we take, told by their first bytes, never by a name.
var formats = []format{
	{func(raw []byte) bool { return bytes.HasPrefix(raw, []byte("\xff\xd8\xff")) }, jpeg.DecodeConfig, decodeJPEG, exifOfJPEG},
	{func(raw []byte) bool { return bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")) }, png.DecodeConfig, decodePNG, exifOfPNG},
	{func(raw []byte) bool {
		return len(raw) >= 12 && string(raw[:4]) == "RIFF" && string(raw[8:12]) == "WEBP"
	}, webp.DecodeConfig, decodeWebP, exifOfWebP},
}

// drawing holds a place for each picture that is drawn at the same time, whoever asks: a large
// one takes a second and 200 MB.
var drawing = make(chan struct{}, 2)

// ReadImage reads a JPEG, PNG or WebP and makes of it the sizes the shop serves, never
// larger than it is. The pixels are turned as the camera says and written anew, so that
// nothing else of the file remains: no place of the photograph, no hidden tail. It works
// for a second on a large photograph, two at a time, so call it outside any transaction. Errors, all
// Invalid: picture.too_large {megabytes}, picture.too_many_pixels {megapixels},
// picture.unknown_kind and picture.unreadable.
func ReadImage(raw []byte) (Image, error) {
	if len(raw) > mostImageBytes {
		return Image{}, pavilion.E(pavilion.Invalid, "picture.too_large", pavilion.Args{"megabytes": mostImageBytes >> 20}).At("picture")
	}
	for _, f := range formats {
		if f.magic(raw) {
			return f.read(raw)
		}
	}
	return Image{}, pavilion.E(pavilion.Invalid, "picture.unknown_kind", nil).At("picture")
}

func (f format) read(raw []byte) (Image, error) {
	unreadable := pavilion.E(pavilion.Invalid, "picture.unreadable", nil).At("picture")
	config, err := f.config(bytes.NewReader(raw))
	if err != nil {
		return Image{}, unreadable.Because(err)
	}
	if config.Width > mostImageSide || config.Height > mostImageSide || config.Width*config.Height > mostImagePixels {
		return Image{}, pavilion.E(pavilion.Invalid, "picture.too_many_pixels", pavilion.Args{"megapixels": mostImagePixels / 1_000_000}).At("picture")
	}
	drawing <- struct{}{}
	defer func() { <-drawing }()
	img, err := f.decode(raw)
	if err != nil {
		return Image{}, unreadable.Because(err)
	}
	hash := sha256.Sum256(raw)
	out := Image{Hash: hex.EncodeToString(hash[:])}
	out.Renditions, err = render(img, orientationOf(f.exif(raw)))
	return out, err
}

func decodeJPEG(raw []byte) (image.Image, error) {
	if bytes.Count(raw, []byte("\xff\xda")) > mostJPEGScans {
		return nil, errors.New("too many scans")
	}
	return jpeg.Decode(bytes.NewReader(raw))
}

func decodePNG(raw []byte) (image.Image, error) { return png.Decode(bytes.NewReader(raw)) }

func decodeWebP(raw []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(raw)) }

// render makes the sizes of a picture, each from the next larger one.
func render(img image.Image, turn orientation) ([]Rendition, error) {
	size := img.Bounds().Size()
	if turn.sideways() {
		size.X, size.Y = size.Y, size.X
	}
	opaque := isOpaque(img)
	sizes := sizesFor(size)
	out := make([]Rendition, len(sizes))
	from := img
	for i := len(sizes) - 1; i >= 0; i-- {
		to := sizes[i]
		if turn.sideways() {
			to.X, to.Y = to.Y, to.X
		}
		scaled := image.NewRGBA(image.Rectangle{Max: to})
		draw.CatmullRom.Scale(scaled, scaled.Bounds(), from, from.Bounds(), draw.Src, nil)
		from = scaled
		encoded, err := encode(turn.apply(scaled), opaque)
		if err != nil {
			return nil, err
		}
		out[i] = encoded
	}
	return out, nil
}

// sizesFor returns the sizes a picture is served in, the narrowest first: the widths that
// are smaller than it, and its own if it is narrower than the widest.
func sizesFor(own image.Point) []image.Point {
	var sizes []image.Point
	for _, w := range widths {
		if w >= own.X {
			return append(sizes, own)
		}
		sizes = append(sizes, image.Pt(w, max(1, (own.Y*w+own.X/2)/own.X)))
	}
	return sizes
}

func isOpaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

func encode(img *image.RGBA, opaque bool) (Rendition, error) {
	var b bytes.Buffer
	r := Rendition{Width: int64(img.Rect.Dx()), Height: int64(img.Rect.Dy())}
	var err error
	if opaque {
		r.MediaType = "image/jpeg"
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: jpegQuality})
	} else {
		r.MediaType = "image/png"
		err = png.Encode(&b, img)
	}
	r.Bytes = b.Bytes()
	return r, err
}
