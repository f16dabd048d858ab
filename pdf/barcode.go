package pdf

import (
	"fmt"
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/qr"
)

// Symbology is a kind of barcode.
type Symbology string

const (
	Code128 Symbology = "code128" // numbers and Latin letters: orders, waybills
	EAN13   Symbology = "ean13"   // the number of a product, 13 digits
	QR      Symbology = "qr"      // any text
)

// Barcode draws a barcode into a rectangle, bars as lines and not as a picture, so that they
// stay sharp on every printer. The error says that the content cannot be written so.
func (d *Document) Barcode(s Symbology, x, y, width, height float64, content string) error {
	bars, err := Bars(s, Rect{x, y, width, height}, content)
	for _, b := range bars {
		d.Bar(b)
	}
	return err
}

// Bars are the dark parts of a barcode that fills a rectangle. The quiet zone that scanners
// need around it, ten bars for lines and four for QR, is part of the rectangle. The error says
// that the content cannot be written so.
func Bars(s Symbology, in Rect, content string) (bars []Rect, err error) {
	code, quiet, err := encode(s, content)
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w", s, err)
	}
	columns, rows := code.Bounds().Dx(), code.Bounds().Dy()
	moduleX := in.Width / float64(columns+2*quiet)
	moduleY := in.Height
	top := in.Y
	if s == QR {
		moduleY = in.Height / float64(rows+2*quiet)
		top += float64(quiet) * moduleY
	} else {
		rows = 1
	}
	for row := range rows {
		for from := 0; from < columns; {
			to := from
			for to < columns && dark(code, to, row) {
				to++
			}
			if to > from {
				bars = append(bars, Rect{in.X + float64(quiet+from)*moduleX, top + float64(row)*moduleY, float64(to-from) * moduleX, moduleY})
			}
			from = to + 1
		}
	}
	return bars, nil
}

// encode returns the bars and how many of them the quiet zone is wide.
func encode(s Symbology, content string) (code barcode.Barcode, quiet int, err error) {
	switch s {
	case Code128:
		code, err = code128.Encode(content)
		return code, 10, err
	case EAN13:
		code, err = ean.Encode(content)
		return code, 11, err
	case QR:
		code, err = qr.Encode(content, qr.M, qr.Auto)
		return code, 4, err
	}
	return nil, 0, fmt.Errorf("there is no such barcode")
}

func dark(code barcode.Barcode, x, y int) bool {
	at := code.Bounds().Min
	gray, ok := color.GrayModel.Convert(code.At(at.X+x, at.Y+y)).(color.Gray)
	return ok && gray.Y < 128
}
